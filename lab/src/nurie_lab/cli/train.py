"""``nurie train``: the region model and the report's networks, trained on one's own pictures."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nurie.cli.options import argument, flag, option, verb
from nurie.cli.outcome import complain, show_json
from nurie.errors import OptionError
from nurie_lab.cli import need_packages

if TYPE_CHECKING:
    from collections.abc import Callable

    from nurie_lab.training.settings import PictureConfig, RegionConfig

NAME = "nurie-flat"
"""Name of the region model in RUN/model."""


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """The options of ``nurie train``."""

    config: Path = argument(
        "CONFIG.toml",
        "Settings. In configs/ are gan, gan-noise, gan-sigma, wgan, wgan-gp, cnn, hint-gan, "
        "color-gan, multimodal, improved, virtual and pix2pix of the report, and region, "
        "region-scratch, flat, second, critic and preference.",
    )
    data: Path = option(
        "SHARDS",
        "A shard, or a folder of them as nurie data prepare makes it; for the region model also a "
        "folder of examples that an earlier run has prepared.",
        ...,
    )
    out: Path = option(
        "-o --out RUN", "Folder of the run; a run that is there already goes on.", ...
    )
    pictures: int | None = option("N", "Pictures to show in all, in place of CONFIG's.", min=1)
    minutes: float | None = option("M", "Stop after so long; called again, it goes on.", min=0.01)
    start: str | None = option(
        "--from MODEL", "Weights to begin with: another run, or a released region model."
    )
    change: list[str] | None = option(
        "--set KEY=VALUE", "A setting in place of CONFIG's; may be given several times."
    )
    as_json: bool = flag("--json", "Print the outcome as JSON.")
    quiet: bool = flag("--quiet -q", "No progress bar, no notes.")

    def say(self, line: str) -> None:
        """A note on standard error."""
        if not self.quiet:
            complain(line)


@verb
def train(options: TrainOptions) -> None:
    """Train the region model or a network of the report on shards of pictures.

    RUN/log.jsonl holds the losses, RUN/sheets samples, RUN/model the finished region model. A run
    that was stopped, even killed, goes on exactly when the same command is given again. Several
    GPUs: torchrun -m nurie train …
    """
    need_packages("Training", "torch", "webdataset", "safetensors")
    from nurie_lab.training.settings import RegionConfig, read_settings

    wanted = [f"pictures={options.pictures}"] if options.pictures else []
    settings = read_settings(options.config, [*(options.change or ()), *wanted])
    if not options.data.exists():
        raise OptionError(f"{options.data} does not exist; check the name.")
    facts = _run(settings, options)
    if int(os.environ.get("RANK", "0")):
        return
    if isinstance(settings, RegionConfig) and facts["finished"]:
        release = {"critic": _release_critic, "second": _release_second,
                   "preference": _release_second}  # fmt: skip
        facts["model"] = release.get(settings.objective, _release)(options.out, options.say)
    _tell(options.out, facts, as_json=options.as_json)


def _run(settings: "RegionConfig | PictureConfig", options: TrainOptions) -> dict[str, Any]:
    """Train; what became of it."""
    from nurie_lab.training.engine.loop import train
    from nurie_lab.training.settings import RegionConfig

    data, out, start, say = options.data, options.out, options.start, options.say
    if isinstance(settings, RegionConfig):
        if settings.objective == "critic":
            from nurie_lab.training.region.critic_task import open_critic

            judged = start or NAME
            critic = open_critic(settings, data=data, out=out, say=say, start=judged)
            return train(critic, minutes=options.minutes)
        if settings.objective == "preference":
            from nurie_lab.training.region.preference_task import open_preference

            taught = open_preference(settings, data=data, out=out, say=say, start=start or NAME)
            return train(taught, minutes=options.minutes)
        from nurie_lab.training.region.run import open_region

        begin_with = start or (NAME if settings.objective == "second" else None)
        task = open_region(settings, data=data, out=out, say=say, start=begin_with)
        return train(task, minutes=options.minutes)
    from nurie_lab.training.picture.task import open_picture

    begin = Path(start) if start else None
    painter = open_picture(settings, data=data, out=out, say=say, start=begin)
    return train(painter, minutes=options.minutes)


def _release(out: Path, say: "Callable[[str], None]") -> str:
    """Calibrate and export a finished run of the region model."""
    from nurie_lab.training.region.run import release_region

    spec = release_region(out, out=out / "model", name=NAME, licence="CC-BY-SA-4.0", force=True)
    path = str(spec.folder / f"{spec.name}.json")
    say(f"temperature {spec.temperature:.2f}, held out: {spec.card['held_out']}")
    say(f"released {path}")
    return path


def _release_critic(out: Path, say: "Callable[[str], None]") -> str:
    """Export a finished critic together with the model that it judges."""
    from nurie_lab.training.region.critic_task import release_critic

    spec = release_critic(out, out=out / "model", name=NAME, force=True)
    path = str(spec.folder / f"{spec.name}.json")
    say(f"better than the model's own samples, held out: {spec.card['critic']['samples']:.2f}")
    say(f"released {path}")
    return path


def _release_second(out: Path, say: "Callable[[str], None]") -> str:
    """Export a finished second network together with the model that it began with."""
    from nurie_lab.training.region.preference_task import release_preference
    from nurie_lab.training.region.released import region_settings
    from nurie_lab.training.region.second import release_second

    anew = region_settings(out).objective == "second"
    release = release_second if anew else release_preference
    spec = release(out, out=out / "model", name=NAME, force=True)
    path = str(spec.folder / f"{spec.name}.json")
    say(f"released {path}")
    return path


def _tell(out: Path, facts: dict[str, Any], *, as_json: bool) -> None:
    """What was trained: the folder, or all of it as JSON."""
    if not as_json:
        print(out)
        return
    names = ("step", "shown", "pictures", "seconds", "losses", "skipped", "finished", "model")
    show_json({"run": str(out)} | {name: facts[name] for name in names if name in facts})
