"""A run's whole state in one file: killed at any moment, the last one written is whole."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nurie.errors import UnreadableError

NAME = "state.safetensors"


@dataclass(frozen=True)
class State:
    """What a run consists of; its random numbers come from the seed and the step."""

    modules: dict[str, nn.Module]
    optimizers: dict[str, torch.optim.Optimizer]


def save_state(folder: Path, state: State, facts: dict[str, Any]) -> None:
    """Write the state in place of the last one.

    Args:
        folder: of the run.
        state: what to write.
        facts: plain values.

    Raises:
        OSError: the disk is full, or the folder cannot be written; the last state stays.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    groups = {name: o.state_dict()["param_groups"] for name, o in state.optimizers.items()}
    metadata = {"facts": json.dumps(facts), "groups": json.dumps(groups)}
    partial = folder / f".{NAME}.partial"
    try:
        save_file(_tensors(state), partial, metadata=metadata)
        with partial.open("rb") as stream:
            os.fsync(stream.fileno())
        partial.replace(folder / NAME)
    except SafetensorError as error:
        # Its text is all that tells a full disk from others.
        raise OSError(str(error)) from error
    finally:
        partial.unlink(missing_ok=True)


def load_state(folder: Path, state: State) -> dict[str, Any]:
    """Read the state into what it belongs to, and return its facts.

    Raises:
        UnreadableError: there is none, or it is not one of these networks.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / NAME
    try:
        with safe_open(path, framework="pt") as stored:
            metadata = stored.metadata()
            tensors: dict[str, Tensor] = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118
        for name, module in state.modules.items():
            module.load_state_dict(_under(f"{name}.", tensors))
        groups = json.loads(metadata["groups"])
        for name, optimizer in state.optimizers.items():
            moments: dict[int, dict[str, Tensor]] = {}
            for key, value in _under(f"optimizer {name}.", tensors).items():
                index, _, what = key.partition(".")
                moments.setdefault(int(index), {})[what] = value
            optimizer.load_state_dict({"state": moments, "param_groups": groups[name]})
            _lay_out(optimizer)
        facts: dict[str, Any] = json.loads(metadata["facts"])
    except (OSError, SafetensorError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path} is not the state of this run ({error}).") from error
    return facts


def _lay_out(optimizer: torch.optim.Optimizer) -> None:
    """Give the moments the memory order of their parameters, which fused steps take for granted."""
    for parameter, moments in optimizer.state.items():
        for name, value in moments.items():
            if value.shape == parameter.shape:
                moments[name] = torch.empty_like(parameter).copy_(value)


def read_facts(folder: Path) -> dict[str, Any]:
    """The facts of a state alone.

    Raises:
        UnreadableError: there is none, or it is damaged.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / NAME
    try:
        with safe_open(path, framework="pt") as stored:
            facts: dict[str, Any] = json.loads(stored.metadata()["facts"])
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path} is not the state of a run ({error}).") from error
    return facts


def _tensors(state: State) -> dict[str, Tensor]:
    """All tensors of a state by name, none sharing memory with another."""
    found = {
        f"{name}.{key}": value
        for name, module in state.modules.items()
        for key, value in module.state_dict().items()
    }
    for name, optimizer in state.optimizers.items():
        for index, moments in optimizer.state_dict()["state"].items():
            found |= {f"optimizer {name}.{index}.{key}": value for key, value in moments.items()}
    return {key: value.detach().cpu().clone().contiguous() for key, value in found.items()}


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def load_module(folder: Path, name: str, module: nn.Module) -> None:
    """Read one module of a state.

    Raises:
        UnreadableError: there is none of the name, or it is another network.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / NAME
    try:
        with safe_open(path, framework="pt") as stored:
            names = [key for key in stored.keys() if key.startswith(f"{name}.")]  # noqa: SIM118
            tensors = {key.removeprefix(f"{name}."): stored.get_tensor(key) for key in names}
        module.load_state_dict(tensors)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise UnreadableError(f"{path} holds no {name} of this kind ({error}).") from error
