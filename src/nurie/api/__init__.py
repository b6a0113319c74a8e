"""The public face: load a model, colour drawings. The one place that wires the rooms together."""

from nurie.api.asked import sketch_of
from nurie.api.colorizer import Colorizer
from nurie.api.files import color, read_manner, read_palette, save
from nurie.api.painter import Painter, load, shaded

__all__ = [
    "Colorizer",
    "Painter",
    "color",
    "load",
    "read_manner",
    "read_palette",
    "save",
    "shaded",
    "sketch_of",
]
