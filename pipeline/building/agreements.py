"""The tables beside the projects: agreements and their members, counts by year, events."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from geo.places.groups import Group
from pipeline.intake.records import Agreement, Event, Reading
from pipeline.reading.named_places import codes_named, partner_meant
from pipeline.reading.projects import AGREEMENT, EVENT, Identifiers

_RUN = r"[一-龠々ァ-ヴーA-Za-z0-9]"
_FORM = r"株式会社|\(株\)|(?:公益|一般)(?:社団|財団)法人|\(公[財社]\)"
# Bodies of municipalities and incorporated ones; 京都府市長会・町村会 are two. A name that goes on in
# hiragana other than a particle is not whole.
_BODY = re.compile(
    rf"(?P<prefecture>(?:京都|大阪)府|北海道|東京都|[一-龠]{{2,3}}県)(?P<first>市長会|町村会)"
    rf"(?:(?:[・、]|及び|と)(?P<second>市長会|町村会))?"
    rf"|(?:{_FORM}){_RUN}++(?![ぁ-ん](?<![のとがをにはかへも]))"
    rf"|(?<!{_RUN}){_RUN}+(?:株式会社|相互会社|町村会|市長会|会議所|組合)"
)
_OFFICE = re.compile(r"(?:代表理事|代表取締役|研究員)$")


def other_tables(
    readings: Iterable[Reading],
    partners: Mapping[str, Sequence[str]],
    gazetteer: Gazetteer,
    home: str | None = None,
) -> dict[str, list[dict]]:
    """Return the rows of the tables agreements, agreement_members, partner_counts and events.

    Parameters
    ----------
    partners : by document, the codes of the municipalities that are partners in it; one of them may hold an
        event whose title names it in short
    home : code (NN000) of the prefecture of the origins, where it is one: 港区 in an event is theirs
    """
    identifiers = Identifiers()
    tables: dict[str, list[dict]] = {
        "agreements": [],
        "agreement_members": [],
        "partner_counts": [],
        "events": [],
    }
    for reading in readings:
        for agreement in sorted(reading.agreements, key=lambda agreement: agreement.line):
            _add_agreement(agreement, reading, identifiers, gazetteer, tables)
        tables["partner_counts"] += [
            {
                "source": reading.source,
                "year": count.year,
                "name": count.name,
                "value": count.value,
                "source_line": count.line,
            }
            for count in reading.counts
        ]
        own = partners.get(reading.source, ())
        for event in sorted(reading.events, key=lambda event: (event.date_from, event.line)):
            tables["events"].append(_event(event, reading, own, identifiers, gazetteer, home))
    return tables


def members_of(agreement: Agreement, gazetteer: Gazetteer) -> Group | None:
    """Return the municipalities an agreement reaches, by the rule of its body in groups.csv; None if unknown."""
    return gazetteer.groups.get(fold(agreement.partner_text)) if agreement.kind == "regional" else None


def _add_agreement(
    agreement: Agreement,
    reading: Reading,
    identifiers: Identifiers,
    gazetteer: Gazetteer,
    tables: dict[str, list[dict]],
) -> None:
    own = identifiers.make(
        AGREEMENT, reading.series or reading.source, agreement.name, agreement.partner_text
    )
    group = members_of(agreement, gazetteer)
    codes = group.codes if group else ()
    prefectures = {gazetteer.place(code).prefecture_code for code in codes}
    tables["agreements"].append(
        {
            "agreement_id": own,
            "source": reading.source,
            "name": agreement.name,
            "partner_text": agreement.partner_text,
            "kind": agreement.kind,
            "signed_on": agreement.signed_on,
            "stated_members": agreement.stated_members,
            "enumerated_members": len(codes) if group else None,
            "prefecture_code": prefectures.pop() if len(prefectures) == 1 else None,
            "summary": agreement.summary,
            "source_line": agreement.line,
        }
    )
    tables["agreement_members"] += [{"agreement_id": own, "code": code} for code in codes]


def _event(
    event: Event,
    reading: Reading,
    partners: Sequence[str],
    identifiers: Identifiers,
    gazetteer: Gazetteer,
    home: str | None,
) -> dict:
    codes = codes_named(event.text, gazetteer, home)
    if not codes and (holder := partner_meant(event.title, partners, gazetteer)):
        codes = [holder]
    return {
        "event_id": identifiers.make(EVENT, reading.series or reading.source, event.date_from, event.title),
        "source": reading.source,
        "date_from": event.date_from,
        "date_to": event.date_to,
        "precision": event.precision,
        "title": event.title,
        "text": event.text,
        "codes": codes,
        "bodies": _bodies(event.text),
        "source_line": event.line,
    }


def _bodies(text: str) -> list[str]:
    """The bodies a text names, once each, in printed order."""
    found: dict[str, None] = {}
    for match in _BODY.finditer(unicodedata.normalize("NFKC", text)):
        if match["prefecture"]:
            for name in filter(None, (match["first"], match["second"])):
                found[match["prefecture"] + name] = None
        elif not _OFFICE.search(match[0]):
            found[match[0]] = None
    return list(found)
