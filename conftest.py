"""What tests of the product and of the laboratory share: drawings, a colourist that needs no
weights, the command line in this process, and a browser.
"""

import json
import os
import shutil
from dataclasses import dataclass
from typing import ClassVar

# The tests share the cores among themselves; sums of one thread are the same to the last bit.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np
import pytest
from hypothesis import settings

from nurie.cli.app import run
from nurie.colors import bin_centers
from nurie.document import PAPER, Layers, Palette

# Without deadlines: a busy machine is no fault; the same examples every time.
settings.register_profile("nurie", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("nurie")

FLAGS = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing", "--disable-gpu-rasterization",
]  # fmt: skip
"""WebGL on the processor; all else is drawn without it, in half the time."""


def draw(side=24):
    """Two boxes, (side, side) uint8: two regions to colour, and the paper around them."""
    picture = np.full((side, side), 255, np.uint8)
    for left, right in ((2, side // 2), (side // 2, side - 2)):
        cv2.rectangle(picture, (left, 3), (right, side - 4), 0, 1)
    return picture


def save(path, pixels):
    """Write a test picture without the help of what is tested."""
    ok, data = cv2.imencode(path.suffix, pixels)
    assert ok
    path.write_bytes(data.tobytes())
    return path


def load(path):
    """Read a picture without the help of what is tested, RGB."""
    return cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR_RGB)


class FakeColorizer:
    """Region 1 stays paper; the others take colours in turn, from a place that the seed gives."""

    loaded: ClassVar[list[str]] = []
    answers = 3

    @classmethod
    def load(cls, name="packaged"):
        cls.loaded.append(str(name))
        return cls()

    def read(self, sketch, *, gap=None):
        return FakeReading(self.answers, sketch, gap)


@dataclass
class FakeReading:
    """What ``FakeColorizer`` read."""

    answers: int
    sketch: object
    gap: float | None

    def variations(
        self,
        count,
        *,
        hints=None,
        palette=None,
        references=(),
        histogram=None,
        gray=None,
        names=True,
        seed=0,
    ):
        from nurie.regions.segment import segment

        sketch = self.sketch
        labels = segment(sketch.pixels, gap=self.gap)
        if histogram is not None:
            palette = Palette(bin_centers()[np.argsort(-histogram)[:1]])
        if references:
            palette = Palette(np.stack([reference[0, 0] for reference in references]))
        colors = palette or Palette(np.array([[255, 0, 0], [0, 160, 0], [0, 0, 255]], np.uint8))
        size = int(labels.max()) + 1
        made = []
        for turn in range(min(count, self.answers)):
            entries = (np.arange(size, dtype=np.int32) + seed + turn) % len(colors)
            entries[:2] = PAPER
            hinted = np.zeros(size, bool)
            if hints is not None:
                hinted[labels[hints.rows, hints.columns]] = True
                entries[hinted] = len(colors)
            full = colors if hints is None else _with(colors, hints.colors)
            sure = np.linspace(1, 0.2, size, dtype=np.float32)
            made.append(Layers(sketch, labels, entries, full, hinted, sure))
        return made


def _with(palette, colors):
    return Palette(np.concatenate([palette.colors, colors]))


@dataclass
class Heard:
    """What a call of the command line gave back."""

    code: int
    out: str
    err: str

    @property
    def paths(self):
        return self.out.splitlines()

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def nurie(capsys, monkeypatch, tmp_path):
    """Call the command line in an empty folder, colouring with ``FakeColorizer``."""
    import nurie.api

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(nurie.api, "load", FakeColorizer.load)
    monkeypatch.setattr(FakeColorizer, "loaded", [])

    def call(*arguments):
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        heard = capsys.readouterr()
        return Heard(code, heard.out, heard.err)

    return call


@pytest.fixture
def cat(tmp_path):
    """A drawing, ``cat.png``."""
    return save(tmp_path / "cat.png", draw())


@pytest.fixture
def fake():
    """The class that stands in for the colourist."""
    return FakeColorizer


@pytest.fixture
def tools():
    """``draw``, ``save`` and ``load`` of this file."""
    from types import SimpleNamespace

    return SimpleNamespace(draw=draw, save=save, load=load)


@pytest.fixture
def root_examples():
    """The drawings that come with nurie."""
    from pathlib import Path

    return Path(__file__).parent / "examples"


@pytest.fixture(scope="session")
def importable():
    """Import a file of the tests under its own name, so that worker processes find it, too."""
    import importlib
    import sys
    from pathlib import Path

    folders = []

    def found(path):
        folders.append(str(Path(path).parent))
        sys.path.insert(0, folders[-1])
        return importlib.import_module(Path(path).stem)

    yield found
    for folder in folders:
        sys.path.remove(folder)


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium, or a loud skip."""
    api = pytest.importorskip("playwright.sync_api", reason="LOUDLY: playwright is not installed")
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("LOUDLY: there is no chromium, so no story of the studio was tried")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
