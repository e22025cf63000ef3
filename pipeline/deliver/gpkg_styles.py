"""How QGIS draws the layers of the GeoPackage: symbols, labels and classes of the app, as its own files say them.

Prefectures are filled where one sees much of the country, municipalities where one sees little, so that neither
covers the other in whatever order they lie. "None" is hatched, and names and numbers stand on the map.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.draw.choropleth import METRICS, PALETTE, ZERO_LABEL, Metric
from geo.ledger.origins import NAMED, Naming
from geo.ledger.schema import Table
from pipeline.deliver.qgis_symbols import (
    COLOURS,
    Rule,
    area,
    by_rules,
    dot,
    element,
    hatch,
    labels_by,
    outline,
    rgb,
    symbol_layer,
)

#: Nearer than 1 to this municipalities are filled, farther prefectures; and where the names of places have room.
NEAR, NAMES = 1_500_000, 600_000

#: So many lines, those of the most projects, may say where they go.
_NAMED_LINES = 40

#: What a row is called in lists of rows, by the first of these columns that its table has.
_ROWS = {
    "project_name": '"project_name" || \' – \' || coalesce("partner_name", "partner_text")',
    "partner_name": '"origin_name" || \' – \' || "partner_name"',
    "name": '"name"',
    "title": '"title"',
    "message": '"message"',
}

_OUT, _ALONE = "対象外", "県とだけ連携"


@dataclass(frozen=True)
class Style:
    """A way to draw a layer.

    Parameters
    ----------
    name : what it is called
    attributes, body : what a layer of a QGIS project has of it, and what a style has by itself
    """

    name: str
    attributes: Mapping[str, str]
    body: Sequence[ET.Element]

    def qml(self) -> str:
        """The style as QGIS keeps it beside a layer."""
        root = element("qgis", {"version": "3.22", "styleCategories": "Symbology|Labeling|Fields|Rendering"})
        root.attrib |= self.attributes
        root.extend(self.body)
        return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{ET.tostring(root, 'unicode')}"


def styles(
    tables: Mapping[str, Table], flows: Iterable[tuple[str, str, int]], ground: str, naming: Naming
) -> dict[str, list[Style]]:
    """Layer → ways to draw it, the usual one first.

    Parameters
    ----------
    tables : what the layers hold
    flows : code and name of the origin, and number of projects, of each line. The more there are, the fainter is one
        of few projects: thousands in one colour hide the map. Up to three origins have a colour each.
    ground : what the ground of the lines shows, a key of METRICS
    """
    drawn = list(flows)
    return {
        "prefectures": [
            _ground(tables, METRICS[ground]),
            *(_metric(tables, metric.of(naming.noun)) for metric in METRICS.values()),
        ],
        "municipalities": [_partnered(tables), _counted(tables)],
        "flows": [_lines(tables, drawn)],
        "partners": [_partners(tables)],
        "origins": [_origins(tables, len(naming.origins))],
    }


def plain(table: Table) -> Style:
    """The style of a table without a shape: what its columns are called."""
    return _style(table.label, table, None, None)


def _ground(tables: Mapping[str, Table], metric: Metric) -> Style:
    """Calm colours for the ground of lines; a prefecture that is a partner only itself, and what cannot be one, apart."""
    apart = [
        area('"reached" AND "n_partners" = 0', _ALONE, COLOURS["alone"]),
        area('NOT "reached" AND "n_municipalities" = 0', _OUT, COLOURS["land"]),
    ]
    rest = 'NOT ("n_partners" = 0 AND ("reached" OR "n_municipalities" = 0))'
    rules = [*_classes(metric, rest, [COLOURS[f"cover-{i}"] for i in range(1, 5)]), *apart]
    said = (
        '"name" || \'\\n\' || CASE WHEN "n_partners" > 0 THEN "n_partners" || \' / \' || "n_municipalities"'
        f" WHEN \"reached\" THEN '{_ALONE}' WHEN \"n_municipalities\" = 0 THEN '{_OUT}'"
        f" ELSE '{ZERO_LABEL}' END"
    )
    return _prefectures(tables, metric.label, rules, said)


def _metric(tables: Mapping[str, Table], metric: Metric) -> Style:
    """A metric of the prefectures in its standard classes, as 都道府県別 shows it."""
    rest = '"n_municipalities" > 0'
    rules = _classes(metric, rest, PALETTE)
    rules.append(area('"n_municipalities" = 0', _OUT, COLOURS["land"]))
    number = '"n_partners" || \' / \' || "n_municipalities"' if metric.percent else f'"{metric.column}"'
    said = (
        f"\"name\" || '\\n' || CASE WHEN \"n_municipalities\" = 0 THEN '{_OUT}'"
        f" WHEN \"{metric.column}\" > 0 THEN {number} ELSE '{ZERO_LABEL}' END"
    )
    return _prefectures(tables, f"都道府県別: {metric.label}", rules, said)


def _prefectures(tables: Mapping[str, Table], name: str, rules: Sequence[Rule], said: str) -> Style:
    far = [Rule(rule.filter, rule.label, rule.layers, NEAR) for rule in rules]
    border = Rule("", "都道府県の境", [outline(COLOURS["coast"], 0.4)])
    labels = labels_by(
        said, size=7, farther_than=NEAR, placement={"placement": "4", "priority": "10"}, strong=True
    )
    return _style(name, tables["prefectures"], by_rules("fill", [*far, border]), labels)


def _classes(metric: Metric, rest: str, colours: Sequence[str]) -> list[Rule]:
    """The standard classes of a metric, each from its bound up to the next, among the rows of ``rest``; none hatched."""
    labels = [entry.label for entry in metric.classes(pd.Series(dtype=float)).legend][1:]
    column = f'"{metric.column}"'
    rules = [Rule(f"{rest} AND {column} = 0", ZERO_LABEL, [hatch(), outline(COLOURS["coast"], 0.2)])]
    bounds = ("", *metric.bounds, "")
    for label, low, high, colour in zip(labels, bounds, bounds[1:], colours, strict=False):
        from_here = f"{column} >= {low}" if low else f"{column} > 0"
        below = f" AND {column} < {high}" if high else ""
        rules.append(area(f"{rest} AND {from_here}{below}", label, colour))
    return rules


def _partnered(tables: Mapping[str, Table]) -> Style:
    rules = [
        Rule('"possible" AND "n_projects" = 0', ZERO_LABEL, [hatch(), outline(COLOURS["coast"], 0.15)]),
        area('"n_projects" > 0', "連携あり", PALETTE[2], 0.3),
        area('NOT "possible" AND "n_projects" = 0', _OUT, COLOURS["land"], 0.6),
    ]
    return _municipalities(tables, "連携の有無", rules)


def _counted(tables: Mapping[str, Table]) -> Style:
    metric = METRICS["projects"]
    rules = _classes(metric, '("possible" OR "n_projects" > 0)', PALETTE)
    rules.append(area('NOT "possible" AND "n_projects" = 0', _OUT, COLOURS["land"], 0.6))
    return _municipalities(tables, metric.label, rules)


def _municipalities(tables: Mapping[str, Table], name: str, rules: Sequence[Rule]) -> Style:
    said = "\"name\" || CASE WHEN \"n_projects\" > 0 THEN '\\n' || \"n_projects\" || ' 事業' ELSE '' END"
    labels = labels_by(said, size=7, nearer_than=NAMES, placement={"placement": "4", "priority": "4"})
    return _style(name, tables["municipalities"], by_rules("fill", rules), labels, nearer_than=NEAR)


def _lines(tables: Mapping[str, Table], drawn: Sequence[tuple[str, str, int]]) -> Style:
    """Lines whose width follows the number of projects by its root, as on the screens; those of the most on top."""
    faint = max(12, min(110, 15_000 // max(len(drawn), 1)))
    origins = sorted({(code, name) for code, name, _ in drawn})
    several = 1 < len(origins) <= NAMED
    looks = [(f"\"origin_code\" = '{code}'", name) for code, name in origins] if several else [("", "連携")]
    rules = [
        Rule(look, label, [_line(COLOURS[colour], faint)])
        for (look, label), colour in zip(looks, ("blue", "flow-2", "flow-3"), strict=False)
    ]
    least = sorted((n for *_, n in drawn), reverse=True)[_NAMED_LINES - 1 : _NAMED_LINES] or [1]
    labels = labels_by(
        f'CASE WHEN "n_projects" >= {least[0]} THEN "partner_name" || \' \' || "n_projects" END',
        size=6.5,
        nearer_than=NAMES,
        placement={"placement": "2", "placementFlags": "2", "dist": "0.3", "priority": "1"},
    )
    return _style("事業の数", tables["flows"], by_rules("line", rules, order='"n_projects"'), labels)


def _partners(tables: Mapping[str, Table]) -> Style:
    whole = "\"code\" LIKE '%000'"
    rules = [
        Rule(
            f"NOT ({whole})", "市区町村", [dot("circle", COLOURS["blue"], '0.8 + 0.35 * sqrt("n_projects")')]
        ),
        Rule(
            whole, "都道府県そのもの", [dot("diamond", COLOURS["alone"], '1.6 + 0.35 * sqrt("n_projects")')]
        ),
    ]
    # Nearer than that the areas say it, but for the prefectures, which are no area of their own.
    said = f'CASE WHEN @map_scale > {NAMES} OR {whole} THEN "name" || \' \' || "n_projects" END'
    labels = labels_by(
        said, size=7, nearer_than=NEAR, placement={"placement": "6", "dist": "0.6", "priority": "5"}
    )
    return _style("事業の数", tables["partners"], by_rules("marker", rules, order='"n_projects"'), labels)


def _origins(tables: Mapping[str, Table], n: int) -> Style:
    rules = [Rule("", tables["origins"].label, [dot("square", COLOURS["flow-2"], "2.2")])]
    labels = labels_by(
        '"name" || \' \' || "n_municipalities"',
        size=8,
        nearer_than=0 if n <= NAMED else NAMES,
        placement={"placement": "6", "dist": "0.8", "priority": "8"},
        strong=True,
    )
    return _style("連携する市区町村の数", tables["origins"], by_rules("marker", rules), labels)


def _style(
    name: str, table: Table, renderer: ET.Element | None, labels: ET.Element | None, nearer_than: int = 0
) -> Style:
    attributes = {"labelsEnabled": "0" if labels is None else "1"}
    if nearer_than:
        attributes |= {"hasScaleBasedVisibilityFlag": "1", "minScale": str(nearer_than), "maxScale": "0"}
    names = [
        element("alias", {"field": key, "name": column.label, "index": str(place)})
        for place, (key, column) in enumerate(table.columns.items(), start=1)
    ]
    parts = [renderer, labels, element("aliases", {}, *names)]
    told = [expression for key, expression in _ROWS.items() if key in table.columns]
    parts += [element("previewExpression", text=expression) for expression in told[:1]]
    return Style(name, attributes, [part for part in parts if part is not None])


def _line(colour: str, faint: int) -> ET.Element:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    options = {
        "line_color": rgb(colour, 150),
        "line_width": "0.3",
        "line_width_unit": "MM",
        "capstyle": "round",
    }
    shade = f'color_rgba({red}, {green}, {blue}, min(230, {faint} + 12 * ("n_projects" - 1)))'
    return symbol_layer(
        "SimpleLine", options, {"outlineWidth": '0.05 + 0.15 * sqrt("n_projects")', "outlineColor": shade}
    )
