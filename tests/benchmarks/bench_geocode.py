"""Accuracy and speed beside the package normalize_japanese_address: ``python -m tests.benchmarks.bench_geocode``.

Both get the same names in the same run: every official name with its prefecture, and the hard names of
``names.tsv`` (variant kanji, misprints, former names, bodies, groups, run together, foreign and undecidable; its
last column is what a person would answer), and 10,000 distinct noisy ones: every name of today and of before with
its prefecture in front, behind or in a bracket, its 郡, a body's name, stray spaces. The package answers with a prefecture and a city, which are looked
up; it is asked for no more than the city (level 2). It is no dependency of this project: install it to compare.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from geo.folders import REFERENCE_DIR
from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import Geocoder

NAMES = Path(__file__).parent / "names.tsv"

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


def main() -> None:
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
