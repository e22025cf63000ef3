"""Every number of every sentence, counted once more from the built tables with plain pandas, under any filter."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from geo.draw.choropleth import METRICS
from geo.insight import profiles
from geo.insight.gaps import candidates, gap_matrix, reach_totals
from geo.insight.growth import growth, unknown_starts
from geo.insight.membership import member_table
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.gaps import text as gap_text
from pages.partners import text as partner_text
from pages.shared.parts import growth_text
from pages.trends import regional as agreements
from pages.wards import text as origin_text
from pipeline.words import origin_words, shared_partners, unreached
from pipeline.words import view as words
from pipeline.words.claims import Claims, claims

YEARS = range(1965, 2027)


@dataclass(eq=False)
class Oracle:
    """The built tables, and what they hold under a selection, found without any of the product's counting."""

    dataset: Dataset
    links: pd.DataFrame

    @classmethod
    def of(cls, dataset: Dataset) -> Oracle:
        places = dataset.municipalities.set_index("code")
        links = dataset.links[
            [
                "source",
                "origin_code",
                "project_id",
                "partner_code",
                "tie",
                "confidence",
                "start_year",
                "year_basis",
            ]
        ].copy()
        links = links[links.partner_code.notna() & (links.confidence >= 0.8)]
        links = links[links.partner_code != links.origin_code]
        parent = links.partner_code.map(places.parent_code)
        city = parent.where(parent.notna(), links.partner_code)
        links["city"] = city.where(~links.partner_code.str.endswith("000"))
        links["prefecture"] = links.partner_code.str[:2] + "000"
        links["fields"] = links.project_id.map(dataset.projects.set_index("project_id").categories)
        return cls(dataset, links)

    def rows(self, s: Selection, **other) -> pd.DataFrame:
        """The links a selection counts; ``other`` replaces fields of it."""
        return self._rows(replace(s, **other))

    @lru_cache(maxsize=32)  # noqa: B019 - one oracle, as long as the tests
    def _rows(self, s: Selection) -> pd.DataFrame:
        ask = {name: getattr(s, name) for name in s.__dataclass_fields__}
        rows = self.links
        year = rows.start_year.mask(rows.year_basis == "above") if not ask["above_years"] else rows.start_year
        rows = rows.assign(year=year)
        if ask["origins"]:
            rows = rows[rows.origin_code.isin(ask["origins"])]
        if ask["sources"]:
            rows = rows[rows.source.isin(ask["sources"])]
        if ask["categories"]:
            wanted = [bool(set(own) & set(ask["categories"])) for own in rows.fields]
            rows = rows[pd.Series(wanted, index=rows.index, dtype=bool)]
        if not ask["networks"]:
            rows = rows[rows.tie != "network"]
        if not ask["peers"]:
            rows = rows[~rows.partner_code.isin(self.dataset.origins.code)]
        if not ask["home"]:
            rows = rows[rows.partner_code.str[:2] != rows.origin_code.str[:2]]
        low, high = ask["year_from"], ask["year_to"]
        if ask["year_mode"] == "as_of":
            low = None
        if low is not None or high is not None:
            known = rows[rows.year.notna()]
            known = known[known.year >= low] if low is not None else known
            return known[known.year <= high] if high is not None else known
        return rows if ask["unknown_years"] else rows[rows.year.notna()]

    def reach(self, s: Selection, **other) -> tuple[int, int]:
        rows = self.rows(s, **other)
        return rows.prefecture.nunique(), rows.city.nunique()

    def names(self, codes) -> list[str]:
        return [self.dataset.places[code].name for code in codes]


@pytest.fixture(scope="module")
def oracle(dataset) -> Oracle:
    return Oracle.of(dataset)


def selections(dataset: Dataset) -> st.SearchStrategy[Selection]:
    """Wards × categories × years × documents × switches."""
    year = st.integers(YEARS[0], YEARS[-1])
    years = st.one_of(
        st.just({}),
        year.map(lambda y: {"year_from": y}),
        year.map(lambda y: {"year_to": y}),
        st.tuples(year, year).map(lambda pair: {"year_from": min(pair), "year_to": max(pair)}),
        year.map(lambda y: {"year_mode": "as_of", "year_to": y}),
    )
    default = tuple(dataset.sources[:1])
    sources = st.one_of(
        st.just(default), st.just(default), st.just(()), st.sets(st.sampled_from(dataset.sources), max_size=2)
    )
    some = {
        "origins": st.lists(st.sampled_from(list(dataset.origins.code)), max_size=4, unique=True),
        "categories": st.lists(st.sampled_from(dataset.categories), max_size=2, unique=True),
    }
    ticks = {name: st.booleans() for name in ("unknown_years", "above_years", "networks", "peers", "home")}
    return st.builds(
        lambda years, sources, origins, categories, **flags: Selection(
            origins=tuple(sorted(origins)),
            categories=tuple(sorted(categories)),
            sources=() if len(sources) == len(dataset.sources) else tuple(sorted(sources)),
            **years,
            **flags,
        ),
        years=years,
        sources=sources,
        **some,
        **ticks,
    )


def numbers(text: str) -> list[int]:
    return [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", text)]


def is_scoped(text: str, said: Claims, strict: bool) -> None:
    """Whether a sentence names what narrows the view it speaks of."""
    s, dataset = said.selection, said.dataset
    for name in s.categories:
        assert name in text, (text, name)
    if s.year_from is not None or s.year_to is not None:
        assert words.years(s) in text, text
    elif not s.unknown_years:
        assert "開始年の分かる" in text, text
    if not s.home:
        assert "都外" in text, text
    if s.sources and (strict or s.sources != tuple(dataset.sources[:1])):
        assert all(dataset.shorts[name] in text for name in s.sources), text
    assert ("広域の集まりまで含め" if s.networks else "個別の") in text or "この条件" in text, text


def check_reach(said: Claims, oracle: Oracle):
    """How far it reaches, with and without the wide networks, and what has no year."""
    s, heading = said.selection, said.reach()
    own, other = oracle.reach(s), oracle.reach(s, networks=not s.networks)
    rows = oracle.rows(s)
    if rows.empty:
        assert "ありません" in heading.before
        wide = oracle.reach(s, networks=True)
        assert not wide[1] or s.networks or f"{wide[0]}都道府県・{wide[1]:,}市区町村" in heading.more
    else:
        assert tuple(numbers(heading.strong)) == own
        assert own == other or f"{other[0]}都道府県・{other[1]:,}市区町村" in heading.more
    is_scoped(heading.before, said, strict=rows.empty)
    if s.year_from is not None or s.year_to is not None:
        undated = oracle.rows(s, year_from=None, year_to=None, unknown_years=True)
        undated = undated[undated.year.isna()]
        n = undated.project_id.nunique()
        assert (f"{n:,}事業（{undated.city.nunique():,}市区町村）" in heading.more) == (n > 0)
    else:
        assert "開始年の分からない" not in heading.more


def together(origins: pd.Series, places: pd.Series) -> defaultdict[str, set[str]]:
    """The places of each origin, of rows that have one each."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for origin, place in zip(origins.tolist(), places.tolist(), strict=True):
        found[origin].add(place)
    return found


def check_prefectures(said: Claims, oracle: Oracle):
    """Which prefectures lead, by every metric, which have most and which have none."""
    rows = oracle.rows(said.selection)
    by = {
        "partners": rows.groupby("prefecture").city.nunique(),
        "projects": rows.groupby("prefecture").project_id.nunique(),
        "origins": rows.groupby("prefecture").origin_code.nunique(),
    }
    for metric, counts in by.items():
        heading = said.metric(METRICS[metric])
        is_scoped(heading.before, said, strict=True)
        if counts.max() > 0:
            best = oracle.names(sorted(counts.index[counts == counts.max()]))
            assert all(name in heading.strong for name in best[:3])
            assert (f"ほか{len(best) - 3}" in heading.strong) == (len(best) > 3)
            assert numbers(heading.strong)[-1] == counts.max()
    summary = said.summary()
    is_scoped(summary, said, strict=True)
    counts = by["partners"][by["partners"] > 0].sort_values(ascending=False)
    found = re.findall(r"([^、は（）]+?[都道府県])（([\d,]+)）", summary)
    assert [int(n.replace(",", "")) for _, n in found] == counts.head(3).tolist()
    for name, n in found:
        code = next(code for code in counts.index if oracle.names([code]) == [name])
        assert counts[code] == int(n)
    missing = said.gaps()[1] if "ありません" not in said.gaps()[0] else ""
    possible = set(said.population.selected.universe.prefecture_code)
    none = sorted(possible - set(rows.prefecture))
    assert [name for name in missing.split("・") if name] == oracle.names(none)
    is_scoped(said.gaps()[0], said, strict=True)


def check_one_prefecture(said: Claims, oracle: Oracle):
    """How many municipalities of a prefecture, on three screens, and what there is without the conditions."""
    s, rows = said.selection, oracle.rows(said.selection)
    table = said.population.prefectures.set_index("code", drop=False)
    everywhere = oracle.rows(Selection(origins=s.origins, networks=True, peers=True))
    for code in ("03000", "13000", "24000"):
        row, heading = table.loc[code], said.drill(table.loc[code])
        own = rows[rows.prefecture == code]
        said_of = [
            heading,
            partner_text.partners_heading(said, row["name"], _partners(said, code), said.dataset.names, code),
        ]
        section = gap_text.section(said, row, 1, [])
        for one in said_of:
            is_scoped(one.before + one.strong, said, strict=not own.city.nunique())
        if own.city.nunique():
            assert numbers(heading.strong)[-1] == own.city.nunique() == numbers(said_of[1].strong)[0]
        else:
            assert "ありません" in heading.strong
            beyond = everywhere[everywhere.prefecture == code]
            assert ("条件を外すと" in heading.more) == (len(beyond) > 0)
        if row.n_municipalities:
            assert heading.text in section


def _partners(said: Claims, prefecture: str) -> pd.DataFrame:
    table = profiles.partner_table(said.population.selected)
    return table[table.prefecture_code == prefecture]


def check_origins(said: Claims, oracle: Oracle):
    """Who reaches most, who shares most with whom, and what an origin's own sentences say."""
    s, dataset = said.selection, said.dataset
    everyone = dataset.select(replace(s, origins=()))
    origins = profiles.origin_table(everyone)
    chosen = origins[origins.origin_code.isin(s.origins)] if s.origins else origins
    rows = oracle.rows(s, origins=())
    cities = rows.groupby("origin_code").city.nunique()
    heading = origin_text.origins_heading(said, chosen)
    is_scoped(heading.before, said, strict=True)
    mine = cities[cities.index.isin(chosen.origin_code)]
    if mine.max() > 0:
        best = oracle.names(sorted(mine.index[mine == mine.max()]))
        assert all(name in heading.strong for name in best[:3])
        assert numbers(heading.strong)[-1] == mine.max()
    municipal = rows[rows.city.notna()]
    sets = dict(together(municipal.origin_code, municipal.city))
    pairs = [len(sets[a] & sets[b]) for a in sets for b in sets if a < b]
    names = dict(zip(origins.origin_code, origins.origin_name, strict=True))
    sentence = shared_partners.pair_sentence(profiles.shared_counts(everyone), names, said)
    is_scoped(sentence, said, strict=True)
    if max(pairs, default=0):
        assert numbers(sentence)[-1] == max(pairs)
    if len(s.origins) != 1:
        return
    (origin,) = s.origins
    standing = profiles.standing(origins, origin)
    heading = origin_words.origin_heading(said, standing, "23区")
    if len(rows[rows.origin_code == origin]):
        rank = 1 + sum(n > cities.get(origin, 0) for code, n in cities.items() if code != origin)
        same = sum(
            cities.get(code, 0) == cities.get(origin, 0) for code in origins.origin_code if code != origin
        )
        assert f" {rank} 番目" in heading.more
        assert (f"同じ順位がほかに{same}" in heading.more) == (same > 0)
    overlap = profiles.overlap(everyone, origin)
    only = profiles.only_partners(everyone, origin)
    sentence = shared_partners.overlap_sentence(said, overlap, only)
    is_scoped(sentence, said, strict=True)
    shared = {code: len(sets.get(origin, set()) & own) for code, own in sets.items() if code != origin}
    if max(shared.values(), default=0):
        assert f"（{max(shared.values())} 市区町村）" in sentence
        others = set().union(*(own for code, own in sets.items() if code != origin))
        assert f"だけの相手は {len(sets[origin] - others)} 市区町村" in sentence
    flows = profiles.municipal_flows(said.population.selected)
    if len(flows):
        mix = profiles.category_mix(everyone, origin)
        fields = pd.Series(
            [f for own in rows[rows.origin_code == origin].drop_duplicates("project_id").fields for f in own]
        )
        top = fields.value_counts()
        assert any(name in origin_words.mix_sentence(mix, said) for name in top.index[top == top.max()])
        is_scoped(origin_words.mix_sentence(mix, said), said, strict=True)
        bands = profiles.distance_bands(flows)
        assert bands.n_municipalities.sum() == rows[rows.origin_code == origin].city.nunique()
        is_scoped(origin_words.distance_sentence(bands, flows, said), said, strict=True)


def check_growth(said: Claims, oracle: Oracle):
    """How many partners there were ten years before the last, whatever year the view begins with."""
    s, selected = said.selection, said.population.selected
    table, unknown = growth(selected), int(unknown_starts(selected).sum())
    rows = oracle.rows(s, year_from=None, year_to=None)
    first = rows[rows.city.notna()].groupby("city").year.min()
    sentence = growth_text.growth_sentence(said, table, unknown)
    heading = growth_text.growth_heading(said, table)
    assert unknown == (first.isna().sum() if len(first) else 0)
    for name in s.categories:
        assert name in sentence
        assert name in heading.before
    first = first.dropna()
    first = first[first <= s.year_to] if s.year_to is not None else first
    if first.empty:
        assert "ありません" in heading.before
        return
    last = int(table.year.iloc[-1])
    assert numbers(heading.strong) == [(first <= last - 10).sum(), len(first)]
    most = first.value_counts()
    assert f"の {most.max():,} です" in sentence
    assert str(int(most.index[most == most.max()].min())) in sentence
    for text in (sentence, heading.text):
        assert said.ties in text


def check_gaps_and_agreements(said: Claims, oracle: Oracle):
    """Who is not reached, who has most gaps, and with how many members of the agreements there is anything."""
    s, selected, dataset = said.selection, said.population.selected, said.dataset
    everyone = dataset.select(replace(s, origins=()))
    matrix = gap_matrix(everyone)
    totals = reach_totals(everyone, matrix)
    rows = oracle.rows(s)
    possible = set(selected.universe.prefecture_code)
    missing = possible - set(rows.prefecture)
    heading = unreached.heading(said, matrix, 0 if missing else len(candidates(selected)))
    is_scoped(heading.before, said, strict=True)
    universe = set(selected.universe.code) - set(s.origins or dataset.origins.code)
    assert numbers(heading.strong)[0] == (len(missing) or len(universe - set(rows.city)))
    all_rows = oracle.rows(s, origins=())
    own = together(all_rows.origin_code, all_rows.prefecture)
    there = matrix[matrix.state.isin(["reached", "direct"])]
    reached = together(there.origin_code, there.prefecture_code)
    for origin in matrix.origin_code.unique():
        assert reached[origin] == own[origin]
    summary = unreached.summary(said, matrix, totals)
    is_scoped(summary, said, strict=True)
    members = member_table(dataset.select(replace(s, networks=True)))
    agreed = set(dataset.agreement_members.code)
    n, wide = (len(agreed & set(oracle.rows(s, networks=networks).city)) for networks in (False, True))
    heading = agreements.heading(
        SimpleNamespace(claims=said, selected=selected, subject=said.who, naming=said.naming), members
    )
    assert numbers(heading.strong)[:1] == [n][: n > 0]
    assert numbers(heading.more)[:1] == [wide][: wide > n]
    assert all(name in heading.before for name in s.categories)


CHECKS = (
    check_reach,
    check_prefectures,
    check_one_prefecture,
    check_origins,
    check_growth,
    check_gaps_and_agreements,
)


def test_every_sentence_is_true_under_any_filter(dataset, oracle):
    """Fifty selections, the same on every machine; every sentence of every screen under each. KORYU_FUZZ=1: 500."""

    @settings(
        max_examples=500 if os.environ.get("KORYU_FUZZ") else 50, database=None, phases=[Phase.generate]
    )
    @given(selections(dataset))
    def run(selection):
        said = claims(dataset, selection)
        for check in CHECKS:
            check(said, oracle)

    run()
