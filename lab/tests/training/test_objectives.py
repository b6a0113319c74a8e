"""Each objective and its gradient beside a small computation in numpy."""

import functools

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie_lab.training.picture.networks import MinibatchDiscrimination
from nurie_lab.training.picture.steps import (
    History,
    annealed_mean,
    clip_weights,
    critic_loss,
    discriminator_loss,
    generator_loss,
    gradient_penalty,
    l1_loss,
    l2_loss,
    matching_loss,
    multimodal_loss,
)


def slopes(function, arrays, i, step=1e-5):
    """Central differences of a numpy function in its i-th argument."""
    found = np.zeros_like(arrays[i])
    for place in np.ndindex(found.shape):
        ends = []
        for sign in (1, -1):
            moved = [a.copy() for a in arrays]
            moved[i][place] += sign * step
            ends.append(function(*moved))
        found[place] = (ends[0] - ends[1]) / (2 * step)
    return found


def check(objective, by_hand, *arrays, constant=()):
    """Value and gradients of a torch function are those of the numpy one."""
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    value = objective(*tensors)
    value.backward()
    assert float(value.detach()) == pytest.approx(by_hand(*arrays), rel=1e-4, abs=1e-6)
    for i, tensor in enumerate(tensors):
        if i not in constant:
            expected = slopes(by_hand, list(arrays), i)
            np.testing.assert_allclose(tensor.grad.numpy(), expected, rtol=2e-3, atol=1e-5)


def some(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def sure(logits):
    return 1 / (1 + np.exp(-logits))


def test_l2_is_equation_6():
    def by_hand(a, b):
        total = 0.0
        for i in range(2):
            for place in np.ndindex(2, 2):
                total += np.linalg.norm((a - b)[(i, slice(None), *place)]) ** 2
        return total / 8

    check(l2_loss, by_hand, some(2, 3, 2, 2), some(2, 3, 2, 2, seed=1), constant=(1,))


def test_l1_of_equation_7():
    check(
        l1_loss,
        lambda a, b: np.abs(a - b).sum() / a.size,
        some(2, 3, 2, 2), some(2, 3, 2, 2, seed=1), constant=(1,),
    )  # fmt: skip


def test_the_discriminators_loss_is_equation_4():
    def by_hand(real, fake):
        return -(np.log(sure(real)) + np.log(1 - sure(fake))).mean()

    check(discriminator_loss, by_hand, some(4, 1), some(4, 1, seed=1))


def test_one_sided_label_smoothing_leaves_the_fakes():
    def by_hand(real, fake):
        kept = 0.9 * np.log(sure(real)) + 0.1 * np.log(1 - sure(real))
        return -(kept + np.log(1 - sure(fake))).mean()

    smoothed = functools.partial(discriminator_loss, smooth=0.9)
    check(smoothed, by_hand, some(3, 1), some(3, 1, seed=1))


def test_the_saturating_generator_is_equation_5():
    check(
        lambda fake: generator_loss(fake, saturating=True),
        lambda fake: np.log(1 - sure(fake)).mean(),
        some(4, 1),
    )


def test_the_usual_generator_has_strong_gradients_early():
    check(generator_loss, lambda fake: -np.log(sure(fake)).mean(), some(4, 1))
    # A discriminator that is sure: 1 - D vanishes in one, not in the other.
    early = torch.full((1, 1), -8.0, requires_grad=True)
    for saturating, low, high in ((True, 0, 1e-3), (False, 0.99, 1)):
        (slope,) = torch.autograd.grad(generator_loss(early, saturating=saturating), early)
        assert low < abs(float(slope)) <= high


def test_extreme_logits_stay_finite():
    far = torch.tensor([[-200.0], [200.0]], requires_grad=True)
    for loss in (discriminator_loss(far, far), generator_loss(far, saturating=True)):
        (slope,) = torch.autograd.grad(loss, far)
        assert torch.isfinite(loss)
        assert torch.isfinite(slope).all()


def test_the_critics_loss():
    check(critic_loss, lambda r, f: f.mean() - r.mean(), some(4, 1), some(4, 1, seed=1))


def test_weights_are_clipped_in_place():
    layer = torch.nn.Linear(20, 20)
    before = layer.weight.detach().clone()
    clip_weights(layer.parameters(), 0.01)
    assert torch.equal(layer.weight, before.clamp(-0.01, 0.01))
    assert float(layer.weight.detach().abs().max()) == pytest.approx(0.01)


def test_the_gradient_penalty_of_a_known_critic():
    # D(x) = Σ a x² / 2 has the gradient a x.
    x = some(2, 3, 2, 2, seed=3)

    def objective(a):
        mixed = torch.tensor(x, requires_grad=True)
        scores = (a * mixed.square() / 2).flatten(1).sum(1, keepdim=True)
        return gradient_penalty(scores, mixed)

    def by_hand(a):
        lengths = [np.sqrt(((a[0] * one) ** 2).sum()) for one in x]
        return np.mean([(length - 1) ** 2 for length in lengths])

    check(objective, by_hand, some(1, 3, 2, 2))


def test_a_dead_critic_has_a_finite_penalty():
    a = torch.zeros(1, requires_grad=True)
    mixed = torch.ones(2, 3, 2, 2, requires_grad=True)
    loss = gradient_penalty((a * mixed).flatten(1).sum(1), mixed)
    (slope,) = torch.autograd.grad(loss, a)
    assert float(loss.detach()) == pytest.approx(1, abs=1e-4)
    assert torch.isfinite(slope).all()


def test_feature_matching_compares_means_and_teaches_only_the_painter():
    real, fake = some(3, 2, 2, 2), some(3, 2, 2, 2, seed=1)
    check(
        matching_loss,
        lambda r, f: ((f.mean(0) - r.mean(0)) ** 2).mean(),
        real, fake, constant=(0,),
    )  # fmt: skip
    given = torch.tensor(real, requires_grad=True)
    matching_loss(given, torch.tensor(fake, requires_grad=True)).backward()
    assert given.grad is None


def test_historical_averaging():
    network = torch.nn.Linear(2, 1, bias=False)
    history = History(network)
    past = []
    for step in range(4):
        with torch.no_grad():
            network.weight.copy_(torch.tensor([[float(step), step**2]]))
        history.remember(network)
        past.append(network.weight.detach().numpy().copy())
    off = network.weight.detach().numpy() - np.mean(past, 0)
    loss = history.loss(network)
    assert float(loss.detach()) == pytest.approx((off**2).sum(), rel=1e-5)
    loss.backward()
    np.testing.assert_allclose(network.weight.grad.numpy(), 2 * off, rtol=1e-5)


def test_multimodal_cross_entropy_with_weights():
    bins = np.array([[[0, 2], [1, 2]]])
    weight = np.array([1.0, 2.0, 0.5])

    def by_hand(logits):
        total = 0.0
        for row, column in np.ndindex(2, 2):
            x, b = logits[0, :, row, column], bins[0, row, column]
            total += weight[b] * (np.log(np.exp(x).sum()) - x[b])
        return total / 4

    check(
        lambda x: multimodal_loss(x, torch.tensor(bins), torch.tensor(weight)),
        by_hand, some(1, 3, 2, 2),
    )  # fmt: skip


def test_the_annealed_mean_goes_from_the_mean_to_the_mode():
    logits = torch.tensor([0.0, 1.0, 0.5]).view(1, 3, 1, 1)
    colors = torch.tensor([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]])
    chance = np.exp([0, 1, 0.5]) / np.exp([0, 1, 0.5]).sum()
    np.testing.assert_allclose(annealed_mean(logits, colors, 1.0).ravel(), chance, rtol=1e-5)
    np.testing.assert_allclose(annealed_mean(logits, colors, 0.01).ravel(), [0, 1, 0], atol=1e-5)


def test_minibatch_discrimination_by_hand():
    torch.manual_seed(0)
    layer = MinibatchDiscrimination(4, kernels=2, depth=3)
    rows = some(3, 4).astype(np.float32)
    m = (rows @ layer.tensor.detach().numpy()).reshape(3, 2, 3)
    expected = np.zeros((3, 2))
    for i in range(3):
        for j in range(3):
            if i != j:
                expected[i] += np.exp(-np.abs(m[i] - m[j]).sum(1))
    given = layer(torch.tensor(rows)).detach().numpy()
    np.testing.assert_allclose(given, np.concatenate([rows, expected], 1), rtol=1e-4, atol=1e-6)
