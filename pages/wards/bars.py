"""The charts of an origin's profile, as tables with bars: what is drawn is written beside it."""

from __future__ import annotations

import pandas as pd

from geo.ledger.origins import Naming
from pages.shared.frame import text
from pages.shared.frame.shell import View
from pages.shared.parts import charts, growth_text, markup
from pages.shared.parts.board import Column
from pages.shared.parts.growth_text import axis
from pipeline.words import origin_words, shared_partners
from pipeline.words.claims import Claims

#: Prefectures of the partners nobody else has that stand unfolded.
ONLY = 10


def mix(table: pd.DataFrame, claims: Claims) -> str:
    """The categories of one origin's projects beside those of the others; ``geo.insight.profiles.category_mix``."""
    longest = max(table.share.max(), table.share_others.max(), 0.01)
    rows = [
        (
            row.category,
            row.share / longest,
            (_number(row.n_projects), f"{row.share:.0%}", f"{row.share_others:.0%}"),
        )
        for row in table.itertuples(index=False)
    ]
    marks = list(table.share_others / longest)
    sentence = markup.summary(origin_words.mix_sentence(table, claims))
    if claims.naming.single:
        alone = [(name, share, figures[:2]) for name, share, figures in rows]
        return markup.block(markup.ranking("分野の構成", ("事業", "割合"), alone, of="分野"), sentence)
    chart = markup.ranking("分野の構成", ("事業", "割合", claims.naming.others), rows, of="分野", marks=marks)
    key = f'<ul class="k-mapkeys"><li><b class=u></b>縦線は{claims.naming.others}の割合</ul>'
    return markup.block(chart, key, sentence)


def distances(table: pd.DataFrame, flows: pd.DataFrame, claims: Claims) -> str:
    """How far the partners of one origin are: ``geo.insight.profiles.distance_bands`` of its flows."""
    longest, total = table.n_municipalities.max(), table.n_municipalities.sum()
    rows = [
        (
            origin_words.band(row.from_km, row.to_km),
            row.n_municipalities / longest,
            (_number(row.n_municipalities), f"{row.n_municipalities / total:.0%}"),
        )
        for row in table.itertuples(index=False)
    ]
    chart = markup.ranking("相手までの距離", ("市区町村", "割合"), rows, of="距離")
    return markup.block(chart, markup.summary(origin_words.distance_sentence(table, flows, claims)))


#: How the strongest ties are shown.
TIE_COLUMNS = {
    "市区町村": Column("市区町村"),
    "事業": Column("事業", bar=True),
    "最初の年": Column("最初の年", order="年"),
    "距離km": Column("距離", "km"),
}


def overlap_columns(heading: str) -> dict[str, Column]:
    """How the overlapping origins are shown; ``heading`` is what they are called."""
    return {
        heading: Column(heading),
        "共通の相手": Column("共通の相手", bar=True),
        "一致度%": Column("一致度", "%"),
        "共通の相手の例": Column("共通の相手の例", lines=2),
    }


def standing(
    table: pd.DataFrame,
    place: pd.DataFrame,
    origin: str,
    name: str,
    naming: Naming,
    home: origin_words.Home | None = None,
) -> str:
    """The key figures of one origin, each with its rank and a strip on which every origin is a stroke,
    where there are others; of many, every one of its own prefecture (``home``).

    ``table`` is ``geo.insight.profiles.origin_table``, ``place`` the ``geo.insight.profiles.standing`` of the origin ``origin``.
    """
    cells = []
    beside = table[table.origin_code.str[:2] == origin[:2]] if home else table
    shown = home.standing if home else place
    for column, (label, value, rest) in zip(
        place.index, origin_words.standing_figures(place, naming, home), strict=True
    ):
        values = beside[column].astype("Float64")
        longest = max(values.max(), 1) if values.notna().any() else 1
        strokes = "".join(
            f'<i style="left:{number / longest:.1%}"></i>'
            for code, number in zip(beside.origin_code, values, strict=True)
            if code != origin and not pd.isna(number)
        )
        middle, own = shown.loc[column, "median"], shown.loc[column, "value"]
        strokes += "" if pd.isna(middle) else f'<u style="left:{middle / longest:.1%}"></u>'
        strokes += "" if pd.isna(own) else f'<b style="left:{own / longest:.1%}"></b>'
        others = f'<dd class="k-strip" aria-hidden="true">{strokes}</dd><dd>{markup.escape(rest)}</dd>'
        cells.append(
            f"<div><dt>{markup.escape(label)}</dt><dd><b>{markup.escape(value)}</b></dd>"
            f"{'' if naming.single else others}</div>"
        )
    figures = f'<dl class="k-figures k-standing">{"".join(cells)}</dl>'
    if naming.single:
        return figures
    thin = f"{home.called}の1つずつ" if home else f"1{naming.noun}ずつ"
    others = f"長い線が{naming.others}の中央値です。"
    key = f"帯は、左の端が0です。細い線が{thin}、太い線が{name}、{others}"
    return f'{figures}<p class="k-sub">{markup.escape(key)}</p>'


def map_keys() -> str:
    """What the small map shows."""
    return (
        '<ul class="k-mapkeys"><li><b class=r></b>連携のある都道府県<li><b class=z></b>なし'
        "<li><b class=o></b>相手（大きいほど事業が多い）</ul>"
    )


def only(codes: list[str], view: View) -> str:
    """The partners of one origin that no other has; ``geo.insight.profiles.only_partners``."""
    title = f"{view.subject}だけの相手 {len(codes)} 市区町村"
    rows, columns = shared_partners.only_rows(codes, view.dataset), ("都道府県", "数", "市区町村")
    if not rows:
        return ""
    more = rows[ONLY:]
    rest = f"ほか {len(more)} 都道府県の {sum(n for _, n, _ in more)} 市区町村"
    return markup.block(
        markup.table(title, columns, rows[:ONLY]),
        markup.fold(f"{rest}を見る", markup.table(rest, columns, more)) if more else "",
    )


def _number(n: int) -> str:
    return str(n) if n else "なし"


def cumulative(table: pd.DataFrame, unknown: int, view: View) -> str:
    """The growth of one origin (``geo.insight.growth.growth``) as a chart with its sentence."""
    sentence = markup.summary(growth_text.growth_sentence(view.claims, table, unknown))
    if table.empty:
        return markup.block(sentence)
    years = [int(year) for year in table.year]
    chart = charts.cumulative(
        "相手の増え方（市区町村）",
        years,
        list(table.n_new),
        list(table.n_total),
        [label for label in axis(years) if label[0] == years[-1] or years[-1] - label[0] > 7],
        [
            f"{text.until(year)}まで {total:,}（{text.within(year, kind)}に {new:,}）" if new else ""
            for year, kind, total, new in zip(years, table.kind, table.n_total, table.n_new, strict=True)
        ],
        f"{view.subject}と連携する市区町村の累計のグラフ。年ごとの数は下の表にあります。",
    )
    return markup.block(chart, sentence)
