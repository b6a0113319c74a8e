"""The ``nurie`` command: its verbs, and what becomes of errors."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from nurie import __version__
from nurie.cli import LABORATORY, VERBS, overview
from nurie.cli.options import SETTINGS
from nurie.cli.outcome import complain
from nurie.errors import MissingExtraError, OptionError, failure
from nurie.io.files import tidy

_MEMORY = 1_000_000
"""KiB of address space that numpy, OpenCV and ONNX Runtime need before they see a picture."""


class _Verbs(click.Group):
    """A group that imports the module of a verb when the verb is given, not before."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (click's own signature)
        """All verbs, those of the laboratory last."""
        return [*VERBS, *LABORATORY]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 (click's own signature)
        """The command of that name, or None."""
        if cmd_name in VERBS:
            return getattr(import_module(f"nurie.cli.{VERBS[cmd_name][0]}"), cmd_name)
        return _laboratory(cmd_name) if cmd_name in LABORATORY else None


def _laboratory(name: str) -> Any:
    """What ``nurie-lab`` brings under this name, or a stand-in that says how to get it."""
    from importlib.metadata import entry_points

    for point in entry_points(group="nurie.verbs", name=name):
        return point.load()

    def missing(**_: Any) -> None:
        raise MissingExtraError(
            f"nurie {name} belongs to the laboratory, which is not installed: pip install nurie-lab"
        )

    # What follows a verb that is not installed is not ours to judge.
    anything: list[click.Parameter] = [click.Argument(["arguments"], nargs=-1)]
    settings = SETTINGS | {"ignore_unknown_options": True}
    return click.Command(name, settings, missing, anything, help=LABORATORY[name])


app = _Verbs("nurie", context_settings=SETTINGS)
click.version_option(__version__, message="nurie %(version)s")(app)


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
        with app.make_context("nurie", [*arguments]) as context:
            app.invoke(context)
        return 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except KeyboardInterrupt:
        return 130
    except click.ClickException as error:
        complain(f"{error.format_message().strip().rstrip('.')}; see nurie --help.")
        return 2
    except Exception as error:  # noqa: BLE001 (a sentence, whatever went wrong)
        complain(failure(error, " ".join(["nurie", *arguments])[:99]))
        return 2
    finally:
        tidy()


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
