"""From a released model back to networks that learn: the weights are read out of its graphs."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.colors import WHITE_BIN, lab_to_srgb
from nurie.errors import ModelError, UnreadableError
from nurie.models.registry import ModelSpec, read_graph
from nurie_lab.training.engine.folder import read_run
from nurie_lab.training.engine.state import load_module, read_facts
from nurie_lab.training.region.networks import Encoder, RegionTransformer, new_encoder
from nurie_lab.training.settings import RegionConfig

Weights = dict[str, AnyArray]
"""float32 arrays by the parameters' names."""


@dataclass(frozen=True)
class Restored:
    """A region model as it was trained: networks, and what was fitted around them."""

    encoder: Encoder
    network: RegionTransformer
    shape: dict[str, int]
    """``width``, ``depth`` and ``heads`` of the network, as ``RegionConfig`` names them."""
    entries: int
    """Palette tokens."""
    bin_colors: Rgb8
    """(512, 3) the colours that the network's shifts are measured from."""
    prior: Floats
    """(512,) share of each bin."""
    temperature: float
    calibration: Floats
    """(k, 2) confidence as computed and share that was right."""
    card: dict[str, Any]


def restore_model(spec: ModelSpec) -> Restored:
    """The networks of a released model, which compute what its graphs compute.

    Batch normalisation was folded into the convolutions when the model was exported, so it starts
    again as nothing but their biases.

    Raises:
        ModelError: its files are missing or changed, or hold other networks than these.
    """
    encoder, read = new_encoder().eval(), _weights(read_graph(spec, "encoder"))
    weights = _weights(read_graph(spec, "regions"))
    shape = _shape_of(weights)
    network = RegionTransformer(**shape, parts=len(weights.get("parts.bias", ())))
    try:
        _unfold(encoder, read)
        network.load_state_dict({k: torch.from_numpy(weights[k]) for k in network.state_dict()})
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            f"The graphs of {spec.name} are not those of a region model that can be taught on."
        ) from error
    return Restored(
        encoder, network.eval(), shape, spec.entries, spec.bin_colors, spec.prior,
        spec.temperature, spec.calibration, dict(spec.card),
    )  # fmt: skip


def region_settings(run: Path) -> RegionConfig:
    """The settings of a run of the region model.

    Raises:
        UnreadableError: it is none.
    """
    config = read_run(run)
    if not isinstance(config, RegionConfig):
        raise UnreadableError(f"{run} is a run of pictures, not of the region model.")
    return config


def begin_as(network: RegionTransformer, restored: Restored) -> None:
    """Give a network a restored one's weights, those of a head that it lacks left out.

    Who teaches a model further teaches colours alone: its names of parts would no longer be true.
    """
    weights = restored.network.state_dict()
    network.load_state_dict({key: weights[key] for key in network.state_dict()})


def restore_run(folder: Path) -> Restored:
    """The averaged networks of a run of the region model; nothing was fitted around them yet.

    Raises:
        UnreadableError: the folder holds no such run, or it has no state yet.
    """
    config, facts = region_settings(folder), read_facts(folder)
    shape = {"width": config.width, "depth": config.depth, "heads": config.heads}
    encoder, network = new_encoder().eval(), RegionTransformer(**shape).eval()
    load_module(folder, "averaged.encoder", encoder)
    load_module(folder, "averaged.network", network)
    return Restored(
        encoder, network, shape, config.entries, colors_of(facts["centers"]),
        np.array(facts["prior"], np.float32), 1.0, np.array([[0, 0], [1, 1]], np.float32), {},
    )  # fmt: skip


def colors_of(centers: list[list[float]]) -> Rgb8:
    """Mean colours of the bins, (512, 3) uint8 from Lab / 100; paper is white."""
    colors = lab_to_srgb(np.array(centers, np.float32) * 100)
    colors[WHITE_BIN] = 255
    return colors


def _shape_of(weights: Weights) -> dict[str, int]:
    """Width, depth and heads of the region model whose weights these are."""
    blocks = [int(found[1]) for key in weights if (found := re.match(r"blocks\.(\d+)\.", key))]
    try:
        return {
            "width": len(weights["reference"]),
            "depth": max(blocks) + 1,
            "heads": len(weights["relation.2.bias"]),
        }
    except (KeyError, ValueError, TypeError) as error:
        raise ModelError("These are not the weights of a region model.") from error


def _weights(graph: bytes) -> Weights:
    """Weights of an exported graph: some keep their names, those of products only their place."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(graph).graph
    stored = {t.name: numpy_helper.to_array(t) for t in model.initializer}
    for node in model.node:
        if node.op_type == "Cast" and node.input[0] in stored:
            stored[node.output[0]] = stored[node.input[0]].astype(np.float32)
    makers = {name: node for node in model.node for name in node.output}
    for node in model.node:
        if node.op_type == "Add":
            stored |= _linear(node, makers, stored)
    return {name: np.array(values) for name, values in stored.items()}


def _linear(add: Any, makers: dict[str, Any], stored: Weights) -> Weights:
    """The matrix of a linear layer: it is multiplied with before ``NAME.bias`` is added."""
    bias = next((name for name in add.input if name.endswith(".bias") and name in stored), None)
    if bias is None:
        return {}
    for name in add.input:
        product = makers.get(name)
        if product is not None and product.op_type == "MatMul" and product.input[1] in stored:
            return {bias.removesuffix("bias") + "weight": stored[product.input[1]].T}
    return {}


@torch.no_grad()
def _unfold(encoder: Encoder, weights: Weights) -> None:
    """Give each convolution its weights, and the normalisation behind it the bias alone."""
    name = ""
    for each, module in encoder.named_modules():
        if isinstance(module, nn.Conv2d):
            name = each
            module.weight.copy_(torch.from_numpy(weights[f"{name}.weight"]))
        elif isinstance(module, nn.BatchNorm2d):
            _nothing_but(module, torch.from_numpy(weights[f"{name}.weight_bias"]))


@torch.no_grad()
def fold(encoder: Encoder) -> None:
    """Take batch normalisation into the convolutions, in place; the encoder computes the same.

    Exporting does so anyway, but after the weights were rounded, and so would round them twice.
    """
    before: nn.Conv2d | None = None
    for module in encoder.modules():
        if isinstance(module, nn.Conv2d):
            before = module
        elif isinstance(module, nn.BatchNorm2d):
            assert before is not None
            assert module.running_mean is not None
            assert module.running_var is not None
            factor = module.weight / torch.sqrt(module.running_var + module.eps)
            before.weight.mul_(factor[:, None, None, None])
            _nothing_but(module, module.bias - module.running_mean * factor)


def _nothing_but(norm: nn.BatchNorm2d, bias: Tensor) -> None:
    """Make a normalisation add this bias and do nothing else."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.zero_()
    # Not the weight makes up for epsilon: near 1 half precision is too coarse for it.
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.fill_(1.0)
    norm.bias.copy_(bias)
