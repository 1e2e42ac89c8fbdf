"""Demand: zones, workload classes, and the new IT power that each zone needs by class and year."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from geodata.geometry.proximity import Points
from geodata.read import builtin, read_table, truth
from geodata.tables import Classes, Demand, TableError, Zones, checked

WHERE = "geodata.demand.demand_file"
MOST_MW = 1e6  # more than the world has; the cell is in kW
FLAGS = ("same_city", "needs_liquid", "movable", "essential")  # of classes
FILE_COLUMNS = ("zone_id", "class_id", "year", "it_mw")


class Settings(BaseModel):
    """How much new computing is needed, of which kind, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Literal["low", "central", "high"] = Field("central", description="growth of all data centres")
    mix: Literal["balanced", "inference_heavy", "training_heavy"] = Field(
        "balanced", description="split over classes"
    )
    ai_share: float = Field(
        1.0, gt=0, le=1, description="share of all new data-centre IT power that is planned here"
    )
    factor: float = Field(
        1.0, gt=0, le=100, description="multiplies all new IT power needed, also that of demand_file"
    )
    factor_from_year: int | None = Field(
        None, ge=2026, le=2030, description="factor holds for what is added from this year on; none: for all"
    )
    first_year: int = Field(2026, ge=2026, le=2030, description="first planning year")
    last_year: int = Field(2030, ge=2026, le=2030, description="last planning year")
    demand_file: Path | None = Field(
        None,
        description="own demand (CSV, XLSX, Parquet): zone_id, class_id, year, it_mw cumulative new IT power",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_year < self.first_year:
            raise ValueError(f"last_year {self.last_year} is before first_year {self.first_year}")
        return self

    @property
    def years(self) -> list[int]:
        """The planning years in order."""
        return list(range(self.first_year, self.last_year + 1))


def measure_zones(candidates: pd.DataFrame, tables: Path | None = None) -> pd.DataFrame:
    """Return the demand zones at their capitals, shares summing to 1.

    Parameters
    ----------
    candidates : DataFrame
        site_id, province, longitude, latitude; the same-city load of a zone goes to the nearest candidate of
        its own province, or of any where the province has none.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.Zones`.
    """
    seats = builtin("seats", tables)[["province", "prefecture", "longitude", "latitude"]]
    capitals = builtin("provinces", tables)[["province", "name_zh", "capital"]]
    zones = capitals.merge(
        seats, left_on=["province", "capital"], right_on=["province", "prefecture"], validate="1:1"
    )
    zones = zones.merge(
        builtin("demand_shares", tables)[["province", "demand_share"]], on="province", validate="1:1"
    )
    zones = zones.assign(demand_share=zones["demand_share"] / zones["demand_share"].sum())
    zones = zones.assign(city_site_id=_city(zones, candidates)).rename(columns={"province": "zone_id"})
    return checked(zones.drop(columns=["capital", "prefecture"]), Zones, "demand zones")


def _city(zones: pd.DataFrame, candidates: pd.DataFrame) -> list[str]:
    found = []
    for province, zone in zones.groupby("province", sort=False):
        own = candidates[candidates["province"] == province]
        own = own if len(own) else candidates
        row = Points(own["longitude"], own["latitude"]).nearest(zone["longitude"], zone["latitude"])[0]
        found.append(own["site_id"].iloc[row[0]])
    return found


def measure_classes(tables: Path | None = None) -> pd.DataFrame:
    """Return the workload classes (`geodata.tables.Classes`)."""
    rows = builtin("classes", tables)[list(Classes.to_schema().columns)]
    flags = {name: truth(rows[name], "classes.csv") for name in FLAGS}
    return checked(rows.assign(**flags), Classes, "classes.csv")


def measure_demand(
    settings: Settings, zones: pd.DataFrame, classes: pd.DataFrame, tables: Path | None = None
) -> pd.DataFrame:
    """Return the new IT power needed by zone, class and year, cumulative from the first year on [MW].

    it_mw = factor x ai_share x national addition since the first year x share of the zone x share of the
    class; of an own file: factor x its power. With `factor_from_year` only what is added from then on.

    Parameters
    ----------
    settings : Settings
        Path, mix, years, own file.
    zones, classes : DataFrame
        The tables of those names.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.Demand`.

    Raises
    ------
    TableError
        Every fault of the user's file.
    """
    if settings.demand_file is not None:
        return _scaled(_own(settings, zones, classes), settings)
    grown = _grown(settings, tables)
    mix = builtin("class_mix", tables).query("mix == @settings.mix")[["class_id", "share"]]
    rows = zones[["zone_id", "demand_share"]].merge(mix, how="cross").merge(grown, how="cross")
    rows = rows.assign(it_mw=rows["demand_share"] * rows["share"] * rows["it_mw"])
    return _scaled(checked(rows[list(FILE_COLUMNS)], Demand, "demand"), settings)


def _scaled(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return demand with the factor on what is added from its year on."""
    start = settings.factor_from_year or settings.first_year
    before = table[table["year"] == start - 1].set_index(["zone_id", "class_id"])["it_mw"]
    keys = pd.MultiIndex.from_frame(table[["zone_id", "class_id"]])
    known = before.reindex(keys, fill_value=0.0).to_numpy()
    scaled = known + settings.factor * (table["it_mw"] - known)
    return table.assign(it_mw=scaled.where(table["year"] >= start, table["it_mw"]))


def _grown(settings: Settings, tables: Path | None) -> pd.DataFrame:
    path = (
        builtin("demand_path", tables)
        .query("path == @settings.path and year in @settings.years")
        .sort_values("year")
    )
    if len(path) != len(settings.years):
        raise TableError(
            f"demand_path.csv: path {settings.path} lacks years of {settings.first_year}-{settings.last_year}"
        )
    added_mw = path["added_it_gw"].cumsum() * 1000 * settings.ai_share
    return pd.DataFrame({"year": path["year"].astype(int), "it_mw": added_mw})


def _own(settings: Settings, zones: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    path = settings.demand_file
    table = read_table(path, Demand, WHERE) if path else pd.DataFrame()
    if table.empty:
        raise TableError(f"{WHERE} ({path}): no rows, expected one zone, class and year a row")
    known = {
        "zone_id": set(zones["zone_id"]),
        "class_id": set(classes["class_id"]),
        "year": set(settings.years),
    }
    faults = [f for column, words in known.items() for f in _unknown(table[column], words)]
    faults += _twice(table) + _falling(table) + _too_large(table)
    if faults:
        raise TableError(f"{WHERE} ({path}): " + "; ".join(faults))
    return _whole(table, settings.years)


def _unknown(column: pd.Series, words: set[object]) -> list[str]:
    wrong = column[~column.isin(words)]
    expected = ", ".join(str(w) for w in sorted(words, key=str)[:6]) + (", ..." if len(words) > 6 else "")
    found = f"column {column.name}: found "
    return [
        f"{found}{v or 'an empty cell'}, expected one of {expected}{_at(column == v)}"
        for v in wrong.unique()[:3]
    ]


def _at(wrong: pd.Series) -> str:
    return f" (row {', '.join(str(i + 1) for i in wrong.index[wrong][:5])})"


def _twice(table: pd.DataFrame) -> list[str]:
    twice = table.duplicated(["zone_id", "class_id", "year"])
    return [f"the same zone, class and year twice{_at(twice)}"] if twice.any() else []


def _too_large(table: pd.DataFrame) -> list[str]:
    wrong = table["it_mw"] > MOST_MW
    return [f"it_mw above {MOST_MW:,.0f}; is it in kW?{_at(wrong)}"] if wrong.any() else []


def _falling(table: pd.DataFrame) -> list[str]:
    """Return a fault for each zone and class whose cumulative demand falls."""
    steps = table.sort_values("year").groupby(["zone_id", "class_id"])["it_mw"].diff()
    bad = table.loc[steps.index[steps < 0], ["zone_id", "class_id", "year"]]
    return [
        f"it_mw falls in {y} for {z}, {c}; it is cumulative (row {i + 1})"
        for i, z, c, y in bad.head(3).itertuples()
    ]


def _whole(table: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Return a row for every year: a missing year keeps the amount of the year before, at first 0."""
    wide = table.pivot(index=["zone_id", "class_id"], columns="year", values="it_mw").reindex(columns=years)
    rows = (
        wide.ffill(axis=1)
        .fillna(0.0)
        .reset_index()
        .melt(["zone_id", "class_id"], var_name="year", value_name="it_mw")
    )
    return checked(rows[list(FILE_COLUMNS)], Demand, WHERE)
