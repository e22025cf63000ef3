"""A build as if many municipalities had published the documents: each of its projects with one of them, or several."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

#: Tables whose rows belong to a project.
_OF_A_PROJECT = ("links", "projects", "mentions")

#: Prefectures of which all municipalities are origins: more than stand beside each other, some of the same name.
PREFECTURES = ("01", "07", "13", "34")


def spread(build_dir: Path, out: Path, codes: Sequence[str], times: int = 1) -> Path:
    """Write a copy of a build to ``out`` in which each project belongs to ``times`` of ``codes``, by a seeded choice."""
    shutil.copytree(build_dir, out)
    random_ = random.Random(1741)
    projects = pd.read_parquet(out / "projects.parquet").project_id
    owners = {project: random_.choices(codes, k=times) for project in projects}
    for name in _OF_A_PROJECT:
        table = pd.read_parquet(out / f"{name}.parquet")
        copies = [
            table.assign(
                origin_code=table.project_id.map({one: own[n] for one, own in owners.items()}).astype(
                    table.origin_code.dtype
                ),
                project_id=(table.project_id + (f"-{n}" if n else "")).astype(table.project_id.dtype),
            )
            for n in range(times)
        ]
        pd.concat(copies, ignore_index=True).to_parquet(out / f"{name}.parquet")
    meta = json.loads((out / "build.json").read_text("utf-8"))
    meta["checks"] = []
    (out / "build.json").write_text(json.dumps(meta, ensure_ascii=False), "utf-8")
    return out


def codes_of(build_dir: Path, prefectures: Sequence[str] = PREFECTURES) -> list[str]:
    """The codes of all municipalities, without designated wards, of some prefectures (two digits each)."""
    table = pd.read_parquet(build_dir / "municipalities.parquet", columns=["code", "kind"])
    inside = table.code.str[:2].isin(prefectures) & (table.kind != "designated_ward")
    return sorted(table.code[inside])
