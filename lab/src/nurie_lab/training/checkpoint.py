"""Checkpoints: safetensors for tensors, JSON for numbers, complete or not there at all."""

import json
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from nurie.errors import UnreadableError

NAME = "weights.safetensors"


def save(folder: Path, modules: dict[str, nn.Module], facts: dict[str, Any]) -> None:
    """Write the modules' tensors and some facts; a kill leaves the last checkpoint whole.

    Args:
        folder: made when missing; holds ``weights.safetensors`` and ``meta.json``.
        modules: by name, which becomes a prefix of the parameters' names.
        facts: plain values.
    """
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        f"{name}.{key}": value.detach().clone().contiguous()
        for name, module in modules.items()
        for key, value in module.state_dict().items()
    }
    partial = folder / "weights.partial"
    save_file(tensors, partial, metadata={"facts": json.dumps(facts)})
    partial.replace(folder / NAME)
    (folder / "meta.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")


def load(folder: Path, modules: dict[str, nn.Module]) -> dict[str, Any]:
    """Read a checkpoint into the modules and return its facts.

    Raises:
        UnreadableError: there is none, or it does not fit.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / NAME
    try:
        with safe_open(path, framework="pt") as stored:
            facts: dict[str, Any] = json.loads(stored.metadata()["facts"])
            tensors: dict[str, Tensor] = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118
        for name, module in modules.items():
            prefix = f"{name}."
            module.load_state_dict(
                {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
            )
    except (OSError, SafetensorError, RuntimeError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path} is not a checkpoint of this model ({error}).") from error
    return facts
