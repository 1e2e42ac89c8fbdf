"""The candidate map before a browser sees it: its columns, names, sources, and its size."""

import dataclasses
import re

import pytest

from geodata.tables import MODELS, DataWarning, TableError
from maps import candidate_columns as columns
from maps.candidate_data import place_names
from maps.candidate_frame import ruled_out
from maps.candidate_page import candidate_page
from maps.candidate_settings import CandidateSettings
from maps.candidate_sources import Sources
from maps.page import Settings
from maps.texts import texts
from tests.maps import cell_world
from tests.maps.test_candidate_pack import codes_of

EN = texts("en")


@pytest.fixture(scope="module")
def cells():
    return cell_world.survey(600)


def test_every_number_of_the_survey_has_a_group_a_wording_and_a_place_on_the_map(cells):
    numeric = {
        name
        for table in ("candidates", "attributes", "cells")
        for name, column in MODELS[table].to_schema().columns.items()
        if str(column.dtype).startswith("float")
    } - {"longitude", "latitude"}
    grouped = {key for keys in columns.GROUPS.values() for key in keys}
    assert numeric | {"pue_mean"} == grouped
    for language in ("en", "zh"):
        words = texts(language)
        assert [k for k in grouped if f"cmap.column.{k}" not in words and f"column.{k}" not in words] == []
    assert grouped >= columns.HIGHER
    shown = {c.key for c in columns.numbers(columns.places(cells), EN)}
    assert numeric - shown == {"ground_acceleration_g", "aqueduct_stress_share"}, "those without any value"


def test_a_column_that_is_no_built_in_one_is_shown_too(cells):
    more = dataclasses.replace(cells, attributes=cells.attributes.assign(own_figure_km=3.5))
    found = {c.key: c for c in columns.numbers(columns.places(more), EN)}["own_figure_km"]
    assert (found.group, found.label, found.unit) == ("other", "own figure km", "km")


def test_units_are_told():
    told = {
        k: columns.unit(k, EN) for k in ("substation_kv", "ghi_kwh_per_m2", "score_share", "relief_m", "wue")
    }
    assert told == {
        "substation_kv": "kV", "ghi_kwh_per_m2": "kWh/m² and year", "score_share": "share", "relief_m": "m",
        "wue": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("elevation", r"is not one of this survey's: .*; did you mean elevation_m"),
        ("ground_acceleration_g", "no candidate of this survey has a value in it"),
        ("name_en", "is not one of this survey's"),
    ],
)
def test_an_unusable_column_is_refused(cells, column, message):
    with pytest.raises(TableError, match=message):
        candidate_page(cells, Settings(), column)


def test_a_survey_without_candidates_is_refused(cells):
    with pytest.raises(TableError, match="no candidate"):
        candidate_page(dataclasses.replace(cells, candidates=cells.candidates.head(0)), Settings())


def test_names_of_cells_are_few_texts_that_fill_in_to_the_same(cells):
    table = columns.places(cells)
    digits, names = place_names(table, "zh")
    assert digits == 3
    assert all(len(set(found)) < 60 for found in names.values())
    row = table.iloc[7]
    y, x = f"{row['latitude']:.3f}N", f"{row['longitude']:.3f}E"
    marks = {"\1": y, "\2": x, "\3": y.lower(), "\4": x.lower()}
    marks |= {"\5": y.lower().replace(".", ""), "\6": x.lower().replace(".", "")}
    filled = {k: re.sub("[\1-\6]", lambda m: marks[m[0]], v[7]) for k, v in names.items()}
    assert filled == {
        "id": row["site_id"],
        "name": row["name_zh"],
        "other": row["name_en"],
        "pinyin": row["pinyin"],
    }


def test_names_of_seats_stay_as_they_are():
    table = columns.places(cell_world.seats(12))
    assert place_names(table, "en") == (
        0,
        {"id": list(table["site_id"]), "name": list(table["name_en"]), "other": list(table["name_zh"]),
         "pinyin": list(table["pinyin"])},
    )  # fmt: skip


def test_a_source_stands_once_and_places_that_differ_have_their_own(cells):
    table = columns.places(cells)
    sources = Sources(cells.figures, table["site_id"], EN)
    told = sources.of("substation_km")
    own = codes_of(told["sources"], len(table))
    assert sources.texts[told["source"]] == "Layer <b>; 2025; note of substation_km"
    assert (own > 0).sum() == len(table) / 5
    assert sources.texts[int(own.max()) - 1] == "Layer <b>; 2025; may lie nearer"
    assert sources.confidence[int(own.max()) - 1] == "low"
    others = [sources.of(key)["source"] for key in ("relief_m", "room_km")]
    assert [sources.texts[each] for each in others] == [EN["page.no_source"], EN["cmap.source_cells"]]


def test_the_page_keeps_to_its_size_and_says_what_it_leaves_out(cells):
    whole = len(candidate_page(cells, Settings()).encode())
    limit = (whole - 30_000) / 1e6
    asked = CandidateSettings(page_max_mb=limit, first_columns=("protected_area_km",))
    with pytest.warns(DataWarning, match=r"carries \d+ of \d+ columns.*left out: .*tree_cover_share"):
        page = candidate_page(cells, Settings(candidates=asked), "relief_m")
    assert len(page.encode()) <= limit * 1e6
    assert '"key":"relief_m"' in page
    assert '"key":"protected_area_km"' in page
    assert '"key":"tree_cover_share"' not in page
    assert "<li>Share under trees</li>" in page
    frame = CandidateSettings(page_max_mb=0.2)
    with pytest.raises(TableError, match=r"maps\.candidates\.page_max_mb: 600 places do not fit"):
        candidate_page(cells, Settings(candidates=frame))


def test_the_page_is_the_same_for_the_same_tables(cells):
    assert candidate_page(cells, Settings()) == candidate_page(cells, Settings())


def test_what_ruled_cells_out_is_listed_with_counts_and_what_was_not_applied(cells):
    shown = ruled_out(cells.exclusions, EN)
    assert "147,811 raster cells" in shown
    assert "too far from fibre" in shown
    assert "over 50 km from &lt;fibre&gt;" in shown
    assert "flood &lt;/td&gt;" not in shown
    assert "own layer" in shown
    assert EN["cmap.head.not_applied"] in shown
    assert "no value at 12 cells" in shown


@pytest.mark.slow
def test_a_hundred_thousand_cells_fit_eight_megabytes():
    survey = cell_world.survey(100_000)
    with pytest.warns(DataWarning, match="left out"):
        page = candidate_page(survey, Settings(), cell_deg=cell_world.CELL_DEG)
    assert len(page.encode()) <= 8_000_000
    carried = len(re.findall(r'"kind":"number"', page))
    assert carried >= 40
