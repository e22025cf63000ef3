"""The sentences and tables of 行の訂正: nothing is drawn here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.schema import CONTRADICTED, NEEDED, ROW_GONE, STANDINGS
from pages.shared.parts.board import Column
from pipeline.building.correctable import Item
from pipeline.reading.corrections import NAME, PARTNER, ROW, YEAR
from pipeline.words import correction_words
from pipeline.words.claims import Heading


def acts(dataset: Dataset, origins: Sequence[str]) -> pd.DataFrame:
    """The corrections of some origins (none: all), one a row; index: its id.

    First those that a person has to look at, then the latest.

    Columns: rows (positions in ``corrections`` of its lines), source, origin_code, project, project_id, action, date,
    reason, standing (the gravest of its lines), place, changes (what it changes, in words).
    """
    table = dataset.corrections.reset_index(drop=True)
    if origins:
        table = table[table.origin_code.isin(origins)]
    found = {}
    for act, rows in table.groupby("id", sort=False):
        first = rows.iloc[0]
        found[act] = {
            "rows": tuple(rows.index),
            **{
                name: first[name]
                for name in ("source", "origin_code", "project", "project_id", "action", "date", "reason")
            },
            "standing": max(rows.standing, key=STANDINGS.index),
            "place": "資料にない行" if pd.isna(first.source_place) else first.source_place,
            "changes": correction_words.changes(rows),
        }
    if not found:
        return pd.DataFrame()
    latest = pd.DataFrame.from_dict(found, orient="index").iloc[::-1]
    return latest.sort_values("standing", key=lambda own: ~own.isin(_OPEN), kind="stable")


#: Standings that a person has to look at.
_OPEN = (CONTRADICTED, ROW_GONE)


def heading(found: pd.DataFrame, subject: str, noun: str) -> Heading:
    """How many rows are read otherwise than printed, the number to stand out."""
    held = int((found.standing == NEEDED).sum()) if len(found) else 0
    if not held:
        return Heading(f"{subject}の資料の行は、すべて資料に書かれたとおりに読んでいます。", "", "")
    more = len(found) - held
    rest = f"このほかに、使っていない訂正が{more:,}件あります。" if more else ""
    return Heading(
        f"{subject}の資料の行のうち、", f"{held:,}件", f"を{noun}の職員の訂正のとおりに読んでいます。", rest
    )


def figures(found: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The row of key figures: how the corrections stand to the documents in force."""
    counts = found.standing.value_counts()
    return [(correction_words.STANDING[name], f"{counts.get(name, 0):,}", "件") for name in STANDINGS]


def columns(heading: str) -> dict[str, Column]:
    """How corrections are listed; ``heading`` is what origins are called."""
    return {
        "事業": Column("事業", width=170, lines=2),
        heading: Column(heading, lines=0),
        "訂正": Column("訂正", lines=2),
        "資料とのくらべ": Column("資料とのくらべ", lines=0),
    }


def listed(found: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """:func:`acts` with Japanese headings; without who made them."""
    return pd.DataFrame(
        {
            "事業": found.project,
            dataset.naming.heading: [dataset.origin_names[code] for code in found.origin_code],
            "訂正": found.changes,
            "訂正した日": found.date.map(correction_words.day),
            "資料とのくらべ": found.standing.map(correction_words.STANDING),
            "理由": found.reason,
            "資料": found.source.map(dataset.titles),
            "資料での場所": found.place,
        }
    )


def note_columns(table: pd.DataFrame) -> dict[str, Column]:
    """How ``pipeline.deliver.errata.rows`` are shown; its number and day stand in the file only."""
    shown = [name for name in table.columns if name not in ("番号", "訂正した日")]
    long = ("事業名（記載）", "資料の記載", "正しいもの", "理由")
    return {name: Column(name, lines=3 if name in long else 0) for name in shown}


#: What each standing means for who looks at a correction.
_MEANING = {
    "needed": "今の版の資料には、訂正する前のものが書かれています。地図・表・数は、訂正した後のものです。",
    "reflected": "今の版の資料は、訂正したとおりに書かれています。この訂正はもう使っていません。",
    "contradicted": "今の版の資料には、訂正する前とも後とも違うものが書かれています。訂正は使わず、資料のとおりに読んでいます。どちらが正しいかを確かめてください。",
    "row-gone": "今の版の資料に、この行が見つかりません。訂正は使っていません。事業が終わったか、名前が変わっていないかを確かめてください。",
}


def facts(act: pd.Series, dataset: Dataset, who: str = "") -> list[tuple[str, str]]:
    """A correction of :func:`acts` in (name, words); ``who`` made it, where that may be shown."""
    table = dataset.corrections.reset_index(drop=True).loc[list(act["rows"])]
    said = [
        (dataset.naming.heading, dataset.places[act.origin_code].name),
        ("扱い", correction_words.ACTIONS[act.action]),
    ]
    for row in table.itertuples():
        name = correction_words.FIELDS[row.field] + ("" if pd.isna(row.partner) else f"（{row.partner}）")
        if act.action == "correct":
            said.append((f"{name}（資料の記載）", "記載なし" if pd.isna(row.printed) else row.printed))
        if act.action != "withdraw":
            said.append((f"{name}（訂正後）", "除く" if pd.isna(row.corrected) else row.corrected))
        if row.standing == "contradicted":
            said.append((f"{name}（今の版）", row.now or "記載なし"))
    return [
        *said,
        ("理由", act.reason),
        ("訂正した日", correction_words.day(act.date)),
        ("訂正した人", who),
        ("資料とのくらべ", f"{correction_words.STANDING[act.standing]}。{_MEANING[act.standing]}"),
        ("資料", dataset.titles[act.source]),
        ("資料での場所", act.place),
    ]


def item_words(item: Item) -> str:
    """What can be corrected, as it is offered: 「相手方「鶴岡市」」, 「開始年（鶴岡市）」."""
    if item.field == ROW:
        return "この行を取り下げる（数えない）"
    if item.field == PARTNER:
        return f"相手方「{item.printed}」" if item.printed else "相手方を加える"
    whose = f"（{item.partner}）" if item.partner else ""
    return f"{correction_words.FIELDS[item.field]}{whose}"


def hint(item: Item) -> str:
    """How the right value is written."""
    if item.field == PARTNER:
        remove = "。空にすると、この相手方を除きます" if item.printed else ""
        return f"都道府県から書いてください（例: 山形県鶴岡市）。いくつかあるときは「、」で区切ります{remove}"
    if item.field == YEAR:
        return "「平成30年度」「2018年」のように、1つだけ書いてください。分からないときは「不明」"
    return "資料に書かれるべきだったとおりに書いてください"


def reading_rows(read: Sequence[tuple[str, str, float, str]]) -> list[tuple[str, str, str, str]]:
    """How partners will be read, (text, names of places, confidence, reason), as rows of a table."""
    return [
        (text, names or "決まりません", f"{confidence:.2f}", reason)
        for text, names, confidence, reason in read
    ]


def project_labels(dataset: Dataset, ids: Sequence[str]) -> Mapping[str, str]:
    """Project → how it is found in a box: 「港区 つまごい祭り（群馬県嬬恋村、1,300行目）」."""
    table = dataset.projects[dataset.projects.project_id.isin(ids)]
    texts = dataset.mentions.groupby("project_id", sort=False).partner_text.agg(
        lambda own: "、".join(own.iloc[:2]) + ("ほか" if len(own) > 2 else "")
    )
    return {
        row.project_id: f"{dataset.places[row.origin_code].name} {row.name}"
        f"（{texts.get(row.project_id, '相手方なし')}、{dataset.where(row.source, int(row.source_line))}）"
        for row in table.itertuples(index=False)
    }


def ways(noun: str, editing: bool) -> list[str]:
    """What can be done here where there is no correction yet."""
    if editing:
        return [
            "「行を訂正する」で事業を選び、項目ごとに正しいものを書くと、記録して表を作り直します。",
            "資料にない事業は「事業を加える」で加えられます。",
            f"訂正した事業には、どの画面でも「{noun}の訂正」と出ます。取り消すと、資料のとおりに戻ります。",
        ]
    return [
        "資料の行に誤りや抜けがあるときに、職員が正しいものを記録すると、ここに出ます。",
        "管理者が「koryu app --edit」で起動すると、この画面で訂正できます。",
    ]


#: Of a project that is added: field → label and example.
NEW = {
    NAME: ("事業名", "例: 市民号"),
    PARTNER: ("相手方", "例: 山形県鶴岡市、長野県松本市"),
    YEAR: ("開始年", "例: 平成30年度（分からなければ空のまま）"),
    "category": ("分野", "資料の書き方に合わせて"),
    "organiser": ("所管", ""),
    "summary": ("内容", ""),
}
