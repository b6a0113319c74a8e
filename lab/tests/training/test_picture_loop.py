"""Runs: they learn, go on where they were killed, and do not see how many processes they are."""

import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

from safetensors import safe_open

from nurie.errors import ExistsError, OptionError, OutputError, UnreadableError
from nurie_lab.training.engine import folder as engine_folder
from nurie_lab.training.engine import loop as engine_loop
from nurie_lab.training.engine.folder import RunFolder, load_state, read_facts, read_run, save_state
from nurie_lab.training.engine.loop import Progress
from nurie_lab.training.engine.loop import train as run
from nurie_lab.training.picture.steps import STEPS
from nurie_lab.training.picture.task import open_picture, state_of
from nurie_lab.training.settings import PictureConfig, RegionConfig

SMALL = PictureConfig(
    size=32, width=4, batch=4, lanes=2, epochs=2, patches=3, loaders=1, shuffle=4,
    log_every=1, save_minutes=0, sheet_minutes=0, ema=0.9, noise=0.1, precision="fp32",
)  # fmt: skip
"""Six steps of the GAN on twelve pictures."""

ALL = dataclasses.replace(SMALL, smooth=0.9, matching=1.0, kernels=2, history=0.01)
PENALTY = dataclasses.replace(SMALL, objective="wgan-gp", judge_norm="layer")


def quiet(line):
    pass


def train(config, *, minutes=None, **where):
    return run(open_picture(config, **where), minutes=minutes)


def losses(run):
    """Figures of each step, without the times."""
    rows = [json.loads(line) for line in (run / "log.jsonl").read_text("utf-8").splitlines()]
    times = {"seconds", "pictures_per_second", "waiting"}
    return [{k: v for k, v in row.items() if k not in times} for row in rows]


def tensors(run):
    with safe_open(run / "state.safetensors", "pt") as stored:
        return {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118


def assert_same(one, two):
    """Two runs have the same losses in every step and the same state in every bit."""
    assert losses(one) == losses(two)
    a, b = tensors(one), tensors(two)
    assert a.keys() == b.keys()
    assert all(torch.equal(a[key], b[key]) for key in a)


@pytest.fixture(scope="module")
def whole(shards, tmp_path_factory):
    """A run that nothing disturbed."""
    out = tmp_path_factory.mktemp("whole") / "run"
    train(ALL, data=shards, out=out, say=quiet)
    return out


def test_a_run_leaves_a_log_a_sheet_and_its_settings(whole):
    rows = losses(whole)
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[-1]["shown"] == 24
    assert {"discriminator", "generator", "l1", "matching"} <= rows[-1].keys()
    assert read_run(whole) == ALL
    assert [path.name for path in sorted((whole / "sheets").iterdir())] == ["00000006.png"]
    import cv2

    # Two pictures to validate; original, lines, hint, painting, sampled hint, painting.
    assert cv2.imread(str(whole / "sheets" / "00000006.png")).shape == (2 * 32, 6 * 32, 3)
    assert read_facts(whole)["step"] == 6


def test_the_same_seed_gives_the_same_run_and_another_seed_another(whole, shards, tmp_path):
    train(ALL, data=shards, out=tmp_path / "again", say=quiet)
    assert_same(whole, tmp_path / "again")
    train(dataclasses.replace(ALL, seed=1, epochs=1), data=shards, out=tmp_path / "b", say=quiet)
    assert losses(tmp_path / "b")[0] != losses(whole)[0]


class Killed(BaseException):
    """Stands in for a kill."""


@pytest.mark.parametrize(
    ("moment", "after"), [("step", 4), ("log", 1), ("partial", 4), ("replaced", 1)]
)
def test_a_run_goes_on_exactly_whenever_it_was_killed(
    whole, shards, tmp_path, monkeypatch, moment, after
):
    calls = []

    def deadly(function, *, before):
        def call(*args, **kwargs):
            calls.append(1)
            if before and len(calls) > after:
                raise Killed
            result = function(*args, **kwargs)
            if len(calls) > after:
                raise Killed
            return result

        return call

    out = tmp_path / "run"
    with monkeypatch.context() as patched:
        if moment == "step":
            patched.setitem(STEPS, "gan", deadly(STEPS["gan"], before=False))
        elif moment == "log":
            patched.setattr(RunFolder, "log", deadly(RunFolder.log, before=False))
        elif moment == "partial":
            patched.setattr(engine_folder.os, "fsync", deadly(os.fsync, before=True))
        else:
            patched.setattr(engine_loop, "save_state", deadly(save_state, before=False))
        with pytest.raises(Killed):
            train(ALL, data=shards, out=out, say=quiet)
    train(ALL, data=shards, out=out, say=quiet)
    assert_same(whole, out)


TRAIN = """
import sys
from pathlib import Path
from nurie_lab.training.engine.loop import train
from nurie_lab.training.picture.task import open_picture
from nurie_lab.training.region.run import open_region
from nurie_lab.training.settings import RegionConfig, read_settings
for config, data, out in zip(sys.argv[1::3], sys.argv[2::3], sys.argv[3::3]):
    settings = read_settings(Path(config))
    task = open_region if isinstance(settings, RegionConfig) else open_picture
    train(task(settings, data=Path(data), out=Path(out)))
"""


def toml_of(config, path):
    default = dataclasses.asdict(type(config)(objective=config.objective))
    values = {k: v for k, v in dataclasses.asdict(config).items() if v != default[k]}
    text = [f"{k} = {json.dumps(v)}" for k, v in ({"objective": config.objective} | values).items()]
    path.write_text("\n".join(text), "utf-8")
    return path


def test_kill_nine_costs_nothing_that_was_saved(shards, tmp_path):
    config = dataclasses.replace(ALL, epochs=40)
    out = tmp_path / "run"
    path = toml_of(config, tmp_path / "c.toml")
    command = [sys.executable, "-c", TRAIN, path, shards, out]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (out / "state.safetensors").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    stopped = read_facts(out)["step"]
    assert 0 < stopped < 120
    epochs = stopped // 3 + 2
    sooner = dataclasses.replace(config, epochs=epochs)
    train(sooner, data=shards, out=out, say=quiet)
    train(sooner, data=shards, out=tmp_path / "whole", say=quiet)
    assert_same(out, tmp_path / "whole")


REGION = RegionConfig(
    width=16, depth=1, heads=2, batch=4, pictures=16, frozen_share=0.5, pairs=0.5, log_every=1
)


def test_two_processes_have_the_losses_of_one(shards, examples, tmp_path):
    configs = {"all": ALL, "penalty": PENALTY}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = []
    for name, config in configs.items():
        arguments += [toml_of(config, tmp_path / f"{name}.toml"), shards, tmp_path / f"{name}-two"]
    arguments += [toml_of(REGION, tmp_path / "region.toml"), examples, tmp_path / "region-two"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TRAIN, *arguments],
            env=os.environ | {
                "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2",
                "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
                "CUDA_VISIBLE_DEVICES": "",
            },
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for rank in range(2)
    ]  # fmt: skip
    for process in processes:
        notes, _ = process.communicate(timeout=200)
        assert process.returncode == 0, notes
    for name, config in configs.items():
        train(config, data=shards, out=tmp_path / f"{name}-one", say=quiet)
        one, two = losses(tmp_path / f"{name}-one"), losses(tmp_path / f"{name}-two")
        assert [row.keys() for row in one] == [row.keys() for row in two]
        for a, b in zip(one, two, strict=True):
            np.testing.assert_allclose(list(a.values()), list(b.values()), rtol=2e-3, atol=1e-4)
        places = [read_facts(tmp_path / f"{name}-{n}")["places"] for n in ("one", "two")]
        assert places[0] == places[1]
    rows = losses(tmp_path / "region-two")
    assert [row["shown"] for row in rows][-1] >= 16
    assert all(np.isfinite(row["color"]) for row in rows)


def test_more_epochs_go_on_and_fewer_are_done(whole, shards, tmp_path):
    notes = []
    out = tmp_path / "run"
    train(dataclasses.replace(ALL, epochs=1), data=shards, out=out, say=quiet)
    assert len(losses(out)) == 3
    train(ALL, data=shards, out=out, say=notes.append)
    assert "going on from step 3" in notes[0]
    assert_same(whole, out)
    train(ALL, data=shards, out=out, say=notes.append)
    assert_same(whole, out)


def test_a_run_with_a_reference_batch_goes_on_exactly(shards, tmp_path):
    config = dataclasses.replace(SMALL, norm="virtual")
    train(config, data=shards, out=tmp_path / "whole", say=quiet)
    train(dataclasses.replace(config, epochs=1), data=shards, out=tmp_path / "run", say=quiet)
    train(config, data=shards, out=tmp_path / "run", say=quiet)
    assert_same(tmp_path / "whole", tmp_path / "run")


def test_a_run_that_is_older_than_a_setting_goes_on(shards, tmp_path):
    out = tmp_path / "run"
    train(dataclasses.replace(ALL, epochs=1), data=shards, out=out, say=quiet)
    begun = json.loads((out / "run.json").read_text("utf-8"))
    del begun["config"]["sigma_spread"]
    (out / "run.json").write_text(json.dumps(begun), "utf-8")
    assert train(ALL, data=shards, out=out, say=quiet)["finished"]
    del begun["config"]["norm"]
    (out / "run.json").write_text(json.dumps(begun), "utf-8")
    with pytest.raises(OptionError, match="begun with norm = 'batch', not 'virtual'"):
        train(dataclasses.replace(ALL, norm="virtual"), data=shards, out=out, say=quiet)


def test_a_short_run_has_a_log(shards, tmp_path):
    out = tmp_path / "run"
    train(dataclasses.replace(SMALL, log_every=1000), data=shards, out=out, say=quiet)
    assert [row["step"] for row in losses(out)] == [1, 2, 3, 4, 5, 6]


def test_the_time_left_is_told_once_steps_were_timed(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    progress = Progress(1000)
    now[0] = 160.0
    assert (progress.rate, "left not known" in progress.line()) == (0, True)
    progress.passed(4)
    now[0] = 161.0
    progress.passed(4)
    assert "time left not known yet" in progress.line()
    now[0] = 164.0 + 16
    progress.passed(36)
    # Forty pictures in the twenty seconds behind the first step; that one took a minute.
    assert progress.rate == 2
    assert "  8 min left" in progress.line()


def test_minutes_only_stop_a_run_which_goes_on_exactly(whole, shards, tmp_path, monkeypatch):
    out = tmp_path / "run"
    monkeypatch.setattr(Progress, "sitting", property(lambda one: 60.0 * (one.step == 4)))
    assert train(ALL, data=shards, out=out, minutes=1, say=quiet)["step"] == 4
    assert train(ALL, data=shards, out=out, minutes=2, say=quiet)["finished"]
    assert_same(whole, out)


def test_rates_fall_over_the_second_half(shards, tmp_path, monkeypatch):
    rates = []
    step = STEPS["l2"]

    def spy(batches, networks, optimizers, config):
        rates.append(optimizers["generator"].param_groups[0]["lr"])
        return step(batches, networks, optimizers, config)

    monkeypatch.setitem(STEPS, "l2", spy)
    config = dataclasses.replace(
        SMALL, objective="l2", generator="cnn", decay="linear", rate=1.0, epochs=2
    )
    train(config, data=shards, out=tmp_path / "run", say=quiet)
    np.testing.assert_allclose(rates, [1, 1, 1, 1, 2 / 3, 1 / 3], rtol=1e-6)


def test_another_run_is_not_gone_on_with(whole, shards, tmp_path):
    with pytest.raises(OptionError, match=r"was begun with width = 4, not 8; choose another --out"):
        train(dataclasses.replace(ALL, width=8), data=shards, out=whole, say=quiet)
    with pytest.raises(OptionError, match="was begun with other shards"):
        train(ALL, data=shards / "train-0000.tar", out=whole, say=quiet)
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(ExistsError, match="holds other things than a run"):
        train(ALL, data=shards, out=tmp_path, say=quiet)
    with pytest.raises(UnreadableError, match="is not a run of nurie train"):
        read_run(tmp_path)


def test_a_full_disk_costs_states_not_the_run(shards, tmp_path, monkeypatch):
    def full(folder, state, facts):
        raise OSError(28, "No space left on device")

    notes, out = [], tmp_path / "a"
    once = dataclasses.replace(ALL, epochs=1)
    with monkeypatch.context() as patched:
        patched.setattr(engine_loop, "save_state", full)
        with pytest.raises(OutputError, match=r"The state of step 3 cannot be written .*make room"):
            train(once, data=shards, out=out, say=notes.append)
    assert sum("The one before stays" in line for line in notes) == 3
    train(once, data=shards, out=out, say=quiet)
    assert len(losses(out)) == 3


def test_a_state_that_cannot_be_written_leaves_the_last(one_batch, tmp_path, monkeypatch):
    _, (networks, optimizers) = one_batch(SMALL)
    state = state_of(networks, optimizers)
    save_state(tmp_path, state, {"step": 1})
    monkeypatch.setattr(engine_folder.os, "fsync", lambda _: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        save_state(tmp_path, state, {"step": 2})
    assert read_facts(tmp_path) == {"step": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["state.safetensors"]


def test_what_is_no_state_is_said(whole, one_batch, tmp_path):
    _, (networks, optimizers) = one_batch(SMALL)
    state = state_of(networks, optimizers)
    for folder in (tmp_path, whole):
        with pytest.raises(UnreadableError, match="is not the state of this run"):
            load_state(folder, state)
    with pytest.raises(UnreadableError, match="is not the state of a run"):
        read_facts(tmp_path)


def test_weights_of_another_run_are_gone_on_from(whole, shards, tmp_path):
    config = dataclasses.replace(ALL, epochs=1, rate=0.0, judge_rate=0.0)
    train(config, data=shards, out=tmp_path / "run", start=whole, say=quiet)
    old, new = tensors(whole), tensors(tmp_path / "run")
    weights = [key for key in old if key.startswith("averaged.") and "norm" not in key]
    assert weights
    assert all(torch.equal(old[key], new[key]) for key in weights)
