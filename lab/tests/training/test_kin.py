"""Who takes one colour: what is taught is what the product computes."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

import nurie.models
from nurie.models.registry import find_region
from nurie.models.session import RegionSession
from nurie_lab.training.region import kin

WEIGHTS = Path(nurie.models.__file__).parent / "weights"


def drawing(seed, *, held=False):
    """Six regions in three pairs; those of a pair look alike and take one colour."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(6, 496)).astype(np.float32)
    features[:, :64] = 4 * rng.normal(size=(3, 64)).repeat(2, axis=0)
    one, two = np.triu_indices(6, 1)
    same = (one // 2 == two // 2).astype(np.float32)
    part = np.where(one == 0, np.nan, same).astype(np.float32)
    place = rng.uniform(-1, 1, (6, 14)).astype(np.float32)
    rows = np.stack([one, two], axis=1)
    return kin.Pairs(features, place, np.zeros((6, 6), np.float32), rows, same, part, held)


@pytest.fixture(scope="module")
def taught():
    drawings = [drawing(seed) for seed in range(80)]
    drawings += [drawing(seed, held=True) for seed in range(900, 910)]
    said = []
    return drawings, kin.teach(drawings, 10, said.append), said


def test_pairs_that_look_alike_are_told_from_others(taught):
    drawings, network, said = taught
    assert len(said) == 10
    first, last = (kin.KinNetwork(network_inputs(drawings)).eval(), network)
    assert gap(last, drawings[80:]) > gap(first, drawings[80:]) + 0.2


def network_inputs(drawings):
    return np.concatenate([np.concatenate([d.features, d.geometry], 1) for d in drawings])


def gap(network, drawings):
    """By how much pairs of one colour are likelier than others."""
    with torch.inference_mode():
        found = np.concatenate([kin.logits(network, one)[:, 0].numpy() for one in drawings])
    same = np.concatenate([one.same for one in drawings]) > 0
    return found[same].mean() - found[~same].mean()


def test_recall_counts_what_is_found_at_a_precision():
    held = [drawing(0)]
    right = np.where(held[0].same > 0, 1.0, -1.0)
    assert kin.recalls(right, held)["at 0.8"] == 1
    assert kin.recalls(-right, held)["at 0.8"] == 0


def test_the_product_computes_what_was_taught(taught, tmp_path):
    drawings, network, _ = taught
    shutil.copytree(WEIGHTS, tmp_path / "model")
    kin.enter(network, tmp_path / "model" / "nurie-flat.json")
    session = RegionSession(find_region(tmp_path / "model" / "nurie-flat.json"))
    one = drawings[-1]
    seen = session.one_colour(one.features, one.geometry, one.near)
    inputs = (torch.from_numpy(a)[None] for a in (one.features, one.geometry, one.near))
    with torch.inference_mode():
        wanted = network(*inputs)[0, ..., 0].numpy()
    assert np.allclose(seen, wanted, atol=2e-2)
    assert np.allclose(seen, seen.T, atol=1e-4)


def test_nothing_to_learn_from_is_said():
    with pytest.raises(kin.OptionError, match="no drawings to learn from"):
        kin.teach([drawing(1, held=True)], 1)
