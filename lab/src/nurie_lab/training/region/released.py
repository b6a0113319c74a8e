"""From a run to a released model, ONNX graphs and one JSON; and from those back to networks."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.arrays import AnyArray, Floats, Rgb8
from nurie.colors import WHITE_BIN, lab_to_srgb
from nurie.errors import ModelError, UnreadableError
from nurie.models.registry import ModelSpec, read_graph
from nurie.regions.tokens import FEATURES, GEOMETRY
from nurie_lab.data.prepare import SIZE
from nurie_lab.training.engine.folder import load_module, read_facts, read_run
from nurie_lab.training.graphs import coarsen, digests, gap, staged, write_graph, write_spec
from nurie_lab.training.region.networks import Encoder, RegionTransformer, new_encoder
from nurie_lab.training.settings import RegionConfig

Weights = dict[str, AnyArray]
"""float32 arrays by the parameters' names."""


IDENTITY = ((0.0, 0.0), (1.0, 1.0))
"""Calibration of confidences that are taken as they are."""


@dataclass(frozen=True)
class Restored:
    """A region model as it was trained: networks, and what was fitted around them."""

    encoder: Encoder
    network: RegionTransformer
    entries: int  # Palette tokens
    bin_colors: Rgb8
    """(512, 3) the colours that the network's shifts are measured from."""
    prior: Floats  # (512,) share of each bin
    temperature: float = 1.0
    calibration: Floats = field(default_factory=lambda: np.array(IDENTITY, np.float32))
    """(k, 2) confidence as computed and share that was right."""
    card: dict[str, Any] = field(default_factory=dict)
    parts: tuple[str, ...] = ()  # Vocabulary of the parts that the network names
    second: ModelSpec | None = None  # The model whose second network goes with it

    @property
    def shape(self) -> dict[str, int]:
        """``width``, ``depth`` and ``heads`` of the network, as ``RegionConfig`` names them."""
        network = self.network
        return {
            "width": len(network.reference), "depth": len(network.blocks), "heads": network.heads,
        }  # fmt: skip


def restore_model(spec: ModelSpec) -> Restored:
    """The networks of a released model, which compute what its graphs compute.

    Batch normalisation was folded into the convolutions when the model was exported, so it starts
    again as nothing but their biases.

    Raises:
        ModelError: its files are missing or changed, or hold other networks than these.
    """
    encoder, read = new_encoder().eval(), weights_of(read_graph(spec, "encoder"))
    weights = weights_of(read_graph(spec, "regions"))
    shape = shape_of(weights)
    network = RegionTransformer(**shape, parts=len(weights.get("parts.bias", ())))
    try:
        _unfold(encoder, read)
        network.load_state_dict({k: torch.from_numpy(weights[k]) for k in network.state_dict()})
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            f"The graphs of {spec.name} are not those of a region model that can be taught on."
        ) from error
    return Restored(
        encoder,
        network.eval(),
        spec.entries,
        spec.bin_colors,
        spec.prior,
        spec.temperature,
        spec.calibration,
        dict(spec.card),
        spec.parts,
        spec if SECOND[0] in spec.graphs else None,
    )


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
    """Give a network a restored one's weights; a head of parts that one of them lacks stays out."""
    own, weights = network.state_dict(), restored.network.state_dict()
    network.load_state_dict({key: weights.get(key, own[key]) for key in own})


def restore_run(folder: Path) -> Restored:
    """The averaged networks of a run of the region model; nothing was fitted around them yet.

    Raises:
        UnreadableError: the folder holds no such run, or it has no state yet.
    """
    config, facts = region_settings(folder), read_facts(folder)
    shape = {"width": config.width, "depth": config.depth, "heads": config.heads}
    parts = tuple(facts.get("parts", ()))
    encoder, network = new_encoder().eval(), RegionTransformer(**shape, parts=len(parts)).eval()
    load_module(folder, "averaged.encoder", encoder)
    load_module(folder, "averaged.network", network)
    colors = lab_to_srgb(np.array(facts["centers"], np.float32) * 100)
    colors[WHITE_BIN] = 255
    prior = np.array(facts["prior"], np.float32)
    return Restored(encoder, network, config.entries, colors, prior, parts=parts)


def shape_of(weights: Weights) -> dict[str, int]:
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


def weights_of(graph: bytes) -> Weights:
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


TOLERANCE = 0.02
"""Largest difference between torch and ONNX Runtime, relative to the spread of the output."""


def rounded(model: Restored) -> Restored:
    """The same model, its weights rounded in place to half precision, as graphs store them.

    Folded first: exporting folds too, and would round what is rounded already.
    """
    fold(model.encoder)
    for module in (model.encoder, model.network):
        halve(module)
    return model


def export(
    model: Restored,
    *,
    out: Path,
    name: str,
    force: bool = True,
    critic: nn.Module | None = None,
) -> ModelSpec:
    """Write a released model and its critic, if there is one, in half precision.

    Raises:
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    card = {"date": dt.datetime.now(dt.UTC).date().isoformat(), **model.card}
    about = ModelSpec(
        name, out, {}, {}, SIZE, model.entries, np.asarray(model.bin_colors, np.uint8),
        np.asarray(model.prior, np.float32), model.temperature,
        np.asarray(model.calibration, np.float32), card, model.parts,
    )  # fmt: skip
    kept = {}
    if model.second is not None:
        kept = {role: read_graph(model.second, role) for role in SECOND}
        about = replace(about, second_size=model.second.second_size)
    return write_model(about, _modules(model, critic), kept, force=force)


SECOND = ("second_encoder", "second_regions")
"""Roles of the graphs of a second network."""


BITS = 7
"""Of the mantissa of a second network's and a critic's weights, so that a wheel of all stays below
32 MiB."""


def write_model(
    about: ModelSpec, modules: "dict[str, Graph]", kept: dict[str, bytes], *, force: bool
) -> ModelSpec:
    """Write a model into its folder: graphs that are ``kept`` as they are, others from modules."""
    graphs = {role: f"{about.name}.{role}.onnx" for role in (*kept, *modules)}
    files = list(graphs.values())
    with staged(about.folder, [*files, f"{about.name}.json"], force=force) as folder:
        for role, data in kept.items():
            (folder / graphs[role]).write_bytes(data)
        for role, (module, inputs, outputs, dynamic) in modules.items():
            path, names = folder / graphs[role], (list(inputs), outputs)
            halve(module.eval())
            write_graph(module, list(inputs.values()), path, names=names, dynamic=dynamic)
            worst = gap(module, inputs, path, unit=lambda wanted: float(wanted.std()) + 1e-6)
            if worst >= TOLERANCE:
                raise ModelError(
                    f"{path.name} differs from torch by {worst:.3g} of its spread, {TOLERANCE} is "
                    "let pass; nothing was written."
                )
            if role in (*SECOND, "critic"):
                coarsen(path, BITS)
        spec = replace(about, graphs=graphs, sha256=digests(folder, files))
        write_spec(spec, folder / f"{about.name}.json")
    return spec


Graph = tuple[nn.Module, dict[str, Tensor], list[str], dict[str, Any] | None]
"""A module, an example of its inputs, names of its outputs, and axes of other sizes."""


STRIDES = ["stride4", "stride8", "stride16", "stride32"]

_B = torch.export.Dim("b", min=1, max=256)
_N = torch.export.Dim("n", min=2, max=4096)
_P = torch.export.Dim("p", min=1, max=256)
AXES = {"features": {0: _B, 1: _N}, "geometry": {0: _B, 1: _N}, "adjacency": {0: _B, 1: _N, 2: _N},
         "known": {0: _B, 1: _N}, "palette": {0: _B, 1: _P}, "picture": {0: _B},
         "drawing": {0: _B, 1: _N}, "parts": {0: _B, 1: _N}, "likely": {0: _B, 1: _N}}  # fmt: skip
"""Axes of the region graph's inputs that have any length."""


def _modules(model: Restored, critic: nn.Module | None) -> dict[str, Graph]:
    """What is written, by its role."""
    lines = {"lines": torch.rand(1, 1, SIZE, SIZE)}
    outputs = ["logits", "shift", "query", "key", *(["parts"] if model.parts else [])]
    inputs = example_inputs(model.entries)
    found: dict[str, Graph] = {
        "encoder": (model.encoder, lines, STRIDES, None),
        "regions": (model.network, inputs, outputs, {key: AXES[key] for key in inputs}),
    }
    if critic is not None:
        seen = {key: v for key, v in inputs.items() if key not in ("palette", "drawing")}
        features = seen["features"]
        seen |= {"parts": torch.rand(*features.shape[:2], len(model.parts)),
                 "likely": -torch.rand(*features.shape[:2], 2)}  # fmt: skip
        if model.second is not None:
            seen["features"] = torch.cat([features, features], dim=-1)
        axes = {"inputs": tuple(AXES[key] for key in seen)}
        found["critic"] = _Score(critic), seen, ["score"], axes
    return found


class _Score(nn.Module):
    """A critic whose only output is the score."""

    def __init__(self, critic: nn.Module) -> None:
        super().__init__()
        self.critic = critic

    def forward(self, *inputs: Tensor) -> tuple[Tensor]:
        return (self.critic(*inputs).score,)


def example_inputs(entries: int, count: int = 7) -> dict[str, Tensor]:
    """Inputs of the region graph by name, for a drawing of ``count`` regions."""
    rand = partial(torch.rand, generator=torch.Generator().manual_seed(0))
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
