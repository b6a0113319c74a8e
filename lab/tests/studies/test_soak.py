"""The soak's arithmetic: blocks are compared by their ratio, kinds by their median."""

import importlib.util
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "src" / "nurie_lab" / "bench" / "studies" / "soak.py"


@pytest.fixture(scope="module")
def soak():
    spec = importlib.util.spec_from_file_location("soak", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["soak"] = module
    spec.loader.exec_module(module)
    return module


def test_blocks_are_compared_by_their_ratio(soak):
    early = {"median_ms": 10.0, "mean_ms": 20.0, "cpu_ms": 4.0, "memory_mib": 200.0}
    late = {"median_ms": 10.5, "mean_ms": 20.0, "cpu_ms": 3.0, "memory_mib": 202.0}
    found = soak.ratios(early, late)
    assert found == {"median_ms": 1.05, "mean_ms": 1.0, "cpu_ms": 0.75, "memory_mib": 1.01}


def test_a_round_is_as_many_requests_as_it_says(soak, monkeypatch):
    asked = []

    class Client:
        def connect(self):
            asked.clear()

        def ask(self, kind, path, body=None, *, expect=200):
            asked.append(kind)
            return (
                b'{"id": "a", "width": 9, "height": 9, "regions": "b",'
                b' "answers": [{"palette": [], "entries": [], "confidence": []}]}'
            )

        def leave(self, path, body):
            asked.append("left")

    soak.one_round(Client(), [b"1", b"2"], 0)
    assert len(asked) == soak.ROUND
    assert soak.BLOCK % soak.ROUND == 0
    assert {"left", "refused", "export", "edit"} <= set(asked)
