"""A polite client: its rate, its patience, what it does when the server has a bad day."""

import pytest

from nurie.errors import OptionError
from nurie_lab.data import polite as polite_
from nurie_lab.data.polite import (
    ComeBackError,
    FetchError,
    Polite,
    RefusedError,
    seconds_of,
)

MANY = 1 << 20


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self):
        self.now, self.naps = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        if seconds:
            self.naps.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


def client(clock, **manners):
    return Polite(rate=2, **manners, sleep=clock.sleep, clock=clock)


def test_requests_keep_to_the_rate(board, clock):
    board.files["/a"] = b"hello"
    polite = client(clock)
    assert [polite.get(f"{board.url}/a", limit=MANY) for _ in range(4)] == [b"hello"] * 4
    assert clock.now == pytest.approx(1.5)  # two a second; the first waits for nobody


def test_requests_name_their_sender(board, clock):
    board.files["/a"] = b"hello"
    client(clock).get(f"{board.url}/a", limit=MANY)
    assert all(agent.startswith("nurie/") for agent in board.agents)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_later(board, clock, status):
    board.files["/a"] = b"hello"
    board.fail("/a", status, status)
    assert client(clock).get(f"{board.url}/a", limit=MANY) == b"hello"
    assert 0.75 <= clock.naps[0] <= 1.25
    assert 1.5 <= clock.naps[1] <= 2.5


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_plain_no_is_final(board, clock, status):
    board.fail("/a", status)
    with pytest.raises(RefusedError, match=f"/a answers {status} "):
        client(clock).get(f"{board.url}/a", limit=MANY)
    assert board.requests["/a"] == 1


def test_what_retry_after_says_is_done(board, clock):
    board.files["/a"] = b"hello"
    board.fail("/a", (429, {"Retry-After": "17"}))
    client(clock).get(f"{board.url}/a", limit=MANY)
    assert clock.naps == [17.0]


def test_a_very_long_pause_ends_the_work(board, clock):
    board.fail("/a", (503, {"Retry-After": "7200"}))
    with pytest.raises(ComeBackError, match="come back in 120 minutes; run the same command then"):
        client(clock).get(f"{board.url}/a", limit=MANY)
    assert clock.naps == []


def test_it_gives_up_in_the_end(board, clock):
    board.fail("/a", 500, 500, 500)
    with pytest.raises(FetchError, match=r"answers 500 .*\(requested 3 times\)"):
        client(clock, tries=3).get(f"{board.url}/a", limit=MANY)
    assert board.requests["/a"] == 3


def test_a_torn_answer_is_fetched_again(board, clock):
    board.files["/a"] = b"hello" * 1000
    board.fail("/a", "torn")
    assert client(clock).get(f"{board.url}/a", limit=MANY) == b"hello" * 1000
    assert board.requests["/a"] == 2


def test_a_slow_answer_is_given_up(board, clock):
    board.files["/a"] = b"hello"
    board.fail("/a", "slow")
    assert client(clock, timeout=0.1).get(f"{board.url}/a", limit=MANY) == b"hello"
    assert board.requests["/a"] == 2


def test_an_endless_trickle_is_given_up(board, monkeypatch):
    monkeypatch.setattr(polite_, "_PATIENCE", 5)
    ticks = iter(range(0, 10_000, 7))
    board.files["/a"] = b"x" * 200_000
    polite = Polite(tries=1, sleep=lambda _: None, clock=lambda: float(next(ticks)))
    with pytest.raises(FetchError, match="takes longer than 5 seconds"):
        polite.get(f"{board.url}/a", limit=MANY)


def test_too_much_is_refused(board, clock):
    board.files["/a"] = b"x" * (MANY + 1)
    with pytest.raises(RefusedError, match="is larger than 1 MiB"):
        client(clock).get(f"{board.url}/a", limit=MANY)


def test_nobody_there(clock):
    with pytest.raises(FetchError, match=r"cannot be reached: .*\(requested 2 times\)"):
        client(clock, tries=2).get("http://127.0.0.1:9/a", limit=MANY)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/a", "a.png", ""])
def test_only_web_addresses_are_asked(clock, url):
    with pytest.raises(RefusedError, match="is no web address"):
        client(clock).get(url, limit=MANY)


def test_manners_must_make_sense():
    with pytest.raises(OptionError, match="above 0"):
        Polite(rate=0)


def test_a_damaged_date_is_no_pause():
    assert seconds_of("Thu, 99 Xyz 1970 00:01:00 GMT") is None
