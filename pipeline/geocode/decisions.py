"""Rung 9: what a person decided, once and for all. It beats every other rung."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geo.folding import REFERENCE_DIR, squeeze
from geo.gazetteer import Gazetteer
from pipeline.geocode.answer import Answer, found, names
from pipeline.sources.base import SourceError

#: In the column codes: the mention names no municipality.
NOT_A_MUNICIPALITY = "市区町村ではない"

COLUMNS = ("text", "source", "ward_code", "codes", "decided_by", "decided_on", "reason")


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of decisions.csv. Empty ``source`` or ``ward_code`` means any; empty ``codes``, no municipality."""

    text: str
    codes: tuple[str, ...]
    source: str = ""
    ward_code: str = ""
    decided_by: str = ""
    decided_on: str = ""
    reason: str = ""


def load_decisions(gazetteer: Gazetteer, path: Path = REFERENCE_DIR / "decisions.csv") -> list[Decision]:
    """Read decisions.csv. Raises SourceError, naming the line, for a missing column or an unknown code."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise SourceError(
                f"{path.name} に列「{'、'.join(missing)}」がありません。見出しの行を直してください。"
            )
        return [_decision(row, reader.line_num, path, gazetteer) for row in reader if row["text"].strip()]


def _decision(row: dict, line: int, path: Path, gazetteer: Gazetteer) -> Decision:
    printed = row["codes"].strip()
    codes = () if printed == NOT_A_MUNICIPALITY else tuple(printed.split("|"))
    if unknown := [code for code in codes if code not in gazetteer]:
        raise SourceError(
            f"{path.name} {line}行目: コード「{'、'.join(unknown)}」の自治体はありません。"
            f"5桁のコードを「|」で区切って書くか、「{NOT_A_MUNICIPALITY}」と書いてください。"
        )
    fields = {name: row[name].strip() for name in COLUMNS if name != "codes"}
    return Decision(codes=codes, **fields)


class Decisions:
    """Decisions by text; the one for this document and ward comes before the one for any."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._by_key = {(squeeze(d.text), d.source, d.ward_code): d for d in decisions}

    def find(
        self, text: str, source: str | None, ward_code: str | None, gazetteer: Gazetteer
    ) -> Answer | None:
        """Return the answer a person gave for this text, if any."""
        if not self._by_key:
            return None
        key = squeeze(text)
        for scope in ((source, ward_code), (source, None), (None, ward_code), (None, None)):
            if decision := self._by_key.get((key, scope[0] or "", scope[1] or "")):
                return _answer(decision, gazetteer)
        return None


def _answer(decision: Decision, gazetteer: Gazetteer) -> Answer:
    who = "・".join(filter(None, (decision.decided_by, decision.decided_on)))
    why = f"：{decision.reason}" if decision.reason else ""
    if not decision.codes:
        reason = f"市区町村ではないと決められています（{who}）{why}"
        return Answer((), "unresolved", None, "decision", 1.0, reason)
    places = [gazetteer.place(code) for code in decision.codes]
    return found(places, "decision", 1.0, f"{names(places)}と決められています（{who}）{why}")
