"""Many drawings: what is done with each, workers, what was done, clusters and stores."""

from typing import Any

__all__ = ["Batch", "Outcome", "run"]


def __getattr__(name: str) -> Any:
    """Load what is public when it is first used: colouring one drawing needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module 'nurie.batch' has no attribute {name!r}")
    from nurie.batch import driver

    return getattr(driver, name)
