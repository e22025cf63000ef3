"""Coloured areas for the maps: prefectures by a metric, municipalities partnered or not."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geo.draw.choropleth import METRICS, REACHED, SCHEMES, STANDARD, ZERO_LABEL, LegendEntry, colours
from geo.draw.web.folium_map import Areas

#: What a scheme of SCHEMES does, in words.
NOTES = {
    STANDARD: "どの地図でも、どの条件でも同じ",
    "natural": "値の近い都道府県を同じ色に",
    "quantile": "どの色も、ほぼ同じ数の都道府県に",
    "equal": "値の幅を等しく区切って",
}


def prefectures(table: pd.DataFrame, metric: str, noun: str, scheme: str = STANDARD) -> Areas:
    """Prefectures (``geo.insight.metrics.prefecture_table``) in named classes of a metric of ``METRICS``.

    ``noun`` is what an origin is called.
    """
    chosen, table = METRICS[metric].of(noun), table.set_index("code")
    values = table[chosen.column]
    classes = chosen.classes(values, scheme)
    note = f"{SCHEMES[scheme]}：{NOTES[scheme]}"
    areas = Areas(chosen.label, classes.index, values.map(chosen.text), list(classes.legend), note)
    return _apart(areas, table.n_municipalities == 0, OUT)


#: What cannot be a partner under the conditions, and the prefecture that is one only itself.
OUT, ALONE = LegendEntry("対象外", "land"), LegendEntry("県とだけ連携", "alone")


def _apart(areas: Areas, places: pd.Series, entry: LegendEntry) -> Areas:
    """Give places (true in a series like the index of the areas) a class of their own, where there are any."""
    if not places.any():
        return areas
    index, texts = areas.index.mask(places, len(areas.legend)), areas.texts.mask(places, entry.label)
    return replace(areas, index=index, texts=texts, legend=[*areas.legend, entry])


def ground(table: pd.DataFrame, by: str, plain: bool = False) -> Areas:
    """The ground of flow lines: the standard classes of a metric, in calm colours of their own.

    ``by`` is "coverage", or "partners" where that would be a few per cent everywhere. Where it is to be ``plain``, it says
    only which prefectures are reached: below very many lines, that end everywhere, nothing else is seen.
    """
    table = table.set_index("code")
    classes = METRICS[by].classes(table[METRICS[by].column])
    if plain:
        legend = [classes.legend[0], LegendEntry("あり", REACHED)]
        classes = replace(classes, index=classes.index.clip(upper=1))
    else:
        calm = [replace(entry, colour=f"cover-{i}") for i, entry in enumerate(classes.legend[1:], start=1)]
        legend = [classes.legend[0], *calm]
    counts = zip(table.n_partners, table.n_municipalities, table.coverage, strict=True)
    texts = [f"{n} / {possible}（{share:.0%}）" if n else ZERO_LABEL for n, possible, share in counts]
    areas = Areas(METRICS[by].label, classes.index, pd.Series(texts, index=table.index), legend)
    areas = _apart(areas, table.reached & (table.n_partners == 0), ALONE)
    return _apart(areas, ~table.reached & (table.n_municipalities == 0), OUT)


def partnered(table: pd.DataFrame, n_all: int) -> Areas:
    """Municipalities of one prefecture (``geo.insight.metrics.municipality_table``): partnered, or hatched.

    Those of its ``n_all`` that are not in the table cannot be partners; they have the colour of mere land.
    """
    table = table.set_index("code")
    legend = [LegendEntry(ZERO_LABEL, hatch=True), LegendEntry("連携あり", colours(1)[0])]
    if n_all > len(table):
        legend.append(OUT)
    texts = table.n_projects.map(lambda n: f"{n} 事業" if n else ZERO_LABEL)
    return Areas("連携の有無", table.partnered.astype(int), texts, legend)
