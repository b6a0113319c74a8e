"""Drawings written down: a line of text for each shape, the lowest first.

The texts lie beside the code as ``ROOM/*.txt``, in sections ``[NAME]``; a line that starts with
``#`` is a comment, one that ends in a backslash goes on in the next. In figures and animals a line
is ``PART ROLE options : x,y x,y …``, or ``- options : x,y x,y …`` for a stroke that covers nothing.
A number may have letters added, ``-.9+.5k``, whose values are given when it is drawn; a point that
ends in ``!`` stays a corner. The options:

``w.7``       width of the line
``@NAME``     only within the part NAME
``oval``      the points are a middle and the radii across and down
``tube=…``    the points are a spine, and this is the width at each of them
``flat``      the far end of the tube is cut straight; ``cut``: both ends are
``mirror``    the points are the right half, from top to bottom; the left is its image
``both``      drawn twice, at the right and mirrored; ``%`` in names becomes ``r``, then ``l``
``~.6``       moved by .6 of ``k`` (the turn of the head), also when mirrored
``merge``, ``solid``, ``sharp`` (no rounding), ``ring`` (a closed stroke)

For things see :mod:`nurie_lab.drawings.kit.recipes`.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.kit.drafting import Sheet, Style

Values: TypeAlias = Mapping[str, Any]
Expression: TypeAlias = Callable[[Values], float]

_SIGNS: dict[type, Callable[[Any], float]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_OPERATORS: dict[type, Callable[[Any, Any], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "cos": np.cos,
    "max": max,
    "min": min,
    "round": round,
    "sin": np.sin,
    "single": np.float32,
}
"""``single`` rounds to single precision, as outlines are kept."""
_CHANCES = {"~": "between", "..": "whole"}
"""Names of the values that give any number, and any whole number, between two."""


@lru_cache(maxsize=8192)
def expression(text: str) -> Expression:
    """A number with letters, such as ``-.9+.5k``: a factor may stand before its letter.

    ``.2~.4``, ``3..5`` and ``?.4``, and the first two within a sum in brackets, ask the functions
    ``between``, ``whole`` and ``maybe`` among the values.

    >>> expression("-1+.5k")({"k": 3})
    0.5
    """
    for mark, name in _CHANCES.items():
        text = re.sub(rf"\(([^()]+?){re.escape(mark)}([^()]+)\)", rf"{name}(\1,\2)", text)
        text = f"{name}({text.replace(mark, ',')})" if mark in text else text
    text = f"maybe({text[1:]})" if text.startswith("?") else text
    return _compiled(ast.parse(re.sub(r"(?<=\d)(?=[a-z(])", "*", text), mode="eval").body)


def _compiled(node: ast.expr) -> Expression:
    match node:
        case ast.Constant(value=int() | float() as value):
            number = float(value)
            return lambda _: number
        case ast.Name(id=name):
            return lambda values: values[name]
        case ast.UnaryOp(op=op, operand=inner):
            return _applied(_SIGNS[type(op)], inner)
        case (
            ast.BinOp(left=left, op=op, right=right)
            | ast.Compare(left=left, ops=[op], comparators=[right])
        ):
            return _applied(_OPERATORS[type(op)], left, right)
        case ast.Call(func=ast.Name(id=name), args=args):
            return _applied(_FUNCTIONS.get(name, name), *args)
    raise ValueError(f"{ast.unparse(node)} is no number of a drawing.")


def _applied(function: Callable[..., Any] | str, *nodes: ast.expr) -> Expression:
    """A function, or the one of this name among the values, of some numbers."""
    inner = [_compiled(node) for node in nodes]
    if isinstance(function, str):
        return lambda values: float(values[function](*(each(values) for each in inner)))
    return lambda values: float(function(*(each(values) for each in inner)))


@dataclass(frozen=True)
class _Piece:
    """One line of a stencil."""

    name: tuple[str, str]
    options: frozenset[str]
    points: tuple[tuple[Expression, Expression], ...]

    def number(self, key: str, default: float) -> float:
        """The value of an option such as ``w.7``."""
        for option in self.options:
            if option.startswith(key) and option[len(key) :].replace(".", "").isdigit():
                return float(option[len(key) :])
        return default

    def text(self, key: str) -> str:
        """What follows an option's key; empty where it is not given."""
        return next((o[len(key) :] for o in self.options if o.startswith(key)), "")


def stencil(s: Sheet, text: str, /, **values: float) -> None:
    """Draft the shapes of a stencil; ``values`` are what its letters stand for.

    >>> sheet = Sheet({"coat": (9, 9, 9)})
    >>> stencil(sheet, "ear.% coat both : 0,0! 1,0! .5+h,-1!", h=0.5)
    >>> [shape.part for shape in sheet.shapes], sheet.shapes[1].outline[-1].tolist()
    (['ear.r', 'ear.l'], [-1.0, -1.0])
    """
    for piece in _parsed(text):
        points = np.array([[x(values), y(values)] for x, y in piece.points])
        if "mirror" in piece.options:
            inner = points[::-1][points[::-1, 0] != 0]
            points = np.vstack([points, inner * (-1, 1)])
        moved = s.frame(piece.number("~", 0.0) * values.get("k", 0.0), 0.0)
        if "both" not in piece.options:
            _draft(moved, piece, points, piece.name, values)
            continue
        for flip, side in ((False, "r"), (True, "l")):
            part, role = (n.replace("%", side) for n in piece.name)
            _draft(moved.frame(0, 0, flip=flip), piece, points, (part, role), values)


def _draft(
    s: Sheet, piece: _Piece, points: AnyArray, name: tuple[str, str], values: Values
) -> None:
    """Draft one piece in its frame."""
    options = piece.options
    style: Style = {"width": piece.number("w", 0.8 if name[0] == "-" else 1.0)}
    if within := piece.text("@"):
        style["within"] = within.replace("%", name[0][-1])
    if options & {"merge"}:
        style["merge"] = True
    if options & {"solid"}:
        style["solid"] = True
    if options & {"sharp"}:
        style["smooth"] = False
    if name[0] == "-":
        style["closed"] = "ring" in options
        s.line(points, **style)
    elif "oval" in options:
        (x, y), (across, down) = points.tolist()
        s.oval(x, y, (across, down), name, **style)
    elif widths := piece.text("tube="):
        flat = ("cut" in options, bool(options & {"cut", "flat"}))
        s.tube(points, [expression(w)(values) for w in widths.split(",")], name, flat=flat, **style)
    else:
        s.put(points, *name, **style)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> tuple[_Piece, ...]:
    """The pieces of a stencil."""
    return tuple(_piece(line) for line in text.strip().splitlines() if line.strip())


def _piece(line: str) -> _Piece:
    head, _, rest = line.partition(" : ")
    words = head.split()
    name = ("-", "") if words[0] == "-" else (words[0], words[1])
    points = []
    for word in rest.split():
        x, y = word.rstrip("!").split(",")
        points += [(expression(x), expression(y))] * (2 if word.endswith("!") else 1)
    return _Piece(name, frozenset(words[1 if name[0] == "-" else 2 :]), tuple(points))
