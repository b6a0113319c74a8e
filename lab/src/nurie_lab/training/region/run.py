"""The region model whole: shards are prepared, the network trained, calibrated, released."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from nurie.arrays import AnyArray
from nurie.errors import InputError, OptionError, UnreadableError
from nurie.models.registry import ModelSpec, find_region
from nurie_lab.data.prepare import Batch, prepare
from nurie_lab.data.shards import shards_in
from nurie_lab.training.engine.folder import RUN, RunFolder
from nurie_lab.training.engine.state import read_facts
from nurie_lab.training.engine.team import join, processes, told_to_all
from nurie_lab.training.region.calibrate import calibrate
from nurie_lab.training.region.data import from_sources, load, on_device, some
from nurie_lab.training.region.features import Features, stored_features
from nurie_lab.training.region.networks import Encoder
from nurie_lab.training.region.released import export, halve
from nurie_lab.training.region.restore import (
    Restored,
    begin_as,
    fold,
    region_settings,
    restore_model,
    restore_run,
)
from nurie_lab.training.region.task import RegionTask, Start, make_network, region_task
from nurie_lab.training.settings import RegionConfig

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
        return ~from_sources(config.apart, source)

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
    return Start(restored.encoder, network, restored.bin_colors, f"{Path(start).name}'s")


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
    if not config.apart or not any(folder.glob("*.npz")):
        return None
    held = load(folder, chosen=lambda source: from_sources(config.apart, source), empty=True)
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
    settings = {k: v for k, v in asdict(config).items() if k not in ("without", "apart")}
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
        "temperature": temperature, "calibration": curve, "card": card,
    }  # fmt: skip
    return export(encoder, network, out=out, name=name, facts=released, force=force)
