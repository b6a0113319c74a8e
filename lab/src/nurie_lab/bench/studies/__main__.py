"""``python -m nurie_lab.bench.studies NAME [PICTURES...]``: run a study."""

import argparse
import json
import sys
from pathlib import Path

from nurie.errors import NurieError
from nurie_lab.bench.studies import STUDIES, Options, run, show


def main(words: list[str] | None = None) -> int:
    """Run the study that the words name; 2 where nurie refuses."""
    parser = argparse.ArgumentParser(
        prog="python -m nurie_lab.bench.studies",
        epilog="; ".join(f"{name}: {about}" for name, about in STUDIES.items()),
    )
    parser.add_argument("name", choices=STUDIES)
    parser.add_argument("pictures", nargs="*", type=Path)
    parser.add_argument("-o", "--out", type=Path, default=Path("out"), help="folder for results")
    parser.add_argument("--model", default="", help="name or path of a model")
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the median counts")
    parser.add_argument("--sides", type=int, nargs="+", default=[], help="of drawings, in pixels")
    parser.add_argument("--limit", type=float, default=120, help="seconds that one run may take")
    parser.add_argument("--json", action="store_true", help="print JSON in place of tables")
    given = parser.parse_args(words)
    options = Options(
        out=given.out,
        paths=tuple(given.pictures),
        model=given.model,
        repeats=given.repeats,
        sides=tuple(given.sides),
        limit=given.limit,
    )
    try:
        facts = run(given.name, options)
    except NurieError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        json.dumps(facts, indent=1, ensure_ascii=False) if given.json else show(given.name, facts)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
