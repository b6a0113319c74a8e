"""The card of a painter: what it is, from what, and how it was trained; as values and as a page."""

import datetime as dt
from dataclasses import asdict
from typing import Any

from nurie_lab.training.settings import PictureConfig

_IMPROVED = ("matching", "kernels", "history")

_TECHNIQUES = ("noise", "smooth", "matching", "kernels", "history", "rebalance")


def preset_of(config: PictureConfig) -> str:
    """The file of ``configs/`` that the settings are nearest to.

    >>> preset_of(PictureConfig(noise=0.2))
    'gan-noise'
    """
    if config.objective != "gan":
        return {"l2": "cnn"}.get(config.objective, config.objective)
    if config.target == "hint":
        return "hint-gan"
    if config.generator == "unet":
        return "pix2pix"
    if config.smooth < 1 or any(getattr(config, name) for name in _IMPROVED):
        return "improved"
    if config.noise:
        return "color-gan" if config.divide > 1 else "gan-noise"
    return "gan"


def card_of(
    config: PictureConfig, facts: dict[str, Any], *, licence: str, parameters: int
) -> dict[str, Any]:
    """What a painter's JSON tells about it.

    Args:
        config: its settings.
        facts: of its run's last state.
        licence: of its weights.
        parameters: numbers in its network.

    Returns:
        Plain values.
    """
    return {
        "licence": licence,
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "preset": preset_of(config),
        "parameters": parameters,
        "steps": int(facts["step"]),
        "shown": int(facts["shown"]),
        "seconds": round(float(facts["seconds"]), 1),
        "losses": {name: float(value) for name, value in facts["losses"].items()},
        "skipped": len(facts["skipped"]),
        "weights": f"moving average, {config.ema}",
        "settings": asdict(config),
    }


def page_of(name: str, card: dict[str, Any]) -> str:
    """A painter's card as Markdown.

    Args:
        name: of the painter.
        card: from :func:`card_of`, with ``data`` and what was found when its graph was written;
            ``hinter`` holds another network's where there is one.

    Returns:
        The text.
    """
    told = _rows(card)
    if "hinter" in card:
        told |= {f"hinter: {key}": value for key, value in _rows(card["hinter"]).items()}
    rows = [f"| {key} | {value} |" for key, value in told.items()]
    settings = [f"{key} = {_as_toml(value)}" for key, value in card["settings"].items()]
    lines = [
        f"# Model card: {name}", "", "| | |", "|---|---|", *rows, "",
        "It has learnt from these pictures alone; what it paints is a proposal.", "",
        "Trained with `nurie train`, its settings:", "", "```toml", *settings, "```",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _rows(card: dict[str, Any]) -> dict[str, str]:
    """The table: what a thing is called, and what is said of it."""
    settings, data = card["settings"], card["data"]
    seen = "line art and a colour hint" if settings["source"] == "line+hint" else "line art"
    painted = "a colour hint" if settings["target"] == "hint" else "a picture"
    used = [f"{key} {settings[key]:g}" for key in _TECHNIQUES if settings[key] != _off(key)]
    losses = ", ".join(f"{key} {value:.4g}" for key, value in card["losses"].items())
    return {
        "what": f"paints {painted} from {seen}, {settings['size']} × {settings['size']} pixels",
        "preset": f"nearest to `configs/{card['preset']}.toml`"
        + (f" ({', '.join(used)})" if used else ""),
        "network": f"{settings['generator']}, {card['parameters'] / 1e6:.2f} M parameters, "
        f"stored as {card['stored']}",
        "licence": card["licence"],
        "data": f"{len(data['shards'])} shards: {', '.join(data['shards'][:4])}"
        f"{', …' if len(data['shards']) > 4 else ''}; {data['counted']} pictures in its histogram",
        "training": f"{card['steps']} steps, {card['shown']} pictures shown, "
        f"{card['seconds'] / 60:.0f} minutes, {card['skipped']} passed over",
        "last losses": losses or "none",
        "weights": card["weights"],
        "ONNX Runtime and torch": f"at most {card['difference']:.2g} of [0, 1] apart",
        "date": card["date"],
    }


def _off(key: str) -> float:
    """The value of a technique that is not used."""
    return float(getattr(PictureConfig, key))


def _as_toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
