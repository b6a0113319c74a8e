"""``nurie`` and ``python -m nurie``."""

import os
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    # These two are answered before anything else is imported.
    if sys.argv[1:] == ["--version"]:
        from nurie import __version__

        print(f"nurie {__version__}")
    elif sys.argv[1:] in (["--help"], ["-h"]):
        from nurie.cli import overview

        print(overview())
    else:
        # numpy's products are small here: a second thread of theirs costs twice what it saves.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from nurie.cli.app import run

        sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
