"""Rung 1: the 6-digit code printed beside the name. It counts only when the name agrees with it."""

from __future__ import annotations

from dataclasses import replace

from geo.codes import check_digit, from_code6
from geo.folding import fold
from geo.gazetteer import Gazetteer
from geo.places import Place
from pipeline.geocode.answer import Answer, found, names
from pipeline.geocode.query import Query
from pipeline.sources.base import Note


def by_code(query: Query, code6: str, answer: Answer, gazetteer: Gazetteer) -> Answer:
    """Weigh the printed code against ``answer``, which is what the name alone says."""
    code = "".join(filter(str.isdigit, fold(code6)))
    if not code:
        return answer
    try:
        printed = from_code6(code)
    except ValueError:
        return answer.noting(_bad_digits(query, code6, code, answer, gazetteer))
    if printed not in gazetteer:
        return answer.noting(_disagrees(query, f"コード {code6} の自治体は今はありません", answer, gazetteer))
    place = gazetteer.place(printed)
    if place.code in answer.codes:
        if answer.method in ("exact", "folded"):
            reason = f"コード {code6} と名称が{place.full_name}で一致します。"
            return replace(answer, method="code", confidence=1.0, reason=reason)
        return answer
    if not answer.codes and _agrees(query, place, gazetteer):
        reason = f"コード {code6} は{place.full_name}で、名称の「{query.rest}」とも矛盾しません。"
        level = place.level if query.rest in ("", place.name) else "body"
        return found([place], "code", 0.9, reason, level=level, notes=answer.notes)
    what = f"コード {code6} は{place.full_name}のものです"
    return answer.noting(_disagrees(query, what, answer, gazetteer))


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
    return Note(
        "warning",
        "code-check-digit",
        None,
        query.text,
        f"「{query.text}」のコード {code6} は{why}。名称で決めました。",
        f"正しいコードは {expected} と思われます。" if expected else "原本のコードを確かめてください。",
    )


def _disagrees(query: Query, what: str, answer: Answer, gazetteer: Gazetteer) -> Note:
    decided = names(gazetteer.place(code) for code in answer.codes)
    return Note(
        "warning",
        "code-against-name",
        None,
        query.text,
        f"「{query.text}」のコードと名称が食い違っています。{what}。"
        + (f"名称から{decided}としました。" if decided else ""),
        "原本のコードを確かめてください。",
    )
