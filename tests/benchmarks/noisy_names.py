"""Names of partners as people write them, as many distinct ones as are asked for: seeded, of every municipality.

Nine of ten are today's municipalities and designated wards, one a former one. The mix, in hundredths:

==  ==========================================================================================================
60  the name alone, with its prefecture (of four: two with it, one with its 郡 besides, one without either),
    spaces anywhere, other spellings of its kanji, full width, marks before and 等 behind, the prefecture behind it
    or in a bracket
20  a body of it: a school, an office, an association, with words of its own
 8  an address in it
 8  a misprint: one character another that looks like it, left out, doubled or any other; alone, or before a body's name
 4  no municipality: words, firms, foreign cities
==  ==========================================================================================================
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator

from geo.folders import REFERENCE_DIR
from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode.near_names import look_alikes

_BODIES = [
    "教育委員会",
    "観光協会",
    "商工会",
    "商工会議所",
    "社会福祉協議会",
    "役場",
    "市民課",
    "農業協同組合",
    "森林組合",
    "国際交流協会",
    "体育協会",
    "立図書館",
    "立博物館",
    "消防団",
    "青年会議所",
    "婦人会",
    "老人クラブ連合会",
    "物産館",
    "温泉旅館組合",
    "スポーツ少年団",
    "PTA連合会",
]
_SCHOOLS = [
    "小学校",
    "中学校",
    "高等学校",
    "保育園",
    "幼稚園",
    "公民館",
    "自治会",
    "町内会",
    "診療所",
    "体育館",
    "公園",
    "農園",
    "工業",
    "建設",
    "商店",
    "酒造",
]
_WORDS = (
    "中央東西南北上下山川田野原木本松竹梅桜若緑青白黒金銀大小新古高和平光明栄豊富幸福泉谷沢浜崎島橋宮寺町"
)
_NOTHING = [
    "株式会社",
    "有限会社",
    "連絡会",
    "実行委員会",
    "ネットワーク",
    "協議会",
    "グループ",
    "研究会",
    "会",
    "市",
    "区",
    "町",
]
_FOREIGN = [
    "ソウル特別市",
    "ウィーン市",
    "北京市東城区",
    "パース市",
    "サンフランシスコ市",
    "台北市",
    "ベルリン市",
]
_SPACES = (" ", "　", "  ")
_MARKS = ("・", "○", "●", "■", "- ", "※", "◎")
_BEHIND = ("等", "など", "ほか", " 他", "、", "。", "（再掲）", "＊", "他2市", "※予定")


class _Maker:
    def __init__(self, gazetteer: Gazetteer, seed: int) -> None:
        self._chance = random.Random(seed)
        self._today = [
            (place.prefecture, place.district, place.city + place.name)
            for place in gazetteer
            if place.level != "prefecture"
        ]
        with (REFERENCE_DIR / "former_municipalities.csv").open(encoding="utf-8", newline="") as file:
            self._former = [
                (row["prefecture"], row["district"].split("|")[0], row["name"])
                for row in csv.DictReader(file)
            ]
        with (REFERENCE_DIR / "characters.csv").open(encoding="utf-8-sig", newline="") as file:
            self._spellings: dict[str, list[str]] = {}
            for row in csv.DictReader(file):
                if fold(row["character"]) == fold(row["standard"]):
                    self._spellings.setdefault(row["standard"], []).append(row["character"])
        self._alike = {one: sorted(others) for one, others in look_alikes().items()}

    def one(self) -> str:
        """One name."""
        chance = self._chance
        base = chance.choice(self._today if chance.random() < 0.9 else self._former)
        kind = chance.random()
        if kind < 0.60:
            return self._whole(*base)
        if kind < 0.80:
            return self._spaced(self._named(*base) + self._body(), 0.3)
        if kind < 0.88:
            return self._spaced(self._named(*base) + self._address(), 0.3)
        if kind < 0.96:
            prefecture, district, name = base
            misprinted = self._named(prefecture, district, self._misprinted(name))
            return misprinted + (self._body() if chance.random() < 0.4 else "")
        return self._nothing()

    def _named(self, prefecture: str, district: str, name: str) -> str:
        return self._chance.choice((prefecture + name, prefecture + name, prefecture + district + name, name))

    def _whole(self, prefecture: str, district: str, name: str) -> str:
        chance = self._chance
        written = self._spelled(name) if chance.random() < 0.5 else name
        order = chance.random()
        if order < 0.1:
            text = f"{written}（{prefecture}{district if chance.random() < 0.3 else ''}）"
        elif order < 0.2:
            text = f"{written}{chance.choice(' 　／')}{prefecture}"
        elif order < 0.3:
            text = f"{prefecture}{chance.choice('・／：のー')}{written}"
        else:
            text = self._named(prefecture, district, written)
        if chance.random() < 0.15:
            text = chance.choice(_MARKS) + text
        if chance.random() < 0.2:
            text += chance.choice(_BEHIND)
        return self._spaced(text, 0.8)

    def _spaced(self, text: str, share: float) -> str:
        """The text with spaces in it."""
        while self._chance.random() < share:
            at = self._chance.randint(0, len(text))
            text = text[:at] + self._chance.choice(_SPACES) + text[at:]
        return text

    def _spelled(self, name: str) -> str:
        return "".join(
            self._chance.choice([one, *self._spellings[one]]) if one in self._spellings else one
            for one in name
        )

    def _word(self, least: int = 1, most: int = 3) -> str:
        return "".join(self._chance.choices(_WORDS, k=self._chance.randint(least, most)))

    def _body(self) -> str:
        chance = self._chance
        if chance.random() < 0.4:
            return chance.choice(_BODIES) + (
                f"（{self._word()}支部）" if chance.random() < 0.5 else self._word(0, 2)
            )
        number = f"第{chance.randint(1, 9)}" if chance.random() < 0.3 else ""
        return chance.choice(("", "立", "の", "　")) + self._word(1, 3) + number + chance.choice(_SCHOOLS)

    def _address(self) -> str:
        chance = self._chance
        a, b = chance.randint(1, 40), chance.randint(1, 999)
        number = chance.choice((f"{a}-{b}", f"{a}−{b}", f"{a}丁目{b}番{a}号", f"{b}番地", f"{b}"))
        if chance.random() < 0.3:
            number = number.translate({digit: digit + 0xFEE0 for digit in range(0x30, 0x3A)})
        return chance.choice(("", "大字", "字")) + self._word(1, 3) + number

    def _misprinted(self, name: str) -> str:
        chance = self._chance
        at = chance.randrange(len(name))
        kind, one = chance.random(), name[at]
        if kind < 0.6 and (alike := self._alike.get(fold(one))):
            return name[:at] + chance.choice(alike) + name[at + 1 :]
        if kind < 0.75:
            return name[:at] + name[at + 1 :]
        if kind < 0.85:
            return name[: at + 1] + name[at:]
        return name[:at] + chance.choice(_WORDS) + name[at + 1 :]

    def _nothing(self) -> str:
        if self._chance.random() < 0.2:
            return self._chance.choice(_FOREIGN) + self._word(0, 2)
        return self._word(2, 4) + self._chance.choice(_NOTHING) + self._word(0, 2)


def noisy_names(gazetteer: Gazetteer, number: int, seed: int = 19) -> Iterator[str]:
    """Give so many distinct names, the same for the same seed."""
    maker = _Maker(gazetteer, seed)
    given: set[str] = set()
    while len(given) < number:
        name = maker.one()
        if name.strip() and name not in given:
            given.add(name)
            yield name
