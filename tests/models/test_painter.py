"""Painters: found by kind, checked, run."""

import hashlib
import json

import numpy as np
import pytest

from nurie.api import Colorizer
from nurie.colors import BINS, bin_centers
from nurie.errors import ModelError
from nurie.guidance.patches import Patches
from nurie.models.painter import PainterSession
from nurie.models.registry import PainterSpec, find, find_painter, find_region
from nurie_lab.training.graphs import write_spec

onnx = pytest.importorskip("onnx", reason="the extra 'train' is not installed: PAINTERS UNTESTED")

FREE = ("h", "w")


def product(path, names, sides):
    """A graph whose colours are the product of what it sees, three channels of it."""
    from onnx import TensorProto, helper

    shapes = {"lines": 1, "hint": 3, "white": 3, "colors": 3}
    told = {
        name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, *sides])
        for name, channels in shapes.items()
    }
    white = helper.make_tensor("white", TensorProto.FLOAT, [1, 3, 1, 1], [1.0, 1.0, 0.5])
    second = "hint" if "hint" in names else "white"
    node = helper.make_node("Mul", ["lines", second], ["colors"])
    graph = helper.make_graph(
        [node], "product", [told[name] for name in names], [told["colors"]], [white]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())


def make(folder, *, source="line+hint", sides=FREE, hinter=False):
    """A painter in a folder, 64 pixels wide."""
    graphs = {"painter": "tiny.painter.onnx"}
    names = ["lines", "hint"] if source == "line+hint" else ["lines"]
    product(folder / graphs["painter"], names, sides)
    if hinter:
        graphs["hinter"] = "tiny.hinter.onnx"
        product(folder / graphs["hinter"], ["lines"], sides)
    digests = {f: hashlib.sha256((folder / f).read_bytes()).hexdigest() for f in graphs.values()}
    prior = np.zeros(BINS, np.float32)
    prior[[3, 511]] = 0.25, 0.75
    spec = PainterSpec(
        "tiny", folder, graphs, digests, 64, source, "picture", Patches(5, 0.1, 0.5, 0.3),
        bin_centers(), prior, {"licence": "own"},
    )  # fmt: skip
    write_spec(spec, folder / "tiny.json")
    return folder / "tiny.json"


def test_what_is_written_is_read(tmp_path):
    spec = find_painter(make(tmp_path, hinter=True))
    assert json.loads((tmp_path / "tiny.json").read_text())["kind"] == "painter"
    assert (spec.name, spec.size, spec.source, spec.target) == ("tiny", 64, "line+hint", "picture")
    assert spec.patches == Patches(5, 0.1, 0.5, 0.3)
    assert spec.card == {"licence": "own"}
    assert spec.prior[[3, 511]].tolist() == [0.25, 0.75]
    assert spec.spectrum.histogram[[3, 511]].tolist() == [0.25, 0.75]
    assert (spec.spectrum.means == bin_centers()).all()


def test_the_kinds_are_told_apart(tmp_path):
    path = make(tmp_path)
    assert isinstance(find(path), PainterSpec)
    told = r"^tiny is a painter; a model that colours regions is needed, such as nurie-flat\.$"
    with pytest.raises(ModelError, match=told):
        find_region(path)
    with pytest.raises(ModelError, match=told):
        Colorizer.load(path)
    told = r"^nurie-flat colours regions; a painter is needed, as nurie export makes it\.$"
    with pytest.raises(ModelError, match=told):
        find_painter("nurie-flat")


def test_of_several_models_in_a_folder_none_is_guessed(tmp_path):
    make(tmp_path)
    (tmp_path / "a-note.json").write_text("{}")
    assert find(tmp_path).name == "tiny"
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "other.painter.onnx").touch()
    told = r" holds several models; name one of other\.json, tiny\.json\.$"
    with pytest.raises(ModelError, match=told):
        find(tmp_path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "dancer"}, "is of the kind 'dancer', which this version does not read"),
        ({"kind": []}, "is not a model that nurie can read"),
        ({"patches": {"number": 3}}, "is not a model that nurie can read"),
        ({"source": "sound"}, "is not a model that nurie can read"),
        ({"format": 1}, "has format 1; this version reads 2"),
    ],
)
def test_damaged_specs_are_refused(tmp_path, change, sentence):
    path = make(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelError, match=sentence):
        find(path)


def test_it_paints_any_sides_of_multiples_of_32(tmp_path):
    session = PainterSession(find_painter(make(tmp_path)))
    rng = np.random.default_rng(0)
    lines = rng.random((32, 96), np.float32)
    hint = rng.random((32, 96, 3), np.float32)
    assert not session.fixed
    painted = session.paint(lines, hint)
    assert painted.dtype == np.float32
    np.testing.assert_allclose(painted, lines[..., None] * hint, rtol=1e-6)
    assert session.guess(lines) is None
    with pytest.raises(ModelError, match=r"^tiny paints by a hint; give it one\.$"):
        session.paint(lines)
    told = r"^tiny paints sides of multiples of 32 pixels, not 90 × 32\.$"
    with pytest.raises(ModelError, match=told):
        session.paint(lines[:, :90], hint[:, :90])


def test_it_guesses_the_hint(tmp_path):
    session = PainterSession(find_painter(make(tmp_path, hinter=True)))
    lines = np.full((32, 32), 0.5, np.float32)
    hint = session.guess(lines)
    assert hint[0, 0].tolist() == [0.5, 0.5, 0.25]
    assert session.paint(lines, hint)[0, 0].tolist() == [0.25, 0.25, 0.125]


def test_one_that_sees_lines_alone_needs_no_hint(tmp_path):
    session = PainterSession(find_painter(make(tmp_path, source="line")))
    assert session.paint(np.ones((32, 32), np.float32))[3, 4].tolist() == [1, 1, 0.5]


def test_colours_stay_in_range(tmp_path):
    session = PainterSession(find_painter(make(tmp_path, source="line")))
    assert session.paint(np.full((32, 32), 3, np.float32)).max() == 1


def test_one_of_fixed_sides_says_so(tmp_path):
    session = PainterSession(find_painter(make(tmp_path, source="line", sides=(64, 64))))
    assert session.fixed
    assert session.paint(np.ones((64, 64), np.float32)).shape == (64, 64, 3)
    with pytest.raises(ModelError, match=r"^tiny paints 64 × 64 pixels, not 96 × 64\.$"):
        session.paint(np.ones((64, 96), np.float32))


def test_a_changed_graph_is_refused(tmp_path):
    path = make(tmp_path)
    graph = tmp_path / "tiny.painter.onnx"
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="was changed; install it again"):
        PainterSession(find_painter(path))
    graph.unlink()
    with pytest.raises(ModelError, match=r"^The model tiny lacks tiny\.painter\.onnx; install"):
        PainterSession(find_painter(path))


def test_a_graph_that_is_none_is_refused(tmp_path):
    path = make(tmp_path)
    (tmp_path / "tiny.painter.onnx").write_bytes(b"graph")
    values = json.loads(path.read_text())
    values["sha256"]["tiny.painter.onnx"] = hashlib.sha256(b"graph").hexdigest()
    path.write_text(json.dumps(values))
    with pytest.raises(ModelError, match=r"^The graph tiny\.painter\.onnx cannot be loaded"):
        PainterSession(find_painter(path))
