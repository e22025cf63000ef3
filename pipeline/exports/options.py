"""What the options of the commands that write files mean: which data, which conditions."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace

from geo.dataset import DEFAULT_DIR, Dataset, DatasetError, Selection
from pipeline import words
from pipeline.sources.base import SourceError


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
        for a ward, category or document that the tables do not have, and for years the wrong way round.
    """
    wards = dict(zip(data.origins.name, data.origins.code, strict=True))
    wards |= dict(zip(data.origins.code, data.origins.code, strict=True))
    documents = {name: name for name in data.projects.source.unique()}
    documents |= {words.title(name): name for name in documents}
    chosen = {
        "wards": _known(options.ward, wards, "区"),
        "categories": _known(options.category, {name: name for name in data.categories}, "分野"),
        "sources": _known(options.source, documents, "資料"),
    }
    if set(chosen["sources"]) == set(documents.values()):
        # All of them named is the same view as none named, and is called the same.
        start = replace(start, sources=())
        del chosen["sources"]
    chosen |= _years(options)
    ticks = {name: getattr(options, name) for name in ("unknown_years", "networks", "peers", "home")}
    chosen |= {name: value for name, value in ticks.items() if value is not None}
    return replace(start, **{field: value for field, value in chosen.items() if value != ()})


def _years(options: argparse.Namespace) -> dict:
    if options.as_of:
        return {"year_mode": "as_of", "year_to": options.as_of}
    if not options.began:
        return {}
    first, last = options.began
    if first > last:
        raise SourceError(f"--began は古い年から新しい年の順に指定してください（--began {last} {first}）。")
    return {"year_from": first, "year_to": last}


def _known(asked: Iterable[str], known: Mapping[str, str], what: str) -> tuple[str, ...]:
    for name in asked:
        if name not in known:
            listed = "、".join(dict.fromkeys(name for name in known if not name.isascii()))
            raise SourceError(f"「{name}」という{what}はありません。次から指定してください: {listed}")
    return tuple(sorted({known[name] for name in asked}))
