"""Every character of a document ends as data, as known furniture, or in a finding with its line.

The check knows nothing of how a reader works: it holds the printed lines against all that came out of them.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from pipeline.intake.headers import unquoted
from pipeline.intake.records import Reading, Record
from pipeline.intake.source_text import squeeze
from pipeline.rules.date_unreadable import DATE_UNREADABLE
from pipeline.rules.no_project import NO_PROJECT
from pipeline.rules.outside_table import OUTSIDE_TABLE
from pipeline.rules.rule import Note
from pipeline.rules.text_lost import TEXT_LOST
from pipeline.rules.unread_line import UNREAD_LINE
from pipeline.rules.ward_unknown import WARD_UNKNOWN
from pipeline.rules.ward_unreadable import WARD_UNREADABLE
from pipeline.rules.year_remark import YEAR_REMARK
from pipeline.words.dates import StartYear, parse_years

#: Marks that stand between words or begin a paragraph: nobody misses them.
_MARKS = re.compile(r"[^\w\0]|[_〇]")
#: What a page prints of a date; the date itself became data.
_DATED = re.compile(
    r"(?:明治|大正|昭和|平成|令和|[MTSHR])?(?:元|\d{1,4})(?:年度?|月|日)(?:頃|から)?|同日|不明|未定"
    r"|[MTSHR]?(?<![\d,.])(?:元|\d{1,4})(?:[./-]\d{1,2}){1,2}"
    r"|(?:(?<![A-Za-z])[MTSHR]|(?<![\d,.]))\d{1,2}(?=[月日、・~〜\-]|$)"
)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
#: Lines with data before and after a line, that may hold what it prints.
_NEAR = 4
#: Rules whose findings speak of everything on their line; of the others what they speak of is their subject,
#: unless that is cut at so many characters.
_WHOLE = {rule.id for rule in (NO_PROJECT, WARD_UNKNOWN, WARD_UNREADABLE, DATE_UNREADABLE)}
_CUT = 40
#: Characters that a text need have to be known by itself, wherever in the data it stands.
_LONG = 8


def text_lost(lines: Sequence[str], reading: Reading, *, guessed: bool = False) -> Iterator[Note]:
    """The lines of which something is in no table and no finding.

    What is only beside a year, a remark, is told as such; anything else is a fault of the reader.

    Parameters
    ----------
    lines : the document as its reader got it
    guessed : whether the reader had to guess how it is laid out: then it is no fault, and a person has to look
    """
    told = {note.line for note in reading.notes if note.rule in _WHOLE or len(note.subject) >= _CUT}
    own = _by_line(reading)
    furniture = _any_of(reading.furniture)
    with_data = sorted(own)
    told_of = _summaries(reading)
    texts = {line: [set(those)] + told_of.get(line, []) for line, those in own.items()}
    data = _Texts(chain(*own.values(), *(those for each in told_of.values() for those in each)))
    first = min(own, default=0)
    named = {record.line for record in reading.records}
    counted = {count.line for count in reading.counts}
    for line, printed in enumerate(unquoted(lines), start=1):
        if line in told or not printed.strip():
            continue
        at = bisect(with_data, line)
        around = with_data[max(0, at - _NEAR) : at + _NEAR] if line not in named else ()
        here = own.get(line, [])
        nearby = {id(those): those for one in (*around, line) for those in texts.get(one, ())}.values()

        def known(piece: str, here: list[str] = here, nearby: Iterable[set[str]] = nearby) -> bool:
            anywhere = not here or len(piece) >= _LONG
            return any(anywhere or any(text in own for own in nearby) for text in data.with_piece(piece))

        for cell in _MARKUP.sub("", printed).split("\t"):
            text = squeeze(cell)
            if line in counted:  # of which the reader holds the number of cells against the heading
                text = re.sub(r"[\d,+\-]+", "", text)
            bare = furniture.sub("\0", text)
            for tried in (text, bare, _DATED.sub("\0", bare)):
                lost = [piece for piece in _pieces(tried, here) if not known(piece)]
                if not lost:
                    break
            else:
                beside = any(parse_years(cell)) or "不明" in text or "未定" in text
                words = "、".join(lost)
                if line < first:
                    yield OUTSIDE_TABLE.note(line, words, "above", text=words)
                elif beside:
                    yield YEAR_REMARK.note(line, words, "beside", text=words)
                elif guessed:
                    yield UNREAD_LINE.note(line, words, "cell", text=words)
                else:
                    yield TEXT_LOST.note(line, words, text=words)
                break


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """One of some words, the longest that fits; nothing where there are none."""
    longest_first = sorted(map(squeeze, words), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)) or "(?!)")


class _Texts:
    """All texts that came out of a document, to be asked which of them have a piece in them.

    Asked so for every piece of every line, one after the other: what is looked through is only the texts that share the
    piece's rarest pair of characters, so that twice the document does not take four times as long.
    """

    def __init__(self, texts: Iterable[str]):
        self._sharing: dict[str, list[str]] = defaultdict(list)
        for text in dict.fromkeys(texts):
            for part in {*text, *map("".join, pairwise(text))}:
                self._sharing[part].append(text)

    def with_piece(self, piece: str) -> Iterator[str]:
        """The texts that have it in them."""
        parts = {*map("".join, pairwise(piece))} or {piece}
        rarest = min((self._sharing.get(part, ()) for part in parts), key=len)
        return (text for text in rarest if piece in text)


def _pieces(text: str, here: Sequence[str]) -> list[str]:
    """What is left of a text without those of its line, and without marks."""
    plain = _key(text)
    for each in here:
        if len(each) > 1 or plain == each:
            plain = plain.replace(each, "\0")
    return [piece for piece in plain.split("\0") if piece.strip("ー一")]


def _key(text: str) -> str:
    return _MARKS.sub("", squeeze(text))


def _by_line(reading: Reading) -> dict[int, list[str]]:
    """The texts that came from each line, the longest first."""
    found: dict[int, set[str]] = defaultdict(set)

    def keys(*texts: object) -> set[str]:
        return set(filter(None, (_key(str(text)) for text in texts if text is not None)))

    def add(line: int, *texts: object) -> None:
        found[line] |= keys(*texts)

    for record in reading.records:
        whole = keys(*_of(record, reading))
        found[record.line] |= whole
        for cell in record.cells:
            add(cell.line, cell.text, cell.code6, cell.prefecture, *_years(cell.years))
            found[cell.line] |= whole
    for agreement in reading.agreements:
        add(agreement.line, agreement.name, agreement.partner_text, agreement.stated_members)
        add(agreement.line, *(agreement.summary or "").split("\n"))
    for count in reading.counts:
        add(count.line, count.name, count.value, f"{count.value or 0:,}")
    for event in reading.events:
        for line in range(event.line, event.last_line + 1):
            add(line, event.title, *event.text.split("\n"), event.text)
    for note in reading.notes:
        if note.line:
            add(note.line, note.subject)
    for stated in reading.stated:
        add(stated.line, stated.value, f"{stated.value:,}", stated.subject)
    return {line: sorted(texts, key=len, reverse=True) for line, texts in found.items()}


def _summaries(reading: Reading) -> dict[int, list[set[str]]]:
    """What is told of the records a line belongs to, a set a record that all its lines share."""
    found: dict[int, list[set[str]]] = defaultdict(list)
    for record in reading.records:
        if record.summary:
            told = set(filter(None, map(_key, (*record.summary.split("\n"), record.summary))))
            for line in {record.line, *(cell.line for cell in record.cells)}:
                found[line].append(told)
    return found


def _of(record: Record, reading: Reading) -> Iterator[object]:
    yield from (record.name, record.category_raw, record.organiser, record.status)
    yield from _years(record.years)
    yield reading.origin_names.get(record.origin_code)


def _years(years: Iterable[StartYear | None]) -> Iterator[str]:
    for year in years:
        if year:
            yield year.printed
            yield year.label
