"""SVG, which no decoder takes as it is; for files that are read nowhere, the words that help."""

import math
import re
from pathlib import Path
from typing import BinaryIO

from nurie.errors import MissingExtraError, UnreadableError

_PROGRAMS = {
    b"CSFCHUNK": "a Clip Studio file",
    b"gimp xcf": "a GIMP file",
    b"%PDF": "a PDF",
    b"SQLite f": "a database, perhaps of a paint program",
}
_SUFFIXES = {
    ".sai": "a SAI file", ".sai2": "a SAI file", ".procreate": "a Procreate file",
    ".mdp": "a MediBang file", ".afphoto": "an Affinity file", ".ai": "an Illustrator file",
}  # fmt: skip
_SMALLEST, _LARGEST = 1024, 4096  # longest side of a drawing made of strokes alone, in pixels
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*>|\s)*<svg[\s>]", re.DOTALL
)
_LOADS = re.compile(
    rb"<!ENTITY|<(?:image|feImage|use)\b[^>]*?href\s*=\s*[\"'](?!\s*(?:#|data:))", re.IGNORECASE
)
_BYTES = 64 << 20


def advice_on(name: Path, head: bytes) -> str:
    """What a file is that cannot be read, and what to do about it.

    >>> advice_on(Path("a.clip"), b"CSFCHUNK")
    'a.clip is a Clip Studio file; export it as PSD or ORA, which keep layers, or as PNG.'
    """
    kind = next((kind for magic, kind in _PROGRAMS.items() if head.startswith(magic)), None)
    kind = kind or _SUFFIXES.get(name.suffix.lower())
    if kind is None:
        return (
            f"{name} is no picture that nurie knows; save it as PNG, or as PSD or ORA with layers."
        )
    return f"{name} is {kind}; export it as PSD or ORA, which keep layers, or as PNG."


def as_png(name: Path, stream: BinaryIO) -> bytes | None:
    """The PNG that an SVG is rendered to; None for other files.

    Raises:
        UnreadableError: it is damaged, or wants to load other files.
        MissingExtraError: nothing renders it.
    """
    stream.seek(0)
    head = stream.read(4096)
    if not _SVG.match(head):
        return None
    stream.seek(0)
    return _rendered(name, stream.read(_BYTES))


def _rendered(name: Path, text: bytes) -> bytes:
    if _LOADS.search(text):
        raise UnreadableError(f"{name} is refused: it loads other files; export it as PNG.")
    try:
        import resvg_py
    except ImportError:
        raise MissingExtraError(
            f"{name} is an SVG, for which pip install 'nurie[svg]' is needed; or export it as PNG."
        ) from None
    root = text[text.index(b"<svg") : text.index(b"<svg") + 4096].split(b">")[0]
    sides = _sides(root)
    side = round(min(max(*sides, _SMALLEST), _LARGEST))
    size = {"width": side} if sides[0] >= sides[1] else {"height": side}
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=text.decode(), background="white", **size))
    except (ValueError, OSError) as error:
        raise UnreadableError(
            f"{name} is damaged: it cannot be rendered; export it as PNG."
        ) from error


def _sides(root: bytes) -> tuple[float, float]:
    """Width and height that the root of an SVG names, in pixels.

    >>> _sides(b'<svg viewBox="0 0 30 20"'), _sides(b'<svg width="9px" height="7"')
    ((30.0, 20.0), (9.0, 7.0))
    """
    box = re.search(rb"viewBox\s*=\s*[\"']([^\"']+)", root)
    own = [
        re.search(rb"\s%s\s*=\s*[\"']\s*([\d.]+)(?:px)?\s*[\"']" % name, root)
        for name in (b"width", b"height")
    ]
    found = [match[1] for match in own if match]
    if len(found) < 2 and box is not None:
        found = re.split(rb"[\s,]+", box[1].strip())[2:]
    try:
        width, height = (float(part) for part in found)
    except ValueError:
        return 1.0, 1.0
    return (width, height) if math.isfinite(width) and math.isfinite(height) else (1.0, 1.0)
