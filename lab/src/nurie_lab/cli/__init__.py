"""The verbs of the laboratory."""

from nurie.errors import MissingExtraError


def need_packages(work: str, *names: str) -> None:
    """Refuse to go on without packages that some work needs.

    Args:
        work: what is refused, as a sentence begins.
        names: of modules.

    Raises:
        MissingExtraError: one of them is not installed.
    """
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in names):
        raise MissingExtraError(f"{work} needs more packages: pip install 'nurie-lab'")
