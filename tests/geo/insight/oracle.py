"""What is counted of ties, counted the plain way: a list of them, one by one, with sets. Slow, and easy to see through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from typing import NamedTuple

import pandas as pd

from geo.insight.flows import great_circle_km
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection


class Tie(NamedTuple):
    """A link that a selection keeps; None where null."""

    row: int
    project: str
    origin: str
    municipality: str | None
    prefecture: str
    year: int | None
    kind: str | None
    wide: bool
    categories: tuple[str, ...]

    @property
    def partner(self) -> str:
        return self.municipality or self.prefecture


def ties(dataset: Dataset, selection: Selection) -> list[Tie]:
    """The ties of a selection."""
    origins, found = set(dataset.origins.code), []
    categories = dict(zip(dataset.projects.project_id, dataset.projects.categories, strict=True))
    for row, link in enumerate(_links(dataset)):
        doubted = link["year_basis"] == "above" and not selection.above_years
        year = None if doubted or link["start_year"] is None else int(link["start_year"])
        if not link["drawn"] or (selection.origins and link["origin_code"] not in selection.origins):
            continue
        if selection.sources and link["source"] not in selection.sources:
            continue
        own = categories[link["project_id"]]
        if selection.categories and not set(own) & set(selection.categories):
            continue
        if link["network"] and not selection.networks:
            continue
        if link["partner_code"] in origins and not selection.peers:
            continue
        if link["home"] and not selection.home:
            continue
        if selection.dated:
            began = selection.year_from if selection.year_mode == "began" else None
            if year is None or not (began or 0) <= year <= (selection.year_to or 9999):
                continue
        elif year is None and not selection.unknown_years:
            continue
        ends = (link["municipality_code"], link["prefecture_code"])
        found.append(
            Tie(
                row,
                link["project_id"],
                link["origin_code"],
                *ends,
                year,
                link["year_kind"],
                link["network"],
                tuple(own),
            )
        )
    return found


def _links(dataset: Dataset) -> list[dict]:
    """The rows of the table, read once."""
    if "plain rows" not in dataset.counted:
        links = dataset.links.astype(object).where(dataset.links.notna(), None)
        dataset.counted["plain rows"] = links.to_dict("records")
    return dataset.counted["plain rows"]


def grouped(some: Iterable[Tie], key: Callable) -> dict:
    """Key → the ties that have it."""
    groups: dict = {}
    for tie in some:
        groups.setdefault(key(tie), []).append(tie)
    return groups


def first(some: Iterable[Tie]) -> tuple[int | None, str | None]:
    """The earliest known start year and its kind."""
    began = min(((tie.year, tie.kind != "年") for tie in some if tie.year is not None), default=None)
    return (began[0], "年度" if began[1] else "年") if began else (None, None)


def counts(some: list[Tie]) -> dict:
    """What tables say of a group of ties."""
    year, kind = first(some)
    return {
        "n_projects": len({tie.project for tie in some}),
        "n_municipalities": len({tie.municipality for tie in some} - {None}),
        "n_origins": len({tie.origin for tie in some}),
        "first_year": year,
        "first_kind": kind,
        "categories": "、".join(sorted({name for tie in some for name in tie.categories})),
    }


def km(dataset: Dataset, one: str, other: str) -> float:
    """The distance of two places in kilometres."""
    one, other = dataset.places[one], dataset.places[other]
    return float(great_circle_km(one.lat, one.lon, other.lat, other.lon))


def figures(dataset: Dataset, some: list[Tie]) -> dict:
    """The key figures that are counted of ties."""
    projects, wide = {tie.project for tie in some}, {tie.project for tie in some if tie.wide}
    pairs = {(tie.origin, tie.municipality) for tie in some if tie.municipality}
    year, kind = first(some)
    return {
        "municipalities": len({tie.municipality for tie in some} - {None}),
        "prefectures": len({tie.prefecture for tie in some}),
        "projects": len(projects),
        "individual_projects": len(projects - wide),
        "network_projects": len(wide),
        "km": max((km(dataset, *pair) for pair in pairs), default=None),
        "oldest": (year, kind) if year is not None else None,
    }


def reach(dataset: Dataset, some: list[Tie]) -> dict:
    """What ``origin_table`` says of one origin."""
    pairs = {(tie.origin, tie.municipality) for tie in some if tie.municipality}
    counted = figures(dataset, some)
    return {
        "n_municipalities": len(pairs),
        "n_prefectures": counted["prefectures"],
        "n_projects": counted["projects"],
        "n_individual": counted["individual_projects"],
        "median_km": median([km(dataset, *pair) for pair in pairs]) if pairs else None,
        "first_year": first(some)[0],
        "first_kind": first(some)[1],
    }


def partners(some: Iterable[Tie]) -> dict[str, set[str]]:
    """Origin → the municipalities it has."""
    own = grouped((tie for tie in some if tie.municipality), lambda tie: tie.origin)
    return {origin: {tie.municipality for tie in of} for origin, of in own.items()}


def fellows(dataset: Dataset) -> set[tuple[str, str, str, int]]:
    """(origin, municipality, by, row) of everyone in a wide network by another's document."""
    drawn = [link | {"row": row} for row, link in enumerate(_links(dataset)) if link["drawn"]]
    mixed = {link["project_id"] for link in drawn if not link["network"]}
    rows = [link for link in drawn if link["network"]]
    origins, found = set(dataset.origins.code), set()
    for one in rows:
        if one["via"] is not None or one["partner_code"] not in origins:
            continue
        origin, by = one["partner_code"], one["origin_code"]
        found.add((origin, by, by, one["row"]))
        for other in rows:
            named = other["via"] is None or other["project_id"] not in mixed
            if other["project_id"] == one["project_id"] and named and other["municipality_code"]:
                found.add((origin, other["municipality_code"], by, other["row"]))
    return {row for row in found if row[0] != row[1]}


def rows(table: pd.DataFrame, index: list[str], columns: Iterable[str]) -> dict:
    """A table as plain values: what tells its rows apart → the columns; None where null."""
    plain = table[list(columns)].astype(object)
    plain = plain.where(plain.notna(), None).to_dict("records")
    keys = table[index].itertuples(index=False, name=None)
    return {key if len(index) > 1 else key[0]: row for key, row in zip(keys, plain, strict=True)}
