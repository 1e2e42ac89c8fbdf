"""How far the figures of a place can be trusted: points of each layer, and a grade with its reasons."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from geodata.schemas.base import TableModel
from geodata.schemas.layers import GRADES, Climate, Hazard, Land, Network, PowerGrid, Renewables, Water
from geodata.schemas.sites import Candidates, Cooling

POINTS = {"high": 3.0, "medium": 2.0, "low": 1.0, "missing": 0.0}
FROM_POINTS = (2.5, 2.0, 1.5, 1.0)  # least points of a layer of A, B, C, D
WEAK_BELOW = 1.5  # nearer to low than to medium
ABSENT_BELOW = 0.5  # nearer to missing than to low
BURDEN = (2, 4)  # most weak layers at a place of B and C; one that is as good as missing counts twice
ROUND = 9


def _names(model: type[TableModel]) -> tuple[str, ...]:
    return tuple(name for name in model.to_schema().columns if name != "site_id")


# every column of candidates, cooling and attributes stands in one layer; what is left is the place itself
LAYERS: dict[str, tuple[str, ...]] = {
    "Tariffs": (
        "tariff_zone",
        "energy_price_posted_cny_per_mwh",
        "demand_charge_posted_cny_per_mw_month",
        "price_negotiated_cny_per_mwh",
        "energy_price_spot_cny_per_mwh",
        "direct_charge_cny_per_mwh",
        "export_price_cny_per_mwh",
    ),
    "Costs": ("land_price_cny_per_m2", "labour_cny_per_year"),
    "Climate": (
        "elevation_m",
        "temperature_mean_c",
        "temperature_hot_c",
        "wet_bulb_hot_c",
        *(name for name in _names(Cooling) if name != "technology"),
        *_names(Climate),
    ),
    "PowerGrid": (
        "emission_average_tco2_per_mwh",
        "emission_marginal_tco2_per_mwh",
        "existing_it_mw",
        "site_headroom_mw",
        *_names(PowerGrid),
    ),
    "Renewables": _names(Renewables),
    "Network": ("backbone_km", *_names(Network)),
    "Water": ("basin", "water_price_cny_per_m3", *_names(Water)),
    "Land": _names(Land),
    "Hazard": _names(Hazard),
}
PLACE = "Place"
LAYERS = {PLACE: tuple(n for n in _names(Candidates) if not any(n in c for c in LAYERS.values()))} | LAYERS

# columns that do not count: our own names and classes, what only some places have, the user's own layers,
# what rests on a figure that counts already or on one assumption for all places
NOT_COUNTED = frozenset(
    {
        "name_en",
        "name_zh",
        "pinyin",
        "kind",
        "hub_province",
        "hub_prefecture",
        "hub_start_area",
        "cluster_id",
        "side",
        "tariff_zone",
        "it_max_mw",
        "confidence",
        "price_negotiated_cny_per_mwh",
        "energy_price_spot_cny_per_mwh",
        "direct_charge_cny_per_mwh",
        "export_price_cny_per_mwh",
        "emission_marginal_tco2_per_mwh",
        "site_headroom_mw",
        "substation_kv",
        "substation_coverage",
        "ghi_station_km",
        "climate_station_km",
        "temperature_check_c",
        "wet_bulb_check_c",
        "river_name",
        "prefecture_water_use_m3",
        "aqueduct_stress_share",
        "aqueduct_stress_score",
        "flood_depth_m",
        "ground_acceleration_g",
        "protected_area_km",
    }
)


def counted(layer: str) -> list[str]:
    """Return the columns of a layer that count."""
    return [name for name in LAYERS[layer] if name not in NOT_COUNTED]


def column_points(site_ids: Iterable[str], figures: pd.DataFrame) -> pd.DataFrame:
    """Return the points of each counted column at each place: high 3, medium 2, low 1, missing or not told 0.

    Parameters
    ----------
    site_ids : iterable of str
        The places; they become the index.
    figures : DataFrame
        `geodata.tables.Figures`: a row of the place itself counts before the general row of its column; of
        several the weakest.
    """
    names = [name for layer in LAYERS for name in counted(layer)]
    rows = figures[figures["column"].isin(names)]
    points = rows["confidence"].map(POINTS).fillna(0.0)
    whole = rows["site_id"] == ""
    general = points[whole].groupby(rows["column"]).min()
    own = points[~whole].groupby([rows["site_id"], rows["column"]]).min().unstack()
    sites = pd.Index(list(site_ids), name="site_id")
    return own.reindex(index=sites, columns=names).fillna(general.reindex(names)).fillna(0.0)


def layer_points(site_ids: Iterable[str], figures: pd.DataFrame) -> pd.DataFrame:
    """Return the points of each layer at each place: the mean of its counted columns, 0 to 3."""
    points = column_points(site_ids, figures)
    return pd.DataFrame({layer: points[counted(layer)].mean(axis=1).round(ROUND) for layer in LAYERS})


def graded(site_ids: Iterable[str], figures: pd.DataFrame) -> pd.DataFrame:
    """Return the grade of each place and the layers that it suffers from.

    A layer below 1.5 points is weak; one below 0.5 is as good as missing and counts twice. With at most 2
    weak layers a place has B, with 4 C, with as many as there are layers D, with more E (so E needs missing
    ones); without any, and with 2.5 points on the mean of its layers, A. A better figure never makes a grade
    worse: no layer loses points by it.

    Parameters
    ----------
    site_ids : iterable of str
        The places; they become the index.
    figures : DataFrame
        `geodata.tables.Figures`.

    Returns
    -------
    DataFrame
        Index site_id: `grade`; `weak_layers` in the order of `LAYERS`, joined by ";".
    """
    layers = layer_points(site_ids, figures)
    weak = layers < WEAK_BELOW
    burden = weak.sum(axis=1) + (layers < ABSENT_BELOW).sum(axis=1)
    good = layers.mean(axis=1).round(ROUND) >= FROM_POINTS[0]
    rank = pd.Series(np.searchsorted([*BURDEN, len(LAYERS)], burden, side="left"), index=layers.index) + 1
    grade = rank.mask((burden == 0) & good, 0).map(dict(enumerate(GRADES)))
    names = [";".join(layers.columns[row]) for row in weak.to_numpy()]
    return pd.DataFrame({"grade": grade, "weak_layers": names}, index=layers.index, dtype="str")


def grade_of(points: float) -> str:
    """Return the grade of a layer by its points: A from 2.5, B from 2, C from 1.5, D from 1, else E."""
    return next(
        (grade for grade, least in zip(GRADES, FROM_POINTS, strict=False) if points >= least), GRADES[-1]
    )
