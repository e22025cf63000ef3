"""Correcting a row, adding a project and taking either back: only where the operator started the screens for editing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from geo.ledger.dataset import Dataset
from pages.corrections import text
from pages.shared.frame import current as data
from pages.shared.frame.finder import PROJECT
from pages.shared.frame.permissions import editing_allowed, name_box, permitted
from pages.shared.frame.shell import View
from pages.shared.parts import markup
from pages.shared.parts.rebuild import rebuild
from pipeline.atomic import WriteError
from pipeline.building import correctable
from pipeline.building.correctable import Item
from pipeline.intake.records import SourceError
from pipeline.reading.corrections import (
    CATEGORY,
    NAME,
    PARTNER,
    ROW,
    YEAR,
    Correction,
    load_corrections,
    read_corrections,
    year_of,
)
from pipeline.reading.geocode import Geocoder
from pipeline.reading.record_correction import MAX_VALUE, record_correction, undo_correction
from pipeline.reading.record_decision import MAX_REASON
from pipeline.words import correction_words
from pipeline.words.view import began, some

#: Session keys: what was done last, and who did it, so that a name is written once a sitting.
SAID, MAKER = "correction_said", "correction_by"
#: The key of the box to choose a project in.
_BOX = "correction_project"


def enabled() -> bool:
    """Whether a correction can be kept: the operator allows it, and what is shown is no list of a session's own."""
    return editing_allowed() and not data.own()


def said() -> str:
    """What was done last in this session; said once."""
    return st.session_state.pop(SAID, "")


def makers() -> dict[str, str]:
    """Who made each correction, by its id: from the file of corrections, for no table holds it."""
    try:
        return {one.id: one.who for one in load_corrections(read_corrections(), data.gazetteer())}
    except SourceError:
        return {}


def who_made(act: str) -> str:
    """Who made a correction; "" where the file does not say."""
    return makers().get(act, "")


def correct(view: View) -> None:
    """Choose a project and what of it is wrong, see what the right value does, and record it."""
    ids = _projects(view)
    if not ids:
        st.info(f"この条件の事業はありません。左の「{view.naming.heading}」を変えてください。")
        return
    labels = text.project_labels(view.dataset, ids)
    chosen = st.query_params.get(PROJECT)
    st.session_state[_BOX] = chosen if chosen in labels else None
    project_id = st.selectbox(
        "訂正する事業",
        list(labels),
        format_func=labels.get,
        key=_BOX,
        on_change=_look_at,
        placeholder="事業の名前か相手方を入れて探します",
    )
    if project_id is None:
        st.html('<p class="k-sub">事業を選ぶと、訂正できる項目が出ます。</p>')
        return
    items = correctable.items(view.dataset, project_id)
    if not items:
        st.info(
            "この事業は訂正で加えたものです。内容を変えるには、その訂正を取り消して、加え直してください。"
        )
        return
    left, right = st.columns(2, gap="large")
    with left:
        item = st.selectbox("訂正する項目", items, format_func=text.item_words, key=f"item/{project_id}")
        corrected = _value(item, project_id, view.dataset)
        reason, who = _reason(view, f"{project_id}/{item}")
        pressed = st.button("記録して、データを作り直す", type="primary", key="record")
    project = correctable.project_of(view.dataset, project_id)
    with right:
        _preview(view, project, item, corrected)
    if pressed:
        one = correctable.correction(view.dataset, project_id, item, corrected, reason, who)
        _save([one], f"「{project['name']}」の訂正")


def _look_at() -> None:
    if st.session_state[_BOX]:
        st.query_params[PROJECT] = st.session_state[_BOX]
    else:
        st.query_params.pop(PROJECT, None)


def _projects(view: View) -> list[str]:
    origins, table = view.selected.selection.origins, view.dataset.projects
    return list(table.project_id[table.origin_code.isin(origins)] if origins else table.project_id)


def _value(item: Item, project_id: str, dataset: Dataset) -> str:
    """The box for the right value, with what is printed in it."""
    if item.field == ROW:
        return ""
    if item.field == CATEGORY:
        source = correctable.project_of(dataset, project_id).source
        known = sorted(
            {*dataset.projects.category_raw[dataset.projects.source == source]} - {"", item.printed}
        )
        return (
            st.selectbox(
                "正しい分野",
                known,
                index=None,
                accept_new_options=True,
                placeholder="資料の分野から選ぶか、書いてください",
                key=f"value/{project_id}/{item}",
            )
            or ""
        )
    return st.text_input(
        "正しいもの",
        item.printed if item.printed != correctable.UNKNOWN else "",
        max_chars=MAX_VALUE,
        key=f"value/{project_id}/{item}",
        help=text.hint(item),
    )


def _reason(view: View, key: str) -> tuple[str, str]:
    reason = st.text_input(
        "訂正の理由",
        max_chars=MAX_REASON,
        key=f"why/{key}",
        placeholder=f"何で確かめたか（例: {view.naming.noun}の担当課の決裁文書で確認）",
        help="訂正の印とともに、画面・ファイル・公開サイトに出ます。個人の名前は書かないでください",
    )
    who = name_box(
        "訂正した人",
        st.session_state.get(MAKER, ""),
        key=f"who/{key}",
        help="訂正の記録にだけ残り、ファイルや公開サイトには出ません",
    )
    return reason, who


def _preview(view: View, project: pd.Series, item: Item, corrected: str) -> None:
    """What is printed, and what the right value becomes."""
    printed = item.printed or ("" if item.field == ROW else "記載なし")
    now = [
        (correction_words.FIELDS[item.field] + "（資料の記載）", printed),
        ("出典", view.dataset.cite(project.source, int(project.source_line))),
    ]
    markup.show(markup.facts(str(project["name"]), now))
    if item.field == ROW:
        markup.show(
            markup.note(
                "取り下げると",
                "この行は、どの画面でもファイルでも数えません。取り消すと戻ります。",
                prose=True,
            )
        )
    elif item.field == PARTNER and corrected.strip():
        _read(view, corrected, project.source, project.origin_code)
    elif item.field == YEAR:
        _dated(corrected)


def _dated(corrected: str) -> None:
    try:
        year = year_of(corrected)
    except ValueError:
        st.warning(
            "開始年を読み取れません。「平成30年度」「2018年」か「不明」のように、1つだけ書いてください。"
        )
        return
    markup.show(
        markup.facts("こう読みます", [("開始年", began(*((year.year, year.kind) if year else (None, None))))])
    )


def _read(view: View, partners: str, source: str, origin_code: str) -> None:
    """How partners will be read, with the confidence; those that would not be counted are told apart."""
    series = view.dataset.cited(source).series
    gazetteer = data.gazetteer()
    read = []
    for name, answer in correctable.read_partners(
        partners, series, origin_code, gazetteer, Geocoder(gazetteer)
    ):
        places = some([view.places[code] for code in answer.codes], 3)
        read.append((name, places, answer.confidence, answer.reason))
    markup.show(
        markup.table(
            "相手方は、こう読みます",
            ("書いたもの", "相手先", "確かさ", "理由"),
            text.reading_rows(read),
            printed=True,
        )
    )
    if not read or not all(places for _, places, _, _ in read):
        st.warning(
            "相手先の決まらないものは、地図に描かず、数にも入れません。都道府県から書くと決まることがあります。"
        )


def add(view: View) -> None:
    """Say what project a document lacks, see how it is read, and record it."""
    dataset = view.dataset
    left, right = st.columns(2, gap="large")
    with left:
        source = st.selectbox("加える資料", dataset.sources, format_func=dataset.titles.get, key="new/source")
        origins = [
            code
            for code in dataset.origins_of[source]
            if not view.selected.selection.origins or code in view.selected.selection.origins
        ]
        origin = st.selectbox(
            view.naming.heading, origins, format_func=dataset.origin_names.get, key="new/origin"
        )
        values = {
            field: st.text_input(label, max_chars=MAX_VALUE, key=f"new/{field}", placeholder=example)
            for field, (label, example) in text.NEW.items()
        }
        reason, who = _reason(view, "new")
        pressed = st.button("記録して、データを作り直す", type="primary", key="record_new")
    with right:
        st.html('<p class="k-sub">左に書くと、相手方の読み取り方がここに出ます。</p>')
        if values[PARTNER].strip() and origin:
            _read(view, values[PARTNER], source, origin)
        if values[YEAR].strip():
            _dated(values[YEAR])
    if not pressed:
        return
    if not origin or not values[NAME].strip() or not values[PARTNER].strip():
        st.warning("事業名と相手方を書いてください。")
    elif correctable.is_known(dataset, source, origin, values[NAME]):
        st.warning("同じ名前の事業が、この資料にもうあります。「行を訂正する」で、その行を訂正してください。")
    else:
        lines = correctable.addition(dataset, source, origin, values, reason, who)
        _save(lines, f"「{values[NAME]}」の追加")


def undo(act: str, row: pd.Series) -> None:
    """The button that takes a correction back."""
    who = name_box("取り消す人", st.session_state.get(MAKER, ""), key=f"undo_who/{act}")
    reason = st.text_input(
        "取り消す理由（なくてもかまいません）", max_chars=MAX_REASON, key=f"undo_why/{act}"
    )
    if not st.button("この訂正を取り消して、データを作り直す", key=f"undo/{act}") or not enabled():
        return
    try:
        with permitted("correction-undone", who, correction=act) as name:
            undo_correction(act, name, reason, data.gazetteer())
    except (SourceError, WriteError) as error:
        st.error(str(error))
        return
    st.session_state[MAKER] = who
    _build(f"「{row.project}」の訂正を取り消しました。")


def _save(lines: Sequence[Correction], what: str) -> None:
    if not enabled():  # the form may have been drawn before the server was started again
        return
    try:
        with permitted("correction", lines[0].who, what=what) as name:
            written = record_correction([replace(one, who=name) for one in lines], data.gazetteer())
    except (SourceError, WriteError) as error:
        st.error(str(error))
        return
    st.session_state[MAKER] = written[0].who
    _build(f"{what}を記録しました。")


def _build(done: str) -> None:
    try:
        rebuild()
    except (SourceError, WriteError) as error:
        st.error(f"{done}データは作り直せませんでした。{error}")
        return
    st.session_state[SAID] = f"{done}データを作り直しました。"
    st.rerun(scope="app")
