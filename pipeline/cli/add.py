"""The commands ``add``, ``remove`` and ``documents``: what the tables are made of."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.folders import BUILD_DIR
from pipeline.cli.console import say, tsv
from pipeline.cli.read import add_choices, choices_of
from pipeline.intake.records import SourceError

if TYPE_CHECKING:
    from pipeline.intake.registry import Document

DOCUMENTS_HEADER = ("id", "series", "title", "short", "publisher", "date", "as_of", "layout", "file", "added")


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the commands to ``commands``; ``make(commands, name, summary, run)`` adds one."""
    options = make(
        commands,
        "add",
        "一覧のファイルを資料に加え、表を作り直します",
        _add,
        epilog="読み取り方は read と同じです。先に read で確かめてください。\n"
        "ファイルと、その定義（.toml）が、一覧のフォルダに入ります。外すのは remove です。",
    )
    add_choices(options)
    options.add_argument(
        "--kind",
        choices=("list", "indicators"),
        default="list",
        help="資料の種類（list 連携の一覧、indicators 市区町村ごとの数の表。省略時: list）",
    )
    for name, what in (
        ("title", "資料名（省略時: 表の上の題、なければファイルの名前）"),
        ("short", "短い名前（省略時: 資料名のはじめ）"),
        ("date", "基準日（令和8年3月31日、2026-03-31 など。題に書かれていれば省けます）"),
        ("publisher", "公表者（省略時: 連携元の名前）"),
        ("series", "毎年の版に共通の名前（省略時: ファイルの名前から年を除いたもの）"),
    ):
        options.add_argument(f"--{name}", metavar="文字", default="", help=what)
    _folders(options)

    options = make(commands, "remove", "加えた資料を外し、表を作り直します", _remove)
    _folders(options)
    options.add_argument("id", metavar="資料", help="資料の番号（documents の id）")

    options = make(
        commands,
        "documents",
        "資料の一覧を、タブ区切りで出力します",
        _documents,
        epilog=f"出力はタブ区切りです: {' '.join(DOCUMENTS_HEADER)}",
    )
    options.add_argument(
        "--sources", metavar="フォルダ", type=Path, help="一覧のあるフォルダ（省略時: data/sources）"
    )


def _folders(options: Any) -> None:
    options.add_argument(
        "--sources", metavar="フォルダ", type=Path, help="一覧のあるフォルダ（省略時: data/sources）"
    )
    options.add_argument(
        "--out", metavar="フォルダ", type=Path, help="表を書き出すフォルダ（省略時: data/build）"
    )


def _add(options: argparse.Namespace) -> int:
    return _add_numbers(options) if options.kind == "indicators" else _add_list(options)


def _add_numbers(options: argparse.Namespace) -> int:
    """Add a table of numbers by municipality."""
    from geo.places.gazetteer import Gazetteer
    from pipeline.building.accept import accept
    from pipeline.intake.contents import Contents
    from pipeline.intake.define import Said, define_numbers
    from pipeline.intake.documents import DEFAULT_SOURCES
    from pipeline.intake.indicators import read_indicators
    from pipeline.intake.source_text import read_bytes
    from pipeline.reading.geocode import Geocoder
    from pipeline.serving.audit import noted, person

    gazetteer = Gazetteer.load()
    file, data = options.file, read_bytes(options.file)
    table = read_indicators(data, Contents(gazetteer), Geocoder(gazetteer, ()), file.name, options.sheet)
    say(table.key)
    for row in table.left_out[:20]:
        say(f"{row.place}「{row.text[:60]}」: {row.why}")
    if len(table.left_out) > 20:
        say(f"使わなかった行は、ほかに{len(table.left_out) - 20}あります。")
    if table.unused:
        say(f"数の列としなかった列: {'、'.join(table.unused)}")
    said = Said(options.title, options.short, options.publisher, options.date, options.series)
    document = define_numbers(table, file.name, said)
    sources, out = options.sources or DEFAULT_SOURCES, options.out or BUILD_DIR
    with noted("document-added", person(), "command", document=document.id, title=document.title):
        report = accept(data, file.suffix.lower() or ".txt", document, sources, out, say)
    named = "、".join(f"{one.name}（{one.unit}）" if one.unit else one.name for one in table.columns)
    say(
        f"「{document.title}」（{document.as_of}、番号 {document.id}）を加えました。指標 {named}。"
        f"{table.n_rows:,}行のうち、使った行 {sum(table.used.values()):,}、使わなかった行 {len(table.left_out):,}。"
    )
    return int(report.failed)


def _add_list(options: argparse.Namespace) -> int:
    import pandas as pd

    from geo.places.gazetteer import Gazetteer
    from pipeline.building.accept import accept
    from pipeline.intake.contents import Contents
    from pipeline.intake.define import Said, define
    from pipeline.intake.documents import DEFAULT_SOURCES, find_documents
    from pipeline.intake.lists import read_list
    from pipeline.intake.recognise import next_edition
    from pipeline.intake.source_text import read_bytes
    from pipeline.serving.audit import noted, person
    from pipeline.words.edition_changes import summary

    gazetteer = Gazetteer.load()
    contents, choices = Contents(gazetteer), choices_of(options)
    data = read_bytes(options.file)
    said = Said(options.title, options.short, options.publisher, options.date, options.series)
    there = find_documents(options.sources or DEFAULT_SOURCES)
    editions = [there.documents[source] for source in there.paths]
    # A known series in another form: a person says how it is read.
    anew = bool(options.series and (options.columns or options.sheet or options.definition))
    document = None
    if not anew:
        document = next_edition(
            data, options.file.name, editions, contents, said, options.series, choices.origin
        )
    if document is not None:
        older = any(one.series == document.series and one.date > document.date for one in editions)
        say(f"「{document.title}」の{'前の' if older else '新しい'}版（{document.as_of}）として読みます。")
        if document.date > date.today().isoformat():
            say(f"基準日の{document.as_of}は、まだ来ていない日です。日付を確かめてください。")
    else:
        understood = read_list(data, contents, choices, options.file.name)
        for line in understood.reasons:
            say(line)
        document = define(understood, choices, options.file.name, said, gazetteer)
        _refuse_by_chance(document, editions, options.file.name, anew=anew)
    with noted("document-added", person(), "command", document=document.id, title=document.title):
        report = accept(
            data,
            options.file.suffix.lower() or ".txt",
            document,
            options.sources or DEFAULT_SOURCES,
            options.out or BUILD_DIR,
            say,
        )
    own = [row for row in report.meta["reconciliation"] if row["source"] == document.id]
    mentions, unresolved = (sum(row[name] for row in own) for name in ("mentions", "unresolved"))
    say(
        f"「{document.title}」（{document.as_of}、番号 {document.id}）を加えました。"
        f"相手方の記載 {mentions:,}件（うち決められないもの {unresolved:,}件）。"
    )
    changed = pd.read_parquet(report.out / "changes.parquet")
    if len(changed := changed[changed.source_to == document.id]):
        say(f"前の版から、{summary(changed)}くわしくは koryu changes で見られます。")
    return int(report.failed)


def _refuse_by_chance(document: Document, editions: list[Document], file: str, *, anew: bool) -> None:
    """Do not let a list that is read in its own way be in force instead of another by the name of its file.

    Raises
    ------
    SourceError : nobody says that it is an edition of the series it is named after, or there is one of its day.
    """
    there = [one for one in editions if one.series == document.series]
    if there and not anew:
        raise SourceError(
            f"ファイル「{file}」の名前は「{there[-1].title}」の版のものですが、その版としては読めません"
            "（読み取り方か連携元が違います）。"
            f"その版のときは、--series {document.series} に加えて、読み取り方を --columns などで指定してください。"
            "別の資料のときは、--series に別の名前を指定してください。"
        )
    if twin := next((one for one in there if one.date == document.date), None):
        from pipeline.intake.recognise import already_there

        raise already_there(twin)


def _remove(options: argparse.Namespace) -> int:
    from pipeline.building.accept import take_out
    from pipeline.intake.documents import DEFAULT_SOURCES
    from pipeline.serving.audit import noted, person

    with noted("document-removed", person(), "command", document=options.id):
        report = take_out(options.id, options.sources or DEFAULT_SOURCES, options.out or BUILD_DIR, say)
    say(f"「{options.id}」を外し、表を作り直しました。")
    return int(report.failed)


def _documents(options: argparse.Namespace) -> int:
    from pipeline.intake.documents import DEFAULT_SOURCES, find_documents

    found = find_documents(options.sources or DEFAULT_SOURCES)
    print(tsv(DOCUMENTS_HEADER))
    for id, document in found.documents.items():
        file = found.paths[id].name if id in found.paths else ""
        cells = {name: getattr(document, name) for name in DOCUMENTS_HEADER if name != "file"} | {
            "file": file
        }
        print(tsv(cells[name] for name in DOCUMENTS_HEADER))
    for _, note in found.notes:
        say(note.message)
    if not found.paths:
        raise SourceError("読める資料がありません。")
    return 0
