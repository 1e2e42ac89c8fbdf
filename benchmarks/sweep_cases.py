"""The points of `benchmarks.sweep`: carbon price, green share, tariff spread, demand; 192 hours."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from scipy.stats import qmc

from benchmarks.decompose_cases import problem
from geodata.tables import Survey
from optim.options import Settings
from optim.policy import rules_in_force

LOW, HIGH = (0.0, 0.5, 0.5, 0.8), (200.0, 0.9, 1.2, 1.2)
Point = tuple[float, float, float, float]
_SEED = 11


@dataclass(frozen=True)
class Given:
    """What every contestant starts from, and the points: all four keys, and demand alone."""

    survey: Survey
    options: Settings
    points: list[Point]
    demands: list[Point]


def given(survey: Survey, sites: int, count: int) -> Given:
    """Return the problem of so many sites and so many points, drawn as a Latin hypercube."""
    base = problem(survey, sites, 600.0)
    drawn = qmc.scale(qmc.LatinHypercube(4, rng=_SEED).random(count), LOW, HIGH).tolist()
    points: list[Point] = [(a, b, c, d) for a, b, c, d in drawn]
    middle = tuple((low + high) / 2 for low, high in zip(LOW, HIGH, strict=True))
    demands: list[Point] = [(*middle[:3], d) for *_, d in points]  # type: ignore[misc]
    return Given(base.survey, base.options, points, demands)


def at(here: Given, point: Point) -> tuple[Survey, Settings]:
    """Return survey and settings at a point.

    Parameters
    ----------
    here : Given
        The problem.
    point : tuple
        Carbon price [CNY/t], green share [1], spread of the hourly tariff [1], demand over that given [1].
    """
    carbon, green, spread, demand = point
    costs = here.options.costs.model_copy(
        update={"items": {"carbon_cny_per_tco2": carbon}, "time_of_use_factor": spread}
    )
    rules = here.survey.rules.assign(
        number=here.survey.rules["number"].where(here.survey.rules["kind"] != "green_share", green)
    )
    table = here.survey.demand.assign(it_mw=here.survey.demand["it_mw"] * demand)
    survey = dataclasses.replace(here.survey, rules=rules, demand=table)
    return survey, here.options.model_copy(update={"costs": costs})


def green_rules(here: Given) -> list[str]:
    """Return the green shares in force, so that the second key is one."""
    years = tuple(sorted({int(y) for y in here.survey.demand["year"]}))
    rules = rules_in_force(here.survey.rules, here.survey.candidates, years)
    return [rule.rule_id for rule in rules if rule.kind == "green_share"]
