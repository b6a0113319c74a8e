"""The systems under test: nurie, baselines that do not think at all, and programs of others."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from nurie.arrays import AnyArray
from nurie.colors import WHITE_BIN, srgb_to_lab
from nurie.document import Hints, Layers, Palette, Sketch, lay_lines
from nurie.errors import MissingExtraError, OptionError
from nurie_lab.bench.bench import TASKS, SystemSpec
from nurie_lab.bench.metrics.regions import segments
from nurie_lab.bench.requests import Answer, Request, System, filled, gray

ABLE: dict[str, tuple[str, ...]] = {
    "nurie": TASKS,
    "white": ("hints", "automatic", "promise"),
    "median": ("automatic",),
    "nearest": ("automatic",),
    "bucket": ("regions", "flats", "hints"),
    "same-place": ("reference",),
    "commonest": ("reference",),
    "gmic-random": ("regions", "automatic"),
    "gmic-fill": ("regions", "automatic"),
    "gmic-spots": ("flats", "hints"),
    "command": ("automatic", "promise"),
    "python": ("automatic",),
}
"""Tasks that a kind of system can take part in."""


def able(spec: SystemSpec) -> tuple[str, ...]:
    """The tasks that a system takes part in."""
    if spec.tasks:
        return spec.tasks
    uses = {"{hints}": ("flats", "hints"), "{palette}": ("palette",), "{reference}": ("reference",)}
    more = [t for word, tasks in uses.items() if word in spec.command for t in tasks]
    return (*ABLE[spec.kind], *more)


def load(spec: SystemSpec, examples: Path | None = None) -> System:
    """A system, in memory and ready; ``examples`` is the folder for ``nearest``.

    Raises:
        NurieError: its model, package or function is missing.
    """
    if spec.kind == "nearest":
        from nurie_lab.bench.nearest import nearest

        return nearest(spec, examples)
    if spec.kind in PLAIN:
        return PLAIN[spec.kind]
    made: dict[str, Callable[[SystemSpec], System]] = {
        "nurie": _nurie, "median": _median, "python": _function
    }  # fmt: skip
    if spec.kind in made:
        return made[spec.kind](spec)
    return command(spec.command) if spec.kind == "command" else gmic(spec.kind)


def white(request: Request) -> Answer:
    """Leave it white."""
    return filled(request, np.full((*request.lines.shape[:2], 3), 255, np.uint8))


def bucket(request: Request) -> Answer:
    """A paint bucket: connected paper is a region, and takes the colour of its last hint."""
    lines = gray(request.lines)
    labels = segments(np.ones(lines.shape, np.int32), lines, smallest=0)
    colors = np.full((int(labels.max(initial=0)) + 1, 3), 255, np.uint8)
    if request.hints is not None:
        colors[labels[request.hints.rows, request.hints.columns]] = request.hints.colors
        colors[0] = 255
    return filled(request, colors[labels], labels)


def same_place(request: Request) -> Answer:
    """The reference's colour at the same place, its lines taken for what they are."""
    return filled(request, request.references[0])


def commonest(request: Request) -> Answer:
    """The reference's commonest colour, neither white nor as dark as lines, everywhere."""
    pixels = request.references[0].reshape(-1, 3)
    pixels = pixels[(pixels.min(axis=1) < 255) & (pixels.max(axis=1) > 60)]
    shown, counts = np.unique(pixels, axis=0, return_counts=True)
    color = shown[counts.argmax()] if len(shown) else np.full(3, 255, np.uint8)
    return filled(request, np.broadcast_to(color, (*request.lines.shape[:2], 3)).copy())


PLAIN: dict[str, System] = {
    "white": white,
    "bucket": bucket,
    "same-place": same_place,
    "commonest": commonest,
}
"""Baselines that load nothing."""


def _median(spec: SystemSpec) -> System:
    """The median colour of the training, channel by channel in Lab, white left out."""
    from nurie.models.registry import DEFAULT, find

    model = find(spec.model or DEFAULT)
    share = np.where(np.arange(len(model.prior)) == WHITE_BIN, 0, model.prior)
    lab = srgb_to_lab(model.bin_colors)
    middle = np.zeros(3)
    for c in range(3):
        order = np.argsort(lab[:, c])
        middle[c] = np.interp(0.5, np.cumsum(share[order]) / share.sum(), lab[order, c])
    color = model.bin_colors[int(np.linalg.norm(lab - middle, axis=1).argmin())]
    return lambda request: filled(
        request, np.broadcast_to(color, (*request.lines.shape[:2], 3)).astype(np.uint8)
    )


def _nurie(spec: SystemSpec) -> System:
    """A model of ours, or a painter that was trained with ours, loaded once."""
    from nurie.api import load as load_model
    from nurie.models.registry import DEFAULT
    from nurie.regions.segment import segment

    model = load_model(spec.model or DEFAULT)

    def answer(request: Request) -> Answer:
        if request.regions_only:
            return Answer(labels=segment(request.lines))
        found = model.read(Sketch(request.lines)).variations(
            request.answers,
            hints=request.hints,
            palette=request.palette,
            references=request.references,
        )
        first = found[0]
        return Answer(
            tuple(layers.merged() for layers in found),
            tuple(layers.region_colors()[layers.labels] for layers in found),
            first.labels,
            _confidence(first),
            _file(first, request.file),
        )

    return answer


def _confidence(layers: Layers) -> AnyArray | None:
    """Confidence of the colours that the model chose, by label."""
    if layers.confidence is None:
        return None
    chosen = np.zeros(len(layers.entries), bool)
    chosen[layers.ask if layers.ask is not None else slice(1, None)] = True
    return np.where(chosen & (layers.entries >= 0), layers.confidence, np.nan)


def _file(layers: Layers, suffix: str) -> bytes:
    """What is written to a file of this kind."""
    from nurie.api import save

    if not suffix:
        return b""
    with TemporaryDirectory() as folder:
        return save(layers, Path(folder) / f"out{suffix}").read_bytes()


def _function(spec: SystemSpec) -> System:
    module, _, name = spec.function.partition(":")
    try:
        found: System = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise OptionError(f"The function {spec.function} of {spec.name!r} is not there.") from error
    return found


SMART = "95,0,0,1,24,200,0,75,2,60,20,90,1,10,1,0"
"""Options of G'MIC's smart colouring, as its graphical plug-in would pass them."""

FILTERS = {
    "gmic-random": f"fx_colorize_lineart_smart 0,{SMART}",
    "gmic-fill": "fx_autofill_lineart 90,0,8,0,0",
    "gmic-spots": f"fx_colorize_lineart_smart 1,{SMART}",
}
"""Each filter gives the lines and a layer of colours."""

COLORS_ONLY = "keep[-1] to_rgb cut 0,255"
"""Leaves the layer of colours alone; the judge lays the lines over it by multiplication."""

MULTIPLIED = "blend multiply cut 0,255"
"""Lays the lines over the colours in G'MIC itself."""

RADIUS = 3
"""A dot is shown to G'MIC as a disc of this radius in pixels, for a single pixel is too small."""


def gmic(kind: str) -> System:
    """G'MIC in this process.

    Raises:
        MissingExtraError: it is not installed.
    """
    interpreter = _interpreter()

    def answer(request: Request) -> Answer:
        from nurie.io.images import read_color, write_picture

        with TemporaryDirectory() as folder:
            line, spots, out = (Path(folder) / f"{n}.png" for n in ("line", "spots", "out"))
            write_picture(line, request.lines)
            inputs = str(line)
            if kind == "gmic-spots":
                write_picture(spots, painted(request.hints, request.lines.shape[:2]))
                inputs = f"{spots} {line}"
            interpreter.run(f"-v - {inputs} {FILTERS[kind]} {COLORS_ONLY} output {out}")
            fill = read_color(out)
        return Answer((lay_lines(request.lines, fill),), (fill,))

    return answer


def _interpreter() -> Any:
    try:
        import gmic
    except ImportError as error:
        raise MissingExtraError(
            "G'MIC is not installed: pip install 'nurie-lab[bench]' to see it run."
        ) from error
    return gmic.Gmic()


def load_files(spec: SystemSpec) -> Callable[[Path, Path], None]:
    """A system that colours the drawing at the first path and writes the picture to the second.

    Raises:
        NurieError: it is not installed, or cannot work from file to file.
    """
    if spec.kind in FILTERS:
        interpreter = _interpreter()
        return lambda drawing, out: interpreter.run(_pipeline(spec, drawing, out)) and None
    if spec.kind != "nurie":
        raise OptionError(f"The system {spec.name!r} cannot work from file to file.")
    from nurie.api import Colorizer, save
    from nurie.io.images import read_sketch
    from nurie.models.registry import DEFAULT

    model = Colorizer.load(spec.model or DEFAULT)

    def job(drawing: Path, out: Path) -> None:
        save(model.colorize(read_sketch(drawing)), out, force=True)

    return job


def command_line(spec: SystemSpec, drawing: Path, out: Path) -> list[str]:
    """The command that does what ``load_files`` does in a process of its own."""
    if spec.kind == "nurie":
        return [*nurie_command(), "color", str(drawing), "-o", str(out), "--force"]
    code = "import gmic, sys; gmic.run(sys.argv[1])"
    return [sys.executable, "-c", code, _pipeline(spec, drawing, out)]


def nurie_command() -> list[str]:
    """How nurie is started: the script beside this Python where there is one."""
    script = Path(sys.executable).with_name("nurie")
    return [str(script)] if script.exists() else [sys.executable, "-m", "nurie"]


def _pipeline(spec: SystemSpec, drawing: Path, out: Path) -> str:
    return f"-v - {drawing} {FILTERS[spec.kind]} {MULTIPLIED} output {out}"


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
    """A command line with ``{sketch}`` and ``{out}`` (PNG), which become files.

    So do ``{hints}`` (transparent PNG), ``{palette}`` (hex colours, a line each), ``{reference}``.
    """

    def answer(request: Request) -> Answer:
        from nurie.io.images import read_color

        with TemporaryDirectory() as folder:
            files = _files(request, Path(folder), template)
            words = [word.format(**files) for word in shlex.split(template)]
            done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603
            if done.returncode:
                lines = done.stderr.decode(errors="replace").strip().splitlines()
                why = lines[-1][:120] if lines else "no message"
                raise RuntimeError(f"exit code {done.returncode}: {why}")
            return Answer((read_color(Path(files["out"])),))

    return answer


def _files(request: Request, folder: Path, template: str) -> dict[str, str]:
    """Write what the template names, and say where."""
    from nurie.colors import to_hex
    from nurie.io.images import write_picture

    files = {n: folder / f"{n}.png" for n in ("sketch", "out", "hints", "reference")}
    files["palette"] = folder / "palette.hex"
    write_picture(files["sketch"], request.lines)
    if "{hints}" in template:
        write_picture(files["hints"], painted(request.hints, request.lines.shape[:2]))
    if "{reference}" in template and request.references:
        write_picture(files["reference"], request.references[0])
    if "{palette}" in template:
        palette = request.palette or Palette(np.zeros((0, 3), np.uint8))
        text = "".join(f"{to_hex(c)}\n" for c in palette.colors)
        files["palette"].write_text(text, "utf-8")
    return {name: str(path) for name, path in files.items()}
