"""Pages of a site of very many origins that lead to theirs: the first, and one a prefecture, drawn from what is counted.

Neither carries the links: a map of what is counted, and plain tables. Filters are on the pages of the origins.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geo.draw.choropleth import METRICS, SCHEMES, Metric
from geo.draw.web.folium_map import JAPAN, Areas, choropleth_layer, safe_json
from geo.insight.metrics import municipality_table
from geo.ledger.origins import Naming
from pipeline.deliver.site_pages import (
    Counted,
    Entry,
    Link,
    Page,
    Table,
    drilled,
    figures,
    origin_path,
    origin_rows,
    prefecture_path,
    reach,
    written,
)
from pipeline.words import view as words

#: What the maps show, and how it is cut into classes: those that are the same everywhere are made for few origins.
_METRIC, _SCHEME = "projects", "natural"


@dataclass(frozen=True, slots=True)
class Overview(Page):
    """A page that leads to others. Its first table stands beside its map; ``script`` is what the map is drawn from.

    ``summary`` says where the ties are thickest, and where there are none.
    """

    script: str = ""
    summary: str = ""

    @property
    def template(self) -> str:
        """What it is written with."""
        return "overview.html"


def top_page(entry: Entry, counted: Counted) -> Overview:
    """The first page: every prefecture, with how many origins it has."""
    selected = counted.selected
    drawn = _areas(counted.prefectures, counted.selected.dataset.naming)
    return Overview(
        entry.path,
        entry.name,
        entry.title,
        reach(selected.dataset, selected.selection),
        selected,
        tables=[_prefectures(counted)],
        figures=figures(selected),
        script=_script(choropleth_layer(drawn).rows),
        summary=counted.everyone.summary(),
    )


def prefecture_page(entry: Entry, counted: Counted) -> Overview:
    """The page of a prefecture: its municipalities as partners, its origins, and from where others have ties with it."""
    selected, code = counted.selected, entry.code
    naming, row = selected.dataset.naming, counted.prefectures.loc[code]
    own = counted.origins[counted.origins.origin_code.str[:2] == code[:2]]
    places = municipality_table(selected, code)
    paged = set(own.origin_code)
    drawn = choropleth_layer(
        _areas(counted.prefectures, naming),
        drill=_areas(places.set_index("code", drop=False), naming) if len(places) else None,
        prefecture=code,
    )
    return Overview(
        entry.path,
        entry.name,
        entry.title,
        drilled(counted, code),
        selected,
        prefecture=code,
        tables=[
            _partners(places, paged, counted.everyone.ties, naming),
            _own(own, row["name"], naming),
            _from_where(counted, code),
        ],
        figures=written(row.n_partners, row.n_municipalities, row.n_projects),
        script=_script(drawn.rows, sorted(paged)),
    )


def _areas(table: pd.DataFrame, naming: Naming) -> Areas:
    """Places by their projects; the table has n_projects by code."""
    metric: Metric = METRICS[_METRIC].of(naming.noun)
    values = table[metric.column]
    classes = metric.classes(values, _SCHEME)
    note = f"{SCHEMES[_SCHEME]}：値の近いところを同じ色に"
    return Areas(metric.label, classes.index, values.map(metric.text), list(classes.legend), note)


def _script(rows: dict, origins: list[str] | None = None) -> str:
    """``koryuOverview``: what is drawn, and the origins whose pages a click leads to; see static/viewer/overview.js."""
    return f"window.koryuOverview={safe_json({'rows': rows, 'bounds': JAPAN, 'origins': origins or []})};"


def _prefectures(counted: Counted) -> Table:
    naming = counted.selected.dataset.naming
    homes = (counted.origins.origin_code.str[:2] + "000").value_counts()
    rows = [
        (
            Link(row.name, prefecture_path(row.code)),
            int(homes.get(row.code, 0)),
            f"{row.n_partners:,} / {row.n_municipalities:,}",
            f"{row.coverage:.1%}",
            row.n_projects,
        )
        for row in counted.prefectures.itertuples(index=False)
    ]
    headings = ("都道府県", f"一覧のある{naming.noun}", "連携する市区町村", "連携率", "事業")
    return Table("都道府県", headings, (1, 2, 3, 4), rows)


def _partners(places: pd.DataFrame, paged: set[str], ties: str, naming: Naming) -> Table:
    rows = [
        (
            Link(row.name, origin_path(row.code)) if row.code in paged else row.name,
            row.n_origins,
            row.n_projects,
            words.began(row.first_year, row.first_kind),
        )
        for row in places[places.partnered].itertuples(index=False)
    ]
    without = list(places["name"][~places.partnered])
    note = f"{ties}のない市区町村（{len(without)}）: {'、'.join(without)}" if without else ""
    headings = ("市区町村", f"連携する{naming.noun}", "事業", "最初の年")
    return Table("連携の相手である市区町村", headings, (1, 2), rows, note)


def _own(own: pd.DataFrame, prefecture: str, naming: Naming) -> Table:
    rows = origin_rows(own)
    said = "" if rows else f"{prefecture}に、一覧のある{naming.noun}はありません。"
    headings = (naming.heading, "連携する市区町村", "都道府県", "事業")
    return Table(f"{prefecture}の{naming.noun}の連携（{len(rows):,}）", headings, (1, 2, 3), rows, said=said)


def _from_where(counted: Counted, code: str) -> Table:
    """Where the origins are that have ties with a prefecture; a project is of one origin, so that they add up."""
    naming = counted.selected.dataset.naming
    here = counted.by_prefecture[counted.by_prefecture.partner_code == code]
    ordered = here.assign(home=here.origin_code.str[:2] + "000").sort_values(
        ["home", "first_year", "first_kind"], na_position="last"
    )
    rows = [
        (
            Link(counted.selected.dataset.places[home].name, prefecture_path(home)),
            len(group),
            int(group.n_projects.sum()),
            words.began(*group[["first_year", "first_kind"]].iloc[0]),
        )
        for home, group in ordered.groupby("home")
    ]
    headings = ("都道府県", f"そこの{naming.noun}", "事業", "最初の年")
    return Table(f"つながりのある{naming.noun}の都道府県", headings, (1, 2), rows)
