"""Where the figures of a candidate map come from: each source once, and the places that have another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from maps.candidate_pack import pack_codes

_TRUST = ("high", "medium", "low", "missing")
_OF_CELLS = ("score_share", "block_km2", "grid_km", "room_km")


class Sources:
    """The sources of all columns, numbered as they are first asked for.

    Parameters
    ----------
    figures : DataFrame
        `geodata.tables.Figures`.
    sites : Series
        site_id of each candidate, in the order of the page.
    words : Mapping
        The texts of the page's language.
    """

    def __init__(self, figures: pd.DataFrame, sites: pd.Series, words: Mapping[str, str]) -> None:
        self._words = words
        self._rows = pd.Index(sites)
        weakest_last = figures["confidence"].map(_TRUST.index)
        self._figures = dict(tuple(figures.assign(order=weakest_last).sort_values("order").groupby("column")))
        self._numbers: dict[tuple[str, str], int] = {}

    @property
    def texts(self) -> list[str]:
        """The wording of each source."""
        return [text for text, _ in self._numbers]

    @property
    def confidence(self) -> list[str]:
        """The confidence of each source."""
        return [level for _, level in self._numbers]

    def of(self, column: str) -> dict[str, Any]:
        """Return as `source` the number of a column's general source; as `sources`, packed, those of places.

        A place with 0 has the general one, another one its number counted from 1.
        """
        rows = self._figures.get(column)
        general = [] if rows is None else rows[rows["site_id"] == ""].to_dict("records")
        found: dict[str, Any] = {
            "source": self._number(*self._told(general[-1] if general else None, column))
        }
        own = None if rows is None else rows[rows["site_id"] != ""]
        if own is not None and len(own):
            codes = self._own(own)
            if codes.any():
                found["sources"] = pack_codes(codes)
        return found

    def _own(self, rows: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
        codes = np.zeros(len(self._rows), dtype=np.int64)
        for told, group in rows.groupby(["source", "vintage", "note", "confidence"], sort=False):
            source, vintage, note, level = map(str, told)
            at = self._rows.get_indexer(group["site_id"])
            codes[at[at >= 0]] = self._number(self._joined(source, vintage, note), level) + 1
        return codes

    def _told(self, row: Mapping[Any, Any] | None, column: str) -> tuple[str, str]:
        if row is not None:
            return self._joined(row["source"], row["vintage"], row["note"]), str(row["confidence"])
        if column in _OF_CELLS:
            return self._words["cmap.source_cells"], "medium"
        return self._words["page.no_source"], "low"

    def _joined(self, *parts: str) -> str:
        return self._words["list.semicolon"].join(part for part in map(str, parts) if part)

    def _number(self, text: str, level: str) -> int:
        return self._numbers.setdefault((text, level), len(self._numbers))
