"""The words and tables of 災害の備え as HTML and as rows: nothing is counted here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from geo.insight.disaster import FAR_KM, KINDS, NEAR_KM
from geo.insight.gaps import Candidate
from pages.shared.frame import text
from pages.shared.frame.shell import View
from pages.shared.parts import markup
from pages.shared.parts.board import Column
from pipeline.words import disaster as words
from pipeline.words.candidates import Telling, rule
from pipeline.words.disaster import KINDS_MEAN, DisasterAnswer, band_name

#: Candidates shown until the reader asks for all.
LIMIT = 8

#: Candidates written out at all where there are many origins.
WRITTEN = 20

#: What shows a point of the compass beside its name, in the order of ``geo.insight.directions.COMPASS``.
_ARROWS = "↑↗→↘↓↙←↖"

EMPTY = (
    "読み込まれている資料には、分野が「災害・防災」の事業がありません。分野か事業名に「災害」「防災」とある一覧を"
    "「一覧を読み込む」で読み込むと、ここに距離・方角・区域が出ます。"
)


def spread(answer: DisasterAnswer) -> str:
    """How many partners lie in each band of distance, and in each direction."""
    bands = answer.bands
    most = max(bands.n.max(), 1)
    zone = answer.zone is not None
    rows = [
        (
            band_name(place),
            row.n / most,
            (f"{row.n:,}", text.percent(row.share), *([f"{row.n_outside:,}"] if zone else [])),
        )
        for place, row in enumerate(bands.itertuples(index=False))
    ]
    heads = (answer.unit, "割合", *(["区域の外"] if zone else []))
    directions = answer.directions
    widest = max(directions.n.max(), 1)
    points = [
        (f"{arrow} {row.point}", row.n / widest, (f"{row.n:,}", text.percent(row.share)))
        for arrow, row in zip(_ARROWS, directions.itertuples(index=False), strict=True)
    ]
    return markup.block(markup.ranking("距離ごとの相手", heads, rows, of="距離")) + markup.block(
        markup.ranking("方角ごとの相手", (answer.unit, "割合"), points, of="方角")
    )


def kinds(answer: DisasterAnswer) -> str:
    """How many partners there are of each kind, and what the kinds are."""
    n = max(len(answer.counted), 1)
    rows = [(words.KINDS[kind], answer.kinds[kind] / n, (f"{answer.kinds[kind]:,}",)) for kind in KINDS]
    return markup.block(
        markup.ranking(
            "種類ごとの相手（2つ以上の種類に入る相手もあります）", (answer.unit,), rows, of="種類"
        ),
        f'<p class="k-sub">{escape(KINDS_MEAN)}</p>',
    )


def pair_columns(table: pd.DataFrame, heading: str) -> dict[str, Column]:
    """How the table of partners is shown; ``heading`` is what the origins are called."""
    known = {
        "相手": Column("相手", width=150),
        heading: Column(heading, lines=0),
        "距離km": Column("距離", "km", bar=True),
        "方角": Column("方角", lines=0),
        "区域": Column("区域", lines=0),
        "区域の面積%": Column("区域の面積", "%"),
        "種類": Column("種類", width=110, lines=2),
        "事業": Column("事業", width=230, lines=2),
        "最初の年": Column("最初の年", lines=0),
        "出典": Column("出典", lines=2),
    }
    return {name: column for name, column in known.items() if name in table}


def origins_table(answer: DisasterAnswer) -> pd.DataFrame:
    """Each origin with its figures, under Japanese headings."""
    each, heading = answer.each, answer.dataset.naming.heading
    names = answer.dataset.names
    table = pd.DataFrame(
        {
            heading: each.origin_name,
            "相手の市区町村": each.n,
            f"{NEAR_KM} km以内": each.n_near,
            f"{NEAR_KM} km以内%": (100 * each.near).round(1),
            f"{FAR_KM} kmより遠い": each.n_far,
            "区域の中": each.n_inside,
            "区域の外": each.n_outside,
            "名前に「相互」": each.n_mutual,
            "最も遠い相手": each.farthest_code.map(names).fillna("なし"),
            "最も遠い相手km": each.farthest_km.round().astype("Int64"),
        }
    )
    if answer.zone is None:
        return table.drop(columns=["区域の中", "区域の外"])
    home = each.origin_code.map(
        lambda code: "―" if code.endswith("000") else "中" if code in answer.zone.inside else "外"
    )
    table.insert(1, f"{heading}は区域の", home)
    return table


def homes_table(answer: DisasterAnswer) -> pd.DataFrame:
    """The origins of each prefecture together: their figures added up, so that a partner of two counts twice."""
    each, noun = answer.each, answer.dataset.naming.noun
    homes = each.origin_code.str[:2] + "000"
    sums = each.groupby(homes)[["n", "n_near", "n_far", "n_inside", "n_outside", "n_mutual"]].sum()
    rows = each.groupby(homes).n
    table = pd.DataFrame(
        {
            "都道府県": [answer.dataset.places[home].name for home in sums.index],
            f"{noun}の数": rows.size(),
            "相手のある数": (each.n > 0).groupby(homes).sum(),
            f"{noun}と相手の組": sums.n,
            f"{NEAR_KM} km以内の組%": (100 * sums.n_near / sums.n.where(sums.n > 0)).round(1),
            f"{FAR_KM} kmより遠い組": sums.n_far,
            "区域の中の組": sums.n_inside,
            "区域の外の組": sums.n_outside,
            "名前に「相互」の組": sums.n_mutual,
        },
        index=sums.index,
    )
    return table if answer.zone else table.drop(columns=["区域の中の組", "区域の外の組"])


def home_columns(table: pd.DataFrame) -> dict[str, Column]:
    """How :func:`homes_table` is shown."""
    return {
        name: Column(
            name.removesuffix("%"), "%" if name.endswith("%") else "", bar=name.endswith(("%", "と相手の組"))
        )
        for name in table
    }


def origin_columns(table: pd.DataFrame) -> dict[str, Column]:
    """How :func:`origins_table` is shown; what a bar or a neighbour tells too is left to the file."""
    shown = {}
    for name in table:
        if name.endswith("相手km") or name == f"{NEAR_KM} km以内":
            continue
        heading, unit = (name[:-1], "%") if name.endswith("%") else (name, "")
        order = "最も遠い相手km" if name == "最も遠い相手" else ""
        shown[name] = Column(heading, unit, bar=unit == "%" or name == "相手の市区町村", order=order)
    return shown


def candidates_title(answer: DisasterAnswer) -> tuple[str, str]:
    """The heading of the candidates, and what they are."""
    outside = f"{answer.zone.called}の外の、" if answer.zone else ""
    title = f"{outside}{FAR_KM} kmより遠い候補"
    who, ties = answer.claims.who, answer.claims.ties
    sub = (
        f"{answer.claims.strict}{who}と{ties}がなく、資料に理由のある市区町村を、理由の多い順に並べています。"
    )
    if answer.zone is None:
        sub += "区域を選ぶと、その中の市区町村は除きます。"
    elif answer.zone:
        sub += f"{answer.zone.cited}。"
    if not answer.single:
        sub += f"距離は、いちばん近い{answer.dataset.naming.noun}から測っています。"
    return title, sub


def candidates_table(
    view: View, answer: DisasterAnswer, found: Sequence[tuple[Candidate, float]]
) -> pd.DataFrame:
    """The candidates as they are saved: with their distance, and the zone that they lie outside of."""
    table = Telling(view.dataset, [one for one, _ in found]).table()
    table.insert(3, "距離km", [round(kilometres, 1) for _, kilometres in found])
    if answer.zone:
        table["外にある区域"] = f"{answer.zone.cited}。{answer.zone.ruled}"
    return table


#: How the candidates are shown.
CANDIDATES = {
    "市区町村": Column("市区町村", width=170),
    "距離km": Column("距離", "km"),
    "理由の数": Column("理由"),
    "理由": Column("理由の内容", width=420, lines=3),
    "根拠": Column("根拠と出典", lines=3),
}


def order(view: View) -> str:
    """By what the candidates are ordered."""
    return f'<p class="k-sub">{escape(rule(view.naming))}</p>'
