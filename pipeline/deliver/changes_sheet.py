"""The page and the slide of what changed since the last edition: its sentence, its figures, its table."""

from __future__ import annotations

import pandas as pd

from geo.draw.print.figure import CHANGES, Show
from geo.draw.print.sheet import Sheet, Table
from geo.insight import turnover
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import between_editions, notes
from pipeline.intake.records import SourceError
from pipeline.words import view as words
from pipeline.words.edition_changes import summary

#: Kinds of change where there is little room: over a figure, and in a row.
_FIGURES = {
    "project-added": ("始まった事業", "始まった"),
    "project-ended": ("終わった事業", "終わった"),
    "project-renamed": ("改名した事業", "改名"),
    "partner-added": ("加わった相手", "加わった"),
    "partner-ended": ("なくなった相手", "なくなった"),
    "year-changed": ("開始年の違い", "開始年"),
    "category-changed": ("分野の違い", "分野"),
    "wording": ("書き方だけ", "書き方"),
}
#: A heading tells no more than has room; then only who and what came and went, and the figures below it all kinds.
_HEADING, _FOREMOST = 70, ("project-added", "project-ended", "partner-added", "partner-ended")
#: So much wider than other tables: it is the matter itself.
_SHARE = 1.45


def changes_sheet(dataset: Dataset, selection: Selection) -> Sheet:
    """What one page says about the changes of a selection.

    Raises
    ------
    SourceError
        where no document has an edition that differs from the one before.
    """
    if dataset.changes.empty:
        raise SourceError("前の版と違いのある資料がないため、違いの図は作れません。")
    table, who = turnover.rows(dataset, selection), notes.subject(dataset, selection)
    counts = turnover.counts(table)
    wording = counts.get(turnover.WORDING, 0)
    return Sheet(
        heading=(f"{who}では、前の版から、", _told(table), ""),
        conditions=f"条件: {between_editions.conditions(dataset, selection)}",
        figures=[(_FIGURES[kind][0], f"{number:,}", "") for kind, number in counts.items()],
        table=_table(dataset, table[table.change != turnover.WORDING], selection).or_none(),
        note=("表にないもの", _left_out(wording)),
        meaning=_meaning(),
        day=words.reference_day(dataset, selection.sources),
        credits=notes.credits(dataset, selection),
        selected=dataset.select(selection),
        show=Show(CHANGES, subject=who, origin=dataset.naming.noun),
        table_share=_SHARE,
    )


def _told(table: pd.DataFrame) -> str:
    """The sentence as a heading has room for it."""
    foremost = table[table.change.isin(_FOREMOST)]
    whole = summary(table)
    return whole if len(whole) <= _HEADING or foremost.empty else summary(foremost)


def _left_out(wording: int) -> str:
    said = f"書き方だけが変わったもの（{wording:,}）は、表にも地図にも入れていません。" if wording else ""
    return f"{said}すべての違いは、Excel・CSV の「前の版との違い」にあります。"


def _meaning() -> str:
    return (
        "始まった事業は新しい版だけに、終わった事業は前の版だけにある事業です。加わった相手・なくなった相手は、どちらの版にもある事業の"
        "相手です。地図は、どの事業でもつながっていなかった市区町村との新しいつながりと、どの事業でもつながらなくなったものです。"
    )


def _table(dataset: Dataset, table: pd.DataFrame, selection: Selection) -> Table:
    """The changes of fact by kind and origin: what came before what went, and that before what is otherwise now."""
    kinds = dict.fromkeys(("project-added", "partner-added", "project-ended", "partner-ended", *_FIGURES))
    order = {kind: place for place, kind in enumerate(kinds)}
    table = table.sort_values("change", key=lambda own: own.map(order), kind="stable")
    several = len(selection.origins or dataset.origins) > 1
    columns = ("事業", *([dataset.naming.heading] if several else []), "違い", "前 → 後", "場所")
    plain = table.astype(object).where(table.notna(), "")
    rows = [
        (
            row["project_to"] or row["project_from"],
            *([dataset.places[row["origin_code"]].name] if several else []),
            _FIGURES[row["change"]][1],
            _what(row),
            _arrow(row["place_from"], row["place_to"]),
        )
        for row in plain.to_dict("records")
    ]
    return Table("前の版との違い", columns, rows, frozenset(), ranked=False)


def _what(row: dict[str, str]) -> str:
    """What there was and what there is; of a name that has changed only the old one, for the new one is beside it."""
    if row["change"] == "project-renamed":
        return f"前は {row['before']}"
    if row["change"] in _FOREMOST:
        return words.some((row["partner"] or row["after"] or row["before"]).split("、"), 1)
    if row["change"] == "year-changed":
        before, after = (between_editions.era_year(row[side]) for side in ("before", "after"))
        kind = "年度" if before.endswith("年度") else "年"
        return _arrow(before.removesuffix(kind) if after.endswith(kind) else before, after)
    return _arrow(row["before"], row["after"])


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}" if before and after else before or after
