"""The arithmetic of the training benchmark, and its plain loop beside ours."""

import dataclasses
import importlib
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the extra 'train' is not installed: TRAINING UNTESTED")

FOLDER = Path(__file__).parents[2] / "src" / "nurie_lab" / "bench" / "studies"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    before = set(sys.modules)
    yield importlib.import_module("training")
    for name in set(sys.modules) - before:
        if str(FOLDER) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def test_medians_of_processor_time_without_the_first_step(bench, monkeypatch):
    clock = iter([0, 0, 0, 2, 0, 3, 0, 4, 0, 3])
    monkeypatch.setattr(bench.time, "process_time", lambda: next(clock))
    # The first two steps only warm up; then 2, 4 and 3, 3 seconds for four pictures and one.
    rates = bench.measure({"fast": lambda: 4, "slow": lambda: 1}, 2)
    assert rates == {"fast": pytest.approx(4 / 3), "slow": pytest.approx(1 / 3)}


def test_times_and_table(bench):
    rates = {"plain loop": 5.0, "ours, full precision": 6.0, "ours": 10.0, "pix2pix": 1.0,
             "region, frozen encoder": 100.0, "region, tuned": 20.0}  # fmt: skip
    found = bench.ratios(rates, 0.25)
    assert found["region"] == 40
    assert found["times"]["pixel loop"] == 2
    assert found["times"]["region model"] == 40
    text = bench.markdown({"pictures_per_cpu_second": rates, "waiting": 0.012, **found})
    assert "| ours | 10.00 | 2.0 |" in text
    assert "pixel loop 2.0 of 1.3, region model 40.0 of 20" in text
    assert "waiting for pictures 1.2 % of 5 % at most" in text


def test_the_plain_loop_learns_too(bench):
    config = dataclasses.replace(bench.GAN, size=32, width=4)
    for step in (bench.plain_gan(config), bench.our_gan(config)):
        assert step() == config.batch
