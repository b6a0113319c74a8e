"""The report's whole story at its tiny scale: every network, export, figure and table."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from nurie_lab.data.shards import encode, write_shard

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from nurie_lab.training.graphs import write_graph
from nurie_lab.training.picture import export

STORY = Path(__file__).parents[3] / "runs" / "report.py"


@pytest.fixture(scope="module")
def story(importable):
    return importable(STORY)


class Halved(torch.nn.Module):
    """A painter of any size that takes what others take; their own graphs are tested elsewhere."""

    def forward(self, lines, hint=None):
        return 0.5 * (torch.cat([lines] * 3, 1) if hint is None else lines * hint)


@pytest.fixture(scope="module")
def told(story, shards, tmp_path_factory):
    """The folder of the tiny story, in which two graphs stand for all: each takes seconds."""
    folder, graphs = tmp_path_factory.mktemp("graphs"), {}

    def stand_in(_module, args, path, **options):
        if len(args) not in graphs:
            graphs[len(args)] = folder / f"{len(args)}.onnx"
            write_graph(Halved(), args, graphs[len(args)], **options)
        shutil.copy(graphs[len(args)], path)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(export, "write_graph", stand_in)
        patched.setattr(export, "difference", lambda *_: 0.0)
        yield tell(story, shards, tmp_path_factory)


def tell(story, shards, tmp_path_factory):
    out, data = tmp_path_factory.mktemp("report"), tmp_path_factory.mktemp("pictures")
    for shard in shards.glob("train-*.tar"):
        shutil.copy(shard, data)
    write_shard(data / "val-0000.tar", [(f"v{i}", kept(i)) for i in range(2)])
    words = [str(data), "--scale", "tiny", "--judged", "4", "--out", str(out)]
    assert story.main(words) == 0
    return out, words


def kept(number):
    """The parts of a picture that judges, as ``nurie data prepare`` stores them."""
    color = np.full((48, 48, 3), 255, np.uint8)
    color[8:40, 8:40] = [40 * number, 90, 200]
    line = np.where((color == 255).all(axis=2), 255, 0).astype(np.uint8)
    facts = json.dumps({"source": "boxes"}).encode()
    return {"color.webp": encode(color, "webp"), "line.png": encode(line, "png"), "json": facts}


def facts(out, name):
    return json.loads((out / "runs" / f"{name}-0" / "model" / f"{name}.json").read_text("utf-8"))


def test_every_network_is_trained_exported_drawn_and_judged(story, told):
    out, _ = told
    shown = {name: facts(out, name)["card"]["shown"] for name in story.NETWORKS}
    # As many pictures each; the critic with a penalty sees five times as many for as many steps.
    assert shown.pop("wgan-gp") == 40
    assert set(shown.values()) == {8}
    names = {path.name for path in (out / "figures").iterdir()}
    assert {"figure-3-networks.png", "figure-4-tandem.png", "figure-5-distribution.png",
            "figure-6-most-frequent.png", "figure-7-pictures.png", "figure-7b-all-runs.png",
            "figure-8-losses.png", "scores.md", "scores.json", "claims.md"} <= names  # fmt: skip
    card = json.loads((out / "figures" / "scores.json").read_text("utf-8"))
    assert {row["run"] for row in card["scores"]} == set(story.NETWORKS) - {"hint-gan"}
    assert not any("lacks" in note or "Left out" in note for note in card["missing"])
    assert "averaging" not in card["figures"]["figure-4-tandem"]
    # Two steps say nothing, whichever way the numbers fall.
    verdicts = {claim["verdict"] for claim in card["claims"] if "steps" in claim["trained"]}
    assert verdicts == {"too early to say"}
    assert (out / "tandem" / "tandem.hinter.onnx").stat().st_size


def test_what_is_done_stays_and_more_pictures_go_on(story, told, monkeypatch):
    words, calls = told[1], []
    monkeypatch.setattr(story, "run", lambda words: calls.append(words) or 0)
    assert story.main([*words, "--only", "cnn", "gan"]) == 0
    assert [call[0] for call in calls] == ["export", "figures"]
    calls.clear()
    assert story.main([*words, "--only", "cnn", "--pictures", "12", "--seeds", "2"]) == 0
    assert [call[0] for call in calls] == ["train", "export"] * 2 + ["export", "figures"]
    assert "--pictures 12" in " ".join(calls[0])
    assert "seed=1" in " ".join(calls[2])


def test_what_cannot_be_is_one_sentence(story, tmp_path, capsys):
    for words in ([tmp_path / "no"], [tmp_path, "--pictures", "0"]):
        with pytest.raises(SystemExit, match="2"):
            story.main([str(word) for word in words])
    assert "must be 1 or more" in capsys.readouterr().err


def test_a_seed_is_another_run_and_a_technique_has_one(story, tmp_path, monkeypatch):
    (tmp_path / "train-0000.tar").touch()
    done = []
    monkeypatch.setattr(story, "teach", lambda work: done.append((work.name, work.seed)) or 7)
    assert (
        story.main([str(tmp_path), "--out", str(tmp_path / "o"), "--only", "cnn", "virtual"]) == 7
    )
    assert done == [("cnn", 0), ("virtual", 0), ("cnn", 1), ("cnn", 2)]
    assert np.isclose(float(story.SCALES["cores"].settings[2][6:]), 2.5 * 64 / 256)
