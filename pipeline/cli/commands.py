"""``python -m pipeline …``: messages on stderr, data on stdout, exit 0, 1 (errors found) or 2 (bad input)."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from geo.folders import BUILD_DIR, DATA_DIR
from pipeline.atomic import WriteError, reason
from pipeline.building import verify
from pipeline.cli import add as add_commands
from pipeline.cli import app_options, audit_log, backup, boundaries, differences, geocoding, readiness
from pipeline.cli import bundle as bundle_command
from pipeline.cli import export as export_command
from pipeline.cli import publish as publish_command
from pipeline.cli import read as read_command
from pipeline.cli.console import Parser, columns, say, tsv, use_utf8
from pipeline.cli.server import EVERY, serve
from pipeline.intake.records import SourceError
from pipeline.rules import SEVERITIES
from pipeline.serving import journal
from pipeline.serving.doors import Place
from pipeline.serving.start import fonts_there, writable
from pipeline.upkeep.in_use import screens_open

# numpy, pandas, geopandas and Streamlit are imported by the commands that need them: --help and a wrong option answer at once.

NO_ROWS = {
    "read": "読みました（事業の表ではありません）",
    "missing": "文書がありません",
}

#: How often it is looked whether the server answers, and with how many seconds between.
_TRIES, _BETWEEN = 300, 0.1


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit status."""
    use_utf8()
    options = _parser().parse_args(arguments)
    try:
        backup.go_on()
        status = options.run(options)
        sys.stdout.flush()
        return status
    except (SourceError, WriteError) as error:
        say(str(error))
        return 2
    except BrokenPipeError:
        # The reader of our output (head, less) has what it wanted.
        _discard_output()
        return 0
    except KeyboardInterrupt:
        say("中止しました。")
        return 2
    except Exception as error:
        # One without a file's name is of a stream, which can only be our output.
        if isinstance(error, OSError) and error.filename is None and reason(error):
            _discard_output()
            say(f"結果を出力できません{reason(error)}。出力先を確かめてください。")
        elif isinstance(error, OSError) and error.filename is not None and reason(error):
            say(
                f"「{error.filename}」を読み書きできません{reason(error)}。権限と空き容量を確かめてください。"
            )
        elif isinstance(error, MemoryError):
            say("メモリーが足りません。ほかのソフトを閉じてから、もう一度実行してください。")
        else:
            say(f"思わぬ不具合で止まりました。{_log()}開発者に知らせてください。")
        return 2


def _discard_output() -> None:
    """Let nothing more be written to stdout: Python would try it again on closing, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _log() -> str:
    """Where the full record of a fault is, as a sentence; "" where none can be kept."""
    try:
        descriptor, path = tempfile.mkstemp(prefix="koryu-", suffix=".log")
        with open(descriptor, "w", encoding="utf-8") as file:
            traceback.print_exc(file=file)
    except OSError:
        return ""
    return f"詳しい記録は「{path}」にあります。"


def _parser() -> Parser:
    parser = Parser(
        prog="python -m pipeline",
        description="自治体の連携事業の一覧を読み取り、連携相手の自治体を地図に描くデータを作ります。",
        epilog="終了コード: 0 正常、1 「誤り」の指摘がある、2 入力や指定が正しくない",
    )
    commands = parser.add_subparsers(title="使える命令", dest="command", required=True, metavar="命令")

    build = _command(commands, "build", "一覧を読み取り、表を作ります", _build)
    build.add_argument(
        "--sources", metavar="フォルダ", type=Path, help="一覧のあるフォルダ（省略時: data/sources）"
    )
    build.add_argument(
        "--out", metavar="フォルダ", type=Path, help="表を書き出すフォルダ（省略時: data/build）"
    )
    build.add_argument(
        "--workers",
        metavar="数",
        type=_number,
        help="資料を並べて読むプロセスの数。表はいくつでも同じです（省略時: 資料の量とコアの数による）",
    )
    build.add_argument(
        "--fresh",
        action="store_true",
        help="前に読んだものを使わずに、すべての資料を読み直します",
    )

    geocoding.add(commands, _command)
    read_command.add(commands, _command)
    add_commands.add(commands, _command)
    differences.add(commands, _command)

    check = _command(commands, "check", "作った表についての指摘を、重い順にタブ区切りで出力します", _check)
    check.add_argument("--out", metavar="フォルダ", type=Path, help="表のあるフォルダ（省略時: data/build）")

    verify.add(commands, _command)
    export_command.add(commands, _command)
    publish_command.add(commands, _command)
    boundaries.add(commands, _command)
    backup.add(commands, _command)
    bundle_command.add(commands, _command)

    app = _command(commands, "app", "画面を開きます（表がないとき・古いときは先に作ります）", _app)
    app.add_argument("--port", metavar="番号", type=_port, default=8501, help="ポート番号（省略時: 8501）")
    app.add_argument(
        "--address",
        metavar="アドレス",
        type=_address,
        default="127.0.0.1",
        help="待ち受けるアドレス（省略時: 127.0.0.1、この PC だけ）",
    )
    app.add_argument(
        "--log",
        metavar="ファイル",
        help="いつ始まり終わったか、どの画面が何ミリ秒で描かれたかを、JSON で1行ずつ書きます（「-」は標準エラー出力）",
    )
    readiness.add(commands, _command, _port)
    app_options.add(app)
    audit_log.add(commands, _command)
    return parser


def _command(
    commands: Any,
    name: str,
    summary: str,
    run: Callable[[argparse.Namespace], int],
    epilog: str | None = None,
) -> argparse._ArgumentGroup:
    parser = commands.add_parser(name, help=summary, description=f"{summary}。", epilog=epilog)
    parser.set_defaults(run=run)
    return parser.options


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(
            f"「{text}」はポート番号ではありません。1〜65535 の数字を指定してください"
        )
    return int(text)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"「{text}」は使えません。1〜64 の数を指定してください")
    return int(text)


def _address(text: str) -> str:
    try:
        # An empty one would mean every address of this machine.
        found = socket.getaddrinfo(text, None) if text.strip() else []
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise argparse.ArgumentTypeError(
            f"「{text}」は待ち受けるアドレスとして使えません。127.0.0.1（この PC だけ）のように指定してください"
        )
    return text


def _build(options: argparse.Namespace) -> int:
    import pyarrow as pa

    from pipeline.building.run import build
    from pipeline.intake.documents import DEFAULT_SOURCES

    # Tables are put together once and written: the system's own memory is handed out for that with fewer new pages.
    pa.set_memory_pool(pa.system_memory_pool())
    report = build(
        options.sources or DEFAULT_SOURCES,
        options.out or BUILD_DIR,
        progress=say,
        workers=options.workers,
        fresh=options.fresh,
    )
    for line in _summary(report.meta):
        print(line)
    say(f"「{report.out}」に表を作りました。指摘の内容は「python -m pipeline check」で見られます。")
    return int(report.failed)


def _summary(meta: dict) -> Iterator[str]:
    """The counts of a build and its reconciliation, as lines to read."""
    counts = meta["counts"]
    found = counts["findings_by_severity"]
    yield from columns(
        [
            ["事業", counts["projects"]],
            ["連携相手方の記載", counts["mentions"]],
            ["事業と相手先の組", counts["links"]],
            ["相手先の自治体・都道府県", counts["partner_places"]],
            ["協定（団体・企業と）", counts["agreements"]],
            ["年表の出来事", counts["events"]],
            *([f"指摘（{label}）", found.get(name, 0)] for name, label in SEVERITIES.items()),
        ]
    )
    for document in meta["documents"]:
        yield f"\n{document['title']}（{document['id']}）"
        rows = [row for row in meta["reconciliation"] if row["source"] == document["id"]]
        if rows:
            yield from _reconciliation(rows)
        else:
            yield f"  {NO_ROWS[document['status']]}"


def _reconciliation(rows: list[dict]) -> Iterator[str]:
    """Mentions = resolved + unresolved for each origin of a document, and in all."""
    names = ("rows", "projects", "mentions", "resolved", "unresolved", "with_candidates")
    table = [["  連携元", "行", "事業", "記載", "= 決定", "+ 未決定", "（うち候補あり）"]]
    table += [[f"  {row['origin']}", *(row[name] for name in names)] for row in rows]
    if len(rows) > 1:
        table.append(["  計", *(sum(row[name] for row in rows) for name in names)])
    yield from columns(table)


def _check(options: argparse.Namespace) -> int:
    import pandas as pd

    folder = options.out or BUILD_DIR
    try:
        findings = pd.read_parquet(folder / "findings.parquet")
        found = Counter(findings["severity"])
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(
            f"「{folder}」に表がありません。先に「python -m pipeline build」で作ってください。"
        ) from error
    print(tsv(findings.columns))
    for row in findings.itertuples(index=False):
        print(tsv("" if pd.isna(cell) else cell for cell in row))
    say("、".join(f"{label} {found[name]}件" for name, label in SEVERITIES.items()))
    return int(found["error"] > 0)


def _app(options: argparse.Namespace) -> int:
    from pipeline.building.build_json import META, installed
    from pipeline.building.stale import is_stale, sources_of

    place, access = app_options.rules(options)
    with socket.socket(socket.AF_INET6 if ":" in options.address else socket.AF_INET) as probe:
        # As Streamlit's own server does; without it a port just freed would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name != "nt")
        try:
            probe.bind((options.address, options.port))
        except OSError as error:
            raise SourceError(
                f"{options.address} のポート {options.port} は使えません。--port で別の番号を指定するか、--address を確かめてください。"
            ) from error
    fonts_there()
    journal.open_at(options.log)
    if options.edit:
        # Otherwise whoever fills in a form first would learn it.
        from pipeline.upkeep.entered import Home

        writable(path.parent for path in Home.here().records.values())
    # Tables that the variable names are someone's own: shown as they are.
    if not os.environ.get("KORYU_DATA") and is_stale():
        say("表がないか、一覧より古いので、作り直します。")
        from pipeline.building.run import build

        try:
            build(sources_of(), progress=say)
        except (SourceError, WriteError) as error:
            if not (BUILD_DIR / META).exists():
                raise
            say(f"{error}\n作り直せなかったので、前に作った表で画面を開きます。")
    os.environ |= access.environment()
    threading.Thread(target=_load_ahead, args=(place,), daemon=True).start()
    for line in app_options.opening(place, access):
        say(line)
    journal.note("start", version=installed("koryu-map"), port=options.port, edit=bool(options.edit))
    began = time.monotonic()
    with screens_open(DATA_DIR):
        status = serve(place, access)
    journal.note("stop", seconds=round(time.monotonic() - began), status=status)
    say("画面を終えました。")
    return status


def _load_ahead(place: Place) -> None:
    """Load what the first screen needs once the server answers, while its reader opens the browser.

    Not before: two that load at once take turns, and the address would be there later. Not streamlit_folium: it has to
    be loaded by a run of the screens, or Streamlit does not know its component.
    """
    here = "localhost" if place.address in EVERY else place.address
    for _ in range(_TRIES):
        with suppress(OSError), socket.create_connection((here, place.port), 1):
            break
        time.sleep(_BETWEEN)
    # What fails here, also because the server is just being stopped, is told where it is needed.
    with suppress(Exception):
        import folium.plugins  # noqa: F401

        import geo.draw.web.folium_map  # noqa: F401
