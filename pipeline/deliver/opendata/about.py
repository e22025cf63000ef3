"""What a package says of itself: whose it is, of when, under which conditions, from which documents."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from geo.ledger.dataset import Dataset
from geo.ledger.schema import IN_FORCE
from geo.ledger.selection import Selection
from pipeline.deliver.notes import built, conditions, subject

#: What is said where nobody said it.
UNSAID = "記載なし"


@dataclass(frozen=True, slots=True)
class Source:
    """A document in force that facts of the package are taken from; the table of documents has the earlier ones too."""

    title: str
    publisher: str
    as_of: str
    date: str
    licence: str
    credit: str


@dataclass(frozen=True, slots=True)
class About:
    """What stands at the head of every description of the package.

    ``latest`` and ``issued`` are days (ISO): the latest that a document stands for ("" where none says one), and when
    the tables were built. ``box`` is west, south, east and north of the origins, in degrees.
    """

    name: str
    identifier: str
    title: str
    description: str
    conditions: str
    publisher: str
    rights: str
    latest: str
    issued: str
    created: str
    keywords: tuple[str, ...]
    spatial: tuple[str, ...]
    box: tuple[float, float, float, float] | None
    map_credit: str
    documents: tuple[Source, ...]


def about(dataset: Dataset, selection: Selection, publisher: str) -> About:
    """What the package of a selection says of itself; ``publisher`` is who hands it out, "" where nobody says."""
    made: datetime = built(dataset)
    said, who = conditions(dataset, selection), subject(dataset, selection)
    documents = tuple(
        Source(
            row.title,
            row.publisher or UNSAID,
            row.as_of,
            row.date,
            row.licence or UNSAID,
            row.credit,
        )
        for row in dataset.documents[dataset.documents.edition == IN_FORCE].itertuples()
    )
    title = f"{dataset.naming.collective}と全国市区町村の連携"
    rights = "利用条件は資料ごとに異なります（documents の licence）。この表そのものの利用条件は、公開する団体が定めます。"
    return About(
        name="koryu-map",
        identifier=str(uuid.uuid5(uuid.NAMESPACE_URL, f"koryu-map {made.isoformat()} {said}")),
        title=title,
        description=f"{who}と全国の市区町村・都道府県の連携の事業、相手先、根拠となる資料の場所です。条件: {said}",
        conditions=said,
        publisher=publisher or UNSAID,
        rights=rights,
        latest=max((document.date for document in documents), default=""),
        issued=made.date().isoformat(),
        created=made.isoformat(),
        keywords=("自治体間連携", "交流", *dataset.categories),
        spatial=dataset.naming.prefectures,
        box=_box(dataset),
        map_credit=dataset.map_credit,
        documents=documents,
    )


def _box(dataset: Dataset) -> tuple[float, float, float, float] | None:
    """West, south, east and north of the boundaries of the origins; None where none of them has any."""
    both = (dataset.municipalities, dataset.prefectures)
    shapes = [table.geometry[table.code.isin(dataset.origins.code)].dropna() for table in both]
    ends = [shape.bounds for own in shapes for shape in own]
    if not ends:
        return None
    west, south, east, north = zip(*ends, strict=True)
    return min(west), min(south), max(east), max(north)
