"""Rung 9: what a person decided, once and for all. It beats every other rung."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from geo.folders import DECISIONS, REFERENCE_DIR
from geo.ledger.editions import series_of
from geo.places.folding import squeeze
from geo.places.gazetteer import Gazetteer
from pipeline.atomic import reason
from pipeline.formulas import plain
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.answer import Answer, found, names

#: In the column codes: the mention names no municipality.
NOT_A_MUNICIPALITY = "市区町村ではない"

#: In the column codes: earlier decisions of the same text and scope no longer hold; the ladder reads it again.
WITHDRAWN = "自動の読み取りに戻す"

COLUMNS = ("text", "series", "origin_code", "codes", "decided_by", "decided_on", "reason")
#: What columns were called in earlier versions: files of that time are kept.
_EARLIER = {"ward_code": "origin_code", "source": "series"}

#: The decisions that come with the program.
SHIPPED = REFERENCE_DIR / "decisions.csv"


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of decisions.csv. Empty ``series`` or ``origin_code`` means any; empty ``codes``, no municipality.

    It belongs to the series of a document, so that it holds for the next edition too. Rows stay as history: of several
    with the same text, series and origin the last one holds.
    """

    text: str
    codes: tuple[str, ...]
    series: str = ""
    origin_code: str = ""
    decided_by: str = ""
    decided_on: str = ""
    reason: str = ""
    withdrawn: bool = False


def decisions_path() -> Path:
    """The decisions in force: those KORYU_DECISIONS names, else the user's, else those that come with the program."""
    own = own_decisions()
    return own if own.exists() or _named() else SHIPPED


def own_decisions() -> Path:
    """Where a person's decisions are written: what KORYU_DECISIONS names, else in the user's data."""
    return Path(_named() or DECISIONS)


def _named() -> str:
    return os.environ.get("KORYU_DECISIONS", "")


def read_decisions(path: Path | None = None) -> bytes:
    """The content of decisions.csv (:func:`decisions_path` unless told); SourceError when it cannot be read."""
    path = path or decisions_path()
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"人の判断のファイル「{path}」を開けません{reason(error, reading=True)}。場所と、読む権限を確かめてください。"
        ) from error


def load_decisions(
    gazetteer: Gazetteer,
    path: Path | None = None,
    content: bytes | None = None,
    series: Mapping[str, str] | None = None,
) -> list[Decision]:
    """The decisions of decisions.csv (:func:`decisions_path` unless told), without lines that begin with ``#``.

    Parameters
    ----------
    content : what was read of the file before, with :func:`read_decisions`
    series : the documents that are there, each with its series: a decision that names a document, as in files of
        earlier versions, is one of its series; of a document that is gone the name says which that is

    Raises
    ------
    SourceError
        When the file cannot be read, or for a missing column or an unknown code; it names the line.
    """
    path = path or decisions_path()
    content = read_decisions(path) if content is None else content
    try:
        with io.StringIO(content.decode("utf-8-sig"), newline="") as file:
            rows = csv.DictReader(file, restval="")
            rows.fieldnames = [_EARLIER.get(name, name) for name in rows.fieldnames or ()]
            if missing := [name for name in COLUMNS if name not in rows.fieldnames]:
                raise SourceError(
                    f"{path.name} に列「{'、'.join(missing)}」がありません。見出しの行を直してください。"
                )
            read = [_decision(row, rows.line_num, path, gazetteer) for row in rows if _is_decision(row)]
            return [replace(one, series=_series(one.series, series or {})) for one in read]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"{path.name} を読めません。文字コードを UTF-8 にして、CSV で保存し直してください。"
        ) from error


def _series(named: str, series: Mapping[str, str]) -> str:
    """The series that a decision names, or the one of the document it names."""
    if named in series.values():
        return named
    return series.get(named) or series_of(named)


def _is_decision(row: dict) -> bool:
    text = row["text"].strip()
    return bool(text) and not (text.startswith("#") and not row["codes"].strip())


def _decision(row: dict, line: int, path: Path, gazetteer: Gazetteer) -> Decision:
    printed = row["codes"].strip()
    codes = () if printed in (NOT_A_MUNICIPALITY, WITHDRAWN) else tuple(printed.split("|"))
    if unknown := [code for code in codes if code not in gazetteer]:
        raise SourceError(
            f"{path.name} {line}行目: コード「{'、'.join(unknown)}」の自治体はありません。"
            f"5桁のコードを「|」で区切って書くか、「{NOT_A_MUNICIPALITY}」か「{WITHDRAWN}」と書いてください。"
        )
    fields = {name: plain(row[name].strip()) for name in COLUMNS if name != "codes"}
    return Decision(codes=codes, withdrawn=printed == WITHDRAWN, **fields)


class Decisions:
    """Decisions by text; the one for this series of documents and origin comes before the one for any."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._by_key = {(squeeze(d.text), d.series, d.origin_code): d for d in decisions}
        self._texts = {text for text, _, _ in self._by_key}

    def find(
        self, text: str, series: str | None, origin_code: str | None, gazetteer: Gazetteer
    ) -> Answer | None:
        """Return the answer a person gave for this text (squeezed), if any."""
        if text not in self._texts:
            return None
        for scope in ((series, origin_code), (series, None), (None, origin_code), (None, None)):
            if decision := self._by_key.get((text, scope[0] or "", scope[1] or "")):
                return None if decision.withdrawn else _answer(decision, gazetteer)
        return None


def _answer(decision: Decision, gazetteer: Gazetteer) -> Answer:
    # Who decided stands in the file of decisions alone: the reason goes out with every table.
    said = f"（{decision.decided_on}）" if decision.decided_on else ""
    said += f"：{decision.reason}" if decision.reason else ""
    if not decision.codes:
        return Answer((), "unresolved", None, "decision", 1.0, f"市区町村ではないと決められています{said}")
    places = [gazetteer.place(code) for code in decision.codes]
    return found(places, "decision", 1.0, f"{names(places)}と決められています{said}")
