"""What is said of the changes between two editions."""

from __future__ import annotations

import pandas as pd

#: Kind of change → how many of it are told, {} being the number.
_TOLD = {
    "project-added": "{}の事業が始まり",
    "project-ended": "{}の事業が終わり",
    "project-renamed": "{}の事業の名前が変わり",
    "partner-added": "続いている事業に{}の相手が加わり",
    "partner-ended": "{}の相手がなくなり",
    "year-changed": "{}か所の開始年が変わり",
    "category-changed": "{}の事業の分野が変わり",
}


def summary(table: pd.DataFrame) -> str:
    """The numbers of changes by kind, as a sentence: 「7の事業が始まり、20の事業が終わりました。」"""
    counts = table.change.value_counts()
    parts = [words.format(f"{counts[kind]:,}") for kind, words in _TOLD.items() if counts.get(kind)]
    if not parts:
        return "事業・相手・開始年・分野の違いはありません。"
    return "、".join(parts) + "ました。"
