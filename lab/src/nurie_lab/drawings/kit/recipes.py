"""How things and scenes are written down: shapes, their colours and the chances that vary them.

A line of ``things/*.txt`` is ``PART COLOR options : x,y x,y …`` or ``- options : x,y x,y …``; ``_``
in a name is a space (alone: no part, so that paper shows). Without an option the points are a soft
closed curve; else they are

``poly``       corners                     ``mirror``    the right half about x = .5
``box``        two corners                 ``round=.1``  … which are rounded so far
``oval``       middle and radii            ``dome``      its upper half; ``ring`` both radii
``arc=a,b``    middle and radii, in turns  ``star=n``    middle, radius and inner share
``tube=w,…``   a spine (``cap=c``)         ``leaf=w``    start and end
``puff=n-m``   middle and radii, bumps     ``heart``     middle and radius
``plain``      the points as they are      ``dot``       middle and radius of a ring of ink

Pieces between `` + `` are joined to one outline, each with an option of its own: ``gate timber :
poly .6,1 .4,1 + arc=.5,1 .5,.8 .1,.1``. Points in brackets are made by a loop: ``[*i<9 .1i,.5]``.
``turn=t,x,y`` turns, ``scale=k,x,y,u,v`` moves (x, y) to (u, v) and scales about it,
``stretch=a,b,u,v`` scales across and down about (0, 0), which it moves to (u, v); ``@PART`` keeps
within a part, ``w=`` is the width of the line; ``merge`` and ``solid`` are as for stencils.

A colour is a family (``leaf``), ``#rrggbb``, or a name that was given (``$wall``), each perhaps
lighter or darker (``bark-.2``); ``=leaf`` or ``=PART/leaf`` is the colour which the part has
already; ``paint?.6:metal`` chooses, as does ``sea|leaf`` evenly and ``timber:4|paint:3`` unevenly.

Numbers are as in :mod:`nurie_lab.drawings.kit.stencils`, with ``+``, ``*``, ``(…)``, ``sin`` and
so on; ``.2~.4`` is any number between the two, ``3..5`` any whole number, ``?.4`` one with that
chance, else nought. ``{i}`` in a word becomes the value, ``{x:.1f}`` in that form, and ``{$wall}``
how bright a colour is, up to 765.

``w = .3~.4``, ``$wall = brick?.2:wall`` and ``part = @roof|wall`` name numbers, colours and words.
``?.4``, ``detail>.5`` and other tests hold for a line, or alone for those indented below, with
``else`` (``else kind==1``) for the others. ``*x,y=.1,.2;.3,.4`` repeats with each row of values,
``*i<n`` counts, ``*x=.1:.9:n`` takes even steps, ``*x=spread:n`` places that keep some distance
(``*i,x=`` counts them, too), ``[:n]`` at its end only the first n; ``while x<.7`` repeats as long
as it holds. ``& SECTION x=.2 $wall=leaf part=@roof`` follows another section with values of its
own besides those known here, and ``tilt`` lays all aslant.

Scenes also name what a :class:`~nurie_lab.drawings.scenes.stage.Stage` can do: ``sun .6``,
``ridge PART COLOR .5 .02``, or ``put tree|fir*.8 x low high``, after which ``tall`` is the number
that the chosen name is multiplied by.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import takewhile
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import Floats
from nurie.colors import parse_hex
from nurie_lab.drawings.kit import forms, sections
from nurie_lab.drawings.kit.colors import shade
from nurie_lab.drawings.kit.drafting import Draft
from nurie_lab.drawings.kit.forms import Point, vec
from nurie_lab.drawings.kit.stencils import expression
from nurie_lab.drawings.kit.strokes import Color

_Options: TypeAlias = dict[str, str]
_CHOICE = re.compile(r"(.+?)\?([\d.]+):(.+)")
_SHADED = re.compile(r"(.+?)([+-][\d.]+)?")
_FILLED = re.compile(r"\{([^{}:]+):?([^{}]*)\}")
_OPTION = re.compile(r"[a-z]+(=[^=]|$)")
_TEST = re.compile(r"\?|(?![a-z]+=[^=])[^*].*(?:[<>]|==)")


@dataclass(frozen=True)
class _Rule:
    """A line of a recipe."""

    words: tuple[str, ...]
    pieces: tuple[tuple[str, ...], ...]  # Options and points of each piece of the outline
    below: tuple["_Rule", ...]  # What is indented under it


def follow(d: Draft, name: str) -> None:
    """Draft a thing or lay out a scene as its section describes it.

    >>> d = Draft(np.random.default_rng(0))
    >>> follow(d, "anchor")
    >>> sorted({shape.part for shape in d.shapes})
    ['', 'anchor', 'bar', 'ring']
    """
    recipe(d).follow(_rules(sections(d.room)[name]))


def recipe(d: Draft, **values: float) -> "_Recipe":
    """An empty recipe that knows what all recipes know."""
    chances = {"between": d.u, "whole": d.n, "maybe": d.maybe}
    return _Recipe(d, {"detail": d.detail, "ratio": d.ratio, "pi": np.pi, **chances, **values})


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
        pieces = tuple(tuple(piece.split()) for piece in rest.split(" + ")) if rest else ()
        rules.append(_Rule(tuple(head.split()), pieces, _rules("\n".join(inner))))
    return tuple(rules)


@dataclass
class _Recipe:
    """A recipe while it is followed; each rule uses up its chances in their order."""

    d: Draft
    values: dict[str, Any]
    """Numbers, colours (``$NAME``) and names of parts that have names."""

    def follow(self, rules: Sequence[_Rule]) -> None:
        """Draft what the rules say."""
        held = True
        for rule in rules:
            first, *rest = rule.words
            if rule.pieces:
                self._repeated(rule)
            elif rest[:1] == ["="]:
                name, value = self._named((first, "=", rest[1]))
                self.values[name] = value
            elif first in {"&", "while", *self.d.commands} or first.startswith("*"):
                self._command(first, rest, rule.below)
            elif first != "else" or not held:
                test = first if first != "else" else "".join(rest) or "1"
                if held := self._holds(test):
                    self.follow(rule.below)

    def _command(self, first: str, rest: list[str], below: Sequence[_Rule]) -> None:
        if first == "&":
            given = dict(self._named(word.partition("=")) for word in rest[1:])
            text = sections(self.d.room)[rest[0]]
            _Recipe(self.d, self.values | given).follow(_rules(text))
        elif first == "while":
            while self._holds(rest[0]):
                self.follow(below)
        elif first.startswith("*"):
            self._each(first, partial(self.follow, below))
        else:
            count = self.d.commands[first]
            names = [self._chosen(word) for word in rest[: count > 0]]
            colors = [self._color(word, "") for word in rest[1:count]]
            getattr(self.d, first)(*names, *colors, *map(self._value, rest[count:]))

    def _chosen(self, text: str) -> str:
        """One of the names ``apple|pear*.5``; what it is multiplied by is ``tall`` from now on."""
        name, _, tall = self._any(self._filled(text).split("|")).partition("*")
        self.values["tall"] = float(tall or 1)
        return self._name(name)

    def _named(self, given: tuple[str, str, str]) -> tuple[str, Any]:
        """A name and its value."""
        name, _, text = given
        if text.startswith("@"):
            return self._filled(name), self._any(text[1:].split("|"))
        value = self._color(text, "") if name.startswith("$") else self._value(text)
        return self._filled(name), value

    def _each(self, loop: str, action: Callable[[], None]) -> None:
        """Act with each row of a loop's values."""
        names, rows = self._rows(loop[1:])
        for row in rows:
            self.values |= zip(names, row, strict=True)
            action()

    def _rows(self, loop: str) -> tuple[list[str], list[tuple[float, ...]]]:
        """Names and values of ``i<n``, ``x,y=.1,.2;.3,.4``, ``i,x=.1:.9:n`` and ``x=.1;.2[:n]``."""
        keys, given, rest = loop.partition("=")
        if not given:
            name, _, bound = loop.partition("<")
            return [name], [(float(i),) for i in range(int(self._value(bound)))]
        text, _, most = rest.partition("[:")
        names = keys.split(",")
        way, _, spots = text.partition(":")
        if way in {"spread", "sorted"}:
            count, *ends = map(self._value, spots.split(":"))
            places = self.d.spread(int(count), *ends)
            rows = _numbered(sorted(places) if way == "sorted" else places, names)
        elif spots:
            low, high, count = map(self._value, text.split(":"))
            rows = _numbered(np.linspace(low, high, int(count)).tolist(), names)
        else:
            rows = [tuple(self._list(row)) for row in text.split(";")]
        return names, rows[: int(self._value(most[:-1]))] if most else rows

    def _repeated(self, rule: _Rule) -> None:
        """Draft a line's shape as often as its loop says, if its tests hold."""
        loop = next((w for w in rule.words if w.startswith("*")), "")
        if all(self._holds(w) for w in rule.words[1:] if _TEST.match(w)):
            action = partial(self._piece, rule)
            self._each(loop, action) if loop else action()

    def _holds(self, test: str) -> bool:
        """Whether ``?.4`` or ``detail>.5`` holds this time."""
        return bool(self._value(test))

    def _value(self, text: str) -> float:
        return expression(self._filled(text))(self.values)

    def _list(self, text: str) -> list[float]:
        return [self._value(word) for word in text.split(",")]

    def _filled(self, word: str) -> str:
        """A word with the values of ``{i}`` in it."""

        def shown(found: re.Match[str]) -> str:
            known = self.values.get(found[1])
            if isinstance(known, tuple):
                return str(sum(known))
            form = found[2] or "g"
            return known if isinstance(known, str) else format(self._value(found[1]), form)

        while "{" in word:
            word = _FILLED.sub(shown, word)
        return word

    def _name(self, word: str) -> str:
        """A part's name."""
        return self._filled(word).replace("_", " ").strip()

    def _piece(self, rule: _Rule) -> None:
        """Draft one shape: its outline first, since that may use up chances, then its colour."""
        part, closed = self._name(rule.words[0]), rule.words[0] != "-"
        options = dict(w.partition("=")[::2] for w in rule.words[1 + closed :])
        within = next((self._name(o[1:]) for o in options if o.startswith("@")), "")
        if "ring" in options or "dot" in options:
            (x, y), (outer, inner) = self._points(rule.pieces[0])
            if closed:
                self.d.ring(part, self._color(rule.words[1], part), (x, y, outer, inner))
            else:
                self.d.dot(x, y, outer)
            return
        path = self._outline(rule, options, closed=closed)
        if not closed:
            self.d.line(path, width=self._list(options.get("w", ".75"))[0], within=within)
            return
        style: dict[str, float | str | bool] = {"within": within} if within else {}
        if "w" in options:
            style["width"] = self._list(options["w"])[0]
        style |= {key: True for key in ("merge", "solid") if key in options}
        self.d.add(path, part, self._color(rule.words[1], part), **style)

    def _outline(self, rule: _Rule, options: _Options, *, closed: bool) -> Floats:
        """The outline of one piece or of several that are joined, in its place."""
        joined, paths = len(rule.pieces) > 1, []
        for words in rule.pieces:
            own = list(takewhile(_OPTION.match, words))
            points = self._points(words[len(own) :])
            how = options | dict(w.partition("=")[::2] for w in own)
            paths.append(self._path(points, how, closed=closed and not joined))
        path = np.vstack(paths) if joined else paths[0]
        if "turn" in options:
            turns, x, y = self._list(options["turn"])
            path = forms.spun(path, turns, (x, y))
        if "stretch" in options:
            across, down, *place = self._list(options["stretch"])
            path = path * vec([across, down]) + vec(place)
        if "scale" in options:
            k, *places = self._list(options["scale"])
            path = (path - vec(places[:2])) * vec(k) + vec(places[2:])
        return path

    def _points(self, words: Sequence[str]) -> list[Point]:
        """What the words ``x,y``, ``x,y!`` (a corner) and ``[*i<n x,y]`` mean."""
        found, left = list[Point](), list(words)
        while left:
            word = left.pop(0)
            if word.startswith("["):
                end = next(i for i, w in enumerate(left) if w.endswith("]"))
                inner = [*left[:end], left[end][:-1]]
                del left[: end + 1]
                self._each(word[1:], partial(self._extend, found, inner))
                continue
            x, y = word.rstrip("!").split(",")
            found += [(self._value(x), self._value(y))] * (2 if word.endswith("!") else 1)
        return found

    def _extend(self, found: list[Point], words: Sequence[str]) -> None:
        found += self._points(words)

    def _path(self, points: list[Point], options: _Options, *, closed: bool) -> Floats:
        """The outline that the points and options mean, where it was drafted."""
        if "tube" in options:
            widths = self._list(options["tube"])
            return forms.tube(points, *widths, cap=float(options.get("cap", 0.4)))
        if "leaf" in options:
            return forms.leaf(points[0], points[1], self._list(options["leaf"])[0])
        about = next((key for key in _ABOUT if key in options), "")
        if about:
            return self._about((*points[0], *points[1]), about, options)
        if "plain" in options:
            return vec(points)
        if "poly" in options:
            return forms.poly(*points, closed=closed)
        return forms.curve(*(forms.twin(*points) if "mirror" in options else points), closed=closed)

    def _about(
        self, place: tuple[float, float, float, float], kind: str, options: _Options
    ) -> Floats:
        """Outlines of four numbers."""
        if kind == "arc":
            start, stop = self._list(options["arc"])
            return forms.arc(place, start, stop)
        if kind == "puff":
            low, _, high = options["puff"].partition("-")
            count = self.d.n(int(low), int(high)) if high else int(low)
            return forms.puff(self.d.rng, place, count)
        if kind == "heart":
            return forms.heart(*place[:3])
        if kind == "star":
            x, y, r, inner = place
            return forms.star(x, y, r, inner=inner, points=int(self._value(options["star"] or "5")))
        rounded = self._list(options["round"]) if "round" in options else []
        path: Floats = getattr(forms, kind)(*place, *rounded)
        return path

    def _color(self, text: str, part: str) -> Color:
        if "|" in text:
            return self._color(self._any(text.split("|")), part)
        if choice := _CHOICE.fullmatch(text):
            first, chance, other = choice.groups()
            return self._color(first if self.d.maybe(float(chance)) else other, part)
        shaded = _SHADED.fullmatch(self._filled(text))
        base, amount = shaded.groups() if shaded else (text, "")
        if base.startswith("#"):
            color = parse_hex(base[1:])
        elif base.startswith("$"):
            color = self.values[base]
        elif base.startswith("="):
            other, _, family = base[1:].rpartition("/")
            color = self.d.same(self._name(other) if other else part, family.replace("_", " "))
        else:
            color = self.d.tint(base.replace("_", " "))
        return shade(color, float(amount)) if amount else color

    def _any(self, words: list[str]) -> str:
        """One of the words, by the weights after their colons where there are any."""
        if len(words) == 1:
            return words[0]
        names, _, weights = zip(*(w.partition(":") for w in words), strict=True)
        if not weights[0]:
            return self.d.any(*names)
        odds = np.array([float(w) for w in weights])
        return str(names[int(self.d.rng.choice(len(names), p=odds / odds.sum()))])


def _numbered(places: Sequence[float], names: Sequence[str]) -> list[tuple[float, ...]]:
    """Rows of places, with their numbers before them where there is a name for these."""
    return [(float(i), x)[-len(names) :] for i, x in enumerate(places)]


_ABOUT = ("box", "oval", "dome", "arc", "puff", "heart", "star")
"""Outlines of four numbers."""
