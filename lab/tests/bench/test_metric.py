"""Where the perceptual network lies, and the error where it is damaged."""

from pathlib import Path

import pytest

from nurie.errors import ModelError
from nurie_lab.perceptual import (
    NAME,
    MetricSession,
    MetricSpec,
    cache_folder,
    find_metric,
    write_metric,
)

SPEC = MetricSpec(NAME, Path(), {"pair": "p.onnx"}, {"p.onnx": "0" * 64}, "a title", 8, {})


def test_it_lies_in_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "nurie" / "metrics"
    assert find_metric() is None
    cache_folder().mkdir(parents=True)
    write_metric(SPEC, cache_folder() / f"{NAME}.json")
    found = find_metric()
    assert (found.title, found.folder) == ("a title", cache_folder())


@pytest.mark.parametrize(
    ("system", "ends"),
    [("linux", ".cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")],
)
def test_every_system_has_a_cache(monkeypatch, system, ends):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr("sys.platform", system)
    assert cache_folder() == Path.home() / ends / "nurie" / "metrics"


@pytest.mark.parametrize("text", ["{half", "[]", '{"name": "x"}'])
def test_a_damaged_one_is_said_to_be(tmp_path, text):
    (tmp_path / f"{NAME}.json").write_text(text, "utf-8")
    with pytest.raises(ModelError, match=r"is damaged; write it anew with nurie export metric\."):
        find_metric(tmp_path)


def test_a_graph_must_be_the_one_that_was_written(tmp_path):
    write_metric(SPEC, tmp_path / f"{NAME}.json")
    with pytest.raises(ModelError, match=r"lacks p\.onnx"):
        MetricSession(find_metric(tmp_path))
    (tmp_path / "p.onnx").write_bytes(b"other")
    with pytest.raises(ModelError, match=r"p\.onnx of the model .* was changed"):
        MetricSession(find_metric(tmp_path))
