"""The candidate map before a browser sees it: its columns, names, sources, and its size."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from geodata.cells.exclusions import Settings as ExclusionSettings
from geodata.cells.exclusions import list_exclusions
from geodata.cells.target_grid import grid_over
from geodata.tables import MODELS, DataWarning, TableError
from maps import candidate_columns as columns
from maps.candidate_data import place_names
from maps.candidate_excluded import CELLS_MAX, excluded_data, fitted, size
from maps.candidate_page import candidate_page
from maps.candidate_rules import alone_counts, rule_text, rules_part
from maps.candidate_settings import CandidateSettings
from maps.candidate_sources import Sources
from maps.page import Settings
from maps.style import html_text
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
    shown = rules_part(cells, None, EN)
    assert "147,811 raster cells" in shown
    assert "too far from fibre" in shown
    assert "over 50 km from &lt;fibre&gt;" in shown
    assert "flood &lt;/td&gt;" not in shown
    assert "own layer" in shown
    assert EN["cmap.head.not_applied"] in shown
    assert "no value at 12 cells" in shown
    assert EN["cmap.head.not_kept"] in shown
    assert "<button" not in shown
    assert rules_part(dataclasses.replace(cells, exclusions=cells.exclusions.head(0)), None, EN) == ""


@pytest.fixture(scope="module")
def kept(cells):
    return cell_world.excluded(cells)


def test_a_rule_that_rules_out_cells_can_be_pressed_and_tells_those_that_it_rules_out_alone(kept):
    assert alone_counts(kept) == [19 * 50 - 1, 20 * 50, 0]
    shown = rules_part(kept, excluded_data(kept, EN), EN)
    assert re.findall(r'data-rule="(\d)"', shown) == ["0", "1"], "flood was not applied"
    assert f'<th scope="col">{EN["cmap.head.alone"]}</th>' in shown
    assert "<td>949</td>" in shown
    assert EN["cmap.head.not_kept"] not in shown
    assert EN["cmap.head.no_room"] in rules_part(kept, None, EN)


def test_excluded_cells_are_packed_row_by_row_with_free_ones_as_nothing(kept):
    layer = excluded_data(kept, EN)
    codes = codes_of(layer["codes"], 4000).reshape(40, 100)
    assert (codes == kept.excluded.ruled(3)).all()
    assert (codes[25, 10], codes[-1].max(), codes[0, 0], codes[0, 99]) == (0, 0, 3, 2)
    assert [layer[key] for key in ("west", "north", "side", "height", "width", "every")] == [
        90,
        43,
        0.05,
        40,
        100,
        1,
    ]
    assert layer["rules"][1] == {
        "name": "too far from fibre",
        "text": "over 50 km from <fibre>",
        "layer": "rail",
    }
    assert excluded_data(dataclasses.replace(kept, excluded=None), EN) is None


def test_excluded_cells_are_coarser_where_there_is_no_room(kept, monkeypatch):
    finest = excluded_data(kept, EN)
    coarse = fitted(kept, EN, finest, size(finest) + 900)
    assert coarse is finest
    monkeypatch.setattr("maps.candidate_excluded.NOTE_BYTES", 0)
    coarse = fitted(kept, EN, finest, size(finest) - 1)
    assert coarse["every"] > 1
    assert coarse["side"] == pytest.approx(0.05 * coarse["every"])
    step = coarse["every"]
    sample = kept.excluded.ruled(3)[step // 2 :: step, step // 2 :: step]
    found = codes_of(coarse["codes"], sample.size).reshape(sample.shape)
    assert (found == sample).all()
    assert fitted(kept, EN, finest, 100) is None
    monkeypatch.setattr("maps.candidate_excluded.CELLS_MAX", 500)
    assert excluded_data(kept, EN)["every"] == 3
    assert CELLS_MAX > 500


@pytest.mark.slow
def test_a_page_without_room_says_that_cells_are_coarser_or_left_out(kept):
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 4, size=(400, 1000)).astype(np.uint16)
    survey = dataclasses.replace(kept, excluded=dataclasses.replace(kept.excluded, codes=noise))
    whole = len(candidate_page(survey, Settings()).encode())
    limit = (whole - 20_000) / 1e6
    with pytest.warns(DataWarning, match=r"one of each 2 x 2 excluded cells.*exclusions\.tif holds all"):
        page = candidate_page(survey, Settings(candidates=CandidateSettings(page_max_mb=limit)))
    assert len(page.encode()) <= limit * 1e6
    assert html_text(EN["cmap.head.every"].format(every=2)) in page
    assert '"key":"tree_cover_share"' in page, "columns come first"


def test_thresholds_of_built_in_rules_are_told_in_the_language_of_the_page():
    zh = texts("zh")
    rows = {
        "relief": ("relief above 600 m within 10 km", "10 公里内地形起伏超过 600 米"),
        "land_cover": ("land cover 14, 15, 19, 20", "土地覆被代码 14, 15, 19, 20"),
        "built_up": ("over 1500 persons per km2", "每平方公里超过 1500 人"),
        "grid": ("over 50 km from substations of 220 kV and more", "距 220 kV 及以上变电站超过 50 公里"),
        "elevation": ("3000-", "3000-"),
        "flood plain": ("inside or within 2 km", "inside or within 2 km"),
    }
    for reason, (text, shown) in rows.items():
        row = {"reason": reason, "text": text}
        assert rule_text(row, zh) == shown
        assert rule_text(row, EN) == text


def test_every_text_of_a_built_in_rule_has_its_wording():
    """The survey tells thresholds in English; a page in Chinese has its own wording for each."""
    grid, none = (
        grid_over((104, 36, 105, 37), "EPSG:4326", 0.1),
        pd.DataFrame({"longitude": [], "latitude": []}),
    )
    asked = ExclusionSettings(urban_codes=(18,), force_exclude=((104.5, 36.5),))
    for rule in list_exclusions(asked, grid, None, none, none):
        row = {"reason": rule.reason, "text": rule.text}
        assert rule_text(row, texts("zh")) != rule.text, rule.reason


@pytest.mark.slow
def test_a_hundred_thousand_cells_fit_eight_megabytes():
    survey = cell_world.survey(100_000)
    with pytest.warns(DataWarning, match="left out"):
        page = candidate_page(survey, Settings(), cell_deg=cell_world.CELL_DEG)
    assert len(page.encode()) <= 8_000_000
    carried = len(re.findall(r'"kind":"number"', page))
    assert carried >= 40
