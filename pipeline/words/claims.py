"""Sentences as claims to a council: made from what a view counts and what it asks for, so that neither is forgotten.

A sentence names its scope (the field, the years, the documents), the kind of tie it counts, and all who share a first
place. It says that something is not there only within that scope. The same on screens, on paper and in files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from geo.draw.choropleth import Metric
from geo.insight import groups
from geo.insight.metrics import KeyFigures
from geo.insight.population import Population
from geo.ledger.dataset import Dataset
from geo.ledger.fellows import members_by
from geo.ledger.origins import Naming
from geo.ledger.selection import Selection
from pipeline.words import view as words

#: Names written out where several share a place, places of a ranking that a sentence names, and fields of its scope.
TIES, PLACES, FIELDS = 5, 3, 3


class Heading(NamedTuple):
    """A heading in three pieces, the middle one to stand out, and what has to be said with it."""

    before: str
    strong: str
    after: str
    more: str = ""

    @property
    def text(self) -> str:
        """All of it as one text."""
        return "".join(self)

    @property
    def title(self) -> str:
        """The heading alone."""
        return "".join(self[:3])


def leaders(names: Iterable[str], values: Iterable, limit: int = TIES) -> str:
    """Who has the greatest value: all of them by name, or the first and how many more there are (「ほか4」)."""
    pairs = list(zip(names, values, strict=True))
    best = max((value for _, value in pairs), default=None)
    return words.some([name for name, value in pairs if value == best], limit)


def top(
    names: Iterable[str], values: Iterable, write: Callable[[Any], str] = str, limit: int = PLACES
) -> str:
    """The first of a ranking with their values, none of them zero: 「福島県（24）、長野県（20）、北海道（18）」.

    Where more have the last value than there is room for, they are counted: 「ほか2」.
    """
    pairs = sorted(((n, v) for n, v in zip(names, values, strict=True) if v), key=lambda pair: -pair[1])
    shown = "、".join(f"{name}（{write(value)}）" for name, value in pairs[:limit])
    same = sum(value == pairs[limit - 1][1] for _, value in pairs[limit:]) if len(pairs) > limit else 0
    return shown + (f"（同じ数がほかに{same}）" if same else "")


def ties_of(selection: Selection) -> str:
    """What kind of ties a view counts."""
    return "広域の集まりまで含めた連携" if selection.networks else "個別の連携"


def narrowing(selection: Selection, dataset: Dataset, strict: bool = False) -> list[str]:
    """What a view leaves out beside its origins, as phrases: the documents, the fields, the years, the places.

    The document that the screens open with is the list all speak of, and no narrowing; but it is one for whoever says
    that something is nowhere, or most (``strict``).
    """
    parts = []
    if selection.sources and (strict or set(selection.sources) != set(dataset.opening)):
        parts.append("・".join(dataset.shorts[name] for name in selection.sources))
    if selection.categories:
        more = len(selection.categories) - FIELDS
        parts.append("・".join(selection.categories[:FIELDS]) + (f"ほか{more}分野" if more > 0 else ""))
    if not selection.home:
        parts.append(f"{dataset.naming.away}の相手")
    if selection.dated:
        parts.append(f"{words.years(selection)}連携")
    elif not selection.unknown_years:
        parts.append("開始年の分かる連携")
    return parts


@dataclass(frozen=True, eq=False)
class Claims:
    """The sentences of a view.

    Parameters
    ----------
    population : what it counts
    who : whom it is about: 「3市」, 「世田谷区」
    """

    population: Population
    who: str

    @property
    def selection(self) -> Selection:
        """What the view asks for."""
        return self.population.selection

    @property
    def dataset(self) -> Dataset:
        """The tables it is of."""
        return self.population.dataset

    @property
    def naming(self) -> Naming:
        """What its origins are called."""
        return self.dataset.naming

    @property
    def scope(self) -> str:
        """What narrows the view, as the beginning of a sentence: 「災害・防災では、」; "" where nothing does."""
        return _within(narrowing(self.selection, self.dataset))

    @property
    def strict(self) -> str:
        """The same for a sentence that says 「ない」 or 「最も」: it holds for the documents in force, and names them."""
        return _within(narrowing(self.selection, self.dataset, strict=True))

    @property
    def anytime(self) -> str:
        """The same for a sentence about growth: years cut its chart, and take nothing from what had grown before."""
        ever = replace(self.selection, year_from=None, year_to=None, unknown_years=True)
        return _within(narrowing(ever, self.dataset, strict=True))

    @property
    def ties(self) -> str:
        """What kind of ties the view counts."""
        return ties_of(self.selection)

    def reach(self) -> Heading:
        """How far the individual ties reach, and second, how far it is with the wide networks."""
        own, other = self.population.figures, self._other
        before = f"{self.scope}{self.who}は、"
        beside = self.beside()
        if not own.projects:
            wide = f"広域の集まりまで含めると{_reached(other)}です。" if other.projects else self._fellows()
            what = "個別の連携" if other.projects else "この条件に合う連携"
            return Heading(f"{self.strict}{self.who}に、{what}はありません。", "", "", wide + beside)
        numbers = f"{own.prefectures} 都道府県・{own.municipalities:,} 市区町村"
        if self.selection.networks:
            more = f"うち個別の連携は{_reached(other)}です。"
            return Heading(
                f"{before}広域の集まりまで含めて全国 ", numbers, "とつながっています。", more + beside
            )
        more = "" if other == own else f"広域の集まりまで含めると{_reached(other)}です。"
        return Heading(
            f"{before}個別の連携で全国 ", numbers, "とつながっています。", more + self._fellows() + beside
        )

    def _fellows(self) -> str:
        """With how many more municipalities the origins looked at are in networks that only others' documents tell of."""
        n = self.population.fellows
        return (
            f"{self.naming.others}の資料では、ほかに{n:,}市区町村が同じ広域の集まりの一員です。" if n else ""
        )

    @property
    def _other(self) -> KeyFigures:
        return self.population.individual if self.selection.networks else self.population.wide

    def beside(self) -> str:
        """What nobody knows the beginning of, where the view asks for years."""
        undated = self.population.undated
        if not undated.projects:
            return ""
        return (
            f"ほかに、開始年の分からない{self.ties}が{undated.projects:,}事業（{undated.municipalities:,}市区町村）"
            "あり、この数に入れていません。"
        )

    def nothing(self, what: str) -> Heading:
        """That there is none of ``what`` under the conditions, and what nobody knows the beginning of."""
        return Heading(f"{self.strict}{what}はありません。", "", "", self.beside())

    def metric(self, metric: Metric) -> Heading:
        """Which prefectures lead by a metric, the answer to stand out."""
        table, metric = self.population.prefectures, metric.of(self.naming.noun)
        values = table[metric.column]
        if not values.max():
            return self.nothing(f"{self.who}に、この条件に合う{self.ties}")
        who = leaders(table["name"], values, PLACES)
        lead = (
            f"{self.strict}{self.who}の{self.ties}で、{words.LEADS[metric.column].format(self.naming.noun)}"
        )
        return Heading(lead, f"{who}（{metric.text(values.max())}）", "です。")

    def summary(self) -> str:
        """The ranking in words: where the ties are thickest, and where there are none."""
        table = self.population.prefectures
        most = top(table["name"], table.n_partners)
        if not most:
            return f"{self.strict}{self.who}に、{self.ties}の相手の市区町村はありません。"
        title, listed = self._gaps("")
        gaps = (
            f"{title}は、{listed}です。"
            if listed and not title.endswith("ません")
            else f"{title}。{listed}です。"
        )
        return f"{self.strict}{self.who}の{self.ties}の相手が多いのは、{most}です。（）内は市区町村の数です。{gaps}"

    def gaps(self) -> tuple[str, str]:
        """Which prefectures are not reached, or where coverage is lowest when all are: (title, list)."""
        return self._gaps(self.strict.removesuffix("は、"))

    def _gaps(self, scope: str) -> tuple[str, str]:
        table = self.population.prefectures
        possible = table[table.n_municipalities > 0]
        missing = list(possible["name"][~possible.reached])
        if missing:
            return f"{scope}{self.ties}のない {len(missing)} 都道府県", "・".join(missing)
        low = possible.sort_values(["coverage", "code"])[["name", "coverage"]].head(TIES)
        listed = "・".join(
            f"{name}\u00a0{words.percent(share)}" for name, share in low.itertuples(index=False)
        )
        return f"{scope}{self.ties}のない都道府県はありません", f"連携率の低い順に {listed}"

    def drill(self, prefecture: pd.Series) -> Heading:
        """How many municipalities of one prefecture are partners; a row of ``geo.insight.metrics.prefecture_table``."""
        name, code = prefecture["name"], prefecture.code
        if not prefecture.n_partners:
            direct = f"{name}そのものとはつながっています。" if prefecture.direct else ""
            return Heading(
                f"{self.strict}{self.who}と{name}の市区町村に、",
                f"{self.ties}はありません",
                "。",
                direct + self.beyond(name, code),
            )
        numbers = f"{prefecture.n_municipalities} 市区町村のうち {prefecture.n_partners}"
        return Heading(
            f"{self.scope}{self.who}は、{self.ties}で、{name}の{self.without_peers(code)} ",
            numbers,
            " とつながっています。",
        )

    def without_peers(self, prefecture_code: str) -> str:
        """What is said of a prefecture's municipalities where the origins among them are left out: 「（3市を除く）」."""
        origins = self.dataset.origins
        inside = origins.name[origins.prefecture_code == prefecture_code]
        left_out = len(inside) and not self.selection.peers
        return f"（{self.naming.together(list(inside))}を除く）" if left_out else ""

    def beyond(self, name: str, code: str) -> str:
        """What there is with a prefecture or municipality without the conditions of the view; "" where nothing is."""
        ties = self.population.whole.ties.with_partner(code)
        if not len(ties):
            return self._member(code)
        wide = bool(ties.wide.all())
        what = "広域の集まりでのつながり" if wide else "個別の連携"
        n = int((ties if wide else ties.where(~ties.wide)).together().municipalities[0])
        places = f"（{n}市区町村）" if code.endswith("000") and n else ""
        return f"条件を外すと、{name}との{what}{places}があります。"

    def _member(self, code: str) -> str:
        """In whose documents the origins looked at are in a wide network with a place."""
        origins = self.selection.origins
        # Of all origins there is none whose document is that of another.
        found = members_by(self.dataset, origins, code) if origins else []
        by = words.some(
            [self.dataset.origin_names[origin] for origin in found if origin not in origins], TIES
        )
        if not by:
            return ""
        return f"同じ広域の集まりの一員です（{by}の資料）。"


def _within(parts: list[str]) -> str:
    return f"{'のうち、'.join(parts)}では、" if parts else ""


def _reached(figures: KeyFigures) -> str:
    return f"{figures.prefectures}都道府県・{figures.municipalities:,}市区町村"


def claims(dataset: Dataset, selection: Selection) -> Claims:
    """The sentences of a selection."""
    return Claims(Population(dataset.select(selection)), groups.subject(dataset, selection.origins))


def fewest(names: Sequence[str], values: Sequence) -> str:
    """Who has the smallest value, as :func:`leaders`."""
    return leaders(names, [-value for value in values])
