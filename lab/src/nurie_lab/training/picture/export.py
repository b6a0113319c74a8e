"""From a run of ``nurie train`` to a painter: ONNX graphs, one JSON and a card."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray
from nurie.errors import ModelError, OptionError
from nurie.guidance.patches import Patches, hint_from_picture, sampled_hint
from nurie.lines import canny_lines
from nurie.models.registry import PainterSpec, write_spec
from nurie_lab.training.graphs import digests, run_graph, staged, write_graph
from nurie_lab.training.picture.cards import card_of, page_of
from nurie_lab.training.picture.trained import Trained, read_trained

BOUND = 0.01
"""Largest difference between ONNX Runtime and torch that is let pass, of colours in [0, 1]."""


def export_painter(  # noqa: PLR0913 - what a person may ask for
    run: Path,
    *,
    out: Path,
    name: str,
    hints: Path | None = None,
    licence: str = "own",
    force: bool = False,
    say: Callable[[str], None] = print,
) -> PainterSpec:
    """Write the painter that a run has trained, with its card.

    Args:
        run: folder of the run, finished or not.
        out: folder, made when missing.
        name: of the painter.
        hints: a run that learnt to guess hints, for the chain of figure 4.
        licence: of the weights.
        force: replace a painter of that name.
        say: receives lines of progress.

    Returns:
        The spec, as written.

    Raises:
        UnreadableError: a run is damaged or has no state.
        OptionError: the runs do not go together.
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    parts = {"painter": read_trained(run)}
    if hints is not None:
        parts["hinter"] = read_trained(hints)
        _check_chain(run, hints, parts)
    graphs = {role: f"{name}.{role}.onnx" for role in parts}
    files = [*graphs.values(), f"{name}.md", f"{name}.json"]
    with staged(out, files, force=force) as folder:
        cards = {}
        for role, each in parts.items():
            made = write_checked(each, folder / graphs[role], say=say)
            cards[role] = _card(each, licence) | made
        spec = _spec_of(parts["painter"], cards, folder, graphs, name)
        (folder / f"{name}.md").write_text(page_of(name, spec.card), "utf-8")
        write_spec(spec, folder / f"{name}.json")
    return dataclasses.replace(spec, folder=out)


def _check_chain(run: Path, hints: Path, parts: dict[str, Trained]) -> None:
    """Refuse two runs of which one cannot feed the other."""
    first, second = parts["hinter"].config, parts["painter"].config
    if first.target != "hint":
        raise OptionError(f"{hints} learnt no hints; give --hints a run with target = 'hint'.")
    if second.source != "line+hint":
        raise OptionError(f"{run} paints without a hint; leave out --hints.")
    if first.size != second.size:
        raise OptionError(
            f"{hints} learnt at {first.size} pixels and {run} at {second.size}; train both at one "
            "size."
        )


def write_checked(
    trained: Trained, path: Path, *, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """Write a graph that paints as torch does: with half-precision weights, else with whole ones.

    Returns:
        ``stored``, ``difference`` and ``bound`` for the card.

    Raises:
        ModelError: neither agrees with torch.
    """
    for stored in ("float16", "float32"):
        _write(trained, path, half=stored == "float16")
        gap = difference(trained, path)
        if gap <= BOUND:
            say(f"{path.name}: {stored} weights, at most {gap:.2g} from torch")
            return {"stored": stored, "difference": gap, "bound": BOUND}
    raise ModelError(
        f"{path.name} paints colours that are {gap:.2g} from torch's where {BOUND} is let pass; "
        "nothing was written."
    )


def _write(trained: Trained, path: Path, *, half: bool) -> None:
    """Write the graph; its height and width are free where the network allows it."""
    size = trained.config.size
    height, width = (size, size) if trained.fixed else (64, 96)
    channels = {"lines": 1, "hint": 3}
    args = [torch.rand(1, channels[name], height, width) for name in trained.inputs]
    free = {
        2: 32 * torch.export.Dim("height", min=2, max=512),
        3: 32 * torch.export.Dim("width", min=2, max=512),
    }
    dynamic = None if trained.fixed else dict.fromkeys(trained.inputs, free)
    names = (trained.inputs, ["colors"])
    write_graph(trained.painting, args, path, names=names, dynamic=dynamic, half=half)


def difference(trained: Trained, path: Path) -> float:
    """Largest difference between a graph and torch over random and drawn inputs at two sizes.

    Returns:
        Of colours in [0, 1]; infinite where one of them is no number.
    """
    worst = 0.0
    for inputs in examples(trained):
        with torch.inference_mode():
            expected = trained.painting(*inputs.values()).numpy()
        (painted,) = run_graph(path, inputs)
        gap = float(np.abs(painted - expected).max())
        worst = max(worst, gap if np.isfinite(gap) else np.inf)
    return worst


def examples(trained: Trained) -> Iterator[dict[str, Tensor]]:
    """Noise, and line art with a hint as in training, at the trained size and at another one."""
    rng, size = np.random.default_rng(0), trained.config.size
    other = max(64, size // 64 * 32)
    shapes = [(size, size)] if trained.fixed else [(size, size), (other, other + 32)]
    for shape in shapes:
        noise = rng.random((*shape, 4), np.float32)
        blocks = sampled_hint(shape, trained.spectrum, rng, Patches(40, 0.25, blur=0))
        lines = canny_lines(blocks, sigma=trained.config.sigma)
        hint = hint_from_picture(blocks, trained.spectrum, rng, trained.patches)
        drawn = np.dstack([lines, hint]).astype(np.float32) / 255
        for seen in (noise, drawn):
            yield {
                name: tensor for name, tensor in _tensors(seen).items() if name in trained.inputs
            }


def _tensors(seen: AnyArray) -> dict[str, Tensor]:
    """(H, W, 4) float32, line art and hint, as what a graph sees."""
    planes = torch.from_numpy(seen).permute(2, 0, 1)[None].contiguous()
    return {"lines": planes[:, :1].contiguous(), "hint": planes[:, 1:].contiguous()}


def _card(trained: Trained, licence: str) -> dict[str, Any]:
    parameters = sum(p.numel() for p in trained.painting.generator.parameters())
    data = {"shards": trained.shards, "counted": trained.spectrum.pictures}
    card = card_of(trained.config, trained.facts, licence=licence, parameters=parameters)
    return card | {"data": data}


def _spec_of(
    trained: Trained,
    cards: dict[str, dict[str, Any]],
    folder: Path,
    graphs: dict[str, str],
    name: str,
) -> PainterSpec:
    others = {role: card for role, card in cards.items() if role != "painter"}
    return PainterSpec(
        name, folder, graphs, digests(folder, list(graphs.values())), trained.config.size,
        trained.config.source, trained.config.target, trained.patches, trained.spectrum.means,
        trained.spectrum.histogram, cards["painter"] | others,
    )  # fmt: skip
