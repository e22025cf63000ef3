"""A Streamlit app on a free port and a browser that reaches nothing else: for tests and benchmarks."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Error, Locator, Page, Playwright, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
ANSWER_SECONDS = 60
#: Lets the page draw what it has been told.
DRAWN = (
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
)

#: Goes to another address of the app as the way back does: what the page has read stays, and Streamlit asks for what
#: the address says. Not by the page's own pushState, which keeps of an address the part of the map.
WITHIN = """(address) => {
  History.prototype.pushState.call(history, null, '', address);
  dispatchEvent(new PopStateEvent('popstate'));
}"""

#: Whether nothing fades or slides any more.
STILL = "document.fonts.status === 'loaded' && document.getAnimations().every((one) => one.playState !== 'running')"

#: Where a page of a server goes that shows nothing of the app.
LEFT = "/_stcore/health"

#: What a page can store, by its names in the protocol of Chromium's tools; not what it has read of the server.
STORED = "local_storage,indexeddb,websql,service_workers,cache_storage,file_systems,shared_storage"

LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}

#: The browser finds no other host. (Were every request routed through the test instead, nothing of the page
#: would be kept, and each would cost seconds.)
NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, " + ", ".join(
    f"EXCLUDE {host}" for host in sorted(LOCAL_HOSTS)
)

#: What a screen says instead of its body when the program has a fault (pages/shared/frame/shell.py).
BROKEN = "画面を表示できませんでした"

#: What a server writes when something was raised: Python's own words, our "… failed", Streamlit's own.
RAISED = re.compile(r"^Traceback|\bfailed\b|Uncaught|Exception\b", re.MULTILINE)

#: The logs of every server of this run; they outlive their servers.
_logs: list[Path] = []
#: Every server of this run, by its address.
_servers: dict[str, subprocess.Popen] = {}
#: Windows that may be used again, of each browser: those that were left, and by their size those that stay.
_free: dict[tuple[Browser, tuple[int, int] | None], list[Window]] = {}
_kept = TemporaryDirectory(prefix="koryu-logs-")


@contextmanager
def serve(script: Path, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run a Streamlit script of the tests and give its address.

    It runs as a copy with the project's ``static`` beside it, because Streamlit serves static files only from there.

    Raises
    ------
    RuntimeError
        when the app does not come up; the message has what it printed.
    """
    with TemporaryDirectory(prefix="koryu-") as folder:
        script = Path(shutil.copy(script, folder))
        shutil.copytree(ROOT / "static", Path(folder) / "static")
        command = ["streamlit", "run", str(script), "--server.address=127.0.0.1", "--server.headless=true"]
        command += ["--server.enableStaticServing=true", "--server.fileWatcherType=none"]
        command += ["--browser.gatherUsageStats=false", "--server.port"]
        with running(command, environment) as address:
            yield address


def app(environment: dict[str, str] | None = None, home: Path = ROOT) -> AbstractContextManager[str]:
    """Run the screens as ``make run`` does and give their address; ``home`` is the project or a copy of it.

    Where ``environment`` has KORYU_EDIT, visitors may edit. Where KORYU_THROUGH says so and they may not, the screens
    stand behind nginx (tests/e2e/proxied.py).
    """
    edit = ["--edit"] if (environment or {}).get("KORYU_EDIT") else []
    if os.environ.get("KORYU_THROUGH") == "nginx" and not edit:
        from tests.e2e.proxied import behind_nginx

        return behind_nginx(environment, home)
    return running(["pipeline", "app", *edit, "--port"], environment, home)


@contextmanager
def running(
    command: list[str], environment: dict[str, str] | None, home: Path = ROOT, base: str = ""
) -> Iterator[str]:
    """Run a module of Python that takes its port as the last argument, and give its address without ``base``."""
    port = free_port()
    address, log_path = f"http://127.0.0.1:{port}", Path(_kept.name) / f"{len(_logs)}.log"
    with log_path.open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, str(port)],
            cwd=home,
            env=_surroundings()
            | {"PYTHONPATH": str(home), "KORYU_AUDIT": str(Path(_kept.name) / "audit.jsonl")}
            | (environment or {}),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"{address}{base}/_stcore/health", server, log_path)
            _logs.append(log_path)
            _servers[address] = server
            yield address
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def kill(address: str) -> None:
    """End a server at once, as a fault of the machine would."""
    _servers[address].kill()
    _servers[address].wait()


def process(address: str) -> subprocess.Popen:
    """The server at an address."""
    return _servers[address]


def logged() -> dict[Path, int]:
    """How many bytes every server of this run has written so far, by its log."""
    return {path: path.stat().st_size for path in _logs}


def raised(before: dict[Path, int]) -> list[str]:
    """What servers wrote since ``before`` (``logged``), of those that say that something was raised."""
    since = [path.read_bytes()[before.get(path, 0) :].decode(errors="replace") for path in _logs]
    return [said for said in since if RAISED.search(said)]


def _surroundings() -> dict[str, str]:
    """The environment without what somebody set for an app of their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KORYU_")}


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(address: str, server: subprocess.Popen, log_path: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the app did not start:\n" + log_path.read_text(errors="replace"))


def launch(playwright: Playwright, *more: str) -> Browser:
    """Chromium, with ``more`` arguments: the system's where there is one, else Playwright's own.

    Raises
    ------
    playwright.sync_api.Error
        when there is neither.
    """
    # The shell has no window of its own to draw beside each page, which takes a third of the time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    system = next(filter(None, map(shutil.which, names)), None)
    return playwright.chromium.launch(executable_path=system, args=["--no-sandbox", NO_OTHER_HOST, *more])


@dataclass
class Window:
    """A page of its own, with what it asked of other hosts (all blocked) and what it complained about.

    ``origins`` are those it asked for anything, and that may have stored something in it.
    ``awaited`` is the message that has to come before the server has answered all that the page asked it,
    ``received`` counts the bytes of all messages, unpacked.
    """

    page: Page
    outside: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    awaited: str = ""
    received: int = 0

    def quiet(self) -> None:
        """Wait until the server has answered all that the page asked it, and the page shows the answer."""
        until = time.monotonic() + ANSWER_SECONDS
        self.page.wait_for_timeout(250)  # a slider and the search box ask only some time after they changed
        while True:
            while self.awaited:
                assert time.monotonic() < until, f"no {self.awaited} within {ANSWER_SECONDS} seconds"
                self.page.wait_for_timeout(20)
            self.page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
            # Stands for a part of the page whose script is still on its way.
            self.page.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
            self.page.evaluate(DRAWN)
            if not self.awaited:
                return

    def begin(self, width: int = 1440, height: int = 900) -> None:
        """Be as new: nothing stored, said, set or asked for, in a size."""
        tools = self.page.context.new_cdp_session(self.page)
        for origin in self.origins:
            tools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
        tools.send("Page.resetNavigationHistory")
        tools.detach()
        self.page.context.clear_cookies()
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(
            media="null", color_scheme="null", reduced_motion="null", forced_colors="null"
        )
        self.page.mouse.move(0, 0)
        self.origins.clear()
        self.outside.clear()
        self.problems.clear()
        self.awaited, self.received = "", 0

    def visit(self, address: str) -> None:
        """Open an address as a reader does who is there already; a first visitor comes by ``page.goto``.

        The page stays, and so does its session with the server, which is half of what opening a screen takes.
        """
        here, there = urlsplit(self.page.url), urlsplit(address)
        if here[:2] != there[:2] or not self.page.locator(".stApp").count():
            self.page.goto(address)
            return
        self.page.evaluate(WITHIN, address)
        self.quiet()

    def leave(self) -> None:
        """Show nothing of the app any more, but stay with its server.

        A page that goes elsewhere is drawn by another process as it comes back, which has to read and translate all
        scripts of the screens again: a third of what opening a screen takes.
        """
        here = urlsplit(self.page.url)
        if here.path.endswith(LEFT):
            return  # it was left before, maybe by another test, whose server may have ended
        self.page.goto(f"{here.scheme}://{here.netloc}{LEFT}" if here.netloc else "about:blank")
        if here.netloc:
            self.page.evaluate("sessionStorage.clear()")

    def broken(self) -> list[str]:
        """What the page says of a fault of the program: our sentence for it, or an exception of Streamlit's."""
        said = self.page.get_by_text(BROKEN).or_(self.page.get_by_test_id("stException"))
        return said.all_inner_texts()

    def still(self) -> None:
        """Wait until nothing on the page and its map fades or slides any more."""
        self.page.evaluate(DRAWN)
        for frame in self.page.frames:
            frame.wait_for_function(STILL)

    def reach(self, control: Locator) -> None:
        """Bring a control into view before its list is opened: lists close as soon as the page scrolls."""
        control.scroll_into_view_if_needed()
        self.still()

    def query(self) -> dict[str, list[str]]:
        """The query parameters of the address bar, once the server has answered.

        The page itself is asked, because the driver hears of a new address only later.
        """
        self.quiet()
        return parse_qs(self.page.evaluate("location.search.slice(1)"))

    def map_frame(self, number: int = 0, of: int = 1):
        """The document of the map, of the first or another ``of`` so many, once all are painted.

        The map of the screen before has gone then.
        """
        self.quiet()
        shown = self.page.locator("iframe[src*=folium]")
        expect(shown).to_have_count(of)
        for each in range(of):
            shown.nth(each).content_frame.locator("[data-painted]").wait_for(timeout=30_000)
        return shown.nth(number).element_handle().content_frame()

    def wider(self) -> list[str]:
        """Says it where the screen is wider than the window."""
        main = self.page.locator("[data-testid=stMain]")
        wide, room = main.evaluate("one => [one.scrollWidth, one.clientWidth]")
        return [f"{wide} pixels in {room}"] if wide > room + 1 else []

    def english(self) -> list[str]:
        """Every text and label on the page with three Latin letters in a row, once our words stand on it."""
        self.page.locator("html[lang=ja]").wait_for(state="attached")
        return self.page.evaluate(
            """() => {
          const seen = [];
          const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
          for (const element of document.body.querySelectorAll('*')) {
            if (!shown(element) || element.closest('[translate=no], script, style')) continue;
            for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
              if (/[a-z]{3,}/i.test(element.getAttribute(name) ?? '')) seen.push(element.getAttribute(name));
            for (const node of element.childNodes)
              if (node.nodeType === 3 && /[a-z]{3,}/i.test(node.data)) seen.push(node.data.trim());
          }
          return seen;
        }"""
        )


def set_look(opened: Window, look: str) -> None:
    """Set the PC to "light" or "dark" and wait until the screen, and its map where it has one, is so."""
    opened.page.emulate_media(color_scheme=look)
    for frame in opened.page.frames:
        frame.wait_for_function(
            "look => getComputedStyle(document.documentElement).colorScheme === look", arg=look
        )
    opened.still()


def watch(page: Page) -> Window:
    """Take down from now on what a page complains about and what its server owes it."""
    opened = Window(page)
    page.on("pageerror", lambda error: opened.problems.append(str(error)))
    page.on("console", lambda message: _complain(opened, message))
    page.on("websocket", lambda socket: _listen(opened, socket))
    return opened


@contextmanager
def window(
    browser: Browser,
    width: int = 1440,
    height: int = 900,
    *,
    own: bool = False,
    guarded: bool = False,
    stays: bool = False,
) -> Iterator[Window]:
    """A page as a first visitor has it, in which only the app itself can be reached.

    One that has been left is used again, for it has read the scripts of the screens already; it is begun anew. But
    what a test sets of a page besides (routes, listeners, scripts) cannot all be taken back: such a test takes one of
    its ``own``. Where it ``stays``, it is not left in the end: ``Window.visit`` finds the app as the test before left it,
    in the same size, so a test has to leave all that no address says as it found it. Only where it is ``guarded`` the
    page's Content-Security-Policy holds: it forbids what the driver waits by.

    Whoever ends with it in order must not leave a broken screen, nor a server that wrote of an exception.
    """
    before = logged()
    again = not own and not guarded
    free = _free.setdefault((browser, (width, height) if stays else None), []) if again else []
    opened = free.pop() if free else _open(browser, guarded)
    try:
        opened.begin(width, height)
        yield opened
        assert not (faults := [*opened.broken(), *raised(before)]), faults
        if again:
            with suppress(Error):  # its server may have ended, and the page with it
                if not stays:
                    opened.leave()
                free.append(opened)
    finally:
        if opened not in free:
            opened.page.context.close()


def _open(browser: Browser, guarded: bool) -> Window:
    context = browser.new_context(locale="ja-JP", bypass_csp=not guarded)
    opened = watch(context.new_page())
    context.on("request", lambda request: _ask(opened, request.url))
    return opened


def _ask(opened: Window, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return
    if parts.hostname in LOCAL_HOSTS:
        opened.origins.add(f"{parts.scheme}://{parts.netloc}")
    else:
        opened.outside.append(url)


def _complain(opened: Window, message) -> None:
    # On a page with a path Streamlit looks for its server below that path first, and gets a 404.
    looks_for_server = "404" in message.text and "/_stcore/" in message.location.get("url", "")
    if message.type == "error" and not looks_for_server:
        opened.problems.append(f"{message.text} ({message.location.get('url')})")


def _listen(opened: Window, socket: WebSocket) -> None:
    """Keep account of what the server owes the page: a run begins with one message and ends with another."""
    opened.awaited = "new_session"

    def sent(frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            opened.awaited = "new_session"

    def received(frame: str | bytes) -> None:
        opened.received += len(frame)
        message = ForwardMsg.FromString(frame) if isinstance(frame, bytes) else ForwardMsg()
        if not opened.awaited or message.WhichOneof("type") != opened.awaited:
            return
        over = message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        begun = opened.awaited == "new_session"
        opened.awaited = "script_finished" if begun else "" if over else "new_session"

    socket.on("framesent", sent)
    socket.on("framereceived", received)


__all__ = ["Error", "Window", "launch", "serve", "set_look", "watch", "window"]
