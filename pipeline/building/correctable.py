"""What of a project can be corrected, each with what the document prints: the anchor a correction is held by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.schema import NEEDED
from geo.places.folding import squeeze
from geo.places.gazetteer import Gazetteer
from pipeline.intake.records import PartnerCell
from pipeline.reading.corrections import (
    ADD,
    CATEGORY,
    CORRECT,
    NAME,
    ORGANISER,
    PARTNER,
    ROW,
    STATUS,
    SUMMARY,
    UNKNOWN,
    WITHDRAW,
    YEAR,
    Correction,
    printed_name,
)
from pipeline.reading.geocode import Answer, Geocoder
from pipeline.reading.mentions import split_cells
from pipeline.reading.overlay import NO_LINE
from pipeline.reading.projects import PROJECT, known_as, project_identifier
from pipeline.words.dates import to_wareki

_COLUMNS = {CATEGORY: "category_raw", ORGANISER: "organiser", SUMMARY: "summary", STATUS: "status"}
#: So many projects of one name an origin may have in a document.
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be corrected: the field, whose year, and what is printed ("" where nothing is)."""

    field: str
    printed: str = ""
    partner: str = ""


def project_of(dataset: Dataset, project_id: str) -> pd.Series:
    """The row of ``projects``; KeyError for what is none."""
    return dataset.projects.set_index("project_id").loc[project_id]


def items(dataset: Dataset, project_id: str) -> list[Item]:
    """Everything of a project that can be corrected now, the row itself last.

    What is corrected already is not among it: that correction has to be taken back first. A project that was itself
    added has nothing.
    """
    held = _held(dataset, project_id)
    if (held.action == ADD).any():
        return []
    project = project_of(dataset, project_id)
    done = set(held.field)
    found = [Item(NAME, _printed_name(project, held))] if NAME not in done else []
    for field, column in _COLUMNS.items():
        if field not in done:
            found.append(Item(field, "" if pd.isna(project[column]) else str(project[column])))
    mentions = dataset.mentions[dataset.mentions.project_id == project_id]
    years = list(dict.fromkeys(zip(mentions.start_year, mentions.year_kind, strict=True)))
    years = years or [(project.start_year, project.year_kind)]
    dated = held[held.field == YEAR]
    if dated.empty:
        found.append(Item(YEAR, "、".join(dict.fromkeys(_said(*year) for year in years))))
    given = {squeeze(text) for text in held.corrected[held.field == PARTNER].dropna()}
    printed = [
        row
        for row in mentions.drop_duplicates("partner_text").itertuples()
        if not any(squeeze(row.partner_text) in text for text in given)
    ]
    found += [Item(PARTNER, row.partner_text) for row in printed]
    if len(printed) > 1 and dated.partner.notna().all():
        found += [
            Item(YEAR, _said(row.start_year, row.year_kind), row.partner_text)
            for row in printed
            if row.partner_text not in set(dated.partner.dropna())
        ]
    return [*found, Item(PARTNER), Item(ROW)]


def correction(
    dataset: Dataset, project_id: str, item: Item, corrected: str, reason: str, who: str
) -> Correction:
    """A correction of a project as it is to be recorded (``pipeline.reading.record_correction``)."""
    project = project_of(dataset, project_id)
    series = dataset.cited(project.source).series
    name = _printed_name(project, _held(dataset, project_id))
    same = (
        (number, project_identifier(series, (project.origin_code, printed_name(name), number)))
        for number in count(1)
    )
    number = next(
        (
            n
            for n, made in takewhile(lambda one: one[0] <= _MOST, same)
            if known_as(project_id, PROJECT, {made}) == made
        ),
        1,
    )
    return Correction(
        id="",
        series=series,
        source=project.source,
        origin_code=project.origin_code,
        project=name,
        number=number,
        action=WITHDRAW if item.field == ROW else CORRECT,
        field=item.field,
        partner=item.partner,
        printed=item.printed,
        corrected="" if item.field == ROW else corrected,
        reason=reason,
        who=who,
    )


def addition(
    dataset: Dataset, source: str, origin_code: str, values: dict[str, str], reason: str, who: str
) -> list[Correction]:
    """The lines of a project that a document lacks; ``values`` by field, empty ones are left out."""
    series, name = dataset.cited(source).series, values[NAME]
    return [
        Correction("", series, source, origin_code, name, ADD, field, "", value, reason, who)
        for field, value in values.items()
        if value.strip() or field in (NAME, PARTNER)
    ]


def is_known(dataset: Dataset, source: str, origin_code: str, name: str) -> bool:
    """Whether an origin has a project of that name in a document already."""
    own = dataset.projects[
        (dataset.projects.source == source) & (dataset.projects.origin_code == origin_code)
    ]
    return squeeze(name) in set(own.name.map(squeeze))


def read_partners(
    text: str, series: str, origin_code: str, gazetteer: Gazetteer, geocoder: Geocoder
) -> Iterator[tuple[str, Answer]]:
    """How the partners of a correction will be read: each name with its places."""
    mentions = split_cells([PartnerCell(text, NO_LINE)], gazetteer)
    context = [mention.text for mention in mentions]
    for mention in mentions:
        yield (
            mention.text,
            geocoder.geocode(
                mention.text,
                prefecture=mention.prefecture,
                code6=mention.code6,
                series=series,
                origin_code=origin_code,
                context=context,
            ),
        )


def _held(dataset: Dataset, project_id: str) -> pd.DataFrame:
    """The lines of ``corrections`` that are laid over a project."""
    table = dataset.corrections
    return table[(table.project_id == project_id) & (table.standing == NEEDED)]


def _printed_name(project: pd.Series, held: pd.DataFrame) -> str:
    renamed = held.project[held.field == NAME]
    return str(renamed.iloc[0] if len(renamed) else project["name"])


def _said(year: int, kind: str) -> str:
    return UNKNOWN if pd.isna(year) else to_wareki(int(year), "年度" if kind == "年度" else "年")
