"""Each number of the sampler, held by what it decides."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from nurie.colors import BINS, WHITE_BIN, bin_centers, delta_e, lab_to_srgb, srgb_to_lab
from nurie.document import Palette, Sketch, sketch_of
from nurie.ground import Ground
from nurie.painting import sample as sampler
from nurie.painting.compose import showing, unify
from nurie.painting.kin import WEIGHTS, kinship, same_shape
from nurie.painting.read import Scene
from nurie.painting.references import agreed, nearness, refer
from nurie.painting.sample import decode, moved, predict
from nurie.painting.terms import (
    CONSTANTS,
    Choice,
    Request,
    State,
    bold_ideas,
    hidden_lines,
    no_flood,
    tilted,
    white_at_border,
)
from nurie.reading import Reading
from nurie.regions.measure import measure


def bins(*lab, fill=(250, 250, 250)):
    """512 bins, the first of these colours in Lab, the rest far away."""
    colors = np.full((BINS, 3), fill, np.uint8)
    colors[: len(lab)] = lab_to_srgb(np.float32(lab))
    colors[WHITE_BIN] = 255
    return colors


def request(count, colors=None, **more):
    colors = bin_centers() if colors is None else colors
    given = np.zeros(count, bool), np.full((count, 3), 255, np.uint8)
    return Request(*given, colors, **more)


def state(area, colors=None, known=True):
    count = len(area)
    colors = np.full((count, 3), 255, np.uint8) if colors is None else np.array(colors, np.uint8)
    choice = Choice(colors, np.zeros(count, bool), np.ones(count, np.float32))
    return State(np.float32(area), np.arange(count) == 0, choice, np.full(count, not known))


def scene(areas, features=None):
    """Regions in a row, each of another shape."""
    labels = np.repeat(np.arange(1, len(areas) + 1, dtype=np.int32), areas)[None]
    places = np.zeros((len(areas), 14), np.float32)
    places[:, 0] = places[:, 2] = np.arange(len(areas))
    features = np.zeros((len(areas), 496), np.float32) if features is None else features
    return Scene(features, places, measure(labels), np.zeros(320, np.float32))


class Head:
    """The logits of a function of what is known, for bins 0, 1, …"""

    def __init__(self, logits):
        self.logits, self.seen = logits, []

    def predict(self, features, geometry, adjacency, known, palette, picture, drawing):
        self.seen.append(known[:, 3])
        count = len(features)
        out = np.full((count, BINS), -20, np.float32)
        values = np.atleast_2d(self.logits(known))
        out[:, : values.shape[1]] = values
        return out, np.zeros((count, 3), np.float32), *[np.zeros((count, 64), np.float32)] * 2


def test_fills_that_hide_lines_are_less_likely_and_white_is_likelier_at_the_border():
    shades = bins((21, 0, 0), (23.5, 0, 0), (10, 0, 0))
    assert hidden_lines(state([1]), request(1, shades))[:3].tolist() == [-3, 0, -3]
    pale = hidden_lines(state([1]), request(1, shades, seen=(0.0, 22.0)))
    assert pale[[0, 1, 2, WHITE_BIN]].tolist() == [0, -3, 0, -3]
    white = white_at_border(state([1, 1]), request(2))
    assert white[:, WHITE_BIN].tolist() == [1, 0]
    assert white.sum() == 1


def drawn(ink, ground=None, *, deep=False):
    """A line of that ink, one pixel wide, on white or a ground of that colour."""
    pixels = np.full((40, 40, 3), 255 if ground is None else ground, np.uint8)
    pixels[:, 20] = ink
    plain = np.where(np.arange(40) == 20, 0, 255).astype(np.uint8)
    if ground is not None:
        return Sketch(np.tile(plain, (40, 1)), ground=Ground(pixels, ground, light=True))
    sketch = sketch_of(pixels)
    return Sketch(sketch.pixels.astype(np.uint16) * 257) if deep else sketch


@pytest.mark.parametrize(("sketch", "least", "most"), [
    (drawn((0, 0, 0)), 22.0, 100.0),
    (drawn((94, 94, 94)), 36.9, 100.0),  # Pencil darkens what it lies on by a part of it
    (drawn((190, 190, 190)), 45.0, 100.0),
    (drawn((65, 80, 97)), 45.0, 100.0),
    (drawn((40, 0, 0)), 22.0, 100.0),
    (drawn((94, 60, 94)), 42.3, 100.0),
    (drawn((94, 60, 94), deep=True), 42.3, 100.0),
    (drawn((255, 255, 255), (0, 0, 0)), 0.0, 72.0),
    (drawn((200, 220, 255), (10, 20, 120)), 0.0, 59.3),
])  # fmt: skip
def test_fills_are_as_light_as_shows_the_lines(sketch, least, most):
    assert showing(sketch, CONSTANTS) == pytest.approx((least, most), abs=0.6)


def test_ideas_are_neither_white_nor_gray():
    bold = bold_ideas(state([1]), request(1, bins((50, 0, 0), (50, 10, 0), (50, 60, 0))))
    np.testing.assert_allclose(bold[:3], [-1, -np.exp(-1), 0], atol=0.05)
    assert bold[WHITE_BIN] == -2


def test_a_flood_is_a_share_above_three_tenths_of_ten_regions():
    colors = bins((50, 60, 40), (50, 60, 52), (50, -60, 40))
    flooded = [colors[0]] * 6 + [colors[2]] * 4
    found = no_flood(state([10] * 10, flooded), request(10, colors))
    np.testing.assert_allclose(found[0], -6 * (0.6 - 0.3), atol=1e-3)
    np.testing.assert_allclose(found[1], -6 * (0.6 * np.exp(-0.5) - 0.3), atol=0.06)
    assert not no_flood(state([10] * 9, flooded[:9]), request(9, colors)).any()


def test_a_histogram_adds_at_most_seven_and_forbids_nothing():
    wanted, prior = np.zeros((2, BINS), np.float32)
    wanted[0], prior[448] = 1, 1
    tilt = tilted(wanted, prior, bin_centers())
    np.testing.assert_allclose(tilt[0], np.log(1.001 / 0.001), atol=0.01)
    assert tilted(wanted, prior, bin_centers(), replace(CONSTANTS, histogram_floor=1e-9))[0] == 7


@pytest.mark.parametrize(("seed", "number", "safe", "expected"), [
    (0, 0, True, 0), (0, 0, False, 0.25), (3, 0, True, 0.25), (0, 12, True, 0.85),
    (0, 99, True, 1.1),
])  # fmt: skip
def test_how_freely_an_answer_is_sampled(seed, number, safe, expected):
    model = SimpleNamespace(traits=SimpleNamespace(constants=CONSTANTS), session=None)
    found = Reading(model, None, None)._temperature(seed, number, safe=safe)
    assert found == pytest.approx(expected)


def test_what_is_a_twentieth_as_likely_is_never_sampled():
    noise = np.float32([[0, 50, 0], [0, 0, 50]])
    chances = np.float32([[0.9, 0.055, 0.035]] * 2)
    assert sampler.picked(chances, noise, CONSTANTS).tolist() == [1, 0]


def test_the_likeliest_bin_is_looked_for_near_the_sampled_one():
    colors = bins((50, 0, 0), (50, 20, 0), (50, 5, 0), fill=(250, 0, 250))
    logits = np.full((1, BINS), -20, np.float32)
    logits[0, :3] = np.log([0.3, 0.45, 0.25])
    noise = np.zeros((1, BINS), np.float32)
    noise[0, 0] = 9
    found = decode(logits, np.zeros((1, 3)), request(1, colors, temperature=1.0), noise)
    assert found.colors[0].tolist() == colors[0].tolist()


def test_a_colour_leaves_its_bin_by_no_more_than_half_its_width():
    gap = srgb_to_lab(moved(np.full((1, 3), 119, np.uint8), np.float32([[9, 0, 0]])))[0, 0]
    assert gap - srgb_to_lab(np.full(3, 119, np.uint8))[0] == pytest.approx(12, abs=0.5)
    logits = np.full((1, BINS), -20, np.float32)
    logits[0, 0] = 9
    far = decode(logits, np.float32([[9, 0, 0]]), request(1, bins((40, 0, 0)), temperature=0), None)
    assert srgb_to_lab(far.colors)[0, 0] == pytest.approx(52, abs=0.7)


def test_regions_are_coloured_together_by_320_in_four_rounds(monkeypatch):
    calls, real = [], sampler.decode
    monkeypatch.setattr(sampler, "decode", lambda *a: calls.append(len(a[0])) or real(*a))
    head = Head(lambda known: np.zeros((len(known), 1)))
    areas = [1] * 400
    # No kin, or one region would lead them all.
    alone = replace(CONSTANTS, kin_follow=99.0)
    predict(
        head, scene(areas), request(400, temperature=0, constants=alone), np.random.default_rng(0)
    )
    assert [len(seen) for seen in head.seen] == [320, 400]
    assert len(calls) == 8
    assert calls[:2] == [320, 320 - 25]


def test_large_regions_come_first_but_surer_ones_before_them(monkeypatch):
    fixed, real = [], sampler.fix
    monkeypatch.setattr(
        sampler, "fix", lambda s, at, chosen: fixed.append(s.area[at].max()) or real(s, at, chosen)
    )
    # The larger comes first in its row. Half as sure, eight times as large: 8 ** 0.25 is below 2.
    head = Head(lambda known: [[0.0, 0.0], [9.0, -20.0]] + [[-20.0, -20.0]] * (len(known) - 2))
    alone = replace(CONSTANTS, kin_follow=99.0, kin_faint=0.9999)
    colors = bins((50, 60, 40), (50, -60, 40), fill=(0, 0, 250))
    predict(head, scene([2, 16]), request(2, colors, temperature=0, constants=alone),
            np.random.default_rng(0))  # fmt: skip
    assert fixed[0] == 2


@pytest.mark.parametrize(
    ("areas", "ideas"), [([10] * 9, 4), ([75, 10, 8, 7], 1), ([50, 40, 10], 2)]
)
def test_an_answer_begins_with_four_ideas_or_seven_tenths_of_the_drawing(areas, ideas):
    head = Head(lambda known: np.zeros((len(known), 3)))
    alone = replace(CONSTANTS, kin_follow=99.0)
    predict(head, scene(areas), request(len(areas), temperature=1.0, constants=alone),
            np.random.default_rng(0))  # fmt: skip
    assert head.seen[1].sum() == ideas


def test_ideas_are_believed_by_half():
    colors = bins((50, 60, 40), (50, -60, 40), fill=(0, 0, 250))
    # Without ideas bin 0 leads by 1, with them bin 1 by 0.4: together bin 0 by 0.3.
    head = Head(lambda known: np.tile([0.2, 0.6] if known.any() else [1.0, 0.0], (len(known), 1)))
    alone = replace(CONSTANTS, kin_follow=99.0, ideas=1, flood_penalty=0.0)
    choice = predict(head, scene([9, 1, 1]), request(3, colors, temperature=0.01, constants=alone),
                     np.random.default_rng(0))  # fmt: skip
    assert choice.colors[1:].tolist() == [colors[0].tolist()] * 2


def test_entries_near_in_lightness_are_likelier():
    palette = Palette(lab_to_srgb(np.float32([[50, 0, 0], [62, 0, 0]])))
    entries = sampler._near_in_light(np.float32([[0, 1]]), palette, np.float32([50]), CONSTANTS)
    expected = np.array([1e-4, 1.0001 * np.exp(-2)])
    np.testing.assert_allclose(entries[0], expected / expected.sum(), rtol=0.15)
    np.testing.assert_allclose(entries[0, 0] / entries[0, 1], 1e-4 / np.exp(-2), rtol=0.15)


def test_kin_share_from_three_twentieths_and_follow_from_a_half():
    def family(chance):
        logit = float(np.log(chance / (1 - chance)))
        pieces = [np.full((2, 2), (logit - WEIGHTS[-1]) / WEIGHTS[0], np.float32)]
        pieces += [np.zeros((2, 2), np.float32)] * 5
        return kinship(pieces, np.ones(2), known=np.zeros(2, bool), spread=np.zeros(2, bool))

    assert [family(c).share[0, 1] > 0 for c in (0.14, 0.16)] == [False, True]
    assert [family(c).elder.tolist() for c in (0.45, 0.6)] == [[0, 1], [0, 0]]


@pytest.mark.parametrize(
    ("column", "unit"), [(2, 0.06), (3, 0.08), (4, 0.08), (6, 0.12), (8, 0.12)]
)
def test_shapes_are_the_same_up_to_what_the_eye_sees(column, unit):
    for far, elder in ((0.9, 0), (1.1, 1)):
        shapes = np.zeros((2, 14), np.float32)
        shapes[:, 4] = 9
        shapes[1, column] += far * unit
        assert same_shape(shapes)[1] == elder


def test_places_and_shapes_are_near_by_their_own_measures():
    other = np.zeros((6, 14), np.float32)
    for row, (column, unit) in enumerate(
        ((0, 0.25), (2, 0.56), (3, 0.36), (4, 0.36), (6, 0.56), (8, 0.56))
    ):
        other[row, column] = unit
    np.testing.assert_allclose(nearness(np.zeros((1, 14), np.float32), other), -0.5, atol=1e-5)


def test_what_touches_the_same_is_likelier_the_same():
    logits = np.float32([[0, 0], [9, -9]])
    near = np.float32([[0, 0.1], [0.1, 0]])
    shares = agreed(logits, near, near)
    claim = np.log(np.array([1 / (1 + np.exp(9)), 1 / (1 + np.exp(-9))]) + 1e-3)
    beside = 5 * 0.1 * 0.1
    assert np.log(shares[0, 1] / shares[0, 0]) == pytest.approx(claim[1] - claim[0] + beside, 1e-3)


def test_what_is_in_no_reference_is_new():
    """Far away by 1.2 halves of squares and as unlike as can be, or looking just like it."""
    from nurie.painting.references import Reference

    known = Reference(scene([4]), np.array([[9, 9, 9]], np.uint8))
    found = []
    for far in (0.30, 0.40):
        ours = scene([4])
        ours.geometry[0, 0] = far
        found.append(bool(refer(Head(lambda k: np.zeros((len(k), 1))), ours, [known], 12).known[0]))
    assert found == [True, False]


def test_colours_become_one_entry_below_seven():
    grays = srgb_to_lab(np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, 1))
    gap = delta_e(grays, grays[120])
    near, far = (120 + int(np.abs(gap[120:] - wanted).argmin()) for wanted in (6.5, 7.5))
    for other, count in ((near, 1), (far, 2)):
        colors = np.repeat(np.uint8([[120], [other]]), 3, axis=1)
        choice = Choice(colors, np.zeros(2, bool), np.ones(2, np.float32))
        one = unify(choice, np.float32([9, 1]), np.zeros(2, bool))
        assert len(np.unique(one.colors, axis=0)) == count


def test_the_numbers_of_variations():
    """Read by eye, and not fitted: a change of one changes which answers are shown."""
    c = CONSTANTS
    assert (c.distinct, c.pool, c.tries, c.patience, c.variety) == (6.0, 2, 16, 8, 0.02)
    assert (c.same_light, c.reference_same, c.looks) == (2.0, 3.0, 15.0)


def test_who_samples_whole_colourings_is_never_the_safest():
    session = SimpleNamespace(parts=("skin",))
    model = SimpleNamespace(traits=SimpleNamespace(constants=CONSTANTS), session=session)
    found = Reading(model, None, None)._temperature(0, 0, safe=True)
    assert found == pytest.approx(CONSTANTS.candidate_temperature)
    assert Reading(model, None, None)._temperature(0, 0, safe=False) < found


def test_a_misspelt_request_is_no_request():
    reading = Reading(SimpleNamespace(traits=None, session=None), None, None)
    with pytest.raises(TypeError, match="nothing is called 'palete'"):
        reading.colorize(palete=None)
