"""A build as if other municipalities had published the documents: its origins exchanged, its texts without their words."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.schema import TABLES

#: What the texts of the documents say of the special wards; whatever a screen says of it, it says by itself.
_THEIR_WORDS = re.compile("東京都?|特別区|23区|都内|区")

#: Columns of text that are no text of a document.
_NOT_TEXT = {
    "source",
    "series",
    "rule",
    "severity",
    "level",
    "method",
    "tie",
    "year_kind",
    "year_basis",
    "layout",
}
_NOT_TEXT |= {"category_basis", "precision", "kind", "sha256", "date", "licence"}

#: Tables of places, which stay as they are.
_PLACES = {"municipalities", "prefectures", "agreement_members"}


def exchanged(build_dir: Path, out: Path, codes: Sequence[str]) -> Path:
    """Write a copy of a build to ``out`` whose origins are ``codes``, each with the rows of some of the real ones."""
    shutil.copytree(build_dir, out)
    dataset = Dataset.load(build_dir)
    new = dict(zip(dataset.origins.code, cycle(codes), strict=False))
    for name in TABLES.keys() - _PLACES:
        table = pd.read_parquet(out / f"{name}.parquet")
        if "origin_code" in table:
            table["origin_code"] = table.origin_code.map(new).astype(table.origin_code.dtype)
        for column, dtype in TABLES[name].items():
            if (
                dtype == "string"
                and column not in _NOT_TEXT
                and not column.endswith(("_id", "_code"))
                and column != "id"
            ):
                table[column] = table[column].map(_plain, na_action="ignore").astype(table[column].dtype)
            if column in ("categories", "bodies"):
                table[column] = table[column].map(lambda words: [_plain(word) for word in words])
        table.to_parquet(out / f"{name}.parquet")
    meta = json.loads((out / "build.json").read_text("utf-8"))
    for row in meta["reconciliation"]:
        row["origin_code"] = new[row["origin_code"]]
        row["origin"] = dataset.places[row["origin_code"]].name
    for part in ("documents", "checks"):
        meta[part] = [{key: _meta(key, value) for key, value in row.items()} for row in meta[part]]
    (out / "build.json").write_text(json.dumps(meta, ensure_ascii=False), "utf-8")
    return out


def _meta(key: str, value: object) -> object:
    return _plain(value) if isinstance(value, str) and key not in ("id", "source", "rule", "file") else value


def _plain(text: str) -> str:
    return _THEIR_WORDS.sub("某", text)


class Strangers:
    """What a text says of wards and of Tokyo beside the names of places."""

    def __init__(self, dataset: Dataset):
        names = {*dataset.names.values(), *(point.name for point in dataset.places.values())}
        names |= {name.removesuffix("区") + "区" for name in names if name.endswith("区")}
        # By their first letters, or each of thousands of names is compared at every letter of a text.
        rests: dict[str, list[str]] = {}
        for name in sorted(names, key=len, reverse=True):
            rests.setdefault(name[0], []).append(re.escape(name[1:]))
        self._places = re.compile("|".join(f"{first}(?:{'|'.join(own)})" for first, own in rests.items()))

    #: 区 within other words, and the name of the prefecture as tables and maps shorten it.
    _WORDS = re.compile(
        '市区町村|行政区|区域|区分|区切|区画|区間|地区|[「（]?東京(?=[<・、"\\\\（(&]| ?\\d|周辺（|$)'
    )
    _THEIRS = re.compile("区|特別区|23区|都内|都外|東京")

    def in_(self, text: str) -> set[str]:
        """The strange words, each with what stands around it."""
        left = self._WORDS.sub("〇", self._places.sub("〇", text))
        return {left[max(hit.start() - 12, 0) : hit.end() + 8] for hit in self._THEIRS.finditer(left)}
