"""Pictures with a known truth: drawn by program, made from package files, or a local folder's."""

import functools
import hashlib
import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from nurie.arrays import AnyArray, Labels, Mask, Rgb8
from nurie.colors import WHITE_BIN, bins_of, color_codes
from nurie.errors import InputError, MissingExtraError, UnreadableError
from nurie_lab.bench.bench import PictureSet
from nurie_lab.bench.metrics.regions import grow, segments
from nurie_lab.bench.records import code_of
from nurie_lab.bench.results import version_of

if TYPE_CHECKING:
    from nurie_lab.drawings.kit.strokes import Made

EXTRA = "extra"
"""Name of the set of local pictures."""

MOST_FLAT = 256
"""A local colour picture with more colours than this is not flat: its regions' medians count."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One drawing and the truth about it."""

    lines: AnyArray  # (H, W) uint8, 0 ink, 255 paper: closed and clean
    color: Rgb8  # (H, W, 3) uint8 flat colours without lines
    parts: Labels  # (H, W) int32: 0 paper, 1…n parts, below the lines too

    @property
    def pieces(self) -> Labels:
        """(H, W) int32 connected pieces of parts between the lines, paper among them."""
        return segments(self.parts, self.lines)

    @property
    def paper(self) -> Mask:
        """(H, W) bool where nothing is drawn."""
        return np.asarray(self.parts == 0)

    @property
    def colored(self) -> Mask:
        """(H, W) bool away from lines where the true colour is not white."""
        return np.asarray((self.lines > 200) & (bins_of(self.color) != WHITE_BIN))


@dataclass(frozen=True, eq=False)
class Case:
    """One picture of a set; a film has several frames."""

    name: str
    frames: tuple[Frame, ...]
    digest: str  # SHA-256 of all its arrays

    @property
    def frame(self) -> Frame:
        """The first frame."""
        return self.frames[0]


def cases(what: PictureSet, folder: Path, *, most: int | None = None) -> Iterator[Case]:
    """The first ``most`` pictures of a set, all for None; drawn ones are kept in ``folder``.

    Raises:
        MissingExtraError: a package is not installed.
        InputError: one of its files is another than the bench names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = len(what.files) or what.count
    for i in range(count if most is None else min(count, most)):
        path = folder / f"{_key(what, i)}.npz"
        frames = _read(path) if path.exists() else None
        if frames is None:
            frames = (Frame(*packed_picture(what, i, folder)),) if what.files else _drawn(what, i)
            _write(path, frames)
        yield Case(f"{what.name}-{i:03d}", frames, digest_of(frames))


def digest_of(frames: tuple[Frame, ...]) -> str:
    """SHA-256 of the arrays of a picture."""
    digest = hashlib.sha256()
    for frame in frames:
        for array in (frame.lines, frame.color, frame.parts):
            digest.update(str((array.shape, array.dtype.str)).encode())
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def set_digest(digests: list[str]) -> str:
    """SHA-256 of a whole set.

    >>> set_digest(["a"])[:8]
    '87428fc5'
    """
    return hashlib.sha256("".join(f"{d}\n" for d in digests).encode()).hexdigest()


def _key(what: PictureSet, i: int) -> str:
    """A file name that changes with all that the picture depends on."""
    source = sorted(what.files.items())[i] if what.files else i
    parts = [what.kind, what.size, what.seed, what.frames, what.package, source, drawn_by()]
    return f"{what.name}-{i:03d}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]}"


@functools.cache
def drawn_by() -> str:
    """What draws: pictures kept from older code are not taken for new ones."""
    versions = [version_of(name) for name in ("numpy", "opencv-python-headless", "resvg-py")]
    code = code_of(("nurie_lab/data", "nurie_lab/drawings", "nurie_lab/bench/pictures.py"))
    return hashlib.sha256(" ".join([code, *versions]).encode()).hexdigest()[:12]


def _drawn(what: PictureSet, i: int) -> tuple[Frame, ...]:
    """Draw one picture; the seeds lie far from those of the training."""
    from nurie_lab.drawings import animals, figures, scenes, things

    rng = np.random.default_rng([77_000, what.seed, i, *what.kind.encode()])
    draw: dict[str, Callable[[], list[Made]]] = {
        "things": lambda: [things.invent_thing(rng, size=what.size)],
        "people": lambda: [figures.invent_character(rng, size=what.size)],
        "animals": lambda: [animals.invent_animal(rng, size=what.size)],
        "scenes": lambda: [scenes.invent_scene(rng, size=what.size)],
        "films": lambda: figures.film(rng, what.frames, size=what.size),
    }
    made = draw[what.kind]()
    return tuple(Frame(m.lines, m.color, m.parts) for m in made)


def from_picture(lines: AnyArray, color: Rgb8) -> Frame:
    """A frame whose parts are read from its colours; white is paper.

    Where it is not flat, each region takes the median inside.
    """
    codes = color_codes(color)
    shown, index = np.unique(codes, return_inverse=True)
    parts: Labels = index.reshape(codes.shape).astype(np.int32) + 1
    if len(shown) > MOST_FLAT:
        labels, table = _medians(lines, color)
        color, parts = table[labels], labels.copy()
    parts[bins_of(color) == WHITE_BIN] = 0
    return Frame(lines, color, parts)


def _medians(lines: AnyArray, color: Rgb8) -> tuple[Labels, Rgb8]:
    """What lines enclose, and the median colour of each label, white first."""
    from nurie.regions.flatten import flatten

    labels = segments(np.ones(lines.shape, np.int32), lines)
    medians, _ = flatten(labels, lines, color, int(labels.max(initial=0)))
    return labels, np.vstack([np.full((1, 3), 255, np.uint8), medians])


def extra_cases(folder: Path, *, most: int | None = None) -> Iterator[Case]:
    """A local folder's pairs ``NAME.line.png`` and ``NAME.color.png`` or ``.webp``.

    Raises:
        InputError: a line art has no colours beside it, or another size.
    """
    from nurie.io.images import read_color, read_sketch

    for path in sorted(folder.glob("*.line.png"))[:most]:
        stem = path.name.removesuffix(".line.png")
        found = [p for s in ("png", "webp") if (p := folder / f"{stem}.color.{s}").exists()]
        if not found:
            raise InputError(f"{path} has no {stem}.color.png or {stem}.color.webp beside it.")
        pixels, color = read_sketch(path).pixels, read_color(found[0])
        if pixels.shape[:2] != color.shape[:2]:
            raise InputError(f"{path} and {found[0].name} have different sizes; make them alike.")
        lines = pixels if pixels.ndim == 2 else pixels.min(axis=2)
        lines = lines if lines.dtype == np.uint8 else (lines >> 8).astype(np.uint8)
        frames = (from_picture(lines, color),)
        yield Case(f"{folder.name}-{stem}", frames, digest_of(frames))


def _write(path: Path, frames: tuple[Frame, ...]) -> None:
    from nurie.io.files import replacing

    arrays = {
        f"{name}{i}": getattr(frame, name)
        for i, frame in enumerate(frames)
        for name in ("lines", "color", "parts")
    }
    with replacing(path, force=True) as stream:
        np.savez_compressed(stream, **arrays)


def _read(path: Path) -> tuple[Frame, ...] | None:
    """The frames kept in a file; None where it is damaged, so that it is made again."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return tuple(
                Frame(kept[f"lines{i}"], kept[f"color{i}"], kept[f"parts{i}"])
                for i in range(len(kept.files) // 3)
            )
    except (OSError, ValueError, KeyError):
        return None


Truth: TypeAlias = tuple[AnyArray, Rgb8, Labels]
"""Lines, colours and parts, as a ``Frame`` of ``nurie_lab.bench.pictures`` holds them."""


def packed_picture(what: PictureSet, i: int, folder: Path) -> Truth:
    """Picture ``i`` of a set of the kind ``package`` or ``icons``, in the order of files' names.

    npm's packages are looked for in ``folder``, in the working folder, and above both.

    Raises:
        MissingExtraError: the package or the renderer is not installed.
        InputError: the file is another than the bench names.
        UnreadableError: the package lacks the file, or it is no picture.
    """
    from nurie_lab.data.svg import bare_svg, draw_svg

    name, digest = sorted(what.files.items())[i]
    data = _icon(what, name, folder) if what.kind == "icons" else _file(what, name)
    if hashlib.sha256(data).hexdigest() != digest:
        raise InputError(
            f"{name} of {what.package} is not the file that the bench names; install version "
            f"{what.version or 'that it was made with'}."
        )
    text = data.decode("utf-8")
    return outlined(draw_svg(text, side=what.size).lines, bare_svg(text, side=what.size))


def outlined(lines: AnyArray, color: Rgb8) -> Truth:
    """The truth that closed lines tell: what they enclose is one region of its median colour.

    Highlights and fills that miss their outline are part of what surrounds them.
    """
    labels, table = _medians(lines, color)
    # Parts meet below the lines, so that gaps can be opened between them.
    parts = grow(labels)
    whole = table[parts]
    return lines, whole, np.where(bins_of(whole) == WHITE_BIN, 0, parts).astype(np.int32)


def _file(what: PictureSet, name: str) -> bytes:
    """A file of a Python distribution."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return Path(str(distribution(what.package).locate_file(name))).read_bytes()
    except PackageNotFoundError as error:
        pinned = f"{what.package}=={what.version}" if what.version else what.package
        raise MissingExtraError(
            f"The set {what.name!r} is made from a package: pip install {shlex.quote(pinned)}"
        ) from error
    except OSError as error:
        raise UnreadableError(f"The package {what.package} lacks {name}.") from error


def _icon(what: PictureSet, name: str, folder: Path) -> bytes:
    """An SVG of an Iconify collection, as npm installs them."""
    path = _collection(what, folder)
    try:
        collection = json.loads(path.read_text("utf-8"))
        icon = collection["icons"][name]
        wide, high = (icon.get(k, collection.get(k, 16)) for k in ("width", "height"))
        box = f"{icon.get('left', 0)} {icon.get('top', 0)} {wide} {high}"
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" '
            'xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{box}">{icon["body"]}</svg>'
        ).encode()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(f"The package {what.package} lacks {name}.") from error


def _collection(what: PictureSet, folder: Path) -> Path:
    """Where the collection of a set lies.

    Raises:
        MissingExtraError: nowhere.
    """
    for start in (folder.resolve(), Path.cwd()):
        for root in (start, *start.parents):
            path = root / "node_modules" / what.package / "icons.json"
            if path.is_file():
                return path
    pinned = f"{what.package}@{what.version}" if what.version else what.package
    raise MissingExtraError(
        f"The set {what.name!r} is made from a package: npm install --prefix "
        f"{shlex.quote(str(folder))} {pinned}"
    )


def lock_path(bench: Path) -> Path:
    """The file with the hashes of a bench's pictures.

    >>> lock_path(Path("public.toml")).name
    'public.lock.json'
    """
    return bench.with_name(f"{bench.stem}.lock.json")


def write_lock(bench: Path, cases: dict[str, list[Case]]) -> Path:
    """Write the hash of every picture, by set; what was there is replaced."""
    from nurie.io.files import replacing

    digests = {name: [c.digest for c in own] for name, own in cases.items() if name != EXTRA}
    path = lock_path(bench)
    with replacing(path, force=True) as stream:
        stream.write((json.dumps(digests, indent=1) + "\n").encode())
    return path
