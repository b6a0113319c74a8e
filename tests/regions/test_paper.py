"""What stays paper: lettering and balloons, gutters, the sheet; and what is no such thing."""

import cv2
import numpy as np
import pytest

from nurie.regions.ink import find_ink
from nurie.regions.measure import measure
from nurie.regions.paper import Marks, _balloons, _is_terse, _marks, _Place, stays_paper
from nurie.regions.segment import segment

INK, PAPER = 0, 255
WORDS = ("How do you", "do, Mr Fox?", "Beg pardon!")


def white(height, width=None):
    return np.full((height, width or height), PAPER, np.uint8)


def write(page, words, *, row, column, scale=1.0):
    for i, line in enumerate(words):
        corner = int(column), int(row + 38 * scale * i)
        cv2.putText(page, line, corner, cv2.FONT_HERSHEY_SIMPLEX, scale, INK, 2, cv2.LINE_AA)


def kept(page):
    """(H, W) bool: where the page stays paper."""
    ink = find_ink(page)
    labels = segment(page, ink=ink)
    paper = stays_paper(ink, labels, measure(labels))
    assert paper.shape == (labels.max(),)
    return np.append(False, paper)[labels]


def test_a_balloon_with_its_letters_is_paper_and_the_figure_is_not():
    page = white(512)
    cv2.ellipse(page, (340, 130), (140, 90), 0, 0, 360, INK, 3, cv2.LINE_AA)
    write(page, WORDS, row=100, column=242)
    cv2.circle(page, (130, 370), 90, INK, 3, cv2.LINE_AA)

    paper = kept(page)

    assert paper[60:200, 250:430].all()  # letters, their holes and what surrounds them
    assert not paper[370, 130]


@pytest.mark.parametrize("mouth", [(17, 6), (17, 0), (6, 4)])
def test_two_eyes_and_a_mouth_are_no_lettering(mouth):
    page = white(700, 900)
    cv2.ellipse(page, (640, 130), (200, 100), 0, 0, 360, INK, 3, cv2.LINE_AA)
    write(page, WORDS, row=100, column=540)
    cv2.ellipse(page, (200, 450), (48, 68), 0, 0, 360, INK, 3, cv2.LINE_AA)
    for column in (183, 217):
        cv2.ellipse(page, (column, 440), (8, 12), 0, 0, 360, INK, 2, cv2.LINE_AA)
    cv2.ellipse(page, (200, 474), mouth, 0, 0, 180, INK, 2, cv2.LINE_AA)

    paper = kept(page)

    assert paper[130, 460]
    assert not paper[[420, 440, 500], [200, 183, 200]].any()


@pytest.mark.parametrize("scale", [0.5, 1, 2, 4])
def test_balloons_of_all_sizes(scale):
    page = white(int(300 * scale), int(400 * scale))
    box = tuple(int(v * scale) for v in (90, 60, 330, 210))
    cv2.rectangle(page, box[:2], box[2:], INK, max(2, int(2 * scale)))
    write(page, WORDS, row=115 * scale, column=107 * scale, scale=scale)

    paper = kept(page)

    # Letters that nearly touch may close a pocket between them.
    assert paper[box[1] + 6 : box[3] - 6, box[0] + 6 : box[2] - 6].mean() > 0.96


def test_a_word_on_a_large_figure_leaves_the_figure_to_the_model():
    page = white(512)
    cv2.rectangle(page, (60, 60), (450, 450), INK, 3)
    write(page, ("Bodoqueda",), row=250, column=150)

    paper = kept(page)

    assert not paper[400, 250]
    assert paper[3, 3]


def test_the_holes_of_letters_are_paper_where_the_figure_is_not():
    page = white(512)
    cv2.rectangle(page, (60, 60), (450, 450), INK, 3)
    for i, letter in enumerate("PRODAB"):
        cv2.putText(page, letter, (110 + 50 * i, 270), cv2.FONT_HERSHEY_SIMPLEX, 2, INK, 3)
    labels = segment(page)

    paper = kept(page)

    holes = [n for n in range(1, labels.max() + 1) if (labels == n).sum() < 2000]
    assert len(holes) >= 6
    assert all(paper[labels == n].all() for n in holes)
    assert not paper[400, 250]


def test_a_caption_that_its_letters_part_is_paper_whole():
    page = white(600)
    cv2.rectangle(page, (10, 10), (590, 590), INK, 3)
    cv2.rectangle(page, (10, 10), (330, 62), INK, 3)
    write(page, ("Later that night",), row=47, column=22, scale=1.1)
    cv2.circle(page, (400, 400), 90, INK, 3)

    paper = kept(page)

    assert paper[16:56, 16:324].all()
    assert not paper[[400, 200], [400, 100]].any()


@pytest.mark.parametrize(("word", "turn"), [("THUD", 0), ("CRASH", 12), ("ZAP", -8), ("SPLAT", 20)])
def test_a_sound_word_of_outlined_letters_is_paper_and_what_is_behind_is_not(word, turn):
    page = white(700)
    cv2.rectangle(page, (10, 10), (690, 690), INK, 3)
    cv2.circle(page, (350, 420), 200, INK, 3)
    letters = np.zeros_like(page)
    cv2.putText(letters, word, (180, 300), cv2.FONT_HERSHEY_SIMPLEX, 4.2, 255, 22, cv2.LINE_AA)
    middle = cv2.getRotationMatrix2D((350.0, 300.0), turn, 1)
    inside = cv2.warpAffine(letters, middle, (700, 700)) > 127
    page[cv2.dilate(inside.view(np.uint8), np.ones((9, 9), np.uint8)) > 0] = INK
    page[inside] = PAPER

    paper = kept(page)

    assert paper[inside].mean() > 0.99
    assert not paper[[560, 650], [350, 60]].any()


def test_a_large_balloon_with_little_lettering_is_paper():
    page = white(700)
    cv2.rectangle(page, (10, 10), (690, 690), INK, 3)
    cv2.ellipse(page, (340, 180), (290, 150), 0, 0, 360, INK, 3, cv2.LINE_AA)
    write(page, ("Beg pardon,", "Mr Fox"), row=170, column=250)
    cv2.ellipse(page, (340, 520), (120, 120), 0, 0, 360, INK, 3, cv2.LINE_AA)

    paper = kept(page)

    assert paper[60:300, 150:530].mean() > 0.99
    assert not paper[[520, 650], [340, 30]].any()


@pytest.mark.parametrize("words", ["...", "No!", "h?"])
def test_beside_other_balloons_few_marks_make_one_too(words):
    page = white(700)
    cv2.rectangle(page, (10, 10), (690, 690), INK, 3)
    for row in (120, 350):
        cv2.ellipse(page, (230, row), (180, 90), 0, 0, 360, INK, 3, cv2.LINE_AA)
    write(page, ("Beg pardon,", "Mr Fox"), row=110, column=140)
    if words == "...":
        for i in range(3):
            cv2.circle(page, (210 + 20 * i, 350), 4, INK, -1)
    else:
        write(page, (words,), row=360, column=200)
    cv2.circle(page, (550, 500), 110, INK, 3, cv2.LINE_AA)
    for column in (520, 580):
        cv2.circle(page, (column, 480), 9, INK, 2)
    cv2.ellipse(page, (550, 520), (30, 12), 0, 0, 180, INK, 2)

    paper = kept(page)

    assert paper[[350, 360], [90, 300]].all()
    assert not paper[560, 550]


def test_a_tail_takes_a_word_out_of_the_middle_of_its_box_alone():
    page = white(800)
    cv2.rectangle(page, (10, 10), (790, 790), INK, 3)
    cv2.ellipse(page, (230, 120), (190, 90), 0, 0, 360, INK, 3, cv2.LINE_AA)
    write(page, ("Beg pardon,", "Mr Fox"), row=110, column=140)
    for color, pen in ((INK, 3), (PAPER, -1)):
        cv2.ellipse(page, (560, 380), (190, 110), 0, 0, 360, color, pen, cv2.LINE_AA)
        tail = np.array([[560, 470], [640, 460], [750, 620]], np.int32)
        cv2.polylines(page, [tail], True, INK, 3) if pen > 0 else cv2.fillPoly(page, [tail], PAPER)
    cv2.polylines(page, [tail[[0, 2, 1]]], False, INK, 3)
    write(page, ("Yes.",), row=390, column=520)

    paper = kept(page)

    assert paper[[380, 480], [400, 600]].all()


def test_lettering_may_be_coloured():
    page = white(512)
    cv2.ellipse(page, (256, 130), (180, 90), 0, 0, 360, INK, 3, cv2.LINE_AA)
    write(page, WORDS, row=100, column=160)
    ink = find_ink(page)
    labels = segment(page, ink=ink)
    paper = stays_paper(ink, labels, measure(labels), letters=False)
    assert np.flatnonzero(paper).tolist() == [labels[0, 0] - 1]


def bun(page):
    rng = np.random.default_rng(1)
    cv2.ellipse(page, (256, 300), (220, 180), 0, 180, 360, INK, 3)
    cv2.line(page, (36, 300), (476, 300), INK, 3)
    for angle, radius in rng.uniform((3.4, 0.2), (6.0, 0.85), (40, 2)):
        middle = int(256 + 210 * radius * np.cos(angle)), int(295 + 165 * radius * np.sin(angle))
        cv2.ellipse(page, middle, (8, 4), float(rng.uniform(0, 180)), 0, 360, INK, 1)


def buttons(page):
    cv2.rectangle(page, (160, 60), (350, 450), INK, 3)
    for row in range(100, 440, 40):
        cv2.circle(page, (255, row), 12, INK, 2)
        cv2.circle(page, (255, row), 3, INK, -1)


def windows(page):
    cv2.rectangle(page, (40, 60), (470, 450), INK, 3)
    for row in range(80, 420, 60):
        for column in range(60, 440, 44):
            cv2.rectangle(page, (column, row), (column + 26, row + 36), INK, 2)


def dice(page):
    for i in range(6):
        cv2.rectangle(page, (20 + 80 * i, 220), (86 + 80 * i, 286), INK, 3)
        for j in range(i + 1):
            at = (38 + 80 * i + 15 * (j % 3), 240 + 25 * (j // 3))
            cv2.circle(page, at, 5, INK, -1)


def freckles(page):
    cv2.circle(page, (256, 256), 200, INK, 3)
    for row, column in np.random.default_rng(2).integers(200, 320, (30, 2)):
        cv2.circle(page, (int(column), int(row)), 3, INK, 1)


def spokes(page):
    cv2.circle(page, (256, 256), 200, INK, 4)
    for angle in np.arange(0, np.pi, np.pi / 12):
        step = np.array([np.cos(angle), np.sin(angle)]) * 200
        cv2.line(page, *(tuple((256 + s * step).astype(int).tolist()) for s in (-1, 1)), INK, 2)


def grass(page):
    cv2.line(page, (0, 400), (511, 400), INK, 2)
    for column in range(10, 500, 22):
        tuft = [(column, 380), (column + 6, 360), (column + 9, 378), (column + 14, 356)]
        cv2.polylines(page, [np.array(tuft)], False, INK, 2)


def stitches(page):
    cv2.circle(page, (256, 256), 230, INK, 3)
    for row in range(110, 400, 14):
        column = int(256 + 0.002 * (row - 256) ** 2)
        stitch = [(column - 9, row - 5), (column, row), (column + 9, row - 5)]
        cv2.polylines(page, [np.array(stitch)], False, INK, 2)


@pytest.mark.parametrize("draw", [bun, buttons, windows, dice, freckles, spokes, grass, stitches])
def test_what_repeats_in_a_drawing_is_no_lettering(draw):
    page = white(512)
    draw(page)
    ink = find_ink(page)
    labels = segment(page, ink=ink)

    paper = np.flatnonzero(stays_paper(ink, labels, measure(labels))) + 1

    assert set(paper.tolist()) <= {labels[0, 0], labels[511, 0]}


@pytest.mark.parametrize(
    ("panels", "paper", "drawn"),
    [
        (
            ((-3, -3, 280, 200), (-3, 209, 280, 420), (289, -3, 600, 420)),
            ((100, 206), (286, 50)),
            ((100, 100), (100, 300), (400, 200)),
        ),
        (
            ((20, 20, 290, 200), (20, 212, 290, 400), (302, 20, 580, 400)),
            ((5, 5), (296, 300), (150, 206)),
            ((150, 100),),
        ),
    ],
)
def test_gutters_and_the_sheet_around_panels_are_paper_and_panels_are_not(panels, paper, drawn):
    page = white(600, 420)
    for top, left, bottom, right in panels:
        cv2.rectangle(page, (left, top), (right, bottom), INK, 3)

    found = kept(page)

    assert all(found[place] for place in paper)
    assert not any(found[place] for place in drawn)


def test_the_sheet_around_a_bust_is_paper():
    page = white(400)
    cv2.ellipse(page, (200, 400), (150, 300), 0, 180, 360, INK, 3)

    paper = kept(page)

    assert paper[5, 5]
    assert not paper[300, 200]


def test_the_two_sides_of_a_figure_that_fills_the_height_are_paper():
    page = white(400)
    page[:, [150, 151, 250, 251]] = INK

    paper = kept(page)

    assert paper[200, [50, 350]].all()
    assert not paper[200, 200]


def test_sky_and_ground_of_a_landscape_are_left_to_the_model():
    page = white(400)
    page[220:223] = INK
    cv2.circle(page, (100, 80), 40, INK, 3)
    cv2.rectangle(page, (250, 180), (330, 300), INK, 3)

    assert not kept(page).any()


def test_a_single_region_is_paper_and_none_is_none():
    assert kept(white(20)).all()
    assert not kept(np.full((20, 20), INK, np.uint8)).any()


def test_a_texture_of_thousands_of_marks_is_not_read():
    page = white(700)
    page[::6, ::6] = page[1::6, ::6] = page[2::6, ::6] = page[3::6, ::6] = page[4::6, 1::6] = INK

    assert kept(page).shape == (700, 700)


@pytest.mark.parametrize(
    ("size", "wide", "ink", "notch", "balloon"),
    [
        (100, 60, 0, 0, True),
        # So large a share of the page is no balloon.
        (120, 60, 0, 0, False),
        # A stroke that is no letter, and one that is too much.
        (100, 60, 16, 0, True),
        (100, 60, 60, 0, False),
        # A tail and spikes leave most of the convex hull filled.
        (100, 60, 0, 80, True),
        (100, 60, 0, 92, False),
    ],
)
def test_how_much_lettering_makes_a_balloon(size, wide, ink, notch, balloon):
    page = np.ones((200, 200), np.uint8)
    page[50 : 50 + size, 50 : 50 + size] = 0
    page[51 : 49 + size, 51 : 49 + size] = 1
    page[50 : 100 if notch else 50, 50 + size - notch : 50 + size] = 0
    small = 1 - page
    middle = 50 + size // 2 + (8 if notch else 0)
    for i, letter in enumerate("WORDED"):
        at = middle - wide // 2 + 11 * i, middle + 4
        cv2.putText(small, letter, at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, 1, 1)
    small[70 : 70 + ink, 56] = 1
    written = np.zeros_like(small)

    _balloons(_marks(small, 8), (_marks(1 - small, 4),), small, written)

    assert written[middle + 8, middle] == balloon


@pytest.mark.parametrize(
    ("steps", "areas", "silence"),
    [
        ((8, 12), (16, 16, 16), True),
        ((6, 14), (16, 16, 16), False),
        ((10, 10), (13, 16, 19), True),
        ((10, 10), (9, 16, 23), False),
    ],
)
def test_dots_of_silence_are_alike(steps, areas, silence):
    x = 40 + np.cumsum([0, *steps])
    box = np.array([[48, c - 2, 52, c + 2] for c in x])
    marks = Marks(np.zeros((1, 1), np.int32), box, np.array(areas))
    place = _Place(box, 0.01, 0.1)
    assert _is_terse(place, None, marks, np.arange(3), 20.0) == silence
