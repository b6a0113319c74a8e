"""How things are written down: shapes with their colours and the chances that vary them.

A line of ``things/*.txt`` is ``PART COLOR options : x,y x,y …`` or ``- options : x,y x,y …``; ``_``
in a name is a space (alone: no part, so that paper shows). Numbers are as in
:mod:`nurie_lab.drawings.kit.stencils`; ``.2~.4`` is any number between the two. Without an option
the points are a soft closed curve; else they are

``poly``       corners                     ``mirror``    the right half about x = .5
``box``        two corners                 ``round=.1``  … which are rounded so far
``oval``       middle and radii            ``dome``      its upper half; ``ring`` both radii
``arc=a,b``    middle and radii, in turns  ``star=n``    middle, radius and inner share
``tube=w,…``   a spine (``cap=c``)         ``leaf=w``    start and end
``puff=n-m``   middle and radii, bumps     ``heart``     middle and radius

``turn=t,x,y`` turns, ``@PART`` keeps within a part, ``w=`` is the width of the line, and
``merge`` and ``solid`` are as for stencils. A colour is a family (``leaf``), ``#rrggbb``, a name
that was given (``$wall``), each perhaps lighter or darker (``bark-.2``); ``=leaf`` or
``=PART/leaf`` is the colour which the part has already; ``paint?.6:metal`` chooses.

``$wall = brick?.2:wall`` and ``w = .3~.4`` name values. ``?.4`` (a chance) and ``detail>.5`` hold
for a line, or alone for those indented below, with ``else`` for the others; ``*x,y=.1,.2;.3,.4``
repeats with each row of values, and ``tilt`` lays all aslant.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TypeAlias

from nurie.arrays import Floats
from nurie.colors import parse_hex
from nurie_lab.drawings.kit import forms, sections
from nurie_lab.drawings.kit.colors import shade
from nurie_lab.drawings.kit.drafting import Draft
from nurie_lab.drawings.kit.forms import Point
from nurie_lab.drawings.kit.stencils import Sum, parse_sum, value_of
from nurie_lab.drawings.kit.strokes import Color

Kinds: TypeAlias = dict[str, Callable[[Draft], None]]
"""How each thing is drafted, by name."""
_Place: TypeAlias = tuple[float, float, float, float]
_Number: TypeAlias = tuple[Sum, ...]
_CHOICE = re.compile(r"(.+?)\?([\d.]+):(.+)")
_SHADED = re.compile(r"(.+?)([+-][\d.]+)?")


@dataclass(frozen=True)
class _Rule:
    """A line of a recipe."""

    words: tuple[str, ...]
    points: tuple[tuple[_Number, _Number], ...]
    below: tuple["_Rule", ...]
    """What is indented under it."""


def draft(d: Draft, name: str, /, **values: float | Color) -> None:
    """Draft a thing, or some of it, as its section describes it.

    Args:
        d: the frame to draft in, with its source of chances.
        name: of the section.
        values: numbers and colours that the section names and does not give.

    >>> import numpy as np
    >>> d = Draft(np.random.default_rng(0))
    >>> draft(d, "anchor")
    >>> sorted({shape.part for shape in d.shapes})
    ['', 'anchor', 'bar', 'ring']
    """
    numbers = {k: v for k, v in values.items() if not isinstance(v, tuple)}
    colors = {k: v for k, v in values.items() if isinstance(v, tuple)}
    _Recipe(d, numbers, colors).follow(_rules(sections("things")[name]))


def whole(*names: str) -> Kinds:
    """Things that need no more than their sections."""
    return {name: partial(_whole, name=name.replace(" ", "_")) for name in names}


def _whole(d: Draft, *, name: str) -> None:
    draft(d, name)


@lru_cache(maxsize=1024)
def _rules(text: str) -> tuple[_Rule, ...]:
    """The lines of a recipe, those that are indented below the one before them."""
    rules: list[_Rule] = []
    lines = text.splitlines()
    while lines:
        head, _, rest = lines.pop(0).partition(" : ")
        inner = []
        while lines and lines[0].startswith("  "):
            inner.append(lines.pop(0)[2:])
        points = []
        for word in rest.split():
            x, y = word.rstrip("!").split(",")
            points += [(_number(x), _number(y))] * (2 if word.endswith("!") else 1)
        rules.append(_Rule(tuple(head.split()), tuple(points), _rules("\n".join(inner))))
    return tuple(rules)


def _number(word: str) -> _Number:
    return tuple(parse_sum(part) for part in word.split("~"))


@dataclass
class _Recipe:
    """A recipe while it is followed; each rule uses up its chances in their order."""

    d: Draft
    numbers: dict[str, float]
    colors: dict[str, Color]

    def follow(self, rules: Sequence[_Rule]) -> None:
        """Draft what the rules say."""
        held = True
        for rule in rules:
            first = rule.words[0]
            if rule.points:
                self._repeated(rule)
            elif first == "tilt":
                self.d.tilt()
            elif first.startswith("*"):
                self._each(first, partial(self.follow, rule.below))
            elif first.startswith("$"):
                self.colors[first[1:]] = self._color(rule.words[2], "")
            elif rule.words[1:2] == ("=",):
                self.numbers[first] = self._value(_number(rule.words[2]))
            else:
                held = not held if first == "else" else self._holds(first)
                if held:
                    self.follow(rule.below)

    def _each(self, loop: str, action: Callable[[], None]) -> None:
        """Act with each row of values of ``*x,y=.1,.2;.3,.4``."""
        names, _, rows = loop[1:].partition("=")
        for row in rows.split(";"):
            values = (float(v) for v in row.split(","))
            self.numbers |= zip(names.split(","), values, strict=True)
            action()

    def _repeated(self, rule: _Rule) -> None:
        loop = next((w for w in rule.words if w.startswith("*")), "")
        when = [w for w in rule.words[1:] if w.startswith(("?", "detail"))]
        if all(self._holds(w) for w in when):
            action = partial(self._piece, rule)
            self._each(loop, action) if loop else action()

    def _holds(self, test: str) -> bool:
        """Whether ``?.4`` or ``detail>.5`` holds this time."""
        if test.startswith("?"):
            return self.d.maybe(float(test[1:]))
        limit = float(test[7:])
        return self.d.detail > limit if test[6] == ">" else self.d.detail < limit

    def _value(self, number: _Number) -> float:
        bounds = [value_of(part, self.numbers) for part in number]
        return self.d.u(*bounds) if len(bounds) == 2 else bounds[0]

    def _name(self, word: str) -> str:
        """A part's name, with the values of ``{x}`` in it."""
        for key, value in self.numbers.items():
            word = word.replace(f"{{{key}}}", f"{value:g}")
        return word.replace("_", " ").strip()

    def _piece(self, rule: _Rule) -> None:
        """Draft one shape: its outline first, since that may use up chances, then its colour."""
        part, closed = self._name(rule.words[0]), rule.words[0] != "-"
        options = dict(w.partition("=")[::2] for w in rule.words[1 + closed :])
        points = [(self._value(x), self._value(y)) for x, y in rule.points]
        within = next((self._name(o[1:]) for o in options if o.startswith("@")), "")
        if "ring" in options:
            self.d.ring(part, self._color(rule.words[1], part), (*points[0], *points[1]))
            return
        path = self._path(points, options, closed=closed)
        if not closed:
            self.d.line(path, width=self._list(options.get("w", ".75"))[0], within=within)
            return
        style: dict[str, float | str | bool] = {"within": within} if within else {}
        if "w" in options:
            style["width"] = self._list(options["w"])[0]
        style |= {key: True for key in ("merge", "solid") if key in options}
        self.d.add(path, part, self._color(rule.words[1], part), **style)

    def _list(self, text: str) -> list[float]:
        return [self._value(_number(word)) for word in text.split(",")]

    def _path(self, points: list[Point], options: dict[str, str], *, closed: bool) -> Floats:
        """The outline that the points and options mean."""
        plain = next((key for key in options if key in _PLAIN), "")
        if plain:
            rounded = self._list(options["round"]) if "round" in options else []
            path = _PLAIN[plain](*points[0], *points[1], *rounded)
        else:
            path = self._other(points, options, closed=closed)
        if "turn" in options:
            turns, x, y = self._list(options["turn"])
            path = forms.spun(path, turns, (x, y))
        return path

    def _other(self, points: list[Point], options: dict[str, str], *, closed: bool) -> Floats:
        """Outlines through the points, and those with options of their own."""
        if "tube" in options:
            widths = self._list(options["tube"])
            return forms.tube(points, *widths, cap=float(options.get("cap", 0.4)))
        if "leaf" in options:
            return forms.leaf(points[0], points[1], self._list(options["leaf"])[0])
        if {"arc", "heart", "star", "puff"} & set(options):
            return self._about((*points[0], *points[1]), options)
        if "poly" in options:
            return forms.poly(*points, closed=closed)
        return forms.curve(*(forms.twin(*points) if "mirror" in options else points), closed=closed)

    def _about(self, place: _Place, options: dict[str, str]) -> Floats:
        """Outlines about a middle."""
        if "arc" in options:
            start, stop = self._list(options["arc"])
            return forms.arc(place, start, stop)
        if "puff" in options:
            low, _, high = options["puff"].partition("-")
            count = self.d.n(int(low), int(high)) if high else int(low)
            return forms.puff(self.d.rng, place, count)
        if "heart" in options:
            return forms.heart(*place[:3])
        x, y, r, inner = place
        return forms.star(x, y, r, inner=inner, points=int(options["star"] or 5))

    def _color(self, text: str, part: str) -> Color:
        if choice := _CHOICE.fullmatch(text):
            first, chance, other = choice.groups()
            return self._color(first if self.d.maybe(float(chance)) else other, part)
        shaded = _SHADED.fullmatch(text)
        base, amount = shaded.groups() if shaded else (text, "")
        if base.startswith("#"):
            color = parse_hex(base[1:])
        elif base.startswith("$"):
            color = self.colors[base[1:]]
        elif base.startswith("="):
            other, _, family = base[1:].rpartition("/")
            color = self.d.same(self._name(other) if other else part, family.replace("_", " "))
        else:
            color = self.d.tint(base.replace("_", " "))
        return shade(color, float(amount)) if amount else color


_PLAIN: dict[str, Callable[..., Floats]] = {
    "box": forms.box,
    "oval": forms.oval,
    "dome": forms.dome,
}
"""Outlines of four numbers, after which a box may be rounded."""
