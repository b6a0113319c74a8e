"""The folder of a run: what it was started with, its log, its sheets, its state in one file."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from nurie.arrays import Rgb8
from nurie.errors import ExistsError, OptionError, OutputError, UnreadableError
from nurie.io.files import reason, replacing
from nurie.io.images import write_picture
from nurie_lab.training.engine.team import broadcast, processes
from nurie_lab.training.settings import PictureConfig, RegionConfig, settings_of

NAME = "state.safetensors"


@dataclass(frozen=True)
class State:
    """What a run consists of; its random numbers come from the seed and the step."""

    modules: dict[str, nn.Module]
    optimizers: dict[str, torch.optim.Optimizer]


def save_state(folder: Path, state: State, facts: dict[str, Any]) -> None:
    """Write a run's state and its facts, plain values, in place of the last one.

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
    with _opened(folder, "is not the state of this run") as stored:
        for name, module in state.modules.items():
            module.load_state_dict(_under(f"{name}.", stored))
        groups = json.loads(stored.metadata()["groups"])
        for name, optimizer in state.optimizers.items():
            moments: dict[int, dict[str, Tensor]] = {}
            for key, value in _under(f"optimizer {name}.", stored).items():
                index, _, what = key.partition(".")
                moments.setdefault(int(index), {})[what] = value
            optimizer.load_state_dict({"state": moments, "param_groups": groups[name]})
            # Fused steps take for granted that moments lie in memory as their parameters do.
            for parameter, own in optimizer.state.items():
                for what, value in own.items():
                    if value.shape == parameter.shape:
                        own[what] = torch.empty_like(parameter).copy_(value)
        return _facts_in(stored)


@contextmanager
def _opened(folder: Path, trouble: str) -> Iterator[Any]:
    """A run's state; what is wrong with it or with what is made of it is an ``UnreadableError``."""
    from safetensors import SafetensorError, safe_open

    path = folder / NAME
    try:
        with safe_open(path, framework="pt") as stored:
            yield stored
    except (OSError, SafetensorError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path} {trouble} ({error}).") from error


def read_facts(folder: Path) -> dict[str, Any]:
    """The facts of a state alone.

    Raises:
        UnreadableError: there is none, or it is damaged.
    """
    with _opened(folder, "is not the state of a run") as stored:
        return _facts_in(stored)


def _facts_in(stored: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(stored.metadata()["facts"])
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


def _under(prefix: str, stored: Any) -> dict[str, Tensor]:
    """The stored tensors whose names begin so, without this beginning."""
    keys = [key for key in stored.keys() if key.startswith(prefix)]  # noqa: SIM118
    return {key.removeprefix(prefix): stored.get_tensor(key) for key in keys}


def load_module(folder: Path, name: str, module: nn.Module) -> None:
    """Read one module of a state.

    Raises:
        UnreadableError: there is none of the name, or it is another network.
    """
    with _opened(folder, f"holds no {name} of this kind") as stored:
        module.load_state_dict(_under(f"{name}.", stored))


RUN, LOG, SHEETS = "run.json", "log.jsonl", "sheets"

FREE = frozenset({
    "epochs", "pictures", "loaders", "log_every", "sheet_minutes", "save_minutes"
})  # fmt: skip
"""Settings that may change when a run goes on."""


@dataclass
class RunFolder:
    """The files of a run."""

    path: Path
    say: Callable[[str], None]
    """Heard in the first process alone."""

    def __post_init__(self) -> None:
        if processes()[0]:
            self.say = lambda _: None

    def begin(self, config: RegionConfig | PictureConfig, data: Path, names: Sequence[str]) -> bool:
        """Make the folder, or check that what is in it is this very run; the first process does.

        Where the data lie is noted, not compared; the names of its files are. True, in every
        process, where there is a state to go on from.

        Raises:
            ExistsError: the folder holds other things.
            OptionError: it holds a run with other settings or other data.
            OutputError: it cannot be made or written.
        """
        if processes()[0]:
            return bool(broadcast(None))
        values = json.loads(json.dumps(asdict(config)))
        wanted = {"config": values, "data": str(data.resolve()), "shards": list(names)}
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            strange = any(self.path.iterdir()) and not (self.path / RUN).exists()
        except OSError as error:
            raise OutputError(f"{self.path} cannot be made: {reason(error)}.") from error
        if strange:
            raise ExistsError(f"{self.path} holds other things than a run; choose another --out.")
        if (self.path / RUN).exists():
            self._compare(wanted)
        with replacing(self.path / RUN, force=True) as stream:
            stream.write((json.dumps(wanted, indent=1) + "\n").encode())
        return bool(broadcast((self.path / NAME).exists()))

    def _compare(self, wanted: dict[str, Any]) -> None:
        try:
            there = json.loads((self.path / RUN).read_text("utf-8"))
            before, shards = dict(there["config"]), there["shards"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnreadableError(f"{self.path / RUN} is damaged ({error}); delete it.") from error
        # A setting that is younger than the run had its default then.
        usual = {each.name: each.default for each in fields(settings_of(before["objective"], ""))}
        for key, value in wanted["config"].items():
            then = before.get(key, usual.get(key))
            if key not in FREE and then != value:
                raise OptionError(
                    f"{self.path} was begun with {key} = {then!r}, not {value!r}; choose another "
                    "--out."
                )
        if shards != wanted["shards"]:
            raise OptionError(f"{self.path} was begun with other shards; choose another --out.")

    def rewind(self, step: int) -> None:
        """Drop the lines of the log that tell of steps after this one."""
        path = self.path / LOG
        if not path.exists():
            return
        kept = []
        for line in path.read_bytes().splitlines(keepends=True):
            try:
                row = json.loads(line)
            except ValueError:
                # A line cut off by a kill.
                break
            if row["step"] <= step and line.endswith(b"\n"):
                kept.append(line)
        with replacing(path, force=True) as stream:
            stream.writelines(kept)

    def log(self, row: dict[str, Any]) -> None:
        """Add a line to the log; a full disk costs the line, not the run."""
        try:
            with (self.path / LOG).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row) + "\n")
            if self._events is not None:
                for name, value in row.items():
                    self._events.add_scalar(name, value, row["step"])
        except OSError as error:
            self.say(f"{self.path / LOG} cannot be written: {reason(error)}; make room.")

    @cached_property
    def _events(self) -> Any:
        """TensorBoard's events, where it is installed (the extra ``tensorboard``)."""
        if find_spec("tensorboard") is None:
            return None
        from torch.utils.tensorboard import SummaryWriter

        return SummaryWriter(str(self.path))

    def sheet(self, step: int, pixels: Rgb8) -> None:
        """Write a sample sheet; a full disk costs the sheet, not the run."""
        try:
            (self.path / SHEETS).mkdir(exist_ok=True)
            write_picture(self.path / SHEETS / f"{step:08d}.png", pixels, force=True)
        except (OSError, OutputError) as error:
            self.say(f"The sheet of step {step} cannot be written: {error}")


def read_run(path: Path) -> RegionConfig | PictureConfig:
    """The settings that a run was begun with.

    Raises:
        UnreadableError: there is no run, or its description is damaged.
    """
    try:
        values = json.loads((path / RUN).read_text("utf-8"))["config"]
        return settings_of(values["objective"], str(path))(**values)
    except (OSError, ValueError, KeyError, TypeError, OptionError) as error:
        raise UnreadableError(f"{path} is not a run of nurie train ({error}).") from error
