"""The words and tables of 災害の備え as HTML and as rows: nothing is counted here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

import pandas as pd

from geo.insight.disaster import FAR_KM, KINDS, NEAR_KM
from geo.insight.gaps import Candidate
from pages.shared.frame import text
from pages.shared.frame.finder import PARTNER
from pages.shared.frame.shell import View
from pages.shared.parts import markup
from pages.shared.parts.board import Column
from pipeline.words import disaster as words
from pipeline.words.candidates import EVIDENCE, Telling, rule
from pipeline.words.disaster import KINDS_MEAN, DisasterAnswer, band_name

#: Candidates written out; the rest is counted, and in the CSV.
LIMIT = 8
#: What shows a point of the compass beside its name, in the order of ``geo.insight.directions.COMPASS``.
_ARROWS = "↑↗→↘↓↙←↖"

EMPTY = (
    "読み込まれている資料には、分野が「災害・防災」の事業がありません。分野か事業名に「災害」「防災」とある一覧を"
    "「一覧を読み込む」で読み込むと、ここに距離・方角・区域が出ます。"
)


def spread(answer: DisasterAnswer) -> str:
    """How many partners lie in each band of distance, in each direction, and of which kind."""
    bands, n = answer.bands, len(answer.counted)
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
    kinds = [
        (words.KINDS[kind], answer.kinds[kind] / max(n, 1), (f"{answer.kinds[kind]:,}",)) for kind in KINDS
    ]
    return markup.block(
        markup.ranking("距離ごとの相手", heads, rows, of="距離"),
        markup.ranking("方角ごとの相手", (answer.unit, "割合"), points, of="方角"),
        markup.ranking("種類ごとの相手（2つ以上に入ることもある）", (answer.unit,), kinds, of="種類"),
    )


def pair_columns(table: pd.DataFrame, heading: str) -> dict[str, Column]:
    """How the table of partners is shown; ``heading`` is what the origins are called."""
    known = {
        "相手": Column("相手", width=190),
        heading: Column(heading, lines=0),
        "距離km": Column("距離", "km", bar=True),
        "方角": Column("方角", lines=0),
        "区域": Column("区域", lines=0),
        "区域の面積%": Column("区域にかかる面積", "%"),
        "種類": Column("種類", lines=0),
        "事業": Column("事業", lines=2),
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


def origin_columns(table: pd.DataFrame) -> dict[str, Column]:
    """How :func:`origins_table` is shown."""
    shown = {}
    for name in table:
        heading, unit = (name[:-1], "%") if name.endswith("%") else (name, "")
        if name.endswith("相手km"):
            heading, unit = "その距離", "km"
        shown[name] = Column(heading, unit, bar=name in ("相手の市区町村", f"{NEAR_KM} km以内%"))
    return shown


def meaning() -> str:
    """What the kinds are, and what no document says."""
    return f'<p class="k-rule">{escape(KINDS_MEAN)}</p>'


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


def cards(view: View, found: Sequence[tuple[Candidate, float]], conditions: Sequence[tuple[str, str]]) -> str:
    """The first candidates with their distance, reasons and evidence, and how many more there are."""
    telling = Telling(view.dataset, [one for one, _ in found[:LIMIT]])
    items = []
    for one, kilometres in found[:LIMIT]:
        place = escape(telling.place(one))
        reasons = "".join(
            f'<li><span class="k-chip">{escape(kind)}</span>{escape(said)}'
            for kind, said in telling.reasons(one)
        )
        lines = [
            f"{telling.kind(told)}: {line}"
            for told in one.reasons
            for line in telling.evidence(told)[:EVIDENCE]
        ]
        evidence = "".join(f"<li>{escape(line)}" for line in lines)
        link = escape(urlencode([*conditions, (PARTNER, one.code)]))
        items.append(
            f"<li><h3>{place}（{kilometres:,.0f} km）</h3><ul>{reasons}</ul>"
            f"<details><summary>根拠 {len(lines)} 件と出典</summary><ul>{evidence}</ul></details>"
            f'<a href="partners?{link}" aria-label="{place} 自治体の横顔">自治体の横顔</a>'
        )
    rest = len(found) - len(items)
    more = f'<p class="k-rest">候補はほかに {rest:,} あります。CSVにすべて入っています。</p>' if rest else ""
    return f'<ol class="k-candidates">{"".join(items)}</ol>{more}<p class="k-rule">{escape(rule(view.naming))}</p>'


def candidates_table(
    view: View, answer: DisasterAnswer, found: Sequence[tuple[Candidate, float]]
) -> pd.DataFrame:
    """The candidates as they are saved: with their distance, and the zone that they lie outside of."""
    table = Telling(view.dataset, [one for one, _ in found]).table()
    table.insert(3, "距離km", [round(kilometres, 1) for _, kilometres in found])
    if answer.zone:
        table["外にある区域"] = f"{answer.zone.cited}。{answer.zone.ruled}"
    return table
