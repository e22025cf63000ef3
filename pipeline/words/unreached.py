"""What is said of the prefectures that are not reached: the same on the screen and on paper."""

from __future__ import annotations

import pandas as pd

from geo.insight.gaps import GAP, MEMBER
from geo.insight.groups import subject
from pipeline.words import view as words
from pipeline.words.claims import Claims, Heading

#: Names written out where several share a first place.
TIES = 5


def heading(claims: Claims, matrix: pd.DataFrame, n: int) -> Heading:
    """How many prefectures are not reached, or where all are, how many municipalities: ``n`` candidates.

    ``matrix`` is ``geo.insight.gaps.gap_matrix``.
    """
    missing, before = gaps(claims.population.prefectures), f"{claims.strict}{claims.who}と{claims.ties}のない"
    if len(missing):
        unit = "県" if missing["name"].str.endswith("県").all() else "都道府県"
        members = _members(claims, matrix, missing)
        more = (
            f"うち{len(members)}{unit}とは、広域の集まりで一緒です（{words.some(members, TIES)}）。"
            if members
            else ""
        )
        return Heading(f"{before}{unit}は ", f"{len(missing)}{unit}", "です。", more)
    return Heading(f"{before}市区町村は ", f"{n:,}", " です。")


def _members(claims: Claims, matrix: pd.DataFrame, missing: pd.DataFrame) -> list[str]:
    """The names of prefectures not reached with which an origin looked at is in a wide network."""
    rows = matrix[matrix.state == MEMBER]
    if claims.selection.origins:
        rows = rows[rows.origin_code.isin(claims.selection.origins)]
    return list(missing["name"][missing.code.isin(rows.prefecture_code)])


def gaps(prefectures: pd.DataFrame) -> pd.DataFrame:
    """The prefectures that could be reached and are not."""
    return prefectures[~prefectures.reached & (prefectures.n_municipalities > 0)]


def summary(claims: Claims, matrix: pd.DataFrame, totals: pd.DataFrame) -> str:
    """The matrix in words: what is missing, and which origins and prefectures have the most gaps."""
    prefectures = claims.population.prefectures
    missing, start = gaps(prefectures), f"{claims.strict}{claims.who}と{claims.ties}のない都道府県は"
    parts = [f"{start}、{'・'.join(missing['name'])}です。" if len(missing) else f"{start}ありません。"]
    empty = matrix[matrix.state == GAP].prefecture_code.value_counts()
    if len(empty) and len(totals) > 1:
        everyone = subject(
            claims.dataset, () if len(totals) == len(claims.naming.origins) else tuple(totals.code)
        )
        names = prefectures.set_index("code")["name"]
        most = words.some(list(totals.name[totals.n_gaps == totals.n_gaps.max()]), TIES)
        top = words.some(list(names[empty.index[empty == empty.max()].sort_values()]), TIES)
        parts += [
            f"{everyone}のうち、広域の集まりでもつながりのない空白の都道府県が最も多いのは、{most}（{totals.n_gaps.max()}）です。",
            f"空白の{claims.naming.noun}が最も多い都道府県は、{top}（{empty.max()}）です。",
        ]
    return "".join(parts)
