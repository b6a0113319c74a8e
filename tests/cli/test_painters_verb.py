"""``nurie color --model``: an exported painter, from its files; and gray pictures."""

import hashlib
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from PIL import Image

from nurie.cli.app import run
from nurie.colors import BINS, bin_centers, srgb_to_lab
from nurie.guidance.patches import Patches
from nurie.models.registry import PainterSpec
from nurie_lab.training.graphs import write_spec


def painter(folder, source="line+hint"):
    """A painter that lays its hint below the lines, or gray where it sees none."""
    onnx = pytest.importorskip("onnx", reason="'train' is not installed: PAINTERS UNTESTED")
    helper, proto = onnx.helper, onnx.TensorProto
    shapes = {"lines": 1, "hint": 3, "gray": 3, "colors": 3}
    told = {
        name: helper.make_tensor_value_info(name, proto.FLOAT, [1, channels, "h", "w"])
        for name, channels in shapes.items()
    }
    gray = helper.make_tensor("gray", proto.FLOAT, [1, 3, 1, 1], [0.5] * 3)
    seen = ["lines"] if source == "line" else ["lines", "hint"]
    node = helper.make_node("Mul", ["lines", "gray" if source == "line" else "hint"], ["colors"])
    graph = helper.make_graph([node], "p", [told[n] for n in seen], [told["colors"]], [gray])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder.mkdir(exist_ok=True)
    data = model.SerializeToString()
    (folder / "tiny.painter.onnx").write_bytes(data)
    prior = np.zeros(BINS, np.float32)
    prior[[56, 300, 448, 511]] = 0.25
    digests = {"tiny.painter.onnx": hashlib.sha256(data).hexdigest()}
    spec = PainterSpec(
        "tiny", folder, {"painter": "tiny.painter.onnx"}, digests, 64, source, "picture",
        Patches(30, 0.4, 1.0, 0.2), bin_centers(), prior, {"licence": "own"},
    )  # fmt: skip
    write_spec(spec, folder / "tiny.json")
    return folder


@dataclass
class Heard:
    code: int
    err: str


@pytest.fixture
def color(capsys, monkeypatch, tmp_path):
    """``nurie color`` with real models, in an empty folder with a drawing of a box, ``box.png``."""
    page = np.full((96, 96), 255, np.uint8)
    cv2.rectangle(page, (15, 15), (80, 80), 0, 2)
    Image.fromarray(page).save(tmp_path / "box.png")
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capsys.readouterr()
        code = run(["color", "box.png", *[str(argument) for argument in arguments]])
        return Heard(code, capsys.readouterr().err)

    return call


def pixels(path):
    return np.asarray(Image.open(path))


@pytest.mark.parametrize("name", ["tiny", "tiny/tiny.json"])
def test_a_painter_colours(color, tmp_path, name):
    painter(tmp_path / "tiny")
    assert color("--model", name, "-o", "out.png") == Heard(0, "")
    made = pixels("out.png")
    assert (made[48, 48] < 250).any()
    assert (made[5, 5] == 255).all()
    assert (made[15, 40] == 0).all()


def test_seeds_and_variations_are_other_hints(color, tmp_path):
    painter(tmp_path / "tiny")
    heard = color("--model", "tiny", "--variations", 3, "--sheet", "s.png", "-o", "out.png")
    assert heard == Heard(0, "")
    made = [pixels(f"out-{number}.png")[48, 48].tolist() for number in (1, 2, 3)]
    assert len({tuple(one) for one in made}) == 3
    assert (tmp_path / "s.png").is_file()
    assert color("--model", "tiny", "--seed", 5, "-o", "other.png").code == 0
    assert pixels("other.png")[48, 48].tolist() != made[0]


def test_hints_and_style_work_with_painters(color, tmp_path):
    painter(tmp_path / "tiny")
    (tmp_path / "h.json").write_text('[{"x": 48, "y": 48, "color": "#0a64c8"}]')
    asked = ("--model", "tiny", "--hints", "h.json")
    assert color(*asked, "-o", "flat.png").code == 0
    assert pixels("flat.png")[48, 48].tolist() == [10, 100, 200]
    assert color(*asked, "--style", "soft", "-o", "soft.png").code == 0
    assert (pixels("soft.png") <= pixels("flat.png")).all()
    assert (pixels("soft.png") < pixels("flat.png")).any()


def test_a_painter_takes_the_intensity_of_a_gray_picture(color, tmp_path):
    painter(tmp_path / "tiny")
    Image.fromarray(np.full((48, 48), 77, np.uint8)).save("tones.png")
    assert color("--model", "tiny", "--gray", "tones.png", "-o", "out.png") == Heard(0, "")
    assert np.abs(pixels("out.png")[48, 48].astype(int) - 77).max() <= 2


REFUSED = [
    (("--report", "r.json"), "does not know how sure it is; leave --report and --unsure leave out"),
    (("--unsure", "leave"), "does not know how sure it is; leave --report and --unsure leave out"),
    (("--reference", "box.png"), "cannot look at coloured drawings; leave --reference out"),
    (("--gray", "box.png"), "sees the lines alone and no hint; leave --gray out."),
    (("--histogram", "h.json"), "sees the lines alone and no hint; leave --histogram out."),
]


@pytest.mark.parametrize(("options", "said"), REFUSED)
def test_what_a_painter_cannot_do_is_one_sentence(color, tmp_path, options, said):
    painter(tmp_path / "tiny", source="line")
    (tmp_path / "h.json").write_text('{"bins": [{"bin": 5, "count": 9, "color": "#000028"}]}')
    heard = color("--model", "tiny", *options, "-o", "out.png")
    assert heard.code == 2
    assert heard.err.count("\n") == 1
    assert heard.err.startswith("nurie: The painter tiny ")
    assert said in heard.err
    assert not (tmp_path / "out.png").exists()


def test_the_region_model_obeys_a_gray_picture_of_any_mode(color, tmp_path):
    wanted = srgb_to_lab(np.full((1, 3), 120, np.uint8))[0, 0]
    for mode in ("L", "LA", "RGB", "P", "I;16"):
        tones = Image.fromarray(np.full((96, 96), 120, np.uint8))
        if mode == "I;16":
            tones = Image.fromarray(np.full((96, 96), 120 * 257, np.uint16))
        tones = tones if mode in ("L", "I;16") else tones.convert(mode)
        tones.save("tones.png")
        assert color("--gray", "tones.png", "-o", "out.png", "--force") == Heard(0, ""), mode
        light = srgb_to_lab(pixels("out.png")[48, 48])[0]
        assert abs(light - wanted) < 1, mode


@pytest.mark.parametrize(
    ("name", "said"), [("narrow.png", "has other proportions"), ("none.png", "none.png")]
)
def test_a_gray_picture_that_cannot_be_used_is_one_sentence(color, tmp_path, name, said):
    Image.fromarray(np.full((96, 30), 120, np.uint8)).save("narrow.png")
    heard = color("--gray", name, "-o", "out.png")
    assert heard.code == 2
    assert said in heard.err
    assert heard.err.count("\n") == 1
    assert not (tmp_path / "out.png").exists()
