"""Colours that spread over a film of one or two regions a drawing."""

import numpy as np

from nurie.film.spread import Match, next_key, spread

ONE = np.zeros(1, np.int32)


def link(drawing, share=1.0, trust=1.0):
    return Match(drawing, ONE, ONE, np.float32([share]), trust)


def chain(count, share=1.0):
    return [[link(j, share) for j in (i - 1, i + 1) if 0 <= j < count] for i in range(count)]


def known(*entries):
    return np.ones(len(entries), bool), np.array(entries, np.int32)


def test_a_key_reaches_both_ends():
    found = spread(chain(9), [1] * 9, {4: known(2)}, 3)
    assert [int(found.entries(i)[0]) for i in range(9)] == [2] * 9


def test_between_two_keys_the_nearer_one_wins():
    found = spread(chain(9, 0.9), [1] * 9, {0: known(0), 8: known(1)}, 2)
    assert [int(found.entries(i)[0]) for i in (1, 2, 3, 5, 6, 7)] == [0, 0, 0, 1, 1, 1]


def test_what_is_known_does_not_move():
    found = spread(chain(3), [1] * 3, {0: known(0), 1: known(1), 2: known(0)}, 2)
    assert found.entries(1).tolist() == [1]


def test_a_region_that_is_known_in_part_keeps_what_is_given():
    given = np.array([True, False]), np.array([1, 0], np.int32)
    both = Match(0, np.int32([0, 1]), np.int32([0, 0]), np.float32([1, 1]))
    found = spread([[], [both]], [1, 2], {0: known(0), 1: given}, 2)
    assert found.entries(1).tolist() == [1, 0]


def test_nothing_spreads_without_a_match():
    found = spread([[], []], [1, 1], {0: known(0)}, 1)
    assert found.entries(1).tolist() == [-1]
    assert found.sure(1).tolist() == [0]


def test_a_faint_match_leaves_doubt():
    found = spread([[], [link(0, 0.3)]], [1, 1], {0: known(0)}, 1)
    assert 0.2 < float(found.sure(1)[0]) < 0.6


def test_trust_decides_between_drawings():
    film = [[], [], [link(0, trust=1.0), link(1, trust=0.5)]]
    found = spread(film, [1, 1, 1], {0: known(0), 1: known(1)}, 2)
    assert found.entries(2).tolist() == [0]


def test_drawings_without_regions_are_left_out():
    found = spread([[], []], [0, 1], {1: known(0)}, 1)
    assert found.entries(0).tolist() == []


def test_the_next_key_is_unsure_and_taken_from():
    film = [[], [link(0), link(2)], [link(1, 0.1)], [link(2)]]
    found = spread(film, [1] * 4, {0: known(0)}, 1)
    area = [np.float32([9])] * 4
    assert next_key(film, found, area, {0}) == 2
    assert next_key(film, found, area, {0, 1, 2, 3}) is None


def test_between_a_key_and_a_correction_the_nearer_one_has_the_say():
    """Along one thing that is matched without doubt; a correction reaches a little further."""
    steps = {-2: 0.2, -1: 1.0, 1: 1.0, 2: 0.2}
    links = [
        [link(i + step, trust=trust) for step, trust in steps.items() if 0 <= i + step < 20]
        for i in range(20)
    ]
    told = {0: known(1), 19: known(0)}
    equal = spread(links, [1] * 20, told, 2)
    assert [int(equal.entries(i)[0]) for i in range(20)] == [1] * 10 + [0] * 10
    later = spread(links, [1] * 20, told, 2, {0: np.ones(1, bool)})
    reach = sum(int(later.entries(i)[0]) for i in range(20))
    assert 10 < reach < 19
    assert [int(later.entries(i)[0]) for i in range(20)] == [1] * reach + [0] * (20 - reach)
    # Votes are as many far from both as near them.
    assert min(float(later.sure(i)[0]) for i in range(20)) > 0.5


def test_regions_that_choose_each_other_have_more_to_say():
    shares = {0: (0.6, 0.02), 2: (0.5, 0.9)}
    told = {0: known(0), 2: known(1)}
    one_way = [[], [link(i, share) for i, (share, _) in shares.items()], []]
    assert spread(one_way, [1] * 3, told, 2).entries(1).tolist() == [0]
    both = [
        [],
        [
            Match(i, ONE, ONE, np.float32([share]), back=np.float32([back]))
            for i, (share, back) in shares.items()
        ],
        [],
    ]
    found = spread(both, [1] * 3, told, 2)
    assert found.entries(1).tolist() == [1]
    # As much is known as before; only who has the say is another question.
    assert abs(found.votes[1].sum() - 0.9 * (0.6 + 0.5)) < 1e-5


def test_far_from_the_only_key_there_still_are_votes():
    """Hundreds of drawings whose regions hardly choose each other."""
    faint = [
        [
            Match(j, ONE, ONE, np.float32([1]), back=np.float32([0]))
            for j in (i - 1, i - 2)
            if j >= 0
        ]
        for i in range(400)
    ]
    found = spread(faint, [1] * 400, {0: known(1)}, 2)
    assert found.entries(399).tolist() == [1]
    assert found.sure(399)[0] > 0.8
