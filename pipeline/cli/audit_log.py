"""The command ``audit``: who wrote what, and when."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from pipeline.cli.console import say, tsv
from pipeline.serving.audit import ACTS, BY, audit_path, read_audit

HEADER = ("when", "who", "by", "act", "done", "details")


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the command to ``commands``; ``make(commands, name, summary, run)`` adds one."""
    make(
        commands,
        "audit",
        "だれが、いつ、何を書いたかの記録を、タブ区切りで出力します",
        _audit,
        epilog=f"出力はタブ区切りです: {' '.join(HEADER)}",
    )


def _audit(options: argparse.Namespace) -> int:
    entries, damaged = read_audit()
    failed = {one.number for one in entries if one.failed}
    print(tsv(HEADER))
    count = 0
    for one in entries:
        if one.failed:
            continue
        count += 1
        details = "、".join(f"{name}={value}" for name, value in one.details.items())
        done = "行わず" if one.number in failed else "行った"
        print(tsv((one.when, one.who, BY.get(one.by, one.by), ACTS.get(one.act, one.act), done, details)))
    say(
        f"「{audit_path()}」の{count:,}件です。"
        + (f"読み取れない行が{damaged:,}あります。" if damaged else "")
    )
    return 0
