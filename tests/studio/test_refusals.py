"""What is refused: by whom it was asked, what it says, how large and how slow it is."""

import gzip
import json
import socket
import struct
import time
import zlib

import httpx
import pytest

from nurie.studio.app import Settings
from nurie.studio.limits import Limits

NOBODY = "0" * 64
FLAT = {"palette": [], "entries": [-1], "style": "flat"}


def sentence(answer, status):
    """The complaint of an answer: one sentence, nothing of the inside."""
    assert answer.status_code == status, answer.text
    text = answer.json()["error"]
    assert text[-1] in ".R"
    assert "Traceback" not in text
    assert "/tmp" not in text
    assert "nurie-studio-" not in text
    return text


def raw(client, data, *, wait=5):
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


# Who asks


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil", "0.0.0.0",
     "192.168.0.1", "[::2]", "localhost@evil.example", "127.0.0.1:x", "", "[", "2130706433"],
)  # fmt: skip
def test_another_host_is_refused(studio, host):
    for path in ("/", "/api/health", f"/api/drawings/{NOBODY}/line.png"):
        answer = studio.get(path, headers={"Host": host})
        assert "go by that name" in sentence(answer, 403)


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:9"])
def test_this_machines_names_are_allowed(studio, host):
    assert studio.get("/api/health", headers={"Host": host}).status_code == 200


def test_two_hosts_or_none_are_refused(studio):
    two = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n"
    none = b"GET /api/health HTTP/1.0\r\n\r\n"
    assert b" 200 " not in raw(studio, two).split(b"\r\n")[0]
    assert b" 200 " not in raw(studio, none).split(b"\r\n")[0]


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", "http://localhost",
     "file://", ""],
)  # fmt: skip
def test_another_origin_is_refused(studio, boxes, origin):
    answer = studio.post("/api/drawings", content=boxes, headers={"Origin": origin})
    assert "Another site" in sentence(answer, 403)


def test_the_pages_own_origin_is_allowed(studio, boxes):
    own = f"http://127.0.0.1:{studio.port}"
    headers = {"Origin": own, "Sec-Fetch-Site": "same-origin"}
    assert studio.post("/api/drawings", content=boxes, headers=headers).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_embeds_is_refused(studio, site):
    answer = studio.get("/api/health", headers={"Sec-Fetch-Site": site})
    assert "Another site" in sentence(answer, 403)
    # A link to the page is no harm.
    assert studio.get("/", headers={"Sec-Fetch-Site": site}).status_code == 200


def test_no_other_site_is_ever_allowed(studio):
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    answer = studio.options("/api/drawings", headers=headers)
    assert answer.status_code == 403
    for path in ("/", "/api/health"):
        found = studio.get(path).headers
        assert not [name for name in found if name.startswith("access-control-")]


# The token


@pytest.fixture(scope="module")
def elsewhere(server):
    settings = Settings(host="0.0.0.0", token="s3cret", limits=Limits(workers=1))
    with server(settings) as client:
        yield client


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer s3cre", "Bearer s3crets", "Bearer S3CRET", "s3cret",
     "Basic s3cret", b"Bearer s3cr\xe9t"],
)  # fmt: skip
def test_elsewhere_the_token_is_asked_for(elsewhere, given):
    headers = {} if given is None else {"Authorization": given}
    for path in ("/api/health", "/api/openapi.json", f"/api/drawings/{NOBODY}/line.png", "/api/x"):
        answer = httpx.get(f"http://127.0.0.1:{elsewhere.port}{path}", headers=headers)
        assert "token" in sentence(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_elsewhere_the_token_opens_and_the_page_needs_none(elsewhere):
    headers = {"Authorization": "Bearer s3cret", "Host": "192.168.7.7"}
    assert elsewhere.get("/api/health", headers=headers).status_code == 200
    assert elsewhere.get("/", headers={"Host": "192.168.7.7"}).status_code == 200
    answer = elsewhere.get("/api/health", headers={**headers, "Host": "evil.example"})
    assert answer.status_code == 403


# Addresses


@pytest.mark.parametrize(
    "path",
    ["/../app.py", "/%2e%2e/app.py", "/..%2fapp.py", "/js/../../app.py",
     "/%2e%2e%2f%2e%2e%2fapi.py", "/..%5capp.py", "//etc/passwd", "/%00", "/static/../app.py",
     "/....//app.py", "/api/files/..%2f..%2fetc%2fpasswd", "/api/files/%2e%2e",
     "/api/files/.hidden.png",
     "/api/files/link.png", "/api/files/note.txt", "/api/files/deep%2fcat.png", "/api/files/deep",
     "/api/files/..%2fcat.png", "/api/files/cat.png%00", "/api/files/%2fetc%2fpasswd"],
)  # fmt: skip
def test_no_path_leads_out(studio, path):
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    head, _, body = raw(studio, request.encode()).partition(b"\r\n\r\n")
    assert head.split(b" ")[1] in (b"404", b"422", b"400"), head
    assert b"root:" not in body
    assert b"import" not in body


def test_what_is_not_there(studio):
    assert "openapi" in sentence(studio.get("/api/nothing"), 404)
    assert "method" in sentence(studio.delete("/api/health"), 405)


@pytest.mark.parametrize("key", [NOBODY, "x", "%2e%2e", "a" * 5000])
def test_what_is_not_kept_is_gone(studio, drawing, key):
    own = drawing["id"]
    answers = [
        studio.get(f"/api/drawings/{key}/line.png"),
        studio.post(f"/api/drawings/{key}/regions", json={}),
        studio.get(f"/api/drawings/{own}/regions/{key}/labels"),
        studio.post(f"/api/drawings/{own}/regions/{key}/colors", json={}),
        studio.post(f"/api/drawings/{own}/regions/{key}/shade.png", json=FLAT),
    ]
    for answer in answers:
        assert "send the drawing again" in sentence(answer, 404)
        assert answer.json()["gone"] is True


def test_regions_of_another_drawing_are_gone(studio, drawing, cat):
    other = studio.post("/api/drawings", content=cat).json()["id"]
    answer = studio.get(f"/api/drawings/{other}/regions/{drawing['regions']}/labels")
    assert answer.json()["gone"] is True


# Uploads


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        (b"", "a.png", "The body is empty; send the bytes of a file."),
        (b"hello", "a.png", "a.png is damaged or no picture of the kind that its name says"),
        (b"hello", "../../etc/passwd", "passwd is not a PNG, JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "a.svg is not a PNG"),
        (b"GIF89a" + bytes(50), "", "drawing is not a PNG"),
        (gzip.compress(bytes(1000)), "a.png.gz", "a.png.gz is not a PNG"),
    ],
)
def test_what_is_no_drawing(studio, data, name, text):
    answer = studio.post("/api/drawings", content=data, headers={"X-Filename": name})
    assert text in sentence(answer, 422)


def test_half_a_picture(studio, cat):
    answer = studio.post(
        "/api/drawings", content=cat[: len(cat) // 2], headers={"X-Filename": "a.png"}
    )
    assert sentence(answer, 422) == "a.png is truncated or damaged; export it again."


def bomb(width, height):
    """A PNG of few bytes that says it has so many pixels, and has."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def test_a_bomb_is_refused_from_its_header(studio):
    data = bomb(12_000, 4_000)
    assert len(data) < 100_000
    start = time.monotonic()
    answer = studio.post("/api/drawings", content=data, headers={"X-Filename": "bomb.png"})
    text = sentence(answer, 413)
    assert text.startswith("bomb.png has more than 3 megapixels; make it smaller")
    assert time.monotonic() - start < 5


def test_a_body_that_is_packed_is_not_unpacked(studio, boxes):
    answer = studio.post(
        "/api/drawings", content=gzip.compress(boxes), headers={"Content-Encoding": "gzip"}
    )
    assert "is not a PNG" in sentence(answer, 422)


def test_a_long_upload_is_refused(studio):
    answer = studio.post("/api/drawings", content=bytes(9 << 20))
    assert "larger than 8 MiB" in sentence(answer, 413)


def test_a_long_upload_without_a_length_is_refused(studio):
    def parts():
        for _ in range(200):
            yield bytes(1 << 16)

    answer = studio.post("/api/drawings", content=parts())
    assert "larger than 8 MiB" in sentence(answer, 413)


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999", "4, 5", "x"])
def test_a_false_length_is_refused(studio, length):
    head = f"POST /api/drawings HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\nabc"
    assert raw(studio, head.encode(), wait=1)[9:12] in (b"400", b"413")


def test_nothing_is_left_of_refused_uploads(studio):
    studio.post("/api/drawings", content=b"hello")
    studio.post("/api/drawings", content=bytes(9 << 20))
    folder = studio.app.state.cache._folder
    assert not list(folder.glob("drafts-*"))


# JSON


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json",
                                  "multipart/form-data; boundary=x"])  # fmt: skip
def test_json_must_be_declared(studio, drawing, kind):
    path = f"/api/drawings/{drawing['id']}/regions"
    answer = studio.post(path, content=b"{}", headers={"Content-Type": kind})
    assert "Content-Type: application/json" in sentence(answer, 415)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff\xfe", b"[1,]", b'{"gap": NaN}', b'{"gap": Infinity}', b"[" * 200_000,
     b'{"a":' * 50_000, b'{"gap": ' + b"9" * 5000 + b"}", b'\xef\xbb\xbf{}x'],
)  # fmt: skip
def test_what_is_no_json(studio, drawing, data):
    path = f"/api/drawings/{drawing['id']}/regions"
    answer = studio.post(path, content=data, headers={"Content-Type": "application/json"})
    assert sentence(answer, 400) == "The body is not JSON; check what is sent."


def test_huge_json_is_refused(studio, drawing):
    data = b'{"edits": [' + b" " * (5 << 20) + b"]}"
    path = f"/api/drawings/{drawing['id']}/regions"
    answer = studio.post(path, content=data, headers={"Content-Type": "application/json"})
    assert "larger than 4 MiB" in sentence(answer, 413)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ([], "The body is not an object."),
        ({"gap": -1}, "gap is -1; give 0 or more."),
        ({"gap": 1e999}, None),
        ({"gap": True}, "gap is not a number or null."),
        ({"cuts": []}, "'cuts' is not known here; see the API's document."),
        ({"edits": [{}]}, "edits[0] is none of what is allowed; give an object with"),
        ({"edits": [{"cut": [[0, 0]]}]}, "edits[0].cut has 1 items; give 2 to 20000."),
        ({"edits": [{"cut": [[0, 0], [0]]}]}, "edits[0].cut[1] has 1 items; give 2 to 2."),
        ({"edits": [{"cut": [[0, 0], [0, "1"]]}]}, "edits[0].cut[1][1] is not a number."),
        ({"edits": [{"cut": [[0, 0], [0, 1]], "x": 1}]}, "edits[0].'x' is not known here"),
        ({"edits": [{"cut": [[0, 0], [0, 500]]}]}, "Edit 1 leaves the picture of 200 x 120"),
    ],
)  # fmt: skip
def test_regions_that_cannot_be_obeyed(studio, drawing, body, text):
    answer = studio.post(
        f"/api/drawings/{drawing['id']}/regions",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    if text is None:
        assert answer.status_code == 400
    else:
        assert sentence(answer, 422).startswith(text)


DOT = {"x": 1, "y": 1, "color": "#000000"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"seed": -1}, "seed is -1; give 0 or more."),
        ({"seed": 1.5}, "seed is not a whole number."),
        ({"variations": 9}, "variations is 9; give 8 or less."),
        ({"style": "oil"}, "style is 'oil'; give one of flat"),
        ({"palette": []}, "palette has 0 items; give 1 to 4096."),
        ({"palette": ["red"]}, "palette[0] is 'red', which has not the right form; write it"),
        ({"palette": ["#000000"], "names": ["a", "b"]}, "1 colours have 2 names; give one"),
        ({"hints": [{**DOT, "x": 200}]}, "Hint 1 lies outside of the picture of 200 x 120"),
        ({"hints": [{**DOT, "color": "#000000\n"}]}, "hints[0].color is '#000000\\n', which has"),
        ({"hints": [{"points": [[0, 0]], "radius": 0, "color": "#000000"}]},
         "hints[0].radius is 0; give more than 0."),
        ({"hints": [{"x": 1}]}, "hints[0] is none of what is allowed"),
        ({"fixed": {"0": "#000000"}}, "There is no region 0; they are 1 to 2."),
        ({"fixed": {"9": None}}, "There is no region 9; they are 1 to 2."),
        ({"fixed": {"-1": None}}, "fixed.'-1' is not known here"),
        ({"fixed": {"١": None}}, "fixed.'١' is not known here"),
    ],
)  # fmt: skip
def test_colors_that_cannot_be_obeyed(studio, drawing, body, text):
    path = f"/api/drawings/{drawing['id']}/regions/{drawing['regions']}/colors"
    assert sentence(studio.post(path, json=body), 422).startswith(text)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"format": "png"}, "palette is missing."),
        ({"palette": []}, "format is missing."),
        ({"format": "exe", "palette": []}, "format is 'exe'; give one of png"),
        ({"format": "../../x", "palette": []}, "format is '../../x'; give one of png"),
        ({"format": "png", "palette": []}, "drawing is missing."),
        ({"format": "gpl", "palette": []}, "palette has 0 items; give 1 to 4096."),
        ({"format": "png", "palette": [], "drawing": "x", "regions": NOBODY, "entries": [-1]},
         "drawing is 'x', which has not the right form."),
    ],
)  # fmt: skip
def test_files_that_cannot_be_made(studio, body, text):
    assert sentence(studio.post("/api/export", json=body), 422).startswith(text)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"entries": [-1, 0]}, "There are 2 regions and line, but 2 entries; give one for each"),
        ({"entries": [-1, 0, 1]}, "An entry points at colour 1 of 1; count from 0."),
        ({"entries": [-2, 0, 0]}, "entries[0] is -2; give -1 or more."),
    ],
)  # fmt: skip
def test_entries_that_do_not_fit(studio, drawing, more, text):
    body = {"drawing": drawing["id"], "regions": drawing["regions"], "format": "png"}
    answer = studio.post("/api/export", json=body | {"palette": ["#000000"]} | more)
    assert sentence(answer, 422).startswith(text)


# Time, queue, room


def test_a_slow_body_is_given_up(server):
    limits = Limits(workers=1, body_seconds=0.4)
    with server(Settings(limits=limits)) as client:
        head = b"POST /api/drawings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc"
        answer = raw(client, head)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"took longer than 0.4 s to arrive" in answer


def test_work_that_takes_too_long_is_ended(server, odd_jobs, boxes):
    settings = Settings(desk=odd_jobs.slow_desk, limits=Limits(workers=1, seconds=0.8, grace=0.1))
    with server(settings) as client:
        before = client.app.state.pool.pids
        answer = client.post("/api/drawings", content=boxes)
        assert (
            sentence(answer, 422) == "This took too long and was ended; make the drawing smaller."
        )
        wait_for(lambda: client.app.state.pool.pids != before)


def test_who_comes_too_many_is_asked_to_wait(server, odd_jobs, boxes):
    limits = Limits(workers=1, waiting=0)
    with server(Settings(desk=odd_jobs.slow_desk, limits=limits)) as client:
        answer = client.post("/api/drawings", content=boxes)
        assert sentence(answer, 429) == "Too much is waiting already; try again in a moment."
        assert answer.headers["retry-after"] == "1"


def test_a_worker_that_breaks_is_told(server, odd_jobs, boxes):
    with server(Settings(desk=odd_jobs.broken_desk, limits=Limits(workers=1))) as client:
        answer = client.post("/api/drawings", content=boxes)
        assert "The work broke off" in sentence(answer, 503)


def test_a_defect_is_told_without_its_inside(server, odd_jobs, boxes, capfd):
    with server(Settings(desk=odd_jobs.wrong_desk, limits=Limits(workers=1))) as client:
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
    with server(Settings(desk=odd_jobs.patient_desk, limits=limits)) as client:
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


def test_a_drawing_that_can_never_be_kept_is_refused_at_once(server, cat):
    with server(Settings(limits=Limits(workers=1, cache=2 << 20))) as client:
        answer = client.post("/api/drawings", content=cat)
        text = "This drawing needs 2 MiB of the 2 MiB that this server keeps; make it smaller"
        assert sentence(answer, 413).startswith(text)
