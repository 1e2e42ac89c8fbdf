"""Accelerators: throughput, power, price, and the mix and supply of each year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.read import builtin
from geodata.tables import Accelerators, TableError, checked

SPEC = [
    "accelerator_id",
    "name",
    "origin",
    "pflops_per_card",
    "system_kw_per_card",
    "price_m_cny_per_card",
    "mtokens_per_kwh",
    "life_years",
    "delivery_years",
    "fits",
]
WHERE = "geodata.compute.supply_changes"
WHOLE = ("year", "life_years", "delivery_years")


class SupplyChange(BaseModel):
    """Cards to be had from a year on: an export control, a new plant."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: str = Field(min_length=1, description="accelerator_id, or origin: domestic or imported")
    from_year: int = Field(ge=2020, le=2100, description="first year of the change")
    factor: float = Field(ge=0, description="multiplies the cards to be had in a year; 0: none")


class Settings(BaseModel):
    """Which accelerators the new IT power carries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    domestic_share: float | None = Field(
        None,
        ge=0,
        le=1,
        description="share of domestic types in every year's new IT power; none: as in the mix table",
    )
    supply_changes: tuple[SupplyChange, ...] = Field(
        (),
        description="changes of the cards to be had, one after the other; felt where the plan chooses "
        "accelerators (optim.accelerators.choice: open)",
    )


def measure_accelerators(settings: Settings, years: list[int], tables: Path | None = None) -> pd.DataFrame:
    """Return accelerator types with their share of each year's new IT power and their supply.

    Parameters
    ----------
    settings : Settings
        Share of domestic types, if other than the table's.
    years : list of int
        Planning years.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.Accelerators`; shares sum to 1 in every year.

    Raises
    ------
    TableError
        A year without mix, shares that do not sum to 1, an unknown class in `fits`, or a change of supply of
        an unknown type.
    """
    mix = builtin("accelerator_mix", tables).query("year in @years")[
        ["accelerator_id", "year", "mix_share", "supply_cards"]
    ]
    rows = mix.merge(builtin("accelerators", tables)[SPEC], on="accelerator_id", how="left", validate="m:1")
    if settings.domestic_share is not None:
        rows = _with_share(rows, settings.domestic_share)
    total = rows.groupby("year")["mix_share"].sum().reindex(years)
    if not ((total - 1).abs() < 1e-6).all():
        found = ", ".join(f"{y}: {t:g}" for y, t in total.items())
        raise TableError(
            f"accelerator_mix.csv: found mix shares that sum to {found}; expected 1 in every year"
        )
    _check_fits(rows, tables)
    rows = _with_supply(rows.assign(**{c: rows[c].astype(int) for c in WHOLE}), settings.supply_changes)
    return checked(rows[list(Accelerators.to_schema().columns)], Accelerators, "accelerators")


def _check_fits(rows: pd.DataFrame, tables: Path | None) -> None:
    named = {name for cell in rows["fits"] for name in cell.split(";")} - {""}
    known = builtin("classes", tables)["class_id"].to_list()
    strange = sorted(named - set(known))
    if strange:
        raise TableError(
            f"accelerators.csv: column fits: found {', '.join(strange)}, expected {', '.join(known)}"
        )


def _with_supply(rows: pd.DataFrame, changes: tuple[SupplyChange, ...]) -> pd.DataFrame:
    """Return the types with their supply changed; an unknown supply stays unknown unless it ends."""
    known = {*rows["accelerator_id"], "domestic", "imported"}
    strange = sorted({change.of for change in changes} - known)
    if strange:
        raise TableError(
            f"{WHERE}: found {', '.join(strange)}, expected domestic, imported or one of "
            f"{', '.join(rows['accelerator_id'].unique())}"
        )
    supply = rows["supply_cards"].astype(float)
    for change in changes:
        hit = (rows["accelerator_id"] == change.of) | (rows["origin"] == change.of)
        hit &= rows["year"] >= change.from_year
        supply = supply.mask(hit, supply * change.factor if change.factor else 0.0)
    return rows.assign(supply_cards=supply)


def _with_share(rows: pd.DataFrame, domestic_share: float) -> pd.DataFrame:
    """Return the mix scaled within each origin, so that domestic types have the share wanted."""
    wanted = rows["origin"].map({"domestic": domestic_share, "imported": 1 - domestic_share})
    held = rows.groupby(["year", "origin"])["mix_share"].transform("sum")
    return rows.assign(mix_share=rows["mix_share"] / held * wanted)
