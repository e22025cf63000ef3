"""A file of any kind as tables of cells, each cell with the place where a person finds it and what it spans."""

from pipeline.intake.grid.cells import Cell, Grid
from pipeline.intake.grid.opening import is_document, open_file, open_in_order

__all__ = ["Cell", "Grid", "is_document", "open_file", "open_in_order"]
