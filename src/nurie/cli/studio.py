"""``nurie studio`` and ``nurie serve``: the page, and the HTTP API alone."""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nurie.cli.options import Bounded, argument, flag, option, verb
from nurie.errors import MissingExtraError, OptionError, UnreadableError


@dataclass(frozen=True, kw_only=True)
class ServerOptions(Bounded):
    """How a server runs."""

    host: str = option(
        "ADDRESS",
        "Where to listen. Elsewhere than on this machine itself, a token is asked for; it is part "
        "of the address that is printed.",
        "127.0.0.1",
    )
    workers: int = option(
        "--jobs --workers N", "Processes that work, each with the model.", 2, min=1, max=64
    )
    cache: int = option("MIB", "Room on disk for the drawings being worked on.", 1024, min=64)


@dataclass(frozen=True, kw_only=True)
class StudioOptions(ServerOptions):
    """The options of ``nurie studio``."""

    folder: Path | None = argument(
        "FOLDER",
        "Its drawings are listed on the page, and results may be saved there; or a film in one "
        "file: a GIF, APNG or WebP, or a video.",
        None,
    )
    model: str = option("NAME|PATH", "The model that colours regions.", "nurie-flat")
    no_browser: bool = flag("--no-browser", "Do not open the page, only print its address.")
    port: int | None = option("N", "Of the address.  [default: a free one]", min=0, max=65535)


@dataclass(frozen=True, kw_only=True)
class ServeOptions(ServerOptions):
    """The options of ``nurie serve``."""

    port: int = option("N", "Of the address, 0 for a free one.", 8745, min=0, max=65535)
    public: list[str] | None = option(
        "URL",
        "The address under which a proxy serves this, such as https://colour.example.org; may be "
        "given several times. A token is asked for then: that of the variable NURIE_TOKEN, which "
        "several servers share, or else a new one.",
    )
    shared: Path | None = option(
        "DIR", "Keep drawings in this folder, which several servers share, of any machine."
    )


@verb
def studio(options: StudioOptions) -> None:
    """Colour with a brush, on a page in the browser; nothing leaves this machine.

    Ctrl-C ends it.
    """
    folder = options.folder
    with TemporaryDirectory(prefix="nurie-") as temporary:
        rate = 0.0
        if folder is not None and not folder.is_dir():
            from nurie.io.movie import frames_in, unpack

            if not folder.is_file() or frames_in(folder) == 1:
                raise UnreadableError(
                    f"{folder} is neither a folder nor a film; give the folder that holds the "
                    "drawings."
                )
            frames = Path(temporary) / folder.name
            frames.mkdir()
            _, shown = unpack(folder, frames, max_pixels=options.max_pixels)
            folder, rate = frames, round(len(shown) / sum(shown), 3)
        more = {"folder": folder, "film": rate, "model": options.model}
        _serve(options, more, browser=not options.no_browser)


@verb
def serve(options: ServeOptions) -> None:
    """Answer the HTTP API without the page, for plug-ins and scripts.

    Ctrl-C ends it.
    """
    public = tuple(options.public or ())
    for address in public:
        if not address.startswith(("http://", "https://")):
            raise OptionError(f"--public is an address such as https://example.org, not {address}.")
    _serve(options, {"page": False, "public": public, "shared": options.shared})


def _serve(
    options: StudioOptions | ServeOptions, more: dict[str, Any], *, browser: bool = False
) -> None:
    try:
        import prometheus_client  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "The studio needs more than what is installed; run: pip install 'nurie[studio]'"
        ) from error
    from nurie.models.registry import DEFAULT, find_region
    from nurie.studio.app import Settings
    from nurie.studio.serve import serve as run
    from nurie.studio.shapes import MIB, Limits

    # A missing model, or a painter, is said now, not by the workers.
    find_region(more.get("model", DEFAULT))
    cache, token = options.cache * MIB, os.environ.get("NURIE_TOKEN") or None
    limits = Limits(max_pixels=options.max_pixels, workers=options.workers, cache=cache)
    settings = Settings(host=options.host, limits=limits, token=token, **more)
    run(settings, port=options.port, open_browser=browser)
