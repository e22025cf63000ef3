"""The sentences and Japanese tables of growth, of all and of one origin: nothing is drawn here."""

from __future__ import annotations

import pandas as pd

from pages.shared.frame import text
from pages.shared.parts.board import Column
from pipeline.words.claims import PLACES, Claims, Heading
from pipeline.words.dates import to_wareki

#: Over how many years growth is told.
SPAN = 10


def growth_heading(claims: Claims, table: pd.DataFrame) -> Heading:
    """How many partners there were ``SPAN`` years before the last, and how many at the end (``geo.insight.growth``)."""
    scope = claims.anytime
    if table.empty:
        return Heading(
            f"{scope}{claims.who}の{claims.ties}のうち、始まった年の分かるものはありません。", "", ""
        )
    start, end = _ends(table)
    last = int(table.year.iloc[-1])
    return Heading(
        f"{scope}{claims.who}と{claims.ties}のある、始まった年の分かる市区町村は、"
        f"{text.until(last - SPAN)}から{text.until(last)}までに ",
        f"{start:,} から {end:,} ",
        "になりました。",
    )


def _ends(table: pd.DataFrame) -> tuple[int, int]:
    """The totals ``SPAN`` years before the last year and in it."""
    last = int(table.year.iloc[-1])
    earlier = table.n_total[table.year <= last - SPAN]
    return int(earlier.iloc[-1]) if len(earlier) else 0, int(table.n_total.iloc[-1])


def growth_sentence(claims: Claims, table: pd.DataFrame, unknown: int) -> str:
    """Where growth was strongest, and what is left out because nobody knows when it began."""
    scope = claims.anytime
    if table.empty:
        return f"{scope}{claims.ties}のうち、始まった年の分かるものはありません。"
    start, end = _ends(table)
    last, best = int(table.year.iloc[-1]), table[table.n_new == table.n_new.max()]
    years = text.some([text.within(*pair) for pair in zip(best.year, best.kind, strict=True)], PLACES)
    left = (
        f"ほかに {unknown:,} 市区町村は、どの事業の開始年も分からないため入れていません。" if unknown else ""
    )
    return (
        f"{scope}{text.until(last - SPAN)}までに始まったのが {start:,}、{text.until(last)}までが {end:,} 市区町村です。"
        f"最も多く始まったのは{years}の {int(table.n_new.max()):,} です。{left}"
        f"1つの市区町村は、分かっている最も早い開始年に1回だけ数えます。数えるのは{claims.ties}で、"
        "今の一覧にあるものだけなので、終わった連携は入りません。"
    )


def growth_table(table: pd.DataFrame) -> pd.DataFrame:
    """``geo.insight.growth.growth`` of all together with Japanese headings."""
    return pd.DataFrame(
        {
            "西暦": table.year.astype(int),
            "和暦": table.year.map(lambda year: to_wareki(int(year), "年")),
            "年・年度の別": [
                kind or ("年・年度" if new else "") for kind, new in zip(table.kind, table.n_new, strict=True)
            ],
            "その年に始まった市区町村": table.n_new,
            "累計": table.n_total,
        }
    )


#: How :func:`growth_table` is shown.
GROWTH_COLUMNS = {
    "年": Column("年", order="西暦"),
    "その年に始まった市区町村": Column("その年に始まった市区町村", bar=True),
    "累計": Column("累計", bar=True),
}


def growth_panels(
    table: pd.DataFrame, names: dict[str, str], unknown: pd.Series
) -> list[tuple[str, str, str, list[int], str]]:
    """The groups of ``geo.insight.growth.growth``, largest first: what ``charts.panels`` draws."""
    items = []
    for group, rows in table.groupby("group", sort=False):
        start, end = _ends(rows)
        unsure = f"・年不明 {unknown[group]:,}" if unknown.get(group) else ""
        said = f"{SPAN}年前は {start:,}{unsure}"
        name = f"{names[group]}の累計のグラフ。{text.until(int(rows.year.iloc[-1]))}までに{end:,} 市区町村、{said}。"
        items.append((names[group], f"{end:,}", said, [int(n) for n in rows.n_total], name))
    return sorted(items, key=lambda item: -item[3][-1])


def growth_matrix(table: pd.DataFrame, names: dict[str, str], unknown: pd.Series) -> pd.DataFrame:
    """Totals by group as a table: a year a row, a group a column, and a last row for what has no year."""
    wide = table.pivot(index="year", columns="group", values="n_total")
    wide = wide[[group for group in names if group in wide]]
    shown = pd.concat([wide, unknown.reindex(wide.columns).to_frame().T]).rename(columns=names)
    shown.insert(0, "年", [*(text.until(year) for year in wide.index), "開始年の不明（累計に入らない）"])
    return shown.reset_index(drop=True)


def axis(years: list[int]) -> list[tuple[int, str]]:
    """The years written along an axis: every tenth, and the last where it has room."""
    every = [year for year in years if year % 10 == 0 and years[-1] - year >= 5]
    return [(year, to_wareki(year, "年")) for year in [*every, years[-1]]]
