"""Films in one file: animations through Pillow, videos through PyAV (the extra ``video``)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from nurie.arrays import AnyArray, Rgb8
from nurie.errors import FormatError, MissingExtraError, OutputError, TooLargeError, UnreadableError
from nurie.io.files import PathLike, check_target, reading, reason, replacing
from nurie.io.images import write_picture
from nurie.io.raster import MAX_PIXELS, pages_in

ANIMATION_SUFFIXES = (".gif", ".apng", ".webp", ".png")
"""Pictures that may hold several frames."""

VIDEO_SUFFIXES = (".mkv", ".mp4", ".mov", ".webm", ".avi")
MOVIE_SUFFIXES = (".gif", ".apng", *VIDEO_SUFFIXES)
"""Names of films that are written as one file."""

RATE = 24.0
"""Frames a second of a film that does not say."""

_LOSSLESS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    ".mkv": ("matroska", "ffv1", "bgr0", {}),
    ".avi": ("avi", "ffv1", "bgr0", {}),
    ".mp4": ("mp4", "libx264rgb", "rgb24", {"qp": "0"}),
    ".mov": ("mov", "libx264rgb", "rgb24", {"qp": "0"}),
    ".webm": ("webm", "libvpx-vp9", "gbrp", {"lossless": "1"}),
}
"""Container, codec, pixel format and options with which a video keeps every colour: 4:2:0, the
usual format, has one colour for four pixels, so that entries of a palette would not stay exact."""


def frames_in(path: PathLike) -> int:
    """Frames of an animation, 1 for any other picture, 0 for a video, whose are counted later."""
    path = Path(path)
    if path.suffix.lower() in VIDEO_SUFFIXES:
        return 0
    return pages_in(path) if path.suffix.lower() in ANIMATION_SUFFIXES else 1


def unpack(
    path: PathLike, folder: Path, *, max_pixels: int = MAX_PIXELS
) -> tuple[list[Path], list[float]]:
    """Write the frames of a film as pictures, so that each can be read at any time.

    What was unpacked into the folder before is not done again.

    Returns:
        The pictures in order, 1.png, 2.png, …, and how many seconds each is shown.

    Raises:
        InputError: it is damaged, has no frames, or frames of more than ``max_pixels``.
        MissingExtraError: a video, and PyAV is not installed.
    """
    path, written, times = Path(path), list[Path](), list[float]()
    video = path.suffix.lower() in VIDEO_SUFFIXES
    with _video(path) if video else _animation(path) as frames:
        for number, (pixels, seconds) in enumerate(frames, 1):
            if pixels.shape[0] * pixels.shape[1] > max_pixels:
                raise TooLargeError(
                    f"{path} has frames of {pixels.shape[1]} × {pixels.shape[0]} pixels, more than "
                    "the limit; raise --max-megapixels if that is meant."
                )
            target = folder / f"{number}.png"
            if not target.exists():
                gray = (pixels == pixels[..., :1]).all()
                write_picture(target, pixels[..., 0] if gray else pixels)
            written.append(target)
            times.append(seconds)
    if not written:
        raise UnreadableError(f"{path} has no frames.")
    return written, times


@contextmanager
def _animation(path: Path) -> Iterator[Iterator[tuple[AnyArray, float]]]:
    """Frames (H, W, 3) of an animation, over white, and how many seconds each is shown."""
    from PIL import Image, ImageSequence

    def timed(frame: Image.Image) -> tuple[AnyArray, float]:
        over = Image.alpha_composite(white, frame.convert("RGBA")).convert("RGB")
        # The time is known only once the frame is decoded.
        return np.asarray(over), (frame.info.get("duration") or 1000 / RATE) / 1000

    with reading(path) as stream:
        try:
            with Image.open(stream) as image:
                white = Image.new("RGBA", image.size, "white")
                yield map(timed, ImageSequence.Iterator(image))
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise UnreadableError(f"{path} is damaged or no animation.") from error


def _av() -> Any:
    try:
        import av
    except ImportError:
        raise MissingExtraError(
            "Videos need PyAV, which is not installed: pip install 'nurie[video]'"
        ) from None
    return av


@contextmanager
def _video(path: Path) -> Iterator[Iterator[tuple[AnyArray, float]]]:
    """Frames (H, W, 3) of a video's first picture stream, and how many seconds each is shown."""
    av = _av()
    with reading(path):
        pass
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise UnreadableError(f"{path} has no frames: it holds sound alone.")
            stream = container.streams.video[0]
            shown = 1 / float(stream.average_rate or RATE)
            yield ((f.to_ndarray(format="rgb24"), shown) for f in container.decode(stream))
    except av.error.FFmpegError as error:
        raise UnreadableError(f"{path} is damaged or no video.") from error


def write_movie(
    path: PathLike, frames: Iterable[tuple[Rgb8, float]], *, fps: float, force: bool = False
) -> None:
    """Write a film as one file, every colour exact but in GIF, which holds 256 of them.

    Args:
        path: the suffix chooses GIF, APNG or a video.
        frames: of one size, each with the seconds that it is shown.
        fps: of a video, which repeats what is shown for longer.
        force: overwrite the file.

    Raises:
        FormatError: no such suffix, or frames of several sizes.
        MissingExtraError: a video, and PyAV is not installed.
        OutputError: the target cannot be written, or exists and ``force`` was not given.
    """
    path = Path(path)
    check_target(path, force=force, suffixes=MOVIE_SUFFIXES)
    suffix = path.suffix.lower()
    if suffix in _LOSSLESS:
        _write_video(path, frames, fps, force=force)
        return
    from PIL import Image

    # Pillow goes through the frames of an APNG twice, so a generator would be empty by then.
    shown = list(_one_size(path, frames))
    if not shown:
        raise OutputError(f"{path} is not written: the film has no frames.")
    first, *rest = (Image.fromarray(pixels) for pixels, _ in shown)
    # GIF counts in hundredths of a second, APNG in thousandths; what is rounded must not add up.
    unit = 10 if suffix == ".gif" else 1
    ends = np.rint(np.cumsum([1000 * seconds for _, seconds in shown]) / unit) * unit
    with replacing(path, force=force) as stream:
        first.save(
            stream, "GIF" if unit > 1 else "PNG", save_all=True, append_images=rest,
            duration=np.diff(ends, prepend=0).astype(int).tolist(), loop=0,
        )  # fmt: skip


def _one_size(path: Path, frames: Iterable[tuple[Rgb8, float]]) -> Iterator[tuple[Rgb8, float]]:
    shape: tuple[int, ...] | None = None
    for pixels, seconds in frames:
        shape = shape or pixels.shape
        if pixels.shape != shape:
            raise FormatError(
                f"{path} cannot hold frames of several sizes; give -o a folder instead."
            )
        yield pixels, seconds


def _write_video(
    path: Path, frames: Iterable[tuple[Rgb8, float]], fps: float, *, force: bool
) -> None:
    av = _av()
    kind, codec, layout, options = _LOSSLESS[path.suffix.lower()]
    with replacing(path, force=force) as stream:
        try:
            with av.open(stream, "w", format=kind) as container:
                track = container.add_stream(
                    codec, rate=Fraction(fps).limit_denominator(1001), options=options
                )
                track.pix_fmt = layout
                written, end = 0, 0.0
                for pixels, seconds in _one_size(path, frames):
                    if not written:
                        track.height, track.width = pixels.shape[:2]
                    end += seconds
                    for _ in range(max(1, round(end * fps) - written)):
                        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                        container.mux(track.encode(frame))
                        written += 1
                container.mux(track.encode())
        except av.error.FFmpegError as error:
            raise OutputError(f"{path} cannot be written: {reason(error)}.") from error
