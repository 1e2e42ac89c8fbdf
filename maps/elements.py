"""Folium parts of our own: a layer group, and a call of the page's script with data."""

from __future__ import annotations

from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template

from maps.style import html_text, script_json


class Call(MacroElement):
    """A call ``siting.<function>(parent, ...)`` in the page's script; every argument is made safe."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "siting.{{ this.function }}({{ this._parent.get_name() }}{{ this.arguments }});"
        "{% endmacro %}"
    )

    def __init__(self, function: str, arguments: list[Any]) -> None:
        super().__init__()
        self._name = "Call"
        self.function = function
        self.arguments = "".join(f", {script_json(argument)}" for argument in arguments)


def group(name: str, show: bool = True) -> folium.FeatureGroup:
    """Return an empty layer that the layer control lists under `name`."""
    return folium.FeatureGroup(name=html_text(name), show=show)
