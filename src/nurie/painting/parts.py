"""What regions show: parts and figures, which of them words mean, and which a dab means, too."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nurie.arrays import Floats, Ints, Mask, Rgb8, joined
from nurie.document import Design, Hints, Over, Wish
from nurie.errors import OptionError
from nurie.guidance.hints import hinted_colors
from nurie.guidance.words import groups, named_parts, wishes_of
from nurie.names import unique_names
from nurie.painting.kin import directions, kin_logits
from nurie.painting.read import Drawing, RegionModel, Scene, Traits
from nurie.painting.references import read_reference
from nurie.painting.sample import Group
from nurie.painting.terms import CONSTANTS, Constants, Named, Request, known_colors
from nurie.painting.whole import samples_whole

# Share of a layer in one figure from which on it is that figure's.
_OWN = 0.8
# Groups of parts of which a figure is made.
_PEOPLE = ("body", "hair", "clothes")


def name_regions(model: RegionModel, scene: Scene, constants: Constants) -> Named | None:
    """What the regions show, and of which figure; None where the model tells no parts apart."""
    if not samples_whole(model):
        return None
    named = Named(tuple(model.parts), scene.parts, np.zeros(len(scene.parts), np.int32))
    return replace(named, figure=_figures(named, scene, constants))


def _figures(named: Named, scene: Scene, c: Constants) -> Ints:
    """Regions of people that touch, parted between heads that are far from each other."""
    body = named.share(part for group in _PEOPLE for part in groups()[group]) > c.figure_least
    head, (row, column) = named.share(groups()["hair"]), scene.geometry[:, :2].T
    area, pairs, held = scene.measures.area, scene.measures.pairs, np.append(False, body)
    # The number of the piece of touching regions that each lies in, 0 of none.
    loose = joined(pairs[held[pairs].all(axis=1)], len(held)) * held
    loose = np.unique(loose, return_inverse=True)[1].reshape(-1)[1:]
    figure, count = np.zeros(len(body), np.int32), 0
    for one in range(1, int(loose.max(initial=0)) + 1):
        rows = np.flatnonzero(loose == one)
        heads: list[int] = []
        for i in rows[np.argsort(-head[rows] * np.sqrt(area[rows]), kind="stable")].tolist():
            if head[i] > c.head_least and all(
                abs(column[i] - column[k]) > c.heads_apart for k in heads
            ):
                heads.append(i)
        heads = heads or rows[:1].tolist()
        across = np.abs(column[rows][:, None] - column[heads])
        down = np.abs(row[rows][:, None] - row[heads])
        # Limbs are far below the head, and seldom far beside it.
        figure[rows] = count + 1 + np.hypot(across, 0.3 * down).argmin(axis=1)
        count += len(heads)
    # Numbered from the left, without those that are only crumbs of one.
    size = np.bincount(figure, area, 1)
    middle = np.bincount(figure, area * column, 1) / np.maximum(size, 1)
    size[0] = 0
    large = np.flatnonzero(size > c.figure_crumb * size.max(initial=0))
    number = np.zeros(len(size), np.int32)
    number[large[np.argsort(middle[large], kind="stable")]] = np.arange(len(large)) + 1
    return number[figure]


def obey(
    named: Named, wishes: Sequence[Wish], scene: Scene, free: Mask, c: Constants
) -> tuple[Ints, Floats, tuple[str, ...]]:
    """Choose the regions that words mean, among the (n,) bool ``free`` ones.

    How likely a part is beside other parts says little: the vocabulary is large and much of it is
    alike. What says more is how likely it is beside the likeliest region of the drawing, and how
    much of the drawing is likelier still: hair covers no half of it.

    (n,) int32 the wish that each region follows, -1 none, the likelier one of two; (n,) how likely
    it is that part; and a sentence for each wish that none follows.
    """
    area = scene.measures.area
    owner = np.full(len(free), -1, np.int32)
    best, notes = np.zeros(len(free), np.float32), []
    # Of two wishes that mean one region the one for a single figure is the more exact.
    for index in sorted(range(len(wishes)), key=lambda i: bool(wishes[i].figure)):
        wish = wishes[index]
        share = named.share(wish.parts) * free
        inside, note = _inside(named, wish, scene)
        rival = named.chance[:, ~np.isin(named.names, wish.parts)].max(axis=1, initial=0)
        here = share * inside
        if not note and here.max(initial=0) < c.part_least:
            part, near = wish.parts[0].replace("_", " "), named.name(int(here.argmax()))
            note = f"no region looks like {part}; the likeliest looks more like {near}."
            note = f"{wish.text!r}: {note if here.any() else f'no region is free to be {part}.'}"
        if note:
            notes.append(note)
            continue
        # Likely beside the likeliest region, and with little of the drawing likelier still.
        likelier, above = np.argsort(-here, kind="stable"), np.empty(len(here))
        above[likelier] = (np.cumsum(area[likelier]) - area[likelier]) / max(float(area.sum()), 1)
        top = here.max(initial=1e-6)
        worth = c.part_alike * np.log(here / top + 1e-6) - c.part_wide * np.log(above + 0.01)
        taken = worth + c.part_top * np.log(top) > c.part_enough
        taken &= here >= c.part_other * rival
        taken &= (share >= best) | ((owner >= 0) & bool(wish.figure))
        owner[taken], best[taken] = index, share[taken]
    return owner, best, tuple(notes)


def _inside(named: Named, wish: Wish, scene: Scene) -> tuple[Mask, str]:
    """(n,) bool: the regions of the figure that a wish means, and what to say if there is none."""
    every = np.ones(len(named.figure), bool)
    count = int(named.figure.max(initial=0))
    if not wish.figure:
        return every, ""
    places = {"left": 1, "right": count, "middle": (count + 1) // 2}
    number = places[wish.figure] if wish.figure in places else int(wish.figure)
    if number > max(count, 1):
        found = {0: "no figure is", 1: "one figure is"}.get(count, f"{count} figures are")
        return every, f"{wish.text!r} means figure {number}, but {found} found in the drawing."
    if count < 2:
        return every, ""
    column = scene.geometry[:, 1]
    middle = np.array([column[named.figure == i].mean() for i in range(1, count + 1)])
    nearest = np.abs(column[:, None] - middle).argmin(axis=1) + 1
    return np.where(named.figure > 0, named.figure, nearest) == number, ""


def same_thing(
    model: RegionModel, scene: Scene, named: Named | None, rows: Ints, traits: Traits
) -> Floats:
    """How sure it is that two of (m,) rows show one part of one figure: (m, m) logits.

    Shape and colour alone take hair for face; what counts is how far the parts that come into
    question are the same ones (the Bhattacharyya coefficient).
    """
    c = traits.constants
    fixed = np.zeros(len(rows), bool)
    white = np.full((len(rows), 3), 255, np.uint8)
    request = Request(fixed, white, traits.bin_colors, None, traits.entries, constants=c)
    group = Group(model, scene, rows)
    predicted, _, query, key = group.encode(request)(known_colors(white, fixed))
    logits = kin_logits(group.evidence((predicted, query, key), request))
    if named is not None:
        root, figure = np.sqrt(named.chance[rows]), named.figure[rows]
        logits = c.thing_kin * np.clip(logits, -4, 4) + c.thing_parts * (root @ root.T)
        both = (figure[:, None] > 0) & (figure > 0)
        logits -= c.thing_apart + c.thing_figures * (both & (figure[:, None] != figure))
    return logits


def spread_to(same: Floats, hinted: Mask, free: Mask, spread: float) -> tuple[Ints, Floats]:
    """The (m,) bool hinted region that each free one follows, as it surely shows the same thing.

    ``same`` are the (m, m) logits of ``same_thing``; at a ``spread`` of 0 nobody follows, at 1
    whoever rather is the same than not. (m,) int32 row of the hinted region, -1 none, and (m,) the
    chance.

    >>> same = np.float32([[9, 2, 0.5], [2, 9, 0], [0.5, 0, 9]])
    >>> spread_to(same, np.array([True, False, False]), np.array([False, True, True]), 0.5)[0]
    array([-1,  0, -1], dtype=int32)
    """
    leader = np.full(len(hinted), -1, np.int32)
    chance = np.zeros(len(hinted), np.float32)
    given_rows = np.flatnonzero(hinted)
    if not len(given_rows) or spread <= 0:
        return leader, chance
    best = same[:, given_rows].argmax(axis=1)
    logit = same[np.arange(len(same)), given_rows[best]]
    follows = free & ~hinted & (logit > 1 / spread - 1)
    leader[follows] = given_rows[best[follows]]
    chance[follows] = 1 / (1 + np.exp(-logit[follows]))
    return leader, chance


def overlay(
    drawing: Drawing,
    model: RegionModel,
    traits: Traits,
    *,
    hints: tuple[Rgb8, Mask],
    wishes: Sequence[Wish],
    spread: float,
) -> tuple[Over, Named | None]:
    """What hints and words lay over an answer, and what the regions show once words said so.

    Hints, (n, 3) uint8 colours and (n,) bool where they are given, win over words; for ``spread``
    see ``spread_to``.

    Raises:
        OptionError: there are wishes, and the model names no parts.
    """
    scene, named, c = drawing.scene, drawing.named, traits.constants
    colors, hinted = hints[0].copy(), hints[1]
    given, chance = hinted.copy(), hinted.astype(np.float32)
    notes: tuple[str, ...] = ()
    if wishes:
        if named is None:
            raise OptionError("This model names no parts, so words mean nothing to it.")
        # Only paper around things is not free: words may name it, too.
        page = {"paper", "gutter", "caption", "sky", "wall"}
        named_paper = any(page & set(wish.parts) for wish in wishes)
        free = ~hinted & (~drawing.paper | named_paper)
        owner, share, notes = obey(named, wishes, scene, free, c)
        wished = owner >= 0
        colors[wished] = np.array([wish.color for wish in wishes], np.uint8)[owner[wished]]
        given |= wished
        chance[wished] = share[wished]
        # What a person spoke of shows one of the parts that were meant.
        told = named.chance.copy()
        for index, wish in enumerate(wishes):
            told[np.ix_(owner == index, ~np.isin(named.names, wish.parts))] = 0
        named = replace(named, chance=told / np.maximum(told.sum(axis=1, keepdims=True), 1e-9))
    leads = hinted & ~(colors == 255).all(axis=1)
    if spread > 0 and leads.any():
        order = np.argsort(-scene.measures.area, kind="stable")[: c.context]
        rows = np.union1d(order, np.flatnonzero(leads)).astype(np.int32)
        same = same_thing(model, scene, named, rows, traits)
        leader, sure = spread_to(same, leads[rows], (~given & ~drawing.paper)[rows], spread)
        follows = leader >= 0
        colors[rows[follows]] = colors[rows[leader[follows]]]
        given[rows[follows]], chance[rows[follows]] = True, sure[follows]
    return Over(colors, given, chance, notes), named


def taught(
    drawing: Drawing, model: RegionModel, traits: Traits, parts: Sequence[tuple[int, int, str]]
) -> Named:
    """The names of a drawing's regions once a person has said what some of them are.

    Regions that are the same thing, or look alike, are the likelier the same part. ``parts`` holds
    row, column and part of each place that was named.

    Raises:
        OptionError: a name that is not known, or that the model does not tell.
    """
    named, scene, c = drawing.named, drawing.scene, traits.constants
    if named is None:
        raise OptionError("This model names no parts, and cannot learn what a region is.")
    chance, shown = named.chance.copy(), dict[int, list[int]]()
    for row, column, word in parts:
        known = [named.names.index(p) for p in named_parts(word) or () if p in named.names]
        if not known:
            raise OptionError(f"{word[:40]!r} is no part that the model knows; try 'hair'.")
        if drawing.labels[row, column]:
            shown[int(drawing.labels[row, column]) - 1] = known
    rows = np.union1d(np.argsort(-scene.measures.area, kind="stable")[: c.context], list(shown))
    same = 1 / (1 + np.exp(-same_thing(model, scene, named, rows.astype(np.int32), traits)))
    looks = directions(scene.looks[rows])
    for region, known in shown.items():
        at = int(np.searchsorted(rows, region))
        alike = np.maximum(same[at], np.clip(looks @ looks[at], 0, 1) ** 2)
        alike[np.isin(rows, list(shown))] = 0
        alike[at] = 1
        own = np.zeros(chance.shape[1], np.float32)
        own[known] = 1 / len(known)
        chance[rows] = (1 - alike[:, None]) * chance[rows] + alike[:, None] * own
    return replace(named, chance=chance)


def design_of(named: Named, colors: Rgb8, scene: Scene, c: Constants) -> dict[str, dict[str, Rgb8]]:
    """The commonest colour of each part of each figure of a coloured drawing, and around them.

    ``colors`` are (n, 3) uint8, white where paper is. Colours (3,) uint8 by part, by ``figure1``,
    …, and ``scene``; only what is sure.
    """
    people = {part for group in _PEOPLE for part in groups()[group]}
    best = named.chance.argmax(axis=1)
    sure = (named.chance.max(axis=1) > c.part_sure) & (colors < 250).any(axis=1)
    names = [f"figure{i}" for i in range(1, int(named.figure.max(initial=0)) + 1)]
    found: dict[str, dict[str, Rgb8]] = {name: {} for name in [*names, "scene"]}
    for index in np.unique(best[sure]).tolist():
        part = named.names[index]
        rows = np.flatnonzero(sure & (best == index))
        where = named.figure[rows] if part in people else np.zeros(len(rows), np.int32)
        for figure in np.unique(where).tolist():
            own = rows[where == figure]
            shades, of = np.unique(colors[own], axis=0, return_inverse=True)
            area = np.bincount(of.reshape(-1), scene.measures.area[own])
            found[f"figure{figure}" if figure else "scene"][part] = shades[int(area.argmax())]
    return {name: parts for name, parts in found.items() if parts}


def part_names(named: Named, constants: Constants = CONSTANTS) -> tuple[str, ...]:
    """What each region shows, empty where the model is not sure."""
    sure = named.chance.max(axis=1, initial=0) > constants.part_sure
    return tuple(named.name(i) if known else "" for i, known in enumerate(sure.tolist()))


def layer_names(
    drawing: Drawing, entries: Ints, count: int, given: Sequence[str] = ()
) -> tuple[str, ...]:
    """A name of its own for each of ``count`` palette entries, empty where nobody is sure.

    The name is the part that most of its area surely shows, with the number of the figure where
    there are several; else none. What a palette of the user's calls it, ``given``, counts first.
    ``entries`` are (n,) int32, the entry of each region, below 0 none.
    """
    named, area = drawing.named, drawing.scene.measures.area
    assert named is not None, "asked for only where it is known"
    names = []
    for entry in range(count):
        own = np.flatnonzero(entries == entry)
        share = area[own] / max(float(area[own].sum()), 1.0)
        mean = share @ named.chance[own]
        name = given[entry] if given else ""
        if not name and mean.max(initial=0) > CONSTANTS.part_sure:
            name = named.names[int(mean.argmax())].replace("_", " ")
            whose = np.bincount(named.figure[own], share, 2)
            if whose.argmax() > 1 and whose.max() > _OWN:
                name += f" {int(whose.argmax())}"
        names.append(name)
    return unique_names(names) if any(names) else ()


def interpret(  # noqa: PLR0913 - all that speaks of regions
    drawing: Drawing,
    model: RegionModel,
    traits: Traits,
    *,
    hints: Hints | None,
    parts: Sequence[tuple[int, int, str]],
    words: tuple[str | Sequence[Wish] | None, Design | None],
    spread: float | None,
) -> tuple[Drawing, Over | None]:
    """The drawing with the names of its regions, and what words and hints lay over an answer.

    The drawing is cut by the hints; ``parts`` are row, column and name of what a person named,
    ``words`` words and a design; without a ``spread`` hints are shown to the model instead.
    """
    drawing = replace(drawing, named=name_regions(model, drawing.scene, traits.constants))
    if parts:
        drawing = replace(drawing, named=taught(drawing, model, traits, parts))
    if spread is None and all(one is None for one in words):
        return drawing, None
    colors, hinted = hinted_colors(hints, drawing.labels)
    over, named = overlay(
        drawing, model, traits, hints=(colors[1:], hinted[1:]), wishes=wishes_of(*words),
        spread=spread or 0.0,
    )  # fmt: skip
    return replace(drawing, named=named), over


def read_design(picture: Rgb8, model: RegionModel, traits: Traits) -> dict[str, dict[str, Rgb8]]:
    """The colours of a coloured drawing by part, by figure and ``scene``; see ``design_of``.

    Raises:
        OptionError: the model names no parts.
    """
    found = read_reference(picture, model, traits)
    named = name_regions(model, found.scene, traits.constants)
    if named is None:
        raise OptionError("This model names no parts; a design needs one that does.")
    return design_of(named, found.colors, found.scene, traits.constants)
