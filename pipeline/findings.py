"""What the quality checks say about a document. A finding is shown; it never changes the data.

Severities: an *error* means that the build lost something it should have read, so its figures cannot be
trusted (no misprint in a document is one); a *warning* asks a person to look; *info* explains.
Readers, the splitter and the geocoder note what they see on the way; the rules here look at a whole
document afterwards. A rule is a function from a document's projects to notes, and its notes carry the
rule's stable name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from geo.folding import squeeze
from geo.gazetteer import Gazetteer
from pipeline.categories import Categories
from pipeline.dates import both
from pipeline.named_places import names_in
from pipeline.projects import Project
from pipeline.sources.base import Note, Reading


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules may look things up in; ``year`` is the year of the document (西暦)."""

    gazetteer: Gazetteer
    categories: Categories
    year: int


def check_document(reading: Reading, projects: list[Project], context: Context) -> list[Note]:
    """Every note about one document: its reader's, its partners' and the rules'."""
    notes = list(reading.notes)
    for project in projects:
        for partner in project.partners:
            for note in (*partner.mention.notes, *partner.answer.notes):
                notes.append(replace(note, line=note.line or partner.mention.line))
    for rule in RULES:
        notes.extend(rule(projects, context))
    notes.extend(rows_lost(reading))
    return notes


def rows_lost(reading: Reading) -> Iterator[Note]:
    """The rows a reader counted in the document must all be in the records it made from them.

    There may be more: a row whose ward could not be read, and was taken from the row above.
    """
    used = sum(record.rows for record in reading.records)
    if used < reading.rows:
        yield Note(
            "error",
            "rows-lost",
            None,
            reading.source,
            f"事業名のある行は{reading.rows}行ありますが、表に入ったのは{used}行です。",
            "読み取りの不具合です。文書の名前を添えて開発者に知らせてください。",
        )


# What stands between names or says "and others": no part of a name, so it need not come back.
_BETWEEN = str.maketrans("", "", "、,・･/;:。.※&+-‐-―−ー─━—等など及および並びにとやほか他外その")


def partner_text_lost(projects: list[Project], context: Context) -> Iterator[Note]:
    """Every character of the partner cells must be in the mentions, and nothing else."""
    for project in projects:
        printed = "".join(cell.text for cell in project.record.cells)
        mentioned = "".join(partner.mention.text for partner in project.partners)
        before, after = (Counter(squeeze(text).translate(_BETWEEN)) for text in (printed, mentioned))
        if before != after:
            different = "".join(((before - after) + (after - before)).elements())
            yield Note(
                "error",
                "partner-text-lost",
                project.record.line,
                project.record.name,
                f"「{project.record.name}」の連携相手方の文字のうち「{different}」が、分けた結果と合いません。",
                "読み取りの不具合です。文書の名前を添えて開発者に知らせてください。",
            )


def partner_unresolved(projects: list[Project], context: Context) -> Iterator[Note]:
    """A mention without a place; a place that was only guessed is said apart."""
    for project in projects:
        for partner in project.partners:
            answer, mention = partner.answer, partner.mention
            if answer.codes or answer.level == "foreign" or answer.method == "decision":
                continue
            names = "、".join(_label(code, context.gazetteer) for code in answer.candidates)
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


def project_without_partners(projects: list[Project], context: Context) -> Iterator[Note]:
    """A project with no partner printed."""
    for project in projects:
        if not project.partners:
            yield Note(
                "warning",
                "project-without-partners",
                project.record.line,
                project.record.name,
                f"「{project.record.name}」に連携相手方が書かれていません。",
                "元の文書で連携相手方を確かめてください。",
            )


def category_unknown(projects: list[Project], context: Context) -> Iterator[Note]:
    """A printed category that data/reference/categories.csv does not list."""
    for project in projects:
        for part in context.categories.unknown(project.record.category_raw):
            yield Note(
                "warning",
                "category-unknown",
                project.record.line,
                project.record.category_raw,
                f"連携カテゴリ「{part}」は分類表にありません。",
                "data/reference/categories.csv に行を加えてください。それまでは「その他」とします。",
            )


def year_after_document(projects: list[Project], context: Context) -> Iterator[Note]:
    """A project said to have begun after the document was made."""
    for project in projects:
        year = project.start_year
        if year and year.year > context.year:
            yield Note(
                "warning",
                "year-after-document",
                project.record.line,
                project.record.name,
                f"「{project.record.name}」の開始{both(year.year, year.kind)}が、"
                f"文書の基準日のある{both(context.year, '年')}より後です。",
                "元の文書で開始年を確かめてください。",
            )


# 第3回, 3周年, 3月: counted on purpose from row to row, so no sign of a damaged series.
_NUMBER = re.compile(r"(?<!第)(?<!\d)\d{1,9}(?!\d)(?!回|年|周年|月|日|号|期|次|丁目|歳|部)")
_SERIES = 3


def series_damaged(projects: list[Project], context: Context) -> Iterator[Note]:
    """Rows one below the other whose names differ in a number that grows by one.

    A spreadsheet does that to 「世田谷246ハーフマラソン」 when the cell is dragged down: 247, 248, …
    """
    runs: dict[tuple[str, str], list[tuple[int, int, Project]]] = defaultdict(list)
    for position, project in enumerate(sorted(projects, key=lambda project: project.record.line)):
        name = squeeze(project.record.name)
        for match in _NUMBER.finditer(name):
            pattern = name[: match.start()] + "\0" + name[match.end() :]
            run = runs[project.record.ward_code, pattern]
            number = int(match[0])
            if run and (run[-1][0] + 1, run[-1][1] + 1) != (position, number):
                yield from _series(run)
                run.clear()
            run.append((position, number, project))
    for run in runs.values():
        yield from _series(run)


def _series(run: list[tuple[int, int, Project]]) -> Iterator[Note]:
    if len(run) < _SERIES:
        return
    first = run[0][2].record
    for _, _, project in run[1:]:
        yield Note(
            "warning",
            "series-damaged",
            project.record.line,
            project.record.name,
            f"事業名の数字が{first.line}行目の「{first.name}」から1ずつ増えています（{len(run)}行）。"
            "表計算ソフトの連番で書き換わった疑いがあります。",
            f"「{first.name}」と同じ事業でないかを確かめてください。",
        )


# 22団体, and 3市5町 for eight; not 第3区, 5町会, 3市場.
_MEMBERS = r"\d{1,4}(?:団体|市区町村|市町村|市区町|市区|区市|市町|町村|自治体|都市|市|町|村|区)"
_COUNT = re.compile(rf"(?<!第)(?<!\d)(?:{_MEMBERS})+(?![民内役立場会])")


def count_differs(projects: list[Project], context: Context) -> Iterator[Note]:
    """A number of members in the project's name (「22団体」) against the partners listed.

    The ward may or may not count itself. Rows of one name in one ward are one list. A single partner is
    no list: it is one row of a table that has a row a partner.
    """
    lists: dict[tuple[str, str], list[Project]] = defaultdict(list)
    for project in projects:
        lists[project.record.ward_code, squeeze(project.record.name)].append(project)
    for (ward, name), group in lists.items():
        match = _COUNT.search(name)
        if not match or any(not partner.answer.codes for project in group for partner in project.partners):
            continue
        listed = {code for project in group for partner in project.partners for code in partner.answer.codes}
        stated = sum(map(int, re.findall(r"\d+", match[0])))
        if len(listed) > 1 and stated not in (len(listed), len(listed | {ward})):
            first = group[0].record
            yield Note(
                "warning",
                "count-differs",
                first.line,
                first.name,
                f"事業名には「{match[0]}」とありますが、書かれている連携相手方は{len(listed)}です。",
                "元の文書で連携相手方に抜けや重なりがないかを確かめてください。",
            )


def partner_not_in_name(projects: list[Project], context: Context) -> Iterator[Note]:
    """The project's own name names municipalities, and none of them is among its partners."""
    for project in projects:
        record = project.record
        listed = {code for partner in project.partners for code in partner.answer.codes}
        meant = [
            {place.code for place in places} | {place.parent_code for place in places} - {None}
            for places in names_in(squeeze(record.name), context.gazetteer)
        ]
        named = [
            group
            for group in meant
            if record.ward_code not in group and not any(code[:2] + "000" in listed for code in group)
        ]
        certain = all(partner.answer.codes for partner in project.partners)
        if named and listed and certain and not any(group & listed for group in named):
            partners = "、".join(partner.mention.text for partner in project.partners)
            yield Note(
                "warning",
                "partner-not-in-name",
                record.line,
                record.name,
                f"事業名「{record.name}」にある自治体が連携相手方になく、「{partners}」と書かれています。",
                "ほかの行の連携相手方と入れ替わっていないかを確かめてください。",
            )


def _label(code: str, gazetteer: Gazetteer) -> str:
    place = gazetteer.place(code)
    return place.name if place.level == "prefecture" else place.prefecture + place.name


RULES: tuple[Callable[[list[Project], Context], Iterator[Note]], ...] = (
    partner_text_lost,
    partner_unresolved,
    partner_repeated,
    project_without_partners,
    category_unknown,
    year_after_document,
    series_damaged,
    count_differs,
    partner_not_in_name,
)
