"""Coloured areas for the maps: prefectures by a metric, municipalities partnered or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geo.choropleth import METRICS, SCHEMES, ZERO_LABEL, LegendEntry, classify, colours
from geo.folium_map import Areas

#: What a scheme of SCHEMES does, in words.
NOTES = {
    "natural": "値の近い都道府県を同じ色に",
    "quantile": "どの色も、ほぼ同じ数の都道府県に",
    "equal": "値の幅を等しく区切って",
}


def prefectures(table: pd.DataFrame, metric: str, scheme: str = "natural") -> Areas:
    """Prefectures (``geo.metrics.prefecture_table``) in named classes of a metric of ``METRICS``."""
    chosen, table = METRICS[metric], table.set_index("code")
    values = table[chosen.column]
    classes = classify(values, percent=chosen.percent, scheme=scheme)
    note = f"{SCHEMES[scheme][0]}：{NOTES[scheme]}"
    areas = Areas(chosen.label, classes.index, values.map(chosen.text), list(classes.legend), note)
    return _apart(areas, table.n_municipalities == 0, OUT)


#: What cannot be a partner under the conditions, and the prefecture that is one only itself.
OUT, ALONE = LegendEntry("対象外", "land"), LegendEntry("県とだけ連携", "note")


def _apart(areas: Areas, places: pd.Series, entry: LegendEntry) -> Areas:
    """Give places (true in a series like the index of the areas) a class of their own, where there are any."""
    if not places.any():
        return areas
    index, texts = areas.index.mask(places, len(areas.legend)), areas.texts.mask(places, entry.label)
    return replace(areas, index=index, texts=texts, legend=[*areas.legend, entry])


#: Classes of the ground below flow lines, by their upper bound; the same in every view, so that views compare.
COVERAGE = {0.25: "25%未満", 0.5: "25%以上", 0.75: "50%以上", None: "75%以上"}
PARTNERS = {2: "1", 4: "2–3", 7: "4–6", None: "7以上"}


def ground(table: pd.DataFrame, by: str) -> Areas:
    """The ground of flow lines: how much of each prefecture is reached, in calm colours of their own.

    ``by`` is "coverage", or "partners" where that would be a few per cent everywhere.
    """
    table = table.set_index("code")
    values, classes = {"coverage": (table.coverage, COVERAGE), "partners": (table.n_partners, PARTNERS)}[by]
    bounds = [upper for upper in classes if upper is not None]
    index = (np.searchsorted(bounds, values, side="right") + 1) * (table.n_partners > 0)
    legend = [LegendEntry(ZERO_LABEL, hatch=True)]
    legend += [LegendEntry(label, f"cover-{i}") for i, label in enumerate(classes.values(), start=1)]
    counts = zip(table.n_partners, table.n_municipalities, table.coverage, strict=True)
    texts = [f"{n} / {possible}（{share:.0%}）" if n else ZERO_LABEL for n, possible, share in counts]
    areas = Areas(METRICS[by].label, index, pd.Series(texts, index=table.index), legend)
    areas = _apart(areas, table.reached & (table.n_partners == 0), ALONE)
    return _apart(areas, ~table.reached & (table.n_municipalities == 0), OUT)


def partnered(table: pd.DataFrame, n_all: int) -> Areas:
    """Municipalities of one prefecture (``geo.metrics.municipality_table``): partnered, or hatched.

    Those of its ``n_all`` that are not in the table cannot be partners; they have the colour of mere land.
    """
    table = table.set_index("code")
    legend = [LegendEntry(ZERO_LABEL, hatch=True), LegendEntry("連携あり", colours(1)[0])]
    if n_all > len(table):
        legend.append(OUT)
    texts = table.n_projects.map(lambda n: f"{n} 事業" if n else ZERO_LABEL)
    return Areas("連携の有無", table.partnered.astype(int), texts, legend)
