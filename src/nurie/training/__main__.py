"""``python -m nurie.training SHARDS``: from shards of pictures to a released model, in one command.

Prepared examples and finished stages are kept, so that it can be stopped and called again.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nurie.color import BINS, WHITE_BIN, bin_centers, bins_of
from nurie.dataset.prepare import Batch, prepare
from nurie.training import checkpoint
from nurie.training.config import RegionConfig, read_config
from nurie.training.data import load
from nurie.training.export import export
from nurie.training.loop import train
from nurie.training.networks import RegionTransformer, imagenet_encoder


def main(arguments: Sequence[str] | None = None) -> None:
    """Prepare, train and export, as far as it is not done yet."""
    parser = argparse.ArgumentParser(prog="python -m nurie.training", description=__doc__)
    parser.add_argument("shards", type=Path, help="folder of .tar shards")
    parser.add_argument("--out", type=Path, default=Path("runs/out"), help="run folder")
    parser.add_argument("--minutes", type=float, default=60, help="time for training")
    parser.add_argument("--config", type=Path, default=None, help="TOML of settings")
    parser.add_argument("--name", default="nurie-flat", help="name of the model")
    parser.add_argument("--limit", type=int, default=None, help="examples, for a rehearsal")
    args = parser.parse_args(arguments)
    config = read_config(args.config) if args.config else RegionConfig()
    for path in prepare(sorted(args.shards.glob("*.tar")), args.out / "examples"):
        print(f"prepared {path.name}", flush=True)
    batch = load(args.out / "examples", args.limit)
    encoder = imagenet_encoder()
    train(batch, encoder, config=config, minutes=args.minutes, out=args.out / "run", say=_say)
    network = RegionTransformer(width=config.width, depth=config.depth, heads=config.heads)
    facts = checkpoint.load(args.out / "run", {"encoder": encoder, "network": network})
    card = {
        "licence": "CC-BY-SA-4.0",
        "examples": len(batch.lines),
        "steps": facts["step"],
        "minutes": args.minutes,
        "encoder": "EfficientNet-lite0, started from ImageNet weights",
        "settings": asdict(config),
    }
    released = bin_facts(batch) | {"entries": config.entries, "temperature": 1.0, "card": card}
    spec = export(encoder, network, out=args.out / "model", name=args.name, facts=released)
    print(f"released {spec.folder / spec.name}.json")


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
