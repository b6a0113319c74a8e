"""Programs of others: G'MIC's filters, and any command line."""

import shlex
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nurie.arrays import AnyArray
from nurie.document import Hints, Palette, lay_lines
from nurie.errors import MissingExtraError
from nurie_lab.bench.wishes import Answer, System, Wish

SMART = "95,0,0,1,24,200,0,75,2,60,20,90,1,10,1,0"
"""Options of G'MIC's smart colouring, as its graphical plug-in would pass them."""

FILTERS = {
    "gmic-random": f"fx_colorize_lineart_smart 0,{SMART} keep[-1] to_rgb cut 0,255",
    "gmic-fill": "fx_autofill_lineart 90,0,8,0,0 keep[-1] to_rgb cut 0,255",
    "gmic-spots": f"fx_colorize_lineart_smart 1,{SMART} keep[-1] to_rgb cut 0,255",
}
"""The layer of colours of each filter; the lines are laid over it as G'MIC's own multiplication
does."""

RADIUS = 3
"""A dot is shown to G'MIC as a disc of this radius in pixels, for a single pixel is too small."""


def gmic(kind: str) -> System:
    """G'MIC in this process.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import gmic as package
    except ImportError as error:
        raise MissingExtraError(
            "G'MIC is not installed: pip install 'nurie-lab[bench]' to see it run."
        ) from error
    interpreter = package.Gmic()

    def answer(wish: Wish) -> Answer:
        from nurie.io.images import read_color, write_picture

        with TemporaryDirectory() as folder:
            line, spots, out = (Path(folder) / f"{n}.png" for n in ("line", "spots", "out"))
            write_picture(line, wish.lines)
            inputs = str(line)
            if kind == "gmic-spots":
                write_picture(spots, painted(wish.hints, wish.lines.shape[:2]))
                inputs = f"{spots} {line}"
            interpreter.run(f"-v - {inputs} {FILTERS[kind]} output {out}")
            fill = read_color(out)
        return Answer((lay_lines(wish.lines, fill),), (fill,))

    return answer


def painted(hints: Hints | None, shape: tuple[int, ...]) -> AnyArray:
    """Hints as a picture: (H, W, 4) uint8; dots become discs, painted strokes stay as they are.

    >>> dot = Hints(np.array([4]), np.array([4]), np.zeros((1, 3), np.uint8), np.array([0]))
    >>> int((painted(dot, (9, 9))[..., 3] > 0).sum())
    29
    """
    picture = np.zeros((*shape[:2], 4), np.uint8)
    if hints is None:
        return picture
    single = hints.marks is not None and len(np.unique(hints.marks)) == len(hints.rows)
    reach = range(-RADIUS, RADIUS + 1) if single else range(1)
    for down in reach:
        for right in reach:
            if down**2 + right**2 <= RADIUS**2:
                rows = np.clip(hints.rows + down, 0, shape[0] - 1)
                columns = np.clip(hints.columns + right, 0, shape[1] - 1)
                picture[rows, columns, :3], picture[rows, columns, 3] = hints.colors, 255
    return picture


def command(template: str) -> System:
    """A command line; words in braces become files.

    Args:
        template: with ``{sketch}`` and ``{out}`` (PNG), and where it can use them ``{hints}``
            (transparent PNG), ``{palette}`` (hex colours, one a line), ``{reference}`` (PNG).
    """

    def answer(wish: Wish) -> Answer:
        from nurie.io.images import read_color

        with TemporaryDirectory() as folder:
            files = _files(wish, Path(folder), template)
            words = [word.format(**files) for word in shlex.split(template)]
            done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603
            if done.returncode:
                said = done.stderr.decode(errors="replace").strip().splitlines()
                why = said[-1][:120] if said else "no message"
                raise RuntimeError(f"exit code {done.returncode}: {why}")
            return Answer((read_color(Path(files["out"])),))

    return answer


def _files(wish: Wish, folder: Path, template: str) -> dict[str, str]:
    """Write what the template names, and say where."""
    from nurie.colors import to_hex
    from nurie.io.images import write_picture

    files = {n: folder / f"{n}.png" for n in ("sketch", "out", "hints", "reference")}
    files["palette"] = folder / "palette.hex"
    write_picture(files["sketch"], wish.lines)
    if "{hints}" in template:
        write_picture(files["hints"], painted(wish.hints, wish.lines.shape[:2]))
    if "{reference}" in template and wish.references:
        write_picture(files["reference"], wish.references[0])
    if "{palette}" in template:
        palette = wish.palette or Palette(np.zeros((0, 3), np.uint8))
        text = "".join(f"{to_hex(c)}\n" for c in palette.colors)
        files["palette"].write_text(text, "utf-8")
    return {name: str(path) for name, path in files.items()}
