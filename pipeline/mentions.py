"""Partner cells into mentions: one name each, wherever the document cut its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import groupby, takewhile

from geo.folding import fold
from geo.gazetteer import Gazetteer
from geo.places import Place
from pipeline.dates import StartYear
from pipeline.geocode.query import INCORPORATION, Query, parse
from pipeline.geocode.words import BODY
from pipeline.pieces import OPEN, Cell, Piece, cut_cells, cut_parts
from pipeline.sources.base import Note, PartnerCell

_NOTHING = re.compile(r"^(?:等|など|ほか|外|他|その他|[-‐-―−ー─━—・:：.。※]*)$")
_ETC = re.compile(r"(?:等|など|ほか|他)$")
_INCORPORATED = re.compile(f"^(?:{INCORPORATION})")
_ENDED = re.compile(r"(?:会|校|園|館|所|団|社|院|店|部|局|課|室|合|ター|クラブ|チーム|[)）])$")
#: What looks like a municipality's name (perhaps misprinted), alone or before a body's.
_NAME_LIKE = re.compile(
    r"^(?!.*(?<!京)都市$)(?:[^\s()（）]{2,3}[都道府県縣])?[^\s()（）・、立]{1,7}[市区町村]"
    r"(?:$|[(（]|(?:教育委員会|議会|役場|役所|観光協会|商工会|社会福祉協議会|立))"
)
#: A piece of a body's name that went over to the next line is no longer than this.
_SCRAP = 6
#: Characters after which no more pieces are joined to a name.
_LONGEST = 300
#: How many pieces of a cell one municipality's name may come in.
_CUTS = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """One partner as printed, line-wrap spaces removed.

    Parameters
    ----------
    line : 1-based line in the source where the text begins
    code6 : the code printed beside it, as printed
    start_year : the year printed for this partner; None when unknown or when none stands beside it
    dated : whether a year, or 「—」 for unknown, is printed beside it: if not, the project's year applies
    prefecture : the prefecture it shares with the name before it (小坂町 in 秋田県鹿角市・小坂町)
    notes : what a reader of the document should be told
    """

    text: str
    line: int
    code6: str | None = None
    start_year: StartYear | None = None
    dated: bool = False
    prefecture: str | None = None
    notes: tuple[Note, ...] = ()


def split_cells(cells: Sequence[PartnerCell], gazetteer: Gazetteer) -> list[Mention]:
    """Split the partner cells of one project into mentions, in printed order.

    White space separates names but also stands where a line was wrapped: a piece that cannot begin a name is
    joined to the one before it, also over cells and pages. Brackets stay with their owner, a trailing 等 is
    dropped, and a name without a prefecture takes the one before it in the same cell, if it has such a place.
    Years are paired with the mentions of their cell: one year holds for all, several go in printed order,
    and a year that is labelled with one partner's name is that partner's.
    """
    return _splitter(gazetteer).split(cells)


@lru_cache(maxsize=2)
def _splitter(gazetteer: Gazetteer) -> _Splitter:
    return _Splitter(gazetteer)


def _parse(gazetteer: Gazetteer, text: str, prefecture: str | None = None) -> Query:
    return parse(text, gazetteer, prefecture)


class _Splitter:
    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._parse = lru_cache(maxsize=65536)(partial(_parse, gazetteer))

    def split(self, cells: Sequence[PartnerCell]) -> list[Mention]:
        pieces = [piece for piece in cut_cells(cells) if not _NOTHING.match(piece.text)]
        by_cell: dict[int, list[list[Piece]]] = {}
        for run in self._join(pieces):
            by_cell.setdefault(run[0].cell, []).append(run)
        mentions: list[Mention] = []
        for index, runs in by_cell.items():
            years = next((cells[run[-1].cell].years for run in runs if cells[run[-1].cell].years), ())
            years = cells[index].years or years
            texts = self._texts(runs, len(years))
            mentions += self._mentions(texts, cells[index], years)
        return mentions

    def _join(self, pieces: list[Piece]) -> list[list[Piece]]:
        """Put together the pieces that are one name."""
        runs: list[list[Piece]] = []
        length = 0
        for _, own in groupby(pieces, key=lambda piece: piece.cell):
            cell = Cell(list(own), self._starts)
            for after, piece in enumerate(cell.pieces, start=1):
                joins = piece.after != "hard" and length < _LONGEST
                if runs and joins and self._belongs(runs, piece, cell, after):
                    runs[-1].append(piece)
                    length += len(piece.text)
                else:
                    runs.append([piece])
                    length = len(piece.text)
        return runs

    def _belongs(self, runs: list[list[Piece]], piece: Piece, cell: Cell, after: int) -> bool:
        """Whether ``piece`` goes on with the last name of ``runs``; ``after`` is the place of the one after it."""
        before, text = _text(runs[-1]), piece.text
        incorporated = bool(_INCORPORATED.match(text))
        if piece.after == "open" or text[0] == "※" or (text[0] in OPEN and not incorporated):
            return True
        complete, ended = self._complete(before), bool(_ENDED.search(before))
        if self._is_prefecture(before):
            # 和歌山県 + み + なべ町: the name itself may be cut again.
            following = [other.text for other in cell.pieces[after:]]
            cuts = (cut for cut in range(_CUTS) if self._within(before, text + "".join(following[:cut])))
            if (cut := next(cuts, None)) is not None:
                own = takewhile(lambda t: not self._parse(t).stated, following[cut:])
                return not any(map(self._starts, own))
        elif self._group(before + text) or (not complete and self._goes_on(before, before + text)):
            return True
        if self._starts(text):
            # JAふくしま未来 + 福島県福島市: a body with its place, where the cell holds nothing else.
            alone = len(cell.pieces) == 2 and piece.after == "space"
            body = self._parse(before).incorporated or BODY.search(before)
            return bool(alone and body and not self._starts(before) and self._complete(text))
        if _NAME_LIKE.match(text) and (complete or ended):
            return False
        if piece.after == "cell":
            return len(text) <= 3 or (not complete and not (ended and len(text) > _SCRAP))
        # A line as long as any of the cell may have been wrapped.
        loose = cell.lists_others(runs[-1]) and len(runs[-1][-1].text) < cell.widest
        if not complete:
            return not (ended and (incorporated or loose))
        if self._is_prefecture(before):
            return (incorporated or bool(BODY.search(text))) and not cell.lists_others(runs[-1])
        return not incorporated and not loose

    def _within(self, prefecture: str, text: str) -> bool:
        """Whether the text names a place of the prefecture: 神奈川県 + 山北町高齢者クラブ."""
        query = self._parse(text)
        scope = self._parse(prefecture).prefecture
        return not query.stated and bool(self._gazetteer.head(query.key, scope)[1])

    def _texts(self, runs: list[list[Piece]], n_years: int) -> list[str]:
        """The texts of a cell. A remark joined to a complete name stands alone if the years say so."""
        texts = [text for run in runs for text in self._parts(_text(run))]
        if n_years > 1 and len(texts) != n_years:
            apart = [text for run in runs for loose in self._loosen(run) for text in self._parts(loose)]
            if len(apart) == n_years:
                texts = apart
        texts = [self._without_etc(text) for text in texts]
        enumerated = any(piece.after == "hard" for run in runs for piece in run)
        if enumerated and not any(self._starts(text) for text in texts):
            return [_hard_text(runs)]
        return texts

    def _without_etc(self, text: str) -> str:
        bare = _ETC.sub("", text)
        return bare if bare and self._complete(bare) else text

    def _loosen(self, run: list[Piece]) -> list[str]:
        """Cut a run again where a complete name is followed by something else."""
        texts = [run[0].text]
        for piece in run[1:]:
            if self._complete(texts[-1]) and piece.text[0] not in OPEN:
                texts.append(piece.text)
            else:
                texts[-1] += piece.text
        return texts

    def _parts(self, text: str) -> list[str]:
        """Cut at ・ and 及び, but only between two names of places or groups."""
        if self._complete(text):
            return [text]
        tokens = cut_parts(text)
        parts, prefecture = [tokens[0]], None
        for separator, token in zip(tokens[1::2], tokens[2::2], strict=True):
            short = len(parts[-1]) <= _LONGEST  # what has grown longer is no name, and grows on
            left = self._parse(parts[-1], prefecture) if short else None
            prefecture = left.prefecture.name if left and left.prefecture else prefecture
            if left and self._starts(parts[-1], prefecture) and self._starts(token, prefecture):
                parts.append(token)
            else:
                parts[-1] += separator + token
        return parts

    def _mentions(self, texts: list[str], cell: PartnerCell, years) -> list[Mention]:
        mentions: list[Mention] = []
        prefecture = self._gazetteer.prefecture(cell.prefecture) if cell.prefecture else None
        for i, text in enumerate(texts):
            query = self._parse(text)
            if query.stated:
                prefecture = query.prefecture
            shared = (
                prefecture if prefecture and not query.stated and self._is_in(query, prefecture) else None
            )
            labelled = self._labelled(query, years)
            year = labelled or (years[0] if len(years) == 1 else years[i] if i < len(years) else None)
            mentions.append(
                Mention(
                    text=text,
                    line=cell.line,
                    code6=cell.code6 if i == 0 else None,
                    start_year=year,
                    dated=len(years) == 1 or i < len(years) or labelled is not None,
                    prefecture=shared.name if shared else None,
                )
            )
        if mentions and len(years) > 1 and len(years) != len(mentions):
            mentions[0] = replace(mentions[0], notes=(_years_note(cell, len(mentions), len(years)),))
        return mentions

    def _labelled(self, query: Query, years: Sequence[StartYear | None]) -> StartYear | None:
        """The one year whose label holds the partner's name without its 市, 町 or 村: 舟形小交流."""
        places = self._gazetteer.head(query.key, query.prefecture)[1]
        stems = {place.name[:-1] for place in places}
        found = [year for year in years if year and any(stem in year.label for stem in stems)]
        return found[0] if len(years) > 1 and len(found) == 1 else None

    def _is_in(self, query: Query, prefecture: Place) -> bool:
        within = self._gazetteer.head(query.key, prefecture)[1]
        return bool(within) or fold(prefecture.name + query.head) in self._gazetteer.groups

    def _is_prefecture(self, text: str) -> bool:
        query = self._parse(text)
        return query.stated and not query.rest and not query.remarks and not query.incorporated

    def _group(self, text: str, prefecture: str | None = None) -> bool:
        query = self._parse(text)
        keys = (fold(query.head), fold((prefecture or "") + query.head))
        return any(key in self._gazetteer.groups for key in keys)

    def _complete(self, text: str, prefecture: str | None = None) -> bool:
        """Whether the text is a prefecture, an official name, names run together, or a group."""
        query = self._parse(text, prefecture)
        if query.incorporated:
            return False
        if query.stated and not query.rest or self._group(text, prefecture):
            return True
        key, scope = query.key, query.prefecture
        while key:
            length, places = self._gazetteer.head(key, scope)
            if not places:
                return bool(self._gazetteer.by_former(query.key, scope))
            key = key[length:]
        return bool(query.key)

    def _starts(self, text: str, prefecture: str | None = None) -> bool:
        """Whether the text can begin a mention: with a prefecture, an official name, or as a group or former name."""
        query = self._parse(text, prefecture)
        if query.stated or self._gazetteer.head(query.key)[1] or self._group(text, prefecture):
            return True
        return bool(self._gazetteer.by_former(fold(query.rest.removeprefix("旧")), query.prefecture))

    def _goes_on(self, before: str, whole: str) -> bool:
        """Whether a name ends after ``before``: 神奈川県南足柄 + 市, or becomes whole with what follows."""
        if self._complete(whole):
            return True
        query = self._parse(whole)
        if query.stated and not self._parse(before).stated:
            return True
        printed = len(query.head) - len(query.rest)
        length, _ = self._gazetteer.head(query.key, query.prefecture)
        return bool(length) and printed + length > len(self._parse(before).head)


def _text(run: list[Piece]) -> str:
    return "".join(piece.text for piece in run)


def _hard_text(runs: list[list[Piece]]) -> str:
    pieces = [piece for run in runs for piece in run]
    return "".join(("、" if p.after == "hard" and i else "") + p.text for i, p in enumerate(pieces))


def _years_note(cell: PartnerCell, n_mentions: int, n_years: int) -> Note:
    return Note(
        "info",
        "years-partners-mismatch",
        cell.line,
        cell.text,
        f"連携相手方が{n_mentions}、開始年が{n_years}あり、数が合いません。書かれた順に組み合わせました。",
        "原本で、どの相手方がどの年からかを確かめてください。",
    )
