"""Regions that stay paper whatever the model says: lettering, balloons, gutters, the sheet."""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from nurie.arrays import AnyArray, Floats, Ints, Labels, Mask
from nurie.regions.ink import Ink, reduced
from nurie.regions.measure import Measures, outlines_of
from nurie.regions.merge import runs
from nurie.regions.panels import page_itself

# Longest side, in pixels, at which lettering is looked for.
_SIDE = 2400
# Least share of a balloon that its lines of letters cover, and largest share of the page.
_BALLOON, _LARGEST = 0.02, 0.3
# The same where there are but a few letters.
_TERSE = 0.12
# How much of its convex hull a balloon fills at the least; a tail and spikes take some.
_HULL = 0.72
# Least share of the ink in a balloon that is letters.
_ALONE = 0.85
# How far lettering may lie off the middle of a balloon, in parts of its sides.
_OFF = 0.16
# Mean difference of letters from one another at the least; scales, bricks and windows repeat.
_UNLIKE = 0.17
# Upright strokes and pieces in lines of letters, for each length that is a letter's height.
_DENSE = 1.7
# Letters from which on lines of them are sure to be lettering.
_CERTAIN = 6
# Heights of letters among lettering that is known, in parts of the usual one.
_LIKE = 0.7, 1.4
# Largest spread of the sizes and distances of dots that stand for silence.
_ALIKE = 0.3
# Largest difference of area and of width between two eyes or two buttons.
_TWINS = 0.2
# From this many small marks on, a picture is a texture in which nothing can be read.
_MOST = 3000
# Turns of words, in degrees, and how far letters beside each other differ above and below.
_TURNS, _LEVEL = range(-24, 25, 4), 0.13
# Largest letter of a word that stands alone, in parts of the page's shorter side.
_LOUD = 0.25


class Marks(NamedTuple):
    """Pieces of ink, or of paper, in pixels of the reduced picture."""

    map: Labels  # (H, W) number of each pixel's piece, from 1 up, 0 where none is
    box: Ints  # (k, 4) top, left, bottom, right; the last two are exclusive
    area: Ints  # (k,) pixels


class _Place(NamedTuple):
    """Where pieces lie in a room."""

    outline: AnyArray  # of the room, (k, 1, 2) columns and rows
    share: float  # of the room's area that their common box takes
    off: float  # how far that lies off the room's middle, in parts of the room's sides


class _Text(NamedTuple):
    """Lines of letters; all but the letters in parts of a letter's height."""

    tall: float  # that height in pixels
    longest: float  # line
    length: float  # of all lines
    strokes: float  # number of upright strokes in all lines
    letters: Ints  # numbers of the pieces that are letters, and no dots


def stays_paper(ink: Ink, labels: Labels, measures: Measures, *, letters: bool = True) -> Mask:
    """Which of n regions no model may colour, (n,) bool.

    These are the sheet around the drawing, gutters between panels, and with ``letters`` balloons,
    captions, sound words and the holes of letters. All tests are strict: what is in doubt is left
    to the model.

    >>> from nurie.regions.measure import measure
    >>> labels = np.ones((9, 9), np.int32); labels[3:6, 3:6] = 2
    >>> stays_paper(Ink(labels < 0, labels, 1.0), labels, measure(labels)).tolist()
    [True, False]
    """
    if len(measures) < 2:
        return np.ones(len(measures), bool)
    paper = page_itself(labels, measures)
    return paper | _lettered(ink, labels, measures) if letters else paper


def _lettered(ink: Ink, labels: Labels, measures: Measures) -> Mask:
    """Regions of balloons and captions, of letters with an outline, and holes of letters."""
    factor = max(1, -(-max(labels.shape) // _SIDE))
    small, light = reduced(ink.mask, factor)
    stroke = ink.stroke / factor
    marks, rooms = _marks(small, 8), _marks(light, 4)
    if not 2 <= len(marks.area) <= _MOST:
        return np.zeros(len(measures), bool)
    sampled = labels[::factor, ::factor]
    regions = Marks(
        np.where(light > 0, sampled, 0),
        (measures.box // factor + [0, 0, 1, 1]).astype(np.int32),
        (measures.area / factor**2).astype(np.int32),
    )
    written = np.zeros(small.shape, np.uint8)
    # Rooms are parts of the paper; a balloon whose outline is open is none, but a region.
    tall = _balloons(marks, (rooms, regions), small, written)
    known = marks.box[written[marks.box[:, 0], marks.box[:, 1]] > 0]
    boxes = [known, *_like(marks, known, tall)]
    # Sound words: letters with an outline, letters blacker than any line, and letters like lines.
    for word in _words(rooms, 14):
        written[np.isin(rooms.map, word + 1)] = 1
        boxes.append(rooms.box[word])
    side = 2 * int(np.ceil(0.9 * stroke)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    for some in (marks, _marks(cv2.morphologyEx(small, cv2.MORPH_OPEN, kernel), 8)):
        boxes += [some.box[word] for word in _words(some, 8)]
    # Regions reach under the lines around them.
    side = 2 * int(np.ceil(1.5 * stroke)) + 3
    grown = cv2.dilate(written, np.ones((side, side), np.uint8)) > 0
    total, held = (
        np.bincount(part.ravel(), minlength=len(measures) + 1)[1:]
        for part in (sampled, sampled[grown])
    )
    found: Mask = held > 0.85 * np.maximum(total, 1)
    every = np.concatenate(boxes) * factor
    return found | _holes(every, measures, factor) if len(every) else found


def _marks(bits: AnyArray, connectivity: int) -> Marks:
    """Pieces of a picture of bits."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(bits, connectivity=connectivity)
    left, top, width, height, area = stats[1:].T
    return Marks(pieces, np.stack([top, left, top + height, left + width], axis=1), area)


def _balloons(marks: Marks, kinds: tuple[Marks, ...], small: AnyArray, written: AnyArray) -> float:
    """Fill balloons and captions in ``written``; how tall letters are in them, 0 without any."""
    found, doubted = [], []
    for rooms in kinds:
        around = _around(marks, rooms)
        order = np.argsort(around, kind="stable").astype(np.int32)
        first = np.flatnonzero(np.diff(around[order], prepend=-1))
        for own in np.split(order, first[1:]):
            room = int(around[own[0]]) - 1
            if room < 0 or rooms.area[room] > _LARGEST * small.size:
                continue
            window = tuple(slice(*rooms.box[room, [i, i + 2]]) for i in (0, 1))
            text = _text(marks.box[own], marks.area[own], small)
            inside = (rooms.map[window] == room + 1).view(np.uint8)
            place = _place(inside, marks.box[own] - np.tile(rooms.box[room, :2], 2))
            if place is None:
                continue
            place = place._replace(outline=place.outline + rooms.box[room, 1::-1])
            clear = place.share > _BALLOON and place.off < _OFF
            clear &= text is None or text.longest >= 2.5
            if clear and text is not None and _is_word(text, marks, own, _CERTAIN):
                found.append((place.outline, text.tall))
            else:
                doubted.append((place, text, own))
    tall = float(np.median([tall for _, tall in found])) if found else 0.0
    # Beside lettering that is known a few letters, and dots for silence, are lettering, too.
    good = [p.outline for p, t, own in doubted if tall and _is_terse(p, t, marks, own, tall)]
    # One by one: of two that overlap the common part would be left out.
    for one in [one for one, _ in found] + good:
        cv2.drawContours(written, [one], 0, 1, cv2.FILLED)
    return tall


def _around(marks: Marks, rooms: Marks) -> Ints:
    """Number of the room that lies around each mark, 0 where none does alone, (k,)."""
    box = marks.box + np.array([-1, -1, 0, 0])
    steps = np.array([0, 1, 2, 2, 2, 1, 0, 0]), np.array([0, 0, 0, 1, 2, 2, 2, 1])
    at = [
        np.clip((box[:, [i]] * (2 - s) + box[:, [i + 2]] * s) // 2, 0, rooms.map.shape[i] - 1)
        for i, s in enumerate(steps)
    ]
    seen = np.where(marks.area[:, None] > 1, rooms.map[at[0], at[1]], 0)
    # The commonest of the eight; the hole of a letter beside may be seen, too.
    votes = (seen[:, :, None] == seen[:, None]).sum(axis=2) * (seen > 0)
    best = votes.argmax(axis=1)[:, None]
    sure = np.take_along_axis(votes, best, 1) > np.maximum(0.7 * (seen > 0).sum(1)[:, None], 1)
    return np.asarray(np.where(sure, np.take_along_axis(seen, best, 1), 0)[:, 0])


def _place(inside: AnyArray, box: Ints) -> _Place | None:
    """Where boxes are in a room, if it is hardly hollow, as balloons are."""
    outlines, _ = cv2.findContours(inside, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=cv2.contourArea, default=None)
    if outline is None:
        return None
    area, hull = cv2.contourArea(outline), cv2.contourArea(cv2.convexHull(outline))
    if area <= _HULL * hull:
        return None
    low, high = box[:, :2].min(axis=0), box[:, 2:].max(axis=0)
    # A tail moves the middle of the box, and hardly that of the area.
    moments, middle = cv2.moments(outline), np.divide(inside.shape, 2)
    heart = np.array([moments["m01"], moments["m10"]]) / moments["m00"]
    off = min(np.abs(((low + high) / 2 - m) / inside.shape).max() for m in (middle, heart))
    return _Place(outline, np.prod(high - low) / area, float(off))


def _text(box: Ints, area: Ints, small: AnyArray) -> _Text | None:
    """What the pieces in a room say, if they are lines or columns of letters and nothing else."""
    turned = box[:, [1, 0, 3, 2]]
    lines, columns = _in_lines(box, area, small), _in_lines(turned, area, small.T)
    # Letters of several lines stand in columns, too, if crooked ones.
    crossed = lines is None or (columns is not None and columns.longest > 3 * lines.longest)
    return columns if crossed else lines


def _in_lines(box: Ints, area: Ints, small: AnyArray) -> _Text | None:
    """Boxes (top, left, bottom, right) as lines of letters; None if they are none."""
    height = box[:, 2] - box[:, 0]
    # The 80th percentile; numpy's own loads its masked arrays, on every start.
    size = float(np.interp(0.8 * (len(box) - 1), np.arange(len(box)), np.sort(height)))
    fits = (height >= 0.45 * size) & (height <= 1.7 * size)
    letters = np.flatnonzero(fits).astype(np.int32)
    dots = height < 0.45 * size
    few = area[letters].sum() + area[dots].sum() < _ALONE * area.sum()
    if size < 4 or few or dots.sum() > len(letters) + 2:
        return None
    # The middle half of each letter, so that tails do not tie one line to the next.
    quarter = height / 4
    order = letters[np.argsort((box[:, 0] + quarter)[letters])]
    top, bottom = (box[:, 0] + quarter)[order], (box[:, 2] - quarter)[order]
    line = np.cumsum(np.append(True, top[1:] > np.maximum.accumulate(bottom)[:-1]))
    longest = length = strokes = 0.0
    end = np.inf
    for number in range(1, int(line[-1]) + 1):
        own = box[order[line == number]]
        (high, left), (low, right) = own[:, :2].min(axis=0), own[:, 2:].max(axis=0)
        filled = np.zeros(right - left, bool)
        for start, stop in own[:, [1, 3]] - left:
            filled[start:stop] = True
        # A line is one letter tall, mostly covered, and near the one above.
        if low - high > 1.7 * size or filled.mean() < 0.5 or high - end > 1.5 * size:
            return None
        part = small[high + (low - high) // 4 : low - (low - high) // 4, left:right]
        strokes += np.count_nonzero(np.diff(part, axis=1, prepend=0) == 1) / len(part)
        longest, length, end = max(longest, right - left), length + right - left, low
    return _Text(size, longest / size, length / size, strokes, letters)


def _is_word(text: _Text, marks: Marks, own: Ints, least: int = 3) -> bool:
    """Whether so many letters or more are as dense and as different as in words."""
    if len(text.letters) < least or text.strokes + len(text.letters) < _DENSE * text.length:
        return False
    return _variety(marks, own[text.letters]) > _UNLIKE


def _is_terse(place: _Place, text: _Text | None, marks: Marks, own: Ints, tall: float) -> bool:
    """Whether a few letters are as tall as known ones, or dots stand for silence."""
    if text is not None and _LIKE[0] * tall < text.tall < _LIKE[1] * tall:
        clear = place.off < (_OFF if place.share > _TERSE else _OFF / 2)
        clear &= text.length > 1.2 and text.strokes > 2.5
        clear &= text.strokes > 1.4 * text.length or _is_word(text, marks, own)
        return bool(clear) and not _is_face(marks.box[own], marks.area[own])
    # Dots stand on the line that letters would stand on.
    if place.off > 2 * _OFF:
        return False
    top, left, bottom, right = marks.box[own].T
    if not 2 < len(own) <= 8 or (bottom - top).max() > 0.6 * tall:
        return False
    steps, area = np.diff(np.sort(left + right)) / 2, marks.area[own]
    return bool(
        np.ptp(top + bottom) / 2 < (bottom - top).max()
        and steps.std() < _ALIKE * steps.mean()
        and area.std() < _ALIKE * area.mean()
    )


def _is_face(box: Ints, area: Ints) -> bool:
    """Whether a few pieces could be eyes, all alike, or have a mouth below: a broad low piece."""
    height, width = (box[:, 2:] - box[:, :2]).T
    tall = height > 0.6 * height.max()
    alike = all(np.ptp(c[tall]) < _TWINS * c[tall].max() for c in (area, width))
    return alike or bool((width[~tall] > 0.6 * height.max()).any())


def _variety(marks: Marks, own: Ints) -> float:
    """How different the shapes of pieces are from one another, in [0, 1]."""
    some = own[:: 1 + len(own) // 40]
    cut = (
        marks.map[slice(*marks.box[k, [0, 2]]), slice(*marks.box[k, [1, 3]])] == k + 1 for k in some
    )
    shape = [cv2.resize(one.view(np.uint8) * 255, (8, 8), interpolation=3) for one in cut]
    flat = np.array(shape, np.float32).reshape(-1, 64) / 255
    unlike = np.abs(flat[:, None] - flat).mean(axis=2)
    return float(unlike[np.triu_indices(len(some), 1)].mean())


def _like(marks: Marks, known: Ints, tall: float) -> Iterator[Ints]:
    """Boxes of marks beside one another that are as tall as lettering that is known."""
    size = marks.box[:, 2:] - marks.box[:, :2]
    # Letters that touch are one broad piece.
    fits = (size.min(axis=1) < _LIKE[1] * tall) & (size.max(axis=1) < 6 * tall)
    box = marks.box[fits & (size.max(axis=1) > 0.5 * tall)]
    if not len(known) or len(box) > _MOST:
        return
    apart = np.maximum(box[:, None, :2], box[:, :2]) - np.minimum(box[:, None, 2:], box[:, 2:])
    # In one line, or one column: they share rows or columns, and hardly any paper is between.
    beside = (apart.max(axis=2) < 0.5 * tall) & (apart.min(axis=2) < -0.3 * tall)
    yield box[beside.sum(axis=1) > 1]


def _words(marks: Marks, least: int) -> Iterator[Ints]:
    """Numbers of the pieces of each word that stands alone: letters in a straight line.

    Letters are of one height, from ``least`` pixels up, and one width of stroke, at even distances,
    and no simple shapes.
    """
    size = marks.box[:, 2:] - marks.box[:, :2]
    tall = size.max(axis=1)
    lines = (runs(marks.map, axis=axis).label for axis in (0, 1))
    edges = 2 * sum(np.bincount(line, minlength=len(tall) + 1)[1:] for line in lines)
    width = (2 * marks.area / edges).astype(np.float32)
    bends = edges / (2 * size.sum(axis=1))
    fits = (tall >= least) & (tall <= _LOUD * min(marks.map.shape)) & (size.min(axis=1) >= 3)
    fits &= (width < 0.42 * tall) & (bends < 3)
    some = np.flatnonzero(fits).astype(np.int32)
    if not 3 <= len(some) <= _MOST // 2:
        return
    near = _neighbours(marks.box[some], tall[some], width[some])
    pairs, hulls, seen = (
        np.argwhere(np.triu(near)),
        outlines_of(marks.map, marks.box, some),
        set[bytes](),
    )
    for turn in np.radians(_TURNS) if len(pairs) else ():
        way = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        # Left and top, right and bottom of each piece along lines with that turn.
        ends = [(points.min(axis=0), points.max(axis=0)) for points in (h @ way for h in hulls)]
        sides = np.array(ends, np.float32).reshape(-1, 4)
        for row in _rows(sides, pairs):
            word = some[row]
            if word.tobytes() not in seen and _is_even(sides[row], width[word], bends[word]):
                # Scales and feathers have their like on all sides; they are in no long lines.
                others = np.count_nonzero(near[row].any(axis=0)) - len(row)
                if (
                    others < len(row) * (3 if len(row) > 3 else 1)
                    and _variety(marks, word) > _UNLIKE
                ):
                    yield word
            seen.add(word.tobytes())


def _rows(sides: Floats, pairs: AnyArray) -> Iterator[Ints]:
    """Pieces one after the other between an upper and a lower line, from left to right."""
    left, top, right, low = sides.T
    one, two = np.where((left[pairs[:, 0]] < left[pairs[:, 1]])[:, None], pairs, pairs[:, ::-1]).T
    larger, gap = np.maximum(low - top, 1)[pairs].max(axis=1), left[two] - right[one]
    fits = (np.abs(top[one] - top[two]) < _LEVEL * larger) & (gap > -0.35 * larger)
    fits &= (np.abs(low[one] - low[two]) < _LEVEL * larger) & (gap < 0.45 * larger)
    row, before = np.arange(len(sides)), np.zeros(0, np.intp)
    while not np.array_equal(row, before):
        before = row.copy()
        for a, b in ((one[fits], two[fits]), (two[fits], one[fits])):
            np.minimum.at(row, a, row[b])
    for number in np.flatnonzero(np.bincount(row) > 2).tolist():
        members = np.flatnonzero(row == number).astype(np.int32)
        yield members[np.argsort(left[members])]


def _is_even(sides: Floats, width: Floats, bends: Floats) -> bool:
    """Whether pieces in a row are as even as letters: of three a figure may be made, too."""
    left, top, right, low = sides.T
    tall, short, at = np.median(low - top), len(sides) == 3, np.stack([left + right, left**0], 1)
    # What letters stand on, and what they reach up to, is straight; they may grow along it.
    away = np.abs(
        at @ np.linalg.lstsq(at, sides[:, [1, 3]], rcond=None)[0] - sides[:, [1, 3]]
    ).mean()
    return bool(
        away < (0.03 if short else 0.05) * tall
        and width.std() < (0.1 if short else 0.15) * width.mean()
        and bends.mean() > (1.32 if short else 1.2)
    )


def _neighbours(box: Ints, tall: Ints, width: Floats) -> Mask:
    """Which pieces lie beside each other and have the same size and width of stroke, (n, n)."""
    apart = np.maximum(box[:, None, :2], box[:, :2]) - np.minimum(box[:, None, 2:], box[:, 2:])
    larger, least = np.maximum(tall[:, None], tall), np.minimum(tall[:, None], tall)
    near = (np.maximum(apart, 0).max(axis=2) < 0.45 * larger) & (larger < 1.5 * least)
    near &= np.maximum(width[:, None], width) < 1.35 * np.minimum(width[:, None], width)
    np.fill_diagonal(near, False)
    return np.asarray(near)


def _holes(letters: AnyArray, measures: Measures, margin: int) -> Mask:
    """Regions that lie inside the box of one letter."""
    holes = np.zeros(len(measures), bool)
    largest = (letters[:, 2:] - letters[:, :2]).max() + 2 * margin
    small = np.flatnonzero((measures.box[:, 2:] - measures.box[:, :2]).max(axis=1) <= largest)
    inside = np.ones((len(small), len(letters)), bool)
    for edge, sign in enumerate((1, 1, -1, -1)):
        inside &= sign * (measures.box[small, edge, None] - letters[:, edge]) >= -margin
    holes[small] = inside.any(axis=1)
    return holes
