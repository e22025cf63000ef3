"""Writing down what a person decided about a mention, so that no two people lose each other's work.

decisions.csv is only ever added to: the last row of a text and scope holds, the earlier ones are its history,
and whatever else a clerk keeps in the file (comments, columns of their own) stays as it is.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from geo.places.folding import squeeze
from geo.places.gazetteer import Gazetteer
from pipeline.atomic import adding_to, replace_file
from pipeline.formulas import FORMULA, guarded
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.decisions import (
    NOT_A_MUNICIPALITY,
    WITHDRAWN,
    Decision,
    decisions_path,
    load_decisions,
    own_decisions,
    read_decisions,
)

#: The longest text a person may write, in characters.
MAX_NAME, MAX_REASON = 40, 300

#: What would break a line or cannot be seen: control, format, surrogate, line and paragraph separators.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


def record(decision: Decision, gazetteer: Gazetteer, path: Path | None = None) -> Decision:
    """Add a decision to decisions.csv, under a lock and as a whole.

    Parameters
    ----------
    decision : ``decided_by`` is required; an empty ``decided_on`` becomes today
    gazetteer : the places its codes must be among
    path : the file, which must exist; unless told, the user's, which begins as those that come with the program

    Returns
    -------
    Decision
        as written: texts on one line, without control characters.

    Raises
    ------
    SourceError
        When the decision lacks something or is too long, or the file has something wrong in it.
    WriteError
        When the file cannot be written, or is locked by others for too long. Nothing was changed then.
    """
    decision = _checked(decision, gazetteer)
    own = path or own_decisions()
    with adding_to(own):
        # Asked under the lock: somebody else may just have begun the user's own file.
        there = path or decisions_path()
        load_decisions(gazetteer, there)  # never add to a file that the build cannot read
        replace_file(own, _with_row(read_decisions(there), decision))
    return decision


def one_line(text: str) -> str:
    """A text a person typed, on one line and without what cannot be seen."""
    return " ".join(_INVISIBLE.sub(" ", text).split())


def _checked(decision: Decision, gazetteer: Gazetteer) -> Decision:
    decision = replace(
        decision,
        text=" ".join(decision.text.split()),  # whatever else is printed belongs to the match key
        decided_by=one_line(decision.decided_by),
        decided_on=one_line(decision.decided_on) or date.today().isoformat(),
        reason=one_line(decision.reason),
    )
    if not squeeze(decision.text):
        raise SourceError("どの記載についての判断かがありません。一覧から選び直してください。")
    if not decision.decided_by:
        raise SourceError("判断した人の名前を書いてください。")
    if len(decision.decided_by) > MAX_NAME or len(decision.reason) > MAX_REASON:
        raise SourceError(f"名前は{MAX_NAME}字、理由は{MAX_REASON}字までで書いてください。")
    if any(map(FORMULA.match, (decision.decided_by, decision.reason))):
        raise SourceError(
            "名前と理由は、= + - @ などの記号で始めずに書いてください。記録のファイルを表計算ソフトで開くと、数式として動いてしまいます。"
        )
    if unknown := [code for code in decision.codes if code not in gazetteer]:
        raise SourceError(f"コード「{'、'.join(unknown)}」の自治体はありません。選び直してください。")
    return decision


def _with_row(content: bytes, decision: Decision) -> bytes:
    """The file with one row more, in the order of its own columns and with its own line ends."""
    newline = "\r\n" if b"\r\n" in content else "\n"
    columns = next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    codes = WITHDRAWN if decision.withdrawn else "|".join(decision.codes) or NOT_A_MUNICIPALITY
    row = {
        "text": guarded(decision.text),
        "series": decision.series,
        "source": decision.series,  # as files of earlier versions call it
        "origin_code": decision.origin_code,
        "ward_code": decision.origin_code,  # as files of earlier versions call it
        "codes": codes,
        "decided_by": decision.decided_by,
        "decided_on": decision.decided_on,
        "reason": decision.reason,
    }
    line = io.StringIO(newline="")
    csv.DictWriter(line, columns, restval="", extrasaction="ignore", lineterminator=newline).writerow(row)
    if not content.endswith((b"\n", b"\r")):
        content += newline.encode()
    return content + line.getvalue().encode()
