"""From a run to a released model: ONNX graphs and one JSON, refused when the runtimes disagree."""

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.errors import ModelError
from nurie.models.registry import ModelSpec, write_spec
from nurie.regions.tokens import GEOMETRY
from nurie_lab.data.prepare import SIZE
from nurie_lab.training.graphs import digests, run_graph, staged, write_graph
from nurie_lab.training.region.networks import FEATURES, Encoder, RegionTransformer

TOLERANCE = 0.02
"""Largest difference between torch and ONNX Runtime, relative to the spread of the output."""


def export(  # noqa: PLR0913 - what a model is made of
    encoder: Encoder,
    network: RegionTransformer,
    *,
    out: Path,
    name: str,
    facts: dict[str, Any],
    force: bool = True,
    critic: nn.Module | None = None,
) -> ModelSpec:
    """Write a released model with half-precision weights.

    Args:
        encoder: as trained; its weights are rounded to half precision.
        network: as trained; likewise.
        out: folder, made when missing.
        name: of the model.
        facts: ``bin_colors`` (512, 3) uint8, ``prior`` (512,), ``temperature``, ``calibration``
            (k, 2), ``entries``, ``card`` and, where there is such a head, ``parts``.
        force: replace a model of that name.
        critic: judges whole colourings, where there is one.

    Returns:
        The spec, as written.

    Raises:
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    graphs = {"encoder": f"{name}.encoder.onnx", "regions": f"{name}.regions.onnx"}
    if critic is not None:
        graphs["critic"] = f"{name}.critic.onnx"
    with staged(out, [*graphs.values(), f"{name}.json"], force=force) as folder:
        _write_graphs(encoder, network, folder, graphs, int(facts["entries"]))
        if critic is not None:
            _write_critic(critic, folder / graphs["critic"])
        card = {"date": dt.datetime.now(dt.UTC).date().isoformat(), **facts["card"]}
        spec = ModelSpec(
            name, folder, graphs, digests(folder, list(graphs.values())), SIZE,
            int(facts["entries"]), np.asarray(facts["bin_colors"], np.uint8),
            np.asarray(facts["prior"], np.float32), float(facts["temperature"]),
            np.asarray(facts["calibration"], np.float32), card, tuple(facts.get("parts", ())),
        )  # fmt: skip
        write_spec(spec, folder / f"{name}.json")
    return dataclasses.replace(spec, folder=out)


def _write_graphs(
    encoder: Encoder, network: RegionTransformer, folder: Path, graphs: dict[str, str], entries: int
) -> None:
    """Write both graphs and compare them with torch."""
    halve(encoder.eval())
    halve(network.eval())
    tensors = example_inputs(entries)
    b, n, p = _DIMENSIONS
    dynamic = {"features": {0: b, 1: n}, "geometry": {0: b, 1: n}, "adjacency": {0: b, 1: n, 2: n},
               "known": {0: b, 1: n}, "palette": {0: b, 1: p}, "picture": {0: b},
               "drawing": {0: b, 1: n}}  # fmt: skip
    lines = {"lines": torch.rand(1, 1, SIZE, SIZE)}
    strides = ["stride4", "stride8", "stride16", "stride32"]
    told = ["logits", "shift", "query", "key", *(["parts"] if network.parts is not None else [])]
    path = folder / graphs["encoder"]
    write_graph(encoder, list(lines.values()), path, names=(list(lines), strides))
    _compare(encoder, lines, path)
    path = folder / graphs["regions"]
    write_graph(network, list(tensors.values()), path, names=(list(tensors), told), dynamic=dynamic)
    _compare(network, tensors, path)


_DIMENSIONS = (
    torch.export.Dim("b", min=1, max=256),
    torch.export.Dim("n", min=2, max=4096),
    torch.export.Dim("p", min=1, max=256),
)
"""Axes of other sizes: colourings of one drawing, regions, palette tokens."""


def _write_critic(critic: nn.Module, path: Path) -> None:
    """Write the critic's graph, whose only output is the score, and compare it with torch."""

    class Score(nn.Module):
        def forward(self, *inputs: Tensor) -> tuple[Tensor]:
            return (critic(*inputs).score,)

    halve(critic.eval())
    b, n, _ = _DIMENSIONS
    tensors = example_inputs(1)
    del tensors["palette"], tensors["drawing"]
    dynamic = {"inputs": ({0: b, 1: n}, {0: b, 1: n}, {0: b, 1: n, 2: n}, {0: b, 1: n}, {0: b})}
    write_graph(
        Score(), list(tensors.values()), path, names=(list(tensors), ["score"]), dynamic=dynamic
    )
    _compare(Score(), tensors, path)


def example_inputs(entries: int, count: int = 7) -> dict[str, Tensor]:
    """Inputs of the region graph by name, for a drawing of ``count`` regions."""
    draw = torch.Generator().manual_seed(0)

    def rand(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=draw)

    return {
        "features": rand(2, count, FEATURES) * 4,
        "geometry": rand(2, count, GEOMETRY),
        "adjacency": rand(2, count, count),
        "known": rand(2, count, 4).round(),
        "palette": rand(2, entries, 4).round(),
        "picture": rand(2, 320),
        "drawing": (torch.arange(count) > count // 2)[None].repeat(2, 1).float(),
    }


def halve(module: nn.Module) -> None:
    """Round the weights to half precision, in place, so that the graph can store them so."""
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())


def _compare(module: nn.Module, inputs: dict[str, Tensor], path: Path) -> None:
    """Run the written graph and the module on the same input.

    Raises:
        ModelError: they disagree.
    """
    with torch.inference_mode():
        expected = module(*inputs.values())
    pairs = zip(expected, run_graph(path, inputs), strict=True)
    worst = max(float(np.abs(e.numpy() - a).max() / (e.std() + 1e-6)) for e, a in pairs)
    if not worst < TOLERANCE:
        raise ModelError(
            f"{path.name} differs from torch by {worst:.3g} of its spread, {TOLERANCE} is let "
            "pass; nothing was written."
        )
