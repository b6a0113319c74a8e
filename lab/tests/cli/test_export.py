"""``nurie export`` from the command line, and every sentence that refuses."""

import importlib.util
import json

import numpy as np
import pytest

from nurie.cli.app import run
from nurie_lab.data.shards import encode, write_shard

TINY = """
objective = "l2"
generator = "cnn"
source = "line"
size = 32
width = 2
batch = 2
lanes = 1
epochs = 1
patches = 2
loaders = 1
"""


@pytest.fixture
def call(capsys):
    def call(*arguments):
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return call


@pytest.fixture
def extra():
    for name in ("torch", "webdataset", "onnx", "onnxscript"):
        pytest.importorskip(name, reason="the extra 'train' is not installed: UNTESTED")


def test_from_pictures_to_a_painter(call, extra, tmp_path):
    color = np.random.default_rng(0).integers(0, 255, (40, 40, 3)).astype(np.uint8)
    write_shard(
        tmp_path / "train-0000.tar", [(f"p{i}", {"png": encode(color, "png")}) for i in range(4)]
    )
    (tmp_path / "tiny.toml").write_text(TINY, "utf-8")
    shown = call("train", tmp_path / "tiny.toml", "--data", tmp_path, "--out", tmp_path / "my-run")
    assert shown[0] == 0, shown[2]
    out = tmp_path / "models"
    code, shown, complaints = call("export", tmp_path / "my-run", "--out", out, "--json")
    assert code == 0, complaints
    assert complaints.startswith("nurie: my-run.painter.onnx: float16 weights, at most ")
    assert complaints.count("\n") == 1
    record = json.loads(shown)
    assert list(record) == ["model", "kind", "name", "graphs", "bytes", "card"]
    assert record["model"] == str(out / "my-run.json")
    assert (record["kind"], record["name"]) == ("painter", "my-run")
    assert record["graphs"] == [str(out / "my-run.painter.onnx")]
    assert record["bytes"] == (out / "my-run.painter.onnx").stat().st_size
    assert (record["card"]["licence"], record["card"]["preset"]) == ("own", "cnn")
    before = (out / "my-run.json").read_bytes()
    code, shown, complaints = call("export", tmp_path / "my-run", "-o", out)
    assert (code, shown) == (2, "")
    assert complaints.endswith(
        "exists already; give --force to replace it or choose another name.\n"
    )
    assert (out / "my-run.json").read_bytes() == before


def test_the_extra_is_asked_for(call, monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert call("export", tmp_path, "--out", tmp_path) == (
        2, "", "nurie: Exporting needs more packages: pip install 'nurie-lab'\n",
    )  # fmt: skip


def test_refusals_are_one_sentence(call, extra, tmp_path):
    empty, file, begun, regions, critic = (
        tmp_path / name for name in ("empty", "file", "begun", "flat", "critic")
    )
    for folder in (empty, begun, regions, critic):
        folder.mkdir()
    (critic / "run.json").write_text('{"config": {"objective": "critic"}, "data": "."}')
    file.write_text("?")
    (begun / "run.json").write_text('{"config": {"objective": "gan", "width": 4}, "shards": []}')
    (regions / "run.json").write_text('{"config": {"objective": "region"}, "data": "."}')
    out = tmp_path / "out"
    stays = "of a released model, whose licence stays; leave out --licence."
    for wanted, sentence in (
        ([tmp_path / "none"], f"{tmp_path}/none does not exist; check the name."),
        ([file], f"{file} is a file; give the folder of a run."),
        ([empty], f"{empty} is no run of nurie train; give the folder that --out named."),
        ([begun], f"{begun} has no state yet; let nurie train go on until it saves one."),
        ([begun, "--hints", empty],
         f"{empty} is no run of nurie train; give the folder that --out named."),
        ([begun, "--hints", regions],
         f"{regions} learnt no hints; give --hints a run with target = 'hint'."),
        ([regions, "--hints", begun],
         f"{regions} colours regions and takes no hints; leave out --hints."),
        ([critic, "--licence", "own"], f"{critic} taught a critic {stays}"),
        ([begun, "--name", "../up"],
         "'../up' cannot name a model; give --name letters, digits, '-', '_' and '.'."),
    ):  # fmt: skip
        code, shown, complaints = call("export", *wanted, "--out", out)
        assert (code, shown, complaints) == (2, "", f"nurie: {sentence}\n")
        assert not out.exists()


def test_a_damaged_checkpoint_is_one_sentence(call, extra, tmp_path):
    (tmp_path / "run.json").write_text('{"config": {"objective": "region"}, "data": "."}')
    (tmp_path / "state.safetensors").write_bytes(b"?")
    code, _, complaints = call("export", tmp_path, "--out", tmp_path / "out")
    assert code == 2
    assert "state.safetensors is not the state of a run" in complaints
    assert complaints.count("\n") == 1
    assert not (tmp_path / "out").exists()
