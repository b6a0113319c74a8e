"""The ``nurie`` command: its verbs, and what becomes of errors."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from nurie import __version__
from nurie.cli.outcome import complain, sentence

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 96}

_VERBS = {
    "color": "nurie.cli.paint",
    "recolor": "nurie.cli.recolor",
    "palette": "nurie.cli.palette",
    "regions": "nurie.cli.trace",
    "lines": "nurie.cli.trace",
    "verify": "nurie.cli.check",
    "studio": "nurie.cli.studio",
    "serve": "nurie.cli.studio",
}
"""The verbs of the product, and the module that holds a function of that name."""

_LABORATORY = {
    "train": "Train a network on shards of pictures.",
    "adapt": "Teach a model the colours of one artist or one film.",
    "export": "Make a model out of a run that was trained.",
    "evaluate": "Put systems side by side on pictures whose truth is known.",
    "prefer": "Ask people which of two colourings they like more.",
    "figures": "Draw the report's figures from the runs that were trained.",
    "data": "Fetch, list, prepare and count pictures to train on.",
}
"""The verbs that ``nurie-lab`` brings through the entry points ``nurie.verbs``."""


class _Verbs(TyperGroup):
    """A group that imports the module of a verb when the verb is given, not before."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (click's own signature)
        """All verbs, those of the laboratory last."""
        return [*_VERBS, *_LABORATORY]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 (click's own signature)
        """The command of that name, or None."""
        if cmd_name in _VERBS:
            return _command(getattr(import_module(_VERBS[cmd_name]), cmd_name), cmd_name)
        if cmd_name in _LABORATORY:
            return _command(_laboratory(cmd_name), cmd_name)
        return None


def _laboratory(name: str) -> Any:
    """What ``nurie-lab`` brings under this name, or a stand-in that says how to get it."""
    from importlib.metadata import entry_points

    for point in entry_points(group="nurie.verbs", name=name):
        return point.load()
    return _absent(name)


def _absent(name: str) -> Any:
    def verb(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:  # noqa: ARG001
        from nurie.errors import MissingExtraError

        raise MissingExtraError(
            f"nurie {name} belongs to the laboratory, which is not installed: pip install nurie-lab"
        )

    verb.__doc__ = _LABORATORY[name]
    return verb


def _command(verb: Any, name: str) -> Any:
    """A function or a Typer application as a click command of this name."""
    if isinstance(verb, typer.Typer):
        command: Any = typer.main.get_command(verb)
    else:
        single = typer.Typer(
            add_completion=False, context_settings=_SETTINGS, rich_markup_mode=None
        )
        # What follows a verb that is not installed is not ours to judge.
        settings = {"ignore_unknown_options": True} if verb.__module__ == __name__ else {}
        single.command(context_settings=_SETTINGS | settings)(verb)
        command = typer.main.get_command(single)
    command.name = name
    return command


# Plain help: rich would take longer to load than all the rest.
app = typer.Typer(
    cls=_Verbs,
    add_completion=False,
    context_settings=_SETTINGS,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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
    """Run a command line.

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
