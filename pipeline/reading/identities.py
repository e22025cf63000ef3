"""What a person said of a project that may be another's next edition under a new name: kept for the series.

identities.csv lies beside decisions.csv and is only ever added to; the last row of a pair of names holds.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geo.places.folding import squeeze
from pipeline.atomic import adding_to, replace_file
from pipeline.formulas import guarded, plain
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import read_added
from pipeline.reading.geocode.decisions import own_decisions

COLUMNS = ("series", "origin_code", "name_from", "name_to", "same", "decided_by", "decided_on")
_SAID = {"はい": True, "いいえ": False}

#: (origin code, name before, name after), both squeezed → whether they are one project.
Same = dict[tuple[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether two names, of one edition and of the next, are of one project."""

    series: str
    origin_code: str
    name_from: str
    name_to: str
    same: bool
    decided_by: str


def identities_path() -> Path:
    """Where they are kept."""
    return own_decisions().with_name("identities.csv")


def read_identities() -> bytes:
    """The content of the file; nothing where there is none.

    Raises
    ------
    SourceError : it cannot be read.
    """
    return read_added(identities_path(), "事業の同一の記録")


def load_identities(content: bytes) -> dict[str, Same]:
    """What is said, by series.

    Raises
    ------
    SourceError : the content is no such file.
    """
    found: dict[str, Same] = defaultdict(dict)
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), restval="")
        if content and (missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]):
            raise SourceError(
                f"identities.csv に列「{'、'.join(missing)}」がありません。見出しの行を直してください。"
            )
        for row in rows:
            if row["same"] not in _SAID:
                raise SourceError(
                    f"identities.csv {rows.line_num}行目: 列 same には「はい」か「いいえ」と書いてください。"
                )
            before, after = (squeeze(plain(row[name])) for name in ("name_from", "name_to"))
            found[row["series"]][row["origin_code"], before, after] = _SAID[row["same"]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            "identities.csv を読めません。文字コードを UTF-8 にして、CSV で保存し直してください。"
        ) from error
    return dict(found)


def record_identity(said: Identity) -> None:
    """Add what a person said, under a lock and as a whole.

    Raises
    ------
    SourceError : nobody says who said it, or the file has something wrong in it.
    WriteError : it cannot be written; nothing was changed.
    """
    if not said.decided_by.strip():
        raise SourceError("確かめた人の名前を書いてください。")
    path = identities_path()
    with adding_to(path):
        content = read_identities()
        load_identities(content)
        line = io.StringIO(newline="")
        rows = csv.writer(line, lineterminator="\n")
        if not content:
            rows.writerow(COLUMNS)
        names = (guarded(" ".join(name.split())) for name in (said.name_from, said.name_to))
        word = next(word for word, same in _SAID.items() if same == said.same)
        who = guarded(" ".join(said.decided_by.split()))
        rows.writerow([said.series, said.origin_code, *names, word, who, date.today().isoformat()])
        joint = b"" if not content or content.endswith(b"\n") else b"\n"
        replace_file(path, content + joint + line.getvalue().encode())
