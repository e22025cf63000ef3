"""The feed of the published site (Atom, RFC 4287): an entry for each edition of the documents that it shows."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from geo.ledger.dataset import Dataset
from geo.ledger.editions import by_series
from geo.ledger.schema import IN_FORCE
from geo.ledger.selection import Selected
from pipeline.deliver import site_changes
from pipeline.deliver.notes import built, subject
from pipeline.deliver.site_changes import ChangesPage, anchor
from pipeline.deliver.site_pages import TOP
from pipeline.deliver.xlsx import ILLEGAL
from pipeline.words.claims import claims

#: Where it lies.
FEED = "feed.xml"


def feed(selected: Selected, changes: ChangesPage | None, base: str = "") -> str:
    """The feed, the newest edition first.

    An edition that has one before it tells what it changed, the first one what it holds; all is dated by the days the
    documents stand for, so that the same data give the same feed.

    Parameters
    ----------
    changes : the page of all changes, where there are any
    base : where the site stands, with a slash at its end; without it links are relative to the feed, and what has to
        be called by an identifier for good is called so by what it is
    """
    dataset, selection = selected.dataset, selected.selection
    documents = dataset.documents
    shown = set(documents.series[documents.id.isin(selected.projects.source.unique())])
    told = {one.anchor: one.summary for one in (changes.editions if changes else ())}
    who = subject(dataset, selection)
    entries = []
    for series, known in by_series(documents.itertuples(index=False)).items():
        for document in known if series in shown else ():
            if document.edition != IN_FORCE:
                said, link = "前の版です。新しい版があります。", site_changes.PATH if told else TOP
            elif anchor(document.id) in told:
                said = told[anchor(document.id)]
                link = f"{site_changes.PATH}#{quote(anchor(document.id))}"
            elif len(known) > 1:
                said, link = "この条件では、前の版との違いはありません。", TOP
            else:
                own = claims(dataset, replace(selection, sources=(document.id,)))
                said, link = own.reach().text.replace(" ", ""), TOP
            entries.append((document.date, document.id, f"{document.title}（{document.as_of}）", said, link))
    entries.sort(key=lambda entry: entry[:2], reverse=True)
    newest = entries[0][0] if entries else built(dataset).date().isoformat()
    own_links = f'<link rel="self" href={_attribute(base + FEED)}/>\n' if base else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ja">\n'
        f"<id>{_text(_identifier(base, FEED, who))}</id>\n<title>{_text(feed_title(dataset))}</title>\n"
        f"<updated>{_moment(newest)}</updated>\n"
        f"<author><name>{_text(dataset.naming.title)}</name></author>\n"
        f'{own_links}<link rel="alternate" href={_attribute(base + TOP)}/>\n'
        + "".join(
            f"<entry>\n<id>{_text(_identifier(base, f'{site_changes.PATH}#{quote(anchor(name))}', who))}</id>\n"
            f"<title>{_text(title)}</title>\n<updated>{_moment(day)}</updated>\n"
            f'<link rel="alternate" href={_attribute(base + link)}/>\n<summary>{_text(said)}</summary>\n</entry>\n'
            for day, name, title, said, link in entries
        )
        + "</feed>\n"
    )


def feed_title(dataset: Dataset) -> str:
    """What the feed is called."""
    return f"{dataset.naming.title} 資料の新しい版"


def _identifier(base: str, path: str, who: str) -> str:
    """What a feed or an entry is called for good: an address, else a number made of what it is of."""
    return base + path if base else uuid5(NAMESPACE_URL, f"koryu-map {who} {path}").urn


def _moment(day: str) -> str:
    """The beginning of a day in Japan (RFC 3339)."""
    return f"{day}T00:00:00+09:00"


def _text(text: str) -> str:
    return escape(ILLEGAL.sub("\ufffd", text))


def _attribute(text: str) -> str:
    return quoteattr(ILLEGAL.sub("\ufffd", text))
