"""A second network beside a released model, which stays as it was."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: SECOND UNTESTED")
pytest.importorskip("efficientnet_lite_pytorch", reason="no encoder: SECOND UNTESTED")
onnx = pytest.importorskip("onnx", reason="no ONNX: SECOND UNTESTED")

from nurie.api import Colorizer
from nurie.models.registry import find_region, read_graph
from nurie.regions.segment import segment
from nurie_lab.data.answers import PARTS
from nurie_lab.data.colourings import Painted, views
from nurie_lab.data.prepare import stack
from nurie_lab.training.engine.loop import train
from nurie_lab.training.graphs import coarsen
from nurie_lab.training.region.released import SECOND, export, restore_model
from nurie_lab.training.region.run import open_region
from nurie_lab.training.region.second import release_second
from nurie_lab.training.settings import read_settings

SIZE, SKIN = 64, PARTS.index("skin")
CONFIGS = Path(__file__).parents[3] / "configs"


def boxes():
    """(96, 96) four closed boxes on paper."""
    lines = np.full((96, 96), 255, np.uint8)
    for top in (6, 52):
        for left in (6, 52):
            lines[top : top + 34, left : left + 34] = 0
            lines[top + 2 : top + 32, left + 2 : left + 32] = 255
    return lines


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The released model with a second one that learnt in a few steps that every box is skin."""
    folder = tmp_path_factory.mktemp("second")
    lines = boxes()
    labels = segment(lines)
    count = int(labels.max())
    colors = np.random.default_rng(0).integers(0, 256, (3, count, 3)).astype(np.uint8)
    trust, parts = np.ones((3, count), np.float32), np.full(count, SKIN, np.int16)
    key = next(str(i) for i in range(99) if i % 16)
    painted = Painted(key, "a book", "own", lines, labels, colors, trust, parts)
    batch = stack(list(views(painted, np.random.default_rng(0), SIZE)))
    (folder / "examples").mkdir()
    np.savez(folder / "examples" / "a.npz", **vars(batch))
    small = {"size": SIZE, "width": 8, "depth": 1, "heads": 2, "batch": 2, "pictures": 40,
             "rate": 0.03, "ema": 0.0}  # fmt: skip
    config = read_settings(CONFIGS / "second.toml", [f"{k}={v}" for k, v in small.items()])
    task = open_region(
        config, data=folder / "examples", out=folder / "run", say=lambda _: None,
        start="nurie-flat",
    )  # fmt: skip
    assert train(task)["finished"]
    return release_second(folder / "run", out=folder / "model", name="taught")


def test_the_first_network_stays(released):
    before = find_region("nurie-flat")
    assert released.second_size == SIZE
    assert released.parts == PARTS
    assert {*released.graphs} == {*before.graphs, *SECOND}
    for role in ("encoder", "regions", "critic"):
        assert read_graph(released, role) == read_graph(before, role)
    assert released.card["second"]["shown"] >= 40
    assert released.calibration.tolist() == before.calibration.tolist()


def test_what_was_taught_is_seen_in_a_drawing(released):
    model = Colorizer.load(released.folder)
    scene = model.read(boxes()).drawing.scene
    assert scene.parts.shape == (len(scene.measures), len(PARTS))
    np.testing.assert_allclose(scene.parts.sum(axis=1), 1, rtol=1e-5)
    assert (scene.parts[:, SKIN] > 0.5).all()
    usual = Colorizer.load().read(boxes()).drawing.scene
    np.testing.assert_array_equal(scene.looks, usual.looks)
    assert not (usual.parts[:, SKIN] > 0.5).all()


def test_it_stays_with_a_model_that_is_taught_on(released, tmp_path, monkeypatch):
    """As where a critic learns, or a model is adapted."""
    monkeypatch.setattr(
        "nurie_lab.training.region.released.write_graph",
        lambda module, args, path, **options: path.write_bytes(b"new"),
    )
    monkeypatch.setattr("nurie_lab.training.region.released.gap", lambda *_, **__: 0.0)
    spec = export(restore_model(released), out=tmp_path, name="on")
    assert spec.second_size == SIZE
    for role in SECOND:
        assert read_graph(find_region(tmp_path), role) == read_graph(released, role)
    assert read_graph(spec, "regions") == b"new"


def test_a_coarser_graph_says_nearly_the_same(tmp_path):
    values = np.float16([1.0, -1.0, 1.001, 3.1416, -0.0123, 1023.5, 0])
    tensor = onnx.numpy_helper.from_array(values, "w")
    out = onnx.helper.make_tensor_value_info("w", onnx.TensorProto.FLOAT16, [7])
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "g", [], [out], [tensor])),
              tmp_path / "g.onnx")  # fmt: skip
    coarsen(tmp_path / "g.onnx", 7)
    found = onnx.numpy_helper.to_array(onnx.load(tmp_path / "g.onnx").graph.initializer[0])
    np.testing.assert_allclose(found, values, rtol=2**-8)
    assert found[[0, 1, 2, 5, 6]].tolist() == [1, -1, 1, 1024, 0]
    assert not (found.view(np.int16) % 8).any()
