"""What a view is called, what is in force and what it says, in Japanese: the same on screens and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

import pandas as pd

from geo.draw.choropleth import METRICS
from geo.insight import groups
from geo.insight.metrics import KeyFigures
from geo.ledger.dataset import Dataset
from geo.ledger.schema import UNDATED
from geo.ledger.selection import Selection
from pipeline.words.dates import Kind, both, to_wareki


def since(value: int) -> str:
    """From when on, for 年 and 年度 alike: 「平成28年（2016年）」, for its 年度 begins later."""
    return both(int(value), "年")


def until(value: int) -> str:
    """Until when, for 年 and 年度 alike: 「平成28年度（2016年度）」, for its 年 ends earlier."""
    return both(int(value), "年度")


def within(value: int, kind: str | None = None) -> str:
    """When what is counted began: 「平成28年度（2016年度）」; where it is both, 「平成28年・年度（2016）」."""
    if kind in ("年", "年度"):
        return both(int(value), cast(Kind, kind))
    return f"{to_wareki(int(value), '年')}・年度（{int(value)}）"


def percent(share: float) -> str:
    """A share (0–1) in whole per cent; 「1%未満」 rather than 0% where there is something."""
    return f"{share:.0%}" if share >= 0.01 or not share else "1%未満"


def some(names: Sequence[str], limit: int, glue: str = "、") -> str:
    """The first names of a list, and how many more there are: 「川崎市、柏市 ほか4」."""
    more = len(names) - limit
    return glue.join(names[:limit]) + (f" ほか{more}" if more > 0 else "")


def shortened(words: str, limit: int = 40) -> str:
    """A text as a label: a longer one is cut off, which 「…」 says; the whole must stand elsewhere."""
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def began(value: int | None, kind: str | None, basis: str | None = None) -> str:
    """A start as it is printed: 「平成30年度（2018年度）」, 「平成30年（2018年）」, 「不明」.

    ``basis`` (geo.ledger.schema.YEAR_BASES) marks a year that is printed for a merged cell above: 「（上の欄の年）」.
    """
    if value is None or pd.isna(value):
        return "不明"
    above = f"（{YEAR_BASES['above']}）" if basis == "above" else ""
    return both(int(value), "年" if kind == "年" else "年度") + above


def began_short(value: int | None, kind: str | None) -> str:
    """:func:`began` where there is little room: 「平成30年度（2018）」."""
    if value is None or pd.isna(value):
        return "不明"
    return f"{to_wareki(int(value), '年' if kind == '年' else '年度')}（{int(value)}）"


def earliest(rows: pd.DataFrame) -> str:
    """The earliest start of some links (start_year, year_kind, year_basis) as :func:`began` writes it."""
    starts = zip(rows.start_year, rows.year_kind, rows.year_basis, strict=True)
    known = [start for start in starts if not pd.isna(start[0])]
    # A 年 begins before the 年度 of the same number.
    return began(*min(known, key=lambda start: (start[0], str(start[1])))) if known else "不明"


def first_years(table: pd.DataFrame) -> pd.Series:
    """The first years of a table (first_year, first_kind) as :func:`began` writes them."""
    pairs = zip(table.first_year, table.first_kind, strict=True)
    return pd.Series([began(*pair) for pair in pairs], index=table.index, dtype="object")


#: Documents of some origins alone that are named one by one.
_DOCUMENTS = 4

#: Names of chosen origins that the line of conditions writes out where there are many to choose from.
LISTED = 5


def conditions(selection: Selection, dataset: Dataset, chosen: Sequence[str], repeated: int = 0) -> str:
    """What is in force, as one plain line; ``repeated`` projects are in more than one of the documents."""
    limits, naming = years(selection), dataset.naming
    parts = [
        "・".join(f"{dataset.titles[name]}（{dataset.cited(name).as_of}）" for name in selection.sources)
        or "すべての資料",
        (some(chosen, LISTED, "・") if naming.many else "・".join(chosen)) or naming.everyone_whole,
        "・".join(selection.categories) or "すべての分野",
        limits and f"{limits}と分かるもの",
        "" if limits else "開始年の不明を含む" if selection.unknown_years else "開始年の不明を除く",
        "広域の集まりを含む" if selection.networks else "個別の連携だけ",
        "" if naming.single else f"{naming.peers}を{'含む' if selection.peers else '除く'}",
    ]
    if not selection.home:
        parts.append(f"{naming.home}を除く")
    parts += _partly(selection, dataset)
    if repeated:
        parts.append(
            f"同じ市区町村は1つ、事業は資料ごとに数える（ほかの資料にもあるとみられる{repeated:,}事業を含む）"
        )
    return "／".join(part for part in parts if part)


def _partly(selection: Selection, dataset: Dataset) -> list[str]:
    """Which documents in force tell of some origins only, whom one cannot compare the others with."""
    names, said = set(dataset.origins.code), []
    for name in selection.sources or dataset.sources:
        told = [code for code in dataset.origins_of.get(name, ()) if code in names]
        if len(told) < len(names):
            said.append(f"{dataset.shorts[name]}に載るのは{groups.subject(dataset, told)}だけ")
    if len(said) > _DOCUMENTS:
        return [f"{len(said)}の資料は、それぞれ一部の{dataset.naming.noun}だけのもの"]
    return said


def years(selection: Selection) -> str:
    """The years a view asks for, before a noun: 「平成28年（2016年）以後に始まった」; "" where it asks for none."""
    first, last = selection.year_from, selection.year_to
    if selection.year_mode == "as_of":
        return f"{until(last)}までに始まった" if last is not None else ""
    if first is not None and last is not None:
        return f"{since(first)}から{until(last)}までに始まった"
    if first is not None:
        return f"{since(first)}以後に始まった"
    return f"{until(last)}までに始まった" if last is not None else ""


def metric_name(metric: str, noun: str) -> str:
    """The name of a metric without its explanation in brackets: 「連携率」; ``noun`` is what an origin is called."""
    return METRICS[metric].of(noun).label.split("（")[0]


#: How a metric of ``geo.draw.choropleth.METRICS`` is asked for in the heading, by its column; {} is an origin.
LEADS = {
    "n_partners": "連携する市区町村が最も多いのは、",
    "coverage": "連携率が最も高いのは、",
    "n_projects": "事業が最も多いのは、",
    "n_origins": "つながる{}が最も多いのは、",
}


def credits(selection: Selection, dataset: Dataset) -> list[str]:
    """The credit lines of the documents in force."""
    names = selection.sources or tuple(dataset.projects.source.unique())
    lines = [dataset.cited(name).credit for name in names if name in dataset.titles]
    return [line for line in lines if pd.notna(line)]


def full(document: str, dataset: Dataset) -> str:
    """The document as it is cited: title, publisher and the day it stands for."""
    one = dataset.cited(document)
    return f"{one.title}（{one.publisher}、{one.as_of}）"


def key_figures(figures: KeyFigures) -> list[tuple[str, str, str]]:
    """The row of key figures: (what is counted, the figure, its unit or whole)."""
    items = [
        ("連携する市区町村", f"{figures.municipalities:,}", f"/ {figures.universe:,}"),
        ("届いている都道府県", str(figures.prefectures), f"/ {figures.all_prefectures}"),
        ("連携率", f"{figures.coverage:.1%}".rstrip("%"), "%"),
        ("事業", f"{figures.projects:,}", _split(figures)),
    ]
    if figures.farthest:
        place, kilometres = figures.farthest
        items.append(("最も遠い相手", place, f"{kilometres:,.0f} km"))
    if figures.oldest:
        value, kind = figures.oldest
        items.append(("最も古い事業", f"{value}{kind}", to_wareki(value, cast(Kind, kind))))
    return items


def _split(figures: KeyFigures) -> str:
    if not figures.network_projects:
        return "個別の連携"
    return f"個別の連携 {figures.individual_projects:,}・広域の集まり {figures.network_projects:,}"


def reference_day(dataset: Dataset, documents: Sequence[str] = ()) -> str:
    """:func:`latest_day` in words, 「令和8年3月31日」; "" when none is known."""
    latest = latest_day(dataset, documents)
    return f"{to_wareki(latest.year, '年')}{latest.month}月{latest.day}日" if latest else ""


def latest_day(dataset: Dataset, documents: Sequence[str] = ()) -> date | None:
    """The latest day some documents of the build stand for; None when none is known.

    ``documents`` are their ids; none stands for all of the build.
    """
    told = [dataset.cited(name) for name in documents or dataset.sources if name in dataset.titles]
    known = [one.date for one in told if one.as_of != UNDATED]
    return date.fromisoformat(max(known)) if known else None


#: geo.ledger.schema.TIES as a clerk calls them.
TIES = {"bilateral": "二者", "joint": "複数で", "network": "広域の集まり"}

#: What a start year rests on (geo.ledger.schema.YEAR_BASES).
YEAR_BASES = {"partner": "相手方ごとの年", "project": "事業全体の年", "above": "上の欄の年", "none": "不明"}

#: What the categories of a project rest on (geo.ledger.schema.CATEGORY_BASES).
CATEGORY_BASES = {"printed": "資料の分類", "name": "事業名から"}

#: How a place was found, as a clerk would say it.
METHODS = {
    "code": "記載の団体コードから",
    "exact": "名称どおり",
    "folded": "表記のゆれをそろえて",
    "former_name": "旧市町村名から",
    "body": "団体の名称から",
    "group": "団体一括の記載から",
    "ocr_repair": "文字の誤りを補って",
    "context": "前後の並びから",
    "decision": "人が確かめて",
    "none": "未決定",
}

#: The kinds of ``geo.ledger.schema.KINDS`` as a clerk calls them.
KINDS = {
    "designated_city": "政令指定都市",
    "city": "市",
    "special_ward": "特別区",
    "town": "町",
    "village": "村",
    "designated_ward": "行政区",
    "prefecture": "都道府県",
}
