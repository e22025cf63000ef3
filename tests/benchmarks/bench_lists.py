"""From a list's file to its places: ``python -m tests.benchmarks.bench_lists``.

A workbook of 3,000 rows (budget 5 s) and a PDF of 100 pages (budget 30 s), each read and geocoded in a process of its
own, imports included, with the peak memory of that process and of those it starts (budget 1 GB).
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from geo.folders import REFERENCE_DIR
from tests.lists import pages, sheet

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = 3
ROWS, PAGES, ROWS_A_PAGE = 3_000, 100, 24
_PROJECTS = ("災害時相互応援協定", "友好都市交流", "物産展", "森林整備の協力", "スポーツ大会", "職員の派遣")

# Run in the child: what a command or a screen does of a list, then what the operating system saw of it.
_CHILD = """
import resource, sys, time
from pathlib import Path
start = time.perf_counter()
from geo.folders import REFERENCE_DIR
from geo.places.gazetteer import Gazetteer
from pipeline.intake.contents import Contents
from pipeline.intake.lists import read_list
from pipeline.reading.categories import Categories
from pipeline.reading.geocode import Geocoder
from pipeline.reading.projects import make_projects
gazetteer = Gazetteer.load()
understood = read_list(Path(sys.argv[1]), Contents(gazetteer))
read = time.perf_counter() - start
categories = Categories.load(REFERENCE_DIR / "categories.csv")
projects = make_projects(understood.reading.records, gazetteer, Geocoder(gazetteer), categories)
partners = [partner for project in projects for partner in project.partners]
unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
peaks = [resource.getrusage(who).ru_maxrss / unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
known = sum(bool(partner.answer.codes) for partner in partners)
print(time.perf_counter() - start, read, *peaks, len(partners), known)
"""


def rows(n: int, seed: int) -> list[list[str]]:
    """Rows of a list, most with one partner, some with three."""
    choose = random.Random(seed)
    table = pd.read_csv(REFERENCE_DIR / "municipalities.csv", dtype=str)
    names = list(table["prefecture"] + table["name"])
    made = []
    for number in range(n):
        partners = "、".join(choose.sample(names, choose.choice((1, 1, 1, 3))))
        project = f"{choose.choice(_PROJECTS)}（第{number + 1}号）"
        made.append(["文京区", project, partners, f"平成{choose.randint(1, 30)}年度"])
    return made


HEADING = ["区名", "事業名", "相手方", "開始年度"]


def big_pdf() -> bytes:
    """A PDF of ruled tables, the heading on every page."""
    made = rows(PAGES * ROWS_A_PAGE, 2)
    for row in made:  # what is wider than its cell would lie over the next one
        row[1], row[2] = row[1][:16], row[2].split("、")[0]
    return pages(
        *(
            ("文京区の連携一覧", [HEADING, *made[n * ROWS_A_PAGE : (n + 1) * ROWS_A_PAGE]], {})
            for n in range(PAGES)
        )
    )


def measure(path: Path) -> list[list[float]]:
    """Seconds in all and of reading, peaks in MB, partners, and those with a code, of RUNS runs."""
    found = []
    for _ in range(RUNS):
        command = [sys.executable, "-c", _CHILD, str(path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
        found.append(list(map(float, done.stdout.split())))
    return found


def main() -> None:
    """Measure and print beside the budgets."""
    lists = {
        f"workbook, {ROWS:,} rows": ("list.xlsx", sheet(HEADING, *rows(ROWS, 1)), 5),
        f"PDF, {PAGES} pages": ("list.pdf", big_pdf(), 30),
    }
    print(
        f"{'':24}{'s':>7}{'budget':>8}{'reading':>9}{'MB':>7}{'+ reader':>10}{'budget':>8}{'partners':>10}{'coded':>8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for what, (name, content, budget) in lists.items():
            path = Path(folder) / name
            path.write_bytes(content)
            took, read, own, reader, partners, coded = sorted(measure(path))[RUNS // 2]
            print(
                f"{what:24}{took:>7.2f}{f'≤{budget}':>8}{read:>9.2f}{own:>7.0f}{reader:>10.0f}{'≤1000':>8}"
                f"{partners:>10,.0f}{coded / partners:>8.1%}",
                flush=True,
            )


if __name__ == "__main__":
    main()
