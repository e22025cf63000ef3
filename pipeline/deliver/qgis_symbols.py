"""How QGIS writes down what rows look like: rules, symbols and labels as elements of its files, in the app's colours."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Colours of the screens in their light look (static/screen/tokens.css).
COLOURS = {
    "blue": "#0017c1",
    "flow-2": "#6b2700",
    "flow-3": "#004636",
    "ink": "#1a1a1c",
    "hatch": "#8e939e",
    "coast": "#5c6b8f",
    "land": "#edf1f7",
    "alone": "#e8c468",
    "cover-1": "#b5cafc",
    "cover-2": "#94b3f9",
    "cover-3": "#769cf5",
    "cover-4": "#5c83e6",
}


@dataclass(frozen=True)
class Rule:
    """What some rows look like: a filter in QGIS's language, a label, layers of a symbol; from a scale on, if any."""

    filter: str
    label: str
    layers: Sequence[ET.Element]
    farther_than: int = 0


def element(
    tag: str, attributes: Mapping[str, str] | None = None, *inside: ET.Element, text: str = ""
) -> ET.Element:
    """An element of XML."""
    made = ET.Element(tag, dict(attributes or {}))
    made.extend(inside)
    made.text = text or None
    return made


def by_rules(kind: str, rules: Sequence[Rule], order: str = "") -> ET.Element:
    """A renderer of rules; ``order`` is by what what lies on top is chosen."""
    listed, symbols = element("rules", {"key": "rules"}), element("symbols")
    for number, rule in enumerate(rules):
        said = {"key": f"rule-{number}", "symbol": str(number), "label": rule.label}
        if rule.filter:
            said["filter"] = rule.filter
        if rule.farther_than:
            said["scalemindenom"] = str(rule.farther_than)
        listed.append(element("rule", said))
        look = {"type": kind, "name": str(number), "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
        symbols.append(element("symbol", look, *rule.layers))
    renderer = element(
        "renderer-v2",
        {
            "type": "RuleRenderer",
            "symbollevels": "0",
            "forceraster": "0",
            "enableorderby": "1" if order else "0",
        },
        listed,
        symbols,
    )
    if order:
        clause = element("orderByClause", {"asc": "1", "nullsFirst": "1"}, text=order)
        renderer.append(element("orderby", {}, clause))
    return renderer


def symbol_layer(
    kind: str, options: Mapping[str, str], driven: Mapping[str, str] | None = None, *inside: ET.Element
) -> ET.Element:
    """A layer of a symbol; ``driven`` are expressions for its properties (size, outlineWidth, …)."""
    said = [
        element("Option", {"type": "QString", "name": key, "value": value}) for key, value in options.items()
    ]
    made = element("layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    made.append(element("Option", {"type": "Map"}, *said))
    properties = [
        element(
            "Option",
            {"type": "Map", "name": key},
            element("Option", {"type": "bool", "name": "active", "value": "true"}),
            element("Option", {"type": "QString", "name": "expression", "value": expression}),
            element("Option", {"type": "int", "name": "type", "value": "3"}),
        )
        for key, expression in (driven or {}).items()
    ]
    collection = element(
        "Option",
        {"type": "Map"},
        element("Option", {"type": "QString", "name": "name", "value": ""}),
        element("Option", {"type": "Map", "name": "properties"}, *properties),
        element("Option", {"type": "QString", "name": "type", "value": "collection"}),
    )
    made.append(element("data_defined_properties", {}, collection))
    made.extend(inside)
    return made


def area(filter_: str, label: str, colour: str, opacity: float = 0.9) -> Rule:
    """Rows filled with a colour (#rrggbb), bordered as a coast is."""
    fill = symbol_layer(
        "SimpleFill",
        {"color": rgb(colour, round(255 * opacity)), "style": "solid"}
        | {"outline_color": rgb(COLOURS["coast"]), "outline_width": "0.15", "outline_width_unit": "MM"},
    )
    return Rule(filter_, label, [fill])


def hatch() -> ET.Element:
    """What there is none of."""
    stroke = {"line_color": rgb(COLOURS["hatch"]), "line_width": "0.2", "line_width_unit": "MM"}
    line = element(
        "symbol",
        {"type": "line", "name": "@0@0", "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"},
        symbol_layer("SimpleLine", stroke),
    )
    options = {"angle": "45", "distance": "1.4", "distance_unit": "MM"}
    return symbol_layer("LinePatternFill", options, None, line)


def outline(colour: str, width: float) -> ET.Element:
    """A border of so many millimetres."""
    return symbol_layer(
        "SimpleLine", {"line_color": rgb(colour), "line_width": str(width), "line_width_unit": "MM"}
    )


def dot(shape: str, colour: str, size: str) -> ET.Element:
    """A point whose size in millimetres is an expression."""
    options = {
        "name": shape,
        "color": rgb(colour),
        "outline_color": rgb("#ffffff"),
        "size": "2",
        "size_unit": "MM",
    }
    return symbol_layer("SimpleMarker", options, {"size": size})


def labels_by(
    said: str,
    size: float,
    placement: Mapping[str, str],
    nearer_than: int = 0,
    farther_than: int = 0,
    strong: bool = False,
) -> ET.Element:
    """Labels by an expression, with a halo, between two scales where they are given."""
    # No font is named: that of the program is on every PC, and QGIS would warn of another.
    text = {
        "fieldName": said,
        "isExpression": "1",
        "namedStyle": "Bold" if strong else "Regular",
        "fontWeight": "75" if strong else "50",
        "fontSize": str(size),
        "fontSizeUnit": "Point",
        "textColor": rgb(COLOURS["ink"]),
        "textOpacity": "1",
        "multilineHeight": "0.9",
    }
    halo = {
        "bufferDraw": "1",
        "bufferSize": "0.7",
        "bufferSizeUnits": "MM",
        "bufferColor": rgb("#ffffff"),
        "bufferOpacity": "0.85",
        "bufferJoinStyle": "128",
        "bufferNoFill": "1",
    }
    shown = {"drawLabels": "1", "obstacle": "0", "limitNumLabels": "0", "fontMinPixelSize": "3"}
    if nearer_than or farther_than:
        shown |= {"scaleVisibility": "1", "scaleMin": str(farther_than), "scaleMax": str(nearer_than)}
    settings = element(
        "settings",
        {"calloutType": "simple"},
        element("text-style", text, element("text-buffer", halo)),
        element("text-format", {"multilineAlign": "1", "wrapChar": ""}),
        element("placement", {"distUnits": "MM", **placement}),
        element("rendering", shown),
    )
    return element("labeling", {"type": "simple"}, settings)


def rgb(colour: str, alpha: int = 255) -> str:
    """A colour (#rrggbb) as QGIS writes it; ``alpha`` is 255 where nothing shines through."""
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + f",{alpha}"
