"""A style as SLD 1.1, for GeoServer and others: sizes that grow are told in five classes."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as Xml

from siting.gis.styles import Sign, Style

_SLD, _SE, _OGC = "http://www.opengis.net/sld", "http://www.opengis.net/se", "http://www.opengis.net/ogc"
_CLASSES = 5
_PX_PER_MM = 1 / 0.28
_SHAPES = {"circle": "circle", "square": "square", "diamond": "square"}


def sld(style: Style) -> str:
    """Return a style as SLD."""
    Xml.register_namespace("sld", _SLD)
    Xml.register_namespace("se", _SE)
    Xml.register_namespace("ogc", _OGC)
    root = Xml.Element(f"{{{_SLD}}}StyledLayerDescriptor", {"version": "1.1.0"})
    layer = Xml.SubElement(root, f"{{{_SLD}}}NamedLayer")
    _say(layer, "Name", style.layer)
    user = Xml.SubElement(layer, f"{{{_SLD}}}UserStyle")
    _say(user, "Name", style.layer)
    features = Xml.SubElement(user, f"{{{_SE}}}FeatureTypeStyle")
    for sign in style.signs:
        for low, high, size_mm in _sizes(style, sign):
            features.append(_rule(style, replace(sign, size_mm=size_mm), (low, high)))
    return Xml.tostring(root, encoding="unicode", xml_declaration=False)


def _sizes(style: Style, sign: Sign) -> list[tuple[float | None, float | None, float]]:
    """Return the classes of the column that gives the size: limits and size; one without limits if none."""
    if not style.size_column or not style.size_largest:
        return [(None, None, sign.size_mm)]
    least, most = style.size_mm
    steps = [k / _CLASSES for k in range(_CLASSES + 1)]
    return [
        (
            None if k == 0 else style.size_largest * steps[k] ** 2,
            None if k == _CLASSES - 1 else style.size_largest * steps[k + 1] ** 2,
            least + (most - least) * (steps[k] + steps[k + 1]) / 2,
        )
        for k in range(_CLASSES)
    ]


def _say(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, f"{{{_SE}}}{name}").text = text


def _rule(style: Style, sign: Sign, limits: tuple[float | None, float | None]) -> Xml.Element:
    rule = Xml.Element(f"{{{_SE}}}Rule")
    _say(rule, "Name", sign.label)
    filters = [*_of_sign(style.column, sign), *_between(style.size_column, limits)]
    where = Xml.SubElement(rule, f"{{{_OGC}}}Filter")
    if len(filters) > 1:
        where = Xml.SubElement(where, f"{{{_OGC}}}And")
    where.extend(filters)
    rule.append(_line(sign) if sign.shape == "line" else _point(sign))
    return rule


def _of_sign(column: str, sign: Sign) -> list[Xml.Element]:
    if sign.value is not None:
        return [_compared("PropertyIsEqualTo", column, sign.value)]
    if sign.low is None or sign.high is None:
        null = Xml.Element(f"{{{_OGC}}}PropertyIsNull")
        Xml.SubElement(null, f"{{{_OGC}}}PropertyName").text = column
        return [null]
    upper = "PropertyIsLessThanOrEqualTo" if sign.is_last else "PropertyIsLessThan"
    return [
        _compared("PropertyIsGreaterThanOrEqualTo", column, repr(sign.low)),
        _compared(upper, column, repr(sign.high)),
    ]


def _between(column: str, limits: tuple[float | None, float | None]) -> list[Xml.Element]:
    kinds = ("PropertyIsGreaterThanOrEqualTo", "PropertyIsLessThan")
    return [
        _compared(kind, column, repr(limit))
        for kind, limit in zip(kinds, limits, strict=True)
        if limit is not None
    ]


def _compared(kind: str, column: str, value: str) -> Xml.Element:
    found = Xml.Element(f"{{{_OGC}}}{kind}")
    Xml.SubElement(found, f"{{{_OGC}}}PropertyName").text = column
    Xml.SubElement(found, f"{{{_OGC}}}Literal").text = value
    return found


def _parameters(parent: Xml.Element, kind: str, values: dict[str, str]) -> None:
    part = Xml.SubElement(parent, f"{{{_SE}}}{kind}")
    for name, value in values.items():
        Xml.SubElement(part, f"{{{_SE}}}SvgParameter", {"name": name}).text = value


def _line(sign: Sign) -> Xml.Element:
    symbol = Xml.Element(f"{{{_SE}}}LineSymbolizer")
    width = f"{sign.size_mm * _PX_PER_MM:.1f}"
    _parameters(
        symbol,
        "Stroke",
        {"stroke": sign.colour, "stroke-opacity": f"{sign.opacity:g}", "stroke-width": width},
    )
    return symbol


def _point(sign: Sign) -> Xml.Element:
    symbol = Xml.Element(f"{{{_SE}}}PointSymbolizer")
    graphic = Xml.SubElement(symbol, f"{{{_SE}}}Graphic")
    mark = Xml.SubElement(graphic, f"{{{_SE}}}Mark")
    _say(mark, "WellKnownName", _SHAPES[sign.shape])
    _parameters(mark, "Fill", {"fill": sign.colour, "fill-opacity": f"{sign.opacity:g}"})
    _parameters(mark, "Stroke", {"stroke": sign.edge, "stroke-width": "0.7"})
    _say(graphic, "Size", f"{sign.size_mm * _PX_PER_MM:.1f}")
    if sign.shape == "diamond":
        _say(graphic, "Rotation", "45")
    return symbol
