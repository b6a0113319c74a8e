"""Features kept beside the examples, and what is kept apart."""

from zlib import crc32

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.errors import InputError
from nurie_lab.data.prepare import Named, make_example, write_examples
from nurie_lab.training.region import features
from nurie_lab.training.region.data import from_sources, load, on_device, some
from nurie_lab.training.region.features import compute_features, stored_features
from nurie_lab.training.region.networks import imagenet_encoder
from nurie_lab.training.region.task import shuffled
from nurie_lab.training.settings import RegionConfig


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


def stored(folder, notes, rows=np.ones_like, name=None):
    return stored_features(
        imagenet_encoder(), folder, name=name, late=True, say=notes.append,
        rows=lambda source: rows(source).astype(bool),
    )  # fmt: skip


def test_stored_features_are_the_computed_ones_and_are_made_once(folder):
    notes = []
    found, name = stored(folder, notes)
    stored(folder, notes)
    assert notes == ["read a.npz", "read b.npz"]
    fresh = compute_features(
        imagenet_encoder(), on_device(load(folder)), late=True, say=notes.append
    )
    order = torch.tensor([3, 0, 2, 1])
    for one, two in ((found.pools, fresh.pools), (found.coarse, fresh.coarse)):
        torch.testing.assert_close(one[order], two[order], atol=2e-2, rtol=2e-2)
    assert sorted(path.name for path in folder.iterdir()) == ["a.npz", "b.npz", name]


def test_features_of_other_weights_lie_apart_unless_their_folder_is_named(folder):
    notes = []
    _, name = stored(folder, notes)
    encoder = imagenet_encoder()
    with torch.no_grad():
        encoder.stem.weight[0] += 1
    for given, other in ((None, True), (name, False)):
        found = stored_features(
            encoder, folder, name=given, late=True, rows=lambda s: s > 0, say=notes.append
        )
        assert (found[1] != name) == other


def test_sources_are_kept_apart(folder):
    def apart(source):
        return from_sources(["y"], source)

    assert load(folder, chosen=apart).picture.tolist() == [crc32(b"two")]
    kept = load(folder, chosen=lambda source: ~apart(source))
    assert crc32(b"two") not in kept.picture
    assert len(some(load(folder), 2).lines) == 2
    found, _ = stored(folder, [], rows=lambda source: ~apart(source))
    fresh = compute_features(imagenet_encoder(), on_device(kept), late=True, say=print)
    rows = torch.arange(3)
    torch.testing.assert_close(found.pictures[rows], fresh.pictures, atol=2e-2, rtol=2e-2)


def test_the_runtime_reads_as_torch_does_and_each_drawing_once(folder, monkeypatch):
    batch = load(folder)
    # Two colourings of the first drawing, then the others.
    twice = type(batch)(*(np.concatenate([c[:1], c]) for c in vars(batch).values()))
    slow = compute_features(imagenet_encoder(), on_device(batch), late=False, say=print)
    monkeypatch.setattr(features, "MANY", 1)
    read = []

    def counted(encoder, count, lines, *, late):
        read.append(count)
        return read_by(encoder, count, lines, late=late)

    read_by = features.read_by
    monkeypatch.setattr(features, "read_by", counted)
    fast = compute_features(imagenet_encoder(), on_device(twice), late=False, say=print)
    assert read == [len(batch.lines)]
    rows = [0, *range(len(batch.lines))]
    for one, two in ((slow.pools, fast.pools), (slow.coarse, fast.coarse)):
        torch.testing.assert_close(one[rows], two, atol=2e-2, rtol=2e-2)


def test_what_is_no_file_of_examples_is_named(folder):
    with pytest.raises(InputError, match="No prepared examples in"):
        load(folder, chosen=lambda source: source < 0)
    (folder / "c.npz").write_bytes(b"?")
    with pytest.raises(InputError, match=r"c\.npz holds no prepared examples"):
        load(folder)


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
