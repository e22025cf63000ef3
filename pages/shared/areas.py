"""Coloured areas for the maps: prefectures by a metric, municipalities partnered or not."""

from __future__ import annotations

import pandas as pd

from geo.choropleth import METRICS, REACHED, ZERO_LABEL, LegendEntry, classify, colours
from geo.folium_map import Areas


def prefectures(table: pd.DataFrame, metric: str, scheme: str = "natural") -> Areas:
    """Prefectures (``geo.metrics.prefecture_table``) in named classes of a metric of ``METRICS``."""
    chosen = METRICS[metric]
    values = table.set_index("code")[chosen.column]
    classes = classify(values, percent=chosen.percent, scheme=scheme)
    return Areas(chosen.label, classes.index, values.map(chosen.text), classes.legend)


def reached(table: pd.DataFrame) -> Areas:
    """Prefectures with a tie or without: a calm ground for flow lines, which carry the numbers."""
    table = table.set_index("code")
    legend = [LegendEntry(ZERO_LABEL, hatch=True), LegendEntry("あり", REACHED)]
    texts = table.n_partners.map(str)
    return Areas("連携する市区町村", table.reached.astype(int), texts, legend)


def partnered(table: pd.DataFrame) -> Areas:
    """Municipalities of one prefecture (``geo.metrics.municipality_table``): partnered, or hatched."""
    table = table.set_index("code")
    legend = [LegendEntry(ZERO_LABEL, hatch=True), LegendEntry("連携あり", colours(1)[0])]
    texts = table.n_projects.map(lambda n: f"{n} 事業" if n else ZERO_LABEL)
    return Areas("連携の有無", table.partnered.astype(int), texts, legend)
