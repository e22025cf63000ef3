"""What a view is called, what is in force and what it says, in Japanese: the same on screens and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from geo.choropleth import METRICS, Metric
from geo.dataset import Dataset, Selection
from geo.metrics import KeyFigures
from pipeline.dates import both, to_wareki
from pipeline.sources import REGISTRY


def year(value: int | None) -> str:
    """A year both ways, 「昭和51年（1976年）」; 「不明」 when it is not known."""
    if value is None or pd.isna(value):
        return "不明"
    return f"{to_wareki(int(value), '年')}（{int(value)}年）"


def began(value: int | None, kind: str | None) -> str:
    """A project's start as the list counts it: 「平成30年度（2018年度）」, 「平成30年（2018年）」, 「不明」."""
    if value is None or pd.isna(value):
        return "不明"
    return both(int(value), "年" if kind == "年" else "年度")


def everyone(names: Sequence[str]) -> str:
    """All origins together: 「23区」; 「5市区町村」 where they are not all wards."""
    return f"{len(names)}{origin(names)}"


def origin(names: Sequence[str]) -> str:
    """What one of the origins is called: 「区」; 「市区町村」 where they are not all wards."""
    return "区" if all(name.endswith("区") for name in names) else "市区町村"


def subject(chosen: Sequence[str], names: Sequence[str]) -> str:
    """Who the view is about: 「23区」, 「世田谷区」, 「港区・新宿区」, 「港区ほか4区」."""
    if not chosen:
        return everyone(names)
    if len(chosen) <= 3:
        return "・".join(chosen)
    return f"{chosen[0]}ほか{everyone(chosen[1:])}"


def reach(who: str, figures: KeyFigures) -> tuple[str, str, str]:
    """The heading in three pieces, the middle one to stand out."""
    if not figures.projects:
        return f"{who}に、この条件に合う連携はありません。", "", ""
    numbers = f"{figures.prefectures} 都道府県・{figures.municipalities:,} 市区町村"
    return f"{who}は、全国 ", numbers, "とつながっています。"


def conditions(selection: Selection, dataset: Dataset, chosen: Sequence[str], repeated: int = 0) -> str:
    """What is in force, as one plain line; ``repeated`` projects are in more than one of the documents."""
    parts = [
        "・".join(
            f"{title(name)}（{REGISTRY[name].as_of}）" for name in selection.sources if name in REGISTRY
        )
        or "すべての資料",
        "・".join(chosen) or f"{everyone(list(dataset.origins.name))}すべて",
        "・".join(selection.categories) or "すべての分野",
        _years(selection),
        "開始年の不明を含む" if selection.unknown_years else "開始年の不明を除く",
        "広域の集まりを含む" if selection.networks else "広域の集まりを除く",
        "特別区どうしを含む" if selection.peers else "特別区どうしを除く",
    ]
    if not selection.home:
        parts.append("都内を除く")
    parts += _partly(selection, dataset)
    if repeated:
        parts.append(
            f"同じ市区町村は1つ、事業は資料ごとに数える（ほかの資料にもあるとみられる{repeated:,}事業を含む）"
        )
    return "／".join(part for part in parts if part)


def _partly(selection: Selection, dataset: Dataset) -> list[str]:
    """Which documents in force tell of some origins only, whom one cannot compare the others with."""
    names = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    said = []
    for name in selection.sources or dataset.documents:
        told = [names[code] for code in dataset.origins_of.get(name, ()) if code in names]
        if len(told) < len(names):
            said.append(f"{short(name)}に載るのは{subject(told, [])}だけ")
    return said


def _years(selection: Selection) -> str:
    if selection.year_mode == "as_of":
        return f"{year(selection.year_to)}までに開始" if selection.year_to else ""
    if selection.year_from and selection.year_to:
        return f"{year(selection.year_from)}から{year(selection.year_to)}までに開始"
    if selection.year_from:
        return f"{year(selection.year_from)}以後に開始"
    return f"{year(selection.year_to)}以前に開始" if selection.year_to else ""


def summary(who: str, prefectures: pd.DataFrame) -> str:
    """The ranking in words: where the ties are thickest, and where there are none.

    ``prefectures`` is ``geo.metrics.prefecture_table``.
    """
    counts = zip(prefectures["name"], prefectures.n_partners, strict=True)
    top = sorted((row for row in counts if row[1]), key=lambda row: -row[1])[:3]
    if not top:
        return f"{who}には、この条件に合う連携相手の市区町村がありません。"
    title, listed = gap_note(prefectures)
    gaps = f"{title}は、{listed}です。" if title.startswith("まだ") else f"{title}。{listed}です。"
    most = "、".join(f"{name}（{n}）" for name, n in top)
    return f"{who}の連携相手が多いのは、{most}です。（）内は連携する市区町村の数です。{gaps}"


def metric_name(metric: str) -> str:
    """The name of a metric without its explanation in brackets: 「充足率」."""
    return METRICS[metric].label.split("（")[0]


#: How a metric of ``geo.choropleth.METRICS`` is asked for in the heading, by its column.
_LEADS = {
    "n_partners": "連携する市区町村が最も多いのは、",
    "coverage": "充足率が最も高いのは、",
    "n_projects": "事業が最も多いのは、",
    "n_wards": "つながる区が最も多いのは、",
}


def metric_heading(who: str, prefectures: pd.DataFrame, metric: Metric) -> tuple[str, str, str]:
    """Which prefectures lead by a metric, the answer to stand out."""
    values = prefectures[metric.column]
    if not values.max():
        return f"{who}に、この条件に合う連携はありません。", "", ""
    names = list(prefectures["name"][values == values.max()])
    leaders = "・".join(names[:3]) + (f"ほか{len(names) - 3}都道府県" if len(names) > 3 else "")
    return f"{who}の{_LEADS[metric.column]}", f"{leaders}（{metric.text(values.max())}）", "です。"


def gap_note(prefectures: pd.DataFrame) -> tuple[str, str]:
    """Which prefectures are not reached, or where coverage is lowest when all are: (title, list)."""
    columns = (prefectures[name] for name in ("name", "coverage", "reached", "n_municipalities"))
    possible = [(name, coverage, reached) for name, coverage, reached, n in zip(*columns, strict=True) if n]
    missing = [name for name, _, reached in possible if not reached]
    if missing:
        return f"まだつながりのない {len(missing)} 都道府県", "・".join(missing)
    low = sorted(possible, key=lambda row: row[1])[:5]
    listed = [f"{name}\u00a0{coverage:.0%}" for name, coverage, _ in low]
    return "つながりのない都道府県はありません", f"充足率の低い順に {'・'.join(listed)}"


def credit(selection: Selection, dataset: Dataset) -> str:
    """The credit lines of the documents in force."""
    names = selection.sources or tuple(dataset.projects.source.unique())
    return "　".join(REGISTRY[name].credit for name in names if name in REGISTRY)


def title(document: str) -> str:
    """The document's title, or its id where the registry does not know it."""
    return REGISTRY[document].title if document in REGISTRY else document


def short(document: str) -> str:
    """What the document is called where there is no room for its title; unlike any other."""
    return REGISTRY[document].short if document in REGISTRY else document


def full(document: str) -> str:
    """The document as it is cited: title, publisher and the day it stands for."""
    if document not in REGISTRY:
        return document
    one = REGISTRY[document]
    return f"{one.title}（{one.publisher}、{one.as_of}）"


def key_figures(figures: KeyFigures) -> list[tuple[str, str, str]]:
    """The row of key figures: (what is counted, the figure, its unit or whole)."""
    items = [
        ("連携する市区町村", f"{figures.municipalities:,}", f"/ {figures.universe:,}"),
        ("届いている都道府県", str(figures.prefectures), f"/ {figures.all_prefectures}"),
        ("充足率", f"{figures.coverage:.1%}".rstrip("%"), "%"),
        (
            "事業",
            f"{figures.projects:,}",
            f"二者の連携 {figures.bilateral_projects:,}・広域の集まり {figures.network_projects:,}",
        ),
    ]
    if figures.farthest:
        place, kilometres = figures.farthest
        items.append(("最も遠い相手", place, f"{kilometres:,.0f} km"))
    if figures.oldest_year:
        items.append(("最も古い事業", f"{figures.oldest_year}", to_wareki(figures.oldest_year, "年")))
    return items


def reference_day(dataset: Dataset, documents: Sequence[str] = ()) -> str:
    """The latest day some documents of the build stand for, 「令和8年3月31日」; "" when none is known.

    ``documents`` are their ids; none stands for all of the build.
    """
    names = documents or dataset.projects.source.unique()
    known = [REGISTRY[name].reference_date for name in names if name in REGISTRY]
    if not known:
        return ""
    latest = date.fromisoformat(max(known))
    return f"{to_wareki(latest.year, '年')}{latest.month}月{latest.day}日"


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

#: The kinds of ``geo.schema.KINDS`` as a clerk calls them.
KINDS = {
    "designated_city": "政令指定都市",
    "city": "市",
    "special_ward": "特別区",
    "town": "町",
    "village": "村",
    "designated_ward": "行政区",
}
