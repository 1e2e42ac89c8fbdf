"""One HTML file that opens with the network off: Leaflet and all else is written into it."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import folium
import jinja2
from branca.element import Element, Figure
from xstatic.pkg import leaflet

from maps.style import html_text
from maps.texts import Language

_REMOTE = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc\s*=\s*["']?(?:https?:)?//"""
    r"""|<link\b[^>]*\bhref\s*=\s*["']?(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//""",
    re.IGNORECASE,
)


class Page(Figure):
    """The frame of a page: head with styles, a top part, the map, a legend, then all scripts."""

    _template = jinja2.Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.language }}">\n<head>\n<title>{{ this.title }}</title>\n'
        '<link rel="icon" href="data:,">\n'
        "{{ this.header.render(**kwargs) }}\n"
        "<style>{{ this.leaflet_css }}</style>\n<style>{{ this.page_css }}</style>\n</head>\n"
        "<body>\n{{ this.top }}\n<main>{{ this.html.render(**kwargs) }}\n{{ this.legend }}</main>\n"
        "<script>{{ this.leaflet_js }}</script>\n<script>{{ this.page_js }}</script>\n"
        "<script>{{ this.script.render(**kwargs) }}</script>\n</body>\n</html>\n"
    )

    def __init__(self, language: Language, title: str, top: str, legend: str) -> None:
        super().__init__(title=html_text(title))
        self.language = language
        self.top = top
        self.legend = legend
        self.leaflet_css, self.leaflet_js = leaflet_css(), leaflet_js()
        self.page_css, self.page_js = part("page.css"), part("page.js")


@cache
def part(name: str) -> str:
    """Return the text of a file of this package."""
    return files("maps").joinpath(name).read_text(encoding="utf-8")


@cache
def leaflet_js() -> str:
    """Return Leaflet's script from the installed package, without the pointer to its source map."""
    text = (Path(leaflet.BASE_DIR) / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=\S+", "", text)


@cache
def leaflet_css() -> str:
    """Return Leaflet's styles from the installed package with its images written into them."""
    folder = Path(leaflet.BASE_DIR)
    text = (folder / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\((images/[\w-]+\.png)\)", lambda match: f"url({_data_uri(folder / match[1])})", text)


def _data_uri(image: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(image.read_bytes()).decode("ascii")


def framed(folium_map: folium.Map, page: Page) -> folium.Map:
    """Return the map as child of `page`, without the links that Folium would add."""
    folium_map.default_js = []
    folium_map.default_css = []
    page.add_child(folium_map)
    return folium_map


def to_html(folium_map: folium.Map) -> str:
    """Return the page of a map as one file that asks for nothing from outside.

    Parameters
    ----------
    folium_map : folium.Map
        As made by `maps.plan_page.draw_plan`; identifiers are numbered, so that the same plan gives the same
        file.

    Raises
    ------
    ValueError
        If the map is not in an offline page, or a part of it links something remote.
    """
    page = folium_map.get_root()
    if not isinstance(page, Page):
        raise ValueError(
            "expected a map in a page of maps.offline, found a bare Folium map, which links remote files"
        )
    for place, part_of_page in enumerate(_descendants(folium_map)):
        part_of_page._id = f"{place:03d}"
    text: str = page.render()
    if found := _REMOTE.search(text):
        raise ValueError(f"the page links something remote: {text[found.start() : found.start() + 120]!r}")
    return text


def _descendants(element: Element) -> list[Element]:
    return [element, *(below for child in element._children.values() for below in _descendants(child))]
