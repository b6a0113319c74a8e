"""``nurie export``: from a run to a model that the other verbs take."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nurie.cli.outcome import AsJson, Force, Quiet, complain, show_json
from nurie.errors import MissingExtraError, OptionError, UnreadableError

if TYPE_CHECKING:
    from nurie.models.registry import Spec

METRIC = "metric"
"""What is given in place of a run for the perceptual network of the judge."""


def export(  # noqa: PLR0913 - what a person may ask for
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN",
            show_default=False,
            help="Folder of a run of nurie train; the word metric for the perceptual network of "
            "nurie evaluate.",
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            metavar="DIR",
            show_default=False,
            help="Folder of the model's files; needed but for metric, which goes to the cache.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Name of the model; that of RUN when left out."),
    ] = None,
    hints: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN", help="Run that learnt to guess hints: both are chained as in figure 4."
        ),
    ] = None,
    licence: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Licence of the weights, for the card; own if left out."),
    ] = None,
    force: Force = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write what a run has learnt as a model: ONNX graphs, one JSON, a card.

    The averaged weights are taken. Nothing is written where ONNX Runtime and torch disagree.
    A run in a folder called metric is named ./metric.
    """
    _need_extra()
    if str(run) == METRIC:
        _export_metric(out, (name, hints, licence), as_json=as_json)
        return
    if out is None:
        raise OptionError("--out is missing; name the folder for the model's files.")
    name = _name_of(run) if name is None else name
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise OptionError(
            f"{name!r} cannot name a model; give --name letters, digits, '-', '_' and '.'."
        )
    if _colors_regions(run):
        from nurie_lab.training.region.run import release_region

        if hints is not None:
            raise OptionError(f"{run} colours regions and takes no hints; leave out --hints.")
        spec: Spec = release_region(run, out=out, name=name, licence=licence, force=force)
    else:
        from nurie_lab.training.picture.export import export_painter

        if hints is not None and _colors_regions(hints):
            raise OptionError(f"{hints} learnt no hints; give --hints a run with target = 'hint'.")
        spec = export_painter(
            run, out=out, name=name, hints=hints, licence=licence or "own", force=force,
            say=lambda line: None if quiet else complain(line),
        )  # fmt: skip
    show_json(_outcome(spec)) if as_json else print(spec.folder / f"{spec.name}.json")


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
    told = {"metric": str(path), "name": spec.name, "sha256": spec.sha256, "card": spec.card}
    show_json(told) if as_json else print(path)


def _need_extra() -> None:
    """Refuse to go on without what writing graphs needs.

    Raises:
        MissingExtraError: the extra ``train`` is not installed.
    """
    from importlib.util import find_spec

    needed = ("torch", "safetensors", "onnx", "onnxscript")
    if any(find_spec(name) is None for name in needed):
        raise MissingExtraError("Exporting needs more packages: pip install 'nurie-lab'")


def _name_of(run: Path) -> str:
    """The name of the run's folder."""
    return run.resolve().name


def _colors_regions(run: Path) -> bool:
    """Whether a run is one of the region model.

    Raises:
        UnreadableError: it is no run.
    """
    from nurie_lab.training.engine.folder import RUN, read_run
    from nurie_lab.training.settings import RegionConfig

    if not run.exists():
        raise UnreadableError(f"{run} does not exist; check the name.")
    if not run.is_dir():
        raise UnreadableError(f"{run} is a file; give the folder of a run.")
    if not (run / RUN).exists():
        raise UnreadableError(f"{run} is no run of nurie train; give the folder that --out named.")
    return isinstance(read_run(run), RegionConfig)


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
