"""正誤のお知らせ: what is to be corrected in a document, for whoever publishes it, as a workbook and as text to print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.schema import NEEDED
from pipeline.deliver.xlsx import workbook
from pipeline.intake.records import SourceError
from pipeline.words import correction_words
from pipeline.words.dates import date_in_wareki

TITLE = "正誤のお知らせ"
#: What stands for a value that is not printed, or not to be printed.
_NOTHING = "（なし）"


def documents(dataset: Dataset) -> list[str]:
    """The documents that have something to be told of: what they still print otherwise than corrected."""
    table = dataset.corrections
    return list(dict.fromkeys(table.source[table.standing == NEEDED]))


def rows(dataset: Dataset, source: str, who: Mapping[str, str] | None = None) -> pd.DataFrame:
    """What is to be corrected in a document, in the order of its lines, one correction a row; rows that it lacks come last.

    Parameters
    ----------
    who : id of a correction → who made it, to be told too; nobody is told unless given
    """
    table = dataset.corrections
    own = table[(table.source == source) & (table.standing == NEEDED)]
    own = own.sort_values("source_line", kind="stable", na_position="last")
    own = own.astype(object).where(own.notna(), "")
    found: list[dict[str, object]] = []
    for act, lines in own.groupby("id", sort=False):
        first = lines.iloc[0]
        item, printed, corrected = _told(lines)
        found.append(
            {
                "番号": len(found) + 1,
                dataset.naming.heading: dataset.places[first.origin_code].name,
                "事業名（記載）": first.project,
                "資料での場所": first.source_place or "資料にない行",
                "項目": item,
                "資料の記載": printed or _NOTHING,
                "正しいもの": corrected or _NOTHING,
                "理由": first.reason,
                "訂正した日": correction_words.day(first.date),
            }
            | ({} if who is None else {"訂正した人": who.get(str(act), "")})
        )
    return pd.DataFrame(found)


def _told(lines: pd.DataFrame) -> tuple[str, str, str]:
    """What of a row is wrong, what is printed, and what is right, of the lines of one correction."""
    first = lines.iloc[0]
    if first.action == "withdraw":
        return "行の取り下げ", first.project, "（この行を除く）"
    if first.action == "add":
        parts = (f"{correction_words.FIELDS[row.field]} {row.corrected}" for row in lines.itertuples())
        return "事業の追加", "", "、".join(parts)
    whose = f"（{first.partner}）" if first.partner else ""
    return correction_words.FIELDS[first.field] + whose, first.printed, first.corrected


def about(dataset: Dataset, source: str, contact: str, on: date) -> list[tuple[str, str]]:
    """What the note is of and from whom, in (name, words)."""
    document = dataset.cited(source)
    return [
        ("資料", document.title),
        ("基準日", f"{document.as_of}（{document.date[:4]}年）"),
        ("公表者", document.publisher),
        ("お知らせの日", correction_words.day(on.isoformat())),
        ("連絡先", contact or "（ここに連絡先を書いてください）"),
    ]


def write_workbook(
    dataset: Dataset, source: str, contact: str, on: date, who: Mapping[str, str] | None = None
) -> bytes:
    """The note as a workbook: what it is of, and a row for each thing to be corrected; nothing in it is a formula.

    Raises
    ------
    SourceError : there is nothing to tell.
    """
    table = _some(dataset, source, who)
    head = pd.DataFrame(
        [*about(dataset, source, contact, on), ("件数", f"{len(table)}件")], columns=["項目", "内容"]
    )
    said = f"{dataset.cited(source).title}　{date_in_wareki(on.isoformat())}"
    return workbook({TITLE: head, "正誤表": table}, TITLE, said, author=dataset.naming.title)


def write_text(
    dataset: Dataset, source: str, contact: str, on: date, who: Mapping[str, str] | None = None
) -> str:
    """The note as plain text to print or to send.

    Raises
    ------
    SourceError : there is nothing to tell.
    """
    table = _some(dataset, source, who)
    lines = [TITLE, ""]
    lines += [f"{name}　{_flat(words)}" for name, words in about(dataset, source, contact, on)]
    lines += [
        "",
        f"上の資料のうち、次の{len(table)}件を訂正して使っています。ご確認のうえ、次の版での訂正をお願いします。",
    ]
    heading = dataset.naming.heading
    for row in table.to_dict("records"):
        lines += ["", f"{row.pop('番号')}　{_flat(row.pop(heading))}「{_flat(row.pop('事業名（記載）'))}」"]
        lines += [f"　　{name}　{_flat(words)}" for name, words in row.items() if words]
    return "\r\n".join([*lines, ""])


def _some(dataset: Dataset, source: str, who: Mapping[str, str] | None) -> pd.DataFrame:
    table = rows(dataset, source, who)
    if table.empty:
        raise SourceError("この資料には、お知らせする訂正がありません。")
    return table


def _flat(text: object) -> str:
    return " ".join(str(text).split())
