"""Gaps: where origins have no partner yet, and which municipalities there is a reason to approach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.insight.flows import great_circle_km
from geo.ledger.dataset import Dataset
from geo.ledger.fellows import Fellows, fellows
from geo.ledger.selection import Selected
from geo.ledger.ties import Codes, Groups, Ties

#: States of a pair of origin and prefecture: a partner municipality; only the prefecture itself is a partner; neither,
#: but both are in a wide network that the selection leaves out or another origin's document tells of; nothing at all;
#: nothing in it can be a partner under the selection.
REACHED, DIRECT, MEMBER, GAP, OUTSIDE = "reached", "direct", "member", "gap", "outside"

#: Kinds of reasons to approach a municipality, in the order they are told.
REASONS = ("listed", "seeking", "agreement", "elsewhere", "network", "similar", "origins", "near")

#: How much a kind of reason counts: not at all, once, twice. Whoever is "listed" is a partner: no weight changes that.
UNUSED, USUAL, STRONG = 0, 1, 2
WEIGHED = REASONS[1:]

#: Where a municipality stands that seeks partners: one already, a candidate, or neither.
PARTNER, CANDIDATE, ASIDE = "partner", "candidate", "aside"

#: So many other origins are "several", and mixes that share so much are "similar".
SEVERAL = 2
SIMILAR = 0.5

#: A municipality this near to a partner, office to office, is its neighbour (kilometres).
NEAR_KM = 30.0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a municipality might be approached, checkable in the tables.

    ``kind`` is one of REASONS and says what ``ids`` are:

    - "listed": ids of projects the origins have with it by documents the selection leaves out, and by nothing else
      it asks for: a partner already, which only these documents do not name
    - "seeking": keys of the rows of a list by which it seeks partners, as the caller has them
    - "agreement": ids of regional agreements of which it is a member
    - "elsewhere": ids of other projects the origins have with it, left out by the selection
    - "network": ids of wide networks in which it met one of the origins
    - "similar", "origins": codes of the other origins that have it as a partner
    - "near": code of the nearest partner of the origins

    ``value`` is the overlap of the mixes (0–1) for "similar", kilometres for "near"; ``categories`` are
    those of the projects ("origins") or what the mixes share most ("similar"); ``links`` are the labels of the
    rows of ``Dataset.links`` that prove it.
    """

    kind: str
    ids: tuple[str, ...]
    links: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    value: float | None = None


class _Row(NamedTuple):
    """A link as plain values: walking through a few thousand of these beats the rows of a frame."""

    link: int
    project_id: str
    project_name: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A municipality none of the chosen origins has as a partner, with what speaks for it (maybe nothing).

    ``n_origins`` counts the other origins that have it as a partner; ``distance_km`` is the great-circle distance to the
    nearest partner of the chosen origins, None when they have none.
    """

    code: str
    prefecture_code: str
    n_origins: int
    distance_km: float | None
    reasons: tuple[Reason, ...]


def gap_matrix(selected: Selected) -> pd.DataFrame:
    """Every chosen origin against every prefecture, in code order.

    Columns: origin_code, prefecture_code, n_partners (distinct partner municipalities, designated wards as their
    city), n_projects, state (REACHED, DIRECT, MEMBER, GAP or OUTSIDE).
    """
    dataset, selection = selected.dataset, selected.selection
    origins = dataset.origins
    if selection.origins:
        origins = origins[origins.code.isin(selection.origins)]
    prefectures = sorted(dataset.prefectures.code)
    ties, shape = selected.ties, (len(origins), len(prefectures))
    rows, columns = (ties.codes.numbers(codes) for codes in (origins.code, prefectures))
    cell = np.zeros((len(ties.codes.places), 2), np.intp)
    cell[rows, 0], cell[columns, 1] = np.arange(shape[0]) * shape[1], np.arange(shape[1])
    groups, members = ties.pairs(ties.origin, ties.prefecture), network_members(selected)
    partners, projects, met = (np.zeros(shape[0] * shape[1], int) for _ in range(3))
    at = cell[groups.first, 0] + cell[groups.second, 1]
    partners[at], projects[at] = groups.municipalities, groups.projects
    met[cell[members.origin, 0] + cell[members.prefecture, 1]] = 1
    # Whether a prefecture can be reached at all is asked per origin: each has its own home.
    universe = selected if selection.home else dataset.select(replace(selection, home=True))
    possible = np.tile(np.isin(prefectures, universe.universe.prefecture_code.unique()), shape[0])
    if not selection.home:
        possible &= (ties.codes.home[rows][:, None] != columns).ravel()
    states = [
        (partners > 0, REACHED),
        (projects > 0, DIRECT),
        (possible & (met > 0), MEMBER),
        (possible, GAP),
    ]
    state = np.select([holds for holds, _ in states], range(len(states)), len(states))
    return pd.DataFrame(
        {
            "origin_code": ties.codes.places.take(np.repeat(rows, shape[1])),
            "prefecture_code": ties.codes.places.take(np.tile(columns, shape[0])),
            "n_partners": partners,
            "n_projects": projects,
            "state": pd.array([*(name for _, name in states), OUTSIDE], dtype="str").take(state),
        }
    )


def network_members(selected: Selected) -> Fellows:
    """With whom the chosen origins are in wide networks that meet every other condition of the selection.

    Networks are mutual: an origin that another one's document names as a member is one, too. Where its own document says
    so, it is ``by`` itself; with a prefecture itself the municipality is -1.
    """
    dataset, selection = selected.dataset, selected.selection
    anyone = dataset.select(replace(selection, origins=(), networks=True))
    others = fellows(dataset, selection.origins, anyone.keep)
    own = dataset.select(replace(selection, networks=True)).ties
    own = own.where(own.wide)
    mine = Fellows(own.origin, own.municipality, own.prefecture, own.origin, own.rows)
    return Fellows(*map(np.concatenate, zip(mine, others, strict=True)))


def reach_totals(selected: Selected, matrix: pd.DataFrame) -> pd.DataFrame:
    """Every chosen origin, in code order, with how far it reaches; ``matrix`` is its :func:`gap_matrix`.

    Columns: code, name, kana, n_partners (distinct partner municipalities), n_gaps (prefectures in state GAP).
    """
    gaps = matrix[matrix.state == GAP].origin_code.value_counts()
    table = pd.DataFrame({"code": matrix.origin_code.unique()})
    names = selected.dataset.origins.set_index("code")[["name", "kana"]]
    table = table.join(names, on="code")
    ties = selected.ties
    table["n_partners"] = ties.by(ties.origin, table.code).municipalities
    table["n_gaps"] = table.code.map(gaps).fillna(0).astype(int)
    return table


def candidates(
    selected: Selected,
    weights: Mapping[str, int] | None = None,
    seeking: Mapping[str, Sequence[str]] | None = None,
) -> list[Candidate]:
    """Every municipality that could be a partner of the chosen origins and is not, the most reasons first.

    Parameters
    ----------
    weights : kind of reason → how much it counts (UNUSED, USUAL, STRONG); USUAL where it says nothing
    seeking : code of a municipality that seeks partners → the keys of the rows that say so

    The order is: more reasons, each counted by its weight; then more other origins that have it as a partner; then
    nearer to a partner of the chosen origins; then by code; and after all of them those that are "listed". A kind that
    is unused is no reason. The reasons:

    listed
        a document the selection leaves out has a project of the origins with it that meets every other condition
    seeking
        it stands in a list of those that seek partners
    agreement
        it is a member of a regional agreement, which all origins have signed together
    elsewhere
        the origins have another project with it that the selection leaves out (a category, a year)
    network
        it met one of the origins in a wide network (``Dataset.links.network``): in a project of an
        origin itself that the selection leaves out, or in one of another origin that names the origin; a project of
        the same name that is told under "elsewhere" is not told again
    similar
        SEVERAL or more other origins have it as a partner under the same selection, and the mix of categories of their
        projects with it is like the mix of the origins' own. The mixes are the shares of each category among
        distinct projects (a project of two categories counts in both); their overlap is the sum of the smaller
        of both shares over all categories (the intersection of histograms, Swain & Ballard 1991: 0 nothing in
        common, 1 the same), and SIMILAR or more is like. Origins with a single category are like no one: everything
        they can be held against is of that category
    origins
        any other origin has it as a partner, where "similar" does not hold
    near
        a partner of the origins is NEAR_KM or less away
    """
    dataset, selection, weights = selected.dataset, selected.selection, weights or {}
    group = selection.origins or tuple(dataset.origins.code)
    ties = selected.ties.municipal
    partners = set(ties.distinct(ties.municipality))
    pool = selected.universe[~selected.universe.code.isin(partners.union(group))]
    everyone = selected if not selection.origins else dataset.select(replace(selection, origins=()))
    others = everyone.ties
    others = others.where(~others.codes.among(group)[others.origin])
    others_of = others.by(others.municipality, pool.code)
    found: dict[str, dict[str, Reason]] = defaultdict(dict)
    for code, reason in (
        *_agreements(dataset),
        *_met(selected, group, pool.code),
        *_others(dataset, others_of, pool.code, _counts(ties.codes, selected.has_project), weights),
        *((code, Reason("seeking", tuple(rows))) for code, rows in (seeking or {}).items()),
    ):
        found[code][reason.kind] = reason
    nearest = _nearest(selected, pool, partners)
    labels = dataset.links.index.to_numpy()[ties.rows]
    by_place = ties.pairs(ties.municipality, ties.municipality)
    order = np.split(np.argsort(by_place.of, kind="stable"), np.cumsum(by_place.sizes))
    rows_of = dict(zip(ties.codes_of(by_place.first), order, strict=False))
    result = []
    for code, prefecture, n_origins in zip(
        pool.code.tolist(), pool.prefecture_code.tolist(), others_of.origins.tolist(), strict=True
    ):
        reasons = found[code]
        partner, distance = nearest.get(code, (None, None))
        if partner and distance is not None and distance <= NEAR_KM:
            proof = tuple(labels[rows_of[partner]].tolist())
            reasons["near"] = Reason("near", (partner,), proof, value=distance)
        told = tuple(reasons[kind] for kind in REASONS if kind in reasons and weights.get(kind, USUAL))
        result.append(Candidate(code, prefecture, n_origins, distance, told))
    return sorted(result, key=lambda one: _rank(one, weights))


def points(candidate: Candidate, weights: Mapping[str, int]) -> int:
    """The reasons of a candidate, each counted by its weight."""
    return sum(weights.get(reason.kind, USUAL) for reason in candidate.reasons)


def is_listed(candidate: Candidate) -> bool:
    """Whether it is a partner already, by a document that the selection leaves out."""
    return any(reason.kind == "listed" for reason in candidate.reasons)


def _rank(candidate: Candidate, weights: Mapping[str, int]) -> tuple:
    distance = np.inf if candidate.distance_km is None else candidate.distance_km
    return is_listed(candidate), -points(candidate, weights), -candidate.n_origins, distance, candidate.code


def standing_of(selected: Selected, codes: Iterable[str]) -> dict[str, str]:
    """Where municipalities stand with the chosen origins: code → PARTNER, CANDIDATE or ASIDE.

    ASIDE is who cannot be a partner under the selection: an origin itself, or what the selection leaves out of the
    question. Designated wards are asked for as their city.
    """
    selection, origins, ties = selected.selection, selected.dataset.origins.code, selected.ties
    partners = set(ties.distinct(ties.municipality))
    possible = set(selected.universe.code) - set(selection.origins or origins)
    return {code: PARTNER if code in partners else CANDIDATE if code in possible else ASIDE for code in codes}


def _agreements(dataset: Dataset) -> Iterable[tuple[str, Reason]]:
    regional = dataset.agreements.agreement_id[dataset.agreements.kind == "regional"]
    members = dataset.agreement_members[dataset.agreement_members.agreement_id.isin(regional)]
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for code, agreement in zip(members.code, members.agreement_id, strict=True):
        found[code][agreement] = None
    for code, agreements in found.items():
        yield code, Reason("agreement", tuple(agreements))


def _met(selected: Selected, group: Sequence[str], pool: pd.Series) -> Iterable[tuple[str, Reason]]:
    """Where the origins met a municipality of the pool beside the selection: in other documents, networks or projects."""
    dataset, selection = selected.dataset, selected.selection
    columns = dataset.columns
    ties = columns.ties
    asked = ties.codes.among(group)
    there = columns.drawn & ties.codes.among(pool)[ties.municipality]
    own = asked[ties.origin]
    # An origin belongs to another origin's network where it is named itself, not where all are meant.
    named = np.zeros(len(dataset.projects), bool)
    named[ties.project[columns.drawn & (ties.municipality >= 0) & ties.wide & asked[columns.named]]] = True
    beside = there & own & ~selected.keep
    listed = np.zeros_like(beside)
    if selection.sources:
        listed = beside & dataset.select(replace(selection, sources=())).keep
    theirs = there & ~own & ties.wide & named[ties.project]
    elsewhere = _by_place(dataset, ties, beside & ~ties.wide & ~listed)
    network = _by_place(dataset, ties, (beside & ties.wide & ~listed) | theirs)
    for code in network.keys() & elsewhere.keys():
        told = {row.project_name for row in elsewhere[code]}
        network[code] = [row for row in network[code] if row.project_name not in told]
    meetings = {"listed": _by_place(dataset, ties, listed), "elsewhere": elsewhere, "network": network}
    for kind, places in meetings.items():
        for code, rows in places.items():
            if rows:
                ids = tuple(dict.fromkeys(row.project_id for row in rows))
                yield code, Reason(kind, ids, tuple(row.link for row in rows))


def _by_place(dataset: Dataset, ties: Ties, kept: np.ndarray) -> dict[str, list[_Row]]:
    """Municipality → some of the links with it, in their order."""
    some = ties.where(kept)
    links = dataset.links.iloc[some.rows]
    found: dict[str, list[_Row]] = defaultdict(list)
    columns = (links.index, links.project_id, links.project_name)
    rows = map(_Row, *(column.tolist() for column in columns))
    for code, row in zip(some.codes_of(some.municipality), rows, strict=True):
        found[code].append(row)
    return found


def _others(
    dataset: Dataset, groups: Groups, pool: pd.Series, mine: np.ndarray, weights: Mapping[str, int]
) -> Iterable[tuple[str, Reason]]:
    """What other origins do with a municipality, held against the mix of the chosen ones.

    ``groups`` are their ties with each municipality of the pool, ``mine`` the projects of the chosen origins by category.
    """
    used = weights.get("similar", USUAL) != UNUSED
    ties, codes = groups.ties, groups.ties.codes
    order = np.argsort(groups.of, kind="stable")
    labels = dataset.links.index.to_numpy()[ties.rows[order]]
    sizes, municipalities = groups.sizes, pool.tolist()
    ends = np.cumsum(sizes)
    of, projects = groups.each(ties.project)
    counts = [np.bincount(of[codes.having(name)[projects]], minlength=groups.n) for name in codes.categories]
    theirs = np.array(counts, int).reshape(len(counts), groups.n).T
    own, totals = int(mine.sum()), theirs.sum(axis=1)
    # The smaller of both shares, times both totals: whole numbers, so that half is half.
    shared = np.minimum(theirs * own, mine * totals[:, None])
    whole = own * totals
    overlaps = np.divide(shared.sum(axis=1), whole, out=np.zeros(groups.n), where=whole > 0)
    several = (mine > 0).sum() > 1
    names, origins = codes.categories, groups.lists(ties.origin)
    places = codes.places.to_numpy(object)
    for number in np.flatnonzero(sizes).tolist():
        alike = used and several and len(origins[number]) >= SEVERAL and overlaps[number] >= SIMILAR
        shares = (shared if alike else theirs)[number]
        most = sorted(np.flatnonzero(shares).tolist(), key=lambda one: (-shares[one], names[one]))
        yield (
            municipalities[number],
            Reason(
                "similar" if alike else "origins",
                tuple(places[origins[number]]),
                tuple(labels[ends[number] - sizes[number] : ends[number]].tolist()),
                tuple(names[one] for one in most),
                float(overlaps[number]) if alike else None,
            ),
        )


def _counts(codes: Codes, projects: np.ndarray) -> np.ndarray:
    """How many of some projects (bool) are in each category."""
    return np.array([(codes.having(name) & projects).sum() for name in codes.categories], int)


def _nearest(selected: Selected, pool: pd.DataFrame, partners: set[str]) -> dict[str, tuple[str, float]]:
    """Code of the pool → the nearest partner and its distance in kilometres."""
    places = selected.dataset.municipalities
    ends = places[places.code.isin(partners)]
    if ends.empty or pool.empty:
        return {}
    # The nearest on the sphere has the greatest product of unit vectors: one matrix instead of a million sines.
    nearest = ends.iloc[(_vectors(pool) @ _vectors(ends).T).argmax(axis=1)]
    points = (table[column].to_numpy("float64") for table in (pool, nearest) for column in ("lat", "lon"))
    distances = np.asarray(great_circle_km(*points)).tolist()
    return dict(zip(pool.code, zip(nearest.code, distances, strict=True), strict=True))


def _vectors(places: pd.DataFrame) -> np.ndarray:
    """Points on the unit sphere, one a row."""
    lat, lon = (np.radians(places[column].to_numpy("float64")) for column in ("lat", "lon"))
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
