"""The perceptual network, with weights drawn at random in place of the published ones."""

import numpy as np
import pytest
import torch

from nurie.cli.app import run
from nurie.errors import ExistsError, MissingExtraError, ModelError
from nurie_lab.perceptual import MetricSession, find_metric
from nurie_lab.training import metric_export
from nurie_lab.training.metric_export import CHANNELS, Blur, Pair, load_weights, published, write


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    made = Pair()
    for head in made.heads:
        torch.nn.init.uniform_(head.weight, 0, 1)
    return made.eval()


@pytest.fixture(scope="module")
def written(network, tmp_path_factory):
    return write(network, tmp_path_factory.mktemp("metric"), force=False)


def noise(seed, side=64):
    return torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(seed))


def test_a_picture_is_no_distance_from_itself(network):
    with torch.inference_mode():
        apart, first, second = network(noise(0), noise(0))
        other = network(noise(0), noise(1))[0]
    assert apart.item() == 0 < other.item()
    assert first.shape == (1, 16, CHANNELS[0])
    assert torch.equal(first, second)


def test_halving_keeps_the_mean_and_lessens_the_noise():
    flat, rough = torch.full((1, 2, 8, 8), 3.0), noise(0)
    assert torch.allclose(Blur()(flat), torch.full((1, 2, 5, 5), 3.0))
    assert Blur()(rough).std() < rough.std() / 2


def test_the_written_graph_says_what_torch_says(network, written):
    session = MetricSession(find_metric(written.folder))
    rng = np.random.default_rng(0)
    one, two = rng.integers(0, 256, (2, written.size, written.size, 3), np.uint8)
    apart, first, _ = session.compare(one, two)
    with torch.inference_mode():
        wanted = network(
            *(
                torch.from_numpy(p.astype(np.float32) / 255).permute(2, 0, 1)[None]
                for p in (one, two)
            )
        )
    assert apart == pytest.approx(wanted[0].item(), rel=1e-3)
    np.testing.assert_allclose(first, wanted[1][0].numpy(), rtol=1e-3, atol=1e-4)
    assert session.compare(one, one)[0] == 0
    assert "BSD-2-Clause" in written.card["licence"]


def test_what_is_there_is_replaced_only_when_asked(network, written):
    with pytest.raises(ExistsError):
        write(network, written.folder, force=False)


def test_a_graph_that_disagrees_is_not_written(network, tmp_path, monkeypatch):
    monkeypatch.setattr(metric_export, "write_graph", lambda *_, **__: None)
    monkeypatch.setattr(
        "nurie_lab.training.graphs.run_graph",
        lambda *_: [np.zeros(1), np.zeros((1, 16, 64)), np.zeros((1, 16, 64))],
    )  # fmt: skip
    with pytest.raises(ModelError, match=r"from torch where .* nothing was written"):
        write(network, tmp_path / "new", force=False)
    assert not (tmp_path / "new").exists()


def test_published_weights_find_their_places(network, tmp_path):
    names = ("slice1.0", "slice2.5", "slice3.9", "slice4.11", "slice5.13")
    layers = [m for m in network.stages.modules() if isinstance(m, torch.nn.Conv2d)]
    stored = {f"lin{i}.model.1.weight": head.weight for i, head in enumerate(network.heads)}
    for name, layer in zip(names, layers, strict=True):
        stored |= {f"net.{name}.weight": layer.weight, f"net.{name}.bias": layer.bias}
    torch.save(stored, tmp_path / "weights.pth")
    other = Pair()
    load_weights(other, tmp_path / "weights.pth")
    for one, two in zip(network.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, two)


class Package:
    """An installed distribution with one file."""

    def __init__(self, path):
        self.path = path

    def locate_file(self, _):
        return self.path


def test_weights_that_are_missing_or_others(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("importlib.metadata.distribution", lambda _: Package(tmp_path / "none"))
    with pytest.raises(MissingExtraError, match="pip install --no-deps stlpips-pytorch"):
        published()
    assert run(["export", "metric", "-o", str(tmp_path / "out")]) == 2
    assert "needs its weights" in capsys.readouterr().err
    (tmp_path / "other").write_bytes(b"other")
    monkeypatch.setattr("importlib.metadata.distribution", lambda _: Package(tmp_path / "other"))
    with pytest.raises(ModelError, match=r"are not those of version 0\.0\.2"):
        published()


def test_the_verb_writes_it_where_it_is_looked_for(network, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(metric_export, "published", lambda: tmp_path)
    monkeypatch.setattr(metric_export, "load_weights", lambda *_: None)
    monkeypatch.setattr(metric_export, "write_graph", _empty)
    monkeypatch.setattr(metric_export, "gap", lambda *_, **__: 0.0)
    assert run(["export", "metric"]) == 0
    assert capsys.readouterr().out.strip() == str(find_metric().folder / "st-lpips-alexnet.json")
    assert run(["export", "metric", "--json"]) == 0
    assert '"sha256"' in capsys.readouterr().out


def _empty(_network, _inputs, path, **_):
    path.write_bytes(b"")


@pytest.mark.parametrize("option", ["--name", "--licence", "--hints"])
def test_options_of_models_are_refused(option, tmp_path, capsys):
    assert run(["export", "metric", option, str(tmp_path)]) == 2
    assert "takes no --name, --hints or --licence" in capsys.readouterr().err
