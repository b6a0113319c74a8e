"""Every error that nurie raises on purpose.

    NurieError
    ├── InputError            a file given by the user cannot be used
    │   ├── UnreadableError   missing, truncated, not a picture
    │   ├── FormatError       a kind of file nurie does not read
    │   └── TooLargeError     more pixels than allowed
    ├── OutputError           a target cannot be written
    │   └── ExistsError       it is there already and ``--force`` was not given
    ├── OptionError           a value that cannot be obeyed
    ├── ModelError            weights missing, changed or of another version
    ├── MissingExtraError     an optional dependency is not installed
    └── PromiseError          a picture that breaks the pixel promise

A message is one sentence that says what is wrong and, where there is something to do, what to do.
The command line prints it and leaves with exit code 2.
"""


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


class PromiseError(NurieError):
    """A coloured picture breaks the pixel promise; the text names the first bad pixel."""
