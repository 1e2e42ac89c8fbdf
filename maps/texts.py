"""The wording of map and report: one table of texts in English and Chinese."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Language = Literal["en", "zh"]


@cache
def rows() -> tuple[dict[str, str], ...]:
    """Return the table of texts as it stands in the file: key, en, zh."""
    text = files("maps").joinpath("texts.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def texts(language: Language) -> Mapping[str, str]:
    """Return the texts of one language by key.

    Parameters
    ----------
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    Mapping
        Key to wording; a key that the table lacks raises `KeyError`, it is never shown.
    """
    return MappingProxyType({row["key"]: row[language] for row in rows()})


def named(words: Mapping[str, str], prefix: str, value: str) -> str:
    """Return the wording of a value found in a table, or the value itself, without underscores."""
    return words.get(f"{prefix}.{value}", value.replace("_", " "))
