"""What stands on each page of the published site beside its map: figures, projects and ties, as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from geo.insight.flows import flows
from geo.insight.metrics import key_figures, municipality_table, prefecture_table
from geo.insight.profiles import origin_table
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selected, Selection
from pipeline.words import correction_words
from pipeline.words import view as words
from pipeline.words.claims import Claims, claims

#: Where the first page lies.
TOP = "index.html"

#: Partners of a project that are listed at once; of more, the rest is behind a click.
FEW = 10


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads to another page of the site: its path from the top."""

    text: str
    path: str


@dataclass(frozen=True, slots=True)
class Names:
    """A cell of names: the first FEW are seen, and where there are more, all of them at a click."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page: the first cell of a row is its heading, columns ``numbers`` stand to the right.

    ``said`` stands before it and ``note`` behind; ``wide`` is one that may be broader than the page, with its headings
    on end; ``anchor`` is by which a link leads to it.
    """

    title: str
    headings: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: Sequence[tuple[str | int | Link | Names, ...]]
    note: str = ""
    said: str = ""
    wide: bool = False
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A project of an origin as the page lists it; ``partners`` are names of places, ``source`` its line.

    ``mark`` says what of it is not as printed, "" where all of it is.
    """

    name: str
    about: str
    partners: list[str]
    source: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the site before it is made, as others link to it: its kind, where it lies, what it is called and of whom.

    ``code`` is that of its origin or prefecture, "" for a page of all.
    """

    kind: str
    path: str
    name: str
    title: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site: where it lies, what it is about, what stands below its map.

    ``figures`` are the key figures of its map as they are written, by the names that static/viewer/page.js fills.
    """

    path: str
    name: str
    title: str
    description: str
    selected: Selected
    origin: str = ""
    prefecture: str = ""
    tables: list[Table] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """From this page to the top of the site."""
        return "../" * self.path.count("/")

    @property
    def template(self) -> str:
        """What it is written with."""
        return "page.html"

    @property
    def mapped(self) -> bool:
        """Whether it has a map."""
        return self.template == "page.html"


@dataclass(frozen=True, eq=False)
class Counted:
    """What pages of a site are made of, each counted when it is first asked for."""

    selected: Selected

    @cached_property
    def origins(self) -> pd.DataFrame:
        """The origins that are looked at (``geo.insight.profiles.origin_table``)."""
        table, chosen = origin_table(self.selected), self.selected.selection.origins
        return table[table.origin_code.isin(chosen)] if chosen else table

    @cached_property
    def prefectures(self) -> pd.DataFrame:
        """Every prefecture (``geo.insight.metrics.prefecture_table``), by its code."""
        return prefecture_table(self.selected).set_index("code", drop=False)

    @cached_property
    def by_prefecture(self) -> pd.DataFrame:
        """The flows of each origin to each prefecture."""
        return flows(self.selected, by="prefecture").sort_values("origin_code")

    @cached_property
    def everyone(self) -> Claims:
        """The sentences about all of them."""
        return claims(self.selected.dataset, self.selected.selection)


def top_page(entry: Entry, counted: Counted) -> Page:
    """The first page: every origin and every prefecture."""
    selected = counted.selected
    dataset, selection = selected.dataset, selected.selection
    tables = [_origin_list(counted.origins, dataset.naming), prefecture_list(counted.prefectures)]
    said = reach(dataset, selection)
    return page_of(entry, said, selected, tables=tables, figures=figures(selected))


def origin_page(entry: Entry, counted: Counted) -> Page:
    """The page of an origin: the prefectures it has ties with, and its projects."""
    selected = counted.selected
    dataset = selected.dataset
    own = dataset.select(replace(selected.selection, origins=(entry.code,)))
    reached = prefecture_table(own)
    return page_of(
        entry,
        reach(dataset, own.selection),
        own,
        origin=entry.code,
        tables=[prefecture_list(reached[reached.reached], "都道府県ごとの連携")],
        projects=_projects(own),
        figures=figures(own),
    )


def prefecture_page(entry: Entry, counted: Counted) -> Page:
    """The page of a prefecture: the origins that have ties with it, and its municipalities."""
    selected, row = counted.selected, counted.prefectures.loc[entry.code]
    naming = selected.dataset.naming
    here = counted.by_prefecture[counted.by_prefecture.partner_code == entry.code]
    return page_of(
        entry,
        drilled(counted, entry.code),
        selected,
        prefecture=entry.code,
        tables=[
            _origins_of(here, naming),
            municipalities(municipality_table(selected, entry.code), counted.everyone.ties, naming),
        ],
        figures=written(row.n_partners, row.n_municipalities, row.n_projects),
    )


def page_of(entry: Entry, description: str, selected: Selected, **more: Any) -> Page:
    """The page of an entry."""
    return Page(entry.path, entry.name, entry.title, description, selected, **more)


def drilled(counted: Counted, code: str) -> str:
    """How many municipalities of a prefecture are partners, as a sentence."""
    return counted.everyone.drill(counted.prefectures.loc[code]).text.replace(" ", "")


def figures(selected: Selected) -> dict[str, str]:
    """The key figures of a map, as they are written."""
    counted = key_figures(selected)
    three = written(counted.municipalities, counted.universe, counted.projects)
    return three | {"prefectures": f"{counted.prefectures} / {counted.all_prefectures}"}


def written(partners: int, possible: int, projects: int) -> dict[str, str]:
    """The key figures of partners, as they are written."""
    return {
        "municipalities": f"{partners:,} / {possible:,}",
        "coverage": f"{partners / possible:.1%}" if possible else "",
        "projects": f"{projects:,}",
    }


def reach(dataset: Dataset, selection: Selection) -> str:
    """How far a selection reaches, as a sentence."""
    return claims(dataset, selection).reach().text.replace(" ", "")


def origin_path(code: str) -> str:
    """Where the page of an origin lies."""
    return f"wards/{code}.html"


def prefecture_path(code: str) -> str:
    """Where the page of a prefecture lies."""
    return f"prefectures/{code}.html"


def origin_rows(table: pd.DataFrame) -> list[tuple]:
    """Origins (``geo.insight.profiles.origin_table``) as rows: linked name, partner municipalities, prefectures, projects."""
    return [
        (
            Link(row.origin_name, origin_path(row.origin_code)),
            row.n_municipalities,
            row.n_prefectures,
            row.n_projects,
        )
        for row in table.itertuples(index=False)
    ]


def _origin_list(table: pd.DataFrame, naming: Naming) -> Table:
    headings = (naming.heading, "連携する市区町村", "都道府県", "事業")
    return Table(naming.heading, headings, (1, 2, 3), origin_rows(table))


def prefecture_list(table: pd.DataFrame, title: str = "都道府県") -> Table:
    """Prefectures, each leading to its page."""
    rows = [
        (
            Link(row.name, prefecture_path(row.code)),
            f"{row.n_partners} / {row.n_municipalities}",
            f"{row.coverage:.1%}",
            row.n_projects,
        )
        for row in table.itertuples(index=False)
    ]
    return Table(title, ("都道府県", "連携する市区町村", "連携率", "事業"), (1, 2, 3), rows)


def _origins_of(table: pd.DataFrame, naming: Naming) -> Table:
    rows = [
        (
            Link(row.origin_name, origin_path(row.origin_code)),
            row.n_municipalities,
            row.n_projects,
            words.began(row.first_year, row.first_kind),
        )
        for row in table.itertuples(index=False)
    ]
    return Table(
        f"つながりのある{naming.noun}", (naming.heading, "連携する市区町村", "事業", "最初の年"), (1, 2), rows
    )


def municipalities(table: pd.DataFrame, ties: str, naming: Naming) -> Table:
    """The municipalities of a prefecture that are partners, and below which are not."""
    rows = [
        (row.name, row.origins, row.n_projects, words.began(row.first_year, row.first_kind))
        for row in table[table.partnered].itertuples(index=False)
    ]
    without = list(table["name"][~table.partnered])
    note = f"{ties}のない市区町村（{len(without)}）: {'、'.join(without)}" if without else ""
    return Table(
        "連携する市区町村", ("市区町村", f"連携する{naming.noun}", "事業", "最初の年"), (2,), rows, note
    )


def partners_of(links: pd.DataFrame) -> dict[str, list[str]]:
    """Project → the codes of its partners (of a prefecture itself its own), each once, in the order of some links."""
    places = links.municipality_code.fillna(links.prefecture_code)
    found: dict[str, dict[str, None]] = {}
    for project, code in zip(links.project_id.tolist(), places.tolist(), strict=True):
        found.setdefault(project, {})[code] = None
    return {project: list(codes) for project, codes in found.items()}


def _projects(own: Selected) -> list[Project]:
    names = own.dataset.names
    partners = {project: [names[code] for code in codes] for project, codes in partners_of(own.links).items()}
    listed = []
    for row in own.projects.sort_values(["source", "source_line"]).itertuples(index=False):
        began = "開始年不明" if pd.isna(row.start_year) else words.began(row.start_year, row.year_kind)
        by = "" if pd.isna(row.organiser) else f"所管: {row.organiser}"
        about = "／".join(part for part in ("・".join(row.categories), began, by) if part)
        source = own.dataset.cite(row.source, int(row.source_line))
        mark = correction_words.told(own.dataset, row.project_id) if pd.notna(row.correction) else ""
        listed.append(Project(row.name, about, partners[row.project_id], source, mark))
    return listed
