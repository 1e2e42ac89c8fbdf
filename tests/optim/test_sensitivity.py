"""Indices of functions whose indices are known: Ishigami's, and one that is linear; points that fail."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from pydantic import ValidationError

from optim.sensitivity import OK, Design, indices, points, walk
from optim.warm import Planner
from tests import world
from tests.optim.test_tiny_plan import DISCOUNT, annuity

NAMES = ["x1", "x2", "x3"]
SLOPES = np.array([3.0, 2.0, 0.5])


def ishigami(point: np.ndarray) -> dict[str, float]:
    x = np.pi * (2 * point - 1)
    return {"y": float(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))}


def linear(point: np.ndarray) -> dict[str, float]:
    return {"y": float(10 + SLOPES @ point)}


def silent(_: str) -> None:
    return


def solved(design: Design, evaluate):
    where = points(design, NAMES)
    table = walk(where, evaluate, (ValueError,), silent)
    return table, indices(design, NAMES, where, table["y"].to_numpy(dtype=float)).set_index("name")


def test_ishigami_by_sobol():
    # V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2 with a = 7, b = 0.1 (Ishigami and Homma 1990)
    a, b = 7.0, 0.1
    alone = np.array([0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0])
    joint = 8 * b**2 * np.pi**8 / 225
    total = alone.sum() + joint
    _, found = solved(Design(method="sobol", count=4096), ishigami)
    assert found["s1"].to_numpy() == pytest.approx(alone / total, abs=0.01)
    assert found["effect"].to_numpy() == pytest.approx(
        (alone + np.array([joint, 0, joint])) / total, abs=0.01
    )


def test_ishigami_by_morris_ranks_and_sees_what_is_not_linear():
    _, found = solved(Design(method="morris", count=200), ishigami)
    assert found.loc["x2", "effect"] > found.loc["x3", "effect"] > 0
    assert found["sigma"].min() > 1


def test_a_linear_function_by_morris_is_exact():
    table, found = solved(Design(method="morris", count=4), linear)
    assert found["effect"].to_numpy() == pytest.approx(SLOPES)
    assert found["mu"].to_numpy() == pytest.approx(SLOPES)
    assert found["sigma"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert len(table) == 4 * 4


def test_a_linear_function_by_sobol():
    _, found = solved(Design(method="sobol", count=1024), linear)
    share = SLOPES**2 / (SLOPES**2).sum()
    assert found["s1"].to_numpy() == pytest.approx(share, abs=0.01)
    assert found["effect"].to_numpy() == pytest.approx(share, abs=0.01)


def drawn(values: Sequence[float], u: float) -> float:
    """Return one of some equally likely values."""
    return values[min(int(u * len(values) + 1e-9), len(values) - 1)]


def test_a_choice_of_two_values_by_morris_has_the_effect_of_their_difference():
    # every step of 2/3 crosses the middle; x2 and x3 go through their whole range
    design, values = Design(method="morris", count=5), (4.0, 9.0)
    where = points(design, NAMES)
    y = np.array([drawn(values, p[0]) + SLOPES[1:] @ p[1:] for p in where])
    found = indices(design, NAMES, where, y, ["x1"]).set_index("name")
    assert found["effect"].to_numpy() == pytest.approx([5.0, *SLOPES[1:]])
    assert found["mu"].to_numpy() == pytest.approx([5.0, *SLOPES[1:]])
    assert found[["sigma", "confidence"]].to_numpy() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("values", [(0.0, 3.0, 1.0), (0.0, 0.0, 2.0, 0.0), (5.0, 1.0, 4.0, 2.0, 3.0, 0.0)])
def test_the_effect_of_a_choice_is_the_mean_change_across_a_step(values: tuple[float, ...]):
    design = Design(method="morris", count=40)
    where = points(design, NAMES)
    y = np.array([drawn(values, p[0]) for p in where])
    found = indices(design, NAMES, where, y, ["x1"]).set_index("name").loc["x1"]
    ends = {low: drawn(values, low + 2 / 3) - drawn(values, low) for low in (0.0, 1 / 3)}
    changes = [
        ends[0.0 if min(a[0], b[0]) < 0.1 else 1 / 3]
        for part in where.reshape(40, -1, 3)
        for a, b in pairwise(part)
        if a[0] != b[0]
    ]
    assert found["effect"] == pytest.approx(np.mean(np.abs(changes)))
    assert found["mu"] == pytest.approx(np.mean(changes))
    assert found["sigma"] == pytest.approx(np.std(changes, ddof=1))
    assert found["effect"] <= max(values) - min(values)


def test_choices_are_nothing_to_sobol():
    design = Design(method="sobol", count=8)
    where = points(design, NAMES)
    y = where @ SLOPES
    assert indices(design, NAMES, where, y, NAMES).equals(indices(design, NAMES, where, y))


@pytest.mark.slow
def test_cost_items_of_the_tiny_world_have_the_effects_of_arithmetic():
    # 400 MW of modules stand in 2026 and 800 in 2027 wherever; staff earn 0.1 M CNY a year, land costs
    # 200 CNY/m2 over 50 years, upkeep is a share of 25 M CNY/MW: the cost is linear in all three
    ranges = {
        "staff_per_mw": (0.6, 1.0, 0.1),
        "land_m2_per_mw": (500.0, 900.0, 200 / 1e6 * annuity(0.06, 50)),
        "maintenance_share_per_year": (0.02, 0.04, 25.0),
    }
    low, high, slope = (np.array(part) for part in zip(*ranges.values(), strict=True))
    module_mw = sum(mw * DISCOUNT[year] for year, mw in ((2026, 400.0), (2027, 800.0)))
    design = Design(method="morris", count=3)
    with Planner(world.survey(), world.settings()) as planner:

        def cost(point: np.ndarray) -> dict[str, float]:
            items = dict(zip(ranges, low + point * (high - low), strict=True))
            planner.change(world.survey(), world.money(items=items))
            return {"cost": planner.solve().objective_m_cny}

        where = points(design, list(ranges))
        table = walk(where, cost, (), silent)
    found = indices(design, list(ranges), where, table["cost"].to_numpy())
    assert found["effect"].to_numpy() == pytest.approx(slope * (high - low) * module_mw, rel=1e-7)
    assert found["sigma"].to_numpy() == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_points_that_fail_are_rows_and_their_neighbours_do_not_count(method: str):
    design = Design(method=method, count=8)
    bad = points(design, NAMES)[5]

    def sometimes(point: np.ndarray) -> dict[str, float]:
        if (point == bad).all():
            raise ValueError("no plan here")
        return linear(point)

    table, found = solved(design, sometimes)
    assert set(table["status"]) == {OK, "ValueError: no plan here"}
    hit = (table["status"] != OK).to_numpy().reshape(8, -1).any(axis=1).sum()
    assert (found["blocks"] == 8 - hit).all()
    assert hit >= 1
    if method == "morris":
        assert found["effect"].to_numpy() == pytest.approx(SLOPES)


def test_too_many_failures_leave_no_index():
    design = Design(method="morris", count=2)
    where = points(design, NAMES)
    answers = np.full(len(where), np.nan)
    answers[:4] = 1.0
    assert indices(design, NAMES, where, answers)["effect"].isna().all()


def test_an_answer_that_never_moves_has_no_effect():
    for method in ("morris", "sobol"):
        design = Design(method=method, count=4)
        where = points(design, NAMES)
        assert (indices(design, NAMES, where, np.full(len(where), 7.0))["effect"] == 0).all()


def test_points_are_asked_once_each_and_the_same_for_a_seed():
    design, asked = Design(method="morris", count=6), []
    where = points(design, NAMES)
    table = walk(where, lambda point: asked.append(point.tobytes()) or linear(point), (), silent)
    assert len(asked) == len(set(asked)) == len(np.unique(where, axis=0))
    assert len(table) == len(where)
    assert (points(design, NAMES) == where).all()


def test_sobol_takes_powers_of_two():
    with pytest.raises(ValidationError, match="found 100, expected a power of 2, such as 64"):
        Design(method="sobol", count=100)
