"""The hours of each site on the representative days, packed in two letters a figure."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

import pandas as pd

from geodata.tables import Survey
from maps.columnar import short
from maps.texts import named
from optim.tables import Results

LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
STEPS = len(LETTERS) ** 2 - 1
SERIES = ("purchase_mw", "direct_mw", "discharge_mw", "charge_mw")
LARGEST_CHARACTERS = 1_500_000


def packed(values: Iterable[float], largest: float) -> str:
    """Return figures from 0 to `largest` as two letters each, in steps of a 4095th; nothing if all are 0."""
    steps = [round(STEPS * value / largest) if largest > 0 else 0 for value in values]
    if not any(steps):
        return ""
    return "".join(LETTERS[step // len(LETTERS)] + LETTERS[step % len(LETTERS)] for step in steps)


def hour_data(
    survey: Survey,
    results: Results,
    sites: Sequence[str],
    years: Sequence[int],
    words: Mapping[str, str],
    most: int = LARGEST_CHARACTERS,
) -> dict[str, Any]:
    """Return the hours of the sites, of as many days as fit the page, those that stand for most first.

    Parameters
    ----------
    survey, results : Survey, Results
        Days and plan.
    sites : sequence of str
        Sites, in the page's order.
    years : sequence of int
        Years of the plan.
    words : Mapping
        The texts of the page's language.
    most : int
        Characters that the hours may take.

    Returns
    -------
    dict
        `days`: date, days of the year that it stands for, what is extreme about it; `all_days`: how many
        days were planned; `largest_mw`: of each site; `packed`: site, year, day -> the series of `SERIES`,
        each as `packed` makes it, joined by commas; load = purchase + direct + discharge - charge.
    """
    hours = results.dispatch.groupby(["site_id", "year", "day", "hour"])[list(SERIES)].sum()
    planned = _planned(survey, results)
    largest = hours.max(axis=1).groupby("site_id").max()
    tops = [short(float(largest.get(site, 0.0))) or 0.0 for site in sites]
    by_day = {day: _day(hours, day, sites, years, tops) for day in planned["day"]}
    chosen = planned.head(_fitting(list(by_day.values()), most)).sort_values("day")
    return {
        "days": [
            [row["date"], short(row["weight_days"]), named(words, "plan.extreme", row["extreme"])]
            for row in chosen.to_dict("records")
        ],
        "all_days": len(planned),
        "largest_mw": tops,
        "packed": [
            [[by_day[day][place][when] for day in chosen["day"]] for when in range(len(years))]
            for place in range(len(sites))
        ],
    }


def _fitting(days: Sequence[list[list[str]]], most: int) -> int:
    """Return how many days, taken in their order, fit into so many characters; the first always does."""
    sizes = [sum(len(text) + 3 for site in day for text in site) for day in days]
    return max(1, sum(total <= most for total in accumulate(sizes)))


def _planned(survey: Survey, results: Results) -> pd.DataFrame:
    """Return the days of the survey on which the plan was dispatched, that of most weight first."""
    days = survey.days[survey.days["day"].isin(set(results.dispatch["day"]))]
    return days.sort_values("weight_days", ascending=False)


def _day(
    hours: pd.DataFrame, day: int, sites: Sequence[str], years: Sequence[int], tops: Sequence[float]
) -> list[list[str]]:
    """Return the packed hours of a day: site, year -> the series joined by commas, empty if nothing ran."""
    wide = hours.xs(day, level="day").unstack("hour", fill_value=0)
    found = {
        key: ",".join(packed(row, top) for row in values.reshape(len(SERIES), -1)).rstrip(",")
        for key, values, top in (
            (key, values, tops[sites.index(key[0])])
            for key, values in zip(wide.index, wide.to_numpy(), strict=True)
        )
    }
    return [[found.get((site, year), "") for year in years] for site in sites]
