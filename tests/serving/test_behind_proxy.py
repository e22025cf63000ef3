"""The screens as an operator serves them: behind a real nginx, two processes, named editors. ``make test-serving`` runs it.

Every browser test can be taken through the same nginx: ``KORYU_THROUGH=nginx pytest tests/e2e``.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
import websockets
from playwright.sync_api import expect, sync_playwright

from tests.e2e import proxied, serving
from tests.e2e.serving import kill, launch, logged, raised, window
from tests.serving.visitor import Visitor, connection

pytestmark = [
    pytest.mark.skipif(os.environ.get("KORYU_SERVING") != "1", reason="make test-serving runs it"),
    pytest.mark.skipif(not proxied.NGINX, reason="nginx is not installed"),
]

SESSIONS = 40


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as running:
        chromium = launch(running)
        yield chromium
        chromium.close()


@pytest.fixture
def editors(tmp_path) -> Path:
    path = tmp_path / "editors.txt"
    path.write_text("sato@example.lg.jp,企画課 佐藤\n", encoding="utf-8")
    return path


def named(editors: Path) -> tuple[str, ...]:
    """The flags of screens on which a proxy of this machine says who somebody is."""
    return (
        "--edit",
        "--editors",
        str(editors),
        "--identity-header",
        "X-Remote-User",
        "--trusted-proxy",
        "127.0.0.1",
    )


def test_one_process_is_killed_and_its_visitors_go_on_with_the_view_of_their_link(browser, build_dir):
    with (
        proxied.two_processes({"KORYU_DATA": str(build_dir)}) as (address, servers),
        window(browser) as shown,
    ):
        shown.page.goto(f"{address}/wards?ward=世田谷区&category=災害・防災")
        shown.quiet()
        heading, query = shown.page.locator("h1").inner_text(), shown.query()
        cookie = next(one for one in shown.page.context.cookies() if one["name"] == "koryu_visitor")
        assert cookie["httpOnly"]
        with shown.page.expect_event("websocket", timeout=60_000):
            for server in [one for one in servers if connections(one)]:
                kill(server)
        shown.awaited = ""
        expect(shown.page.locator("h1")).to_have_text(heading)
        shown.page.get_by_role("link", name="空白を探す").first.click()
        expect(shown.page.locator("h1")).not_to_have_text(heading, timeout=60_000)
        assert shown.query()["ward"] == query["ward"] == ["世田谷区"]
        shown.problems.clear()


def connections(server: str) -> int:
    """How many websockets a process holds, as the system counts its connections."""
    port = urlsplit(server).port
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return sum(int(row[1].split(":")[1], 16) == port and row[3] == "01" for row in rows)


SCREENS = "flow_map prefectures gaps compare wards partners trends changes disaster indicators present own_list quality corrections"


def test_every_screen_keeps_to_the_policy(browser, build_dir):
    """No script, style, picture or connection of any screen is against the Content-Security-Policy."""
    with proxied.two_processes({"KORYU_DATA": str(build_dir)}) as (address, _):
        for screen in SCREENS.split():
            with window(browser, guarded=True) as shown:
                answer = shown.page.goto(f"{address}/{screen}?partner=10209")
                assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
                shown.quiet()
                for frame in shown.page.frames[1:]:
                    frame.locator("[data-painted]").wait_for(timeout=60_000)
                shown.page.wait_for_timeout(500)
                assert (screen, shown.problems, shown.outside) == (screen, [], [])


def test_kill_one_of_two_under_forty_sessions(build_dir):
    """Each goes on where its link leads; no answer is an error page."""
    with proxied.two_processes({"KORYU_DATA": str(build_dir)}) as (address, servers):
        before = logged()
        # In a thread of its own: the browser of this file has a loop in ours.
        with ThreadPoolExecutor(1) as pool:
            views, cut = pool.submit(asyncio.run, forty(address, servers)).result()
        assert views == [2] * SESSIONS
        assert 0 < cut < SESSIONS
        assert raised(before) == []


async def forty(address: str, servers: list[str]) -> tuple[list[int], int]:
    """How many views each of them saw, one before a process is killed and one after; and how many were cut off."""
    killed = asyncio.Event()
    views, cut = [0] * SESSIONS, 0

    async def visit(number: int) -> None:
        nonlocal cut
        cookie = f"koryu_visitor={random.Random(number).getrandbits(128):032x}"
        async with connection(address, cookie) as line:
            await view(line, f"as_of={1990 + number % 30}")
            views[number] = 1
            await killed.wait()
            try:
                await view(line, "")
                views[number] = 2
                return
            except websockets.ConnectionClosed:
                cut += 1
        # As the page does: it tries until it is let in, and says again what its link says.
        until = time.monotonic() + 60
        while views[number] == 1:
            try:
                async with connection(address, cookie) as line:
                    await view(line, f"as_of={1990 + number % 30}")
                    views[number] = 2
            except (OSError, websockets.WebSocketException):
                assert time.monotonic() < until
                await asyncio.sleep(0.5)

    tasks = [asyncio.create_task(visit(number)) for number in range(SESSIONS)]
    while min(views) < 1:
        await asyncio.sleep(0.2)
        for task in tasks:
            if task.done():
                task.result()
    await asyncio.to_thread(kill, servers[0])
    killed.set()
    await asyncio.gather(*tasks)
    return views, cut


async def view(line: websockets.ClientConnection, query: str) -> None:
    """Ask for a screen and wait until it is drawn, and no error page."""
    visitor = Visitor(line, query=query)
    await visitor.draw()
    assert visitor.shows("都道府県")


def test_the_name_is_the_proxys_and_who_is_taken_off_the_list_writes_nothing(
    browser, build_dir, tmp_path, editors
):
    ledger, audit = tmp_path / "ledger.csv", tmp_path / "audit.jsonl"
    environment = {"KORYU_DATA": str(build_dir), "KORYU_LEDGER": str(ledger), "KORYU_AUDIT": str(audit)}
    with (
        proxied.two_processes(environment, flags=named(editors), identity="sato@example.lg.jp") as (
            address,
            _,
        ),
        window(browser) as shown,
    ):
        shown.page.goto(f"{address}/ledger")
        shown.quiet()
        expect(shown.page.get_by_text("企画課 佐藤として編集できます")).to_be_visible()
        shown.page.get_by_role("combobox", name="連携を選ぶ").click()
        shown.page.get_by_role("option").nth(1).click()
        shown.quiet()
        box = shown.page.get_by_label("書いた人")
        expect(box).to_have_value("企画課 佐藤")
        expect(box).to_be_disabled()
        shown.page.get_by_label("担当課").last.fill("防災課")
        shown.page.get_by_role("button", name="保存する").click()
        expect(shown.page.get_by_text("保存しました。")).to_be_visible()
        assert "企画課 佐藤" in ledger.read_text(encoding="utf-8-sig")
        lines = audit.read_text(encoding="utf-8").splitlines()
        assert len(lines) == 1
        assert '"by": "proxy"' in lines[0]
        # The form stands open while the operator takes the person off the list.
        written = ledger.read_bytes()
        editors.write_text("suzuki\n", encoding="utf-8")
        shown.page.get_by_label("担当課").last.fill("だれか")
        shown.page.get_by_role("button", name="保存する").click()
        expect(shown.page.get_by_role("heading", name="点検表は、ここでは使えません")).to_be_visible()
        assert ledger.read_bytes() == written
        assert len(audit.read_text(encoding="utf-8").splitlines()) == 1


def test_five_hundred_hostile_requests(build_dir, tmp_path, editors):
    """Nothing is written, nobody let in, nothing raised; sent to the process itself, past the proxy."""
    ledger, audit = tmp_path / "ledger.csv", tmp_path / "audit.jsonl"
    environment = {"KORYU_DATA": str(build_dir), "KORYU_LEDGER": str(ledger), "KORYU_AUDIT": str(audit)}
    # The proxy is another machine, so that nobody of this one is it.
    flags = [*named(editors)[:-1], "10.9.8.7"]
    command = ["pipeline", "app", "--public-url", "https://map.example.lg.jp", *flags, "--port"]
    before, chance = logged(), random.Random(18)
    with serving.running(command, environment) as address:
        netloc = urlsplit(address).netloc
        foreign = ["evil.example", f"127.0.0.1.evil.example:{netloc.split(':')[1]}", "", "[::1", "10.9.8.7"]
        origins = [
            "https://evil.example",
            "null",
            "http://localhost:3000",
            "https://map.example.lg.jp.evil.example",
        ]
        paths = [
            "/",
            "/_stcore/stream",
            "/_stcore/upload_file/a/b",
            "/ledger",
            "/_stcore/metrics",
            "/media/../../etc/passwd",
        ]
        answers = []
        for number in range(500):
            trick = number % 4
            headers = {"Host": chance.choice(foreign) if trick == 0 else netloc}
            if trick == 1:
                headers["Origin"] = chance.choice(origins)
            if trick == 2:
                headers["X-Remote-User"] = chance.choice(
                    ["sato@example.lg.jp", "SATO@EXAMPLE.LG.JP", "admin", "a" * 5000]
                )
                headers["X-Forwarded-For"] = "10.9.8.7"
            if trick == 3:
                headers["X-Koryu-Person"] = "sato%40example.lg.jp"
                headers["X-Forwarded-For"] = f"10.9.8.{chance.randrange(256)}"
            method, path = chance.choice(["GET", "POST", "PUT", "DELETE"]), chance.choice(paths)
            line = http.client.HTTPConnection(netloc, timeout=30)
            line.putrequest(method, path, skip_host=True)
            for name, value in headers.items():
                line.putheader(name, value)
            line.endheaders()
            answer = line.getresponse()
            body = answer.read()
            assert b"Traceback" not in body
            answers.append((trick, answer.status))
            line.close()
        assert {status for trick, status in answers if trick < 3} <= {400, 403, 421}
        # Whoever only claims a name in a header of ours is a visitor like any other.
        assert {status for trick, status in answers if trick == 3} <= {200, 301, 307, 400, 403, 404, 405}
        assert raised(before) == []
    assert not ledger.exists()
    assert not audit.exists()


def test_a_page_of_another_site_neither_frames_nor_connects(browser, build_dir):
    with proxied.two_processes({"KORYU_DATA": str(build_dir)}) as (address, _):
        socket = address.replace("http", "ws") + "/_stcore/stream"

        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                body = f"<iframe src='{address}/'></iframe><script>new WebSocket('{socket}').onopen = () => document.title = 'in'</script>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Page)
        Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        try:
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            page.goto(f"http://localhost:{server.server_port}/")
            page.wait_for_timeout(3000)
            assert page.title() == ""
            assert any("frame-ancestors" in one for one in said)
            assert any("403" in one for one in said)
            assert page.frames[1].locator(".stApp").count() == 0
        finally:
            page.close()
            server.shutdown()


def test_downloads_come_from_the_process_that_made_them(browser, build_dir):
    with proxied.two_processes({"KORYU_DATA": str(build_dir)}) as (address, _):
        for _ in range(4):
            with window(browser) as shown:
                shown.page.goto(f"{address}/wards?ward=世田谷区")
                shown.quiet()
                with shown.page.expect_download() as waited:
                    shown.page.get_by_role("button", name="CSV").first.click()
                assert Path(waited.value.path()).stat().st_size > 100


def test_a_long_link_is_taken_and_one_that_is_far_too_long_gets_a_sentence(build_dir):
    with proxied.two_processes({"KORYU_DATA": str(build_dir)}) as (address, _):
        netloc = urlsplit(address).netloc
        for length, status in ((30_000, 200), (100_000, 414)):
            line = http.client.HTTPConnection(netloc, timeout=60)
            line.request("GET", f"/koryu/gaps?note={'~' * length}")
            answer = line.getresponse()
            body = answer.read().decode("utf-8")
            assert (length, answer.status) == (length, status)
            assert ("リンクが長すぎて開けません" in body) == (status == 414)
            line.close()
