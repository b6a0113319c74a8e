"""From a run to a released model: ONNX graphs and one JSON, refused when the runtimes disagree."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.dataset.examples import SIZE
from nurie.errors import ModelError
from nurie.models.registry import ModelSpec, write_spec
from nurie.regions.tokens import GEOMETRY
from nurie.training.networks import FEATURES, Encoder, RegionTransformer

TOLERANCE = 0.02
"""Largest difference between torch and ONNX Runtime, relative to the spread of the output."""


def export(
    encoder: Encoder,
    network: RegionTransformer,
    *,
    out: Path,
    name: str,
    facts: dict[str, Any],
) -> ModelSpec:
    """Write a released model with half-precision weights.

    Args:
        encoder: as trained.
        network: as trained.
        out: folder, made when missing.
        name: of the model.
        facts: ``bin_colors`` (512, 3) uint8, ``prior`` (512,), ``temperature``, ``calibration``
            (k, 2), ``entries`` and ``card``.

    Returns:
        The spec, as written.

    Raises:
        ModelError: torch and ONNX Runtime disagree; nothing stays behind.
    """
    out.mkdir(parents=True, exist_ok=True)
    graphs = {"encoder": f"{name}.encoder.onnx", "regions": f"{name}.regions.onnx"}
    halve(encoder.eval())
    halve(network.eval())
    tensors = example_inputs(int(facts["entries"]))
    n = torch.export.Dim("n", min=2, max=4096)
    dynamic = {"features": {1: n}, "geometry": {1: n}, "adjacency": {1: n, 2: n},
               "known": {1: n}, "palette": None, "picture": None, "drawing": {1: n}}  # fmt: skip
    lines = (torch.rand(1, 1, SIZE, SIZE),)
    strides = ["stride4", "stride8", "stride16", "stride32"]
    _write(encoder, lines, out / graphs["encoder"], inputs=["lines"], outputs=strides)
    _write(network, tuple(tensors.values()), out / graphs["regions"], inputs=list(tensors),
           outputs=["logits", "shift", "query", "key"], dynamic=dynamic)  # fmt: skip
    for module, args, role in ((encoder, lines, "encoder"), (network, tensors, "regions")):
        _compare(module, args, out / graphs[role])
    digests = {f: hashlib.sha256((out / f).read_bytes()).hexdigest() for f in graphs.values()}
    card = {"date": dt.datetime.now(dt.UTC).date().isoformat(), **facts["card"]}
    spec = ModelSpec(
        name, out, graphs, digests, SIZE, int(facts["entries"]),
        np.asarray(facts["bin_colors"], np.uint8), np.asarray(facts["prior"], np.float32),
        float(facts["temperature"]), np.asarray(facts["calibration"], np.float32), card,
    )  # fmt: skip
    write_spec(spec, out / f"{name}.json")
    return spec


def example_inputs(entries: int, count: int = 7) -> dict[str, Tensor]:
    """Inputs of the region graph by name, for a drawing of ``count`` regions."""
    draw = torch.Generator().manual_seed(0)

    def rand(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=draw)

    return {
        "features": rand(1, count, FEATURES) * 4,
        "geometry": rand(1, count, GEOMETRY),
        "adjacency": rand(1, count, count),
        "known": rand(1, count, 4).round(),
        "palette": rand(1, entries, 4).round(),
        "picture": rand(1, 320),
        "drawing": (torch.arange(count) > count // 2)[None].float(),
    }


def halve(module: nn.Module) -> None:
    """Round the weights to half precision, in place, so that the graph can store them so."""
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())


def _write(
    module: nn.Module,
    args: tuple[Tensor, ...],
    path: Path,
    *,
    inputs: list[str],
    outputs: list[str],
    dynamic: dict[str, Any] | None = None,
) -> None:
    """Export one graph and store its large weights as float16 behind a Cast."""
    import onnx

    program = torch.onnx.export(
        module, args, input_names=inputs, output_names=outputs, dynamic_shapes=dynamic,
        dynamo=True, external_data=False, verbose=False, optimize=True,
    )  # fmt: skip
    if program is None:
        raise ModelError(f"torch could not export {path.name}.")
    model = program.model_proto
    model.graph.doc_string = ""
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    _store_half(model)
    onnx.save(model, path)


def _store_half(model: Any) -> None:
    """Replace float32 initializers over 256 numbers by float16 ones that are cast on loading."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size > 256:
            name = tensor.name
            stored = numpy_helper.from_array(values.astype(np.float16), f"{name}.half")
            tensor.CopyFrom(stored)
            casts.append(helper.make_node("Cast", [stored.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _compare(module: nn.Module, args: tuple[Tensor, ...] | dict[str, Tensor], path: Path) -> None:
    """Run the written graph and the module on the same input.

    Raises:
        ModelError: they disagree; the graph is removed.
    """
    import onnxruntime

    values = args if isinstance(args, dict) else {"lines": args[0]}
    with torch.inference_mode():
        expected = module(*values.values())
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    actual = session.run(None, {k: v.numpy() for k, v in values.items()})
    pairs = zip(expected if isinstance(expected, tuple) else (expected,), actual, strict=True)
    worst = max(float(np.abs(e.numpy() - a).max() / (e.std() + 1e-6)) for e, a in pairs)
    if not worst < TOLERANCE:
        path.unlink()
        raise ModelError(f"{path.name} differs from torch by {worst:.3g}; it was not kept.")
