"""``python -m nurie_lab.training SHARDS``: from shards to a released model, in one command.

Prepared examples and their features are kept, so that it can be stopped and called again.
"""

import argparse
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import torch

from nurie.arrays import AnyArray
from nurie.colors import BINS, WHITE_BIN, bin_centers, bins_of
from nurie_lab.data.invented import prepare_made
from nurie_lab.data.prepare import Batch, prepare
from nurie_lab.training import checkpoint
from nurie_lab.training.region.calibrate import calibrate
from nurie_lab.training.region.config import RegionConfig, read_config
from nurie_lab.training.region.data import load, on_device
from nurie_lab.training.region.features import load_features, store_features
from nurie_lab.training.region.loop import train
from nurie_lab.training.region.networks import RegionTransformer, imagenet_encoder, new_encoder
from nurie_lab.training.region.released import export, halve
from nurie_lab.training.region.restore import fold


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare, train, calibrate and export, as far as it is not done yet."""
    args = _parser().parse_args(arguments)
    config = read_config(args.config) if args.config else RegionConfig()
    held = tomllib.loads(args.held_out.read_text("utf-8")) if args.held_out else {}
    folder = args.examples or args.out / "examples"
    if args.shards:
        shards = sorted(args.shards.glob("*.tar"))
        for path in prepare(shards, folder, without=frozenset(held.get("pictures", []))):
            _say(f"prepared {path.name}")
    if args.made:
        for path in prepare_made(folder):
            _say(f"drew {path.name}")
    batch = load(folder)
    apart = kept_apart(batch, held.get("sources", []))
    unseen, batch = keep(batch, apart), keep(batch, ~apart)
    if not args.only_export:
        encoder, features = new_encoder() if config.scratch else imagenet_encoder(), None
        if config.frozen_share == 0 and not config.scratch:
            store_features(encoder, folder, say=_say)
            features = load_features(folder).keep(~apart)
        train(
            batch, encoder, config=config, minutes=args.minutes, out=args.out / "run",
            start=args.start, features=features, device=args.device, say=_say,
        )  # fmt: skip
    release(args, config, batch, unseen)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nurie_lab.training", description=__doc__)
    parser.add_argument("shards", type=Path, nargs="?", help="folder of .tar shards")
    parser.add_argument("--made", action="store_true", help="add drawings made by program")
    parser.add_argument("--examples", type=Path, help="folder of examples that are prepared")
    parser.add_argument("--out", type=Path, default=Path("runs/out"), help="run folder")
    parser.add_argument("--minutes", type=float, default=60, help="time for training")
    parser.add_argument("--config", type=Path, help="TOML of settings")
    parser.add_argument("--held-out", type=Path, help="TOML of pictures and sources kept apart")
    parser.add_argument("--start", type=Path, help="run whose weights are gone on from")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--name", default="nurie-flat", help="name of the model")
    parser.add_argument("--only-export", action="store_true", help="release a finished run")
    return parser


def release(args: argparse.Namespace, config: RegionConfig, batch: Batch, held: Batch) -> None:
    """Calibrate the run's averaged weights on what was kept apart, and export them."""
    encoder = new_encoder()
    network = RegionTransformer(width=config.width, depth=config.depth, heads=config.heads)
    facts = checkpoint.load(args.out / "run", {"encoder": encoder, "network": network})
    # Folded first: exporting folds too, and would round what is rounded already.
    fold(encoder.eval())
    for module in (encoder, network.eval()):
        halve(module)
    bins = bin_facts(batch)
    seen = on_device(some(held))
    found = calibrate(encoder, network, seen, bins["bin_colors"], config.entries)
    start = "random" if config.scratch else "ImageNet"
    card = {
        "licence": "CC-BY-SA-4.0",
        "examples": len(batch.lines),
        "steps": facts["step"],
        "shown": facts["shown"],
        "losses": facts["losses"],
        "minutes": args.minutes,
        "held_out": found.figures,
        "encoder": f"EfficientNet-lite0, started from {start} weights",
        "settings": asdict(config),
    }
    _say(f"temperature {found.temperature:.2f}, held out: {found.figures}")
    released = bins | {
        "entries": config.entries, "temperature": found.temperature,
        "calibration": found.curve, "card": card,
    }  # fmt: skip
    spec = export(encoder, network, out=args.out / "model", name=args.name, facts=released)
    _say(f"released {spec.folder / spec.name}.json")


def kept_apart(batch: Batch, sources: Sequence[str]) -> AnyArray:
    """(m,) bool: examples of these sources."""
    return np.isin(batch.source, [crc32(name.encode()) for name in sources])


def keep(batch: Batch, rows: AnyArray) -> Batch:
    """Some of the examples; without a copy where all are kept."""
    if rows.all():
        return batch
    return Batch(*(getattr(batch, f.name)[rows] for f in fields(Batch)))


def some(batch: Batch, most: int = 1024) -> Batch:
    """At most about that many examples, spread over all."""
    rows = np.zeros(len(batch.lines), bool)
    rows[:: max(1, len(rows) // most)] = True
    return keep(batch, rows)


def bin_facts(batch: Batch) -> dict[str, Any]:
    """Mean colour and share of each bin over trusted regions (section III.A of the report).

    Returns:
        ``bin_colors`` (512, 3) uint8 and ``prior`` (512,) float64 that sums to 1.
    """
    trusted = batch.colors[batch.weight > 0.3]
    bins = bins_of(trusted)
    counts = np.bincount(bins, minlength=BINS)
    sums = np.stack([np.bincount(bins, trusted[:, c], BINS) for c in range(3)], 1)
    colors = ((sums + 4.0 * bin_centers()) / (counts[:, None] + 4)).round().astype(np.uint8)
    colors[WHITE_BIN] = 255
    smooth = counts + 0.5
    return {"bin_colors": colors, "prior": smooth / smooth.sum()}


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
