"""Cells of a table of sites as people write them: blanks, decimal commas, degrees and minutes; mended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pandas as pd

from geodata.readers.extent import rows

INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
THOUSANDS = re.compile(r"[+-]?\d+,\d{3}")
HEMISPHERES = {
    "longitude": {"E": 1, "W": -1, "东经": 1, "西经": -1},
    "latitude": {"N": 1, "S": -1, "北纬": 1, "南纬": -1},
}
DEGREE_MARK = re.compile("[°º度d:]", re.IGNORECASE)
MARKS = re.compile("[°º度d:'\u2032\u2019分m\"\u2033\u201d秒s\\s]*", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def mended_cells(
    table: pd.DataFrame, text: tuple[str, ...], numeric: tuple[str, ...]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the table with its words cleaned and its numbers written as numbers, and what was changed.

    Parameters
    ----------
    table : DataFrame
        As read; index: rows counted from 0.
    text, numeric : tuple of str
        Columns with words, and with numbers; those that are there are mended. What cannot be read as one
        number stays as it is, for the check of numbers.
    """
    steps: list[tuple[str, Callable[[str], str], str]] = []
    steps += [(c, _clean, "took out needless blanks or invisible signs") for c in text]
    for c in numeric:
        steps.append((c, _narrow, "read wide or padded digits"))
        steps.append((c, _comma_as_point(c), "read a comma as the decimal point"))
        if c in HEMISPHERES:
            steps.append((c, _degrees(HEMISPHERES[c]), "read degrees, minutes and seconds"))
    told = []
    for column, change, what in steps:
        if column in table.columns and not pd.api.types.is_numeric_dtype(table[column]):
            after = table[column].map(
                lambda cell, change=change: change(cell) if isinstance(cell, str) else cell
            )
            changed = (after != table[column]) & table[column].notna()
            table = table.assign(**{column: after})
            told += [f"{what} in {column} (row {rows(table.index[changed])})"] if changed.any() else []
    return table, told


def _clean(text: str) -> str:
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def _narrow(text: str) -> str:
    """Return a number in plain digits; a text that is none stays."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip()
    return plain if re.fullmatch(r"[+-]?[\d.,]+", plain) else text


def _comma_as_point(column: str) -> Callable[[str], str]:
    """Return a reader of `113,5`; three digits after the comma may mean thousands, but not in degrees."""

    def read(text: str) -> str:
        doubtful = column not in HEMISPHERES and THOUSANDS.fullmatch(text)
        return text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) and not doubtful else text

    return read


def _degrees(hemispheres: dict[str, int]) -> Callable[[str], str]:
    """Return a reader of `113°06'30"E`, `E113.1`, `东经113度6分` and `113 06 30`."""

    def read(text: str) -> str:
        found = next((h for h in hemispheres if h in text.upper()), "")
        bare = re.sub(found, "", text, count=1, flags=re.IGNORECASE)
        parts = NUMBER.findall(bare)
        marked = bool(found or DEGREE_MARK.search(bare) or len(parts) == 3)
        if not marked or not 1 <= len(parts) <= 3 or not MARKS.fullmatch(NUMBER.sub("", bare)):
            return text
        whole = all("." not in part for part in parts[:-1])
        values = [float(part) for part in parts]
        if not whole or any(value >= 60 for value in values[1:]):
            return text
        sign = hemispheres.get(found, 1)
        return f"{sign * sum(v / 60**i for i, v in enumerate(values)):.9g}"

    return read
