"""What is learnt from colourings by number: names of parts, and a critic of whole colourings."""

import numpy as np
import pytest
import torch

from nurie.colors import srgb_to_lab
from nurie_lab.training.region.networks import Critic, RegionTransformer, prefer_loss
from nurie_lab.training.region.spoil import WAYS, Colouring, flesh, spoil, swap
from nurie_lab.training.region.steps import part_loss


def small(parts=3):
    torch.manual_seed(0)
    return RegionTransformer(width=32, depth=3, heads=2, parts=parts)


def test_unnamed_regions_teach_no_names():
    logits, even = torch.zeros(1, 2, 3), torch.ones(3)
    assert part_loss(logits, torch.tensor([[-1, -1]]), torch.zeros(1, 2), even) == 0
    named = part_loss(logits, torch.tensor([[2, -1]]), torch.zeros(1, 2), even)
    assert named == pytest.approx(np.log(3))


def test_the_critic_begins_as_the_model_and_sees_every_colour():
    network, draw = small().eval(), torch.Generator().manual_seed(0)

    def rand(*shape):
        return torch.rand(*shape, generator=draw)

    critic = Critic(network).eval()
    one = [each[:1].repeat(2, *[1] * (each.ndim - 1))
           for each in (rand(1, 4, 496), rand(1, 4, 14), rand(1, 4, 4), rand(1, 320))]  # fmt: skip
    features, geometry, near, picture = one
    known = torch.cat([rand(2, 4, 3), torch.ones(2, 4, 1)], -1)
    parts, likely = rand(1, 4, 3).repeat(2, 1, 1), rand(1, 4, 2).repeat(2, 1, 1)

    def judge():
        return critic(features, geometry, near, known, picture, parts, likely)

    verdict = judge()
    assert verdict.score.shape == (2,)
    assert verdict.score[0] != verdict.score[1]
    assert verdict.odd.shape == (2, 4)
    for block, first in zip(critic.trunk.blocks, network.blocks, strict=False):
        assert torch.equal(block.mlp[0].weight, first.mlp[0].weight)
    geometry[:, 3] = 0
    known[:, 3] = 0.3
    before = judge().score
    known[:, 3] = 0.9
    assert torch.equal(before, judge().score)


def test_preference_compares_colourings_of_one_drawing_alone():
    rank, group = torch.tensor([1, 0, 1, 0]), torch.tensor([0, 0, 1, 1])
    good = prefer_loss(torch.tensor([2.0, -2.0, 9.0, 5.0]), rank, group)
    assert good == pytest.approx(float(np.log1p(np.exp(-4))))
    assert prefer_loss(torch.zeros(2), torch.tensor([1, 1]), torch.tensor([0, 0])) == 0


@pytest.fixture
def good():
    rng = np.random.default_rng(1)
    colors = srgb_to_lab(rng.integers(0, 256, (9, 3)).astype(np.uint8))[np.arange(24) % 9]
    return Colouring(colors, rng.random(24), np.arange(24) % 9 == 2, colors[::-1] + 5)


@pytest.mark.parametrize("way", [*WAYS, flesh])
def test_every_way_of_spoiling_changes_colours_and_leaves_the_good_alone(good, way):
    before = good.colors.copy()
    spoilt = [way(good, np.random.default_rng(seed)) for seed in range(8)]
    assert np.array_equal(good.colors, before)
    assert any(np.abs(one - before).max() > 5 for one in spoilt)
    assert all(one.shape == before.shape for one in spoilt)


def test_swapped_colours_keep_the_hues(good):
    spoilt = swap(good, np.random.default_rng(3))
    old = {tuple(row) for row in good.colors.round(1).tolist()}
    assert {tuple(row) for row in spoilt.round(1).tolist()} <= old


def test_spoilt_skin_leaves_the_rest_alone(good):
    for seed in range(6):
        spoilt = flesh(good, np.random.default_rng(seed))
        assert np.array_equal(spoilt[~good.people], good.colors[~good.people])


def test_spoilt_colours_exist(good):
    for seed in range(20):
        lab = spoil(good, np.random.default_rng(seed))
        assert lab[:, 0].min() >= 0
        assert lab[:, 0].max() <= 100.1
