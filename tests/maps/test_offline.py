"""One file, nothing remote."""

import re

import folium
import pytest

from maps.candidate_page import candidate_page
from maps.offline import leaflet_css, leaflet_js, to_html
from maps.page import Settings
from maps.plan_page import draw_plan


def test_leaflet_is_whole_and_links_no_file():
    assert "1.9" in re.search(r'version\s*=\s*"([\d.]+)', leaflet_js())[1]
    assert "sourceMappingURL" not in leaflet_js()
    assert "url(images/" not in leaflet_css()
    assert leaflet_css().count("url(data:image/png;base64,") == 3


@pytest.mark.parametrize("kind", ["plan", "candidates"])
def test_the_page_links_nothing(survey, results, kind):
    settings = Settings()
    page = (
        to_html(draw_plan(survey, results, settings)) if kind == "plan" else candidate_page(survey, settings)
    )
    own = page.replace(leaflet_js(), "")
    assert not re.search(r"""(src|href)=["']https?:""", own)
    assert "jquery" not in page.lower()
    assert "bootstrap" not in page.lower()


def test_a_bare_folium_map_is_refused():
    with pytest.raises(ValueError, match="bare Folium map"):
        to_html(folium.Map(tiles=None))


def test_a_remote_part_is_refused(survey, results):
    page_map = draw_plan(survey, results, Settings())
    page_map.get_root().top = '<img src="https://example.org/x.png">'
    with pytest.raises(ValueError, match="remote"):
        to_html(page_map)
