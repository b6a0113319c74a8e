"""From a run of ``nurie train`` to a painter: ONNX graphs, one JSON and a card."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nurie.errors import ModelError, OptionError, UnreadableError
from nurie.guidance.patches import Patches, hint_from_picture, sampled_hint
from nurie.io.spectra import read_spectrum
from nurie.lines import canny_lines
from nurie.models.registry import PainterSpec
from nurie.spectrum import Spectrum
from nurie_lab.training.engine.folder import NAME, RUN, load_module, read_facts, read_run
from nurie_lab.training.graphs import digests, gap, staged, write_graph, write_spec
from nurie_lab.training.picture.data import patches_of
from nurie_lab.training.picture.networks import make_generator
from nurie_lab.training.picture.steps import annealed_mean
from nurie_lab.training.picture.task import HISTOGRAM
from nurie_lab.training.settings import PictureConfig


class Painting(nn.Module):
    """A run's generator seen from outside: everything in [0, 1], bins turned into colours."""

    def __init__(self, generator: nn.Module, config: PictureConfig, spectrum: Spectrum) -> None:
        super().__init__()
        self.generator = generator
        self.seen = 1.0
        """Share of what it paints that stays, the rest is washed to white: for a chained hint."""
        self.bins, self.temperature = config.objective == "multimodal", config.temperature
        self.register_buffer("means", torch.from_numpy(spectrum.means).float() / 255)
        self.means: Tensor

    def forward(self, lines: Tensor, hint: Tensor | None = None) -> Tensor:
        """(1, 1, H, W) and perhaps (1, 3, H, W) to (1, 3, H, W)."""
        seen = lines if hint is None else torch.cat([lines, hint], 1)
        answer = self.generator(2 * seen - 1)
        if not self.bins:
            return 1 - self.seen * (0.5 - 0.5 * torch.tanh(answer))
        coarse = annealed_mean(answer, self.means, self.temperature)
        return nn.functional.interpolate(coarse, size=lines.shape[2:], mode="bilinear")


@dataclass(frozen=True)
class Trained:
    """What a run has come to."""

    config: PictureConfig
    spectrum: Spectrum
    facts: dict[str, Any]
    painting: Painting
    shards: list[str]
    """Names of what it was trained on."""

    @property
    def inputs(self) -> list[str]:
        """Names of what the graph sees."""
        return ["lines", "hint"] if self.config.source == "line+hint" else ["lines"]

    @property
    def fixed(self) -> bool:
        """Whether it can be halved oftener than five times, and so needs pictures of its size."""
        return self.config.generator == "unet" and self.config.size % 64 == 0


def read_trained(run: Path) -> Trained:
    """A run's averaged generator with what belongs to it.

    Raises:
        UnreadableError: it has no state yet, or is damaged.
    """
    config = read_run(run)
    if not isinstance(config, PictureConfig):
        raise UnreadableError(f"{run} is a run of the region model, which paints no pixels.")
    if not (run / NAME).is_file():
        raise UnreadableError(f"{run} has no state yet; let nurie train go on until it saves one.")
    spectrum, facts = read_spectrum(run / HISTOGRAM), read_facts(run)
    generator = make_generator(config, torch.Generator())
    try:
        load_module(run, "averaged", generator)
    except UnreadableError as error:
        raise UnreadableError(
            f"{run / NAME} is damaged, or of other settings than {RUN} beside it; train anew."
        ) from error
    if not all(value.isfinite().all() for value in generator.state_dict().values()):
        raise UnreadableError(
            f"{run} holds weights that are no numbers; its training went astray, so train anew "
            "with a smaller rate."
        )
    painting = Painting(generator.requires_grad_(False), config, spectrum).eval()
    shards = json.loads((run / RUN).read_text("utf-8")).get("shards", [])
    return Trained(config, spectrum, facts, painting, shards)


def preset_of(config: PictureConfig) -> str:
    """The file of ``configs/`` that the settings are nearest to.

    >>> preset_of(PictureConfig(noise=0.2))
    'gan-noise'
    """
    tricks = config.smooth < 1 or config.matching or config.kernels or config.history
    marks = {
        {"l2": "cnn"}.get(config.objective, config.objective): config.objective != "gan",
        "hint-gan": config.target == "hint",
        "pix2pix": config.generator == "unet",
        "improved": tricks,
        "virtual": config.norm == "virtual",
        "gan-sigma": config.sigma_spread,
        "color-gan": config.noise and config.divide > 1,
        "gan-noise": config.noise,
    }
    return next((name for name, so in marks.items() if so), "gan")


def card_of(trained: Trained, licence: str) -> dict[str, Any]:
    """What a painter's JSON tells about it, as plain values; ``licence`` is of its weights."""
    config, facts = trained.config, trained.facts
    return {
        "licence": licence,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "preset": preset_of(config),
        "parameters": sum(p.numel() for p in trained.painting.generator.parameters()),
        "steps": int(facts["step"]),
        "shown": int(facts["shown"]),
        "seconds": round(float(facts["seconds"]), 1),
        "losses": {name: float(value) for name, value in facts["losses"].items()},
        "skipped": len(facts["skipped"]),
        "weights": f"moving average, {config.ema}",
        "settings": asdict(config),
        "data": {"shards": trained.shards, "counted": trained.spectrum.pictures},
    }


def page_of(name: str, card: dict[str, Any]) -> str:
    """The card of ``card_of`` as Markdown; ``hinter`` in it holds another network's."""
    table = _rows(card)
    if "hinter" in card:
        table |= {f"hinter: {key}": value for key, value in _rows(card["hinter"]).items()}
    rows = [f"| {key} | {value} |" for key, value in table.items()]
    # JSON writes words, numbers and truth as TOML does.
    settings = [f"{key} = {json.dumps(value)}" for key, value in card["settings"].items()]
    lines = [
        f"# Model card: {name}", "", "| | |", "|---|---|", *rows, "",
        "It has learnt from these pictures alone; what it paints is a proposal.", "",
        "Trained with `nurie train`, its settings:", "", "```toml", *settings, "```",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _rows(card: dict[str, Any]) -> dict[str, str]:
    """The table: what a thing is called, and its value."""
    settings, data = card["settings"], card["data"]
    seen = "line art and a colour hint" if settings["source"] == "line+hint" else "line art"
    painted = "a colour hint" if settings["target"] == "hint" else "a picture"
    losses = ", ".join(f"{key} {value:.4g}" for key, value in card["losses"].items())
    return {
        "what": f"paints {painted} from {seen}, {settings['size']} × {settings['size']} pixels",
        "preset": f"nearest to `configs/{card['preset']}.toml`",
        "network": f"{settings['generator']}, {card['parameters'] / 1e6:.2f} M parameters, "
        f"stored as {card['stored']}",
        "licence": card["licence"],
        "data": f"{', '.join(data['shards'])}; {data['counted']} pictures in its histogram",
        "training": f"{card['steps']} steps, {card['shown']} pictures shown, "
        f"{card['seconds'] / 60:.0f} minutes, {card['skipped']} passed over",
        "last losses": losses or "none",
        "weights": card["weights"],
        "ONNX Runtime and torch": f"at most {card['difference']:.2g} of [0, 1] apart",
        "date": card["date"],
    }


BOUND = 0.01
"""Largest difference between ONNX Runtime and torch that is let pass, of colours in [0, 1]."""


def export_painter(  # noqa: PLR0913 - what a person may ask for
    run: Path,
    *,
    out: Path,
    name: str,
    hints: Path | None = None,
    licence: str = "own",
    force: bool = False,
    say: Callable[[str], None] = print,
) -> PainterSpec:
    """Write the painter that a run has trained, finished or not, with its card.

    ``hints`` is a run that learnt to guess hints, for the chain of figure 4.

    Raises:
        UnreadableError: a run is damaged or has no state.
        OptionError: the runs do not go together.
        ModelError: torch and ONNX Runtime disagree; nothing is written.
        ExistsError: such files are there, and ``force`` was not given.
        OutputError: the folder cannot be written.
    """
    trained = read_trained(run)
    parts = {"painter": trained}
    if hints is not None:
        parts["hinter"] = read_trained(hints)
        _check_chain(run, hints, parts)
        # The painter has learnt from hints most of which was white.
        parts["hinter"].painting.seen = patches_of(trained.config).seen
    graphs = {role: f"{name}.{role}.onnx" for role in parts}
    with staged(out, [*graphs.values(), f"{name}.md", f"{name}.json"], force=force) as folder:
        cards = {
            role: card_of(each, licence) | write_checked(each, folder / graphs[role], say=say)
            for role, each in parts.items()
        }
        config, spectrum = trained.config, trained.spectrum
        spec = PainterSpec(
            name, folder, graphs, digests(folder, list(graphs.values())), config.size,
            config.source, config.target, patches_of(config), spectrum.means, spectrum.histogram,
            cards.pop("painter") | cards,
        )  # fmt: skip
        (folder / f"{name}.md").write_text(page_of(name, spec.card), "utf-8")
        write_spec(spec, folder / f"{name}.json")
    return dataclasses.replace(spec, folder=out)


def _check_chain(run: Path, hints: Path, parts: dict[str, Trained]) -> None:
    """Refuse two runs of which one cannot feed the other."""
    first, second = parts["hinter"].config, parts["painter"].config
    if first.target != "hint":
        raise OptionError(f"{hints} learnt no hints; give --hints a run with target = 'hint'.")
    if second.source != "line+hint":
        raise OptionError(f"{run} paints without a hint; leave out --hints.")
    if first.size != second.size:
        raise OptionError(
            f"{hints} learnt at {first.size} pixels and {run} at {second.size}; train both at one "
            "size."
        )


def write_checked(trained: Trained, path: Path, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Write a graph that paints as torch does: with half-precision weights, else with whole ones.

    Its height and width are free where the network allows it.

    Returns:
        ``stored``, ``difference`` and ``bound`` for the card.

    Raises:
        ModelError: neither agrees with torch.
    """
    size = trained.config.size
    height, width = (size, size) if trained.fixed else (64, 96)
    args = [torch.rand(1, _CHANNELS[name], height, width) for name in trained.inputs]
    sides = (torch.export.Dim(side, min=2, max=512) for side in ("height", "width"))
    free = {axis: 32 * side for axis, side in enumerate(sides, 2)}
    dynamic = None if trained.fixed else dict.fromkeys(trained.inputs, free)
    for stored in ("float16", "float32"):
        write_graph(
            trained.painting, args, path, names=(trained.inputs, ["colors"]), dynamic=dynamic,
            half=stored == "float16",
        )  # fmt: skip
        apart = difference(trained, path)
        if apart <= BOUND:
            say(f"{path.name}: {stored} weights, at most {apart:.2g} from torch")
            return {"stored": stored, "difference": apart, "bound": BOUND}
    raise ModelError(
        f"{path.name} paints colours that are {apart:.2g} from torch's where {BOUND} is let pass; "
        "nothing was written."
    )


_CHANNELS = {"lines": 1, "hint": 3}


def difference(trained: Trained, path: Path) -> float:
    """Largest difference between a graph and torch, of colours in [0, 1].

    Both paint noise, and line art with a hint as in training, at the trained size and at another.
    """
    rng, size, worst = np.random.default_rng(0), trained.config.size, 0.0
    other = max(64, size // 64 * 32)
    for shape in [(size, size)] if trained.fixed else [(size, size), (other, other + 32)]:
        noise = rng.random((*shape, 4), np.float32)
        blocks = sampled_hint(shape, trained.spectrum, rng, Patches(40, 0.25, blur=0))
        lines = canny_lines(blocks, sigma=trained.config.sigma)
        hint = hint_from_picture(blocks, trained.spectrum, rng, patches_of(trained.config))
        for seen in (noise, np.dstack([lines, hint]).astype(np.float32) / 255):
            planes = torch.from_numpy(seen).permute(2, 0, 1)[None]
            split = {"lines": planes[:, :1], "hint": planes[:, 1:]}
            inputs = {name: split[name].contiguous() for name in trained.inputs}
            worst = max(worst, gap(trained.painting, inputs, path))
    return worst
