"""Writing the region model: what disagrees or is in the way leaves nothing."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: EXPORT UNTESTED")
pytest.importorskip("efficientnet_lite_pytorch", reason="no encoder: EXPORT UNTESTED")

from nurie.colors import BINS
from nurie.errors import ExistsError, ModelError
from nurie.models.registry import find_region, read_graph
from nurie_lab.training.region import released as export
from nurie_lab.training.region.networks import RegionTransformer, imagenet_encoder


@pytest.fixture(scope="module")
def encoder():
    return imagenet_encoder()


def model(encoder):
    network = RegionTransformer(width=32, depth=1, heads=4)
    return export.Restored(encoder, network, 12, np.zeros((BINS, 3), np.uint8), np.zeros(BINS))


def test_graphs_that_disagree_leave_nothing(encoder, tmp_path, monkeypatch):
    def write(module, args, path, **options):
        path.write_bytes(b"graph")

    def wrong(path, inputs):
        with torch.inference_mode():
            return [part.numpy() + part.std().item() for part in encoder(*inputs.values())]

    monkeypatch.setattr(export, "write_graph", write)
    monkeypatch.setattr("nurie_lab.training.graphs.run_graph", wrong)
    with pytest.raises(ModelError) as caught:
        export.export(model(encoder), out=tmp_path / "out", name="bad")
    assert str(caught.value) == (
        "bad.encoder.onnx differs from torch by 1 of its spread, 0.02 is let pass; nothing was "
        "written."
    )
    assert not (tmp_path / "out").exists()


def test_a_model_is_replaced_on_request_alone(encoder, tmp_path, monkeypatch):
    monkeypatch.setattr(
        export, "write_graph", lambda module, args, path, **options: path.write_bytes(b"new")
    )
    monkeypatch.setattr(export, "gap", lambda *_, **__: 0.0)
    (tmp_path / "a.json").write_text("mine")
    with pytest.raises(ExistsError, match=r"a\.json exists already; give --force"):
        export.export(model(encoder), out=tmp_path, name="a", force=False)
    assert (tmp_path / "a.json").read_text() == "mine"
    spec = export.export(model(encoder), out=tmp_path, name="a")
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["sha256"] == spec.sha256
    assert spec.folder == tmp_path
    assert read_graph(find_region(tmp_path), "regions") == b"new"
