"""The map of a view alone, as a picture of a chosen size."""

from __future__ import annotations

from dataclasses import replace

from geo.choropleth import STANDARD
from geo.dataset import Dataset, Selection
from geo.figure import FLOWS, map_figure
from geo.ground import Ground
from geo.lettering import save
from pipeline.exports.paper import sheet
from pipeline.exports.sizes import DPI, USUAL


def write(
    dataset: Dataset,
    selection: Selection,
    kind: str,
    *,
    size: tuple[int, int] = USUAL,
    what: str = FLOWS,
    scheme: str = STANDARD,
) -> bytes:
    """The map as "png" or "svg", ``size`` dots wide and high."""
    view = sheet(dataset, selection, what, scheme)
    millimetres = (size[0] / DPI * 25.4, size[1] / DPI * 25.4)
    show = replace(view.show, credit=f"地図: {dataset.map_credit}")
    drawn = map_figure(view.selected, Ground(dataset.prefectures), show, millimetres)
    return save(drawn, kind, view.title, DPI)
