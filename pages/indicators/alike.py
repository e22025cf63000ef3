"""指標を重ねる for candidates: municipalities of like size without a tie, with what else speaks for them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.insight.gaps import Candidate, candidates
from geo.insight.indicators import like
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.indicators import saving
from pages.shared.frame import choices, text
from pages.shared.frame import current as data
from pages.shared.frame.finder import PARTNER
from pages.shared.frame.shell import View
from pages.shared.parts import board, markup
from pages.shared.parts.board import Column
from pipeline.deliver.indicator_sheet import indicator_sheet
from pipeline.words import candidates as reasons
from pipeline.words.claims import Claims, Heading
from pipeline.words.indicator_claims import Overlay

SHARES = (0.2, 0.3, 0.5)
#: Rows shown until the reader asks for all.
_FIRST = 20


def draw(view: View, overlay: Overlay, table: pd.DataFrame) -> tuple[Heading, str]:
    """Draw the list and what can be saved; returns the sentence and under which conditions it holds."""
    origins = view.dataset.origins
    chosen = view.selected.selection.origins
    names = dict(zip(origins.code, origins.name, strict=True))
    codes = [code for code in names if not chosen or code in chosen]
    with st.container(horizontal=True, vertical_alignment="center", key="k-look-how"):
        code = choices.box(
            f"規模をくらべる{view.naming.noun}", codes, format_func=names.get, key="indicator_of", width=290
        )
        share = choices.segments(
            "どこまで近いもの",
            list(SHARES),
            format_func=lambda value: f"±{value:.0%}",
            default=SHARES[0],
            key="indicator_share",
        )
    selection = replace(view.selected.selection, origins=(code,))
    own = overlay.of(Claims(data.population(selection), names[code]))
    conditions = text.conditions(selection, view.dataset, [names[code]], data.repeated(selection))
    values = pd.concat([overlay.indicator.values, overlay.indicator.prefectures])
    found = like(data.select(selection), values, code, share)
    heading = own.alike(found, names[code], share)
    if found is None or found.table.empty:
        if found is not None:
            st.info("範囲を広げるか、左の条件を変えると、見つかることがあります。")
        return heading, conditions
    by_code = {one.code: one for one in _candidates(selection)}
    near = found.table.assign(candidate=found.table.code.map(by_code)).dropna(subset="candidate")
    near = near.assign(
        listed=near.candidate.map(lambda one: any(told.kind == "listed" for told in one.reasons)),
        n=near.candidate.map(lambda one: len(one.reasons)),
    ).sort_values(["listed", "n"], ascending=[True, False], kind="stable")
    telling = reasons.Telling(view.dataset, list(near.candidate))
    rows = pd.DataFrame(
        {
            "name": near.code.map(view.places),
            "value": near.value,
            "ratio": (near.ratio * 100).round(1),
            "n": near.n,
            "why": [
                "／".join(f"{kind}: {words}" for kind, words in telling.reasons(one))
                for one in near.candidate
            ],
        }
    ).set_index(near.code)
    across = saving.column(overlay)
    board.show(
        rows,
        {
            "name": Column("市区町村", width=190),
            "value": Column(overlay.indicator.name, overlay.indicator.unit, bar=True),
            "ratio": Column(f"{names[code]}を100として"),
            "n": Column("理由の数"),
            "why": Column("声をかける理由", lines=3),
        },
        name=f"{names[code]}と{overlay.indicator.name}の近い、連携のない市区町村",
        key="indicator_alike",
        link=f"partners?{PARTNER}=",
        first=_FIRST,
    )
    shown = pd.DataFrame(
        {
            "団体コード": rows.index,
            "市区町村": rows["name"].tolist(),
            across: rows["value"].tolist(),
            f"{names[code]}を100として": rows["ratio"].tolist(),
            "理由の数": rows["n"].tolist(),
            "理由": rows["why"].tolist(),
        }
    )
    markup.show(
        f'<p class="k-sub">理由の種類の多い順、同じなら{markup.escape(overlay.indicator.name)}の近い順です。'
        "ほかの資料ですでに連携しているものは最後です。理由は「空白を探す」と同じものです。行を選ぶと、自治体の横顔が開きます。</p>"
    )

    def sheet():
        brief = shown[["市区町村", across]].copy()
        brief["理由"] = ["・".join(map(telling.kind, one.reasons)) or "―" for one in near.candidate]
        figures = [
            (f"±{share:.0%}に入る市区町村", f"{len(found.table):,}", f"/ {found.n_without:,}"),
            (f"{names[code]}の{overlay.indicator.name}", overlay.amount(found.value), ""),
        ]
        return indicator_sheet(own, heading, own.shades(table, "value"), brief, "近い規模の市区町村", figures)

    saving.buttons(view, own, "候補", shown, sheet, "shihyo_kouho")
    return heading, conditions


@data.remembered(8)
def _candidates(dataset: Dataset, selection: Selection) -> list[Candidate]:
    return candidates(data.select(selection))
