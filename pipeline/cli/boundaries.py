"""The command ``boundaries``: a user's own official boundaries, and the way back to the built-in ones."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.folders import BUILD_DIR
from pipeline.cli.console import say
from pipeline.serving.audit import noted, person

# geopandas is imported by the functions that need it: --help answers at once.


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the command to ``commands``; ``make(commands, name, summary, run)`` adds one of its actions."""
    summary = "地図の境界を、国土数値情報の行政区域データ（N03）と取り替えます"
    parser = commands.add_parser("boundaries", help=summary, description=f"{summary}。")
    actions = parser.add_subparsers(title="使える操作", dest="action", required=True, metavar="操作")
    take = make(
        actions,
        "import",
        "N03 のファイルを読み、そこに入っている都道府県の境界を取り替えます",
        _import,
        epilog="国土数値情報のサイトから取ったファイルを、そのまま指定できます（全国でも、都道府県ごとでも）。\n"
        "ファイルにない都道府県は、いまの境界のまま残ります。出典の表示も変わります。",
    )
    take.add_argument(
        "file",
        metavar="ファイル",
        type=Path,
        help="zip、Shapefile（.shp）、GeoJSON、GeoPackage のどれか",
    )
    make(actions, "reset", "取り込んだ境界を消し、はじめから入っている境界に戻します", _reset)


def _import(options: argparse.Namespace) -> int:
    from pipeline.boundaries.imported import import_n03

    with noted("boundaries-imported", person(), "command", file=options.file.name):
        taken = import_n03(options.file, progress=say)
    say(f"{len(taken.files)}都道府県の境界を、取り込んだものにしました。地図の出典: {taken.credit}")
    return _rebuild()


def _reset(options: argparse.Namespace) -> int:
    from geo.places.boundaries import in_force
    from pipeline.boundaries.imported import reset

    if not in_force().version:
        say("取り込んだ境界はありません。はじめから入っている境界を使っています。")
        return 0
    with noted("boundaries-reset", person(), "command"):
        reset()
    say("はじめから入っている境界に戻しました。")
    return _rebuild()


def _rebuild() -> int:
    """Have the tables drawn and measured with the new boundaries, where there are any."""
    from pipeline.building.run import META, build
    from pipeline.building.stale import sources_of

    if not (BUILD_DIR / META).exists():
        return 0
    say("表を作り直しています…")
    report = build(sources_of())
    say(f"「{report.out}」の表を作り直しました。開いている画面は、読み込み直すと新しい境界になります。")
    return int(report.failed)
