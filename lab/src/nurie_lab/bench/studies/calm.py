"""How much of a picture does one dab change, with and without ``keep``?

Each drawing gets its first colours; then up to nine of its regions (the three that are asked for
first and the six largest) get one dab each, always from the first colours.

    python -m nurie_lab.bench.studies.calm examples/fairy.png examples/house.png
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nurie.colors import delta_e, parse_hex, srgb_to_lab
from nurie.models.registry import DEFAULT
from nurie.studio.jobs import desk

ROOT = Path(__file__).parents[5]
DABS = ("#dc283c", "#286edc", "#3caa50")
SEEN = 2.0
"""ΔE2000 from which on a change of colour is seen."""

ANSWER = ("palette", "entries", "confidence")


def shares(jobs: dict[str, Any], drawing: Path, folder: Path) -> Iterator[list[float]]:
    """Shares of regions and of coloured area that a dab changes, without ``keep`` and with it."""
    sketch, labels, cutting = folder / "sketch", folder / "labels", folder / "cutting"
    facts = jobs["decode"](drawing, drawing.name, 50_000_000, sketch)
    cut: dict[str, Any] = {"start": None, "gap": None, "edits": [], "drafts": (labels, cutting)}
    regions = jobs["regions"](sketch, view=(folder / "view", False), **cut)
    place = {"labels": (labels, (facts["height"], facts["width"])), "cutting": cutting}

    def ask(**wishes: Any) -> dict[str, Any]:
        answer: dict[str, Any] = jobs["colors"](**place, wishes=wishes)["answers"][0]
        return answer

    first = ask()
    before, areas = by_region(first), np.array(regions["areas"])
    filled = [number for number in np.argsort(-areas).tolist() if before[number] != "paper"]
    for at, number in enumerate(dict.fromkeys([*first["ask"][:3], *filled[:6]])):
        dab = {"fixed": {}, "hints": [hint_in(labels, facts, number, DABS[at % 3])]}
        found: list[float] = []
        for more in ({}, {"keep": {key: first[key] for key in ANSWER}}):
            after = by_region(ask(**dab, **more))
            changed = differ(before, after) & (np.arange(len(after)) != number)
            seen = (before != "paper") | (after != "paper")
            seen[0] = False
            found += [float(changed[seen].mean()), float(areas[changed & seen].sum())]
            found[-1] /= float(areas[seen].sum())
        yield found


def hint_in(labels: Path, facts: dict[str, Any], number: int, color: str) -> dict[str, Any]:
    """A dot on the middle pixel of a region."""
    table = np.fromfile(labels, "<i4").reshape(facts["height"], facts["width"])
    rows, columns = np.nonzero(table == number)
    return {"x": int(columns[len(rows) // 2]), "y": int(rows[len(rows) // 2]), "color": color}


def by_region(answer: dict[str, Any]) -> Any:
    """Hex or "paper" for each region number."""
    return np.array([*answer["palette"], "paper"])[answer["entries"]]


def differ(one: Any, two: Any) -> Any:
    """Where a region's colour has changed so that it is seen, or paper has come or gone."""
    white = np.where(np.stack([one, two]) == "paper", "#ffffff", np.stack([one, two]))
    lab = srgb_to_lab(np.array([[parse_hex(c) for c in row] for row in white.tolist()], np.uint8))
    return (delta_e(lab[0], lab[1]) > SEEN) | ((one == "paper") != (two == "paper"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("drawings", type=Path, nargs="*")
    drawings = parser.parse_args().drawings or sorted((ROOT / "examples").glob("*.png"))
    jobs, means, count = desk(DEFAULT, lambda: None), [], 0
    for drawing in drawings:
        with tempfile.TemporaryDirectory() as folder:
            found = list(shares(jobs, drawing, Path(folder)))
        means.append(np.mean(found, axis=0))
        count += len(found)
        print(drawing.name, len(found), "dabs", means[-1].round(3).tolist(), flush=True)
    bare, bare_area, kept, kept_area = np.mean(means, axis=0)
    print(f"{count} dabs: {bare:.1%} of regions, {bare_area:.1%} of the area;", end=" ")
    print(f"with keep {kept:.1%} and {kept_area:.1%}")


if __name__ == "__main__":
    main()
