"""Numbers a document states, held against the ones that can be counted.

Each *check* goes into build.json whether it agrees or not; one that does not agree is a finding too. Nothing
is ever forced to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from geo.ledger.dataset import Dataset
from pipeline.intake.layouts.chronology_tables import TOTAL
from pipeline.intake.records import Note, Reading
from pipeline.words.dates import both

# ※各年8月1日現在 (the note under the table of counts, in the complete document).
_COUNTED_ON = "08-01"
_OFFICIAL, _REGIONAL = "各区交流自治体", "広域連携協定"


@dataclass(frozen=True, slots=True)
class Check:
    """A stated number and the counted one.

    ``rule`` is the stable name of the finding there is when they do not agree; ``subject`` what is counted;
    ``stated`` and ``counted`` the numbers, ``counted`` to ``upper`` where only bounds are known;
    ``message`` says it in Japanese.
    """

    rule: str
    source: str
    source_line: int | None
    subject: str
    stated: int
    counted: int
    message: str
    upper: int | None = None
    severity: str = "warning"
    suggestion: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the stated number is the counted one, or within the bounds."""
        return self.counted <= self.stated <= (self.counted if self.upper is None else self.upper)

    def row(self) -> dict:
        """The check as it stands in build.json."""
        names = (
            "rule",
            "source",
            "source_line",
            "subject",
            "stated",
            "counted",
            "upper",
            "agrees",
            "message",
        )
        return {name: getattr(self, name) for name in names}

    def note(self) -> Note:
        """The finding of a check that does not agree."""
        return Note(
            self.severity,
            self.rule,
            self.source_line,
            self.subject,
            self.message,
            self.suggestion,
        )


def agreement_members(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The number of members printed beside each regional agreement against the municipalities there are."""
    for row in _regional(reading, dataset).itertuples():
        if pd.notna(row.stated_members) and pd.notna(row.enumerated_members):
            yield Check(
                "agreement-members-differ",
                reading.source,
                int(row.source_line),
                row.partner_text,
                int(row.stated_members),
                int(row.enumerated_members),
                f"「{row.partner_text}」の構成自治体数は{row.stated_members}と書かれていますが、"
                f"該当する市町村は{row.enumerated_members}です。",
                suggestion="締結の時と今とで市町村の数が変わったか、書き誤りかを確かめてください。",
            )


def agreement_totals(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The totals a list of agreements states: bodies, prefectures, companies, members (stated and counted)."""
    regional = _regional(reading, dataset)
    companies = [agreement for agreement in reading.agreements if agreement.kind == "company"]
    counted = {
        "bodies": [("広域連携協定の団体", len(regional))],
        "prefectures": [("広域連携協定の道府県", int(regional.prefecture_code.nunique()))],
        "companies": [("包括連携協定の企業", len(companies))],
        "members": [
            ("構成自治体数の合計（書かれた数の和）", int(regional.stated_members.sum())),
            ("構成自治体数の合計（市町村を数えた和）", int(regional.enumerated_members.sum())),
        ],
    }
    for stated in reading.stated:
        for subject, number in counted.get(stated.what, ()):
            yield Check(
                "agreement-total-differs",
                reading.source,
                stated.line,
                subject,
                stated.value,
                number,
                f"{subject}は{stated.value}と書かれ、数えると{number}です。",
                suggestion="一覧の行に抜けがないかを確かめてください。",
            )


def trend_changes(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The change printed at the end of a row of counts against its last minus its first year (― as 0)."""
    for stated in reading.stated:
        row = [count for count in reading.counts if count.name == stated.subject]
        if stated.what == "change" and row:
            change = (row[-1].value or 0) - (row[0].value or 0)
            yield Check(
                "trend-change-differs",
                reading.source,
                stated.line,
                f"{stated.subject}の増減",
                stated.value,
                change,
                f"「{stated.subject}」の増減は{stated.value:+}と書かれ、{both(row[0].year)}と{both(row[-1].year)}の差は{change:+}です。",
                suggestion="元の資料で表の数字を確かめてください。",
            )


def trend_totals(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The total of each year: without repeats, so at least the largest row and at most the sum of all."""
    for total in (count for count in reading.counts if count.name == TOTAL and count.value is not None):
        parts = [
            count.value or 0 for count in reading.counts if count.year == total.year and count.name != TOTAL
        ]
        if parts:
            yield Check(
                "trend-total-impossible",
                reading.source,
                total.line,
                f"{both(total.year)}の合計",
                total.value,
                max(parts),
                f"{both(total.year)}の合計{total.value:,}は、重複を除いた数なので{max(parts):,}から{sum(parts):,}までのはずです。",
                upper=sum(parts),
                suggestion="元の資料で表の数字を確かめてください。",
            )


def trend_agreements(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The row of regional agreements against those signed by the day each year is counted on."""
    regional = _regional(reading, dataset)
    for count in reading.counts:
        if not count.name.startswith(_REGIONAL) or regional.empty:
            continue
        day = f"{count.year}-{_COUNTED_ON}"
        members = int(regional.stated_members[regional.signed_on <= day].sum())
        later = regional[(regional.signed_on > day) & (regional.signed_on < f"{count.year + 1}-04-01")]
        names = "、".join(later.partner_text)
        yield Check(
            "trend-agreements-differ",
            reading.source,
            count.line,
            f"{both(count.year)}の{count.name}",
            count.value or 0,
            members,
            f"「{count.name}」の{both(count.year)}は{count.value or 0}ですが、8月1日までに結んだ協定の構成自治体は{members}です。"
            + (f"同じ年度の後から結んだ協定（{names}）を加えた数と思われます。" if names else ""),
            severity="info",
        )


def official_partners(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The latest official count of partner municipalities beside those of the list of all origins."""
    official = [c for c in reading.counts if c.name.startswith(_OFFICIAL) and c.value is not None]
    drawn = dataset.links[dataset.links.drawn]
    if not official or drawn.empty:
        return
    source = drawn.groupby("source").origin_code.nunique().idxmax()
    links = drawn[(drawn.source == source) & drawn.municipality_code.notna()]
    latest = max(official, key=lambda count: count.year)
    first = links.groupby("municipality_code").start_year.min()
    naming = dataset.naming
    among = "" if naming.single else f"{naming.everyone}どうし・"
    total, begun, unknown = len(first), int((first <= latest.year).sum()), int(first.isna().sum())
    yield Check(
        "official-count-differs",
        reading.source,
        latest.line,
        f"{both(latest.year)}の{latest.name}",
        latest.value,
        total,
        f"公表された{latest.name}は{both(latest.year)}に{latest.value:,}、"
        f"「{dataset.titles[source]}」（{dataset.cited(source).as_of}）の相手先の市区町村は{total:,}です"
        f"（その年度までに始まったことが分かるものは{begun:,}、開始年の分からないものは{unknown:,}）。"
        f"基準日が違い、終わった事業の相手先は今の一覧に残らず、協議会などの構成自治体・{among}都道府県を"
        "どう数えたかが公表資料に書かれていないため、同じ数にはなりません。合わせる調整はしていません。",
        severity="info",
    )


RULES: tuple[Callable[[Reading, Dataset], Iterable[Check]], ...] = (
    agreement_members,
    agreement_totals,
    trend_changes,
    trend_totals,
    trend_agreements,
    official_partners,
)


def _regional(reading: Reading, dataset: Dataset) -> pd.DataFrame:
    table = dataset.agreements
    return table[(table.source == reading.source) & (table.kind == "regional")]
