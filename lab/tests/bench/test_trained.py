"""Runs read from disk, and which of them plays which part."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from nurie.errors import ModelError, UnreadableError
from nurie.spectrum import Spectrum
from nurie_lab.bench.reproduction.trained import NEEDED, Trained, cast, read_trained, techniques
from nurie_lab.data.histogram import write_spectrum
from nurie_lab.training.settings import PictureConfig

CONFIGS = Path(__file__).parents[3] / "configs"
PLAIN = asdict(PictureConfig())


def run_of(name, painter=None, **settings):
    return Trained(name, PLAIN | settings, [], painter=painter)


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "gan"
    path.mkdir()
    (path / "run.json").write_text(json.dumps({"config": PLAIN, "shards": []}), "utf-8")
    rows = [
        {"step": 10, "shown": 40, "discriminator": 1.0, "generator": 2.0},
        {"step": 20, "shown": 80, "discriminator": 3.0, "generator": 4.0},
    ]
    text = "\n".join(json.dumps(row) for row in rows)
    (path / "log.jsonl").write_text(text + '\n{"step": 30, "sh', "utf-8")
    return path


def refuse(path):
    raise ModelError(f"{path} is damaged.")


def test_the_settings_looked_at_are_settings_of_training():
    assert set(NEEDED) <= set(PLAIN)


def test_a_run_without_an_export_says_how_to_get_one(folder):
    run = read_trained(folder, refuse)
    assert (run.name, run.steps, run.shown, run.judge) == ("gan", 20, 80, "discriminator")
    assert run.painter is None
    assert f"nurie export {folder} --out {folder / 'model'}" in run.missing
    assert run.spectrum is None
    steps, values = run.losses("discriminator")
    assert (steps.tolist(), values.tolist()) == ([10, 20], [1, 3])
    assert run.losses("l2")[0].size == 0


def test_a_run_with_an_export_has_a_painter_and_its_histogram(folder):
    (folder / "model").mkdir()
    write_spectrum(folder / "histogram.json", Spectrum(np.eye(512, dtype=np.int64)[3], np.zeros((512, 3), np.uint8), 1))  # fmt: skip  # noqa: E501
    opened = []
    run = read_trained(folder, lambda path: opened.append(path) or "painter")
    assert (run.painter, run.missing, opened) == ("painter", "", [folder / "model"])
    assert run.spectrum.counts[3] == 1
    assert "is damaged" in read_trained(folder, refuse).missing


def test_an_export_alone_has_no_losses(tmp_path):
    (tmp_path / "soft").mkdir()
    card = {"settings": PLAIN, "steps": 7, "shown": 28}
    (tmp_path / "soft" / "soft.json").write_text(json.dumps({"card": card}), "utf-8")
    run = read_trained(tmp_path / "soft", lambda path: path.name)
    assert (run.name, run.steps, run.shown, run.painter) == ("soft", 7, 28, "soft")
    assert run.losses("generator")[0].size == 0
    with pytest.raises(UnreadableError, match="neither a run"):
        read_trained(tmp_path / "soft", refuse)


def test_what_is_no_run_is_refused(tmp_path, folder):
    with pytest.raises(UnreadableError, match="neither a run"):
        read_trained(tmp_path / "nothing", refuse)
    (folder / "run.json").write_text("{", "utf-8")
    with pytest.raises(UnreadableError, match="damaged"):
        read_trained(folder, refuse)
    few = {key: value for key, value in PLAIN.items() if key != "noise"}
    (folder / "run.json").write_text(json.dumps({"config": few}), "utf-8")
    with pytest.raises(UnreadableError, match="lacks the settings noise"):
        read_trained(folder, refuse)


def test_every_preset_plays_its_part():
    from nurie_lab.training.settings import read_settings

    names = ("virtual", "gan-sigma", "color-gan", "gan", "cnn", "gan-noise", "improved", "wgan",
             "wgan-gp", "multimodal", "pix2pix", "hint-gan")  # fmt: skip
    runs = [run_of(name, **asdict(read_settings(CONFIGS / f"{name}.toml"))) for name in names]
    assert {role: run.name for role, (run,) in cast(runs).items()} == {
        "CNN": "cnn",
        "GAN without noise": "gan",
        # The narrow one is unlike the others.
        "GAN with noise": "gan-noise",
        "GAN": "gan-noise",
        "WGAN": "wgan",
        "multimodal": "multimodal",
        "hint predictor": "hint-gan",
    }


def test_of_several_the_most_usual_one_plays_the_part():
    odd, usual = run_of("odd", noise=0.2, size=64), run_of("usual", noise=0.3)
    others = [run_of("gan"), run_of("cnn", objective="l2", generator="cnn")]
    assert cast([odd, usual, *others])["GAN with noise"] == [usual]
    again = run_of("again", noise=0.3)
    assert cast([odd, usual, again, *others])["GAN with noise"] == [usual]


def test_the_seeds_of_a_network_play_its_part_together():
    seeds = [run_of(f"gan-{seed}", seed=seed) for seed in (0, 2)]
    other = run_of("gan-noise", noise=0.2)
    assert [run.network for run in (*seeds, other)] == ["gan", "gan", "gan-noise"]
    assert cast([*seeds, other])["GAN without noise"] == seeds
    assert cast([*seeds, other])["GAN"] == [other]
    # Where distances are known, the nearer one is the better GAN.
    assert cast([*seeds, other], ranks={"gan": 1.0, "gan-noise": 2.0})["GAN"] == seeds


def test_only_what_can_paint_is_cast_to_paint():
    bare, noisy = run_of("gan", painter="p"), run_of("noisy", noise=0.2)
    assert cast([bare, noisy])["GAN"] == [noisy]
    assert cast([bare, noisy], painting=True)["GAN"] == [bare]
    assert cast([]) == {}


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"smooth": 0.9}, "label smoothing"),
        ({"matching": 1.0}, "feature matching"),
        ({"kernels": 8}, "minibatch discrimination"),
        ({"history": 1e-3}, "historical averaging"),
        ({"norm": "virtual"}, "virtual batch normalisation"),
    ],
)
def test_a_technique_makes_another_network(settings, name):
    config = asdict(replace(PictureConfig(), **settings))
    assert techniques(config) == [name]
    assert cast([Trained("x", config, [])]) == {}
