"""Rules about the partners of a project: read whole, placed, and printed once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from geo.places.folding import squeeze
from pipeline.building.findings.context import Context, about
from pipeline.intake.records import Note
from pipeline.reading.pieces import ENUMERATOR
from pipeline.reading.projects import Project
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
        mentioned = "".join(partner.mention.text for partner in project.partners)
        before, after = (Counter(squeeze(text).translate(_BETWEEN)) for text in (printed, mentioned))
        if before != after:
            different = "".join(((before - after) + (after - before)).elements())
            yield about(
                project,
                "partner-text-lost",
                f"「{project.record.name}」の連携相手方の文字のうち「{different}」が、分けた結果と合いません。",
                "読み取りの不具合です。文書の名前を添えて開発者に知らせてください。",
                severity="error",
            )


def partner_unresolved(projects: list[Project], context: Context) -> Iterator[Note]:
    """A mention without a place; a place that was only guessed is said apart."""
    for project in projects:
        for partner in project.partners:
            answer, mention = partner.answer, partner.mention
            if answer.codes or answer.level == "foreign" or answer.method == "decision":
                continue
            names = "、".join(context.gazetteer.place(code).full_name for code in answer.candidates)
            if answer.confidence:
                yield Note(
                    "warning",
                    "partner-uncertain",
                    mention.line,
                    mention.text,
                    f"「{mention.text}」は{names}と思われますが、確かではありません。{answer.reason}",
                    "正しいかどうかを確かめてください。確かめるまで地図には描きません。",
                )
            else:
                yield Note(
                    "warning",
                    "partner-unresolved",
                    mention.line,
                    mention.text,
                    f"「{mention.text}」がどの自治体か決められません。{answer.reason}",
                    f"候補: {names}" if names else "自治体の名前であれば、都道府県名を補って決めてください。",
                )


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
            read = (
                f"名前のある{names}だけを連携相手としました。"
                if names
                else "どれも連携相手に入っていません。"
            )
            yield Note(
                "warning",
                "members-unnamed",
                mention.line,
                mention.text,
                f"「{mention.text}」には、名前の書かれていない{match[1]}が入っています。{read}",
                "ほかの相手方を、原本か担当課で確かめてください。",
            )


def year_before_partner(projects: list[Project], context: Context) -> Iterator[Note]:
    """A partner said to be one since before it was made of others: it is today's name for an older tie."""
    for project in projects:
        for partner in project.partners:
            year = partner.start_year
            for code in () if partner.answer.via else partner.answer.codes:
                made = context.established.get(code)
                if year and made and year.year < made:
                    place = context.gazetteer.place(code)
                    yield Note(
                        "info",
                        "year-before-partner",
                        partner.mention.line,
                        partner.mention.text,
                        f"「{project.record.name}」の開始は{both(year.year, year.kind)}ですが、{place.full_name}は"
                        f"{both(made, '年')}に合併でできました。合併前の市町村との連携から続くものとみられます。",
                        "合併前のどの市町村との連携かを、担当課で確かめてください。",
                    )


def partner_repeated(projects: list[Project], context: Context) -> Iterator[Note]:
    """The same mention twice in one list; a misprint of another name, perhaps."""
    for project in projects:
        seen: dict[str, int] = {}
        for partner in project.partners:
            mention = partner.mention
            first = seen.get(squeeze(mention.text))
            if first is not None:
                yield Note(
                    "info",
                    "partner-repeated",
                    mention.line,
                    mention.text,
                    f"「{project.record.name}」の連携相手方に「{mention.text}」が重ねて書かれています。",
                    f"{first}行目と同じです。別の自治体の書き誤りでないかを確かめてください。",
                )
            seen.setdefault(squeeze(mention.text), mention.line)
