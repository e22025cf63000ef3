"""Sentences on an indicator laid over the ties of a view: each with its scope, and whose numbers of when these are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from geo.draw.shades import Shades, figure
from geo.insight.indicators import LEAST_POINTS, PRINTED, Indicator, Like
from pipeline.words import view as words
from pipeline.words.claims import TIES, Claims, Heading, leaders
from pipeline.words.dates import parse_years, to_wareki

#: What is counted of ties: key → its column in the tables of ``geo.insight.indicators``, and its name.
COUNTS = {"partners": ("n_partners", "連携する市区町村"), "projects": ("n_projects", "事業")}
RATES = {"partners_rate": ("partners_rate", "partners"), "projects_rate": ("projects_rate", "projects")}

#: From which rank correlation on, whatever its sign, a relation has a name; below the first there is none to speak of.
STRENGTHS = ((0.2, "弱い関係"), (0.4, "中くらいの関係"), (0.7, "強い関係"))


@dataclass(frozen=True, slots=True)
class Cited:
    """Whose numbers an indicator is: title, source and date as the file or a person says; "" where nobody does."""

    title: str
    source: str
    as_of: str

    @property
    def when(self) -> str:
        """The date both ways: 「令和7年1月1日現在（2025年）」."""
        if not self.as_of:
            return "時点の記載なし"
        year = next((one.year for one in parse_years(self.as_of) if one), None)
        if year is None:
            return self.as_of
        other = f"{year}年" if str(year) not in self.as_of else to_wareki(year, "年")
        return self.as_of if other in self.as_of else f"{self.as_of}（{other}）"

    @property
    def line(self) -> str:
        """The line that has to stand wherever a number of it is shown."""
        return f"指標の出典: 「{self.title}」（{self.source or '出典の記載なし'}、{self.when}）"


@dataclass(frozen=True, eq=False)
class Overlay:
    """The sentences of an indicator over a view.

    Parameters
    ----------
    claims : of the view
    indicator : what is laid over it
    cited : whose numbers these are
    """

    claims: Claims
    indicator: Indicator
    cited: Cited

    @property
    def per(self) -> str:
        """For how much ties are given: 「人口10万人当たり」."""
        return f"{self.indicator.name}{_round(self.indicator.per)}{self.indicator.unit}当たり"

    def amount(self, value: float) -> str:
        """A value of the indicator with its unit: 「26,942人」; 「値なし」 for none."""
        return "値なし" if pd.isna(value) else f"{figure(value)}{self.indicator.unit}"

    def counted(self, count: str) -> str:
        """What a key of COUNTS or RATES is called: 「事業」, 「人口10万人当たりの事業」."""
        return COUNTS[count][1] if count in COUNTS else f"{self.per}の{COUNTS[RATES[count][1]][1]}"

    def shades(self, table: pd.DataFrame, what: str, scheme: str = "natural") -> Shades:
        """How a map shows a column of ``geo.insight.indicators.prefecture_values``: "value", or a key of COUNTS or RATES."""
        column = {"value": "value"} | {key: pair[0] for key, pair in (COUNTS | RATES).items()}
        values = table.set_index("code")[column[what]].astype(float)
        if what == "value":
            label = self.indicator.name + (f"（{self.indicator.unit}）" if self.indicator.unit else "")
            return Shades(label, self.indicator.unit, values, scheme=scheme)
        unit = "事業" if "projects" in what else "市区町村"
        return Shades(self.counted(what), unit, values, zero=True, scheme=scheme)

    def lead(self, table: pd.DataFrame, count: str) -> Heading:
        """Which prefectures lead by ties, or by ties for so much of the indicator (``prefecture_values``)."""
        column = (COUNTS | RATES)[count][0]
        known = table.dropna(subset=column)
        start = f"{self.claims.strict}{self.claims.who}の{self.claims.ties}で、{self.counted(count)}"
        if known.empty:
            return Heading(
                f"{start}を出せる都道府県はありません。", "", "", self.lacking(table) + self.of_whom(table)
            )
        if not known[column].max():
            return self.claims.nothing(f"{self.claims.who}に、この条件に合う{self.claims.ties}")
        who = leaders(known["name"], known[column], 3)
        number = f"{figure(known[column].max())}"
        largest = ""
        values = table.dropna(subset="value")
        if len(values):
            most = leaders(values["name"], values["value"], 3)
            largest = (
                f"{self.indicator.name}が最も大きいのは{most}（{self.amount(values.value.max())}）です。"
            )
        more = largest + self.lacking(table) + self.of_whom(table)
        return Heading(f"{start}が最も多いのは、", f"{who}（{number}）", "です。", more)

    def lacking(self, table: pd.DataFrame) -> str:
        """Which prefectures have no value because some of their municipalities have none."""
        without = table[table.value.isna() & (table.n_municipalities > 0)]
        if without.empty:
            return ""
        said = f"{words.some(list(without['name']), TIES)}"
        if self.indicator.adds:
            return f"値のない市区町村がある{len(without)}都道府県（{said}）は、合計を出していません。"
        return f"値のある市区町村が半数に満たない{len(without)}都道府県（{said}）は、値を出していません。"

    def of_whom(self, table: pd.DataFrame) -> str:
        """What a value of a prefecture is."""
        made = table[table.basis.notna()]
        own, printed = made[made.basis != PRINTED], made[made.basis == PRINTED]
        what = "市区町村の値の合計" if self.indicator.adds else "市区町村の値の中央値"
        parts = []
        if len(printed):
            parts.append(f"表にある{len(printed)}都道府県の値")
        if len(own):
            partly = own[own.n_known < own.n_municipalities]
            some = f"（{len(partly)}都道府県は一部の市区町村だけの値から）" if len(partly) else ""
            parts.append(f"{len(own)}都道府県は{what}{some}" if parts else f"{what}{some}")
        peers = [
            f"{row.name}は{without.strip('（）')}"
            for row in own.itertuples(index=False)
            if (without := self.claims.without_peers(row.code))
        ]
        left_out = f"（{'、'.join(peers)}）" if peers else ""
        return f"都道府県の値は、{'、ほかの'.join(parts)}{left_out}です。" if parts else ""

    def relation(self, rho: float | None, n: int, points: str, counted: str) -> Heading:
        """How an indicator and ties go together, and no more than that.

        Parameters
        ----------
        rho, n : ``geo.insight.indicators.spearman``
        points : what a point is: 都道府県
        counted : what is counted of ties: 事業
        """
        name, start = (
            self.indicator.name,
            f"{self.claims.strict}{self.claims.who}の{self.claims.ties}をみると、",
        )
        if n < LEAST_POINTS:
            return Heading(
                f"{start}{name}の値のある{points}が{n}しかないため、関係の強さは示しません。",
                "",
                "",
                f"{LEAST_POINTS}以上あるときに示します。",
            )
        if rho is None:
            return Heading(f"{start}どの{points}も同じ値なので、関係の強さは示せません。", "", "")
        more = (
            f"順位の相関係数（スピアマン）は {rho:+.2f}、値のある{points} {n:,} から求めました。"
            "ほかの事情で同じように並ぶこともあり、原因を示すものではありません。"
        )
        named = [word for least, word in STRENGTHS if abs(rho) >= least]
        if not named:
            return Heading(
                f"{start}{name}の大きさと{counted}の数に、", "はっきりした関係は見られません", "。", more
            )
        which = "多い" if rho > 0 else "少ない"
        return Heading(
            f"{start}{name}の大きい{points}ほど{counted}が{which}という、", named[-1], "が見られます。", more
        )

    def alike(self, found: Like | None, name: str, share: float) -> Heading:
        """How many municipalities of like size there are without a tie; ``claims`` are of the place itself.

        Parameters
        ----------
        found : ``geo.insight.indicators.like``
        name : of the place
        """
        what = self.indicator.name
        if found is None:
            return Heading(f"{name}の{what}の値がないため、近い規模の市区町村は探せません。", "", "")
        more = (
            f"{name}の{what}は{self.amount(found.value)}、その±{share:.0%}は"
            f"{self.amount(found.low)}から{self.amount(found.high)}までです。"
        )
        if found.n_unknown:
            more += (
                f"連携のない{found.n_without:,}市区町村のうち、値のない{found.n_unknown:,}は探せていません。"
            )
        return Heading(
            f"{self.claims.strict}{name}と{self.claims.ties}のない市区町村で、{what}が{name}の±{share:.0%}に入るのは、",
            f"{len(found.table):,} 市区町村",
            "です。",
            more,
        )

    def sizes(self, table: pd.DataFrame, names: dict[str, str]) -> Heading:
        """How large the partners are (``geo.insight.indicators.partner_values``) beside all municipalities with a value."""
        known = table.dropna(subset="value")
        start = f"{self.claims.scope}{self.claims.who}の{self.claims.ties}の相手の市区町村"
        if known.empty:
            return Heading(f"{start}に、{self.indicator.name}の値のあるものはありません。", "", "")
        everyone = self.indicator.values
        called = known.code.map(names)
        more = (
            f"値のある全国{len(everyone):,}市区町村の中央値は{self.amount(everyone.median())}です。"
            f"相手で最も大きいのは{leaders(called, known.value, 3)}（{self.amount(known.value.max())}）、"
            f"最も小さいのは{leaders(called, -known.value, 3)}（{self.amount(known.value.min())}）です。"
        )
        if len(known) < len(table):
            more += f"値のない相手が{len(table) - len(known):,}あります。"
        return Heading(
            f"{start} {len(known):,} の{self.indicator.name}の中央値は、",
            self.amount(known.value.median()),
            "です。",
            more,
        )

    def of(self, claims: Claims) -> Overlay:
        """The same indicator over another view."""
        return replace(self, claims=claims)


def _round(number: float) -> str:
    """A power of ten as it is said: 「10万」, 「1億」, 「100」."""
    for size, word in ((1e12, "兆"), (1e8, "億"), (1e4, "万")):
        if number >= size:
            return f"{number / size:,.0f}{word}"
    return f"{number:,.0f}" if number >= 1 else f"{number:g}"
