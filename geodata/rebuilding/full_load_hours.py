"""Builds the table of observed full-load hours by province (`builtin/full_load_hours.csv`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.layers.renewable_weather import provincial_hours
from geodata.read import builtin

NORTH = ("Beijing", "Tianjin", "Hebei", "Shanxi", "Shandong", "Inner Mongolia")
NORTHEAST = ("Liaoning", "Jilin", "Heilongjiang")
TO_SEPTEMBER = (31 + 28 + 31 + 30 + 31 + 30 + 31 + 31 + 30) * 24
PART_YEARS = ["2017-01..09", "2020-01..03"]
FITTED = "derived from published part-years (published_hours.csv)"
SCALED = (
    "derived: ERA5 of 2020 times the published hours of the region over its ERA5 hours (published_hours.csv)"
)
COLUMNS = [
    "province",
    "technology",
    "full_load_h",
    "delivered_h",
    "curtailment_share",
    "source",
    "vintage",
    "confidence",
    "note",
]


def build_full_load_hours(data: Path, tables: Path | None = None) -> pd.DataFrame:
    """Return the full-load hours of each province before curtailment, columns of `full_load_hours.csv`.

    Parameters
    ----------
    data : Path
        Data folder with the hourly output of the provinces.
    tables : Path, optional
        Folder of tables that stand in for built-in ones (`published_hours.csv`, `capacity.csv`).

    Notes
    -----
    Hours before curtailment are delivered hours / (1 - curtailment of the same period).

    Wind: the year 2019 where published. Else a least-squares fit over the provinces that have all three,
    h(2019) = a h(Jan-Sep 2017) + b h(Jan-Mar 2020), whose error of one standard deviation is 8 %.

    Sun: published are the delivered hours of January to September 2020 of the country, the North and the
    Northeast. Region by region ERA5 is scaled to them; the rest of the country gets what then remains of the
    national figure, with the capacities of `capacity.csv` as weights.
    """
    published = builtin("published_hours", tables)
    solar = provincial_hours(data, "solar")
    capacity = builtin("capacity", tables).query("technology == 'solar'").set_index("province")["capacity_mw"]
    table = pd.concat([_wind(published), _sun(published, solar, capacity)], ignore_index=True)
    return table.sort_values(["technology", "province"], ignore_index=True)[COLUMNS]


def _wind(published: pd.DataFrame) -> pd.DataFrame:
    wind = published[published["technology"] == "wind"].assign(
        full_load_h=lambda t: t["delivered_h"] / (1 - t["curtailment_share"].fillna(0))
    )
    year = wind[wind["period"] == "2019"].rename(columns={"region": "province"})
    parts = wind.pivot_table(index="region", columns="period", values="full_load_h")[PART_YEARS]
    known = parts.index.isin(year["province"])
    fit = np.linalg.lstsq(
        parts[known].to_numpy(), year.set_index("province")["full_load_h"][parts.index[known]], rcond=None
    )[0]
    hours = parts[~known].to_numpy() @ fit
    rest = pd.DataFrame({"province": parts.index[~known], "full_load_h": hours}).assign(
        technology="wind",
        source=FITTED,
        vintage="2019",
        confidence="low",
        note=f"{fit[0]:.2f} x hours of Jan-Sep 2017 + {fit[1]:.2f} x hours of Jan-Mar 2020",
    )
    return pd.concat([year, rest]).round({"full_load_h": 0, "delivered_h": 0})


def _sun(published: pd.DataFrame, solar: pd.DataFrame, capacity: pd.Series) -> pd.DataFrame:
    region = pd.Series("rest of the country", index=solar.columns)
    region[list(NORTH)], region[list(NORTHEAST)] = "North", "Northeast"
    told = published[published["technology"] == "solar"].set_index("region")
    factor = _region_factors(told["delivered_h"], solar.iloc[:TO_SEPTEMBER].sum(), capacity, region)
    lost = float(told["curtailment_share"]["China"])
    delivered = solar.sum() * region.map(factor)
    table = pd.DataFrame(
        {"delivered_h": delivered.round(0), "full_load_h": (delivered / (1 - lost)).round(0)}
    )
    return (
        table.rename_axis("province")
        .assign(technology="solar", curtailment_share=lost, source=SCALED, vintage="2020")
        .assign(confidence=np.where(region == "rest of the country", "low", "medium"))
        .assign(note=region.map(lambda r: f"{r}: ERA5 x {factor[r]:.3f}, delivered"))
        .reset_index()
    )


def _region_factors(
    told: pd.Series, era5: pd.Series, capacity: pd.Series, region: pd.Series
) -> dict[str, float]:
    """Return published over ERA5 hours by region; the rest's makes the country's."""
    weight = capacity[era5.index]
    sums = pd.DataFrame({"mw": weight, "mwh": weight * era5}).groupby(region).sum()
    factor = {r: told[r] * sums["mw"][r] / sums["mwh"][r] for r in ("North", "Northeast")}
    known = sum(told[r] * sums["mw"][r] for r in factor)
    rest = "rest of the country"
    return {**factor, rest: (told["China"] * weight.sum() - known) / sums["mwh"][rest]}
