"""``nurie train`` from the command line, and every sentence that refuses."""

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest

from nurie.cli.app import run
from nurie_lab.data.shards import encode, write_shard

SETTINGS = """
objective = "l2"
generator = "cnn"
size = 32
width = 2
batch = 2
lanes = 1
epochs = 1
patches = 2
loaders = 1
"""


@pytest.fixture
def shards(tmp_path):
    folder = tmp_path / "shards"
    folder.mkdir()
    color = np.random.default_rng(0).integers(0, 255, (40, 40, 3)).astype(np.uint8)
    records = [(f"p{i}", {"png": encode(color, "png")}) for i in range(4)]
    write_shard(folder / "train-0000.tar", [*records, ("broken", {"png": b"?"})])
    return folder


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(SETTINGS, "utf-8")
    return path


def call(capsys, *arguments):
    capsys.readouterr()
    code = run([str(argument) for argument in arguments])
    heard = capsys.readouterr()
    return code, heard.out, heard.err


def test_help_names_every_preset(capsys):
    shown = " ".join(call(capsys, "train", "--help")[1].split())
    presets = {path.stem for path in (Path(__file__).parents[3] / "configs").glob("*.toml")}
    for name in presets - {"held-out"}:
        assert re.search(rf"[ ,]{name}[ ,.]", shown), name


def test_a_run_from_the_command_line(capsys, shards, config, tmp_path):
    pytest.importorskip("torch", reason="the extra 'train' is not installed: UNTESTED")
    pytest.importorskip("webdataset", reason="the extra 'train' is not installed: UNTESTED")
    out = tmp_path / "run"
    code, shown, complaints = call(
        capsys, "train", config, "--data", shards, "--out", out, "--json"
    )
    assert code == 0, complaints
    facts = json.loads(shown)
    assert facts["run"] == str(out)
    assert facts["step"] >= 2
    assert list(facts["skipped"]) == ["train-0000.tar/broken"]
    assert np.isfinite(facts["losses"]["l2"])
    assert "5 pictures, cpu, generator" in complaints
    assert "1 passed over: train-0000.tar/broken" in complaints
    again = call(capsys, "train", config, "--data", shards, "-o", out, "--quiet")
    assert again == (0, f"{out}\n", "")


def test_the_extra_is_asked_for(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    code, _, complaints = call(capsys, "train", "a.toml", "--data", tmp_path, "--out", tmp_path)
    assert code == 2
    assert complaints == "nurie: Training needs more packages: pip install 'nurie-lab'\n"


def test_refusals_are_one_sentence(capsys, shards, config, tmp_path):
    pytest.importorskip("torch", reason="the extra 'train' is not installed: UNTESTED")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("objective = 'gna'", "utf-8")
    for path, data, sentence in (
        (
            wrong,
            shards,
            (
                "sets objective to 'gna'; it must be one of region, critic, second, preference, "
                "gan, l2, wgan"
            ),
        ),
        (tmp_path / "none.toml", shards, "is not a readable configuration"),
        (config, tmp_path / "none", "does not exist; check the name"),
        (config, tmp_path, "holds no shards to train on"),
    ):
        code, _, complaints = call(capsys, "train", path, "--data", data, "--out", tmp_path / "run")
        assert code == 2
        assert sentence in complaints
        assert complaints.count("\n") == 1
        assert not (tmp_path / "run").exists()
