"""Generators, discriminators, and the settings that name them."""

import dataclasses
import inspect
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.errors import OptionError
from nurie_lab.training.engine.team import Draws
from nurie_lab.training.picture.networks import (
    Dropout,
    GlobalBatchNorm,
    VirtualBatchNorm,
    make_discriminator,
    make_generator,
)
from nurie_lab.training.picture.steps import cell_bins
from nurie_lab.training.settings import PictureConfig, read_settings

CONFIGS = Path(__file__).parents[3] / "configs"
PRESETS = ["cnn", "gan", "gan-noise", "wgan", "wgan-gp", "improved", "multimodal"]
PRESETS += ["pix2pix", "hint-gan", "color-gan", "virtual", "gan-sigma"]


def preset(name):
    return read_settings(CONFIGS / f"{name}.toml")


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


def millions(network):
    return sum(p.numel() for p in network.parameters()) / 1e6


@pytest.mark.parametrize("generator", ["cnn", "tandem", "unet"])
@pytest.mark.parametrize("source", ["line", "line+hint"])
@pytest.mark.parametrize("size", [32, 64])
def test_generators_paint_the_size_they_see(generator, source, size):
    config = PictureConfig(size=size, width=4, generator=generator, source=source)
    network = make_generator(config, chance())
    seen = torch.zeros(2, 4 if source == "line+hint" else 1, size, size)
    assert network(seen).shape == (2, 3, size, size)


def test_virtual_normalisation_sees_the_reference_and_the_picture_alone():
    norm, (fixed, one, other) = VirtualBatchNorm(3), torch.randn(3, 2, 3, 4, 4, generator=chance())
    norm.count = 2
    # The reference by itself, as batch normalisation has it; a picture by itself and the reference.
    both = norm(torch.cat([fixed, one]))
    torch.testing.assert_close(both[:2], GlobalBatchNorm(3)(fixed))
    joined = torch.cat([fixed, one[:1]])
    off = joined - joined.mean((0, 2, 3), keepdim=True)
    wanted = off[2] / (off.square().mean((0, 2, 3)) + 1e-5).sqrt()[:, None, None]
    torch.testing.assert_close(both[2], wanted)
    torch.testing.assert_close(norm(torch.cat([fixed, one[:1], other]))[2], both[2])
    torch.testing.assert_close(norm.eval()(one), both[2:])


def test_bins_are_predicted_of_cells_of_four():
    config = PictureConfig(size=32, width=4, objective="multimodal")
    assert make_generator(config, chance())(torch.zeros(2, 4, 32, 32)).shape == (2, 512, 8, 8)


def test_the_bin_of_a_cell_is_its_middle_pixels():
    colors = torch.full((1, 3, 4, 4), 1.0)
    colors[0, :, 2, 2] = torch.tensor([1.0, -1.0, -1.0])
    assert cell_bins(colors).tolist() == [[[448]]]
    assert cell_bins(torch.ones(1, 3, 4, 4)).tolist() == [[[511]]]


def test_the_sizes_of_the_published_networks():
    # pix2pix: 54.4 M and 2.8 M with three channels in and three out.
    config = PictureConfig(generator="unet", dropout=0.5)
    assert millions(make_generator(config, chance())) == pytest.approx(54.4, abs=0.1)
    config = PictureConfig(discriminator="patch", source="line")
    assert millions(make_discriminator(config, chance())) == pytest.approx(2.8, abs=0.1)


def test_channels_divide():
    whole, half = (
        make_generator(PictureConfig(width=64, divide=divide), chance()) for divide in (1, 2)
    )
    assert millions(whole) / millions(half) == pytest.approx(4, rel=0.01)


def test_the_baseline_has_two_residual_connections():
    network = make_generator(PictureConfig(generator="cnn", width=4, norm="none"), chance())
    inputs = torch.randn(1, 4, 32, 32, generator=chance())
    with torch.no_grad():
        for i in (2, 1):
            # A connection carries the map around everything below it.
            for layer in network.up[: 3 - i]:
                layer.weight.zero_()
            before = network(inputs)
            network.down[i].weight.mul_(2)
            assert not torch.allclose(network(inputs), before)


def test_skips_of_the_u_net_reach_every_level():
    network = make_generator(PictureConfig(source="line", width=2, norm="none"), chance())
    seen = torch.randn(1, 1, 32, 32, generator=chance(), requires_grad=True)
    network(seen).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in network.down.parameters())


@pytest.mark.parametrize("kind", ["tandem", "patch"])
def test_noise_goes_into_each_layer_and_is_left_out_without_draws(kind):
    config = PictureConfig(size=32, width=4, discriminator=kind, noise=0.5, judge_norm="none")
    judge = make_discriminator(config, chance())
    seen, heard = torch.zeros(2, 7, 32, 32), []
    for layer in judge.convolutions:
        layer.register_forward_hook(lambda _, inputs, __: heard.append(inputs[0].detach()))
    quiet = judge(seen).logits
    assert torch.equal(quiet, judge(seen).logits)
    heard.clear()
    loud = judge(seen, Draws(chance()))
    assert not torch.equal(quiet, loud.logits)
    assert float(heard[0].std()) == pytest.approx(0.5, rel=0.05)
    # Each layer's output has its own noise: the spread is above what one layer would pass on.
    assert all(float(x.std()) > 0.45 for x in (*heard, loud.features.detach()))


def test_a_verdict_for_each_patch():
    config = PictureConfig(size=64, width=4, discriminator="patch")
    judge = make_discriminator(config, chance())
    assert judge(torch.zeros(1, 7, 64, 64)).logits.shape == (1, 1, 6, 6)


def test_nothing_judges_the_cnn():
    assert make_discriminator(PictureConfig(objective="l2"), chance()) is None


def test_dropout_scales_what_it_keeps():
    x = torch.ones(2, 8, 16, 16)
    kept = Dropout(0.25)(x, Draws(chance()))
    torch.testing.assert_close(kept.unique(), torch.tensor([0.0, 4 / 3]))
    assert float((kept == 0).float().mean()) == pytest.approx(0.25, abs=0.03)
    assert torch.equal(Dropout(0.25)(x, None), x)


def test_our_batch_norm_is_torchs():
    ours, theirs = GlobalBatchNorm(3), torch.nn.BatchNorm2d(3)
    x = torch.randn(4, 3, 5, 5, generator=chance()) * 3 + 1
    torch.testing.assert_close(ours(x), theirs(x))
    torch.testing.assert_close(ours.variance, theirs.running_var)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


def test_all_settings_have_a_docstring_and_stand_in_the_documents():
    root = Path(__file__).parents[3]
    source = Path(inspect.getfile(PictureConfig)).read_text("utf-8")
    page = (root / "lab" / "docs" / "training.md").read_text("utf-8")
    for field in dataclasses.fields(PictureConfig):
        after = source.split(f"    {field.name}: ")[1].split("\n")[1]
        assert after.startswith('    """'), field.name
        assert f"`{field.name}`" in page, field.name


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_good(name):
    config = preset(name)
    small = dataclasses.replace(config, size=32, width=4, batch=4, norm="none", lanes=1)
    seen = torch.zeros(2, 4 if config.source == "line+hint" else 1, 32, 32)
    assert make_generator(small, chance())(seen).isfinite().all()


def test_the_presets_are_those_of_the_report():
    read = {name: preset(name) for name in PRESETS}
    assert (read["cnn"].objective, read["cnn"].generator, read["cnn"].epochs) == ("l2", "cnn", 70)
    assert (read["wgan"].clip, read["wgan"].critic_steps) == (0.01, 1)
    assert dataclasses.replace(read["gan-noise"], noise=0.0) == read["gan"]
    assert (read["hint-gan"].source, read["hint-gan"].target) == ("line", "hint")
    better = read["improved"]
    assert better.matching
    assert better.kernels
    assert better.history
    assert better.smooth < 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("widht = 3", "sets 'widht'; the settings are batch, beta1"),
        ("objective = 'gna'", "sets objective to 'gna'; it must be one of region, critic, second"),
        ("width = 2.5", "width is 2.5; it must be a whole number from 2 to 512"),
        ("width = true", "width is True; it must be a whole number"),
        ("noise = -1", "noise is -1; it must be a number from 0 to 10"),
        ("saturating = 1", "saturating is 1; it must be true or false"),
        ("size = 100", "size is 100; a multiple of 32 is needed"),
        ("batch = 6", "batch is 6 and lanes is 4; lanes must divide it"),
        ("target = 'hint'", "target is 'hint'; it needs source = 'line'"),
        ("objective = 'multimodal'\ngenerator = 'unet'", "it needs generator = 'tandem'"),
        ("size = 32\nbatch = 1\nlanes = 1", "its innermost map has one number a channel"),
        ("kernels = 3\ndiscriminator = 'patch'", "with discriminator = 'patch' it must be 0"),
        ("size = ", "is not a readable configuration"),
    ],
)
def test_what_is_not_allowed_is_named(tmp_path, text, sentence):
    path = tmp_path / "c.toml"
    path.write_text(text if "objective" in text else f"objective = 'gan'\n{text}", "utf-8")
    with pytest.raises(OptionError, match=sentence) as caught:
        read_settings(path)
    assert str(path) in str(caught.value)


def test_settings_give_way_to_changes(tmp_path):
    path = tmp_path / "c.toml"
    path.write_text("objective = 'gan'\nwidth = 8\nnorm = 'batch'", "utf-8")
    changed = read_settings(path, ["width=4", "norm = layer", "saturating=true", "l1=2.5"])
    assert (changed.width, changed.norm, changed.saturating, changed.l1) == (4, "layer", True, 2.5)
    with pytest.raises(OptionError, match=r"^'width' sets nothing; write KEY=VALUE, as size=64.$"):
        read_settings(path, ["width"])
    with pytest.raises(OptionError, match="width is 'four'; it must be a whole number"):
        read_settings(path, ["width=four"])
