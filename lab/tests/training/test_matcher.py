"""The matcher of films: what is taught is what the product computes."""

import numpy as np
import pytest
import torch

from nurie.api import Colorizer
from nurie.film.match import LearnedMatcher
from nurie_lab.training import matcher


@pytest.fixture(scope="module")
def taught():
    model = Colorizer.load()
    pairs = matcher.pairs_of(3, model)[:2]
    return model, pairs, matcher.teach(pairs, 3)


def test_the_weights_have_the_names_and_shapes_of_the_released_ones(taught):
    model, _, weights = taught
    released = LearnedMatcher(model.session)._w
    assert {n: tuple(w.shape) for n, w in weights.items()} == {
        n: w.shape for n, w in released.items()
    }


def test_the_product_computes_what_was_taught(taught, monkeypatch):
    model, pairs, weights = taught
    product = LearnedMatcher(model.session)
    product._w = {name: value.numpy() for name, value in weights.items()}
    net = matcher.Matcher(pairs[0][0].pairs.shape[2], pairs[0][0].ours).eval()
    net.load_state_dict(weights)
    seen = pairs[0][0]
    rows = [torch.from_numpy(a) for a in (seen.pairs, seen.ours, seen.theirs, *seen.beside)]
    forth, back = (c[:, :-1].exp().detach().numpy() for c in net(rows, blind=False)[-1])
    monkeypatch.setattr("nurie.film.match.evidence", lambda *_: seen)
    mine = product(
        *(type("Cel", (), {"paper": np.zeros(len(s))})() for s in (seen.ours, seen.theirs))
    )
    assert np.allclose(mine[0], forth, atol=1e-4)
    assert np.allclose(mine[1], back, atol=1e-4)


def test_what_is_the_same_thing_or_nowhere_is_no_loss():
    same = torch.tensor([[True, False], [False, False]])
    sure = torch.tensor([[0.0, -50, -50], [-50, -50, 0.0]])
    truth = torch.tensor([7, 9])
    assert float(matcher.loss(sure, same, truth)) < 1e-6
    assert float(matcher.loss(sure.flip(0), same, truth)) == pytest.approx(8)
