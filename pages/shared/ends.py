"""Both ends of a ranking of the prefectures: where ties are thickest, and where they are thin or missing."""

from __future__ import annotations

from html import escape

import pandas as pd

from geo.choropleth import METRICS, Metric
from geo.codes import REGIONS
from pages.shared import markup, text

#: Rows of each end; a low screen shows fewer of them (theme.css).
ROWS = 11

#: So many prefectures without a tie are named in one go; more are listed by region.
FEW = 12


def reach(prefectures: pd.DataFrame) -> str:
    """Where most municipalities are partners, and where there are none, or the smallest share is.

    ``prefectures`` is ``geo.metrics.prefecture_table``.
    """
    heads = ("市区町村", "充足率")
    top = _ends(prefectures, "n_partners", ascending=False)
    return _block(
        markup.ranking("連携する市区町村の多い都道府県", heads, _reached(top, top.n_partners.max())),
        _missing(prefectures)
        or markup.ranking("充足率の低い都道府県", heads, _reached(_ends(prefectures, "coverage", True))),
    )


def _reached(table: pd.DataFrame, most: int | None = None) -> list[tuple[str, float, tuple[str, str]]]:
    """Rows with bars of the number of partners, against ``most``, or of the coverage."""
    return [
        (
            row.name,
            row.n_partners / most if most else row.coverage,
            (f"{row.n_partners}", f"{row.coverage:.0%}"),
        )
        for row in table.itertuples(index=False)
    ]


def metric(prefectures: pd.DataFrame, key: str) -> str:
    """The prefectures a metric of METRICS puts first, and those without any tie, or those it puts last."""
    chosen = METRICS[key]
    name = text.metric_name(key).removesuffix("の数")
    top = _ends(prefectures, chosen.column, ascending=False)
    most = top[chosen.column].max()
    return _block(
        _bars(f"{name}の多い都道府県" if not chosen.percent else f"{name}の高い都道府県", chosen, top, most),
        _missing(prefectures)
        or _bars(
            f"{name}の少ない都道府県" if not chosen.percent else f"{name}の低い都道府県",
            chosen,
            _ends(prefectures, chosen.column, ascending=True),
            most,
        ),
    )


def _bars(title: str, chosen: Metric, table: pd.DataFrame, most: float) -> str:
    values = table[chosen.column]
    rows = [
        (name, value / most if most else 0.0, (chosen.text(value).removesuffix(f" {chosen.unit}"),))
        for name, value in zip(table["name"], values, strict=True)
    ]
    return markup.ranking(title, ("割合" if chosen.percent else chosen.unit,), rows)


def _ends(prefectures: pd.DataFrame, column: str, ascending: bool) -> pd.DataFrame:
    """The first rows by a column, of the prefectures that can be partners or, from the top, that are."""
    table = prefectures[prefectures.n_municipalities > 0] if ascending else prefectures[prefectures.reached]
    keys = [column, "coverage", "n_projects", "code"]
    return table.sort_values(keys, ascending=[ascending] * 3 + [True]).head(ROWS)


def _missing(prefectures: pd.DataFrame) -> str:
    """The prefectures without any tie, by region where they are many; "" where there are none."""
    missing = prefectures[(prefectures.n_municipalities > 0) & ~prefectures.reached]
    if missing.empty:
        return ""
    title, listed = text.gap_note(prefectures)
    if len(missing) <= FEW:
        return markup.note(title, listed)
    # By region the last character, 県 or 府, goes without saying; that of 北海道 is part of its name.
    names = dict(
        zip(missing.code.str[:2], missing["name"].str.replace("[都府県]$", "", regex=True), strict=True)
    )
    lines = []
    for region, numbers in REGIONS.items():
        inside = [names[number] for number in numbers if number in names]
        if inside:
            lines.append(f"<dt>{region}</dt><dd>{escape('・'.join(inside))}</dd>")
    return f'<div class="k-note"><b>{escape(title)}</b><dl>{"".join(lines)}</dl></div>'


def _block(*parts: str) -> str:
    return f'<div class="k-ends">{"".join(parts)}</div>'
