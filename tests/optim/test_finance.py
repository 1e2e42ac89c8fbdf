"""Annuity and levelisation against published values, and their properties."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optim.finance import annuity_factor, discount_factor, levelisation_factor

CASES = Path(__file__).parents[2].parent / "shared" / "data" / "benchmarks" / "cerf_economics" / "cases.csv"
RATE = st.floats(0.005, 0.2)
LIFE = st.integers(1, 60)


def published():
    with CASES.open(encoding="utf-8", newline="") as file:
        return [(row["quantity"], row["inputs"], float(row["expected"])) for row in csv.DictReader(file)]


def test_published_cases_are_there():
    assert len(published()) == 4


@pytest.mark.parametrize(("quantity", "inputs", "expected"), published())
def test_published_value(quantity, inputs, expected):
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", inputs)]
    if quantity == "annuity factor":
        assert annuity_factor(numbers[0], numbers[1]) == pytest.approx(expected, rel=1e-12)
    else:
        assert levelisation_factor(numbers[0], numbers[1], numbers[2]) == pytest.approx(expected, rel=1e-12)


@given(rate=RATE, life=LIFE)
def test_annuity_pays_the_capital_back(rate, life):
    paid = sum(annuity_factor(rate, life) * discount_factor(rate, 2025 + n, 2025) for n in range(1, life + 1))
    assert paid == pytest.approx(1.0, rel=1e-9)


def test_annuity_without_interest_spreads_evenly():
    assert annuity_factor(0.0, 8) == 0.125


@pytest.mark.parametrize(("rate", "life"), [(0.05, 0), (0.05, -1), (-1.0, 10)])
def test_annuity_refuses_nonsense(rate, life):
    with pytest.raises(ValueError, match="annuity needs life > 0"):
        annuity_factor(rate, life)


@given(rate=RATE, life=LIFE)
def test_price_that_rises_with_the_rate_levelises_to_all_its_payments(rate, life):
    assert levelisation_factor(rate, life, rate) == pytest.approx(life * annuity_factor(rate, life), rel=1e-6)
