"""The page of blind pairs: what it shows, what becomes of a vote, and whom it answers."""

import json
import re
import struct
import zlib
from contextlib import contextmanager

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from nurie.errors import InputError, OutputError
from nurie_lab.bench.preference.ballots import BallotServer
from nurie_lab.bench.preference.contest import read_contest
from nurie_lab.bench.preference.page import COOKIE, build
from nurie_lab.bench.preference.votes import Votes

SYSTEMS = {"zebra-net": (255, 0, 0), "quagga-gan": (0, 0, 255)}
"""Names that occur nowhere else, and the colour of all that each painted, RGB."""

DRAWINGS = ("walrus", "osprey", "gecko")
PAGE = {"sec-fetch-site": "same-origin"}


def png(color, note=b""):
    """A picture of one colour whose file tells who made it."""
    data = cv2.imencode(".png", np.full((6, 8, 3), color[::-1], np.uint8))[1].tobytes()
    text = b"tEXtSoftware\0" + note
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return data[:33] + chunk + data[33:]


@pytest.fixture
def folders(tmp_path):
    for system, color in SYSTEMS.items():
        (tmp_path / system).mkdir()
        for drawing in DRAWINGS:
            (tmp_path / system / f"{drawing}.png").write_bytes(png(color, system.encode()))
    (tmp_path / "inked").mkdir()
    (tmp_path / "inked" / "walrus.png").write_bytes(png((9, 9, 9)))
    return tmp_path


@pytest.fixture
def opened(folders):
    """Opens the page, as often as one likes on one file of votes."""
    stores = []

    def enter(**terms):
        contest = read_contest([folders / name for name in SYSTEMS], folders / "inked")
        stores.append(Votes(folders / "votes.sqlite", create=True))
        app = build(BallotServer(contest, stores[-1], **terms))
        client = TestClient(app, base_url="http://127.0.0.1", headers=PAGE)
        client.store = stores[-1]
        return client

    yield enter
    for store in stores:
        store.close()


@pytest.fixture
def page(opened):
    return opened()


def vote(page, state, chosen="left", **other):
    """The answer to a vote on a pair."""
    body = {"pair": state["pair"], "chosen": chosen, "seconds": 1.25, "test": False} | other
    return page.post("/api/votes", json=body)


def seen(page, state):
    """The system of each side, known by its colour."""
    found = {}
    for side in ("left", "right"):
        data = page.get(f"/api/pictures/{state['sides'][side]}").content
        color = tuple(cv2.imdecode(np.frombuffer(data, np.uint8), 1)[0, 0, ::-1].tolist())
        found[side] = next(system for system, its in SYSTEMS.items() if its == color)
    return found


# Blind


def test_nothing_that_the_page_gets_names_a_system_or_a_drawing(page, folders):
    answers = []

    def heard(answer):
        answers.append(answer.content + repr(answer.headers.raw).encode())
        return answer

    state = heard(page.get("/api/pair")).json()
    for chosen in ("left", "right", "same"):
        for name in state["sides"].values():
            heard(page.get(f"/api/pictures/{name}"))
        state = heard(vote(page, state, chosen)).json()
    heard(page.post("/api/undo", json={}))
    for path in ("", "ballot.js", "ballot.css", "js/dom.js", "api/pictures/walrus.png", "x"):
        heard(page.get(f"/{path}"))
    whole = b"\n".join(answers).lower()
    assert len(answers) > 15
    for secret in (*SYSTEMS, *DRAWINGS, "inked", "votes.sqlite", str(folders)):
        assert secret.lower().encode() not in whole
    # Both systems were among what was shown; their files do tell who made them.
    assert b"zebra-net" in (folders / "zebra-net" / "gecko.png").read_bytes()


def test_names_are_new_each_time_even_for_the_same_pair(page):
    first = page.get("/api/pair").json()
    vote(page, first)
    again = page.post("/api/undo", json={}).json()
    assert seen(page, again)
    assert not set(first["sides"].values()) & set(again["sides"].values())
    assert first["pair"] != again["pair"]
    assert {len(name) for name in again["sides"].values()} == {26}


def test_pictures_come_bare(page):
    name = page.get("/api/pair").json()["sides"]["left"]
    answer = page.get(f"/api/pictures/{name}")
    assert answer.headers["content-type"] == "image/png"
    assert re.findall(rb"[A-Z][A-Za-z]{3}", answer.content)[:2] == [b"IHDR", b"IDAT"]
    assert b"tEXt" not in answer.content


def test_pictures_are_for_the_one_who_judges_them(page, opened):
    name = page.get("/api/pair").json()["sides"]["left"]
    page.cookies.clear()
    answer = page.get(f"/api/pictures/{name}")
    assert answer.status_code == 404
    assert answer.json() == {"error": "This picture is not shown any more; open the page anew."}


def test_line_art_is_shown_where_there_is_some(page):
    state, shown = page.get("/api/pair").json(), []
    while state["pair"]:
        shown.append("sketch" in state["sides"])
        state = vote(page, state).json()
    assert sorted(shown) == [False, False, True]


# Votes


def test_a_vote_is_written_at_once_with_its_sides(page):
    state = page.get("/api/pair").json()
    sides = seen(page, state)
    vote(page, state, "right")
    [written] = page.store.all()
    assert (written.left_system, written.right_system) == (sides["left"], sides["right"])
    assert (written.chosen, written.seconds, written.test) == ("right", 1.25, False)
    assert written.session == page.cookies[COOKIE]
    assert written.time.endswith("+00:00")
    assert len({written.left_sha256, written.right_sha256}) == 2


@pytest.mark.parametrize(
    ("terms", "choice", "headers", "test"),
    [
        ({}, {}, PAGE, False),
        ({}, {"test": True}, PAGE, True),
        ({"test": True}, {}, PAGE, True),
        ({}, {}, {"sec-fetch-site": "none"}, True),
        ({}, {}, None, True),
    ],
)
def test_what_no_person_gave_is_marked(opened, terms, choice, headers, test):
    page = opened(**terms)
    state = page.get("/api/pair").json()
    assert state["test"] == bool(terms)
    if headers is None:
        del page.headers["sec-fetch-site"]
    else:
        page.headers.update(headers)
    vote(page, state, **choice)
    assert [written.test for written in page.store.all()] == [test]


def test_the_same_pair_is_not_voted_on_twice(page):
    state = page.get("/api/pair").json()
    assert vote(page, state).status_code == 200
    answer = vote(page, state)
    assert answer.status_code == 409
    assert answer.json() == {"error": "Another pair is to be judged now; open the page anew."}
    assert len(page.store.all()) == 1


def test_a_stranger_cannot_vote(page):
    state = page.get("/api/pair").json()
    page.cookies.clear()
    assert vote(page, state).status_code == 409
    page.cookies.set(COOKIE, "../../etc/passwd")
    assert vote(page, state).status_code == 409
    assert page.store.all() == []


def test_undo_shows_the_same_pair_on_the_same_sides(page):
    state = page.get("/api/pair").json()
    sides = seen(page, state)
    vote(page, state)
    back = page.post("/api/undo", json={}).json()
    assert (seen(page, back), back["judged"], page.store.all()) == (sides, 0, [])
    answer = page.post("/api/undo", json={})
    assert (answer.status_code, answer.json()) == (409, {"error": "There is no vote to take back."})


def test_all_pairs_then_thanks_and_still_an_undo(page):
    state = page.get("/api/pair").json()
    for turn in range(3):
        assert (state["judged"], state["of"]) == (turn, 3)
        state = vote(page, state).json()
    assert state == {"pair": None, "sides": {}, "judged": 3, "of": 3, "test": False}
    assert page.post("/api/undo", json={}).json()["judged"] == 2


def test_so_many_pairs_for_each_person(opened):
    page = opened(count=2)
    state = page.get("/api/pair").json()
    assert state["of"] == 2
    assert vote(page, vote(page, state).json()).json()["pair"] is None
    fresh = page.post("/api/person", json={}).json()
    assert (bool(fresh["pair"]), fresh["judged"]) == (True, 0)


def test_somebody_else_is_somebody_else(page):
    vote(page, page.get("/api/pair").json())
    first = page.cookies[COOKIE]
    state = page.post("/api/person", json={}).json()
    vote(page, state)
    assert [v.session for v in page.store.all()] == [first, page.cookies[COOKIE]]
    assert first != page.cookies[COOKIE]


def test_a_reload_shows_the_same_pair(page):
    assert page.get("/api/pair").json() == page.get("/api/pair").json()


def test_reopened_it_goes_on_where_it_was(opened):
    page = opened()
    state = vote(page, page.get("/api/pair").json()).json()
    sides = seen(page, state)
    page.store.close()
    again = opened()
    again.cookies.set(COOKIE, page.cookies[COOKIE])
    anew = again.get("/api/pair").json()
    assert (anew["judged"], seen(again, anew)) == (1, sides)
    assert again.post("/api/undo", json={}).json()["judged"] == 0


def test_the_next_pictures_are_read_before_the_vote_and_each_once(page, monkeypatch):
    from nurie.io import images

    read, real = [], images.read_color
    monkeypatch.setattr(images, "read_color", lambda path: read.append(path) or real(path))
    state = page.get("/api/pair").json()
    for ready in (2, 3, 3):
        sides = [path for path in read if path.parent.name in SYSTEMS]
        assert len({path.stem for path in sides}) == ready
        assert len(sides) == len(set(sides)) == 2 * ready
        state = vote(page, state).json()
    assert state["pair"] is None


# What goes wrong


def test_a_broken_picture_is_left_out_and_named_on_the_terminal_only(opened, folders, capsys):
    (folders / "quagga-gan" / "osprey.png").write_bytes(b"no picture")
    (folders / "inked" / "walrus.png").write_bytes(b"no picture")
    page = opened()
    state = page.get("/api/pair").json()
    while state["pair"]:
        assert "quagga" not in json.dumps(state)
        assert "sketch" not in state["sides"]
        state = vote(page, state).json()
    assert (state["judged"], state["of"]) == (2, 2)
    complaints = capsys.readouterr().err
    assert complaints.count("osprey.png") == 1
    assert "inked" in complaints


def test_a_picture_painted_over_is_refused(opened, folders):
    page = opened()
    vote(page, page.get("/api/pair").json())
    for drawing in DRAWINGS:
        (folders / "zebra-net" / f"{drawing}.png").write_bytes(png((0, 255, 0)))
    with pytest.raises(InputError, match="is not the picture that"):
        opened()


def test_a_vote_that_cannot_be_written_is_not_lost_silently(page, monkeypatch, capsys):
    def full(_vote):
        raise OutputError("/secret/votes cannot be used: disk is full.")

    state = page.get("/api/pair").json()
    monkeypatch.setattr(page.store, "add", full)
    answer = vote(page, state)
    assert answer.status_code == 500
    assert answer.json() == {"error": "This could not be done; the terminal says why."}
    assert "disk is full" in capsys.readouterr().err
    monkeypatch.undo()
    assert vote(page, state).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"pair": "x", "chosen": "both", "seconds": 1, "test": False}, 422),
        ({"pair": "x", "chosen": "left", "seconds": -1, "test": False}, 422),
        ({"pair": "x", "chosen": "left", "seconds": 1}, 422),
        ({"pair": "x", "chosen": "left", "seconds": 1, "test": 0}, 422),
        ({"pair": "x", "chosen": "left", "seconds": 1, "test": False, "more": 1}, 422),
        ([], 422),
    ],
)
def test_votes_of_another_shape(page, body, status):
    page.get("/api/pair")
    answer = page.post("/api/votes", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_votes_that_are_no_json(page):
    assert page.post("/api/votes", content=b"{}").status_code == 415
    kind = {"content-type": "application/json"}
    assert page.post("/api/votes", content=b"{", headers=kind).status_code == 400
    assert page.post("/api/votes", content=b" " * 5000, headers=kind).status_code == 413


# Whom it answers


@contextmanager
def unchanged(page):
    before = page.store.all()
    yield
    assert page.store.all() == before


@pytest.mark.parametrize("host", ["evil.example", "192.168.0.1", "0.0.0.0"])
def test_another_host_is_refused(page, host):
    for path in ("/", "/api/pair", "/ballot.js"):
        assert page.get(path, headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
)
def test_another_site_is_refused(page, headers):
    state = page.get("/api/pair").json()
    body = {"pair": state["pair"], "chosen": "left", "seconds": 1, "test": False}
    with unchanged(page):
        assert page.post("/api/votes", json=body, headers=headers).status_code == 403


def test_the_page_may_load_itself_alone(page):
    answer = page.get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "http" not in re.sub(r"(?i)http-equiv", "", answer.text)
    for path in re.findall(r'(?:href|src)="([^"]+)"', answer.text):
        assert page.get(f"/{path}").status_code == 200, path
    script = page.get("/ballot.js").text
    for path in re.findall(r'from "\./([^"]+)"', script):
        assert page.get(f"/{path}").status_code == 200, path
    for place in re.findall(r'byId\("(\w+)"\)', script):
        assert f'id="{place}"' in answer.text, place


def test_the_cookie_is_for_this_page_alone(page):
    kept = page.get("/api/pair").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict"} <= set(kept.split("; "))


def test_pictures_of_who_left_long_ago_are_let_go(page):
    state = page.get("/api/pair").json()
    first = page.cookies[COOKIE]
    for _ in range(40):
        page.post("/api/person", json={})
    page.cookies.clear()
    page.cookies.set(COOKIE, first)
    assert page.get(f"/api/pictures/{state['sides']['left']}").status_code == 404
    assert seen(page, page.get("/api/pair").json())
