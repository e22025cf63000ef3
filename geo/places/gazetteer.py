"""Municipalities and prefectures by code and by name: exact, folded, former, and as the head of a text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from geo.folders import REFERENCE_DIR, stamp
from geo.places.folding import fold
from geo.places.groups import Group, load_groups
from geo.places.name_index import NameIndex
from geo.places.place import Place

#: What a municipality's own name ends with.
SUFFIXES = "市区町村"
#: The files it is read from.
_FILES = (
    "prefectures.csv",
    "municipalities.csv",
    "aliases.csv",
    "former_municipalities.csv",
    "groups.csv",
)
#: A designated ward that is no more stands with its city in the table: 大阪市大淀区.
_FORMER_CITY = re.compile("^.+市(?=.+区$)")


class Gazetteer:
    """All places, ready to be looked up, and never changed; :meth:`load` makes it once of the same files."""

    def __init__(
        self, places: list[Place], aliases: list[dict], former: list[dict], groups: list[dict]
    ) -> None:
        self.places = tuple(places)
        self.prefectures = tuple(place for place in places if place.level == "prefecture")
        self._by_code = {place.code: place for place in places}
        self._members: dict[str, list[Place]] = {place.code: [] for place in self.prefectures}
        for place in places:
            if place.level == "municipality":
                self._members[place.prefecture_code].append(place)
        self._exact = NameIndex()
        self._folded = NameIndex()
        self._former = NameIndex()
        self._stems = NameIndex()
        self._ever_stems = NameIndex()
        self._districts = NameIndex()
        self._all_districts = NameIndex()
        self._only: frozenset[str] | None = None
        for place in places:
            if place.level != "prefecture":
                self._index(place)
        self.prefecture_keys = {fold(place.name): place for place in self.prefectures}
        self.prefecture_names = tuple(self.prefecture_keys)
        self.prefecture_stems = {fold(place.stem): place for place in self.prefectures}
        self._called = {place.stem: place for place in self.prefectures}
        self._stem_heads: dict[str, list[tuple[str, Place]]] = {}
        for stem, place in self.prefecture_stems.items():
            self._stem_heads.setdefault(stem[:1], []).append((stem, place))
        self._prefecture_heads = {key[:2]: (key, place) for key, place in self.prefecture_keys.items()}
        self._keys = {place.code: fold(place.name) for place in places}
        self._member_keys = {
            code: (tuple(members), tuple(self._keys[place.code] for place in members))
            for code, members in self._members.items()
        }
        self._other_names: list[tuple[str, Place]] = []
        self._former_names: dict[str, list[str]] = {}
        self._former_districts: dict[str, list[tuple[str, str]]] = {}
        for row in aliases:
            place, _ = self._named(row, "aliases.csv")
            self._other_names.append((row["name"], place))
            self._folded.add(fold(row["name"]), place, place.prefecture_code)
        for row in former:
            place, prefecture = self._named(row, "former_municipalities.csv")
            self._other_names.append((row["name"], place))
            self._former_names.setdefault(place.code, []).append(row["name"])
            names = {row["name"], *(district + row["name"] for district in row["district"].split("|"))}
            for name in sorted(names | {_FORMER_CITY.sub("", row["name"])}):
                self._former.add(fold(name), place, prefecture.code)
            self._ever_stems.add(fold(row["name"][:-1]), place, prefecture.code)
            for district in filter(None, row["district"].split("|")):
                self._all_districts.add(fold(district), place, prefecture.code)
                self._former_districts.setdefault(place.code, []).append((fold(district), row["name"]))
        self.groups: dict[str, Group] = load_groups(groups, places)
        #: The last two characters of all folded names: of prefectures, groups and 郡, of municipalities today and before.
        self.endings = frozenset(
            {name[-2:] for name in (*self.prefecture_keys, *self.groups)}
            | self._folded.endings()
            | self._former.endings()
            | self._all_districts.endings()
        )

    @classmethod
    def load(cls, reference_dir: Path = REFERENCE_DIR) -> Gazetteer:
        """Load the CSV files of ``reference_dir`` (written by ``python -m pipeline.reference`` or by hand).

        Raises ValueError, naming the file and the row, where one names an unknown code or prefecture.
        """
        return cls._read(tuple(stamp(reference_dir / name) for name in _FILES))

    @classmethod
    @lru_cache(maxsize=2)
    def _read(cls, files: tuple[tuple[Path, int, int], ...]) -> Gazetteer:
        def rows(path: Path) -> list[dict]:
            with path.open(encoding="utf-8-sig", newline="") as file:
                return list(csv.DictReader(file))

        offices, table, aliases, former, groups = (rows(path) for path, *_ in files)
        prefectures = [
            Place(
                code=row["code"],
                level="prefecture",
                name=row["name"],
                prefecture=row["name"],
                prefecture_code=row["code"],
                kana=row["kana"],
                kind="prefecture",
                parent_code=None,
                lat=float(row["lat"]),
                lon=float(row["lon"]),
            )
            for row in offices
        ]
        cities = {row["code"]: row["name"] for row in table}
        municipalities = [
            Place(
                code=row["code"],
                level="designated_ward" if row["kind"] == "designated_ward" else "municipality",
                name=row["name"],
                prefecture=row["prefecture"],
                prefecture_code=row["prefecture_code"],
                kana=row["kana"],
                kind=row["kind"],
                parent_code=row["parent_code"] or None,
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                district=row["district"],
                city=cities.get(row["parent_code"], ""),
            )
            for row in table
        ]
        return cls([*prefectures, *municipalities], aliases, former, groups)

    def _index(self, place: Place) -> None:
        for name in {place.name, place.city + place.name}:
            self._exact.add(name, place, place.prefecture_code)
            self._folded.add(fold(name), place, place.prefecture_code)
        if place.level == "municipality":
            for index in (self._stems, self._ever_stems):
                index.add(fold(place.stem), place, place.prefecture_code)
        if place.district:
            self._folded.add(fold(place.district + place.name), place, place.prefecture_code)
            for index in (self._districts, self._all_districts):
                index.add(fold(place.district), place, place.prefecture_code)

    def _named(self, row: dict, file: str) -> tuple[Place, Place]:
        place, prefecture = self._by_code.get(row["code"]), self.prefecture(row["prefecture"])
        if not place or not prefecture:
            raise ValueError(
                f"{file} の「{row['name']}」のコード {row['code']} か都道府県「{row['prefecture']}」が正しくありません。"
            )
        return place, prefecture

    def place(self, code: str) -> Place:
        """Return the place with this 5-digit code. Raises KeyError when there is none."""
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Place]:
        return iter(self.places)

    def members(self, prefecture_code: str) -> list[Place]:
        """Return the municipalities (no designated wards) of a prefecture, in code order."""
        members = self._members[prefecture_code]
        return list(members) if self._only is None else [one for one in members if one.code in self._only]

    def ever_members(self, prefecture_code: str) -> tuple[tuple[Place, ...], tuple[str, ...]]:
        """Return the municipalities of a prefecture, whatever :meth:`within` leaves of them, and their folded names."""
        return self._member_keys[prefecture_code]

    def key(self, place: Place) -> str:
        """Return the folded name of a place."""
        return self._keys[place.code]

    def within(self, codes: Iterable[str]) -> Gazetteer:
        """Return this gazetteer as far as it names the places with these codes: every look-up gives only them.

        Prefectures and groups stay what they are.
        """
        narrowed = Gazetteer.__new__(Gazetteer)
        narrowed.__dict__.update(self.__dict__)
        narrowed._only = frozenset(codes)
        return narrowed

    def admits(self, place: Place) -> bool:
        """Return whether look-ups may give this place: see :meth:`within`."""
        return self._only is None or place.code in self._only

    def former_names(self, code: str) -> list[str]:
        """Return the former municipalities that are part of this one today, as far as they are known."""
        return self._former_names.get(code, [])

    def other_names(self) -> Iterator[tuple[str, Place]]:
        """Give every name that is not today's official one, former names and variants, with its place."""
        return iter(self._other_names)

    def prefecture(self, name: str) -> Place | None:
        """Return the prefecture called ``name`` (「秋田県」; old and variant kanji allowed)."""
        return self.prefecture_keys.get(fold(name))

    def prefecture_head(self, key: str) -> Place | None:
        """Return the prefecture whose name begins the folded text ``key``."""
        name, place = self._prefecture_heads.get(key[:2], ("", None))
        return place if place and key.startswith(name) else None

    def prefecture_called(self, stem: str) -> Place | None:
        """Return the prefecture whose name without 都, 府 or 県 is exactly ``stem``."""
        return self._called.get(stem)

    def prefecture_stem_heads(self, key: str) -> list[tuple[str, Place]]:
        """Return the prefectures whose name without 都, 府 or 県 begins the folded text ``key``, and that part of it."""
        return [head for head in self._stem_heads.get(key[:1], ()) if key.startswith(head[0])]

    def find(self, name: str, prefecture: str | None = None) -> list[Place]:
        """Return the places called exactly ``name``: 秋田県, 鹿角市, 山科区, 京都市山科区, 秋田県鹿角市."""
        for place in self.prefectures:
            if name == place.name:
                return [place] if prefecture in (None, place.name) else []
            if (
                prefecture is None
                and name.startswith(place.name)
                and (found := self._at(self._exact, name[len(place.name) :], place))
            ):
                return found
        scope = self.prefecture(prefecture) if prefecture else None
        return [] if prefecture and not scope else self._at(self._exact, name, scope)

    def by_name(self, name: str, scope: Place | None = None) -> list[Place]:
        """Return the places of prefecture ``scope`` (or of the country) whose official name is ``name``."""
        return self._at(self._exact, name, scope)

    def by_key(self, key: str, scope: Place | None = None) -> list[Place]:
        """Return the places with folded name ``key``, 郡 included or not."""
        return self._at(self._folded, key, scope)

    def by_former(self, key: str, scope: Place | None = None) -> list[Place]:
        """Return today's places that took in the former municipality with folded name ``key``."""
        return self._at(self._former, key, scope)

    def standing_at(self, position: int, key: str) -> tuple[str, ...]:
        """Return the characters at a position of the folded official names of the country that are otherwise ``key``."""
        return self._folded.standing_at(position, key)

    def standing_at_formerly(self, position: int, key: str) -> tuple[str, ...]:
        """Like :meth:`standing_at`, for former municipalities."""
        return self._former.standing_at(position, key)

    def by_stem(self, key: str, scope: Place | None = None) -> list[Place]:
        """Return the municipalities whose folded name without 市, 区, 町, 村 is ``key``."""
        return self._at(self._stems, key, scope)

    def by_district(self, key: str, scope: Place | None = None) -> list[Place]:
        """Return the towns and villages of the 郡 with folded name ``key``."""
        return self._at(self._districts, key, scope)

    def ever_in_district(self, key: str, scope: Place | None = None) -> list[Place]:
        """Like :meth:`by_district`, with today's places that took in a former town or village of the 郡."""
        return self._at(self._all_districts, key, scope)

    def former_in_district(self, key: str, code: str) -> list[str]:
        """Return the former towns and villages of the 郡 with folded name ``key`` that are part of a place."""
        return [name for district, name in self._former_districts.get(code, ()) if district == key]

    def head(self, key: str, scope: Place | None = None) -> tuple[int, list[Place]]:
        """Return the longest official name that begins the folded text ``key``: its length and its places."""
        return self._head(key, scope, self._folded)

    def district_head(self, key: str, scope: Place | None = None) -> int:
        """Return the length of the 郡, one of today or of before, that begins the folded text ``key``, or 0."""
        return self._head(key, scope, self._all_districts)[0]

    def former_head(self, key: str, scope: Place | None = None) -> tuple[int, list[Place]]:
        """Like :meth:`head`, for former municipalities."""
        return self._head(key, scope, self._former)

    def stem_head(self, key: str, scope: Place | None = None) -> tuple[int, list[Place]]:
        """Like :meth:`head`, for names without their suffix, today's and former, two characters or more."""
        return self._head(key, scope, self._ever_stems, shortest=2)

    def _head(
        self, key: str, scope: Place | None, index: NameIndex, shortest: int = 1
    ) -> tuple[int, list[Place]]:
        lengths = index.lengths(key)
        if not lengths:
            return 0, []
        names, only = index.within(scope.code if scope else ""), self._only
        for length in lengths:
            if shortest <= length <= len(key) and (places := names.get(key[:length])):
                found = places[:] if only is None else [place for place in places if place.code in only]
                if found:
                    return length, found
        return 0, []

    def _at(self, index: NameIndex, name: str, scope: Place | None) -> list[Place]:
        places = index.within(scope.code if scope else "").get(name)
        if not places:
            return []
        return places[:] if self._only is None else [place for place in places if place.code in self._only]
