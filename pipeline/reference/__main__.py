"""`python -m pipeline.reference`: rebuild the committed reference data from the published packages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.reference import boundaries, municipalities

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "data" / "reference"


def main() -> None:
    """Write municipalities.csv and prefectures.csv."""
    known = pd.read_csv(REFERENCE / "aliases.csv", dtype=str)
    covering = boundaries.coverage()
    table = municipalities.municipalities(
        boundaries.municipal(covering), set(zip(known["name"], known["code"], strict=True))
    )
    table.to_csv(REFERENCE / "municipalities.csv", index=False, lineterminator="\n")
    municipalities.prefectures(table).to_csv(REFERENCE / "prefectures.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
