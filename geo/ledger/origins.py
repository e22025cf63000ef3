"""What the origins of a dataset are called: everything that is said of them follows from who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from geo.places.codes import short_name

#: What stands for origins of different kinds.
_ANY = "自治体"

#: Kinds of municipality whose words can stand side by side (市町村), in the order in which they do.
_MUNICIPAL = "市町村"

#: The kind of a prefecture; those of municipalities are ``geo.ledger.schema.KINDS``.
PREFECTURE = "prefecture"

#: So many names are written out where some of the origins are looked at.
NAMED = 3

#: More origins than this are looked at by prefecture first: no prefecture has as many municipalities (北海道: 179).
MOST = 200

#: Where so much of what origins do (0–1) is among themselves, it is no aside: to leave it out leaves the smaller part.
AMONG_THEMSELVES = 0.5


def told_apart(names: pd.Series, full: pd.Series) -> pd.Series:
    """The names of some places, each once: where two or more share one, it is theirs in ``full``, with the prefecture.

    >>> list(told_apart(pd.Series(["府中市", "柏市", "府中市"]), pd.Series(["東京都府中市", "千葉県柏市", "広島県府中市"])))
    ['東京都府中市', '柏市', '広島県府中市']
    """
    return names.mask(names.duplicated(keep=False), full)


def among_themselves(links: pd.DataFrame, municipalities: pd.Series, origins: pd.Series) -> bool:
    """Whether a view that leaves out what several origins do with each other would leave out most there is.

    It would where AMONG_THEMSELVES or more of the individual ties with a municipality are with another origin, or where
    so many of the municipalities that could be partners are origins: what is left then are few, and not whom the lists
    speak of.

    Parameters
    ----------
    links : with drawn, network (bool), partner_code and municipality_code
    municipalities : the codes of all municipalities, without designated wards
    origins : the codes of the origins
    """
    if len(origins) < 2:
        return False
    ties = links[links.drawn & ~links.network & links.municipality_code.notna()]
    share = ties.partner_code.isin(origins).mean() if len(ties) else 0.0
    return bool(max(share, municipalities.isin(origins).mean()) >= AMONG_THEMSELVES)


class Origin(NamedTuple):
    """One origin: its code, name, kind, and the name of its prefecture (a prefecture's own)."""

    code: str
    name: str
    kind: str
    prefecture: str


@dataclass(frozen=True)
class Naming:
    """What some origins are called, one by one and together.

    >>> minato = Origin("13103", "港区", "special_ward", "東京都")
    >>> kita = Origin("13117", "北区", "special_ward", "東京都")
    >>> kawasaki = Origin("14130", "川崎市", "designated_city", "神奈川県")
    >>> kashiwa = Origin("12217", "柏市", "city", "千葉県")
    >>> horokanai = Origin("01472", "幌加内町", "town", "北海道")
    >>> kanagawa = Origin("14000", "神奈川県", "prefecture", "神奈川県")

    >>> origins = Naming((minato, kita))
    >>> origins.noun, origins.everyone, origins.peers, origins.home, origins.title
    ('区', '2区', '特別区どうし', '都内', '特別区交流マップ')

    >>> city = Naming((kawasaki,))
    >>> city.noun, city.everyone, city.home, city.title, city.lead
    ('市', '川崎市', '県内', '川崎市交流マップ', '川崎市と全国市区町村の連携を地図で')

    >>> cities = Naming((kawasaki, kashiwa))
    >>> cities.noun, cities.everyone, cities.peers, cities.home, cities.title
    ('市', '2市', '市どうし', '同じ都道府県内', '交流マップ')

    >>> [Naming(some).noun for some in [(horokanai,), (kashiwa, horokanai), (minato, kashiwa), (kanagawa,)]]
    ['町', '市町', '自治体', '県']
    """

    origins: tuple[Origin, ...] = ()

    @cached_property
    def noun(self) -> str:
        """What one of them is called: 区, 市, 町, 村; of several kinds 市町, 市町村, 自治体."""
        words = {origin.name[-1] for origin in self.origins}
        if self.single or (len(words) == 1 and not self._prefectures):
            return words.pop()
        if words and words <= set(_MUNICIPAL):
            return "".join(word for word in _MUNICIPAL if word in words)
        return _ANY

    @property
    def heading(self) -> str:
        """What a column or a choice of origins is called: 区, 市; 連携元 where no one word is all of theirs."""
        return self.noun if len(self.noun) == 1 else "連携元"

    @property
    def single(self) -> bool:
        """Whether there is but one."""
        return len(self.origins) == 1

    @property
    def many(self) -> bool:
        """Whether they are too many to stand beside each other: prefectures come first (MOST)."""
        return len(self.origins) > MOST

    @property
    def _prefectures(self) -> bool:
        return any(origin.kind == PREFECTURE for origin in self.origins)

    @property
    def _special(self) -> bool:
        """Whether all are special wards, and more than one: they have a word for themselves."""
        return len(self.origins) > 1 and {origin.kind for origin in self.origins} == {"special_ward"}

    def count(self, number: int) -> str:
        """Some of them by their number: 「4区」."""
        return f"{number:,}{self.noun}"

    def together(self, names: Sequence[str]) -> str:
        """Some of them in one word: the name of one, else how many: 「4区」."""
        return names[0] if len(names) == 1 else self.count(len(names))

    def subject(self, chosen: Sequence[str] = ()) -> str:
        """Who is looked at where these names are chosen: 「世田谷区」, 「港区・新宿区」, 「港区ほか4区」; all for none."""
        if not chosen:
            return self.everyone
        if len(chosen) <= NAMED:
            return "・".join(chosen)
        return f"{chosen[0]}ほか{self.count(len(chosen) - 1)}"

    @property
    def everyone(self) -> str:
        """All of them: 「23区」; the name of one alone."""
        return self.together([origin.name for origin in self.origins])

    @property
    def everyone_whole(self) -> str:
        """That all of them are meant: 「23区すべて」."""
        return self.everyone if self.single else f"{self.everyone}すべて"

    @property
    def any_one(self) -> str:
        """Whichever of them: 「いずれかの区」."""
        return self.everyone if self.single else f"いずれかの{self.noun}"

    @property
    def others(self) -> str:
        """The rest of them, seen from one: 「ほかの区」."""
        return f"ほかの{self.noun}"

    @property
    def each_other(self) -> str:
        """Among them: 「区どうし」."""
        return f"{self.noun}どうし"

    @property
    def peers(self) -> str:
        """Between two of them, as a kind of tie: 「特別区どうし」, 「市どうし」."""
        return "特別区どうし" if self._special else self.each_other

    @property
    def collective(self) -> str:
        """All of them as the title of a file: 「特別区」, 「3市」."""
        return "特別区" if self._special else self.everyone

    @cached_property
    def prefectures(self) -> tuple[str, ...]:
        """Names of the prefectures they lie in, in the order of their codes."""
        found = sorted({origin.code[:2]: origin.prefecture for origin in self.origins}.items())
        return tuple(name for _, name in found)

    @property
    def home(self) -> str:
        """Their own prefecture: 「都内」, 「県内」; of several, each one's: 「同じ都道府県内」."""
        return f"{self.prefectures[0][-1]}内" if len(self.prefectures) == 1 else "同じ都道府県内"

    @property
    def away(self) -> str:
        """Outside of it: 「都外」; 「ほかの都道府県」."""
        return f"{self.prefectures[0][-1]}外" if len(self.prefectures) == 1 else "ほかの都道府県"

    @property
    def title(self) -> str:
        """What the whole is called, and who a file names as its author."""
        if self.single:
            return f"{self.everyone}交流マップ"
        return "特別区交流マップ" if self._special else "交流マップ"

    @property
    def lead(self) -> str:
        """What it is about, in one line."""
        if not self.origins:
            return "全国市区町村との連携を地図で"
        where = short_name(self.prefectures[0]) if len(self.prefectures) == 1 and not self.single else ""
        return f"{where}{self.everyone}と全国市区町村の連携を地図で"
