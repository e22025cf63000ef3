"""What a page says of a view without any script: sentences, figures, a map and tables, ready to be written out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from geo.draw.choropleth import ZERO_LABEL
from geo.draw.print.figure import FLOWS, Show, map_figure
from geo.draw.print.ground import Ground
from geo.draw.print.lettering import printable, save
from geo.insight.flows import flows
from geo.insight.metrics import KeyFigures
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected, Selection
from pipeline.deliver.inline_svg import inline
from pipeline.words import correction_words
from pipeline.words import view as words
from pipeline.words.claims import Claims, claims

#: Millimetres of the map, and the size of its type in points: read on a phone too, where it is half as wide as here.
_MAP, _TEXT = (140.0, 132.0), 9.0

#: Partners of a project that each began in a year of their own.
_EACH = "相手ごと"


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table: its first cell of a row is the heading of the row; columns ``numbers`` stand to the right.

    ``note`` says what a reader of its cells has to know.
    """

    title: str
    headings: tuple[str, ...]
    numbers: frozenset[int]
    rows: Sequence[tuple[str, ...]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of a view.

    ``figures`` are those a filter counts anew, by the names that static/viewer/page.js has for them; ``others``
    (what, figure, unit) are of the view as a whole.
    """

    reach: str
    summary: str
    figures: dict[str, str]
    others: list[tuple[str, str, str]]
    map: Markup
    prefectures: PlainTable
    partners: PlainTable
    projects: PlainTable


def facts(dataset: Dataset, selection: Selection) -> Facts:
    """What there is to say of a selection: the numbers of the screens, in their sentences."""
    said = claims(dataset, selection)
    population = said.population
    counted, reach = population.figures, said.reach().text
    return Facts(
        reach=reach,
        summary=said.summary() if counted.projects else "",
        figures=_figures(counted),
        others=words.key_figures(counted)[len(_figures(counted)) :],
        map=_map(said, reach),
        prefectures=_prefectures(said),
        partners=_partners(population.selected),
        projects=_projects(population.selected),
    )


def _figures(counted: KeyFigures) -> dict[str, str]:
    return {
        "municipalities": f"{counted.municipalities:,} / {counted.universe:,}",
        "prefectures": f"{counted.prefectures} / {counted.all_prefectures}",
        "coverage": f"{counted.coverage:.1%}",
        "projects": f"{counted.projects:,}",
    }


def _map(said: Claims, reach: str) -> Markup:
    """The flows of the view as an element of the page, which names what it shows."""
    dataset = said.dataset
    show = Show(FLOWS, subject=said.who, origin=dataset.naming.noun, text=_TEXT)
    drawn = save(map_figure(said.population.selected, Ground.of(dataset), show, _MAP), "svg")
    described = f"連携の流れの地図。{said.summary()}同じ内容は、都道府県と相手の表にあります。"
    return Markup(inline(drawn, printable(reach), printable(described)))


def _prefectures(said: Claims) -> PlainTable:
    """All prefectures, reached or not."""
    table, naming = said.population.prefectures, said.naming
    rows = [
        (
            row.name,
            f"{row.n_partners:,} / {row.n_municipalities:,}",
            f"{row.coverage:.1%}",
            f"{row.n_projects:,}",
            f"{row.n_origins:,}",
            "あり" if row.direct else ZERO_LABEL,
            words.began(row.first_year, row.first_kind) if row.reached else ZERO_LABEL,
        )
        for row in table.itertuples(index=False)
    ]
    headings = (
        "都道府県",
        "連携する市区町村",
        "連携率",
        "事業",
        f"つながる{naming.noun}",
        "都道府県そのものとの連携",
        "最初の年",
    )
    title = f"都道府県ごとの{said.ties}（{len(rows)}都道府県）"
    table = PlainTable(title, headings, frozenset({1, 2, 3, 4}), rows)
    return _of_several(table, said.population.selected, headings[4])


def _partners(selected: Selected) -> PlainTable:
    """A row a partner, with everyone who is tied to it: every pair of an origin and a partner stands here."""
    dataset = selected.dataset
    naming = dataset.naming
    ties = selected.ties
    partners = ties.by(ties.partner, ties.distinct(ties.partner))
    names = [
        "、".join(dataset.origin_names[code] for code in ties.codes_of(own))
        for own in partners.lists(ties.origin)
    ]
    origins = dict(zip(ties.codes_of(partners.first), names, strict=True))
    rows = [
        (
            row.partner_name,
            row.prefecture,
            origins[row.partner_code],
            f"{row.n_projects:,}",
            row.categories,
            words.began_short(row.first_year, row.first_kind),
            f"{row.distance_km:,.0f} km",
        )
        for row in flows(selected, start="all").itertuples(index=False)
    ]
    headings = ("相手", "都道府県", naming.heading, "事業", "分野", "最初の年", "距離")
    title = f"{len(rows):,} 件の相手、事業の多い順"
    return _of_several(PlainTable(title, headings, frozenset({3, 6}), rows), selected, naming.heading)


def _projects(selected: Selected) -> PlainTable:
    """A row a project, with its partners and the years they began in."""
    dataset = selected.dataset
    naming = dataset.naming
    several = selected.projects.source.nunique() > 1
    marks = correction_words.marks(dataset)
    partners = _partners_of(selected)
    ordered = selected.projects.sort_values(["origin_code", "source", "source_line"])
    rows = []
    for row in ordered.itertuples(index=False):
        own = partners[row.project_id]
        years = list(dict.fromkeys(year for _, year in own))
        one = years[0] if len(years) == 1 else _EACH
        listed = (place if one != _EACH else f"{place} {year}" for place, year in own)
        mark = f"（{correction_words.told(dataset, row.project_id)}）" if row.project_id in marks else ""
        where = dataset.where(row.source, int(row.source_line))
        rows.append(
            (
                row.name + mark,
                dataset.places[row.origin_code].name,
                "・".join(row.categories),
                one,
                "、".join(dict.fromkeys(listed)),
                f"{dataset.shorts[row.source]} {where}" if several else where,
            )
        )
    headings = ("事業", naming.heading, "分野", "開始年", "相手", "資料での場所")
    title = f"事業（{len(rows):,}）"
    printed = _printed_in(dataset, selected.projects.source.unique())
    return _of_several(PlainTable(title, headings, frozenset(), rows, printed), selected, naming.heading)


def _partners_of(selected: Selected) -> dict[str, list[tuple[str, str]]]:
    """Project → (full name of a partner, the year it began in), as the rows of the document stand."""
    names, links = selected.dataset.names, selected.links
    places = links.municipality_code.fillna(links.prefecture_code)
    columns = (links.project_id, places, links.start_year, links.year_kind, links.year_basis)
    found: dict[str, list[tuple[str, str]]] = {}
    for project, code, year, kind, basis in zip(*columns, strict=True):
        found.setdefault(project, []).append((names[code], words.began(year, kind, basis)))
    return found


def _printed_in(dataset: Dataset, documents: Iterable[str]) -> str:
    told = [f"「{dataset.titles[name]}」（{dataset.cited(name).as_of}）" for name in sorted(documents)]
    return f"資料: {'、'.join(told)}" if told else ""


def _of_several(table: PlainTable, selected: Selected, heading: str) -> PlainTable:
    """The table, of one origin alone without its column of origins."""
    if not (selected.dataset.naming.single or len(selected.selection.origins) == 1):
        return table
    at = table.headings.index(heading)
    return replace(
        table,
        headings=table.headings[:at] + table.headings[at + 1 :],
        numbers=frozenset(nth - (nth > at) for nth in table.numbers if nth != at),
        rows=[row[:at] + row[at + 1 :] for row in table.rows],
    )
