"""Teach which regions of a drawing take one colour, on drawings that were coloured by number.

``python -m nurie_lab.training.region.kin MODEL.json SHARDS... ROWS... [--passes N]`` writes
``NAME.kin.onnx`` beside a released model and enters it there. Shape, look and part of two regions,
each weighed alone, tell little; a small transformer that sees all regions of a drawing together
tells twice as many pairs at the same precision. It learns from what the frozen encoder reads.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from nurie.api import Colorizer
from nurie.arrays import AnyArray, Floats
from nurie.colors import delta_e, srgb_to_lab
from nurie.errors import OptionError
from nurie.models.registry import read_spec
from nurie.regions.tokens import adjacency
from nurie_lab.data.colourings import Painted, is_held, painted_drawings
from nurie_lab.training.graphs import digests, write_graph
from nurie_lab.training.region.released import example_inputs, halve

REGIONS = 40
"""Largest regions of a drawing that are looked at together, as many as are sampled at once."""

LEAST, SAME = 100, 8.0
"""Pixels of the smallest region that counts, and the ΔE2000 below which two colours are one."""

WIDTH, HEADS, DEPTH, HIDDEN, PLACE = 128, 4, 2, 64, 6
"""Numbers for a region, attention's heads and blocks, numbers for a pair, and of its geometry."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """The largest regions of a drawing, and which of them take one colour."""

    features: Floats  # (n, 496)
    geometry: Floats  # (n, 14)
    near: Floats  # (n, n)
    rows: AnyArray  # (k, 2) pairs of regions whose colours are known
    same: Floats  # (k,) share of the colourings in which both have one colour
    part: Floats  # (k,) 1 where both show one part, 0 where they do not, NaN where nobody knows
    held: bool  # Whether no training shows the drawing


def pairs_of(painted: Painted, colorizer: Colorizer) -> Pairs | None:
    """What is known of a drawing; None where nothing is."""
    reading = colorizer.read(painted.lines, labels=painted.labels)
    scene = reading.drawing.scene
    area = scene.measures.area
    rows = np.sort(np.argsort(-area, kind="stable")[:REGIONS]).astype(np.int32)
    one, two = np.triu_indices(len(rows), 1)
    lab, known = srgb_to_lab(painted.colors[:, rows]), painted.trust[:, rows] > 0.3
    both = known[:, one] & known[:, two]
    alike = (delta_e(lab[:, one], lab[:, two]) < SAME) & both
    large = (area[rows] >= LEAST)[one] & (area[rows] >= LEAST)[two]
    counts = np.flatnonzero(both.any(axis=0) & large)
    if not len(counts):
        return None
    share = alike.sum(axis=0)[counts] / both.sum(axis=0)[counts]
    ours, theirs = (painted.parts[rows][side[counts]] for side in (one, two))
    part = np.where((ours < 0) | (theirs < 0), np.nan, ours == theirs)
    tokens = scene.features[rows], scene.geometry[rows], adjacency(scene.measures, rows)
    pairs = np.stack([one[counts], two[counts]], axis=1)
    held = is_held(painted.group)
    return Pairs(*tokens, pairs, share.astype(np.float32), part.astype(np.float32), held)


def read(shards: Sequence[Path], rows: Sequence[Path], colorizer: Colorizer) -> Iterator[Pairs]:
    """All drawings of the shards that were coloured by number, or named and coloured."""
    named = [path for path in rows if '"regions"' in path.read_text("utf-8").partition("\n")[0]]
    others = [path for path in rows if path not in named]
    for _, drawings in painted_drawings(shards, colourings=others, named=named):
        for painted in drawings:
            found = pairs_of(painted, colorizer)
            if found is not None:
                yield found


class KinNetwork(nn.Module):
    """Logits that two regions take one colour, and that they show one part."""

    def __init__(self, features: Floats) -> None:
        super().__init__()
        mean, deviation = features.mean(0), features.std(0) + 1e-3
        self.mean = nn.Parameter(torch.from_numpy(mean), requires_grad=False)
        self.deviation = nn.Parameter(torch.from_numpy(deviation), requires_grad=False)
        self.inputs = nn.Linear(features.shape[1], WIDTH)
        block = nn.TransformerEncoderLayer(
            WIDTH, HEADS, 2 * WIDTH, 0.2, "gelu", batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(block, DEPTH, enable_nested_tensor=False)
        self.look, self.drop = nn.Linear(WIDTH, WIDTH), nn.Dropout(0.2)
        self.first, self.last = nn.Linear(2 * WIDTH + 1 + PLACE, HIDDEN), nn.Linear(HIDDEN, 2)

    def forward(self, features: Tensor, geometry: Tensor, near: Tensor) -> Tensor:
        """(b, n, n, 2) from (b, n, 496), (b, n, 14) and (b, n, n)."""
        rows = (torch.cat([features, geometry], 2) - self.mean) / self.deviation
        seen = self.look(self.blocks(self.drop(nn.functional.gelu(self.inputs(rows)))))
        one, two = seen[:, :, None], seen[:, None]
        place = geometry[..., :PLACE]
        apart = (place[:, :, None] - place[:, None]).abs()
        touch = ((near + near.transpose(1, 2)) / 2).clamp(min=0).sqrt()[..., None]
        pair = torch.cat([one * two, (one - two).abs(), touch, apart], 3)
        found: Tensor = self.last(self.drop(nn.functional.gelu(self.first(pair))))
        return found


class _Colour(nn.Module):
    """The network whose only output is the logit of one colour."""

    def __init__(self, network: KinNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, features: Tensor, geometry: Tensor, near: Tensor) -> Tensor:
        found: Tensor = self.network(features, geometry, near)
        return found[..., 0]


def logits(network: KinNetwork, pairs: Pairs) -> Tensor:
    """(k, 2) of the pairs that are known."""
    inputs = (torch.from_numpy(a)[None] for a in (pairs.features, pairs.geometry, pairs.near))
    one, two = torch.from_numpy(pairs.rows.T)
    found: Tensor = network(*inputs)
    return found[0, one, two]


def loss(found: Tensor, pairs: Pairs) -> Tensor:
    """Cross-entropy of colours and parts; a drawing of many pairs counts as the root of them."""
    same, part = torch.from_numpy(pairs.same), torch.from_numpy(pairs.part)
    known = ~part.isnan()
    wrong = binary_cross_entropy_with_logits(found[:, 0], same, reduction="sum")
    wrong = wrong + binary_cross_entropy_with_logits(found[known, 1], part[known], reduction="sum")
    mean: Tensor = wrong / len(same) ** 0.5
    return mean


def teach(drawings: Sequence[Pairs], passes: int, say: Any = print) -> KinNetwork:
    """A network that has seen each drawing so many times, eight at a step."""
    torch.manual_seed(0)
    shown = [d for d in drawings if not d.held]
    if not shown:
        raise OptionError("There are no drawings to learn from in these shards and rows.")
    network = KinNetwork(
        np.concatenate([np.concatenate([d.features, d.geometry], 1) for d in shown])
    ).train()
    optimizer = torch.optim.AdamW(network.parameters(), 1e-3, weight_decay=0.05)
    steps = passes * -(-len(shown) // 8)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1.5e-3, total_steps=steps + 1)
    for turn in range(passes):
        order, spoke = torch.randperm(len(shown)).tolist(), time.monotonic()
        for start in range(0, len(order), 8):
            batch = [shown[i] for i in order[start : start + 8]]
            optimizer.zero_grad()
            for one in batch:
                torch.autograd.backward(loss(logits(network, one), one) / 40)
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            if time.monotonic() - spoke > 10:
                say(f"pass {turn + 1} of {passes}, {start}/{len(order)}")
                spoke = time.monotonic()
        say(f"pass {turn + 1} of {passes}: {judge(network, [d for d in drawings if d.held])}")
    return network.eval()


def judge(network: KinNetwork, held: Sequence[Pairs]) -> dict[str, float]:
    """Share of pairs of one colour that are found at precisions, on drawings that are held out."""
    if not held:
        return {}
    network.eval()
    with torch.inference_mode():
        found = np.concatenate([logits(network, one)[:, 0].numpy() for one in held])
    network.train()
    return recalls(found, held)


def recalls(found: Floats, held: Sequence[Pairs]) -> dict[str, float]:
    """Of logits (k,) for all pairs: recall at precisions; each drawing's pairs weigh their root."""
    same = np.concatenate([one.same for one in held])
    weight = np.concatenate([np.full(len(one.same), len(one.same) ** -0.5) for one in held])
    order = np.argsort(-found, kind="stable")
    right, all_ = np.cumsum((same * weight)[order]), np.cumsum(weight[order])
    best = {"loss": float(np.average(np.logaddexp(0, found) - same * found, weights=weight))}
    for precision in (0.8, 0.7, 0.6):
        enough = np.flatnonzero(right >= precision * all_)
        best[f"at {precision}"] = float(right[enough[-1]] / right[-1]) if len(enough) else 0.0
    return {name: round(value, 3) for name, value in best.items()}


def enter(network: KinNetwork, path: Path) -> None:
    """Write the graph beside a released model's JSON, and enter it there."""
    known = json.loads(path.read_text("utf-8"))
    name = f"{known['name']}.kin.onnx"
    inputs = example_inputs(1)
    seen = [inputs[key] for key in ("features", "geometry", "adjacency")]
    b, n = torch.export.Dim("b", min=1, max=256), torch.export.Dim("n", min=2, max=4096)
    axes = {"features": {0: b, 1: n}, "geometry": {0: b, 1: n}, "near": {0: b, 1: n, 2: n}}
    halve(network)
    write_graph(
        _Colour(network).eval(), seen, path.with_name(name),
        names=(["features", "geometry", "adjacency"], ["same"]), dynamic=axes,
    )  # fmt: skip
    known["graphs"]["kin"] = name
    known["sha256"] |= digests(path.parent, [name])
    path.write_text(json.dumps(known), "utf-8")
    read_spec(path)


def main() -> None:
    """Read the drawings, teach, judge, and write the graph."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "model", type=Path, help="JSON of a released model, in a folder to write to"
    )
    parser.add_argument("paths", nargs="+", type=Path, help="shards (.tar) and rows (.jsonl)")
    parser.add_argument("--passes", type=int, default=12)
    given = parser.parse_args()
    shards = [path for path in given.paths if path.suffix == ".tar"]
    rows = [path for path in given.paths if path.suffix == ".jsonl"]
    drawings = list(read(shards, rows, Colorizer.load(given.model)))
    enter(teach(drawings, given.passes), given.model)


if __name__ == "__main__":
    main()
