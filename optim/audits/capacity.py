"""Audit of capacity: campuses, pace, connection and provincial headroom."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from optim.audits.checks import Check, at, at_most, in_rows, keyed, never_falls, steps
from optim.blocks.compute import Settings as CampusSettings
from optim.tables import Results

_KEYS = ["site_id", "year"]


def audit_campuses(survey: Survey, campus: CampusSettings, results: Results) -> list[Check]:
    """Return the checks of size and pace of campuses.

    Parameters
    ----------
    survey : Survey
        Candidates with the user's limits.
    campus : Settings
        Sizes and rates.
    results : Results
        The plan.
    """
    build = results.build
    years = sorted({int(y) for y in survey.demand["year"]})
    table = build.set_index(_KEYS).astype({"it_mw": float})
    limit = survey.candidates.set_index("site_id")["it_max_mw"].fillna(campus.campus_max_mw)
    most = at(table.index.get_level_values("site_id"), limit.clip(upper=campus.campus_max_mw))
    it = steps(build, ["site_id"], "it_mw", years)
    return [
        at_most("IT fits the modules [MW]", table["it_mw"], table["modules"] * campus.module_mw),
        at_most(
            "campus has its least shell [MW]",
            table["opened"] * campus.campus_min_mw,
            table["modules"] * campus.module_mw,
        ),
        at_most("campus is within its maximum [MW]", table["it_mw"], table["opened"] * most),
        at_most("sites build within their pace [MW]", *_pace(it, campus.site_build_rate_mw_per_year)),
        at_most(
            "provinces build within their pace [MW]",
            *_pace(_by_province(survey, it), campus.province_build_rate_mw_per_year),
        ),
        never_falls("campuses stay open", steps(build, ["site_id"], "opened", years)),
        never_falls("modules stay", steps(build, ["site_id"], "modules", years)),
        never_falls("IT stays [MW]", it),
        _largest_share(survey, campus, build),
    ]


def _pace(wide: pd.DataFrame, rate_mw: float) -> tuple[pd.Series, pd.Series]:
    added = in_rows(wide.diff(axis=1).fillna(wide))
    return added, pd.Series(rate_mw, index=added.index)


def _by_province(survey: Survey, wide: pd.DataFrame) -> pd.DataFrame:
    province = survey.candidates.set_index("site_id")["province"]
    return wide.groupby(province.reindex(wide.index)).sum()


def _largest_share(survey: Survey, campus: CampusSettings, build: pd.DataFrame) -> Check:
    province = survey.candidates.set_index("site_id")["province"]
    whole = build.assign(it=build["it_mw"] + build["given_it_mw"], province=build["site_id"].map(province))
    by_province = keyed(whole, ["province", "year"], "it")
    total = keyed(whole, ["year"], "it")
    limit = at(by_province.index.get_level_values("year"), total) * campus.largest_province_share
    return at_most("largest share of a province [MW]", by_province, pd.Series(limit, index=by_province.index))


def audit_grid(survey: Survey, technology: str, results: Results) -> list[Check]:
    """Return the checks of connection, headroom and upgrades.

    Parameters
    ----------
    survey : Survey
        Cooling, headroom, upgrades.
    technology : str
        Cooling technology of the plan.
    results : Results
        The plan.
    """
    build = results.build
    years = sorted({int(y) for y in survey.demand["year"]})
    cooling = survey.cooling[survey.cooling["technology"] == technology].set_index("site_id")
    table = build.set_index(_KEYS)
    site = table.index.get_level_values("site_id")
    peak = (table["it_mw"] + table["given_it_mw"]) * at(site, cooling["pue_peak"])
    province = survey.candidates.set_index("site_id")["province"]
    used = keyed(build.assign(province=build["site_id"].map(province)), ["province", "year"], "connection_mw")
    bought = keyed(results.upgrades, ["province", "year"], "upgrade_mw")
    headroom = keyed(survey.headroom, ["province", "year"], "headroom_mw")
    return [
        at_most("peak at the meter fits the connection [MW]", peak, table["connection_mw"]),
        never_falls("connections stay [MW]", steps(build, ["site_id"], "connection_mw", years)),
        at_most("connections fit headroom and upgrades [MW]", used, headroom.add(bought, fill_value=0.0)),
        *_upgrades(survey, results.upgrades, years),
    ]


def _upgrades(survey: Survey, upgrades: pd.DataFrame, years: list[int]) -> list[Check]:
    known = survey.upgrades.set_index(["province", "step"])
    pairs = pd.MultiIndex.from_frame(upgrades[["province", "step"]])
    chosen = upgrades.set_index(["province", "step", "year"])["upgrade_mw"].astype(float)
    size = pd.Series(at(pairs, known["size_mw"]), index=chosen.index)
    begin = pd.Series(at(pairs, known["earliest_year"]), index=chosen.index)
    year = pd.Series(upgrades["year"].to_numpy(dtype=float), index=chosen.index)
    return [
        at_most("upgrades are within their step [MW]", chosen, size),
        at_most("upgrades come no earlier than they can", begin, year),
        never_falls("upgrades stay [MW]", steps(upgrades, ["province", "step"], "upgrade_mw", years)),
    ]
