"""Build time and peak memory, and mentions geocoded a second: ``python -m tests.benchmarks.bench_build``.

Every run is a process of its own, imports included, as a user starts it. Budgets (2 cores): a build of
the built-in documents within 10 s and 700 MB; 5,000 mentions a second on one core; gazetteer ready in 1 s; the national
picture (1,741 origins, 250,000 mentions in 47 documents) within 120 s and 2 GB, and within 3 s where one document of it
changed. Its folder is named by KORYU_NATION (``python -m tests.benchmarks.make_nation FOLDER`` makes one).
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = ROOT.parent / "shared" / "sources" / "full"
RUNS = 5

# Run in the child: the command, then what the operating system saw of it and of the processes it started.
_CHILD = """
import resource, sys, time
start = time.perf_counter()
from pipeline.cli.commands import main
assert main(["build", *sys.argv[1:]]) == 0
seconds = time.perf_counter() - start
own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
cpu = sum(one.ru_utime + one.ru_stime for one in (own, others))
unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
print("measured", seconds, cpu, own.ru_maxrss / unit, others.ru_maxrss / unit)
"""


def build_once(sources: Path, out: Path, remembered: Path | None, *options: str) -> tuple[float, ...]:
    """Seconds, seconds of processor time, peak megabytes, and those of the largest process it started."""
    command = [sys.executable, "-c", _CHILD, "--sources", str(sources), "--out", str(out), *options]
    known = os.environ | {"KORYU_CACHE": str(remembered or "")}
    done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, encoding="utf-8", check=True)
    return tuple(map(float, done.stdout.splitlines()[-1].split()[1:]))


def measure_builds(label: str, sources: Path) -> None:
    """Report RUNS builds that read everything, and as many of what is remembered."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        runs = [build_once(sources, out, None) for _ in range(RUNS)]
        report(f"build, {label} documents", [run[0] for run in runs], "s", "budget ≤ 10")
        report(f"build, {label}: processor", [run[1] for run in runs], "s", "")
        report(f"build, {label}: peak memory", [run[2] for run in runs], "MB", "budget ≤ 700")
        remembered = Path(folder) / "remembered"
        again = [build_once(sources, out, remembered) for _ in range(RUNS + 1)][1:]
        report("the same, remembered: processor", [run[1] for run in again], "s", "")


def measure_nation(nation: Path) -> None:
    """Report builds of the national picture: by one process, by as many as there are, and with one document changed."""
    with tempfile.TemporaryDirectory() as home:
        sources, out, remembered = (Path(home) / name for name in ("sources", "out", "remembered"))
        shutil.copytree(nation / "sources", sources)
        for label, kept, options in (
            ("one process", None, ["--workers", "1"]),
            ("processes side by side", remembered, []),
        ):
            seconds, cpu, own, others = build_once(sources, out, kept, *options)
            report(f"nation, {label}", [seconds], "s", "budget ≤ 120")
            report(f"nation, {label}: processor", [cpu], "s", "")
            together = own + others * (os.cpu_count() or 1)
            report(f"nation, {label}: peak memory", [together], "MB", "budget ≤ 2000")
        runs = [build_once(sources, out, remembered) for _ in range(RUNS)]
        report("nation, nothing changed", [run[0] for run in runs], "s", "")
        report("nation, nothing changed: processor", [run[1] for run in runs], "s", "")
        documents = sorted(sources.glob("*.csv"), key=lambda path: path.stat().st_size)
        middle, runs = documents[len(documents) // 2], []
        for _ in range(RUNS):
            with middle.open("a", encoding="utf-8") as file:
                file.write(middle.read_text("utf-8").splitlines()[-1] + "\n")
            runs.append(build_once(sources, out, remembered))
        report("nation, one document changed", [run[0] for run in runs], "s", "budget ≤ 3")
        report("nation, one changed: processor", [run[1] for run in runs], "s", "")


def measure_geocoding() -> tuple[list[float], list[float], list[float], int]:
    """Seconds to a ready geocoder; mentions a second met for the first time, and again; how many they are."""
    from geo.places.gazetteer import Gazetteer
    from pipeline.intake.documents import DEFAULT_SOURCES, find_documents
    from pipeline.intake.registry import read
    from pipeline.reading.geocode import Geocoder
    from pipeline.reading.mentions import split_cells

    gazetteer = Gazetteer.load()
    found = find_documents(DEFAULT_SOURCES)
    calls = []
    for source, path in found.paths.items():
        for record in read(path, found.documents[source]).records:
            mentions = split_cells(record.cells, gazetteer)
            texts = [mention.text for mention in mentions]
            shared = {"source": source, "origin_code": record.origin_code, "context": texts}
            calls += [(mention.text, shared | {"code6": mention.code6}) for mention in mentions]
    ready, first, again = [], [], []
    for _ in range(RUNS):
        start = time.process_time()
        geocoder = Geocoder(Gazetteer.load())
        ready.append(time.process_time() - start)
        for rates in (first, again):
            start = time.process_time()
            for text, settings in calls:
                geocoder.geocode(text, **settings)
            rates.append(len(calls) / (time.process_time() - start))
    return ready, first, again, len(calls)


def report(name: str, values: list[float], unit: str, budget: str) -> None:
    middle = statistics.median(values)
    print(
        f"{name:34} median {middle:9.1f}  min {min(values):9.1f}  max {max(values):9.1f} {unit:5}  {budget}"
    )


def main() -> None:
    for label, sources in (("facts", ROOT / "data" / "sources"), ("full", FULL)):
        if sources.is_dir():
            measure_builds(label, sources)
    if nation := os.environ.get("KORYU_NATION"):
        measure_nation(Path(nation))
    else:
        print("nation: name its folder in KORYU_NATION (python -m tests.benchmarks.make_nation FOLDER)")
    ready, first, again, number = measure_geocoding()
    report("geocoder ready", ready, "s", "budget ≤ 1")
    report(f"geocode {number} real mentions", first, "/s", "budget ≥ 5000")
    report("the same mentions again", again, "/s", "budget ≥ 5000")


if __name__ == "__main__":
    main()
