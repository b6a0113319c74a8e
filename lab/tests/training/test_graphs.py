"""Files that take their places together, or not at all."""

import errno

import pytest

pytest.importorskip("torch", reason="the extra 'train' is not installed: EXPORT UNTESTED")

from nurie.errors import ExistsError, ModelError, OutputError
from nurie_lab.training.graphs import digests, run_graph, staged

FILES = ["a.onnx", "a.json"]


def write(folder, text="new"):
    for name in FILES:
        (folder / name).write_text(text)


def left(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_they_appear_when_the_block_ends(tmp_path):
    out = tmp_path / "deep" / "out"
    with staged(out, FILES, force=False) as folder:
        write(folder)
        assert not any((out / name).exists() for name in FILES)
    assert left(out) == dict.fromkeys(FILES, "new")


@pytest.mark.parametrize("error", [ModelError("no"), KeyboardInterrupt()])
def test_a_block_that_fails_leaves_nothing(tmp_path, error):
    def fail():
        with staged(tmp_path / "deep" / "out", FILES, force=False) as folder:
            write(folder)
            raise error

    with pytest.raises(type(error)):
        fail()
    assert not any(tmp_path.iterdir())


def test_a_folder_that_was_there_stays(tmp_path):
    with pytest.raises(ModelError), staged(tmp_path, FILES, force=False):
        raise ModelError("no")
    assert tmp_path.is_dir()
    assert not any(tmp_path.iterdir())


def test_existing_files_are_kept_without_force(tmp_path):
    (tmp_path / "a.json").write_text("mine")
    with pytest.raises(ExistsError, match=r"a\.json exists already"):
        staged(tmp_path, FILES, force=False).__enter__()
    assert left(tmp_path) == {"a.json": "mine"}
    with staged(tmp_path, FILES, force=True) as folder:
        write(folder)
    assert left(tmp_path) == dict.fromkeys(FILES, "new")


def test_files_that_appear_meanwhile_are_kept(tmp_path):
    def meet():
        with staged(tmp_path, FILES, force=False) as folder:
            write(folder)
            (tmp_path / "a.json").write_text("mine")

    with pytest.raises(ExistsError):
        meet()
    assert left(tmp_path) == {"a.json": "mine"}


def test_a_full_disk_is_one_sentence(tmp_path):
    with (
        pytest.raises(OutputError, match=r"out cannot be written: no space left on device\.$"),
        staged(tmp_path / "out", FILES, force=False),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not any(tmp_path.iterdir())


def test_a_file_in_the_folders_place_is_kept(tmp_path):
    out = tmp_path / "out"
    out.write_text("mine")
    with pytest.raises(OutputError, match=r"out cannot be written: file exists\.$"):
        staged(out, FILES, force=True).__enter__()
    assert out.read_text() == "mine"


def test_digests_are_those_of_the_files(tmp_path):
    (tmp_path / "a.onnx").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digests(tmp_path, ["a.onnx"]) == {"a.onnx": empty}


def test_a_graph_that_cannot_run_is_one_sentence(tmp_path):
    (tmp_path / "a.onnx").write_bytes(b"graph")
    with pytest.raises(ModelError, match=r"^ONNX Runtime cannot run a\.onnx \(.*\)\.$"):
        run_graph(tmp_path / "a.onnx", {})
