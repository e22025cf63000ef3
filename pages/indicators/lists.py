"""指標を重ねる as lists: the partners in the order of the indicator, and the origins with their ties for so much of it."""

from __future__ import annotations

import pandas as pd

from geo.insight.indicators import origin_values, partner_values
from pages.indicators import saving
from pages.shared.frame.finder import ORIGIN, PARTNER
from pages.shared.frame.shell import View
from pages.shared.parts import board, markup
from pages.shared.parts.board import Column
from pipeline.deliver.indicator_sheet import indicator_sheet
from pipeline.words.claims import Heading
from pipeline.words.indicator_claims import COUNTS, RATES, Overlay

#: Rows shown until the reader asks for all.
_FIRST = 20


def draw(view: View, overlay: Overlay, table: pd.DataFrame) -> tuple[Heading, str]:
    """Draw the two lists and what can be saved; returns the sentence and under which conditions it holds."""
    indicator, naming = overlay.indicator, view.naming
    partners = partner_values(view.selected, indicator).set_index("code")
    heading = overlay.sizes(partners.reset_index(), view.places)
    value = Column(indicator.name, indicator.unit, bar=True)
    if len(partners):
        partners.insert(0, "name", partners.index.map(view.places))
        columns = {
            "name": Column("相手の市区町村", width=220),
            "value": value,
            "n_projects": Column("事業", bar=True),
        }
        if not naming.single:
            columns["n_origins"] = Column(f"つながる{naming.noun}", bar=True)
        markup.show(markup.title(f"相手の市区町村（{indicator.name}の大きい順）"))
        board.show(
            partners,
            columns,
            name=f"相手の市区町村と{indicator.name}",
            key="indicator_partners",
            sorted_by="value",
            link=f"partners?{PARTNER}=",
            first=_FIRST,
        )
    origins = origin_values(view.selected, indicator).set_index("code")
    counts = {
        "n_partners": Column(COUNTS["partners"][1], bar=True),
        "n_projects": Column(COUNTS["projects"][1], bar=True),
    }
    if indicator.adds:
        counts |= {column: Column(overlay.counted(key), bar=True) for key, (column, _) in RATES.items()}
        origins[["partners_rate", "projects_rate"]] = origins[["partners_rate", "projects_rate"]].round(2)
    markup.show(
        markup.title(f"{naming.heading}ごと（{overlay.per}）" if indicator.adds else f"{naming.heading}ごと")
    )
    board.show(
        origins,
        {"name": Column(naming.heading), "value": value, **counts},
        name=f"{naming.heading}と{indicator.name}",
        key="indicator_origins",
        link=f"wards?{ORIGIN}=",
    )
    if unknown := int(origins.value.isna().sum()):
        markup.show(
            f'<p class="k-sub">{markup.escape(indicator.name)}の値のない{markup.escape(naming.noun)}が{unknown}あり、'
            "割った数は出していません。</p>"
        )
    across = saving.column(overlay)
    shown = pd.DataFrame(
        {
            "団体コード": partners.index,
            "市区町村": partners.get("name", pd.Series(dtype=str)).tolist(),
            across: partners.value.tolist(),
            "事業数": partners.n_projects.tolist(),
            f"つながる{naming.noun}": partners.n_origins.tolist(),
        }
    )
    own = origins.reset_index().drop(columns=[] if indicator.adds else ["partners_rate", "projects_rate"])
    own = own.rename(
        columns={"code": "団体コード", "name": naming.heading, "value": across}
        | dict(COUNTS.values())
        | {column: overlay.counted(key) for key, (column, _) in RATES.items()}
    )

    def sheet():
        brief = shown.drop(columns="団体コード").dropna(subset=across)
        figures = [
            ("相手の市区町村", f"{len(partners):,}", ""),
            ("うち値のあるもの", f"{int(partners.value.notna().sum()):,}", ""),
        ]
        title = f"相手の市区町村（{indicator.name}の大きい順）"
        return indicator_sheet(overlay, heading, overlay.shades(table, "value"), brief, title, figures)

    saving.buttons(view, overlay, "相手の一覧", shown, sheet, "shihyo_aite")
    saving.buttons(view, overlay, f"{naming.heading}の一覧", own, None, "shihyo_renkeimoto")
    return heading, view.conditions
