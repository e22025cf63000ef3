"""What the options of the commands that write files mean: which data, which conditions."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from geo.ledger.dataset import DEFAULT_DIR, Dataset, DatasetError
from geo.ledger.selection import Selection
from geo.places.codes import to_code6
from pipeline.intake.records import SourceError


def dataset(options: argparse.Namespace) -> Dataset:
    """The tables to write files of.

    Raises
    ------
    SourceError
        when there are none.
    """
    try:
        return Dataset.load(options.data or DEFAULT_DIR)
    except DatasetError as error:
        raise SourceError(str(error)) from error


def selection(options: argparse.Namespace, data: Dataset, start: Selection) -> Selection:
    """The selection the options ask for; what they do not name is as in ``start``.

    Raises
    ------
    SourceError
        for an origin, category or document that the tables do not have, and for years the wrong way round.
    """
    origins = dict(zip(data.origins.name, data.origins.code, strict=True))
    origins |= {spelling: code for code in data.origins.code for spelling in (code, to_code6(code))}
    documents = {name: name for name in data.projects.source.unique()}
    documents |= {said[name]: name for name in list(documents) for said in (data.titles, data.shorts)}
    chosen: dict[str, Any] = {
        "origins": _known(options.origin, origins, data.naming.heading),
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


def _years(options: argparse.Namespace) -> dict:
    if options.as_of:
        return {"year_mode": "as_of", "year_to": options.as_of}
    if not options.began:
        return {}
    first, last = options.began
    if first is not None and last is not None and first > last:
        raise SourceError(f"--began は古い年から新しい年の順に指定してください（--began {last} {first}）。")
    return {"year_from": first, "year_to": last}


def _known(asked: Iterable[str], known: Mapping[str, str], what: str) -> tuple[str, ...]:
    folded = {_folded(name): value for name, value in known.items()}
    found = set()
    for text in asked:
        name = _folded(text)
        if name not in folded:
            names = list(dict.fromkeys(each for each in known if not each.isascii()))
            alike = [each for each in names if name and name in each][:1] or get_close_matches(
                name, names, 1, 0.5
            )
            perhaps = f"「{alike[0]}」のことですか。" if alike else ""
            raise SourceError(
                f"「{text}」という{what}はありません。{perhaps}次から指定してください: {'、'.join(names)}"
            )
        found.add(folded[name])
    return tuple(sorted(found))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
