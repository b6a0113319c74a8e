"""Which pictures meet, and in which order."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from nurie.errors import InputError, OptionError, UnreadableError
from nurie_lab.bench.preference.contest import Contest, Duel, choose, fingerprints, read_contest
from nurie_lab.bench.preference.votes import Vote

THREE = Contest({name: {d: Path(d) for d in ("cat", "dog", "owl")} for name in "abc"})
"""Three systems, three drawings: nine duels."""


@pytest.fixture
def made(tmp_path):
    """Makes a folder of files, each holding its own place."""

    def make(folder, *names):
        (tmp_path / folder).mkdir(parents=True)
        for name in names:
            (tmp_path / folder / name).write_text(f"{folder}/{name}", "utf-8")
        return tmp_path / folder

    return make


def vote(pair, session="me", *, test=False):
    return Vote(
        pair.drawing, pair.left, pair.right, "", "", "left", 1.0, "now", session, test
    )  # fmt: skip


def judged(contest, turns, sessions=("me",), seed=0):
    """Votes as they come when the sessions take turns."""
    given = []
    for turn in range(turns):
        session = sessions[turn % len(sessions)]
        given.append(vote(choose(contest.duels, given, session, seed=seed), session))
    return given


def met(given):
    return Counter(frozenset((v.left_system, v.right_system)) for v in given)


def test_folders_are_systems_and_stems_are_drawings(made):
    first, second = made("x/ours", "cat.png", "dog.png", "note.txt"), made("theirs", "cat.webp")
    contest = read_contest([first, second], made("lines", "cat.jpg"))
    assert contest.duels == [Duel("cat", frozenset(("ours", "theirs")))]
    assert contest.sketches["cat"].name == "cat.jpg"


def test_a_person_sees_each_duel_once():
    given = judged(THREE, 9)
    assert len({(v.drawing, frozenset((v.left_system, v.right_system))) for v in given}) == 9
    assert choose(THREE.duels, given, "me", seed=0) is None
    assert choose(THREE.duels, given, "you", seed=0)


@pytest.mark.parametrize("turns", range(1, 10))
def test_pairs_of_systems_meet_equally_often_at_any_time(turns):
    for seed in range(5):
        counts = met(judged(THREE, turns, seed=seed))
        assert max(counts.values()) - min(counts[p] for p in met(judged(THREE, 9))) <= 1


def test_several_people_share_the_work():
    given = judged(THREE, 12, sessions=("me", "you", "they", "we"))
    assert set(met(given).values()) == {4}
    duels = Counter((v.drawing, frozenset((v.left_system, v.right_system))) for v in given)
    assert set(duels.values()) == {1, 2}
    assert len(duels) == 9


def test_a_drawing_is_not_seen_twice_while_there_are_others():
    assert len({v.drawing for v in judged(THREE, 3)}) == 3


def test_sides_and_order_are_by_lot():
    firsts = [choose(THREE.duels, [], f"person {n}", seed=0) for n in range(300)]
    assert len({(p.drawing, p.left, p.right) for p in firsts}) == 18
    assert 110 < sum(p.left < p.right for p in firsts) < 190


def test_the_pair_stays_until_it_is_judged_and_the_seed_moves_it():
    pairs = {choose(THREE.duels, [], "me", seed=seed) for seed in range(20)}
    assert len(pairs) > 5
    assert len({choose(THREE.duels, [], "me", seed=3) for _ in range(5)}) == 1


def test_votes_by_scripts_do_not_move_a_persons_pairs():
    scripted = [replace(v, test=True, session="script") for v in judged(THREE, 5)]
    for turns in range(4):
        mine = judged(THREE, turns)
        alone = choose(THREE.duels, mine, "me", seed=0)
        assert choose(THREE.duels, scripted + mine, "me", seed=0) == alone
    assert choose(THREE.duels, scripted, "script", seed=0).duel not in {
        Duel(v.drawing, frozenset((v.left_system, v.right_system))) for v in scripted
    }


def test_the_least_judged_systems_meet_first():
    duels = [d for d in THREE.duels if d.systems != {"a", "b"}]
    given = [vote(choose(duels, [], str(n), seed=n), str(n)) for n in range(30)]
    assert choose(THREE.duels, given, "me", seed=0).duel.systems == {"a", "b"}


def test_systems_without_a_drawing_sit_out(made):
    folders = [made("a", "cat.png", "dog.png"), made("b", "cat.png"), made("c", "dog.png")]
    duels = read_contest(folders).duels
    assert {(d.drawing, *sorted(d.systems)) for d in duels} == {
        ("cat", "a", "b"),
        ("dog", "a", "c"),
    }


def test_fingerprints_are_of_the_bytes_and_refuse_a_change(made):
    contest = read_contest([made("a", "cat.png", "odd.png"), made("b", "cat.png")])
    found = fingerprints(contest, Path("v.sqlite"), {})
    assert set(found) == {("a", "cat"), ("b", "cat")}
    assert len(set(found.values())) == 2
    assert fingerprints(contest, Path("v.sqlite"), found) == found
    contest.pictures["b"]["cat"].write_text("painted over", "utf-8")
    with pytest.raises(InputError, match=r"cat\.png is not the picture that v\.sqlite has votes"):
        fingerprints(contest, Path("v.sqlite"), found)


@pytest.mark.parametrize(
    ("folders", "kind", "sentence"),
    [
        (["a"], OptionError, "at least two folders, one for the pictures of each system"),
        (["a", "x/a"], OptionError, "Two folders are called a, as both systems would; rename"),
        (["a", "b"], OptionError, "No picture is in two of the folders under the same name"),
        (["a", "none"], UnreadableError, "none is not a folder; give the folder that holds"),
        (["a", "empty"], InputError, "empty holds no pictures; give the folder that holds them"),
        (["a", "twice"], InputError, r"cat\.jpg and cat\.png are of one drawing; keep one"),
    ],
)
def test_folders_that_cannot_be_compared(made, tmp_path, folders, kind, sentence):
    made("a", "cat.png")
    made("x/a", "cat.png")
    made("b", "dog.png", ".cat.png")
    made("empty", "note.txt")
    made("twice", "cat.png", "cat.jpg")
    with pytest.raises(kind, match=sentence):
        read_contest([tmp_path / name for name in folders])
