"""Files of the data and of a view: one module a format, each with ``write(dataset, selection) -> bytes``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line lists the formats before anything heavy is needed
    from geo.ledger.dataset import Dataset
    from geo.ledger.selection import Selection


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Parameters
    ----------
    title : what it is called, in Japanese
    suffix : of the file's name, with the dot
    media : its media type
    module : where its ``write(dataset, selection, **options) -> bytes`` is; imported when first used
    options : which keyword arguments its ``write`` takes
    folder : the file that shows a folder to be one of these, where what is written is a ZIP that may be had unpacked
    """

    title: str
    suffix: str
    media: str
    module: str
    options: tuple[str, ...] = ()
    folder: str = ""

    def write(self, dataset: Dataset, selection: Selection, **options: Any) -> bytes:
        """The file's content for a selection.

        Raises
        ------
        SourceError
            when the format cannot hold what is in the data.
        """
        return import_module(self.module).write(dataset, selection, **options)


#: Format name → Format, in the order in which they are offered.
FORMATS: dict[str, Format] = {
    "csv": Format("CSV", ".csv", "text/csv", "pipeline.deliver.csv", options=("encoding", "table", "geta")),
    "xlsx": Format(
        "Excel",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pipeline.deliver.xlsx",
    ),
    "geojson": Format("GeoJSON", ".geojson", "application/geo+json", "pipeline.deliver.geojson"),
    "gpkg": Format(
        "GeoPackage",
        ".gpkg",
        "application/geopackage+sqlite3",
        "pipeline.deliver.gpkg",
        options=("near", "name"),
    ),
    "opendata": Format(
        "オープンデータ",
        ".zip",
        "application/zip",
        "pipeline.deliver.opendata.package",
        options=("publisher",),
        folder="datapackage.json",
    ),
    "html": Format("1つのHTML", ".html", "text/html", "pipeline.deliver.html", options=("script",)),
    "pdf": Format(
        "PDF",
        ".pdf",
        "application/pdf",
        "pipeline.deliver.paper",
        options=(
            *("what", "scheme", "question", "paper", "orientation", "title", "department", "day", "logo"),
            *("gaps", "appendix", "each_origin", "progress"),
        ),
    ),
    "pptx": Format(
        "PowerPoint",
        ".pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pipeline.deliver.slides",
        options=(
            "what",
            "scheme",
            "question",
            "each_origin",
            "title",
            "department",
            "day",
            "theme",
            "gaps",
            "appendix",
            "progress",
        ),
    ),
    "png": Format(
        "PNG画像", ".png", "image/png", "pipeline.deliver.png", options=("what", "scheme", "size", "bare")
    ),
    "svg": Format(
        "SVG画像", ".svg", "image/svg+xml", "pipeline.deliver.svg", options=("what", "scheme", "size", "bare")
    ),
}
