"""Light lines on dark or clear grounds, and tinted paper."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from nurie.below import find_fills, paper_light
from nurie.document import Layers, Palette, Sketch, fill_hints, with_fills
from nurie.ground import Ground, dark_ground, is_invisible, on_ground, paper_ground
from nurie.regions.segment import segment

KRAFT, BLUE, BLACK = (236, 218, 178), (38, 70, 140), (0, 0, 0)


def drawing():
    """Rooms with soft lines, dark on white: (180, 240) uint8."""
    page = np.full((180, 240), 255, np.uint8)
    cv2.rectangle(page, (12, 12), (226, 166), 0, 2, cv2.LINE_AA)
    cv2.circle(page, (70, 80), 40, 0, 2, cv2.LINE_AA)
    cv2.line(page, (12, 60), (34, 60), 0, 2, cv2.LINE_AA)
    cv2.rectangle(page, (140, 40), (200, 140), 0, 2, cv2.LINE_AA)
    return page


def on(color, ink, grain=0.0):
    share = drawing()[..., None] / 255
    noise = np.random.default_rng(1).normal(0, grain, (180, 240, 1)) if grain else 0
    laid = np.array(color) * share + ink * (1 - share) + noise + 0.5
    return np.clip(laid, 0, 255).astype(np.uint8)


def clear(deep=False):
    page = np.zeros((180, 240, 4), np.uint16 if deep else np.uint8)
    page[..., :3] = np.iinfo(page.dtype).max
    page[..., 3] = (255 - drawing()).astype(page.dtype) * (257 if deep else 1)
    return page


def painted(sketch, color=(200, 60, 40)):
    """The drawing with all regions but the first in one colour."""
    labels = segment(sketch.pixels)
    entries = np.zeros(labels.max() + 1, np.int32)
    entries[:2] = -1
    return Layers(sketch, labels, entries, Palette(np.array([color], np.uint8)), entries < -1)


GROUNDS = {
    "white on black": (255 - drawing(), BLACK),
    "blueprint": (on(BLUE, 255), BLUE),
    "scanned blueprint": (on(BLUE, 240, 5), BLUE),
    "chalk on brown": (on((120, 90, 60), 235), (120, 90, 60)),
}


@pytest.mark.parametrize("name", GROUNDS)
def test_light_lines_are_seen(name):
    pixels, color = GROUNDS[name]
    lines, ground = on_ground(pixels, None, ink="auto", paper="white")
    assert ground is not None
    assert ground.light
    assert np.abs(np.subtract(ground.color, color)).max() <= 1
    assert segment(lines).max() == segment(drawing()).max()


@pytest.mark.parametrize("deep", [False, True])
def test_light_ink_on_nothing_is_seen(deep):
    samples = clear(deep)
    white = np.full((180, 240), np.iinfo(samples.dtype).max, samples.dtype)
    lines, ground = on_ground(white, samples, ink="auto", paper="white")
    assert lines.dtype == samples.dtype
    assert np.array_equal(lines, white - samples[..., 3])
    assert np.array_equal(ground.line(slice(0, 180))[..., 3], samples[..., 3])


def test_dark_ink_is_left_alone():
    solid = drawing()
    solid[15:165, 15:225] = 255 - solid[15:165, 15:225]  # white figures' lines, but on white paper
    solid[30:150, 60:120] = 255
    solid[30:150, 150:200] = 255
    for pixels in (drawing(), solid, np.zeros((50, 50), np.uint8), on(KRAFT, 20)):
        assert dark_ground(pixels) is None
    dark = clear()
    dark[..., :3] = 40
    sticker = clear()
    sticker[20:160, 20:200, 3] = 255
    assert not is_invisible(dark)
    assert not is_invisible(sticker)


def test_what_the_ink_is_can_be_said():
    pixels = 255 - drawing()
    assert on_ground(pixels, None, ink="dark", paper="white")[1] is None
    heavy = np.zeros((60, 60), np.uint8)
    heavy[10:50, 10:50] = 255
    assert dark_ground(heavy) is None
    assert on_ground(heavy, None, ink="light", paper="white")[1].light


@pytest.mark.parametrize(
    ("pixels", "color", "light"),
    [
        *((p, color, True) for p, color in GROUNDS.values()),
        (on(KRAFT, 20, 4), KRAFT, False),
    ],
)
def test_lines_over_their_ground_are_the_picture(pixels, color, light):
    ground = Ground(pixels, color, light=light)
    rows = slice(0, len(pixels))
    line, paper = ground.line(rows).astype(float), ground.paper(rows).astype(float)
    share = line[..., 3:] / 255
    whole = pixels if pixels.ndim == 3 else pixels[..., None]
    assert np.abs(line[..., :3] * share + paper * (1 - share) - whole).max() <= 1.01


def test_colours_lie_as_on_white():
    lines, ground = on_ground(on(KRAFT, 20), None, ink="auto", paper="white")
    assert ground.color == KRAFT
    layers = painted(Sketch(lines, ground=ground))
    merged = layers.merged()
    assert tuple(merged[80, 70]) == (200, 60, 40)
    assert tuple(merged[5, 5]) == KRAFT
    assert np.array_equal(layers.merged(40, 90), merged[40:90])
    assert on_ground(on(KRAFT, 20), None, ink="auto", paper="keep")[1] is None
    for untinted in (drawing(), on(BLUE, 0), on((252, 251, 248), 0)):
        assert paper_ground(untinted) is None


def test_light_lines_stay_light_over_colours():
    lines, ground = on_ground(255 - drawing(), None, ink="auto", paper="white")
    merged = painted(Sketch(lines, ground=ground)).merged()
    assert merged[12, 100].min() == 255
    assert tuple(merged[80, 70]) == (200, 60, 40)
    assert tuple(merged[5, 5]) == BLACK


@pytest.mark.parametrize("kind", ["png", "psd", "ora"])
@pytest.mark.parametrize("name", ["clear.png", "blue.png", "kraft.png"])
def test_files(nurie, tools, tmp_path, name, kind):
    pictures = {"clear.png": clear(), "blue.png": on(BLUE, 255), "kraft.png": on(KRAFT, 20, 3)}
    sketch = tools.save(tmp_path / name, pictures[name])
    heard = nurie("color", sketch, "--paper", "white", "-o", f"out.{kind}")
    assert heard.code == 0
    assert ("light lines" in heard.err) == (name != "kraft.png")
    assert nurie("verify", sketch, "--paper", "white", f"out.{kind}").code == 0
    if kind != "png":
        options = "--ink", "dark", "--paper", "keep"
        assert nurie("verify", sketch, f"out.{kind}", *options).code == 1


def test_a_layer_of_light_lines(nurie, tools, tmp_path):
    """A document that nurie wrote from light lines is coloured again."""
    sketch = tools.save(tmp_path / "night.png", 255 - drawing())
    assert nurie("color", sketch, "-o", "one.psd").code == 0
    assert nurie("color", "one.psd", "--seed", 3, "-o", "two.psd").code == 0
    assert nurie("verify", sketch, "two.psd").code == 0


def test_no_word_where_the_kind_of_ink_was_given(nurie, tools, tmp_path):
    sketch = tools.save(tmp_path / "night.png", 255 - drawing())
    assert nurie("color", sketch, "--ink", "light", "-o", "a.png").err == ""
    assert nurie("color", sketch, "--clean", "--quiet", "-o", "b.png").err == ""
    assert nurie("regions", sketch, "--json").json["regions"][1:]


def test_a_trace_colour_that_is_not_there_is_said(nurie, cat):
    assert "no lines of blue" in nurie("color", cat, "--trace", "blue", "-o", "out.png").err


FILLS = {(90, 80): (200, 60, 60), (90, 170): (60, 160, 60)}


def half_painted():
    """Two rooms filled to the soft pixels of their lines, and some beyond: (180, 240, 3)."""
    page = np.repeat(drawing()[..., None], 3, axis=2)
    for (row, column), color in FILLS.items():
        cv2.floodFill(page, None, (column, row), color, (60,) * 3, (60,) * 3)
    return page


def test_fills_stay_and_lines_lie_over_them_without_a_ring():
    page = half_painted()
    lines, ground = on_ground(page, None, ink="auto", paper="keep")
    assert ground is not None
    assert segment(lines).max() == segment(drawing()).max()
    filled = np.any([(page == color).all(axis=2) for color in FILLS.values()], axis=0)
    assert np.abs(lines.astype(int) - drawing())[~filled].max() <= 3
    assert (lines[filled] == 255).all()
    hints = fill_hints(ground)
    found = {tuple(color) for color in hints.colors.tolist()}
    assert found == set(FILLS.values())
    assert len(set(hints.marks.tolist())) >= 2
    layers = painted(Sketch(lines, ground=ground), FILLS[90, 80])
    merged = layers.merged()
    same = (page == FILLS[90, 80]).all(axis=2)
    assert (merged[same] == FILLS[90, 80]).all()
    soft = np.array(FILLS[90, 80]) * (drawing()[..., None] / 255)
    inside = (layers.entries[layers.labels] >= 0) & ~filled
    assert np.abs(merged - soft)[inside].max() <= 3


def test_colours_that_are_no_fills():
    page = np.repeat(drawing()[..., None], 3, axis=2)
    lines, noise = page.copy(), np.random.default_rng(1).integers(0, 256, page.shape)
    lines[(page < 200).all(axis=2)] = (180, 40, 40)
    grays = half_painted().mean(axis=2, keepdims=True).astype(np.uint8).repeat(3, axis=2)
    for picture in (lines, page, grays, noise.astype(np.uint8)):
        assert find_fills(picture) is None
    for picture in (on(KRAFT, 20), on(BLUE, 255)):
        ground = on_ground(picture, None, ink="auto", paper="keep")[1]
        assert ground is None or ground.below is None


def test_sixteen_bits_of_fills():
    below = find_fills(half_painted().astype(np.uint16) * 257)
    assert (below == find_fills(half_painted())).all()


@pytest.mark.parametrize("color", [(128, 128, 128), (150, 112, 70), (96, 100, 90)])
def test_dim_paper_is_paper_where_nothing_is_lighter(color):
    page = on(color, 10)
    assert paper_ground(page) == color
    lines, ground = on_ground(page, None, ink="auto", paper="white")
    assert tuple(painted(Sketch(lines, ground=ground)).merged()[80, 70]) == (200, 60, 40)
    page[100:110, 100:110] = 255  # a white that somebody left bare
    assert paper_ground(page) is None
    assert paper_ground(on((150, 112, 40), 10)) is None


def test_paper_has_one_tint():
    page = np.full((90, 90, 3), (240, 200, 160), np.uint8)
    assert paper_ground(page) == (240, 200, 160)
    page[:, 45:] = 240, 160, 200
    assert paper_ground(page) is None


def in_uneven_light(kind):
    """Dark lines photographed: (180, 240, 3) uint8, whose paper is darker than 247 nearly all."""
    row, column = np.mgrid[-1:1:180j, -1:1:240j]
    light = {
        "slope": 0.75 + 0.2 * column,
        "vignette": 0.95 - 0.25 * (row**2 + column**2),
        "shadow": 0.9 - 0.4 / (1 + np.exp(-(column + 0.4 * row) / 0.12)),
    }[kind]
    share = drawing()[..., None] / 255
    noise = np.random.default_rng(2).normal(0, 2, (180, 240, 3))
    laid = (40 + np.array([210, 190, 150]) * share) * light[..., None] + noise + 0.5
    return np.clip(laid, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", ["slope", "vignette", "shadow"])
def test_lines_in_uneven_light_are_seen(kind):
    page = cv2.resize(in_uneven_light(kind), (480, 360), interpolation=cv2.INTER_CUBIC)
    lines, ground = on_ground(page, None, ink="auto", paper="white")
    assert ground.below is not None
    assert not ground.filled
    assert fill_hints(ground) is None
    assert segment(lines).max() == segment(drawing()).max()
    layers = painted(Sketch(lines, ground=ground))
    merged = layers.merged()
    inside = (layers.entries[layers.labels] >= 0) & (ground.line(slice(None))[..., 3] == 0)
    assert inside.mean() > 0.05
    assert (merged[inside] == (200, 60, 40)).all()
    bare = layers.entries[layers.labels] < 0
    assert (merged[bare] == page[bare]).all()


def test_what_is_no_uneven_light():
    even = on(KRAFT, 20, 3)
    halves = np.where(np.arange(240)[:, None] < 120, 150, 220).astype(np.uint8) * np.ones(
        (180, 240, 1), np.uint8
    )
    painted_over = np.full((180, 240, 3), (90, 180, 90), np.uint8)
    painted_over[:90] = 90, 120, 220
    for page in (even, halves.repeat(3, axis=2), painted_over, drawing()):
        assert paper_light(page) is None


INK = (50, 74, 117)


def test_ink_at_full_strength_keeps_its_colour_over_fills():
    page = on((255, 255, 255), np.array(INK))
    lines, ground = on_ground(page, None, ink="auto", paper="white")
    assert ground.plain
    assert (lines == page).all()
    layers = painted(Sketch(lines, ground=ground))
    merged = layers.merged()
    full = (page == INK).all(axis=2) & (layers.entries[layers.labels] >= 0)
    assert full.sum() > 50
    assert np.abs(merged[full].astype(int) - INK).max() <= 2
    # Over white every pixel is given back, and the soft ones are no halo over the colour.
    line = ground.line(slice(None)).astype(float)
    share = line[..., 3:] / 255
    assert np.abs(line[..., :3] * share + 255 * (1 - share) - page).max() <= 1.01
    soft = np.clip((255.0 - page[..., :1]) / (255 - INK[0]), 0, 1)
    mixed = np.array(INK) * soft + np.array((200, 60, 40)) * (1 - soft)
    inside = layers.entries[layers.labels] >= 0
    assert np.abs(merged - mixed)[inside].max() <= 8


def test_gray_and_black_ink_are_no_coloured_ink():
    for page in (drawing(), drawing()[..., None].repeat(3, axis=2), on((255, 255, 255), 90)):
        assert on_ground(page, None, ink="auto", paper="white")[1] is None


def test_broad_lines_of_coloured_ink_are_no_fills():
    page = np.full((400, 400, 3), 255, np.uint8)
    cv2.circle(page, (200, 200), 120, (190, 40, 120), 16, cv2.LINE_AA)
    cv2.line(page, (0, 200), (399, 200), (30, 90, 160), 14, cv2.LINE_AA)
    assert find_fills(page) is None
    page[20:80, 20:80] = 240, 200, 40
    below = find_fills(page)
    assert tuple(below[50, 50]) == (240, 200, 40)
    assert tuple(below[200, 20]) == (255, 255, 255)


def test_the_soft_edge_of_a_fill_is_no_line():
    page = np.repeat(drawing()[..., None], 3, axis=2)
    dab = np.zeros((180, 240), np.uint8)
    cv2.circle(dab, (100, 130), 20, 255, -1, cv2.LINE_AA)
    share = dab[..., None] / 255
    page = (page * (1 - share) + np.array((200, 60, 60)) * share * (page / 255)).astype(np.uint8)
    lines, ground = on_ground(page, None, ink="auto", paper="white")
    assert segment(lines).max() == segment(drawing()).max()
    assert {tuple(c) for c in fill_hints(ground).colors.tolist()} == {(200, 60, 60)}


@pytest.mark.parametrize(("lined", "filled"), [(True, True), (False, False)])
def test_a_background_that_is_filled_is_no_tinted_paper(lined, filled):
    page = on((255, 210, 40), 20)
    # White within lines, or a dab of white paint beside them.
    if lined:
        cv2.floodFill(page, None, (170, 90), (255, 255, 255))
    else:
        cv2.circle(page, (70, 80), 30, (255, 255, 255), -1)
    lines, ground = on_ground(page, None, ink="auto", paper="white")
    assert ground.filled == filled
    assert ground.color == ((255, 255, 255) if filled else (255, 210, 40))
    if filled:
        assert {tuple(c) for c in fill_hints(ground).colors.tolist()} == {(255, 210, 40)}
        layers = painted(Sketch(lines, ground=ground), (255, 210, 40))
        same = (page == (255, 210, 40)).all(axis=2)
        assert (layers.merged()[same] == (255, 210, 40)).all()


def test_what_is_filled_stays_where_its_region_is_cut():
    page = half_painted()
    lines, ground = on_ground(page, None, ink="auto", paper="white")
    layers = painted(Sketch(lines, ground=ground), FILLS[90, 80])
    other = np.flatnonzero(layers.entries >= 0)
    lost = layers.labels.copy()
    lost[85:95, 75:85] = 1
    kept = with_fills(replace(layers, labels=lost))
    assert (kept.merged()[85:95, 75:85] == FILLS[90, 80]).all()
    assert kept.labels[90, 80] in other
