"""Lines of longitude and latitude, drawn for the part of the map in view."""

from __future__ import annotations

from collections.abc import Mapping

import folium
from branca.element import MacroElement
from folium.template import Template

from maps.elements import group


class _Redrawn(MacroElement):
    _template = Template(
        "{% macro script(this, kwargs) %}"
        "siting.graticule({{ this._parent.get_name() }}, {{ this._parent._parent.get_name() }});"
        "{% endmacro %}"
    )


def draw(words: Mapping[str, str]) -> folium.FeatureGroup:
    """Return the layer of the graticule."""
    layer = group(words["layer.graticule"])
    layer.add_child(_Redrawn())
    return layer
