"""`python -m pipeline.reference`: rebuild the committed reference data from the published packages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.reference import boundaries, municipalities
from pipeline.reference.places import browser_places

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "data" / "reference"
STATIC = ROOT / "static" / "boundaries"


def main() -> None:
    """Write the two tables, boundaries.topojson and the browser's files."""
    known = pd.read_csv(REFERENCE / "aliases.csv", dtype=str)
    covering = boundaries.coverage()
    municipal, prefectural = boundaries.municipal(covering), boundaries.prefectural(covering)
    table = municipalities.municipalities(municipal, set(zip(known["name"], known["code"], strict=True)))
    prefectures = municipalities.prefectures(table, municipal)
    for name, rows in (("municipalities", table), ("prefectures", prefectures)):
        rows.to_csv(REFERENCE / f"{name}.csv", index=False, lineterminator="\n")

    both = boundaries.topology(municipalities=municipal, prefectures=prefectural)
    (REFERENCE / "boundaries.topojson").write_text(both, "utf-8")
    (STATIC / "municipalities").mkdir(parents=True, exist_ok=True)
    light = boundaries.topology(prefectures=boundaries.lighter(prefectural))
    (STATIC / "prefectures.json").write_text(light, "utf-8")
    (STATIC / "places.json").write_text(browser_places(table, prefectures), "utf-8")
    for number, polygons in municipal.groupby(municipal["code"].str[:2]):
        drilled = boundaries.topology(municipalities=polygons)
        (STATIC / "municipalities" / f"{number}.json").write_text(drilled, "utf-8")


if __name__ == "__main__":
    main()
