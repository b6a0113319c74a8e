"""``nurie`` and ``python -m nurie``."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:
        # Before anything else is imported.
        from nurie import __version__

        print(f"nurie {__version__}")
        return
    from nurie.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
