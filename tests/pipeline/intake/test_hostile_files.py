"""Lists damaged or made to do harm: understood, or refused in one sentence; soon, in little memory, and nothing else done.

By default some of them; KORYU_FUZZ=1 tries 2,000.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import time
import zlib
from pathlib import Path

import pytest

from pipeline.intake.grid import portable
from pipeline.intake.list_choices import Choices
from pipeline.intake.lists import Understanding, read_list
from pipeline.intake.records import SourceError
from tests.lists import contents, pairs
from tests.pipeline.intake.hostile import ROWS, mutant, seeds

MUTANTS = 2_000 if os.environ.get("KORYU_FUZZ") else 60
SECONDS, KILOBYTES = 20.0, 1_000_000
SENTENCE = re.compile(r"[^\n]*[ぁ-ん][^\n]*。")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
#: The processes that read workbooks and PDFs.
_READERS = [str(Path(portable.__file__).with_name(f"{kind}_process.py")) for kind in ("workbook", "portable")]
_NEVER = (
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.startfile",
    "socket.connect",
    "os.mkdir",
    "os.rename",
    "os.remove",
)

#: What is done while a list is read, and may not be; None while nobody watches.
seen: list[str] | None = None


def _watch(event: str, arguments: tuple) -> None:
    if seen is None:
        return
    if event == "open":
        name, _, flags = arguments
        # A number is a pipe to one of them.
        if (flags or 0) & _WRITING and name != os.devnull and not isinstance(name, int):
            seen.append(f"open {name}")
    elif event == "subprocess.Popen":
        if arguments[1][:2] != [sys.executable, "-I"] or arguments[1][2] not in _READERS:
            seen.append(f"{event} {arguments[1]}")
    elif event in _NEVER:
        seen.append(f"{event} {arguments}")


sys.addaudithook(_watch)


class TooLong(BaseException):
    pass


def read(data: bytes, name: str) -> tuple[Understanding | str, float, list[str]]:
    """What came of a list, in how many seconds of processors, and what was done besides that may not be."""
    global seen

    def stop(*_):
        raise TooLong(f"{name} takes more than {SECONDS} s")

    if hasattr(signal, "SIGALRM"):
        before = signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, 4 * SECONDS)  # a machine may have much else to do
    seen, began = [], sum(os.times()[:4])
    try:
        result: Understanding | str = read_list(data, contents(), Choices(origin="文京区"), name)
    except SourceError as error:
        result = str(error)
    finally:
        done, seen = seen, None
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    return result, sum(os.times()[:4]) - began, done


def peak() -> int:
    """The most memory that this process or one it started has had, in KB; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    folder = Path(__file__).resolve().parents[4] / "shared" / "lists"
    return seeds(folder if folder.is_dir() else None)


def test_the_lists_are_read_where_nothing_is_wrong_with_them(whole):
    expected = {
        ("13105", "15225"),
        ("13105", "32501"),
        ("13105", "43100"),
        ("13105", "17201"),
        ("13103", "07204"),
    }
    for name, data in whole.items():
        understood, _, done = read(data, name)
        assert isinstance(understood, Understanding), (name, understood)
        assert done == []
        if not name.startswith("shared"):
            assert set(pairs(understood)) >= expected, name
    assert len(ROWS) == 8


def test_damaged_and_hostile_lists_end_in_an_understanding_or_a_sentence(whole, capfd):
    choose = random.Random(20)
    before, trace = peak(), Path("/tmp/koryu-hostile")
    assert not trace.exists()
    names = list(whole)
    endings = sorted({Path(name).suffix for name in names})
    understood = 0
    for number in range(MUTANTS):
        name = names[number % len(names)]
        data = mutant(whole[name], list(whole.values()), choose)
        called = f"m{number}{choose.choice(endings) if choose.random() < 0.2 else Path(name).suffix}"
        try:
            result, took, done = read(data, called)
        except BaseException as error:
            raise AssertionError(f"{called} of {name}: {error!r}") from error
        assert done == [], (called, name)
        assert took < SECONDS, (called, name)
        # What other tests of this process took before is not what a file took.
        assert peak() <= max(1.1 * before, KILOBYTES), (called, name)
        if isinstance(result, str):
            assert SENTENCE.fullmatch(result), (called, name, result)
            assert len(result) < 1_000
        else:
            understood += 1
            assert result.reading.records
    assert not trace.exists()
    assert understood > MUTANTS // 10
    assert capfd.readouterr().err == ""


def drawing(stream: bytes, filters: bytes) -> bytes:
    """A PDF of one page that is drawn by this stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(made)
    return made + b"xref\n0 5\n0000000000 65535 f \n" + table + end


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory of a process is limited there")
def test_a_page_that_unpacks_to_more_than_there_is_memory():
    before, press = peak(), zlib.compressobj(9, zlib.DEFLATED, -15)
    # A block that stands by itself, 2,000 times, between what begins and what ends a stream; the sum of n zeros is known.
    block = press.compress(bytes(1_000_000)) + press.flush(zlib.Z_FULL_FLUSH)
    total = (2_000 * 1_000_000 % 65_521 << 16 | 1).to_bytes(4, "big")
    once = b"\x78\xda" + 2_000 * block + b"\x03\x00" + total
    said, took, _ = read(drawing(zlib.compress(once, 9), b"/FlateDecode/FlateDecode"), "bomb.pdf")
    assert isinstance(said, str)
    assert "壊れている" in said
    assert peak() <= 1.1 * max(before, KILOBYTES)


def test_a_page_that_takes_for_ever(monkeypatch):
    monkeypatch.setattr(portable, "_MOST_SECONDS", 3.0)
    began = time.monotonic()
    said, _, _ = read(drawing(b" " * 3_000_000 + b"x~>", b"/ASCII85Decode"), "slow.pdf")
    assert isinstance(said, str)
    assert "時間がかかりすぎる" in said
    assert time.monotonic() - began < SECONDS
