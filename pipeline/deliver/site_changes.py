"""What the published site says of new editions: the page 前年との違い, and the feed of editions (Atom, RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from geo.insight import turnover
from geo.insight.changes import KINDS
from geo.ledger.dataset import Dataset
from geo.ledger.editions import by_series
from geo.ledger.selection import Selected, Selection
from pipeline.deliver import between_editions
from pipeline.deliver.notes import subject
from pipeline.deliver.site_pages import Page, origin_path
from pipeline.deliver.xlsx import ILLEGAL
from pipeline.words.edition_changes import summary

#: The page, as it is called in the navigation, and the feed.
NAME, PATH, FEED = "前年との違い", "changes.html", "feed.xml"


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
    """The changes of an origin, those of wording alone apart; ``path`` is its page, "" where it has none."""

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
    """The page of the changes; it has no map."""

    conditions: str = ""
    counts: list[tuple[str, int]] = field(default_factory=list)
    editions: list[OfSeries] = field(default_factory=list)

    @property
    def template(self) -> str:
        """What it is written with."""
        return "changes.html"


def changes_page(selected: Selected) -> ChangesPage | None:
    """The page of the changes of a selection; None where there are none."""
    dataset, selection = selected.dataset, selected.selection
    table = turnover.rows(dataset, selection)
    if table.empty:
        return None
    said = between_editions.sheet(dataset, selection)
    sections = []
    for before, after in between_editions.compared(dataset, table):
        own = ((table.source_from == before) & (table.source_to == after)).to_numpy(bool)
        title = between_editions.editions(dataset, before, after)
        origins = list(_origins(dataset, selection, table[own], said[own]))
        sections.append(OfSeries(_anchor(after), title, summary(table[own]), origins))
    return ChangesPage(
        PATH,
        NAME,
        f"{subject(dataset, selection)}の{NAME}",
        "".join(between_editions.claim(dataset, selection)),
        selected,
        conditions=between_editions.conditions(dataset, selection),
        counts=[(KINDS[kind], number) for kind, number in turnover.counts(table).items()],
        editions=sections,
    )


def _anchor(document: str) -> str:
    return f"edition-{document}"


def _origins(
    dataset: Dataset, selection: Selection, table: pd.DataFrame, said: pd.DataFrame
) -> Iterator[OfOrigin]:
    """The changes by origin, in the order of their codes."""
    paged = set(dataset.origins.code)
    for code in sorted(table.origin_code.unique()):
        own = (table.origin_code == code).to_numpy(bool)
        wording = (table.change == turnover.WORDING).to_numpy(bool)
        parts = (_differences(said[own & ~wording]), _differences(said[own & wording]))
        yield OfOrigin(dataset.places[code].name, origin_path(code) if code in paged else "", *parts)


def _differences(said: pd.DataFrame) -> list[Difference]:
    plain = said.astype(object).where(said.notna(), "")
    listed = []
    for row in plain.to_dict("records"):
        before, after = row["事業（前）"], row["事業（後）"]
        project = f"{before} → {after}" if before and after and before != after else after or before
        places = row["前の資料での場所"], row["後の資料での場所"]
        listed.append(Difference(row["違い"], project, row["相手"], row["前"], row["後"], *places))
    return listed


def feed(dataset: Dataset, page: ChangesPage, base: str) -> str:
    """The feed: an entry for each edition of the documents that have changed, the newest first.

    Parameters
    ----------
    base : where the site stands, with a slash at its end
    """
    title = feed_title(dataset)
    series = {dataset.cited(one.anchor.removeprefix(_anchor(""))).series: one for one in page.editions}
    editions = [
        (document.date, document.id, document, known[-1].id, series[name])
        for name, known in by_series(dataset.documents.itertuples(index=False)).items()
        if name in series
        for document in known
    ]
    entries = []
    for day, name, document, newest, told in sorted(editions, key=lambda one: one[:2], reverse=True):
        at, where = f"{day}T00:00:00+09:00", f"{base}{PATH}#{quote(_anchor(name))}"
        link = where if name == newest else f"{base}{PATH}"
        said = told.summary if name == newest else "前の版です。新しい版があります。"
        entries.append(
            f"<entry>\n<id>{_text(where)}</id>\n<title>{_text(f'{document.title}（{document.as_of}）')}</title>\n"
            f"<updated>{at}</updated>\n<link href={_attribute(link)}/>\n<summary>{_text(said)}</summary>\n</entry>\n"
        )
    newest_day = max(day for day, *_ in editions)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja">\n'
        f"<id>{_text(base + FEED)}</id>\n<title>{_text(title)}</title>\n"
        f"<updated>{newest_day}T00:00:00+09:00</updated>\n"
        f"<author><name>{_text(dataset.naming.title)}</name></author>\n"
        f'<link rel="self" href={_attribute(base + FEED)}/>\n<link href={_attribute(base + PATH)}/>\n'
        f"{''.join(entries)}</feed>\n"
    )


def feed_title(dataset: Dataset) -> str:
    """What the feed is called."""
    return f"{dataset.naming.title} 資料の新しい版"


def _text(text: str) -> str:
    return escape(ILLEGAL.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(ILLEGAL.sub("\ufffd", text))
