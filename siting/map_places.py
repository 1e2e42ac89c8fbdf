"""The places that a map of a sweep or a front needs, beside its tables: sites and hubs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.tables import Survey, TableError
from maps.place_tables import SITES, Places, places_of
from siting.folder import write_text
from siting.table_files import as_csv

FOLDER = "map"
_TEXT = (
    *("site_id", "name_en", "name_zh", "pinyin", "province", "province_zh", "side"),
    *("place_id", "kind", "hub_id", "note", "source", "confidence", "status"),
)


def write_places(folder: Path, *surveys: Survey) -> None:
    """Write `map/sites.csv` and `map/hubs.csv` into a folder: what `read_places` reads."""
    places = places_of(*surveys)
    (folder / FOLDER).mkdir(exist_ok=True)
    write_text(folder / FOLDER / "sites.csv", as_csv(places.sites))
    write_text(folder / FOLDER / "hubs.csv", as_csv(places.hubs))


def has_places(folder: Path) -> bool:
    """Return whether a folder holds what `write_places` writes."""
    return all((folder / FOLDER / name).is_file() for name in ("sites.csv", "hubs.csv"))


def read_places(folder: Path, how: str) -> Places:
    """Return the places of a folder.

    Parameters
    ----------
    folder : Path
        Of a sweep or a front.
    how : str
        What writes them into a folder of an earlier version.

    Raises
    ------
    TableError
        The folder is of an earlier version; its files are unreadable.
    """
    if not has_places(folder):
        raise TableError(
            f"{folder}: holds no {FOLDER}/sites.csv and {FOLDER}/hubs.csv, so it was written by an earlier "
            f"version, which kept no coordinates; {how}"
        )
    sites = read_csv(folder / FOLDER / "sites.csv", SITES)
    hubs = read_csv(folder / FOLDER / "hubs.csv", ("place_id", "kind", "longitude", "latitude", "it_mw"))
    return Places(sites, hubs)


def read_csv(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return a CSV that this program wrote: ids and names as text, whatever they look like.

    Raises
    ------
    TableError
        It cannot be read, or lacks a column.
    """
    try:
        kinds = dict.fromkeys(_TEXT, str)
        table = pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as error:
        raise TableError(f"{path}: cannot be read ({error})") from None
    missing = [name for name in columns if name not in table]
    if missing:
        raise TableError(f"{path}: lacks the columns {', '.join(missing)}; was it edited?")
    return table.fillna({name: "" for name in _TEXT if name in table})
