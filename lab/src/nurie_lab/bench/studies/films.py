"""How well colours are carried through films: from the frame before, and from a few keys.

Right is exactly the true colour of a segment of more than 10 pixels; paper does not count.
Beside nurie, with the same spreading: *flow alone*, the overlap of regions under optical flow, and
*same place*, their overlap where they are. Given PICTURES are folders of painted films, see
``nurie_lab.bench.films``; films made by program are always there (the
rendered ones with ``pip install 'nurie-lab[people]'``).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nurie.arrays import Floats, Ints, Mask
from nurie.film.drawings import Drawings
from nurie.film.motion import flow, overlap
from nurie.film.pairs import Matcher, Pairs
from nurie.film.spread import Match, spread, take_beside
from nurie.film.store import Cel
from nurie_lab.bench.films import PAPER, UNKNOWN, TrueFilm, made_film, painted_film
from nurie_lab.bench.metrics.regions import PAPER_TONE, SMALLEST
from nurie_lab.bench.studies import Options, table

if TYPE_CHECKING:
    from nurie_lab.drawings.kit.strokes import Made

SETS = ("plain", "hard", "open", "rendered")
"""Films made by program: somebody before white; all that films do, with closed lines; the same with
gaps in them; people in three dimensions."""

FRAMES = 12
"""Of a film made by program."""

KEYS: dict[str, Callable[[int], list[int]]] = {
    "1 key": lambda _: [0],
    "2 keys": lambda count: [0, count - 1],
    "3 keys": lambda count: [0, count // 2, count - 1],
}
"""Which frames are coloured by hand."""

STEPS = {"next": 1, "+3": 3}
"""How many frames later a frame is coloured from one alone."""

SURE = 0.5
"""Overlap under flow from which on two regions that choose each other are one thing in flicker."""

MOST_FIXES = 400
"""Corrections after which nobody goes on."""


class _Alone:
    """The overlap of regions and nothing else, as a matcher."""

    def __init__(self, name: str, *, moves: bool) -> None:
        self.name, self._moves = name, moves

    def __call__(self, one: Cel, two: Cel) -> tuple[Floats, Floats, float]:
        share = _over(one, two, moves=self._moves)
        return *(o / np.maximum(o.sum(axis=1, keepdims=True), 1) for o in (share, share.T)), 1.0


def _over(one: Cel, two: Cel, *, moves: bool = True) -> Floats:
    """Overlap of the regions of two drawings, under flow or where they are."""
    if one.shape != two.shape:
        return np.zeros((len(one.paper), len(two.paper)), np.float32)
    still = np.zeros((*one.small.labels.shape, 2), np.float32)
    return overlap(one.small, two.small, flow(one.small, two.small) if moves else still)[0]


class Played:
    """A film that was read, and what one way of matching makes of it."""

    def __init__(self, film: TrueFilm, drawings: Drawings, matcher: Matcher) -> None:
        self._drawings, self._matcher = drawings, matcher
        self._areas = [card.area for card in drawings.cards]
        shown = np.unique(np.concatenate([np.zeros(0, np.int32), *film.truth]))
        shown = shown[shown >= 0]
        self._paper = len(shown)
        """The entry of what stays white, after those of the colours."""

        def entries(truth: Ints) -> Ints:
            found = np.searchsorted(shown, truth).astype(np.int32)
            return np.where(truth == PAPER, self._paper, np.where(truth == UNKNOWN, -1, found))

        self._regions, self._truth, self._homes = [], [], []
        for index, card in enumerate(drawings.cards):
            labels = drawings.labels(index)
            labels = np.where(film.lines[card.frame] > PAPER_TONE, labels, 0)
            found = entries(film.regions(card.frame, labels))
            self._regions.append(
                np.pad(found, (0, len(card.area) - len(found)), constant_values=-1)
            )
            self._truth.append(entries(film.truth[card.frame]))
            self._homes.append(film.homes(card.frame, labels) - 1)

    def scores(self) -> dict[str, float]:
        """All figures of the film, shares but for the fixes."""
        found: dict[str, float] = {}
        count = len(self._areas)
        for name, step in STEPS.items():
            rows = [self._right(i + step, self._carried(i, i + step)) for i in range(count - step)]
            found[name] = share_of(rows)
        for name, choose in KEYS.items():
            colors, links = self._filled(keys := sorted({*choose(count)}))
            rows = [self._right(i, colors[i]) for i in range(count) if i not in keys]
            found[name] = share_of(rows)
            if name == "2 keys":
                found |= self._flicker(colors) | self._fixes(colors, links, keys)
        return found

    def _right(self, index: int, colors: Ints) -> Mask:
        """Of the segments that count, which have their colour."""
        truth, home = self._truth[index], self._homes[index]
        counts = (truth >= 0) & (truth < self._paper)
        return np.asarray(np.where(home >= 0, colors[home], -1)[counts] == truth[counts])

    def _carried(self, key: int, index: int) -> Ints:
        """Colours of a drawing that takes them from one other alone."""
        pairs = Pairs(self._matcher, self._drawings, (), _quiet)
        links: list[list[Match]] = [[] for _ in self._areas]
        links[index] = [pairs.match(key, index)[1]]
        return self._colored(links, [key])[index]

    def _filled(self, keys: Sequence[int]) -> tuple[list[Ints], list[list[Match]]]:
        """Colours of all drawings, and the matches that they came over."""
        pairs = Pairs(self._matcher, self._drawings, None, _quiet)
        pairs.link(keys)
        return self._colored(pairs.matches, keys), pairs.matches

    def _colored(
        self,
        links: Sequence[Sequence[Match]],
        keys: Sequence[int],
        known: Mapping[int, tuple[Mask, Ints]] | None = None,
        later: Mapping[int, Mask] | None = None,
    ) -> list[Ints]:
        known = known or {key: (self._regions[key] >= 0, self._regions[key]) for key in keys}
        votes = spread(links, [len(area) for area in self._areas], known, self._paper + 1, later)
        found = []
        for index in range(len(self._areas)):
            entries = votes.entries(index)
            lost = np.flatnonzero((entries < 0) & ~self._drawings.cards[index].paper).tolist()
            entries[entries == self._paper] = PAPER
            if lost and (index in keys or votes.votes[index].any()):
                take_beside(entries, lost, self._drawings.cel(index).scene.measures)
            found.append(np.where(entries == PAPER, self._paper, entries).astype(np.int32))
        return found

    def _flicker(self, colors: Sequence[Ints]) -> dict[str, float]:
        """How often one thing has two colours in neighbours, and comes back to the first."""
        changed, back = [np.zeros(0, bool)], [np.zeros(0, bool)]
        last: tuple[Ints, Mask] | None = None
        for i, (here, there) in enumerate(pairwise(colors)):
            share = _over(self._drawings.cel(i), self._drawings.cel(i + 1))
            best = share.argmax(axis=1)
            mine, own = np.arange(len(share)), self._regions[i]
            same = (share[mine, best] > SURE) & (share.argmax(axis=0)[best] == mine)
            same &= (own >= 0) & (own < self._paper) & (own == self._regions[i + 1][best])
            other = here != there[best]
            changed.append(other[same])
            if last is not None:
                before, held = last
                chain = held & same[before]
                returns = (colors[i - 1] != here[before]) & (colors[i - 1] == there[best[before]])
                back.append(returns[chain])
            last = best.astype(np.int32), same
        return {
            "flicker": 1 - share_of([~c for c in changed]),
            "A-B-A": 1 - share_of([~b for b in back]),
        }

    def _fixes(
        self, colors: list[Ints], links: Sequence[Sequence[Match]], keys: Sequence[int]
    ) -> dict[str, float]:
        """Corrections until every region is right: one by one, and when each of them spreads."""

        def wrong(index: int) -> Mask:
            true = self._regions[index]
            free = (true >= 0) & (true < self._paper) & (self._areas[index] > SMALLEST)
            return np.asarray(free & (colors[index] != true))

        alone = sum(int(wrong(i).sum()) for i in range(len(colors)) if i not in keys)
        count, said = 0, {key: (self._regions[key] >= 0, self._regions[key]) for key in keys}
        later: dict[int, Mask] = {}
        # What a correction spoils elsewhere is corrected, too, in drawings that were right before.
        order = [i for i in range(len(colors)) if i not in keys]
        while count < MOST_FIXES and (index := next((i for i in order if wrong(i).any()), -1)) >= 0:
            count += 1
            region = np.where(wrong(index), self._areas[index], 0).argmax()
            given = later.setdefault(index, np.zeros(len(self._areas[index]), bool))
            given[region] = True
            said[index] = given, self._regions[index]
            colors = self._colored(links, keys, said, later)
        return {"fixes": float(alone), "fixes spread": float(count)}


def _quiet(what: str, done: int, total: int) -> None:
    """Nobody watches."""


def share_of(rows: Sequence[Mask]) -> float:
    """Share of what is true in all rows; 1 where there is nothing."""
    total = sum(len(row) for row in rows)
    return float(sum(row.sum() for row in rows)) / total if total else 1.0


def invented(name: str, count: int) -> list[TrueFilm]:
    """Films made by program, of one of ``SETS``."""
    from nurie_lab.drawings.figures import film
    from nurie_lab.drawings.films import hard_film, open_frame
    from nurie_lab.drawings.rendered import rendered_film

    kinds: dict[str, Callable[..., list[Made]]] = {
        "plain": film, "hard": partial(hard_film, opens=False), "rendered": rendered_film
    }  # fmt: skip
    found = []
    for i in range(count):
        own = "hard" if name == "open" else name
        made = kinds[own](np.random.default_rng([88_000, i, *own.encode()]), FRAMES)
        if name == "open":
            gaps = np.random.default_rng([88_000, i, *name.encode()])
            made = [open_frame(frame, gaps) for frame in made]
        found.append(made_film(f"{name} {i}", made))
    return found


def run(options: Options) -> dict[str, Any]:
    """``{"rows": […]}``: of each film and way of matching the figures of ``Played.scores``."""
    from nurie.film.match import LearnedMatcher

    reader = options.colorizer()
    sets = {name: invented(name, options.repeats) for name in SETS}
    sets |= {path.name: [painted_film(path)] for path in options.paths}
    ways: dict[str, Matcher] = {
        "nurie": LearnedMatcher(reader.session),
        "flow alone": _Alone("flow alone", moves=True),
        "same place": _Alone("same place", moves=False),
    }
    rows = []
    for kind, films in sets.items():
        for film in films:
            drawings = Drawings(
                reader, film.lines, gap=None, hold=False, cache=None, patient=False, progress=_quiet
            )
            for way, matcher in ways.items():
                scores = Played(film, drawings, matcher).scores()
                rounded = {name: round(value, 4) for name, value in scores.items()}
                rows.append({"set": kind, "film": film.name, "system": way, "scores": rounded})
    return {"rows": rows}


def means(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, float]]:
    """Mean scores of each set and system over its films, as they come."""
    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    for row in rows:
        found.setdefault((row["set"], row["system"]), []).append(row["scores"])
    return {
        key: {name: float(np.mean([one[name] for one in own])) for name in own[0]}
        for key, own in found.items()
    }


def show(facts: dict[str, Any]) -> str:
    """A table, one row for each set and system: means over the films of the set."""
    rows = means(facts["rows"])
    names = list(next(iter(rows.values())))

    def cell(name: str, mean: float) -> str:
        return f"{mean:.1f}" if name.startswith("fixes") else f"{100 * mean:.1f} %"

    cells = ([*key, *(cell(*each) for each in scores.items())] for key, scores in rows.items())
    return table(["films", "system", *names], cells)
