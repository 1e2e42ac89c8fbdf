"""The smallest set that conflicts, against all subsets."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from optim.conflict.smallest import smallest

THINGS = list(range(9))
conflicts = st.lists(st.sets(st.sampled_from(THINGS), min_size=1, max_size=4), min_size=1, max_size=4)


@given(conflicts)
def test_it_conflicts_and_no_part_of_it_does(sets: list[set[int]]) -> None:
    def is_possible(some: list[int]) -> bool:
        return not any(one <= set(some) for one in sets)

    found = smallest(THINGS, is_possible)
    assert not is_possible(found)
    assert all(is_possible(list(part)) for part in combinations(found, len(found) - 1))


def test_what_is_asked_stays_few() -> None:
    asked = []

    def is_possible(some: list[int]) -> bool:
        asked.append(some)
        return not {3, 500} <= set(some)

    assert smallest(list(range(1000)), is_possible) == [3, 500]
    assert len(asked) < 60


def test_things_that_are_impossible_without_any_of_them() -> None:
    assert smallest([1, 2], lambda some: False) == []


def test_things_that_are_alike_are_told_apart() -> None:
    one, other = [1], [1]
    found = smallest([one, other], lambda some: not any(thing is other for thing in some))
    assert len(found) == 1
    assert found[0] is other
