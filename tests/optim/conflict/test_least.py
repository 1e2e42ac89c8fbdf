"""The least number that does: how it is found and rounded."""

from __future__ import annotations

import pytest

from optim.conflict.least import least_between, least_of, rounded
from optim.conflict.limits import Limit

SHARE = Limit(
    "largest_province_share", "", "optim.resilience.largest_province_share", "share", "number", 0.15
)
HUB = Limit("hub_share", "H", "geodata.policy.numbers.H", "share", "number", 0.9)


@pytest.mark.parametrize(
    ("least", "told"), [(1 / 3, 0.3334), (0.5, 0.5), (0.40004, 0.4001), (0.9999999, 1.0)]
)
def test_a_number_that_rises_is_rounded_up_where_it_must_be(least: float, told: float) -> None:
    def works(number: float) -> bool:
        return number >= least

    assert least_between(SHARE, 0.15, 1.0, works, works) == pytest.approx(told, abs=1e-12)


@pytest.mark.parametrize(("most", "told"), [(1 / 3, 0.333), (0.25, 0.25), (0.0, 0.0)])
def test_a_number_that_falls_is_rounded_down(most: float, told: float) -> None:
    def works(number: float) -> bool:
        return number <= most

    assert least_between(HUB, 0.9, 0.0, works, works) == pytest.approx(told, abs=1e-12)


def test_no_number_does() -> None:
    assert least_between(SHARE, 0.15, 1.0, lambda _: False, lambda _: False) is None


def test_a_near_number_saves_questions() -> None:
    asked = []

    def works(number: float) -> bool:
        asked.append(number)
        return number >= 0.4

    assert least_between(SHARE, 0.15, 1.0, works, works, near=lambda _: 0.4) == 0.4
    assert len(asked) <= 6


def test_a_near_number_that_is_wrong_does_no_harm() -> None:
    def works(number: float) -> bool:
        return number >= 0.4

    assert least_between(SHARE, 0.15, 1.0, works, works, near=lambda _: 0.2) == 0.4


def test_the_first_of_some_numbers_that_does() -> None:
    assert least_of([1.2, 1.3, 1.4], lambda number: number >= 1.25) == 1.3
    assert least_of([1.2, 1.3], lambda number: number >= 2) is None
    assert least_of([], lambda number: True) is None


def test_rounding_leaves_what_has_few_digits() -> None:
    assert rounded(12.5, 5, up=True) == 12.5
    assert rounded(12.500001, 5, up=True) == 12.501
    assert rounded(0.0, 3, up=True) == 0.0
