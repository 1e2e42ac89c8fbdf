"""Existing halls by candidate: known campuses, counted racks, and how far they are used."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.figures import weakest_of
from geodata.places import home_sites
from geodata.read import builtin, read_table
from geodata.tables import Stock, TableError, checked

COLUMNS = list(Stock.to_schema().columns)
PART = ["site_id", "it_mw", "source", "vintage", "confidence", "note"]
AREA = ["province", "prefecture"]
WHERE = "geodata.stock.stock_file"
CAMPUSES = "known campuses"
COUNTED = "racks counted for the prefecture, in equal parts over its start areas, else at its seat"
SPREAD = "racks counted for the province that no place covers, at the seats that racks.csv names"


class Settings(BaseModel):
    """Existing halls."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="existing halls are counted; false: the plan knows none")
    used_share: float | None = Field(
        None, ge=0, le=1, description="share in use everywhere; none: as in stock_terms.csv, by place"
    )
    stock_file: Path | None = Field(
        None,
        description="own table of existing halls (CSV, XLSX, Parquet) in place of the built-in ones: the "
        "columns of the survey's table `stock`",
    )


def measure_stock(
    candidates: pd.DataFrame, campuses: pd.DataFrame, settings: Settings, tables: Path | None = None
) -> pd.DataFrame:
    """Return the existing halls of each candidate that has any, a lower bound.

    At a candidate: its known campuses (power, or racks of 2.5 kW); of the racks counted for its prefecture
    what these leave; of those counted for its province what both leave. Counted racks stand at start areas
    and seats only, never at own sites or raster cells; those of a prefecture without any are left out.

    Parameters
    ----------
    candidates : DataFrame
        site_id, kind, province, prefecture, longitude, latitude.
    campuses : DataFrame
        Result of `geodata.places.list_campuses`.
    settings : Settings
        Whether halls are counted, own table, share in use.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.Stock`, in the order of the candidates.

    Raises
    ------
    TableError
        Faults of the user's table, or of a table that stands in.
    """
    if not settings.enabled:
        return checked(pd.DataFrame(columns=COLUMNS), Stock, "stock")
    if settings.stock_file is not None:
        return _own(settings.stock_file, set(candidates["site_id"]))
    rows = _at_sites(_parts(candidates, campuses, tables)).merge(candidates[["site_id", *AREA]], on="site_id")
    used = _terms(rows, "used_share", tables) if settings.used_share is None else settings.used_share
    factor = _terms(rows, "pue_factor", tables)
    rows = rows.assign(technology="existing", used_share=used, pue_factor=factor)
    order = {site: i for i, site in enumerate(candidates["site_id"])}
    rows = rows.sort_values("site_id", key=lambda c: c.map(order))
    return checked(rows[COLUMNS], Stock, "stock")


def _own(path: Path, sites: set[str]) -> pd.DataFrame:
    table = read_table(path, Stock, WHERE)
    strange = [s for s in table["site_id"] if s not in sites]
    if strange:
        raise TableError(f"{WHERE} ({path}): {', '.join(strange[:5])}: no candidate of this name")
    return table


def _parts(candidates: pd.DataFrame, campuses: pd.DataFrame, tables: Path | None) -> pd.DataFrame:
    """Return what stands at each candidate, one row for each of its origins (`PART`)."""
    rack_kw = rack_power_kw(tables)
    halls = _campus_rows(candidates, campuses, rack_kw)
    racks = builtin("racks", tables)
    racks = racks.assign(it_mw=racks["racks"] * rack_kw / 1000)
    cities, provinces = racks[racks["prefecture"] != ""], racks[racks["prefecture"] == ""]
    of_city = halls.groupby(AREA)["it_mw"].sum().rename("known_mw")
    cities = cities.join(of_city, on=AREA).fillna({"known_mw": 0.0})
    left = cities.assign(it_mw=(cities["it_mw"] - cities["known_mw"]).clip(lower=0), note=COUNTED)
    known = pd.concat([halls, left]).groupby("province")["it_mw"].sum().rename("known_mw")
    spread = provinces.join(known, on="province").fillna({"known_mw": 0.0})
    spread = spread.assign(it_mw=(spread["it_mw"] - spread["known_mw"]).clip(lower=0), note=SPREAD)
    spread = _split(
        spread.assign(prefecture=spread["rest_to"].str.split(";"), confidence="low"), "prefecture"
    )
    placed = (_placed(candidates, left, "start_area"), _placed(candidates, spread, "seat"))
    return pd.concat([halls[PART], *placed])


def rack_power_kw(tables: Path | None = None) -> float:
    """Return the IT power of a standard rack [kW]."""
    terms = builtin("stock_terms", tables)
    return float(terms.loc[terms["item"] == "rack_power", "value"].iloc[0])


def _campus_rows(candidates: pd.DataFrame, campuses: pd.DataFrame, rack_kw: float) -> pd.DataFrame:
    """Return the standing campuses with their power and candidate; "" where no candidate is near."""
    racks = campuses["racks"] if "racks" in campuses else pd.Series(float("nan"), index=campuses.index)
    power = campuses["it_mw"].fillna(racks * rack_kw / 1000)
    halls = campuses.assign(it_mw=power)[campuses["existing"] & (power > 0)]
    weak = halls["confidence"].where(campuses.loc[halls.index, "it_mw"].notna(), "low")
    return halls.assign(site_id=home_sites(candidates, halls), confidence=weak, note=CAMPUSES)


def _split(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a row for each name in the lists of a column, the power in equal parts."""
    parts = rows.assign(it_mw=rows["it_mw"] / rows[column].str.len())
    return parts.explode(column)


def _placed(candidates: pd.DataFrame, rows: pd.DataFrame, first: str) -> pd.DataFrame:
    """Return the power of prefectures at candidates of the kind `first`, else at seats and start areas."""
    places = candidates[candidates["kind"].isin(["start_area", "seat"])]
    preferred = places["kind"] == first
    has = preferred.groupby([places[c] for c in AREA]).transform("any")
    sites = places[preferred | ~has].groupby(AREA)["site_id"].agg(list)
    here = rows.drop(columns="site_id", errors="ignore").join(sites, on=AREA, how="inner")
    return _split(here, "site_id")[PART]


def _at_sites(parts: pd.DataFrame) -> pd.DataFrame:
    """Return one row a candidate: the power added up, the origins side by side, the weakest confidence."""
    here = parts[(parts["site_id"] != "") & (parts["it_mw"] > 0)]
    joined = {
        c: lambda cells: "; ".join(filter(None, dict.fromkeys(cells))) for c in ("source", "vintage", "note")
    }
    groups = here.assign(vintage=here["vintage"].fillna("").astype("str")).groupby("site_id")
    return groups.agg({"it_mw": "sum", "confidence": weakest_of, **joined}).reset_index()


def _terms(rows: pd.DataFrame, item: str, tables: Path | None) -> list[float]:
    """Return a term of `stock_terms.csv` at each place: of the prefecture, else the province, else all."""
    terms = builtin("stock_terms", tables)
    value = terms[terms["item"] == item].set_index(AREA)["value"].to_dict()
    keys = zip(rows["province"], rows["prefecture"], strict=True)
    return [next(value[k] for k in ((p, q), (p, ""), ("", "")) if k in value) for p, q in keys]
