"""What stands at each site: halls by cooling technology, existing halls in use, supply, energy."""

from __future__ import annotations

import pandas as pd

from optim.tables import Results

EXISTING, EDGE = "existing", "edge"
SUPPLY = ("solar_mw", "wind_mw", "battery_mw", "battery_mwh")
OPERATION = (
    "it_energy_mwh",
    "facility_mwh",
    "purchase_mwh",
    "direct_mwh",
    "export_mwh",
    "curtailed_mwh",
    "billed_peak_mw",
    "certificates_mwh",
    "emissions_tco2",
    "emissions_marginal_tco2",
    "water_m3",
)


def of_year(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows of a year."""
    return table[table["year"] == year]


def standing(results: Results, year: int) -> pd.DataFrame:
    """Return IT power in use in a year [MW], sites by cooling technology."""
    halls = of_year(results.halls, year)
    return halls.pivot_table(
        index="site_id", columns="technology", values="it_mw", aggfunc="sum", fill_value=0.0
    )


def loads(results: Results, year: int) -> pd.DataFrame:
    """Return, by site: `it_mw` of the campus, `given_it_mw`, `stock_it_mw` (existing halls put to use)."""
    build = of_year(results.build, year).set_index("site_id")[["it_mw", "given_it_mw"]]
    halls = of_year(results.halls, year).query("technology == @EXISTING")
    stock = halls.groupby("site_id")["it_mw"].sum().rename("stock_it_mw")
    return pd.concat([build, stock], axis=1).fillna(0.0).rename_axis("site_id")


def site_facts(results: Results, year: int) -> pd.DataFrame:
    """Return what the plan says of each site that holds load in a year, one row each.

    Parameters
    ----------
    results : Results
        The plan.
    year : int
        Its year.

    Returns
    -------
    DataFrame
        Indexed by site_id: `loads`; connection_mw, voltage_kv, opened_year (empty: no campus);
        discounted_m_cny over all years; hall_<technology>_mw; sums over the plants of the site of supply,
        energy, carbon and water of the year.
    """
    build = of_year(results.build, year).set_index("site_id")[["connection_mw", "voltage_kv"]]
    opened = results.build.query("opened == 1").groupby("site_id")["year"].min().rename("opened_year")
    cost = results.costs.query("site_id != ''").groupby("site_id")["discounted_m_cny"].sum()
    halls = standing(results, year)
    halls.columns = [f"hall_{technology}_mw" for technology in halls.columns]
    supply = of_year(results.supply, year).groupby("site_id")[list(SUPPLY)].sum()
    operation = of_year(results.operation, year).groupby("site_id")[list(OPERATION)].sum()
    facts = loads(results, year).join([build, halls, supply, operation], how="left").fillna(0.0)
    return facts.join([opened, cost], how="left")


def by_technology(row: pd.Series) -> dict[str, float]:
    """Return technology and MW of the halls of new kinds in a row of `site_facts`, largest first."""
    found = {
        str(name)[len("hall_") : -len("_mw")]: float(value)
        for name, value in row.items()
        if str(name).startswith("hall_") and value > 0
    }
    new = {name: value for name, value in found.items() if name not in (EXISTING, EDGE)}
    return dict(sorted(new.items(), key=lambda pair: -pair[1]))
