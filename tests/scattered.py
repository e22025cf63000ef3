"""A build as if municipalities all over the country had published the documents: as many as one wants."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from geo.ledger.dataset import Dataset


def scattered(build_dir: Path, out: Path, each: int = 2) -> Path:
    """Write a copy of a build to ``out`` whose projects are those of so many municipalities of every prefecture."""
    shutil.copytree(build_dir, out)
    places = Dataset.load(build_dir).municipalities
    places = places[places.lat.notna() & ~places.kind.isin(["designated_ward", "special_ward"])]
    codes = places.sort_values("code").groupby("prefecture_code").head(each).code.to_numpy()
    projects = pd.read_parquet(out / "projects.parquet")
    # Steps of a large number prime to how many there are: the same every time, and nobody has one alone.
    new = pd.Series(codes[(np.arange(len(projects)) * 37) % len(codes)], index=projects.project_id)
    for name in ("projects", "links"):
        table = pd.read_parquet(out / f"{name}.parquet")
        table["origin_code"] = table.project_id.map(new).astype(table.origin_code.dtype)
        table.to_parquet(out / f"{name}.parquet")
    return out
