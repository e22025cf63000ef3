"""Tables of what the reading of the documents rests on (pages/quality/shown_evidence.py): nothing is drawn here."""

from __future__ import annotations

import pandas as pd

from pages.quality import review
from pages.shared.frame import text

#: Headings of :func:`disagreeing`.
CHECKS = ("数えたもの", "書かれた数", "数えた数", "行")


def disagreeing(meta: dict) -> list[tuple]:
    """The numbers printed in the documents that are not those counted: what, printed, counted, line."""
    return [
        (check["subject"], check["stated"], check["counted"], check["source_line"])
        for check in meta["checks"]
        if not check["agrees"]
    ]


def bands_by_document(mentions: pd.DataFrame, shorts: dict[str, str]) -> tuple[tuple[str, ...], list[tuple]]:
    """``review.bands`` of each document: headings, and a row a document."""
    names = [name for _, name, _ in review.BANDS]
    rows = [
        (shorts[source], len(own), *(int(n) for n in review.bands(own).set_index("確かさ").記載[names]))
        for source, own in mentions.groupby("source", sort=False)
    ]
    return ("資料", "記載", *names), sorted(rows, key=lambda row: -row[1])


def examples(mentions: pd.DataFrame, places: dict[str, str], each: int = 2) -> list[tuple]:
    """Texts that were completed or corrected: what is printed, what it was read as, how often, and how."""
    added = mentions[
        (review.states(mentions) == "placed")
        & (mentions.confidence < 1.0)
        & (mentions.codes.map(len) == 1)
        & ~mentions.method.isin(["code", "exact"])
    ]
    counts = added.assign(code=added.codes.str[0]).groupby(["method", "partner_text", "code"]).size()
    rows = counts.rename("n").reset_index().sort_values(["n", "partner_text"], ascending=[False, True])
    rows = rows.groupby("method", sort=False).head(each)
    order = {method: place for place, method in enumerate(text.METHODS)}
    rows = rows.sort_values("method", key=lambda methods: methods.map(order), kind="stable")
    return [
        (row.partner_text, places[row.code], int(row.n), text.METHODS[row.method])
        for row in rows.itertuples(index=False)
    ]
