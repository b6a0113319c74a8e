"""The folder of a run: what it was started with, its log, its sheets."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nurie.arrays import Rgb8
from nurie.errors import ExistsError, OptionError, OutputError, UnreadableError
from nurie.io.files import reason, replacing
from nurie.io.images import write_picture
from nurie_lab.training.engine.state import NAME
from nurie_lab.training.settings import PictureConfig, RegionConfig, settings_of

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

    def begin(self, config: RegionConfig | PictureConfig, data: Path, names: Sequence[str]) -> bool:
        """Make the folder, or check that what is in it is this very run.

        Args:
            config: settings.
            data: where the pictures come from; noted, not compared.
            names: of its files.

        Returns:
            Whether there is a state to go on from.

        Raises:
            ExistsError: the folder holds other things.
            OptionError: it holds a run with other settings or other data.
            OutputError: it cannot be made or written.
        """
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
        return (self.path / NAME).exists()

    def _compare(self, wanted: dict[str, Any]) -> None:
        try:
            there = json.loads((self.path / RUN).read_text("utf-8"))
            before, shards = dict(there["config"]), there["shards"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UnreadableError(f"{self.path / RUN} is damaged ({error}); delete it.") from error
        for key, value in wanted["config"].items():
            if key not in FREE and before.get(key) != value:
                raise OptionError(
                    f"{self.path} was begun with {key} = {before.get(key)!r}, not {value!r}; "
                    "choose another --out."
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
        kind = settings_of(values["objective"], str(path))
        given: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
        }
        return kind(**given)
    except (OSError, ValueError, KeyError, TypeError, OptionError) as error:
        raise UnreadableError(f"{path} is not a run of nurie train ({error}).") from error
