"""Several colourings of one drawing: what is shown of them, learnt from them, and judged."""

import os
import signal
from itertools import islice

import numpy as np
import pytest
import torch

from nurie.colors import bin_centers, srgb_to_lab
from nurie_lab.training.engine.folder import RunFolder
from nurie_lab.training.engine.loop import train
from nurie_lab.training.region.critic import Critic, prefer_loss
from nurie_lab.training.region.mixed import Plan, Store, batches, mixed_task, part_loss, shown
from nurie_lab.training.region.networks import RegionTransformer
from nurie_lab.training.region.spoil import WAYS, Colouring, flesh, spoil, swap
from nurie_lab.training.region.steps import Colors
from nurie_lab.training.settings import RegionConfig


@pytest.fixture
def store():
    """Six drawings of four regions, two colourings each; the last region's colour is unknown."""
    rng = np.random.default_rng(0)
    geometry = rng.uniform(0.1, 0.6, (6, 4, 14)).astype(np.float16)
    trust = np.ones((6, 2, 4), np.float16)
    trust[..., 3] = 0
    return Store(
        rng.normal(size=(6, 4, 496)).astype(np.float16),
        rng.normal(size=(6, 320)).astype(np.float16), geometry,
        np.zeros((6, 4, 4), np.float16), rng.integers(0, 256, (6, 2, 4, 3)).astype(np.uint8),
        trust, rng.integers(-1, 3, (6, 4)).astype(np.int16), np.arange(6) ^ 1,
    )  # fmt: skip


@pytest.fixture
def plan():
    return Plan(
        np.zeros(12, int),
        np.arange(12) // 2,
        np.arange(12) % 2,
        np.full(12, 1 / 12),
        np.full(12, 4),
    )


def small(parts=3):
    torch.manual_seed(0)
    return RegionTransformer(width=32, depth=3, heads=2, parts=parts)


def test_unknown_colours_are_never_told(store):
    seen = shown(store, np.array([0]), np.array([1]), np.array([False])).seen
    assert seen.real.tolist() == [[True, True, True, False]]
    assert seen.weight[0, 3] == 0


def test_a_mirrored_drawing_is_mirrored_twice_to_itself(store):
    one = shown(store, np.array([2]), np.array([0]), np.array([False])).seen.geometry
    two = shown(store, np.array([2]), np.array([0]), np.array([True])).seen.geometry
    assert torch.equal(two[..., 1], -one[..., 1])
    assert torch.equal(two[..., 10], -one[..., 12])
    assert torch.equal(two[..., 12], -one[..., 10])
    assert torch.equal(two[..., [0, 2, 9, 11, 13]], one[..., [0, 2, 9, 11, 13]])


def test_batches_go_on_where_they_were_stopped(plan):
    config = RegionConfig(batch=2, seed=3)
    whole = [rows.tolist() for rows, _, _ in islice(batches(plan, config), 40)]
    rest = [rows.tolist() for rows, _, _ in islice(batches(plan, config, start=21), 19)]
    assert rest == whole[21:]
    assert len({tuple(rows) for rows in whole}) > 10


def test_a_run_goes_on_bit_for_bit(store, plan, tmp_path):
    colors = Colors(torch.from_numpy(srgb_to_lab(bin_centers()) / 100).float(), torch.ones(512))
    config = RegionConfig(batch=4, pictures=32, pairs=0.5, palette=0.5, log_every=1)

    def run(name, *, stop=-1, going_on=False):
        network, folder = small(), RunFolder(tmp_path / name, print)
        folder.path.mkdir(exist_ok=True)
        task = mixed_task(config, folder, [store], plan, network, colors, going_on=going_on)
        step, count = task.step, iter(range(100))

        def counted(part, share):
            if next(count) == stop:
                os.kill(os.getpid(), signal.SIGTERM)
            return step(part, share)

        task.step = counted
        train(task)
        return network.state_dict()

    whole = run("whole")
    assert all(torch.isfinite(v).all() for v in whole.values())
    for name in ("head.weight", "parts.weight"):
        assert not torch.equal(whole[name], small().state_dict()[name])
    with pytest.raises(SystemExit):
        run("parted", stop=3)
    again = run("parted", going_on=True)
    assert all(torch.equal(v, again[k]) for k, v in whole.items())


def test_unnamed_regions_teach_no_names():
    logits = torch.zeros(1, 2, 3)
    assert part_loss(logits, torch.tensor([[-1, -1]]), torch.zeros(1, 2)) == 0
    assert part_loss(logits, torch.tensor([[2, -1]]), torch.zeros(1, 2)) == pytest.approx(np.log(3))


def test_the_critic_begins_as_the_model_and_sees_every_colour(store):
    network = small().eval()
    critic = Critic(network).eval()
    one = shown(store, np.array([0, 0]), np.array([0, 1]), np.array([False, False]))
    known = torch.cat([one.seen.lab, torch.ones(2, 4, 1)], -1)
    rows = one.features, one.seen.geometry, one.seen.adjacency
    verdict = critic(*rows, known, one.picture)
    assert verdict.score.shape == (2,)
    assert verdict.score[0] != verdict.score[1]
    assert verdict.odd.shape == (2, 4)
    assert verdict.parts.shape == (2, 4, 3)
    for block, first in zip(critic.trunk.blocks, network.blocks, strict=False):
        assert torch.equal(block.mlp[0].weight, first.mlp[0].weight)
    hidden = one.seen.geometry.clone()
    hidden[:, 3] = 0
    known[:, 3] = 0.3
    before = critic(rows[0], hidden, rows[2], known, one.picture).score
    known[:, 3] = 0.9
    assert torch.equal(before, critic(rows[0], hidden, rows[2], known, one.picture).score)


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
