"""Trained runs as they lie on disk: settings, log, histogram and, where exported, the painter."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nurie.arrays import AnyArray
from nurie.errors import InputError, ModelError, UnreadableError
from nurie.io.spectra import read_spectrum
from nurie.spectrum import Spectrum

RUN, LOG, HISTOGRAM, MODEL = "run.json", "log.jsonl", "histogram.json", "model"

NEEDED = (
    "objective", "generator", "discriminator", "source", "target", "size", "width", "divide",
    "noise", "lines", "sigma", "patches", "patch", "filled", "blur", "smooth", "matching",
    "kernels", "history", "rebalance", "saturating", "batch",
)  # fmt: skip
"""Settings that figures and scores look at, beside the seed."""


if TYPE_CHECKING:
    from nurie.models.painter import PainterSession

Open = Callable[[Path], "PainterSession"]
"""Opens the painter of an exported model's folder; raises ModelError."""


@dataclass(frozen=True, eq=False)
class Trained:
    """One run of ``nurie train``."""

    name: str
    settings: dict[str, Any]
    log: list[dict[str, Any]]
    spectrum: Spectrum | None = None
    painter: "PainterSession | None" = None
    missing: str = ""
    """Why there is no painter."""

    @property
    def network(self) -> str:
        """Its name without that of its seed, as ``gan`` of ``gan-2``."""
        return self.name.removesuffix(f"-{self.seed}")

    @property
    def seed(self) -> int:
        """Of its random choices."""
        return int(self.settings.get("seed", 0))

    @property
    def hinted(self) -> bool:
        """Whether it sees a hint."""
        return bool(self.settings["source"] == "line+hint")

    @property
    def paints(self) -> bool:
        """Whether pictures are what it was taught."""
        return bool(self.settings["target"] == "picture")

    @property
    def steps(self) -> int:
        """Steps trained."""
        return int(self.log[-1]["step"]) if self.log else 0

    @property
    def shown(self) -> int:
        """Pictures shown in training."""
        return int(self.log[-1]["shown"]) if self.log else 0

    @property
    def judge(self) -> str:
        """What the log calls the loss of the second network; empty where there is none."""
        objective = self.settings["objective"]
        return {"gan": "discriminator", "wgan": "critic", "wgan-gp": "critic"}.get(objective, "")

    def losses(self, name: str) -> tuple[AnyArray, AnyArray]:
        """Steps and a loss's values in the log, (n,) float64 each; empty where it has none."""
        found = [(row["step"], row[name]) for row in self.log if name in row]
        both = np.array(found, np.float64).reshape(-1, 2)
        return both[:, 0], both[:, 1]


def read_trained(path: Path, opened: Open) -> Trained:
    """Read a run's folder, with the model in its ``model/``, or a folder that has only a model.

    Raises:
        UnreadableError: it is neither.
    """
    if not (path / RUN).is_file():
        return _exported(path, opened)
    try:
        settings = dict(json.loads((path / RUN).read_text("utf-8"))["config"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(f"{path / RUN} is damaged ({error}); train it anew.") from error
    painter, missing = _painter(path, opened)
    return Trained(
        _name(path), _checked(settings, path), _log(path / LOG), _spectrum(path), painter, missing
    )


def _exported(path: Path, opened: Open) -> Trained:
    """A model without its run: pictures, no losses."""
    try:
        files = [path] if path.suffix == ".json" else sorted(path.glob("*.json"))
        card = dict(json.loads(files[0].read_text("utf-8"))["card"])
        painter = opened(path)
        settings = dict(card["settings"])
    except (OSError, ValueError, KeyError, TypeError, IndexError, ModelError) as error:
        raise UnreadableError(
            f"{path} is neither a run of nurie train nor an exported painter; check the name."
        ) from error
    log = [{"step": card.get("steps", 0), "shown": card.get("shown", 0)}]
    return Trained(_name(path), _checked(settings, path), log, None, painter)


def _name(path: Path) -> str:
    """The folder's name; that of the run for its ``model``."""
    path = path.resolve()
    path = path.parent if path.suffix == ".json" else path
    return path.parent.name if path.name == MODEL else path.name


def _checked(settings: dict[str, Any], path: Path) -> dict[str, Any]:
    lacking = [name for name in NEEDED if name not in settings]
    if lacking:
        raise UnreadableError(f"{path} lacks the settings {', '.join(lacking)}; train it anew.")
    return settings


def _painter(path: Path, opened: Open) -> "tuple[PainterSession | None, str]":
    if not (path / MODEL).is_dir():
        return None, f"{path} is not exported; run nurie export {path} --out {path / MODEL}"
    try:
        return opened(path / MODEL), ""
    except ModelError as error:
        return None, str(error)


def _spectrum(path: Path) -> Spectrum | None:
    try:
        return read_spectrum(path / HISTOGRAM)
    except InputError:
        return None


def _log(path: Path) -> list[dict[str, Any]]:
    """The lines of a log; one that a kill cut off is the last."""
    rows: list[dict[str, Any]] = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return rows
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            break
        if isinstance(row, dict) and "step" in row and "shown" in row:
            rows.append(row)
    return rows


def techniques(settings: dict[str, Any]) -> list[str]:
    """The techniques of reference 11 that a run uses, noise not counted.

    >>> techniques({"smooth": 0.9, "matching": 0, "kernels": 32, "history": 0})
    ['label smoothing', 'minibatch discrimination']
    """
    used = {
        "feature matching": settings["matching"] > 0,
        "label smoothing": settings["smooth"] < 1,
        "minibatch discrimination": settings["kernels"] > 0,
        "historical averaging": settings["history"] > 0,
        "virtual batch normalisation": settings.get("norm") == "virtual",
    }
    return [name for name, on in used.items() if on]


def _plain(run: Trained, objective: str, generator: str = "tandem") -> bool:
    """Whether it is a network of the report's, hints seen, without later techniques."""
    s = run.settings
    return (
        s["objective"] == objective
        and s["generator"] == generator
        and (objective == "l2" or s["discriminator"] == "tandem")
        and run.hinted
        and run.paints
        and not techniques(s)
        and not s["saturating"]
        and not s.get("sigma_spread")
    )


ROLES: dict[str, Callable[[Trained], bool]] = {
    "CNN": lambda run: _plain(run, "l2", "cnn"),
    "GAN without noise": lambda run: _plain(run, "gan") and run.settings["noise"] == 0,
    "GAN with noise": lambda run: _plain(run, "gan") and run.settings["noise"] > 0,
    "WGAN": lambda run: _plain(run, "wgan"),
    "multimodal": lambda run: (
        run.settings["objective"] == "multimodal" and run.settings["rebalance"] == 0
    ),
    "hint predictor": lambda run: not run.paints,
}
"""The networks that the report speaks of."""


def cast(
    runs: Sequence[Trained], *, painting: bool = False, ranks: Mapping[str, float] | None = None
) -> dict[str, list[Trained]]:
    """Which network plays which of ``ROLES``, with its runs: the one most like all the runs.

    Then little but the part differs between two networks that are compared. ``GAN`` is the better
    one of those with and without noise.

    Args:
        runs: in the order given; those of one network have its name and ``-SEED``.
        painting: those with a painter only.
        ranks: networks' distances from the originals, less is better; where they lack, noise is.
    """
    usual = {
        name: Counter(run.settings[name] for run in runs).most_common(1)[0][0]
        for name in (NEEDED if runs else ())
    }
    found: dict[str, list[Trained]] = {}
    for role, fits in ROLES.items():
        fitting = [run for run in runs if fits(run) and (run.painter or not painting)]
        if fitting:
            best = min(fitting, key=lambda run: sum(run.settings[n] != usual[n] for n in NEEDED))
            found[role] = [run for run in fitting if run.network == best.network]
    both = [found[role] for role in ("GAN with noise", "GAN without noise") if role in found]
    far = ranks or {}
    gan = min(both, key=lambda group: far.get(group[0].network, np.inf), default=None)
    return found if gan is None else {**found, "GAN": gan}
