"""What the picture of a plan shows, as tables: campuses with their energy by source, and the main flows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.tables import Survey
from maps import headline
from maps.halls import of_year
from optim.tables import Results

SOURCES = ("grid", "solar", "wind")


def campuses(survey: Survey, results: Results, year: int) -> pd.DataFrame:
    """Return the campuses of a year, largest first, with their energy by source.

    Parameters
    ----------
    survey, results : Survey, Results
        Places and plan.
    year : int
        Year of capacity and energy.

    Returns
    -------
    DataFrame
        site_id, name_en, name_zh, province, longitude, latitude, it_mw, given_it_mw, stock_it_mw; grid_mwh,
        solar_mwh, wind_mwh: energy used in the year. Direct supply is told as one sum in the plan; it is
        shared between solar and wind here by what they are expected to put out.
    """
    sites = headline.placed(survey, results, year).query("it_mw > 0")
    columns = ["site_id", "name_en", "name_zh", "province", "longitude", "latitude"]
    sites = sites[[*columns, "it_mw", "given_it_mw", "stock_it_mw"]]
    table = sites.merge(_energy(survey, results, year), left_on="site_id", right_index=True, how="left")
    energy = [f"{source}_mwh" for source in SOURCES]
    table[energy] = table[energy].fillna(0.0)
    return table.sort_values(["it_mw", "site_id"], ascending=[False, True]).reset_index(drop=True)


def _energy(survey: Survey, results: Results, year: int) -> pd.DataFrame:
    """Return grid_mwh, solar_mwh and wind_mwh used in a year, by site."""
    used = of_year(results.operation, year).groupby("site_id")[["purchase_mwh", "direct_mwh"]].sum()
    power = of_year(results.supply, year).groupby("site_id")[["solar_mw", "wind_mw"]].sum()
    made = power * _expected(survey).reindex(power.index).to_numpy()
    total = made.sum(axis=1)
    solar = np.where(total > 0, made["solar_mw"] / total.where(total > 0, 1.0), 0.5)
    share = pd.Series(solar, index=power.index).reindex(used.index).fillna(0.5)
    return pd.DataFrame(
        {
            "grid_mwh": used["purchase_mwh"],
            "solar_mwh": used["direct_mwh"] * share,
            "wind_mwh": used["direct_mwh"] * (1 - share),
        }
    )


def _expected(survey: Survey) -> pd.DataFrame:
    """Return the capacity factor of solar and of wind over the representative days, by site."""
    hours = survey.profiles.merge(survey.days[["day", "weight_days"]], on="day")
    factors = ["solar_capacity_factor", "wind_capacity_factor"]
    weighted = hours[factors].mul(hours["weight_days"], axis=0).groupby(hours["site_id"]).sum()
    return weighted / float(24 * survey.days["weight_days"].sum())


def flows(survey: Survey, results: Results, year: int, count: int) -> pd.DataFrame:
    """Return the `count` largest flows from a province to another whose users it serves.

    Classes that are served from a national pool are left out: their split over zones is by demand.

    Returns
    -------
    DataFrame
        from_province, to_zone, it_mw; longitude, latitude (of the sites, weighed by the load that they
        serve there), to_longitude, to_latitude; largest first.
    """
    table = of_year(results.flows, year).query("not merged and it_mw > 0")
    places = survey.candidates[["site_id", "longitude", "latitude", "province"]]
    table = table.merge(places, on="site_id").query("province != zone_id")
    for name in ("longitude", "latitude"):
        table[name] = table[name] * table["it_mw"]
    sums = table.groupby(["province", "zone_id"], as_index=False)[["it_mw", "longitude", "latitude"]].sum()
    for name in ("longitude", "latitude"):
        sums[name] = sums[name] / sums["it_mw"]
    ends = survey.zones.set_index("zone_id")[["longitude", "latitude"]].add_prefix("to_")
    sums = sums.join(ends, on="zone_id").rename(columns={"province": "from_province", "zone_id": "to_zone"})
    order = sums.sort_values(["it_mw", "from_province", "to_zone"], ascending=[False, True, True])
    return order.head(count).reset_index(drop=True)


def flow_share(survey: Survey, results: Results, year: int, drawn: pd.DataFrame) -> float:
    """Return the share of the drawn flows in all that crosses provinces."""
    whole = float(flows(survey, results, year, len(results.flows) + 1)["it_mw"].sum())
    return float(drawn["it_mw"].sum()) / whole if whole > 0 else 0.0


def extent(survey: Survey) -> pd.DataFrame:
    """Return the places that the picture must hold: candidates, zones and hubs."""
    parts = (survey.candidates, survey.zones, survey.places.query("kind == 'hub'"))
    return pd.concat([part[["longitude", "latitude"]] for part in parts], ignore_index=True)


def hubs(survey: Survey, language: str) -> pd.DataFrame:
    """Return the national hubs: name, longitude, latitude."""
    table = survey.places.query("kind == 'hub'").rename(columns={f"name_{language}": "name"})
    return table[["name", "longitude", "latitude"]].reset_index(drop=True)
