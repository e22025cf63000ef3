"""How QGIS draws the layers of the GeoPackage: QML, as its own "save style" writes it, with Japanese labels."""

from __future__ import annotations

from html import escape

from geo.draw.choropleth import PALETTE, ZERO_LABEL
from geo.ledger.origins import Naming

#: Field → what it is called in QGIS; the words for an origin are put in.
_ALIASES = {
    "origin_code": "{heading}の団体コード",
    "origin_name": "{heading}",
    "partner_code": "相手先の団体コード",
    "partner_name": "相手先",
    "prefecture": "都道府県",
    "code": "団体コード",
    "code6": "団体コード（6桁）",
    "name": "名称",
    "kana": "読み",
    "kind": "種類",
    "n_projects": "事業の数",
    "n_origins": "つながる{noun}の数",
    "n_partners": "連携する市区町村の数",
    "n_municipalities": "市区町村の数",
    "coverage": "連携率",
    "first_year": "最初の年（西暦）",
    "categories": "分野",
    "distance_km": "距離（km）",
}


def _rgb(colour: str, alpha: int = 255) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + f",{alpha}"


def _symbol(
    kind: str,
    layer: str,
    options: dict[str, str],
    name: str = "0",
    alpha: float = 1,
    driven: dict[str, str] | None = None,
) -> str:
    """A symbol of one layer; ``driven`` are expressions for its properties (size, outlineWidth, …)."""
    listed = "".join(
        f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items()
    )
    properties = "".join(
        f'<Option type="Map" name="{key}"><Option type="bool" name="active" value="true"/>'
        f'<Option type="QString" name="expression" value="{escape(expression, quote=True)}"/>'
        '<Option type="int" name="type" value="3"/></Option>'
        for key, expression in (driven or {}).items()
    )
    return (
        f'<symbol type="{kind}" name="{name}" alpha="{alpha}" clip_to_extent="1"><layer class="{layer}"'
        f' enabled="1" locked="0" pass="0"><Option type="Map">{listed}</Option><data_defined_properties>'
        f'<Option type="Map"><Option type="Map" name="properties">{properties}</Option>'
        '<Option type="QString" name="type" value="collection"/></Option></data_defined_properties>'
        "</layer></symbol>"
    )


def _single(symbol: str) -> str:
    """One symbol for all, those with the most projects on top."""
    return (
        '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="1">'
        f"<symbols>{symbol}</symbols>"
        '<orderby><orderByClause asc="1" nullsFirst="1">"n_projects"</orderByClause></orderby></renderer-v2>'
    )


def _graduated(field: str, bounds: list[tuple[float, float, str]]) -> str:
    """Classes of a field: hatched for none, then the palette of the screens, pale enough for lines above."""
    edge = {"outline_color": _rgb("#5c6b8f"), "outline_width": "0.15", "outline_width_unit": "MM"}
    looks = [{"color": _rgb("#8a919e"), "style": "b_diagonal"}]
    looks += [{"color": _rgb(colour), "style": "solid"} for colour in PALETTE]
    ranges = "".join(
        f'<range symbol="{i}" lower="{low}" upper="{high}" label="{label}" render="true"/>'
        for i, (low, high, label) in enumerate(bounds)
    )
    symbols = "".join(
        _symbol("fill", "SimpleFill", look | edge, name=str(i), alpha=0.5)
        for i, look in enumerate(looks[: len(bounds)])
    )
    return (
        f'<renderer-v2 type="graduatedSymbol" attr="{field}" graduatedMethod="GraduatedColor" symbollevels="0"'
        f' enableorderby="0"><ranges>{ranges}</ranges><symbols>{symbols}</symbols></renderer-v2>'
    )


def _qml(renderer: str, geometry: int, naming: Naming) -> str:
    aliases = "".join(
        f'<alias field="{field}" name="{name.format(heading=naming.heading, noun=naming.noun)}" index="-1"/>'
        for field, name in _ALIASES.items()
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.28.0" styleCategories="Symbology|Fields">'
        f"{renderer}<aliases>{aliases}</aliases><layerGeometryType>{geometry}</layerGeometryType></qgis>"
    )


def styles(flows: int, naming: Naming) -> dict[str, str]:
    """Layer → QML. Widths and sizes follow the number of projects by its root, as on the screens.

    The more flows there are, the fainter is one of few projects: thousands in one colour hide the map.
    """
    faint = max(12, min(110, 15_000 // max(flows, 1)))
    return {
        "prefectures": _qml(
            _graduated(
                "coverage",
                [
                    (0, 0, ZERO_LABEL),
                    *(
                        (low, high, f"{low:.0%}–{high:.0%}")
                        for low, high in ((0.0001, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1))
                    ),
                ],
            ),
            2,
            naming,
        ),
        "municipalities": _qml(
            _graduated(
                "n_projects",
                [
                    (0, 0, ZERO_LABEL),
                    (1, 1, "1"),
                    (2, 3, "2–3"),
                    (4, 9, "4–9"),
                    (10, 29, "10–29"),
                    (30, 9999, "30以上"),
                ],
            ),
            2,
            naming,
        ),
        "flows": _qml(
            _single(
                _symbol(
                    "line",
                    "SimpleLine",
                    {
                        "line_color": _rgb("#0017c1", 90),
                        "line_width": "0.3",
                        "line_width_unit": "MM",
                        "capstyle": "round",
                    },
                    driven={
                        "outlineWidth": '0.05 + 0.15 * sqrt("n_projects")',
                        "outlineColor": f'color_rgba(0, 23, 193, min(230, {faint} + 12 * ("n_projects" - 1)))',
                    },
                )
            ),
            1,
            naming,
        ),
        "partners": _qml(
            _single(
                _symbol(
                    "marker",
                    "SimpleMarker",
                    {
                        "name": "circle",
                        "color": _rgb("#0017c1"),
                        "outline_color": _rgb("#ffffff"),
                        "size": "1.6",
                        "size_unit": "MM",
                    },
                    driven={"size": '0.8 + 0.35 * sqrt("n_projects")'},
                )
            ),
            0,
            naming,
        ),
    }
