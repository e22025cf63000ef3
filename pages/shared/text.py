"""The sentences of the screens, as plain text: no Streamlit, no HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from geo.choropleth import METRICS, Metric
from geo.dataset import Dataset, Selection
from geo.metrics import KeyFigures
from pipeline.dates import both, to_wareki
from pipeline.sources import REGISTRY

#: What to do when the filters leave nothing.
NOTHING = (
    "条件に合う事業がありません。「区」「分野」「開始年」を広げるか、「条件をはじめに戻す」を押してください。"
)


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
    return f"{len(names)}{'区' if all(name.endswith('区') for name in names) else '市区町村'}"


def subject(chosen: Sequence[str], names: Sequence[str]) -> str:
    """Who the view is about: 「23区」, 「世田谷区」, 「港区・新宿区」, 「港区など5区」."""
    if not chosen:
        return everyone(names)
    if len(chosen) <= 3:
        return "・".join(chosen)
    return f"{chosen[0]}など{everyone(chosen)}"


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
    if repeated:
        parts.append(
            f"同じ市区町村は1つ、事業は資料ごとに数える（ほかの資料にもあるとみられる{repeated:,}事業を含む）"
        )
    return "／".join(part for part in parts if part)


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
    reached = prefectures[prefectures.n_partners > 0].sort_values("n_partners", ascending=False)
    if reached.empty:
        return f"{who}には、この条件に合う連携相手の市区町村がありません。"
    title, listed = gap_note(prefectures)
    gaps = f"{title}は、{listed}です。" if title.startswith("まだ") else f"{title}。{listed}です。"
    top = [f"{row.name}（{row.n_partners}）" for row in reached.head(3).itertuples(index=False)]
    return f"{who}の連携相手が多いのは、{'、'.join(top)}です。（）内は連携する市区町村の数です。{gaps}"


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
    leaders = "・".join(names[:3]) + (f"など{len(names)}都道府県" if len(names) > 3 else "")
    return f"{who}の{_LEADS[metric.column]}", f"{leaders}（{metric.text(values.max())}）", "です。"


def drill_heading(who: str, prefecture: pd.Series) -> tuple[str, str, str]:
    """How many municipalities of one prefecture are partners; a row of ``geo.metrics.prefecture_table``."""
    if not prefecture.n_partners:
        return f"{who}は、{prefecture['name']}の市区町村と", "まだつながっていません", "。"
    numbers = f"{prefecture.n_municipalities} 市区町村のうち {prefecture.n_partners}"
    return f"{who}は、{prefecture['name']}の ", numbers, "とつながっています。"


def drill_hint(municipalities: pd.DataFrame) -> str:
    """What the table of a prefecture's municipalities shows and how to go on."""
    missing = int((~municipalities.partnered).sum())
    rest = f"連携のない市区町村は {missing} です。" if missing else "すべての市区町村と連携しています。"
    return f"{rest}行か地図を選ぶと、事業の一覧が出ます。"


def gap_note(prefectures: pd.DataFrame) -> tuple[str, str]:
    """Which prefectures are not reached, or where coverage is lowest when all are: (title, list)."""
    possible = prefectures[prefectures.n_municipalities > 0]
    missing = possible[~possible.reached]
    if len(missing):
        return f"まだつながりのない {len(missing)} 都道府県", "・".join(missing["name"])
    low = possible.nsmallest(5, "coverage")
    listed = [f"{row.name}\u00a0{row.coverage:.0%}" for row in low.itertuples(index=False)]
    return "つながりのない都道府県はありません", f"充足率の低い順に {'・'.join(listed)}"


def credit(selection: Selection, dataset: Dataset) -> str:
    """The credit lines of the documents in force."""
    names = selection.sources or tuple(dataset.projects.source.unique())
    return "　".join(REGISTRY[name].credit for name in names if name in REGISTRY)


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
    "none": "未確定",
}


def evidence(rows: pd.DataFrame, limit: int = 6) -> str:
    """How the partners of one project were read: place, printed words where they differ, and method.

    ``rows`` are rows of ``geo.metrics.project_details``; beyond ``limit`` places only their number is said.
    """
    said = []
    for row in rows.drop_duplicates(["place", "partner_text"]).head(limit).itertuples(index=False):
        printed = "" if row.place.endswith(row.partner_text) else f"記載は「{row.partner_text}」、"
        said.append(f"{row.place}（{printed}{METHODS.get(row.method, row.method)}）")
    more = rows.place.nunique() - limit
    return "、".join(said) + (f" ほか{more}団体" if more > 0 else "")


def source(document: str, line: int) -> str:
    """Where it is printed: 「23区の連携事業一覧 1234行目」."""
    return f"{title(document)} {line:,}行目"


def title(document: str) -> str:
    """The document's title, or its id where the registry does not know it."""
    return REGISTRY[document].title if document in REGISTRY else document


def footer(dataset: Dataset) -> str:
    """No traffic to anywhere, and as of when: the latest reference date of the documents in the build."""
    known = [REGISTRY[name].reference_date for name in dataset.projects.source.unique() if name in REGISTRY]
    if not known:
        return "外部通信なし"
    latest = date.fromisoformat(max(known))
    return f"外部通信なし・基準日 {to_wareki(latest.year, '年')}{latest.month}月{latest.day}日"


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
