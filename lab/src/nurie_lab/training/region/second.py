"""The second network of a released model: taken out of it, put into it, released with it."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from nurie.errors import ModelError
from nurie.models.registry import ModelSpec, find_region, read_graph
from nurie_lab.training.engine.folder import read_facts
from nurie_lab.training.region.networks import RegionTransformer
from nurie_lab.training.region.released import (
    AXES,
    SECOND,
    STRIDES,
    Graph,
    example_inputs,
    region_settings,
    restore_run,
    rounded,
    shape_of,
    weights_of,
    write_model,
)


def release_second(run: Path, *, out: Path, name: str, force: bool = False) -> ModelSpec:
    """Export the model that a second network was taught for, together with it.

    Raises:
        UnreadableError: the run has no state, or is damaged.
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    config, facts, model = region_settings(run), read_facts(run), rounded(restore_run(run))
    base = find_region(facts["start"])
    learnt = {"shown": facts["shown"], "losses": facts["losses"], "examples": facts["examples"]}
    about = replace(
        base, name=name, folder=out, parts=model.parts, second_size=config.size,
        card=base.card | {"second": learnt},
    )  # fmt: skip
    lines = {"lines": torch.rand(1, 1, config.size, config.size)}
    modules: dict[str, Graph] = {
        "second_encoder": (model.encoder, lines, STRIDES, None),
        "second_regions": _graph(model.network),
    }
    kept = {role: read_graph(base, role) for role in base.graphs if role not in SECOND}
    return write_model(about, modules, kept, force=force)


def restore_second(spec: ModelSpec, *, dropout: float = 0.1) -> RegionTransformer:
    """The second network of a released model, without what its graph does not compute.

    Raises:
        ModelError: it has none, or its files are missing or changed.
    """
    if SECOND[1] not in spec.graphs:
        raise ModelError(f"The model {spec.name} has no second network.")
    stored = weights_of(read_graph(spec, SECOND[1]))
    weights = {key.removeprefix("network."): value for key, value in stored.items()}
    network = RegionTransformer(**shape_of(weights), dropout=dropout, parts=len(spec.parts))
    for name in ("shift", "query", "key"):
        setattr(network, name, nn.Identity())
    network.load_state_dict({k: torch.from_numpy(weights[k]) for k in network.state_dict()})
    return network.eval()


def replace_second(
    about: ModelSpec, network: RegionTransformer, base: ModelSpec, *, force: bool
) -> ModelSpec:
    """Write the model ``about``: all graphs of ``base`` but the second network."""
    kept = {role: read_graph(base, role) for role in base.graphs if role != SECOND[1]}
    return write_model(about, {SECOND[1]: _graph(network)}, kept, force=force)


def _graph(network: RegionTransformer) -> Graph:
    """What is exported of a second network."""
    inputs = {key: v for key, v in example_inputs(1).items() if key not in ("palette", "drawing")}
    return _Second(network), inputs, ["logits", "parts"], {key: AXES[key] for key in inputs}


class _Second(nn.Module):
    """A region network that says colours and parts of a drawing without palette or references."""

    def __init__(self, network: RegionTransformer) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, features: Tensor, geometry: Tensor, adjacency: Tensor, known: Tensor, picture: Tensor
    ) -> tuple[Tensor, Tensor]:
        empty, own = torch.zeros_like(known[:, :1]), torch.zeros_like(geometry[..., 0])
        x = self.network.read(features, geometry, adjacency, known, empty, picture, own)
        assert self.network.parts is not None
        return self.network.head(x), self.network.parts(x)
