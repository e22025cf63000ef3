"""The map of a view as a picture of a chosen size, which says itself what it shows."""

from __future__ import annotations

from geo.choropleth import STANDARD
from geo.dataset import Dataset, Selection
from geo.figure import FLOWS, Caption, map_figure
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
    """The map as "png" or "svg", ``size`` dots wide and high; on it stand title, conditions, date and sources."""
    view = sheet(dataset, selection, what, scheme)
    millimetres = (size[0] / DPI * 25.4, size[1] / DPI * 25.4)
    caption = Caption(view.title, view.conditions, view.sources)
    drawn = map_figure(view.selected, Ground(dataset.prefectures), view.show, millimetres, caption)
    return save(drawn, kind, view.title, DPI)
