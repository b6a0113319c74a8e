"""The diagrams show the very networks that are trained."""

from dataclasses import asdict

import pytest
import torch

from nurie_lab.bench.reproduction.diagrams import (
    figure_networks,
    figure_tandem,
    generator_layers,
    judge_layers,
)
from nurie_lab.training.picture.networks import make_discriminator, make_generator
from nurie_lab.training.settings import PictureConfig

SMALL = {"size": 64, "width": 4, "norm": "none", "judge_norm": "none"}
CONFIGS = [
    PictureConfig(**SMALL),
    PictureConfig(**SMALL, divide=2, source="line"),
    PictureConfig(**SMALL, objective="l2", generator="cnn"),
    PictureConfig(**SMALL, objective="multimodal", source="line"),
    PictureConfig(**SMALL, generator="unet", discriminator="patch", source="line"),
]


def maps_of(network, inputs, size):
    """(channels, side) of what each convolution gives, in order."""
    seen = []

    def note(_module, _inputs, output):
        seen.append((output.shape[1], output.shape[2]))

    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d | torch.nn.ConvTranspose2d):
            module.register_forward_hook(note)
    with torch.no_grad():
        network(torch.zeros(1, inputs, size, size))
    return seen


@pytest.mark.parametrize("config", CONFIGS)
def test_the_layers_are_those_of_the_network(config):
    layers = generator_layers(asdict(config))
    network = make_generator(config, torch.Generator())
    found = maps_of(network, layers[0].channels, config.size)
    assert found == [(layer.channels, layer.side) for layer in layers[1:]]
    for layer in layers:
        if layer.skip is not None:
            assert layers[layer.skip].side == layer.side
    kernels = [
        m.kernel_size[0]
        for m in network.modules()
        if isinstance(m, torch.nn.Conv2d | torch.nn.ConvTranspose2d)
    ]
    assert kernels == [int(layer.made[0]) for layer in layers[1:]]


@pytest.mark.parametrize("config", CONFIGS)
def test_the_skips_are_those_of_the_network(config):
    joined = [layer for layer in generator_layers(asdict(config)) if layer.skip is not None]
    assert len(joined) == {"tandem": 4, "cnn": 2, "unet": 5}[config.generator] - (
        config.objective == "multimodal"
    )
    how = "added" if config.generator == "cnn" else "concatenated"
    assert {layer.joined for layer in joined} == {how}


@pytest.mark.parametrize("config", CONFIGS)
def test_the_judge_is_that_of_the_network(config):
    layers = judge_layers(asdict(config))
    network = make_discriminator(config, torch.Generator())
    assert (network is None) == (layers == [])
    if network is not None:
        found = maps_of(network, layers[0].channels, config.size)
        drawn = [(layer.channels, layer.side) for layer in layers[1:] if layer.side]
        assert found == drawn


def words(figure):
    return " ".join(
        text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))
    )


def test_figure_3_names_the_run_and_draws_two_networks():
    figure = figure_networks("my-run", asdict(PictureConfig(noise=0.2)))
    assert len(figure.axes) == 2
    shown = words(figure)
    assert "my-run" in shown
    assert "256 × 256" in shown
    assert "σ = 0.2" in shown
    assert "added" in words(figure_networks("c", asdict(PictureConfig(objective="l2", generator="cnn"))))  # fmt: skip  # noqa: E501


def test_figure_4_draws_what_is_there():
    painter, hinter = asdict(PictureConfig()), asdict(PictureConfig(source="line", target="hint"))
    assert "hint predictor" in words(figure_tandem(hinter, painter))
    assert "hint predictor" not in words(figure_tandem(None, painter))
