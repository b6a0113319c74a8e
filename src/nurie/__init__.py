"""nurie colours line art."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nurie.api import Colorizer, Reading, color, read_palette, save
    from nurie.document import Hints, Layers, Palette, Sketch
    from nurie.errors import NurieError
    from nurie.film.film import Film
    from nurie.painters import Painter

__version__ = "0.1.0"

_HOME = {
    "Colorizer": "nurie.api",
    "Film": "nurie.film.film",
    "Hints": "nurie.document",
    "Layers": "nurie.document",
    "NurieError": "nurie.errors",
    "Painter": "nurie.painters",
    "Palette": "nurie.document",
    "Reading": "nurie.api",
    "Sketch": "nurie.document",
    "color": "nurie.api",
    "read_palette": "nurie.api",
    "save": "nurie.api",
}

__all__ = [
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
    if name not in _HOME:
        raise AttributeError(f"module 'nurie' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
