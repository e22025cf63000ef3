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
        for a ward, category or document that the tables do not have.
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
    return replace(start, **{field: values for field, values in chosen.items() if values})


def _known(asked: Iterable[str], known: Mapping[str, str], what: str) -> tuple[str, ...]:
    for name in asked:
        if name not in known:
            listed = "、".join(dict.fromkeys(name for name in known if not name.isascii()))
            raise SourceError(f"「{name}」という{what}はありません。次から指定してください: {listed}")
    return tuple(sorted({known[name] for name in asked}))
