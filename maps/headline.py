"""The headline figures of a plan and what it rests on weakly; map and report say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geodata.tables import Survey, TableError
from maps.halls import loads, of_year
from maps.style import big, number, percent
from maps.texts import Language, named
from optim.tables import Results


@dataclass(frozen=True)
class Headline:
    """Headline figures of one year; costs over the whole horizon."""

    year: int
    sites: int
    provinces: int
    campus_it_mw: float
    given_it_mw: float
    stock_it_mw: float
    it_mw: float
    unserved_it_mw: float
    west_share: float
    hub_province_share: float
    hub_start_area_share: float
    siting_cost_m_cny: float
    siting_cost_m_cny_per_mw: float
    gap_share: float
    gap_m_cny: float
    purchase_mwh: float
    direct_mwh: float
    certificates_mwh: float
    emissions_tco2: float
    emissions_marginal_tco2: float
    water_m3: float
    solar_mw: float
    wind_mw: float
    battery_mwh: float


def years(results: Results) -> list[int]:
    """Return the years in which the plan has a campus or uses a hall."""
    return sorted({int(y) for table in (results.build, results.halls) for y in table["year"]})


def last_year(results: Results, year: int | None) -> int:
    """Return `year`, or the last year of the plan; a year that the plan lacks is an error in words."""
    known = years(results)
    if not known:
        raise TableError("the plan's tables build and halls have no rows, so there is no year to show")
    if year is not None and year not in known:
        raise TableError(f"year {year} is not in the plan; it has {', '.join(map(str, known))}")
    return known[-1] if year is None else year


def placed(survey: Survey, results: Results, year: int) -> pd.DataFrame:
    """Return the candidates that hold load in a year, with `maps.halls.loads` and its sum `placed_mw`."""
    found = loads(results, year)
    found["placed_mw"] = found.sum(axis=1)
    table = survey.candidates.merge(found, left_on="site_id", right_index=True, how="inner")
    return table[table["placed_mw"] > 0].reset_index(drop=True)


def headline(survey: Survey, results: Results, year: int | None = None) -> Headline:
    """Return the headline figures of a plan.

    Parameters
    ----------
    survey, results : Survey, Results
        Places and plan.
    year : int, optional
        Year of capacity, energy, carbon and water; the last of the plan if not given.

    Returns
    -------
    Headline
        Shares are of all IT power placed in the year: campuses, same-city load, existing halls put to use.
    """
    year = last_year(results, year)
    sites = placed(survey, results, year)
    total = float(sites["placed_mw"].sum())
    energy = of_year(results.operation, year).select_dtypes("number").sum()
    supply = of_year(results.supply, year).select_dtypes("number").sum()
    solution = results.solution
    return Headline(
        year=year,
        sites=int((sites["it_mw"] > 0).sum()),
        provinces=int(sites.loc[sites["it_mw"] > 0, "province"].nunique()),
        campus_it_mw=float(sites["it_mw"].sum()),
        given_it_mw=float(sites["given_it_mw"].sum()),
        stock_it_mw=float(sites["stock_it_mw"].sum()),
        it_mw=total,
        unserved_it_mw=float(of_year(results.unserved, year)["it_mw"].sum()),
        west_share=_share(sites, sites["side"] == "west"),
        hub_province_share=_share(sites, sites["hub_province"] != ""),
        hub_start_area_share=_share(sites, sites["hub_start_area"] != ""),
        siting_cost_m_cny=solution.siting_cost_m_cny,
        siting_cost_m_cny_per_mw=solution.siting_cost_m_cny / total if total else 0.0,
        gap_share=solution.gap_share,
        gap_m_cny=solution.gap_m_cny,
        purchase_mwh=float(energy["purchase_mwh"]),
        direct_mwh=float(energy["direct_mwh"]),
        certificates_mwh=float(energy["certificates_mwh"]),
        emissions_tco2=float(energy["emissions_tco2"]),
        emissions_marginal_tco2=float(energy["emissions_marginal_tco2"]),
        water_m3=float(energy["water_m3"]),
        solar_mw=float(supply["solar_mw"]),
        wind_mw=float(supply["wind_mw"]),
        battery_mwh=float(supply["battery_mwh"]),
    )


def _share(sites: pd.DataFrame, rows: pd.Series) -> float:
    total = float(sites["placed_mw"].sum())
    return float(sites.loc[rows, "placed_mw"].sum()) / total if total else 0.0


def weak_points(survey: Survey, results: Results | None, words: Mapping[str, str]) -> list[str]:
    """Return, a sentence each, what the reader must know to be weak before reading any figure.

    Parameters
    ----------
    survey, results : Survey, Results or None
        Places and plan; without a plan only the places are spoken of.
    words : Mapping
        The texts of the page's language.
    """
    places = _weak_places(survey, words)
    if results is None:
        return places
    general = [words[f"weak.{key}"] for key in ("demand", "headroom", "load")]
    return [*general, *places, *_weak_plan(survey, results, words)]


def plan_figures(survey: Survey) -> pd.DataFrame:
    """Return the rows of `figures` that speak of columns which a plan rests on."""
    used = [*survey.candidates.columns, *survey.cooling.columns]
    return survey.figures[survey.figures["column"].isin(used)]


def _weak_places(survey: Survey, words: Mapping[str, str]) -> list[str]:
    low = int((survey.candidates["confidence"] == "low").sum())
    used = plan_figures(survey)
    columns = sorted(set(used.loc[used["confidence"] == "low", "column"]))
    shown = words["list.semicolon"].join(words.get(f"column.{c}", c) for c in columns)
    lines = [words["weak.candidates"].format(low=low, all=len(survey.candidates))] if low else []
    return lines + ([words["weak.columns"].format(columns=shown)] if shown else [])


def _weak_plan(survey: Survey, results: Results, words: Mapping[str, str]) -> list[str]:
    year = last_year(results, None)
    flows, unserved = of_year(results.flows, year), of_year(results.unserved, year)
    undecided = float(flows.loc[flows["undecided"], "it_mw"].sum())
    lines = [words["weak.undecided"].format(mw=number(undecided))] if undecided > 0 else []
    inadequate = sorted(set(survey.headroom.loc[~survey.headroom["adequate"], "province"]))
    lines += [words["weak.adequate"].format(count=len(inadequate))] if inadequate else []
    lines += _weak_supply(results, words)
    missing = float(unserved["it_mw"].sum())
    if missing > 0:
        lines += [words["weak.unserved"].format(mw=number(missing))]
    lines += _weak_coefficients(results, words)
    return lines + _weak_year(results, words) + _weak_status(results, words)


def _weak_coefficients(results: Results, words: Mapping[str, str]) -> list[str]:
    """Return what is so far out of scale that solvers may err, if anything."""
    wrong = [each.offender for each in results.solution.coefficients]
    places = words["list.semicolon"].join(f"{each[0]:.1e} ({each[1]})" for each in wrong if each)
    return [words["weak.coefficients"].format(places=places)] if places else []


def _weak_supply(results: Results, words: Mapping[str, str]) -> list[str]:
    bought = results.accelerators[results.accelerators["supply_cards"] > 0]
    short = bought[bought["cards"] > bought["supply_cards"] * 1.001]
    most = number(float((short["cards"] / short["supply_cards"]).max()))
    return [words["weak.supply"].format(short=len(short), all=len(bought), most=most)] if len(short) else []


def _weak_year(results: Results, words: Mapping[str, str]) -> list[str]:
    """Return what the year of 8760 hours asks for beyond the plan's meters, if any."""
    lacking = results.redispatch.query("short_mwh > 0")
    total, sites = float(lacking["short_mwh"].sum()), lacking["site_id"].nunique()
    return [words["weak.short"].format(mwh=number(total), sites=sites)] if sites else []


def _weak_status(results: Results, words: Mapping[str, str]) -> list[str]:
    status, gap = results.solution.status, percent(results.solution.gap_share, 2)
    return (
        []
        if status == "optimal"
        else [words["weak.status"].format(status=named(words, "status", status), gap=gap)]
    )


def headline_pairs(figures: Headline, language: Language, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return label and figure of each headline number, in the order in which they are read."""

    def amount(value: float, unit: str) -> str:
        return big(value, unit, language, words)

    per_mw = f"{number(figures.siting_cost_m_cny_per_mw)} {words['unit.m_cny_per_mw']}"
    return [
        (words["head.it"].format(year=figures.year), amount(figures.it_mw, "mw")),
        (
            words["head.places"],
            words["head.places_value"].format(sites=figures.sites, provinces=figures.provinces),
        ),
        (words["head.cost"], amount(figures.siting_cost_m_cny, "m_cny")),
        (words["head.cost_per_mw"], per_mw),
        (words["head.gap"], f"{percent(figures.gap_share, 3)} = {amount(figures.gap_m_cny, 'm_cny')}"),
        (words["head.west"], percent(figures.west_share)),
        (words["head.hub"], percent(figures.hub_province_share)),
        (words["head.start_area"], percent(figures.hub_start_area_share)),
        (words["head.energy"].format(year=figures.year), amount(figures.purchase_mwh, "mwh")),
        (words["head.direct"].format(year=figures.year), amount(figures.direct_mwh, "mwh")),
        (words["head.certificates"].format(year=figures.year), amount(figures.certificates_mwh, "mwh")),
        (words["head.carbon"].format(year=figures.year), amount(figures.emissions_tco2, "tco2")),
        (words["head.marginal"].format(year=figures.year), amount(figures.emissions_marginal_tco2, "tco2")),
        (words["head.water"].format(year=figures.year), amount(figures.water_m3, "m3")),
        (words["head.stock"], amount(figures.stock_it_mw, "mw")),
        (words["head.unserved"].format(year=figures.year), amount(figures.unserved_it_mw, "mw")),
    ]
