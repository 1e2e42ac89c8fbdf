"""Finds a candidate by its id or by its name in English, Chinese or pinyin."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from typing import Any

import pandas as pd

from geodata.read import builtin
from geodata.tables import TableError

NAMES = ("name_en", "name_zh", "pinyin")
KINDS_ZH = ("自治州", "地区", "新区", "市", "区", "县", "州", "盟")
SHOWN = 12
NEAR = 5
LIKENESS = 0.6


def find_site(candidates: pd.DataFrame, text: str) -> str:
    """Return the site_id of the candidate that `text` means.

    It may be a site_id, a name, the name of the prefecture, or the beginning of a name; case, blanks,
    accents, apostrophes and a final 市 or the like do not matter. The first of these that fits counts; a
    prefecture goes by the names of its seat too.

    Parameters
    ----------
    candidates : DataFrame
        `site_id`, `name_en`, `name_zh`, `pinyin`, `province`, `prefecture`.
    text : str
        What the user wrote.

    Raises
    ------
    TableError
        Nothing fits: the nearest spellings; several fit: their ids and provinces.
    """
    wanted = plain(text)
    ids = candidates["site_id"].map(plain)
    names = candidates[list(NAMES)].map(plain)
    tiers = (
        ids == wanted,
        (names == wanted).any(axis=1),
        (candidates["prefecture"].map(plain) == wanted) | _of_seat(candidates, wanted),
        names.apply(lambda column: column.str.startswith(wanted)).any(axis=1),
    )
    for fits in tiers if wanted else ():
        if fits.sum() == 1:
            return str(candidates.loc[fits, "site_id"].iloc[0])
        if fits.any():
            raise TableError(_several(candidates[fits], text))
    raise TableError(_unknown(candidates, ids, names, text))


def _of_seat(candidates: pd.DataFrame, wanted: str) -> pd.Series:
    """Return the candidates of a prefecture whose seat is called so, though it may have given way itself."""
    seats = builtin("seats")
    called = seats[(seats[list(NAMES)].map(plain) == wanted).any(axis=1)]
    regions = set(zip(called["province"], called["prefecture"], strict=True))
    here = zip(candidates["province"], candidates["prefecture"], strict=True)
    return pd.Series([region in regions for region in here], index=candidates.index)


def plain(text: str) -> str:
    """Return a name in lower case without accents, blanks, signs and a final kind of place in Chinese."""
    whole = unicodedata.normalize("NFKD", str(text)).casefold()
    kept = "".join(c for c in whole if c.isalnum())
    short = (kept[: -len(kind)] for kind in KINDS_ZH if kept.endswith(kind))
    return next((name for name in short if len(name) >= 2), kept)


def _label(row: Mapping[Any, Any]) -> str:
    return f"{row['site_id']} ({row['name_en']} {row['name_zh']}, {row['province']})"


def _several(rows: pd.DataFrame, text: str) -> str:
    shown = "; ".join(_label(row) for row in rows.head(SHOWN).to_dict("records"))
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return f"{text!r} fits {len(rows)} places: {shown}{more}; name one by its id"


def _unknown(candidates: pd.DataFrame, ids: pd.Series, names: pd.DataFrame, text: str) -> str:
    spelled = pd.concat([ids, *(names[c] for c in names)])
    near = difflib.get_close_matches(plain(text), list(spelled.unique()), n=NEAR, cutoff=LIKENESS)
    rows = [candidates.loc[spelled.index[spelled == name][0]].to_dict() for name in near]
    labels = list(dict.fromkeys(_label(row) for row in rows))
    hint = f"; nearest spellings: {'; '.join(labels)}" if labels else ""
    return f"no candidate is called {text!r}{hint}"
