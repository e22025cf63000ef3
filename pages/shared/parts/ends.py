"""Both ends of a ranking of the prefectures: where ties are thickest, and where they are thin or missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import pandas as pd

from geo.draw.choropleth import METRICS
from geo.places.codes import REGIONS, short_name
from pages.shared.frame import text
from pages.shared.parts import markup
from pipeline.words.claims import Claims

#: Rows of each end; a low screen shows fewer of them (theme.css).
ROWS = 10

#: So many prefectures without a tie are named in one go; more are listed by region.
FEW = 12


def reach(claims: Claims) -> str:
    """Where most municipalities are partners, and where there are none, or the smallest share is."""
    prefectures = list(claims.population.prefectures.itertuples())

    def figures(row) -> tuple[str, str]:
        return f"{row.n_partners}", f"{row.coverage:.0%}"

    heads = ("市区町村", "連携率")
    most = max(row.n_partners for row in prefectures)
    top = _rows(prefectures, "n_partners", True, lambda row: row.n_partners / most if most else 0, figures)
    low = _rows(prefectures, "coverage", False, lambda row: row.coverage, figures)
    return _block(
        markup.ranking("連携する市区町村の多い都道府県", heads, top),
        *_thin(claims, markup.ranking("連携率の低い都道府県", heads, low)),
    )


def metric(claims: Claims, key: str) -> str:
    """The prefectures a metric of METRICS puts first, and those without any tie, or those it puts last."""
    prefectures = list(claims.population.prefectures.itertuples())
    noun = claims.naming.noun
    chosen, name = METRICS[key].of(noun), text.metric_name(key, noun).removesuffix("の数")
    column, heads = chosen.column, ("割合" if chosen.percent else chosen.unit,)
    most = max(getattr(row, column) for row in prefectures)
    more, less = ("高い", "低い") if chosen.percent else ("多い", "少ない")

    def end(first: bool) -> list:
        return _rows(
            prefectures,
            column,
            first,
            lambda row: getattr(row, column) / most if most else 0,
            lambda row: (chosen.text(getattr(row, column)).removesuffix(f" {chosen.unit}"),),
        )

    return _block(
        markup.ranking(f"{name}の{more}都道府県", heads, end(True)),
        *_thin(claims, markup.ranking(f"{name}の{less}都道府県", heads, end(False))),
    )


def _rows(prefectures: Sequence, column: str, top: bool, share: Callable, figures: Callable) -> list:
    """One end of the prefectures by a column, as rows of ``markup.ranking``; from the top, of those reached."""
    kept = [row for row in prefectures if (row.reached if top else row.n_municipalities)]
    sign = -1 if top else 1
    kept.sort(
        key=lambda row: (sign * getattr(row, column), sign * row.coverage, sign * row.n_projects, row.code)
    )
    return [(row.name, share(row), figures(row)) for row in kept[:ROWS]]


def _thin(claims: Claims, ranking: str) -> list[str]:
    """The prefectures without any tie, by region where they are many, and the ranking as long as it shows others."""
    prefectures = claims.population.prefectures
    missing = prefectures[(prefectures.n_municipalities > 0) & ~prefectures.reached]
    if missing.empty:
        return [ranking]
    rest = [ranking] if len(missing) <= ROWS // 2 else []
    return [*rest, _missing(claims, missing)]


def _missing(claims: Claims, missing: pd.DataFrame) -> str:
    title, listed = claims.gaps()
    if len(missing) <= FEW:
        return markup.note(title, listed)
    names = {code[:2]: short_name(name) for code, name in zip(missing.code, missing["name"], strict=True)}
    lines = []
    for region, numbers in REGIONS.items():
        inside = [names[number] for number in numbers if number in names]
        if inside:
            lines.append(f"<dt>{region}</dt><dd>{escape('・'.join(inside))}</dd>")
    return f'<div class="k-note"><b>{escape(title)}</b><dl>{"".join(lines)}</dl></div>'


def _block(*parts: str) -> str:
    return f'<div class="k-ends">{"".join(parts)}</div>'
