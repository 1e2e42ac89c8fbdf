"""The report's tables on energy: supply, peaks, green share, carbon, water, both costs, a day."""

from __future__ import annotations

import pandas as pd

from maps import names
from maps.charts import day
from maps.halls import SUPPLY, of_year
from maps.style import DASH, number, percent
from optim.hours import representative_hours
from siting.report_tables import Source, Table

HOURS_PER_YEAR = 8760
_PLANT_YEAR = ["site_id", "technology", "year"]
_ACCOUNTS = ("certificates", "annual", "monthly", "hourly")
_AREAS = ("purchase_mw", "direct_mw", "discharge_mw")
_COMPARED = ("purchase", "direct", "export", "curtailed", "certificates")
_SITES_APART = 5
_TINY = 1e-3


def supply(source: Source) -> Table:
    """Return, by year, what stands of solar, wind and battery, and where the energy comes from."""
    energy = {"purchase_mwh": "mwh", "direct_mwh": "mwh", "export_mwh": "mwh", "curtailed_mwh": "mwh"}
    flows = source.results.operation.groupby("year")[[*energy, "discharge_mwh"]].sum()
    power = source.results.supply.groupby("year")[list(SUPPLY)].sum()
    flows = flows.join(power).fillna(0.0)
    rows = [
        [
            str(year),
            *[number(row[name]) for name in SUPPLY],
            *[source.big(row[name], unit) for name, unit in energy.items()],
            source.big(row["discharge_mwh"], "mwh"),
            percent(_over(row["direct_mwh"], row["purchase_mwh"] + row["direct_mwh"])),
        ]
        for year, row in flows.iterrows()
    ]
    heads = source.heads("year", "solar", "wind", "battery_mw", "battery_mwh", "energy", "direct")
    return Table(heads + source.heads("export", "curtailed", "discharge", "direct_share"), rows)


def peaks(source: Source) -> Table:
    """Return, by year, the peaks that are billed and what is paid for energy and for them."""
    table = source.results.operation.groupby("year")[["purchase_mwh", "billed_peak_mw"]].sum()
    costs = source.results.costs
    for item in ("energy", "demand_charge"):
        table[item] = costs[costs["item"] == item].groupby("year")["cost_m_cny"].sum()
    rows = []
    for year, row in table.fillna(0.0).iterrows():
        mean = row["purchase_mwh"] / HOURS_PER_YEAR
        rows.append(
            [
                str(year),
                number(mean),
                number(row["billed_peak_mw"]),
                percent(_over(mean, row["billed_peak_mw"])),
                source.big(row["energy"], "m_cny"),
                source.big(row["demand_charge"], "m_cny"),
                percent(_over(row["demand_charge"], row["energy"] + row["demand_charge"])),
            ]
        )
    heads = source.heads("year", "mean_mw", "billed_mw", "load_factor", "energy_paid", "demand_paid")
    return Table([*heads, *source.heads("demand_part")], rows)


def months(source: Source) -> Table:
    """Return the billed peaks of the last year by month, summed over the plants."""
    row = [source.words["col.billed_mw"], *map(number, billed_by_month(source))]
    return Table([source.words["col.month"], *map(str, range(1, 13))], [row])


def billed_by_month(source: Source) -> pd.Series:
    """Return the billed peaks of the last year, summed over the plants [MW], by month."""
    billed = of_year(source.results.billing, source.year).groupby("month")["billed_peak_mw"].sum()
    return billed.reindex(range(1, 13), fill_value=0.0).rename_axis("month")


def operation(source: Source) -> Table:
    """Return energy, carbon and water by year."""
    columns = {
        "it_energy_mwh": "mwh",
        "facility_mwh": "mwh",
        "emissions_tco2": "tco2",
        "emissions_marginal_tco2": "tco2",
        "water_m3": "m3",
    }
    table = source.results.operation.groupby("year")[list(columns)].sum()
    rows = [
        [
            str(year),
            *[source.big(row[name], unit) for name, unit in columns.items()],
            number(_over(row["facility_mwh"], row["it_energy_mwh"])),
            number(_over(row["water_m3"], row["it_energy_mwh"])),
        ]
        for year, row in table.iterrows()
    ]
    heads = source.heads("year", "it_energy", "facility", "carbon", "carbon_marginal", "water", "pue", "wue")
    return Table(heads, rows)


def green_shares(source: Source) -> pd.DataFrame:
    """Return the green share of the energy used, by year and accounting.

    Energy used is purchase + direct supply used. certificates: direct used and exported, and certificates;
    annual: without certificates; monthly: of each plant and month at most its own use; hourly: direct used.
    """
    sums = source.results.operation.groupby("year")[
        ["purchase_mwh", "direct_mwh", "export_mwh", "certificates_mwh"]
    ].sum()
    used = (sums["purchase_mwh"] + sums["direct_mwh"]).replace(0.0, float("nan"))
    made = sums["direct_mwh"] + sums["export_mwh"]
    shares = pd.DataFrame(
        {
            "certificates": (made + sums["certificates_mwh"]) / used,
            "annual": made / used,
            "monthly": _matched_by_month(source).reindex(used.index, fill_value=0.0) / used,
            "hourly": sums["direct_mwh"] / used,
        }
    )
    return shares.fillna(0.0)


def _matched_by_month(source: Source) -> pd.Series:
    """Return, by year, direct supply used and exported, in each month at most the plant's use [MWh]."""
    table = source.results.dispatch
    flows = ["purchase_mw", "direct_mw", "export_mw"]
    daily = table.groupby([*_PLANT_YEAR, "day"], as_index=False)[flows].sum()
    days = representative_hours(source.survey, max(1, table["day"].nunique()))
    number_of = dict(enumerate(days.days))
    months = days.month_days.assign(day=days.month_days["day"].map(number_of))
    monthly = daily.merge(months, on="day")
    monthly[flows] = monthly[flows].mul(monthly["weight_days"], axis=0)
    sums = monthly.groupby([*_PLANT_YEAR, "month"])[flows].sum()
    made = sums["direct_mw"] + sums["export_mw"]
    return made.clip(upper=sums["purchase_mw"] + sums["direct_mw"]).groupby("year").sum()


def green(source: Source) -> Table:
    """Return the green share by year under each accounting."""
    shares = green_shares(source)
    rows = [[str(year), *[percent(row[a]) for a in _ACCOUNTS]] for year, row in shares.iterrows()]
    return Table([*source.heads("year"), *[source.words[f"accounting.{a}"] for a in _ACCOUNTS]], rows)


def two_costs(source: Source) -> Table:
    """Return cost, energy, peak and water on the representative days and over 8760 hours."""
    year = source.results.redispatch.select_dtypes("number").sum()
    days = of_year(source.results.operation, source.year).select_dtypes("number").sum()
    parts = [
        ("cost", "m_cny", float(year["days_m_cny"]), float(year["year_m_cny"])),
        ("peak", "mw", float(year["days_peak_mw"]), float(year["year_peak_mw"])),
        *[(name, "mwh", float(days[f"{name}_mwh"]), float(year[f"year_{name}_mwh"])) for name in _COMPARED],
        ("water", "m3", float(days["water_m3"]), float(year["year_water_m3"])),
    ]
    rows = [
        [
            source.words[f"two.{key}"],
            *[source.big(value, unit) for value in (before, after, after - before)],
            percent((after - before) / before, 2) if before > _TINY else DASH,
        ]
        for key, unit, before, after in parts
    ]
    return Table(["", *source.heads("days", "hours_8760", "difference", "share")], rows)


def two_costs_sentences(source: Source) -> list[str]:
    """Return what the two costs rest on, and what the year lacks; nothing if it was not dispatched."""
    table, words = source.results.redispatch, source.words
    if table.empty:
        return []
    days, year = source.results.dispatch["day"].nunique(), int(table["year"].max())
    bases = sorted(set(table["renewable_basis"]))
    lines = [words["report.two_costs_text"].format(year=year, days=days)]
    lines += [words[f"report.basis_{basis}"] for basis in bases]
    for name in ("short", "limit_missed", "green_missed"):
        lacking = float(table[f"{name}_mwh"].sum())
        lines += [words[f"report.two_{name}"].format(mwh=source.big(lacking, "mwh"))] if lacking > 1 else []
    return lines


def sites_apart(source: Source) -> Table:
    """Return the sites whose cost of energy differs most between the days and the year."""
    table = source.results.redispatch.groupby("site_id")[["days_m_cny", "year_m_cny", "short_mwh"]].sum()
    table["more"] = table["year_m_cny"] - table["days_m_cny"]
    largest = table.reindex(table["more"].abs().sort_values(ascending=False).index).head(_SITES_APART)
    shown = names.site_names(source.survey, source.language)
    rows = [
        [
            str(shown.get(site, site)),
            number(row["days_m_cny"]),
            number(row["year_m_cny"]),
            number(row["more"]),
            percent(_over(row["more"], row["days_m_cny"]), 2),
            number(row["short_mwh"]),
        ]
        for site, row in largest.iterrows()
    ]
    return Table(source.heads("site", "days_m_cny", "year_m_cny", "difference", "share", "short"), rows)


def largest_day(source: Source) -> tuple[str, str]:
    """Return the chart of a typical day at the largest site and what it shows; two empty texts if none."""
    hours, words = largest_day_hours(source), source.words
    if hours.empty:
        return "", ""
    areas = hours[list(_AREAS)].rename(columns={name: words[f"chart.{name}"] for name in _AREAS})
    output = hours["direct_mw"] + hours["export_mw"] + hours["curtailed_mw"]
    lines = {"facility_mw": hours["facility_mw"], "it_load_mw": hours["it_load_mw"], "output_mw": output}
    shown = pd.DataFrame({words[f"chart.{name}"]: values for name, values in lines.items() if values.any()})
    name = names.site_names(source.survey, source.language)[hours["site_id"].iloc[0]]
    note = words["report.day_note"].format(site=name, date=hours["date"].iloc[0], year=source.year)
    return day(areas, shown, (words["chart.hour"], words["chart.power"]), "day"), note


def largest_day_hours(source: Source) -> pd.DataFrame:
    """Return the hours of the most frequent typical day at the largest site in the last year [MW]."""
    dispatch = of_year(source.results.dispatch, source.year)
    if dispatch.empty:
        return dispatch
    halls = of_year(source.results.halls, source.year)
    site = str(halls.groupby("site_id")["it_mw"].sum().idxmax())
    days = source.survey.days[source.survey.days["day"].isin(dispatch["day"])]
    typical = days[days["extreme"] == ""] if (days["extreme"] == "").any() else days
    chosen = typical.sort_values("weight_days", ascending=False).iloc[0]
    rows = dispatch[(dispatch["site_id"] == site) & (dispatch["day"] == chosen["day"])]
    hours = rows.groupby("hour").sum(numeric_only=True).drop(columns=["year", "day"])
    return hours.assign(site_id=site, date=chosen["date"]).reset_index()


def _over(above: float, below: float) -> float:
    return above / below if below else 0.0
