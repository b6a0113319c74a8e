"""From released graphs back to networks: what torch computes is what the graphs compute."""

import warnings

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")
pytest.importorskip("onnx", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.colors import BINS, bin_centers
from nurie.errors import ModelError, UnreadableError
from nurie.models.registry import find
from nurie.models.session import RegionSession
from nurie_lab.training.region.networks import RegionTransformer, imagenet_encoder
from nurie_lab.training.region.released import (
    Restored,
    example_inputs,
    export,
    fold,
    restore_model,
    restore_run,
)


@pytest.fixture(scope="module")
def released():
    return find("nurie-flat")


@pytest.fixture(scope="module")
def restored(released):
    return restore_model(released)


def test_the_packaged_model_comes_back_as_networks(released, restored):
    session = RegionSession(released)
    lines = np.random.default_rng(0).random((released.size, released.size), np.float32)
    with torch.inference_mode():
        maps = restored.encoder(torch.from_numpy(lines)[None, None])
    for ours, theirs in zip(maps, session.encode(lines), strict=True):
        np.testing.assert_allclose(ours[0].numpy(), theirs, atol=2e-3 * float(theirs.std()))
    for count in (2, 9):
        inputs = example_inputs(released.entries, count)
        with torch.inference_mode():
            answer = restored.network(*inputs.values())
        theirs = session.predict(*(value[0].numpy() for value in inputs.values()))
        scale = (1 / released.temperature, 1, 1, 1)
        for ours, other, factor in zip(answer[:4], theirs, scale, strict=True):
            np.testing.assert_allclose(
                ours[0].numpy() * factor, other, atol=2e-3 * float(other.std())
            )


def test_what_was_fitted_comes_along(released, restored):
    assert restored.shape == {"width": 224, "depth": 5, "heads": 8}
    assert restored.temperature == released.temperature
    np.testing.assert_array_equal(restored.bin_colors, released.bin_colors)
    assert restored.card["licence"] == released.card["licence"]


NAMES = ("hair", "skin", "sky")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A small network, and the model that was written of it."""
    torch.manual_seed(1)
    encoder = imagenet_encoder()
    network = RegionTransformer(width=32, depth=2, heads=4, parts=len(NAMES)).eval()
    with torch.no_grad():
        for value in network.parameters():
            # Equal ones, as before any training, are stored once.
            value.add_(0.01 * torch.randn_like(value))
    prior = np.full(BINS, 1 / BINS)
    model = Restored(encoder, network, 3, bin_centers(), prior, 1.5, parts=NAMES)
    with warnings.catch_warnings(action="ignore"):
        out = tmp_path_factory.mktemp("tiny")
        return network, export(model, out=out, name="tiny")


def test_export_agrees_for_any_number_of_regions(exported):
    network, spec = exported
    session = RegionSession(find(spec.folder))
    for count in (1, 2, 30):
        inputs = example_inputs(3, count)
        with torch.inference_mode():
            expected = [value[0].numpy() for value in network(*inputs.values())][:4]
        expected[0] /= spec.temperature
        actual = session.predict(*(v[0].numpy() for v in inputs.values()))
        for one, two in zip(actual, expected, strict=True):
            np.testing.assert_allclose(one, two, atol=3e-3)
        nothing = {"palette": torch.zeros(2, 1, 4), "known": torch.zeros(2, count, 4)}
        inputs |= {**nothing, "drawing": torch.zeros(2, count)}
        with torch.inference_mode():
            named = network(*inputs.values()).parts[0].softmax(-1)
        seen = [v[0].numpy() for k, v in inputs.items() if k not in (*nothing, "drawing")]
        np.testing.assert_allclose(session.name_parts(*seen), named, atol=3e-3)


def test_export_and_restore_change_nothing(exported):
    network, spec = exported
    again = restore_model(spec)
    assert (again.shape, again.entries) == ({"width": 32, "depth": 2, "heads": 4}, 3)
    assert again.parts == NAMES
    for name, value in network.state_dict().items():
        assert torch.equal(again.network.state_dict()[name], value), name


def test_folding_leaves_normalisation_nothing_to_do():
    encoder, lines = imagenet_encoder(), torch.rand(1, 1, 64, 64)
    with torch.inference_mode():
        before = encoder(lines)
    fold(encoder)
    assert float(encoder.norm.weight.detach().sub(1).abs().max()) == 0
    with torch.inference_mode():
        after = encoder(lines)
    for one, two in zip(before, after, strict=True):
        torch.testing.assert_close(one, two, atol=1e-3 * float(one.std()), rtol=1e-3)


def test_other_graphs_are_refused(tmp_path, released):
    import dataclasses

    graphs = released.graphs
    swapped = graphs | {"encoder": graphs["regions"], "regions": graphs["encoder"]}
    with pytest.raises(ModelError, match="not the weights of a region model"):
        restore_model(dataclasses.replace(released, graphs=swapped))
    with pytest.raises(UnreadableError, match="is not a run of nurie train"):
        restore_run(tmp_path)
