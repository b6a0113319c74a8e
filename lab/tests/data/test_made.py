"""Examples of drawings made by program."""

import numpy as np
import pytest

from nurie_lab.data.invented import KINDS, examples
from nurie_lab.data.prepare import stack


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_drawing_is_shown_at_least_twice_in_the_same_colours(kind):
    batch = stack(list(examples(kind, 0, 1, np.random.default_rng(3))))
    assert len(batch.lines) >= 2
    assert len(set(batch.picture.tolist())) == 1
    one, two = ({tuple(c) for c in batch.colors[i][batch.weight[i] > 0.5].tolist()} for i in (0, 1))
    assert len(one & two) >= 2


def test_the_same_seed_gives_the_same_examples():
    one, two = (stack(list(examples("things", 0, 2, np.random.default_rng(1)))) for _ in range(2))
    assert (one.lines == two.lines).all()
    assert (one.colors == two.colors).all()
