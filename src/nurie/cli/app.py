"""The ``nurie`` command: its verbs, and what becomes of errors."""

import math
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup

from nurie import __version__
from nurie.cli import LABORATORY, VERBS, overview
from nurie.cli.outcome import complain
from nurie.errors import MissingExtraError, OptionError, failure
from nurie.io.files import tidy

_MEMORY = 1_000_000
"""KiB of address space that numpy, OpenCV and ONNX Runtime need before they see a picture."""

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 96}


class _Verb(TyperCommand):
    """A verb whose values are converted here."""

    def get_params(self, ctx: Any) -> Any:
        """Its arguments and options, --help among them."""
        return _lightened(super().get_params(ctx))


class _Verbs(TyperGroup):
    """A group that imports the module of a verb when the verb is given, not before."""

    def get_params(self, ctx: Any) -> Any:
        """Its options, --help among them."""
        return _lightened(super().get_params(ctx))

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (click's own signature)
        """All verbs, those of the laboratory last."""
        return [*VERBS, *LABORATORY]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 (click's own signature)
        """The command of that name, or None."""
        if cmd_name in VERBS:
            module = import_module(f"nurie.cli.{VERBS[cmd_name][0]}")
            return _command(getattr(module, cmd_name), cmd_name)
        if cmd_name in LABORATORY:
            return _command(_laboratory(cmd_name), cmd_name)
        return None


def _laboratory(name: str) -> Any:
    """What ``nurie-lab`` brings under this name, or a stand-in that says how to get it."""
    from importlib.metadata import entry_points

    for point in entry_points(group="nurie.verbs", name=name):
        return point.load()

    def verb(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:  # noqa: ARG001
        raise MissingExtraError(
            f"nurie {name} belongs to the laboratory, which is not installed: pip install nurie-lab"
        )

    verb.__doc__ = LABORATORY[name]
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
        single.command(cls=_Verb, context_settings=_SETTINGS | settings)(verb)
        command = typer.main.get_command(single)
    command.name = name
    return command


def _lightened(parameters: list[Any]) -> list[Any]:
    """Parameters whose values of plain types are converted here.

    Typer would load pydantic for it, which takes as long as importing numpy and OpenCV together. A
    version of Typer that does not know the attribute ignores it and converts as it used to.
    """
    for parameter in parameters:
        known: Any = getattr(parameter, "type_descriptor", None)
        kind = getattr(known, "annotation", None)
        kind = get_args(kind)[0] if get_origin(kind) is list else kind
        if kind in (bool, str, Path, int, float) or get_origin(kind) is Literal:
            value = _Value(kind, known.parameter_info)
            parameter._runtime_param = value  # noqa: SLF001 (there is no public way)
    return parameters


class _Value:
    """How what was typed for an option or an argument becomes its value."""

    def __init__(self, kind: Any, limits: Any) -> None:
        self._kind, self._limits = kind, limits

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value; a tuple or list of them where several may be given.

        Raises:
            typer.BadParameter: it is no such value.
        """
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        try:
            return [self._convert(one) for one in value] if several else self._convert(value)
        except ValueError as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from None

    def _convert(self, value: Any) -> Any:
        kind, low, high = self._kind, self._limits.min, self._limits.max
        if get_origin(kind) is Literal:
            if value not in get_args(kind):
                raise ValueError(f"{value!r} is not one of {', '.join(map(str, get_args(kind)))}")
            return value
        if kind not in (int, float):  # flags are bool already
            return kind(value)
        try:
            number = kind(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"{str(value)!r} is not {'a whole' if kind is int else 'a'} number")
        if low is not None and number < low:
            raise ValueError(f"{number} is less than {low}")
        if high is not None and number > high:
            raise ValueError(f"{number} is more than {high}")
        return number


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

    The exit code is 0 where all was done, 1 where some of several drawings failed or the promise is
    broken, 2 where nothing could be done, and 130 when interrupted.
    """
    # File names need not be UTF-8; they leave as they came.
    reconfigure: Any = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="surrogateescape")
    if not arguments or arguments[0] in ("-h", "--help"):
        print(overview())
        return 0 if arguments else 2
    try:
        _check_memory(arguments[0])
        code = app(list(arguments), prog_name="nurie", standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 (a sentence, whatever went wrong)
        complain(_misuse(error) or failure(error, " ".join(["nurie", *arguments])[:99]))
        return 2
    finally:
        tidy()
    return code if isinstance(code, int) else 0


def _check_memory(verb: str) -> None:
    """Refuse a limit of address space under which libraries would crash, not complain.

    Raises:
        OptionError: there is such a limit.
    """
    try:
        from resource import RLIMIT_AS, getrlimit
    except ImportError:  # Windows has no such limit
        return
    needed = _MEMORY if verb in ("book", "color", "film", "studio", "serve") else _MEMORY // 3
    limit, _ = getrlimit(RLIMIT_AS)
    if 0 <= limit < needed << 10:
        raise OptionError(
            f"There is not enough memory: nurie {verb} needs {needed >> 10} MiB at least, and the "
            f"limit is {limit >> 20}; raise it with ulimit -v."
        )


def _misuse(error: Exception) -> str | None:
    """What is wrong with the options; typer may carry click within it or beside it."""
    tell = getattr(error, "format_message", None)
    if tell is None:
        return None
    return f"{str(tell()).strip().rstrip('.')}; see nurie --help."
