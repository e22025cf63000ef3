"""How a correction of a row is marked and told, the same on screens, in files and on paper. Who said it is never told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from geo.ledger.schema import CORRECTION_ACTIONS, CORRECTION_FIELDS, STANDINGS
from pipeline.words.dates import date_in_wareki

if TYPE_CHECKING:  # a list is read without pandas: the commands answer sooner
    import pandas as pd

    from geo.ledger.dataset import Dataset
    from geo.ledger.origins import Naming

#: What is done with a row, by geo.ledger.schema.CORRECTION_ACTIONS.
ACTIONS = dict(zip(CORRECTION_ACTIONS, ("訂正", "追加", "取り下げ"), strict=True))

#: What of a row is corrected, by geo.ledger.schema.CORRECTION_FIELDS.
FIELDS = dict(
    zip(CORRECTION_FIELDS, ("事業名", "分野", "所管", "内容", "状況", "相手方", "開始年", "行"), strict=True)
)

#: How a correction stands to the edition in force, by geo.ledger.schema.STANDINGS.
STANDING = dict(
    zip(
        STANDINGS,
        ("使っている", "資料に反映された", "資料とくいちがう", "行が見つからない"),
        strict=True,
    )
)


def mark(naming: Naming) -> str:
    """What marks a row that is not as printed: 「区の訂正」, 「自治体の訂正」."""
    return f"{naming.noun}の訂正"


def change(
    action: str, field: str, printed: str | None, corrected: str | None, partner: str | None = None
) -> str:
    """What is corrected, in one line: 「相手方「鶴ケ岡市」→「鶴岡市」」, 「行を取り下げ」."""
    import pandas as pd

    before, after, whose = ("" if pd.isna(text) else str(text) for text in (printed, corrected, partner))
    what = FIELDS[field] + (f"（{whose}）" if whose else "")
    if action == "withdraw":
        return "この行を取り下げ"
    if action == "add":
        return f"{what}「{after}」"
    if not before and field == "partner":
        return f"{what}に「{after}」を追加"
    return f"{what}「{before or '記載なし'}」→「{after}」" if after else f"{what}「{before}」を除く"


def changes(rows: pd.DataFrame) -> str:
    """What the lines of one correction (rows of ``corrections``) change: of a project that is added what it is."""
    first = rows.iloc[0]
    said = [
        change(row.action, row.field, row.printed, row.corrected, row.partner) for row in rows.itertuples()
    ]
    return ("資料にない事業を追加: " if first.action == "add" else "") + "、".join(said)


def day(date: str) -> str:
    """The day of a correction, both ways: 「令和8年11月30日（2026年）」."""
    return f"{date_in_wareki(date)}（{date[:4]}年）"


def marks(dataset: Dataset) -> dict[str, str]:
    """Project → its mark, of those that corrections are laid over; without who and why, for a column of a list."""
    projects = dataset.projects.dropna(subset="correction")
    return dict.fromkeys(projects.project_id, mark(dataset.naming))


def told(dataset: Dataset, project_id: str) -> str:
    """What corrections a project has, when and why; "" where it is as printed."""
    own = dataset.projects.correction[dataset.projects.project_id == project_id].dropna()
    acts: Sequence[str] = own.iloc[0].split("|") if len(own) else ()
    table = dataset.corrections
    said = []
    for act in acts:
        rows = table[(table.id == act) & (table.project_id == project_id)]
        if len(rows):
            first = rows.iloc[0]
            said.append(f"{changes(rows)}（{day(first.date)}、理由: {first.reason}）")
    return f"{mark(dataset.naming)}: {'／'.join(said)}" if said else ""
