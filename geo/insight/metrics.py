"""Reach, coverage and gaps: the figures every screen shows, counted in one place.

Distinct partner municipalities, projects and links are three different numbers; each name says which.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.insight.flows import great_circle_km
from geo.ledger.selection import Selected
from geo.ledger.ties import Tie, first_began


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """One row of figures for a selection.

    ``municipalities`` distinct partner municipalities (designated wards count as their city);
    ``universe`` municipalities that could be partners; ``coverage`` their quotient (0–1);
    ``prefectures`` prefectures with a partner municipality or a partner themselves, of ``all_prefectures``;
    ``projects`` distinct projects, split into ``individual_projects`` and ``network_projects``;
    ``farthest`` (name with prefecture, kilometres) and ``oldest`` (西暦, and 年 or 年度) are None when nothing is known.
    """

    municipalities: int
    universe: int
    coverage: float
    prefectures: int
    all_prefectures: int
    projects: int
    individual_projects: int
    network_projects: int
    farthest: tuple[str, float] | None
    oldest: tuple[int, str] | None


def key_figures(selected: Selected, ties: list[Tie] | None = None) -> KeyFigures:
    """Count the key figures of a selection, or of some ``ties`` beside it."""
    ties = selected.ties if ties is None else ties
    universe = len(selected.universe)
    municipalities = len({tie.municipality for tie in ties} - {None})
    projects = {tie.project for tie in ties}
    individual = projects - {tie.project for tie in ties if tie.wide}
    year, kind = first_began(ties)
    return KeyFigures(
        municipalities=municipalities,
        universe=universe,
        coverage=municipalities / universe if universe else 0.0,
        prefectures=len({tie.prefecture for tie in ties}),
        all_prefectures=len(selected.dataset.prefectures),
        projects=len(projects),
        individual_projects=len(individual),
        network_projects=len(projects - individual),
        farthest=_farthest(selected, ties),
        oldest=(year, kind) if year is not None and kind is not None else None,
    )


def _farthest(selected: Selected, ties: list[Tie]) -> tuple[str, float] | None:
    places = selected.dataset.places
    pairs = sorted({(tie.origin, tie.municipality) for tie in ties if tie.municipality})
    if not pairs:
        return None
    starts, ends = ([places[code] for code in codes] for codes in zip(*pairs, strict=True))
    sides = [
        [getattr(point, axis) for point in points] for points in (starts, ends) for axis in ("lat", "lon")
    ]
    distances = great_circle_km(*map(np.array, sides))
    end = ends[int(distances.argmax())]
    return f"{end.prefecture}{end.name}", float(distances.max())


def prefecture_table(selected: Selected) -> pd.DataFrame:
    """Every prefecture in code order, reached or not.

    Columns: code, name, n_municipalities (that could be partners), n_partners (distinct partner
    municipalities), coverage (0–1; 0 when none could be partners), n_projects, n_origins,
    direct (the prefecture itself is a partner), first_year (西暦 or null), first_kind (年, 年度 or null), reached.
    """
    possible = Counter(selected.universe.prefecture_code)
    groups: dict[str, list[Tie]] = {}
    for tie in selected.ties:
        groups.setdefault(tie.prefecture, []).append(tie)
    rows = []
    for code in sorted(selected.dataset.prefectures.code):
        ties = groups.get(code, [])
        partners = len({tie.municipality for tie in ties} - {None})
        rows.append(
            {
                "code": code,
                "name": selected.dataset.places[code].name,
                "n_municipalities": possible[code],
                "n_partners": partners,
                "coverage": partners / possible[code] if possible[code] else 0.0,
                "n_projects": len({tie.project for tie in ties}),
                "n_origins": len({tie.origin for tie in ties}),
                "direct": any(tie.municipality is None for tie in ties),
                **dict(zip(("first_year", "first_kind"), first_began(ties), strict=True)),
                "reached": bool(ties),
            }
        )
    return pd.DataFrame(rows).astype({"first_year": "Int64"})


def municipality_table(selected: Selected, prefecture_code: str) -> pd.DataFrame:
    """Every municipality of a prefecture that could be a partner, partnered or not, in code order.

    Columns: code, name, kana, kind, partnered (bool), n_projects, n_origins, origins (names joined by 「、」),
    categories (joined by 「、」), first_year (西暦 or null), first_kind (年, 年度 or null).
    """
    places, names = selected.dataset.places, selected.universe
    names = names[names.prefecture_code == prefecture_code].sort_values("code")
    groups: dict[str, list[Tie]] = {}
    for tie in selected.ties:
        if tie.municipality and tie.prefecture == prefecture_code:
            groups.setdefault(tie.municipality, []).append(tie)
    rows = []
    for code, name, kana, kind in names[["code", "name", "kana", "kind"]].itertuples(index=False):
        ties = groups.get(code, [])
        origins = sorted({tie.origin for tie in ties})
        rows.append(
            {
                "code": code,
                "name": name,
                "kana": kana,
                "kind": kind,
                "partnered": bool(ties),
                "n_projects": len({tie.project for tie in ties}),
                "n_origins": len(origins),
                "origins": "、".join(places[origin].name for origin in origins),
                "categories": "、".join(sorted({c for tie in ties for c in tie.categories})),
                **dict(zip(("first_year", "first_kind"), first_began(ties), strict=True)),
            }
        )
    columns = [
        "code",
        "name",
        "kana",
        "kind",
        "partnered",
        "n_projects",
        "n_origins",
        "origins",
        "categories",
    ]
    table = pd.DataFrame(rows, columns=[*columns, "first_year", "first_kind"])
    return table.astype({"first_year": "Int64", "partnered": bool})


def project_details(
    selected: Selected, origin_code: str | None = None, partner_code: str | None = None
) -> pd.DataFrame:
    """The projects behind a flow, a partner or a prefecture, down to the printed words and their line.

    ``partner_code`` is a municipality (its designated wards included) or a prefecture (NN000: everything
    in it). One row per project and printed partner text; columns: project_id, project_name, origin_code,
    origin_name, category_raw, organiser, summary, status, start_year, year_kind, year_basis, tie, tie_reason, partner_text,
    place (its full name), via, method, confidence, source, source_line. Newest known year last, unknown at the end.
    """
    links = selected.links
    if origin_code:
        links = links[links.origin_code == origin_code]
    if partner_code:
        column = "prefecture_code" if partner_code.endswith("000") else "municipality_code"
        links = links[links[column] == partner_code]
    dataset = selected.dataset
    extra = selected.projects[["project_id", "category_raw", "organiser", "summary", "status"]]
    table = links.merge(extra, on="project_id", how="left")
    table["origin_name"] = table.origin_code.map(
        dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    )
    table["place"] = table.partner_code.map(dataset.names)
    table = table.sort_values(
        ["start_year", "origin_code", "source_line"], na_position="last", ignore_index=True
    )
    columns = [
        "project_id",
        "project_name",
        "origin_code",
        "origin_name",
        "category_raw",
        "organiser",
        "summary",
    ]
    columns += [
        "status",
        "start_year",
        "year_kind",
        "year_basis",
        "tie",
        "tie_reason",
        "partner_text",
        "place",
        "via",
        "method",
        "confidence",
        "source",
        "source_line",
    ]
    return table[columns]
