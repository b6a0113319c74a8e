"""Write docs/reference/cli.md from the command line's own help."""

import contextlib
import io
import os
from pathlib import Path
from unittest import mock

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
VERBS = (
    "color",
    "batch",
    "film",
    "book",
    "recolor",
    "palette",
    "design",
    "regions",
    "lines",
    "verify",
    "studio",
    "serve",
    "train",
    "adapt",
    "export",
    "evaluate",
    "prefer",
    "figures",
    "data",
)
GROUPS = {"data": ("fetch", "folder", "prepare", "histogram", "sheets")}
HEAD = """\
# Command line

Written by `make reference` from the program's own help.

Results go to stdout, complaints to stderr. Exit codes: 0 done; 1 some of several drawings could not
be coloured, or a promise is broken; 2 nothing could be done, and one sentence says why; 130
interrupted. No existing file is replaced without `--force`.
"""
TAIL = """\
## JSON

`nurie color --json` prints a list with one object for each sketch: `sketch`, `outputs`, `cleaned`
(the cleaned lines or null), `width`, `height`, `regions` (their number), `colors` (hex, in the
palette's order), `unsure` (labels of the regions below `--sure`, in the order in which a hint helps
most), `variations` (`output`, `colors` and `unsure` of each), `seconds`, and `missing` where fewer
answers were found than asked for; with `--report` and `--sheet` the files written, `report` and
`sheet`. A sketch that failed has `sketch` and `error`.

A report holds `sketch`, `output`, `width`, `height`, `sure`, `unsure` and `regions`, each with
`label`, `area`, `center` (row, column), `box` (top, left, bottom, right), `color` (hex or null),
`entry` of the palette (or null), `confidence` (or null), `hinted`, `paper`, and `ask`, its place in
`unsure` from 1 (or null).

`nurie recolor --json` prints a list with one object for each file: `file`, `outputs` (`output`,
`palette`, `colors` with `entry`, `old` and `new` each, and `kept`, the entries that the palette
does not know) and `seconds`; a file that failed has `file` and `error`.

`nurie palette --json` prints `output`, `entries` (`color`, `name`, `share` of the coloured area and
`files` of each, unified over all files) and `files` (`file`, `name` and `entries` of each, `share`
null where a file is a palette alone).

`nurie regions --json` prints `sketch`, `output`, `width`, `height` and `regions`, each with
`label`, `area`, `center` (row, column), `covariance`, `box` (top, left, bottom, right), `outline`,
`border` (contact with the picture's edge) and `neighbours`; lengths are in pixels.

`nurie verify --json` prints `ok`, `checks` (`name`, `ok`, `detail`, `pixel` as row and column or
null) and `unproven`, what this kind of file cannot prove.

`nurie evaluate --json` prints what it writes to `benchmark.json`: `bench`, `about`, `date`,
`machine`, `threads`, `python`, `versions`, `commit`, `weights` (SHA-256 by system), `ours`, `sets`
(`name`, `kind`, `package`, `licence`, `pictures`, `sha256`, `published`), `rehearsal` (empty for a
whole run), `rows` (`task`, `condition`, `system`, `public`, `pictures`, `failed`, `why`, `scores`
as mean, lower and upper end of the 95 % interval, `wall_s`, `cpu_s`, `peak_mib`, `answers`, `kept`)
and `margins` (`task`, `condition`, `figure`, `other`, `ahead`, `pictures`).

`nurie prefer --rank FILE --json` prints `votes`, `people`, `same` and `left` (votes for neither and
for the left side), `tests_counted`, `tests_left_out`, `systems` (best first: `system`, `strength`,
`low` and `high` in log-odds, and `won`, `lost`, `same`) and `pairs` (`a`, `b`, and a's `won`,
`lost`, `same`).

`nurie train --json` prints `run`, `step`, `shown` and `pictures` (so far, and to show in all),
`seconds`, `losses` (the last means), `skipped` (why each shard or picture was passed over),
`finished`, and of a finished region model `model` (its JSON).

`nurie adapt --json` prints `from`, `licence`, `model`, `sheet`, `card`, `pictures`, `held_out`,
`steps`, `shown`, `losses`, `stopped` (whether Ctrl-C or the time ended it), `passed_over` (a
reason by name), `delta_e` (`before`, `after`, `better`) and `verdict`; of a region model `minutes`
and `confidences` too.

`nurie export --json` prints `model` (its JSON), `kind` (`painter` or `region`), `name`, `graphs`,
`bytes` (of the graphs) and `card`.

`nurie figures --json` prints what it writes to `scores.json`: `date`, `commit`, `machine`,
`pictures`, `kept_to_validate`, `features` (of the Fréchet distance), `missing` (a sentence each),
`figures` (captions by name), `runs` (`run`, `steps`, `shown`, `settings`, and of a judge and the
`generator` the mean loss, `spread` and `rise`), `scores` (`run`, `hint`, and figures as mean, lower
and upper end of the 95 % interval) and `claims` (`text`, `where`, `measured`, `verdict`).

`nurie data fetch --json` prints `collection`, `fetched` (pictures of this run) and `passed_over`
(the number for each reason); `nurie data folder --json` prints `collection`, `pictures` and
`groups`; `nurie data prepare --json` prints `manifest`, `shards`, `train`, `val` (pictures) and
`dropped` (the number for each reason). `nurie data histogram --json` prints `pictures`, `pixels`
and `bins`, each with `bin`, `count`, `share` and mean `color`; white is bin 511, empty ones are
left out.
"""


def help_of(*verb):
    """The help of a verb, at a fixed width."""
    from nurie.cli.app import run

    out = io.StringIO()
    with mock.patch.dict(os.environ, {"COLUMNS": "98"}), contextlib.redirect_stdout(out):
        code = run([*verb, "--help"])
    assert code == 0
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def render():
    """The whole page."""
    helps = [
        f"## {' '.join(('nurie', *verb))}\n\n```text\n{help_of(*verb)}\n```\n"
        for name in ("", *VERBS)
        for verb in ((name,) if name else (), *((name, each) for each in GROUPS.get(name, ())))
    ]
    return "\n".join([HEAD, *helps, TAIL])


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(render(), encoding="utf-8")
