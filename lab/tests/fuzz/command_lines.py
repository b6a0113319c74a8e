"""Command lines that nobody would type: any verb, its own options, all kinds of values."""

import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

VERBS = (
    *("color", "recolor", "palette", "lines", "regions", "verify", "book", "film", "design"),
    *("colour", ""),
)
_NAMES = (
    *(
        "a.png",
        "b.ora",
        "junk.png",
        "empty.png",
        "folder",
        "folder/",
        ".",
        "/",
        "",
        "-",
        "none.png",
    ),
    *("\udcff.png", "線" * 82 + ".png", "x" * 300, "a.png/b.png", "~", "*.png", "a=b"),
    *("/dev/null", "/proc/self/mem", "CON", "-o", "--", "a.gpl", "h.json", "out.psd", "out.tif"),
    *("out.ora", "out.gif", "out", "locked/out.png", "s3://x/y", "http://x", "loop.png", "\n"),
)
_VALUES = (
    *(
        "0",
        "1",
        "-1",
        "0.5",
        "nan",
        "inf",
        "1e999",
        "9" * 40,
        "",
        " ",
        "auto",
        "flat",
        "cel",
        "red",
    ),
    *(
        "#ff8800",
        "#12",
        "hair=red",
        "=",
        "a=b=c",
        "top-left",
        "-45",
        "keep",
        "white",
        "\udcff",
        "é",
    ),
    *("black hair, red dress", "hair", "1-2", "3", "none", "light", "{", "[]", "x" * 300),
)
_NOT = ("--help", "--version", "--jobs", "--variations", "--model")
"""Options that only cost time, or start other processes."""


def _world(folder: Path) -> None:
    """Files of some kinds, in a folder of their own."""
    from nurie.io.images import write_picture

    page = np.full((20, 24), 255, np.uint8)
    page[4:16, (5, 18)] = page[(4, 15), 5:19] = 0
    write_picture(folder / "a.png", page)
    (folder / "junk.png").write_bytes(b"junk")
    (folder / "empty.png").touch()
    (folder / "b.ora").write_bytes(b"PK\3\4junk")
    (folder / "a.gpl").write_text("GIMP Palette\n255 0 0 red\n", "utf-8")
    (folder / "h.json").write_text('[{"x": 9, "y": 9, "color": "crimson"}]', "utf-8")
    (folder / "folder").mkdir()
    (folder / "locked").mkdir(mode=0o500)
    (folder / "loop.png").symlink_to("loop.png")


def _options(verb: str) -> list[tuple[str, bool]]:
    """Names of the options of a verb, and whether each takes a value."""
    from nurie.cli.app import app

    with contextlib.suppress(Exception):
        command = app.get_command(None, verb)
        return [
            (one.opts[0], not one.is_flag)
            for one in command.params
            if getattr(one, "is_flag", None) is not None and not {*one.opts} & {*_NOT}
        ]
    return []


def typed(data: bytes) -> list[str]:
    """The command line that some bytes stand for."""
    rng = np.random.default_rng(list(data[:64]) or [0])

    def some(of: tuple[str, ...]) -> str:
        return of[int(rng.integers(0, len(of)))]

    verb = some(VERBS)
    known, line = _options(verb), [verb]
    line += [some(_NAMES) if rng.random() < 0.5 else "a.png"][: int(rng.integers(0, 4))]
    for _ in range(int(rng.integers(0, 3))):
        name, valued = known[int(rng.integers(0, len(known)))] if known else ("--odd", True)
        value = some(_NAMES if rng.random() < 0.4 else _VALUES)
        line += [f"{name}={value}"] if rng.random() < 0.2 else [name, *[value] * valued]
    if rng.random() < 0.2:  # no system hands over a zero
        odd = data[:20].replace(b"\0", b"").decode("utf-8", "surrogateescape")
        line.insert(int(rng.integers(0, len(line) + 1)), odd)
    return line


def command_line(path: Path) -> None:
    """Run the command line of a file's bytes in a folder of its own.

    Raises:
        AssertionError: an exit code that is none, more or less than sentences, or a defect.
    """
    from nurie.cli.app import run
    from nurie.errors import UnreadableError

    line, before = typed(path.read_bytes()), Path.cwd()
    out, told = io.TextIOWrapper(io.BytesIO()), io.StringIO()
    with tempfile.TemporaryDirectory(prefix="nurie-fuzz-") as folder:
        _world(Path(folder))
        os.chdir(folder)
        stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(b"x"))
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
                code = run(line)
        finally:
            sys.stdin = stdin
            os.chdir(before)
        half = list(Path(folder).rglob(".nurie-*.tmp"))
        (Path(folder) / "locked").chmod(0o700)
    text = told.getvalue()
    assert code in (0, 1, 2), (line, code)
    assert "Traceback" not in text, (line, text)
    assert "please report it" not in text, (line, text)
    assert not half, (line, half)
    if code:
        last = (text.strip().splitlines() or [""])[-1]
        raise UnreadableError(last if last.endswith(("?", ".")) or not last else f"{last}.")
