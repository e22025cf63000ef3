"""Reach, coverage and gaps: the figures every screen shows, counted in one place.

Distinct partner municipalities, projects and links are three different numbers; each name says which.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.insight.flows import lengths_km
from geo.ledger.selection import Selected
from geo.ledger.ties import Began, Ties


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


def key_figures(selected: Selected, ties: Ties | None = None) -> KeyFigures:
    """Count the key figures of a selection, or of some ``ties`` beside it."""
    ties = selected.ties if ties is None else ties
    whole, wide = ties.together(), ties.where(ties.wide).together()
    universe, municipalities = len(selected.universe), int(whole.municipalities[0])
    projects, network = int(whole.projects[0]), int(wide.projects[0])
    began = Began.of(int(whole.began[0]))
    return KeyFigures(
        municipalities=municipalities,
        universe=universe,
        coverage=municipalities / universe if universe else 0.0,
        prefectures=int(whole.distinct(ties.prefecture)[0]),
        all_prefectures=len(selected.dataset.prefectures),
        projects=projects,
        individual_projects=projects - network,
        network_projects=network,
        farthest=_farthest(ties.municipal),
        oldest=(began.year, began.kind) if began else None,
    )


def _farthest(ties: Ties) -> tuple[str, float] | None:
    """The municipality farthest from an origin that has it; among equals that of the first origin, then of the first code."""
    if not len(ties):
        return None
    codes, pairs = ties.codes, ties.pairs(ties.origin, ties.municipality)
    distances = lengths_km(pairs)
    end = pairs.second[farthest := int(distances.argmax())]
    return f"{codes.prefectures[end]}{codes.place_names[end]}", float(distances[farthest])


def prefecture_table(selected: Selected) -> pd.DataFrame:
    """Every prefecture in code order, reached or not.

    Columns: code, name, n_municipalities (that could be partners), n_partners (distinct partner
    municipalities), coverage (0–1; 0 when none could be partners), n_projects, n_origins,
    direct (the prefecture itself is a partner), first_year (西暦 or null), first_kind (年, 年度 or null), reached.
    """
    codes = sorted(selected.dataset.prefectures.code)
    ties = selected.ties
    groups = ties.by(ties.prefecture, codes)
    possible = Counter(selected.universe.prefecture_code)
    able, partners = np.array([possible[code] for code in codes]), groups.municipalities
    return pd.DataFrame(
        {
            "code": codes,
            "name": [selected.dataset.places[code].name for code in codes],
            "n_municipalities": able,
            "n_partners": partners,
            "coverage": np.divide(partners, able, out=np.zeros(len(codes)), where=able > 0),
            "n_projects": groups.projects,
            "n_origins": groups.origins,
            "direct": np.bincount(groups.of[groups.ties.municipality < 0], minlength=len(codes)) > 0,
            **groups.first_began,
            "reached": groups.sizes > 0,
        }
    )


def municipality_table(selected: Selected, prefecture_code: str) -> pd.DataFrame:
    """Every municipality of a prefecture that could be a partner, partnered or not, in code order.

    Columns: code, name, kana, kind, partnered (bool), n_projects, n_origins, origins (names joined by 「、」),
    categories (joined by 「、」), first_year (西暦 or null), first_kind (年, 年度 or null).
    """
    names = selected.universe
    names = names[names.prefecture_code == prefecture_code].sort_values("code", ignore_index=True)
    ties = selected.ties
    groups = ties.by(ties.municipality, names.code)
    return names[["code", "name", "kana", "kind"]].assign(
        partnered=groups.sizes > 0,
        n_projects=groups.projects,
        n_origins=groups.origins,
        origins=groups.names(groups.ties.origin),
        categories=groups.categories,
        **groups.first_began,
    )


def project_details(
    selected: Selected, origin_code: str | None = None, partner_code: str | None = None
) -> pd.DataFrame:
    """The projects behind a flow, a partner or a prefecture, down to the printed words and their line.

    ``partner_code`` is a municipality (its designated wards included) or a prefecture (NN000: everything
    in it). One row per project and printed partner text; columns: project_id, project_name, origin_code,
    origin_name, category_raw, organiser, summary, status, start_year, year_kind, year_basis, tie, tie_reason, partner_text,
    place (its full name), via, method, confidence, source, source_line. Newest known year last, unknown at the end.
    """
    dataset, ties = selected.dataset, selected.ties
    if origin_code:
        ties = ties.at(ties.origin, origin_code)
    if partner_code:
        ties = ties.with_partner(partner_code)
    extra = dataset.projects[["category_raw", "organiser", "summary", "status"]].iloc[ties.project]
    links = selected.links_of(ties)
    table = links.assign(**{column: values.array for column, values in extra.items()})
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
