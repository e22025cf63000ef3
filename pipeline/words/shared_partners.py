"""What is said of the partners that origins have in common: the same on screens and on the published site."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from pipeline.words import view as words
from pipeline.words.claims import PLACES, Claims, Heading, leaders

#: More origins than this have no room in one table.
MOST = 25

#: So many of those that share partners with one are listed where there are many.
LISTED = 50


def pair_heading(counts: pd.DataFrame, names: dict[str, str], claims: Claims) -> Heading:
    """Which two origins share the most partners; ``geo.insight.profiles.shared_counts``."""
    counts = counts.sort_index(axis=0).sort_index(axis=1)
    ones, others = np.triu_indices(len(counts), 1)
    numbers = counts.to_numpy()[ones, others]
    n = int(numbers.max()) if len(numbers) else 0
    best = np.flatnonzero(numbers == n)
    pairs = [f"{names[counts.index[ones[i]]]}と{names[counts.index[others[i]]]}" for i in best[:PLACES]]
    if not n:
        said = f"{claims.ties}の共通の相手を持つ{claims.naming.noun}はありません"
        return Heading(f"{claims.strict}{claims.who}の中に、", said, "。")
    more = f" ほか{len(best) - PLACES}" if len(best) > PLACES else ""
    most = f"{'、'.join(pairs)}{more}"
    before = f"{claims.strict}{claims.who}の中で、{claims.ties}の共通の相手が最も多いのは"
    return Heading(before, f"{most}の {n} 市区町村", "です。")


def pair_sentence(counts: pd.DataFrame, names: dict[str, str], claims: Claims) -> str:
    """:func:`pair_heading` as one text."""
    return pair_heading(counts, names, claims).title


def overlap_sentence(claims: Claims, overlap: pd.DataFrame, only: Sequence[str]) -> str:
    """Who shares the most partners, who is the most alike, and how many partners nobody else has."""
    name, most = claims.who, int(overlap.n_shared.max()) if len(overlap) else 0
    if not most:
        return f"{claims.strict}{claims.ties}で{name}と同じ相手とつながる{claims.naming.noun}はありません。"
    return (
        f"{claims.strict}{claims.ties}の同じ相手が最も多いのは{leaders(overlap.origin_name, overlap.n_shared)}（{most} 市区町村）、"
        f"顔ぶれが最も似ているのは{leaders(overlap.origin_name, overlap.jaccard)}（一致度 {words.percent(overlap.jaccard.max())}）です。"
        f"{name}だけの相手は {len(only)} 市区町村です。一致度は、共通の相手÷どちらかの相手の数です。"
    )


def most_alike(overlap: pd.DataFrame, naming: Naming) -> pd.DataFrame:
    """The origins that share a partner with one, of many those LISTED that share most; ``geo.insight.profiles.overlap``."""
    rows = overlap[overlap.n_shared > 0]
    return rows.head(LISTED) if naming.many else rows


def not_listed(overlap: pd.DataFrame, listed: pd.DataFrame, naming: Naming) -> str:
    """How many more share a partner than the list has; "" where it has all."""
    rest = int((overlap.n_shared > 0).sum()) - len(listed)
    return f"一覧は共通の相手の多い順に{len(listed)}で、ほかに{naming.count(rest)}あります。" if rest else ""


def only_rows(codes: Sequence[str], dataset: Dataset) -> list[tuple[str, int, str]]:
    """(prefecture, how many, names) of partners nobody else has, the prefectures with most first."""
    groups: dict[str, list[str]] = {}
    for code in codes:
        place = dataset.places[code]
        groups.setdefault(place.prefecture, []).append(place.name)
    most = sorted(groups.items(), key=lambda item: -len(item[1]))
    return [(prefecture, len(names), "、".join(names)) for prefecture, names in most]


def in_table(counts: pd.DataFrame, chosen: Sequence[str]) -> list[str]:
    """Which origins stand in the table, in its order: those chosen, then the others in code order.

    ``counts`` is ``geo.insight.profiles.shared_counts``. Where there are too many, the others are those that share most
    with the chosen, or have most partners where nobody is chosen.
    """
    first = [code for code in counts.index if code in chosen][:MOST]
    others = [code for code in counts.index if code not in chosen]
    if len(first) + len(others) > MOST:
        near = (
            counts.loc[others, first].sum(axis=1)
            if first
            else pd.Series(counts.to_numpy().diagonal(), others)
        )
        kept = set(near.sort_values(ascending=False, kind="stable").index[: MOST - len(first)])
        others = [code for code in others if code in kept]
    return [*first, *others]


def left_out(n: int, chosen: bool, naming: Naming) -> str:
    """That so many origins have no room in the table of shared partners, and where they are."""
    by = f"選んだ{naming.noun}と共通の相手の多い順" if chosen else "相手の多い順"
    return f"表には{by}に載せ、ほかの{n:,}{naming.noun}はCSVにあります。"
