"""Gaps: where origins have no partner yet, and which municipalities there is a reason to approach."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.insight.flows import great_circle_km
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected

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
    municipality_code: str
    origin_code: str
    project_id: str
    project_name: str
    categories: list[str]


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
    dataset, selection, links = selected.dataset, selected.selection, selected.links
    origins = dataset.origins
    if selection.origins:
        origins = origins[origins.code.isin(selection.origins)]
    prefectures = sorted(dataset.prefectures.code)
    pairs = pd.MultiIndex.from_product([origins.code, prefectures], names=["origin_code", "prefecture_code"])
    counts = links.groupby(["origin_code", "prefecture_code"]).agg(
        n_partners=("municipality_code", "nunique"), n_projects=("project_id", "nunique")
    )
    table = counts.reindex(pairs, fill_value=0).astype(int).reset_index()
    # Whether a prefecture can be reached at all is asked per origin: each has its own home.
    universe = selected if selection.home else dataset.select(replace(selection, home=True))
    possible = table.prefecture_code.isin(universe.universe.prefecture_code.unique())
    if not selection.home:
        possible &= table.origin_code.map(origins.set_index("code").prefecture_code) != table.prefecture_code
    members = set(_pairs(network_members(selected)))
    met = np.array([pair in members for pair in _pairs(table)], dtype=bool)
    table["state"] = np.select(
        [table.n_partners > 0, table.n_projects > 0, possible & met, possible],
        [REACHED, DIRECT, MEMBER, GAP],
        OUTSIDE,
    )
    return table


def network_members(selected: Selected) -> pd.DataFrame:
    """With whom the chosen origins are in wide networks that meet every other condition of the selection.

    Networks are mutual: an origin that another one's document names as a member is one, too. Columns: origin_code,
    municipality_code (null for a prefecture itself), prefecture_code, by (code of the origin whose document says so),
    project_id, link (label of the row of ``Dataset.links``).
    """
    dataset, selection = selected.dataset, selected.selection
    anyone = dataset.select(replace(selection, origins=(), networks=True))
    fellows = dataset.fellows
    fellows = fellows[anyone.keep[dataset.links.index.get_indexer(fellows.link)]]
    if selection.origins:
        fellows = fellows[fellows.origin_code.isin(selection.origins)]
    own = dataset.select(replace(selection, networks=True)).links
    own = own[own.network]
    own = own.assign(by=own.origin_code, link=own.index)
    return pd.concat([own[list(fellows.columns)], fellows], ignore_index=True)


def _pairs(table: pd.DataFrame) -> Iterable[tuple[str, str]]:
    return zip(table.origin_code, table.prefecture_code, strict=True)


def reach_totals(selected: Selected, matrix: pd.DataFrame) -> pd.DataFrame:
    """Every chosen origin, in code order, with how far it reaches; ``matrix`` is its :func:`gap_matrix`.

    Columns: code, name, kana, n_partners (distinct partner municipalities), n_gaps (prefectures in state GAP).
    """
    gaps = matrix[matrix.state == GAP].origin_code.value_counts()
    partners = selected.links.groupby("origin_code").municipality_code.nunique()
    table = pd.DataFrame({"code": matrix.origin_code.unique()})
    names = selected.dataset.origins.set_index("code")[["name", "kana"]]
    table = table.join(names, on="code")
    table["n_partners"] = table.code.map(partners).fillna(0).astype(int)
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
    group = set(selection.origins or dataset.origins.code)
    partners = set(selected.links.municipality_code.dropna())
    pool = selected.universe[~selected.universe.code.isin(partners | group)]
    everyone = selected if not selection.origins else dataset.select(replace(selection, origins=()))
    others = everyone.links[~everyone.links.origin_code.isin(group)]
    found: dict[str, dict[str, Reason]] = defaultdict(dict)
    for code, reason in (
        *_agreements(dataset),
        *_met(selected, group),
        *_others(
            others,
            _mix(zip(selected.projects.project_id, selected.projects.categories, strict=True)),
            weights,
        ),
        *((code, Reason("seeking", tuple(rows))) for code, rows in (seeking or {}).items()),
    ):
        found[code][reason.kind] = reason
    n_origins = others.groupby("municipality_code").origin_code.nunique().to_dict()
    nearest = _nearest(selected, pool, partners)
    rows_of = selected.links.groupby("municipality_code").groups
    result = []
    for code, prefecture in zip(pool.code, pool.prefecture_code, strict=True):
        reasons = found[code]
        partner, distance = nearest.get(code, (None, None))
        if partner and distance is not None and distance <= NEAR_KM:
            reasons["near"] = Reason("near", (partner,), tuple(rows_of[partner]), value=distance)
        told = tuple(reasons[kind] for kind in REASONS if kind in reasons and weights.get(kind, USUAL))
        result.append(Candidate(code, prefecture, n_origins.get(code, 0), distance, told))
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
    selection, origins = selected.selection, selected.dataset.origins.code
    partners = set(selected.links.municipality_code.dropna())
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


def _met(selected: Selected, group: set[str]) -> Iterable[tuple[str, Reason]]:
    """Where the origins met a municipality beside the selection: in other documents, wide networks or projects."""
    dataset, selection = selected.dataset, selected.selection
    links = dataset.links
    links = links[links.drawn & links.municipality_code.notna()]
    own = links.origin_code.isin(group)
    # An origin belongs to another origin's network where it is named itself, not where all are meant.
    named = links[links.network & links.via.isna() & links.partner_code.isin(group)].project_id
    beside = own & ~links.index.isin(selected.links.index)
    listed = np.zeros(len(links), dtype=bool)
    if selection.sources:
        listed = beside & links.index.isin(dataset.select(replace(selection, sources=())).links.index)
    theirs = ~own & links.network & links.project_id.isin(named)
    elsewhere = _by_place(links[beside & ~links.network & ~listed])
    network = _by_place(links[(beside & links.network & ~listed) | theirs])
    for code in network.keys() & elsewhere.keys():
        told = {row.project_name for row in elsewhere[code]}
        network[code] = [row for row in network[code] if row.project_name not in told]
    meetings = {"listed": _by_place(links[listed]), "elsewhere": elsewhere, "network": network}
    for kind, places in meetings.items():
        for code, rows in places.items():
            if rows:
                ids = tuple(dict.fromkeys(row.project_id for row in rows))
                yield code, Reason(kind, ids, tuple(row.link for row in rows))


def _others(
    links: pd.DataFrame, mix: dict[str, float], weights: Mapping[str, int]
) -> Iterable[tuple[str, Reason]]:
    """What other origins do with a municipality, held against the mix of the chosen ones."""
    used = weights.get("similar", USUAL) != UNUSED
    for code, rows in _by_place(links).items():
        origins = tuple(sorted({row.origin_code for row in rows}))
        theirs = _mix((row.project_id, row.categories) for row in rows)
        shared = {name: min(share, mix[name]) for name, share in theirs.items() if name in mix}
        overlap = sum(shared.values())
        alike = used and len(origins) >= SEVERAL and overlap >= SIMILAR and len(mix) > 1
        shares = shared if alike else theirs
        categories = tuple(sorted(shares, key=lambda name: (-shares[name], name)))
        found = tuple(row.link for row in rows)
        if alike:
            yield code, Reason("similar", origins, found, categories, overlap)
        else:
            yield code, Reason("origins", origins, found, categories)


def _by_place(links: pd.DataFrame) -> defaultdict[str, list[_Row]]:
    links = links[links.municipality_code.notna()]
    found = defaultdict(list)
    columns = (links[name].tolist() for name in _Row._fields[1:])
    for row in map(_Row, links.index.tolist(), *columns):
        found[row.municipality_code].append(row)
    return found


def _mix(projects: Iterable[tuple[str, Iterable[str]]]) -> dict[str, float]:
    """Category → its share among distinct projects (id, categories)."""
    counts = Counter(name for names in dict(projects).values() for name in names)
    return {name: n / counts.total() for name, n in counts.items()}


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
