"""``nurie studio`` and ``nurie serve``: the page, and the HTTP API alone."""

from pathlib import Path
from typing import Annotated

import typer

from nurie.cli.options import MaxMegapixels
from nurie.errors import MissingExtraError, UnreadableError

Host = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Where to listen. Elsewhere than on this machine itself, a token is asked for; it is "
        "part of the address that is printed.",
    ),
]
Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, metavar="N", help="Of the address.  [default: a free one]"),
]
SteadyPort = Annotated[
    int,
    typer.Option(min=0, max=65535, metavar="N", help="Of the address, 0 for a free one."),
]
Workers = Annotated[
    int, typer.Option(min=1, max=64, metavar="N", help="Processes that work, each with the model.")
]
CacheSize = Annotated[
    int,
    typer.Option(
        "--cache", min=64, metavar="MIB", help="Room on disk for the drawings being worked on."
    ),
]


def studio(  # noqa: PLR0913 (the options of a command)
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="FOLDER",
            show_default=False,
            help="Its drawings are listed on the page, and results may be saved there.",
        ),
    ] = None,
    *,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Do not open the page, only print its address.")
    ] = False,
    host: Host = "127.0.0.1",
    port: Port = None,
    workers: Workers = 2,
    cache: CacheSize = 1024,
    max_megapixels: MaxMegapixels = 50,
) -> None:
    """Colour with a brush, on a page in the browser; nothing leaves this machine.

    Ctrl-C ends it.
    """
    if folder is not None and not folder.is_dir():
        raise UnreadableError(f"{folder} is not a folder; give the folder that holds the drawings.")
    _serve(
        host,
        port,
        folder=folder,
        page=True,
        sizes=(workers, cache, max_megapixels),
        browser=not no_browser,
    )


def serve(
    *,
    host: Host = "127.0.0.1",
    port: SteadyPort = 8745,
    workers: Workers = 2,
    cache: CacheSize = 1024,
    max_megapixels: MaxMegapixels = 50,
) -> None:
    """Answer the HTTP API without the page, for plug-ins and scripts.

    Ctrl-C ends it.
    """
    sizes = workers, cache, max_megapixels
    _serve(host, port, folder=None, page=False, sizes=sizes, browser=False)


def _serve(
    host: str,
    port: int | None,
    *,
    folder: Path | None,
    page: bool,
    sizes: tuple[int, int, float],
    browser: bool,
) -> None:
    try:
        import prometheus_client  # noqa: F401
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "The studio needs more than what is installed; run: pip install 'nurie[studio]'"
        ) from error
    from nurie.models.registry import find
    from nurie.studio.app import Settings
    from nurie.studio.serve import serve as run
    from nurie.studio.shapes import MIB, Limits

    find()  # A missing model is said now, not by the workers.
    workers, cache, megapixels = sizes
    limits = Limits(max_pixels=int(megapixels * 1e6), workers=workers, cache=cache * MIB)
    settings = Settings(host=host, folder=folder, page=page, limits=limits)
    run(settings, port=port, open_browser=browser)
