"""What becomes of corrections in a build: which hold for a document, the rows of their table, what is found of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from geo.ledger.schema import CONTRADICTED, NEEDED, REFLECTED, ROW_GONE
from pipeline.building.build_tables import place
from pipeline.intake.registry import Document
from pipeline.reading.corrections import ADD, NAME, WITHDRAW, Correction
from pipeline.reading.overlay import Standing
from pipeline.reading.projects import project_identifier
from pipeline.rules.correction_applied import CORRECTION_APPLIED
from pipeline.rules.correction_contradicted import CORRECTION_CONTRADICTED
from pipeline.rules.correction_reflected import CORRECTION_REFLECTED
from pipeline.rules.correction_row_gone import CORRECTION_ROW_GONE
from pipeline.rules.rule import Note
from pipeline.words.correction_words import FIELDS


def holding_for(
    document: Document, corrections: Iterable[Correction], dates: Mapping[str, str]
) -> list[Correction]:
    """The corrections in force that one edition is to be held against.

    What is printed wrong is wrong in every edition that prints it. A project that is added was missing in the edition
    that was looked at then: of earlier ones nobody has said so.

    Parameters
    ----------
    dates : document id → the day it stands for, ISO
    """
    own = [one for one in corrections if one.series == document.series and not one.undone]
    return [one for one in own if one.action != ADD or dates.get(one.source, "") <= document.date]


def told(standings: Iterable[Standing], document: Document, dates: Mapping[str, str]) -> list[Standing]:
    """How corrections stand to an edition, as far as that says something.

    An edition before the one that was corrected may print anything: there it matters only where it prints the same.
    """
    return [
        one
        for one in standings
        if one.standing == NEEDED or dates.get(one.correction.source, "") <= document.date
    ]


def rows(
    standings: Mapping[str, Sequence[Standing]],
    series: Mapping[str, str],
    where: Mapping[str, Mapping[int, str]],
) -> list[dict]:
    """The rows of the table ``corrections``: how each stands to the documents. Who says so is not in it.

    Parameters
    ----------
    standings, series, where : by document id, as the build has them (``pipeline.building.run``)
    """
    return [
        _row(standing, source, series[source], where.get(source, {}))
        for source, own in standings.items()
        for standing in own
    ]


def without_document(corrections: Iterable[Correction], series: Iterable[str]) -> Iterable[tuple[str, Note]]:
    """The corrections of a series that has no document (any more), as findings."""
    known = set(series)
    for one in corrections:
        told = one.action != ADD or one.field == NAME
        if told and one.series not in known and not one.undone:
            yield one.source, _gone(one, "document")


def notes(standings: Sequence[Standing]) -> list[Note]:
    """What is found of corrections in one document; a project that is added is told once."""
    return [
        _note(standing)
        for standing in standings
        if standing.correction.action != ADD
        or standing.correction.field == NAME
        or standing.standing == CONTRADICTED
    ]


def _note(standing: Standing) -> Note:
    one = standing.correction
    said = {"project": one.project, "what": what(one)}
    case = _case(one)
    if standing.standing == CONTRADICTED:
        return CORRECTION_CONTRADICTED.note(
            standing.line,
            one.project,
            **said,
            name=one.corrected or "（なし）",
            text=standing.now or "（なし）",
        )
    if standing.standing == ROW_GONE:
        return _gone(one, "row")
    known = {**said, "printed": one.printed or "（記載なし）", "name": one.corrected}
    if standing.standing == REFLECTED:
        case = {"added": "value", "new": "value"}.get(case, case)
        given = {key: known[key] for key in CORRECTION_REFLECTED.parameters(case)}
        return CORRECTION_REFLECTED.note(standing.line, one.project, case, **given)
    given = {key: known[key] for key in CORRECTION_APPLIED.parameters(case)}
    return CORRECTION_APPLIED.note(standing.line, one.project, case, **given)


def _gone(one: Correction, case: str) -> Note:
    known = {"project": one.project, "what": what(one), "document": one.series}
    parameters = CORRECTION_ROW_GONE.parameters(case)
    return CORRECTION_ROW_GONE.note(None, one.project, case, **{key: known[key] for key in parameters})


def what(one: Correction) -> str:
    """What of a row a correction is on: 「相手方」, 「開始年（鶴岡市）」."""
    return FIELDS[one.field] + (f"（{one.partner}）" if one.partner else "")


def _case(one: Correction) -> str:
    if one.action == WITHDRAW:
        return "withdrawn"
    if one.action == ADD:
        return "new"
    if not one.printed and one.field == "partner":
        return "added"
    return "value" if one.corrected else "removed"


def _row(standing: Standing, source: str, series: str, where: Mapping[int, str]) -> dict:
    one = standing.correction
    there = standing.key is not None and not (one.action == WITHDRAW and standing.standing == NEEDED)
    return {
        "id": one.id,
        "series": series,
        "source": source,
        "origin_code": one.origin_code,
        "project_id": project_identifier(series, standing.key) if there and standing.key else None,
        "project": one.project,
        "action": one.action,
        "field": one.field,
        "partner": one.partner or None,
        "printed": one.printed or None,
        "corrected": one.corrected or None,
        "reason": one.reason,
        "date": one.on,
        "standing": standing.standing,
        "now": standing.now,
        "source_line": standing.line,
        "source_place": place(standing.line, where),
    }
