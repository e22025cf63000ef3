"""Two documents held against each other: which partners each has, and where their start years differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected
from geo.places.folding import fold

#: Names of one project in two documents share this much (rapidfuzz ratio, 0–100, brackets left out):
#: 災害時相互援助協定 and 災害時における相互援助に関する協定 share 69.
ALIKE = 60
#: Characters of a name that are compared; no published one is longer.
LONGEST_NAME = 300

_BRACKETS = re.compile(r"[(\[「『].*?[)\]」』]")

DIFFERENCES = (
    "origin_code",
    "partner_code",
    "project_a",
    "year_a",
    "kind_a",
    "line_a",
    "project_b",
    "year_b",
    "kind_b",
    "line_b",
    "reason",
)
COMPARISON = (
    "origin_code",
    "partner_code",
    "status",
    "years_a",
    "years_b",
    "projects_a",
    "projects_b",
    "network",
)

_COLUMNS = (
    "source",
    "origin_code",
    "place",
    "project_id",
    "project_name",
    "start_year",
    "kind",
    "shared",
    "network",
    "source_line",
)


def compare_sources(
    dataset: Dataset, source_a: str, source_b: str, origin_code: str | None = None
) -> pd.DataFrame:
    """Compare the partners of two documents, for one origin or for every origin that both have.

    Returns
    -------
    One row an origin and partner, in code order. A designated ward counts as its city; a prefecture is a
    partner of its own. Columns: origin_code, partner_code, status, years_a and years_b (known start years,
    西暦, ascending), projects_a and projects_b (how many), network (it is a partner in wide networks
    only). status is "missing" (in A, not in B), "added" (in B, not in A), "differs" (in both, and a
    project of both has another start year, see :func:`year_differences`) or "same".
    """
    differing = year_differences(dataset, source_a, source_b, origin_code)
    different = set(zip(differing.origin_code, differing.partner_code, strict=True))
    rows = []
    for (origin, partner), *sides in _sides(dataset, source_a, source_b, origin_code):
        only = "added" if not sides[0] else "missing" if not sides[1] else None
        rows.append(
            (
                origin,
                partner,
                only or ("differs" if (origin, partner) in different else "same"),
                *(
                    sorted({int(row.start_year) for row in side if pd.notna(row.start_year)})
                    for side in sides
                ),
                *(len({row.project_id for row in side}) for side in sides),
                all(row.network for side in sides for row in side),
            )
        )
    return pd.DataFrame(rows, columns=list(COMPARISON))


def year_differences(
    dataset: Dataset, source_a: str, source_b: str, origin_code: str | None = None
) -> pd.DataFrame:
    """List the projects that both documents have with a partner and give other start years.

    Projects are the same when their names are alike (:data:`ALIKE`), the likest first, each once.

    Returns
    -------
    Columns: origin_code, partner_code, project_a, year_a (西暦), kind_a (年 or 年度), line_a, the same four of B,
    and reason: "fiscal" when one is a calendar year and the other the fiscal year before it, so that both are
    right if it began from January to March; "project" when one gives a single year for a project with several
    partners and the other a later one for this partner, so that both are right if it joined later; else "".
    """
    rows = []
    for (origin, partner), a, b in _sides(dataset, source_a, source_b, origin_code):
        for one, other in _pairs(a, b):
            if pd.isna(one.start_year) or pd.isna(other.start_year) or one.start_year == other.start_year:
                continue
            sides = ((x.project_name, int(x.start_year), x.kind, int(x.source_line)) for x in (one, other))
            rows.append((origin, partner, *(cell for side in sides for cell in side), _reason(one, other)))
    return pd.DataFrame(rows, columns=list(DIFFERENCES))


def compared_projects(
    dataset: Dataset, source_a: str, source_b: str, origin_code: str | None = None
) -> pd.DataFrame:
    """List what both documents print of each origin and partner, to show beside :func:`compare_sources`.

    Returns
    -------
    One row a project and partner, those of A first. Columns: origin_code, partner_code, side ("a" or "b"),
    project_id, project_name, start_year (西暦 or null), kind (年, 年度 or null), source_line.
    """
    rows = [
        (origin, partner, side, row.project_id, row.project_name, row.start_year, row.kind, row.source_line)
        for (origin, partner), *sides in _sides(dataset, source_a, source_b, origin_code)
        for side, printed in zip("ab", sides, strict=True)
        for row in printed
    ]
    columns = [
        *("origin_code", "partner_code", "side", "project_id", "project_name", "start_year", "kind"),
        "source_line",
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.drop_duplicates(["origin_code", "partner_code", "project_id"], ignore_index=True)


def same_projects(dataset: Dataset) -> pd.DataFrame:
    """Find the projects that two documents seem to have in common, so that nobody counts them twice unawares.

    They are of one origin, have a partner in common and names alike (:data:`ALIKE`).

    Returns
    -------
    Columns: source_a, project_a, source_b, project_b; documents in the order of their ids, each pair once.
    """
    rows: dict[tuple[str, str, str, str], None] = {}
    for source_a, source_b in combinations(sorted(dataset.origins_of), 2):
        if set(dataset.origins_of[source_a]).isdisjoint(dataset.origins_of[source_b]):
            continue
        for _, a, b in _sides(dataset, source_a, source_b, None):
            for one, other in _pairs(a, b):
                rows[source_a, one.project_id, source_b, other.project_id] = None
    return pd.DataFrame(list(rows), columns=["source_a", "project_a", "source_b", "project_b"])


def repeated(selected: Selected, pairs: pd.DataFrame) -> int:
    """How many projects of a selection another document of it seems to have too.

    ``pairs`` are :func:`same_projects` of its dataset.
    """
    if pairs.empty:
        return 0
    places, kept = selected.dataset.columns.ties.codes.projects, selected.has_project
    one, other = (places.get_indexer(pairs[column]) for column in ("project_a", "project_b"))
    both = kept[one] & kept[other]
    return len(np.unique([one[both], other[both]]))


def _reason(one: Any, other: Any) -> str:
    early, late = sorted((one, other), key=lambda row: row.start_year)
    if late.start_year == early.start_year + 1 and (late.kind, early.kind) == ("年", "年度"):
        return "fiscal"
    return "project" if early.shared and not late.shared else ""


def _sides(
    dataset: Dataset, source_a: str, source_b: str, origin_code: str | None
) -> list[tuple[tuple[str, str], list, list]]:
    """The rows of both documents for each (origin, partner), in code order."""
    drawn = dataset.links[dataset.links.drawn]
    links = drawn[drawn.source.isin([source_a, source_b])]
    sources = links.groupby("origin_code").source.nunique()
    origins = [origin_code] if origin_code else sources.index[sources == 2]
    links = links[links.origin_code.isin(origins)]
    projects = drawn[drawn.project_id.isin(links.project_id)].groupby("project_id")
    shared = (projects.partner_code.nunique() > 1) & (projects.start_year.nunique(dropna=False) == 1)
    links = links.assign(
        place=links.municipality_code.fillna(links.partner_code),
        kind=links.project_id.map(dataset.projects.set_index("project_id").year_kind),
        shared=links.project_id.map(shared).astype(bool),
    )
    found: dict[tuple[str, str], tuple[list, list]] = {}
    for row in links[list(_COLUMNS)].itertuples(index=False):
        found.setdefault((row.origin_code, row.place), ([], []))[row.source != source_a].append(row)
    return [(key, *found[key]) for key in sorted(found)]


def _pairs(a: list, b: list) -> Iterator[tuple]:
    """The pairs of rows whose projects have names alike, the likest first, each row once."""
    keys_a, keys_b = ([_key(row.project_name) for row in side] for side in (a, b))
    scored = [
        (fuzz.ratio(one, other), i, j) for i, one in enumerate(keys_a) for j, other in enumerate(keys_b)
    ]
    used_a, used_b = set(), set()
    for score, i, j in sorted(scored, key=lambda item: (-item[0], *item[1:])):
        if score >= ALIKE and i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            yield a[i], b[j]


@lru_cache(maxsize=65536)
def _key(name: str) -> str:
    """A name to compare: folded, without what stands in brackets; of a long one its beginning."""
    key = fold(name[:LONGEST_NAME])
    return _BRACKETS.sub("", key) or key
