"""The report, whole: every network trained on as many pictures, exported, drawn, and judged.

PICTURES is a folder of pictures, those of one source in one subfolder, or of shards that
``nurie data prepare`` made. What is done stays: a run that was killed goes on exactly where it was
when the same command is given again, and with a larger ``--pictures`` every network goes on.
"""

import argparse
import json
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nurie.cli.app import run

CONFIGS = Path(__file__).resolve().parents[1] / "configs"


@dataclass(frozen=True)
class Scale:
    """How large networks and pictures are."""

    pictures: int
    """That every network is shown."""
    seeds: int
    stored: int
    """Longest side of the pictures in the shards."""
    settings: tuple[str, ...]


# The σ of 2.5 pixels is that of pictures of 256: smaller ones have as much less.
SCALES = {
    "tiny": Scale(8, 1, 48, ("size=32", "width=2", "sigma=0.3125", "loaders=1")),
    "cores": Scale(448_000, 3, 160, ("size=64", "width=32", "sigma=0.625", "batch=16")),
    "gpu": Scale(700_000, 3, 320, ()),
}

# Those that claims speak of come first, and are trained with every seed.
CLAIMED = ("gan", "gan-noise", "wgan", "cnn", "hint-gan", "color-gan", "multimodal")
TECHNIQUES = {
    "wgan-gp": ("wgan-gp",),
    "pix2pix": ("pix2pix", "batch=1"),
    "smoothing": ("gan", "smooth=0.9"),
    "matching": ("gan", "matching=1.0"),
    "minibatch": ("gan", "kernels=32"),
    "averaging": ("gan", "history=1e-3"),
    "virtual": ("virtual",),
    "improved": ("improved",),
    "gan-sigma": ("gan-sigma",),
}
NETWORKS = {name: (name,) for name in CLAIMED} | TECHNIQUES
"""Preset of each network, and settings that differ from it."""

CRITIC_STEPS = {"wgan-gp": 5}
"""Pictures that a step takes more of, so that the generator makes as many steps as the others'."""


@dataclass(frozen=True)
class Work:
    """One network and one seed."""

    name: str
    seed: int
    pictures: int
    shards: str
    out: str
    settings: tuple[str, ...]


def main(words: list[str] | None = None) -> int:
    """All of it; the code of the first verb that refuses."""
    given = _read(words)
    scale, out = SCALES[given.scale], given.out
    (out / "runs").mkdir(parents=True, exist_ok=True)
    shards = given.folder
    if not any(shards.glob("train-*.tar")):
        shards = out / "shards"
        _prepare(given.folder, shards, scale.stored)
    pictures, seeds = given.pictures or scale.pictures, given.seeds or scale.seeds
    todo = [
        Work(name, seed, pictures, str(shards), str(out), (*scale.settings, *given.set))
        for seed in range(seeds)
        for name in NETWORKS
        if name in given.only and (name in CLAIMED or not seed)
    ]
    for code in _all(todo, given.jobs):
        if code:
            return code
    return _judge(out, shards, given)


def _read(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="runs/report.sh", description=__doc__)
    add = parser.add_argument
    add("folder", type=Path, metavar="PICTURES")
    add("--scale", choices=SCALES, default="cores", help="cores, which is 64 pixels and takes days "
        "on two cores; tiny proves that all runs; gpu is the report's own")  # fmt: skip
    add("--pictures", type=int, metavar="N", help="pictures that every network is shown")
    add("--seeds", type=int, metavar="K", help="runs of each network that a claim speaks of")
    add("--only", nargs="+", default=tuple(NETWORKS), choices=NETWORKS, metavar="NAME",
        help="networks to train: " + ", ".join(NETWORKS))  # fmt: skip
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of all networks")
    add("--judged", type=int, default=48, metavar="N", help="pictures that judge")
    add("--jobs", type=int, default=1, metavar="J", help="networks trained at once")
    add("--out", type=Path, default=Path("runs/report"), metavar="DIR")
    given = parser.parse_args(words)
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is no folder; give one of pictures or of shards.")
    counts = (given.jobs, given.judged, given.seeds, given.pictures)
    if any(count is not None and count < 1 for count in counts):
        parser.error("--pictures, --seeds, --jobs and --judged must be 1 or more.")
    return given


def _prepare(folder: Path, shards: Path, side: int) -> None:
    """Shards of pictures; a fifth of the sources is kept to validate."""
    if any(shards.glob("train-*.tar")):
        return
    found = shards.with_name("pictures.jsonl")
    _need(["data", "folder", str(folder), "--output", str(found), "--force"])
    _need(["data", "prepare", str(found), "--out", str(shards), "--size", str(side), "--no-ink",
           "--val-share", "0.2"])  # fmt: skip


def _need(words: list[str]) -> None:
    """A verb without which nothing else makes sense."""
    code = run(words)
    if code:
        raise SystemExit(code)


def _all(todo: list[Work], jobs: int) -> list[int]:
    if jobs == 1:
        return [teach(work) for work in todo]
    threads = str(max(1, (os.cpu_count() or 1) // jobs))
    os.environ.setdefault("OMP_NUM_THREADS", threads)
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(teach, todo))


def teach(work: Work) -> int:
    """Train a network to its last picture and export it; at once where that is done."""
    folder = Path(work.out, "runs", f"{work.name}-{work.seed}")
    pictures = work.pictures * CRITIC_STEPS.get(work.name, 1)
    if _shown(folder / "model" / f"{work.name}.json") >= pictures:
        return 0
    preset, *own = NETWORKS[work.name]
    changes = [*work.settings, *own, f"seed={work.seed}"]
    code = run([
        "train", str(CONFIGS / f"{preset}.toml"), "--data", work.shards, "--out", str(folder),
        "--pictures", str(pictures), *(word for one in changes for word in ("--set", one)),
    ])  # fmt: skip
    return code or run([
        "export", str(folder), "--out", str(folder / "model"), "--name", work.name, "--force",
        "--quiet",
    ])  # fmt: skip


def _shown(path: Path) -> int:
    """Pictures that an exported network has been shown; 0 where there is none."""
    try:
        return int(json.loads(path.read_text("utf-8"))["card"]["shown"])
    except (OSError, ValueError, KeyError):
        return 0


def _judge(out: Path, shards: Path, given: argparse.Namespace) -> int:
    """Figure 4's two predictors as one model; figures and tables of all."""
    runs = sorted((out / "runs").iterdir())
    pair = [out / "runs" / f"{name}-0" for name in ("color-gan", "hint-gan")]
    if all(path in runs for path in pair):
        _need(["export", str(pair[0]), "--hints", str(pair[1]), "--out", str(out / "tandem"),
               "--name", "tandem", "--force", "--quiet"])  # fmt: skip
    return run([
        "figures", *map(str, runs), "--data", str(shards), "--out", str(out / "figures"),
        "--pictures", str(given.judged), "--force",
        *(["--no-regions"] if given.scale == "tiny" else ()),
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
