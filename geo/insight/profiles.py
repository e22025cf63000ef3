"""Profiles: one origin beside the others, and one municipality with its neighbours.

What compares origins takes a selection of all of them (``Selection.origins`` empty).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from statistics import median

import numpy as np
import pandas as pd

from geo.insight.flows import flows, great_circle_km, lengths_km
from geo.ledger.selection import Selected
from geo.ledger.ties import Groups

#: Distance bands in kilometres: from (inclusive), to (exclusive; None is open).
BANDS = ((0, 50), (50, 100), (100, 300), (300, 500), (500, 1000), (1000, None))

#: What origins are compared by.
FIGURES = ("n_municipalities", "n_prefectures", "n_projects", "n_individual", "median_km")


def origin_table(selected: Selected) -> pd.DataFrame:
    """Every origin in code order, also those without a link under the selection.

    Columns: origin_code, origin_name, n_municipalities (distinct partner municipalities), n_prefectures (with a
    partner), n_projects, n_individual (projects that are no wide network), median_km (of the distances to its
    partner municipalities; null without any), first_year (西暦 or null), first_kind (年, 年度 or null).
    """
    origins = selected.dataset.origins.code
    ties = selected.ties
    groups = ties.by(ties.origin, origins)
    wide = ties.where(ties.wide)
    projects = groups.projects
    return pd.DataFrame(
        {
            "origin_code": origins.to_numpy(),
            "origin_name": ties.codes.origin_names.take(groups.first),
            "n_municipalities": groups.municipalities,
            "n_prefectures": groups.distinct(groups.ties.prefecture),
            "n_projects": projects,
            "n_individual": projects - wide.by(wide.origin, origins).projects,
            "median_km": _medians(groups),
            **groups.first_began,
        }
    )


def _medians(origins: Groups) -> np.ndarray:
    """The median of the distances of each origin to its partner municipalities, in kilometres; NaN without any."""
    ties = origins.ties.municipal
    codes, pairs = ties.codes, ties.pairs(ties.origin, ties.municipality)
    distances = lengths_km(pairs)
    place = np.empty(len(codes.places), np.int64)
    place[origins.first] = np.arange(origins.n)
    of = place[pairs.first]
    order = np.lexsort((distances, of))
    counts = np.bincount(of, minlength=origins.n)
    found, have = np.full(origins.n, np.nan), counts > 0
    starts = (np.cumsum(counts) - counts)[have]
    low, high = (order[starts + middle] for middle in ((counts[have] - 1) // 2, counts[have] // 2))
    found[have] = (distances[low] + distances[high]) / 2
    return found


def standing(table: pd.DataFrame, origin_code: str) -> pd.DataFrame:
    """One origin beside the others, for each of FIGURES.

    ``table`` is :func:`origin_table`. Index: the figure; columns: value, median (of the other origins), rank
    (1 is the largest; equal values share a rank), same (how many others share it), of (how many origins have a value).
    Null where not known.
    """
    rows = {}
    for column in FIGURES:
        known = {code: n for code, n in zip(table.origin_code, table[column], strict=True) if pd.notna(n)}
        others = [n for code, n in known.items() if code != origin_code]
        value = known.get(origin_code, pd.NA)
        rank = 1 + sum(n > value for n in others) if origin_code in known else pd.NA
        same = sum(n == value for n in others) if origin_code in known else 0
        rows[column] = (value, median(others) if others else pd.NA, rank, same, len(known))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "median", "rank", "same", "of"])


def municipal_flows(selected: Selected) -> pd.DataFrame:
    """The flows (``geo.insight.flows.flows``) that end at a municipality, not at a prefecture."""
    table = flows(selected)
    return table[~table.partner_code.str.endswith("000")]


def category_mix(selected: Selected, origin_code: str) -> pd.DataFrame:
    """How the projects of one origin spread over the categories, beside those of all others.

    Columns: category, n_projects, share (of the origin's projects, 0–1), share_others (of the projects of all
    other origins). A project of several categories counts in each, so shares may add up to more than 1. Most
    projects first; categories nobody has are left out.
    """
    counts, totals = _by_category(selected)
    own = np.asarray(selected.dataset.origins.code == origin_code)
    mine, others = counts[own].sum(axis=0).tolist(), counts[~own].sum(axis=0).tolist()
    n_mine, n_others = max(int(totals[own].sum()), 1), max(int(totals[~own].sum()), 1)
    names = selected.dataset.columns.ties.codes.categories
    rows = [
        (name, n, n / n_mine, other / n_others)
        for name, n, other in zip(names, mine, others, strict=True)
        if n or other
    ]
    rows.sort(key=lambda row: (-row[1], -row[3], row[0]))
    return pd.DataFrame(rows, columns=["category", "n_projects", "share", "share_others"])


def _by_category(selected: Selected) -> tuple[np.ndarray, np.ndarray]:
    """How many projects each origin (of ``Dataset.origins``, in their order) has in each category, and in all."""
    dataset = selected.dataset
    codes, kept = dataset.columns.ties.codes, selected.has_project
    numbers = codes.numbers(dataset.projects.origin_code[kept])
    place = np.full(len(codes.places), -1)
    place[codes.numbers(dataset.origins.code)] = np.arange(len(dataset.origins))
    of, n = place[numbers], len(dataset.origins)
    columns = [
        np.bincount(of[own], minlength=n) for own in (codes.having(name)[kept] for name in codes.categories)
    ]
    return np.array(columns, int).reshape(len(columns), n).T, np.bincount(of, minlength=n)


def leading_category(selected: Selected) -> pd.DataFrame:
    """The category most projects of each origin have.

    Index: origin_code; columns: category, share (of the origin's projects, 0–1). Among equals the first in the
    order of the alphabet; origins without a project are left out.
    """
    counts, totals = _by_category(selected)
    names = np.array([*selected.dataset.columns.ties.codes.categories, ""], object)
    most = counts.argmax(axis=1) if counts.size else np.zeros(len(counts), int)
    best = counts.max(axis=1, initial=0)
    table = pd.DataFrame(
        {"category": names[most], "share": best / np.maximum(totals, 1), "n": best},
        index=pd.Index(selected.dataset.origins.code, name="origin_code"),
    )
    table = table[table.n > 0].sort_values(["n", "category"], ascending=[False, True])
    return table[["category", "share"]]


def distance_bands(table: pd.DataFrame) -> pd.DataFrame:
    """How many partner municipalities of one origin lie in each of BANDS.

    ``table`` are its :func:`municipal_flows`. Columns: from_km, to_km (null for the open band),
    n_municipalities.
    """
    edges = [band[0] for band in BANDS] + [float("inf")]
    counts = pd.cut(table.distance_km, edges, right=False, labels=False).value_counts()
    bands = pd.DataFrame(BANDS, columns=["from_km", "to_km"]).astype("Int64")
    bands["n_municipalities"] = counts.reindex(bands.index, fill_value=0)
    return bands


def strongest(table: pd.DataFrame, limit: int = 10) -> pd.DataFrame:
    """The flows with the most projects; among equals the one that began first.

    ``table`` are the :func:`municipal_flows` of one origin.
    """
    order = ["n_projects", "first_year", "partner_code"]
    return table.sort_values(order, ascending=[False, True, True], na_position="last").head(limit)


def overlap(selected: Selected, origin_code: str) -> pd.DataFrame:
    """Which partner municipalities one origin shares with each other one.

    Columns: origin_code, origin_name, n_partners (of the other), n_shared, jaccard (shared ÷ the distinct partners
    of both, 0–1; Jaccard 1901), shared (list of codes, in code order). Most shared first.
    """
    pairs = _partners(selected)
    codes = pairs.ties.codes
    own = np.zeros(len(codes.places), bool)
    own[pairs.second[pairs.first == codes.numbers([origin_code])[0]]] = True
    others = selected.dataset.origins[["code", "name"]]
    others = others[others.code != origin_code]
    numbers = codes.numbers(others.code)
    both = own[pairs.second]
    of, places = pairs.first[both], codes.places.to_numpy(object)[pairs.second[both]]
    starts, ends = (np.searchsorted(of, numbers, side) for side in ("left", "right"))
    n_theirs = np.bincount(pairs.first, minlength=len(codes.places))[numbers]
    shared = ends - starts
    either = n_theirs + own.sum() - shared
    table = pd.DataFrame(
        {
            "origin_code": others.code.to_numpy(),
            "origin_name": others.name.to_numpy(),
            "n_partners": n_theirs,
            "n_shared": shared,
            "jaccard": np.divide(shared, either, out=np.zeros(len(others)), where=either > 0),
            "shared": [places[one:other].tolist() for one, other in zip(starts, ends, strict=True)],
        }
    )
    return table.sort_values(
        ["n_shared", "jaccard", "origin_code"], ascending=[False, False, True], ignore_index=True
    )


def shared_counts(selected: Selected, codes: Sequence[str] | None = None) -> pd.DataFrame:
    """How many partner municipalities every two origins share: origin codes × origin codes.

    On the diagonal stands how many an origin has. Symmetric; all origins in code order, or those of ``codes``.
    """
    codes = list(selected.dataset.origins.code) if codes is None else list(codes)
    ties = selected.ties.municipal
    origins = ties.by(ties.origin, codes)
    ties = origins.ties
    columns = np.full(len(ties.codes.places), -1)
    held_at_all = np.unique(ties.municipality)
    columns[held_at_all] = np.arange(len(held_at_all))
    # One product of matrices: of a whole nation's origins, sets held against each other take minutes.
    held = np.zeros((len(codes), len(held_at_all)), np.float32)
    held[origins.of, columns[ties.municipality]] = 1
    return pd.DataFrame((held @ held.T).astype(int), index=codes, columns=codes)


def only_partners(selected: Selected, origin_code: str) -> list[str]:
    """The partner municipalities that no other origin has, in code order."""
    pairs = _partners(selected)
    codes = pairs.ties.codes
    holders = np.bincount(pairs.second, minlength=len(codes.places))
    own = pairs.second[pairs.first == codes.numbers([origin_code])[0]]
    return pairs.ties.codes_of(own[holders[own] == 1])


@lru_cache(maxsize=2)  # asked of every origin in turn
def _partners(selected: Selected) -> Groups:
    """Every origin with every municipality that it has, in the order of both codes."""
    ties = selected.ties.municipal
    return ties.pairs(ties.origin, ties.municipality)


@lru_cache(maxsize=8)
def partner_table(selected: Selected) -> pd.DataFrame:
    """Every municipality that could be a partner, those with the most origins first; kept, so not to be changed.

    Columns: code, name, prefecture_code, partnered (bool), n_origins, n_projects, origins (names joined by 「、」),
    categories (joined by 「、」), first_year (西暦 or null), first_kind (年, 年度 or null).
    """
    ties, codes = selected.ties, selected.universe.code.reset_index(drop=True)
    groups = ties.by(ties.municipality, codes)
    table = pd.DataFrame(
        {
            "code": codes,
            "name": ties.codes.place_names.take(groups.first),
            "prefecture_code": codes.str[:2] + "000",
            "partnered": groups.sizes > 0,
            "n_origins": groups.origins,
            "n_projects": groups.projects,
            "origins": groups.names(groups.ties.origin),
            "categories": groups.categories,
            **groups.first_began,
        }
    )
    return table.sort_values(
        ["n_origins", "n_projects", "code"], ascending=[False, False, True], ignore_index=True
    )


def neighbours(selected: Selected, code: str) -> pd.DataFrame:
    """All other municipalities that could be partners, the nearest first, with their ties.

    Columns: code, name, prefecture, distance_km (between the offices), n_origins, n_projects, origins (names joined
    by 「、」).

    Raises
    ------
    KeyError
        when there is no municipality with this code.
    """
    places = selected.dataset.places
    here = places[code]
    table = partner_table(selected)
    table = table[table.code != code]
    points = [places[other] for other in table.code]
    distances = great_circle_km(here.lat, here.lon, [p.lat for p in points], [p.lon for p in points])
    table = table.assign(prefecture=[point.prefecture for point in points], distance_km=distances)
    columns = ["code", "name", "prefecture", "distance_km", "n_origins", "n_projects", "origins"]
    return table.sort_values(["distance_km", "code"], ignore_index=True)[columns]


def agreements_of(selected: Selected, code: str) -> pd.DataFrame:
    """The regional agreements a municipality is a member of: rows of ``agreements``, in the order signed."""
    dataset = selected.dataset
    ids = dataset.agreement_members.agreement_id[dataset.agreement_members.code == code]
    table = dataset.agreements[dataset.agreements.agreement_id.isin(ids)]
    return table.sort_values(["signed_on", "source_line"], ignore_index=True)
