"""Counting at a whole nation: ``KORYU_NATION=FOLDER python -m tests.benchmarks.bench_nation``.

``FOLDER`` holds the national picture (``python -m tests.benchmarks.make_nation FOLDER`` makes it). Milliseconds of the
processor, the least of three, for what a change of filter counts and for what the screens ask beside it: of all origins,
of those of one prefecture, and of one origin. Last come the memory of 64 remembered selections and that of the process.
"""

from __future__ import annotations

import os
import resource
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time

from geo.insight import gaps, growth, metrics, overlap, profiles
from geo.insight.flows import flows
from geo.insight.population import Population
from geo.insight.search import SearchIndex, search
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected, Selection
from geo.places.gazetteer import Gazetteer

ALL = Selection(peers=True)

#: A change of filter has so many milliseconds in all until it is painted; counting should take a third of it.
FILTER = 120


def main() -> None:
    """Measure and print beside the budgets."""
    folder = os.environ.get("KORYU_NATION")
    if not folder or not (data := Path(folder) / "build").is_dir():
        print("set KORYU_NATION to what `python -m tests.benchmarks.make_nation FOLDER` has made")
        return
    begun = process_time()
    dataset = Dataset.load(data)
    _said("load", process_time() - begun, 5_000)
    begun = process_time()
    _ = dataset.columns
    _said("columns", process_time() - begun, 1_000)
    gazetteer = Gazetteer.load()
    begun = process_time()
    index = SearchIndex(dataset, gazetteer)
    _said("search index", process_time() - begun, 3_000)
    _said("search", _least(lambda: search(index, "川場")), 100)
    home = dataset.origins.prefecture_code.value_counts().index[0]
    one = dataset.origins.code.iloc[len(dataset.origins) // 2]
    of_home = tuple(dataset.origins.code[dataset.origins.prefecture_code == home])
    for who, origins in (("all origins", ()), (f"{len(of_home)} origins", of_home), ("one origin", (one,))):
        selection = replace(ALL, origins=origins)
        print(f"\n{who}, {len(dataset.select(selection).ties):,} ties")
        total = 0.0
        for what, count in _of_a_filter(dataset, selection):
            total += (took := _least(count))
            _said(what, took)
        _said("a change of filter", total, FILTER)
        for what, budget, count in _of_screens(dataset.select(selection), one):
            _said(what, _least(count), budget)
    _memory(dataset)


def _of_a_filter(dataset: Dataset, selection: Selection) -> Iterator[tuple[str, Callable[[], object]]]:
    """What the map and its figures count."""
    yield "select", lambda: dataset.select(selection)
    selected = dataset.select(selection)
    many = len(selection.origins) != 1
    yield "flows", lambda: flows(selected, "municipality", "all" if many else "origin")
    yield "bundled to prefectures", lambda: flows(selected, "prefecture", "prefecture" if many else "origin")
    yield "figures and prefectures", lambda: _everything(Population(selected))


def _everything(population: Population) -> list:
    figures = [population.figures, population.individual, population.wide, population.undated]
    return [*figures, population.fellows, population.prefectures]


def _of_screens(selected: Selected, one: str) -> Iterator[tuple[str, int, Callable[[], object]]]:
    """What single screens count beside it, each with its budget."""
    yield "every pair", 150, lambda: flows(selected)
    yield "prefecture table", 30, lambda: metrics.prefecture_table(selected)
    yield "municipality table", 30, lambda: metrics.municipality_table(selected, "20000")
    yield "origin table", 100, lambda: profiles.origin_table(selected)
    yield "shared partners", 300, lambda: profiles.shared_counts(selected)
    yield "growth", 30, lambda: growth.growth(selected)
    yield "growth by origin", 60, lambda: growth.growth(selected, "origin")
    yield "gap matrix", 350, lambda: gaps.gap_matrix(selected)
    yield "candidates", 500, lambda: gaps.candidates(selected)
    yield "lacking", 50, lambda: overlap.lacking(selected, one)


def _memory(dataset: Dataset) -> None:
    years = range(1950, 2014)
    tracemalloc.start()
    kept = [dataset.select(replace(ALL, networks=True, year_to=year)) for year in years]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"\n{f'{len(kept)} remembered selections':28}{size / 1e6:>9.1f}{'≤20 MB':>10}")
    print(f"{'memory at its most':28}{peak / 1e3:>9.0f}{'≤1500 MB':>10}")


def _least(count: Callable[[], object]) -> float:
    took = []
    for _ in range(3):
        begun = process_time()
        count()
        took.append(process_time() - begun)
    return min(took)


def _said(what: str, seconds: float, budget: int | None = None) -> None:
    print(f"{what:28}{seconds * 1000:>9.1f}{f'≤{budget} ms' if budget else '':>10}", flush=True)


if __name__ == "__main__":
    main()
