"""Many origins, the origins of each prefecture together: choosing a prefecture shows them one by one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.insight import profiles
from geo.insight.groups import home_table
from geo.ledger.selection import Selected
from pages.shared.frame import filters, text
from pages.shared.frame.shell import View
from pages.shared.parts import board, downloads, markup
from pages.shared.parts.board import Column
from pages.wards import project_list
from pages.wards import text as origin_text


def draw(view: View, everyone: Selected, rows: pd.DataFrame) -> None:
    """Draw the screen: ``rows`` of ``geo.insight.profiles.origin_table`` are the origins looked at."""
    naming = view.naming
    markup.show(markup.heading(origin_text.origins_heading(view.claims, rows), view.conditions))
    if not rows.n_projects.any():
        st.info(text.nothing(naming.heading))
        return
    project_list.detail(view)
    st.html(
        f'<p class="k-sub">都道府県を選ぶと、その{naming.noun}が1つずつ出ます。'
        f"1つの{naming.noun}は、左の「{naming.heading}」で選べます。見出しを押すと、その列で並べ替えます。</p>"
    )
    shown = table(home_table(view.selected, rows), view)
    board.show(
        shown.set_axis(shown["都道府県コード"]),
        columns(view),
        name="都道府県ごとの連携の表",
        key="home_rows",
        on_choose=lambda code: filters.choose_origin(code[:2]),
        link=f"wards?{filters.ORIGINS}=",
    )
    with st.container(horizontal=True):
        downloads.csv_button(
            "この表をCSVで保存",
            lambda: shown.drop(columns="最も多い相手の数"),
            view.file_name(".csv", f"{naming.heading}の一覧", "都道府県ごと"),
            "csv_homes",
        )
        downloads.csv_button(
            f"{naming.count(len(rows))}の表をCSVで保存",
            lambda: origin_text.origins_csv(
                origin_text.origins_table(rows, profiles.leading_category(everyone), naming.heading),
                naming.heading,
            ),
            view.file_name(".csv", f"{naming.heading}の一覧", "1つずつ"),
            "csv_origins",
        )
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def columns(view: View) -> dict[str, Column]:
    """How the prefectures are shown."""
    noun = view.naming.noun
    return {
        "都道府県": Column("都道府県"),
        f"{noun}の数": Column(f"{noun}の数"),
        "連携のある数": Column("うち連携のある数", bar=True),
        "連携する市区町村": Column("連携する市区町村", bar=True),
        "届く都道府県": Column("届く都道府県", bar=True),
        "事業": Column("事業", bar=True),
        "中央値": Column(f"1{noun}の相手の中央値", bar=True),
        "最も多い": Column(f"相手の最も多い{noun}", order="最も多い相手の数"),
    }


def table(homes: pd.DataFrame, view: View) -> pd.DataFrame:
    """``geo.insight.groups.home_table`` under Japanese headings."""
    names = view.dataset.origin_names
    best = [
        f"{text.some([names[code] for code in codes], 2)}（{most:,}）" if codes else "なし"
        for codes, most in zip(homes.best, homes.most, strict=True)
    ]
    return pd.DataFrame(
        {
            "都道府県コード": homes.home,
            "都道府県": homes["name"],
            f"{view.naming.noun}の数": homes.n_origins,
            "連携のある数": homes.n_tied,
            "連携する市区町村": homes.n_municipalities,
            "届く都道府県": homes.n_prefectures,
            "事業": homes.n_projects,
            "中央値": homes.middle.round(1),
            "最も多い": best,
            "最も多い相手の数": homes.most,
        }
    )
