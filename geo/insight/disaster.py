"""The ties of disaster prevention: how far, in which direction, of which kind, and which of them one event hits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from geo.insight.directions import COMPASS, compass, initial_bearing
from geo.insight.flows import flows, great_circle_km
from geo.insight.gaps import Candidate, candidates
from geo.ledger.dataset import Dataset
from geo.ledger.schema import NETWORK
from geo.ledger.selection import Selected, Selection
from geo.ledger.ties import Groups

#: The canonical category (data/reference/categories.csv) of these ties; whoever else asks for it takes it from here.
CATEGORY = "災害・防災"

#: Bands of distance in kilometres, office to office: above, and up to and including; None is open.
BANDS = ((0, 50), (50, 100), (100, 300), (300, 500), (500, None))
_BOUNDS = [upper for _, upper in BANDS if upper is not None]
#: What is near, and what one earthquake seldom reaches too: kilometres.
NEAR_KM, FAR_KM = 100, 300

#: Kinds of a tie, by what is printed of it: help goes both ways; one way; it is of one matter (goods, a building);
#: it is that of a wide network, whatever its name; nothing is said of it.
MUTUAL, ONE_WAY, SPECIFIC, UNSAID = "mutual", "one_way", "specific", "unsaid"
KINDS = (MUTUAL, ONE_WAY, SPECIFIC, NETWORK, UNSAID)

#: Whether a partner lies in the zone; it cannot be said of a prefecture, nor where no zone is at hand.
INSIDE, OUTSIDE, UNKNOWN = "inside", "outside", "unknown"


def narrowed(selection: Selection) -> Selection:
    """The same conditions, of this category alone."""
    return replace(selection, categories=(CATEGORY,))


def pairs(
    selected: Selected, kinds: Mapping[str, str], inside: Collection[str] | None = None
) -> pd.DataFrame:
    """Every origin with every partner of it, the nearest first.

    Parameters
    ----------
    kinds : project_id → MUTUAL, ONE_WAY, SPECIFIC or UNSAID, by its printed words
    inside : codes of the municipalities in the zone; None where there is no zone

    Returns
    -------
    DataFrame
        origin_code, origin_name, partner_code, partner_name, prefecture, direct (bool: the partner is a prefecture
        itself), distance_km (great circle, office to office), bearing (degrees clockwise from north), point (place in
        COMPASS, -1 where the offices are one), band (place in BANDS), kinds (tuple of KINDS in their order; UNSAID only alone), zone (INSIDE,
        OUTSIDE or UNKNOWN), n_projects, first_year (西暦 or null), first_kind, links (tuple: the label of the
        first row of ``Dataset.links`` of each project).
    """
    table = flows(selected)
    table["direct"] = table.partner_code.str.endswith("000").astype(bool)
    table["bearing"] = initial_bearing(table.origin_lat, table.origin_lon, table.lat, table.lon)
    table["point"] = compass(table.bearing)
    table["band"] = bands_of(table.distance_km)
    ties = selected.ties
    groups = ties.pairs(ties.origin, ties.partner)
    pairs_in_order = zip(ties.codes_of(groups.first), ties.codes_of(groups.second), strict=True)
    numbers = {pair: number for number, pair in enumerate(pairs_in_order)}
    rows = [numbers[pair] for pair in zip(table.origin_code, table.partner_code, strict=True)]
    kinds_said, links = _kinds_said(selected, groups, kinds), _links(selected, groups)
    table["kinds"] = [kinds_said[row] for row in rows]
    table["links"] = [links[row] for row in rows]
    table["zone"] = zone_of(table.partner_code, inside)
    columns = [
        "origin_code",
        "origin_name",
        "partner_code",
        "partner_name",
        "prefecture",
        "direct",
        "distance_km",
    ]
    columns += [
        "bearing",
        "point",
        "band",
        "kinds",
        "zone",
        "n_projects",
        "first_year",
        "first_kind",
        "links",
    ]
    return table.sort_values(["distance_km", "origin_code", "partner_code"], ignore_index=True)[columns]


def _kinds_said(selected: Selected, groups: Groups, kinds: Mapping[str, str]) -> list[tuple[str, ...]]:
    """What is said of the kind of each group of ties, in the order of KINDS."""
    ties = selected.ties
    bits = {kind: 1 << place for place, kind in enumerate(KINDS)}
    projects, place = np.unique(ties.project, return_inverse=True)
    ids = selected.dataset.projects.project_id.to_numpy(object)[projects]
    own = np.array([bits[kinds.get(id, UNSAID)] for id in ids], np.int64)
    found = np.zeros(groups.n, np.int64)
    np.bitwise_or.at(found, groups.of, np.where(ties.wide, bits[NETWORK], own[place]))
    # Where one document says the kind, others that do not say it change nothing.
    found[found != bits[UNSAID]] &= ~bits[UNSAID]
    met = {n: tuple(kind for kind in KINDS if n & bits[kind]) for n in np.unique(found).tolist()}
    return [met[n] for n in found.tolist()]


def _links(selected: Selected, groups: Groups) -> list[tuple[int, ...]]:
    """The label of the first row of ``Dataset.links`` of each project in each group of ties, in the order of the rows."""
    ties = selected.ties
    of = groups.of.astype(np.int64)
    firsts = np.sort(np.unique(of * len(selected.dataset.projects) + ties.project, return_index=True)[1])
    firsts = firsts[np.argsort(of[firsts], kind="stable")]
    labels = selected.dataset.links.index.to_numpy()[ties.rows[firsts]].tolist()
    ends = np.cumsum(np.bincount(of[firsts], minlength=groups.n)).tolist()
    return [tuple(labels[begin:end]) for begin, end in pairwise([0, *ends])]


def zone_of(codes: pd.Series, inside: Collection[str] | None) -> pd.Series:
    """INSIDE, OUTSIDE or UNKNOWN for each code of a municipality or prefecture."""
    if inside is None:
        return pd.Series(UNKNOWN, index=codes.index, dtype=object)
    state = np.where(codes.isin(inside), INSIDE, OUTSIDE)
    return pd.Series(np.where(codes.str.endswith("000"), UNKNOWN, state), index=codes.index, dtype=object)


def bands_of(kilometres: pd.Series) -> pd.Series:
    """The place in BANDS of each distance."""
    return pd.Series(
        np.searchsorted(_BOUNDS, kilometres.to_numpy(float), side="left"), index=kilometres.index
    )


def band_of(kilometres: float) -> int:
    """The place in BANDS of one distance."""
    return int(np.searchsorted(_BOUNDS, kilometres, side="left"))


def distance_table(table: pd.DataFrame) -> pd.DataFrame:
    """How many of the partner municipalities of :func:`pairs` lie in each of BANDS.

    Columns: from_km, to_km (null for the open band), n, share (of all, 0–1), n_inside, n_outside.
    """
    table = table[~table.direct]
    bands = pd.DataFrame(BANDS, columns=["from_km", "to_km"]).astype("Int64")
    for column, rows in (
        ("n", table),
        ("n_inside", table[table.zone == INSIDE]),
        ("n_outside", table[table.zone == OUTSIDE]),
    ):
        bands[column] = rows.band.value_counts().reindex(bands.index, fill_value=0)
    bands.insert(3, "share", bands.n / max(len(table), 1))
    return bands


def compass_table(table: pd.DataFrame) -> pd.DataFrame:
    """How many of the partner municipalities of :func:`pairs` lie in each direction: point (of COMPASS), n, share (0–1)."""
    table = table[~table.direct]
    n = table.point.value_counts().reindex(range(len(COMPASS)), fill_value=0)
    return pd.DataFrame({"point": COMPASS, "n": n.to_numpy(), "share": (n / max(len(table), 1)).to_numpy()})


def kind_table(table: pd.DataFrame) -> pd.Series:
    """How many of the partner municipalities of :func:`pairs` have each of KINDS; one of several kinds counts in each."""
    counts = table[~table.direct].kinds.explode().value_counts()
    return counts.reindex(list(KINDS), fill_value=0).astype(int)


def by_origin(dataset: Dataset, table: pd.DataFrame, origins: Sequence[str]) -> pd.DataFrame:
    """Each of ``origins`` in code order, those without a tie too, by the partner municipalities of :func:`pairs`.

    Columns: origin_code, origin_name, n, n_near (NEAR_KM or less), near (the share of these, 0–1; null without any), n_far
    (beyond FAR_KM), n_inside, n_outside, n_mutual (with a tie of help both ways), farthest_km, farthest_code (null likewise).
    """
    table = table[~table.direct]
    flags = pd.DataFrame(
        {
            "n": True,
            "n_near": table.distance_km <= NEAR_KM,
            "n_far": table.distance_km > FAR_KM,
            "n_inside": table.zone == INSIDE,
            "n_outside": table.zone == OUTSIDE,
            "n_mutual": [MUTUAL in kinds for kinds in table.kinds],
        },
        index=table.index,
    )
    codes = sorted(origins)
    each = flags.groupby(table.origin_code.astype(object)).sum().reindex(codes, fill_value=0).astype(int)
    each.insert(2, "near", each.n_near / each.n.where(each.n > 0))
    last = table.drop_duplicates("origin_code", keep="last").set_index("origin_code")
    each["farthest_km"] = last.distance_km.reindex(codes)
    each["farthest_code"] = last.partner_code.astype(object).reindex(codes)
    each.insert(0, "origin_name", [dataset.origin_names[code] for code in codes])
    return each.rename_axis("origin_code").reset_index()


def origins_of(selected: Selected) -> list[str]:
    """The origins looked at: those chosen, or all that the documents in force speak for."""
    dataset, selection = selected.dataset, selected.selection
    spoken = {
        code for source in selection.sources or dataset.sources for code in dataset.origins_of.get(source, ())
    }
    return list(selection.origins or (code for code in dataset.origins.code if code in spoken))


def far_candidates(
    selected: Selected, inside: Collection[str] | None = None
) -> list[tuple[Candidate, float]]:
    """The candidates (``geo.insight.gaps.candidates``) that something speaks for, beyond FAR_KM and outside the zone.

    Each with its distance in kilometres from the nearest of the origins looked at; in the order of the candidates, and
    without those that are partners by another document already.
    """
    dataset = selected.dataset
    homes = [dataset.places[code] for code in origins_of(selected)]
    found = []
    for one in candidates(selected):
        listed = any(reason.kind == "listed" for reason in one.reasons)
        if not one.reasons or listed or (inside and one.code in inside):
            continue
        point = dataset.places[one.code]
        distance = min(
            (float(great_circle_km(home.lat, home.lon, point.lat, point.lon)) for home in homes),
            default=np.nan,
        )
        if distance > FAR_KM:
            found.append((one, distance))
    return found
