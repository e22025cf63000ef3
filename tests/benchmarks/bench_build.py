"""Build time and peak memory, and mentions geocoded a second: ``python -m tests.benchmarks.bench_build``.

Every run is a process of its own, imports included, as a user starts it. Budgets (2 cores): a build of
both documents within 10 s and 700 MB; 5,000 mentions a second on one core; gazetteer ready in 1 s.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = ROOT.parent / "shared" / "sources" / "full"
RUNS = 5

# Run in the child: the command, then what the operating system saw of it.
_CHILD = """
import resource, sys, time
start = time.perf_counter()
from pipeline.cli.commands import main
assert main(["build", "--sources", sys.argv[1], "--out", sys.argv[2]]) == 0
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print("measured", time.perf_counter() - start, peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))
"""


def measure_build(sources: Path) -> tuple[list[float], list[float]]:
    """Seconds and peak megabytes of RUNS builds."""
    seconds, megabytes = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(RUNS):
            command = [sys.executable, "-c", _CHILD, str(sources), f"{folder}/out"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
            _, second, megabyte = done.stdout.splitlines()[-1].split()
            seconds.append(float(second))
            megabytes.append(float(megabyte))
    return seconds, megabytes


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
            seconds, megabytes = measure_build(sources)
            report(f"build, {label} documents", seconds, "s", "budget ≤ 10")
            report(f"build, {label}: peak memory", megabytes, "MB", "budget ≤ 700")
    ready, first, again, number = measure_geocoding()
    report("geocoder ready", ready, "s", "budget ≤ 1")
    report(f"geocode {number} real mentions", first, "/s", "budget ≥ 5000")
    report("the same mentions again", again, "/s", "budget ≥ 5000")


if __name__ == "__main__":
    main()
