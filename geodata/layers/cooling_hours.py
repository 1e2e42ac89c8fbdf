"""PUE and WUE of each hour, by technology and IT load, and what they come to over a year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.layers.chronology import Hours8760
from geodata.layers.cooling import Settings, at_load, read_parameters, steady
from geodata.layers.cooling_relations import RELATIONS, Air, Values
from geodata.tables import TableError

Array = NDArray[np.float64]
Single = NDArray[np.float32]

BLOCK = 32  # places at a time, so that memory stays small


def hourly_efficiency(
    hours: Hours8760,
    technology: str,
    load_share: float | Array = 1.0,
    settings: Settings | None = None,
    tables: Path | None = None,
) -> tuple[Single, Single]:
    """Return PUE and WUE of each hour.

    Parameters
    ----------
    hours : Hours8760
        Result of `geodata.layers.chronology.hours_of` or `typical_hours`.
    technology : str
        One of `geodata.schemas.base.COOLING`.
    load_share : float or array
        IT load over the IT power of the design, above 0 to 1: one number, or one an hour (8760).
    settings : Settings, optional
        Band of the part-load penalty and extra loss; its own `load_share` is not read.
    tables : Path, optional
        Folder whose `cooling.csv` stands in for the built-in parameters.

    Returns
    -------
    tuple of arrays (n_places, 8760)
        PUE: 1 + loss + lighting + effort of cooling, as in `geodata.layers.cooling`; WUE [L per kWh of IT].

    Raises
    ------
    TableError
        Not a technology, or a load that is not above 0 and at most 1.
    """
    if technology not in RELATIONS:
        known = ", ".join(RELATIONS)
        raise TableError(f"cooling technology '{technology}' is not known, expected one of {known}")
    values = read_parameters(tables)[technology]
    return _hourly(hours, technology, _load(load_share, hours), values, settings or Settings())


def _hourly(
    hours: Hours8760, technology: str, load: Array, parameters: Values, settings: Settings
) -> tuple[Single, Single]:
    values = at_load(parameters, load, settings)
    pue, wue = np.empty_like(hours.dry_bulb_c), np.empty_like(hours.dry_bulb_c)
    for start in range(0, len(pue), BLOCK):
        rows = slice(start, start + BLOCK)
        weather = (hours.dry_bulb_c[rows], hours.wet_bulb_c[rows], hours.pressure_hpa[rows])
        effort = RELATIONS[technology](Air(*(part.astype(float) for part in weather)), values)
        pue[rows] = steady(values, settings) + effort.power
        wue[rows] = effort.water
    return pue, wue


def _load(load_share: float | Array, hours: Hours8760) -> Array:
    load, count = np.asarray(load_share, dtype=float), hours.dry_bulb_c.shape[1]
    if load.shape not in ((), (count,)):
        raise TableError(f"load_share: found an array of shape {load.shape}, expected one number or {count}")
    if not ((load > 0) & (load <= 1)).all():
        raise TableError("load_share: expected IT load over design IT power, above 0 and at most 1")
    return load


def efficiencies(hours: Hours8760, settings: Settings, tables: Path | None = None) -> dict[str, Single]:
    """Return `pue_<technology>` and `wue_<technology>`: each hour of each place, place after place.

    Parameters
    ----------
    hours : Hours8760
        Hours of the places.
    settings : Settings
        Load share, band of the part-load penalty, extra loss.
    tables : Path, optional
        As in `hourly_efficiency`.
    """
    parameters, load = read_parameters(tables), _load(settings.load_share, hours)
    both = {name: _hourly(hours, name, load, values, settings) for name, values in parameters.items()}
    pue = {f"pue_{name}": found[0].ravel() for name, found in both.items()}
    return pue | {f"wue_{name}": found[1].ravel() for name, found in both.items()}


def annual_efficiency(
    hours: Hours8760, load_share: float = 1.0, settings: Settings | None = None, tables: Path | None = None
) -> pd.DataFrame:
    """Return the means over the hours: `site_id`, `technology`, `pue_mean`, `wue`; steady load.

    Parameters
    ----------
    hours : Hours8760
        Hours of the places.
    load_share, settings, tables
        As in `hourly_efficiency`.
    """
    parameters, chosen, load = read_parameters(tables), settings or Settings(), _load(load_share, hours)
    parts = []
    for technology, values in parameters.items():
        pue, wue = _hourly(hours, technology, load, values, chosen)
        means = {"pue_mean": pue.mean(axis=1, dtype=float), "wue": wue.mean(axis=1, dtype=float)}
        parts.append(pd.DataFrame({"site_id": hours.site_id.astype(str), "technology": technology, **means}))
    return pd.concat(parts, ignore_index=True)


def binding_load_share(
    hours: Hours8760, cap: float, settings: Settings | None = None, tables: Path | None = None
) -> pd.DataFrame:
    """Return the IT load below which the mean PUE of the year is over a cap.

    Every part of the mean PUE is a number plus one over the load (see `at_load`), so a + b / load is exact;
    a and b follow from full and half load, and the load sought is b / (cap - a).

    Parameters
    ----------
    hours : Hours8760
        Hours of the places.
    cap : float
        Highest mean PUE.
    settings, tables
        As in `hourly_efficiency`.

    Returns
    -------
    DataFrame
        `site_id`, `technology`, `load_share`: share of the design load; NaN where full load is over the cap.
    """
    full, half = (annual_efficiency(hours, load, settings, tables) for load in (1.0, 0.5))
    slope = half["pue_mean"] - full["pue_mean"]
    load = slope / (cap - (full["pue_mean"] - slope))
    return full[["site_id", "technology"]].assign(load_share=load.where(full["pue_mean"] <= cap))
