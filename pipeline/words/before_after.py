"""What is said of two years, or two editions, held against each other: on the screen, on paper and in files alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from geo.draw.signs import Sign, Signed, signed
from geo.insight.periods import PAIR, PLACE, PROJECT, Periods, Side, between_editions, between_years
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selection
from pipeline.words import view as words
from pipeline.words.claims import TIES, Heading, narrowing, ties_of

#: Signs of the municipalities: partners before, added, and in an edition before but no more.
_HAD, _ADDED, _GONE = "had", "added", "gone"

#: What ended is in no document: said wherever two years are compared.
ENDED = (
    "資料に載っている連携のうち、その年度までに始まったと分かるものを数えています。終わった連携は資料に載らないため、"
    "前の年の数は、その当時の数より少ないことがあります。"
)


@dataclass(frozen=True, eq=False)
class BeforeAfter:
    """Two sides with their names, 「平成28年度（2016年度）まで」 or 「令和8年3月31日現在の版」, and whom they are about."""

    found: Periods
    first: str
    last: str
    who: str

    @property
    def dataset(self) -> Dataset:
        """The tables they are of."""
        return self.found.after.selected.dataset

    @property
    def naming(self) -> Naming:
        """What the origins are called."""
        return self.dataset.naming

    @property
    def selection(self) -> Selection:
        """What the later side asks for: the conditions in force."""
        return self.found.after.selected.selection

    @property
    def several(self) -> bool:
        """Whether there is more than one origin."""
        return len(self.selection.origins or self.dataset.origins) > 1

    def heading(self) -> Heading:
        """How many municipalities were partners before and are now, and what has to be said with it."""
        found, ties = self.found, ties_of(self.selection)
        one, other = len(found.before.places), len(found.after.places)
        about, more = f"{self.who}の{ties}の相手は、", self._more()
        if not one and not other:
            when = (
                f"{self.last}に始まったと分かる" if found.of_years else f"{self.first}にも{self.last}にも、"
            )
            none = f"{self._scope(strict=True)}{self.who}に、{when}{ties}の相手の市区町村は"
            return Heading(none, "ありません", "。", more)
        if not one:
            about = f"{self._scope(strict=True)}{about}{self.first}にはなく、{self.last}{self._by} "
            return Heading(about, f"{other:,}市区町村", "になりました。", more)
        if not found.places_added and not found.places_gone:
            about = f"{self._scope(strict=True)}{about}{self.first}と{self.last}のどちらも "
            return Heading(about, f"{other:,}市区町村", "で、新しい相手の市区町村はありません。", more)
        about = f"{self._scope()}{about}{self.first}の{one:,}市区町村が、{self.last}{self._by} "
        return Heading(about, f"{other:,}市区町村", f"になりました（{_change(one, other)}）。", more)

    @property
    def _by(self) -> str:
        return "に" if self.found.of_years else "で"

    def _scope(self, strict: bool = False) -> str:
        asked = self.selection
        if self.found.of_years:
            asked = replace(asked, year_from=None, year_to=None, unknown_years=True)
        parts = narrowing(asked, self.dataset, strict)
        return f"{'のうち、'.join(parts)}では、" if parts else ""

    def _more(self) -> str:
        found, said = self.found, []
        if found.places_gone:
            said.append(
                f"新しい相手が{len(found.places_added):,}市区町村、なくなった相手が{len(found.places_gone):,}市区町村です。"
            )
        if found.prefectures_added and found.before.reached:
            names = [self.dataset.places[code].name for code in sorted(found.prefectures_added)]
            said.append(f"新たに届いた都道府県は、{words.some(names, TIES, '・')}です。")
        if lost := found.before.reached - found.after.reached:
            names = [self.dataset.places[code].name for code in sorted(lost)]
            said.append(f"届かなくなった都道府県は、{words.some(names, TIES, '・')}です。")
        undated = found.undated
        if undated.projects:
            said.append(
                f"ほかに、開始年の分からない{ties_of(self.selection)}が{undated.projects:,}事業"
                f"（{undated.municipalities:,}市区町村）あり、どちらの数にも入れていません。"
            )
        return "".join(said)

    def counting(self) -> str:
        """How two years are counted, and of what nobody knows when it began; "" for two editions."""
        found, ties = self.found, ties_of(self.selection)
        if not found.of_years:
            return ""
        said = ENDED
        if found.unknown:
            said += f"開始年の分からない{ties}のうち{len(found.unknown):,}市区町村は、ほかに年の分かる連携がありません。"
        if found.unsure:
            said += f"新しい相手のうち{len(found.unsure):,}市区町村には開始年の分からない{ties}もあり、前からの相手かもしれません。"
        return said

    def figures(self) -> list[tuple[str, str, str]]:
        """The key figures of both sides: (what is counted, the figures, how they changed)."""
        one, other = self.found.before, self.found.after
        counted = [
            ("連携する市区町村", one.figures.municipalities, other.figures.municipalities),
            ("届いている都道府県", one.figures.prefectures, other.figures.prefectures),
            (f"{self.naming.noun}と市区町村の組", one.ties, other.ties),
            ("事業", one.figures.projects, other.figures.projects),
        ]
        if not self.several:
            del counted[2]
        told = [(name, f"{a:,} → {b:,}", _change(a, b)) for name, a, b in counted]
        if self.found.of_years:
            undated = self.found.undated
            told.append(("開始年の分からない事業", f"{undated.projects:,}", "左の数の外"))
        return told

    def kinds(self) -> dict[str, str]:
        """What can be new of a row of ``added``, in words."""
        return {
            PLACE: "新しい相手",
            PAIR: f"{self.naming.others}は前からの相手",
            PROJECT: "前からの相手との新しい事業",
        }

    def added(self, rows: pd.DataFrame, brief: bool = False) -> pd.DataFrame:
        """Rows of ``Periods.added`` with Japanese headings; ``brief`` names the first of many projects only."""
        # A prefecture itself is no municipality, and said apart.
        whole = (rows.new == PLACE) & rows.partner_code.str.endswith("000")
        kinds = rows.new.map(self.kinds()).mask(whole, "新しい相手の都道府県")
        return self._table(rows, "加わり方", kinds, brief)

    def places(self) -> pd.DataFrame:
        """The municipalities that are new for all origins, a row each: place, prefecture, first year, origins, projects."""
        rows = self.found.added
        new = rows[(rows.new == PLACE) & ~rows.partner_code.str.endswith("000")]
        places, told = self.dataset.places, []
        for code, own in new.groupby("partner_code", sort=False):
            names = list(dict.fromkeys(name for names in own.projects for name in names))
            first = own.sort_values(["start_year", "year_kind"], kind="stable").iloc[0]
            year = words.began_short(first.start_year, first.year_kind)
            above = "上の欄" if first.year_basis == "above" else ""
            origins = words.some([self.dataset.origin_names[origin] for origin in own.origin_code], 1)
            told.append(
                (places[code].name, places[code].prefecture, origins, words.some(names, 1), year + above)
            )
        columns = ["相手", "都道府県", self.naming.heading, "事業", "始まった年"]
        return pd.DataFrame(told, columns=columns)

    def gone(self, rows: pd.DataFrame, brief: bool = False) -> pd.DataFrame:
        """Rows of ``Periods.gone``, likewise."""
        kinds = {PLACE: "なくなった相手", PAIR: f"{self.naming.others}は今も相手"}
        return self._table(rows, "なくなり方", rows.new.map(kinds), brief)

    def _table(self, rows: pd.DataFrame, how: str, kinds: pd.Series, brief: bool) -> pd.DataFrame:
        places, dataset = self.dataset.places, self.dataset
        titles = dataset.shorts if brief else dataset.titles
        years = zip(rows.start_year, rows.year_kind, rows.year_basis, strict=True)
        lines = zip(rows.source, rows.source_line.astype(int), strict=True)
        cited = [f"{titles[source]} {dataset.where(source, line)}" for source, line in lines]
        table = pd.DataFrame(
            {
                how: kinds.astype(object),
                "相手": rows.partner_code.map(lambda code: places[code].name).astype(object),
                "都道府県": rows.partner_code.map(lambda code: places[code].prefecture).astype(object),
                self.naming.heading: rows.origin_code.map(dataset.origin_names).astype(object),
                "事業": [words.some(names, 2 if brief else len(names)) for names in rows.projects],
                "始まった年": [words.began(*year) for year in years],
                "出典": cited,
                "注意": rows.unsure.map({True: "開始年の分からない連携もある", False: ""}).astype(object),
            }
        )
        if brief:
            return table if self.several else table.drop(columns=self.naming.heading)
        table.insert(2, "相手の団体コード", rows.partner_code)
        table.insert(5, f"{self.naming.heading}の団体コード", rows.origin_code)
        return table

    def prefectures(self) -> pd.DataFrame:
        """Every prefecture before and after, with Japanese headings."""
        table = self.found.prefectures
        columns = {
            "n_before": f"{self.first}の市区町村",
            "n_after": f"{self.last}の市区町村",
            "n_added": "新しい相手",
            "n_gone": "なくなった相手",
            "n_unknown": "開始年が一つも分からない相手",
        }
        del columns["n_gone" if self.found.of_years else "n_unknown"]
        return pd.DataFrame({"団体コード": table.code, "都道府県": table["name"]}).assign(
            **{heading: table[name] for name, heading in columns.items()}
        )

    def signs(self, side: Side) -> Signed:
        """The municipalities of one of the two sides by sign: quiet what the other has, too, in colour what it has not."""
        found, places = self.found, self.dataset.places
        other = found.before if side is found.after else found.after
        new = _ADDED if side is found.after else _GONE
        looks = {
            _HAD: Sign(_HAD, "前からの相手" if side is found.after else "相手", "ink-soft", "dot"),
            _ADDED: Sign(_ADDED, "新しい相手", "blue", "diamond"),
            _GONE: Sign(_GONE, "今はない相手", "sign-2", "ring"),
        }
        # Before a later year there is nothing that has gone: its map is quiet.
        shown = (new, _HAD) if side is found.after or found.places_gone else (_HAD,)
        rows = [
            (code, places[code].name, new if code not in other.places else _HAD, "", self._note(side, code))
            for code in sorted(side.places, key=lambda code: (code in other.places, code))
        ]
        return signed(rows, [looks[key] for key in shown], self.last if side is found.after else self.first)

    def _note(self, side: Side, code: str) -> str:
        """Whose partner it is, for the tooltip; nothing where there is but one origin."""
        if not self.several:
            return ""
        names = [self.dataset.origin_names[origin] for origin, place in sorted(side.pairs) if place == code]
        return words.some(names, TIES)


def of_years(dataset: Dataset, selection: Selection, who: str, first: int, last: int) -> BeforeAfter:
    """What had begun by two years (``geo.insight.periods.between_years``)."""
    found = between_years(dataset, selection, first, last)
    return BeforeAfter(found, f"{words.until(first)}まで", f"{words.until(last)}まで", who)


def of_editions(dataset: Dataset, selection: Selection, who: str, before: str, after: str) -> BeforeAfter:
    """What stands in two editions (``geo.insight.periods.between_editions``)."""
    found = between_editions(dataset, selection, before, after)
    first, last = (f"{dataset.cited(one).as_of}の版" for one in (before, after))
    return BeforeAfter(found, first, last, who)


def _change(before: int, after: int) -> str:
    """How a number changed: 「89増」, 「3減」, 「増減なし」."""
    if before == after:
        return "増減なし"
    return f"{abs(after - before):,}{'増' if after > before else '減'}"
