"""Seconds and megabytes of every data file, of the single HTML file and of the site: ``python -m tests.benchmarks.bench_exports``.

Of a fresh build, all origins, in one process; each file is written RUNS times, its median counts, the first
run with its imports is told apart. Of the site also what a first visit sends, compressed: the top page with all it
loads. Budgets (2 cores): 3 s a file, 3 MB for the single file, 60 s for the site.
"""

from __future__ import annotations

import gzip
import re
import statistics
import tempfile
import time
from pathlib import Path

RUNS = 3
BUDGET_FILE, BUDGET_SINGLE, BUDGET_SITE = 3.0, 2.0, 60.0


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
        loaded = re.findall(r'(?:src|stylesheet" href)="([^"]+)"', (site / "index.html").read_text("utf-8"))
        visit = sum(len(gzip.compress((site / path).read_bytes())) for path in ["index.html", *loaded])
        size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
        print(f"{'site':<10}{second:>9.2f}{'':>10}{size / 1e6:>8.2f}   {BUDGET_SITE:.0f} s ({pages} pages)")
        print(f"a first visit to the site: {visit / 1e3:.0f} KB compressed")


if __name__ == "__main__":
    main()
