"""One artist's pictures: read, divided, varied without losing their palette."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nurie.errors import InputError, UnreadableError
from nurie.io.images import write_picture
from nurie_lab.data.artist import (
    HELD,
    MOST,
    SIDE,
    Work,
    divide,
    examples_of,
    read_works,
    vary,
)
from nurie_lab.data.shards import encode, write_shard


def picture(i, side=120):
    """Two outlined boxes of two colours on white."""
    color = np.full((side, side, 3), 255, np.uint8)
    for left, hue in ((10, (200, 40 + i, 40)), (side // 2, (30, 90, 150 + i))):
        color[20 : side - 20, left : left + side // 2 - 14] = 0
        color[23 : side - 23, left + 3 : left + side // 2 - 17] = hue
    return color


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine").mkdir()
    for i in range(5):
        write_picture(tmp_path / "mine" / f"{'abcde'[i]}.png", picture(i))
    return tmp_path / "mine"


def test_a_folder_is_read_and_what_is_of_no_use_is_named(folder):
    (folder / "broken.png").write_bytes(b"?")
    write_picture(folder / "gray.png", np.tile(np.arange(120, dtype=np.uint8) * 2, (120, 1)))
    write_picture(folder / "wide.png", np.repeat(picture(0), 8, axis=1))
    passed = {}
    works = read_works(folder, passed.__setitem__)
    assert [work.name for work in works] == [*("abcde"[i] + ".png" for i in range(5)), "wide.png"]
    assert passed.keys() == {"broken.png", "gray.png"}
    assert passed["gray.png"] == "monochrome"
    assert works[-1].color.shape == (48, SIDE, 3)


def test_shards_bring_their_line_art_and_a_damaged_one_is_named(tmp_path):
    line = np.full((120, 120), 255, np.uint8)
    line[:, 60] = 0
    pen = 255 - line
    records = [
        (f"p{i}", {"color.webp": encode(picture(i), "webp"), "line.png": encode(line, "png")}
         | ({"ink.png": encode(pen, "png")} if i == 1 else {}))
        for i in range(3)
    ]  # fmt: skip
    write_shard(tmp_path / "train-0000.tar", records)
    (tmp_path / "train-0001.tar").write_bytes(b"no tar")
    passed = {}
    works = read_works(tmp_path, passed.__setitem__)
    assert [work.name for work in works] == [f"train-0000.tar/p{i}" for i in range(3)]
    np.testing.assert_array_equal(works[0].lines, line)
    np.testing.assert_array_equal(works[1].lines, pen)
    assert list(passed) == ["train-0001.tar"]


def test_no_more_than_enough(folder, monkeypatch):
    monkeypatch.setattr("nurie_lab.data.artist.MOST", 4)
    passed = {}
    assert len(read_works(folder, passed.__setitem__)) == 4
    assert passed == {"e.png": "the first 4 are enough"}
    assert MOST == 1000


def test_refusals(folder, tmp_path):
    with pytest.raises(UnreadableError, match=r"none does not exist; check the name\."):
        read_works(tmp_path / "none", {}.__setitem__)
    for name in "abc":
        (folder / f"{name}.png").unlink()
    with pytest.raises(InputError, match=r"holds 2 coloured drawings .*; give at least 3"):
        read_works(folder, {}.__setitem__)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no pictures"):
        read_works(tmp_path / "empty", {}.__setitem__)


@settings(max_examples=40)
@given(st.integers(3, 300), st.booleans())
def test_all_are_either_learnt_from_or_held_out(count, film):
    blank = np.zeros((1, 1, 3), np.uint8)
    names = [f"walk_{i:04d}.png" if film else f"{'x' * (i + 1)}.png" for i in range(count)]
    works = [Work(name, blank) for name in names]
    learn, held = divide(works)
    assert sorted(w.name for w in learn + held) == sorted(names)
    assert 1 <= len(held) <= max(HELD, count // 10)
    assert len(held) >= count // 10
    if film:
        assert held == works[-len(held) :]
    assert [w.name for w in divide(works)[1]] == [w.name for w in held]


def test_lines_are_the_outlines_of_an_outlined_picture():
    outlined = Work("a", picture(0)).lines
    assert outlined[21, 20] == 0
    assert outlined[60, 30] == 255
    flat = picture(0)
    flat[(flat == 0).all(2)] = 255
    assert 0 < (Work("b", flat).lines == 0).sum() < 2000


def test_variations_keep_white_and_stay_near_the_palette():
    work = Work("a", picture(0))
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(12):
        lines, color = vary(work, rng)
        assert lines.shape == color.shape[:2] == (120, 120)
        assert (color[0, 0] == 255).all()
        colors, counts = np.unique(color.reshape(-1, 3), axis=0, return_counts=True)
        usual = colors[np.argsort(-counts)[:4]].astype(int)
        for hue in ((255, 255, 255), (200, 40, 40), (30, 90, 150)):
            assert np.abs(usual - hue).max(1).min() <= 10
        seen.add(color.tobytes())
    assert len(seen) == 12


def test_examples_come_in_rounds_of_all_pictures():
    works = [Work(f"{i}", picture(i)) for i in range(3)]
    # A drawing too worn to have regions gives none.
    two = [one.picture for one in examples_of(works, np.random.default_rng(0))]
    assert 3 <= len(two) <= 6
    assert set(two) == {"0", "1", "2"}
    more = [one.picture for one in examples_of(works, np.random.default_rng(0), len(two) + 1)]
    assert more[: len(two)] == two
    assert len(two) < len(more) <= len(two) + 3
