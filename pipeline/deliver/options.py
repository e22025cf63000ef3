"""What the options of the commands that write files mean: which data, which conditions."""

from __future__ import annotations

import argparse
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from geo.folders import BUILD_DIR
from geo.insight.groups import groups
from geo.ledger.dataset import Dataset, DatasetError
from geo.ledger.selection import Selection
from geo.places.codes import to_code6
from pipeline.intake.records import SourceError
from pipeline.words.view import some

#: Names that a sentence of what there is to choose from writes out.
_NAMED = 60


def dataset(options: argparse.Namespace) -> Dataset:
    """The tables to write files of.

    Raises
    ------
    SourceError
        when there are none.
    """
    try:
        return Dataset.load(options.data or BUILD_DIR)
    except DatasetError as error:
        raise SourceError(str(error)) from error


def selection(options: argparse.Namespace, data: Dataset, start: Selection) -> Selection:
    """The selection the options ask for; what they do not name is as in ``start``.

    Raises
    ------
    SourceError
        for an origin, category or document that the tables do not have, and for years the wrong way round.
    """
    documents = {name: name for name in data.projects.source.unique()}
    documents |= {said[name]: name for name in list(documents) for said in (data.titles, data.shorts)}
    chosen: dict[str, Any] = {
        "origins": _origins(options.origin, data),
        "categories": _known(options.category, {name: name for name in data.categories}, "分野"),
        "sources": _known(options.source, documents, "資料"),
    }
    if set(chosen["sources"]) == set(documents.values()):
        # All of them named is the same view as none named, and is called the same.
        start = replace(start, sources=())
        del chosen["sources"]
    chosen |= _years(options)
    ticks = {
        name: getattr(options, name) for name in ("unknown_years", "above_years", "networks", "peers", "home")
    }
    chosen |= {name: value for name, value in ticks.items() if value is not None}
    return replace(start, **{field: value for field, value in chosen.items() if value != ()})


def _origins(asked: Iterable[str], data: Dataset) -> tuple[str, ...]:
    """The codes of the origins asked for: each by name or code, all of a prefecture by its own, or a class of size."""
    own = set(data.origins.code)
    meant: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for code in data.origins.code:
        names = data.origin_names[code], data.names[code], data.places[code].name
        for spelling in (*names, code, to_code6(code)):
            meant[_folded(spelling)].add((code,))
    for group in groups(data).by_key.values():
        meant[_folded(group.label)].add(group.codes)
    for group in groups(data).prefectures:
        prefecture = f"{group.key}000"
        if prefecture not in own:
            for spelling in (data.places[prefecture].name, prefecture, to_code6(prefecture)):
                meant[_folded(spelling)].add(group.codes)
    heading = data.naming.heading
    for text in asked:
        several = sorted(meant.get(_folded(text), ()))
        if len(several) > 1:
            several_names = "、".join(data.origin_names[code] for codes in several for code in codes)
            raise SourceError(
                f"「{text}」という{heading}は{len(several)}つあります。次のどれかを指定してください: {several_names}"
            )
    known = {spelling: next(iter(codes)) for spelling, codes in meant.items()}
    found = _known(asked, known, heading, [data.origin_names[code] for code in data.origins.code])
    codes = {code for some in found for code in some}
    # All of them by the name of a group are the same view as none named, and are called the same.
    return () if codes == own and len(found) < len(own) else tuple(sorted(codes))


def _years(options: argparse.Namespace) -> dict:
    if options.as_of:
        return {"year_mode": "as_of", "year_to": options.as_of}
    if not options.began:
        return {}
    first, last = options.began
    if first is not None and last is not None and first > last:
        raise SourceError(f"--began は古い年から新しい年の順に指定してください（--began {last} {first}）。")
    return {"year_from": first, "year_to": last}


def _known(
    asked: Iterable[str], known: Mapping[str, Any], what: str, offered: Sequence[str] | None = None
) -> tuple[Any, ...]:
    """What is meant by each text, sorted, each once; ``offered`` are the names to choose from, else those known."""
    folded = {_folded(name): value for name, value in known.items()}
    found = set()
    for text in asked:
        name = _folded(text)
        if name not in folded:
            names = (
                list(dict.fromkeys(each for each in known if not each.isascii()))
                if offered is None
                else list(offered)
            )
            alike = [each for each in names if name and name in each][:1] or get_close_matches(
                name, names, 1, 0.5
            )
            perhaps = f"「{alike[0]}」のことですか。" if alike else ""
            raise SourceError(
                f"「{text}」という{what}はありません。{perhaps}次から指定してください: {some(names, _NAMED)}"
            )
        found.add(folded[name])
    return tuple(sorted(found))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
