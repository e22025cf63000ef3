"""広域連携協定: with how many members of the agreements any origin, or this one, actually does something."""

from __future__ import annotations

from dataclasses import replace

import folium
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.draw.choropleth import ZERO_LABEL, LegendEntry, colours
from geo.draw.web import folium_map
from geo.draw.web.folium_map import Areas
from geo.insight.membership import agreement_table, member_table
from geo.ledger.origins import Naming
from pages.shared.frame import current as data
from pages.shared.frame import text
from pages.shared.frame.shell import View
from pages.shared.parts import board, details, downloads, markup, tables
from pages.shared.parts.board import Column
from pages.trends import official_text
from pipeline.rules.agreement_members_swapped import AGREEMENT_MEMBERS_SWAPPED
from pipeline.words.claims import Heading

#: What an origin does with a member: key → words, from none to most.
TIES = {"none": "連携なし", "network": "広域の集まりだけ", "individual": "個別の連携あり"}


def member_columns(naming: Naming) -> dict[str, Column]:
    """How the members are shown."""
    return {
        "市町村": Column("市町村"),
        "都道府県": Column("都道府県"),
        "連携": Column("連携"),
        f"つながる{naming.noun}": Column(f"つながる{naming.noun}", bar=True),
        "事業数": Column("事業", bar=True),
        naming.heading: Column(f"{naming.heading}の名前"),
        "協定の団体": Column("協定の団体"),
    }


#: Ground of what no agreement covers; the map's own for places without a class.
OUTSIDE = "land"

#: A mark beside a body whose printed number of members is not the counted one.
DIFFERS = "※"


def ties(members: pd.DataFrame) -> pd.Series:
    """A key of TIES for each row of ``geo.insight.membership.member_table``."""
    tie = pd.Series("none", index=members.index)
    tie[members.partnered] = "network"
    tie[members.individual] = "individual"
    return tie


def heading(view: View, members: pd.DataFrame) -> Heading:
    """The answer in one sentence: with how many of the members there are individual ties, and with how many any."""
    total = members.code.nunique()
    if not total:
        return Heading("広域連携協定は、読み込んだ資料にありません。", "", "")
    n, wide = (members.code[members[column]].nunique() for column in ("individual", "partnered"))
    origins = view.selected.selection.origins
    who = (
        view.naming.any_one
        if not origins
        else view.subject
        if len(origins) == 1
        else f"{view.subject}のいずれか"
    )
    more = (
        f"広域の集まりまで含めると {wide:,} 市町村（{text.percent(wide / total)}）です。" if wide > n else ""
    )
    before = f"広域連携協定の {total:,} 市町村"
    if not n:
        return Heading(
            f"{view.claims.strict}{before}に、{who}と個別の連携のある市町村は", "ありません", "。", more
        )
    return Heading(
        f"{view.claims.scope}{before}のうち、",
        f"{n:,} 市町村（{text.percent(n / total)}）",
        f"と、{who}が個別に連携しています。",
        more,
    )


def key_figures(members: pd.DataFrame, table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The row of key figures: (what is counted, the figure, its unit or whole)."""
    tie = ties(members).groupby(members.code).first().value_counts()
    total = members.code.nunique()
    counted = [
        (words, f"{tie.get(key, 0):,}", f"/ {total:,} 市町村") for key, words in reversed(TIES.items())
    ]
    return [*counted, ("協定", f"{len(table)}", f"団体・{table.prefecture_code.nunique()} 道府県")]


def layer(view: View, members: pd.DataFrame, prefecture: str | None) -> folium.FeatureGroup:
    """The map: every member by its tie, its prefecture open; ``prefecture`` is moved to."""
    own = members.drop_duplicates("code").set_index("code")
    tie = ties(own)
    pale, dark = colours(2)
    legend = [
        LegendEntry(TIES["none"], hatch=True),
        LegendEntry(TIES["network"], pale),
        LegendEntry(TIES["individual"], dark),
        LegendEntry("協定の外", OUTSIDE),
    ]
    words = tie.map(TIES) + own.n_projects.map(lambda n: f"（{n} 事業）" if n else "")
    drill = Areas("協定の市町村", tie.map(list(TIES).index), words + "・" + own.partner_text, legend)
    codes = view.dataset.prefectures.code
    agreed = codes.isin(set(own.index.str[:2] + "000"))
    ground = pd.Series(agreed.map({True: "あり", False: ZERO_LABEL}).to_numpy(), index=codes)
    base = Areas("広域連携協定", pd.Series(-1, index=codes), ground, [])
    return folium_map.choropleth_layer(base, drill=drill, prefecture=prefecture)


def ranking(table: pd.DataFrame) -> str:
    """The agreements with the share of members that are partners, as bars; doubtful numbers are marked."""
    bars = [
        (_marked(row), row.share, (f"{row.partnered:,}", f"{row.members:,}", f"{row.share:.0%}"))
        for row in table.itertuples(index=False)
    ]
    return markup.ranking(
        "協定ごとの、連携のある市町村", ("連携あり", "市町村", "割合"), bars, of="協定の団体"
    )


def _marked(row) -> str:
    differs = pd.notna(row.stated_members) and row.stated_members != row.members
    return f"{row.partner_text}{DIFFERS}" if differs else row.partner_text


def doubts(view: View) -> str:
    """A note on the agreements whose printed number of members is not the counted one; "" without any."""
    wrong = official_text.checks(view.dataset, "agreement-members-differ", agrees=False)
    if not wrong:
        return ""
    findings = view.dataset.findings
    swapped = findings[findings.rule == AGREEMENT_MEMBERS_SWAPPED.id]
    told = [*swapped.message] if len(swapped) else [check["message"] for check in wrong]
    total = "".join(
        check["message"]
        for check in official_text.checks(view.dataset, "agreement-total-differs", agrees=True)
        if check["subject"].endswith("（市町村を数えた和）")
    )
    said = "".join([*dict.fromkeys(told), total])
    return markup.note(f"{DIFFERS} 書かれた構成自治体数と合わない協定", said, prose=True)


def members_csv(members: pd.DataFrame, naming: Naming) -> pd.DataFrame:
    """``geo.insight.membership.member_table`` with Japanese headings."""
    return pd.DataFrame(
        {
            "協定の団体": members.partner_text,
            "団体コード": members.code,
            "都道府県": members.prefecture,
            "市町村": members.name,
            "連携": ties(members).map(TIES),
            "事業数": members.n_projects,
            f"つながる{naming.noun}": members.n_origins,
            naming.heading: members.origins,
        }
    )


def agreements_csv(table: pd.DataFrame) -> pd.DataFrame:
    """``geo.insight.membership.agreement_table`` with Japanese headings."""
    return pd.DataFrame(
        {
            "協定の団体": table.partner_text,
            "締結日": table.signed_on.map(text.day),
            "書かれた数": table.stated_members.astype("Int64"),
            "数えた数": table.members,
            "連携あり": table.partnered,
            "うち個別の連携": table.individual,
            "割合": table.share.map("{:.0%}".format),
            "行": table.source_line,
        }
    )


def draw(view: View, head: DeltaGenerator) -> None:
    """Draw the part; its heading goes into the placeholder ``head``."""
    # Individual ties and wide networks are told apart here, whichever the view asks for.
    selected = data.select(replace(view.selected.selection, networks=True))
    members, table = member_table(selected), agreement_table(selected)
    figures = markup.figures(key_figures(members, table)) if len(members) else ""
    head.html(markup.heading(heading(view, members), view.conditions) + figures)
    if members.empty:
        st.info("広域連携協定の資料を加えてデータを作り直すと、ここに地図と表が出ます。")
        return
    partner = details.chosen(view)
    place = partner if partner and partner.endswith("000") else None
    if place:  # chosen on the map, or brought along from another screen: instead of an agreement
        st.session_state["agreement"] = None
    agreement, tie = _choices(table)
    rows = members[members.agreement_id == agreement] if agreement else members
    if agreement:
        place = table.set_index("agreement_id").prefecture_code.get(agreement)
    elif place:
        rows = rows[rows.code.str[:2] == place[:2]]
    left, right = st.columns([6, 4], gap="medium")
    with left:
        details.on_map(
            [layer(view, members, place)],
            key="agreements",
            label="広域連携協定の市町村を、連携の有無で塗り分けた地図。同じ内容は下の表にあります。",
        )
    with right:
        if partner and not partner.endswith("000"):
            details.panel(view, partner)
        else:
            markup.show(ranking(table), doubts(view))
    _list(view, rows, tie, view.places.get(place, ""))
    _tables(view, table)


def _choices(table: pd.DataFrame) -> tuple[str | None, str | None]:
    """The agreement and the tie to show, from the two controls above the map."""
    names = dict(zip(table.agreement_id, table.partner_text, strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom", key="k-choices"):
        agreement = st.selectbox(
            "協定を選ぶ",
            list(names),
            index=None,
            format_func=names.get,
            key="agreement",
            placeholder="すべての協定",
            width=260,
            on_change=lambda: details.choose(None),
            bind="query-params",
        )
        tie = st.segmented_control(
            "一覧に出す市町村",
            list(TIES)[::-1],
            format_func=TIES.get,
            key="member_tie",
            wrap=True,
            bind="query-params",
        )
    return agreement, tie


def _list(view: View, rows: pd.DataFrame, tie: str | None, place: str) -> None:
    """The members as a table: of one agreement, of a prefecture (named ``place``), or of all."""
    # Those with a tie first: of one origin they would be lost among the many without.
    rows = rows.assign(rank=ties(rows).map(list(TIES)[::-1].index)).sort_values(["rank", "code"])
    shown = rows[ties(rows) == tie] if tie else rows
    bodies = rows.partner_text.unique()
    where = bodies[0] if len(bodies) == 1 else place if place else "広域連携協定"
    if shown.empty:
        there = f"{where}の市町村に、当てはまるものはありません。"
        st.info(f"{there}「協定を選ぶ」か「一覧に出す市町村」を変えるか、地図で別の地域を選んでください。")
        return
    partnered = int(rows.partnered.sum())
    said = (
        f"{len(rows):,} 市町村のうち {partnered:,} と連携があり、{len(rows) - partnered:,} とはありません。"
        "行か地図を選ぶと、事業の一覧が地図のそばに出ます。"
    )
    markup.show(markup.title(f"{where}の市町村" + (f"：{TIES[tie]}" if tie else "")), markup.summary(said))
    table = members_csv(shown, view.naming)
    heading = view.naming.heading
    board.show(
        table.assign(**{heading: text.few_origins(table[heading], view.naming)}).set_axis(shown.code),
        member_columns(view.naming),
        name="広域連携協定の市町村",
        key="member_rows",
        on_choose=details.choose,
        height=tables.LIST_HEIGHT,
    )
    downloads.csv_button(
        f"この一覧（{len(shown):,} 市町村）をCSVで保存",
        lambda: table,
        view.file_name(".csv", "協定の市町村", where, TIES[tie] if tie else ""),
        "csv_members",
    )


def _tables(view: View, table: pd.DataFrame) -> None:
    saved = agreements_csv(table)
    rows = [tuple(_plain(cell) for cell in row) for row in saved.itertuples(index=False)]
    total = ["計", "", *(int(saved[column].sum()) for column in list(saved)[2:6]), "", ""]
    source = "・".join(dict.fromkeys(view.dataset.agreements.source.map(view.dataset.titles)))
    parts = [markup.table("広域連携協定", list(saved), rows, total, f"出典 {source}。「行」は資料の行です。")]
    companies = view.dataset.agreements[view.dataset.agreements.kind == "company"]
    if len(companies):
        lines = [
            (row.partner_text, text.day(row.signed_on), str(row.summary or "").replace("\n", "、"))
            for row in companies.itertuples(index=False)
        ]
        parts.append(markup.table("企業との包括連携協定", ("企業", "締結日", "主な取り組み"), lines))
    markup.show(*parts)
    downloads.csv_button(
        "協定の表をCSVで保存", lambda: saved, view.file_name(".csv", "協定"), "csv_agreements"
    )


def _plain(cell: object) -> object:
    if isinstance(cell, str):
        return cell
    return "―" if pd.isna(cell) else int(cell)
