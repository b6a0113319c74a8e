"""nurie colours line art."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nurie.api import Colorizer, Reading, color, read_palette, save
    from nurie.document import Hints, Layers, Palette, Sketch
    from nurie.errors import NurieError
    from nurie.film.book import Book
    from nurie.film.film import Film
    from nurie.painters import Painter

__version__ = "0.1.0"

_ROOMS = {
    "nurie.api": ("Colorizer", "Reading", "color", "read_palette", "save"),
    "nurie.document": ("Hints", "Layers", "Palette", "Sketch"),
    "nurie.errors": ("NurieError",),
    "nurie.film.book": ("Book",),
    "nurie.film.film": ("Film",),
    "nurie.painters": ("Painter",),
}

__all__ = [
    "Book",
    "Colorizer",
    "Film",
    "Hints",
    "Layers",
    "NurieError",
    "Painter",
    "Palette",
    "Reading",
    "Sketch",
    "color",
    "read_palette",
    "save",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that importing nurie needs no numpy."""
    from importlib import import_module

    for room, names in _ROOMS.items():
        if name in names:
            globals()[name] = value = getattr(import_module(room), name)
            return value
    raise AttributeError(f"module 'nurie' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
