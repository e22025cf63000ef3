"""The pages of the published site that hold origins against each other: whose partners are the same, what others have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from geo.insight import overlap, profiles
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected
from pipeline.deliver.site_pages import Entry, Link, Names, Page, Table, origin_path, prefecture_path
from pipeline.words import shared_partners
from pipeline.words.asked_sets import ELSEWHERE
from pipeline.words.claims import TIES, Claims, claims, leaders

#: The pages, as they are called in the navigation, and where the first of them lies.
NAME, PATH = "くらべる", "compare.html"

#: Rows of a table at most: with more a page takes long to load. What is left out is counted below the table.
MOST = 300

#: So many origins have room beside each other.
ABREAST = 25


@dataclass(frozen=True, slots=True)
class ComparePage(Page):
    """A page that compares; it has no map. ``about`` is what its numbers are."""

    about: str = ""

    @property
    def template(self) -> str:
        """What it is written with."""
        return "compare.html"

    @property
    def whole(self) -> str:
        """The page of the origin itself."""
        return origin_path(self.origin)


def compare_path(code: str) -> str:
    """Where the page that compares an origin with all others lies."""
    return f"compare/{code}.html"


def entries(selected: Selected) -> list[Entry]:
    """The page of all, and one for each origin that is looked at; none where there is nobody to compare with."""
    dataset, chosen = selected.dataset, selected.selection.origins
    naming = dataset.naming
    if naming.single or not len(dataset.origins):
        return []
    own = [
        Entry("compared", compare_path(code), name, f"{name}と{naming.others}の連携先をくらべる", code)
        for code, name in zip(dataset.origins.code, dataset.origins.name, strict=True)
        if not chosen or code in chosen
    ]
    return [Entry("together", PATH, NAME, f"{naming.everyone}の連携先をくらべる"), *own]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What the pages are made of.

    Everyone is compared with all origins of the data, also where only some are looked at.
    """

    selected: Selected

    @cached_property
    def everyone(self) -> Selected:
        """All origins under the selection."""
        return self.selected.dataset.select(replace(self.selected.selection, origins=()))

    @cached_property
    def own(self) -> list[str]:
        """The codes of the origins that are looked at."""
        return [entry.code for entry in entries(self.selected) if entry.code]

    @cached_property
    def paged(self) -> frozenset[str]:
        """The same to ask whether somebody has a page."""
        return frozenset(self.own)

    @cached_property
    def ways(self) -> dict[tuple[str, str], str]:
        """How they are tied all the same to whom they have no partner in: it goes through every link there is."""
        dataset = self.selected.dataset
        return overlap.other_ways(dataset, tuple(self.own), set(dataset.municipalities.code))

    def said(self, code: str) -> Claims:
        """The sentences about one of them."""
        return claims(self.selected.dataset, replace(self.everyone.selection, origins=(code,)))


def together_page(entry: Entry, comparison: Comparison) -> ComparePage:
    """The page of all."""
    everyone = comparison.everyone
    rows = [
        _row(
            code,
            comparison.said(code),
            profiles.overlap(everyone, code),
            profiles.only_partners(everyone, code),
        )
        for code in comparison.own
    ]
    return _together(entry, everyone, comparison.paged, rows)


def compared_page(entry: Entry, comparison: Comparison) -> ComparePage:
    """The page that holds an origin against all others."""
    everyone, code = comparison.everyone, entry.code
    shared, only = profiles.overlap(everyone, code), profiles.only_partners(everyone, code)
    return _one(entry, everyone, comparison.said(code), shared, only, comparison.paged, comparison.ways)


def _row(code: str, said: Claims, shared: pd.DataFrame, only: Sequence[str]) -> tuple[Link | str | int, ...]:
    """An origin in the table of all."""
    most = int(shared.n_shared.max())
    return (
        Link(said.who, compare_path(code)),
        said.population.figures.municipalities,
        len(only),
        leaders(shared.origin_name, shared.n_shared, TIES) if most else "なし",
        most,
    )


def _together(
    entry: Entry, everyone: Selected, paged: Collection[str], rows: list[tuple[Link | str | int, ...]]
) -> ComparePage:
    dataset, naming = everyone.dataset, everyone.dataset.naming
    counts, said = profiles.shared_counts(everyone), claims(dataset, everyone.selection)
    names = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    headings = (
        naming.heading,
        "連携する市区町村",
        f"うち{naming.others}にないもの",
        f"同じ相手が最も多い{naming.noun}",
        "同じ相手",
    )
    tables = [Table(f"{naming.heading}ごと", headings, (1, 2, 4), rows)]
    if len(counts) <= ABREAST:
        tables.append(_matrix(counts, names, dataset, paged))
    return ComparePage(
        entry.path,
        entry.name,
        entry.title,
        shared_partners.pair_sentence(counts, names, said).replace(" ", ""),
        everyone,
        tables=tables,
        about=_about(said),
    )


def _matrix(counts: pd.DataFrame, names: dict[str, str], dataset: Dataset, paged: Collection[str]) -> Table:
    noun = dataset.naming.noun
    rows = [
        (
            Link(names[code], compare_path(code)) if code in paged else names[code],
            *("―" if code == other else int(n) for other, n in counts.loc[code].items()),
        )
        for code in counts.index
    ]
    headings = (dataset.naming.heading, *(names[code].removesuffix(noun) or names[code] for code in counts))
    title = f"{dataset.naming.each_other}で同じ相手（市区町村の数）"
    return Table(title, headings, tuple(range(1, len(headings))), rows, wide=True)


def _one(
    entry: Entry,
    everyone: Selected,
    said: Claims,
    shared: pd.DataFrame,
    only: Sequence[str],
    paged: Collection[str],
    ways: dict[tuple[str, str], str],
) -> ComparePage:
    code = entry.code
    missing = overlap.lacking(everyone, code)
    return ComparePage(
        entry.path,
        entry.name,
        entry.title,
        shared_partners.overlap_sentence(said, shared, only).replace(" ", ""),
        everyone,
        origin=code,
        tables=[
            _shared(shared, said, paged),
            _missing(missing, code, said, ways),
            _only(only, said),
        ],
        about=_about(said),
    )


def _about(said: Claims) -> str:
    return f"数は、今の条件で{said.ties}の相手である市区町村の数です。重なりを除いて数えています。"


def _shared(table: pd.DataFrame, said: Claims, paged: Collection[str]) -> Table:
    """Every other origin that has a partner in common, most first."""
    dataset, naming = said.dataset, said.naming
    n_own = said.population.figures.municipalities
    some = table[table.n_shared > 0]
    rows = [
        (
            Link(row.origin_name, compare_path(row.origin_code))
            if row.origin_code in paged
            else row.origin_name,
            row.n_shared,
            row.n_partners - row.n_shared,
            n_own - row.n_shared,
            Names([_place(dataset, each) for each in row.shared]),
        )
        for row in some.head(MOST).itertuples(index=False)
    ]
    headings = (
        naming.heading,
        "両方にある",
        f"{said.who}にない",
        f"{said.who}だけにある",
        "両方にある市区町村",
    )
    none = len(table) - len(some)
    notes = [_left_out(len(some) - len(rows), naming.noun)]
    notes.append(f"同じ相手のない{naming.noun}は{none:,}です。" if none else "")
    return Table(f"{naming.others}と同じ相手", headings, (1, 2, 3), rows, "".join(notes))


def _missing(table: pd.DataFrame, code: str, said: Claims, ways: dict[tuple[str, str], str]) -> Table:
    """What others have and this one has not, and how it is tied to them all the same."""
    dataset, naming = said.dataset, said.naming
    shown = table.head(MOST)
    rows = [
        (
            _place(dataset, row.code),
            row.n_origins,
            Names([dataset.origin_names[origin] for origin in row.origins]),
            row.n_projects,
            ELSEWHERE.get(ways.get((row.code, code), ""), "なし"),
        )
        for row in shown.itertuples(index=False)
    ]
    headings = (
        "市区町村",
        f"ある{naming.noun}の数",
        f"ある{naming.noun}",
        "事業",
        f"{said.who}とのほかのつながり",
    )
    title = f"{naming.others}にあって、{said.who}にない市区町村（{len(table):,}）"
    meaning = (
        f"{said.strict}{naming.others}に{said.ties}があり、{said.who}に{said.ties}のない市区町村です。"
        f"多くの{naming.noun}にあるものから並べています。"
    )
    return Table(
        title,
        headings,
        (1, 3),
        rows,
        _left_out(len(table) - len(rows), "市区町村"),
        meaning if rows else f"{said.strict}{naming.others}にあって、{said.who}にない市区町村はありません。",
        anchor="missing",
    )


def _only(codes: Sequence[str], said: Claims) -> Table:
    """What no other origin has, by prefecture."""
    dataset, naming = said.dataset, said.naming
    by_name = dict(zip(dataset.prefectures["name"], dataset.prefectures.code, strict=True))
    rows = [
        (Link(prefecture, prefecture_path(by_name[prefecture])), n, names)
        for prefecture, n, names in shared_partners.only_rows(codes, dataset)
    ]
    title = f"{said.who}にあって、{naming.others}にない市区町村（{len(codes):,}）"
    none = "" if rows else f"{said.strict}{said.who}だけにある市区町村はありません。"
    return Table(title, ("都道府県", "数", "市区町村"), (1,), rows, said=none)


def _left_out(n: int, noun: str) -> str:
    return f"表にははじめの{MOST}を載せました。ほかに{n:,}{noun}あります。" if n else ""


def _place(dataset: Dataset, code: str) -> str:
    """A municipality with its prefecture: the same name may be in another."""
    place = dataset.places[code]
    return f"{place.prefecture}{place.name}"
