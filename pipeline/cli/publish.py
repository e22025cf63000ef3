"""The command ``publish``: the static site of a view."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.cli import view_options
from pipeline.cli.console import say

#: Processes at most: each holds the tables in its memory.
_MOST = 64


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the command to ``commands``; ``make(commands, name, summary, run)`` adds one."""
    publish = make(
        commands,
        "publish",
        "だれでも見られる静的なサイト（地図・連携元と都道府県のページ・データ）を作ります",
        _publish,
    )
    publish.add_argument(
        "--out", metavar="フォルダ", type=Path, required=True, help="新しいフォルダか、前に作ったサイト"
    )
    view_options.add(publish)
    publish.add_argument(
        "--url",
        metavar="URL",
        type=_address,
        help="置く場所の URL（サイトマップと、各ページの正式なアドレスに書きます）",
    )
    publish.add_argument(
        "--workers",
        metavar="数",
        type=_processes,
        help="ページを同時に作る処理の数（省略時: ページが多いときだけ、このパソコンの CPU の数）。どの数でも同じサイトができます",
    )


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(
            f"「{text}」は使えません。https://example.jp/koryu/ のような、サイトを置く場所の URL を指定してください"
        )
    return text


def _processes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST):
        raise argparse.ArgumentTypeError(f"「{text}」は数として使えません。1〜{_MOST} で指定してください")
    return int(text)


def _publish(options: argparse.Namespace) -> int:
    from pipeline.deliver import options as chosen
    from pipeline.deliver.notes import conditions
    from pipeline.deliver.site import publish
    from pipeline.deliver.views import first_view

    dataset = chosen.dataset(options)
    selection = chosen.selection(options, dataset, first_view(dataset))
    pages = publish(
        dataset, selection, options.out, address=options.url or "", workers=options.workers, progress=say
    )
    say(f"「{options.out}」に{pages:,}ページのサイトを作りました。条件: {conditions(dataset, selection)}")
    if not options.url:
        say("--url に置く場所の URL を指定すると、サイトマップを検索サイトが読める形（URL 全体）で書きます。")
    return 0
