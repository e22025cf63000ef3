"""Writing down what a person corrects, so that no two people lose each other's work."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from geo.places.gazetteer import Gazetteer
from pipeline.atomic import adding_to, replace_file
from pipeline.formulas import FORMULA, guarded
from pipeline.intake.records import SourceError
from pipeline.reading.corrections import (
    ACTIONS,
    COLUMNS,
    UNDO,
    Correction,
    corrections_path,
    load_corrections,
    read_corrections,
    wrong,
)
from pipeline.reading.record_decision import MAX_NAME, MAX_REASON, one_line
from pipeline.words.correction_words import FIELDS

#: The longest value a person may write, in characters.
MAX_VALUE = 2000


def record_correction(said: Sequence[Correction], gazetteer: Gazetteer) -> list[Correction]:
    """Add what a person said at once, under a lock and as a whole.

    Parameters
    ----------
    said : its lines; they get one ``id``, and the day of today where they have none

    Returns
    -------
    list of Correction
        as written: texts on one line, without control characters.

    Raises
    ------
    SourceError
        When something is missing, wrong or too long, or the file has something wrong in it.
    WriteError
        When the file cannot be written, or is locked by others for too long. Nothing was changed then.
    """
    act = f"c{uuid.uuid4().hex[:11]}"
    lines = [_checked(replace(one, id=act), gazetteer) for one in said]
    _add(lines, gazetteer)
    return lines


def undo_correction(act: str, who: str, reason: str, gazetteer: Gazetteer) -> None:
    """Take back what was said under one id: with a line more, so that the history stays.

    Raises
    ------
    SourceError : there is no such correction that holds, or nobody says who takes it back.
    WriteError : it cannot be written; nothing was changed.
    """
    held = {one.id: one for one in load_corrections(read_corrections(), gazetteer) if not one.undone}
    if act not in held:
        raise SourceError("この訂正は、もう取り消されています。画面を読み込み直してください。")
    line = replace(
        held[act], action=UNDO, field="", partner="", printed="", corrected="", who=who, reason=reason, on=""
    )
    _add([_checked(line, gazetteer)], gazetteer)


def _checked(one: Correction, gazetteer: Gazetteer) -> Correction:
    one = replace(
        one,
        project=one_line(one.project),
        partner=one_line(one.partner),
        printed=one_line(one.printed),
        corrected=one_line(one.corrected),
        reason=one_line(one.reason),
        who=one_line(one.who),
        on=one_line(one.on) or date.today().isoformat(),
    )
    if not one.who:
        raise SourceError("訂正した人の名前を書いてください。")
    if one.action != UNDO and not one.reason:
        raise SourceError("訂正の理由を書いてください。")
    if error := wrong(one, gazetteer):
        raise SourceError(error)
    if len(one.who) > MAX_NAME or len(one.reason) > MAX_REASON:
        raise SourceError(f"名前は{MAX_NAME}字、理由は{MAX_REASON}字までで書いてください。")
    if len(one.corrected) > MAX_VALUE:
        raise SourceError(f"正しい値は{MAX_VALUE:,}字までで書いてください。")
    if any(map(FORMULA.match, (one.who, one.reason))):
        raise SourceError(
            "名前と理由は、= + - @ などの記号で始めずに書いてください。記録のファイルを表計算ソフトで開くと、数式として動いてしまいます。"
        )
    return one


def _add(lines: Sequence[Correction], gazetteer: Gazetteer) -> None:
    path = corrections_path()
    with adding_to(path):
        content = read_corrections()
        load_corrections(content, gazetteer)  # never add to a file that the build cannot read
        grown = content + _rows(lines, content)
        load_corrections(grown, gazetteer)
        replace_file(path, grown)


def _rows(lines: Sequence[Correction], content: bytes) -> bytes:
    """The lines to add, in the order of the file's own columns and with its own line ends."""
    newline = "\r\n" if b"\r\n" in content else "\n"
    head = next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")), list(COLUMNS))
    text = io.StringIO(newline="")
    rows = csv.DictWriter(text, head, restval="", extrasaction="ignore", lineterminator=newline)
    if not content:
        rows.writeheader()
    for one in lines:
        cells = {
            "id": one.id,
            "series": one.series,
            "source": one.source,
            "origin_code": one.origin_code,
            "project": one.project,
            "number": str(one.number),
            "action": ACTIONS[one.action],
            "field": FIELDS.get(one.field, ""),
            "partner": one.partner,
            "printed": one.printed,
            "corrected": one.corrected,
            "reason": one.reason,
            "corrected_by": one.who,
            "corrected_on": one.on,
        }
        rows.writerow({column: guarded(cell) for column, cell in cells.items()})
    joint = b"" if not content or content.endswith((b"\n", b"\r")) else newline.encode()
    return joint + text.getvalue().encode()
