"""``nurie film``: colour all frames of a cut as one, write them, say what became of each."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from nurie.cli.cut import Cut, FilmOptions
from nurie.cli.options import verb
from nurie.cli.outcome import bar, complain, complain_of, show_json
from nurie.errors import InputError, NurieError, OutputError

if TYPE_CHECKING:
    from rich.progress import Progress

    from nurie.document import Layers
    from nurie.film.film import Film
    from nurie.reading import Colorizer

SURE = 0.5
"""Confidence below which a region is reported."""

Say: TypeAlias = Callable[[str, int, int], None]
Answer: TypeAlias = "Callable[[int], Layers]"


class Filming:
    """A cut that is coloured."""

    def __init__(self, options: FilmOptions, also: Sequence[Path] = ()) -> None:
        from nurie.io.images import read_color

        self.cut, self._options = Cut(options, also), options
        # What cannot be read is refused before there is a folder.
        self.keys = {place: read_color(path) for place, path in self.cut.keys.items()}
        self.cut.prepare()
        self.records: list[dict[str, Any]] = []
        """Of each frame what became of it."""
        self.outcome: dict[str, Any] = {}
        """What is known of the whole film."""

    def color(self) -> None:
        """Colour the drawings, as one film or each by itself, and write them."""
        from nurie.api import Colorizer, read_palette
        from nurie.models.registry import DEFAULT

        options, cut = self._options, self.cut
        reader = Colorizer.load(options.model or DEFAULT)
        palette = read_palette(options.palette) if options.palette else None
        shared: dict[str, Any] = {"palette": palette, "seed": options.seed, "gap": options.gap}
        with bar(quiet=cut.quiet) as shown:
            say = _saying(shown)
            try:
                if options.alone:
                    self._write(lambda place: reader.colorize(cut.sketch(place), **shared), say)
                else:
                    self._together(reader, say, shared)
            except InputError:
                cut.clear(kept=any(cut.cache.glob("*.cel")))
                raise
        cut.clear(kept=options.keep_cache)

    def _together(self, reader: "Colorizer", say: Say, shared: dict[str, Any]) -> None:
        """Colour the drawings as one film."""
        cut = self.cut
        film = reader.film(
            [partial(cut.sketch, place) for place in range(len(cut.stills))],
            keys=self.keys,
            cuts=cut.starts, hold=self._options.hold == "auto", cache=cut.cache, patient=True,
            progress=say, names=cut.names, **shared,
        )  # fmt: skip
        if self.keys and len(film.failed) < len(cut.stills) and not len(film.palette):
            raise InputError("No key has a colour: all of each is white; give coloured pictures.")
        for place, hints in cut.fixes.items():
            if (shape := film.size(place)) is not None:
                film.fix(place, hints(shape))
        self._tell_odd(film)
        self._write(film.layers, say)
        self._conclude(film)

    def _tell_odd(self, film: "Film") -> None:
        """Say which frames are empty, or of another size than most."""
        stills = self.cut.stills
        sizes = [film.size(place) for place in range(len(stills))]
        known = [size for size in sizes if size]
        usual = max(known, key=known.count)
        odd = [s.number for s, size in zip(stills, sizes, strict=True) if size and size != usual]
        empty = [still.number for place, still in enumerate(stills) if film.empty(place)]
        for numbers, one, more in (
            (odd, " has another size than the rest", " and others have another size than the rest"),
            (empty, " is empty", " and others are empty"),
        ):
            if numbers and not self.cut.quiet:
                complain(f"Frame {numbers[0]}{more if len(numbers) > 1 else one}.")

    def _write(self, answer: Answer, say: Say) -> None:
        """Write every frame."""
        from nurie.api import save

        cut, one_flat_layer = self.cut, self._options.one_flat_layer
        if cut.movie:
            from nurie.io.movie import write_movie

            rate = self._options.fps or 1 / min(still.seconds for still in cut.stills)
            write_movie(cut.output, self._pictures(answer, say), fps=rate, force=cut.force)
            return
        for place, still in enumerate(cut.stills):
            target = cut.target(place)
            record: dict[str, Any] = {"frame": still.number, "drawing": str(still.path)}
            force = cut.force or target.name in cut.done
            try:
                save(answer(place), target, one_flat_layer=one_flat_layer, force=force)
                record["output"] = str(target)
                cut.note(target.name)
            except OutputError:
                # What cannot be written now cannot be written for the next frame either.
                raise
            except NurieError as error:
                record["error"] = str(error)
            self.records.append(record)
            say("color", place + 1, len(cut.stills))

    def _pictures(self, answer: Answer, say: Say) -> Iterator[tuple[Any, float]]:
        """What is seen and for how many seconds; drawings as often as an exposure sheet says."""
        from nurie.io.samples import eight_bits

        cut, fps = self.cut, self._options.fps
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
            yield eight_bits(merged), 1 / fps if fps else still.seconds

    def _conclude(self, film: "Film") -> None:
        """What is known of the whole film, and of its frames."""
        from nurie.colors import to_hex

        following = film.next_key()
        self.outcome = {
            "drawings": film.drawings,
            "palette": [to_hex(color) for color in film.palette.colors],
            "next_key": None if following is None else self.cut.stills[following].number,
        }
        places = {still.number: place for place, still in enumerate(self.cut.stills)}
        for record in self.records:
            if "error" not in record:
                record["unsure"] = film.unsure(places[record["frame"]], below=SURE)

    def report(self, path: Path) -> None:
        """Write all that is known as JSON."""
        from nurie.io.files import replacing

        with replacing(path, force=self.cut.force) as stream:
            stream.write(json.dumps({**self.outcome, "frames": self.records}, indent=1).encode())

    def tell(self, what: str) -> None:
        """Print what was done with frames or pages.

        Raises:
            Exit: some failed.
        """
        if self._options.as_json:
            show_json({**self.outcome, what: self.records})
        else:
            for path in dict.fromkeys(r["output"] for r in self.records if "output" in r):
                print(path)
        complain_of(self.records, len(self.records), f"{what} were not coloured")


def _saying(shown: "Progress | None") -> Say:
    """What a film calls as its work goes on."""
    if shown is None:
        return lambda *_: None
    words = {"read": "reading", "match": "matching", "color": "colouring"}
    tasks: dict[str, Any] = {}

    def say(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = shown.add_task(words[what], total=total)
        shown.update(tasks[what], completed=done, total=total)

    return say


@verb
def film(options: FilmOptions) -> None:
    """Colour the drawings of a film as one: correct once, right everywhere.

    One or a few coloured drawings are the keys; all others take their colours from them, and what
    no key shows, the model colours once for all frames. A call that was ended goes on where it was.

    A frame that cannot be read does not stop the rest, and makes the exit code 1.
    """
    from nurie.io.files import check_target

    if options.report is not None:
        check_target(options.report, force=options.force, suffixes=(".json",))
    filming = Filming(options)
    filming.color()
    if options.report is not None:
        filming.report(options.report)
    filming.tell("frames")
