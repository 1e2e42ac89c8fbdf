"""One file, nothing remote, the same for the same tables."""

import re

import folium
import pytest

from maps.offline import leaflet_css, leaflet_js, to_html
from maps.page import Settings, draw


def test_leaflet_is_whole_and_links_no_file():
    assert "1.9" in re.search(r'version\s*=\s*"([\d.]+)', leaflet_js())[1]
    assert "sourceMappingURL" not in leaflet_js()
    assert "url(images/" not in leaflet_css()
    assert leaflet_css().count("url(data:image/png;base64,") == 3


def test_the_page_links_nothing_and_repeats_itself(survey, results):
    pages = [to_html(draw(survey, results, Settings())) for _ in range(2)]
    assert pages[0] == pages[1]
    own = pages[0].replace(leaflet_js(), "")
    assert not re.search(r"""(src|href)=["']https?:""", own)
    assert "jquery" not in pages[0].lower()
    assert "bootstrap" not in pages[0].lower()


def test_a_bare_folium_map_is_refused():
    with pytest.raises(ValueError, match="bare Folium map"):
        to_html(folium.Map(tiles=None))


def test_a_remote_part_is_refused(survey, results):
    page_map = draw(survey, results, Settings())
    page_map.get_root().top = '<img src="https://example.org/x.png">'
    with pytest.raises(ValueError, match="remote"):
        to_html(page_map)
