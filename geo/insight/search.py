"""Search: municipalities, origins, prefectures, bodies and projects by any spelling that is known of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from os.path import commonprefix

import jaconv
import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from geo.ledger.dataset import Dataset
from geo.places.codes import to_code6
from geo.places.folding import fold, squeeze
from geo.places.gazetteer import Gazetteer, Place

#: What can be found, in the order equally good hits are shown.
KINDS = ("origin", "prefecture", "municipality", "body", "project")

#: Names this much alike (rapidfuzz ratio, 0–100) that begin alike are offered where nothing has the words: 嬬恋町
#: and 嬬恋村 are 67.
ALIKE = 65

#: Sounds drawn out, which Latin letters seldom show: とうきょう and Tokyo.
_LONG = re.compile("([おこそとのほもよろをごぞどぼぽょ])[うお]|([うくすつぬふむゆるぐずづぶぷゅ])う|ー")

#: How the last character of a name is read, and is left out where people write the name alone: Kawaba, Ota, Tokyo.
_ENDINGS = {
    "市": ("し",),
    "区": ("く",),
    "町": ("ちょう", "まち"),
    "村": ("むら", "そん"),
    "都": ("と",),
    "府": ("ふ",),
    "県": ("けん",),
}

#: How well a name answers, the best first: it is the text, begins with it, holds it, holds all its words; all words
#: are in it and what belongs to it (a project's partners …); a code begins with it.
_EXACT, _BEGINS, _HOLDS, _WORDS, _ABOUT, _CODE = range(6)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found.

    ``kind`` is one of KINDS; ``code`` the origin, the prefecture (NN000), the municipality (a designated ward's
    city, a body's municipality) or a project's origin; ``name`` its official name with prefecture, a body's or
    a project's name as printed; ``spelling`` the spelling that answered where it is another name (former,
    printed), else ""; ``project_id`` only for a project.
    """

    kind: str
    code: str
    name: str
    spelling: str = ""
    project_id: str = ""


class SearchIndex:
    """Every name by its match keys. Made once a build (half a second; of a whole nation's lists two), then only read.

    ``entries`` are (match key, hit), ``codes`` (5 or 6 digits, with and without a zero they may have lost, hit),
    ``about`` (all match keys of a project, its origin, partners and categories, hit).
    """

    def __init__(self, dataset: Dataset, gazetteer: Gazetteer) -> None:
        self.entries: list[tuple[str, Hit]] = []
        self.ties = _ties(dataset)
        self.codes = list(_codes(dataset, gazetteer))
        # Lists print the same words over and over.
        known = _Keys()
        self.about = list(_about(dataset, gazetteer, known))
        seen = set()
        for name, hit in chain(_places(dataset, gazetteer), _printed(dataset, gazetteer)):
            for key in known[name]:
                if (key, hit.kind, hit.code, hit.project_id) not in seen:
                    seen.add((key, hit.kind, hit.code, hit.project_id))
                    self.entries.append((key, hit))

    def weight(self, hit: Hit) -> int:
        """How many projects stand behind a hit; a ward of a city has none of its own."""
        part = hit.kind == "municipality" and hit.name.endswith("区")
        return 0 if part or hit.kind == "project" else self.ties.get(hit.code, 0)


def keys(text: str) -> frozenset[str]:
    """The match keys of a text: folded, and folded with its kana as hiragana (さっぽろ for サッポロ).

    Both are needed: the fold takes ニ for 二 and ケ for が, which hiragana no longer shows.
    """
    return frozenset({fold(text), fold(jaconv.kata2hira(squeeze(text)))} - {""})


class _Keys(dict[str, frozenset[str]]):
    """The match keys of texts, each made once."""

    def __missing__(self, text: str) -> frozenset[str]:
        made = self[text] = keys(text)
        return made


def latin(text: str) -> str:
    """A reading written in Latin letters as hiragana without long sounds: きょと for Kyoto, "" for other texts."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter)
    )
    if not re.fullmatch(r"[A-Za-z'’\-]+", plain):
        return ""
    kana = _kana(re.sub(r"[^a-z]", "", plain.lower()))
    return "" if re.search("[a-z]", kana) else short(kana)


def _kana(letters: str) -> str:
    # Hepburn: n before b, m and p is written m, and ん before な stands as n.
    return jaconv.alphabet2kana(re.sub("m(?=[bmp])", "n", letters).replace("nn", "nnn"))


def stem(name: str, kana: str) -> str:
    """The reading of a name without its 市, 区, 町, 村, 都, 府 or 県: かわば of かわばむら; all of it where it ends in none.

    >>> stem("川場村", "かわばむら"), stem("津市", "つし"), stem("恩納村", "おんなそん"), stem("北海道", "ほっかいどう")
    ('かわば', 'つ', 'おんな', 'ほっかいどう')
    """
    ending = next((ending for ending in _ENDINGS.get(name[-1:], ()) if kana.endswith(ending)), "")
    return kana.removesuffix(ending) or kana


def heard(kana: str) -> str:
    """A reading in hiragana as :func:`latin` gives it back, whose letters hide some of it: ぬまず for ぬまづ, かのんじ.

    >>> heard("ぬまづ"), heard("かんおんじ"), heard("とうきょう")
    ('ぬまず', 'かのんじ', 'ときょ')
    """
    return short(_kana(jaconv.kana2alphabet(kana)))


def short(kana: str) -> str:
    """A reading in hiragana without its long sounds."""
    return _LONG.sub(r"\1\2", kana)


def search(index: SearchIndex, text: str, limit: int = 8) -> list[Hit]:
    """What a text may mean, the best first, each thing once.

    Words parted by blanks must all be in a name, or in a project's name and what belongs to it (its origin,
    partners with their codes and readings, categories), in any order. Latin letters are read as a reading, too;
    digits as the beginning of a code, with or without its check digit. Equally good names stand in the order of
    KINDS, then those with most projects first. Where nothing has all the words, what one of them names is offered,
    and where there is none, names that are nearly alike. An empty text finds nothing; no text raises.
    """
    wanted = _wanted(text)
    if not wanted or limit < 1:
        return []
    words = [_wanted(word) for word in text.split()]
    words = [word for word in words if word]
    ranked = _named(index, wanted, words) or _nearly(index, text, words)
    found: dict[tuple[str, str, str], Hit] = {}
    for *_, hit in sorted(ranked, key=lambda one: one[:-1]):
        found.setdefault((hit.kind, hit.code, hit.name), hit)
        if len(found) == limit:
            break
    return list(found.values())


def _named(index: SearchIndex, wanted: frozenset[str], words: list[frozenset[str]]) -> list[tuple]:
    """(what to sort by …, hit) of everything that has the text or all its words."""
    ranked = [
        (rank, KINDS.index(hit.kind), bool(hit.spelling), -index.weight(hit), len(key), hit)
        for key, hit in index.entries
        if (rank := _rank(key, wanted, words)) is not None
    ]
    for typed in filter(str.isdecimal, wanted):
        ranked += [
            (_EXACT if code == typed else _CODE, KINDS.index(hit.kind), False, 0, int(code), hit)
            for code, hit in index.codes
            if len(typed) > 1 and code.startswith(typed)
        ]
    if len(words) > 1:
        ranked += [
            (_ABOUT, KINDS.index(hit.kind), False, 0, len(key), hit)
            for key, hit in index.about
            if all(any(text in key for text in word) for word in words)
        ]
    return ranked


def _nearly(index: SearchIndex, text: str, words: list[frozenset[str]]) -> list[tuple]:
    """(what to sort by …, hit) of the places that one of several words names, or whose name is nearly the text's."""
    if len(words) > 1:
        places = [one for word in words for one in _named(index, word, [word]) if one[-1].kind != "project"]
        if places:
            return places
    typed = min(_wanted(text))
    if len(typed) < 3 or typed.isdecimal():
        return []
    names = {
        number: key
        for number, (key, hit) in enumerate(index.entries)
        if hit.kind != "project" and key[0] == typed[0]
    }
    alike = process.extract(typed, names, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
    # Names are told apart by how they begin: 篠山町 means 篠山市 sooner than 篠栗町.
    return [
        (-len(commonprefix([typed, key])), -score, number, index.entries[number][1])
        for key, score, number in alike
    ]


def _wanted(text: str) -> frozenset[str]:
    return keys(text) | keys(latin(text))


def _ties(dataset: Dataset) -> dict[str, int]:
    """How many projects a municipality (with its wards), a prefecture as such and an origin have."""
    columns = dataset.columns
    ties = columns.ties
    # Of all links, drawn or not: with the city of a ward, or the prefecture itself.
    partners, origins = (ties.by(column, ties.codes.places) for column in (ties.partner, ties.origin))
    counts = np.where(origins.sizes, origins.projects, partners.projects)
    return {code: n for code, n in zip(ties.codes.places.tolist(), counts.tolist(), strict=True) if n}


def _rank(key: str, wanted: Iterable[str], words: list[frozenset[str]]) -> int | None:
    for text in wanted:
        if text in key:
            return _EXACT if key == text else _BEGINS if key.startswith(text) else _HOLDS
    if len(words) > 1 and all(any(text in key for text in word) for word in words):
        return _WORDS
    return None


def _places(dataset: Dataset, gazetteer: Gazetteer) -> Iterator[tuple[str, Hit]]:
    origins = set(dataset.origins.code)
    cities = set(dataset.municipalities.code)
    readings = {place.code: place.kana for place in gazetteer.prefectures}
    for place in gazetteer:
        hit = _hit(place, origins)
        if place.level != "prefecture" and hit.code not in cities:
            continue
        own = {place.kana, stem(place.name, place.kana)}
        kana = own | {readings[place.prefecture_code] + place.kana}
        names = {place.name, place.stem, place.city + place.name, hit.name}
        for name in names | kana | {said(reading) for reading in kana for said in (short, heard)}:
            yield name, hit
        if place.district:
            yield f"{place.prefecture}{place.district}{place.name}", hit
    for spelling, place in gazetteer.other_names():
        official = _hit(place, origins)
        for name in (spelling, place.prefecture + spelling):
            yield name, Hit(official.kind, official.code, official.name, spelling)


def _codes(dataset: Dataset, gazetteer: Gazetteer) -> Iterator[tuple[str, Hit]]:
    """Every place by its code with and without check digit; spreadsheets take the zero in front of a code away."""
    origins, cities = set(dataset.origins.code), set(dataset.municipalities.code)
    for place in gazetteer:
        hit = _hit(place, origins)
        if place.level == "prefecture" or hit.code in cities:
            for code in (place.code, to_code6(place.code)):
                for written in {code, code.removeprefix("0")}:
                    yield written, hit


def _about(dataset: Dataset, gazetteer: Gazetteer, known: _Keys) -> Iterator[tuple[str, Hit]]:
    """Every project by the match keys of its name and of what belongs to it, parted by blanks."""
    places = {
        place.code: " ".join(
            [*keys(place.full_name), *keys(place.kana), *keys(heard(place.kana)), to_code6(place.code)]
        )
        for place in gazetteer
    }
    codes = _partners(dataset)
    columns = (
        dataset.projects[name].tolist() for name in ("project_id", "origin_code", "name", "categories")
    )
    for number, (project_id, origin, name, categories) in enumerate(zip(*columns, strict=True)):
        told = [*known[name], *chain.from_iterable(known[one] for one in categories)]
        told += [places[code] for code in (origin, *codes[number]) if code in places]
        yield " ".join(told), Hit("project", origin, name, project_id=project_id)


def _partners(dataset: Dataset) -> list[list[str]]:
    """The codes of the partners of each project, each once, in the order printed."""
    ties, partner = dataset.columns.ties, dataset.columns.partner
    n, span = len(dataset.projects), len(ties.codes.places)
    found = pd.unique(ties.project[partner >= 0].astype(np.int64) * span + partner[partner >= 0])
    found = found[np.argsort(found // span, kind="stable")]
    codes = ties.codes_of(found % span)
    ends = np.searchsorted(found // span, np.arange(n + 1)).tolist()
    return [codes[one:other] for one, other in pairwise(ends)]


def _hit(place: Place, origins: set[str]) -> Hit:
    if place.level == "prefecture":
        return Hit("prefecture", place.code, place.name)
    if place.code in origins:
        return Hit("origin", place.code, place.full_name)
    return Hit("municipality", place.parent_code or place.code, place.full_name)


def _printed(dataset: Dataset, gazetteer: Gazetteer) -> Iterator[tuple[str, Hit]]:
    """What the documents print: bodies, other spellings of a municipality, projects and their other partners."""
    # Of two documents that print one project, the one with more origins answers.
    breadth = dataset.projects.groupby("source").origin_code.transform("nunique")
    projects = dataset.projects.loc[breadth.sort_values(ascending=False, kind="stable").index]
    columns = [projects[name].tolist() for name in ("project_id", "origin_code", "name")]
    names = dict(zip(columns[0], columns[2], strict=True))
    origins = set(dataset.origins.code)
    for project_id, origin, name in zip(*columns, strict=True):
        yield name, Hit("project", origin, name, project_id=project_id)
    told = (
        dataset.mentions[name].tolist()
        for name in ("partner_text", "level", "codes", "origin_code", "project_id")
    )
    seen: set[tuple[str, ...]] = set()
    for text, level, codes, origin, project_id in zip(*told, strict=True):
        if level == "prefecture":
            continue
        one_place = level == "body" or (level in ("municipality", "designated_ward") and len(codes) == 1)
        key = (text, level, codes[0]) if one_place else (text, project_id)
        if key in seen:
            continue
        seen.add(key)
        if level == "body":
            yield text, Hit("body", codes[0], text)
        elif one_place:
            place = gazetteer.place(codes[0])
            official = _hit(place, origins)
            for spelling in {text, text.removeprefix(place.prefecture)}:
                yield spelling, Hit(official.kind, official.code, official.name, text)
        elif project_id in names:
            yield text, Hit("project", origin, names[project_id], text, project_id)
    regional = dataset.agreements[dataset.agreements.kind == "regional"].dropna(subset="prefecture_code")
    for text, code in regional[["partner_text", "prefecture_code"]].itertuples(index=False):
        if code in gazetteer:
            yield text, Hit("prefecture", code, gazetteer.place(code).name, text)
