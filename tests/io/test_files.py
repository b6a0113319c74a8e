"""Writing is whole or not at all, and never over a file without being asked."""

import errno
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import pytest

from nurie.errors import ExistsError, FormatError, OutputError, UnreadableError
from nurie.io import files
from nurie.io.files import check_target, read_bytes, reading, replacing


def write(path: Path, data: bytes = b"new", *, force: bool = False) -> None:
    with replacing(path, force=force) as stream:
        stream.write(data)


def test_a_new_file_is_written_and_nothing_else_is_left(tmp_path):
    write(tmp_path / "線画.png")
    assert [p.name for p in tmp_path.iterdir()] == ["線画.png"]
    assert (tmp_path / "線画.png").read_bytes() == b"new"


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path):
    (tmp_path / "usual").touch()
    write(tmp_path / "a")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_an_existing_file_is_replaced_only_when_asked(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    with pytest.raises(ExistsError, match=r"a\.png exists already; give --force"):
        write(path)
    assert path.read_bytes() == b"old"
    path.chmod(0o640)
    write(path, force=True)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_lost(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "a.png"

    def meanwhile():
        with replacing(path) as stream:
            stream.write(b"mine")
            path.write_bytes(b"theirs")

    with pytest.raises(ExistsError):
        meanwhile()
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def fail(path, error):
    with replacing(path, force=True) as stream:
        stream.write(b"half")
        raise error


def no_links(*_):
    raise OSError(errno.EPERM, "Operation not permitted")


def test_a_file_system_without_links_will_do(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", no_links)
    write(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failure_inside_leaves_the_old_file_whole(tmp_path, error):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    with pytest.raises(error):
        fail(path, error)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_one_sentence(tmp_path):
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(OutputError, match="cannot be written: no space left on device"):
        fail(tmp_path / "a.png", full)
    assert not list(tmp_path.iterdir())


def test_a_kill_between_write_and_rename_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    script = (
        "import os, sys\n"
        "from nurie.io import files\n"
        "files.os.replace = lambda *_: os._exit(9)\n"
        "with files.replacing(sys.argv[1], force=True) as stream:\n"
        "    stream.write(b'new')\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode == 9
    assert path.read_bytes() == b"old"


def test_a_symbolic_link_is_followed(tmp_path):
    (tmp_path / "real.png").write_bytes(b"old")
    link = tmp_path / "link.png"
    link.symlink_to(tmp_path / "real.png")
    write(link, force=True)
    assert link.is_symlink()
    assert (tmp_path / "real.png").read_bytes() == b"new"


def test_a_loop_of_links_is_one_sentence(tmp_path):
    (tmp_path / "a.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    with pytest.raises(OutputError):
        write(tmp_path / "a.png", force=True)


@pytest.mark.parametrize("refuse", [write, check_target])
def test_targets_that_cannot_be(tmp_path, refuse):
    with pytest.raises(OutputError, match="missing is not a folder; make it"):
        refuse(tmp_path / "missing" / "a.png")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(OutputError, match="is a folder; give the name of a file in it"):
        refuse(tmp_path / "folder.png")
    path = tmp_path / "locked.png"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(OutputError, match=r"locked\.png is read-only"):
        refuse(path, force=True)
    assert path.read_bytes() == b"old"


def test_a_read_only_folder(tmp_path):
    folder = tmp_path / "shut"
    folder.mkdir(mode=0o555)
    with pytest.raises(OutputError, match=r"shut is read-only; choose another folder for a\.png"):
        check_target(folder / "a.png")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device")
def test_a_device_is_never_replaced():
    with pytest.raises(OutputError, match="not an ordinary file"):
        write(Path("/dev/null"), force=True)
    assert not Path("/dev/null").is_file()


def test_check_target_refuses_early(tmp_path):
    with pytest.raises(FormatError, match=r"a\.gif .* end it in one of \.png, .*\.ora"):
        check_target(tmp_path / "a.gif")
    check_target(tmp_path / "A.PNG")
    (tmp_path / "a.png").touch()
    with pytest.raises(ExistsError):
        check_target(tmp_path / "a.png")
    check_target(tmp_path / "a.png", force=True)


def test_files_that_cannot_be_read(tmp_path, monkeypatch):
    (tmp_path / "empty").touch()
    cases = {"empty": "zero bytes", "missing": "does not exist", ".": "is a folder", "\0": "cannot"}
    for name, sentence in cases.items():
        with pytest.raises(UnreadableError, match=sentence), reading(tmp_path / name):
            pass
    (tmp_path / "long").write_bytes(bytes(11))
    with pytest.raises(UnreadableError, match="larger than"):
        read_bytes(tmp_path / "long", limit=10)
    assert read_bytes(tmp_path / "long", limit=11) == bytes(11)

    def denied(*_args, **_options):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(UnreadableError, match="cannot be opened: permission denied"):
        read_bytes(tmp_path / "long", limit=11)


def test_no_room_is_made_for_what_is_not_there(tmp_path):
    (tmp_path / "a").write_bytes(b"abc" * 50_000)
    tracemalloc.start()
    try:
        with reading(tmp_path / "a") as stream:
            assert stream.read(1) == b"a"
            assert len(stream.read(2**40)) == 149_999
            assert stream.read(2**40) == b""
            stream.seek(0)
            assert len(stream.read()) == 150_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs devices")
def test_a_device_is_refused_before_it_is_copied(monkeypatch):
    with Path("/dev/zero").open("rb") as zeros:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=zeros, isatty=lambda: False))
        monkeypatch.setattr("tempfile.NamedTemporaryFile", None)
        for name in ("/dev/zero", "/dev/urandom", "-"):
            with pytest.raises(UnreadableError, match="is a device, which may"), reading(name):
                pass
    monkeypatch.undo()
    with pytest.raises(UnreadableError, match="is empty"), reading("/dev/null"):
        pass


def test_folders_that_were_made_are_not_remembered_for_ever(tmp_path):
    for number in range(1200):
        files.made_folder(tmp_path / str(number % 2))
        (tmp_path / str(number % 2)).rmdir()
    assert len(files._made) <= 1000
    files.made_folder(tmp_path / "a" / "b")
    files.tidy()
    assert not files._made
    assert not (tmp_path / "a").exists()
