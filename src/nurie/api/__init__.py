"""The public face: load a model, colour drawings. The one place that wires the rooms together."""

from nurie.api.asked import sketch_of
from nurie.api.colorizer import Colorizer
from nurie.api.files import color, read_palette, save

__all__ = ["Colorizer", "color", "read_palette", "save", "sketch_of"]
