"""Choices teach the second network: what was preferred becomes likelier, all else stays."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: UNTESTED")
pytest.importorskip("onnx", reason="no ONNX: PREFERENCES UNTESTED")

from nurie.api import Colorizer
from nurie.errors import ModelError
from nurie.models.registry import find_region, read_graph
from nurie.regions.segment import segment
from nurie_lab.data.answers import PARTS
from nurie_lab.data.colourings import Choice, Painted
from nurie_lab.training.engine.loop import train
from nurie_lab.training.region import preference_task as taught
from nurie_lab.training.region.judged import judged_drawing, stack_judged
from nurie_lab.training.region.second import restore_second
from nurie_lab.training.settings import read_settings

CONFIG = Path(__file__).parents[3] / "configs" / "preference.toml"
BLUE, GREEN = (40, 70, 220), (60, 180, 80)


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
    """One drawing, whose boxes are preferred blue, and disliked green."""
    lines = boxes()
    labels = segment(lines)
    count = int(labels.max())
    colors = np.full((3, count, 3), 200, np.uint8)
    parts = np.full(count, PARTS.index("toy"), np.int16)
    trust = np.ones((3, count), np.float32)
    painted = Painted("boxes", "boxes", "own", lines, labels, colors, trust, parts)
    points = [(x, y, int((labels == n).sum())) for n in range(1, count + 1)
              for y, x in [np.argwhere(labels == n)[0]]]  # fmt: skip
    samples = np.stack([np.full((count, 3), color, np.uint8) for color in (BLUE, GREEN)])
    choice = Choice("boxes", np.array(points), samples, np.array([3, -1], np.int8))
    row = judged_drawing(painted, Colorizer.load(), choice)
    assert row is not None
    return stack_judged([row | {"held": np.array(False)}])


@pytest.fixture(scope="module")
def begin(data, tmp_path_factory):
    """Opens a run of some pictures in a folder of its own."""
    patch = pytest.MonkeyPatch()
    patch.setattr(taught, "shards_in", lambda folder: [])
    patch.setattr(taught, "prepare_judged", lambda *inputs: iter(()))

    patch.setattr(taught, "load_judged", lambda folder: data)

    def opened(pictures):
        out = tmp_path_factory.mktemp("preference")
        changed = [f"pictures={pictures}", "batch=2", "rate=0.002", "ema=0.0"]
        config = read_settings(CONFIG, changed)
        return taught.open_preference(
            config, data=out, out=out / "run", start="nurie-flat", say=lambda _: None
        )

    yield opened
    patch.undo()


def chances(task, network):
    """Logarithms of the chances of the preferred and of the other colouring."""
    rounds = taught.rounds_of(task.data, 0)
    known = [taught.known_before(task.data, 0, k, rounds) for k in (0, 1)]
    first = torch.from_numpy(np.stack([task._first(0, each, rounds) for each in known]))
    bins = torch.from_numpy(taught.bins_of(task.data.choices[0, :2]).astype(np.int64))
    with torch.no_grad():
        return task._chance(network.eval(), 0, np.concatenate(known), rounds, first, bins)


@pytest.fixture(scope="module")
def finished(begin):
    task = begin(12)
    assert train(task)["finished"]
    return task


def test_what_was_preferred_becomes_likelier_than_what_was_not(finished):
    now, before = chances(finished, finished.network), chances(finished, finished.before)
    assert now[0] - now[1] > before[0] - before[1] + 0.5


def test_a_network_that_has_not_moved_is_undecided(begin):
    task = begin(12)
    task.network.eval()
    loss = task.preferred(0, np.random.default_rng(0))
    assert float(loss.detach()) == pytest.approx(np.log(2), abs=1e-5)


def test_rounds_take_the_largest_first_and_no_paper(data):
    rounds = taught.rounds_of(data, 0)
    assert (rounds[data.paper[0]] == -1).all()
    sizes = [data.area[0][rounds == k] for k in range(rounds.max() + 1)]
    assert [len(size) for size in sizes] == [1, 3, 2]
    assert sizes[0].min() >= sizes[1].max()
    known = taught.known_before(data, 0, 0, rounds)
    assert (known[0][~data.paper[0]] == 0).all(), "nothing is known in the first round"
    assert known[2][..., 3].sum() == data.paper[0].sum() + 4


def test_only_the_second_network_is_released_anew(finished, tmp_path):
    run = finished.folder.path
    spec = taught.release_preference(run, out=tmp_path / "model", name="taught")
    base = find_region("nurie-flat")
    changed = {r for r in base.graphs if read_graph(spec, r) != read_graph(base, r)}
    assert changed == {"second_regions"}
    assert spec.card["preference"]["examples"] == 1
    own, stored = finished.network.state_dict(), restore_second(spec).state_dict()
    for key, value in stored.items():
        np.testing.assert_allclose(value, own[key], rtol=2**-6, atol=1e-3)


def test_a_model_without_a_second_network_is_refused(tmp_path):
    from dataclasses import replace

    base = find_region("nurie-flat")
    graphs = {role: file for role, file in base.graphs.items() if not role.startswith("second")}
    with pytest.raises(ModelError, match="no second network"):
        restore_second(replace(base, graphs=graphs))
