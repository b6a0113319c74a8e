"""``nurie recolor``: other palettes for drawings that are coloured already. No model runs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nurie.cli.options import Many, argument, option, verb
from nurie.cli.outcome import complain, complain_of, show_json, show_path, track
from nurie.cli.targets import (
    Job,
    check_distinct,
    check_targets,
    cut,
    folder_of,
    make_folder,
    stems,
)
from nurie.errors import OptionError, UnreadableError, failure

if TYPE_CHECKING:
    from nurie.document import Palette


@dataclass(frozen=True, kw_only=True)
class RecolorOptions(Many):
    """The options of ``nurie recolor``."""

    files: list[Path] = argument("FILE", "Coloured drawings: ORA, PSD, or flats as picture.")
    palette: list[Path] | None = option(
        "FILE|PICTURE",
        "The new colours; entries fit by name, or by place where no name fits. Give it several "
        "times (day, dusk, night) for several outputs.",
    )
    changes: list[str] | None = option(
        "--map OLD=NEW",
        "One change, after the palette: OLD is a name or a colour of the file, NEW a colour or a "
        "name. May be given many times.",
    )
    output: str | None = option(
        "-o --output OUT",
        "A file of the same kind (or, of layers, a picture of them all), or a folder.  [default: "
        "NAME.PALETTE.ora beside the file; NAME.recolored.ora with --map alone]",
    )


@verb
def recolor(options: RecolorOptions) -> None:
    """Swap the palette of coloured drawings: day becomes night, without a model.

    Lines, regions and all other layers stay as they are, to the last pixel.
    """
    from nurie.api import read_palette

    new, changes = options.palette or [], options.changes or []
    if not new and not changes:
        raise OptionError("Say which colours: --palette NEW.gpl, --map OLD=NEW, or both.")
    output = _place(options.output, new)
    jobs = plan_recolor(options.files, new, output)
    palettes = [read_palette(path) for path in new]
    make_folder(options.files, output)
    records = []
    quiet, force = options.quiet or len(jobs) < 2, options.force
    for job in track(jobs, len(jobs), "recolouring", quiet=quiet):
        try:
            pixels = options.max_pixels
            records.append(_recolor_one(job, palettes, changes, pixels=pixels, force=force))
        except Exception as error:  # noqa: BLE001 (told of, and the batch goes on)
            records.append({"file": str(job.sketch), "error": failure(error, job.sketch)})
    _tell(records, as_json=options.as_json, quiet=options.quiet)


def plan_recolor(files: Sequence[Path], palettes: Sequence[Path], output: str | None) -> list[Job]:
    """Decide where everything goes.

    Each palette makes one output of each drawing; without one, ``changes`` alone do.

    >>> jobs = plan_recolor([Path("cat.ora")], [Path("day.gpl"), Path("night.gpl")], None)
    >>> [path.as_posix() for path in jobs[0].outputs]
    ['cat.day.ora', 'cat.night.ora']
    """
    words = [cut(path.stem, 120) for path in palettes] or ["recolored"]
    folder = folder_of(files, output)
    jobs = []
    tails = [max((f".{word}{file.suffix}" for word in words), key=len) for file in files]
    for file, stem in zip(files, stems(files, folder, tails), strict=True):
        if output is not None and folder is None:
            targets = [Path(output)]
        else:
            place = folder if folder is not None else file.parent
            targets = [place / f"{stem}.{word}{file.suffix}" for word in words]
        jobs.append(Job(file, tuple(targets), stem=stem))
    check_distinct(jobs)
    return jobs


def _place(output: str | None, palettes: Sequence[Path]) -> str | None:
    """The output as it is meant: for several palettes a folder."""
    if output is None or len(palettes) < 2 or Path(output).is_dir() or output.endswith("/"):
        return output
    if Path(output).suffix:
        raise OptionError(f"{len(palettes)} palettes do not fit in {output}; give -o a folder.")
    return output + "/"


def _recolor_one(
    job: Job, palettes: "list[Palette]", changes: list[str], *, pixels: int, force: bool
) -> dict[str, Any]:
    """Write one drawing in all its palettes, and say what was done."""
    from nurie.colors import to_hex
    from nurie.io.recolor import read_flats, write_flats
    from nurie.painting.recolor import called, swap

    start, outputs = time.perf_counter(), []
    if job.sketch.is_dir():
        raise UnreadableError(f"{job.sketch} is a folder; name what is in it.")
    check_targets(job, force=force)
    source = read_flats(job.sketch, max_pixels=pixels)
    names = called(source.palette)
    wanted: list[Palette | None] = [*palettes] or [None]
    for target, new in zip(job.outputs, wanted, strict=True):
        done = swap(source.palette, new, changes)
        write_flats(target, source, done.palette, force=force)
        pairs = zip(names, source.palette.colors, done.palette.colors, strict=True)
        outputs.append(
            {
                "output": str(target),
                "palette": done.palette.name,
                "colors": [
                    {"entry": name, "old": to_hex(old), "new": to_hex(now)}
                    for name, old, now in pairs
                ],
                "kept": [names[at] for at in done.kept],
            }
        )
    seconds = round(time.perf_counter() - start, 3)
    return {"file": str(job.sketch), "outputs": outputs, "seconds": seconds}


def _tell(records: list[dict[str, Any]], *, as_json: bool, quiet: bool) -> None:
    """Show what was done, then what was left as it was, then what failed."""
    from nurie.painting.recolor import some

    if as_json:
        outputs = [done["output"] for record in records for done in record.get("outputs", [])]
        show_json(records, outputs)
    for record in records:
        for done in record.get("outputs", []):
            if not as_json:
                show_path(done["output"])
            if done["kept"] and not quiet:
                names = some(done["kept"])
                complain(f"{done['output']}: not in the palette and left as they are: {names}.")
    complain_of(records, len(records), "drawings were not recoloured")
