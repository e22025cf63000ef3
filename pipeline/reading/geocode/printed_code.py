"""Rung 1: the 6-digit code printed beside the name. It counts only when the name agrees with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from geo.places.codes import check_digit, from_code6, prefecture_code
from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from geo.places.place import Place
from pipeline.reading.geocode.answer import Answer, found, names
from pipeline.reading.geocode.query import Query
from pipeline.rules.code_against_name import CODE_AGAINST_NAME
from pipeline.rules.code_check_digit import CODE_CHECK_DIGIT
from pipeline.rules.rule import Note

#: Methods by which the whole text is a name.
WHOLE_NAME = ("exact", "folded", "former_name")


def by_code(
    query: Query,
    code6: str,
    answer: Answer,
    gazetteer: Gazetteer,
    climb: Callable[[Query, Gazetteer], Answer | None],
) -> Answer:
    """Weigh the printed code against ``answer``, which is what the name alone says.

    ``climb`` reads the name again where only certain places count: a name that the place of the code has, or had,
    is that place's, whatever else is called so.
    """
    code = "".join(filter(str.isdigit, fold(code6)))
    if not code:
        return answer
    try:
        printed = from_code6(code)
    except ValueError:
        if chosen := _chosen(code, answer, gazetteer):
            reason = f"{answer.reason}コード {code6} から{chosen.full_name}としました。"
            answer = found([chosen], "code", 0.9, reason, notes=answer.notes)
        return answer.noting(_bad_digits(query, code6, code, answer, gazetteer))
    if printed not in gazetteer:
        return _by_old_code(query, code6, printed, answer, gazetteer, climb)
    place = gazetteer.place(printed)
    if place.code in answer.codes:
        if answer.method in ("exact", "folded"):
            reason = f"コード {code6} と名称が{place.full_name}で一致します。"
            return replace(answer, method="code", confidence=1.0, reason=reason)
        return answer
    within = climb(query, gazetteer.within([place.code])) if place.level == "municipality" else None
    if within and within.codes == (place.code,) and within.method in WHOLE_NAME:
        reason = f"コード {code6} と名称が一致します。{within.reason}"
        return replace(within, method="code", confidence=0.95, reason=reason)
    if not answer.codes and _agrees(query, place, gazetteer):
        reason = f"コード {code6} は{place.full_name}で、名称の「{query.rest}」とも矛盾しません。"
        level = place.level if query.rest in ("", place.name) else "body"
        return found([place], "code", 0.9, reason, level=level, notes=answer.notes)
    return answer.noting(_disagrees(query, "other", answer, gazetteer, code=code6, place=place.full_name))


def _chosen(code: str, answer: Answer, gazetteer: Gazetteer) -> Place | None:
    """The one candidate that five digits stand for: a code without check digit, or one that lost its first zero."""
    if answer.codes or len(code) != 5:
        return None
    readings = {code}
    with suppress(ValueError):
        readings.add(from_code6("0" + code))
    hits = [gazetteer.place(candidate) for candidate in answer.candidates if candidate in readings]
    return hits[0] if len(hits) == 1 else None


def _by_old_code(
    query: Query,
    code6: str,
    printed: str,
    answer: Answer,
    gazetteer: Gazetteer,
    climb: Callable[[Query, Gazetteer], Answer | None],
) -> Answer:
    """A code of before a merger still tells the prefecture: the place there that took the name in."""
    home = prefecture_code(printed)
    members = [place.code for place in gazetteer.members(home)]
    within = None
    if not query.evidence.printed and not any(code in members for code in answer.codes):
        within = climb(query, gazetteer.within(members))
    if within and len(within.codes) == 1 and within.method == "former_name":
        reason = f"コード {code6} は{gazetteer.place(home).name}の、今はない自治体のものです。{within.reason}"
        return replace(within, confidence=0.9, reason=reason)
    return answer.noting(_disagrees(query, "gone", answer, gazetteer, code=code6))


def _agrees(query: Query, place: Place, gazetteer: Gazetteer) -> bool:
    """Whether the name begins with this place's, or with that of a former part of it."""
    if query.prefecture and query.prefecture.code != place.prefecture_code:
        return False
    if place.level == "prefecture":
        return query.prefecture == place
    if query.key.startswith(fold(place.stem)):
        return True
    return (
        place in gazetteer.former_head(query.key, query.prefecture)[1]
        or [place] == gazetteer.stem_head(query.key, query.prefecture)[1]
    )


def _bad_digits(query: Query, code6: str, code: str, answer: Answer, gazetteer: Gazetteer) -> Note:
    right = [gazetteer.place(c) for c in answer.codes]
    expected = "、".join(f"{place.code}{check_digit(place.code)}" for place in right)
    if len(code) == 5 and "0" + code == expected:
        why = "先頭の 0 が抜けています"
    elif len(code) != 6:
        why = f"{len(code)}桁しかありません" if len(code) < 6 else f"{len(code)}桁あります"
    else:
        why = "検査数字が合いません"
    known = {"text": query.text, "code": code6, "why": why}
    if expected:
        return CODE_CHECK_DIGIT.note(None, query.text, "expected", expected=expected, **known)
    return CODE_CHECK_DIGIT.note(None, query.text, "unknown", **known)


def _disagrees(query: Query, case: str, answer: Answer, gazetteer: Gazetteer, **known: str) -> Note:
    if answer.codes:
        case, known["places"] = f"{case}_decided", names(gazetteer.place(code) for code in answer.codes)
    return CODE_AGAINST_NAME.note(None, query.text, case, text=query.text, **known)
