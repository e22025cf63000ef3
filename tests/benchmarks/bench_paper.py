"""Council pages and slides: ``python -m tests.benchmarks.bench_paper``.

Seconds for one page, one slide, one picture and a page for each of the 23 wards, on a fresh build, with the
first use of matplotlib and its font left out (its seconds are printed by themselves).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from geo.dataset import Dataset, Selection
from pipeline.build import DEFAULT_SOURCES, build
from pipeline.exports import FORMATS

ALL, ONE = Selection(), Selection(wards=("13112",))

#: (what, format, selection, settings, seconds allowed)
RUNS = [
    ("PDF A4, all wards", "pdf", ALL, {}, 3),
    ("PDF A4, one ward", "pdf", ONE, {}, 3),
    ("PDF A3, coverage", "pdf", ALL, {"paper": "A3", "what": "coverage"}, 3),
    ("slide, all wards", "pptx", ALL, {}, 3),
    ("PNG 1920×1080", "png", ALL, {}, 3),
    ("PNG 3840×2160", "png", ALL, {"size": (3840, 2160)}, 3),
    ("SVG", "svg", ALL, {}, 3),
    ("PDF, a page a ward", "pdf", ALL, {"each_ward": True}, 60),
    ("deck, a slide a ward", "pptx", ALL, {"each_ward": True}, 60),
]


def main() -> None:
    """Measure and print beside the budgets."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "build"
        build(DEFAULT_SOURCES, data)
        dataset = Dataset.load(data)
        begun = perf_counter()
        FORMATS["pdf"].write(dataset, ONE)
        print(f"{'first page of all':24}{perf_counter() - begun:>7.2f} s")
        print(f"{'':24}{'s':>7}{'budget':>9}{'KB':>9}")
        for what, name, selection, settings, budget in RUNS:
            begun = perf_counter()
            content = FORMATS[name].write(dataset, selection, **settings)
            took = perf_counter() - begun
            print(f"{what:24}{took:>7.2f}{f'≤{budget}':>9}{len(content) / 1024:>9,.0f}")


if __name__ == "__main__":
    main()
