"""How confidences are judged on whole answers."""

from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie.errors import OptionError
from nurie_lab.training.region import confidence


def test_confidence_asks_for_shards_and_rows(tmp_path):
    with pytest.raises(OptionError, match=r"Name shards \(\.tar\) and colourings by number"):
        confidence.fit([tmp_path / "a.jsonl"])


def test_one_of_several_good_colours_is_right_and_what_is_unknown_does_not_count():
    labels = np.repeat(np.arange(4, dtype=np.int32), 300).reshape(4, 300)
    layers = SimpleNamespace(
        confidence=np.array([0, 0.9, 0.4, 0.5], np.float32),
        entries=np.array([-1, 0, 1, 0]),
        region_colors=lambda: np.array([[255] * 3, [200, 0, 0], [0, 0, 200], [0, 90, 0]], np.uint8),
    )
    reading = SimpleNamespace(colorize=lambda seed: layers)
    colorizer = SimpleNamespace(read=lambda lines, labels: reading)
    colors = np.zeros((2, 3, 3), np.uint8)
    colors[1, :2] = [202, 0, 0]
    trust = np.array([[1, 1, 0], [1, 1, 0]], np.float32)
    painted = SimpleNamespace(lines=labels, labels=labels, colors=colors, trust=trust)
    score, right, weight = confidence.answer(colorizer, painted)
    np.testing.assert_allclose(score, [0.9, 0.4])
    assert right.tolist() == [True, False]
    np.testing.assert_allclose(weight, np.sqrt([300, 300]), rtol=1e-6)
