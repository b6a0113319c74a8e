"""Released models: found, checked, run."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from nurie.errors import ModelError
from nurie.models.registry import DEFAULT, find, read_graph
from nurie.models.session import RegionSession


@pytest.fixture(scope="module")
def session():
    return RegionSession(find())


def test_the_packaged_model_is_whole_and_small():
    spec = find()
    total = sum(len(read_graph(spec, role)) for role in spec.graphs)
    assert total < 24 * 2**20
    assert spec.card["licence"] == "CC-BY-SA-4.0"
    assert spec.prior.sum() == pytest.approx(1, abs=1e-3)


def test_it_reads_a_drawing_and_colours_any_number_of_regions(session):
    maps = session.encode(np.ones((session.spec.size,) * 2, np.float32))
    assert [m.shape[0] for m in maps] == [24, 40, 112, 320]
    for count in (1, 3, 40):
        zeros = np.zeros((count, 4), np.float32)
        answer = session.predict(
            np.zeros((count, 992), np.float32),
            np.ones((count, 14), np.float32),
            np.zeros((count, count), np.float32),
            zeros,
            np.zeros((session.spec.entries, 4), np.float32),
            np.zeros(640, np.float32),
            np.zeros(count, np.float32),
        )
        assert [part.shape for part in answer] == [(count, n) for n in (512, 3, 64, 64)]
        assert all(np.isfinite(part).all() for part in answer)


def test_two_networks_join_where_neither_palette_nor_reference_is_known(session):
    """The second one knows neither; together they are the mean of both in logits."""
    rng = np.random.default_rng(0)
    features, geometry = rng.uniform(0, 2, (5, 992)), rng.uniform(-1, 1, (5, 14))
    near, known, picture = np.zeros((5, 5)), np.zeros((5, 4)), rng.uniform(0, 1, 640)
    seen = [a.astype(np.float32) for a in (features, geometry, near, known)]
    picture, own = picture.astype(np.float32), np.zeros(5, np.float32)
    joined = session.predict(*seen, np.zeros((1, 4), np.float32), picture, own)[0]
    np.testing.assert_allclose(session.predict_free(*seen, picture)[0], joined, atol=1e-4)
    first = RegionSession(replace(session.spec, graphs={
        role: name for role, name in session.spec.graphs.items() if "second" not in role
    }))  # fmt: skip
    assert (session.second_size, first.second_size) == (320, 0)
    alone = first.predict_free(*seen, picture)[0]
    second = session._look_again("logits", *seen, picture)[0]
    np.testing.assert_allclose(joined, (alone + second) / 2, atol=1e-4)
    entry = np.float32([[0.5, 0.2, 0, 1]])
    for palette, drawing in ((entry, own), (entry * 0, own + 1)):
        told = session.predict(*seen, palette, picture, drawing)
        usual = first.predict(*seen, palette, picture, drawing)
        np.testing.assert_allclose(told[0], usual[0], atol=1e-4)
    with pytest.raises(ModelError, match="nurie-flat has no second encoder"):
        first.encode_second(np.ones((320, 320), np.float32))


def test_doubt_is_calibrated():
    curve = find().calibration
    assert (np.diff(curve, axis=0) >= 0).all()
    assert curve.min() == 0
    assert curve.max() == 1


def test_unknown_models_are_named():
    with pytest.raises(ModelError, match=r"There is no model 'watercolour'; packaged ones: nurie"):
        find("watercolour")


@pytest.fixture
def copied(tmp_path):
    spec = find()
    for path in spec.folder.glob(f"{DEFAULT}*"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_a_folder_is_a_model(copied):
    assert find(copied).name == DEFAULT


def test_changed_weights_are_refused(copied):
    graph = copied / find(copied).graphs["regions"]
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="was changed; install it again"):
        RegionSession(find(copied))


def test_missing_weights_are_named(copied):
    (copied / find(copied).graphs["encoder"]).unlink()
    with pytest.raises(ModelError, match=r"lacks nurie-flat\.encoder\.onnx"):
        RegionSession(find(copied))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"format": 99}, "has format 99; this version reads 2"), ({"prior": [1]}, "is not a model")],
)
def test_damaged_specs_are_refused(copied, change, sentence):
    path = copied / f"{DEFAULT}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelError, match=sentence):
        find(path)
