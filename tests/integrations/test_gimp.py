"""The GIMP plug-in over a stub of GIMP, against a real ``nurie serve``: layers in, layers out."""

import enum
import importlib.util
import io
import os
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as PngImage

FOLDER = Path(__file__).parents[2] / "integrations" / "gimp"
SIZE = 120, 160


class Layer:
    """A layer or a group as GIMP has them, as far as the plug-in asks."""

    def __init__(self, name, pixels=None, offsets=(0, 0), mode="NORMAL"):
        self.name, self.pixels, self.offsets, self.mode = name, pixels, offsets, mode
        self.children, self.parent, self.visible = [], None, True

    def get_name(self):
        return self.name

    def is_group(self):
        return self.pixels is None

    def get_children(self):
        return self.children

    def get_parent(self):
        return self.parent

    def get_mode(self):
        return Mode[self.mode]

    def set_visible(self, visible):
        self.visible = visible

    def get_offsets(self):
        return True, *self.offsets

    def set_offsets(self, *offsets):
        self.offsets = offsets

    def get_buffer(self):
        return self

    def get(self, place, _scale, form, _abyss):
        assert form == "R'G'B'A u8"
        left, top, width, height = place
        whole = np.zeros((height, width, 4), np.uint8)
        whole[-top : -top + len(self.pixels), -left : -left + self.pixels.shape[1]] = self.pixels
        return whole.tobytes()


class Image:
    """An image with layers, which counts what one undo takes away."""

    def __init__(self, *layers, base="RGB"):
        self.layers, self.base, self.undone = list(layers), base, []

    def get_layers(self):
        return self.layers

    def get_width(self):
        return SIZE[1]

    def get_height(self):
        return SIZE[0]

    def get_base_type(self):
        return Base[self.base]

    def convert_rgb(self):
        self.base = "RGB"

    def undo_group_start(self):
        self.undone.append("start")

    def undo_group_end(self):
        self.undone.append("end")

    def get_item_position(self, layer):
        return self._beside(layer.parent).index(layer)

    def insert_layer(self, layer, parent, position):
        layer.parent = parent
        self._beside(parent).insert(position, layer)

    def _beside(self, parent):
        return parent.children if parent else self.layers


Mode = enum.Enum("Mode", "NORMAL MULTIPLY DARKEN_ONLY")
Base = enum.Enum("Base", "RGB GRAY INDEXED")


class Loader:
    """What decodes a PNG for GIMP."""

    def write(self, data):
        with PngImage.open(io.BytesIO(data)) as image:
            self.pixels = np.array(image.convert("RGBA"))

    def close(self):
        pass

    def get_pixbuf(self):
        return self.pixels


def drawn(_image, name, pixels, _opacity, mode, *_progress):
    """A layer of a decoded PNG."""
    return Layer(name, pixels, mode=mode.name)


def module(name, path):
    """A file as a module of another name: the plug-in's own is that of the package."""
    spec = importlib.util.spec_from_file_location(name, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def gimp(tmp_path_factory):
    """The plug-in as it is packed, with a stub of GIMP's libraries."""
    folder = tmp_path_factory.mktemp("gimp")
    module("nurie_gimp_pack", FOLDER / "pack.py").pack(folder / "nurie.zip")
    with zipfile.ZipFile(folder / "nurie.zip") as archive:
        archive.extractall(folder)
    group = types.SimpleNamespace(new=lambda _image, name: Layer(name))
    host = types.SimpleNamespace(
        PlugIn=object, LayerMode=Mode, ImageBaseType=Base, GroupLayer=group,
        Layer=types.SimpleNamespace(new_from_pixbuf=drawn),
        progress_set_text=lambda _: None,
    )  # fmt: skip
    plane = types.SimpleNamespace(
        Rectangle=types.SimpleNamespace(new=lambda *place: place),
        AbyssPolicy=types.SimpleNamespace(NONE=0),
    )
    png = types.SimpleNamespace(new_with_type=lambda _kind: Loader())
    repository = types.SimpleNamespace(
        GdkPixbuf=types.SimpleNamespace(PixbufLoader=png), Gegl=plane, Gimp=host, GLib=None,
        GObject=None,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "gi", types.SimpleNamespace(require_version=lambda *_: None))
        patch.setitem(sys.modules, "gi.repository", repository)
        patch.syspath_prepend(folder / "nurie")
        yield module("nurie_gimp", folder / "nurie" / "nurie.py")
        for name in [name for name in sys.modules if name.partition(".")[0] == "nurie_server"]:
            sys.modules.pop(name)


@pytest.fixture(scope="module")
def server(gimp):
    """A ``nurie serve`` of its own."""
    command = [sys.executable, "-m", "nurie", "serve", "--port", "0", "--workers", "1"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield gimp.Server(process.stdout.readline().split()[-1])
        process.terminate()
        process.wait(20)


def boxes(*, alpha):
    """Two boxes side by side: black lines on white, or on nothing."""
    ink = np.zeros(SIZE, np.uint8)
    for left in (10, 80):
        cv2.rectangle(ink, (left, 20), (left + 60, 100), 255, 3)
    pixels = np.zeros((*SIZE, 4), np.uint8)
    pixels[..., 3] = ink if alpha else 255
    if not alpha:
        pixels[..., :3] = 255 - ink[..., None]
    return pixels


def dab():
    """A red dab in the left box, on a layer that is smaller than the image."""
    return Layer("Hints", np.full((6, 8, 4), (255, 0, 0, 255), np.uint8), (40, 60))


def test_flats_go_below_the_lines_and_hints_are_obeyed(gimp, server):
    line = Layer("Line", boxes(alpha=True))
    image = Image(dab(), line, Layer("Background", np.full((*SIZE, 4), 255, np.uint8)), base="GRAY")
    gimp.colour(image, None, server, gimp.Wishes(ideas=2, style="cel"))
    names = [layer.name for layer in image.layers]
    assert names[:3] == ["Hints", "Line", "nurie"]
    assert names[-1] == "Background"
    groups = [layer for layer in image.layers if layer.name == "nurie"]
    assert [group.visible for group in groups] == [True, False][: len(groups)]
    flats = groups[0].children[-1]
    assert flats.name == "flats"
    assert any((one.pixels == (255, 0, 0, 255)).all(2).any() for one in flats.children)
    shades = [one for one in groups[0].children if one.name == "shade"]
    assert [shade.mode for shade in shades] == ["MULTIPLY"] * len(shades)
    assert (image.base, image.undone) == ("RGB", ["start", "end"])


def test_an_opaque_drawing_gets_all_layers_above_it(gimp, server):
    drawing = Layer("Background", boxes(alpha=False))
    image = Image(drawing)
    gimp.colour(image, drawing, server, gimp.Wishes(words="blue tractor"))
    assert [layer.name for layer in image.layers] == ["nurie", "Background"]
    assert [one.name for one in image.layers[0].children] == ["line", "flats", "paper"]


def test_what_cannot_be_done_changes_nothing(gimp):
    image = Image(Layer("line", np.zeros((*SIZE, 4), np.uint8)))
    with pytest.raises(gimp.ServerError, match="The line layer is empty"):
        gimp.colour(image, None, gimp.Server("127.0.0.1:9"), gimp.Wishes())
    with pytest.raises(gimp.ServerError, match="There is no layer to send"):
        gimp.colour(Image(), None, gimp.Server("127.0.0.1:9"), gimp.Wishes())
    assert not image.undone
