"""What is refused: by whom it was asked, what it says, how large and how slow it is."""

import gzip
import struct
import zlib

import httpx
import pytest

from nurie.studio.app import Settings
from nurie.studio.shapes import Limits

NOBODY = "0" * 64
FLAT = {"palette": [], "entries": [-1], "style": "flat"}


# Who asks


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil", "0.0.0.0",
     "192.168.0.1", "[::2]", "localhost@evil.example", "127.0.0.1:x", "", "[", "2130706433"],
)  # fmt: skip
def test_another_host_is_refused(studio, host, sentence):
    for path in ("/", "/api/health", f"/api/drawings/{NOBODY}/line.png"):
        answer = studio.get(path, headers={"Host": host})
        assert "go by that name" in sentence(answer, 403)


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:9"])
def test_this_machines_names_are_allowed(studio, host):
    assert studio.get("/api/health", headers={"Host": host}).status_code == 200


def test_two_hosts_or_none_are_refused(studio, raw):
    two = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n"
    none = b"GET /api/health HTTP/1.0\r\n\r\n"
    assert b" 200 " not in raw(studio, two).split(b"\r\n")[0]
    assert b" 200 " not in raw(studio, none).split(b"\r\n")[0]


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", "http://localhost",
     "file://", ""],
)  # fmt: skip
def test_another_origin_is_refused(studio, boxes, origin, sentence):
    answer = studio.post("/api/drawings", content=boxes, headers={"Origin": origin})
    assert "Another site" in sentence(answer, 403)


def test_the_pages_own_origin_is_allowed(studio, boxes):
    own = f"http://127.0.0.1:{studio.port}"
    headers = {"Origin": own, "Sec-Fetch-Site": "same-origin"}
    assert studio.post("/api/drawings", content=boxes, headers=headers).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_embeds_is_refused(studio, site, sentence):
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
def elsewhere(server, odd_jobs):
    limits = Limits(workers=1)
    settings = Settings(host="0.0.0.0", token="s3cret", jobs=odd_jobs.late_table, limits=limits)
    with server(settings) as client:
        yield client


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer s3cre", "Bearer s3crets", "Bearer S3CRET", "s3cret",
     "Basic s3cret", b"Bearer s3cr\xe9t"],
)  # fmt: skip
def test_elsewhere_the_token_is_asked_for(elsewhere, given, sentence):
    headers = {} if given is None else {"Authorization": given}
    for path in ("/api/health", "/api/openapi.json", f"/api/drawings/{NOBODY}/line.png", "/api/x"):
        answer = httpx.get(f"http://127.0.0.1:{elsewhere.port}{path}", headers=headers)
        assert "token" in sentence(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_elsewhere_the_token_opens_and_the_page_needs_none(elsewhere):
    headers = {"Authorization": "Bearer s3cret", "Host": "192.168.7.7"}
    for scheme in ("bearer", "BEARER"):
        shouted = {"AUTHORIZATION": f"{scheme} s3cret"}
        assert elsewhere.get("/api/health", headers=shouted).status_code == 200
    assert elsewhere.get("/metrics").status_code == 401
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
def test_no_path_leads_out(studio, path, raw):
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    head, _, body = raw(studio, request.encode()).partition(b"\r\n\r\n")
    assert head.split(b" ")[1] in (b"404", b"422", b"400"), head
    assert b"root:" not in body
    assert b"import" not in body


def test_what_is_not_there(studio, sentence):
    assert "openapi" in sentence(studio.get("/api/nothing"), 404)
    assert "method" in sentence(studio.delete("/api/health"), 405)


@pytest.mark.parametrize("key", [NOBODY, "x", "%2e%2e", "a" * 5000])
def test_what_is_not_kept_is_gone(studio, drawing, key, sentence):
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
        (b"hello", "../../etc/passwd", "passwd is no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "a.svg is an SVG"),
        (b"GIF89a" + bytes(50), "", "drawing is no picture"),
        (gzip.compress(bytes(1000), mtime=0), "a.png.gz", "a.png.gz is no picture"),
    ],
)
def test_what_is_no_drawing(studio, data, name, text, sentence):
    answer = studio.post("/api/drawings", content=data, headers={"X-Filename": name})
    assert text in sentence(answer, 422)


def test_half_a_picture(studio, cat, sentence):
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


def test_a_bomb_is_refused_from_its_header(studio, sentence):
    data = bomb(12_000, 4_000)
    assert len(data) < 100_000
    answer = studio.post("/api/drawings", content=data, headers={"X-Filename": "bomb.png"})
    text = sentence(answer, 413)
    assert text.startswith("bomb.png has more than 3 megapixels; make it smaller")


def test_a_body_that_is_packed_is_not_unpacked(studio, boxes, sentence):
    answer = studio.post(
        "/api/drawings", content=gzip.compress(boxes), headers={"Content-Encoding": "gzip"}
    )
    assert "is no picture" in sentence(answer, 422)


def test_a_long_upload_is_refused(studio, sentence):
    answer = studio.post("/api/drawings", content=bytes(9 << 20))
    assert "larger than 8 MiB" in sentence(answer, 413)


def test_a_long_upload_without_a_length_is_refused(studio, sentence):
    def parts():
        for _ in range(200):
            yield bytes(1 << 16)

    answer = studio.post("/api/drawings", content=parts())
    assert "larger than 8 MiB" in sentence(answer, 413)


@pytest.mark.parametrize("length", ["-1", "1e3", "99999999999999999999", "4, 5", "x"])
def test_a_false_length_is_refused(studio, length, raw):
    head = f"POST /api/drawings HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\nabc"
    assert raw(studio, head.encode(), wait=1)[9:12] in (b"400", b"413")


def test_nothing_is_left_of_refused_uploads(studio):
    studio.post("/api/drawings", content=b"hello")
    studio.post("/api/drawings", content=bytes(9 << 20))
    folder = studio.app.state.cache._folder
    assert not list(folder.glob("drafts-*"))


def test_behind_a_proxy_its_names_and_its_own_pages_are_known(server, odd_jobs):
    settings = Settings(
        token="s3cret", public=("https://colour.example.org",), jobs=odd_jobs.late_table,
        limits=Limits(workers=1),
    )  # fmt: skip
    with server(settings) as client:
        for host, origin, status in (
            ("colour.example.org", "https://colour.example.org", 200),
            ("127.0.0.1", "https://colour.example.org", 200),
            ("colour.example.org", "https://evil.example.org", 403),
            ("evil.example.org", "https://colour.example.org", 403),
        ):
            headers = {"Host": host, "Origin": origin, "Authorization": "Bearer s3cret"}
            assert client.get("/api/limits", headers=headers).status_code == status
