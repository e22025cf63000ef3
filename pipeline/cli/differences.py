"""The command ``changes``: what is different between two editions of a series."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.folders import BUILD_DIR
from pipeline.cli.console import say, tsv
from pipeline.intake.records import SourceError

CHANGES_HEADER = (
    "change",
    "origin_code",
    "project_from",
    "project_to",
    "partner_code",
    "partner",
    "from",
    "to",
    "place_from",
    "place_to",
)
_COLUMNS = {"from": "before", "to": "after"}


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the command to ``commands``; ``make(commands, name, summary, run)`` adds it."""
    options = make(
        commands,
        "changes",
        "資料の前の版と新しい版の違いを、タブ区切りで出力します",
        _changes,
        epilog=f"出力はタブ区切りです: {' '.join(CHANGES_HEADER)}\n"
        "版を指定しないときは、版が2つ以上ある資料すべての、現行の版と1つ前の版をくらべます。",
    )
    options.add_argument(
        "--from", metavar="資料", dest="before", default="", help="前の版の番号（documents の id）"
    )
    options.add_argument(
        "--to", metavar="資料", dest="after", default="", help="後の版の番号（省略時: 現行の版）"
    )
    options.add_argument("--wording", action="store_true", help="書き方だけが変わったところも出力します")
    options.add_argument(
        "--out", metavar="フォルダ", type=Path, help="表のあるフォルダ（省略時: data/build）"
    )


def _changes(options: argparse.Namespace) -> int:
    import pandas as pd

    from geo.insight.changes import changes
    from geo.insight.matching import Edition
    from geo.insight.turnover import WORDING, said
    from geo.ledger.dataset import Dataset, DatasetError
    from pipeline.words.edition_changes import summary

    folder = options.out or BUILD_DIR
    try:
        dataset = Dataset.load(folder)
        if options.before or options.after:
            before, after = _pair(dataset, options.before, options.after)
            old, new = (Edition(*dataset.edition(one)) for one in (before, after))
            series = dataset.cited(after).series
            table = changes(old, new, dataset.names, said(dataset, series)).table
        else:
            table = pd.DataFrame(dataset.changes)
    except DatasetError as error:
        raise SourceError(str(error)) from error
    wording = table.change == WORDING
    shown = table if options.wording else table[~wording]
    print(tsv(CHANGES_HEADER))
    for row in shown.to_dict("records"):
        cells = (row[_COLUMNS.get(name, name)] for name in CHANGES_HEADER)
        print(tsv("" if pd.isna(cell) else cell for cell in cells))
    if table.empty:
        say("違いはありません。" if options.before or options.after else "前の版のある資料はありません。")
    else:
        say(summary(table))
        if wording.any() and not options.wording:
            say(
                f"このほか、書き方だけが変わったところが{int(wording.sum()):,}あります（--wording で出ます）。"
            )
    return 0


def _pair(dataset: Any, before: str, after: str) -> tuple[str, str]:
    """Both editions, of which one may be left out."""
    documents = dataset.documents.set_index("id")
    for one in filter(None, (before, after)):
        if one not in documents.index:
            raise SourceError(
                f"「{one}」という資料はありません。あるのは {'、'.join(documents.index)} です。"
            )
    if before and after and documents.series[before] != documents.series[after]:
        raise SourceError(f"「{before}」と「{after}」は別の資料です。同じ資料の2つの版を指定してください。")
    series = documents.series[before or after]
    own = documents[documents.series == series].sort_values(["date", "id"]).index.tolist()
    if before and not after and before == own[-1]:
        raise SourceError(f"「{documents.title[before]}」の、それより新しい版はありません。")
    after = after or own[-1]
    earlier = own[: own.index(after)]
    if not before and not earlier:
        raise SourceError(f"「{documents.title[after]}」の、それより前の版はありません。")
    before = before or earlier[-1]
    return before, after
