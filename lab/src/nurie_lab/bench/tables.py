"""Many records made few numbers: means with intervals, and where nurie loses."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.bench.bench import PictureSet
from nurie_lab.bench.metrics.statistics import (
    Numbers,
    area_under_risk,
    calibration_error,
    interval,
    within,
)
from nurie_lab.bench.pictures import EXTRA
from nurie_lab.bench.records import Record, failures
from nurie_lab.bench.results import Margin, Row

if TYPE_CHECKING:
    from collections.abc import Callable

DRAWS = 2000
"""Draws of the bootstrap, over pictures."""

NOT_PUBLIC = "not public"
"""Origin of local pictures."""

Origins: TypeAlias = dict[str, str]
"""Origin by the name of a set."""

Group: TypeAlias = tuple[str, str, str, str]
"""Task, condition, system and origin of a row."""

More: TypeAlias = dict[Group, dict[str, Numbers]]
"""Figures that belong to no single picture."""


def rows(
    records: list[Record], origins: Origins | None = None, more: More | None = None
) -> list[Row]:
    """A row for each task, condition, system and origin; ``more`` are figures of whole rows."""
    groups: dict[Group, list[Record]] = {}
    for r in records:
        groups.setdefault(group_of(r, origins or {}), []).append(r)
    return [_row(key, own, (more or {}).get(key, {})) for key, own in groups.items()]


def origins_of(sets: Iterable[PictureSet]) -> Origins:
    """Where the pictures of each set come from: sets made from packages stay by themselves."""
    return {s.name: s.name if s.package else "" for s in sets} | {EXTRA: NOT_PUBLIC}


def group_of(record: Record, origins: Origins) -> Group:
    """The row that a record belongs to."""
    return record.task, record.condition, record.system, origins.get(record.set, "")


def _row(group: Group, own: list[Record], more: dict[str, Numbers]) -> Row:
    good = [r for r in own if not r.failure]
    scores = _pooled(good) if group[0] == "doubt" else _means(good)
    return Row(
        *group,
        len(own),
        len(own) - len(good),
        list(failures(own)),
        scores | more,
        _middle([r.wall_s for r in good]),
        _middle([r.cpu_s for r in good]),
        max((r.peak_mib for r in good), default=0.0),
        sum(r.answers for r in own),
        sum(r.kept for r in own),
    )


def _middle(values: list[float]) -> float:
    return float(np.median(values)) if values else float("nan")


def _means(records: list[Record]) -> dict[str, Numbers]:
    rng = np.random.default_rng(0)
    names = dict.fromkeys(name for r in records for name in r.scores)
    return {
        name: interval(np.array([r.scores.get(name, np.nan) for r in records]), rng, draws=DRAWS)
        for name in names
    }


def _pooled(records: list[Record]) -> dict[str, Numbers]:
    """Doubt is judged over the regions of all pictures; the bootstrap draws pictures."""
    pairs = [_sureness(r) for r in records]
    pairs = [p for p in pairs if len(p)]
    if not pairs:
        return {}
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(pairs), len(pairs)) for _ in range(DRAWS // 10)]
    measures: dict[str, Callable[[AnyArray], float]] = {
        "ECE": lambda p: calibration_error(p[:, 0], p[:, 1] > 0),
        "AURC": lambda p: area_under_risk(p[:, 0], p[:, 1] > 0),
        "risk at 100 %": lambda p: float(1 - p[:, 1].mean()),
        "risk at 50 %": lambda p: _risk_at(p, 0.5),
        "regions": lambda p: float(len(p)),
    }
    found = {}
    for name, measure in measures.items():
        values = [measure(np.concatenate([pairs[i] for i in drawn])) for drawn in draws]
        found[name] = within(float(measure(np.concatenate(pairs))), np.array(values))
    return found


def _risk_at(pairs: AnyArray, coverage: float) -> float:
    """Share that is wrong among the surest regions."""
    order = np.argsort(-pairs[:, 0], kind="stable")[: max(1, round(coverage * len(pairs)))]
    return float(1 - pairs[order, 1].mean())


def _sureness(record: Record) -> AnyArray:
    """(n, 2) confidence and whether it was right, as the task ``doubt`` records them."""
    count = sum(name.startswith("sure ") for name in record.scores)
    pairs = [(record.scores[f"sure {i}"], record.scores[f"right {i}"]) for i in range(count)]
    return np.array(pairs).reshape(-1, 2)


HEADLINES: dict[str, dict[str, int]] = {
    "regions": {"IoU": 1},
    "flats": {"segments right": 1},
    "hints": {"hints to 95%": -1, "AUC deltae": -1},
    "automatic": {"ΔE": -1, "paper regions kept": 1, "perceptual distance": -1},
    "palette": {"ΔE": -1},
    "reference": {"segments right": 1},
}
"""The figures of each task by which systems are compared; 1 where more is better, -1 where less."""


def margins(records: list[Record], ours: str, origins: Origins | None = None) -> list[Margin]:
    """Every comparison of a system with the others, picture by picture; none of local pictures."""
    groups: dict[tuple[str, str, str], list[Record]] = {}
    for r in records:
        if r.set != EXTRA and r.task in HEADLINES:
            task, condition, _, origin = group_of(r, origins or {})
            groups.setdefault((task, condition, origin), []).append(r)
    found = []
    for (task, condition, origin), own in groups.items():
        for figure, sign in HEADLINES[task].items():
            for other, apart in _apart(own, ours, figure).items():
                numbers = interval(sign * apart, np.random.default_rng(0), draws=DRAWS)
                margin = Margin(task, condition, figure, other, numbers, len(apart), origin)
                found.append(margin)
    return found


def _apart(records: list[Record], ours: str, figure: str) -> dict[str, AnyArray]:
    """How much more of a figure each other system has, by picture that both answered."""
    table: dict[str, dict[str, float]] = {}
    for r in records:
        if np.isfinite(r.scores.get(figure, np.nan)):
            table.setdefault(r.system, {})[r.case] = r.scores[figure]
    own = table.pop(ours, {})
    both = {name: [c for c in own if c in theirs] for name, theirs in table.items()}
    return {
        name: np.array([table[name][c] - own[c] for c in cases])
        for name, cases in both.items()
        if cases
    }
