"""The ties of disaster prevention in words: how near, of which kind, and what lies in the zone that a user brought."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from geo.draw.signs import Sign, Signed, signed, signs_of
from geo.insight import disaster
from geo.insight.directions import COMPASS
from geo.insight.disaster import FAR_KM, INSIDE, MUTUAL, NEAR_KM, ONE_WAY, OUTSIDE, SPECIFIC, UNKNOWN, UNSAID
from geo.ledger.dataset import Dataset
from geo.ledger.schema import NETWORK
from geo.places.zone import HALF, OFFICE, SHARES, TOUCHED, Zone
from pipeline.words import correction_words
from pipeline.words import view as words
from pipeline.words.claims import Claims, Heading

#: Kinds of a tie, by its printed name.
KINDS = {
    MUTUAL: "相互",
    ONE_WAY: "一方から",
    SPECIFIC: "物資・施設など",
    NETWORK: "広域の集まり",
    UNSAID: "資料からは分からない",
}
#: What they rest on, and what they mean.
KINDS_REST = "種類は、資料の事業名から分けたものです。"
KINDS_MEAN = (
    f"{KINDS_REST}「相互」は名前に相互の応援・援助・協力などとあるもの、「一方から」は一方からの提供・派遣・"
    "受入れだけをいうもの、「物資・施設など」は特定のことだけをいうもので、ほかは「資料からは分からない」としています。"
)

#: Where a partner lies.
ZONES = {INSIDE: "区域の中", OUTSIDE: "区域の外", UNKNOWN: "判定しない"}

#: When a municipality counts as inside a zone that was drawn, as a choice and in a sentence.
RULES = {
    OFFICE: "役所・役場の位置",
    HALF: "面積の半分以上",
    TOUCHED: "一部でもかかる",
}
_RULES_SAID = {
    OFFICE: "役所・役場が区域にある市区町村を「中」としています",
    HALF: f"面積の{SHARES[HALF]:.0%}以上が区域にかかる市区町村を「中」としています",
    TOUCHED: f"面積の{SHARES[TOUCHED]:.0%}以上が区域にかかる市区町村を「中」としています",
}
_LISTED = "一覧にある市区町村を「中」としています"

#: A longer name of a zone is cut where there is little room.
_LONGEST = 24


def band_name(place: int) -> str:
    """A band of distance: 「〜50 km」, 「50〜100 km」, 「500 km〜」."""
    lower, upper = disaster.BANDS[place]
    return f"{lower} km〜" if upper is None else f"〜{upper} km" if not lower else f"{lower}〜{upper} km"


def kilometres(distance: float) -> str:
    """A distance in whole kilometres; with as many decimals as show on which side of a bound of its band it lies.

    >>> kilometres(99.6), kilometres(100.497), kilometres(1234.5)
    ('100', '100.5', '1,234')
    """
    band, said = disaster.band_of(distance), ""
    for decimals in range(4):
        said = f"{distance:,.{decimals}f}"
        if disaster.band_of(float(said.replace(",", ""))) == band:
            break
    return said


@dataclass(frozen=True, eq=False)
class NamedZone:
    """A zone with what its user says of it: what it is called, whose it is and as of when, and which rule is in force."""

    zone: Zone
    name: str
    source: str = ""
    day: str = ""
    rule: str = OFFICE

    @cached_property
    def inside(self) -> frozenset[str]:
        """The codes of the municipalities inside."""
        return self.zone.inside(self.rule)

    @property
    def called(self) -> str:
        """「名前」, cut where it is long."""
        return f"「{self.name if len(self.name) <= _LONGEST else self.name[: _LONGEST - 1] + '…'}」"

    @property
    def cited(self) -> str:
        """The zone with its source and day, as it stands on every use of it."""
        source = f"出典 {self.source}" if self.source else "出典の記入なし"
        day = f"、{self.day}" if self.day else "、時点の記入なし"
        return f"区域「{self.name}」（{source}{day}。利用者が読み込んだもの）"

    @property
    def ruled(self) -> str:
        """What counts as inside."""
        return _RULES_SAID[self.rule] if self.zone.drawn else _LISTED


@dataclass(frozen=True, eq=False)
class DisasterAnswer:
    """What the screen and its files say of the ties of disaster prevention under a view.

    Parameters
    ----------
    claims : the sentences of the view, of this category alone
    pairs : ``geo.insight.disaster.pairs``
    origins : the codes of the origins looked at
    zone : the zone in use, if any
    """

    claims: Claims
    pairs: pd.DataFrame
    origins: tuple[str, ...]
    zone: NamedZone | None = None

    @property
    def dataset(self) -> Dataset:
        """The tables it is of."""
        return self.claims.dataset

    @property
    def single(self) -> bool:
        """Whether one origin is looked at."""
        return len(self.origins) == 1

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The pairs that end at a municipality, which alone are counted."""
        return self.pairs[~self.pairs.direct]

    @cached_property
    def bands(self) -> pd.DataFrame:
        """``geo.insight.disaster.distance_table``."""
        return disaster.distance_table(self.pairs)

    @cached_property
    def directions(self) -> pd.DataFrame:
        """``geo.insight.disaster.compass_table``."""
        return disaster.compass_table(self.pairs)

    @cached_property
    def kinds(self) -> pd.Series:
        """``geo.insight.disaster.kind_table``."""
        return disaster.kind_table(self.pairs)

    @cached_property
    def each(self) -> pd.DataFrame:
        """``geo.insight.disaster.by_origin``."""
        return disaster.by_origin(self.dataset, self.pairs, self.origins)

    @property
    def unit(self) -> str:
        """What is counted: 「市区町村」 of one origin, 「組」 of several."""
        return "市区町村" if self.single else "組"

    @property
    def near(self) -> int:
        """How many of the counted pairs are NEAR_KM or less apart."""
        return int((self.counted.distance_km <= NEAR_KM).sum())

    @property
    def far(self) -> int:
        """How many are more than FAR_KM apart."""
        return int((self.counted.distance_km > FAR_KM).sum())

    def in_zone(self, state: str) -> int:
        """How many are INSIDE or OUTSIDE."""
        return int((self.counted.zone == state).sum())

    def heading(self) -> Heading:
        """How many of the partners are near, and second how many the same event does not hit."""
        claims, n = self.claims, len(self.counted)
        if not n:
            return claims.nothing(f"{claims.who}に、{claims.ties}の相手の市区町村")
        whole = f"{claims.scope}{claims.who}の{claims.ties}の相手{n:,}市区町村"
        if not self.single:
            whole = f"{claims.scope}{claims.who}の{claims.ties}{n:,}組"
        strong = f"{words.percent(self.near / n)}（{self.near:,}）"
        more = self.beyond() + claims.beside()
        if not self.single:
            more = f"{n:,}組は、{self.dataset.naming.noun}と相手の市区町村の組み合わせです。{more}"
        return Heading(f"{whole}のうち、{NEAR_KM} km以内は ", strong, "です。", more)

    def beyond(self) -> str:
        """What lies outside of the zone; where none is at hand, how many are far."""
        if self.zone is None:
            return f"{FAR_KM} kmより遠いのは{self.far:,}{self.unit}です。"
        outside, inside = (f"{self.in_zone(state):,}{self.unit}" for state in (OUTSIDE, INSIDE))
        return f"{self.zone.called}の外は{outside}、中は{inside}です。{self.home()}"

    def home(self) -> str:
        """Whether the origins themselves lie in the zone."""
        if self.zone is None:
            return ""
        # Of a prefecture that is an origin it cannot be said.
        known = [code for code in self.origins if not code.endswith("000")]
        inside = [code for code in known if code in self.zone.inside]
        if not known:
            return "都道府県が区域の中かどうかは、判定しません。"
        if self.single:
            return f"{self.claims.who}は区域の{'中' if inside else '外'}です。"
        noun = self.dataset.naming.noun
        if len(inside) in (0, len(known)):
            return f"{len(known)}{noun}は、すべて区域の{'中' if inside else '外'}です。"
        return f"{len(known)}{noun}のうち、区域の中は{len(inside)}です。"

    def figures(self) -> list[tuple[str, str, str]]:
        """The key figures: (what is counted, the figure, its unit or whole)."""
        n = len(self.counted)
        items = [
            ("相手の市区町村" if self.single else f"{self.dataset.naming.noun}と相手の組", f"{n:,}", ""),
            (
                f"{NEAR_KM} km以内",
                words.percent(self.near / n).removesuffix("%") if n else "0",
                f"%（{self.near:,}）",
            ),
            (f"{FAR_KM} kmより遠い", f"{self.far:,}", f"/ {n:,}"),
        ]
        if self.near and self.near / n < 0.01:
            items[1] = (items[1][0], "1%未満", f"（{self.near:,}）")
        if self.zone is not None:
            items.append(("区域の外", f"{self.in_zone(OUTSIDE):,}", f"/ {n:,}"))
        items.append(("名前に「相互」", f"{self.kinds[MUTUAL]:,}", f"/ {n:,}"))
        if n:
            last = self.counted.iloc[-1]
            items.append(("最も遠い相手", last.partner_name, f"{kilometres(last.distance_km)} km"))
        return items

    def notes(self) -> list[str]:
        """What has to be known of the numbers, a sentence each."""
        said = []
        if whole := int(self.pairs.direct.sum()):
            where = "数と地図に" if self.zone is None else "数に"
            said.append(f"ほかに、都道府県そのものとの連携が{whole:,}あり、{where}入れていません。")
        said.append(
            "距離は役所・役場の間の大円距離です。方角は大円の初めの向きを8つに分けたもので、"
            f"{self.dataset.naming.heading}から見ています。"
        )
        return said

    def signs(self) -> Signed:
        """The partners on a map: in the zone or not; where no zone is at hand, of which kind, municipalities alone."""
        pairs = self.pairs
        if self.zone is None:
            pairs = self.counted
            looks = signs_of(KINDS)
            title = "事業名からみた種類"
        else:
            looks = signs_of({state: ZONES[state] for state in (OUTSIDE, INSIDE)})
            if (self.pairs.zone == UNKNOWN).any():
                looks = (*looks, Sign(UNKNOWN, "都道府県（判定しない）", "ink-soft", "ring"))
            title = f"{self.zone.called}の中か外か"
        order = [look.key for look in looks]
        met: dict[str, set[str]] = {}
        for code, kinds in zip(pairs.partner_code, pairs.kinds, strict=True):
            met.setdefault(code, set()).update(kinds)
        n = pairs.partner_code.value_counts()
        rows = []
        for first in pairs.drop_duplicates("partner_code").itertuples(index=False):
            code, own = first.partner_code, int(n[first.partner_code])
            kinds = [one for one in KINDS if one in met[code]]
            said = f"{self.dataset.naming.noun}の数 {own}"
            if self.single:
                said = f"距離と方角 {kilometres(first.distance_km)} km・{COMPASS[first.point]}"
            note = f"{said}\n種類 {'・'.join(KINDS[one] for one in kinds)}"
            sign = kinds[0] if self.zone is None else first.zone
            value = f"{kilometres(first.distance_km)} km" if self.single else ""
            rows.append((order.index(sign), -own, code, (code, first.partner_name, sign, value, note)))
        return signed((row for *_, row in sorted(rows)), looks, title)

    def table(self, some: pd.DataFrame | None = None) -> pd.DataFrame:
        """Every partner, the nearest first, as it is shown and saved, or ``some`` rows of ``pairs``; index: place there.

        Columns: the heading of the origins, 相手, 相手の団体コード, 距離km, 方角, 種類, 区域, 区域の面積%, 事業数, 事業, 最初の年, 出典,
        訂正. Without a zone there is none of its columns, of one origin none of the origins, without corrections none of these.
        """
        pairs, dataset = self.pairs if some is None else some, self.dataset
        shares = self.zone.zone.shares if self.zone else {}
        marks = correction_words.marks(dataset)
        labels = [label for own in pairs.links for label in own]
        columns = ["project_id", "project_name", "source", "source_line"]
        links = {row[0]: row[1:] for row in dataset.links.loc[labels, columns].itertuples(name=None)}
        names, heading = dataset.names, dataset.naming.heading
        rows = []
        for pair in pairs.itertuples():
            own = [links[label] for label in pair.links]
            row = {
                heading: pair.origin_name,
                "相手": names[pair.partner_code],
                "相手の団体コード": pair.partner_code,
                "距離km": round(pair.distance_km, 1),
                "方角": COMPASS[pair.point] if pair.point >= 0 else "",
                "種類": "・".join(KINDS[one] for one in pair.kinds),
                "区域": ZONES[pair.zone],
                "区域の面積%": None if pair.direct else round(100 * shares.get(pair.partner_code, 0.0), 1),
                "事業数": pair.n_projects,
                "事業": "、".join(dict.fromkeys(name for _, name, *_ in own)),
                "最初の年": words.began(pair.first_year, pair.first_kind),
                "出典": "、".join(dict.fromkeys(dataset.cite(source, int(line)) for *_, source, line in own)),
                "訂正": "、".join(dict.fromkeys(marks[project] for project, *_ in own if project in marks)),
            }
            rows.append(tuple(row.values()))
        titles = [heading, "相手", "相手の団体コード", "距離km", "方角", "種類", "区域", "区域の面積%"]
        titles += ["事業数", "事業", "最初の年", "出典", "訂正"]
        table = pd.DataFrame(rows, columns=titles, index=pairs.index)
        left_out = {
            heading: self.single,
            "区域": self.zone is None,
            "区域の面積%": not shares,
            "訂正": not marks,
        }
        return table.drop(columns=[title for title, out in left_out.items() if out])

    def saved(self) -> pd.DataFrame:
        """:meth:`table` as it is saved: with the zone, its source and its rule in every row."""
        table = self.table()
        if self.zone is None:
            return table
        return table.assign(区域の名前と出典=f"{self.zone.cited}。{self.zone.ruled}")
