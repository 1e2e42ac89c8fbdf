"""The tables of draws: provinces, sites, sets that swap, inputs worth knowing better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

import siting
from optim.robust.frequency import by_province, frequency_table, largest_half_width, part_of
from optim.robust.importance import importance_table
from optim.robust.run import SOLVED, Found
from optim.robust.swaps import swap_sets, swap_table
from siting.planning import Plan

WEST, PROVINCES = "west_share", "provinces"
_SURE, _RARE = 0.95, 0.05
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Robust:
    """What draws say, as tables, and about them: `about` holds counts, shares and what was asked."""

    about: dict[str, Any]
    provinces: pd.DataFrame
    sites: pd.DataFrame
    sets: pd.DataFrame
    inputs: pd.DataFrame
    bands: pd.DataFrame
    draws: pd.DataFrame
    draws_mw: pd.DataFrame


TABLES = tuple(field.name for field in fields(Robust) if field.name != "about")


def robust_of(plan: Plan, found: Found, seconds: float) -> Robust:
    """Return the tables of draws of a run.

    Parameters
    ----------
    plan : Plan
        The run.
    found : Found
        Its draws.
    seconds : float
        Time that they took [s].
    """
    least = plan.scenario.optim.campus.campus_min_mw
    places = plan.survey.candidates.set_index("site_id")
    plan_mw = _planned(plan)
    sites = frequency_table(found.it_mw, found.base_mw, plan_mw, least)
    totals = by_province(found.it_mw, places["province"])
    provinces = frequency_table(totals, _summed(found.base_mw, places), _summed(plan_mw, places), least)
    west = part_of(found.it_mw, places["side"] == "west")
    sets = swap_table(swap_sets(found.it_mw, least), found.it_mw, places["province"], least)
    shown = (sites["appears_share"] > 0) | (sites["plan_mw"] > 0) | (sites["base_mw"] > 0)
    about = _about(plan, found, provinces, west, seconds)
    return Robust(
        about,
        provinces.rename_axis("province").reset_index(),
        _named(sites[shown].rename_axis("site_id").reset_index(), places),
        _with_equivalents(sets, plan),
        _inputs(found, totals, west),
        _bands(found),
        _draws(found, west),
        _long(found.it_mw),
    )


def _planned(plan: Plan) -> pd.Series:
    """Return IT power of the plan's new campuses in the last year [MW], by site."""
    build = plan.results.build
    last = build[(build["year"] == build["year"].max()) & (build["it_mw"] > 0)]
    return last.set_index("site_id")["it_mw"]


def _summed(mw: pd.Series, places: pd.DataFrame) -> pd.Series:
    sums: pd.Series = mw.groupby(places["province"].reindex(mw.index).to_numpy()).sum()
    return sums


def _named(table: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    names = places.reindex(table["site_id"])[["name_en", "name_zh", "province", "side"]].reset_index(
        drop=True
    )
    return pd.concat([table[["site_id"]], names, table.drop(columns="site_id")], axis=1)


def _with_equivalents(sets: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the sets, with sites of the run's `equivalents` that are left empty in the same provinces."""
    table = plan.results.equivalents
    good = table[table["within_gap"]].groupby("province")["site_id"].agg(list).to_dict()
    drawn = set(sets["site_id"])
    more = [";".join(s for s in good.get(p, []) if s not in drawn) for p in sets["province"]]
    return sets.assign(also_as_good=pd.Series(more, index=sets.index, dtype="str"))


def _inputs(found: Found, totals: pd.DataFrame, west: pd.Series) -> pd.DataFrame:
    """Return the part of the variance that each group explains: of provincial totals, the west, provinces."""
    every = range(len(found.ready.design.levels))
    parts = {PROVINCES: totals, WEST: west.to_frame()} | {str(p): totals[[p]] for p in totals}
    rows = []
    for name, values in parts.items():
        if float(values.var(ddof=0).sum()) <= _NOTHING:
            continue
        table = importance_table(found.ready.design, values.reindex(every), found.groups)
        rows.append(table.assign(of=name, std=float(values.var(ddof=0).sum()) ** 0.5))
    columns = ["of", "group", "share", "half_width", "std"]
    return pd.concat(rows)[columns].reset_index(drop=True) if rows else pd.DataFrame(columns=columns)


def _bands(found: Found) -> pd.DataFrame:
    """Return what was assumed: group, confidence, half-width, places, and the parts that places share."""
    noise, widths = found.ready.noise, found.ready.widths
    rows = []
    for name, words in widths.confidence.items():
        for word, count in words.value_counts().sort_index().items():
            band = getattr(noise, name)
            rows.append((name, word, float(getattr(band, str(word))), int(count), *band.parts().values()))
    rows.append(
        ("headroom", "recipe", noise.headroom.width, _banded(found), *noise.headroom.parts().values())
    )
    columns = ["group", "confidence", "half_width", "places", "nation", "side", "province", "site"]
    return pd.DataFrame(rows, columns=columns)


def _banded(found: Found) -> int:
    """Return how many provinces have a band of headroom; the others keep theirs in every draw."""
    ends = found.ready.ends
    known = ends[(ends["low_share"] < 1.0) | (ends["high_share"] > 1.0)]
    return int(known.index.get_level_values(0).nunique())


def _draws(found: Found, west: pd.Series) -> pd.DataFrame:
    """Return a row a draw: status, costs, totals, and which error of each group it has."""
    rows = pd.DataFrame(
        [
            (n, d.status, d.objective_m_cny, d.gap_share, d.penalty_m_cny, d.unserved_mw, d.message)
            for n, d in enumerate(found.drawn)
        ],
        columns=[
            "draw",
            "status",
            "objective_m_cny",
            "gap_share",
            "penalty_m_cny",
            "unserved_mw",
            "message",
        ],
    )
    levels = found.ready.design.levels.add_prefix("error_").head(len(rows))
    it_mw = found.it_mw.sum(axis=1).reindex(rows["draw"]).to_numpy()
    return pd.concat(
        [rows.assign(it_mw=it_mw, west_share=west.reindex(rows["draw"]).to_numpy()), levels], axis=1
    )


def _long(it_mw: pd.DataFrame) -> pd.DataFrame:
    table = it_mw.rename_axis("draw").reset_index().melt("draw", var_name="site_id", value_name="it_mw")
    table = table.sort_values(["draw", "site_id"], kind="stable")
    return table[table["it_mw"] > 0].reset_index(drop=True)


def _about(
    plan: Plan, found: Found, provinces: pd.DataFrame, west: pd.Series, seconds: float
) -> dict[str, Any]:
    ready, asked = found.ready, found.ready.asked
    return {
        "program": "siting-planner",
        "version": siting.__version__,
        "scenario": plan.scenario.name,
        "year": int(plan.survey.demand["year"].max()),
        "draws_asked": asked.draws,
        "draws_done": len(found.drawn),
        "draws_solved": len(found.it_mw),
        "statuses": dict(_counts(d.status for d in found.drawn)),
        "half_width_asked": asked.half_width or None,
        "half_width_share": largest_half_width(provinces),
        "seed": asked.seed,
        "method": "integers" if asked.integers else "relaxation",
        "gap_share": plan.scenario.optim.solve.gap_share if asked.integers else asked.gap_share,
        "appears_from_mw": plan.scenario.optim.campus.campus_min_mw,
        "groups": found.groups,
        "headroom_provinces": _banded(found),
        "noise": ready.noise.model_dump(),
        "seconds": round(seconds, 1),
        "seconds_per_draw": round(sum(d.seconds for d in found.drawn) / len(found.drawn), 2),
        "west_share": {
            "plan": _west_of(plan, _planned(plan)),
            "base": _west_of(plan, found.base_mw),
            "mean": float(west.mean()),
            **{name: float(west.quantile(q)) for name, q in (("low", 0.05), ("median", 0.5), ("high", 0.95))},
        },
    }


def _west_of(plan: Plan, mw: pd.Series) -> float:
    side = plan.survey.candidates.set_index("site_id")["side"].reindex(mw.index)
    return float(mw[side == "west"].sum() / mw.sum()) if mw.sum() > 0 else 0.0


def _counts(words: Iterator[str]) -> Iterator[tuple[str, int]]:
    table = pd.Series(list(words)).value_counts().sort_index()
    return ((str(word), int(count)) for word, count in table.items())


def split(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the places that appear in nearly all draws, in some, and in nearly none."""
    share = table["appears_share"]
    return table[share >= _SURE], table[(share < _SURE) & (share > _RARE)], table[share <= _RARE]


__all__ = ["PROVINCES", "SOLVED", "TABLES", "WEST", "Robust", "robust_of", "split"]
