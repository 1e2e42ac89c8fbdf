"""A style as QML, which QGIS 3 reads: rules with symbols, sizes by expression, labels, column names."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as Xml

from siting.gis.styles import Sign, Style

_VERSION = "3.22.0"
_KINDS = {"circle": ("marker", "SimpleMarker"), "line": ("line", "SimpleLine")}
_FAINT = 8


def qml(style: Style, aliases: Mapping[str, str]) -> str:
    """Return a style as QML; `aliases` are names of columns with units, in the order of the columns."""
    root = Xml.Element(
        "qgis",
        {
            "version": _VERSION,
            "styleCategories": "Symbology|Labeling|Fields",
            "labelsEnabled": _flag(style.label_column),
        },
    )
    renderer = Xml.SubElement(
        root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0", "forceraster": "0"}
    )
    rules = Xml.SubElement(renderer, "rules", {"key": "{siting}"})
    for place, sign in enumerate(style.signs):
        told = {"key": f"{{siting-{place}}}", "label": sign.label, "symbol": str(place)}
        Xml.SubElement(rules, "rule", told | {"filter": condition(style.column, sign)})
    symbols = Xml.SubElement(renderer, "symbols")
    for place, sign in enumerate(style.signs):
        symbols.append(_symbol(place, sign, style))
    if style.label_column:
        root.append(_labels(style.label_column))
    _aliases(root, aliases)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + Xml.tostring(
        root, encoding="unicode"
    )


def condition(column: str, sign: Sign) -> str:
    """Return the expression that picks the features of a sign.

    Examples
    --------
    >>> print(condition("kind", Sign("x", "circle", "#fff", value="it's")))
    "kind" = 'it''s'
    >>> print(condition("it_mw", Sign("x", "circle", "#fff", low=1.0, high=2.0)))
    "it_mw" >= 1.0 AND "it_mw" < 2.0
    """
    name = '"' + column.replace('"', '""') + '"'
    if sign.value is not None:
        return f"{name} = '" + sign.value.replace("'", "''") + "'"
    if sign.low is None or sign.high is None:
        return f"{name} IS NULL"
    return f"{name} >= {sign.low!r} AND {name} {'<=' if sign.is_last else '<'} {sign.high!r}"


def _flag(value: object) -> str:
    return "1" if value else "0"


def _symbol(place: int, sign: Sign, style: Style) -> Xml.Element:
    kind, layer_class = _KINDS.get(sign.shape, _KINDS["circle"])
    told = {
        "name": str(place),
        "type": kind,
        "alpha": f"{sign.opacity:g}",
        "clip_to_extent": "1",
        "force_rhr": "0",
    }
    symbol = Xml.Element("symbol", told)
    if style.faint_column:
        faint = f'if("{style.faint_column}", {_FAINT}, {100 * sign.opacity:g})'
        symbol.append(_defined({"alpha": faint}))
    layer = Xml.SubElement(
        symbol, "layer", {"class": layer_class, "enabled": "1", "locked": "0", "pass": "0"}
    )
    properties = _line(sign) if kind == "line" else _marker(sign)
    _properties(layer, properties)
    if style.size_column:
        layer.append(_defined({"outlineWidth" if kind == "line" else "size": _size(style)}))
    return symbol


def _size(style: Style) -> str:
    """Return the expression of a size: its square grows with the amount."""
    least, most = style.size_mm
    largest = style.size_largest or 1.0
    return f'{least:g} + {most - least:g} * sqrt(max(0, coalesce("{style.size_column}", 0)) / {largest!r})'


def _marker(sign: Sign) -> dict[str, str]:
    return {
        "name": sign.shape,
        "color": rgba(sign.colour),
        "outline_color": rgba(sign.edge),
        "outline_style": "solid",
        "outline_width": "0.2",
        "outline_width_unit": "MM",
        "size": f"{sign.size_mm:g}",
        "size_unit": "MM",
        "scale_method": "diameter",
    }


def _line(sign: Sign) -> dict[str, str]:
    return {
        "line_color": rgba(sign.colour),
        "line_style": "solid",
        "line_width": f"{sign.size_mm:g}",
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }


def rgba(colour: str) -> str:
    """Return a colour as QGIS writes it.

    Examples
    --------
    >>> rgba("#d55e00")
    '213,94,0,255'
    """
    return ",".join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5)) + ",255"


def _properties(layer: Xml.Element, properties: Mapping[str, str]) -> None:
    """Write the properties twice: as QGIS from 3.26 on reads them, and as it did before."""
    options = Xml.SubElement(layer, "Option", {"type": "Map"})
    for name, value in properties.items():
        Xml.SubElement(options, "Option", {"name": name, "type": "QString", "value": value})
    for name, value in properties.items():
        Xml.SubElement(layer, "prop", {"k": name, "v": value})


def _defined(expressions: Mapping[str, str]) -> Xml.Element:
    """Return properties that an expression gives for each feature."""
    whole = Xml.Element("data_defined_properties")
    options = Xml.SubElement(whole, "Option", {"type": "Map"})
    Xml.SubElement(options, "Option", {"name": "name", "type": "QString", "value": ""})
    listed = Xml.SubElement(options, "Option", {"name": "properties", "type": "Map"})
    for name, expression in expressions.items():
        one = Xml.SubElement(listed, "Option", {"name": name, "type": "Map"})
        Xml.SubElement(one, "Option", {"name": "active", "type": "bool", "value": "true"})
        Xml.SubElement(one, "Option", {"name": "expression", "type": "QString", "value": expression})
        Xml.SubElement(one, "Option", {"name": "type", "type": "int", "value": "3"})
    Xml.SubElement(options, "Option", {"name": "type", "type": "QString", "value": "collection"})
    return whole


def _labels(column: str) -> Xml.Element:
    labeling = Xml.Element("labeling", {"type": "simple"})
    settings = Xml.SubElement(labeling, "settings", {"calloutType": "simple"})
    text = {"fieldName": column, "isExpression": "0", "fontSize": "8", "fontSizeUnit": "Point"}
    text |= {"textColor": "29,39,51,255", "namedStyle": "Regular"}
    style = Xml.SubElement(settings, "text-style", text)
    halo = {"bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,255"}
    Xml.SubElement(style, "text-buffer", halo)
    Xml.SubElement(settings, "placement", {"placement": "6", "dist": "1", "distUnits": "MM"})
    Xml.SubElement(settings, "rendering", {"drawLabels": "1", "obstacle": "1"})
    return labeling


def _aliases(root: Xml.Element, aliases: Mapping[str, str]) -> None:
    listed = Xml.SubElement(root, "aliases")
    for place, (column, alias) in enumerate(aliases.items(), start=1):
        Xml.SubElement(listed, "alias", {"index": str(place), "field": column, "name": alias})
