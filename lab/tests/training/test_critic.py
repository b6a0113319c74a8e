"""The critic's training: what is compared, that it goes on exactly, and what is released."""

import dataclasses

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.api import Colorizer
from nurie.colors import srgb_to_lab
from nurie.errors import InputError
from nurie_lab.data.answers import PARTS
from nurie_lab.data.colourings import Choice, Painted
from nurie_lab.training.region.critic_task import (
    CHOSEN,
    SHOWN,
    SPOILT,
    choices_right,
    contest,
    held_out,
)
from nurie_lab.training.region.judged import (
    MOST,
    SAMPLES,
    UNJUDGED,
    judged_drawing,
    load_judged,
    stack_judged,
)
from nurie_lab.training.region.networks import Critic, RegionTransformer, Verdict


def boxes():
    """(96, 96) six closed boxes on paper."""
    lines = np.full((96, 96), 255, np.uint8)
    for top in (6, 52):
        for left in (6, 36, 66):
            lines[top : top + 28, left : left + 24] = 0
            lines[top + 2 : top + 26, left + 2 : left + 22] = 255
    return lines


@pytest.fixture(scope="module")
def data():
    from nurie.regions.segment import segment

    lines = boxes()
    labels = segment(lines)
    count = int(labels.max())
    rng = np.random.default_rng(0)
    colors = rng.integers(0, 256, (3, count, 3)).astype(np.uint8)
    trust = np.ones((3, count), np.float32)
    trust[1] = 0
    parts = np.full(count, PARTS.index("skin"), np.int16)
    painted = Painted("boxes", "boxes", "own", lines, labels, colors, trust, parts)
    row = judged_drawing(painted, Colorizer.load())
    assert row is not None
    rng = np.random.default_rng(1)
    points = [(x, y, int((labels == n).sum())) for n in range(1, count + 1)
              for y, x in [np.argwhere(labels == n)[0]]]  # fmt: skip
    choice = Choice("boxes", np.array(points), rng.integers(0, 256, (3, count, 3)).astype(np.uint8),
                    np.array([3, 0, -1], np.int8))  # fmt: skip
    judged = judged_drawing(painted, Colorizer.load(), choice)
    assert judged is not None
    other = judged_drawing(dataclasses.replace(painted, labels=labels.clip(0, 2)), Colorizer.load())
    assert other is None, "the model cuts it otherwise"
    held = {"held": np.array(True)}
    return stack_judged([row, row | held, judged | held])


def test_samples_are_the_models_own_and_paper_stays_paper(data):
    assert data.samples.shape == (3, SAMPLES, MOST, 3)
    assert (data.samples[0][:, data.paper[0]] == 255).all()
    colored = data.samples[0][:, ~data.paper[0] & (data.area[0] > 0)]
    assert len(np.unique(colored.reshape(SAMPLES, -1), axis=0)) > 1
    assert data.use[0].tolist() == [True, False, True]


def test_a_good_colouring_meets_samples_and_spoilt_ones(data):
    seen = contest(data, np.array([0, 1]), np.random.default_rng(0))
    one = 1 + SHOWN + SPOILT
    assert seen.rank.tolist() == 2 * [1, *[0] * (one - 1)]
    assert seen.group.tolist() == one * [0] + one * [1]
    assert not seen.odd[0].any()
    assert seen.odd[1 + SHOWN : one].any()
    assert not seen.weight[1 : 1 + SHOWN].any(), "nobody knows which of a sample's colours are odd"
    known = seen.inputs[3]
    assert (known[..., 3].sum(1) == (data.area[0] > 0).sum()).all()


def test_candidates_are_compared_with_each_other_alone(data):
    seen = contest(data, np.array([2]), np.random.default_rng(0))
    one = 1 + SHOWN + SPOILT
    assert sorted(seen.rank[one:].tolist()) == [-1, 0, 3]
    assert len(seen.rank[one:]) <= CHOSEN
    assert set(seen.group[one:].tolist()) == {1}
    assert not seen.weight[one:].any(), "nobody knows which of a candidate's colours are odd"
    assert (data.rank[0] == UNJUDGED).all()


def test_a_critic_that_foresees_every_choice_is_right(data):
    class Wise(torch.nn.Module):
        def forward(self, *inputs):
            known, at = inputs[3], int(np.flatnonzero(data.chosen[2] & ~data.paper[2])[0])
            best = torch.from_numpy(srgb_to_lab(data.choices[2, :3, at])) / 100
            order = [(known[i, at, :3] - best).abs().sum(1).argmin() for i in range(len(known))]
            return Verdict(-torch.stack(order).float(), known)

    found = choices_right(Wise(), data, np.array([2]))
    assert found == {"pairs": 1.0, "kept": 1.0, "kept_any": 0.333, "choices": 1.0}


def test_held_out_drawings_alone_are_counted(data):
    torch.manual_seed(0)
    critic = Critic(RegionTransformer(width=32, depth=2, heads=2, parts=len(PARTS)))
    found = held_out(critic, data)
    assert found["of"] == 2
    assert found["choices"] == 1
    assert 0 <= found["pairs"] <= 1
    assert found["kept_any"] == pytest.approx(1 / 3, abs=1e-3)
    assert 0 <= found["samples"] <= 1


def test_what_is_stored_is_what_is_read(data, tmp_path):
    np.savez(tmp_path / "judged-a.npz", **vars(data))
    read = load_judged(tmp_path)
    assert {k: v.tolist() for k, v in vars(read).items()} == {
        k: v.tolist() for k, v in vars(data).items()
    }


def test_nothing_to_learn_from_is_said(tmp_path):
    with pytest.raises(InputError, match="coloured by number"):
        load_judged(tmp_path)
