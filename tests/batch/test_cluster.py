"""The same workers as actors of a cluster of Ray, on this machine."""

import sys
from pathlib import Path

import pytest

from nurie.batch.driver import Batch
from nurie.errors import MissingExtraError, ModelError, OptionError

WANTED = "LOUDLY: ray is not installed (pip install 'nurie[cluster]'); no cluster was tried"


def test_what_is_missing_is_said(odd, scans, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"nurie\[cluster\]"):
        list(Batch([scans("a.png")], str(tmp_path / "out"), odd.OddWork()).run(on="ray"))


@pytest.fixture(scope="module")
def ray(odd):
    ray = pytest.importorskip("ray", reason=WANTED)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="CRITICAL")
    # The module is a file of the tests, which the workers cannot import.
    ray.cloudpickle.register_pickle_by_value(odd)
    yield ray
    ray.shutdown()


@pytest.mark.filterwarnings("default")
def test_actors_that_die_or_hang_are_replaced(ray, odd, scans, tmp_path):
    names = [f"a{number}.png" for number in range(8)]
    folder = scans(*names, "bad.png", "kill.png", "hang.png", "sub/once.png")
    out = tmp_path / "out"
    batch = Batch([folder], str(out), odd.OddWork())
    found = {Path(o.source).stem: o for o in batch.run(on="ray", jobs=2, timeout=5, retries=1)}
    assert {name for name, o in found.items() if o.status == "failed"} == {"bad", "kill", "hang"}
    assert all((out / f"{name}.out").read_text() for name in [*names, "sub/once.png"])
    assert "longer than 5 s" in found["hang"].error
    assert "ended" in found["kill"].error
    assert [p.suffix for p in (out / "ledger").iterdir()] == [".jsonl"]


@pytest.mark.filterwarnings("default")
def test_what_fails_for_all_ends_the_call(ray, odd, scans, tmp_path):
    with pytest.raises(ModelError, match=r"^There is no model\.$"):
        list(Batch([scans("a.png")], str(tmp_path / "out"), odd.NoModel()).run(on="ray", jobs=1))


def test_a_cluster_that_is_not_there_is_said(odd, scans, tmp_path, monkeypatch):
    ray = pytest.importorskip("ray", reason=WANTED)

    def refuse(**_):
        raise ConnectionError("nobody answers\nat all")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", refuse)
    with pytest.raises(OptionError, match=r"no cluster at ray://moon: nobody answers$"):
        list(Batch([scans("a.png")], str(tmp_path / "out"), odd.OddWork()).run(on="ray://moon"))
