"""`python -m pipeline.reference`: rebuild the committed reference data from the published packages."""

from __future__ import annotations

import pandas as pd

from geo.folders import REFERENCE_DIR
from geo.places.boundaries import BROWSER_DIR, CREDIT
from pipeline.boundaries.coverage import municipal
from pipeline.boundaries.files import write_browser_files, write_layers
from pipeline.reference import municipalities, polygons
from pipeline.reference.places import browser_places


def main() -> None:
    """Write the two tables, boundaries.topojson and the browser's files."""
    known = pd.read_csv(REFERENCE_DIR / "aliases.csv", dtype=str)
    covering = polygons.coverage()
    shapes = municipal(covering)
    table = municipalities.municipalities(shapes, set(zip(known["name"], known["code"], strict=True)))
    prefectures = municipalities.prefectures(table, shapes)
    for name, rows in (("municipalities", table), ("prefectures", prefectures)):
        rows.to_csv(REFERENCE_DIR / f"{name}.csv", index=False, lineterminator="\n")

    write_layers(REFERENCE_DIR, covering)
    write_browser_files(BROWSER_DIR, covering, CREDIT)
    (BROWSER_DIR / "places.json").write_text(browser_places(table, prefectures), "utf-8")


if __name__ == "__main__":
    main()
