"""From a checkpoint of the region model to a released model."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import Floats
from nurie.colors import BINS, bins_of
from nurie.errors import UnreadableError
from nurie.models.registry import ModelSpec, find_region
from nurie_lab.training.region.data import load
from nurie_lab.training.region.released import export
from nurie_lab.training.region.restore import Restored, restore_run


def export_region(
    run: Path, *, out: Path, name: str, licence: str | None = None, force: bool = False
) -> ModelSpec:
    """Write the model that a run of ``python -m nurie_lab.training`` has come to.

    Bins and calibration are those of the model that was released beside the run. Where there is
    none, shares are counted in the examples beside it, and confidences stay as they were trained.

    Args:
        run: folder of the checkpoint.
        out: folder, made when missing.
        name: of the model.
        licence: of the weights; None leaves what the model beside the run says, else ``own``.
        force: replace a model of that name.

    Returns:
        The spec, as written.

    Raises:
        UnreadableError: the checkpoint is damaged, or nothing beside it tells of its colours.
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    restored = restore_run(run)
    facts = _facts(run, restored)
    card = {"licence": "own"} | facts["card"] | _progress(run)
    card |= {"licence": licence} if licence else {}
    nets, facts = (restored.encoder, restored.network), facts | {"card": card}
    return export(*nets, out=out, name=name, facts=facts, force=force)


def _facts(run: Path, restored: Restored) -> dict[str, Any]:
    """Colours, calibration and card, from what lies beside the run."""
    model, examples = run.resolve().parent / "model", run.resolve().parent / "examples"
    if any(model.glob("*.json")):
        spec = find_region(model)
        return {
            "entries": spec.entries,
            "bin_colors": spec.bin_colors,
            "prior": spec.prior,
            "temperature": spec.temperature,
            "calibration": spec.calibration,
            "card": spec.card,
        }
    if not any(examples.glob("*.npz")):
        raise UnreadableError(
            f"Neither {examples} nor {model} is there to tell which colours {run} was trained on."
        )
    return {
        "entries": restored.entries,
        "bin_colors": restored.bin_colors,
        "prior": _shares(examples),
        "temperature": restored.temperature,
        "calibration": restored.calibration,
        "card": {"calibration": "none; confidences are as trained"},
    }


def _progress(run: Path) -> dict[str, Any]:
    """What the run says of itself, as far as it does."""
    try:
        told = json.loads((run / "meta.json").read_text("utf-8"))
        return {"steps": told["step"], "shown": told["shown"], "losses": told["losses"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _shares(examples: Path) -> Floats:
    """(512,) share of each bin among trusted regions, none of them zero."""
    batch = load(examples)
    counts = np.bincount(bins_of(batch.colors[batch.weight > 0.3]), minlength=BINS) + 0.5
    shares: Floats = (counts / counts.sum()).astype(np.float32)
    return shares
