"""Fetching from a board: paging, ratings, checks, duplicates, and going on after a kill."""

import hashlib
import json

import numpy as np
import pytest

from nurie.errors import OptionError
from nurie_lab.data.collection import read_collection
from nurie_lab.data.polite import ComeBackError, FetchError, Polite
from nurie_lab.data.sources import Request, artist_of, board_url, fetch, posts


@pytest.fixture
def client():
    return Polite(rate=1e6, tries=2, timeout=5, sleep=lambda _: None)


@pytest.fixture
def get(board, client, tmp_path):
    """Fetch into ``tmp_path``; (number, reason or empty) of each outcome."""

    def run(count=100, **request):
        wished = Request(board.url, "hat", count, **request)
        return [(o.number, o.reason) for o in fetch(client, wished, tmp_path)]

    return run


def test_every_page_is_read_once(board, client):
    board.page_size = 3
    for number in range(8):
        board.add(number, b"")
    found = [post.number for post in posts(client, board.url, "hat 1girl")]
    assert found == [7, 6, 5, 4, 3, 2, 1, 0]
    assert [query["pid"] for query in board.queries] == [["0"], ["1"], ["2"], ["3"]]
    assert board.queries[0]["tags"] == ["hat 1girl"]


def test_posts_that_slip_to_the_next_page_come_once(board, client):
    board.page_size = 2
    for number in range(4):
        board.add(number, b"")
    found = []
    for post in posts(client, board.url, ""):
        found.append(post.number)
        if len(found) == 1:
            board.add(9, b"")  # a new post pushes the others on
    assert found == [3, 2, 1, 0]


def test_boards_that_wrap_their_posts(board, client):
    board.wrapped = True
    board.add(1, b"")
    assert [post.number for post in posts(client, board.url, "")] == [1]


def test_a_post_says_where_its_picture_is(board, client):
    board.add(
        3, b"", file_url="https://elsewhere.example/a.png", source="https://x.com/Ann/status/1"
    )
    board.add(2, b"", file_url="/b/c.png", parent_id=5)
    board.add(1, b"", tags=None)
    board.add(0, b"", directory=None)  # hidden
    third, second, first = posts(client, board.url, "")
    assert (first.url, first.group) == ("https://elsewhere.example/a.png", "x.com/ann")
    assert second.url == f"{board.url}/b/c.png"
    assert second.group.endswith("id=5")
    assert third.url == f"{board.url}/images/7/1.png"
    assert third.group == third.page
    assert third.tags == ""


def test_a_picture_is_kept_with_all_that_is_known(board, get, tmp_path, picture):
    board.add(5, picture(5))
    assert get() == [(5, "")]
    item = read_collection(tmp_path)[0]
    data = (tmp_path / "pictures" / "5.png").read_bytes()
    assert data == picture(5)
    assert item.sha256 == hashlib.sha256(data).hexdigest()
    assert (item.rating, item.tags, item.licence, item.tier) == (
        "general", "1girl hat", "unknown", "custom",
    )  # fmt: skip
    assert item.origin == f"{board.url}/index.php?page=post&s=view&id=5"


def test_it_stops_at_the_count(board, get, picture):
    for number in range(6):
        board.add(number, picture(number))
    assert [number for number, _ in get(count=2)] == [5, 4]
    assert sum(board.requests.values()) == 3  # a page and two pictures


def test_it_goes_on_where_it_stopped(board, get, tmp_path, picture):
    for number in range(5):
        board.add(number, picture(number))
    get(count=2)
    with (tmp_path / "collection.jsonl").open("a") as stream:
        stream.write('{"number": 3, "pa')  # killed while writing
    assert [number for number, _ in get(count=4)] == [2, 1]
    assert [board.requests[f"/images/7/{n}.png"] for n in (4, 3, 2, 1, 0)] == [1, 1, 1, 1, 0]
    assert len(read_collection(tmp_path)) == 4
    assert get(count=4) == []


@pytest.mark.parametrize("rating", ["questionable", "explicit", "e", "q", "sensitive", ""])
def test_ratings_are_filtered_before_anything_is_fetched(board, get, picture, rating):
    board.add(1, picture(1), rating=rating)
    assert get() == [(1, f"rated {rating or 'not at all'}")]
    assert board.requests["/images/7/1.png"] == 0


def test_any_rating_is_taken_when_asked_for(board, get, picture):
    board.add(1, picture(1), rating="questionable")
    assert get(rating="any") == [(1, "")]


def test_an_unknown_rating_is_said(get):
    with pytest.raises(OptionError, match="'nice' is no rating; give general or any"):
        get(rating="nice")


def test_what_is_wrong_with_a_picture_is_said(board, get, tmp_path, picture, png):
    rng = np.random.default_rng(0)
    gray = np.kron(rng.integers(0, 256, (10, 10, 1)), np.ones((12, 12, 3))).astype(np.uint8)
    board.add(1, picture(1)[:150])
    board.add(2, png(np.full((120, 120, 3), 255, np.uint8)))
    board.add(3, png(gray))
    board.add(4, png(np.zeros((20, 20, 3), np.uint8)))
    board.add(5, b"GIF", image="5.gif")
    board.add(6, picture(6), hash="0" * 32)
    board.add(7, picture(7), image="missing.png")
    reasons = dict(get())
    assert reasons[1].startswith("broken: the file ")
    assert [reasons[n] for n in (2, 3)] == ["blank", "monochrome"]
    assert reasons[4] == "too small (20 × 20)"
    assert reasons[5] == "no picture (.gif)"
    assert reasons[6].startswith("wrong MD5 (")
    assert "answers 404" in reasons[7]
    assert list((tmp_path / "pictures").iterdir()) == []
    listed = [json.loads(x) for x in (tmp_path / "skipped.jsonl").read_text().splitlines()]
    assert {record["number"]: record["reason"] for record in listed} == reasons


def test_a_picture_that_arrives_changed_is_fetched_again(board, get, picture):
    board.add(1, picture(1))
    board.fail("/images/7/1.png", picture(2))
    assert get() == [(1, "")]


def test_near_duplicates_are_kept_once_over_runs_too(board, get, picture):
    board.add(1, picture(1, side=120))
    board.add(2, picture(1, side=180))
    assert get(count=1) == [(2, "")]
    assert get(count=5) == [(1, f"the same picture as {board.url}/index.php?page=post&s=view&id=2")]


def test_a_bad_moment_is_not_final(board, get, tmp_path, picture):
    board.add(1, picture(1))
    board.fail("/images/7/1.png", 500, 500)
    assert "answers 500" in get()[0][1]
    assert not (tmp_path / "skipped.jsonl").exists()
    assert get() == [(1, "")]


def test_a_bad_day_ends_the_work(board, get, picture):
    for number in range(5):
        board.add(number, picture(number))
        board.fail(f"/images/7/{number}.png", 500, 500)
    with pytest.raises(FetchError, match="Run the same command later; it goes on from here"):
        get()


def test_a_board_that_wants_peace_gets_it(board, get, picture):
    board.add(1, picture(1))
    board.fail("/images/7/1.png", (429, {"Retry-After": "9000"}))
    with pytest.raises(ComeBackError, match="150 minutes"):
        get()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"<html>", r"is not JSON; is this a board like Safebooru\?"),
        (b'{"post": 3}', "holds no list of posts"),
        (b"7", "holds no list of posts"),
    ],
)
def test_what_is_no_board_is_said(board, client, answer, sentence):
    board.fail("/index.php", answer)
    with pytest.raises(FetchError, match=sentence):
        list(posts(client, board.url, ""))


def test_boards_by_name_and_address():
    assert board_url("http://localhost:80/x/") == "http://localhost:80/x"
    for wrong in ("danbooru", "ftp://x", "https://", "https://a b"):
        with pytest.raises(OptionError, match="is no board; give safebooru or an address"):
            board_url(wrong)


@pytest.mark.parametrize(
    ("source", "artist"),
    [
        ("", ""),
        ("https://twitter.com/i/web/status/1", ""),
        ("https://mobile.twitter.com/ANN/status/1", "twitter.com/ann"),
        ("https://www.pixiv.net/artworks/9", ""),
        ("https://deviantart.com/ann/art/x", "deviantart.com/ann"),
        ("drawn by ann", ""),
    ],
)
def test_artists(source, artist):
    assert artist_of(source) == artist
