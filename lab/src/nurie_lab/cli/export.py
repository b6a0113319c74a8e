"""``nurie export``: from a run to a model that the other verbs take."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nurie.cli.options import argument, flag, option, verb
from nurie.cli.outcome import complain, show_json
from nurie.errors import OptionError, UnreadableError
from nurie_lab.cli import need_packages

if TYPE_CHECKING:
    from nurie.models.registry import Spec

METRIC = "metric"
"""What is given in place of a run for the perceptual network of the judge."""


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """The options of ``nurie export``."""

    run: Path = argument(
        "RUN",
        "Folder of a run of nurie train; the word metric for the perceptual network of nurie "
        "evaluate.",
    )
    out: Path | None = option(
        "-o --out DIR",
        "Folder of the model's files; needed but for metric, which goes to the cache.",
    )
    name: str | None = option("NAME", "Name of the model; that of RUN when left out.")
    hints: Path | None = option(
        "RUN", "Run that learnt to guess hints: both are chained as in figure 4."
    )
    licence: str | None = option("TEXT", "Licence of the weights, for the card; own if left out.")
    force: bool = flag("--force", "Replace existing files.")
    as_json: bool = flag("--json", "Print the outcome as JSON.")
    quiet: bool = flag("--quiet -q", "No progress bar, no notes.")


@verb
def export(options: ExportOptions) -> None:
    """Write what a run has learnt as a model: ONNX graphs, one JSON, a card.

    The averaged weights are taken. Nothing is written where ONNX Runtime and torch disagree.
    A run in a folder called metric is named ./metric.
    """
    need_packages("Exporting", "torch", "safetensors", "onnx", "onnxscript")
    if str(options.run) == METRIC:
        foreign = options.name, options.hints, options.licence
        _export_metric(options.out, foreign, as_json=options.as_json)
        return
    if options.out is None:
        raise OptionError("--out is missing; name the folder for the model's files.")
    name = options.run.resolve().name if options.name is None else options.name
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise OptionError(
            f"{name!r} cannot name a model; give --name letters, digits, '-', '_' and '.'."
        )
    spec = _export(options, options.out, name)
    show_json(_outcome(spec)) if options.as_json else print(spec.folder / f"{spec.name}.json")


def _export(options: ExportOptions, out: Path, name: str) -> "Spec":
    """Write the model of a run of either kind."""
    run, hints, licence, force = options.run, options.hints, options.licence, options.force
    from nurie_lab.training.settings import REGIONAL

    objective = _objective(run)
    if objective in REGIONAL and hints is not None:
        raise OptionError(f"{run} colours regions and takes no hints; leave out --hints.")
    if objective in {"critic", "second", "preference"}:
        from nurie_lab.training.region.critic_task import release_critic
        from nurie_lab.training.region.preference_task import release_preference
        from nurie_lab.training.region.second import release_second

        what = {"critic": "critic"}.get(objective, "second network")
        if licence is not None:
            raise OptionError(
                f"{run} taught a {what} of a released model, whose licence stays; leave out "
                "--licence."
            )
        release = {"critic": release_critic, "second": release_second}.get(
            objective, release_preference
        )
        return release(run, out=out, name=name, force=force)
    if objective == "region":
        from nurie_lab.training.region.run import release_region

        return release_region(run, out=out, name=name, licence=licence, force=force)
    from nurie_lab.training.picture.export import export_painter

    if hints is not None and _objective(hints) in REGIONAL:
        raise OptionError(f"{hints} learnt no hints; give --hints a run with target = 'hint'.")
    return export_painter(
        run, out=out, name=name, hints=hints, licence=licence or "own", force=force,
        say=lambda line: None if options.quiet else complain(line),
    )  # fmt: skip


def _export_metric(out: Path | None, foreign: tuple[object, ...], *, as_json: bool) -> None:
    """Write the perceptual network of the judge; it replaces an older one.

    Raises:
        OptionError: an option of models was given.
    """
    from nurie_lab.training.metric_export import export_metric

    if any(value is not None for value in foreign):
        raise OptionError("nurie export metric takes no --name, --hints or --licence; leave them.")
    spec = export_metric(out)
    path = spec.folder / f"{spec.name}.json"
    record = {"metric": str(path), "name": spec.name, "sha256": spec.sha256, "card": spec.card}
    show_json(record) if as_json else print(path)


def _objective(run: Path) -> str:
    """What a run was trained for.

    Raises:
        UnreadableError: it is no run.
    """
    from nurie_lab.training.engine.folder import RUN, read_run

    if not run.exists():
        raise UnreadableError(f"{run} does not exist; check the name.")
    if not run.is_dir():
        raise UnreadableError(f"{run} is a file; give the folder of a run.")
    if not (run / RUN).exists():
        raise UnreadableError(f"{run} is no run of nurie train; give the folder that --out named.")
    return read_run(run).objective


def _outcome(spec: "Spec") -> dict[str, Any]:
    """What was written, ready for JSON."""
    from nurie.models.registry import PainterSpec

    graphs = [str(spec.folder / file) for file in spec.graphs.values()]
    return {
        "model": str(spec.folder / f"{spec.name}.json"),
        "kind": "painter" if isinstance(spec, PainterSpec) else "region",
        "name": spec.name,
        "graphs": graphs,
        "bytes": sum(Path(graph).stat().st_size for graph in graphs),
        "card": spec.card,
    }
