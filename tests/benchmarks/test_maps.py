"""The benchmark of the map pages: its figures hang together."""

from pathlib import Path

import pytest

from benchmarks.maps import measure, table
from maps.candidate_page import candidate_page
from maps.page import Settings
from tests.maps import cell_world
from tests.pages import browser


def test_the_table_leaves_out_what_a_page_has_not():
    plan = {"page": "plan", "size_mb": 1.0, "first_paint_s": 0.5, "drawn_s": 1.25, "ready_s": 1.25}
    assert table([plan]).splitlines()[-1] == "| plan | 1.00 | 0.50 | 1.25 | 1.25 |  |  |"


@pytest.mark.browser
def test_a_page_is_drawn_before_it_is_ready(tmp_path: Path):
    file = tmp_path / "page.html"
    page = candidate_page(cell_world.survey(40), Settings(), cell_deg=cell_world.CELL_DEG)
    file.write_text(page, encoding="utf-8")
    with browser() as started:
        found = measure(started, "candidates", file, 1)
    assert 0 < found["drawn_s"] <= found["ready_s"]
    assert found["first_paint_s"] > 0
    assert found["size_mb"] == pytest.approx(len(page.encode()) / 1e6)
    assert {"move_ms", "weigh_ms"} <= set(found)
