"""Hard films: the same thing has the same colour in each frame, and things do move."""

import numpy as np

from nurie_lab.drawings.figures.persona import Pose
from nurie_lab.drawings.films import between, hard_film


def film(seed, frames=4):
    return hard_film(np.random.default_rng(seed), frames, size=(90, 128))


def test_one_name_is_one_colour_in_every_frame():
    for seed in range(4):
        colors = {}
        for made in film(seed):
            assert (made.color == made.colors[made.parts]).all()
            for name, color in zip(made.names, made.colors[1:].tolist(), strict=True):
                assert colors.setdefault(name, color) == color


def test_same_seed_same_bytes_and_every_frame_differs():
    one, two = film(3), film(3)
    assert [m.lines.tobytes() for m in one] == [m.lines.tobytes() for m in two]
    assert len({m.lines.tobytes() for m in one}) == len(one)


def test_somebody_comes_in_later():
    casts = [[any(n.startswith("actor 2") for n in m.names) for m in film(s, 6)] for s in range(8)]
    assert any(not cast[0] and cast[-1] for cast in casts)
    assert any(cast[0] for cast in casts)


def test_a_pose_between_two_is_on_the_way_and_ends_where_it_should():
    one, two = Pose(yaw=-1.0, before=(True, True)), Pose(yaw=1.0, before=(False, True))
    assert between(one, two, 0.0) == one
    assert between(one, two, 1.0) == two
    assert between(one, two, 0.25).yaw < between(one, two, 0.75).yaw
    assert between(one, two, 0.6).before == (False, True)
