"""A checkpoint of the region model becomes a model, with what lies beside it."""

import json
import shutil

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: EXPORT UNTESTED")
pytest.importorskip("efficientnet_lite_pytorch", reason="no encoder: EXPORT UNTESTED")

from nurie.colors import BINS
from nurie.errors import ExistsError, ModelError, UnreadableError
from nurie.models.registry import find_region, read_graph
from nurie_lab.training import checkpoint
from nurie_lab.training.region import export as region_export
from nurie_lab.training.region import released as export
from nurie_lab.training.region.export import export_region
from nurie_lab.training.region.networks import RegionTransformer, imagenet_encoder


@pytest.fixture(scope="module")
def encoder():
    return imagenet_encoder()


@pytest.fixture
def run(tmp_path, encoder):
    """A run of five steps."""
    network = RegionTransformer(width=32, depth=1, heads=4)
    facts = {"step": 5, "shown": 20, "losses": {"color": 3.5}, "centers": [[1.0, 0, 0]] * BINS}
    checkpoint.save(tmp_path / "run", {"encoder": encoder, "network": network}, facts)
    return tmp_path / "run"


@pytest.fixture
def given(monkeypatch):
    """What would be exported, without the time that it takes."""
    seen = []
    monkeypatch.setattr(region_export, "export", lambda *nets, **how: seen.append((nets, how)))
    return seen


def test_the_model_beside_tells_colours_and_calibration(run, given, tmp_path):
    (tmp_path / "model").mkdir()
    packaged = find_region()
    shutil.copy(packaged.folder / f"{packaged.name}.json", tmp_path / "model")
    export_region(run, out=tmp_path / "out", name="mine", force=True)
    ((encoder, network), how), facts = given[0], given[0][1]["facts"]
    assert (how["out"], how["name"], how["force"]) == (tmp_path / "out", "mine", True)
    stored = checkpoint.load(run, {"encoder": encoder, "network": network})
    assert network.reference.shape == (32,)
    assert stored["step"] == facts["card"]["steps"] == 5
    assert (facts["prior"] == packaged.prior).all()
    assert (facts["bin_colors"] == packaged.bin_colors).all()
    assert facts["temperature"] == packaged.temperature
    assert (facts["calibration"] == packaged.calibration).all()
    assert facts["card"]["licence"] == "CC-BY-SA-4.0"
    assert facts["card"]["losses"] == {"color": 3.5}
    assert facts["entries"] == 12
    export_region(run, out=tmp_path / "out", name="mine", licence="own")
    assert given[1][1]["facts"]["card"]["licence"] == "own"


def test_without_it_colours_are_counted_in_the_examples(run, given, tmp_path, monkeypatch):
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.npz").touch()

    class Examples:
        colors = np.array([[255, 0, 0], [255, 0, 0], [0, 0, 255]], np.uint8)
        weight = np.array([1, 0.5, 0.2])

    monkeypatch.setattr(region_export, "load", lambda path: Examples)
    export_region(run, out=tmp_path / "out", name="mine")
    facts = given[0][1]["facts"]
    assert (facts["bin_colors"] == 255).all()
    assert facts["prior"][7 * 64] == pytest.approx(2.5 / (2 + BINS / 2))
    assert facts["prior"].sum() == pytest.approx(1)
    assert facts["prior"].min() > 0
    assert facts["temperature"] == 1
    assert facts["calibration"].tolist() == [[0, 0], [1, 1]]
    assert facts["card"]["calibration"] == "none; confidences are as trained"
    assert facts["card"]["licence"] == "own"


def test_with_nothing_beside_it_is_refused(run, given, tmp_path):
    with pytest.raises(UnreadableError) as caught:
        export_region(run, out=tmp_path / "out", name="mine")
    assert str(caught.value) == (
        f"Neither {tmp_path}/examples nor {tmp_path}/model is there to tell which colours {run} "
        "was trained on."
    )


FACTS = {"entries": 12, "bin_colors": np.zeros((BINS, 3)), "prior": np.zeros(BINS),
         "temperature": 1.0, "calibration": [[0, 0], [1, 1]], "card": {}}  # fmt: skip


def test_graphs_that_disagree_leave_nothing(encoder, tmp_path, monkeypatch):
    def write(module, args, path, **options):
        path.write_bytes(b"graph")

    def wrong(path, inputs):
        with torch.inference_mode():
            return [part.numpy() + part.std().item() for part in encoder(*inputs.values())]

    monkeypatch.setattr(export, "write_graph", write)
    monkeypatch.setattr(export, "run_graph", wrong)
    network = RegionTransformer(width=32, depth=1, heads=4)
    with pytest.raises(ModelError) as caught:
        export.export(encoder, network, out=tmp_path / "out", name="bad", facts=FACTS)
    assert str(caught.value) == (
        "bad.encoder.onnx differs from torch by 1 of its spread, 0.02 is let pass; nothing was "
        "written."
    )
    assert not (tmp_path / "out").exists()


def test_a_model_is_replaced_on_request_alone(encoder, tmp_path, monkeypatch):
    monkeypatch.setattr(
        export, "_write_graphs",
        lambda *nets: [(nets[2] / name).write_bytes(b"new") for name in nets[3].values()],
    )  # fmt: skip
    (tmp_path / "a.json").write_text("mine")
    network = RegionTransformer(width=32, depth=1, heads=4)
    with pytest.raises(ExistsError, match=r"a\.json exists already; give --force"):
        export.export(encoder, network, out=tmp_path, name="a", facts=FACTS, force=False)
    assert (tmp_path / "a.json").read_text() == "mine"
    spec = export.export(encoder, network, out=tmp_path, name="a", facts=FACTS)
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["sha256"] == spec.sha256
    assert spec.folder == tmp_path
    assert read_graph(find_region(tmp_path), "regions") == b"new"
