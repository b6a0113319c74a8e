"""The systems under test: nurie, and the simplest things that do not think at all."""

from importlib import import_module
from pathlib import Path

import numpy as np

from nurie.arrays import AnyArray
from nurie.colors import WHITE_BIN, srgb_to_lab
from nurie.document import Layers, Sketch
from nurie.errors import OptionError
from nurie_lab.bench.bench import TASKS, SystemSpec
from nurie_lab.bench.metrics.regions import segments
from nurie_lab.bench.wishes import Answer, System, Wish, filled, gray

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
"""Tasks that a kind of system can be asked."""


def able(spec: SystemSpec) -> tuple[str, ...]:
    """The tasks that a system takes part in."""
    if spec.tasks:
        return spec.tasks
    told = {"{hints}": ("flats", "hints"), "{palette}": ("palette",), "{reference}": ("reference",)}
    more = [t for word, tasks in told.items() if word in spec.command for t in tasks]
    return (*ABLE[spec.kind], *more)


def load(spec: SystemSpec, examples: Path | None = None) -> System:
    """A system, in memory and ready.

    Args:
        spec: which one.
        examples: folder of training examples, for ``nearest``.

    Raises:
        NurieError: its model, package or function is missing.
    """
    from nurie_lab.bench import rivals

    if spec.kind == "nurie":
        return _nurie(spec)
    if spec.kind in ("white", "median", "bucket", "same-place", "commonest"):
        return {
            "white": white,
            "median": _median(spec) if spec.kind == "median" else white,
            "bucket": bucket,
            "same-place": same_place,
            "commonest": commonest,
        }[spec.kind]
    if spec.kind == "nearest":
        from nurie_lab.bench.nearest import nearest

        return nearest(spec, examples)
    if spec.kind == "python":
        return _function(spec)
    return rivals.command(spec.command) if spec.kind == "command" else rivals.gmic(spec.kind)


def white(wish: Wish) -> Answer:
    """Leave it white."""
    return filled(wish, np.full((*wish.lines.shape[:2], 3), 255, np.uint8))


def bucket(wish: Wish) -> Answer:
    """A paint bucket: connected paper is a region, and takes the colour of its last hint."""
    lines = gray(wish.lines)
    labels = segments(np.ones(lines.shape, np.int32), lines, smallest=0)
    colors = np.full((int(labels.max(initial=0)) + 1, 3), 255, np.uint8)
    if wish.hints is not None:
        colors[labels[wish.hints.rows, wish.hints.columns]] = wish.hints.colors
        colors[0] = 255
    return filled(wish, colors[labels], labels)


def same_place(wish: Wish) -> Answer:
    """The reference's colour at the same place, its lines taken for what they are."""
    return filled(wish, wish.references[0])


def commonest(wish: Wish) -> Answer:
    """The reference's commonest colour, neither white nor as dark as lines, everywhere."""
    pixels = wish.references[0].reshape(-1, 3)
    pixels = pixels[(pixels.min(axis=1) < 255) & (pixels.max(axis=1) > 60)]
    shown, counts = np.unique(pixels, axis=0, return_counts=True)
    color = shown[counts.argmax()] if len(shown) else np.full(3, 255, np.uint8)
    return filled(wish, np.broadcast_to(color, (*wish.lines.shape[:2], 3)).copy())


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
    return lambda wish: filled(
        wish, np.broadcast_to(color, (*wish.lines.shape[:2], 3)).astype(np.uint8)
    )


def _nurie(spec: SystemSpec) -> System:
    """A model of ours, or a painter that was trained with ours, loaded once."""
    from nurie.api.painter import load as load_model
    from nurie.models.registry import DEFAULT
    from nurie.regions.segment import segment

    model = load_model(spec.model or DEFAULT)

    def answer(wish: Wish) -> Answer:
        if wish.regions_only:
            return Answer(labels=segment(wish.lines))
        found = model.variations(
            Sketch(wish.lines),
            wish.answers,
            hints=wish.hints,
            palette=wish.palette,
            references=wish.references,
        )
        first = found[0]
        return Answer(
            tuple(layers.merged() for layers in found),
            tuple(layers.region_colors()[layers.labels] for layers in found),
            first.labels,
            _confidence(first),
            _file(first, wish.file),
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
    from tempfile import TemporaryDirectory

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
