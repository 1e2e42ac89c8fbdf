"""The table of texts: complete in both languages."""

import re
import string

import pytest

from geodata.tables import Candidates
from maps.texts import named, rows, texts


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_key_stands_once_with_both_languages():
    keys = [row["key"] for row in rows()]
    assert len(keys) == len(set(keys))
    assert [row for row in rows() if not (row["en"].strip() and row["zh"].strip())] == []
    assert all(set(row) == {"key", "en", "zh"} for row in rows())


def test_both_languages_fill_in_the_same_values():
    assert [row["key"] for row in rows() if _fields(row["en"]) != _fields(row["zh"])] == []


def test_chinese_wording_is_chinese_except_names_and_units():
    plain = [row["key"] for row in rows() if not re.search(r"[\u4e00-\u9fff]", row["zh"])]
    allowed = ("list.", "unit.", "big.", "fact.hashes", "cmap.unit.")
    assert [key for key in plain if not key.startswith(allowed)] == []


def test_every_candidate_column_has_a_wording():
    assert [
        c for c in Candidates.to_schema().columns if c != "site_id" and f"column.{c}" not in texts("en")
    ] == []


def test_an_unknown_key_is_an_error_and_an_unknown_value_stays_as_it_is():
    with pytest.raises(KeyError):
        texts("zh")["no.such"]
    assert named(texts("zh"), "item", "own_item") == "own item"
    assert named(texts("zh"), "item", "shell") == "土建与机电"
