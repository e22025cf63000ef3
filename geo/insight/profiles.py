"""Profiles: one origin beside the others, and one municipality with its neighbours.

What compares origins takes a selection of all of them (``Selection.origins`` empty).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from statistics import median

import numpy as np
import pandas as pd

from geo.insight.flows import flows, great_circle_km
from geo.ledger.selection import Selected
from geo.ledger.ties import Tie, first_began

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
    places = selected.dataset.places
    groups: dict[str, list[Tie]] = {}
    for tie in selected.ties:
        groups.setdefault(tie.origin, []).append(tie)
    rows = []
    for code in selected.dataset.origins.code:
        ties = groups.get(code, [])
        municipalities = {tie.municipality for tie in ties if tie.municipality}
        projects = {tie.project for tie in ties}
        here, points = places[code], [places[municipality] for municipality in municipalities]
        distances = great_circle_km(here.lat, here.lon, [p.lat for p in points], [p.lon for p in points])
        rows.append(
            (
                code,
                here.name,
                len(municipalities),
                len({tie.prefecture for tie in ties}),
                len(projects),
                len(projects - {tie.project for tie in ties if tie.wide}),
                np.median(distances) if points else np.nan,
                *first_began(ties),
            )
        )
    table = pd.DataFrame(rows, columns=["origin_code", "origin_name", *FIGURES, "first_year", "first_kind"])
    return table.astype({"first_year": "Int64"})


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
    projects = selected.projects
    own = (projects.origin_code == origin_code).to_numpy()
    mine, others = (Counter(chain.from_iterable(projects.categories[part])) for part in (own, ~own))
    n_mine, n_others = max(int(own.sum()), 1), max(int((~own).sum()), 1)
    order = sorted({*mine, *others}, key=lambda name: (-mine[name], -others[name], name))
    rows = [(name, mine[name], mine[name] / n_mine, others[name] / n_others) for name in order]
    return pd.DataFrame(rows, columns=["category", "n_projects", "share", "share_others"])


def leading_category(selected: Selected) -> pd.DataFrame:
    """The category most projects of each origin have.

    Index: origin_code; columns: category, share (of the origin's projects, 0–1). Among equals the first in the
    order of the alphabet; origins without a project are left out.
    """
    projects = selected.projects
    counts = projects[["origin_code", "categories"]].explode("categories").dropna().value_counts()
    table = counts.rename("n").reset_index()
    table = table.sort_values(["n", "categories"], ascending=[False, True]).drop_duplicates("origin_code")
    table = table.rename(columns={"categories": "category"}).set_index("origin_code")
    table["share"] = table.n / projects.origin_code.value_counts().reindex(table.index)
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
    partners = _partners(selected)
    own = partners.get(origin_code, set())
    rows = []
    for code, name in selected.dataset.origins[["code", "name"]].itertuples(index=False):
        if code == origin_code:
            continue
        theirs = partners.get(code, set())
        shared, either = own & theirs, own | theirs
        rows.append(
            (
                code,
                name,
                len(theirs),
                len(shared),
                len(shared) / len(either) if either else 0.0,
                sorted(shared),
            )
        )
    columns = ["origin_code", "origin_name", "n_partners", "n_shared", "jaccard", "shared"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(
        ["n_shared", "jaccard", "origin_code"], ascending=[False, False, True], ignore_index=True
    )


def shared_counts(selected: Selected, codes: Sequence[str] | None = None) -> pd.DataFrame:
    """How many partner municipalities every two origins share: origin codes × origin codes.

    On the diagonal stands how many an origin has. Symmetric; all origins in code order, or those of ``codes``.
    """
    codes = list(selected.dataset.origins.code) if codes is None else list(codes)
    place = {code: number for number, code in enumerate(codes)}
    pairs = {
        (tie.origin, tie.municipality) for tie in selected.ties if tie.municipality and tie.origin in place
    }
    columns = {code: number for number, code in enumerate({code for _, code in pairs})}
    # One product of matrices: of a whole nation's origins, sets held against each other take minutes.
    held = np.zeros((len(codes), len(columns)), np.float32)
    for origin, code in pairs:
        held[place[origin], columns[code]] = 1
    return pd.DataFrame((held @ held.T).astype(int), index=codes, columns=codes)


def only_partners(selected: Selected, origin_code: str) -> list[str]:
    """The partner municipalities that no other origin has, in code order."""
    partners = _partners(selected)
    others = frozenset().union(*(codes for code, codes in partners.items() if code != origin_code))
    return sorted(partners.get(origin_code, frozenset()) - others)


@lru_cache(maxsize=4)  # asked of every origin in turn
def _partners(selected: Selected) -> dict[str, set[str]]:
    partners: dict[str, set[str]] = {}
    for tie in selected.ties:
        if tie.municipality:
            partners.setdefault(tie.origin, set()).add(tie.municipality)
    return partners


@lru_cache(maxsize=8)
def partner_table(selected: Selected) -> pd.DataFrame:
    """Every municipality that could be a partner, those with the most origins first; kept, so not to be changed.

    Columns: code, name, prefecture_code, partnered (bool), n_origins, n_projects, origins (names joined by 「、」),
    categories (joined by 「、」), first_year (西暦 or null), first_kind (年, 年度 or null).
    """
    groups: dict[str, list[Tie]] = {}
    for tie in selected.ties:
        if tie.municipality:
            groups.setdefault(tie.municipality, []).append(tie)
    places = selected.dataset.places
    rows: list[tuple] = []
    for code in selected.universe.code.tolist():
        place = (code, places[code].name, f"{code[:2]}000")
        if code not in groups:
            rows.append((*place, False, 0, 0, "", "", None, None))
            continue
        ties = groups[code]
        origins = sorted({tie.origin for tie in ties})
        rows.append(
            (
                *place,
                True,
                len(origins),
                len({tie.project for tie in ties}),
                "、".join(places[origin].name for origin in origins),
                "、".join(sorted({category for tie in ties for category in tie.categories})),
                *first_began(ties),
            )
        )
    rows.sort(key=lambda row: (-row[4], -row[5], row[0]))
    columns = [
        "code",
        "name",
        "prefecture_code",
        "partnered",
        "n_origins",
        "n_projects",
        "origins",
        "categories",
    ]
    columns += ["first_year", "first_kind"]
    return pd.DataFrame(rows, columns=columns).astype({"first_year": "Int64"})


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
