"""The folder of a run: what it was started with, its log, its sheets."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import ExistsError, InputError, OptionError, OutputError, UnreadableError
from nurie.guidance.patches import Patches, sampled_hint
from nurie.io.files import reason, replacing
from nurie.io.images import write_picture
from nurie.io.spectra import read_spectrum, write_spectrum
from nurie.spectrum import Spectrum
from nurie_lab.training.picture.config import PictureConfig
from nurie_lab.training.picture.data import Batch, Drawn, draw
from nurie_lab.training.picture.shards import Place, Stream, Tell
from nurie_lab.training.picture.state import NAME

RUN, LOG, HISTOGRAM, SHEETS = "run.json", "log.jsonl", "histogram.json", "sheets"

FREE = frozenset({"epochs", "loaders", "log_every", "sheet_minutes", "save_minutes"})
"""Settings that may change when a run goes on."""

SHOWN = 4
"""Pictures on a sheet."""


@dataclass(frozen=True)
class RunFolder:
    """The files of a run."""

    path: Path
    say: Callable[[str], None]

    def begin(self, config: PictureConfig, shards: tuple[Path, ...]) -> bool:
        """Make the folder, or check that what is in it is this very run.

        Returns:
            Whether there is a state to go on from.

        Raises:
            ExistsError: the folder holds other things.
            OptionError: it holds a run with other settings or other data.
            OutputError: it cannot be made or written.
        """
        wanted = {"config": asdict(config), "shards": [path.name for path in shards]}
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

    def spectrum(self, measure: Callable[[], Spectrum]) -> Spectrum:
        """The run's histogram, measured when it is not there yet."""
        path = self.path / HISTOGRAM
        if not path.exists():
            write_spectrum(path, measure())
        return read_spectrum(path)

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
        except OSError as error:
            self.say(f"{self.path / LOG} cannot be written: {reason(error)}; make room.")

    def sheet(self, step: int, pixels: Rgb8) -> None:
        """Write a sample sheet; a full disk costs the sheet, not the run."""
        try:
            (self.path / SHEETS).mkdir(exist_ok=True)
            write_picture(self.path / SHEETS / f"{step:08d}.png", pixels, force=True)
        except (OSError, OutputError) as error:
            self.say(f"The sheet of step {step} cannot be written: {error}")


def read_run(path: Path) -> PictureConfig:
    """The settings that a run was begun with.

    Raises:
        UnreadableError: there is no run, or its description is damaged.
    """
    try:
        return PictureConfig(**json.loads((path / RUN).read_text("utf-8"))["config"])
    except (OSError, ValueError, KeyError, TypeError, OptionError) as error:
        raise UnreadableError(f"{path} is not a run of nurie train ({error}).") from error


def samples_to_show(
    data: Path, stream: Stream, config: PictureConfig, spectrum: Spectrum, tell: Tell
) -> list[Drawn]:
    """The pictures of every sheet: the first of the shards kept to validate, else of the others."""
    kept = tuple(sorted(data.glob("val-*.tar"))) if data.is_dir() else ()
    shards = Stream(kept or stream.shards, 1, 1, config.seed)
    found: list[Drawn] = []
    for sample in shards.lane(0, Place(), tell):
        if sample.place.epoch or len(found) == SHOWN:
            break
        try:
            found.append(draw(sample, config, spectrum))
        except (InputError, OSError, ValueError, SyntaxError) as error:
            tell(sample.name, str(error))
    return found


def lay_out(
    batch: Batch,
    spectrum: Spectrum,
    config: PictureConfig,
    paint: Callable[[Batch], Tensor],
) -> Rgb8:
    """A sheet, a row for each picture: original, line art, hint, painting.

    Where the hint is an input, a hint sampled from the histogram and its painting follow.

    Args:
        batch: the pictures.
        spectrum: from which hints are sampled.
        config: settings.
        paint: the generator.

    Returns:
        (H, W, 3) uint8.
    """
    columns = [batch.colors, batch.lines.expand(-1, 3, -1, -1), batch.hints, paint(batch)]
    if config.source == "line+hint":
        rng = np.random.default_rng(config.seed)
        patches = Patches(config.patches, config.patch, config.filled, config.blur)
        shape = (config.size, config.size)
        guesses = [sampled_hint(shape, spectrum, rng, patches) for _ in range(len(batch.lines))]
        hints = torch.from_numpy(np.stack(guesses)).permute(0, 3, 1, 2)
        hints = hints.to(batch.hints.device).float().div(127.5).sub(1)
        columns += [hints, paint(Batch(batch.lines, hints, batch.colors))]
    across = torch.cat([column.float().cpu() for column in columns], 3)
    pixels: AnyArray = across.add(1).mul(127.5).round().clamp(0, 255).byte().numpy()
    return np.ascontiguousarray(pixels.transpose(0, 2, 3, 1).reshape(-1, across.shape[3], 3))
