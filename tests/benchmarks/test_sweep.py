"""The benchmark of sweeps: contestants agree at the same points, and differences are refused."""

from __future__ import annotations

import pickle

import pytest

from benchmarks.sweep import check, tables
from benchmarks.sweep_cases import at, given, green_rules
from benchmarks.sweep_once import measured
from geodata.survey import Settings, survey


@pytest.fixture(scope="module")
def small():
    return given(survey(Settings()), 16, 3)


@pytest.mark.slow
def test_the_four_keys_change_the_problem(small):
    assert green_rules(small) == ["GRN-01"]
    base, other = at(small, (0.0, 0.8, 1.0, 1.0)), at(small, (100.0, 0.5, 0.5, 1.1))
    assert other[0].demand["it_mw"].sum() == pytest.approx(1.1 * base[0].demand["it_mw"].sum())
    assert set(other[0].rules.query("kind == 'green_share'")["number"]) == {0.5}
    assert other[1].costs.items == {"carbon_cny_per_tco2": 100.0}
    assert other[1].costs.time_of_use_factor == 0.5


@pytest.mark.slow
def test_kept_and_anew_agree(small):
    runs = [{"name": name, "sites": 16, **measured(name, 2, small)} for name in ("warm", "arrays", "linopy")]
    check(runs)


def test_other_costs_are_refused():
    one = {"name": "warm", "sites": 9, "costs": [1.0, 2.0], "bounds": [1.0, 2.0]}
    check([one, {**one, "name": "pyomo"}])
    with pytest.raises(ValueError, match="point 1 of 9 sites"):
        check([one, {"name": "pyomo", "sites": 9, "costs": [1.0, 2.1], "bounds": [1.0, 2.1]}])


def test_the_table_gives_ratios():
    base = {"sites": 9, "costs": [1.0], "peak_mb": 5.0}
    text = tables([{**base, "name": "warm", "s_a_point": 0.5}, {**base, "name": "pyomo", "s_a_point": 4.0}])[
        "sweep"
    ]
    assert "| 8.00 |" in text
    assert "| 120.0 |" in text


@pytest.mark.slow
def test_the_problem_can_be_handed_over(small):
    assert pickle.loads(pickle.dumps(small)).points == small.points
