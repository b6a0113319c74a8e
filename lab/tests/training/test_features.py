"""Features kept beside the examples, and what is kept apart."""

from zlib import crc32

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.errors import InputError
from nurie_lab.data.examples import make_example
from nurie_lab.data.prepare import Named, write_examples
from nurie_lab.training.__main__ import keep, kept_apart, some
from nurie_lab.training.region.config import RegionConfig
from nurie_lab.training.region.data import load, on_device
from nurie_lab.training.region.features import compute_features, load_features, store_features
from nurie_lab.training.region.loop import shuffled
from nurie_lab.training.region.networks import imagenet_encoder


def examples(names):
    for i, (picture, source) in enumerate(names):
        lines = np.full((60, 60), 255, np.uint8)
        lines[10:40, 10 : 30 + i] = 0
        lines[13:37, 13 : 27 + i] = 255
        color = np.full((60, 60, 3), 255, np.uint8)
        color[10:40, 10 : 30 + i] = [200, 30 * i, 60]
        yield Named(make_example(lines, color, np.random.default_rng(0)), picture, source)


@pytest.fixture
def folder(tmp_path):
    write_examples(tmp_path / "a.npz", lambda: examples([("one", "x"), ("one", "x")]))
    write_examples(tmp_path / "b.npz", lambda: examples([("two", "y"), ("three", "x")]))
    return tmp_path


def test_stored_features_are_the_computed_ones_and_are_made_once(folder):
    encoder, said = imagenet_encoder(), []
    store_features(encoder, folder, say=said.append)
    store_features(encoder, folder, say=said.append)
    assert said == ["read a.npz", "read b.npz"]
    stored = load_features(folder)
    fresh = compute_features(encoder, on_device(load(folder)), late=False, say=said.append)
    torch.testing.assert_close(stored.pools, fresh.pools, atol=2e-2, rtol=2e-2)
    torch.testing.assert_close(stored.coarse, fresh.coarse, atol=2e-2, rtol=2e-2)
    assert not list(folder.glob("*.partial"))


def test_missing_features_are_named(folder):
    with pytest.raises(
        InputError, match=r"a\.features\.npy is missing; compute the features first"
    ):
        load_features(folder)


def test_sources_are_kept_apart(folder):
    batch = load(folder)
    apart = kept_apart(batch, ["y"])
    assert keep(batch, apart).picture.tolist() == [crc32(b"two")]
    assert crc32(b"two") not in keep(batch, ~apart).picture
    assert len(some(batch, 2).lines) == 2


def test_pairs_show_one_picture(folder):
    batch = load(folder)
    order = shuffled(batch, RegionConfig(batch=2, pairs=1.0))
    for _ in range(3):
        index, paired = next(order)
        assert paired
        assert len(set(batch.picture[index].tolist())) == 1
    index, paired = next(shuffled(batch, RegionConfig(batch=2, pairs=0.0)))
    assert not paired
    assert len(set(index.tolist())) == 2
