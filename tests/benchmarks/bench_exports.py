"""Seconds and megabytes of every data file, of the single HTML file and of the site: ``python -m tests.benchmarks.bench_exports``.

Of a fresh build, all origins, in one process; each file is written RUNS times, its median counts, the first
run with its imports is told apart. Of the site also what a first visit sends, compressed: the top page with all it
loads. Budgets (2 cores): 3 s a file, 3 MB for the single file, 60 s for the site.

Then the same of the national picture, once each, and its site three times: by one process, by one a processor, and
once more after one project was called otherwise. Its folder is named by KORYU_NATION (``python -m
tests.benchmarks.make_nation FOLDER`` makes one). Budgets: CSV 2 s, the site 10 minutes, a first visit 300 KB.
"""

from __future__ import annotations

import gzip
import os
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

RUNS = 3
BUDGET_FILE, BUDGET_SINGLE, BUDGET_SITE = 3.0, 2.0, 60.0
NATION_CSV, NATION_SITE, NATION_VISIT = 2.0, 600.0, 300


def main() -> None:
    from geo.ledger.dataset import Dataset
    from pipeline.building.run import build
    from pipeline.deliver import FORMATS
    from pipeline.deliver.site import publish
    from pipeline.deliver.views import EVERYTHING, first_view

    root = Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        build(root / "data" / "sources", Path(folder) / "build")
        dataset = Dataset.load(Path(folder) / "build")
        print(f"{'file':<10}{'first s':>9}{'median s':>10}{'MB':>8}   budget")
        for name in ("csv", "xlsx", "geojson", "gpkg", "html"):
            kind = FORMATS[name]
            seconds = []
            for _ in range(RUNS):
                start = time.perf_counter()
                content = kind.write(dataset, EVERYTHING if name != "html" else first_view(dataset))
                seconds.append(time.perf_counter() - start)
            limit = f", {BUDGET_SINGLE:.0f} MB" if name == "html" else ""
            print(
                f"{name:<10}{seconds[0]:>9.2f}{statistics.median(seconds):>10.2f}{len(content) / 1e6:>8.2f}"
                f"   {BUDGET_FILE:.0f} s{limit}"
            )
        start = time.perf_counter()
        pages = publish(dataset, first_view(dataset), Path(folder) / "public")
        second = time.perf_counter() - start
        site = Path(folder) / "public"
        print(
            f"{'site':<10}{second:>9.2f}{'':>10}{megabytes(site):>8.2f}   {BUDGET_SITE:.0f} s ({pages} pages)"
        )
        print(f"a first visit to the site: {visit(site):.0f} KB compressed")
    if nation := os.environ.get("KORYU_NATION"):
        measure_nation(Path(nation))
    else:
        print("nation: name its folder in KORYU_NATION (python -m tests.benchmarks.make_nation FOLDER)")


def measure_nation(nation: Path) -> None:
    """Print the files and the site of the national picture."""
    from geo.ledger.dataset import Dataset
    from pipeline.deliver import FORMATS
    from pipeline.deliver.bounds import TooMuch
    from pipeline.deliver.site import publish
    from pipeline.deliver.views import first_view

    dataset = Dataset.load(nation / "build")
    view = first_view(dataset)
    print(f"\nnation: {len(dataset.origins):,} origins, {len(dataset.links):,} links")
    print(f"{'file':<26}{'s':>8}{'CPU s':>8}{'MB':>8}   budget")
    for name in ("csv", "xlsx", "geojson", "gpkg", "opendata", "html"):
        budget = f"{NATION_CSV:.0f} s" if name == "csv" else ""
        try:
            seconds, cpu, content = timed(lambda kind=FORMATS[name]: kind.write(dataset, view))
        except TooMuch as error:
            print(f"{name:<26}{error}")
            continue
        print(f"{name:<26}{seconds:>8.2f}{cpu:>8.2f}{len(content) / 1e6:>8.1f}   {budget}")
    projects = dataset.projects.copy()
    projects.loc[projects.index[0], "name"] += "（改）"
    changed = replace(dataset, projects=projects)
    with tempfile.TemporaryDirectory() as folder:
        for label, data, out, workers in (
            ("site, one process", dataset, "one", 1),
            ("site, one a processor", dataset, "several", os.cpu_count()),
            ("the same, one changed", changed, "several", os.cpu_count()),
        ):
            said: list[str] = []
            site = Path(folder) / out
            seconds, cpu, pages = timed(
                lambda data=data, site=site, workers=workers, said=said: publish(
                    data, view, site, workers=workers, progress=said.append
                )
            )
            print(
                f"{label:<26}{seconds:>8.0f}{cpu:>8.0f}{megabytes(site):>8.0f}   {NATION_SITE:.0f} s ({pages:,} pages)"
            )
        print(said[-1])
        print(f"a first visit: {visit(site):.0f} KB compressed, budget {NATION_VISIT} KB")


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds, seconds of processor time (its processes too), and what came of it."""
    start, before = time.perf_counter(), processor()
    made = work()
    return time.perf_counter() - start, processor() - before, made


def processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def megabytes(site: Path) -> float:
    return sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6


def visit(site: Path) -> float:
    """Kilobytes, compressed, of the top page with all it loads."""
    loaded = re.findall(r'(?:src|stylesheet" href)="([^"]+)"', (site / "index.html").read_text("utf-8"))
    return sum(len(gzip.compress((site / path).read_bytes())) for path in ["index.html", *loaded]) / 1e3


if __name__ == "__main__":
    main()
