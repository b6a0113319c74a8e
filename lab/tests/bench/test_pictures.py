"""Pictures that are drawn once, made from packages, or a folder's own."""

import numpy as np
import pytest

from nurie.errors import InputError
from nurie.io.images import write_picture
from nurie_lab.bench.bench import PictureSet
from nurie_lab.bench.pictures import cases, extra_cases, from_picture, write_lock
from nurie_lab.bench.report import sets

SMALL = PictureSet("small", "things", count=2, size=48)


def test_the_same_seed_draws_the_same_pictures(tmp_path):
    one = [c.digest for c in cases(SMALL, tmp_path / "one")]
    two = [c.digest for c in cases(SMALL, tmp_path / "two")]
    assert one == two
    assert len(set(one)) == 2
    other = PictureSet("small", "things", count=2, size=48, seed=1)
    assert not set(one) & {c.digest for c in cases(other, tmp_path / "one")}


def test_pictures_are_drawn_once(tmp_path, monkeypatch):
    first = [c.digest for c in cases(SMALL, tmp_path)]
    monkeypatch.setattr("nurie_lab.bench.pictures._drawn", None)
    assert [c.digest for c in cases(SMALL, tmp_path)] == first
    assert len(list(cases(SMALL, tmp_path, most=1))) == 1


def test_a_damaged_picture_is_drawn_again(tmp_path):
    first = [c.digest for c in cases(SMALL, tmp_path)]
    for path in tmp_path.glob("*.npz"):
        path.write_bytes(b"half")
    assert [c.digest for c in cases(SMALL, tmp_path)] == first


@pytest.mark.parametrize("kind", ["people", "animals", "scenes", "films"])
def test_every_kind_is_drawn_with_its_truth(tmp_path, kind):
    (case,) = cases(PictureSet("a", kind, count=1, size=64, frames=2), tmp_path)
    assert len(case.frames) == (2 if kind == "films" else 1)
    assert case.frame.lines.shape[:2] == case.frame.color.shape[:2] == case.frame.parts.shape
    assert case.frame.pieces.max() > 1


def test_colours_that_are_not_flat_become_medians():
    lines = np.full((40, 20), 255, np.uint8)
    lines[:, 9] = 0
    color = np.random.default_rng(0).integers(90, 160, (40, 20, 3), np.uint8)
    color[:, 10:] = 255
    frame = from_picture(lines, color)
    assert len(np.unique(frame.color[:, :9].reshape(-1, 3), axis=0)) == 1
    assert (frame.parts[:, 10:] == 0).all()
    assert (frame.parts[:, :9] > 0).all()


def test_a_local_folder(tmp_path):
    lines = np.full((12, 12), 255, np.uint8)
    lines[:, 6] = 0
    color = np.full((12, 12, 3), 255, np.uint8)
    color[:, 7:] = (9, 99, 9)
    write_picture(tmp_path / "a.line.png", lines)
    with pytest.raises(InputError, match=r"has no a\.color\.png or a\.color\.webp beside it"):
        list(extra_cases(tmp_path))
    write_picture(tmp_path / "a.color.png", color)
    (case,) = extra_cases(tmp_path)
    assert case.frame.parts[0, 11] > 0 == case.frame.parts[0, 0]
    write_picture(tmp_path / "a.color.png", color[:6], force=True)
    with pytest.raises(InputError, match="different sizes; make them alike"):
        list(extra_cases(tmp_path))


def test_a_lock_tells_published_pictures_from_others(tmp_path, case):
    from nurie_lab.bench.bench import Bench

    bench, path = Bench("b", sets=(PictureSet("a", "things", count=1),)), tmp_path / "b.toml"
    assert sets(bench, path, {"a": [case]})[0]["published"] == "not locked"
    write_lock(path, {"a": [case]})
    assert sets(bench, path, {"a": [case]})[0]["published"] == "yes"
    other = type(case)("boxes", case.frames, "0" * 64)
    assert sets(bench, path, {"a": [other]})[0]["published"] == "**no**"
    assert sets(bench, path, {"extra": [case]})[0]["published"] == "not public"
