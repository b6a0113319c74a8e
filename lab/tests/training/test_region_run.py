"""Runs of the region model: they go on exactly when killed, know no time, and become models."""

import dataclasses
import json
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from safetensors.torch import load_file

from nurie.errors import OptionError, UnreadableError
from nurie_lab.data.answers import PARTS
from nurie_lab.training.engine import loop
from nurie_lab.training.engine.folder import read_facts
from nurie_lab.training.engine.loop import train
from nurie_lab.training.region import run as region_run
from nurie_lab.training.region.released import restore_run
from nurie_lab.training.region.run import open_region, release_region
from nurie_lab.training.settings import RegionConfig

SMALL = RegionConfig(
    width=16, depth=1, heads=2, batch=4, pictures=24, frozen_share=0.6, rate=1e-2, ema=0.5,
    pairs=0.5, apart=("held",), log_every=1, save_minutes=0,
)  # fmt: skip
"""Some steps, the last ones with the encoder's late blocks."""


def quiet(line):
    pass


def learn(config, examples, out, **how):
    return train(open_region(config, data=examples, out=out, say=quiet), **how)


@pytest.fixture(scope="module")
def whole(examples, tmp_path_factory):
    """A run that nothing disturbed."""
    out = tmp_path_factory.mktemp("whole") / "run"
    learn(SMALL, examples, out)
    return out


def assert_same(one, two):
    """Two runs have the same losses in every step and the same state in every bit."""
    rows = [
        [{k: v for k, v in json.loads(row).items() if k not in TIMES} for row in text.splitlines()]
        for text in ((run / "log.jsonl").read_text("utf-8") for run in (one, two))
    ]
    assert rows[0] == rows[1]
    a, b = (load_file(run / "state.safetensors") for run in (one, two))
    assert a.keys() == b.keys()
    assert all(torch.equal(a[key], b[key]) for key in a)


TIMES = {"seconds", "pictures_per_second", "waiting"}

KILLED = """
import os, signal, sys
from pathlib import Path
from nurie_lab.training.engine import loop
from nurie_lab.training.region.run import open_region
from nurie_lab.training.settings import read_settings
average, left = loop.average, [int(sys.argv[4])]
def deadly(*args):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    average(*args)
loop.average = deadly
config, data, out = map(Path, sys.argv[1:4])
loop.train(open_region(read_settings(config), data=data, out=out))
"""


def toml_of(config, path):
    kept = {
        k: v
        for k, v in dataclasses.asdict(config).items()
        if k not in ("without", "small_share", "size", "preference")
    }
    path.write_text("\n".join(f"{key} = {json.dumps(v)}" for key, v in kept.items()), "utf-8")
    return path


def test_kill_nine_in_the_middle_of_a_step_costs_nothing(whole, examples, tmp_path):
    out, path = tmp_path / "run", toml_of(SMALL, tmp_path / "c.toml")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, path, examples, out, "4"], check=False, timeout=300,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert read_facts(out)["step"] == 4
    learn(SMALL, examples, out)
    assert_same(whole, out)


def test_a_busy_machine_learns_the_same(whole, examples, tmp_path, monkeypatch):
    now = [0.0]

    def busy():
        now[0] += 1000.0
        return now[0]

    # Of this module alone: a server in another thread must not sleep by this clock.
    monkeypatch.setattr(loop, "time", SimpleNamespace(monotonic=busy))
    learn(SMALL, examples, tmp_path / "run")
    monkeypatch.undo()
    assert_same(whole, tmp_path / "run")


def test_minutes_only_stop_a_run_which_goes_on_exactly(whole, examples, tmp_path, monkeypatch):
    out = tmp_path / "run"
    monkeypatch.setattr(loop.Progress, "sitting", property(lambda one: 60.0 * (one.step == 2)))
    facts = learn(SMALL, examples, out, minutes=1)
    assert (facts["step"], facts["finished"]) == (2, False)
    assert learn(SMALL, examples, out, minutes=2)["finished"]
    assert_same(whole, out)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_behind_a_whole_step(whole, examples, tmp_path, number, monkeypatch):
    step, out = region_run.RegionTask.step, tmp_path / "run"

    def raising(task, part, share):
        if task.optimizer.state and not out.joinpath("raised").exists():
            out.joinpath("raised").touch()
            signal.raise_signal(number)
        return step(task, part, share)

    monkeypatch.setattr(region_run.RegionTask, "step", raising)
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt if number == signal.SIGINT else SystemExit):
        learn(SMALL, examples, out)
    assert signal.getsignal(number) == before
    assert read_facts(out)["step"] == 2
    learn(SMALL, examples, out)
    assert_same(whole, out)


def test_late_blocks_learn_when_it_is_their_turn_and_early_ones_never(whole, examples, tmp_path):
    config = dataclasses.replace(SMALL, frozen_share=1.0)
    learn(config, examples, tmp_path / "run")
    frozen, tuned = (load_file(run / "state.safetensors") for run in (tmp_path / "run", whole))
    moved = {k for k in tuned if k.startswith("encoder.") and not torch.equal(tuned[k], frozen[k])}
    assert moved
    assert all(key.startswith("encoder.blocks.") for key in moved)
    assert min(int(key.split(".")[2]) for key in moved) == 5


def test_a_run_is_gone_on_from(whole, examples, tmp_path):
    config = dataclasses.replace(SMALL, rate=0.0, encoder_rate=0.0)
    task = open_region(config, data=examples, out=tmp_path / "run", say=quiet, start=str(whole))
    train(task)
    old, new = restore_run(whole), restore_run(tmp_path / "run")
    for one, two in zip(old.network.parameters(), new.network.parameters(), strict=True):
        assert torch.equal(one, two)
    other = dataclasses.replace(SMALL, width=32)
    with pytest.raises(OptionError, match="has width = 16, and the settings 32; give the same"):
        open_region(other, data=examples, out=tmp_path / "b", say=quiet, start=str(whole))


@pytest.fixture
def exported(monkeypatch):
    """What would be exported, without the seconds that it takes."""
    seen = {}
    monkeypatch.setattr(region_run, "export", lambda model, **_: seen.update(vars(model)))
    return seen


def test_a_run_becomes_a_model(whole, tmp_path, exported):
    release_region(whole, out=tmp_path, name="mine", licence="CC0-1.0")
    card = exported["card"]
    assert card["licence"] == "CC0-1.0"
    assert card["shown"] >= 24
    assert card["examples"] == 6
    assert card["held_out"]["examples"] == 2
    assert "apart" not in card["settings"]
    assert exported["prior"].sum() == pytest.approx(1, abs=1e-5)


def test_without_held_examples_confidences_stay_as_trained(whole, tmp_path, exported, monkeypatch):
    monkeypatch.setattr(region_run, "held_examples", lambda *_: None)
    release_region(whole, out=tmp_path, name="mine")
    assert exported["calibration"].tolist() == [[0, 0], [1, 1]]
    assert exported["card"]["held_out"] == "none; confidences are as trained"
    assert exported["card"]["licence"] == "own"


def test_a_run_without_a_state_is_named(whole, tmp_path):
    (tmp_path / "run.json").write_bytes((whole / "run.json").read_bytes())
    with pytest.raises(UnreadableError, match="is not the state of a run"):
        release_region(tmp_path, out=tmp_path, name="mine")


def test_names_of_parts_are_learnt_and_released(examples, tmp_path, exported):
    config = dataclasses.replace(SMALL, naming=0.5, apart=())
    facts = learn(config, examples, tmp_path / "run")
    assert facts["losses"]["part"] > 0
    restored = restore_run(tmp_path / "run")
    assert restored.parts == PARTS
    assert restored.network.parts.out_features == len(PARTS)
    release_region(tmp_path / "run", out=tmp_path / "model", name="named")
    assert exported["parts"] == PARTS
