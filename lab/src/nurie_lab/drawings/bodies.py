"""Where the joints of a figure are, in heads: x to the right, y down, the pelvis at the origin."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nurie.arrays import AnyArray
from nurie_lab.drawings.persona import Persona, Pose

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Body:
    """Joints and thicknesses of one figure in one pose; pairs are left and right on the page."""

    neck: Point
    head: Point
    head_angle: float
    lean: float
    torso: float
    """Length of the torso."""
    height: float
    """Of the figure below the head; thicknesses are shares of it."""
    shoulder: float
    """Half the width at the shoulders, as seen."""
    waist: float
    hip: float
    arms: tuple[AnyArray, AnyArray]
    """(3, 2) shoulder, elbow, wrist."""
    legs: tuple[AnyArray, AnyArray]
    """(3, 2) hip, knee, ankle."""
    arm: tuple[float, float, float]
    """Thickness at shoulder, elbow and wrist."""
    leg: tuple[float, float, float]
    """Thickness at hip, knee and ankle."""


def body(p: Persona, pose: Pose) -> Body:
    """The joints of a character in a pose."""
    b = p.heads - 1.0
    shoulder, waist, hip = _spread(p, pose)
    torso, thick = 0.385 * b, (1 + 0.5 * p.build + 0.45 * _small(p)) * b
    up = np.array([np.sin(pose.lean), -np.cos(pose.lean)])
    side = np.array([np.cos(pose.lean), np.sin(pose.lean)])
    neck = up * torso
    length = 0.1 if p.heads > 4 else 0.02
    angle = pose.lean * 0.5 + pose.tilt
    middle = neck + np.array([np.sin(angle), -np.cos(angle)]) * (0.5 + length * min(b / 5, 1.2))
    shoulders = [neck + s * side * shoulder * 0.84 - up * 0.055 * b for s in (-1, 1)]
    hips = [s * side * hip * 0.55 + np.array([0.0, 0.01 * b]) for s in (-1, 1)]
    a, g, arm, leg = pose.arms, pose.legs, (0.2 * b, 0.185 * b), (0.275 * b, 0.275 * b)
    return Body(
        neck=_point(neck),
        head=_point(middle + np.array([0.06 * pose.yaw, 0.0])),
        head_angle=angle,
        lean=pose.lean,
        torso=torso,
        height=b,
        shoulder=shoulder,
        waist=waist,
        hip=hip,
        arms=(_chain(shoulders[0], arm, -a[0], -a[1]), _chain(shoulders[1], arm, a[2], a[3])),
        legs=(_chain(hips[0], leg, -g[0], -g[1]), _chain(hips[1], leg, g[2], g[3])),
        arm=(0.072 * thick, 0.058 * thick, 0.042 * thick),
        leg=(0.118 * thick, 0.08 * thick, 0.05 * thick),
    )


def _small(p: Persona) -> float:
    """0 for grown figures to 1 for chibis."""
    return float(np.clip((4.0 - p.heads) / 1.5, 0, 1))


def _spread(p: Persona, pose: Pose) -> tuple[float, float, float]:
    """Half the widths of shoulders, waist and hip, as seen."""
    seen, small = (p.heads - 1.0) * (1 - 0.22 * abs(pose.body)), _small(p)
    shoulder = (0.128 if p.woman else 0.152) + 0.03 * p.build
    waist = (0.088 if p.woman else 0.112) + 0.1 * p.build + 0.03 * small
    hip = (0.122 if p.woman else 0.112) + 0.06 * p.build + 0.02 * small
    return shoulder * seen + 0.04, waist * seen + 0.03, hip * seen + 0.03


def _point(p: AnyArray) -> Point:
    return float(p[0]), float(p[1])


def _chain(start: AnyArray, lengths: tuple[float, float], angle: float, bend: float) -> AnyArray:
    """Three joints; angles from hanging down, to the right."""
    first = start + lengths[0] * np.array([np.sin(angle), np.cos(angle)])
    after = angle + bend
    return np.array([start, first, first + lengths[1] * np.array([np.sin(after), np.cos(after)])])


def bent(joints: AnyArray, *, until: float = 2.0, start: float = 0.0) -> AnyArray:
    """Points along a limb for a soft tube, from ``start`` to ``until`` (1 is the middle joint)."""
    t = np.unique(np.clip([start, 0.45, 0.9, 1.1, 1.55, until], start, until))
    columns = [np.interp(t, [0, 1, 2], joints[:, i]) for i in (0, 1)]
    return np.stack(columns, axis=1)


def widths(
    thick: tuple[float, float, float], points: AnyArray, ends: tuple[float, float]
) -> list[float]:
    """Thickness at points that :func:`bent` made between the two ``ends``."""
    t = np.unique(np.clip([ends[0], 0.45, 0.9, 1.1, 1.55, ends[1]], *ends))
    return [float(w) for w in np.interp(t, [0, 1, 2], thick)][: len(points)]
