"""The sentences and tables of 自治体の横顔: no Streamlit, no HTML."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from geo.dataset import Dataset
from geo.gazetteer import Gazetteer
from pages.shared import text
from pages.shared.trends_text import day

#: Where to go when there is nothing to choose from.
FIND = "左上の「市区町村・区・事業を探す」に、名前の一部か読みがなを入れてください。"

#: What to do for a municipality that the filters do not count at all.
LEFT_OUT = "左の条件では、この市区町村を数えていません。「特別区どうしの連携も含める」か「都内の連携も含める」を選んでください。"

#: The kinds of ``geo.schema.KINDS`` as a clerk calls them.
_KINDS = {
    "designated_city": "政令指定都市",
    "city": "市",
    "special_ward": "特別区",
    "town": "町",
    "village": "村",
    "designated_ward": "行政区",
}


def partner_heading(
    who: str, place: str, wards: Sequence[str], n_projects: int, counted: bool
) -> tuple[str, str, str]:
    """With which or how many origins a municipality does how many projects, if the filters count it at all."""
    if not n_projects:
        return (
            f"{place}と{who}の連携は、",
            "まだありません" if counted else "この条件では数えていません",
            "。",
        )
    numbers = f"{wards[0]}と {n_projects} 事業" if len(wards) == 1 else f"{len(wards)} 区・{n_projects} 事業"
    return f"{place}は、", numbers, "でつながっています。"


def partner_figures(
    flows: pd.DataFrame, projects: pd.DataFrame, n_agreements: int
) -> list[tuple[str, str, str]]:
    """The key figures of a municipality: origins, projects, oldest year, strongest origin, agreements."""
    year = flows.first_year.min()
    best = flows.iloc[0]
    return [
        ("つながる区", str(len(flows)), "区"),
        ("事業", f"{len(projects):,}", "件"),
        ("最も古い事業", *(("不明", "") if pd.isna(year) else (str(year), text.year(year).split("（")[0]))),
        ("事業の最も多い区", best.ward_name, f"{best.n_projects} 事業"),
        ("広域の協定", str(n_agreements) if n_agreements else "なし", ""),
    ]


def place_facts(code: str, dataset: Dataset, gazetteer: Gazetteer) -> list[tuple[str, str]]:
    """What is known of a municipality beside its ties: code, reading, kind, area, former municipalities."""
    row = dataset.municipalities.set_index("code").loc[code]
    district = gazetteer.place(code).district if code in gazetteer else ""
    area = "" if pd.isna(row.area_km2) else f"およそ {row.area_km2:,.0f} km²（区域の形から計算）"
    return [
        ("読み", row.kana),
        ("団体コード", f"{code}（検査数字つき {row.code6}）" if row.code6 else code),
        ("種別", "・".join(filter(None, [_KINDS.get(row.kind, ""), district]))),
        ("合併などでこの市区町村になった旧市町村", "、".join(gazetteer.former_names(code))),
        ("面積", area),
    ]


def agreement_words(agreements: pd.DataFrame) -> str:
    """The regional agreements a municipality belongs to, with day and source line."""
    return "。".join(
        f"{row.partner_text}の会員として{row.name}（{day(row.signed_on)}締結、{text.source(row.source, row.source_line)}）"
        for row in agreements.itertuples(index=False)
    )


def neighbour_rows(near: pd.DataFrame, limit: int = 10) -> list[tuple]:
    """(municipality, distance, number of origins, their names) of the nearest; ``geo.profiles.neighbours``."""
    return [
        (
            f"{row.prefecture}{row.name}",
            f"{row.distance_km:,.0f} km",
            row.n_wards,
            text.some(row.wards.split("、"), 5) if row.wards else "なし",
        )
        for row in near.head(limit).itertuples(index=False)
    ]


def without_ties(place: str, near: pd.DataFrame, agreements: pd.DataFrame) -> str:
    """What to do for a municipality nobody is tied to: the nearest partner, and the agreement that holds."""
    partnered = near[near.n_wards > 0]
    said = []
    if len(partnered):
        row = partnered.iloc[0]
        said.append(
            f"最も近い連携相手は{row.prefecture}{row['name']}（{row.distance_km:,.0f} km）で、{text.some(row.wards.split('、'), 3)}と "
            f"{row.n_projects} 事業を行っています。紹介を頼む先になります。"
        )
    if len(agreements):
        bodies = "・".join(agreements.partner_text)
        said.append(f"{bodies}を通じた広域連携協定があり、{place}もその会員です。協定を窓口に相談できます。")
    return "".join(said) or "左の条件を広げると、連携が見つかることがあります。"


def events_rows(events: pd.DataFrame, limit: int = 5) -> list[tuple[str, str]]:
    """The latest events that name a municipality: (title, day and source)."""
    latest = events.sort_values("date_from", ascending=False).head(limit)
    return [
        (row.title, f"{day(row.date_from)}　{text.source(row.source, row.source_line)}")
        for row in latest.itertuples(index=False)
    ]


def partners_heading(
    who: str, where: str, table: pd.DataFrame, places: dict[str, str]
) -> tuple[str, str, str]:
    """How many municipalities are tied, and which to the most origins; ``geo.profiles.partner_table``."""
    partnered = table[table.partnered]
    if partnered.empty:
        return f"{who}と{where or '全国'}の市区町村の連携は、", "まだありません", "。"
    best = partnered.iloc[0]
    said = f"とつながっています。最も多くの区とつながるのは{places[best.code]}（{best.n_wards} 区）です。"
    return f"{who}は、{where or '全国'}の ", f"{len(partnered):,} 市区町村", said


def partners_table(table: pd.DataFrame, places: dict[str, str]) -> pd.DataFrame:
    """``geo.profiles.partner_table`` with Japanese headings, names with their prefecture."""
    return pd.DataFrame(
        {
            "市区町村": table.code.map(places),
            "つながる区": table.n_wards,
            "事業": table.n_projects,
            "最初の年": table.first_year.map(text.year).where(table.partnered, "なし"),
            "区": table.wards,
            "分野": table.categories,
        }
    )


def projects_csv(rows: pd.DataFrame) -> pd.DataFrame:
    """``geo.metrics.project_details`` with Japanese headings."""
    return pd.DataFrame(
        {
            "区": rows.ward_name,
            "事業": rows.project_name,
            "分野": rows.category_raw,
            "開始年": rows.start_year,
            "所管": rows.organiser,
            "相手の記載": rows.partner_text,
            "相手": rows.place,
            "読み取り方": rows.method.map(text.METHODS),
            "資料": rows.source.map(text.title),
            "行": rows.source_line,
        }
    )


def neighbours_csv(near: pd.DataFrame) -> pd.DataFrame:
    """``geo.profiles.neighbours`` with Japanese headings."""
    return pd.DataFrame(
        {
            "団体コード": near.code,
            "都道府県": near.prefecture,
            "市区町村": near.name,
            "距離km": near.distance_km.round(1),
            "つながる区の数": near.n_wards,
            "事業": near.n_projects,
            "つながる区": near.wards,
        }
    )
