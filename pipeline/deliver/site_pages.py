"""What stands on each page of the published site beside its map: figures, projects and ties, as plain rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

import pandas as pd
from jaconv import kana2alphabet

from geo.insight.flows import flows
from geo.insight.metrics import key_figures, municipality_table, prefecture_table
from geo.insight.profiles import origin_table
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selected, Selection
from geo.places.gazetteer import Gazetteer
from pipeline.deliver.notes import subject
from pipeline.words import correction_words
from pipeline.words import view as words
from pipeline.words.claims import claims

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


def pages(selected: Selected) -> Iterator[Page]:
    """The top page, one an origin, one a prefecture, in the order of their codes."""
    dataset, selection = selected.dataset, selected.selection
    who = subject(dataset, selection)
    origins = origin_table(selected)
    if selection.origins:
        origins = origins[origins.origin_code.isin(selection.origins)]
    prefectures = prefecture_table(selected)
    yield Page(
        "index.html",
        who,
        f"{who}と全国の市区町村の連携",
        _reach(dataset, selection),
        selected,
        tables=[_origin_list(origins, dataset.naming), _prefecture_list(prefectures)],
        figures=_figures(selected),
    )
    for code, name in origins[["origin_code", "origin_name"]].itertuples(index=False):
        own = dataset.select(replace(selection, origins=(code,)))
        reached = prefecture_table(own)
        yield Page(
            origin_path(code),
            name,
            f"{name}と全国の市区町村の連携",
            _reach(dataset, own.selection),
            own,
            origin=code,
            tables=[_prefecture_list(reached[reached.reached], "都道府県ごとの連携")],
            projects=_projects(own),
            figures=_figures(own),
        )
    by_origin = flows(selected, by="prefecture").sort_values("origin_code")
    everyone = claims(dataset, selection)
    for row in prefectures.itertuples():
        said = everyone.drill(prefectures.loc[row.Index]).text.replace(" ", "")
        yield Page(
            prefecture_path(row.code),
            row.name,
            f"{who}と{row.name}の市区町村の連携",
            said,
            selected,
            prefecture=row.code,
            tables=[
                _origins_of(by_origin[by_origin.partner_code == row.code], dataset.naming),
                _municipalities(municipality_table(selected, row.code), everyone.ties, dataset.naming),
            ],
            figures=_written(row.n_partners, row.n_municipalities, row.n_projects),
        )


def _figures(selected: Selected) -> dict[str, str]:
    counted = key_figures(selected)
    written = _written(counted.municipalities, counted.universe, counted.projects)
    return written | {"prefectures": f"{counted.prefectures} / {counted.all_prefectures}"}


def _written(partners: int, possible: int, projects: int) -> dict[str, str]:
    return {
        "municipalities": f"{partners:,} / {possible:,}",
        "coverage": f"{partners / possible:.1%}" if possible else "",
        "projects": f"{projects:,}",
    }


def _reach(dataset: Dataset, selection: Selection) -> str:
    return claims(dataset, selection).reach().text.replace(" ", "")


def origin_path(code: str) -> str:
    """Where the page of an origin lies."""
    return f"wards/{code}.html"


def prefecture_path(code: str) -> str:
    """Where the page of a prefecture lies."""
    return f"prefectures/{code}.html"


def _origin_list(table: pd.DataFrame, naming: Naming) -> Table:
    rows = [
        (
            Link(row.origin_name, origin_path(row.origin_code)),
            row.n_municipalities,
            row.n_prefectures,
            row.n_projects,
        )
        for row in table.itertuples(index=False)
    ]
    return Table(naming.heading, (naming.heading, "連携する市区町村", "都道府県", "事業"), (1, 2, 3), rows)


def _prefecture_list(table: pd.DataFrame, title: str = "都道府県") -> Table:
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


def _municipalities(table: pd.DataFrame, ties: str, naming: Naming) -> Table:
    rows = [
        (row.name, row.origins, row.n_projects, words.began(row.first_year, row.first_kind))
        for row in table[table.partnered].itertuples(index=False)
    ]
    without = list(table["name"][~table.partnered])
    note = f"{ties}のない市区町村（{len(without)}）: {'、'.join(without)}" if without else ""
    return Table(
        "連携する市区町村", ("市区町村", f"連携する{naming.noun}", "事業", "最初の年"), (2,), rows, note
    )


def _projects(own: Selected) -> list[Project]:
    names = own.dataset.names
    partners = {
        project: [names[code] for code in dict.fromkeys(codes)]
        for project, codes in _partners_of(own).items()
    }
    listed = []
    for row in own.projects.sort_values(["source", "source_line"]).itertuples(index=False):
        began = "開始年不明" if pd.isna(row.start_year) else words.began(row.start_year, row.year_kind)
        by = "" if pd.isna(row.organiser) else f"所管: {row.organiser}"
        about = "／".join(part for part in ("・".join(row.categories), began, by) if part)
        source = own.dataset.cite(row.source, int(row.source_line))
        mark = correction_words.told(own.dataset, row.project_id) if pd.notna(row.correction) else ""
        listed.append(Project(row.name, about, partners[row.project_id], source, mark))
    return listed


def _partners_of(selected: Selected) -> dict[str, list[str]]:
    """Project → the codes of its partners, a row each, in the order of the document."""
    ties, ids = selected.ties, selected.dataset.projects.project_id.to_numpy(object)
    found: dict[str, list[str]] = {}
    for project, code in zip(ids[ties.project], ties.codes_of(ties.partner), strict=True):
        found.setdefault(project, []).append(code)
    return found


def search_index(selected: Selected) -> dict[str, list]:
    """What the search knows, short enough to be sent: see static/viewer/find.js for its reader.

    ``origins`` and ``prefectures`` [code, name, reading]; ``places`` [code, name, reading, other and former names
    joined by blanks, 1 with a tie]; ``projects`` [origin's code, name, codes of its partners joined by blanks].
    Readings are in hiragana and, behind a blank, in Latin letters.
    """
    dataset, selection = selected.dataset, selected.selection
    others: dict[str, set[str]] = {}
    for spelling, place in Gazetteer.load().other_names():
        others.setdefault(place.parent_code or place.code, set()).add(spelling)
    partners = _partners_of(selected)
    tied = set(chain.from_iterable(partners.values()))
    places = dataset.municipalities[dataset.municipalities.kind != "designated_ward"].sort_values("code")
    origins = dataset.origins.fillna({"kana": ""})
    if selection.origins:
        origins = origins[origins.code.isin(selection.origins)]

    def named(table: pd.DataFrame) -> list[list]:
        readings = [f"{kana} {kana2alphabet(kana)}".strip() for kana in table.kana]
        return [list(row) for row in zip(table.code, table["name"], readings, strict=True)]

    projects = selected.projects
    return {
        "origins": named(origins),
        "prefectures": named(dataset.prefectures.sort_values("code")),
        "places": [
            [*row, " ".join(sorted(others.get(row[0], ()))), int(row[0] in tied)] for row in named(places)
        ],
        "projects": [
            [origin, name, " ".join(sorted({*partners.get(project_id, ())}))]
            for project_id, origin, name in zip(
                projects.project_id, projects.origin_code, projects["name"], strict=True
            )
        ],
    }
