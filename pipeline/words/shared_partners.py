"""What is said of the partners that origins have in common: the same on screens and on the published site."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo.ledger.dataset import Dataset
from pipeline.words import view as words
from pipeline.words.claims import PLACES, Claims, leaders


def pair_sentence(counts: pd.DataFrame, names: dict[str, str], claims: Claims) -> str:
    """Which two origins share the most partners; ``geo.insight.profiles.shared_counts``."""
    counts = counts.sort_index(axis=0).sort_index(axis=1)
    ones, others = np.triu_indices(len(counts), 1)
    numbers = counts.to_numpy()[ones, others]
    n = int(numbers.max()) if len(numbers) else 0
    best = np.flatnonzero(numbers == n)
    pairs = [f"{names[counts.index[ones[i]]]}と{names[counts.index[others[i]]]}" for i in best]
    if not n:
        return f"{claims.strict}{claims.who}の中に、{claims.ties}の共通の相手を持つ{claims.naming.noun}はありません。"
    most = words.some(pairs, PLACES)
    return f"{claims.strict}{claims.who}の中で、{claims.ties}の共通の相手が最も多いのは{most}の {n} 市区町村です。"


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


def only_rows(codes: Sequence[str], dataset: Dataset) -> list[tuple[str, int, str]]:
    """(prefecture, how many, names) of partners nobody else has, the prefectures with most first."""
    groups: dict[str, list[str]] = {}
    for code in codes:
        place = dataset.places[code]
        groups.setdefault(place.prefecture, []).append(place.name)
    most = sorted(groups.items(), key=lambda item: -len(item[1]))
    return [(prefecture, len(names), "、".join(names)) for prefecture, names in most]
