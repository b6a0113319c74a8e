"""``nurie train``: the region model and the report's networks, trained on one's own pictures."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nurie.cli.outcome import AsJson, Quiet, complain, show_json
from nurie.errors import MissingExtraError, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable


NAME = "nurie-flat"
"""Name of the region model in RUN/model."""


def train(  # noqa: PLR0913 (the options of a command)
    config: Annotated[
        Path,
        typer.Argument(metavar="CONFIG.toml", show_default=False, help="Settings, as in configs/."),
    ],
    *,
    data: Annotated[
        Path,
        typer.Option(
            metavar="SHARDS",
            show_default=False,
            help="A shard, or a folder of them as nurie data prepare makes it; for the region "
            "model also a folder of examples that an earlier run has prepared.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar="RUN",
            show_default=False,
            help="Folder of the run; a run that is there already goes on.",
        ),
    ],
    pictures: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Pictures to show in all, in place of CONFIG's."),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(min=0.01, metavar="M", help="Stop after so long; called again, it goes on."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="MODEL",
            help="Weights to begin with: another run, or a released region model.",
        ),
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="A setting in place of CONFIG's; may be given several times.",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train the region model or a network of the report on shards of pictures.

    RUN/log.jsonl holds the losses, RUN/sheets samples, RUN/model the finished region model. A run
    that was stopped, even killed, goes on exactly when the same command is given again. Several
    GPUs: torchrun -m nurie train …
    """
    need_extra()
    from nurie_lab.training.engine.loop import train as run
    from nurie_lab.training.settings import RegionConfig, read_settings

    def say(line: str) -> None:
        if not quiet:
            complain(line)

    changes = [*(change or ()), *([f"pictures={pictures}"] if pictures else ())]
    settings = read_settings(config, changes)
    if not data.exists():
        raise OptionError(f"{data} does not exist; check the name.")
    if isinstance(settings, RegionConfig):
        from nurie_lab.training.region.run import open_region

        facts = run(
            open_region(settings, data=data, out=out, say=say, start=start), minutes=minutes
        )
    else:
        from nurie_lab.training.picture.task import open_picture

        begin = Path(start) if start else None
        facts = run(
            open_picture(settings, data=data, out=out, say=say, start=begin), minutes=minutes
        )
    if int(os.environ.get("RANK", "0")):
        return
    if isinstance(settings, RegionConfig) and facts["finished"]:
        facts["model"] = _release(out, say)
    _tell(out, facts, as_json=as_json)


def _release(out: Path, say: "Callable[[str], None]") -> str:
    """Calibrate and export a finished run of the region model."""
    from nurie_lab.training.region.run import release_region

    spec = release_region(out, out=out / "model", name=NAME, licence="CC-BY-SA-4.0", force=True)
    path = str(spec.folder / f"{spec.name}.json")
    say(f"temperature {spec.temperature:.2f}, held out: {spec.card['held_out']}")
    say(f"released {path}")
    return path


def _tell(out: Path, facts: dict[str, Any], *, as_json: bool) -> None:
    """What was trained: the folder, or all of it as JSON."""
    if not as_json:
        print(out)
        return
    names = ("step", "shown", "pictures", "seconds", "losses", "skipped", "finished", "model")
    show_json({"run": str(out)} | {name: facts[name] for name in names if name in facts})


def need_extra() -> None:
    """Refuse to go on without what training needs.

    Raises:
        MissingExtraError: the extra ``train`` is not installed.
    """
    from importlib.util import find_spec

    needed = ("torch", "webdataset", "safetensors")
    if any(find_spec(name) is None for name in needed):
        raise MissingExtraError("Training needs more packages: pip install 'nurie-lab'")
