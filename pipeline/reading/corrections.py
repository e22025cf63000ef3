"""What people said is wrong in a row of a document: kept for the series, laid over what is printed, never into it.

corrections.csv lies beside decisions.csv and is only ever added to: what is taken back stays, with the line that takes
it back. Of several lines on one thing the last holds.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from geo.ledger.schema import CORRECTION_ACTIONS, CORRECTION_FIELDS, UNNAMED
from geo.places.folding import squeeze
from geo.places.gazetteer import Gazetteer
from pipeline.formulas import plain
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import read_added
from pipeline.reading.geocode.decisions import own_decisions
from pipeline.words import correction_words
from pipeline.words.correction_words import FIELDS
from pipeline.words.dates import StartYear, parse_years

COLUMNS = (
    "id",
    "series",
    "source",
    "origin_code",
    "project",
    "number",
    "action",
    "field",
    "partner",
    "printed",
    "corrected",
    "reason",
    "corrected_by",
    "corrected_on",
)

CORRECT, ADD, WITHDRAW = CORRECTION_ACTIONS
UNDO = "undo"
#: What is done, as the file says it; what it is done to stands in it by its words too (FIELDS).
ACTIONS = correction_words.ACTIONS | {UNDO: "取り消し"}

NAME, CATEGORY, ORGANISER, SUMMARY, STATUS, PARTNER, YEAR, ROW = CORRECTION_FIELDS
#: A start year of which the document, or the correction, says that nobody knows it.
UNKNOWN = "不明"

_ACTION_OF = {word: action for action, word in ACTIONS.items()}
_FIELD_OF = {word: field for field, word in FIELDS.items()}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of corrections.csv.

    Parameters
    ----------
    id : of what was said at once: several lines where a project is added
    series, source : the series it holds for, and the edition it was made on
    project, number : the project by its name as printed, and which of that name it is of its origin, from 1
    action : CORRECT, ADD, WITHDRAW, or UNDO of all lines of the same id before
    field : a key of FIELDS; "" where something is undone
    partner : whose start year it is, as printed; "" for the whole row's
    printed : what the document printed then: where it prints something else, the correction no longer holds. "" for
        a partner that is added
    corrected : what it should say; "" for a partner that is taken out
    who, on : who says so, and the day (ISO)
    undone : whether it was taken back, or another line on the same thing came after it
    """

    id: str
    series: str
    source: str
    origin_code: str
    project: str
    action: str
    field: str
    printed: str
    corrected: str
    reason: str
    who: str
    on: str = ""
    number: int = 1
    partner: str = ""
    undone: bool = False

    @property
    def row(self) -> tuple[str, str, int]:
        """The row it is on: origin, printed name without blanks, which of that name."""
        return self.origin_code, printed_name(self.project), self.number

    def subject(self) -> Hashable:
        """What it is about: of two lines with the same subject the later holds."""
        about = squeeze(self.partner)
        if self.field == PARTNER and self.action == CORRECT:
            about = squeeze(self.printed) or f"+{squeeze(self.corrected)}"
        return self.series, self.row, self.action == ADD, self.field, about


def printed_name(name: str) -> str:
    """The name of a project without blanks, as its identifier is made of it; "" for what stands for none."""
    return "" if name == UNNAMED else squeeze(name)


def corrections_path() -> Path:
    """Where they are kept: what KORYU_CORRECTIONS names, else beside the decisions of people."""
    named = os.environ.get("KORYU_CORRECTIONS", "")
    return Path(named) if named else own_decisions().with_name("corrections.csv")


def read_corrections() -> bytes:
    """The content of the file; nothing where there is none.

    Raises
    ------
    SourceError : it cannot be read.
    """
    return read_added(corrections_path(), "行の訂正の記録")


def year_of(text: str) -> StartYear | None:
    """A start year as a person writes it: 「平成30年度」「2018年」; None for 「不明」 or nothing.

    Raises
    ------
    ValueError : it is no one year.
    """
    if text.strip() in ("", UNKNOWN):
        return None
    # An initial may be typed small: h30.
    years = parse_years(text.upper())
    if len(years) != 1 or years[0] is None:
        raise ValueError(text)
    return years[0]


def wrong(one: Correction, gazetteer: Gazetteer) -> str:
    """What is wrong with a correction, as a Japanese sentence; "" where nothing is."""
    if one.action not in ACTIONS:
        return f"列 action には「{'」「'.join(ACTIONS.values())}」のどれかを書いてください。"
    if not one.id:
        return "列 id（訂正の番号）がありません。"
    if not one.who:
        return "訂正した人（列 corrected_by）の名前を書いてください。"
    if not _day(one.on):
        return "列 corrected_on には、日付を「2026-11-30」の形で書いてください。"
    if one.action == UNDO:
        return ""
    if one.field not in FIELDS or (one.field == ROW) != (one.action == WITHDRAW):
        known = (
            [FIELDS[ROW]] if one.action == WITHDRAW else [word for key, word in FIELDS.items() if key != ROW]
        )
        return f"列 field には「{'」「'.join(known)}」のどれかを書いてください。"
    if not one.series:
        return "列 series（資料の系列）がありません。"
    if one.origin_code not in gazetteer:
        return (
            f"列 origin_code の「{one.origin_code}」という自治体はありません。5桁のコードを書いてください。"
        )
    if not squeeze(one.project):
        return "列 project（事業名）がありません。"
    if not one.reason:
        return "訂正の理由（列 reason）を書いてください。"
    return _wrong_value(one)


def _wrong_value(one: Correction) -> str:
    if one.field == YEAR:
        for value in (one.corrected, *([one.printed] if "、" not in one.printed else [])):
            try:
                year_of(value)
            except ValueError:
                return f"開始年「{value}」を読み取れません。「平成30年度」「2018年」か「{UNKNOWN}」のように、1つだけ書いてください。"
    if one.field == NAME and not squeeze(one.corrected):
        return "正しい事業名（列 corrected）がありません。"
    if one.field == PARTNER and not squeeze(one.printed) and not squeeze(one.corrected):
        return "相手方がありません。印刷された相手方か、正しい相手方を書いてください。"
    if one.action == CORRECT and one.field != ROW and squeeze(one.printed) == squeeze(one.corrected):
        return "印刷されたとおりの値です。正しい値（列 corrected）を書いてください。"
    return ""


def load_corrections(content: bytes, gazetteer: Gazetteer) -> list[Correction]:
    """Every correction of the file in its order, those that no longer hold too; lines that undo are no corrections.

    Raises
    ------
    SourceError : the content is no such file, or a line of it is wrong; it names the line.
    """
    name = "corrections.csv"
    found: list[Correction] = []
    try:
        with io.StringIO(content.decode("utf-8-sig"), newline="") as file:
            rows = csv.DictReader(file, restval="")
            if content and (
                missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]
            ):
                raise SourceError(
                    f"{name} に列「{'、'.join(missing)}」がありません。見出しの行を直してください。"
                )
            for row in rows:
                if row["id"].startswith("#") or not any(row[column].strip() for column in COLUMNS):
                    continue
                try:
                    found = _with(found, row, gazetteer)
                except SourceError as error:
                    raise SourceError(f"{name} {rows.line_num}行目: {error}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"{name} を読めません。文字コードを UTF-8 にして、CSV で保存し直してください。"
        ) from error
    lacking = _incomplete(found)
    if lacking:
        raise SourceError(
            f"{name}: 事業「{lacking}」の追加に、事業名か相手方の行がありません。書き足してください。"
        )
    return found


def _with(found: list[Correction], row: dict[str, str], gazetteer: Gazetteer) -> list[Correction]:
    """The corrections with that of one more line."""
    one = _correction(row)
    if error := wrong(one, gazetteer):
        raise SourceError(error)
    if one.action == UNDO:
        if one.id not in {each.id for each in found}:
            raise SourceError(f"取り消す訂正「{one.id}」が、この行より前にありません。")
        return [replace(each, undone=True) if each.id == one.id else each for each in found]
    if any(each.id == one.id and (each.action, each.field) == (one.action, one.field) for each in found):
        raise SourceError(
            f"番号「{one.id}」の「{FIELDS[one.field]}」の訂正が2つあります。別の番号にしてください。"
        )
    same = one.subject()
    earlier = {each.id for each in found if not each.undone and each.subject() == same}
    return [*(replace(each, undone=True) if each.id in earlier else each for each in found), one]


def _correction(row: dict[str, str]) -> Correction:
    cells = {column: plain(row[column].strip()) for column in COLUMNS}
    number = cells["number"] or "1"
    if not (number.isascii() and number.isdigit() and int(number)):
        raise SourceError("列 number には、同じ名前の事業の何番目かを「1」のように書いてください。")
    return Correction(
        id=cells["id"],
        series=cells["series"],
        source=cells["source"],
        origin_code=cells["origin_code"],
        project=cells["project"],
        action=_ACTION_OF.get(cells["action"], ""),
        field=_FIELD_OF.get(cells["field"], ""),
        printed=cells["printed"],
        corrected=cells["corrected"],
        reason=cells["reason"],
        who=cells["corrected_by"],
        on=cells["corrected_on"],
        number=int(number),
        partner=cells["partner"],
    )


def _incomplete(found: Iterable[Correction]) -> str:
    """The name of a project that is added without saying with whom, or without its name; "" where there is none."""
    acts: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for one in found:
        if one.action == ADD:
            acts.setdefault(one.id, set()).add(one.field)
            names[one.id] = one.project
    return next((names[act] for act, fields in acts.items() if not {NAME, PARTNER} <= fields), "")


def _day(text: str) -> bool:
    try:
        return bool(_ISO.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
