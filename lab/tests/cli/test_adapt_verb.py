"""``nurie adapt`` from the command line: a whole lesson, and every sentence that refuses."""

import importlib.util
import json
import shutil

import numpy as np
import pytest

from nurie.cli.app import run
from nurie.io.images import read_color, write_picture


@pytest.fixture
def pictures(tmp_path):
    """Six pictures of two boxes, one that is gray, one that is none."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for i in range(6):
        color = np.full((100, 100, 3), 255, np.uint8)
        color[20:80, 10:50] = color[20:80, 52:90] = 0
        color[23:77, 13:47] = 200, 40 + 5 * i, 40
        color[23:77, 55:87] = 30, 90, 150 + 5 * i
        write_picture(folder / f"{'abcdef'[i]}.png", color)
    write_picture(folder / "gray.png", np.tile(np.arange(100, dtype=np.uint8) * 2, (100, 1)))
    (folder / "none.png").write_bytes(b"?")
    return folder


def call(capsys, *arguments):
    capsys.readouterr()
    code = run([str(argument) for argument in arguments])
    heard = capsys.readouterr()
    return code, heard.out, heard.err


def copied(module, args, path, **options):
    """Write the packaged model's graph in place of a new one."""
    from nurie.models.registry import find_region

    model = find_region()
    shutil.copy(model.folder / model.graphs[path.name.split(".")[-2]], path)


def test_a_lesson_from_the_command_line(capsys, pictures, tmp_path, monkeypatch):
    for name in ("torch", "webdataset", "onnx", "onnxscript"):
        pytest.importorskip(name, reason="the extra 'train' is not installed: UNTESTED")
    from nurie.api import Colorizer
    from nurie_lab.training import adapt
    from nurie_lab.training.region import released

    monkeypatch.setattr(released, "write_graph", copied)
    monkeypatch.setattr(released, "gap", lambda *_, **__: 0.0)
    monkeypatch.setattr(adapt, "EXAMPLES", 5)
    out = tmp_path / "adapted"
    code, printed, complaints = call(
        capsys,
        *("adapt", "--from", "nurie-flat", "--data", pictures, "--out", out),
        *("--json", "--pictures", "20"),
    )
    assert code == 0, complaints
    facts = json.loads(printed)
    assert (facts["pictures"], facts["held_out"], facts["steps"]) == (5, 1, 2)
    assert facts["passed_over"].keys() == {"gray.png", "none.png"}
    assert facts["licence"] == "CC-BY-SA-4.0"
    assert facts["delta_e"]["before"] > 0
    assert "passed over gray.png: monochrome" in complaints
    assert "5 pictures to learn from, 1 held out" in complaints
    assert sorted(path.name for path in out.iterdir()) == ["card.md", "model", "sheet.png"]
    assert read_color(out / "sheet.png").shape[1] > 4 * 256
    assert "| pictures | 5 |" in (out / "card.md").read_text("utf-8")
    Colorizer.load(out / "model")
    code, _, complaints = call(capsys, "adapt", "--data", pictures, "--out", out)
    assert (code, complaints) == (
        2, f"nurie: {out} holds an adapted model already; choose another --out.\n"
    )  # fmt: skip


def test_refusals_are_one_sentence(capsys, pictures, tmp_path):
    pytest.importorskip("torch", reason="the extra 'train' is not installed: UNTESTED")
    file, full = tmp_path / "file", tmp_path / "full"
    file.write_text("mine", "utf-8")
    full.mkdir()
    (full / "letter.txt").write_text("mine", "utf-8")
    (tmp_path / "empty").mkdir()
    new = tmp_path / "new"
    for source, data, out, sentence in (
        ("nurie-flat", pictures, file, "is a file; give the name of a folder."),
        ("nurie-flat", pictures, full, "holds other things than a model; choose another --out."),
        ("nurie-flat", tmp_path / "none", new, "none does not exist; check the name."),
        ("nurie-flat", tmp_path / "empty", new, "holds no pictures; nurie reads"),
        ("nobody", pictures, new, "There is no model 'nobody'; packaged ones: nurie-flat"),
    ):
        code, _, complaints = call(
            capsys, "adapt", "--from", source, "--data", data, "--out", out, "-q"
        )
        assert code == 2
        assert sentence in complaints
        assert complaints.count("\n") == 1
        assert not new.exists()


def test_a_painter_needs_its_run(capsys, pictures, tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="the extra 'train' is not installed: UNTESTED")
    from nurie.models import registry

    painter = object.__new__(registry.PainterSpec)
    monkeypatch.setattr(registry, "find", lambda name: painter)
    code, _, complaints = call(
        capsys, "adapt", "--from", "soft", "--data", pictures, "--out", tmp_path / "new"
    )
    assert code == 2
    assert "soft is a painter, which goes on from its run alone" in complaints


def test_the_extra_is_asked_for(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    code, _, complaints = call(capsys, "adapt", "--data", tmp_path, "--out", tmp_path / "new")
    assert code == 2
    assert complaints == "nurie: Adapting needs more packages: pip install 'nurie-lab'\n"
