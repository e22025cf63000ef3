"""Twice the input takes at most three times the time: patterns, readers, splitting, checks, comparisons.

What is compared is processor time of the same work at two sizes, the best of several tries; work too short to be
measured passes. No figure depends on how fast the machine is.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress

import pytest

from geo.folders import REFERENCE_DIR
from geo.places.codes import PREFECTURES
from geo.places.gazetteer import Gazetteer
from pipeline.building.agreements import other_tables
from pipeline.building.findings import Context, check_document
from pipeline.building.findings.conservation import text_lost
from pipeline.intake.records import SourceError
from pipeline.intake.source_text import to_lines
from pipeline.reading.categories import Categories
from pipeline.reading.geocode import Geocoder
from pipeline.reading.projects import make_projects
from tests import house_patterns
from tests.documents import DOCUMENTS

#: Seconds of processor time under which a growth cannot be told from the clock's own steps.
MEASURABLE = 0.15
GROWTH = 3.0
#: Seconds after which work that grows without end is broken off.
ENDLESS, LOST = 20.0, 1000.0

#: Patterns used on texts that are cut short before, with the length they are cut to.
BOUNDED = {
    "geo.insight.comparison._BRACKETS": 300,
    "pipeline.reading.geocode.query._BRACKETS": 1000,
    "pipeline.reading.geocode.query._OPEN_BRACKET": 1000,
    "pipeline.reading.geocode.query._TRAILING": 1000,
    "pipeline.reading.geocode.query._JOINT": 1000,
}


class TooLong(Exception):
    pass


@contextmanager
def ended():
    """Break off what runs much longer than anything measured here, where the system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_):
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, ENDLESS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds(work: Callable[[], object], tries: int = 1) -> float:
    """Processor time of some work, the best of several tries; LOST when it does not end."""
    times = []
    for _ in range(tries):
        begun = time.process_time()
        try:
            with ended():
                work()
        except TooLong:
            return LOST
        times.append(time.process_time() - begun)
    return min(times)


def grows(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times as long it takes for twice the size, over two doublings; 0 where it is too short to tell."""
    once = seconds(work(4 * size))
    if once < MEASURABLE:
        return 0.0
    if once == LOST:
        return LOST
    return (seconds(work(4 * size), 2) / max(seconds(work(size), 3), MEASURABLE / 50)) ** 0.5


def test_no_pattern_grows_faster_than_its_text():
    too_fast = []
    for name, pattern in house_patterns.patterns().items():
        size = min(3_000, BOUNDED.get(name, 12_000) // 4)
        for begin, piece, end in house_patterns.pumped(pattern, 4 * size, tries=25):
            for use in house_patterns.uses(name):
                run = house_patterns.USES[use](pattern)
                growth = grows(
                    lambda n, run=run, text=(begin, piece, end): lambda: run(text[0] + text[1][:n] + text[2]),
                    size,
                )
                if growth > GROWTH:
                    too_fast.append((name, use, begin, piece[:4], end, round(growth, 1)))
                    break
            if too_fast and too_fast[-1][0] == name:
                break
    assert too_fast == []


HEADER = "各特別区名\t連携カテゴリ\t事業名称等\t事業主体\t連携相手方\t事業内容\t事業開始年度"
NAMES = list(PREFECTURES.values())


def _row(
    name="事業", partner="北海道三笠市", organiser="区", category="文化", summary="", years="", origin="港"
):
    return "\t".join([origin, category, name, organiser, partner, summary, years])


def _loose(number: int, summary: str = "") -> str:
    return "\t".join(["", "", "", "", f"{NAMES[number * 7 % 47]}村{number}", summary, ""])


def _two_lists(n):
    return [HEADER, _row("甲"), *map(_loose, range(n)), _row("乙"), *map(_loose, range(n))]


def _tokyo(*rows):
    return [HEADER, *rows]


def _cell(token):
    return lambda n: _tokyo(_row(partner="北海道三笠市" + (token * n)[:n]))


def _setagaya(n):
    heading = "市町村コード\t交流自治体名\t交流事業名\t交流事業概要\t交流の分類\t交流の内容\t交流開始年\t令和5年度交流実績\t所管等"
    return [heading, *("\t".join(["014711", "北海道中川町", f"事業{i}", *["あ"] * 6]) for i in range(n))]


def _shinagawa(name):
    def lines(n):
        return [
            "●包括的な協定 山北町",
            "主な連携事業",
            name(n),
            "＜文化＞",
            *["○音楽会を開く。"] * 3,
            "山北町(人口1人、面積1km2)",
        ]

    return lines


CHRONOLOGY = ["平成２６年", "９月 １０日 調印式"]


def _chronology(*more):
    return lambda n: [*CHRONOLOGY, *(line for make in more for line in make(n))]


#: What was found to grow too fast, or is of the kind: name → (document, lines of a size, size).
CASES = {
    "two lists side by side": ("tokyo23_linkage_r8", _two_lists, 150),
    "many lists": (
        "tokyo23_linkage_r8",
        lambda n: [
            HEADER,
            *(line for k in range(n // 50) for line in (_row(f"甲{k}"), *map(_loose, range(49)))),
        ],
        750,
    ),
    "many projects": ("tokyo23_linkage_r8", lambda n: _tokyo(*(_row(f"事業{i}") for i in range(n))), 750),
    "a cell of many names": ("tokyo23_linkage_r8", _cell("北海道三笠市 "), 3000),
    "a cell of names without marks": ("tokyo23_linkage_r8", _cell("三笠市"), 3000),
    "a cell of marks": ("tokyo23_linkage_r8", _cell("・"), 4000),
    "a cell of brackets": ("tokyo23_linkage_r8", _cell("（"), 4000),
    "a cell of closed brackets": ("tokyo23_linkage_r8", _cell("（市）"), 4000),
    "a cell of など": ("tokyo23_linkage_r8", _cell("、など"), 4000),
    "a cell of letters": ("tokyo23_linkage_r8", _cell("A b "), 3000),
    "pieces of names": (
        "tokyo23_linkage_r8",
        lambda n: _tokyo(
            *(line for i in range(n) for line in (_row(f"事業{i}"), f"\t\t片{i}\t\t長野県\t\t"))
        ),
        500,
    ),
    "descriptions of loose rows": (
        "tokyo23_linkage_r8",
        lambda n: _tokyo(_row("甲"), *(_loose(i, f"内容{i}") for i in range(n))),
        750,
    ),
    "the same header with other columns": (
        "tokyo23_linkage_r8",
        lambda n: _tokyo(_row("甲"), *(f"{HEADER}\t列{i}" for i in range(n))),
        750,
    ),
    "numbers in a name": (
        "tokyo23_linkage_r8",
        lambda n: _tokyo(*(_row(("1月" * n)[:2500] + str(i)) for i in range(max(3, n // 500)))),
        2000,
    ),
    "years in a cell": ("tokyo23_linkage_r8", lambda n: _tokyo(_row(years="平成30年度 " * n)), 200),
    "many rows of one partner": ("setagaya_exchange_r6", _setagaya, 500),
    "joint names": ("shinagawa_agreements_r7", _shinagawa(lambda n: "品川区" + "×x" * n + "\0"), 1500),
    "lines of an item": (
        "shinagawa_agreements_r7",
        lambda n: [
            "●包括的な協定 山北町",
            "主な連携事業",
            "山北町(人口1人、面積1km2)",
            "＜文化＞",
            "○（",
            *["続き"] * n,
        ],
        1000,
    ),
    "names of a kind of agreement": (
        "shinagawa_agreements_r7",
        lambda n: [
            f"●協定 {'山北町、' * n}",
            "主な連携事業",
            *["山北町(人口1人、面積1km2)", "＜文化＞", "○祭り"] * (n // 10),
        ],
        250,
    ),
    "letters in a list of bodies": (
        "tokyo23_chronology_r6",
        _chronology(
            lambda n: ["締結企業名 主な取組み", "甲株式会社 令和6年4月1日", "団体名構成自治体数", "あ" * n]
        ),
        7500,
    ),
    "lines of an event": ("tokyo23_chronology_r6", _chronology(lambda n: ["「連携の" * 3] * n), 1000),
    "blanks in a date": ("tokyo23_chronology_r6", _chronology(lambda n: [f"９月 １{' ' * n}、"]), 5000),
    "companies without a form": (
        "tokyo23_chronology_r6",
        _chronology(lambda n: ["締結企業名 主な取組み", *["甲 "] * n, "乙 令和6年4月1日"]),
        1000,
    ),
    "bodies": (
        "tokyo23_chronology_r6",
        _chronology(
            lambda n: [
                "締結企業名 主な取組み",
                "甲株式会社 令和6年4月1日",
                "団体名構成自治体数",
                *(f"町村会{'あ' * (i % 9)}(令和6年4月1日)12" for i in range(n)),
            ]
        ),
        750,
    ),
    "partners of the newsletter": (
        "suginami_exchange_r5",
        lambda n: ["国内交流自治体", *["●名寄市(北海道)"] * n],
        1000,
    ),
    "days of the newsletter": (
        "suginami_exchange_r5",
        lambda n: [
            "●名寄市(北海道)",
            "5月",
            "祭り",
            "日時 1" + "日、1" * n,
            *["催し", "日時 1日"] * (n // 10),
        ],
        1000,
    ),
}


def copies(source: str) -> Callable[[int], list[str]]:
    """The document itself, one copy after the other."""
    lines = to_lines(DOCUMENTS[source].definition.with_suffix(".txt").read_bytes(), source)
    return lambda n: lines * n


CASES |= {
    f"copies of {source}": (source, copies(source), size)
    for source, size in (
        ("setagaya_exchange_r6", 4),
        ("shinagawa_agreements_r7", 12),
        ("suginami_exchange_r5", 40),
    )
}


@pytest.fixture(scope="module")
def knowing():
    gazetteer = Gazetteer.load()
    return gazetteer, Categories.load(REFERENCE_DIR / "categories.csv")


@pytest.mark.parametrize("case", CASES)
def test_twice_the_document_takes_at_most_three_times_as_long(case, knowing):
    source, make, size = CASES[case]
    gazetteer, categories = knowing

    def work(n):
        lines = make(n)

        def run():
            with suppress(SourceError):
                reading = DOCUMENTS[source].read_lines(lines, "資料.txt")
                projects = make_projects(reading.records, gazetteer, Geocoder(gazetteer), categories)
                list(check_document(reading, projects, Context(gazetteer, categories, 2026)))
                other_tables([reading], {}, gazetteer)
                list(text_lost(lines, reading))

        return run

    assert grows(work, size) <= GROWTH
