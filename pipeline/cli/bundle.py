"""The command ``bundle``: the product with all its parts as one ZIP, for PCs without a network."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.bundle.targets import PLATFORMS, PYTHONS
from pipeline.cli.console import columns, say
from pipeline.intake.records import SourceError

#: What the command needs and the product does not.
_NEEDED = {"pip": "pip", "cyclonedx": "cyclonedx-python-lib", "packaging": "packaging"}


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the command to ``commands``; ``make(commands, name, summary, run)`` adds it."""
    parser = make(
        commands,
        "bundle",
        "ネットワークのない PC に入れる1つの ZIP を作ります（作る PC では、パッケージの配布元につながること）",
        _bundle,
        epilog="ZIP には、部品のすべて、始めるためのファイル、利用者と情報部門が読む文書、部品の一覧（SBOM）が入ります。\n"
        "部品を縮めるのに数分かかります。Python の版を1つにすると、早く終わり、ZIP もいくらか小さくなります。",
    )
    parser.add_argument(
        "--platform",
        metavar="種類",
        required=True,
        choices=list(PLATFORMS),
        help="、".join(f"{name}（{one.title}）" for name, one in PLATFORMS.items()),
    )
    parser.add_argument(
        "--out", metavar="ZIP", type=Path, required=True, help="書き出すファイル（koryu.zip など）"
    )
    parser.add_argument(
        "--python",
        metavar="版",
        nargs="+",
        action="extend",
        choices=PYTHONS,
        help=f"入れる先の PC の Python の版。{'、'.join(PYTHONS)} から1つ以上（省略時: すべて）",
    )
    parser.add_argument(
        "--embed",
        metavar="ファイル",
        type=Path,
        help="ZIP に入れる Python（windows のとき）。python.org の Windows embeddable package（64-bit）。Python のない PC でも始められます",
    )


def _bundle(options: argparse.Namespace) -> int:
    from pipeline.bundle.assemble import bundle, python_of

    missing = [package for module, package in _NEEDED.items() if find_spec(module) is None]
    if missing:
        raise SourceError(
            f"ZIP を作るのに要る {'・'.join(missing)} がありません。「pip install {' '.join(missing)}」で入れてから、もう一度実行してください。"
        )
    pythons = options.python
    if options.embed:
        if options.platform != "windows":
            raise SourceError("--embed は --platform windows のときだけ指定できます。")
        version = python_of(options.embed)
        if pythons and pythons != [version]:
            raise SourceError(
                f"--embed の Python は {version} です。--python には {version} だけを指定するか、何も指定しないでください。"
            )
        pythons = [version]
    pythons = [one for one in PYTHONS if not pythons or one in pythons]
    sizes = bundle(options.platform, pythons, options.out, options.embed, say)
    rows = [[f"Python {python} 用の部品", f"{size / 1e6:,.0f} MB"] for python, size in sizes]
    for line in columns([*rows, ["ZIP", f"{options.out.stat().st_size / 1e6:,.0f} MB"]]):
        print(line)
    say(
        f"「{options.out}」に作りました。入れる先の PC で展開し、{PLATFORMS[options.platform].starter} から始めます。"
    )
    return 0
