"""``nurie figures`` from end to end, with runs of one line and painters that need no weights."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from nurie.cli.app import run
from nurie.errors import ModelError
from nurie.spectrum import Spectrum
from nurie_lab.bench.likeness import Eye
from nurie_lab.bench.reproduction.whole import Judges
from nurie_lab.cli import figures
from nurie_lab.data.histogram import write_spectrum
from nurie_lab.data.shards import encode, write_shard
from nurie_lab.training.settings import PictureConfig

NAMES = (
    "figure-3-networks", "figure-4-tandem", "figure-5-distribution", "figure-6-most-frequent",
    "figure-7-pictures", "figure-7b-all-runs", "figure-8-losses",
)  # fmt: skip


class Means:
    """Sees the mean colours of the rows."""

    def compare(self, one, two):
        return 0.0, one.mean(1), two.mean(1)


QUICK = Judges(Eye(Means(), "means of rows", "0", 8))
"""Features that cost nothing."""


class Dull:
    """Paints the hint, or gray, paler by a factor."""

    def __init__(self, factor):
        self.factor = factor

    def paint(self, lines, hint=None):
        seen = np.full((*lines.shape, 3), 0.5, np.float32) if hint is None else hint
        return (seen.mean() + self.factor * (seen - seen.mean())).astype(np.float32)

    def guess(self, lines):
        return None


def make_run(path, factor, steps=40, **settings):
    """A run's folder; its export is a number that :class:`Dull` takes."""
    (path / "model").mkdir(parents=True)
    config = asdict(PictureConfig(size=32, width=4, **settings))
    (path / "run.json").write_text(json.dumps({"config": config}), "utf-8")
    rng = np.random.default_rng(len(path.name))
    rows = [
        {"step": i, "shown": 4 * i, "discriminator": rng.random(), "generator": rng.random()}
        for i in range(1, steps + 1)
    ]
    (path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    counts = np.where(np.arange(512) % 16 == 15, np.arange(512) ** 2, 0)
    write_spectrum(path / "histogram.json", Spectrum(counts, np.full((512, 3), 90, np.uint8), 3))
    (path / "model" / "m.json").write_text(str(factor), "utf-8")
    return path


def opened(folder):
    try:
        return Dull(float((folder / "m.json").read_text("utf-8")))
    except OSError as error:
        raise ModelError(f"{folder} holds no model.") from error


@pytest.fixture
def scene(tmp_path, monkeypatch):
    """A function that runs the verb in a folder with shards and runs."""
    monkeypatch.setattr("nurie_lab.cli.figures._open", opened)
    own = figures._judges
    monkeypatch.setattr("nurie_lab.cli.figures._judges", lambda regions: own(regions=True) if regions else QUICK)  # fmt: skip  # noqa: E501
    picture = np.full((40, 40, 3), 255, np.uint8)
    pictures = []
    for i in range(4):
        picture[8:32, 8:32] = (40 * i, 200 - 40 * i, 60)
        pictures.append(picture.copy())
    (tmp_path / "shards").mkdir()
    for name in ("train-0000", "val-0000"):
        records = [(f"p{i}", {"color.webp": encode(p, "webp")}) for i, p in enumerate(pictures)]
        write_shard(tmp_path / "shards" / f"{name}.tar", records)

    def call(*options):
        data, out = tmp_path / "shards", tmp_path / "out"
        paths = sorted((tmp_path / "runs").glob("*"))
        return run(["figures", *map(str, paths), "--data", str(data), "-o", str(out), *options])

    return call


@pytest.fixture
def undrawn(monkeypatch):
    """Figures are made, and not drawn, which takes longest."""
    monkeypatch.setattr("nurie_lab.data.histogram.write_figure", lambda *_, **__: None)


def all_runs(folder):
    make_run(folder / "runs" / "cnn", 0.3, objective="l2", generator="cnn")
    make_run(folder / "runs" / "gan", 0.9)
    make_run(folder / "runs" / "gan-noise", 1.0, noise=0.2)
    make_run(folder / "runs" / "hint", 1.0, source="line", target="hint")


def test_all_that_the_report_shows_comes_from_one_command(scene, tmp_path, capsys):
    all_runs(tmp_path)
    assert scene("--no-regions", "--pictures", "4") == 0
    printed = capsys.readouterr()
    for name in NAMES:
        assert (tmp_path / "out" / f"{name}.png").stat().st_size > 1000
        assert "<svg" in (tmp_path / "out" / f"{name}.svg").read_text("utf-8")
        assert f"{name}.png" in printed.out
    assert "Figure 7 lacks WGAN, guessed hint" in printed.err
    card = json.loads((tmp_path / "out" / "scores.json").read_text("utf-8"))
    assert (card["pictures"], card["kept_to_validate"]) == (4, True)
    rows = {(row["run"], row["hint"]): row for row in card["scores"]}
    assert set(rows) == {
        (run, hint)
        for run in ("cnn", "gan", "gan-noise")
        for hint in ("true hint", "sampled hint", "guessed hint")
    }
    assert all("Fréchet" in row for row in rows.values())
    assert card["features"] == "means of rows"
    colors = [rows[run, "true hint"]["colorfulness"][0] for run in ("cnn", "gan", "gan-noise")]
    assert colors == sorted(colors)
    by_text = {claim["text"]: claim["verdict"] for claim in card["claims"]}
    assert by_text["The CNN has extremely low colour saturation even when given hints."] == (
        "too early to say"
    )
    assert [entry["steps"] for entry in card["runs"]] == [40] * 4
    page = (tmp_path / "out" / "scores.md").read_text("utf-8")
    assert "| gan-noise | guessed hint |" in page
    assert "of means of rows, a network" in page
    assert str(tmp_path) not in page
    assert "40 steps, 0.023 %" in (tmp_path / "out" / "claims.md").read_text("utf-8")


def test_missing_runs_and_exports_are_named_and_cost_nothing_else(scene, tmp_path, capsys):
    make_run(tmp_path / "runs" / "cnn", 0.3, 0, objective="l2", generator="cnn", source="line")
    (tmp_path / "runs" / "cnn" / "model" / "m.json").unlink()
    (tmp_path / "runs" / "cnn" / "model").rmdir()
    (tmp_path / "runs" / "else").mkdir()
    assert scene("--no-regions", "--json", "-q", "--pictures", "2") == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    card = json.loads(printed.out)
    assert card["scores"] == []
    rows = "CNN; GAN; GAN, sampled hint; WGAN, sampled hint"
    assert card["missing"] == [
        "cnn is not exported; run nurie export cnn --out cnn/model.",
        "Left out: else is neither a run of nurie train nor an exported painter; check the name.",
        "Figure 4 is missing: no run is a GAN that paints by hints.",
        f"Figure 7 lacks {rows}: there is no such run with an export.",
        "Figure 8 lacks GAN without noise, GAN with noise, WGAN: there is no such run with a log.",
    ]
    assert not (tmp_path / "out" / "figure-8-losses.png").exists()
    assert (tmp_path / "out" / "figure-7-pictures.png").exists()
    page = (tmp_path / "out" / "scores.md").read_text("utf-8")
    assert "no pictures were scored" in page


def test_our_own_rows_are_below(scene, undrawn, tmp_path):
    make_run(tmp_path / "runs" / "gan", 0.9)
    assert scene("-q", "--pictures", "3") == 0
    card = json.loads((tmp_path / "out" / "scores.json").read_text("utf-8"))
    rows = {(row["run"], row["hint"]): row for row in card["scores"]}
    assert rows["nurie", "10 dots"]["PSNR"][0] > rows["nurie", "no hint"]["PSNR"][0]


def test_nothing_is_replaced_without_force(scene, undrawn, tmp_path, capsys):
    make_run(tmp_path / "runs" / "gan", 0.9)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "claims.md").write_text("mine", "utf-8")
    assert scene("-q", "--no-regions") == 2
    assert "--force" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["claims.md"]
    assert scene("-q", "--no-regions", "--force") == 0
    assert (tmp_path / "out" / "claims.md").read_text("utf-8") != "mine"


def test_without_any_run_one_sentence_is_said(scene, tmp_path, capsys):
    (tmp_path / "runs" / "a").mkdir(parents=True)
    assert scene("-q") == 2
    assert capsys.readouterr().err == (
        f"nurie: {tmp_path / 'runs' / 'a'} is no run of nurie train; train one first.\n"
    )
