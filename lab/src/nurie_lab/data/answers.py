"""Colourings and names of parts that an annotator writes by number: read, checked, packed.

A drawing starts with ``0001 | scene | a girl feeds hens`` (or ``0001 | skip | why``); then one line
a group of regions: ``part@figure : numbers : first colour , second colour``. Numbers may be ranges
(``4-7``); ``5*`` marks a region that holds two things, since a line was open; ``rest`` stands for
all numbers that were not named; ``!`` after the part marks colours that are odd, or unlike those of
their fellows, on purpose. Empty lines and those that begin with ``//`` are passed over.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray
from nurie.colors import srgb_to_lab
from nurie.errors import InputError
from nurie.io.files import replacing

KINDS = ("scene", "figure", "object", "sheet", "page")
"""What a drawing is: ``sheet`` shows several things on paper, ``page`` has panels."""

_NAMES = """
animal_skin bag ball balloon basket beak bedding belly belt book cake cape caption claw cloud
curtain door dress drink eye_white feather fence fin fire floor flower food fruit fur furniture
glass glasses grass ground gutter hair hat hill horn instrument iris jacket jewellery lamp leaf
lettering machine mane metal moon mountain mouth mushroom other paper paper_thing path pot rock
roof rope rug scarf screen shadow shell shirt shoe skin skirt sky smoke snout snow sock star
stone sun teeth textile tool toy trousers trunk vegetable vehicle wall water weapon wheel window
wing wood
"""

PARTS = tuple(_NAMES.split())
"""The names of parts, sorted."""

SPREAD = 30.0
"""Farthest that pieces of one part of one figure lie from their median, in CIE Lab."""

ALIKE = 9.0
"""Mean distance in Lab of two colourings below which they count as the same one."""

ONE_COLOUR = frozenset({"skin", "hair", "sky", "water", "grass", "fur", "animal_skin"})
"""Parts whose pieces are alike also where no figure is named."""

PALE = {"balloon": 80, "caption": 70, "gutter": 80, "eye_white": 80, "teeth": 78}
"""Least lightness of parts that are white, or nearly."""

_HEAD = re.compile(r"^(\d{1,4})\s*\|([^|]*)\|(.*)$")
_HEX = re.compile(r"^#[0-9a-f]{6}$")


@dataclass
class Answer:
    """What an annotator wrote about one drawing."""

    n: int
    title: str = ""
    kind: str = ""
    parts: dict[int, str] = field(default_factory=dict)
    figures: dict[int, str] = field(default_factory=dict)
    colourings: tuple[dict[int, str], dict[int, str]] = field(default_factory=lambda: ({}, {}))
    mixed: set[int] = field(default_factory=set)
    """Regions that hold two things, since lines were open."""
    apart: set[int] = field(default_factory=set)
    """Regions whose colour is odd, or unlike that of their fellows, on purpose."""
    skip: str = ""  # Why the drawing is of no use
    faults: list[str] = field(default_factory=list)


def parse_answers(text: str, counts: Mapping[int, int]) -> list[Answer]:
    r"""Answers in groups about one or more drawings, with ``faults`` for what cannot be read.

    ``counts`` is the number of regions of each drawing, by its number.

    >>> one, = parse_answers("1 | object | a cup\npot : 1-2 : #112233 , #445566", {1: 2})
    >>> one.parts, one.colourings[1][2]
    ({1: 'pot', 2: 'pot'}, '#445566')
    """
    answers: list[Answer] = []
    rest: list[tuple[str, list[str]]] = []
    for line in (raw.strip() for raw in text.splitlines()):
        if not line or line.startswith(("//", "```")):
            continue
        if head := _HEAD.match(line):
            _close(answers, rest, counts)
            answer = Answer(int(head[1]), head[3].strip(), head[2].strip().lower())
            if answer.kind == "skip":
                answer.skip, answer.title = answer.title or "skipped", ""
            answers.append(answer)
        elif answers:
            _group(answers[-1], line, rest)
    _close(answers, rest, counts)
    return answers


def _close(
    answers: list[Answer], rest: list[tuple[str, list[str]]], counts: Mapping[int, int]
) -> None:
    """Give what ``rest`` stands for its part and colours."""
    for name, colors in rest:
        answer = answers[-1]
        every = range(1, counts.get(answer.n, 0) + 1)
        _put(answer, [i for i in every if i not in answer.parts], name, colors)
    rest.clear()


def _group(answer: Answer, line: str, rest: list[tuple[str, list[str]]]) -> None:
    cells = [cell.strip() for cell in line.split(":")]
    if len(cells) != 3:
        answer.faults.append(f"cannot read the line {line!r}")
        return
    name, numbers, written = cells
    colors = [color.lower() for color in re.split(r"[,\s]+", written) if color]
    if len(colors) != 2:
        answer.faults.append(f"{line!r} needs two colours")
        return
    if numbers.lower() in {"rest", "*"}:
        rest.append((name, colors))
        return
    found: list[int] = []
    for token in filter(None, re.split(r"[,\s]+", numbers)):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?(\*?)", token)
        if match is None:
            answer.faults.append(f"{token!r} is no number, in {line!r}")
            continue
        span = range(int(match[1]), int(match[2] or match[1]) + 1)
        found += span
        if match[3]:
            answer.mixed.update(span)
    _put(answer, found, name, colors)


def _put(answer: Answer, numbers: Iterable[int], name: str, colors: Sequence[str]) -> None:
    odd = "!" in name
    part, _, figure = name.replace("!", "").replace(" ", "").partition("@")
    for i in numbers:
        if i in answer.parts:
            answer.faults.append(f"number {i} is named twice")
        answer.parts[i] = part.lower()
        if figure:
            answer.figures[i] = figure.upper()
        if odd:
            answer.apart.add(i)
        for colouring, color in zip(answer.colourings, colors, strict=True):
            colouring[i] = color


def read_pack(folder: Path) -> list[dict[str, Any]]:
    """Rows of a pack's ``pack.jsonl``.

    Raises:
        InputError: there is none, or a row cannot be read.
    """
    path = folder / "pack.jsonl"
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a list of drawings ({error}).") from error


def read_answers(folder: Path) -> dict[int, Answer]:
    """All answers of a pack's ``answers*.txt``, by number; a later one replaces an earlier one."""
    counts = {row["n"]: len(row["points"]) for row in read_pack(folder)}
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("answers*.txt"))]
    return {answer.n: answer for text in texts for answer in parse_answers(text, counts)}


def complaints_about(row: Mapping[str, Any], answer: Answer) -> list[str]:
    """Faults (``error``: not taken) and doubts (``advice``: look again) of an answer to a row."""
    if answer.skip:
        return []
    every, faults = range(1, len(row["points"]) + 1), list(answer.faults)
    if answer.kind not in KINDS:
        faults.append(f"kind {answer.kind!r} is not one of {' '.join(KINDS)}")
    if not answer.title:
        faults.append("no title")
    if missing := [i for i in every if i not in answer.parts]:
        faults.append(f"no part for {_list(missing)}")
    unknown = sorted({part for part in answer.parts.values() if part not in PARTS})
    faults += [f"no such part: {name!r}" for name in unknown]
    if beyond := [i for i in answer.parts if i not in every]:
        faults.append(f"there is no region {_list(beyond)}")
    good = not missing
    for k, colouring in enumerate(answer.colourings, 1):
        if bad := [i for i in every if not _HEX.match(colouring.get(i, ""))]:
            good = False
            faults.append(f"colouring {k} has no valid colour for {_list(bad)}")
    out = [f"error: {fault}" for fault in faults]
    if good and every:
        area = np.array([point[2] for point in row["points"]], float)
        labs = [_lab(colouring, len(every)) for colouring in answer.colourings]
        out += _unlike(answer, labs) + _doubtful(answer, labs, area) + _same(answer, labs, area)
    return out


def _list(numbers: Iterable[int]) -> str:
    return " ".join(str(i) for i in numbers)


def _lab(colouring: Mapping[int, str], count: int) -> AnyArray:
    """(n, 3) Lab of the colours of regions 1…n."""
    rgb = [[int(colouring[i][j : j + 2], 16) for j in (1, 3, 5)] for i in range(1, count + 1)]
    return srgb_to_lab(np.array(rgb, np.uint8).reshape(-1, 3))


def _unlike(answer: Answer, labs: list[AnyArray]) -> list[str]:
    """Pieces of one thing whose colours differ widely."""
    groups: dict[tuple[str, str], list[int]] = {}
    for i, part in sorted(answer.parts.items()):
        figure = answer.figures.get(i, "")
        if (figure or part in ONE_COLOUR) and i not in answer.apart and i not in answer.mixed:
            groups.setdefault((part, figure), []).append(i)
    out = []
    for (part, figure), members in groups.items():
        for k, lab in enumerate(labs, 1):
            own = lab[[i - 1 for i in members]]
            far = np.linalg.norm(own - np.median(own, axis=0), axis=1) > SPREAD
            if far.any():
                out.append(
                    f"error: {part}{figure and '@'}{figure} differs widely in colouring {k}: "
                    f"{_list(np.array(members)[far])}; mend it, or mark the group with !"
                )
    return out


def _doubtful(answer: Answer, labs: list[AnyArray], area: AnyArray) -> list[str]:
    """Skin of no human hue, white things that are dark, colourings that are gray, dark or white."""
    names = [answer.parts[i + 1] for i in range(len(area))]
    solid = np.array([name not in {*PALE, "paper", "lettering", "cloud", "snow"} for name in names])
    out = []
    for k, lab in enumerate(labs, 1):
        light, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
        hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
        free = [i for i in range(len(area)) if i + 1 not in answer.apart]
        odd = (chroma < 6) | (hue < 0) | (hue > 95)
        if skin := [i + 1 for i in free if names[i] == "skin" and odd[i]]:
            out.append(
                f"error: skin is gray or of no human hue in colouring {k}: {_list(skin)}; mark "
                "fantasy with !"
            )
        if dull := [i + 1 for i in free if light[i] < PALE.get(names[i], 0)]:
            out.append(f"advice: white things are dark in colouring {k}: {_list(dull)}")
        if not area[solid].sum():
            continue
        if np.average(chroma[solid], weights=area[solid]) < 11:
            out.append(f"advice: colouring {k} is nearly gray")
        if np.average(light[solid], weights=area[solid]) < 35:
            out.append(f"advice: colouring {k} is very dark")
        if answer.kind == "scene" and area[(light > 97) & solid].sum() > 0.35 * area.sum():
            out.append(f"advice: much of the scene stays white in colouring {k}")
    return out


def _same(answer: Answer, labs: list[AnyArray], area: AnyArray) -> list[str]:
    """Whether the two colourings are nearly the same."""
    solid = np.array([answer.parts[i + 1] != "paper" for i in range(len(labs[0]))])
    if not solid.any():
        return []
    gap = np.linalg.norm(labs[0] - labs[1], axis=1)
    mean = np.average(gap[solid], weights=np.sqrt(area[solid]))
    return ["error: the two colourings are nearly the same"] if mean < ALIKE else []


def check(folder: Path) -> dict[int, list[str]]:
    """Complaints about a pack's answers, by number; drawings without an answer have one."""
    answers, rows = read_answers(folder), {row["n"]: row for row in read_pack(folder)}
    found = {n: ["error: there is no such drawing"] for n in answers if n not in rows}
    for n, row in rows.items():
        complaints = complaints_about(row, answers[n]) if n in answers else ["error: no answer"]
        if complaints:
            found[n] = complaints
    return found


def rows_of(row: Mapping[str, Any], answer: Answer) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows of ``colourings.jsonl`` and ``parts.jsonl`` that an answer makes."""
    about = ("key", "where", "source", "licence", "generator", "seed")
    kept = {key: row[key] for key in about if key in row}
    numbers = range(1, len(row["points"]) + 1)
    colours = [[colouring.get(i) for i in numbers] for colouring in answer.colourings]
    coloured = {**kept, "size": row["size"], "points": row["points"], "colourings": colours}
    regions = []
    for i, (x, y, area) in enumerate(row["points"], 1):
        region: dict[str, Any] = {"x": x, "y": y, "area": area, "part": answer.parts[i]}
        region |= {"figure": answer.figures[i]} if i in answer.figures else {}
        regions.append(region | ({"mixed": True} if i in answer.mixed else {}))
    of = {"kind": answer.kind, "title": answer.title, "size": row["size"], "regions": regions}
    return coloured, {"split": "train", **kept, **of}


def pack(folders: Iterable[Path], out: Path, *, force: bool = False) -> dict[str, int]:
    """Write ``colourings.jsonl`` and ``parts.jsonl`` of all answers of packs without errors.

    Returned are the numbers of drawings ``written``, ``skipped`` by the annotator, and ``left`` out
    for errors or no answer.

    Raises:
        InputError: a pack cannot be read.
        ExistsError: the files are there, and ``force`` was not given.
    """
    count, made = {"skipped": 0, "left": 0}, []
    for folder in sorted(folders):
        answers, found = read_answers(folder), check(folder)
        for row in read_pack(folder):
            answer = answers.get(row["n"])
            if answer is not None and answer.skip:
                count["skipped"] += 1
            elif answer is None or any(c.startswith("error") for c in found.get(row["n"], [])):
                count["left"] += 1
            else:
                made.append(rows_of(row, answer))
    out.mkdir(parents=True, exist_ok=True)
    for i, name in enumerate(("colourings", "parts")):
        with replacing(out / f"{name}.jsonl", force=force) as stream:
            stream.write("".join(f"{json.dumps(rows[i])}\n" for rows in made).encode())
    return {"written": len(made)} | count
