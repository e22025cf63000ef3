"""The words of 空白を探す: the sentences as plain text, what is said below the candidates as HTML."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape

import pandas as pd

from geo.insight.gaps import Candidate, is_listed
from pages.shared.frame import text
from pages.shared.frame.shell import View
from pages.shared.parts import markup
from pipeline.intake.seekers import Seekers
from pipeline.words.candidates import rule, some_origins
from pipeline.words.claims import Claims

#: Candidates written out; the rest is counted, and in the CSV.
LIMIT = 12

#: Prefectures in the ranking, and the columns of the prefecture table it can go by.
ROWS = 12
RANKS = {"n_partners": "連携の少ない", "coverage": "連携率の低い"}


def section(
    claims: Claims, prefecture: pd.Series, n: int, others: Sequence[str], weighted: bool = False
) -> str:
    """What the ``n`` candidates of a prefecture are, and which other origins are linked with it.

    ``prefecture`` is a row of ``geo.insight.metrics.prefecture_table``; ``weighted`` says that reasons count by weights.
    """
    if not prefecture.n_municipalities:
        return "この条件では対象外です。左の条件を広げるか、ほかの都道府県を選んでください。"
    name = prefecture["name"]
    parts = [claims.drill(prefecture).text]
    if others:
        parts.append(
            f"{claims.scope}{claims.ties}で{name}とつながる{claims.naming.others}は、{some_origins(others, 6, claims.naming)}です。"
        )
    parts.append(
        f"下は{_most(weighted)}です。" if n else "空白はありません。表でほかのますを選んでください。"
    )
    return "".join(parts)


def everywhere(claims: Claims, n_prefectures: int, n: int, weighted: bool = False) -> str:
    """What the ``n`` candidates are where no prefecture is chosen: those of the unreached ones, or of all."""
    without = f"{claims.ties}のない"
    where = f"{without} {n_prefectures} 都道府県の" if n_prefectures else without
    return f"{where} {n:,} 市区町村を、{_most(weighted)}に並べています。表のますを選ぶと、その都道府県にしぼれます。"


def _most(weighted: bool) -> str:
    return "重みを付けた理由の多い順" if weighted else "理由の多い順"


def lowest(prefectures: pd.DataFrame, by: str) -> pd.DataFrame:
    """The prefectures, the emptiest by a column of RANKS first; among equals those with the most municipalities."""
    possible = prefectures[prefectures.n_municipalities > 0]
    keys = [by, "n_partners", "n_municipalities", "code"]
    return possible.sort_values(keys, ascending=[True, True, False, True])


def ranking(claims: Claims, by: str) -> str:
    """The first ROWS of :func:`lowest` as bars of their coverage."""
    listed = lowest(claims.population.prefectures, by)
    rows = [
        (
            row.name,
            row.coverage,
            (_linked(row), f"{row.n_municipalities}", text.percent(row.coverage)),
        )
        for row in listed.head(ROWS).itertuples(index=False)
    ]
    rest = f"（{len(listed)}のうち{len(rows)}）" if len(listed) > len(rows) else ""
    ties = "連携" if claims.selection.networks else "個別"
    return markup.ranking(f"{claims.who}の{RANKS[by]}都道府県{rest}", (ties, "全体", "連携率"), rows)


def _linked(row) -> str:
    """How many partners a prefecture has; 「県のみ」 where it is one itself and no gap, as in the matrix."""
    return str(row.n_partners or (f"{row.name[-1]}のみ" if row.direct else "なし"))


def saved(claims: Claims, prefecture: str, n_prefectures: int, n: int) -> str:
    """What the button that saves the ``n`` candidates says: of which prefectures, as :func:`everywhere` does."""
    without = f"{claims.ties}のない"
    where = f"{prefecture}の{without}" if prefecture else without
    if n_prefectures and not prefecture:
        where = f"{without} {n_prefectures} 都道府県の"
    return f"{where}市区町村 {n:,} をCSVで保存"


def speaking(found: Iterable[Candidate], hidden: Collection[str]) -> list[Candidate]:
    """The candidates that something speaks for; not whoever is a partner by another document, nor the hidden ones."""
    return [one for one in found if one.reasons and not is_listed(one) and one.code not in hidden]


def beside(
    view: View,
    found: Sequence[Candidate],
    hidden: Collection[str],
    weights: Mapping[str, int],
    seekers: Seekers | None,
) -> str:
    """What is said below the cards: how many more there are, who is left out of them, and the rule of the order.

    Whoever is a partner by another document is named apart: it is no gap.
    """
    html, more = "", len(speaking(found, hidden)) - LIMIT
    if more > 0:
        html += f'<p class="k-rest">理由のある候補はほかに {more:,} あります。CSVにすべて入っています。</p>'
    if n := sum(one.code in hidden for one in found):
        html += (
            f'<p class="k-rest">隠した候補 {n} は、ここに出していません。下の「持ち帰る候補」で戻せます。</p>'
        )
    listed = [view.places[one.code] for one in found if is_listed(one)]
    if listed:
        html += (
            f'<p class="k-rest">ほかの資料では、すでに連携している市区町村 {len(listed)}: '
            f"{escape(text.some(listed, LIMIT))}</p>"
        )
    said = rule(view.naming, weights, seekers.title if seekers else "")
    return f'{html}<p class="k-rule">{escape(said)}</p>'


def without_reason(view: View, found: Iterable[Candidate], all_kinds: bool) -> str:
    """The municipalities of one prefecture that the documents give no reason for, by name.

    ``all_kinds``: whether every kind of reason is used.
    """
    names = [
        view.places[one.code].removeprefix(view.places[one.prefecture_code])
        for one in found
        if not one.reasons
    ]
    if not names:
        return ""
    found_in = "資料から理由" if all_kinds else "資料から、使うとした理由"
    listed = escape("・".join(names))
    return f'<p class="k-rest">{found_in}の見つからない市区町村 {len(names)}: {listed}</p>'
