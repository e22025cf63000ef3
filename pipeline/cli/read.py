"""The command ``read``: what would be understood of a list, and nothing written."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.cli.console import say, tsv
from pipeline.intake.records import SourceError

if TYPE_CHECKING:
    from pipeline.intake.list_choices import Choices

READ_HEADER = (
    "place",
    "origin_code",
    "project",
    "category",
    "year",
    "year_kind",
    "partner_text",
    "codes",
    "level",
    "method",
    "confidence",
    "candidates",
)


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the command to ``commands``; ``make(commands, name, summary, run)`` adds it."""
    options = make(
        commands,
        "read",
        "一覧のファイルを読み、何がどう読み取れるかを出力します（何も書き込みません）",
        _read,
        epilog=f"出力はタブ区切りで、相手方の記載1つが1行です: {' '.join(READ_HEADER)}\n"
        "読めるのは Excel（xlsx・xls）、ods、CSV・テキスト、PDF、Word（docx）、ウェブページ（html）です。\n"
        "どの列を何としたかと、その理由は、標準エラー出力に出ます。",
    )
    add_choices(options)


def add_choices(options: Any) -> None:
    """Add the options by which a person says what of a list cannot be guessed, and the list itself."""
    options.add_argument(
        "--origin", metavar="自治体", default="", help="連携元（一覧に書かれていないとき）。名前か団体コード"
    )
    options.add_argument(
        "--sheet", metavar="名前", default="", help="読むシートや表（省略時: 一覧らしいもの）"
    )
    options.add_argument(
        "--columns",
        metavar="役割=列",
        default="",
        help="列の役割を直します。partner=相手方,project=C,year=5 のように、見出しか列の文字か番号で",
    )
    options.add_argument(
        "--definition", metavar="ファイル", type=Path, help="これらの指定を書いた定義のファイル（.toml）"
    )
    options.add_argument("file", metavar="ファイル", type=Path, help="一覧のファイル")


def parse_columns(text: str) -> dict[str, str]:
    """The corrections of ``--columns``: role → column.

    Raises
    ------
    SourceError : a part is not 役割=列.
    """
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        role, equals, column = part.partition("=")
        if not equals or not column.strip():
            raise SourceError(
                f"--columns の「{part}」は読めません。partner=相手方,project=事業名 のように指定してください。"
            )
        found[role.strip()] = column.strip()
    return found


def choices_of(options: argparse.Namespace) -> Choices:
    """What the options of :func:`add_choices` say, those given before those of the definition."""
    from pipeline.intake.list_choices import Choices, definition_choices
    from pipeline.intake.source_text import read_bytes

    file = options.definition
    said = definition_choices(read_bytes(file), file.name) if file else Choices()
    return Choices(
        origin=options.origin or said.origin,
        sheet=options.sheet or said.sheet,
        columns={**said.columns, **parse_columns(options.columns)},
        heading=said.heading,
        layout=said.layout,
    )


def _read(options: argparse.Namespace) -> int:
    from geo.folders import REFERENCE_DIR
    from geo.places.gazetteer import Gazetteer
    from pipeline.intake.contents import Contents
    from pipeline.intake.lists import read_list
    from pipeline.reading.categories import Categories
    from pipeline.reading.geocode import Geocoder
    from pipeline.reading.projects import make_projects

    choices = choices_of(options)
    gazetteer = Gazetteer.load()
    understood = read_list(options.file, Contents(gazetteer), choices)
    for line in understood.reasons:
        say(line)
    reading = understood.reading
    categories = Categories.load(REFERENCE_DIR / "categories.csv")
    projects = make_projects(reading.records, gazetteer, Geocoder(gazetteer), categories)
    print(tsv(READ_HEADER))
    mentions = unresolved = 0
    for project in projects:
        for partner in project.partners:
            year, answer = partner.start_year, partner.answer
            mentions += 1
            unresolved += not answer.codes and answer.level != "foreign"
            print(
                tsv(
                    [
                        partner.mention.place or f"{partner.mention.line}行目",
                        project.record.origin_code,
                        project.record.name,
                        project.record.category_raw,
                        year.year if year else "",
                        year.kind if year else "",
                        partner.mention.text,
                        "|".join(answer.codes),
                        answer.level,
                        answer.method,
                        f"{answer.confidence:.2f}",
                        "|".join(answer.candidates),
                    ]
                )
            )
    for note in reading.notes[:20]:
        where = reading.places.get(note.line or 0, f"{note.line}行目")
        say(f"{where}「{note.subject}」: {note.message}")
    if len(reading.notes) > 20:
        say(f"気づいたことは、ほかに{len(reading.notes) - 20}あります。")
    say(f"相手方の記載 {mentions:,}件（うち決められないもの {unresolved:,}件）。何も書き込んでいません。")
    return int(any(note.severity == "error" for note in reading.notes))
