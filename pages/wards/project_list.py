"""Projects as a table to search, and one of them in full, with source title and line."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geo.insight.metrics import project_details
from geo.places.folding import fold
from pages.shared.frame import current as data
from pages.shared.frame import text
from pages.shared.frame.finder import PROJECT
from pages.shared.frame.permissions import editing_allowed
from pages.shared.frame.shell import View
from pages.shared.parts import board, downloads, markup
from pages.shared.parts.board import Column
from pipeline.words import correction_words

#: Pixels after which the projects scroll below their headings.
HEIGHT = 560


def columns(heading: str) -> dict[str, Column]:
    """How the projects are shown; ``heading`` is what the origins are called."""
    return {
        "事業": Column("事業", width=190),
        heading: Column(heading, lines=0),
        "相手": Column("相手"),
        "分野": Column("分野"),
        "開始": Column("開始", lines=0),
        "形": Column("連携の形", lines=0),
        "行": Column("行"),
        "訂正": Column("訂正", lines=0),
    }


def table(view: View) -> pd.DataFrame:
    """Every selected project, the oldest first, one a row and the partners in one cell; index: project_id."""
    rows, origin = project_details(view.selected), view.naming.heading
    grouped = rows.groupby("project_id", sort=False)
    first = grouped.first()
    shown = pd.DataFrame(
        {
            origin: first.origin_name,
            "事業": first.project_name,
            "相手": grouped.place.agg(lambda names: "、".join(dict.fromkeys(names))),
            "分野": first.category_raw.fillna(""),
            "開始": [text.earliest(own) for _, own in grouped],
            "形": first.tie.map(text.TIES),
            "所管": first.organiser.fillna(""),
            "資料": first.source.map(view.dataset.titles),
            # A row that was added stands on no line.
            "行": grouped.source_line.min().astype("Int64").mask(lambda line: line == 0),
        }
    )
    if marks := correction_words.marks(view.dataset):
        shown["訂正"] = shown.index.map(marks).fillna("")
    return shown.drop(columns=origin) if shown[origin].nunique() == 1 else shown


def show(view: View) -> None:
    """The table with a box to search it; choosing a row looks at the project."""
    rows = table(view)
    words = st.text_input(
        "事業を言葉で絞る", key="words", placeholder="例: 災害協定、川場村、子ども", bind="query-params"
    )
    found = _matching(rows, words or "")
    st.html(f'<p class="k-sub" role="status">{len(rows):,} 事業のうち {len(found):,} 事業</p>')
    if found.empty:
        st.info("当てはまる事業はありません。言葉を短くするか、左の条件を広げてください。")
        return
    left, right = st.columns([14, 6], gap="medium")
    with left:
        board.show(
            found,
            {name: column for name, column in columns(view.naming.heading).items() if name in found},
            name="すべての事業の表",
            key="projects_rows",
            chosen=st.query_params.get(PROJECT),
            on_choose=look_at,
            height=HEIGHT,
        )
        downloads.csv_button(
            f"この一覧（{len(found):,}行）をCSVで保存",
            lambda: found,
            view.file_name(".csv", "事業の一覧", words or ""),
            "csv_projects",
        )
    with right:
        if not detail(view):
            st.html('<p class="k-sub">事業を選ぶと、内容・相手・出典がここに出ます。</p>')


def look_at(project_id: str | None) -> None:
    """Look at another project, or at none."""
    if project_id:
        st.query_params[PROJECT] = project_id
    else:
        st.query_params.pop(PROJECT, None)


def detail(view: View) -> bool:
    """The project looked at, in full, whatever the filters keep; False and nothing where the link names none."""
    projects = view.dataset.projects
    looked_at = projects.project_id.isin([st.query_params.get(PROJECT)]).to_numpy(bool)
    if not looked_at.any():
        return False
    project = projects[looked_at].iloc[0]
    mentions = view.dataset.mentions[view.dataset.mentions.project_id == project.project_id]
    kept = (view.selected.has_project & looked_at).any()
    words = {
        view.naming.heading: view.places[project.origin_code],
        "開始": text.began(project.start_year, project.year_kind),
        "分野（一覧の記載）": project.category_raw,
        "分野": "・".join(project.categories)
        + ("（事業名から）" if project.category_basis == "name" else ""),
        "連携の形": _ties(view, project.project_id),
        "所管": project.organiser,
        "内容": project.summary,
        "状況": project.status,
        "相手": _partners(mentions, view.places),
        "出典": view.dataset.cite(project.source, int(project.source_line)),
        "訂正": correction_words.told(view.dataset, project.project_id),
        "この画面での扱い": "" if kept else "今の条件では数えていません。左の条件を変えると入ります。",
    }
    with st.container(border=True, key="k-project"):
        markup.show(markup.facts(project["name"], [(k, v) for k, v in words.items() if pd.notna(v)]))
        if editing_allowed() and not data.own():
            st.page_link(
                "pages/corrections/page.py",
                label="この事業の行を訂正する（行の訂正）",
                icon=":material/edit:",
                query_params={"part": "行を訂正する", PROJECT: project.project_id},
            )
        st.button(
            "事業を閉じる", key="close_project", icon=":material/close:", on_click=look_at, args=(None,)
        )
    return True


def _ties(view: View, project_id: str) -> str:
    """What kind of ties a project is, and why."""
    links = view.dataset.links
    kinds = links[links.project_id == project_id].drop_duplicates("tie_reason")
    pairs = zip(kinds.tie, kinds.tie_reason, strict=True)
    return text.some([f"{text.TIES[tie]}（{reason}）" for tie, reason in pairs], 3)


def _partners(mentions: pd.DataFrame, places: dict[str, str]) -> str:
    said = []
    for row in mentions.itertuples(index=False):
        names = [places[code] for code in row.codes]
        printed = "" if names and names[0].endswith(row.partner_text) else f"記載は「{row.partner_text}」、"
        how = text.METHODS.get(row.method, row.method)
        said.append(f"{text.some(names, 8) or row.partner_text}（{printed if names else ''}{how}）")
    return text.some(list(dict.fromkeys(said)), 30)


def _matching(rows: pd.DataFrame, words: str) -> pd.DataFrame:
    wanted = [fold(word) for word in words.split()]
    if not wanted:
        return rows
    texts = rows.astype("string").fillna("").agg("　".join, axis=1).map(fold)
    return rows[texts.map(lambda cells: all(word in cells for word in wanted)).astype(bool)]
