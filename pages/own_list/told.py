"""The words of 一覧を読み込む: what was understood of a list, and what was not."""

from __future__ import annotations

import re

import pandas as pd

from geo.places.codes import to_code6
from pages.shared.frame import text
from pages.shared.parts import markup
from pipeline.building.own_list import OwnList
from pipeline.intake.columns import ROLES
from pipeline.intake.list_choices import LISTS
from pipeline.intake.records import without_options

#: Rows of a list that are shown as an example, columns at most, and characters of a cell.
_ROWS, _COLUMNS, _LONGEST = 6, 12, 60
#: Findings about what was not read that are shown.
_LEFT_OUT = 30
_NOT_READ = ("column-unread", "unread-line", "outside-table", "year-unreadable", "text-lost")


def understood(own: OwnList) -> str:
    """What was read, in one sentence: the form, whose list, how many rows, how many of the partners have a place."""
    mentions, waiting = own.mentions, int(own.unresolved.n.sum())
    abroad = int((mentions.level == "foreign").sum())
    who = own.made.dataset.naming.everyone
    rest = f"、{waiting:,}件はまだ決まっていません" if waiting else "、決まらないものはありません"
    foreign = f"（うち国外 {abroad:,}件は地図に描きません）" if abroad else ""
    if own.understood is None:
        what = f"「{own.document.title}」の新しい版（{own.document.as_of}）"
    else:
        what = f"「{'」「'.join(grid.name for grid in own.understood.grids[:3])}」を{LISTS[own.understood.layout]}"
    return (
        f"{what}として読み、{who}の相手方の記載 {len(mentions):,}件{foreign}が"
        f"見つかりました。{len(mentions) - waiting - abroad:,}件の自治体が決まり{rest}。"
    )


def reasons(own: OwnList) -> list[str]:
    """Why it was read so, a sentence a line."""
    assert own.understood is not None
    return [without_options(line) for line in own.understood.reasons]


def left_out(own: OwnList) -> list[tuple[str, str]]:
    """What was not read: (where, what), the first of it."""
    findings = own.made.tables["findings"]
    rows = findings[findings.rule.isin(_NOT_READ)]
    shown = [(row.source_place or "", row.message) for row in rows.head(_LEFT_OUT).itertuples(index=False)]
    more = len(rows) - len(shown)
    return [*shown, ("", f"ほか{more:,}件（「データと品質」の指摘にすべてあります）")] if more else shown


def preview(own: OwnList) -> str:
    """The first rows as they stand in the list, the role of each column above it, where each row stands beside it."""
    guess = own.understood.guess if own.understood is not None else None
    if guess is None:
        mentions = own.mentions.head(_ROWS)
        names = own.made.dataset.names
        rows = [
            (
                row.source_place,
                row.partner_text,
                "、".join(names[code] for code in row.codes) or "決まりません",
            )
            for row in mentions.itertuples(index=False)
        ]
        return markup.table(
            "読み取った行（はじめの数行）", ("場所", "相手方の記載", "読み取った自治体"), rows, printed=True
        )
    columns = [column for column in guess.columns if column.filled][:_COLUMNS]
    heads = ["場所", *(f"{column.letter} {ROLES.get(column.role, '読まない')}" for column in columns)]
    body = []
    for row in guess.body[:_ROWS]:
        cells = [guess.grid.covering(row, column.index) for column in columns]
        first = next((cell for cell in guess.grid.rows[row] if cell.text), None)
        texts = [_short(cell.text) if cell and cell.row == row else "〃" if cell else "" for cell in cells]
        body.append([first.place if first else "", *texts])
    return markup.table("一覧のはじめの行", heads, body, printed=True)


def unresolved(rows: pd.DataFrame) -> str:
    """How many mentions wait, and that they can be settled here."""
    return f"自治体の決まらない記載が{len(rows):,}種類あります。ここで選ぶと、地図に入ります。"


def mention(row, own: OwnList) -> str:
    """A mention that waits, as a label: what is printed, where, how often, why it is not settled."""
    often = f"ほか{row.n - 1}か所" if row.n > 1 else ""
    where = f"{row.source_place}{' ' if often else ''}{often}"
    return f"**{text.plain(row.partner_text[:40])}**（{text.plain(where)}）{text.plain(row.reason[:80])}"


def corrected(own: OwnList) -> pd.DataFrame:
    """The list as it was understood: a row a mention and place, each with its code and where it stands."""
    dataset, rows = own.made.dataset, []
    projects = dataset.projects.set_index("project_id")
    for row in own.mentions.itertuples(index=False):
        project = projects.loc[row.project_id]
        for code in list(row.codes) or [None]:
            point = dataset.places[code] if code else None
            rows.append(
                {
                    "場所": row.source_place,
                    "連携元": dataset.places[row.origin_code].name,
                    "都道府県": point.prefecture if point else None,
                    "相手方": (point.name if point.name != point.prefecture else point.prefecture)
                    if point
                    else None,
                    "団体コード": to_code6(code) if code else None,
                    "事業名": project["name"],
                    "分野": "・".join(project.categories),
                    "開始年": f"{row.start_year}{row.year_kind}" if pd.notna(row.start_year) else None,
                    "所管": project.organiser,
                    "相手方の記載": row.partner_text,
                    "確かさ": row.confidence,
                }
            )
    return pd.DataFrame(rows)


def waiting(own: OwnList) -> pd.DataFrame:
    """The mentions nobody could place, as a table to take along."""
    dataset, rows = own.made.dataset, own.unresolved
    return pd.DataFrame(
        {
            "場所": rows.source_place,
            "連携元": rows.origin_code.map(dataset.origin_names),
            "相手方の記載": rows.partner_text,
            "記載の数": rows.n,
            "決まらない理由": rows.reason,
            "候補": rows.candidates.map(lambda codes: "、".join(dataset.names[code] for code in codes)),
        }
    )


def _short(text: str) -> str:
    line = re.sub(r"\s*\n\s*", "／", text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
