"""``nurie adapt``: a released model learns one artist's colours."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nurie.cli.options import flag, option, verb
from nurie.cli.outcome import complain, show_json
from nurie.errors import ExistsError, OptionError, OutputError
from nurie_lab.cli import need_packages

if TYPE_CHECKING:
    from nurie_lab.bench.adapted import Judged
    from nurie_lab.data.artist import Work
    from nurie_lab.training.adapt import Say

PICTURES = {"regions": 8000, "painter": 2000}
"""To show in all by default: a few minutes on an idle core."""


@dataclass(frozen=True, kw_only=True)
class AdaptOptions:
    """The options of ``nurie adapt``."""

    source: str = option(
        "--from MODEL",
        "A packaged model by name, an exported one by path, or the folder of a run.",
        "nurie-flat",
    )
    data: Path = option(
        "MY_PICTURES",
        "Folder of coloured drawings or earlier frames, or shards of nurie data prepare.",
        ...,
    )
    out: Path = option("-o --out DIR", "Folder of all that is written.", ...)
    pictures: int | None = option(
        "N",
        "Pictures to show in all, each many times; what is learnt follows from it.  [default: "
        "8000, of a painter 2000]",
        min=1,
    )
    minutes: float | None = option("M", "Stop after so long, and keep what was learnt.", min=0.05)
    as_json: bool = flag("--json", "Print the outcome as JSON.")
    quiet: bool = flag("--quiet -q", "No progress bar, no notes.")


@verb
def adapt(options: AdaptOptions) -> None:
    """Teach a model the colours of one artist, from 5 to 200 pictures, on a CPU.

    Some pictures are held out to judge by. DIR gets model, sheet.png (line art, before, after,
    original) and card.md; colour with nurie color --model DIR/model. Ctrl-C ends the lesson early
    and keeps what was learnt.
    """
    need_packages("Adapting", "torch", "webdataset", "safetensors", "onnx", "onnxscript")
    _check_out(options.out)
    from nurie_lab.data.artist import divide, read_works

    def say(line: str) -> None:
        if not options.quiet:
            complain(line)

    passed: dict[str, str] = {}
    run = _run_of(options.source)
    painter = run is not None and _paints(run)
    works = read_works(options.data, passed.__setitem__)
    for name, why in passed.items():
        say(f"passed over {name}: {why}")
    learn, held = divide(works)
    say(f"{len(learn)} pictures to learn from, {len(held)} held out")
    teach = _teach_painter if painter else _teach_regions
    length = options.pictures or PICTURES["painter" if painter else "regions"], options.minutes
    judged, facts = teach((options.source, run), (learn, held), length, options.out, say)
    _finish(options.out, judged, facts | {"passed_over": passed}, as_json=options.as_json)


def _check_out(out: Path) -> None:
    """Refuse a folder that something would be lost in.

    Raises:
        ExistsError: it holds a model already, or other things.
        OutputError: it is a file.
    """
    # What a lesson that was killed has left behind is written anew.
    ours = {"model", "sheet.png", ".lesson", "pictures", "run"}
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; give the name of a folder.")
    there = {path.name for path in out.iterdir()} if out.exists() else set()
    if "card.md" in there:
        raise ExistsError(f"{out} holds an adapted model already; choose another --out.")
    if there - ours:
        raise ExistsError(f"{out} holds other things than a model; choose another --out.")


def _run_of(source: str) -> Path | None:
    """The folder of a run that is meant; None where a model is.

    Raises:
        ModelError: there is no such model.
        OptionError: it is a painter without its run.
    """
    for folder in (Path(source), Path(source) / "run"):
        if (folder / "run.json").is_file():
            return folder
    from nurie.models.registry import PainterSpec, find

    if isinstance(find(source), PainterSpec):
        raise OptionError(
            f"{source} is a painter, which goes on from its run alone; give --from the folder that "
            "nurie train made."
        )
    return None


def _paints(run: Path) -> bool:
    """Whether a run is one of the report's networks."""
    from nurie_lab.training.engine.folder import read_run
    from nurie_lab.training.settings import PictureConfig

    return isinstance(read_run(run), PictureConfig)


Lists = tuple[list["Work"], list["Work"]]
Length = tuple[int, float | None]
"""Pictures to show, and minutes after which to stop."""


def _teach_regions(
    source: tuple[str, Path | None], works: Lists, length: Length, out: Path, say: "Say"
) -> tuple[list["Judged"], dict[str, Any]]:
    """A model that colours regions: teach, export, judge both."""
    import shutil

    from nurie.api import Colorizer
    from nurie.models.registry import find_region
    from nurie_lab.bench.adapted import judge_models
    from nurie_lab.training.adapt import Lesson, release, release_as_it_was, teach
    from nurie_lab.training.region.released import restore_model, restore_run

    (name, run), folder = source, out / ".lesson"
    restored = restore_run(run) if run else restore_model(find_region(name))
    lesson = Lesson(restored, *works, length[0], folder, length[1])
    learnt = teach(lesson, say=say)
    say("writing the model")
    card = {"from": name, "licence": restored.card.get("licence", "own")}
    if run:
        name = str(release_as_it_was(lesson, folder / "before").folder)
    spec = release(learnt, out=out / "model", name=_name_of(out), card=card)
    say("judging it")
    before, after = Colorizer.load(name), Colorizer.load(spec.folder)
    judged = list(judge_models(before, after, works[1]))
    shutil.rmtree(folder, ignore_errors=True)
    return judged, card | {"model": str(spec.folder), **spec.card["adapted"]}


def _teach_painter(
    source: tuple[str, Path | None], works: Lists, length: Length, out: Path, say: "Say"
) -> tuple[list["Judged"], dict[str, Any]]:
    """A painter: its run goes on, then the same."""
    from nurie_lab.bench.adapted import judge
    from nurie_lab.training.adapt import PainterLesson, paint_both, teach_painter
    from nurie_lab.training.picture.export import export_painter

    name, run = source
    assert run is not None
    lesson = PainterLesson(run, *works, length[0], out, length[1])
    stopped = teach_painter(lesson, say=say)
    say("writing the model")
    spec = export_painter(
        out / "run", out=out / "model", name=_name_of(out), force=True, say=lambda _: None
    )
    say("judging it")
    judged = [judge(each, lines, (b, a), truth) for each, lines, b, a, truth in paint_both(lesson)]
    facts = {"pictures": len(works[0]), "held_out": len(works[1])}
    shown = {key: spec.card[key] for key in ("licence", "steps", "shown", "losses")}
    return judged, {"from": name, "model": str(spec.folder), **facts, **shown, "stopped": stopped}


def _name_of(out: Path) -> str:
    """The name of the folder, as far as it can name a model."""
    return re.sub(r"[^\w.-]+", "-", out.resolve().name).strip("-.") or "adapted"


def _finish(out: Path, judged: list["Judged"], facts: dict[str, Any], *, as_json: bool) -> None:
    """Write the sheet and the card, say what became of it."""
    from nurie.io.files import replacing
    from nurie_lab.bench.adapted import card, means, verdict, write_sheet

    write_sheet(out / "sheet.png", judged)
    shown = {key: value for key, value in facts.items() if key not in ("model", "losses")}
    shown["passed_over"] = len(facts["passed_over"])
    with replacing(out / "card.md", force=True) as stream:
        stream.write(card(_name_of(out), shown, judged).encode())
    sentence = verdict(judged, facts["from"])
    if not as_json:
        print(f"{facts['model']}\n{out / 'sheet.png'}\n{sentence}")
        return
    before, after = means(judged)
    figures = {"before": round(before, 3), "after": round(after, 3), "better": after < before}
    files = {"sheet": str(out / "sheet.png"), "card": str(out / "card.md")}
    show_json({**facts, **files, "delta_e": figures, "verdict": sentence})
