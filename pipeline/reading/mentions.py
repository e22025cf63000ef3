"""Partner cells into mentions: one name each, wherever the document cut its lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import groupby, takewhile

from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from geo.places.place import Place
from pipeline.intake.records import PartnerCell
from pipeline.reading.geocode.query import INCORPORATION, Query, parse
from pipeline.reading.geocode.repair import near_prefecture
from pipeline.reading.geocode.words import BODY
from pipeline.reading.pieces import OPEN, Cell, Piece, cut_cells, cut_parts
from pipeline.rules.rule import Note
from pipeline.rules.years_partners_mismatch import YEARS_PARTNERS_MISMATCH
from pipeline.rules.years_several import YEARS_SEVERAL
from pipeline.words.dates import StartYear

_NOTHING = re.compile(r"^(?:等|など|ほか|外|他|その他|[-‐-―−ー─━—・:：.。※]*)$")
_ETC = re.compile(r"(?:等|など|ほか|他)$")
_INCORPORATED = re.compile(f"^(?:{INCORPORATION})")
_ENDED = re.compile(r"(?:会|校|園|館|所|団|社|院|店|部|局|課|室|合|ター|クラブ|チーム|[)）])$")
#: What looks like a municipality's name (perhaps misprinted), alone or before a body's.
_NAME_LIKE = re.compile(
    r"^(?!.*(?<!京)都市$)(?:[^\s()（）]{2,3}[都道府県縣])?[^\s()（）・、立]{1,7}[市区町村]"
    r"(?:$|[(（]|(?:教育委員会|議会|役場|役所|観光協会|商工会|社会福祉協議会|立))"
)
#: What may be a prefecture with one character misprinted, before a name: 茨木県日立市.
_MISPRINTED = re.compile(r"^\w{2,3}[都道府県]\w")
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
    year_basis : what that rests on, one of geo.ledger.schema.YEAR_BASES: "partner" where a year, or 「—」 for unknown, is
        printed for this partner; "project" where one is printed for the whole cell; "above" where it is that of a
        merged cell that begins above; "none" where the years of its cell cannot be told apart. None where nothing is
        printed beside it: the project's year may apply
    unit : which partner as printed it is of, for a year of its own
    breath : names that no white space parts are in one: 青森県, 八戸市 and 県内10市 of 「青森県、八戸市、県内10市」
    prefecture : the prefecture it shares with the name before it (小坂町 in 秋田県鹿角市・小坂町)
    notes : what a reader of the document should be told
    place : where a person finds it, where that is more than its line
    """

    text: str
    line: int
    code6: str | None = None
    start_year: StartYear | None = None
    year_basis: str | None = None
    unit: int = 0
    breath: int = 0
    prefecture: str | None = None
    notes: tuple[Note, ...] = ()
    place: str = ""


def split_cells(cells: Sequence[PartnerCell], gazetteer: Gazetteer) -> list[Mention]:
    """Split the partner cells of one project into mentions, in printed order.

    White space separates names but also stands where a line was wrapped: a piece that cannot begin a name is
    joined to the one before it, also over cells and pages. Brackets stay with their owner, a trailing 等 is
    dropped, and a name without a prefecture takes the one before it in the same cell, if it has such a place.
    Years are paired with the partners of their cell as printed, before any of them is split: one year holds for all,
    several go in printed order where they are as many, and a year that is labelled with one partner's name is that
    partner's. Of several years beside a single partner the earliest is when it began. Else nobody can tell whose year
    is whose: it is unknown, and a note says so.
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
            units = self._units(runs, len(years))
            mentions += self._mentions(units, cells[index], years, len(mentions))
        return mentions

    def _join(self, pieces: list[Piece]) -> list[list[Piece]]:
        """Put together the pieces that are one name."""
        runs: list[list[Piece]] = []
        length = 0
        for _, own in groupby(pieces, key=lambda piece: piece.cell):
            cell = Cell(list(own), self._starts)
            for after, piece in enumerate(cell.pieces, start=1):
                joins = piece.after not in ("hard", "slash") and length < _LONGEST
                if runs and (
                    self._shows_its_prefecture(_text(runs[-1]), piece, cell, after)
                    or (joins and self._belongs(runs, piece, cell, after))
                ):
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
                own = takewhile(lambda t: not self._parse(t).stated, self._spaced(cell.pieces[after + cut :]))
                return not any(map(self._starts, own))
        elif self._group(before + text) or (not complete and self._goes_on(before, before + text)):
            return True
        if self._starts(text):
            # JAふくしま未来 + 福島県福島市: a body with its place, where the cell holds nothing else.
            alone = len(cell.pieces) == 2 and piece.after == "space"
            body = self._parse(before).incorporated or BODY.search(before)
            placed = before.endswith(("）", ")"))  # it has its place in brackets: the next is another's
            return bool(alone and body and not placed and not self._starts(before) and self._complete(text))
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

    @staticmethod
    def _spaced(pieces: Sequence[Piece]) -> Iterator[str]:
        """The texts up to the first 、 or other hard separator: 新潟県 長岡市、三条市 has 新潟県 for both."""
        return (piece.text for piece in takewhile(lambda piece: piece.after == "space", pieces))

    def _shows_its_prefecture(self, before: str, piece: Piece, cell: Cell, after: int) -> bool:
        """Whether name and prefecture are one partner: 北海道/三笠市, 奈義町 岡山県; ``after`` as for ``_belongs``."""
        if piece.after == "slash" and self._is_prefecture(before):
            return self._within(before, piece.text)
        behind = self._is_prefecture(piece.text) or piece.text.endswith("郡")
        if piece.after not in ("slash", "space") or not behind:
            return False
        # 秋田県 鹿角市 岩手県 盛岡市: a cell that begins with a prefecture puts each before its names.
        follows = cell.pieces[after] if after < len(cell.pieces) else None
        if follows and follows.after == piece.after and self._is_prefecture(cell.pieces[0].text):
            return False
        # The parser puts what stands behind a name in front of it.
        name, whole = self._parse(before), self._parse(before + piece.text)
        return not name.stated and not whole.head.startswith(name.head)

    def _within(self, prefecture: str, text: str) -> bool:
        """Whether the text names a place of the prefecture: 神奈川県 + 山北町高齢者クラブ, 新潟県 + 吉田町."""
        query = self._parse(text)
        scope = self._parse(prefecture).prefecture
        within = self._gazetteer.head(query.key, scope)[1] or self._gazetteer.by_former(query.key, scope)
        return not query.stated and bool(within)

    def _units(self, runs: list[list[Piece]], n_years: int) -> list[list[tuple[str, int]]]:
        """The partners of a cell as printed: the texts each is split into, with the number of the breath it is in.

        White space parts partners, and within one breath hard separators and ・ may part names: 青森県、八戸市、県内10市.
        Where the years say that these are partners of their own, or that a remark joined to a complete name is, they
        are.
        """
        if any(piece.after in ("hard", "slash") for run in runs for piece in run) and not any(
            self._starts(text) for run in runs for text in self._parts(_text(run))
        ):
            return [[(_hard_text(runs), 0)]]
        breath = -1
        split: list[list[tuple[str, int]]] = []
        loose: list[list[tuple[str, int]]] = []
        for number, run in enumerate(runs):
            breath += number == 0 or run[0].after not in ("hard", "slash")
            split.append([(self._without_etc(text), breath) for text in self._parts(_text(run))])
            if n_years > 1:
                parts = (text for piece in self._loosen(run) for text in self._parts(piece))
                loose += [[(self._without_etc(text), breath)] for text in parts]
        together = [
            [text for texts in own for text in texts] for _, own in groupby(split, lambda texts: texts[0][1])
        ]
        singly = [[text] for texts in split for text in texts]
        # A cell that parts all its names in one way prints each as a partner.
        printed = together if len(together) > 1 else singly
        levels = [printed, split, singly, loose] if n_years > 1 else []
        return next((units for units in levels if len(units) == n_years), printed)

    def _without_etc(self, text: str) -> str:
        bare = _ETC.sub("", text)
        return bare if bare and bare != text and self._complete(bare) else text

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

    def _mentions(
        self,
        units: list[list[tuple[str, int]]],
        cell: PartnerCell,
        years: Sequence[StartYear | None],
        before: int,
    ) -> list[Mention]:
        mentions: list[Mention] = []
        prefecture = self._gazetteer.prefecture(cell.prefecture) if cell.prefecture else None
        pairs = _paired(len(units), years, cell.above)
        for texts, (paired, basis) in zip(units, pairs, strict=True):
            unit = before + len(mentions)
            for text, breath in texts:
                query = self._parse(text)
                if query.stated:
                    prefecture = query.prefecture
                # The cell's own holds whatever the name; that of the name before only for a name it has.
                given = prefecture and (prefecture.name == cell.prefecture or self._is_in(query, prefecture))
                own = prefecture if given and not query.stated else None
                labelled = self._labelled(query, years)
                mentions.append(
                    Mention(
                        text=text,
                        line=cell.line,
                        code6=None if mentions else cell.code6,
                        start_year=labelled or paired,
                        year_basis="partner" if labelled else basis,
                        unit=unit,
                        breath=before + breath,
                        prefecture=own.name if own else None,
                        place=cell.place,
                    )
                )
        if mentions and (note := _years_note(cell, len(units), years)):
            mentions[0] = replace(mentions[0], notes=(note,))
        return mentions

    def _labelled(self, query: Query, years: Sequence[StartYear | None]) -> StartYear | None:
        """The one year whose label holds the partner's name without its 市, 町 or 村: 舟形小交流."""
        places = self._gazetteer.head(query.key, query.prefecture)[1]
        stems = {place.name[:-1] for place in places}
        found = [year for year in years if year and any(stem in year.label for stem in stems)]
        return found[0] if len(years) > 1 and len(found) == 1 else None

    def _is_in(self, query: Query, prefecture: Place) -> bool:
        within = self._gazetteer.head(query.key, prefecture)[1] or self._gazetteer.by_former(
            query.key, prefecture
        )
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
        if self._gazetteer.by_former(fold(query.rest.removeprefix("旧")), query.prefecture):
            return True
        return bool(_MISPRINTED.match(text) and near_prefecture(fold(query.head), self._gazetteer))

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
    return "".join(
        ("、" if p.after in ("hard", "slash") and i else "") + p.text for i, p in enumerate(pieces)
    )


def _paired(
    n: int, years: Sequence[StartYear | None], above: bool
) -> list[tuple[StartYear | None, str | None]]:
    """The year of each of ``n`` partners as printed, and what it rests on."""
    if not years:
        return [(None, None)] * n
    if above:
        return [(years[0], "above")] * n
    if len(years) == n:
        return [(year, "partner") for year in years]
    if len(years) == 1:
        return [(years[0], "project")] * n
    if n == 1:
        known = [year for year in years if year]
        return [(min(known, key=lambda year: year.year, default=None), "partner")]
    return [(None, "none")] * n


def _years_note(cell: PartnerCell, n: int, years: Sequence[StartYear | None]) -> Note | None:
    if len(years) < 2 or len(years) == n:
        return None
    if n == 1:
        return YEARS_SEVERAL.note(cell.line, cell.text, n_years=len(years))
    return YEARS_PARTNERS_MISMATCH.note(cell.line, cell.text, n_partners=n, n_years=len(years))
