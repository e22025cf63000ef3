"""People decide through two processes behind nginx, one of which is killed: whatever anybody was told to be recorded is there."""

from __future__ import annotations

import asyncio
import csv
import os
import random
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
import websockets

from pipeline.serving.audit import read_audit
from tests.e2e import proxied
from tests.e2e.serving import kill, logged, raised
from tests.serving.visitor import Visitor, connection

pytestmark = [
    pytest.mark.skipif(os.environ.get("KORYU_SERVING") != "1", reason="make test-serving runs it"),
    pytest.mark.skipif(not proxied.NGINX, reason="nginx is not installed"),
]

#: Visitors at once, how many of them decide, how many decisions each is told of before and after the kill.
SESSIONS, DECIDING, BEFORE, AFTER = 40, 4, 2, 2
SEED = int(os.environ.get("KORYU_SEED", "20261130"))
NOT_A_PLACE, PRESSED = "市区町村ではない（地図に描かない）", "記録して、データを作り直す"


@dataclass
class Load:
    """What the visitors have seen: decisions by their reason, drawn screens, connections that were cut."""

    address: str
    begun: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    drawn: int = 0
    cut: int = 0
    over: bool = False

    async def visit(self, number: int, page: str, stay) -> None:
        """Be at the screens until it is over: cut off, come again with the same cookie, as the page does."""
        cookie = f"koryu_visitor={random.Random(SEED + number).getrandbits(128):032x}"
        until = time.monotonic() + 600
        while not self.over:
            assert time.monotonic() < until
            with suppress(OSError, websockets.WebSocketException):
                async with connection(self.address, cookie) as line:
                    await stay(Visitor(line, page), number)
                continue
            self.cut += 1
            await asyncio.sleep(0.5)

    async def look(self, visitor: Visitor, number: int) -> None:
        while not self.over:
            visitor.query = f"as_of={random.randrange(1990, 2020)}"
            await visitor.draw()
            assert visitor.shows("都道府県")
            self.drawn += 1
            await asyncio.sleep(2)

    async def decide(self, visitor: Visitor, number: int) -> None:
        """Decide one mention after the other, each for a reason of its own."""
        # Of these there are hundreds; few wait for a person.
        visitor.query = f"list={quote('補って決めたもの')}"
        while not self.over:
            if ("selectbox", "記載を選ぶ") not in visitor.controls:
                await visitor.draw()
            options = visitor.controls["selectbox", "記載を選ぶ"].options
            await visitor.choose("selectbox", "記載を選ぶ", options[number * len(options) // DECIDING])
            for kind, label, value in (
                ("radio", "この記載の相手先", NOT_A_PLACE),
                ("text_input", "理由", reason := f"検査 {number} {len(self.begun)}"),
            ):
                # Somebody else may have decided the same meanwhile: then it is in the list no more.
                if (kind, label) in visitor.controls:
                    await visitor.choose(kind, label, value)
            if ("button", PRESSED) in visitor.controls:
                self.begun.add(reason)
                await visitor.press(PRESSED)
                if visitor.shows("と記録しました。"):
                    self.told.add(reason)

    def least(self) -> int:
        """How many decisions whoever has been told of fewest has been told of."""
        by = [sum(reason.split()[1] == str(number) for reason in self.told) for number in range(DECIDING)]
        return min(by)


async def under_load(address: str, servers: list[str]) -> tuple[Load, int]:
    """Look and decide, kill a process meanwhile; what was seen, and how many decisions were told of by then."""
    load = Load(address)
    tasks = [
        asyncio.create_task(load.visit(number, "quality", load.decide))
        if number < DECIDING
        else asyncio.create_task(load.visit(number, "", load.look))
        for number in range(SESSIONS)
    ]

    async def told(least: int) -> None:
        while load.least() < least:
            await asyncio.sleep(0.2)
            for task in tasks:
                if task.done():
                    task.result()

    await told(BEFORE)
    await asyncio.sleep(random.Random(SEED).uniform(0, 5))
    at_the_kill = len(load.told)
    await asyncio.to_thread(kill, servers[0])
    await told(load.least() + AFTER)
    load.over = True
    await asyncio.gather(*tasks)
    return load, at_the_kill


def test_no_decision_is_lost_where_a_process_is_killed(root, build_dir, tmp_path, capsys):
    decisions, audit = tmp_path / "decisions.csv", tmp_path / "audit.jsonl"
    shutil.copy(root / "data" / "reference" / "decisions.csv", decisions)
    editors = tmp_path / "editors.txt"
    editors.write_text("sato@example.lg.jp,企画課 佐藤\n", encoding="utf-8")
    environment = {
        "KORYU_DATA": str(shutil.copytree(build_dir, tmp_path / "build")),
        "KORYU_DECISIONS": str(decisions),
        "KORYU_AUDIT": str(audit),
    }
    flags = ("--edit", "--editors", str(editors))
    flags += ("--identity-header", "X-Remote-User", "--trusted-proxy", "127.0.0.1")
    before, shipped = logged(), decisions.read_bytes()
    with proxied.two_processes(environment, flags=flags, identity="sato@example.lg.jp") as (address, servers):
        load, at_the_kill = asyncio.run(asyncio.wait_for(under_load(address, servers), 1500))
        assert raised(before) == []
    with capsys.disabled():
        print(
            f"\n{len(load.told)} decisions were told to be recorded, {at_the_kill} of them before the kill; "
            f"{load.cut} of {SESSIONS} visitors were cut off, {load.drawn:,} screens drawn"
        )
    assert decisions.read_bytes().startswith(shipped)
    with decisions.open(encoding="utf-8", newline="") as file:
        recorded = [row["reason"] for row in csv.DictReader(file) if row["reason"].startswith("検査")]
    assert load.told <= set(recorded) <= load.begun
    assert len(recorded) == len(set(recorded))
    assert load.cut
    # None without its line in the record of who wrote, under the name of the list.
    entries, damaged = read_audit(audit)
    assert damaged == 0
    assert {one.who for one in entries} == {"企画課 佐藤"}
    assert sum(not one.failed for one in entries) >= len(recorded)
