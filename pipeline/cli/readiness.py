"""``ready``: whether the screens can be shown, for service managers and containers."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from geo.folders import DATA_DIR
from pipeline.cli.console import say


def add(commands: Any, make: Callable, port: Callable[[str], int]) -> None:
    """Add ``ready`` to the commands; ``port`` reads the number of a port."""
    ready = make(
        commands,
        "ready",
        "画面を見せられる状態かを確かめます",
        _ready,
        "終了コード: 0 見せられる、1 見せられない（理由を表示します）",
    )
    ready.add_argument("--port", metavar="番号", type=port, help="画面がこのポートで答えるかも確かめます")
    ready.add_argument(
        "--address", metavar="アドレス", default="127.0.0.1", help="画面のアドレス（省略時: 127.0.0.1）"
    )
    ready.add_argument("--base-path", metavar="パス", default="", help="画面を置いたパス（/koryu など）")


def _ready(options: argparse.Namespace) -> int:
    from pipeline.serving.ready import server_silent, tables_missing

    # As the screens have it; `geo.ledger.dataset` itself takes as long to load as the whole answer may take.
    why = tables_missing(Path(os.environ.get("KORYU_DATA") or DATA_DIR / "build"))
    if not why and options.port:
        why = server_silent(options.address, options.port, options.base_path)
    say(why or "画面を見せられます。")
    return int(bool(why))
