"""A film of a house that moves, coloured with the packaged model."""

import cv2
import numpy as np
import pytest

from nurie.api import Colorizer
from nurie.document import PAPER, Hints, Sketch, lay_lines
from nurie.errors import InputError, OptionError, UnreadableError
from nurie.film.store import HELD

WALL, ROOF, DOOR = (200, 180, 140), (180, 40, 30), (60, 90, 160)


def house(x=40, y=0):
    """A wall with a roof and a door, and its true colours."""
    lines = np.full((128, 128), 255, np.uint8)
    color = np.full((128, 128, 3), 255, np.uint8)
    for shape, fill in (
        ([(x, 60 + y), (x + 50, 60 + y), (x + 50, 110 + y), (x, 110 + y)], WALL),
        ([(x - 6, 60 + y), (x + 25, 25 + y), (x + 56, 60 + y)], ROOF),
        ([(x + 18, 80 + y), (x + 34, 80 + y), (x + 34, 110 + y), (x + 18, 110 + y)], DOOR),
    ):
        cv2.fillPoly(color, [np.int32(shape)], fill)
        cv2.polylines(lines, [np.int32(shape)], True, 0, 2)
    return lines, color


@pytest.fixture(scope="module")
def colorizer():
    return Colorizer.load()


def moving(count=5):
    return [house(30 + 4 * i) for i in range(count)]


def right(film, number, color, lines):
    """Share of bare coloured pixels that are exactly right."""
    layers = film.layers(number)
    shown = layers.region_colors()[layers.labels]
    where = (color != 255).any(axis=2) & (cv2.erode(lines, np.ones((5, 5))) == 255)
    return float((shown == color).all(axis=2)[where].mean())


def at(x, y, color):
    return Hints(np.int32([y]), np.int32([x]), np.uint8([color]))


def test_one_key_colours_all(colorizer):
    frames = moving()
    lines, color = frames[0]
    film = colorizer.film([f for f, _ in frames], keys={0: lay_lines(lines, color)})
    for number, (drawn, true) in enumerate(frames):
        assert right(film, number, true, drawn) == 1
    assert sorted(map(tuple, film.palette.colors.tolist())) == sorted([WALL, ROOF, DOOR])


def test_equal_and_almost_equal_frames_are_one_drawing(colorizer):
    lines, _ = house()
    noisy = np.clip(lines.astype(int) - np.arange(128) % 9, 0, 255).astype(np.uint8)
    film = colorizer.film([lines, lines, noisy, house(60)[0], lines])
    assert film.drawing_of == [0, 0, 0, 1, 0]
    assert (film.layers(2).sketch.pixels == noisy).all()
    assert colorizer.film([lines, noisy], hold=False).drawings == 2


def test_a_blink_is_another_drawing(colorizer):
    lines, _ = house()
    other = lines.copy()
    cv2.line(other, (66, 90), (70, 90), 0, 1)
    assert colorizer.film([lines, other]).drawings == 2


def test_without_keys_it_is_still_consistent(colorizer):
    film = colorizer.film([f for f, _ in moving(4)])
    roofs = set()
    for number in range(4):
        layers = film.layers(number)
        roofs.add(int(layers.entries[layers.labels[50, 55 + 4 * number]]))
    assert len(roofs) == 1


def test_a_film_of_one_drawing_is_coloured_as_the_drawing_alone(colorizer):
    lines, _ = house()
    film = colorizer.film([lines], seed=3)
    alone = colorizer.colorize(lines, seed=3)
    assert (film.layers(0).merged() == alone.merged()).all()
    # What was read for matching alone can be coloured, too.
    assert colorizer.resume(film.drawing(0)).colorize().entries.max() >= 0


def test_a_correction_spreads_at_once_and_keys_stay(colorizer, monkeypatch):
    frames = moving()
    film = colorizer.film([f for f, _ in frames], keys={4: lay_lines(*frames[4])})
    for number in range(5):
        film.layers(number)
    assert not film.changed
    with monkeypatch.context() as without:
        without.setattr(Colorizer, "read", None)
        without.setattr(Colorizer, "resume", None)
        film.fix(0, at(55, 50, (1, 2, 3)))
    roof = [film.layers(i).region_colors()[film.layers(i).labels[50, 55 + 4 * i]] for i in range(5)]
    assert [tuple(c.tolist()) for c in roof] == [(1, 2, 3)] * 4 + [ROOF]
    assert film.layers(0).hinted.sum() == 1


def test_corrections_survive_a_new_key(colorizer):
    frames = moving()
    film = colorizer.film([f for f, _ in frames], keys={4: lay_lines(*frames[4])})
    film.fix(0, at(55, 50, (1, 2, 3)))
    film.add_key(2, lay_lines(*frames[2]))
    layers = film.layers(0)
    assert layers.region_colors()[layers.labels[50, 55]].tolist() == [1, 2, 3]
    assert right(film, 2, frames[2][1], frames[2][0]) == 1


def test_nothing_spreads_over_a_cut(colorizer):
    frames = moving(4)
    lines, color = frames[0]
    film = colorizer.film(
        [f for f, _ in frames], keys={0: lay_lines(lines, color)}, cuts=[2], seed=3
    )
    assert right(film, 1, frames[1][1], frames[1][0]) == 1
    assert film.sure(1).max() > 0.8
    joined = {m.drawing for m in film._matches[2]}
    assert joined == {3}


def test_the_background_stays_paper(colorizer):
    lines, color = house()
    film = colorizer.film([lines, house(44)[0]], keys={0: lay_lines(lines, color)})
    for number in (0, 1):
        layers = film.layers(number)
        assert layers.entries[layers.labels[2, 2]] == PAPER


def test_the_next_key_is_no_key(colorizer):
    frames = moving(4)
    film = colorizer.film([f for f, _ in frames], keys={0: lay_lines(*frames[0])})
    assert film.next_key() in {1, 2, 3}
    for number in (1, 2, 3):
        film.add_key(number, lay_lines(*frames[number]))
    assert film.next_key() is None


def test_an_ended_run_goes_on(colorizer, tmp_path, monkeypatch):
    frames = moving(3)
    sketches = [lambda f=f: Sketch(f) for f, _ in frames]
    keys = {0: lay_lines(*frames[0])}
    first = colorizer.film(sketches, keys=keys, cache=tmp_path)

    def blind(*_, **__):
        raise AssertionError

    monkeypatch.setattr(Colorizer, "read", blind)
    (tmp_path / "torn").write_bytes(b"half")
    again = colorizer.film(sketches, keys=keys, cache=tmp_path)
    assert [again.layers(i).entries.tolist() for i in range(3)] == [
        first.layers(i).entries.tolist() for i in range(3)
    ]


def test_few_drawings_are_held(colorizer):
    film = colorizer.film([house(20 + 2 * i)[0] for i in range(HELD + 4)])
    assert len(film._drawings.store._held) <= HELD


def test_a_frame_that_cannot_be_read_does_not_stop_the_rest(colorizer):
    def torn():
        raise UnreadableError("b.png is damaged.")

    frames = moving(3)
    reads = [frames[0][0], torn, frames[2][0]]
    film = colorizer.film(reads, keys={0: lay_lines(*frames[0])}, patient=True)
    assert right(film, 2, frames[2][1], frames[2][0]) == 1
    with pytest.raises(UnreadableError, match="damaged"):
        film.layers(1)
    with pytest.raises(UnreadableError, match="damaged"):
        colorizer.film(reads)


def test_frames_of_other_sizes_and_empty_ones_are_coloured(colorizer):
    lines, color = house()
    large = cv2.resize(lines, (160, 160), interpolation=cv2.INTER_AREA)
    film = colorizer.film(
        [lines, large, np.full_like(lines, 255)], keys={0: lay_lines(lines, color)}
    )
    assert film.layers(1).labels.shape == (160, 160)
    assert film.empty(2)
    assert not film.empty(0)
    assert (film.layers(2).entries == PAPER).all()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"frames": []}, OptionError),
        ({"keys": {9: np.zeros((128, 128, 3), np.uint8)}}, OptionError),
        ({"cuts": [7]}, OptionError),
        ({"keys": {0: np.zeros((4, 4, 3), np.uint8)}}, InputError),
    ],
)
def test_what_makes_no_sense_is_refused(colorizer, options, error):
    frames = options.pop("frames", [house()[0]])
    with pytest.raises(error):
        colorizer.film(frames, **options)


def test_a_fork_can_be_given_up_and_a_key_keeps_what_was_corrected_before(colorizer):
    frames = moving()
    film = colorizer.film([f for f, _ in frames])
    seen = [film.entries(number).tolist() for number in range(5)]
    tried = film.fork()
    tried.fix(0, at(55, 90, (1, 2, 3)))
    key = tried.fork()
    layers = key.layers(0)
    key.add_key(0, layers.region_colors()[layers.labels])
    for number in range(5):
        for one in (tried.layers(number), key.layers(number)):
            assert tuple(one.region_colors()[one.labels[90, 55 + 4 * number]]) == (1, 2, 3)
    assert [film.entries(number).tolist() for number in range(5)] == seen
    assert key.next_key() != 0


def test_a_colour_is_changed_everywhere_and_white_is_paper(colorizer):
    frames = moving(3)
    lines, color = frames[0]
    film = colorizer.film([f for f, _ in frames], keys={0: lay_lines(lines, color)})
    film.recolor(np.uint8(WALL), np.uint8((9, 9, 9)))
    film.fix(1, at(55 + 4, 50, (255, 255, 255)))
    layers = film.layers(2)
    assert tuple(layers.region_colors()[layers.labels[75, 36 + 8]]) == (9, 9, 9)
    assert layers.entries[layers.labels[50, 55 + 8]] == PAPER


def test_doubts_of_the_film_leave_out_what_is_settled(colorizer):
    film = colorizer.film([f for f, _ in moving(3)])
    doubts = film.doubts(below=1.1)
    assert doubts
    frame, region = doubts[0]
    labels = film.layers(frame).labels
    y, x = np.argwhere(labels == region)[0]
    film.fix(frame, at(x, y, (1, 2, 3)))
    assert (frame, region) not in film.doubts(below=1.1)
    assert len(film.doubts(below=1.1)) < len(doubts)
