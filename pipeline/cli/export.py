"""The command ``export``: files through the same functions as the screens."""

from __future__ import annotations

import argparse
import gc
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.atomic import exclusive, replace_file, replacing, writable
from pipeline.cli import view_options
from pipeline.cli.console import say
from pipeline.deliver import FORMATS, Format
from pipeline.intake.records import SourceError

#: The table and the picture of what changed between editions, which only their origins and documents narrow.
CHANGES = "changes"

#: Other spellings of what can be asked for.
_OTHER_WORDS = {"wards": "origins"}

#: The format that is no file but a database.
POSTGIS = "postgis"
_DATABASE = Format("PostGIS", "", "", "pipeline.deliver.postgis", options=("dsn", "schema"))

# pandas and what draws are imported by the functions that need them: --help answers at once.


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the command to ``commands``; ``make(commands, name, summary, run)`` adds one."""
    export = make(
        commands,
        "export",
        "表や条件に合う図を、ほかのソフトで使うファイルに書き出します",
        _export,
        epilog=(
            "CSV では、= + - @ などで始まる文字（記号だけのものと負の数を除く）の先頭に ' を1つ付け、表計算ソフトが数式として動かさないようにします。\n"
            "団体コードのとなりには、表計算ソフトが先頭の0を落とさない形（c と6桁。011002 は c011002）も入れます。"
        ),
    )
    kinds = "、".join(f"{name}（{kind.title}）" for name, kind in FORMATS.items())
    kinds += f"、{POSTGIS}（データベース PostGIS）"
    export.add_argument("--format", metavar="形式", required=True, choices=[*FORMATS, POSTGIS], help=kinds)
    export.add_argument(
        "--out",
        metavar="ファイル",
        type=Path,
        help="書き出すファイル。今あるフォルダなら、その中に条件からつけた名前（renkei_墨田区_災害_2015まで_R8.pdf など）で書き出します"
        "（opendata では、.zip のファイルか、一式を入れるフォルダ）",
    )
    view_options.add(export)
    export.add_argument(
        "--everything",
        action="store_true",
        help="画面のはじめの条件ではなく、表のすべて（広域の集まり、連携元どうし、すべての資料）から始めます。"
        "ほかに条件を指定しなければ、地図に描かないものも入ります",
    )
    export.add_argument(
        "--encoding",
        metavar="文字コード",
        # With its mark Excel knows UTF-8; CP932 is what older Japanese programs read.
        choices=("utf-8-sig", "cp932"),
        help="CSV の文字コード。utf-8-sig（BOM 付きの UTF-8、省略時）か cp932",
    )
    export.add_argument(
        "--geta",
        action="store_true",
        default=None,
        help="--encoding cp932 で、表せない文字を「〓」に置きかえて保存します（省略時は保存せず、その文字を示します）",
    )
    export.add_argument(
        "--table",
        metavar="表",
        type=lambda name: _OTHER_WORDS.get(name, name),
        choices=(
            "links",
            "projects",
            "origins",
            "prefectures",
            "findings",
            "mentions",
            "changes",
            "corrections",
        ),
        help="CSV にする表。links（連携、省略時）、projects（事業）、origins（連携元別集計、wards でも同じ）、prefectures（都道府県別集計）、findings（指摘）、mentions（連携相手方の記載）、changes（前の版との違い）、corrections（行の訂正）",
    )
    export.add_argument(
        "--dsn",
        metavar="アドレス",
        help="postgis で書き出すデータベース。postgresql://利用者@ホスト:5432/データベース"
        "（パスワードは、環境変数 PGPASSWORD か ~/.pgpass に書くと、ほかの人に見えません）",
    )
    export.add_argument(
        "--schema",
        metavar="スキーマ",
        help="postgis で表を入れるスキーマ（省略時: koryu。前の表と入れ替えます）",
    )
    export.add_argument(
        "--publisher", metavar="団体", help="opendata の説明に書く、公開する団体の名前（省略時: 記載なし）"
    )
    _pages(export)
    export.add_argument(
        "--all-origins",
        "--all-wards",
        dest="each_origin",
        action="store_true",
        default=None,
        help="PDF・PowerPoint を、連携元ごとに1ページずつ作ります",
    )
    export.add_argument(
        "--theme",
        metavar="ファイル",
        type=Path,
        help="PowerPoint のテーマにするファイル（.potx か .pptx。スライドの大きさ・題名の位置・書体・色を合わせます）",
    )
    export.add_argument(
        "--map",
        "--what",
        dest="what",
        metavar="地図",
        type=lambda name: _OTHER_WORDS.get(name, name),
        choices=("flows", "partners", "coverage", "projects", "origins", "changes"),
        help="図の地図に表すもの。flows（連携の流れ、省略時）、partners（市区町村の数）、coverage（連携率）、projects（事業の数）、origins（連携元の数、wards でも同じ）、changes（前の版との違い。表と見出しも違いになります）",
    )
    export.add_argument(
        "--sheet",
        dest="question",
        metavar="問い",
        choices=("gaps", "profile", "overlap"),
        help="PDF・PowerPoint を、条件に合う図の代わりに、空白の表（gaps）、1つの連携元の横顔（profile。--all-origins とも使えます）、連携元どうしの共通の相手（overlap）にします",
    )
    export.add_argument(
        "--breaks",
        dest="scheme",
        metavar="区切り方",
        choices=("standard", "natural", "quantile", "equal"),
        help="塗り分けの区切り方。standard（画面と共通、省略時）、natural（自然な区切り）、quantile（同じ数ずつ）、equal（等間隔）",
    )
    export.add_argument(
        "--size", metavar="幅x高さ", type=_size, help="画像の大きさ（ドット。省略時: 1920x1080）"
    )

    export.add_argument(
        "--bare",
        action="store_true",
        default=None,
        help="画像を地図と凡例だけにします（題名・条件・出典は、ファイルの中の情報には入ります）",
    )
    export.add_argument(
        "--no-script",
        dest="script",
        action="store_false",
        default=None,
        help="1つのHTMLにスクリプトを入れません（絞り込みはなくなり、見出し・図・表・出典は同じです）",
    )


def _pages(export: argparse._ArgumentGroup) -> None:
    """What the pages of a PDF look like."""
    export.add_argument("--paper", metavar="用紙", choices=("A4", "A3"), help="PDF の用紙（省略時: A4）")
    export.add_argument(
        "--orientation",
        metavar="向き",
        choices=("landscape", "portrait"),
        help="PDF の用紙の向き。landscape（横、省略時）か portrait（縦）",
    )
    for name, what in {"title": "表題", "department": "部署名", "day": "日付や会議名"}.items():
        export.add_argument(
            f"--{name}",
            metavar=what,
            type=_own_words,
            help=f"PDF の1枚目の上、PowerPoint の表紙に入れる{what}",
        )
    export.add_argument(
        "--logo", metavar="ファイル", type=Path, help="PDF の1枚目の上に入れるロゴ（PNG か SVG）"
    )
    for name, what in {
        "gaps": "連携のない都道府県の一覧",
        "appendix": "1枚目に入らない行と相手先の一覧",
    }.items():
        export.add_argument(
            f"--{name}",
            action=argparse.BooleanOptionalAction,
            help=f"PDF・PowerPoint に{what}を入れるか（省略時: 入れる）",
        )


def _own_words(text: str) -> str:
    from pipeline.deliver.page_look import LONGEST

    if len(text) > LONGEST:
        raise argparse.ArgumentTypeError(f"{len(text)}文字あります。{LONGEST}文字までにしてください")
    return text


def _size(text: str) -> tuple[int, int]:
    from pipeline.deliver.sizes import LARGEST, SMALLEST

    sides = text.lower().split("x")
    if len(sides) != 2 or not all(
        side.isascii() and side.isdigit() and SMALLEST <= int(side) <= LARGEST for side in sides
    ):
        raise argparse.ArgumentTypeError(
            f"「{text}」は大きさとして使えません。1920x1080 のように、{SMALLEST}〜{LARGEST} の数字で指定してください"
        )
    return int(sides[0]), int(sides[1])


def _export(options: argparse.Namespace) -> int:
    # Most of what is made is here to stay until the end: looking for garbage as often as usual costs a tenth.
    gc.set_threshold(100_000, 20, 20)
    from pipeline.deliver import between_editions
    from pipeline.deliver import options as chosen
    from pipeline.deliver.file_names import of_format
    from pipeline.deliver.notes import conditions
    from pipeline.deliver.views import EVERYTHING, first_view

    kind = FORMATS.get(options.format, _DATABASE)
    settings = _settings(options, kind)
    if kind is _DATABASE:
        return _into_database(options)
    if options.out is None:
        raise SourceError("--out を指定してください。")
    unpacked = bool(kind.folder) and options.out.suffix.lower() != kind.suffix
    # Not Path.is_dir, which fails for a name that is too long.
    named = not unpacked and os.path.isdir(options.out)
    if not named:
        _of_format(options.out, options.format)
    if not named and not unpacked:
        writable(options.out)
    dataset = chosen.dataset(options)
    selection = chosen.selection(options, dataset, EVERYTHING if options.everything else first_view(dataset))
    out = options.out / of_format(dataset, selection, options.format, settings) if named else options.out
    if "near" in kind.options:
        settings["near"] = out.absolute().parent
    if "name" in kind.options:
        settings["name"] = out.name
    if unpacked:
        _unpack(kind.write(dataset, selection, **settings), out, kind.folder)
    else:
        writable(out)
        replace_file(out, kind.write(dataset, selection, **settings))
    said = between_editions.conditions if CHANGES in settings.values() else conditions
    say(f"「{out}」に書き出しました。条件: {said(dataset, selection)}")
    return 0


def _into_database(options: argparse.Namespace) -> int:
    from pipeline.deliver import options as chosen
    from pipeline.deliver import postgis
    from pipeline.deliver.notes import conditions
    from pipeline.deliver.views import EVERYTHING, first_view

    if not options.dsn:
        raise SourceError(
            "--dsn に、書き出すデータベースを postgresql://利用者@ホスト:5432/データベース の形で指定してください。"
        )
    if options.out is not None:
        raise SourceError(
            "--format postgis では、--out を指定できません。データベースは --dsn で指定します。"
        )
    dataset = chosen.dataset(options)
    selection = chosen.selection(options, dataset, EVERYTHING if options.everything else first_view(dataset))
    schema = options.schema or postgis.SCHEMA
    counts = postgis.write(dataset, selection, options.dsn, schema)
    say(
        f"データベースのスキーマ「{schema}」に{len(counts)}の表（{sum(counts.values()):,}行）を入れました。"
        f"条件: {conditions(dataset, selection)}"
    )
    return 0


def _unpack(content: bytes, folder: Path, mark: str) -> None:
    """Put what a ZIP holds into a folder, as a whole; one that holds something else is left as it is."""
    with exclusive(folder), replacing(folder, mark=mark) as new:
        zipfile.ZipFile(io.BytesIO(content)).extractall(new)


def _settings(options: argparse.Namespace, kind: Format) -> dict:
    """What is asked of the file beside its conditions; SourceError for what its format does not know."""
    flags = {
        "encoding": "--encoding",
        "geta": "--geta",
        "table": "--table",
        **{name: f"--{name}" for name in ("paper", "orientation", "title", "department", "day", "logo")},
        "gaps": "--gaps・--no-gaps",
        "appendix": "--appendix・--no-appendix",
        "each_origin": "--all-origins",
        "theme": "--theme",
        "publisher": "--publisher",
        "dsn": "--dsn",
        "schema": "--schema",
    }
    flags |= {"question": "--sheet", "what": "--map", "scheme": "--breaks", "size": "--size"}
    flags |= {"bare": "--bare", "script": "--no-script"}
    asked = {name: value for name in flags if (value := getattr(options, name)) is not None}
    for name in asked:
        if name not in kind.options:
            every = {**FORMATS, POSTGIS: _DATABASE}
            able = "・".join(key for key, format_ in every.items() if name in format_.options)
            raise SourceError(f"{flags[name]} は --format {able} のときだけ指定できます。")
    if "question" in asked and {"what", "scheme"} & asked.keys():
        raise SourceError("--sheet は、--map・--breaks と一緒には指定できません。")
    if "theme" in asked:
        from pipeline.deliver.slide_theme import read_theme

        asked["theme"] = read_theme(asked["theme"])
    if "logo" in asked:
        asked["logo"] = _logo(asked["logo"])
    if asked.get("each_origin"):
        asked["progress"] = lambda done, total: say(f"{done} / {total} 枚")
    return asked


def _logo(path: Path) -> object:
    """The picture of an office; SourceError where it cannot be read or used."""
    from pipeline.deliver.logo import logo

    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"ロゴ「{path}」を読めません。ファイルがあるか確かめてください。") from error
    return logo(content, path.name)


def _of_format(path: Path, asked: str) -> None:
    """SourceError for a file whose name says that it is of another format: no program would open it."""
    for name, kind in FORMATS.items():
        if name != asked and kind.suffix == path.suffix.lower():
            raise SourceError(
                f"「{path.name}」は {kind.title} のファイルの名前です。--format {name} を指定するか、"
                f"名前の終わりを {FORMATS[asked].suffix} にしてください。"
            )
