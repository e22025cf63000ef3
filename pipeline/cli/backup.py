"""``backup`` and ``restore``: what people entered as one ZIP, and back."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from geo.folders import DATA_DIR
from pipeline.cli.console import columns, say

#: As `pipeline.upkeep.in_use.WAITING`, which is not imported unless there is something to go on with.
_WAITING = DATA_DIR / "restoring"


def add(commands: Any, make: Callable) -> None:
    """Add ``backup`` and ``restore`` to the commands."""
    back_up = make(
        commands,
        "backup",
        "人が入れたもの（判断・訂正・点検表・加えた資料・取り込んだ境界）と編集の記録を、ひとつの ZIP にまとめます",
        _back_up,
        "作った表は入りません（作り直せるため）。人の名前が入るので、持ち出さないでください。",
    )
    back_up.add_argument("--out", metavar="ファイル.zip", type=Path, required=True, help="書き出す ZIP")
    restore = make(
        commands,
        "restore",
        "バックアップを取ったときの状態に戻します",
        _restore,
        "画面（koryu app）が動いている間はできません。いまのものは別の ZIP に残します。編集の記録は、消さずに書き足します。",
    )
    restore.add_argument("file", metavar="ファイル.zip", type=Path, help="koryu backup で作った ZIP")
    restore.add_argument(
        "--force",
        action="store_true",
        help="いま入っているものが違っていても、入れ替えます（別の ZIP に残します）",
    )


def go_on() -> None:
    """Bring a restore that was interrupted to its end, before anything else is done with the data."""
    if not _WAITING.exists():
        return
    from pipeline.upkeep.entered import Home
    from pipeline.upkeep.restore import go_on

    if go_on(Home.here()):
        say("前の復元が途中で止まっていたので、続きを終えました。")


def _back_up(options: argparse.Namespace) -> int:
    from pipeline.upkeep.backup import back_up
    from pipeline.upkeep.entered import Home

    made = back_up(options.out, Home.here())
    for line in _counted(made.counts):
        print(line)
    size = made.path.stat().st_size
    say(
        f"「{made.path}」に、{made.files}個のファイルをまとめました（{size / 1000:,.0f} KB）。人の名前が入っています。"
    )
    return 0


def _restore(options: argparse.Namespace) -> int:
    from pipeline.upkeep.entered import Home
    from pipeline.upkeep.restore import restore

    done = restore(options.file, Home.here(), force=options.force)
    for line in _counted(done.counts):
        print(line)
    if done.aside:
        say(f"それまで入っていたものは「{done.aside}」に残しました。")
    if done.tables_removed:
        say("外れた資料があるので、前に作った表を消しました。")
    if done.joined:
        say(
            f"編集の記録は、いまのものを残し、バックアップだけにあった{done.joined:,}行をその後ろに書き足しました。"
        )
    say(
        f"{done.made_at} のバックアップの状態に戻しました。"
        "表は、次に koryu app で画面を開くときか、koryu build で作り直されます。"
    )
    return 0


def _counted(counts: Mapping[str, int]) -> Iterator[str]:
    from pipeline.upkeep.entered import COUNTED

    yield from columns([[word, counts[name]] for name, word in COUNTED.items()])
