"""What an office keeps of its ties for itself: section in charge, last activity, next review, state, a note.

It is kept in one file of the user's own, ledger.csv, never among the tables of a build, and so in nothing that is made
of them. The file is only ever added to: the last row of a tie holds, the earlier ones are its history, and to undo is
to write an earlier one again. A tie is an origin and a partner place, whatever document or edition prints it. Whoever
saves says which revision they have seen; where another has been written since, nothing is saved.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from geo.folders import LEDGER
from pipeline.atomic import adding_to, reason, replace_file
from pipeline.formulas import guarded, plain
from pipeline.intake.records import SourceError
from pipeline.reading.record_decision import MAX_NAME, one_line
from pipeline.words.dates import one_day

#: What a tie can be said to be: it goes on, it rests, it has to be thought over. Nothing where nobody said.
ACTIVE, RESTING, DOUBTED = STATES = ("活発", "休止", "見直し")

#: The longest a person may write, in characters.
MAX_SECTION, MAX_NOTE = 60, 1000

#: The days a spreadsheet and a calendar of an office both have.
FIRST_DAY, LAST_DAY = "1901-01-01", "2199-12-31"

_CODE = re.compile(r"\d{4,5}")


class Key(NamedTuple):
    """A tie: the 5-digit codes of the origin and of the partner place (NN000 for a prefecture)."""

    origin_code: str
    partner_code: str


@dataclass(frozen=True, slots=True)
class Values:
    """What is written of a tie; "" for what is not. Days are ISO, the state is one of STATES."""

    section: str = ""
    last_activity: str = ""
    next_review: str = ""
    state: str = ""
    note: str = ""


#: Field of Values → what it is called on screens and in workbooks.
FIELDS = {
    "section": "担当課",
    "last_activity": "最終活動日",
    "next_review": "次回点検",
    "state": "状態",
    "note": "メモ",
}
DAYS = ("last_activity", "next_review")

COLUMNS = ("origin_code", "partner_code", *FIELDS, "who", "changed_at", "revision")


@dataclass(frozen=True, slots=True)
class Revision:
    """What was written of a tie at a time (ISO, local), by whom; its revisions are numbered from 1."""

    key: Key
    values: Values
    who: str
    changed_at: str
    number: int


class Change(NamedTuple):
    """What to write of a tie, and the number of the revision it was decided on (0 where there was none)."""

    values: Values
    seen: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What one person wrote at once: its revisions."""

    who: str
    changed_at: str
    revisions: tuple[Revision, ...]


class Changed(Exception):
    """Somebody else has written of some ties since they were seen; nothing was saved.

    ``keys`` are these ties. ``str(error)`` is one Japanese sentence for the user.
    """

    def __init__(self, keys: tuple[Key, ...]) -> None:
        super().__init__(
            f"開いたあとに、ほかの人が{len(keys):,}件を書きかえています。まだ何も保存していません。今の内容を確かめてください。"
        )
        self.keys = keys


@dataclass(frozen=True, eq=False)
class Ledger:
    """All that was ever written, in the order in which it was."""

    log: tuple[Revision, ...] = ()

    @cached_property
    def revisions(self) -> Mapping[Key, tuple[Revision, ...]]:
        """Tie → its revisions, the first first."""
        found: dict[Key, list[Revision]] = defaultdict(list)
        for one in self.log:
            found[one.key].append(one)
        return {key: tuple(revisions) for key, revisions in found.items()}

    @cached_property
    def written(self) -> frozenset[Key]:
        """The ties of which something holds; not those whose writing was undone."""
        return frozenset(key for key in self.revisions if self.values(key) != Values())

    def current(self, key: Key) -> Revision | None:
        """The revision that holds; None where nobody has written of the tie."""
        return self.revisions[key][-1] if key in self.revisions else None

    def number(self, key: Key) -> int:
        """The number of that revision, 0 where there is none."""
        return current.number if (current := self.current(key)) else 0

    def values(self, key: Key) -> Values:
        """What holds of a tie; empty where nobody has written of it."""
        return current.values if (current := self.current(key)) else Values()

    def at(self, key: Key, number: int) -> Values | None:
        """What was written in a revision; empty for the number 0, None for one that is not there."""
        if number == 0:
            return Values()
        return next((one.values for one in self.revisions.get(key, ()) if one.number == number), None)

    @cached_property
    def batches(self) -> tuple[Batch, ...]:
        """What was written at once, the latest first."""
        found: dict[tuple[str, str], list[Revision]] = defaultdict(list)
        for one in self.log:
            found[one.changed_at, one.who].append(one)
        return tuple(Batch(who, when, tuple(ones)) for (when, who), ones in reversed(found.items()))

    def undoing(self, batch: Batch) -> dict[Key, Change]:
        """What brings back how it was before a batch, of the ties that nobody has written of since."""
        found = {}
        for one in batch.revisions:
            before = [earlier for earlier in self.revisions[one.key] if earlier.number < one.number]
            if self.number(one.key) == one.number:
                found[one.key] = Change(before[-1].values if before else Values(), one.number)
        return found


def ledger_path() -> Path:
    """Where it is kept: what KORYU_LEDGER names, else in the user's data."""
    return Path(os.environ.get("KORYU_LEDGER") or LEDGER)


def read_ledger(path: Path | None = None) -> Ledger:
    """All that was written; empty where there is no file.

    Parameters
    ----------
    path : the file; :func:`ledger_path` unless told

    Raises
    ------
    SourceError
        When the file cannot be read, or has something wrong in it; the sentence names the line.
    """
    path = path or ledger_path()
    return _ledger(_content(path), path.name)


def save(changes: Mapping[Key, Change], who: str, path: Path | None = None) -> Ledger:
    """Write some changes under a lock, all or none, and return what holds then.

    A tie whose values are those that hold already gets no new revision.

    Parameters
    ----------
    changes : what to write of each tie, and the revision it was decided on
    who : the person who says so
    path : the file; :func:`ledger_path` unless told

    Raises
    ------
    Changed
        When one of the ties has a later revision than was seen. Nothing was written.
    SourceError
        When nobody's name is given, a value cannot be kept, or the file has something wrong in it.
    WriteError
        When the file cannot be written, or is locked by others for too long.
    """
    path, who = path or ledger_path(), one_line(who)
    if not who:
        raise SourceError("書いた人の名前（所属と名前）を書いてください。")
    if len(who) > MAX_NAME:
        raise SourceError(f"書いた人の名前は{MAX_NAME}字までで書いてください。")
    wanted = {key: Change(checked(change.values), change.seen) for key, change in changes.items()}
    with adding_to(path):
        content = _content(path)
        ledger = _ledger(content, path.name)
        if stale := tuple(key for key, change in wanted.items() if ledger.number(key) != change.seen):
            raise Changed(stale)
        now = datetime.now().isoformat(timespec="microseconds")
        new = [
            Revision(key, change.values, who, now, change.seen + 1)
            for key, change in wanted.items()
            if change.values != ledger.values(key)
        ]
        if new:
            replace_file(path, _with_rows(content, new))
    return Ledger((*ledger.log, *new))


def checked(values: Values) -> Values:
    """The values as they are kept: on one line (a note keeps its lines), without what cannot be seen.

    Raises
    ------
    SourceError
        When a text is too long, a day is none, or a state is none of STATES; one Japanese sentence.
    """
    note = "\n".join(one_line(line) for line in re.split(r"\r\n|\r|\n", values.note)).strip("\n")
    values = replace(values, section=one_line(values.section), note=note)
    if len(values.section) > MAX_SECTION:
        raise SourceError(f"担当課は{MAX_SECTION}字までで書いてください。")
    if len(values.note) > MAX_NOTE:
        raise SourceError(f"メモは{MAX_NOTE:,}字までで書いてください。")
    if values.state and values.state not in STATES:
        raise SourceError(f"状態は、{'・'.join(STATES)}のどれかを書くか、空けてください。")
    for field in DAYS:
        day = getattr(values, field)
        if day and (one_day(day) != day or not FIRST_DAY <= day <= LAST_DAY):
            raise SourceError(f"{FIELDS[field]}は、1901年から2199年までの日を書いてください。")
    return values


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise SourceError(
            f"点検表のファイル「{path}」を開けません{reason(error, reading=True)}。場所と、読む権限を確かめてください。"
        ) from error


def _ledger(content: bytes, name: str) -> Ledger:
    log: list[Revision] = []
    last: dict[Key, int] = defaultdict(int)
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), restval="")
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if content and missing:
            raise SourceError(
                f"{name} に列「{'、'.join(missing)}」がありません。見出しの行を直してください。"
            )
        for row in rows:
            one = _revision(row, f"{name} {rows.line_num}行目")
            if one.number <= last[one.key]:
                raise SourceError(
                    f"{name} {rows.line_num}行目: 列 revision の番号が、上にある同じ連携の行より大きくありません。行の順を元に戻してください。"
                )
            last[one.key] = one.number
            log.append(one)
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"{name} を読めません。文字コードを UTF-8 にして、CSV で保存し直してください。"
        ) from error
    return Ledger(tuple(log))


def _revision(row: Mapping[str, str], where: str) -> Revision:
    codes = [row[column].strip() for column in ("origin_code", "partner_code")]
    # A spreadsheet that saved the file anew took the zero off 01202.
    if not all(map(_CODE.fullmatch, codes)):
        raise SourceError(f"{where}: 列 origin_code と partner_code には5桁の団体コードを書いてください。")
    number = row["revision"].strip()
    if not (number.isdecimal() and 0 < int(number) < 10**9):
        raise SourceError(f"{where}: 列 revision には1からの番号を書いてください。")
    try:
        datetime.fromisoformat(row["changed_at"].strip())
    except ValueError as error:
        raise SourceError(f"{where}: 列 changed_at の日時を読めません。元の値に戻してください。") from error
    texts = {field: plain(row[field]) for field in FIELDS}
    texts |= {field: one_day(texts[field]) or texts[field] for field in DAYS}
    try:
        values = checked(Values(**texts))
    except SourceError as error:
        raise SourceError(f"{where}: {error}") from error
    key = Key(*(code.zfill(5) for code in codes))
    return Revision(key, values, one_line(plain(row["who"])), row["changed_at"].strip(), int(number))


def _with_rows(content: bytes, revisions: list[Revision]) -> bytes:
    """The file with some rows more, in the order of its own columns."""
    if not content:
        content = (",".join(COLUMNS) + "\n").encode("utf-8-sig")
    columns = next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    lines = io.StringIO(newline="")
    rows = csv.DictWriter(lines, columns, restval="", extrasaction="ignore", lineterminator="\n")
    for one in revisions:
        texts = dict(zip(FIELDS, map(guarded, astuple(one.values)), strict=True))
        rows.writerow(
            one.key._asdict()
            | texts
            | {"who": guarded(one.who), "changed_at": one.changed_at, "revision": one.number}
        )
    joint = b"" if content.endswith((b"\n", b"\r")) else b"\n"
    return content + joint + lines.getvalue().encode()
