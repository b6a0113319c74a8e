"""The region model whole: shards are prepared, the network trained, calibrated, released."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.colors import delta_e, srgb_to_lab
from nurie.errors import InputError, OptionError, UnreadableError
from nurie.guidance.palette import around, safest
from nurie.models.registry import ModelSpec, find_region
from nurie_lab.data.colourings import HELD, prepare_colourings
from nurie_lab.data.prepare import Batch, prepare
from nurie_lab.data.shards import shards_in
from nurie_lab.training.engine.folder import RUN, RunFolder, read_facts
from nurie_lab.training.engine.team import join, processes, told_to_all
from nurie_lab.training.region.data import Examples, from_sources, load, on_device, some
from nurie_lab.training.region.features import Features, stored_features
from nurie_lab.training.region.networks import Encoder
from nurie_lab.training.region.released import (
    Restored,
    begin_as,
    export,
    fold,
    halve,
    region_settings,
    restore_model,
    restore_run,
)
from nurie_lab.training.region.steps import pooled
from nurie_lab.training.region.task import (
    RegionTask,
    Start,
    make_network,
    region_task,
    vocabulary_of,
)
from nurie_lab.training.settings import RegionConfig

RIGHT = 10.0
"""ΔE2000 up to which a colour counts as right."""

KNOTS = 16
"""Points of the stored calibration curve."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """What was fitted, and how good the model is on the held-out examples with nothing known."""

    temperature: float
    """Divisor of the logits that makes the true bins likeliest (Guo et al. 2017)."""
    curve: Floats
    """(k, 2) confidence as computed and share that was right, both rising."""
    figures: dict[str, float]
    """Cross-entropy, mean ΔE2000, share right, expected calibration error before and after."""


def calibrate(
    encoder: Encoder, network: nn.Module, held: Examples, bin_colors: Rgb8, entries: int
) -> Calibration:
    """Fit temperature and confidence on held-out examples none of whose colours is told.

    Args:
        encoder: as released.
        network: as released.
        held: examples of pictures that were not trained on.
        bin_colors: (512, 3) uint8.
        entries: palette tokens.

    Returns:
        The calibration.
    """
    logits, lab, bins, weight = _answers(encoder, network, held, entries)
    temperature = _temperature(logits, bins, weight)
    chances = torch.softmax(torch.from_numpy(logits) / temperature, -1).numpy()
    centers = srgb_to_lab(bin_colors)
    mass, pick = around(chances, lab=centers), safest(chances, bin_colors)
    confidence = mass[np.arange(len(pick)), pick]
    gap = delta_e(centers[pick], lab * 100)
    right = gap <= RIGHT
    curve = isotonic(confidence, right, weight)
    fitted = np.interp(confidence, curve[:, 0], curve[:, 1]).astype(np.float32)
    figures = {
        "examples": float(len(held)),
        "regions": float(len(pick)),
        "delta_e": float(np.average(gap, weights=weight)),
        "right": float(np.average(right, weights=weight)),
        "error_before": calibration_error(confidence, right, weight),
        "error_after": calibration_error(fitted, right, weight),
    }
    return Calibration(temperature, curve, figures)


def _answers(
    encoder: Encoder, network: nn.Module, held: Examples, entries: int
) -> tuple[Floats, Floats, AnyArray, Floats]:
    """Logits, Lab / 100, bins and weights of all regions that count."""
    parts: list[tuple[AnyArray, ...]] = []
    device = held.lines.device
    for start in range(0, len(held), 32):
        seen = held.pick(torch.arange(start, min(start + 32, len(held)), device=device))
        with torch.inference_mode():
            features, picture, _ = pooled(encoder, seen)
            known = torch.zeros(*seen.bins.shape, 4, device=device)
            palette = torch.zeros(len(seen), entries, 4, device=device)
            answer = network(
                features, seen.geometry.float(), seen.adjacency.float(), known, palette, picture,
                torch.zeros_like(seen.weight),
            )  # fmt: skip
        rows = seen.weight > 0
        columns = (answer.logits[rows], seen.lab[rows], seen.bins[rows], seen.weight[rows])
        parts.append(tuple(c.float().cpu().numpy() for c in columns))
    logits, lab, bins, weight = (np.concatenate(c) for c in zip(*parts, strict=True))
    return logits, lab, bins.astype(np.int64), weight


def _temperature(logits: Floats, bins: AnyArray, weight: Floats) -> float:
    """Temperature of the least weighted cross-entropy, by a search over a grid."""
    rows = np.arange(len(bins))

    def loss(temperature: float) -> float:
        log = torch.log_softmax(torch.from_numpy(logits) / temperature, -1).numpy()
        return float(-(log[rows, bins] * weight).sum())

    grid: list[float] = np.geomspace(0.5, 3, 37).tolist()
    return min(grid, key=loss)


def isotonic(score: Floats, right: AnyArray, weight: Floats) -> Floats:
    """Rising share of right answers as a function of the score (pool adjacent violators).

    Args:
        score: (n,) any order.
        right: (n,) bool.
        weight: (n,) > 0.

    Returns:
        (k, 2) float32, at most ``KNOTS`` pairs of score and share, both rising.
    """
    order = np.argsort(score, kind="stable")
    bounds = np.linspace(0, len(order), min(KNOTS, len(order)) + 1).astype(int)
    groups = [order[a:b] for a, b in pairwise(bounds)]
    blocks: list[list[float]] = []
    for rows in groups:
        total = float(weight[rows].sum())
        blocks.append([
            float(np.average(score[rows], weights=weight[rows])),
            float(np.average(right[rows], weights=weight[rows])),
            total,
        ])  # fmt: skip
        while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
            one, two = blocks[-2], blocks.pop()
            both = one[2] + two[2]
            blocks[-1] = [*((one[i] * one[2] + two[i] * two[2]) / both for i in (0, 1)), both]
    return np.array([[0.0, 0.0], *([b[0], b[1]] for b in blocks), [1.0, 1.0]], np.float32)


def calibration_error(confidence: Floats, right: AnyArray, weight: Floats) -> float:
    """Expected calibration error over 15 equal bins (Guo et al. 2017, equation 3).

    Args:
        confidence: (n,) in [0, 1].
        right: (n,) bool.
        weight: (n,) ≥ 0.

    Returns:
        Weighted mean distance between confidence and share right.
    """
    place = np.minimum((confidence * 15).astype(int), 14)
    total = np.bincount(place, weight, 15)
    gap = np.abs(np.bincount(place, weight * (confidence - right), 15))
    return float(gap.sum() / total.sum())


Say = Callable[[str], None]

EXAMPLES = "examples"
"""Folder of prepared examples in a run that was given shards."""


def open_region(
    config: RegionConfig, *, data: Path, out: Path, say: Say = print, start: str | None = None
) -> RegionTask:
    """Prepare what is not prepared yet; the first process acts for all.

    Args:
        config: settings.
        data: shards, or a folder of examples that are prepared.
        out: folder of the run.
        say: receives lines of progress, in the first process alone.
        start: a released model by name or path, or a run, whose weights are gone on from.

    Raises:
        InputError: the data cannot be used.
        OptionError: the settings do not fit the run, or ``start`` does not fit them.
        OutputError: the folder cannot be made or written.
    """
    device, first = join(), processes()[0] == 0
    folder = RunFolder(out, say if first else lambda _: None)
    paths = sorted(data.glob("*.npz")) or shards_in(data)
    if not paths:
        raise InputError(f"{data} holds neither shards nor prepared examples.")
    going_on = False
    examples = examples_of(data, out)
    begin = None if start is None else start_of(start, config)
    if first:
        going_on = folder.begin(config, data, [path.name for path in paths])
        if examples != data:
            _prepare(paths, examples, config, folder.say)
    going_on = told_to_all(going_on)

    def learnt(source: AnyArray) -> AnyArray:
        return ~from_sources((*config.apart, HELD), source)

    def find(encoder: Encoder, name: str | None) -> tuple[Features, str | None]:
        late = config.frozen_share > 0
        return stored_features(encoder, examples, name=name, late=late, rows=learnt, say=folder.say)

    return region_task(
        config, load(examples, chosen=learnt), folder,
        start=begin, find=find, going_on=going_on, device=device,
    )  # fmt: skip


def examples_of(data: Path, out: Path) -> Path:
    """The folder of a run's examples: its data, where that is prepared already, or its own."""
    return data if any(data.glob("*.npz")) else out / EXAMPLES


def _prepare(shards: Sequence[Path], folder: Path, config: RegionConfig, say: Say) -> None:
    from nurie_lab.data.invented import prepare_made

    # A training that was given one thread takes no more for this.
    workers = torch.get_num_threads()
    without = frozenset(config.without)
    for path in prepare(list(shards), folder, workers=workers, without=without):
        say(f"prepared {path.name}")
    if config.colourings or config.named:
        by_number, named = ([Path(p) for p in paths] for paths in (config.colourings, config.named))
        for path in prepare_colourings(
            folder, shards, colourings=by_number, named=named, without=without
        ):
            say(f"prepared {path.name}")
    if config.invented:
        for path in prepare_made(folder, workers=workers):
            say(f"drew {path.name}")


def start_of(start: str, config: RegionConfig) -> Start:
    """Networks of a released model or of a run, with the settings of a new one.

    Raises:
        OptionError: they have another shape.
    """
    restored = restored_from(start)
    for key, value in restored.shape.items():
        if getattr(config, key) != value:
            raise OptionError(
                f"{start} has {key} = {value}, and the settings {getattr(config, key)}; "
                "give the same."
            )
    network = make_network(config)
    begin_as(network, restored)
    name, parts = f"{Path(start).name}'s", vocabulary_of(config)
    return Start(restored.encoder, network, restored.bin_colors, name, parts)


def restored_from(name: str) -> Restored:
    """The networks of a run, or of a released model by name or path."""
    if (Path(name) / RUN).is_file():
        return restore_run(Path(name))
    return restore_model(find_region(name))


def held_examples(run: Path, config: RegionConfig) -> Batch | None:
    """Examples of the sources that a run keeps apart; None where there are none any more."""
    try:
        data = Path(json.loads((run / RUN).read_text("utf-8"))["data"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{run} is not a run of nurie train ({error}).") from error
    folder = examples_of(data, run)
    apart = (*config.apart, HELD)
    if not any(folder.glob("*.npz")):
        return None
    held = load(folder, chosen=lambda source: from_sources(apart, source), empty=True)
    return held if len(held.lines) else None


def release_region(
    run: Path, *, out: Path, name: str, licence: str | None = None, force: bool = False
) -> ModelSpec:
    """Calibrate a run's averaged weights on what was kept apart, and export them.

    Where nothing was kept apart, or its examples are gone, confidences stay as they were trained.

    Args:
        run: folder of a run of the region model.
        out: folder of the model, made when missing.
        name: of the model.
        licence: of the weights; None says ``own``.
        force: replace a model of that name.

    Returns:
        The spec, as written.

    Raises:
        UnreadableError: the run has no state, or is damaged.
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    config, facts, restored = region_settings(run), read_facts(run), restore_run(run)
    encoder, network = restored.encoder, restored.network
    # Folded first: exporting folds too, and would round what is rounded already.
    fold(encoder)
    for module in (encoder, network):
        halve(module)
    temperature, curve = restored.temperature, restored.calibration
    figures: dict[str, float] | str = "none; confidences are as trained"
    held = held_examples(run, config)
    if held is not None:
        seen = on_device(some(held))
        found = calibrate(encoder, network, seen, restored.bin_colors, config.entries)
        temperature, curve, figures = found.temperature, found.curve, found.figures
    left_out = ("without", "apart", "colourings", "named")
    settings = {k: v for k, v in asdict(config).items() if k not in left_out}
    card = {
        "licence": licence or "own",
        "examples": facts["examples"],
        "steps": facts["step"],
        "shown": facts["shown"],
        "losses": facts["losses"],
        "minutes": round(facts["seconds"] / 60, 1),
        "held_out": figures,
        "encoder": f"EfficientNet-lite0, started from {facts['start']} weights",
        "settings": settings,
    }
    released = {
        "entries": config.entries, "bin_colors": restored.bin_colors, "prior": restored.prior,
        "temperature": temperature, "calibration": curve, "card": card, "parts": restored.parts,
    }  # fmt: skip
    return export(encoder, network, out=out, name=name, facts=released, force=force)
