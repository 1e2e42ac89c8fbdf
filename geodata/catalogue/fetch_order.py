"""Which files are to be got: by name of source, theme or path, from their own address or a mirror."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import quote, urlsplit

import pandas as pd

from geodata.catalogue.sources import MISSING, OK, UNKNOWN, catalogue, source_files, verified
from geodata.tables import TableError


@dataclass(frozen=True)
class Order:
    """What is to be got, and what is not and why."""

    folder: Path
    files: pd.DataFrame  # path, source, url, sha256, size_bytes, unpack, terms
    there: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def order(names: list[str], folder: Path, mirror: str = "", force: bool = False) -> Order:
    """Return what to get.

    Parameters
    ----------
    names : list of str
        Names of sources, themes, or paths in the data folder; empty: every file of the catalogue.
    folder : Path
        Data folder, laid out as the paths of the catalogue say.
    mirror : str
        Address that serves the same layout; empty: each file from its own download address.
    force : bool
        Whether a file that is there with another checksum is replaced.

    Returns
    -------
    Order
        `files` to get, with their `url`; `there`: paths with the right checksum; `kept`, `without`: sentences
        about other versions that stay, and about files without a download address; `faults`: the latter of
        what was asked for by name.

    Raises
    ------
    TableError
        A name that nothing has; a mirror that is no http or https address.
    """
    _check_mirror(mirror)
    asked = _asked(names).merge(_states(folder), on="path", how="left")
    asked["url"] = (
        [f"{mirror.rstrip('/')}/{quote(p)}" for p in asked["path"]] if mirror else asked["download"]
    )
    there = asked["state"].isin([OK, UNKNOWN])
    want = (asked["state"] == MISSING) | ((asked["state"] != OK) & force)
    bare = want & (asked["url"] == "")
    return Order(
        folder,
        asked[want & ~bare].reset_index(drop=True),
        there=asked.loc[there & ~want, "path"].tolist(),
        kept=[_other_version(row) for row in asked[~there & ~want].to_dict("records")],
        without=[_no_address(row) for row in asked[bare & ~asked["named"]].to_dict("records")],
        faults=[_no_address(row) for row in asked[bare & asked["named"]].to_dict("records")] + _yours(names),
    )


def _check_mirror(mirror: str) -> None:
    try:
        parts = urlsplit(mirror)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if mirror and not usable:
        found = "found no http or https address, expected one like https://host/data"
        raise TableError(f"--from {mirror}: {found}")


def _asked(names: list[str]) -> pd.DataFrame:
    """Return the files that are asked for; `named` where by source or path and not by theme."""
    sources, files = catalogue(), _all_files()
    if not names:
        return files[files["unpack"] == ""].assign(named=False)
    parts = [_matches(name, sources, files) for name in names]
    unknown = [name for name, part in zip(names, parts, strict=True) if part is None]
    if unknown:
        raise TableError("; ".join(_unknown(name, sources) for name in unknown))
    found = pd.concat([part for part in parts if part is not None]).sort_values("named", ascending=False)
    return found.drop_duplicates("path").sort_index()


def _all_files() -> pd.DataFrame:
    """Return the files of the catalogue and its whole archives, with terms; `unpack`: its folder."""
    sources, files = catalogue(), source_files().assign(unpack="")
    whole = sources[sources["download"] != ""]
    archives = whole.assign(
        source=whole["name"], unpack=whole["path"], path=whole["path"] + ".zip", made_from=""
    )
    rows = pd.concat([files, archives[files.columns]], ignore_index=True)
    terms = (sources["name"] + ": " + sources["licence"] + "; credit: " + sources["attribution"]).set_axis(
        sources["name"]
    )
    about = sources.set_index("name")[["address", "theme"]].assign(terms=terms)
    return rows.join(about, on="source")


def _matches(name: str, sources: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame | None:
    """Return the files behind a name, or None where nothing has it."""
    text = name.strip().rstrip("/")
    if text in set(sources["theme"]):
        return files[(files["theme"] == text) & (files["unpack"] == "")].assign(named=False)
    source = sources.loc[sources["name"].str.casefold() == text.casefold()]
    if not source.empty:
        return files[files["source"] == source["name"].iloc[0]].assign(named=True)
    below = (files["path"] == text) | files["path"].str.startswith(f"{text}/") | (files["unpack"] == text)
    return files[below].assign(named=True) if text and below.any() else None


def _yours(names: list[str]) -> list[str]:
    """Return a sentence for each named source that only the user can get."""
    table = catalogue().query("files == 0 and download == ''")
    table = table[table["name"].str.casefold().isin({name.strip().casefold() for name in names})]
    return [
        f"{row['name']}: yours to bring from {row['address']} ({row['licence']}); the scenario names the file"
        for row in table.to_dict("records")
    ]


def _unknown(name: str, sources: pd.DataFrame) -> str:
    known = [*sources["name"], *sources["theme"].unique()]
    near = get_close_matches(name, known, n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return f"'{name}' is no source, theme or path of the catalogue (siting data list){hint}"


def _states(folder: Path) -> pd.DataFrame:
    """Return path, state and found bytes of every file, and of the folders of whole archives."""
    files = verified(folder)[["path", "state", "found_bytes"]]
    whole = catalogue().query("download != ''")["path"]
    there = [UNKNOWN if (folder / path).is_dir() else MISSING for path in whole]
    archives = pd.DataFrame({"path": whole + ".zip", "state": there, "found_bytes": 0})
    return pd.concat([files, archives], ignore_index=True)


def _other_version(row: dict) -> str:
    sizes = f"{row['found_bytes']:,} bytes, known are {row['size_bytes']:,} bytes"
    return f"{row['path']}: {row['state']} is there ({sizes}); --force replaces it"


def _no_address(row: dict) -> str:
    page = row["address"].removeprefix("none: ")
    return f"{row['path']}: made from {row['made_from']}; no direct address; official page: {page}"
