"""The sentences and tables of 自治体の横顔: nothing is drawn here."""

from __future__ import annotations

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selected
from geo.places.gazetteer import Gazetteer
from pages.shared.frame import text
from pages.shared.parts.board import Column
from pipeline.words import view as words
from pipeline.words.claims import PLACES, Claims, Heading, leaders


def partner_columns(naming: Naming) -> dict[str, Column]:
    """How the table of municipalities is shown."""
    return {
        "市区町村": Column("市区町村"),
        f"つながる{naming.noun}": Column(f"つながる{naming.noun}", bar=True),
        "事業": Column("事業", bar=True),
        "最初の年": Column("最初の年", order="年"),
        naming.heading: Column(f"{naming.heading}の名前"),
        "分野": Column("分野"),
    }


def origin_columns(naming: Naming) -> dict[str, Column]:
    """How the table of a municipality's origins is shown."""
    return {
        naming.heading: Column(naming.heading),
        "事業": Column("事業", bar=True),
        "最初の年": Column("最初の年", order="年"),
        "距離km": Column("距離", "km"),
        "分野": Column("分野", lines=2),
    }


def neighbour_columns(naming: Naming) -> dict[str, Column]:
    """How the table of neighbours is shown."""
    return {
        "市区町村": Column("市区町村"),
        "距離km": Column("距離", "km"),
        f"つながる{naming.noun}の数": Column(f"つながる{naming.noun}", bar=True),
        f"つながる{naming.noun}": Column(f"{naming.heading}の名前"),
    }


def left_out(naming: Naming) -> str:
    """What to do for a municipality that the filters do not count at all."""
    ticks = [
        f"「{what}の連携も含める」"
        for what in ((naming.home,) if naming.single else (naming.peers, naming.home))
    ]
    return f"左の条件では、この市区町村を数えていません。{'か'.join(ticks)}を選んでください。"


def place_facts(code: str, dataset: Dataset, gazetteer: Gazetteer) -> list[tuple[str, str]]:
    """What is known of a municipality beside its ties: code, reading, kind, area, former municipalities."""
    row = dataset.municipalities.set_index("code").loc[code]
    district = gazetteer.place(code).district if code in gazetteer else ""
    area = "" if pd.isna(row.area_km2) else f"およそ {row.area_km2:,.0f} km²（区域の形から計算）"
    return [
        ("読み", row.kana),
        ("団体コード", f"{code}（検査数字つき {row.code6}）" if row.code6 else code),
        ("種別", "・".join(filter(None, [words.KINDS.get(row.kind, ""), district]))),
        ("合併などでこの市区町村になった旧市町村", "、".join(gazetteer.former_names(code))),
        ("面積", area),
    ]


def agreement_words(agreements: pd.DataFrame, titles: dict[str, str]) -> str:
    """The regional agreements a municipality belongs to, with day and source line."""
    return "。".join(
        f"{row.partner_text}の会員として{row.name}（{text.day(row.signed_on)}締結、{text.source(titles[row.source], row.source_line)}）"
        for row in agreements.itertuples(index=False)
    )


def neighbours_table(near: pd.DataFrame, naming: Naming) -> pd.DataFrame:
    """The nearest municipalities as they are shown; ``geo.insight.profiles.neighbours``."""
    noun = naming.noun
    return pd.DataFrame(
        {
            "市区町村": near.prefecture + near.name,
            "距離km": near.distance_km.round().astype(int),
            f"つながる{noun}の数": near.n_origins,
            f"つながる{noun}": text.few_origins(near.origins, naming).where(near.n_origins > 0, "なし"),
        }
    )


def origins_table(flows: pd.DataFrame, heading: str) -> pd.DataFrame:
    """The origins a municipality is tied to, most projects first; its ``geo.insight.flows.flows``; index: origin_code."""
    return pd.DataFrame(
        {
            heading: list(flows.origin_name),
            "事業": list(flows.n_projects),
            "最初の年": list(text.first_years(flows)),
            "年": list(flows.first_year),
            "距離km": list(flows.distance_km.round().astype(int)),
            "分野": list(flows.categories),
        },
        index=flows.origin_code,
    )


def map_sentence(place: str, flows: pd.DataFrame) -> str:
    """What the small map of a municipality shows, for who does not see it."""
    if flows.empty:
        return f"{place}の位置を示す地図。"
    return f"{place}から{text.some(list(flows.origin_name), 3)}への線を描いた地図。くわしくはそばの表にあります。"


def tied(selected: Selected, code: str) -> tuple[list[str], int]:
    """Which origins a municipality is tied to, and how many projects that are."""
    ties = selected.ties.with_partner(code)
    names = [selected.dataset.origin_names[origin] for origin in ties.distinct(ties.origin)]
    return names, int(ties.together().projects[0])


def without_ties(
    place: str,
    near: pd.DataFrame,
    agreements: pd.DataFrame,
    outside: tuple[list[str], int],
    others: tuple[list[str], int],
    publishers: dict[str, str],
) -> list[str]:
    """Whom to ask for a municipality without ties, the nearest way first.

    ``outside`` are the ties that the filters leave out, ``others`` those of other origins (:func:`tied`);
    ``publishers`` says of each document who has signed its agreements.
    """
    said = []
    if outside[1]:
        said.append(f"左の条件を広げる。{text.some(outside[0], 3)}との {outside[1]} 事業が出ます。")
    if others[1]:
        said.append(
            f"{text.some(others[0], 3)}に紹介を頼む。すでに{place}と {others[1]} 事業を行っています。"
        )
    for row in near[near.n_origins > 0].head(2).itertuples(index=False):
        said.append(
            f"近くの{row.prefecture}{row.name}（{row.distance_km:,.0f} km）に紹介を頼む。"
            f"{text.some(row.origins.split('、'), 3)}と {row.n_projects} 事業を行っています。"
        )
    for row in agreements.itertuples(index=False):
        said.append(
            f"{row.partner_text}に相談する。{text.day(row.signed_on)}に{publishers[row.source]}と結んだ{row.name}の会員に、{place}も入っています。"
        )
    return said or ["左の条件を広げると、連携が見つかることがあります。"]


def events_rows(events: pd.DataFrame, titles: dict[str, str], limit: int = 5) -> list[tuple[str, str]]:
    """The latest events that name a municipality: (title, day and source), and where the others are."""
    latest = events.sort_values("date_from", ascending=False).head(limit)
    rows = [
        (row.title, f"{text.day(row.date_from)}　{text.source(titles[row.source], row.source_line)}")
        for row in latest.itertuples(index=False)
    ]
    more = len(events) - limit
    return (
        [*rows, (f"ほか {more} 件", "「推移と協定」の年表で、名前を入れて探せます。")] if more > 0 else rows
    )


def partners_heading(
    claims: Claims, where: str, table: pd.DataFrame, places: dict[str, str], prefecture: str | None
) -> Heading:
    """How many municipalities are tied, and which to the most origins; ``geo.insight.profiles.partner_table``."""
    partnered = table[table.partnered]
    if partnered.empty:
        beyond = claims.beyond(where, prefecture) if prefecture else ""
        said = f"{claims.ties}はありません"
        return Heading(f"{claims.strict}{claims.who}と{where or '全国'}の市区町村に、", said, "。", beyond)
    most, more = int(partnered.n_origins.max()), ""
    if most > 1:
        names = [places[code].removeprefix(where) for code in partnered.code]
        unit = claims.naming.noun
        more = f"{claims.strict}つながる{unit}が最も多いのは{leaders(names, partnered.n_origins, PLACES)}の {most} {unit}です。"
    left_out = claims.without_peers(prefecture) if prefecture else ""
    of = f"{left_out}{len(table):,} 市区町村のうち " if where else ""
    before = f"{claims.scope}{claims.who}は、{claims.ties}で、{where or '全国'}の {of}"
    return Heading(before, f"{len(partnered):,} 市区町村", "とつながっています。", more)


def direct_sentence(selected: Selected, prefecture: str) -> str:
    """What origins do with a prefecture itself; "" where they do nothing."""
    ties = selected.ties.with_partner(prefecture)
    ties = ties.where(ties.municipality < 0)
    if not len(ties):
        return ""
    origins = [selected.dataset.origin_names[code] for code in ties.distinct(ties.origin)]
    n = ties.together().projects[0]
    return f"{selected.dataset.places[prefecture].name}そのものとは、{text.some(origins, 5)}が {n} 事業を行っています。"


def quarters(selected: Selected, code: str) -> tuple[str, str]:
    """Which wards of a designated city the documents name, each with its projects."""
    links = selected.links_of(selected.ties.with_partner(code))
    named = links[links.partner_code != code]
    counts = named.groupby("partner_code").project_id.nunique()
    places = selected.dataset.places
    return "行政区としての記載", "、".join(
        f"{places[origin].name}（{n} 事業）" for origin, n in counts.items()
    )


def listing_hint(n: int, first: int) -> str:
    """How many of the ``n`` municipalities stand in the list at ``first`` (0 for all), and how to go on."""
    said = (
        f"{n:,} のうち {first} を表示しています。見出しを押すと、すべてを並べ替えます。"
        if 0 < first < n
        else ""
    )
    return f"{said}市区町村を選ぶと、その横顔が出ます。左上の欄では、名前の一部や読みがなでも探せます。"


def partners_table(table: pd.DataFrame, places: dict[str, str], naming: Naming) -> pd.DataFrame:
    """``geo.insight.profiles.partner_table`` with Japanese headings, names with their prefecture."""
    return pd.DataFrame(
        {
            "市区町村": table.code.map(places),
            f"つながる{naming.noun}": table.n_origins,
            "事業": table.n_projects,
            "最初の年": text.first_years(table).where(table.partnered, "なし"),
            "年": table.first_year,
            naming.heading: table.origins.where(table.partnered, "なし"),
            "分野": table.categories.where(table.partnered, "なし"),
        }
    )


def partners_csv(table: pd.DataFrame, places: dict[str, str], naming: Naming) -> pd.DataFrame:
    """:func:`partners_table` as it is saved: with the code, without what only sorts it."""
    shown = partners_table(table, places, naming)[list(partner_columns(naming))]
    shown.insert(0, "団体コード", table.code)
    return shown


def neighbours_csv(near: pd.DataFrame, noun: str) -> pd.DataFrame:
    """``geo.insight.profiles.neighbours`` with Japanese headings."""
    return pd.DataFrame(
        {
            "団体コード": near.code,
            "都道府県": near.prefecture,
            "市区町村": near.name,
            "距離km": near.distance_km.round(1),
            f"つながる{noun}の数": near.n_origins,
            "事業": near.n_projects,
            f"つながる{noun}": near.origins,
        }
    )
