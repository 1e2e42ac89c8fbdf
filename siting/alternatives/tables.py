"""The tables of alternatives: ranges of places, the diverse set, what all have in common."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

import siting
from optim.alternatives.search import NOTHING_MW, Found
from optim.alternatives.settings import Asked
from siting.planning import Plan

ALWAYS, NEVER, SOME = "always", "never", "some"


@dataclass(frozen=True, eq=False)
class Alternatives:
    """What was found, as tables, and about it: `about` holds counts and what was asked."""

    about: dict[str, Any]
    ranges: pd.DataFrame
    alternatives: pd.DataFrame
    provinces: pd.DataFrame
    sites: pd.DataFrame
    distances: pd.DataFrame


TABLES = tuple(field.name for field in fields(Alternatives) if field.name != "about")


def alternatives_of(plan: Plan, found: Found, asked: Asked, seconds: float) -> Alternatives:
    """Return the tables of what was found near the optimum of a run.

    Parameters
    ----------
    plan : Plan
        The run.
    found : Found
        Plans and ranges.
    asked : Asked
        Slack and count.
    seconds : float
        Time that it took [s].
    """
    places = plan.survey.candidates.set_index("site_id")
    ranges = _ranges(plan, found, places)
    named = [f"A{number}" for number in range(len(found.chosen))]
    it_mw = found.it_mw.iloc[found.chosen].set_axis(named)
    return Alternatives(
        _about(plan, found, asked, seconds),
        ranges,
        _alternatives(found, it_mw, places, named),
        _long(it_mw.T.groupby(places["province"].reindex(it_mw.columns).to_numpy()).sum().T, "province"),
        _sites(found, places, plan.scenario.optim.campus.campus_min_mw),
        pd.DataFrame(found.apart[found.chosen][:, found.chosen], index=named, columns=named)
        .rename_axis("alternative")
        .reset_index(),
    )


def _ranges(plan: Plan, found: Found, places: pd.DataFrame) -> pd.DataFrame:
    """Return the ranges with what they say of a place: it is always used, never, or in some plans."""
    build = plan.results.build
    last = build[build["year"] == build["year"].max()].set_index("site_id")["it_mw"]
    total = float(found.it_mw.iloc[0].sum())
    table = found.ranges
    planned = [
        _planned(kind, place, last, places) for kind, place in zip(table["kind"], table["place"], strict=True)
    ]
    always = (table["low_mw"] >= NOTHING_MW) & table["low_solved"]
    never = (table["high_mw"] < NOTHING_MW) & table["high_solved"]
    used = pd.Series(SOME, index=table.index).mask(always, ALWAYS).mask(never, NEVER)
    shares = {f"{end}_share": table[f"{end}_mw"] / total if total else 0.0 for end in ("low", "high")}
    table = table.assign(plan_mw=planned, used=used, **shares)
    order = table["kind"].map({"side": 0, "hubs": 1, "province": 2})
    table = table.assign(order=order, width=table["high_mw"] - table["low_mw"])
    table = table.sort_values(["order", "high_mw", "width"], ascending=[True, False, False], kind="stable")
    columns = ["kind", "place", "plan_mw", "base_mw", "low_mw", "high_mw", "low_share", "high_share", "used"]
    return table[[*columns, "low_solved", "high_solved"]].reset_index(drop=True)


def _planned(kind: str, place: str, mw: pd.Series, places: pd.DataFrame) -> float:
    """Return the IT power of the run's own plan in a place [MW]."""
    found = places.reindex(mw.index)
    mine = found["hub_province"] != "" if kind == "hubs" else found[kind] == place
    return float(mw[mine.to_numpy()].sum())


def _alternatives(found: Found, it_mw: pd.DataFrame, places: pd.DataFrame, named: list[str]) -> pd.DataFrame:
    """Return a row an alternative: its true slack, how it was found, shares, how far from the optimum."""
    how = found.how.iloc[found.chosen].reset_index(drop=True)
    west = it_mw.loc[:, (places["side"].reindex(it_mw.columns) == "west").to_numpy()].sum(axis=1)
    nearest = [
        min((float(found.apart[one, other]) for other in found.chosen if other != one), default=0.0)
        for one in found.chosen
    ]
    return pd.DataFrame(
        {
            "alternative": named,
            "way": how["way"],
            "place": how["place"],
            "slack_share": how["slack_share"],
            "cost_m_cny": found.objective_m_cny * (1.0 + how["slack_share"]),
            "it_mw": it_mw.sum(axis=1).to_numpy(),
            "west_share": (west / it_mw.sum(axis=1)).fillna(0.0).to_numpy(),
            "from_optimum_share": found.apart[found.chosen, 0],
            "nearest_share": nearest,
        }
    )


def _sites(found: Found, places: pd.DataFrame, least_mw: float) -> pd.DataFrame:
    """Return in how many of all plans each site is used, and how much it holds."""
    it_mw = found.it_mw
    table = pd.DataFrame(
        {
            "base_mw": it_mw.iloc[0],
            "low_mw": it_mw.min(),
            "high_mw": it_mw.max(),
            "used_share": (it_mw >= least_mw).mean(),
        }
    )
    table = table[table["high_mw"] >= NOTHING_MW].rename_axis("site_id").reset_index()
    names = places.reindex(table["site_id"])[["name_en", "name_zh", "province", "side"]].reset_index(
        drop=True
    )
    table = pd.concat([table[["site_id"]], names, table.drop(columns="site_id")], axis=1)
    return table.sort_values(["used_share", "high_mw"], ascending=False, kind="stable").reset_index(drop=True)


def _long(it_mw: pd.DataFrame, place: str) -> pd.DataFrame:
    table = it_mw.rename_axis("alternative").reset_index()
    table = table.melt("alternative", var_name=place, value_name="it_mw")
    return table[table["it_mw"] >= NOTHING_MW].sort_values(["alternative", place]).reset_index(drop=True)


def _about(plan: Plan, found: Found, asked: Asked, seconds: float) -> dict[str, Any]:
    return {
        "program": "siting-planner",
        "version": siting.__version__,
        "scenario": plan.scenario.name,
        "year": int(plan.survey.demand["year"].max()),
        "slack_share": asked.slack_share,
        "spare_share": asked.spare_share,
        "method": "integers" if asked.integers else "relaxation",
        "objective_m_cny": found.objective_m_cny,
        "plan_objective_m_cny": plan.results.solution.objective_m_cny,
        "seed": asked.seed,
        "count_asked": asked.count,
        "count": len(found.chosen),
        "plans_found": len(found.it_mw),
        "used_from_mw": plan.scenario.optim.campus.campus_min_mw,
        "failed": found.failed,
        "seconds": round(seconds, 1),
    }
