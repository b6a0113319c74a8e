"""What the server does when work, bodies or files are too many, too slow or too large."""

import contextlib
import socket
import time

import pytest

from nurie.studio.app import Settings
from nurie.studio.shapes import Limits


@pytest.fixture
def idle(odd_jobs):
    """Settings of a server that is never asked to work: no model is loaded."""
    return lambda **limits: Settings(jobs=odd_jobs.late_table, limits=Limits(workers=1, **limits))


def test_a_slow_body_is_given_up(server, idle, raw):
    with server(idle(body_seconds=0.4)) as client:
        head = b"POST /api/drawings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc"
        answer = raw(client, head)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"took longer than 0.4 s to arrive" in answer


def test_silent_connections_take_no_place(server, idle):
    with server(idle()) as client, contextlib.ExitStack() as stack:
        address = ("127.0.0.1", client.port)
        for number in range(140):
            half = stack.enter_context(socket.create_connection(address, timeout=10))
            half.sendall(b"GET /healthz HTTP/1.1\r\nHost: local"[: number % 33])
        assert client.get("/api/health").status_code == 200
        assert client.get("/healthz").json() == {"status": "ok"}


def test_a_slow_head_is_given_up(server, idle, monkeypatch):
    monkeypatch.setattr("nurie.studio.serve.Impatient.head_seconds", 2.0)
    with server(idle()) as client:
        half = socket.create_connection(("127.0.0.1", client.port), timeout=30)
        whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with half:
            # The second request of a connection has no more time than the first.
            half.sendall(whole)
            answer = b""
            while b'"ok"' not in answer:
                part = half.recv(1 << 16)
                assert part, "closed before the first request was answered"
                answer += part
            assert answer.startswith(b"HTTP/1.1 200")
            half.sendall(whole[:9])
            assert half.recv(1 << 16) == b""


def test_a_head_that_is_too_long_is_refused(studio, raw):
    head = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: "
    assert raw(studio, head + b"a" * (15 << 10) + b"\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    assert raw(studio, head + b"a" * (17 << 10)).startswith(b"HTTP/1.1 400 ")
    assert studio.get("/healthz").status_code == 200


def test_an_idle_connection_is_closed(server, idle, monkeypatch):
    monkeypatch.setattr("nurie.studio.serve._IDLE", 1)
    with server(idle()) as client:
        address = ("127.0.0.1", client.port)
        with socket.create_connection(address, timeout=30) as quiet:
            quiet.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while part := quiet.recv(1 << 16):  # until the server closes it
                answer += part
        assert answer.endswith(b'{"status":"ok"}')


def test_readiness_and_figures(server, odd_jobs, boxes):
    with server(Settings(limits=Limits(workers=1))) as client:
        assert client.post("/api/drawings", content=boxes).status_code == 200
        assert client.get("/readyz").json() == {"status": "ready"}
        text = client.get("/metrics").text
        assert "nurie_workers_ready 1.0" in text
        assert 'nurie_request_seconds_count{operation="post_drawing",status="200"} 1.0' in text
        assert "nurie_cache_bytes 0.0" not in text


def test_a_server_that_loads_is_not_ready(server, idle, sentence):
    with server(idle()) as client:
        assert "not in memory yet" in sentence(client.get("/readyz"), 503)
        assert client.get("/healthz").status_code == 200


def test_work_that_takes_too_long_is_ended(server, odd_jobs, boxes, sentence):
    settings = Settings(jobs=odd_jobs.slow_table, limits=Limits(workers=1, seconds=0.8, grace=0.1))
    with server(settings) as client:
        before = client.app.state.pool.pids
        answer = client.post("/api/drawings", content=boxes)
        assert (
            sentence(answer, 422) == "This took too long and was ended; make the drawing smaller."
        )
        wait_for(lambda: client.app.state.pool.pids != before)


def test_who_comes_too_many_is_asked_to_wait(server, odd_jobs, boxes, sentence):
    limits = Limits(workers=1, waiting=0)
    with server(Settings(jobs=odd_jobs.slow_table, limits=limits)) as client:
        answer = client.post("/api/drawings", content=boxes)
        assert sentence(answer, 429) == "Too much is waiting already; try again in a moment."
        assert answer.headers["retry-after"] == "1"


def test_a_worker_that_breaks_is_told(server, odd_jobs, boxes, sentence):
    with server(Settings(jobs=odd_jobs.broken_table, limits=Limits(workers=1))) as client:
        answer = client.post("/api/drawings", content=boxes)
        assert "The work broke off" in sentence(answer, 503)


def test_a_defect_is_told_without_its_inside(server, odd_jobs, boxes, capfd, sentence):
    with server(Settings(jobs=odd_jobs.wrong_table, limits=Limits(workers=1))) as client:
        answer = client.post("/api/drawings", content=boxes)
        assert "Something is wrong in nurie itself" in sentence(answer, 500)
    assert "ZeroDivisionError" in capfd.readouterr().err


def wait_for(holds):
    """Until something holds, for a minute at most."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_client_that_goes_away_stops_its_work(server, odd_jobs, boxes, tmp_path, monkeypatch):
    monkeypatch.setenv("NURIE_TEST_FOLDER", str(tmp_path))
    limits = Limits(workers=1, grace=60)
    with server(Settings(jobs=odd_jobs.patient_table, limits=limits)) as client:
        length = f"Content-Length: {len(boxes)}\r\n\r\n"
        head = f"POST /api/drawings HTTP/1.1\r\nHost: localhost\r\n{length}"
        pids = client.app.state.pool.pids
        with socket.create_connection(("127.0.0.1", client.port)) as connection:
            connection.sendall(head.encode() + boxes)
            wait_for((tmp_path / "begun").exists)
        wait_for((tmp_path / "stopped").exists)
        wait_for(lambda: not list(client.app.state.cache._folder.glob("drafts-*")))
        assert client.app.state.pool.pids == pids


def test_what_was_used_longest_ago_makes_room(server, boxes, cat):
    with server(Settings(limits=Limits(workers=1, cache=2_600_000))) as client:
        cache = client.app.state.cache
        old = client.post("/api/drawings", content=boxes).json()["id"]
        assert client.post(f"/api/drawings/{old}/regions", json={"gap": 0}).status_code == 200
        new = client.post("/api/drawings", content=cat).json()["id"]
        assert client.post(f"/api/drawings/{new}/regions", json={}).status_code == 200
        assert cache.size <= cache.limit
        assert client.get(f"/api/drawings/{old}/line.png").json()["gone"] is True
        # Sent again, all is as it was.
        assert client.post("/api/drawings", content=boxes).json()["id"] == old
        assert client.get(f"/api/drawings/{old}/line.png").status_code == 200


def test_a_drawing_that_can_never_be_kept_is_refused_at_once(server, cat, sentence):
    with server(Settings(limits=Limits(workers=1, cache=2 << 20))) as client:
        answer = client.post("/api/drawings", content=cat)
        text = "This drawing needs 2 MiB of the 2 MiB that this server keeps; make it smaller"
        assert sentence(answer, 413).startswith(text)


def test_another_server_goes_on_with_a_drawing(server, boxes, tmp_path):
    tmp_path.chmod(0o700)
    settings = Settings(shared=tmp_path, limits=Limits(workers=1))
    with server(settings) as one, server(settings) as other:
        drawing = one.post("/api/drawings", content=boxes).json()["id"]
        assert other.post(f"/api/drawings/{drawing}/regions", json={}).status_code == 200
        assert one.get(f"/api/drawings/{drawing}/line.png").status_code == 200
