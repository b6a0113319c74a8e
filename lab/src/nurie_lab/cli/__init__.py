"""The verbs of the laboratory."""

from pathlib import Path

from nurie.errors import MissingExtraError, OutputError


def need_packages(work: str, *names: str) -> None:
    """Refuse ``work``, as a sentence begins, without the modules that it needs.

    Raises:
        MissingExtraError: one of them is not installed.
    """
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in names):
        raise MissingExtraError(f"{work} needs more packages: pip install 'nurie-lab'")


def make_dir(path: Path) -> Path:
    """A folder for outputs, made if need be.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The folder {path} cannot be made: {error.strerror}.") from error
    return path
