"""Painters: what is exported paints as torch does, or is not written at all."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: EXPORT UNTESTED")
onnx = pytest.importorskip("onnx", reason="the extra 'train' is not installed: EXPORT UNTESTED")
pytest.importorskip("onnxscript", reason="the extra 'train' is not installed: EXPORT UNTESTED")

from safetensors import safe_open
from safetensors.torch import save_file

from nurie.errors import ExistsError, ModelError, OptionError, UnreadableError
from nurie.guidance.patches import Patches
from nurie.io.spectra import read_spectrum
from nurie.models.painter import PainterSession
from nurie.models.registry import find_painter, read_graph
from nurie_lab.training.engine.folder import load_module
from nurie_lab.training.engine.loop import train as run_task
from nurie_lab.training.graphs import write_graph
from nurie_lab.training.picture import export as picture_export
from nurie_lab.training.picture.data import Batch
from nurie_lab.training.picture.export import BOUND, export_painter, preset_of, read_trained
from nurie_lab.training.picture.steps import show
from nurie_lab.training.picture.task import build, open_picture
from nurie_lab.training.settings import PictureConfig, read_settings

CONFIGS = Path(__file__).parents[3] / "configs"

SMALL = PictureConfig(
    size=32, width=4, batch=4, lanes=2, epochs=1, patches=3, loaders=1, shuffle=4,
    log_every=1, save_minutes=0, sheet_minutes=0, precision="fp32",
)  # fmt: skip
"""Three steps of the GAN on twelve pictures."""

KINDS = {
    "gan": {},
    "cnn": {"objective": "l2", "generator": "cnn"},
    "multimodal": {"objective": "multimodal", "source": "line", "norm": "virtual"},
    "pix2pix": {"generator": "unet", "discriminator": "patch", "source": "line", "size": 64,
                "norm": "instance", "judge_norm": "instance", "dropout": 0.5},
    "hint-gan": {"source": "line", "target": "hint", "norm": "layer", "patches": 0},
}  # fmt: skip


def quiet(line):
    pass


def train(config, **where):
    return run_task(open_picture(config, **where))


@pytest.fixture(scope="module")
def trained(shards, tmp_path_factory):
    """Make a run of a kind, once; its last layer is scaled until colours differ."""
    made = {}

    def make(kind):
        if kind not in made:
            out = tmp_path_factory.mktemp("runs") / kind
            train(dataclasses.replace(SMALL, **KINDS[kind]), data=shards, out=out, say=quiet)
            enliven(out)
            made[kind] = out
        return made[kind]

    return make


def change_state(run, change):
    """Let a function change the tensors of a run's state."""
    path = run / "state.safetensors"
    with safe_open(path, "pt") as stored:
        metadata = stored.metadata()
        tensors = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118
    change(tensors)
    save_file(tensors, path, metadata=metadata)


def enliven(run):
    """After three steps all is gray, and a broken graph would paint the same gray."""
    network = read_trained(run).painting.generator
    coarse = getattr(network, "bins", None) is not None
    last = "bins" if coarse else f"up.{len(network.up) - 1}"
    channels = network.down[0].weight.shape[1]
    with torch.inference_mode():
        spread = network(torch.rand(1, channels, 64, 64)).std()

    def change(tensors):
        tensors[f"averaged.{last}.weight"] *= 1 / spread

    change_state(run, change)


def seen(size, seed=0):
    rng = np.random.default_rng(seed)
    lines = (rng.random(size) > 0.1).astype(np.float32)
    return lines, rng.random((*size, 3), np.float32)


def shown(run, lines, hint):
    """What the sheets of the run would show."""
    config = read_trained(run).config
    networks, _ = build(config, torch.device("cpu"), read_spectrum(run / "histogram.json"))
    load_module(run, "averaged", networks.averaged)

    def tensor(array):
        return 2 * torch.from_numpy(array).permute(2, 0, 1)[None] - 1

    batch = Batch(tensor(lines[..., None]), tensor(hint), tensor(hint))
    return (show(networks, batch, config)[0].permute(1, 2, 0).numpy() + 1) / 2


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    """The folder of a kind's painter, and what was reported while it was written."""
    made = {}

    def make(kind):
        if kind not in made:
            out, notes = tmp_path_factory.mktemp("painters") / "new" / kind, []
            export_painter(trained(kind), out=out, name="tiny", licence="CC0-1.0", say=notes.append)
            made[kind] = out, notes
        return made[kind]

    return make


# The last kind is written where two are chained.
@pytest.mark.parametrize("kind", list(KINDS)[:-1])
def test_what_is_exported_paints_as_torch_does(trained, exported, kind):
    run, (folder, notes) = trained(kind), exported(kind)
    found, config = find_painter(folder / "tiny.json"), read_trained(run).config
    assert found.graphs == {"painter": "tiny.painter.onnx"}
    assert (found.size, found.source, found.target) == (config.size, config.source, config.target)
    assert found.patches == Patches(config.patches, 0.2, 0.25, 0.4)
    histogram = read_spectrum(run / "histogram.json")
    np.testing.assert_allclose(found.prior, histogram.histogram, rtol=1e-5)
    assert (found.bin_colors == histogram.means).all()
    assert 0 < found.card["difference"] <= found.card["bound"] == BOUND
    assert notes == [
        f"tiny.painter.onnx: float16 weights, at most {found.card['difference']:.2g} from torch"
    ]
    session = PainterSession(found)
    lines, hint = seen((config.size,) * 2)
    painted = session.paint(lines, hint)
    assert painted.std() > 0.01
    np.testing.assert_allclose(painted, shown(run, lines, hint), atol=BOUND)
    assert session.fixed == (kind == "pix2pix")
    if not session.fixed:
        assert session.paint(*seen((96, 128))).shape == (96, 128, 3)


@pytest.mark.parametrize("preset", ["gan-noise", "wgan", "wgan-gp", "improved", "color-gan"])
def test_a_run_of_any_preset_is_read(shards, tmp_path, preset):
    config = read_settings(CONFIGS / f"{preset}.toml")
    small = {"size": 64, "width": 4, "pictures": 1, "patches": 2, "kernels": min(config.kernels, 2)}
    facts = train(
        dataclasses.replace(config, **small, sheet_minutes=0), data=shards,
        out=tmp_path / "run", say=quiet,
    )  # fmt: skip
    assert facts["step"] > 0
    lines, hint = seen((64, 64))
    painting = read_trained(tmp_path / "run").painting
    with torch.inference_mode():
        painted = painting(torch.from_numpy(lines)[None, None],
                           torch.from_numpy(hint).permute(2, 0, 1)[None])  # fmt: skip
    expected = shown(tmp_path / "run", lines, hint).transpose(2, 0, 1)
    np.testing.assert_allclose(painted[0].numpy(), expected, atol=1e-5)


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_card_names_the_preset(path):
    if path.stem in {
        "region",
        "region-scratch",
        "flat",
        "critic",
        "second",
        "preference",
        "held-out",
    }:
        pytest.skip("of the region model")
    assert preset_of(read_settings(path)) == path.stem


def test_a_card_tells_of_the_run(trained, exported):
    folder, _ = exported("gan")
    card = json.loads((folder / "tiny.json").read_text("utf-8"))["card"]
    assert (card["licence"], card["preset"]) == ("CC0-1.0", "gan")
    assert (card["steps"], card["shown"]) == (3, 12)
    assert set(card["losses"]) == {"generator", "discriminator", "l1"}
    assert card["settings"]["width"] == 4
    assert card["parameters"] == sum(
        value.numel() for value in read_trained(trained("gan")).painting.generator.parameters()
    )
    assert card["data"] == {"shards": ["train-0000.tar", "train-0001.tar"], "counted": 12}
    page = (folder / "tiny.md").read_text("utf-8")
    for text in ("# Model card: tiny", "| licence | CC0-1.0 |", "3 steps, 12 pictures shown",
                 "train-0000.tar, train-0001.tar; 12 pictures", "l1 = 100.0", "flip = true",
                 'objective = "gan"', "of [0, 1] apart"):  # fmt: skip
        assert text in page
    assert sorted(path.name for path in folder.iterdir()) == [
        "tiny.json", "tiny.md", "tiny.painter.onnx",
    ]  # fmt: skip


def test_two_networks_are_chained(trained, exported, tmp_path, monkeypatch):
    hints = trained("hint-gan")
    write, graph = picture_export.write_graph, exported("gan")[0] / "tiny.painter.onnx"

    def copy(module, args, path, **how):
        if ".painter." in path.name:
            shutil.copy(graph, path)
        else:
            write(module, args, path, **how)

    monkeypatch.setattr(picture_export, "write_graph", copy)
    export_painter(trained("gan"), hints=hints, out=tmp_path, name="two", say=quiet)
    spec = find_painter(tmp_path)
    assert spec.card["hinter"]["preset"] == "hint-gan"
    assert "| hinter: what | paints a colour hint" in (tmp_path / "two.md").read_text("utf-8")
    session = PainterSession(spec)
    lines, _ = seen((32, 32))
    guessed = session.guess(lines)
    # Three patches of a fifth of the side hide so much of a hint in training, and so of a guess.
    whole = shown(hints, lines, np.ones((32, 32, 3), np.float32))
    np.testing.assert_allclose(guessed, 1 - 0.96**3 * (1 - whole), atol=BOUND)
    assert abs(guessed - whole).max() > 2 * BOUND
    assert session.paint(lines, guessed).shape == (32, 32, 3)


def test_runs_that_cannot_be_chained_are_refused(trained, tmp_path):
    gan, hints, large = trained("gan"), trained("hint-gan"), trained("pix2pix")
    for run, other, sentence in (
        (gan, gan, f"{gan} learnt no hints; give --hints a run with target = 'hint'."),
        (hints, hints, f"{hints} paints without a hint; leave out --hints."),
    ):
        with pytest.raises(OptionError) as caught:
            export_painter(run, hints=other, out=tmp_path / "out", name="a", say=quiet)
        assert str(caught.value) == sentence
    parts = {"painter": read_trained(gan), "hinter": read_trained(hints)}
    parts["hinter"] = dataclasses.replace(
        parts["hinter"], config=dataclasses.replace(parts["hinter"].config, size=64)
    )
    with pytest.raises(OptionError, match=r"learnt at 64 pixels and .* at 32; train both at one"):
        picture_export._check_chain(gan, large, parts)
    assert not (tmp_path / "out").exists()


def spoilt(graph, when):
    """Write this graph with too much red: always, or where halves are requested."""

    def write(module, args, path, **options):
        if when == "halves" and not options["half"]:
            write_graph(module, args, path, **options)
            return
        model = onnx.load(graph)
        tensor = next(each for each in model.graph.initializer if list(each.dims) == [3])
        values = onnx.numpy_helper.to_array(tensor).copy()
        values[0] += 0.5
        tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
        onnx.save(model, path)

    return write


def test_a_graph_that_paints_otherwise_is_refused(trained, exported, tmp_path, monkeypatch):
    graph = exported("cnn")[0] / "tiny.painter.onnx"
    monkeypatch.setattr(picture_export, "write_graph", spoilt(graph, "always"))
    with pytest.raises(ModelError) as caught:
        export_painter(trained("cnn"), out=tmp_path / "out", name="bad", say=quiet)
    text = str(caught.value)
    assert text.startswith("bad.painter.onnx paints colours that are 0.")
    assert text.endswith(" from torch's where 0.01 is let pass; nothing was written.")
    assert not (tmp_path / "out").exists()


def test_weights_that_halves_cannot_tell_stay_whole(trained, exported, tmp_path, monkeypatch):
    graph = exported("cnn")[0] / "tiny.painter.onnx"
    monkeypatch.setattr(picture_export, "write_graph", spoilt(graph, "halves"))
    spec = export_painter(trained("cnn"), out=tmp_path, name="whole", say=quiet)
    assert spec.card["stored"] == "float32"
    assert spec.folder == tmp_path
    lines, hint = seen((32, 32))
    painted = PainterSession(find_painter(tmp_path)).paint(lines, hint)
    np.testing.assert_allclose(painted, shown(trained("cnn"), lines, hint), atol=1e-4)


def test_a_changed_graph_is_not_run(exported, tmp_path):
    shutil.copytree(exported("cnn")[0], tmp_path, dirs_exist_ok=True)
    graph = tmp_path / "tiny.painter.onnx"
    graph.write_bytes(graph.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelError, match=r"^tiny\.painter\.onnx of the model tiny was changed; "):
        PainterSession(find_painter(tmp_path))


def test_files_are_replaced_on_request_alone(trained, exported, tmp_path, monkeypatch):
    graph = exported("cnn")[0] / "tiny.painter.onnx"
    copy = lambda module, args, path, **how: shutil.copy(graph, path)  # noqa: E731
    monkeypatch.setattr(picture_export, "write_graph", copy)
    card = tmp_path / "tiny.md"
    card.write_text("mine")
    with pytest.raises(ExistsError) as caught:
        export_painter(trained("cnn"), out=tmp_path, name="tiny", say=quiet)
    assert str(caught.value) == (
        f"{card} exists already; give --force to replace it or choose another name."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.md"]
    assert card.read_text() == "mine"
    export_painter(trained("cnn"), out=tmp_path, name="tiny", force=True, say=quiet)
    assert card.read_text("utf-8").startswith("# Model card: tiny")
    assert read_graph(find_painter(tmp_path), "painter") == graph.read_bytes()


@pytest.fixture
def copied(trained, tmp_path):
    """A run to be damaged."""
    run = tmp_path / "run"
    run.mkdir()
    for path in trained("cnn").iterdir():
        if path.is_file():
            (run / path.name).write_bytes(path.read_bytes())
    return run


def refused(run, out):
    with pytest.raises(UnreadableError) as caught:
        export_painter(run, out=out, name="tiny", say=quiet)
    assert "\n" not in str(caught.value)
    assert not out.exists()
    return str(caught.value).replace(str(run), "RUN")


def test_damaged_runs_are_refused(copied, tmp_path):
    out, state = tmp_path / "out", copied / "state.safetensors"

    def spoil(tensors):
        tensors["averaged.up.0.weight"][0] = float("nan")

    change_state(copied, spoil)
    assert refused(copied, out) == (
        "RUN holds weights that are no numbers; its training went astray, so train anew with a "
        "smaller rate."
    )
    whole = json.loads((copied / "run.json").read_text())
    other = whole | {"config": whole["config"] | {"width": 8}}
    (copied / "run.json").write_text(json.dumps(other))
    assert refused(copied, out) == (
        "RUN/state.safetensors is damaged, or of other settings than run.json beside it; train "
        "anew."
    )
    (copied / "histogram.json").write_text("{}")
    assert refused(copied, out).startswith("RUN/histogram.json is no histogram of nurie's")
    (copied / "histogram.json").unlink()
    assert refused(copied, out) == "RUN/histogram.json does not exist; check the name."
    state.unlink()
    assert refused(copied, out) == (
        "RUN has no state yet; let nurie train go on until it saves one."
    )
    (copied / "run.json").write_text("{")
    assert refused(copied, out).startswith("RUN is not a run of nurie train (")


def test_a_state_cut_short_is_refused(copied, tmp_path):
    state = copied / "state.safetensors"
    state.write_bytes(state.read_bytes()[:100])
    assert refused(copied, tmp_path / "out").startswith("RUN/state.safetensors is not the state of")
