"""The Krita plug-in's modules that need no Krita, and servers for it to ask."""

import contextlib
import importlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "integrations" / "krita"


@pytest.fixture(scope="session")
def plugin_path():
    import sys

    sys.path.insert(0, str(FOLDER))
    yield FOLDER
    sys.path.remove(str(FOLDER))


@pytest.fixture(scope="session")
def files(plugin_path):
    return importlib.import_module("nurie_krita.files")


@pytest.fixture(scope="session")
def plugin(plugin_path):
    """The module that asks the server."""
    return importlib.import_module("nurie_krita.server")


@pytest.fixture(scope="session")
def pack(plugin_path):
    return importlib.import_module("pack")


class Fake:
    """A server that answers what it is told to, and remembers what it was asked."""

    def __init__(self):
        self.answers, self.asked = {}, []
        self.hold, self.held = threading.Event(), threading.Event()
        self.hold.set()

    def answer(self, path, *bodies, status=200):
        """Answers to a path, one after the other; the last one stays."""
        packed = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies]
        self.answers.setdefault(path, []).extend((status, body) for body in packed)

    def asked_for(self, end):
        return [(headers, body) for path, headers, body in self.asked if path.endswith(end)]


@contextlib.contextmanager
def faking():
    fake = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fake.asked.append((self.path, dict(self.headers), body))
            fake.held.set()
            fake.hold.wait(10)
            queue = fake.answers.get(self.path, [(404, b"<html>not here</html>")])
            status, data = queue.pop(0) if len(queue) > 1 else queue[0]
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield fake
        finally:
            fake.hold.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def fake():
    with faking() as found:
        yield found
