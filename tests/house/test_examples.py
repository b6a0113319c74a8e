"""The examples run, are attributed, and keep the pixel promise."""

import subprocess
import sys
from pathlib import Path

import pytest

from nurie.api import Colorizer, read_palette, save
from nurie.io.hints import read_hints
from nurie.io.images import read_sketch
from nurie.verify import verify

EXAMPLES = Path(__file__).parents[2] / "examples"
DRAWINGS = sorted(EXAMPLES.glob("*.png"))


@pytest.fixture(scope="module")
def colorizer():
    return Colorizer.load()


def test_there_are_drawings_and_each_is_attributed():
    listed = (EXAMPLES / "ATTRIBUTION.md").read_text("utf-8")
    assert len(DRAWINGS) >= 8
    assert not [d.name for d in DRAWINGS if f"`{d.name}`" not in listed]


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda p: p.stem)
def test_each_keeps_the_promise_in_several_colours(colorizer, path, tmp_path):
    sketch = read_sketch(path)
    layers = colorizer.colorize(sketch)
    # The singer's first answer is of one hue, see README.
    assert len(layers.palette) >= 2 - (path.stem == "singer")
    assert verify(sketch, save(layers, tmp_path / "a.ora")).ok


def test_hints_and_a_palette_are_obeyed_together(colorizer, tmp_path):
    sketch = read_sketch(EXAMPLES / "fairy.png")
    hints = read_hints(EXAMPLES / "fairy.hints.json", sketch.shape)
    palette = read_palette(EXAMPLES / "palettes" / "autumn.gpl")
    layers = colorizer.colorize(sketch, hints=hints, palette=palette)
    saved = save(layers, tmp_path / "a.ora")
    assert verify(sketch, saved, hints=hints, palette=palette).ok


def test_the_readmes_picture_can_be_made(tmp_path):
    script = [sys.executable, EXAMPLES / "before_after.py", EXAMPLES / "cat.png"]
    subprocess.run([*script, "-o", tmp_path / "a.png"], check=True, capture_output=True)
    assert read_sketch(tmp_path / "a.png").shape == (300, 1200)
