"""What the server allows: bytes, pixels, seconds, and how many wait."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Bounds of one server; what goes beyond is answered by 408, 413, 422 or 429."""

    max_bytes: int = 128 * MIB
    """Largest upload."""
    max_pixels: int = 50_000_000
    """Largest drawing, read from its header before decoding."""
    max_json: int = 4 * MIB
    """Largest JSON body."""
    seconds: float = 300.0
    """Longest work for one request; then its process is ended."""
    body_seconds: float = 60.0
    """Longest time that a body may take to arrive."""
    grace: float = 3.0
    """Seconds that cancelled work has to stop by itself before its process is ended."""
    workers: int = 2
    """Processes that work."""
    waiting: int = 16
    """Requests that may wait for a process, and bodies that may arrive at a time."""
    cache: int = 1024 * MIB
    """Bytes of drawings, labels and feature maps that are kept."""
    variations: int = 8
    """Most answers to one request."""
    references: int = 8
    """Most references of one request."""
    edits: int = 2000
    """Most edits of one drawing."""
    points: int = 20_000
    """Most points of all hints or all edits of one request."""
