"""The region model whole: shards are prepared, the network trained, calibrated, released."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import torch

from nurie.arrays import AnyArray, Floats
from nurie.colors import delta_e, srgb_to_lab
from nurie.errors import InputError, OptionError, UnreadableError
from nurie.guidance.palette import around, safest
from nurie.models.registry import ModelSpec, find_region
from nurie_lab.data.colourings import HELD, prepare_colourings
from nurie_lab.data.prepare import SIZE, Batch, prepare
from nurie_lab.data.shards import shards_in
from nurie_lab.training.engine.folder import RUN, RunFolder, read_facts
from nurie_lab.training.engine.team import broadcast, join, processes
from nurie_lab.training.region.data import Examples, from_sources, load, on_device, some
from nurie_lab.training.region.features import Features, stored_features
from nurie_lab.training.region.networks import Encoder
from nurie_lab.training.region.released import (
    Restored,
    export,
    region_settings,
    restore_model,
    restore_run,
    rounded,
)
from nurie_lab.training.region.steps import pooled
from nurie_lab.training.region.task import RegionTask, region_task
from nurie_lab.training.settings import RegionConfig

RIGHT = 10.0
"""ΔE2000 up to which a colour counts as right."""

KNOTS = 16
"""Points of the stored calibration curve."""


def calibrate(model: Restored, held: Examples) -> tuple[Restored, dict[str, float]]:
    """Fit temperature and confidence on held-out examples none of whose colours is known.

    The temperature divides the logits so that the true bins become likeliest (Guo et al. 2017).
    Beside the model are mean ΔE2000, share right, expected calibration error before and after.
    """
    logits, lab, bins, weight = _answers(model, held)
    temperature = _temperature(logits, bins, weight)
    chances = torch.softmax(torch.from_numpy(logits) / temperature, -1).numpy()
    centers = srgb_to_lab(model.bin_colors)
    mass, pick = around(chances, lab=centers), safest(chances, model.bin_colors)
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
    return replace(model, temperature=temperature, calibration=curve), figures


def _answers(model: Restored, held: Examples) -> tuple[Floats, Floats, AnyArray, Floats]:
    """Logits, Lab / 100, bins and weights of all regions that count."""
    parts: list[tuple[AnyArray, ...]] = []
    device = held.lines.device
    for start in range(0, len(held), 32):
        seen = held.pick(torch.arange(start, min(start + 32, len(held)), device=device))
        with torch.inference_mode():
            features, picture, _ = pooled(model.encoder, seen)
            known = torch.zeros(*seen.bins.shape, 4, device=device)
            palette = torch.zeros(len(seen), model.entries, 4, device=device)
            answer = model.network(
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

    def gain(temperature: float) -> float:
        log = torch.log_softmax(torch.from_numpy(logits) / temperature, -1).numpy()
        return float((log[rows, bins] * weight).sum())

    grid: list[float] = np.geomspace(0.5, 3, 37).tolist()
    return max(grid, key=gain)


def isotonic(score: Floats, right: AnyArray, weight: Floats) -> Floats:
    """Rising share of right answers as a function of the score (pool adjacent violators).

    Scores, bool and weights > 0, (n,) each, to (k, 2) float32: at most ``KNOTS`` pairs, both
    rising.
    """
    order = np.argsort(score, kind="stable")
    bounds = np.linspace(0, len(order), min(KNOTS, len(order)) + 1).astype(int)
    groups = [order[a:b] for a, b in pairwise(bounds)]
    blocks: list[list[float]] = []
    for rows in groups:
        total = float(weight[rows].sum())
        means = [float((each[rows] * weight[rows]).sum()) / total for each in (score, right)]
        blocks.append([*means, total])
        while len(blocks) > 1 and blocks[-2][1] >= blocks[-1][1]:
            one, two = blocks[-2], blocks.pop()
            both = one[2] + two[2]
            blocks[-1] = [*((one[i] * one[2] + two[i] * two[2]) / both for i in (0, 1)), both]
    return np.array([[0.0, 0.0], *([b[0], b[1]] for b in blocks), [1.0, 1.0]], np.float32)


def calibration_error(confidence: Floats, right: AnyArray, weight: Floats) -> float:
    """Expected calibration error over 15 equal bins (Guo et al. 2017, equation 3), (n,) each."""
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

    ``data`` are shards, or a folder of examples that are prepared; ``start`` is a released model by
    name or path, or a run, whose weights are gone on from.

    Raises:
        InputError: the data cannot be used.
        OptionError: the settings do not fit the run, or ``start`` does not fit them.
        OutputError: the folder cannot be made or written.
    """
    device, folder, second = join(), RunFolder(out, say), config.objective == "second"
    paths = sorted(data.glob("*.npz")) or shards_in(data)
    if not paths:
        raise InputError(f"{data} holds neither shards nor prepared examples.")
    examples = examples_of(data, out)
    begin = None
    if start is not None:
        # A second network is released together with the model that it began with.
        begin = start if second else f"{Path(start).name}'s", start_of(start, config)
    going_on = folder.begin(config, data, [path.name for path in paths])
    if examples != data and not processes()[0]:
        _prepare(paths, examples, config, folder.say)
    broadcast(None)

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
    workers, without = torch.get_num_threads(), frozenset(config.without)
    second, made = config.objective == "second", []
    if not second:
        made.append(prepare(list(shards), folder, workers=workers, without=without))
    if config.colourings or config.named:
        by_number, named = ([Path(p) for p in paths] for paths in (config.colourings, config.named))
        made.append(
            prepare_colourings(
                folder,
                shards,
                colourings=by_number,
                named=named,
                without=without,
                size=config.size if second else SIZE,
            )
        )
    if config.invented:
        made.append(prepare_made(folder, workers=workers))
    for path in chain.from_iterable(made):
        say(f"prepared {path.name}")


def start_of(start: str, config: RegionConfig) -> Restored:
    """A run, or a released model by name or path, of the shape that the settings say.

    Only its encoder begins a second network, so its shape does not count there.

    Raises:
        OptionError: it has another shape.
    """
    is_run = (Path(start) / RUN).is_file()
    restored = restore_run(Path(start)) if is_run else restore_model(find_region(start))
    for key, value in restored.shape.items() if config.objective != "second" else ():
        if getattr(config, key) != value:
            raise OptionError(
                f"{start} has {key} = {value}, and the settings {getattr(config, key)}; "
                "give the same."
            )
    return restored


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
    Without a ``licence`` the card says ``own``.

    Raises:
        UnreadableError: the run has no state, or is damaged.
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    config, facts, model = region_settings(run), read_facts(run), rounded(restore_run(run))
    figures: dict[str, float] | str = "none; confidences are as trained"
    held = held_examples(run, config)
    if held is not None:
        model, figures = calibrate(model, on_device(some(held)))
    left_out = ("without", "apart", "colourings", "named")
    settings = {k: v for k, v in asdict(config).items() if k not in left_out}
    card = {
        "licence": licence or "own",
        "steps": facts["step"],
        **{key: facts[key] for key in ("examples", "shown", "losses")},
        "minutes": round(facts["seconds"] / 60, 1),
        "held_out": figures,
        "encoder": f"EfficientNet-lite0, started from {facts['start']} weights",
        "settings": settings,
    }
    return export(replace(model, card=card), out=out, name=name, force=force)
