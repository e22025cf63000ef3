"""The national picture, made up from the statistics of the real list: ``python -m tests.benchmarks.make_nation FOLDER``.

Writes ``FOLDER/sources`` anew, a table for each prefecture in which each of its municipalities tells its projects, and
builds them into ``FOLDER/build``. What a municipality has is drawn from the built-in documents: how many mentions a list
has, how many partners a project, its name, field, year, and how far away a partner is. Who is whose partner is made
up. The same seed makes the same files.
"""

from __future__ import annotations

import argparse
import csv
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.folders import SOURCES_DIR
from geo.insight.flows import great_circle_km
from geo.ledger.dataset import Dataset
from geo.places.codes import to_code6
from pipeline.cli.commands import main as koryu

SEED = 20260331
ORIGINS, MENTIONS = 1_741, 250_000

#: How a partner is printed: with its prefecture, by its bare name where that is unique, by a body of it.
_FULL, _BARE = 0.55, 0.42
_BODIES = ("観光協会", "商工会", "教育委員会", "社会福祉協議会")

_HEADINGS = ("団体コード", "自治体名", "分野", "事業名", "連携自治体", "開始年度")
_DEFINITION = """title = "{name}の市区町村の連携事業一覧（作成した例）"
short = "{name}の一覧"
publisher = "{name}"
date = 2026-03-31
as_of = "令和8年3月31日現在"
series = "nation_{code}"
kind = "連携の一覧"
licence = "記載なし"
order = {order}
layout = "table"
"""


class _Statistics:
    """What the real documents are like."""

    def __init__(self, dataset: Dataset, choose: np.random.Generator) -> None:
        self._choose = choose
        links, projects = dataset.links, dataset.projects
        self.sizes = dataset.mentions.groupby("origin_code").size().to_numpy()
        named = links[links.drawn & links.municipality_code.notna()]
        partners = named.groupby("project_id").municipality_code.nunique().to_dict()
        # A name that names one of the places it was about would say so of others.
        self.projects = [
            (
                row.categories[0] if len(row.categories) else "",
                row.name,
                "" if pd.isna(row.start_year) else f"{row.start_year}{row.year_kind}",
                partners[row.project_id],
            )
            for row in projects.itertuples(index=False)
            if row.project_id in partners and not re.search("[都道府県市区町村島]", row.name)
        ]
        places = dataset.places
        ends = [
            [[getattr(places[code], axis) for code in named[column]] for axis in ("lat", "lon")]
            for column in ("origin_code", "municipality_code")
        ]
        self.distances = great_circle_km(*map(np.array, ends[0]), *map(np.array, ends[1]))

    def lists(self, n: int, mentions: int) -> np.ndarray:
        """So many sizes of a list, together of so many mentions."""
        drawn = self._choose.choice(self.sizes, n).astype(float)
        return np.maximum(1, np.round(drawn * mentions / drawn.sum())).astype(int)


class Town(NamedTuple):
    """A municipality; ``unique`` where no other bears its name."""

    code: str
    name: str
    prefecture: str
    unique: bool

    def printed(self, drawn: float, body: str) -> str:
        """How a list prints it; ``drawn`` (0–1) chooses."""
        full = self.prefecture + self.name
        if drawn < _FULL:
            return full
        if drawn < _FULL + _BARE:
            return self.name if self.unique else full
        return full + body


def rows_of(
    origin: int,
    size: int,
    real: _Statistics,
    towns: list[Town],
    points: np.ndarray,
    choose: np.random.Generator,
) -> Iterator[tuple[str, ...]]:
    """The rows by which a municipality, the number of one of ``towns``, tells a list of ``size`` mentions.

    ``points`` are their latitudes and longitudes in degrees, a row a town.
    """
    me = towns[origin]
    distances = np.asarray(great_circle_km(*points[origin], *points.T))
    nearest = np.argsort(distances)[1:]
    reach = distances[nearest]
    left = size
    while left > 0:
        category, project, year, most = real.projects[int(choose.integers(len(real.projects)))]
        n = min(left, most)
        places = np.searchsorted(reach, choose.choice(real.distances, n)).clip(max=len(nearest) - 1)
        partners = [
            towns[nearest[place]].printed(drawn, body)
            for place, drawn, body in zip(places, choose.random(n), choose.choice(_BODIES, n), strict=True)
        ]
        yield to_code6(me.code), me.name, category, project, "、".join(dict.fromkeys(partners)), year
        left -= n


def write(folder: Path, origins: int = ORIGINS, mentions: int = MENTIONS, seed: int = SEED) -> None:
    """Write the documents of ``origins`` municipalities, spread over the country, with so many mentions in all."""
    choose = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as made:
        koryu(["build", "--sources", str(SOURCES_DIR), "--out", made])
        dataset = Dataset.load(Path(made))
    real = _Statistics(dataset, choose)
    table = dataset.municipalities
    table = table[table.kind != "designated_ward"].sort_values("code")
    points = table[["lat", "lon"]].to_numpy(float)
    unique = ~table["name"].duplicated(keep=False)
    towns = [Town(*row) for row in zip(table.code, table["name"], table.prefecture, unique, strict=True)]
    chosen = np.unique(np.linspace(0, len(towns) - 1, origins).astype(int))
    sizes = dict(zip(chosen, real.lists(len(chosen), mentions), strict=True))
    homes: dict[str, list[int]] = {}
    for origin in chosen:
        homes.setdefault(towns[origin].prefecture, []).append(origin)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    for order, (name, own) in enumerate(homes.items(), 1):
        code = f"{towns[own[0]].code[:2]}000"
        with (folder / f"nation_{code}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(_HEADINGS)
            for origin in own:
                rows.writerows(rows_of(origin, sizes[origin], real, towns, points, choose))
        (folder / f"nation_{code}.toml").write_text(
            _DEFINITION.format(name=name, code=code, order=order), encoding="utf-8"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--origins", type=int, default=ORIGINS)
    parser.add_argument("--mentions", type=int, default=MENTIONS)
    asked = parser.parse_args()
    write(asked.folder / "sources", asked.origins, asked.mentions)
    return koryu(["build", "--sources", str(asked.folder / "sources"), "--out", str(asked.folder / "build")])


if __name__ == "__main__":
    raise SystemExit(main())
