"""What the published site says of new editions: the page 前年との違い, and one of each origin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from geo.insight import turnover
from geo.insight.changes import KINDS
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected, Selection
from pipeline.deliver import between_editions
from pipeline.deliver.notes import subject
from pipeline.deliver.site_pages import Entry, Page, origin_path
from pipeline.words.edition_changes import summary

#: The page, as it is called in the navigation.
NAME, PATH = "前年との違い", "changes.html"

#: So many changes are listed on one page; where all together have more, only the pages of the origins list them.
MOST = 400


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: what is different, of which project, with which partner, and where both editions say so."""

    kind: str
    project: str
    partner: str
    before: str
    after: str
    place_from: str
    place_to: str


@dataclass(frozen=True, slots=True)
class OfOrigin:
    """The changes of an origin, those of wording alone apart; ``path`` is the page its name leads to, "" for none."""

    name: str
    path: str
    rows: list[Difference]
    wording: list[Difference]


@dataclass(frozen=True, slots=True)
class OfSeries:
    """The changes of a document since its edition before."""

    anchor: str
    title: str
    summary: str
    origins: list[OfOrigin]


@dataclass(frozen=True, slots=True)
class ChangesPage(Page):
    """A page of changes; it has no map. ``whole`` says whether it lists them, or only counts them by origin."""

    whole: bool = True
    conditions: str = ""
    counts: list[tuple[str, int]] = field(default_factory=list)
    editions: list[OfSeries] = field(default_factory=list)

    @property
    def template(self) -> str:
        """What it is written with."""
        return "changes.html"


def changes_path(code: str) -> str:
    """Where the page of the changes of an origin lies."""
    return f"changes/{code}.html"


def entries(selected: Selected) -> list[Entry]:
    """The page of the changes of a selection and one for each origin that has any; none where nothing changed."""
    dataset, selection = selected.dataset, selected.selection
    table = turnover.rows(dataset, selection)
    if table.empty:
        return []
    listed = [_entry(dataset, selection, PATH)]
    if not dataset.naming.single and len(selection.origins) != 1:
        listed += [
            _entry(dataset, replace(selection, origins=(code,)), changes_path(code), code)
            for code in sorted(set(table.origin_code) & set(dataset.origins.code))
        ]
    return listed


def _entry(dataset: Dataset, selection: Selection, path: str, code: str = "") -> Entry:
    return Entry("changes", path, NAME, f"{subject(dataset, selection)}の{NAME}", code)


def changes_page(entry: Entry, selected: Selected) -> ChangesPage:
    """The page of the changes of a selection, or of an origin of it."""
    dataset, origin = selected.dataset, entry.code
    if origin:
        selected = dataset.select(replace(selected.selection, origins=(origin,)))
    selection = selected.selection
    table, said = turnover.rows(dataset, selection), between_editions.sheet(dataset, selection)
    whole = bool(origin) or len(table) <= MOST
    sections = []
    for before, after in between_editions.compared(dataset, table):
        own = ((table.source_from == before) & (table.source_to == after)).to_numpy(bool)
        title = between_editions.editions(dataset, before, after)
        origins = list(_origins(dataset, table[own], said[own], whole))
        sections.append(OfSeries(anchor(after), title, summary(table[own]), origins))
    return ChangesPage(
        entry.path,
        entry.name,
        entry.title,
        "".join(between_editions.claim(dataset, selection)),
        selected,
        origin=origin,
        whole=whole,
        conditions=between_editions.conditions(dataset, selection),
        counts=[(KINDS[kind], number) for kind, number in turnover.counts(table).items()],
        editions=sections,
    )


def anchor(document: str) -> str:
    """By which a link leads to the changes that an edition has brought."""
    return f"edition-{document}"


def _origins(dataset: Dataset, table: pd.DataFrame, said: pd.DataFrame, whole: bool) -> Iterator[OfOrigin]:
    """The changes by origin, in the order of their codes."""
    paged = set(dataset.origins.code)
    for code in sorted(table.origin_code.unique()):
        own = (table.origin_code == code).to_numpy(bool)
        wording = (table.change == turnover.WORDING).to_numpy(bool)
        parts = (_differences(said[own & ~wording]), _differences(said[own & wording]))
        path = origin_path(code) if whole else changes_path(code)
        yield OfOrigin(dataset.origin_names[code], path if code in paged else "", *parts)


def _differences(said: pd.DataFrame) -> list[Difference]:
    plain = said.astype(object).where(said.notna(), "")
    listed = []
    for row in plain.to_dict("records"):
        before, after = row["事業（前）"], row["事業（後）"]
        project = f"{before} → {after}" if before and after and before != after else after or before
        places = row["前の資料での場所"], row["後の資料での場所"]
        listed.append(Difference(row["違い"], project, row["相手"], row["前"], row["後"], *places))
    return listed
