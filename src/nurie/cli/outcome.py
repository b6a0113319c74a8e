"""What a person hears: sentences on stderr, results on stdout; and the palette of what was used."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from click.exceptions import Exit

from nurie.io.files import is_stdout

if TYPE_CHECKING:
    from rich.progress import Progress

    from nurie.arrays import Floats
    from nurie.cli.targets import Job
    from nurie.document import Layers, Palette

_Item = TypeVar("_Item")


def complain(text: str) -> None:
    """One line on stderr."""
    print(f"nurie: {' '.join(text.split())}", file=sys.stderr)


def complain_of(records: Iterable[dict[str, Any]], total: int, summary: str) -> None:
    """List what failed, and set the exit code: 1 where some of several did, else 2.

    A record that failed has an ``error``; ``summary`` is what became of these, such as ``sketches
    were not coloured``.

    Raises:
        Exit: something failed.
    """
    failures = [record["error"] for record in records if "error" in record]
    if not failures:
        return
    if total > 1:
        complain(f"{len(failures)} of {total} {summary}:")
    for text in failures:
        complain(text)
    raise Exit(1 if total > 1 else 2)


def show_json(value: Any, outputs: Iterable[object] = ()) -> None:
    """A value as JSON on stdout; on stderr where stdout is one of the outputs."""
    streamed = any(is_stdout(str(output)) for output in outputs)
    print(json.dumps(value, indent=2), file=sys.stderr if streamed else sys.stdout)


def show_path(path: object) -> None:
    """The name of what was written; none where that went to stdout."""
    if not is_stdout(str(path)):
        print(path)


@contextmanager
def bar(*, quiet: bool = False) -> "Iterator[Progress | None]":
    """A bar on stderr where a person looks on; None where nobody does."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with progress.Progress(
        *columns, console=console, transient=True, redirect_stdout=False
    ) as shown:
        yield shown


def track(
    things: Iterable[_Item], total: int | None, description: str, *, quiet: bool = False
) -> Iterator[_Item]:
    """The things themselves, with a bar while they are done one after the other."""
    with bar(quiet=quiet) as shown:
        if shown is None:
            yield from things
        else:
            yield from shown.track(things, total=total, description=description)


def used_by(layers: "Layers") -> "tuple[Palette, Floats]":
    """The entries that some region has, in the palette's order, and their pixels."""
    import numpy as np

    from nurie.document import Palette

    palette = layers.palette
    pixels = np.bincount(layers.labels.ravel(), minlength=len(layers.entries))
    filled = layers.entries >= 0
    area = np.bincount(layers.entries[filled], pixels[filled], minlength=len(palette))
    used = np.flatnonzero(area)
    names = tuple(palette.names[at] for at in used) if palette.names else ()
    return Palette(palette.colors[used], names, palette.name), area[used].astype(np.float32)


def write_used(path: Path, used: "Sequence[tuple[Palette, Floats]]", *, force: bool) -> None:
    """Write one palette of all that was used; equal colours become one entry."""
    from nurie.guidance.palette import unify
    from nurie.io.palettes import write_palette

    unified = unify([one for one, _ in used], [area for _, area in used], near=0)
    if len(unified.palette):
        write_palette(path, replace(unified.palette, name=path.stem), force=force)


def record_of(
    job: "Job", answers: "list[Layers]", seconds: float, *, sure: float
) -> dict[str, Any]:
    """What was done, ready for JSON; ``colors`` and ``unsure`` are those of the first answer."""
    from nurie.colors import to_hex
    from nurie.painting.review import review

    height, width = answers[0].sketch.shape
    details = [
        {
            "output": str(path),
            "colors": [to_hex(color) for color in used_by(layers)[0].colors],
            "unsure": review(layers, sure=sure).tolist(),
        }
        for path, layers in zip(job.outputs, answers, strict=False)
    ]
    record = {
        "sketch": str(job.sketch),
        "outputs": [detail["output"] for detail in details],
        "cleaned": str(job.cleaned) if job.cleaned else None,
        "width": width,
        "height": height,
        "regions": len(answers[0].entries) - 1,
        "colors": details[0]["colors"],
        "unsure": details[0]["unsure"],
        "variations": details,
        "seconds": round(seconds, 3),
    }
    if answers[0].notes:
        record["notes"] = list(answers[0].notes)
    if len(answers) < len(job.outputs):
        record["missing"] = len(job.outputs) - len(answers)
    return record
