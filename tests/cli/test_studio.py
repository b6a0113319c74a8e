"""``nurie studio`` and ``nurie serve``: what they print, what they refuse, how they end."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def started(tmp_path):
    """Start a verb as a process of its own, with a folder for temporary files."""
    processes = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "nurie", *map(str, arguments), "--workers", "1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def children(pid):
    """Process numbers of all that a process started."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text("utf-8").split())
    return found + [pid for child in found for pid in children(child)]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_the_studio_starts_answers_and_ends_cleanly(started, tmp_path, root_examples):
    process = started("studio", root_examples, "--no-browser")
    line = process.stdout.readline()
    assert line.startswith("The studio is at http://127.0.0.1:")
    address = line.split()[-1]
    with urllib.request.urlopen(f"{address}api/limits") as answer:
        assert json.load(answer)["folder"] == "examples"
    helpers = children(process.pid)
    assert helpers
    assert list(tmp_path.glob("nurie-studio-*"))
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "Ctrl-C ends it.\n")
    assert not list(tmp_path.glob("nurie-studio-*"))
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in helpers):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_studio_takes_another_model_that_colours_regions(started, nurie):
    weights = Path(__file__).parents[2] / "src/nurie/models/weights/nurie-flat.json"
    process = started("studio", "--no-browser", "--model", weights)
    address = process.stdout.readline().split()[-1]
    with urllib.request.urlopen(f"{address}api/health") as answer:
        assert json.load(answer)["model"] == str(weights)
    heard = nurie("studio", "--no-browser", "--model", "nurie-soft")
    assert heard.code == 2
    assert "nurie-soft is a painter; a model that colours regions is needed" in heard.err


def test_elsewhere_a_token_is_printed_and_asked_for(started):
    process = started("serve", "--host", "0.0.0.0", "--port", "0")
    address, _, token = process.stdout.readline().split()[-1].partition("#token=")
    assert len(token) >= 40
    port = address.rstrip("/").rpartition(":")[2]
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/health")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request)
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["model"] == "nurie-flat"


def test_a_port_that_is_taken(nurie):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        heard = nurie("serve", "--port", port)
    assert heard.code == 2
    assert heard.err == (
        f"nurie: 127.0.0.1, port {port} cannot be used: address already in use; "
        "choose another --port or --host.\n"
    )


def test_small_answers_do_not_wait_for_each_other():
    from nurie.studio.serve import bind

    with bind("127.0.0.1", None) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_a_host_that_is_not_ours(nurie):
    heard = nurie("serve", "--host", "192.0.2.1")
    assert heard.code == 2
    assert "192.0.2.1, port 8745 cannot be used" in heard.err


def test_a_folder_that_is_none(nurie, cat):
    heard = nurie("studio", cat)
    assert heard.code == 2
    assert heard.err == (
        f"nurie: {cat} is neither a folder nor a film; give the folder that holds the drawings.\n"
    )


def test_a_film_in_one_file_is_opened_as_its_frames(nurie, monkeypatch, tmp_path):
    clip, seen = tmp_path / "clip.gif", []
    first, *rest = (Image.new("L", (30, 20), gray) for gray in (0, 120, 255))
    first.save(clip, save_all=True, append_images=rest)

    def serve(_options, more, *, browser):
        names = sorted(path.name for path in more["folder"].iterdir())
        seen.append((more["folder"].name, names, more["film"], browser))

    monkeypatch.setattr("nurie.cli.studio._serve", serve)
    assert nurie("studio", clip, "--no-browser").code == 0
    assert seen == [("clip.gif", ["1.png", "2.png", "3.png"], 24.0, False)]


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_a_missing_extra_is_one_sentence(nurie, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    heard = nurie("serve")
    assert heard.code == 2
    assert heard.err == (
        "nurie: The studio needs more than what is installed; run: pip install 'nurie[studio]'\n"
    )


def test_the_browser_is_shown_the_address_when_requests_are_answered(monkeypatch):
    from nurie.studio import serve

    shown = queue.Queue()
    monkeypatch.setattr(serve.webbrowser, "open", shown.put)
    serve.announce("The studio", "http://127.0.0.1:1/", open_browser=True)
    assert shown.get(timeout=60) == "http://127.0.0.1:1/"


@pytest.mark.parametrize(
    ("host", "token", "address"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:7/"),
        ("localhost", None, "http://localhost:7/"),
        ("::1", None, "http://[::1]:7/"),
        ("10.0.0.1", "abc", "http://10.0.0.1:7/#token=abc"),
        ("0.0.0.0", "abc", f"http://{socket.gethostname()}:7/#token=abc"),
    ],
)
def test_the_address_is_one_that_can_be_opened(host, token, address):
    from nurie.studio.app import Settings
    from nurie.studio.serve import address_of

    assert address_of(Settings(host=host, token=token), 7) == address
