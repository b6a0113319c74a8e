"""``nurie train``: networks that paint, trained on one's own pictures."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from nurie.cli.outcome import AsJson, Quiet, complain, show_json
from nurie.errors import MissingExtraError


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
            help="A shard, or a folder of them as nurie data prepare makes it.",
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
    minutes: Annotated[
        float | None,
        typer.Option(min=0.01, metavar="M", help="Stop after so long, earlier sittings included."),
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
    """Train a network of the report on shards of pictures.

    RUN/log.jsonl holds the losses, RUN/sheets samples. A run that was stopped, even killed, goes on
    when the same command is given again. Several GPUs: torchrun -m nurie train …
    """
    need_extra()
    from nurie_lab.training.picture.config import read_picture_config
    from nurie_lab.training.picture.loop import train as run

    def say(line: str) -> None:
        if not quiet:
            complain(line)

    facts = run(
        read_picture_config(config, change or ()), data=data, out=out, minutes=minutes, say=say
    )
    if int(os.environ.get("RANK", "0")):
        return
    _tell(out, facts, as_json=as_json)


def _tell(out: Path, facts: dict[str, Any], *, as_json: bool) -> None:
    """What was trained: the folder, or all of it as JSON."""
    if not as_json:
        print(out)
        return
    names = ("step", "shown", "seconds", "losses", "skipped")
    show_json({"run": str(out)} | {name: facts[name] for name in names})


def need_extra() -> None:
    """Refuse to go on without what training needs.

    Raises:
        MissingExtraError: the extra ``train`` is not installed.
    """
    from importlib.util import find_spec

    needed = ("torch", "accelerate", "webdataset", "safetensors")
    if any(find_spec(name) is None for name in needed):
        raise MissingExtraError("Training needs more packages: pip install 'nurie-lab'")
