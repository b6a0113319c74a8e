"""What a file proves."""

from pathlib import Path
from tempfile import TemporaryDirectory

from nurie.arrays import AnyArray
from nurie.document import Sketch


def proven_file(lines: AnyArray, data: bytes, suffix: str) -> bool:
    """Whether a file keeps the pixel promise about a drawing.

    Args:
        lines: (H, W) or (H, W, 3) uint8 the drawing.
        data: the file's bytes.
        suffix: its kind, ``.ora``, ``.psd`` or ``.png``.
    """
    from nurie.verify import verify

    with TemporaryDirectory() as folder:
        path = Path(folder) / f"out{suffix}"
        path.write_bytes(data)
        return verify(Sketch(lines), path).ok
