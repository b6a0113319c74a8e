"""The work of ``nurie film``: colour all frames, write them, and say what became of each."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nurie.cli.cut import Cut
from nurie.cli.outcome import complain
from nurie.errors import NurieError, OutputError

if TYPE_CHECKING:
    from nurie.document import Hints, Layers, Palette
    from nurie.film.film import Film

SURE = 0.5
"""Confidence below which a region is reported."""

Say: TypeAlias = Callable[[str, int, int], None]
Answer: TypeAlias = "Callable[[int], Layers]"
Fixes: TypeAlias = "dict[int, Callable[[tuple[int, int]], Hints]]"


class Filming:
    """A cut that is coloured.

    Args:
        cut: its frames, and where they go.
        fps: frames a second where it becomes one file; as it came when None.
    """

    def __init__(self, cut: Cut, *, fps: float | None) -> None:
        self._cut, self._fps = cut, fps or cut.rate
        self.records: list[dict[str, Any]] = []
        """Of each frame what became of it."""
        self.outcome: dict[str, Any] = {}
        """What is known of the whole film."""

    def alone(self, model: str | None, palette: Path | None, **options: Any) -> None:
        """Colour each drawing by itself."""
        reader, colors = _reader(model), _palette(palette)

        def answer(place: int) -> "Layers":
            sketch = self._cut.sketch(place)
            layers: Layers = reader.colorize(
                sketch, gap=options["gap"], palette=colors, seed=options["seed"]
            )
            return layers

        with _bar(quiet=self._cut.quiet) as say:
            self._write(answer, say)

    def together(
        self, model: str | None, palette: Path | None, keys: dict[int, Path], fixes: Fixes,
        **options: Any,
    ) -> None:  # fmt: skip
        """Colour the drawings as one film.

        Args:
            model: name or path; the packaged one when None.
            palette: file or picture.
            keys: coloured pictures by the place of their frame.
            fixes: corrections by the place of their frame.
            options: of ``Film``.
        """
        from nurie.io.images import read_color

        cut = self._cut
        reader, colors = _reader(model), _palette(palette)
        pictures = {place: read_color(path) for place, path in keys.items()}
        with _bar(quiet=cut.quiet) as say:
            film: Film = reader.film(
                [partial(cut.sketch, place) for place in range(len(cut.stills))],
                keys=pictures, palette=colors, cache=cut.cache, patient=True, progress=say,
                **options,
            )  # fmt: skip
            for place, hints in fixes.items():
                film.fix(place, hints(cut.sketch(place).shape))
            self._tell_odd(film)
            self._write(film.layers, say)
        self._conclude(film)

    def _tell_odd(self, film: "Film") -> None:
        """Say which frames are empty, or of another size than most."""
        stills = self._cut.stills
        sizes = [film.size(place) for place in range(len(stills))]
        known = [size for size in sizes if size]
        usual = max(known, key=known.count)
        odd = [s.number for s, size in zip(stills, sizes, strict=True) if size and size != usual]
        empty = [still.number for place, still in enumerate(stills) if film.empty(place)]
        for numbers, one, more in (
            (odd, " has another size than the rest", " and others have another size than the rest"),
            (empty, " is empty", " and others are empty"),
        ):
            if numbers and not self._cut.quiet:
                complain(f"Frame {numbers[0]}{more if len(numbers) > 1 else one}.")

    def _write(self, answer: Answer, say: Say) -> None:
        """Write every frame."""
        from nurie.api import save

        cut = self._cut
        if cut.movie:
            self._write_movie(answer, say)
            return
        for place, still in enumerate(cut.stills):
            target = cut.target(place)
            record: dict[str, Any] = {"frame": still.number, "drawing": str(still.path)}
            force = cut.force or target.name in cut.done
            try:
                save(answer(place), target, one_flat_layer=cut.one_flat_layer, force=force)
                record["output"] = str(target)
                cut.note(target.name)
            except OutputError:
                # What cannot be written now cannot be written for the next frame either.
                raise
            except NurieError as error:
                record["error"] = str(error)
            self.records.append(record)
            say("color", place + 1, len(cut.stills))

    def _write_movie(self, answer: Answer, say: Say) -> None:
        from nurie.io.movie import write_movie

        write_movie(
            self._cut.output, self._pictures(answer, say), fps=self._fps, force=self._cut.force
        )

    def _pictures(self, answer: Answer, say: Say) -> Iterator[Any]:
        """What is seen, frame by frame; drawings as often as an exposure sheet shows them."""
        import numpy as np

        cut = self._cut
        order = list(range(len(cut.stills)))
        if cut.shown is not None:
            places = {still.number: place for place, still in enumerate(cut.stills)}
            order = [places[number] for number in cut.shown if number in places]
        for done, place in enumerate(order, 1):
            still = cut.stills[place]
            record = {"frame": still.number, "drawing": str(still.path)}
            self.records.append(record)
            say("color", done, len(order))
            try:
                merged = answer(place).merged()
            except NurieError as error:
                record["error"] = str(error)
                continue
            record["output"] = str(cut.output)
            yield merged if merged.dtype == np.uint8 else (merged >> 8).astype(np.uint8)

    def _conclude(self, film: "Film") -> None:
        """What is known of the whole film, and of its frames."""
        from nurie.colors import to_hex

        following = film.next_key()
        self.outcome = {
            "drawings": film.drawings,
            "palette": [to_hex(color) for color in film.palette.colors],
            "next_key": None if following is None else self._cut.stills[following].number,
        }
        places = {still.number: place for place, still in enumerate(self._cut.stills)}
        for record in self.records:
            if "error" not in record:
                record["unsure"] = film.unsure(places[record["frame"]], below=SURE)

    def report(self, path: Path) -> None:
        """Write all that is known as JSON."""
        from nurie.io.files import replacing

        with replacing(path, force=self._cut.force) as stream:
            stream.write(json.dumps({**self.outcome, "frames": self.records}, indent=1).encode())


def _reader(model: str | None) -> Any:
    from nurie.api import Colorizer

    return Colorizer.load(model) if model else Colorizer.load()


def _palette(path: Path | None) -> "Palette | None":
    from nurie.api import read_palette

    return read_palette(path) if path else None


@contextmanager
def _bar(*, quiet: bool) -> "Iterator[Callable[[str, int, int], None]]":
    """A bar on stderr that follows the film's work, for people only."""
    import sys

    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    words = {"read": "reading", "match": "matching", "color": "colouring"}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False
    ) as bar:
        tasks: dict[str, Any] = {}

        def say(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(words[what], total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield say
