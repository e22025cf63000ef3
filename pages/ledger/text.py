"""What 点検表 says: its sentence, its figures, its list, and what one tie and one filled sheet come to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pandas as pd

from pages.shared.frame import text
from pages.shared.parts.board import Column
from pipeline.upkeep.review_merge import CHANGED, CONFLICT, UNCHANGED, UNKNOWN, UNREADABLE, Outcome, Plan
from pipeline.upkeep.review_sheet import DUE_WORDS, GONE
from pipeline.upkeep.review_store import DAYS, FIELDS, STATES, Batch, Revision, Values
from pipeline.upkeep.review_table import MONTHS, OVERDUE, SOON, UNSET, Standing
from pipeline.words.claims import Claims, Heading
from pipeline.words.dates import date_in_wareki

UNSAID = "未記入"

#: The choice of everything, in each box.
ALL = "すべて"

#: What the list can be narrowed to by its days → what it is called.
GONE_ONLY = "gone"
BY_DUE = {
    "": ALL,
    OVERDUE: "期限切れ",
    SOON: f"{MONTHS}か月以内",
    UNSET: "次回点検が未記入",
    GONE_ONLY: "資料にはもうない",
}

#: What becomes of the rows of a filled sheet, in words.
KIND_WORDS = {
    CHANGED: "書きかわる行",
    CONFLICT: "食い違う行",
    UNCHANGED: "変わらない行",
    UNKNOWN: "どの連携か分からない行",
    UNREADABLE: "読み取れない行",
}


def heading(claims: Claims, stand: Standing) -> Heading:
    """How many of the view's ties are overdue for review, and what is in none of these numbers."""
    if not stand.ties:
        nothing = claims.nothing(f"{claims.who}に、この条件に合う{claims.ties}")
        return nothing._replace(more=nothing.more + _beside(stand))
    late = stand.due[OVERDUE]
    what = f"{claims.who}の{claims.ties}{stand.ties:,}のうち、点検の期限を過ぎたものは"
    if late:
        return Heading(f"{claims.scope}{what}", f"{late:,}", "です。", _beside(stand))
    if stand.due[UNSET] == stand.ties:
        return Heading(
            f"{claims.strict}{claims.who}の{claims.ties}{stand.ties:,}のどれにも、次回点検の日は",
            "まだ書かれていません",
            "。",
            _beside(stand),
        )
    return Heading(f"{claims.strict}{what}", "ありません", "。", _beside(stand))


def _beside(stand: Standing) -> str:
    undated = stand.due[UNSET]
    parts = (
        (
            undated and undated < stand.ties,
            f"{undated:,}には次回点検の日が書かれておらず、この数に入れていません。",
        ),
        (stand.gone, f"ほかに、書き込みがあって資料にはもうない連携が{stand.gone:,}あります。"),
        (stand.outside, f"条件の外にも、書き込みのある連携が{stand.outside:,}あります。"),
        (stand.unplaced, f"相手の自治体を決められない記載{stand.unplaced:,}は、入っていません。"),
    )
    return "".join(words for true, words in parts if true)


def key_figures(stand: Standing) -> list[tuple[str, str, str]]:
    """The states, and what is due."""
    states = [(state or f"状態が{UNSAID}", f"{stand.states[state]:,}", "") for state in (*STATES, "")]
    due = [
        ("期限切れ", f"{stand.due[OVERDUE]:,}", ""),
        (f"{MONTHS}か月以内に点検", f"{stand.due[SOON]:,}", ""),
    ]
    return states + due


def as_of(day: date) -> str:
    """The day that decides what is overdue."""
    return f"期限は{text.day(day.isoformat())}の時点"


def narrowed(table: pd.DataFrame, section: str | None, state: str | None, due: str) -> pd.DataFrame:
    """The rows that the boxes over the list ask for; None and "" for all (a section of "" is none in charge)."""
    keep = pd.Series(True, index=table.index)
    if section is not None:
        keep &= table.section == section
    if state is not None:
        keep &= table.state == state
    if due == GONE_ONLY:
        keep &= ~table.printed
    elif due:
        keep &= (table.due == due) & table.printed
    return table[keep]


def labels(table: pd.DataFrame, several: bool) -> pd.Series:
    """The ties in a box to choose from; with their origins where they are ``several``."""
    partners = table.partner.where(
        (table.prefecture == "") | (table.partner == table.prefecture),
        table.partner + "（" + table.prefecture + "）",
    )
    return table.origin + " × " + partners if several else partners


def list_table(table: pd.DataFrame) -> pd.DataFrame:
    """The list as it is shown; days have a number to be sorted by, those not written at the end."""
    shown = table[["partner", "origin", "section", "state"]].copy()
    shown["partner"] = table.partner.where(table.printed, table.partner + GONE)
    shown["state"] = table.state.replace("", UNSAID)
    shown["due"] = table.due.map(DUE_WORDS).fillna("")
    for field in DAYS:
        shown[field] = table[field].map(short_day)
        shown[f"{field}_order"] = table[field].map(
            lambda day: date.fromisoformat(day).toordinal() if day else 10**7
        )
    return shown


def list_columns(heading: str, several: bool) -> dict[str, Column]:
    """How :func:`list_table` is shown; ``heading`` is what the origins are called."""
    columns = {"partner": Column("相手", width=150, lines=2)}
    if several:
        columns["origin"] = Column(heading, lines=0)
    return columns | {
        "section": Column(FIELDS["section"], width=120, lines=2),
        "last_activity": Column(FIELDS["last_activity"], order="last_activity_order", lines=0),
        "next_review": Column(FIELDS["next_review"], order="next_review_order", lines=0),
        "due": Column("期限", lines=0),
        "state": Column(FIELDS["state"], lines=0),
    }


def short_day(iso: str) -> str:
    """A day both ways where there is little room: 「令8.4.1（2026）」; "" for none."""
    if not iso:
        return ""
    year, month, day = date_in_wareki(iso).replace("年", ".").replace("月", ".").removesuffix("日").split(".")
    era = year.rstrip("元0123456789")
    return f"{year.replace(era, era[:1], 1) if era else year}.{month}.{day}（{iso[:4]}）"


def tie_facts(row: pd.Series) -> list[tuple[str, str]]:
    """What the documents say of a tie; ``row`` is one of ``review_table.reviewed``."""
    began = text.began(row.first_year if pd.notna(row.first_year) else None, row.first_kind)
    return [
        ("事業", "、".join(row.projects) if row.printed else GONE),
        ("開始年", began if row.printed else ""),
    ]


def moment(when: str) -> str:
    """When something was written: 「令和8年11月30日（2026年）17時05分」."""
    at = datetime.fromisoformat(when)
    return f"{text.day(at.date().isoformat())}{at.hour}時{at.minute:02}分"


def value(field: str, said: str) -> str:
    """A value in words; what is not written says so."""
    return (text.day(said) if field in DAYS and said else said) or UNSAID


def values(said: Values, fields: Iterable[str] = FIELDS) -> str:
    """Some values in one line."""
    return "、".join(f"{FIELDS[field]}: {value(field, getattr(said, field))}" for field in fields)


def history(revisions: tuple[Revision, ...]) -> list[tuple[str, str, str]]:
    """When, who and what of a tie, the latest first; only what each of them changed."""
    rows, before = [], Values()
    for one in revisions:
        changed = [field for field in FIELDS if getattr(one.values, field) != getattr(before, field)]
        rows.append((moment(one.changed_at), one.who, values(one.values, changed)))
        before = one.values
    return rows[::-1]


def batch(one: Batch) -> str:
    """What one person wrote at once, as a choice."""
    return f"{moment(one.changed_at)}　{one.who}　{len(one.revisions):,}件"


def filled(plan: Plan, file: str) -> str:
    """What a filled sheet comes to: every row of it is in one of the numbers."""
    counts = [f"{KIND_WORDS[kind]}が{len(plan.of(kind)):,}" for kind in KIND_WORDS if plan.of(kind)]
    return f"「{file}」の{len(plan.outcomes):,}行のうち、{'、'.join(counts)}です。"


def changes_table(outcomes: list[Outcome], several: bool) -> pd.DataFrame:
    """One line a row that is written anew: place, tie, and each field from what holds to what the sheet says."""
    rows = []
    for one in outcomes:
        assert one.merged is not None
        now = one.current.values if one.current else Values()
        said = "、".join(
            f"{FIELDS[field]}: {value(field, getattr(now, field))} → {value(field, getattr(one.merged.values, field))}"
            for field in one.merged.changed
        )
        rows.append((one.row.name if several else one.row.name.split(" ", 1)[-1], said, one.row.place))
    return pd.DataFrame(rows, columns=["tie", "said", "place"])


CHANGES_COLUMNS = {
    "tie": Column("連携", width=210, lines=2),
    "said": Column("書きかわること", width=560, lines=3),
    "place": Column("表の場所", lines=0),
}


def conflict(one: Outcome) -> list[tuple[str, str, str]]:
    """The fields of a row that the sheet changes: what it is called, what holds, what the sheet says."""
    assert one.merged is not None
    now = one.current.values if one.current else Values()
    return [
        (FIELDS[field], value(field, getattr(now, field)), value(field, getattr(one.merged.values, field)))
        for field in one.merged.changed
    ]


def left_out(plan: Plan) -> list[tuple[str, str, str]]:
    """What of a filled sheet is not taken: place, what stands there, why."""
    unknown = [
        (
            one.row.place,
            one.row.name,
            "資料にも点検表にもない連携です。連携元・都道府県・相手の名前を確かめてください。",
        )
        for one in plan.of(UNKNOWN)
    ]
    unread = [
        (problem.place, problem.text or one.row.name, problem.why)
        for one in plan.of(UNREADABLE)
        for problem in one.row.problems
    ]
    return unread + unknown
