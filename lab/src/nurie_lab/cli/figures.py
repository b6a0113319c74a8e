"""``nurie figures``: the report's figures, scores and claims, from the runs that were trained."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nurie.cli.options import argument, flag, option, verb
from nurie.cli.outcome import complain, show_json, track
from nurie_lab.cli import make_dir
from nurie_lab.cli.data import chart_files, draw_charts

if TYPE_CHECKING:
    from nurie.models.painter import PainterSession
    from nurie_lab.bench.reproduction.trained import Trained
    from nurie_lab.bench.reproduction.whole import Account, Judges

CHARTS = {
    "figure-5-distribution": "How often each colour occurs.",
    "figure-6-most-frequent": "The hundred most frequent colours.",
}
PAGES = ("scores.json", "scores.md", "claims.md")


@dataclass(frozen=True, kw_only=True)
class FiguresOptions:
    """The options of ``nurie figures``."""

    runs: list[Path] = argument(
        "RUN...",
        "Folders that nurie train made, each with its export in RUN/model, or folders of exports "
        "alone.",
    )
    data: Path = option(
        "SHARDS", "What the runs learned from: the shards kept to validate judge them.", ...
    )
    out: Path = option("-o --out DIR", "Folder for all results.", ...)
    pictures: int = option("N", "Pictures that are painted and scored.", 32, min=1)
    regions: bool = flag(
        "--regions/--no-regions",
        "Whether nurie's own region model paints the same pictures.",
        default=True,
    )
    force: bool = flag("--force", "Replace existing files.")
    as_json: bool = flag("--json", "Print the scores as JSON.")
    quiet: bool = flag("--quiet -q", "No progress bar, no notes.")


@verb
def figures(options: FiguresOptions) -> None:
    """Draw the report's figures 3 to 8 from trained runs and score them.

    Its claims are checked against the scores.

    DIR gets each figure as PNG and SVG, scores.json, scores.md with a row for each run, and
    claims.md. What cannot be drawn for want of a run is left out and named. Export runs first, with
    nurie export RUN --out RUN/model.
    """
    from nurie_lab.bench.reproduction.whole import judge
    from nurie_lab.perceptual import HOW

    out, force, quiet = options.out, options.force, options.quiet
    targets = _targets(out, force=force)
    notes = _Notes([*options.runs, options.data], quiet=quiet)
    judges = _judges(regions=options.regions)
    if judges.eye is None:
        notes.tell(f"No Fréchet distance: there is no network to see it; once: {HOW}")
    account = judge(
        _read(options.runs, notes),
        options.data,
        options.pictures,
        judges=judges,
        tell=notes.tell,
        follow=lambda paintings, most: track(paintings, most, "Judging", quiet=quiet),
    )
    captions = _draw(account, targets, notes, force=force)
    scores = _write(account, targets, captions, notes)
    if options.as_json:
        show_json(scores)
    else:
        for path in sorted(out / f"{name}.png" for name in scores["figures"]):
            print(path)
        print(targets["scores.md"], targets["claims.md"], sep="\n")


class _Notes(list[str]):
    """What is missing: reported at once, and kept for the page."""

    def __init__(self, paths: list[Path], *, quiet: bool) -> None:
        super().__init__()
        self._paths, self._quiet = paths, quiet

    def tell(self, text: str) -> None:
        """Say a sentence, and note it for others, to whom our folders are nothing."""
        short = text
        for path in self._paths:
            short = short.replace(str(path), path.name)
        if short not in self:
            self.append(short)
            if not self._quiet:
                complain(text)


def _targets(out: Path, *, force: bool) -> dict[str, Path]:
    """All files by name, checked before the work."""
    from nurie.io.files import check_target
    from nurie_lab.bench.reproduction.whole import FIGURES

    make_dir(out)
    chart_files(out, force=force)
    names = [f"{name}.{kind}" for name in FIGURES for kind in ("png", "svg")] + list(PAGES)
    for name in names:
        check_target(out / name, force=force, suffixes=(".png", ".svg", ".json", ".md"))
    return {name: out / name for name in names}


def _open(folder: Path) -> "PainterSession":
    from nurie.models.painter import PainterSession
    from nurie.models.registry import find_painter

    return PainterSession(find_painter(folder))


def _read(paths: list[Path], notes: _Notes) -> "list[Trained]":
    """The runs that can be read.

    Raises:
        UnreadableError: none can.
    """
    from nurie.errors import InputError, UnreadableError
    from nurie_lab.bench.reproduction.trained import read_trained

    found: list[Trained] = []
    for path in paths:
        try:
            run = read_trained(path, _open)
        except InputError as error:
            notes.tell(f"Left out: {error}")
            continue
        if run.missing:
            notes.tell(f"{run.missing}.")
        found.append(run)
    if not found:
        raise UnreadableError(f"{paths[0]} is no run of nurie train; train one first.")
    return found


def _judges(*, regions: bool) -> "Judges":
    """The network that sees, and the packaged region model where it is to paint."""
    from nurie.api import Colorizer
    from nurie.models.registry import find_region
    from nurie.models.session import RegionSession
    from nurie_lab.bench.likeness import open_eye
    from nurie_lab.bench.reproduction.whole import Judges

    colorizer = Colorizer(RegionSession(find_region())) if regions else None
    return Judges(open_eye(), colorizer)


def _draw(
    account: "Account", targets: dict[str, Path], notes: _Notes, *, force: bool
) -> dict[str, str]:
    """Write all figures; their captions by name."""
    from nurie_lab.bench.reproduction.whole import drawings
    from nurie_lab.data.histogram import write_figure

    folder = targets[PAGES[0]].parent
    draw_charts(account.spectrum, chart_files(folder, force=force), force=force)
    captions = dict(CHARTS)
    for name, (figure, caption) in drawings(account, notes.tell).items():
        write_figure(figure, targets[f"{name}.png"], targets[f"{name}.svg"], force=force)
        captions[name] = caption
    return captions


def _write(
    account: "Account", targets: dict[str, Path], captions: dict[str, str], notes: _Notes
) -> dict[str, Any]:
    """Write the pages; what the JSON says."""
    from nurie.io.files import replacing
    from nurie_lab.bench.reproduction.claims import claims_page
    from nurie_lab.bench.reproduction.whole import scorecard, scores_page
    from nurie_lab.bench.results import write_results

    scores = scorecard(account, captions, notes)
    write_results(targets["scores.json"], "report", scores)
    pages = {
        "scores.md": scores_page(scores, account.runs, account.scores),
        "claims.md": claims_page(account.claims),
    }
    for name, text in pages.items():
        with replacing(targets[name], force=True) as stream:
            stream.write(text.encode())
    return scores
