"""Leave out one part of the sampler at a time: what does each cost in colour, and in agreement?

    python -m nurie_lab.bench.studies.ablation PICTURE... [--characters 20] [--part NAME ...]

Of every coloured picture ink lines are taken, and the truth of a region is its median. Measured is
the first answer with a part left out: mean ΔE2000 over true non-paper regions weighted by the root
of their area, colourfulness against the original's, and the share of regions that look as they do
with all parts. On characters drawn by program: how often kin (two sleeves, both eyes) have one
colour, and how often different things do. Differences from all parts are paired; intervals:
bootstrap over pictures. A part whose intervals hold 0, and whose pictures look the same, may go.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from nurie.api import Colorizer
from nurie.arrays import AnyArray, Rgb8
from nurie.colors import WHITE_BIN, bins_of, delta_e, srgb_to_lab
from nurie.document import Layers
from nurie.io.images import read_color
from nurie.models.registry import find_region
from nurie.models.session import RegionSession
from nurie.painting.terms import CONSTANTS
from nurie.regions.flatten import flatten
from nurie_lab.bench.metrics.pixels import colorfulness
from nurie_lab.bench.metrics.statistics import interval
from nurie_lab.data.extract import ink_lines
from nurie_lab.data.prepare import shared_pixels
from nurie_lab.drawings.figures import invent_character
from nurie_lab.drawings.kit.strokes import Made

NEVER = float("inf")
SEED = 32_000
PURE, SMALLEST, DIFFERENT = 0.8, 10, 10.0

PARTS: dict[str, dict[str, float]] = {
    "dark": {"hidden_penalty": 0.0},
    "border": {"border_white": 0.0},
    "flood": {"flood_penalty": 0.0},
    "rounds": {"rounds": 1},
    "kin, following": {"kin_follow": NEVER},
    "kin, sharing": {"kin_faint": NEVER},
    "kin, both": {"kin_follow": NEVER, "kin_faint": NEVER},
    "kin, skin": {"kin_skin": 0.0},
    "tone": {"tone_share": 0.0, "tone_own": 0.0},
    "white": {"white_least": 0.0},
    "bold": {"white_idea": 0.0, "gray_idea": 0.0},
    "ideas": {"ideas": 0},
    "trust": {"trust": 0.0},
    "unify": {"same": 0.0},
    "mirror": {},
}
"""What is changed to leave a part out; ``mirror`` is the encoding of the mirror image."""

LOOKS_SAME = 2.3
"""ΔE2000 up to which hardly anybody sees a difference."""

Row = dict[str, float]


def without(session: RegionSession, part: str) -> Colorizer:
    """The model with a part of its sampler left out; all parts for no name."""
    constants = replace(CONSTANTS, **PARTS.get(part, {}))  # type: ignore[arg-type]
    return Colorizer(session, constants=constants, mirror=part != "mirror")


def score(layers: Layers, whole: Layers, lines: AnyArray, color: Rgb8) -> Row | None:
    """One answer against the original and against that of all parts; None without colours."""
    count = len(layers.entries) - 1
    truth, trust = flatten(layers.labels, lines, color, count)
    area = np.bincount(layers.labels.ravel(), minlength=count + 1)[1:]
    weight = np.sqrt(area) * trust * (bins_of(truth) != WHITE_BIN)
    if not weight.sum():
        return None
    merged = np.asarray(layers.merged(), np.uint8)
    ours = srgb_to_lab(layers.region_colors()[1:])
    gap = delta_e(ours, srgb_to_lab(truth))
    changed = delta_e(ours, srgb_to_lab(whole.region_colors()[1:])) <= LOOKS_SAME
    return {
        "delta E": float((gap * weight).sum() / weight.sum()),
        "colourful": colorfulness(merged) / max(colorfulness(color), 1e-6),
        "looks the same": float((changed * np.sqrt(area)).sum() / np.sqrt(area).sum()),
    }


def agreement(layers: Layers, made: Made) -> Row:
    """How often kin of a drawing made by program have one colour, and different things; or NaN."""
    shown = np.where(made.lines > 128, made.parts, 0)
    parts = shared_pixels(layers.labels, shown, len(made.names))[:, 1:]
    part = parts.argmax(axis=1) + 1
    use = (parts.max(axis=1) > PURE * parts.sum(axis=1)) & (parts.sum(axis=1) > SMALLEST)
    # Left and right are one name: eye.l.iris and eye.r.iris are kin.
    sideless = [".".join(p for p in n.split(".") if p not in {"l", "r"}) for n in made.names]
    names, colors = np.array(["", *sideless])[part], made.colors[part]
    one, two = np.triu_indices(len(part), 1)
    both = use[one] & use[two]
    one, two = one[both], two[both]
    gap = delta_e(srgb_to_lab(colors[one]), srgb_to_lab(colors[two]))
    same = layers.entries[1:][one] == layers.entries[1:][two]
    kin = (names[one] == names[two]) & (gap < 1) & ~(colors[one] > 247).all(axis=1)
    apart = gap > DIFFERENT
    return {
        "kin agree": float(same[kin].mean()) if kin.any() else np.nan,
        "different merged": float(same[apart].mean()) if apart.any() else np.nan,
    }


def rows(args: argparse.Namespace, models: dict[str, Colorizer]) -> Iterator[dict[str, Row]]:
    """For each picture the scores by part; characters have their own."""
    for path in args.pictures:
        color = read_color(path)
        lines = ink_lines(color, fill=False, edges=True)
        found = {part: model.colorize(lines, seed=args.seed) for part, model in models.items()}
        scores = {part: score(one, found[""], lines, color) for part, one in found.items()}
        if scores[""] is not None:
            yield {part: row for part, row in scores.items() if row is not None}
    for i in range(args.characters):
        made = invent_character(np.random.default_rng([SEED, i]))
        yield {
            part: agreement(model.colorize(made.lines, seed=args.seed), made)
            for part, model in models.items()
        }


def table(found: list[dict[str, Row]], parts: list[str]) -> dict[str, dict[str, list[float]]]:
    """Mean with all parts, then for each part the paired difference and its 95 % interval."""
    rng, out = np.random.default_rng(0), dict[str, dict[str, list[float]]]()
    for part in parts:
        for key in dict.fromkeys(key for row in found for key in row[""]):
            pairs = np.array([[r[part][key], r[""][key]] for r in found if key in r.get(part, {})])
            pairs = pairs[np.isfinite(pairs).all(axis=1)]
            if not len(pairs):
                continue
            gap = pairs[:, 0] - pairs[:, 1] if part and key != "looks the same" else pairs[:, 0]
            values = [round(v, 3) for v in interval(gap, rng)]
            out.setdefault(part or "all parts", {})[key] = values
    return out


def main() -> None:
    """Print the table as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", type=Path, help="coloured pictures")
    parser.add_argument("--characters", type=int, default=20)
    parser.add_argument("--part", action="append", choices=list(PARTS), help="only these")
    parser.add_argument("--seed", type=int, default=0, help="ideas need one that is not 0")
    parser.add_argument("--model", default="nurie-flat")
    args = parser.parse_args()
    session = RegionSession(find_region(args.model))
    parts = ["", *(args.part or PARTS)]
    found = list(rows(args, {part: without(session, part) for part in parts}))
    report = {"drawings": len(found), "table": table(found, parts)}
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
