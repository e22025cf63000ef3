"""What is asked of the partners of a few origins and what is found, in words: for the screen, the page and the slide."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pandas as pd

from geo.draw.signs import Signed, signed, signs_of
from geo.insight.overlap import ALL, CONDITIONS, FELLOW, NETWORK, ONE, SOME, Overlap, Question
from pipeline.words import view as words
from pipeline.words.claims import Claims, Heading

#: How an origin is tied to a municipality that it has not under the conditions (``geo.insight.overlap``).
ELSEWHERE = {
    CONDITIONS: "条件の外で個別の連携",
    NETWORK: "広域の集まりで",
    FELLOW: "ほかの資料では同じ広域の集まり",
}

#: Projects named of one origin where a cell holds those of several.
_NAMED = 2


@dataclass(frozen=True, eq=False)
class Asked:
    """A question with its answer.

    Parameters
    ----------
    overlap : what is counted of the origins
    claims : what may be said of them together
    mine : the origin that is looked at from among the others, if any: the map then shows what it has and lacks
    """

    overlap: Overlap
    claims: Claims
    mine: str | None = None

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.overlap.question

    def name(self, code: str) -> str:
        """The name of an origin."""
        return self.claims.dataset.origin_names[code]

    def names(self, codes: Collection[str]) -> str:
        """The names of origins, in the order they are compared in."""
        return "・".join(self.name(code) for code in self.question.origins if code in codes)

    @property
    def words(self) -> str:
        """The question before a noun: 「台東区・荒川区の両方にあり、墨田区にない」."""
        return question_words(
            self.question, {code: self.name(code) for code in self.question.origins}, self.noun
        )

    @property
    def noun(self) -> str:
        """What an origin is called."""
        return self.claims.naming.noun

    def heading(self) -> Heading:
        """How many municipalities answer, and with whom of those that have them not there is a tie all the same."""
        n, asked = len(self.overlap.found), self.question
        if not n:
            return self.claims.nothing(f"{self.claims.ties}が{self.words}市区町村")
        scope = self.claims.strict if asked.lacks or asked.alone else self.claims.scope
        more = self._all_the_same() + self.claims.beside()
        return Heading(f"{scope}{self.claims.ties}が{self.words}市区町村は ", f"{n:,}", " です。", more)

    def _all_the_same(self) -> str:
        lacking = self.question.lacks or (
            frozenset(self.question.origins) if self.question.alone else frozenset()
        )
        n = len(
            {
                code
                for code in self.overlap.found.code
                if any((code, origin) in self.overlap.elsewhere for origin in lacking)
            }
        )
        if not n:
            return ""
        who = self.names(self.question.lacks) or self.claims.naming.others
        part = "どれも" if n == len(self.overlap.found) else f"うち{n:,}は"
        return f"{part}、今の条件で数えていない連携や広域の集まりで、{who}ともつながりがあります。"

    def figures(self) -> list[tuple[str, str, str]]:
        """The row of key figures: how many any of the origins has, and of these all, some, only one."""
        counts, total = self.overlap.sharing, len(self.overlap.table)
        shown = [("どれかにある", total), (self._all, counts[ALL])]
        if len(self.question.origins) > 2:
            shown += [(self._some, counts[SOME]), (self._one, counts[ONE])]
        else:
            single = self.overlap.table[self.overlap.table.n_origins == 1].origins.value_counts()
            shown += [
                (f"{self.name(code)}だけ", int(single.get((code,), 0))) for code in self.question.origins
            ]
        return [(label, f"{n:,}", "市区町村") for label, n in shown]

    @property
    def _all(self) -> str:
        n = len(self.question.origins)
        return "両方にある" if n == 2 else f"{n}{self.noun}すべてにある"

    @property
    def _some(self) -> str:
        n = len(self.question.origins)
        return f"2{self.noun}にある" if n == 3 else f"2〜{n - 1}{self.noun}にある"

    @property
    def _one(self) -> str:
        return f"1{self.noun}だけにある"

    def held_by(self, held: Collection[str]) -> str:
        """Who has a municipality, and only they: 「台東区・荒川区」, 「台東区だけ」."""
        return f"{self.names(held)}だけ" if len(held) == 1 else self.names(held)

    def signed(self) -> Signed:
        """Every municipality that any of the origins has, by the group it is in, those that answer first."""
        labels, of = self._groups()
        table = self.overlap.table.assign(
            sign=self.overlap.table.apply(of, axis=1) if len(self.overlap.table) else ""
        )
        table = table.sort_values("answers", ascending=False, kind="stable")
        rows = [
            (
                row.code,
                row.name,
                row.sign,
                "",
                f"ある{self.noun}：{self.names(row.origins)}\n事業 {row.n_projects:,} 件",
            )
            for row in table.itertuples(index=False)
        ]
        return signed(rows, signs_of(labels), f"{self.claims.ties}の相手")

    def _groups(self) -> tuple[dict[str, str], Callable[[pd.Series], str]]:
        """The groups of the map, key → label, and which of them a row of the table is in."""
        origins, mine = self.question.origins, self.mine
        if mine is not None:
            name, others = self.name(mine), f"ほかの{len(origins) - 1}{self.noun}すべて"
            whole = len(origins) > 2 and len(self.question.has) == len(origins) - 1
            labels = {
                "missing": f"{others if whole else 'ほか'}にあって{name}にない",
                "both": f"{name}にもほかにもある",
                "mine": f"{name}だけにある",
            } | ({"rest": f"ほかの一部にあって{name}にない"} if whole else {})

            def of(row: pd.Series) -> str:
                if mine in row.origins:
                    return "mine" if row.n_origins == 1 else "both"
                return "missing" if row.answers else "rest"

            return labels, of
        if self.question in (Question.shared(origins), Question.of_one(origins)):
            if len(origins) == 2:
                labels = {ALL: self._all, **{code: f"{self.name(code)}だけにある" for code in origins}}
                return labels, lambda row: ALL if row.n_origins == 2 else row.origins[0]
            labels = {ALL: self._all, SOME: self._some, ONE: self._one}
            return labels, lambda row: {len(origins): ALL, 1: ONE}.get(row.n_origins, SOME)
        labels = {"answers": "問いに合う", "rest": "合わない"}
        return labels, lambda row: "answers" if row.answers else "rest"

    def examples(self, code: str, longest: int = _NAMED) -> str:
        """The first projects of each origin with a municipality: 「台東区：災害協定（平成8年度（1996年度）〜）」."""
        own = self.overlap.holdings[self.overlap.holdings.code == code]
        return "／".join(
            f"{self.name(row.origin_code)}：{words.some(row.projects, longest)}（{words.began(row.first_year, row.first_kind)}から）"
            if pd.notna(row.first_year)
            else f"{self.name(row.origin_code)}：{words.some(row.projects, longest)}（開始年不明）"
            for row in own.itertuples(index=False)
        )

    def outside(self, code: str) -> str:
        """How those that have a municipality not under the conditions are tied to it all the same; "" where none is."""
        ways = {
            self.name(origin): ELSEWHERE[way]
            for origin in self.question.origins
            if (way := self.overlap.elsewhere.get((code, origin)))
        }
        return "、".join(f"{name}は{way}" for name, way in ways.items())


def question_words(question: Question, names: dict[str, str], noun: str) -> str:
    """A question before a noun; ``names`` are those of its origins, ``noun`` what one of them is called.

    >>> names = {"a": "台東区", "b": "荒川区", "c": "墨田区"}
    >>> for asked in (
    ...     Question.shared("ab"), Question.shared("abc"), Question.of_one("abc"),
    ...     Question.missing("abc", "c"), Question.missing("abc", "c", of_all=False), Question.missing("ab", "b"),
    ...     Question(("a", "b", "c"), frozenset("a"), frozenset("bc")), Question(("a", "b", "c"), frozenset("ab")),
    ...     Question(("a", "b", "c")),
    ... ):
    ...     print(question_words(asked, names, "区"))
    台東区・荒川区の両方にある
    台東区・荒川区・墨田区のすべてにある
    台東区・荒川区・墨田区のうち1区だけにある
    台東区・荒川区の両方にあり、墨田区にない
    台東区・荒川区のどちらかにあり、墨田区にない
    台東区にあり、荒川区にない
    台東区にあり、荒川区・墨田区のどちらにもない
    台東区・荒川区の両方にある（墨田区は問わない）
    台東区・荒川区・墨田区のどれかにある
    """

    def of(codes: Collection[str], one: str, two: str, more: str) -> str:
        chosen = [names[code] for code in question.origins if code in codes]
        return "・".join(chosen) + (one, two, more)[min(len(chosen), 3) - 1]

    has, lacks, free = question.has, question.lacks, question.free
    rest = f"（{of(free, '', '', '')}は問わない）" if free and has else ""
    if question.alone:
        return f"{of(free, '', '', '')}のうち1{noun}だけにある"
    missing = of(lacks, "にない", "のどちらにもない", "のどれにもない") if lacks else ""
    stem = of(has, "に", "の両方に", "のすべてに") if has else of(free, "に", "のどちらかに", "のどれかに")
    return f"{stem}あり、{missing}{rest}" if missing else f"{stem}ある{rest}"
