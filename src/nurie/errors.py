"""Every error that nurie raises on purpose, as a tree below ``NurieError``.

A message is one sentence that says what is wrong and, where there is something to do, what to do.
The command line prints it and leaves with exit code 2.
"""

import errno
import os
import re

_SHORT = re.compile("(?i)allocate memory|failed to map|out of memory|start new thread|bad.?alloc")


class NurieError(Exception):
    """Base of every deliberate error; its text is one sentence for the user."""


class InputError(NurieError):
    """A file given by the user cannot be used."""


class UnreadableError(InputError):
    """The file is missing, truncated, empty, or not the kind of file its name says."""


class FormatError(InputError):
    """The file is of a kind that nurie does not read or write."""


class TooLargeError(InputError):
    """The picture has more pixels than allowed, read from its header before decoding."""


class OutputError(NurieError):
    """A target cannot be written."""


class ExistsError(OutputError):
    """The target exists, and replacing it was not asked for."""


class OptionError(NurieError):
    """An option has a value that cannot be obeyed."""


class ModelError(NurieError):
    """Weights are missing, were changed, or belong to another version."""


class MissingExtraError(NurieError):
    """An optional dependency is needed and not installed."""


def sentence(error: BaseException) -> str | None:
    """One sentence for an error that a person can do something about; None for a defect.

    >>> sentence(MemoryError())
    'There is not enough memory for this picture; make it smaller or close other programs.'
    """
    if isinstance(error, NurieError):
        return str(error)
    # OpenCV has an error of its own for this, with a code of its own.
    if isinstance(error, MemoryError) or getattr(error, "code", None) == -4:
        return (
            "There is not enough memory for this picture; make it smaller or close other programs."
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full; make room and try again."
    if isinstance(error, OSError) and error.errno is not None:
        return f"{error.filename or 'A file'} cannot be used: {(error.strerror or '').lower()}."
    # Under a limit of memory libraries fail to load, and threads to start.
    if isinstance(error, ImportError | RuntimeError) and _SHORT.search(str(error)):
        return sentence(MemoryError())
    return None


def failure(error: Exception, name: object) -> str:
    """A sentence for whatever went wrong with a file, a defect of nurie's too.

    >>> failure(KeyError("x"), "a.png")
    "a.png made nurie fail (KeyError: 'x'); please report it."
    """
    text = sentence(error)
    if text is None and "NURIE_DEBUG" in os.environ:
        raise error
    words = " ".join(str(error).split())[:200]
    return text or f"{name} made nurie fail ({type(error).__name__}: {words}); please report it."
