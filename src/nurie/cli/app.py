"""The ``nurie`` command: its verbs, and what becomes of errors."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from nurie import __version__
from nurie.cli import (
    adapt,
    check,
    data,
    evaluate,
    export,
    figures,
    paint,
    palette,
    prefer,
    recolor,
    studio,
    trace,
    train,
)
from nurie.cli.outcome import complain, sentence

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 96}

# Plain help: rich would take longer to load than all the rest.
app = typer.Typer(
    add_completion=False,
    context_settings=_SETTINGS,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for verb in (
    paint.color,
    recolor.recolor,
    palette.palette,
    trace.regions,
    trace.lines,
    check.verify,
    evaluate.evaluate,
    prefer.prefer,
    train.train,
    adapt.adapt,
    export.export,
    figures.figures,
    studio.studio,
    studio.serve,
):
    app.command()(verb)
app.add_typer(data.app, name="data")


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"nurie {__version__}")
        raise typer.Exit


@app.callback()
def _nurie(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Colour line art: clean flat layers under lines that stay as they are.

    Start with: nurie color drawing.png
    """


def run(arguments: Sequence[str]) -> int:
    """Obey a command line.

    Args:
        arguments: what follows ``nurie``.

    Returns:
        The exit code: 0 done, 1 some of several drawings failed or the promise is broken, 2 nothing
        could be done, 130 interrupted.
    """
    # File names need not be UTF-8; they leave as they came.
    reconfigure: Any = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="surrogateescape")
    try:
        code = app(list(arguments) or ["--help"], prog_name="nurie", standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        text = sentence(error) or _misuse(error)
        if text is None:
            raise
        complain(text)
        return 2
    if not arguments:
        return 2
    return code if isinstance(code, int) else 0


def _misuse(error: Exception) -> str | None:
    """What is wrong with the options; typer may carry click within it or beside it."""
    tell = getattr(error, "format_message", None)
    if tell is None:
        return None
    return f"{str(tell()).strip().rstrip('.')}; see nurie --help."
