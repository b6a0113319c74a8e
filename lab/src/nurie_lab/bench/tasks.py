"""What each task requests, and how answers are scored against the truth."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from nurie.arrays import AnyArray, Labels, Rgb8
from nurie.colors import WHITE_BIN, bins_of, color_codes, delta_e, srgb_to_lab
from nurie.document import Palette, Sketch, lay_lines
from nurie.errors import OptionError
from nurie_lab.bench.hints import dots, hinted
from nurie_lab.bench.metrics.pixels import colorfulness, earth_movers, obedience, signature, variety
from nurie_lab.bench.metrics.regions import (
    boundary_f,
    grow,
    overlap,
    read_off,
    segment_colors,
    segment_score,
)
from nurie_lab.bench.metrics.statistics import area_under_risk
from nurie_lab.bench.pictures import Frame
from nurie_lab.bench.requests import Answer, Request, gray
from nurie_lab.bench.trials import RIGHT, Scores, Trial, on_paper, unpacked, worn

ANSWERS = 4
"""Answers requested where variety is judged."""


def regions(trial: Trial) -> Scores:
    """Which paper belongs together, whatever its colour."""
    frame, lines = trial.case.frame, trial.lines()
    answer = trial.ask(Request(lines, regions_only=True))
    found = answer.labels
    if found is None:
        found = read_off(answer.shown[0], gray(lines))
    truth = frame.pieces
    got = overlap(truth, found)
    # Boundaries are looked for where lines are, too: both maps grow over them alike.
    whole, grown = grow(truth), grow(np.where(frame.lines > 200, found, 0))
    return {
        "IoU": got.iou,
        "boundary F": boundary_f(whole, grown, tolerance=3.0),
        "leaks": got.leaks,
        "splits": got.splits,
    }


def flats(trial: Trial) -> Scores:
    """Every segment, paper among them, is given its colour by one dot in its deepest place."""
    frame = trial.case.frame
    pieces = frame.pieces
    truth, _ = segment_colors(pieces, frame.color)
    hints = dots(pieces, np.arange(len(truth)), truth)
    answer = trial.ask(Request(trial.lines(), hints))
    got = segment_score(pieces, answer.shown[0], frame.color, frame.paper)
    return {
        "segments right": got.segments,
        "pixels right": got.pixels,
        "paper IoU": got.paper_iou,
        "segments": float(len(truth)),
    }


def automatic(trial: Trial) -> Scores:
    """No guidance: the original is one of many right answers."""
    answer = trial.ask(Request(trial.lines()))
    return colored_scores(trial.case.frame, answer.shown[0])


def colored_scores(frame: Frame, shown: Rgb8) -> Scores:
    """ΔE by segment, liveliness, and paper kept."""
    pieces = frame.pieces
    truth, found = (_colors(pieces, p) for p in (frame.color, shown))
    area = np.bincount(pieces.ravel())[1:]
    paper = bins_of(truth) == WHITE_BIN
    weight = np.sqrt(area) * ~paper
    apart = delta_e(srgb_to_lab(found), srgb_to_lab(truth))
    inside = pieces > 0
    lively = colorfulness(frame.color[inside]) if inside.any() else 0.0
    return {
        "ΔE": _mean(apart, weight),
        "right": _mean((apart <= RIGHT).astype(float), weight),
        "colourful": colorfulness(shown[inside]) / lively if lively > 1 else np.nan,
        "paper kept": _mean((bins_of(found) == WHITE_BIN).astype(float), area * paper),
    }


def _mean(values: AnyArray, weight: AnyArray) -> float:
    return float((values * weight).sum() / weight.sum()) if weight.sum() else np.nan


def _colors(pieces: Labels, picture: Rgb8) -> Rgb8:
    """(n, 3) commonest colour of each piece."""
    return unpacked(segment_colors(pieces, picture)[0])


def palette(trial: Trial) -> Scores:
    """The original's colours are given, not where they belong."""
    frame = trial.case.frame
    allowed = np.unique(frame.color[frame.colored], axis=0)
    if not len(allowed):
        return {}
    lines = trial.lines()
    shown = trial.ask(Request(lines, palette=Palette(allowed))).shown[0]
    inside = frame.pieces > 0
    return {
        "obeyed": obedience(shown, allowed, inside),
        "EMD": earth_movers(signature(shown, inside), signature(frame.color, inside)),
        "ΔE": colored_scores(frame, shown)["ΔE"],
    }


def reference(trial: Trial) -> Scores:
    """A coloured frame is given; the frame ``k`` later is to be coloured. ``2 apart + gap 6``."""
    steps = [s.strip() for s in trial.condition.split("+")]
    apart = int(steps[0].removesuffix(" apart")) if steps[0].endswith(" apart") else 0
    frames = trial.case.frames
    if not 1 <= apart < len(frames):
        raise OptionError(
            f"The condition {trial.condition!r} must begin like '1 apart', with less than the "
            f"{len(frames)} frames of the film."
        )
    condition = " + ".join(steps[1:]) or "clean"
    pairs = zip(frames[::apart], frames[apart::apart], strict=False)
    rows = [_carried(before, after, condition, trial) for before, after in pairs]
    return {k: float(np.nanmean([r[k] for r in rows])) for k in rows[0]}


def _carried(before: Frame, after: Frame, condition: str, trial: Trial) -> Scores:
    """Segments of one frame that took the right colour from another."""
    shown = lay_lines(before.lines, before.color)
    answer = trial.ask(Request(worn(after, condition, trial.rng), references=(shown,)))
    pieces = after.pieces
    got = segment_score(pieces, answer.shown[0], after.color, after.paper)
    truth, _ = segment_colors(pieces, after.color)
    found, _ = segment_colors(pieces, answer.shown[0])
    there = np.isin(truth, color_codes(before.color)) & (on_paper(pieces, after) < 0.5)
    return {
        "segments right": got.segments,
        "where the colour is there": float((found == truth)[there].mean()) if there.any() else 1.0,
        "pixels right": got.pixels,
    }


def doubt(trial: Trial) -> Scores:
    """How sure the system is of each colour, and whether that is true; pooled over pictures."""
    frame = trial.case.frame
    answer = trial.ask(Request(trial.lines()))
    sure, right = sureness(frame, answer)
    scores = {f"sure {i}": float(c) for i, c in enumerate(sure)}
    scores |= {f"right {i}": float(r) for i, r in enumerate(right)}
    return scores | {
        "mean right": float(right.mean()) if len(right) else np.nan,
        "risk": area_under_risk(sure, right) if len(sure) else np.nan,
    }


def sureness(frame: Frame, answer: Answer) -> tuple[AnyArray, AnyArray]:
    """Confidence of each region that was coloured, and whether it is within ``RIGHT``."""
    from nurie.regions.flatten import flatten

    if answer.labels is None or answer.confidence is None:
        raise OptionError("This system says nothing of its confidence.")
    count = len(answer.confidence) - 1
    truth, trust = flatten(answer.labels, frame.lines, frame.color, count)
    found, _ = flatten(answer.labels, frame.lines, answer.shown[0], count)
    known = np.isfinite(answer.confidence[1:]) & (trust > 0.3)
    apart = delta_e(srgb_to_lab(found), srgb_to_lab(truth))
    return answer.confidence[1:][known], (apart <= RIGHT)[known]


def diversity(trial: Trial) -> Scores:
    """Several answers: how unlike they are, and whether one of them is nearer to the original."""
    frame = trial.case.frame
    answers = trial.ask(Request(trial.lines(), answers=ANSWERS)).shown
    apart = [colored_scores(frame, shown)["ΔE"] for shown in answers]
    return {
        "answers": float(len(answers)),
        "variety": variety(list(answers), frame.colored),
        "ΔE of the first": apart[0],
        "ΔE of the best": float(np.min(apart)),
    }


def promise(trial: Trial) -> Scores:
    """Whether the file given back proves the pixel promise: lines untouched, flats flat."""
    suffix, _, condition = trial.condition.partition(" ")
    frame = trial.case.frame
    lines = worn(frame, condition or "clean", trial.rng)
    answer = trial.ask(Request(lines, file=f".{suffix}"))
    if not answer.file:
        if suffix != "png":
            return {}
        return {"held": float(proven(lines, answer.pictures[0]))}
    return {"held": float(proven_file(lines, answer.file, f".{suffix}"))}


def proven(lines: AnyArray, picture: Rgb8) -> bool:
    """Whether a flat picture shows the drawing's own lines over flat colours."""
    from nurie.verify.flat import verify_flat

    return verify_flat(Sketch(lines), picture, None, None).ok


RUN: dict[str, Callable[[Trial], Scores]] = {
    "regions": regions,
    "flats": flats,
    "hints": hinted,
    "automatic": automatic,
    "palette": palette,
    "reference": reference,
    "doubt": doubt,
    "diversity": diversity,
    "promise": promise,
}
"""How each task is run."""


def proven_file(lines: AnyArray, data: bytes, suffix: str) -> bool:
    """Whether a file of the kind ``suffix`` keeps the pixel promise about a drawing."""
    from nurie.verify import verify

    with TemporaryDirectory() as folder:
        path = Path(folder) / f"out{suffix}"
        path.write_bytes(data)
        return verify(Sketch(lines), path).ok
