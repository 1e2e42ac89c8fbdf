"""Where each column of the candidate and cooling tables comes from, and the places that differ."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.read import builtin
from geodata.schemas.base import CONFIDENCE
from geodata.tables import Figures, checked

COLUMNS = list(Figures.to_schema().columns)
RESTS_ON = {"pue_mean": "temperature_mean_c", "pue_peak": "wet_bulb_hot_c", "wue": "temperature_mean_c"}
PRICES = ("energy_price_posted_cny_per_mwh", "direct_charge_cny_per_mwh")


def measure_figures(
    places: pd.DataFrame, tariffs: pd.DataFrame, layers: list[pd.DataFrame], tables: Path | None = None
) -> pd.DataFrame:
    """Return the source of each column, and a row of its own for each place where it is another or weaker.

    Parameters
    ----------
    places : DataFrame
        Result of `geodata.candidates.list_places`.
    tariffs : DataFrame
        Result of `geodata.layers.tariffs.measure_tariffs`.
    layers : list of DataFrame
        Rows of `geodata.tables.Figures` that the layers hand over.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.Figures`.
    """
    general = builtin("column_sources", tables).assign(site_id="")
    if tables is not None and (tables / "column_sources.csv").exists():
        layers = [_as_stated(rows, general) for rows in layers]
    rows = pd.concat(
        [
            general[COLUMNS],
            _own(places, general),
            _seats(places, general),
            _tariffs(tariffs, general, tables),
            *(_cooling(rows, general) for rows in layers),
            *(rows[COLUMNS] for rows in layers),
        ],
        ignore_index=True,
    )
    return checked(rows, Figures, "figures")


def _as_stated(rows: pd.DataFrame, general: pd.DataFrame) -> pd.DataFrame:
    """Return a layer's rows with the source that the user's table states of a column in place of its own."""
    stated = rows["column"].isin(general["column"]) & (rows["confidence"] != "missing")
    own = rows[rows["site_id"] == ""].drop_duplicates("column").set_index("column")["source"]
    same = stated & (rows["source"] == rows["column"].map(own))
    told = general.set_index("column").reindex(rows["column"]).set_axis(rows.index)
    source, vintage = (rows[c].mask(same, told[c]) for c in ("source", "vintage"))
    changed = rows.assign(source=source, vintage=vintage)
    return changed[~(stated & (rows["site_id"] == ""))]


def weakest(columns: list[pd.Series]) -> pd.Series:
    """Return the lowest confidence of each row; all columns share the index."""
    rank = {word: i for i, word in enumerate(CONFIDENCE)}
    return pd.concat([c.map(rank) for c in columns], axis=1).max(axis=1).map(dict(enumerate(CONFIDENCE)))


def weakest_of(words: pd.Series) -> str:
    """Return the lowest confidence of a column."""
    return max(words, key=CONFIDENCE.index)


def _like(general: pd.DataFrame, column: str, sites: pd.Series, **other: str) -> pd.DataFrame:
    row = general[general["column"] == column].drop(columns="site_id")
    return pd.DataFrame({"site_id": sites.to_numpy()}).merge(row, how="cross").assign(**other)[COLUMNS]


def _own(places: pd.DataFrame, general: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the user's own sites: coordinates and limits are theirs."""
    own = places.loc[places["kind"] == "own", "site_id"]
    limits = ("it_max_mw", "site_headroom_mw", "price_negotiated_cny_per_mwh")
    columns = ("name_en", "name_zh", "longitude", "latitude", *limits)
    stated = {"source": "user's table", "vintage": "", "confidence": "medium", "note": ""}
    given = [_like(general, c, own, **stated) for c in columns]
    placed = {
        "source": "user's table, or the nearest seat or start area",
        "vintage": "",
        "confidence": "medium",
        "note": "",
    }
    return pd.concat([*given, *(_like(general, c, own, **placed) for c in ("province", "prefecture"))])


def _seats(places: pd.DataFrame, general: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of prefectures whose seat GeoNames does not hold."""
    weak = places.loc[(places["kind"] == "seat") & (places["confidence"] == "low"), "site_id"]
    stated = {"confidence": "low", "note": "the prefecture's largest place in GeoNames, not its seat"}
    return pd.concat([_like(general, c, weak, **stated) for c in ("longitude", "latitude")])


def _cooling(layer: pd.DataFrame, general: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the efficiencies at places whose climate is of low confidence."""
    weak = layer[(layer["site_id"] != "") & (layer["confidence"] == "low")]
    rows = [general[COLUMNS].iloc[:0]]
    for column, climate in RESTS_ON.items():
        of = weak[weak["column"] == climate]
        notes = ("climate: " + of["note"]).to_numpy()
        rows.append(_like(general, column, of["site_id"], confidence="low").assign(note=notes))
    return pd.concat(rows)


def _tariffs(tariffs: pd.DataFrame, general: pd.DataFrame, tables: Path | None) -> pd.DataFrame:
    """Return price rows for each place whose tariff rests on borrowed or assumed components."""
    weak = tariffs[tariffs["tariff_confidence"] == "low"]
    rows = builtin("tariffs", tables)
    rows = rows[(rows["confidence"] == "low") & (rows["component"] != "spot_energy")]
    origin = (" of " + rows["borrowed_from"]).where(rows["borrowed_from"] != "", ": " + rows["note"])
    note = (rows["component"] + origin).groupby(rows["tariff_zone"]).agg("; ".join)
    sites = pd.Series(weak.index.to_numpy())
    notes = weak["tariff_zone"].map(note).fillna("").to_numpy()
    return pd.concat([_like(general, c, sites, confidence="low").assign(note=notes) for c in PRICES])
