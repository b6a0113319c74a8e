"""Files as such: what may be read, what may be written, and writing that is whole or not at all."""

import contextlib
import io
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import IO, Any, BinaryIO, TypeAlias

from nurie.errors import ExistsError, FormatError, OutputError, UnreadableError

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed.
    fcntl = None  # type: ignore[assignment]

PathLike: TypeAlias = str | os.PathLike[str]
"""The name of a file."""

PICTURE_SUFFIXES = (".png", ".webp", ".tif", ".tiff", ".tga")
"""What :func:`nurie.io.images.write_picture` writes."""

LAYERED_SUFFIXES = (".ora", ".psd")
"""What :func:`nurie.io.ora.write.write_ora` and :func:`nurie.io.psd.write.write_psd` write."""

DRAWING_SUFFIXES = (
    *PICTURE_SUFFIXES, *LAYERED_SUFFIXES, ".jpg", ".jpeg", ".bmp", ".gif", ".avif", ".kra"
)  # fmt: skip
"""What is taken for a drawing in a folder: the kinds that people draw in, of all that is read."""


STREAM = "-"
"""What stands for the streams that the program was started with: stdin to read, stdout to write."""

_STREAM_BYTES = 1 << 30
_spooled: dict[str, Any] = {}
_made: deque[Path] = deque(maxlen=1000)


def is_stream(path: PathLike) -> bool:
    """Whether a name stands for what can be read once only: stdin, a pipe, a device.

    >>> is_stream("-"), is_stream("no-such-file.png")
    (True, False)
    """
    name = os.fspath(path)
    if name in (STREAM, "/dev/stdin") or name.startswith(("/dev/fd/", "/proc/self/fd/")):
        return True
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116 (a name that is no path yet)
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def is_stdout(path: PathLike) -> bool:
    """Whether a target is the stream that the program writes its results to."""
    return os.fspath(path) in (STREAM, "/dev/stdout")


def tidy() -> None:
    """Remove the copies of what was read once, and folders made for what was not written."""
    while _spooled:
        _spooled.popitem()[1].close()
    while _made:
        with contextlib.suppress(OSError):  # it is not empty, or was moved
            _made.pop().rmdir()


def _kept(path: Path) -> Path:
    """A copy of a stream that can be read again and again, until the program ends."""
    name = str(path)
    if name not in _spooled:
        stdin = sys.stdin
        if name == STREAM and (stdin is None or stdin.isatty()):
            raise UnreadableError("Nothing is piped into nurie, so - cannot be read.")
        source = stdin.buffer if name == STREAM else path.open("rb", buffering=0)
        with contextlib.ExitStack() as stack:
            if name != STREAM:
                stack.enter_context(source)
            _refuse_device(path, source)
            copy = tempfile.NamedTemporaryFile(prefix="nurie-")  # noqa: SIM115 (kept open)
            while part := source.read(1 << 20):
                copy.write(part)
                if copy.tell() > _STREAM_BYTES:
                    raise UnreadableError(f"{path} is larger than any picture allowed.")
            copy.flush()
        _spooled[name] = copy
    return Path(_spooled[name].name)


def _refuse_device(path: Path, source: Any) -> None:
    """Refuse what has no end before any of it is copied; /dev/null is empty at once."""
    with contextlib.suppress(OSError, ValueError):  # a stream of Python's own is no device
        status = os.fstat(source.fileno())
        if stat.S_ISCHR(status.st_mode) and not os.path.samestat(status, os.stat(os.devnull)):  # noqa: PTH116
            raise UnreadableError(f"{path} is a device, which may have no end; give a file.")


def reason(error: Exception) -> str:
    """Why the system refused, in its own words and without the number or the path.

    >>> reason(FileNotFoundError(2, "No such file or directory", "a.png"))
    'no such file or directory'
    """
    if not isinstance(error, OSError):
        return str(error)
    text = error.strerror or str(error) or type(error).__name__
    return text[:1].lower() + text[1:].rstrip(".")


class Bounded(io.BufferedReader):
    """A file that never makes room for more than it has, however much a damaged header asks for.

    An ordinary file allocates all that is asked for before it reads.
    """

    head = b""
    """Stands for the first bytes of the file."""

    def read(self, size: int | None = -1, /) -> bytes:
        """At most ``size`` bytes, all that are left when it is negative or None."""
        if size is not None and size > 1 << 16:
            status = os.fstat(self.fileno())
            if stat.S_ISREG(status.st_mode):
                size = min(size, max(status.st_size - self.tell(), 0))
        at = self.tell() if self.head else 0
        data = super().read(size)
        return self.head[at : at + len(data)] + data[max(len(self.head) - at, 0) :]


@contextmanager
def reading(path: PathLike) -> Iterator[Bounded]:
    """Open a file that the user gave.

    Raises:
        UnreadableError: it is missing, a folder, empty, or may not be read.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise UnreadableError(f"{path} is a folder; give a file.")
        source = _kept(path) if is_stream(path) else path
        stream = Bounded(source.open("rb", buffering=0))
    except FileNotFoundError:
        raise UnreadableError(f"{path} does not exist; check the name.") from None
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path} cannot be opened: {reason(error)}.") from error
    with stream:
        if not stream.read(1):
            raise UnreadableError(f"{path} is empty (zero bytes).")
        stream.seek(0)
        yield stream


def zip_names(stream: BinaryIO) -> frozenset[str]:
    """What an archive holds; nothing where the file is none, or a damaged one."""
    stream.seek(0)
    if stream.read(4) != b"PK\3\4":
        return frozenset()
    import zipfile

    try:
        return frozenset(name.lstrip("/") for name in zipfile.ZipFile(stream).namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return frozenset()


def read_bytes(path: PathLike, *, limit: int) -> bytes:
    """All bytes of a small file that the user gave.

    Raises:
        UnreadableError: it cannot be opened, is empty, or is longer than ``limit``.
    """
    with reading(path) as stream:
        try:
            data = stream.read(limit + 1)
        except OSError as error:
            raise UnreadableError(f"{path} cannot be read: {reason(error)}.") from error
    if len(data) > limit:
        raise UnreadableError(f"{path} is larger than {limit >> 20} MiB; is it the right file?")
    return data


def check_target(
    path: PathLike,
    *,
    force: bool = False,
    suffixes: Sequence[str] = PICTURE_SUFFIXES + LAYERED_SUFFIXES,
) -> None:
    """Refuse a target early, before the work is done.

    Raises:
        FormatError: the suffix is none of ``suffixes``, in lower case with the dot.
        ExistsError: the file exists and ``force`` was not given.
        OutputError: the folder is missing, or the target cannot be written.
    """
    path = Path(path)
    if is_stdout(path) and ".png" in suffixes:
        return
    if os.path.isdir(path):  # noqa: PTH112 (which no name makes fail)
        raise OutputError(f"{path} is a folder; give the name of a file in it.")
    if path.suffix.lower() not in suffixes:
        kinds = ", ".join(suffixes)
        raise FormatError(f"{path} has no suffix that can be written; end it in one of {kinds}.")
    _checked(path, force=force)


@contextmanager
def replacing(path: PathLike, *, force: bool = False) -> Iterator[BinaryIO]:
    """Write a file whole or not at all.

    The bytes go to a temporary file in the same folder, which takes the name when the block ends
    well and disappears when it does not. Killed at any moment, the old file stays whole.

    A symbolic link is followed. Without ``force`` a file that appears while the block runs is not
    lost either.

    Yields:
        The temporary file, open for writing, with seek.

    Raises:
        ExistsError: the target exists and ``force`` was not given.
        OutputError: the folder is missing, or something cannot be written.
    """
    if is_stdout(path):
        with io.BytesIO() as buffer:
            yield buffer
            _to_stdout(buffer.getvalue())
        return
    target = _checked(Path(path), force=force)
    temporary = target.with_name(f".nurie-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as stream:
            yield stream
        _settle(temporary, target, force=force)
    except FileExistsError:
        raise ExistsError(_exists(path)) from None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {reason(error)}.") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _to_stdout(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):
            # What is left in the buffer would be tried again, and complained of, at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(f"The output cannot be written: {reason(error)}.") from error


def _checked(path: Path, *, force: bool) -> Path:
    """The file that a path stands for, when it can be written."""
    try:
        target = path.resolve() if path.is_symlink() else path
        folder = target.parent
        if not folder.is_dir():
            raise OutputError(f"{folder} is not a folder; make it before {target.name} is written.")
        if target.is_dir():
            raise OutputError(f"{path} is a folder; give the name of a file in it.")
        if target.exists():
            if not target.is_file():
                raise OutputError(f"{path} is not an ordinary file, so it is not replaced.")
            if not force:
                raise ExistsError(_exists(path))
            if _locked(target):
                raise OutputError(f"{path} is read-only; choose another name or make it writable.")
        if _locked(folder):
            raise OutputError(f"{folder} is read-only; choose another folder for {target.name}.")
    except (OSError, RuntimeError, ValueError) as error:
        raise OutputError(f"{path} cannot be written: {reason(error)}.") from error
    return target


def _exists(path: PathLike) -> str:
    return f"{path} exists already; give --force to replace it or choose another name."


def _locked(path: Path) -> bool:
    """Whether nobody may write: the administrator could, but was told not to."""
    return not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK)


def _settle(temporary: Path, target: Path, *, force: bool) -> None:
    """Give the temporary file its name; without ``force``, never over another file."""
    if force:
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        os.replace(temporary, target)  # noqa: PTH105 (the tests stand in for it)
        return
    try:
        os.link(temporary, target)  # noqa: PTH123, RUF100
    except FileExistsError:
        raise
    except OSError:
        # A file system without links (exFAT, some shares): claim the name, then take it.
        with target.open("xb"):
            pass
        os.replace(temporary, target)  # noqa: PTH105


def natural(paths: Iterable[Path]) -> list[Path]:
    """Paths in the order in which people count: frame 2 before frame 10.

    >>> [path.name for path in natural([Path("a10.png"), Path("a9.png"), Path("A1.png")])]
    ['A1.png', 'a9.png', 'a10.png']
    """

    def key(path: Path) -> tuple[list[tuple[int, int, str]], str]:
        parts = re.split(r"([0-9]+)", str(path).casefold())
        numbered = [(0, int(p), "") if p[:1].isdecimal() else (1, 0, p) for p in parts if p]
        return numbered, str(path)

    return sorted(paths, key=key)


def made_folder(folder: Path) -> None:
    """Create a folder, and those around it; ``tidy`` removes those that stay empty."""
    try:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        _made.extend(reversed(missing))
    except OSError as error:
        raise OutputError(f"The folder {folder} cannot be made: {error.strerror}.") from error


def suffix_of(sketch: PurePath) -> str:
    """Suffix of what a sketch becomes where none was asked for.

    Studios stay with TGA and TIFF, and layers with the format that they came in.
    """
    suffix = sketch.suffix.lower()
    return suffix if suffix in (".tga", ".tif", ".tiff", ".psd", ".ora") else ".png"


class Private:
    """A folder of one process, which is there for as long as the process is.

    Others of the same prefix that nobody uses any more are removed from its place.
    """

    def __init__(self, place: Path, prefix: str) -> None:
        sweep(place, prefix)
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        self._lock = _in_use(self.path)

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        self._lock.close()
        shutil.rmtree(self.path, ignore_errors=True)


def sweep(place: Path, prefix: str) -> None:
    """Remove the private folders of processes that were killed before they could do it.

    A process holds a lock on a file in its folder for as long as it lives; the system lets go of
    it, however the process ends. A folder without that file is let alone: it may be just made.
    """
    for folder in place.glob(f"{prefix}*"):
        lock = folder / "lock"
        with contextlib.suppress(OSError):
            if folder.is_symlink() or (fcntl and folder.stat().st_uid != os.getuid()):
                continue
            with lock.open("r+b") as stream:
                if fcntl:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not fcntl:
                lock.unlink()
            shutil.rmtree(folder, ignore_errors=True)


def _in_use(folder: Path) -> IO[bytes]:
    """The file of a folder that says that it is in use, for as long as it is open."""
    draft = folder / "lock.new"
    stream = draft.open("wb")
    if fcntl:
        # Under its name it is never seen without its lock.
        fcntl.flock(stream, fcntl.LOCK_EX)
        draft.rename(folder / "lock")
        return stream
    stream.close()
    draft.rename(folder / "lock")
    return (folder / "lock").open("ab")
