"""A server with the real model, and what the tests send to it."""

import contextlib
import socket
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def odd_jobs(importable):
    """The module of that name."""
    return importable(Path(__file__).parent / "odd_jobs.py")


@contextlib.contextmanager
def serving(settings):
    """A running server: an ``httpx`` client, with ``app``, ``port`` and ``settings``."""
    import uvicorn

    from nurie.studio.app import build
    from nurie.studio.serve import bind, configured

    app = build(settings)
    with contextlib.closing(bind(settings.host, None)) as listener:
        server = uvicorn.Server(configured(app))
        # A daemon, so that a server that would not end cannot hold up the whole run.
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            port = listener.getsockname()[1]
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300) as client:
                client.app, client.port, client.settings = app, port, settings
                yield client
        finally:
            server.should_exit = True
            thread.join(20)
            if thread.is_alive():
                server.force_exit = True
                thread.join(10)
                app.state.pool.close()


@pytest.fixture(scope="session")
def server():
    """``serving``, for tests with settings of their own."""
    return serving


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """An opened folder: a drawing, a note, a hidden drawing, a folder, a link that leads out."""
    path = tmp_path_factory.mktemp("drawings")
    outside = tmp_path_factory.mktemp("outside") / "secret.png"
    for target in (path / "cat.png", path / ".hidden.png", outside):
        target.write_bytes((EXAMPLES / "cat.png").read_bytes())
    (path / "note.txt").write_text("private", encoding="utf-8")
    (path / "deep").mkdir()
    (path / "deep" / "cat.png").write_bytes(b"x")
    (path / "link.png").symlink_to(outside)
    return path


@pytest.fixture(scope="session")
def studio(folder):
    """A server with the real model and an opened folder."""
    from nurie.studio.app import Settings
    from nurie.studio.shapes import MIB, Limits

    limits = Limits(max_pixels=3_000_000, max_bytes=8 * MIB, workers=1)
    with serving(Settings(folder=folder, limits=limits)) as client:
        yield client


@pytest.fixture(scope="session")
def cat():
    """The bytes of a drawing."""
    return (EXAMPLES / "cat.png").read_bytes()


@pytest.fixture(scope="session")
def boxes():
    """A drawing of two boxes side by side, the right one with a gap in its outline, as a PNG."""
    import cv2

    picture = np.full((120, 200), 255, np.uint8)
    cv2.rectangle(picture, (20, 20), (90, 100), 0, 3)
    cv2.rectangle(picture, (110, 20), (180, 100), 0, 3)
    picture[50:70, 176:186] = 255
    return cv2.imencode(".png", picture)[1].tobytes()


@pytest.fixture(scope="session")
def known(studio, boxes):
    """The boxes on the server: its answers to the upload and to the regions without closing."""
    answer = studio.post("/api/drawings", content=boxes, headers={"X-Filename": "boxes.png"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    regions = studio.post(f"/api/drawings/{found['id']}/regions", json={"gap": 0})
    assert regions.status_code == 200, regions.text
    film = studio.post("/api/films", json={"drawings": [found["id"], found["id"]]})
    return found | regions.json() | film.json()


@pytest.fixture
def drawing(known):
    """A copy of ``known``, to be changed."""
    return dict(known)


@pytest.fixture(scope="session")
def sentence():
    """The complaint of an answer, checked."""
    return _sentence


def _sentence(answer, status):
    """The complaint of an answer: one sentence, nothing of the inside."""
    assert answer.status_code == status, answer.text
    text = answer.json()["error"]
    assert text[-1] in ".R"
    assert "Traceback" not in text
    assert "/tmp" not in text
    assert "nurie-studio-" not in text
    return text


@pytest.fixture(scope="session")
def raw():
    """Sends bytes as they are."""
    return _raw


def _raw(client, data, *, wait=5):
    """Bytes sent as they are; what comes back until the server closes or says no more."""
    with socket.create_connection(("127.0.0.1", client.port), timeout=wait) as connection:
        connection.sendall(data)
        parts = []
        try:
            while part := connection.recv(65536):
                parts.append(part)
        except TimeoutError:
            pass
        return b"".join(parts)
