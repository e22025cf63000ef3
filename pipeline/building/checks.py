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
from pipeline.intake.records import Reading
from pipeline.rules.agreement_members_differ import AGREEMENT_MEMBERS_DIFFER
from pipeline.rules.agreement_total_differs import AGREEMENT_TOTAL_DIFFERS
from pipeline.rules.official_count_differs import OFFICIAL_COUNT_DIFFERS
from pipeline.rules.rule import Note
from pipeline.rules.trend_agreements_differ import TREND_AGREEMENTS_DIFFER
from pipeline.rules.trend_change_differs import TREND_CHANGE_DIFFERS
from pipeline.rules.trend_total_impossible import TREND_TOTAL_IMPOSSIBLE
from pipeline.words.dates import both

# ※各年8月1日現在 (the note under the table of counts, in the complete document).
_COUNTED_ON = "08-01"
_OFFICIAL, _REGIONAL = "各区交流自治体", "広域連携協定"


@dataclass(frozen=True, slots=True)
class Check:
    """A stated number and the counted one.

    ``note`` says both; it is a finding when they do not agree. ``counted`` goes up to ``upper`` where only bounds are
    known.
    """

    source: str
    stated: int
    counted: int
    note: Note
    upper: int | None = None

    @property
    def agrees(self) -> bool:
        """Whether the stated number is the counted one, or within the bounds."""
        return self.counted <= self.stated <= (self.counted if self.upper is None else self.upper)

    def row(self) -> dict:
        """The check as it stands in build.json."""
        return {
            "rule": self.note.rule,
            "source": self.source,
            "source_line": self.note.line,
            "subject": self.note.subject,
            "stated": self.stated,
            "counted": self.counted,
            "upper": self.upper,
            "agrees": self.agrees,
            "message": self.note.message,
        }


def agreement_members(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The number of members printed beside each regional agreement against the municipalities there are."""
    for row in _regional(reading, dataset).itertuples():
        if pd.notna(row.stated_members) and pd.notna(row.enumerated_members):
            stated, counted, body = int(row.stated_members), int(row.enumerated_members), row.partner_text
            note = AGREEMENT_MEMBERS_DIFFER.note(
                int(row.source_line), body, body=body, stated=stated, counted=counted
            )
            yield Check(reading.source, stated, counted, note)


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
        for what, number in counted.get(stated.what, ()):
            note = AGREEMENT_TOTAL_DIFFERS.note(
                stated.line, what, what=what, stated=stated.value, counted=number
            )
            yield Check(reading.source, stated.value, number, note)


def trend_changes(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The change printed at the end of a row of counts against its last minus its first year (― as 0)."""
    for stated in reading.stated:
        row = [count for count in reading.counts if count.name == stated.subject]
        if stated.what == "change" and row:
            change = (row[-1].value or 0) - (row[0].value or 0)
            note = TREND_CHANGE_DIFFERS.note(
                stated.line,
                f"{stated.subject}の増減",
                what=stated.subject,
                stated=stated.value,
                first_year=both(row[0].year),
                last_year=both(row[-1].year),
                counted=change,
            )
            yield Check(reading.source, stated.value, change, note)


def trend_totals(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The total of each year: without repeats, so at least the largest row and at most the sum of all."""
    for total in reading.counts:
        if total.name != TOTAL or total.value is None:
            continue
        parts = [
            count.value or 0 for count in reading.counts if count.year == total.year and count.name != TOTAL
        ]
        if parts:
            year, least, most = both(total.year), max(parts), sum(parts)
            note = TREND_TOTAL_IMPOSSIBLE.note(
                total.line, f"{year}の合計", year=year, stated=total.value, least=least, most=most
            )
            yield Check(reading.source, total.value, least, note, upper=most)


def trend_agreements(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The row of regional agreements against those signed by the day each year is counted on."""
    regional = _regional(reading, dataset)
    for count in reading.counts:
        if not count.name.startswith(_REGIONAL) or regional.empty:
            continue
        day = f"{count.year}-{_COUNTED_ON}"
        stated, year = count.value or 0, both(count.year)
        members = int(regional.stated_members[regional.signed_on <= day].sum())
        later = regional[(regional.signed_on > day) & (regional.signed_on < f"{count.year + 1}-04-01")]
        known = {"what": count.name, "year": year, "stated": stated, "counted": members}
        if len(later):
            known["bodies"] = "、".join(later.partner_text)
        note = TREND_AGREEMENTS_DIFFER.note(
            count.line, f"{year}の{count.name}", "later" if len(later) else "alone", **known
        )
        yield Check(reading.source, stated, members, note)


def official_partners(reading: Reading, dataset: Dataset) -> Iterator[Check]:
    """The latest official count of partner municipalities beside those of the list of all origins."""
    official = [
        (count, count.value)
        for count in reading.counts
        if count.name.startswith(_OFFICIAL) and count.value is not None
    ]
    if not official:
        return
    drawn = dataset.links[dataset.links.drawn]
    if drawn.empty:
        return
    source = drawn.groupby("source").origin_code.nunique().idxmax()
    links = drawn[(drawn.source == source) & drawn.municipality_code.notna()]
    latest, value = max(official, key=lambda one: one[0].year)
    first = links.groupby("municipality_code").start_year.min()
    naming = dataset.naming
    note = OFFICIAL_COUNT_DIFFERS.note(
        latest.line,
        f"{both(latest.year)}の{latest.name}",
        what=latest.name,
        year=both(latest.year),
        stated=value,
        document=dataset.titles[source],
        as_of=dataset.cited(source).as_of,
        counted=len(first),
        among="" if naming.single else f"{naming.everyone}どうし・",
        begun=int((first <= latest.year).sum()),
        unknown=int(first.isna().sum()),
    )
    yield Check(reading.source, value, len(first), note)


CHECKS: tuple[Callable[[Reading, Dataset], Iterable[Check]], ...] = (
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
