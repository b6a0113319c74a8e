"""``nurie book``: the pages of a book, coloured with one cast in mind."""

from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from nurie.cli.cut import FilmOptions, Keyed
from nurie.cli.filming import Filming, Say
from nurie.cli.options import argument, option, verb
from nurie.errors import OptionError


@dataclass(frozen=True, kw_only=True)
class BookOptions(Keyed):
    """The options of ``nurie book``."""

    drawings: list[Path] = argument("PAGES", "The pages in order: a folder, or files.")
    output: Path = option(
        "-o --output OUT", "A folder, which is made if need be. Each page keeps its name.", ...
    )
    design: list[Path] | None = option(
        "FILE",
        "A coloured drawing of somebody in the book, or colours by part in TOML, as nurie design "
        "writes them; may be given several times.",
    )


@verb
def book(options: BookOptions) -> None:
    """Colour the pages of a book as one: the same figure, the same colours on every page.

    Figures find themselves in the designs, in coloured pages and in pages before; what is new the
    model colours. Balloons and lettering stay white. A call that was ended goes on where it was.

    A page that cannot be read does not stop the rest, and makes the exit code 1.
    """
    pages = Binding(options)
    pages.color()
    pages.tell("pages")


class Binding(Filming):
    """The pages of a book, found and written as frames of a film are."""

    def __init__(self, options: BookOptions) -> None:
        from nurie.api import read_design
        from nurie.io.images import read_color
        from nurie.io.movie import MOVIE_SUFFIXES

        shared: dict[str, Any] = {f.name: getattr(options, f.name) for f in fields(options)}
        designs: list[Path] = shared.pop("design") or []
        output = options.output
        if output.suffix.lower() in MOVIE_SUFFIXES and not output.is_dir():
            raise OptionError(f"{output} is a film; give -o a folder for the pages of a book.")
        tables = [path for path in designs if path.suffix.lower() == ".toml"]
        if len(tables) > 1:
            raise OptionError(f"{tables[1]} is a second table; write all of the cast into one.")
        self._words = read_design(tables[0]) if tables else None
        self._designs = [read_color(path) for path in designs if path not in tables]
        super().__init__(FilmOptions(**shared), designs)

    def _together(self, reader: Any, say: Say, shared: dict[str, Any]) -> None:
        """Colour the pages as one book."""
        from nurie.colors import to_hex

        cut = self.cut
        pages = reader.book(
            [partial(cut.sketch, place) for place in range(len(cut.stills))],
            designs=self._designs, words=self._words, keys=self.keys, cache=cut.cache,
            patient=True, progress=say, names=cut.names, **shared,
        )  # fmt: skip
        self._write(pages.layers, say)
        self.outcome = {"palette": [to_hex(color) for color in pages.palette.colors]}
