"""Water quotas of data centres: derived from the provincial caps if asked for, or the user's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.layers.water import Settings
from geodata.read import as_model, builtin, read_file
from geodata.tables import Quotas, TableError, checked

COLUMNS = list(Quotas.to_schema().columns)
NEEDED = ["quota_id", "kind", "place", "year", "water_m3"]
STATED = {"source": "user's table", "vintage": "", "confidence": "medium", "note": ""}
WHERE = "geodata.water.quotas_file"
CAP_SOURCE = "ours: a share, set by the user, of the caps in water_quotas.csv (State Council, 2013)"


def measure_quotas(
    settings: Settings, years: list[int], places: pd.DataFrame, tables: Path | None = None
) -> pd.DataFrame:
    """Return the water that data centres of the plan may use, by place and year; empty by default.

    quota = share x cap of the year, or share x max(cap - use, 0); caps between their years lie on a line.
    All are multiplied by `quota_factor`.

    Parameters
    ----------
    settings : Settings
        Share of the provincial caps, or the user's own quotas, or both.
    years : list of int
        Planning years.
    places : DataFrame
        Candidates: province, basin, cluster_id; own quotas must name one of theirs.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.Quotas`.

    Raises
    ------
    TableError
        Faults of the user's table: unknown kind or place, a quota given twice for a year.
    """
    parts = [pd.DataFrame(columns=COLUMNS)]
    if settings.quota_share is not None:
        parts.append(_derived(settings, settings.quota_share, years, tables))
    if settings.quotas_file is not None:
        parts.append(_own(settings.quotas_file, places, tables))
    kept = [part for part in parts if len(part)] or parts[:1]
    quotas = checked(pd.concat(kept, ignore_index=True)[COLUMNS], Quotas, "quotas")
    return quotas.assign(water_m3=quotas["water_m3"] * settings.quota_factor)


def caps(years: list[int], tables: Path | None = None) -> pd.DataFrame:
    """Return the cap on total water use by province and year [m3]: province, year, cap_m3."""
    wide = builtin("water_quotas", tables).pivot(index="year", columns="province", values="cap_m3")
    between = {p: np.interp(years, wide.index.to_numpy(), wide[p].to_numpy()) for p in wide}
    table = pd.DataFrame(between, index=pd.Index(years, name="year"))
    return table.reset_index().melt("year", var_name="province", value_name="cap_m3")


def _derived(settings: Settings, share: float, years: list[int], tables: Path | None) -> pd.DataFrame:
    rows = caps(years, tables)
    use = rows["province"].map(builtin("province_water", tables).set_index("province")["use_m3"])
    unused = settings.quota_of == "unused"
    base = (rows["cap_m3"] - use).clip(lower=0) if unused else rows["cap_m3"]
    what = "what the cap leaves above use of 2010-2014" if unused else "the cap on all users"
    return rows.assign(
        quota_id="share-" + rows["province"],
        kind="province",
        place=rows["province"],
        water_m3=share * base,
        source=CAP_SOURCE,
        vintage="2013",
        confidence="low",
        note=f"{share:g} of {what}",
    )


def _own(path: Path, places: pd.DataFrame, tables: Path | None) -> pd.DataFrame:
    where = f"{WHERE} ({path})"
    table = read_file(path, WHERE)
    missing = [c for c in NEEDED if c not in table.columns]
    unknown = [c for c in table.columns if c not in COLUMNS]
    if missing or unknown:
        found = [f"missing column {c}" for c in missing] + [f"unknown column {c}" for c in unknown]
        raise TableError(
            f"{where}: {'; '.join(found)}; expected {', '.join(NEEDED)}, optional {', '.join(STATED)}"
        )
    whole = table.assign(**{c: v for c, v in STATED.items() if c not in table.columns})
    quotas = checked(as_model(whole[COLUMNS], Quotas, where), Quotas, where)
    faults = _faults(quotas, places, tables)
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    return quotas


def _faults(quotas: pd.DataFrame, places: pd.DataFrame, tables: Path | None) -> list[str]:
    known = {
        "province": set(builtin("provinces", tables)["province"]),
        "basin": {*builtin("basins", tables)["basin"], *places["basin"]} - {""},
        "cluster": set(builtin("clusters", tables)["cluster_id"]),
    }
    rows = zip(quotas["kind"], quotas["place"], strict=True)
    faults = [
        f"no {kind} {place} (row {i})" for i, (kind, place) in enumerate(rows, 1) if place not in known[kind]
    ]
    twice = quotas[quotas.duplicated(["kind", "place", "year"])]
    pairs = zip(twice["place"], twice["year"], strict=True)
    return faults + [f"{place} has two quotas in {year}" for place, year in pairs]
