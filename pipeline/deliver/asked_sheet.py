"""The sheet of a file of pages or slides: of the view itself, or of one of the questions that are pages, too."""

from __future__ import annotations

from geo.draw.print.sheet import Sheet
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver.gap_sheet import gap_sheet
from pipeline.deliver.profile_sheet import profile_sheet
from pipeline.deliver.shared_sheet import shared_sheet
from pipeline.deliver.view_sheet import sheet

#: Question → what answers it.
SHEETS = {"gaps": gap_sheet, "profile": profile_sheet, "overlap": shared_sheet}


def asked_sheet(
    dataset: Dataset, selection: Selection, question: str, what: str, scheme: str, gaps: bool
) -> Sheet:
    """What one page says about a selection; without a ``question`` as ``pipeline.deliver.view_sheet.sheet`` has it.

    Raises
    ------
    SourceError
        where the question cannot be asked of the selection.
    """
    if question:
        return SHEETS[question](dataset, selection)
    return sheet(dataset, selection, what, scheme, gaps)
