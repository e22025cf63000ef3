"""Rules about the partners of a project: read whole, placed, and printed once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from geo.places.folding import squeeze
from pipeline.building.findings.background import Context
from pipeline.reading.pieces import ENUMERATOR
from pipeline.reading.projects import Project
from pipeline.rules.members_unnamed import MEMBERS_UNNAMED
from pipeline.rules.partner_repeated import PARTNER_REPEATED
from pipeline.rules.partner_text_lost import PARTNER_TEXT_LOST
from pipeline.rules.partner_uncertain import PARTNER_UNCERTAIN
from pipeline.rules.partner_unresolved import PARTNER_UNRESOLVED
from pipeline.rules.rule import Note
from pipeline.rules.year_before_partner import YEAR_BEFORE_PARTNER
from pipeline.words.dates import both

# What stands between names or says "and others": no part of a name, so it need not come back.
_BETWEEN = str.maketrans(
    "",
    "",
    "、,・･/;:。.※&+×|→⇔〜~-‐-―−–ー─━—【】〔〕[]<>〈〉等など及および並びにとや又またはもしくほか他外その",
)


def partner_text_lost(projects: list[Project], context: Context) -> Iterator[Note]:
    """Every character of the partner cells must be in the mentions, and nothing else."""
    for project in projects:
        printed = "".join(ENUMERATOR.sub("", cell.text) for cell in project.record.cells)
        mentioned = "".join(project.printed)
        before, after = (Counter(squeeze(text).translate(_BETWEEN)) for text in (printed, mentioned))
        if before != after:
            different = "".join(((before - after) + (after - before)).elements())
            record = project.record
            yield PARTNER_TEXT_LOST.note(record.line, record.name, project=record.name, text=different)


def partner_unresolved(projects: list[Project], context: Context) -> Iterator[Note]:
    """A mention without a place; a place that was only guessed is said apart."""
    for project in projects:
        for partner in project.partners:
            answer, mention = partner.answer, partner.mention
            if answer.codes or answer.level == "foreign" or answer.method == "decision":
                continue
            names = "、".join(context.gazetteer.place(code).full_name for code in answer.candidates)
            known = {"text": mention.text, "reason": answer.reason}
            if answer.confidence:
                yield PARTNER_UNCERTAIN.note(mention.line, mention.text, candidates=names, **known)
            elif names:
                yield PARTNER_UNRESOLVED.note(
                    mention.line, mention.text, "candidates", candidates=names, **known
                )
            else:
                yield PARTNER_UNRESOLVED.note(mention.line, mention.text, "none", **known)


#: 上田市ほか10市町村: so many more, and no names.
_UNNAMED = re.compile(
    r"(?:ほか|外|他|など|等)の?(\d+(?:の?(?:市区町村|市町村|市町|町村|市区|区市|団体|自治体|都市|市|町|村|区)))"
)


def members_unnamed(projects: list[Project], context: Context) -> Iterator[Note]:
    """A mention that counts more municipalities than it names: the others are no partners here, and it is said."""
    for project in projects:
        for partner in project.partners:
            mention = partner.mention
            if not (match := _UNNAMED.search(unicodedata.normalize("NFKC", mention.text))):
                continue
            names = "、".join(context.gazetteer.place(code).full_name for code in partner.answer.codes)
            known = {"text": mention.text, "count": match[1]} | ({"places": names} if names else {})
            yield MEMBERS_UNNAMED.note(mention.line, mention.text, "some" if names else "none", **known)


def year_before_partner(projects: list[Project], context: Context) -> Iterator[Note]:
    """A partner said to be one since before it was made of others: it is today's name for an older tie."""
    for project in projects:
        for partner in project.partners:
            year = partner.start_year
            for code in () if partner.answer.via else partner.answer.codes:
                made = context.established.get(code)
                if year and made and year.year < made:
                    yield YEAR_BEFORE_PARTNER.note(
                        partner.mention.line,
                        partner.mention.text,
                        project=project.record.name,
                        year=both(year.year, year.kind),
                        place=context.gazetteer.place(code).full_name,
                        founded=both(made, "年"),
                    )


def partner_repeated(projects: list[Project], context: Context) -> Iterator[Note]:
    """The same mention twice in one list; a misprint of another name, perhaps."""
    for project in projects:
        seen: dict[str, int] = {}
        for partner in project.partners:
            mention = partner.mention
            first = seen.get(squeeze(mention.text))
            if first is not None:
                known = {"project": project.record.name, "text": mention.text, "other_line": first}
                yield PARTNER_REPEATED.note(mention.line, mention.text, **known)
            seen.setdefault(squeeze(mention.text), mention.line)
