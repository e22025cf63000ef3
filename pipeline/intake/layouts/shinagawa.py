"""Shinagawa's agreements (品川区と協定を締結する他自治体): who has which agreement, and what is done with whom.

The first part lists agreements by kind. The second has one block a municipality, headed by its name with
population and area in brackets: what is done together, and when the agreement was signed. Captions of
pictures stand between the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.intake.records import PartnerCell, Reading, Record, SourceError
from pipeline.intake.source_text import squeeze, unwrap
from pipeline.rules.no_project import NO_PROJECT
from pipeline.rules.outside_table import OUTSIDE_TABLE
from pipeline.rules.rule import Note
from pipeline.rules.unread_line import UNREAD_LINE
from pipeline.words.dates import StartYear, parse_years

WARD_CODE = "13109"
_WARD = "品川区"
_PROJECTS = "主な連携事業"
#: The headings of the parts.
FURNITURE = (
    "自治体との主な連携事業",
    _PROJECTS,
    "個別自治体との協定",
    "複数自治体と協定締結",
    "複数自治体との主な連携事業",
    "その他",
)
_SUBHEADING = re.compile(r"\s*[<＜〈](.+?)[>＞〉]\s*$")
_ITEM = re.compile(r"^\s*[○〇◯]")
_HEADING = re.compile(r"\s*●(?P<kind>[^・\s]+)\s*(?P<rest>.*)")
_MANY = re.compile(r"^\s*◆")
_PREFECTURE = re.compile(r"\s*(?P<name>東京都|北海道|(?:京都|大阪)府|\w{2,3}県)[：:]\s*(?P<rest>.*)")
_FIGURES = re.compile(r"\((人口[\d,]+人、面積[\d,.]+km2)\)(?:※(?P<signed>.*))?$")
_JOINT = re.compile(rf"{_WARD}(?:[×xX][^\WxX]+)+")
# What a printed line of an item does not end with unless the item goes on in the next one.
_GOES_ON = re.compile(r"[のをやにでとはがも、・（(「]$|[ァ-ヶー]$")
_NOTHING = re.compile(r"なし$")


@dataclass(slots=True)
class _Block:
    """The second part's entry for one municipality, or for several together (品川区×大田区×川崎市)."""

    name: str
    line: int
    figures: str = ""
    signed: str = ""
    items: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def joint(self) -> bool:
        return bool(_JOINT.fullmatch(self.name))


#: Characters of the end of a municipality's name by which its block and its agreements find each other.
_LONGEST_NAME = 20

Lines = list[tuple[int, str]]


def read(lines: Sequence[str], source: str, file: str) -> Reading:
    """Read the agreements, one record each, and the joint projects, one record each.

    Raises
    ------
    SourceError : no list of agreements, or no block of a municipality.
    """
    reading = Reading(source, [], furniture=FURNITURE)
    printed = [(line, text) for line, text in enumerate(lines, start=1) if text.strip()]
    middle = next((i for i, (_, text) in enumerate(printed) if _PROJECTS in squeeze(text)), len(printed))
    _read_agreements(printed[:middle], reading)
    if not reading.records:
        raise _missing("協定の種類ごとの一覧（●包括的な協定 など）", file)
    blocks = _read_blocks(printed[middle:], reading)
    if not blocks:
        raise _missing("自治体ごとの連携事業（名前、人口、面積）", file)
    _date_agreements([block for block in blocks if not block.joint], reading)
    for block in blocks:
        _add_projects(block, reading)
    reading.records.sort(key=lambda record: record.line)
    reading.rows = len(reading.records)
    return reading


def _read_agreements(printed: Lines, reading: Reading) -> None:
    """The list of agreements: a record each; one with several municipalities is one record with all."""
    kind, many, listed = "", None, list[tuple[int, str]]()
    for line, text in [*printed, (0, "●")]:
        if text.strip() == "●" or _HEADING.match(text) or _SUBHEADING.match(text) or _MANY.match(text):
            if many is None:
                reading.records += _single(kind, listed, reading.source)
            listed, many = [], None
        if match := _HEADING.match(text):
            kind, text = match["kind"], match["rest"]
        elif _SUBHEADING.match(text):
            continue
        elif _MANY.match(text):
            many = Record(reading.source, WARD_CODE, unwrap(_MANY.sub("", text)), line, kind)
            reading.records.append(many)
            prefecture = None
            continue
        elif kind and not listed and many is None and not kind.endswith("協定"):
            kind += unwrap(text)
            continue
        elif not kind:
            reading.notes.append(_beside(line, text))
            continue
        if many is not None:
            if match := _PREFECTURE.match(text):
                prefecture, text = match["name"], match["rest"]
            many.cells.append(PartnerCell(text.strip(), line, prefecture=prefecture))
        elif text.strip() and line:
            listed.append((line, text))


def _single(kind: str, listed: Lines, source: str) -> list[Record]:
    """One record for each name of a list; a name may go on in the next line."""
    names: list[list] = []
    goes_on = False
    for line, text in listed:
        text, _, remark = unwrap(text).partition("※")
        for number, name in enumerate(re.split(r"[、，,・]", text)):
            if number == 0 and goes_on and names:
                names[-1][1] += name
            elif name:
                names.append([line, name, remark])
        goes_on = bool(name) and name[-1] not in "都道府県市区町村"
    return [
        Record(source, WARD_CODE, kind, line, kind, summary=remark or None, cells=[PartnerCell(name, line)])
        for line, name, remark in names
    ]


def _read_blocks(printed: Lines, reading: Reading) -> list[_Block]:
    heads = _heads(printed)
    blocks: list[_Block] = []
    position = 0
    under = ""
    while position < len(printed):
        line, text = printed[position]
        if position in heads:
            block, position = heads[position]
            blocks.append(block)
            under = ""
            continue
        if match := _SUBHEADING.match(text):
            under = match[1]
        elif _PROJECTS in squeeze(text):
            under = ""
        elif _ITEM.match(text) and under and blocks:
            after = position + 1
            while after < len(printed) and after not in heads and not _marks(printed[after][1]):
                after += 1
            last = after in heads or after == len(printed) or _PROJECTS in squeeze(printed[after][1])
            item, read_to = _item(printed[position:after], last)
            blocks[-1].items.append((line, under, item))
            position += read_to
            continue
        elif under and blocks and blocks[-1].joint:
            blocks[-1].items.append((line, "", unwrap(text)))
        else:
            reading.notes.append(_beside(line, text))
        position += 1
    return blocks


def _heads(printed: Lines) -> dict[int, tuple[_Block, int]]:
    """Where a block begins: position → the block and the position after its head."""
    heads: dict[int, tuple[_Block, int]] = {}
    for position, (line, text) in enumerate(printed):
        plain = squeeze(text)
        if _JOINT.fullmatch(plain):
            heads[position] = (_Block(plain, line), position + 1)
        if "(人口" not in plain:
            continue
        start, after = position - plain.startswith("("), position + 1
        head = "".join(squeeze(text) for _, text in printed[start:after])
        while not _FIGURES.search(head) and after < min(position + 3, len(printed)):
            head += squeeze(printed[after][1])
            after += 1
        following = squeeze(printed[after][1]) if after < len(printed) else ""
        if head.endswith(")") and following.startswith("※") and "締結" in following:
            head, after = head + following, after + 1
        if (match := _FIGURES.search(head)) and match.start() > 0:
            name = head[: match.start()]
            heads[start] = (_Block(name, printed[start][0], match[1], match["signed"] or ""), after)
    return heads


def _marks(text: str) -> bool:
    return bool(_ITEM.match(text) or _SUBHEADING.match(text)) or _PROJECTS in squeeze(text)


def _item(printed: Lines, last: bool) -> tuple[str, int]:
    """The text of an item and its number of lines. All lines are its own, but after the last item of a block
    only those that the line before leaves unfinished: captions follow."""
    text = unwrap(_ITEM.sub("", printed[0][1], count=1))
    count = 1
    for _, more in printed[1:]:
        opened = text.count("（") > text.count("）") or more.strip().startswith("（")
        if last and not opened and not _GOES_ON.search(text):
            break
        text += unwrap(more)
        count += 1
    return text, count


def _date_agreements(blocks: list[_Block], reading: Reading) -> None:
    """Give the years printed in a block, and what else it says, to that municipality's own agreements."""
    ends: dict[str, list[tuple[str, Record]]] = {}
    for record in reading.records:
        if len(record.cells) == 1 and (partner := squeeze(record.cells[0].text)):
            for length in range(1, min(len(partner), _LONGEST_NAME) + 1):
                ends.setdefault(partner[-length:], []).append((partner, record))
    told: set[int] = set()
    for block in blocks:
        found = ends.get(block.name, [])
        for length in range(1, min(len(block.name) - 1, _LONGEST_NAME) + 1):
            end = block.name[-length:]
            found = found + [(partner, record) for partner, record in ends.get(end, ()) if partner == end]
        own = [record for _, record in found]
        remarks = [(line, text) for line, under, text in block.items if under == "その他"]
        if not own or told & set(map(id, own)):
            # A second block of the same name, or one of a municipality without an agreement.
            reading.notes += [_unread(line, text) for line, text in remarks]
            reading.notes.append(_figures(block))
            continue
        told |= set(map(id, own))
        _date(own, block, [text for _, text in remarks])


def _date(own: list[Record], block: _Block, remarks: list[str]) -> None:
    for record in own:
        about = [text for text in remarks if "締結" in text and _stem(record.category_raw) in text]
        others = [text for text in remarks if "締結" in text] if len(own) == 1 else []
        dated = [years for text in (block.signed, *about, *others) if (years := _years(text))]
        record.years = dated[0] if dated else ()
        record.summary = (
            "\n".join(filter(None, (record.summary, block.figures, block.signed, *remarks))) or None
        )


def _stem(kind: str) -> str:
    """What names this kind of agreement in running text: 包括的な, 交流, 災害時相互援助."""
    return kind.removesuffix("協定")


def _years(text: str) -> tuple[StartYear, ...]:
    return tuple(year for year in parse_years(text.replace("※", "")) if year)


def _add_projects(block: _Block, reading: Reading) -> None:
    cells = [
        PartnerCell(name, block.line) for name in re.split("[×xX]", block.name) if name and name != _WARD
    ]
    if block.joint:
        summary = "\n".join(text for _, _, text in block.items) or None
        record = Record(reading.source, WARD_CODE, block.name, block.line, "連携事業", summary=summary)
        record.cells = cells
        reading.records.append(record)
        return
    for line, under, text in block.items:
        if under == "その他":
            continue
        if _NOTHING.search(text):
            reading.notes.append(NO_PROJECT.note(line, block.name, partner=block.name, text=text))
            continue
        reading.records.append(Record(reading.source, WARD_CODE, text, line, under, cells=list(cells)))


def _figures(block: _Block) -> Note:
    text = f"{block.figures}{block.signed}"
    return OUTSIDE_TABLE.note(block.line, text, "figures", text=text, partner=block.name)


def _unread(line: int, text: str) -> Note:
    return UNREAD_LINE.note(line, squeeze(text), "agreements", text=text.strip())


def _beside(line: int, text: str) -> Note:
    return OUTSIDE_TABLE.note(line, squeeze(text), "agreements", text=text.strip())


def _missing(what: str, file: str) -> SourceError:
    return SourceError(
        f"ファイル「{file}」に{what}がありません（1行目から最後まで）。"
        "この資料の、最後のページまで入った本文かどうかを確かめてください。"
    )
