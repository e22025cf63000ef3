"""The command ``geocode``: names line by line, or those of a whole table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.console import lines_utf8, say, tsv
from pipeline.intake.records import SourceError

if TYPE_CHECKING:
    from geo.places.gazetteer import Gazetteer
    from pipeline.reading.geocode import Answer
    from pipeline.tables.spread import Spread

GEOCODE_HEADER = ("text", "codes", "level", "method", "confidence", "candidates")


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the command to ``commands``; ``make(commands, name, summary, run)`` adds it."""
    options = make(
        commands,
        "geocode",
        "自治体の名前（1行に1つ、または表の列）を読み、団体コードを付けて出力します",
        _geocode,
        epilog=f"出力はタブ区切りです: {' '.join(GEOCODE_HEADER)}\n決められないときは codes を空にし、candidates に候補を出します。\n"
        "--table を指定すると、表のほかの列はそのままに、これらの列を加えた表を --out に書き出します。\n"
        "表は csv（文字コードは UTF-8 か Shift_JIS など）、xlsx、parquet で、何行あってもかまいません。",
    )
    options.add_argument(
        "--prefecture", metavar="都道府県", help="都道府県名のない名前を、この都道府県のものとして読みます"
    )
    options.add_argument(
        "--table", metavar="ファイル", type=Path, help="名前の列のある表（csv、xlsx、parquet）"
    )
    options.add_argument("--column", metavar="見出し", help="表の、名前の列の見出し")
    options.add_argument(
        "--prefecture-column",
        metavar="見出し",
        help="表の、都道府県の列の見出し（あれば、同名の区別に使います）",
    )
    options.add_argument(
        "--code-column", metavar="見出し", help="表の、団体コードの列の見出し（あれば、名前と突き合わせます）"
    )
    options.add_argument("--out", metavar="ファイル", type=Path, help="書き出す表（.csv、.xlsx、.parquet）")
    options.add_argument(
        "--workers", metavar="数", type=int, help="表の名前を、この数のプロセスで手分けして読みます"
    )
    options.add_argument(
        "--dask",
        metavar="場所",
        help="表の名前を、Dask のクラスターで手分けして読みます（スケジューラーの場所。tcp://ホスト名:8786 など）",
    )
    options.add_argument(
        "file", metavar="ファイル", nargs="?", type=Path, help="UTF-8 のテキスト（省略時: 標準入力）"
    )


def _geocode(options: argparse.Namespace) -> int:
    from geo.places.codes import PREFECTURES

    if options.prefecture is not None and options.prefecture not in PREFECTURES.values():
        raise SourceError(
            f"「{options.prefecture}」という都道府県はありません。「北海道」のように指定してください。"
        )
    of_tables = {
        "--column": options.column,
        "--prefecture-column": options.prefecture_column,
        "--code-column": options.code_column,
        "--out": options.out,
        "--workers": options.workers,
        "--dask": options.dask,
    }
    if options.table is None:
        if given := next((name for name, value in of_tables.items() if value is not None), None):
            raise SourceError(f"{given} は、表を --table で指定したときだけ指定できます。")
        return _lines(options)
    if options.file is not None:
        raise SourceError(f"--table を指定したときは、ファイル「{options.file}」を指定できません。")
    if missing := next((name for name in ("--column", "--out") if not of_tables[name]), None):
        raise SourceError(f"--table を指定したときは、{missing} も指定してください。")
    if options.workers is not None and options.dask is not None:
        raise SourceError("--workers と --dask は同時に指定できません。どちらか1つにしてください。")
    return _table(options)


def _lines(options: argparse.Namespace) -> int:
    from geo.places.gazetteer import Gazetteer
    from pipeline.reading.geocode import Geocoder, geocode_lines

    if options.file is None and sys.stdin is None:
        raise SourceError("読むものがありません。自治体の名前を書いたファイルを指定してください。")
    try:
        source = options.file.open("rb") if options.file else nullcontext(sys.stdin.buffer)
    except OSError as error:
        raise SourceError(
            f"ファイル「{options.file}」を開けません。名前と場所を確かめてください。"
        ) from error
    geocoder = Geocoder(Gazetteer.load())
    with source as stream:
        print(tsv(GEOCODE_HEADER), flush=True)
        lines = lines_utf8(stream, f"「{options.file}」" if options.file else "標準入力")
        for text, answer in geocode_lines(lines, geocoder, options.prefecture):
            print(_geocoded(text, answer) if text.strip() else tsv([""] * len(GEOCODE_HEADER)), flush=True)
    return 0


def _geocoded(text: str, answer: Answer) -> str:
    codes, candidates = "|".join(answer.codes), "|".join(answer.candidates)
    return tsv([text, codes, answer.level, answer.method, f"{answer.confidence:.2f}", candidates])


def _table(options: argparse.Namespace) -> int:
    from geo.places.gazetteer import Gazetteer
    from pipeline.tables.geocode_table import NameColumns, geocode_table

    columns = NameColumns(
        options.column, options.prefecture_column or "", options.code_column or "", options.prefecture
    )
    gazetteer = Gazetteer.load()
    with _spread(options, gazetteer) as spread:
        tally = geocode_table(options.table, options.out, columns, gazetteer, spread, say)
    counts = {"決まったもの": tally.resolved, "海外": tally.foreign, "決められないもの": tally.unresolved}
    counts["名前のないもの"] = tally.blank
    said = "、".join(f"{what} {n:,}行" for what, n in counts.items() if n or what == "決まったもの")
    say(f"「{options.out}」に{tally.rows:,}行を書き出しました（{said}）。")
    return 0


def _spread(options: argparse.Namespace, gazetteer: Gazetteer) -> AbstractContextManager[Spread]:
    """What answers the names of a table: this process, several, or a cluster."""
    from pipeline.reading.geocode import Geocoder
    from pipeline.reading.geocode.columns import ColumnGeocoder
    from pipeline.tables import spread

    if options.workers is not None and not 1 <= options.workers <= spread.MOST_WORKERS:
        raise SourceError(f"--workers には 1 から {spread.MOST_WORKERS} までの数を指定してください。")
    # Remembered are the answers of the columns: what the ladder itself remembers of a text is much larger.
    geocoder = ColumnGeocoder(Geocoder(gazetteer, remembered=1000), gazetteer)
    if options.dask is not None:
        from pipeline.tables.cluster import on_cluster

        return on_cluster(geocoder, options.dask)
    if options.workers is not None and options.workers > 1:
        return spread.in_processes(geocoder, options.workers)
    return nullcontext(spread.here(geocoder))
