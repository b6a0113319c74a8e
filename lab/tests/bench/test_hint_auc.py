"""The independent judge, across a process boundary, by one that stands in for it."""

import sys

import pytest

from nurie.errors import MissingExtraError
from nurie_lab.bench import systems
from nurie_lab.bench.hints import HINTAUC
from nurie_lab.bench.tasks import RUN

STAND_IN = """
import numpy as np

def evaluate_colorizer(colorize, samples, *, hint_type, metrics, path_method):
    (line, truth), = samples
    mask = np.zeros(line.shape, np.uint8)
    seen = {"alpha": 0.0, "hint_color": truth, "hint_mask": mask}
    before = colorize(seen)
    mask[6, 6] = 255
    after = colorize(seen)
    assert (before >= after).all() and (before > after).any()
    # BGR there and back: the hint's own pixel has the colour of the truth.
    gap = np.abs(after[6, 6].astype(int) - truth[6, 6]).max()
    return {"hint_auc": {"deltae": float(gap), "mse": {"scribble": 0.5, "dot": 0.25}[hint_type]}}
"""


@pytest.fixture
def judge(tmp_path, monkeypatch):
    """A Python whose ``hintauc`` is the module above."""
    (tmp_path / "hintauc.py").write_text(STAND_IN, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv(HINTAUC, sys.executable)


@pytest.mark.usefixtures("judge")
def test_the_judge_asks_and_gives_its_verdict(put):
    got = RUN["hints"](put(systems.bucket, "auc"))
    assert got == {"AUC deltae": 0.0, "AUC mse": 0.5}
    got = RUN["hints"](put(systems.bucket, "auc dots"))
    assert got == {"AUC deltae": 0.0, "AUC mse": 0.25}


def test_without_the_judge_there_is_no_verdict(put, monkeypatch):
    monkeypatch.delenv(HINTAUC, raising=False)
    with pytest.raises(MissingExtraError, match="give its Python by --hintauc"):
        RUN["hints"](put(systems.bucket, "auc"))
    monkeypatch.setenv(HINTAUC, "/no/python")
    with pytest.raises(MissingExtraError, match="/no/python is no Python"):
        RUN["hints"](put(systems.bucket, "auc"))


def test_a_judge_that_does_not_work_is_named(put, monkeypatch, tmp_path):
    (tmp_path / "hintauc.py").write_text("raise ImportError", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv(HINTAUC, sys.executable)
    with pytest.raises(MissingExtraError, match="has no hintauc that works"):
        RUN["hints"](put(systems.bucket, "auc"))
