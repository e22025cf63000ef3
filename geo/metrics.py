"""Reach, coverage and gaps: the figures every screen shows, counted in one place.

Distinct partner municipalities, projects and links are three different numbers; each name says which.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.dataset import Selected
from geo.flows import great_circle_km


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """One row of figures for a selection.

    ``municipalities`` distinct partner municipalities (designated wards count as their city);
    ``universe`` municipalities that could be partners; ``coverage`` their quotient (0–1);
    ``prefectures`` prefectures with a partner municipality or a partner themselves, of ``all_prefectures``;
    ``projects`` distinct projects, split into ``bilateral_projects`` and ``network_projects``;
    ``farthest`` (name with prefecture, kilometres) and ``oldest_year`` (西暦) are None when nothing is known.
    """

    municipalities: int
    universe: int
    coverage: float
    prefectures: int
    all_prefectures: int
    projects: int
    bilateral_projects: int
    network_projects: int
    farthest: tuple[str, float] | None
    oldest_year: int | None


def key_figures(selected: Selected) -> KeyFigures:
    """Count the key figures of a selection."""
    links = selected.links
    universe = len(selected.universe)
    municipalities = links.municipality_code.nunique()
    wide = links[links.network | links.via.notna()].project_id
    bilateral = links[~links.project_id.isin(wide)].project_id.nunique()
    projects = links.project_id.nunique()
    years = links.start_year.dropna()
    return KeyFigures(
        municipalities=municipalities,
        universe=universe,
        coverage=municipalities / universe if universe else 0.0,
        prefectures=links.prefecture_code.nunique(),
        all_prefectures=len(selected.dataset.prefectures),
        projects=projects,
        bilateral_projects=bilateral,
        network_projects=projects - bilateral,
        farthest=_farthest(selected),
        oldest_year=int(years.min()) if len(years) else None,
    )


def _farthest(selected: Selected) -> tuple[str, float] | None:
    pairs = selected.links[["ward_code", "municipality_code"]].dropna().drop_duplicates()
    if pairs.empty:
        return None
    wards = selected.dataset.origins.set_index("code")[["lat", "lon"]].astype("float64")
    places = selected.dataset.municipalities.set_index("code")[["prefecture", "name", "lat", "lon"]]
    start, end = wards.loc[pairs.ward_code], places.loc[pairs.municipality_code]
    ends = [end[column].to_numpy("float64") for column in ("lat", "lon")]
    distances = great_circle_km(start.lat.to_numpy(), start.lon.to_numpy(), *ends)
    place = end.iloc[int(distances.argmax())]
    return f"{place.prefecture}{place['name']}", float(distances.max())


def prefecture_table(selected: Selected) -> pd.DataFrame:
    """Every prefecture in code order, reached or not.

    Columns: code, name, n_municipalities (that could be partners), n_partners (distinct partner
    municipalities), coverage (0–1; 0 when none could be partners), n_projects, n_wards,
    direct (the prefecture itself is a partner), first_year (西暦 or null), reached.
    """
    links = selected.links
    counts = links.groupby("prefecture_code").agg(
        n_partners=("municipality_code", "nunique"),
        n_projects=("project_id", "nunique"),
        n_wards=("ward_code", "nunique"),
        first_year=("start_year", "min"),
    )
    table = pd.DataFrame(selected.dataset.prefectures[["code", "name"]]).sort_values(
        "code", ignore_index=True
    )
    table["n_municipalities"] = (
        table.code.map(selected.universe.prefecture_code.value_counts()).fillna(0).astype(int)
    )
    table = table.join(counts, on="code")
    for column in ("n_partners", "n_projects", "n_wards"):
        table[column] = table[column].fillna(0).astype(int)
    table["coverage"] = (table.n_partners / table.n_municipalities.where(table.n_municipalities > 0)).fillna(
        0.0
    )
    table["direct"] = table.code.isin(links.partner_code.unique())
    table["reached"] = table.n_projects > 0
    return table


def municipality_table(selected: Selected, prefecture_code: str) -> pd.DataFrame:
    """Every municipality of a prefecture that could be a partner, partnered or not, in code order.

    Columns: code, name, kana, kind, partnered (bool), n_projects, n_wards, wards (names joined by 「、」),
    categories (joined by 「、」), first_year (西暦 or null).
    """
    places = selected.universe[selected.universe.prefecture_code == prefecture_code]
    links = selected.links[selected.links.prefecture_code == prefecture_code]
    names = selected.dataset.origins.set_index("code").name
    counts = links.groupby("municipality_code").agg(
        n_projects=("project_id", "nunique"),
        n_wards=("ward_code", "nunique"),
        wards=("ward_code", lambda codes: "、".join(names[code] for code in sorted(set(codes)))),
        categories=("categories", lambda lists: "、".join(sorted({c for own in lists for c in own}))),
        first_year=("start_year", "min"),
    )
    table = places[["code", "name", "kana", "kind"]].sort_values("code", ignore_index=True)
    table = table.join(counts, on="code")
    table.insert(4, "partnered", table.n_projects.notna())
    for column in ("n_projects", "n_wards"):
        table[column] = table[column].fillna(0).astype(int)
    for column in ("wards", "categories"):
        table[column] = table[column].fillna("")
    return table


def project_details(
    selected: Selected, ward_code: str | None = None, partner_code: str | None = None
) -> pd.DataFrame:
    """The projects behind a flow, a partner or a prefecture, down to the printed words and their line.

    ``partner_code`` is a municipality (its designated wards included) or a prefecture (NN000: everything
    in it). One row per project and printed partner text; columns: project_id, project_name, ward_code,
    ward_name, category_raw, organiser, summary, status, start_year, partner_text, place (name with
    prefecture), via, method, confidence, source, source_line. Newest known year last, unknown at the end.
    """
    links = selected.links
    if ward_code:
        links = links[links.ward_code == ward_code]
    if partner_code:
        column = "prefecture_code" if partner_code.endswith("000") else "municipality_code"
        links = links[links[column] == partner_code]
    dataset = selected.dataset
    wards = dataset.origins.set_index("code").name
    places = dataset.municipalities.set_index("code")
    names = pd.concat([places.prefecture + places.name, dataset.prefectures.set_index("code").name])
    extra = selected.projects[["project_id", "category_raw", "organiser", "summary", "status"]]
    table = links.merge(extra, on="project_id", how="left")
    table["ward_name"] = table.ward_code.map(wards)
    table["place"] = table.partner_code.map(names)
    table = table.sort_values(
        ["start_year", "ward_code", "source_line"], na_position="last", ignore_index=True
    )
    columns = ["project_id", "project_name", "ward_code", "ward_name", "category_raw", "organiser", "summary"]
    columns += [
        "status",
        "start_year",
        "partner_text",
        "place",
        "via",
        "method",
        "confidence",
        "source",
        "source_line",
    ]
    return table[columns]
