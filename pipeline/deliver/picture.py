"""The map of a view as a picture of a chosen size, which says itself what it shows."""

from __future__ import annotations

from geo.draw.choropleth import STANDARD
from geo.draw.print.figure import FLOWS, Caption, map_figure
from geo.draw.print.ground import Ground
from geo.draw.print.lettering import save
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver.paper import sheet
from pipeline.deliver.sizes import DPI, USUAL


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
