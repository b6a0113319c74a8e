"""``nurie color``: references, and shade."""

import json

import numpy as np
import pytest
from PIL import Image

from nurie.colors import bin_centers


def picture(path, *colors):
    Image.fromarray(np.array([colors], np.uint8)).save(path)


def test_references_give_their_colours(nurie, cat, tools, tmp_path):
    picture(tmp_path / "one.png", (10, 90, 200), (10, 90, 200))
    picture(tmp_path / "two.png", (200, 90, 10), (200, 90, 10))
    heard = nurie("color", cat, "--reference", "one.png", "--reference", "two.png", "-o", "o.png")
    assert (heard.code, heard.err) == (0, "")
    used = {tuple(c) for c in tools.load(tmp_path / "o.png").reshape(-1, 3).tolist()}
    assert used == {(0, 0, 0), (255, 255, 255), (10, 90, 200), (200, 90, 10)}


def test_a_reference_that_is_none_costs_nothing(nurie, cat, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG and nothing more")
    heard = nurie("color", cat, "--reference", "broken.png", "-o", "o.png")
    assert heard.code == 2
    assert "broken.png" in heard.err
    assert not (tmp_path / "o.png").exists()


@pytest.mark.parametrize("style", ["cel", "soft"])
def test_shade_darkens_flats_and_leaves_lines_and_paper(nurie, tmp_path, tools, style):
    rows, columns = np.mgrid[0:96, 0:96]
    away = np.hypot(rows - 48, columns - 48)
    lines = np.full((96, 96), 255, np.uint8)
    lines[np.abs(away - 40) < 1.5] = 0
    Image.fromarray(lines).save(tmp_path / "ball.png")
    assert nurie("color", "ball.png", "-o", "flat.png").code == 0
    assert (
        nurie("color", "ball.png", "--style", style, "--light", "left", "-o", "lit.png").code == 0
    )
    flat, lit = tools.load(tmp_path / "flat.png"), tools.load(tmp_path / "lit.png")
    assert (lit <= flat).all()
    assert (lit[48, 78] < flat[48, 78]).any()
    if style == "cel":
        assert (lit[48, 20] == flat[48, 20]).all()
    # The painter darkens a little on its own account; the light still tells the sides apart.
    assert lit[48, 78].sum() < lit[48, 20].sum()
    assert (lit[lines == 0] == 0).all()
    assert (lit[away > 44] == 255).all()


@pytest.fixture
def lit(tmp_path):
    """``lit.png``: an outlined blue ball in cel shade, light from the left."""
    rows, columns = np.mgrid[0:160, 0:160]
    away = np.hypot(rows - 80, columns - 80)
    painted = np.full((160, 160, 3), 255, np.uint8)
    painted[away < 70] = (40, 90, 220)
    painted[(away < 70) & (np.hypot(rows - 80, columns - 50) > 70)] = (28, 64, 160)
    painted[np.abs(away - 70) < 1.5] = 0
    Image.fromarray(painted).save(tmp_path / "lit.png")


@pytest.mark.usefixtures("lit")
def test_in_the_style_of_a_picture(nurie, tools, tmp_path):
    ball = np.full((96, 96), 255, np.uint8)
    rows, columns = np.mgrid[0:96, 0:96]
    ball[np.abs(np.hypot(rows - 48, columns - 48) - 40) < 1.5] = 0
    tools.save(tmp_path / "ball.png", ball)
    assert nurie("color", "ball.png", "--like", "lit.png", "-o", "flat.png", "--style",
                 "flat").code == 0  # fmt: skip
    assert tools.load(tmp_path / "flat.png")[48, 48].tolist() == [40, 90, 220]
    assert nurie("color", "ball.png", "--like", "lit.png", "-o", "like.png").code == 0
    like = tools.load(tmp_path / "like.png")
    assert like[48, 20].tolist() == [40, 90, 220]
    assert like[48, 82].sum() < like[48, 20].sum()
    (tmp_path / "red.hex").write_text("#c01020")
    assert nurie("color", "ball.png", "--like", "lit.png", "-o", "red.png", "--palette", "red.hex",
                 "--light", "right").code == 0  # fmt: skip
    red = tools.load(tmp_path / "red.png")
    assert red[48, 78].tolist() == [0xC0, 0x10, 0x20]
    assert red[48, 14].sum() < red[48, 78].sum()


def test_a_style_of_no_picture_costs_nothing(nurie, cat, tmp_path):
    (tmp_path / "notes.txt").write_text("blue, mostly")
    heard = nurie("color", cat, "--like", "notes.txt", "-o", "o.png")
    assert heard.code == 2
    assert "notes.txt is no picture" in heard.err
    assert not (tmp_path / "o.png").exists()


def test_light_from_nowhere_is_one_sentence(nurie, cat, tmp_path):
    heard = nurie("color", cat, "--style", "cel", "--light", "above")
    assert heard.code == 2
    assert "Light cannot come from 'above'" in heard.err
    assert not (tmp_path / "cat.colored.png").exists()


def test_a_histogram_says_what_occurs(nurie, cat, tools, tmp_path):
    counts = [{"bin": 5 * 64 + 8, "count": 90}, {"bin": 511, "count": 500}]
    record = {"pictures": 1, "bins": [entry | {"color": "#a02010"} for entry in counts]}
    (tmp_path / "h.json").write_text(json.dumps(record))
    heard = nurie("color", cat, "--histogram", "h.json", "-o", "o.png")
    assert (heard.code, heard.err) == (0, "")
    used = {tuple(c) for c in tools.load(tmp_path / "o.png").reshape(-1, 3).tolist()}
    assert tuple(bin_centers()[5 * 64 + 8].tolist()) in used


def test_a_histogram_that_is_none_is_one_sentence(nurie, cat, tmp_path):
    (tmp_path / "h.json").write_text("[]")
    heard = nurie("color", cat, "--histogram", "h.json")
    assert heard.code == 2
    assert "h.json" in heard.err
