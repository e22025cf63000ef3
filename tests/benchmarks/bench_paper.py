"""Council pages and slides: ``python -m tests.benchmarks.bench_paper``.

Seconds for one page, one slide, one picture and a page for each of the 23 origins, on a fresh build, with the
first use of matplotlib and its font left out; and for one page by the command, with everything it has to load, by
the clock and of the processor alone, which is what a machine that does nothing else takes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.building.run import build
from pipeline.deliver import FORMATS
from pipeline.intake.documents import DEFAULT_SOURCES

ALL, ONE = Selection(), Selection(origins=("13112",))

#: (what, format, selection, settings, seconds allowed)
RUNS = [
    ("PDF A4, all wards", "pdf", ALL, {}, 1.5),
    ("PDF A4, one ward", "pdf", ONE, {}, 1.5),
    ("PDF A3, coverage", "pdf", ALL, {"paper": "A3", "what": "coverage"}, 1.5),
    ("slide, all wards", "pptx", ALL, {}, 3),
    ("PNG 1920×1080", "png", ALL, {}, 3),
    ("PNG 3840×2160", "png", ALL, {"size": (3840, 2160)}, 3),
    ("SVG", "svg", ALL, {}, 3),
    ("PDF, a page a ward", "pdf", ALL, {"each_origin": True}, 15),
    ("deck, a slide a ward", "pptx", ALL, {"each_origin": True}, 15),
]

#: One page by the command: what → further arguments.
COMMANDS = {"command, all wards": [], "command, coverage": ["--map", "coverage"]}


def main() -> None:
    """Measure and print beside the budgets."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "build"
        build(DEFAULT_SOURCES, data)
        dataset = Dataset.load(data)
        FORMATS["pdf"].write(dataset, ONE)
        print(f"{'':24}{'s':>7}{'budget':>9}{'KB':>9}")
        for what, more in COMMANDS.items():
            _command(what, data, more)
        for what, name, selection, settings, budget in RUNS:
            begun = perf_counter()
            content = FORMATS[name].write(dataset, selection, **settings)
            took = perf_counter() - begun
            print(f"{what:24}{took:>7.2f}{f'≤{budget}':>9}{len(content) / 1024:>9,.0f}")


def _command(what: str, data: Path, more: list[str]) -> None:
    """One page by the command line, in a process of its own."""
    out = data.parent / "page.pdf"
    command = [sys.executable, "-m", "pipeline", "export", "--format", "pdf", "--data", str(data)]
    begun, before = perf_counter(), os.times()
    subprocess.run([*command, "--out", str(out), *more], check=True, capture_output=True)
    took, after = perf_counter() - begun, os.times()
    used = sum(after[2:4]) - sum(before[2:4])
    print(f"{what:24}{took:>7.2f}{'≤3':>9}{out.stat().st_size / 1024:>9,.0f}   processor {used:.2f} s")


if __name__ == "__main__":
    main()
