"""A board of pictures on this machine, with the bad days that real ones have."""

import contextlib
import hashlib
import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image


def picture(seed, side=120):
    """Bytes of a colourful PNG unlike any other."""
    rng = np.random.default_rng(seed)
    pixels = np.kron(rng.integers(0, 256, (6, 6, 3)), np.ones((side // 6, side // 6, 1)))
    return png(pixels.astype(np.uint8))


def png(pixels):
    stream = BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


class Board:
    """What the server holds, what it is to do wrong, and what was requested."""

    def __init__(self):
        self.files = {}
        self.posts = []
        self.wrong = {}
        self.requests = Counter()
        self.queries = []
        self.agents = set()
        self.page_size = 100
        self.wrapped = False
        self.url = ""

    def add(self, number, data, **fields):
        """A post, newest first; fields replace what the board would say."""
        name = f"{number}.png"
        self.files[f"/images/7/{name}"] = data
        post = {
            "id": number,
            "directory": "7",
            "image": name,
            "hash": hashlib.md5(data).hexdigest(),
            "rating": "general",
            "tags": " 1girl  hat ",
            "source": "",
        }
        self.posts.insert(0, post | fields)

    def fail(self, path, *answers):
        """The next answers at a path: a status, (status, headers), or a word for what happens."""
        self.wrong[path] = list(answers)

    def list(self, query):
        self.queries.append(query)
        page, limit = int(query["pid"][0]), min(int(query["limit"][0]), self.page_size)
        found = self.posts[page * limit : (page + 1) * limit]
        if not found and not self.wrapped:
            return b""
        return json.dumps({"@attributes": {}, "post": found} if self.wrapped else found).encode()


class _Handler(BaseHTTPRequestHandler):
    board = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        board, parts = self.board, urlsplit(self.path)
        board.requests[parts.path] += 1
        board.agents.add(self.headers["User-Agent"])
        answers = board.wrong.get(parts.path)
        wrong = answers.pop(0) if answers else None
        if isinstance(wrong, int | tuple):
            status, headers = wrong if isinstance(wrong, tuple) else (wrong, {})
            return self._send(status, b"busy", headers)
        listing = parts.path.endswith("/index.php")
        data = board.list(parse_qs(parts.query)) if listing else board.files.get(parts.path)
        if data is None:
            return self._send(404, b"")
        if wrong == "slow":
            time.sleep(0.4)
        if wrong == "torn":
            return self._send(200, data[: len(data) // 2], {"Content-Length": str(len(data))})
        if isinstance(wrong, bytes):
            data = wrong
        return self._send(200, data)

    def _send(self, status, data, headers=()):
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(data))} | dict(headers)).items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # the client may have had enough
            self.wfile.write(data)


@pytest.fixture
def board():
    """A board that listens on this machine."""
    board = Board()
    handler = type("Handler", (_Handler,), {"board": board})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    board.url = f"http://127.0.0.1:{server.server_port}"
    yield board
    server.shutdown()
    server.server_close()


@pytest.fixture(name="picture")
def picture_():
    """A maker of colourful PNGs, each unlike any other."""
    return picture


@pytest.fixture(name="png")
def png_():
    """A maker of PNGs from pixels."""
    return png
