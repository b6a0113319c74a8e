"""Training: losses against small computations, one batch overfits, export agrees."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.colors import BINS, WHITE_BIN, bin_centers, srgb_to_lab
from nurie.regions.tokens import pool
from nurie_lab.data.prepare import Named, make_example, stack
from nurie_lab.training.engine.folder import RunFolder
from nurie_lab.training.engine.loop import train
from nurie_lab.training.region.data import draw_known, draw_palette, on_device
from nurie_lab.training.region.features import compute_features
from nurie_lab.training.region.networks import RegionTransformer, imagenet_encoder, new_encoder
from nurie_lab.training.region.released import Restored, example_inputs
from nurie_lab.training.region.steps import (
    Colors,
    balance,
    match_loss,
    pooled,
    region_loss,
    region_step,
    shift_loss,
    soft_targets,
)
from nurie_lab.training.region.task import (
    make_optimizer,
    region_task,
    set_rates,
)
from nurie_lab.training.settings import RegionConfig

CENTERS = torch.from_numpy(srgb_to_lab(bin_centers()) / 100)


@pytest.fixture(scope="module")
def encoder():
    return imagenet_encoder()


@pytest.fixture(scope="module")
def batch():
    """Two drawings of three boxes in different colours."""
    examples = []
    for shift in (0, 60):
        lines = np.full((120, 120), 255, np.uint8)
        color = np.full((120, 120, 3), 255, np.uint8)
        for i, top in enumerate((10, 45, 80)):
            lines[top : top + 30, 20:100] = 0
            lines[top + 3 : top + 27, 23:97] = 255
            color[top : top + 30, 20:100] = np.roll([220, 40 + shift, 90], i)
        examples.append(make_example(lines, color, np.random.default_rng(0)))
    return stack([Named(example, "boxes", "made") for example in examples])


def small():
    torch.manual_seed(0)
    return RegionTransformer(width=32, depth=2, heads=4, dropout=0.0)


def test_soft_targets_of_white_and_of_a_colour():
    lab = torch.from_numpy(srgb_to_lab(np.array([[255, 255, 255], [208, 48, 48]], np.uint8)) / 100)
    bins = torch.tensor([WHITE_BIN, 6 * 64 + 1 * 8 + 1])
    target = soft_targets(lab, bins, CENTERS, 6.0)
    assert target[0, WHITE_BIN] == 1
    assert target[1].argmax() == bins[1]
    assert target[1, WHITE_BIN] == 0
    torch.testing.assert_close(target.sum(-1), torch.ones(2))


def test_region_loss_and_gradient_against_numpy():
    rng = np.random.default_rng(0)
    logits = torch.tensor(rng.normal(size=(1, 3, BINS)), requires_grad=True)
    target = torch.tensor(rng.dirichlet(np.ones(BINS), (1, 3)))
    weight = torch.tensor([[1.0, 0.0, 3.0]], dtype=torch.float64)
    loss = region_loss(logits, target, weight)
    loss.backward()
    x = logits.detach().numpy()[0].astype(np.float32).astype(float)
    chance = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    each = -(target.numpy()[0] * np.log(chance)).sum(1)
    assert float(loss.detach()) == pytest.approx((each * [1, 0, 3]).sum() / 4, rel=1e-4)
    slope = (chance - target.numpy()[0]) * np.array([[1], [0], [3]]) / 4
    np.testing.assert_allclose(logits.grad.numpy()[0], slope, atol=1e-5)


def test_shift_loss_is_the_weighted_distance():
    shift, target = torch.zeros(1, 2, 3), torch.tensor([[[0.3, 0.4, 0.0], [9.0, 9.0, 9.0]]])
    loss = shift_loss(shift, target, torch.tensor([[2.0, 0.0]]))
    assert float(loss) == pytest.approx(5, rel=1e-3)


def test_match_loss_and_gradient_against_numpy():
    rng = np.random.default_rng(1)
    logits = torch.tensor(rng.normal(size=(1, 3, 4)).astype(np.float32), requires_grad=True)
    same = torch.tensor([[[1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]], dtype=torch.bool)
    shown = torch.tensor([[True, True, True, False]])
    weight = torch.tensor([[1.0, 2.0, 1.0]])
    loss = match_loss(logits, same, shown, weight)
    loss.backward()
    x = np.concatenate([logits.detach().numpy()[0, :, :3], np.zeros((3, 1))], 1)
    chance = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    # The second region's only partner is not shown, so "none" is right.
    right = np.array([[1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
    found = (chance * right).sum(1)
    assert float(loss.detach()) == pytest.approx(-(np.log(found) * [1, 2, 1]).sum() / 4, rel=1e-4)
    slope = (chance - chance * right / found[:, None]) * np.array([[1], [2], [1]]) / 4
    np.testing.assert_allclose(logits.grad.numpy()[0, :, :3], slope[:, :3], atol=1e-5)


def test_rare_bins_count_more_and_the_mean_is_near_one():
    counts = torch.zeros(BINS)
    counts[0], counts[1] = 9000, 100
    weight = balance(counts, 0.35)
    assert weight[1] > weight[0]
    assert float(balance(counts, 0.0).std()) == 0


def test_pooling_is_the_twin_of_numpy(encoder, batch):
    with torch.inference_mode():
        features, picture, _ = pooled(encoder, on_device(batch))
        maps = encoder(torch.from_numpy(batch.lines)[:, None].float() / 255)
    for i in range(2):
        centers = batch.geometry[i, :4, :2].astype(np.float32)
        expected = pool([m[i].numpy() for m in maps], batch.labels[i].astype(np.int32), centers)
        np.testing.assert_allclose(features[i, :4].numpy(), expected, atol=1e-3)
    torch.testing.assert_close(picture, maps[-1].mean((2, 3)), atol=1e-3, rtol=1e-3)


def test_known_colours_are_drawn_only_for_regions(batch):
    seen = on_device(batch)
    known = draw_known(seen, RegionConfig(blind=0.0), torch.Generator().manual_seed(1))
    assert not (known[..., 3].bool() & ~seen.real).any()
    blind = draw_known(seen, RegionConfig(blind=1.0), torch.Generator().manual_seed(1))
    assert not blind.any()


def test_the_palette_holds_the_pictures_own_colours(batch):
    seen = on_device(batch)
    palette = draw_palette(seen, RegionConfig(palette=1.0), torch.Generator().manual_seed(0))
    for i in range(2):
        given = {tuple(c) for c in palette[i, palette[i, :, 3] > 0, :3].tolist()}
        assert given
        assert given <= {tuple(c) for c in seen.lab[i, seen.real[i]].tolist()}


@pytest.mark.parametrize("paired", [False, True])
def test_one_batch_overfits(encoder, batch, paired):
    network, config = small(), RegionConfig(blind=1.0, palette=0.0)
    with torch.inference_mode():
        features = pooled(encoder, seen := on_device(batch).pick(torch.arange(2)))[:2]
    features = tuple(torch.tensor(f.numpy()) for f in features)
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3)
    colors = Colors(CENTERS, torch.ones(BINS))
    losses = []
    for _ in range(120):
        loss, parts = region_step(
            features, seen, network=network, colors=colors, config=config,
            generator=torch.Generator().manual_seed(0), paired=paired,
        )  # fmt: skip
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 2
    assert set(parts) == {"color", "shift", "match"} if paired else {"color", "shift"}


def test_padding_changes_nothing():
    network = small().eval()
    inputs = example_inputs(12, count=5)
    padded = {k: v.clone() for k, v in inputs.items()}
    padded["drawing"] = torch.nn.functional.pad(inputs["drawing"], (0, 3))
    for name in ("features", "geometry", "known"):
        padded[name] = torch.nn.functional.pad(inputs[name], (0, 0, 0, 3))
    padded["adjacency"] = torch.nn.functional.pad(inputs["adjacency"], (0, 3, 0, 3))
    with torch.inference_mode():
        one, two = network(*inputs.values()), network(*padded.values())
    for short, long in zip(one, two, strict=True):
        torch.testing.assert_close(short, long[:, :5], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("scratch", [True, False])
def test_from_scratch_the_whole_encoder_learns(tmp_path, batch, scratch):
    config = RegionConfig(
        width=32, depth=1, heads=4, batch=2, scratch=scratch, small_share=0.5, frozen_share=0.0,
        pictures=6,
    )  # fmt: skip
    encoder = new_encoder()
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    folder = RunFolder(tmp_path, lambda _: None)
    folder.begin(config, tmp_path, [])

    def find(encoder, name):
        return compute_features(encoder, on_device(batch), late=False, say=folder.say), name

    network = RegionTransformer(width=config.width, depth=config.depth, heads=config.heads)
    start = "", Restored(encoder, network, config.entries, bin_centers(), np.ones(BINS))
    task = region_task(config, batch, folder, start=start, find=find)
    train(task)
    after = task.encoder.state_dict()
    moved = {n for n, v in before.items() if v.is_floating_point() and not torch.equal(v, after[n])}
    early = {n for n in moved if n.startswith(("stem", "norm", "blocks.0"))}
    assert moved
    assert bool(early) == scratch
    assert ("norm.running_mean" in early) == scratch


@pytest.mark.parametrize("scratch", [True, False])
def test_the_encoder_waits_for_its_turn_unless_it_starts_from_nothing(encoder, scratch):
    config = RegionConfig(frozen_share=0.5, scratch=scratch)
    optimizer = make_optimizer(small(), encoder, config)
    rates = []
    for done in (0.3, 0.8, 1.0):
        set_rates(optimizer, done, config)
        rates.append(optimizer.param_groups[2]["lr"])
    assert (rates[0] > 0) == scratch
    assert rates[1] > 0
    assert rates[2] == pytest.approx(0, abs=1e-9)


def test_drawings_read_small_have_as_many_features(encoder, batch):
    with torch.inference_mode():
        whole, small = (pooled(encoder, on_device(batch), small=s)[0] for s in (False, True))
    assert small.shape == whole.shape
    assert bool(small[0, 0].abs().sum() > 0)
    assert not torch.equal(small, whole)
