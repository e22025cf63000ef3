"""The documents of agreements, partners and events, damaged in any way: read, or refused in one sentence."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.records import SourceError
from pipeline.intake.registry import read
from tests.documents import DOCUMENTS

IDS = ("tokyo23_chronology_r6", "shinagawa_agreements_r7", "suginami_exchange_r5")


@pytest.fixture(scope="module", params=IDS)
def document(request):
    return DOCUMENTS[request.param]


@pytest.fixture(scope="module")
def text(root, document):
    return (root / "data" / "sources" / f"{document.id}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: b"",
        lambda text: b"%PDF-1.7\n\x00",
        lambda text: text.encode("cp932", errors="replace"),
        lambda text: "何かほかの文書です。\n本文が続きます。\n".encode(),
    ],
    ids=["empty", "pdf", "shift_jis", "another"],
)
def test_what_is_not_the_document_is_refused(tmp_path, document, text, spoil):
    path = tmp_path / f"{document.id}.txt"
    path.write_bytes(spoil(text))
    with pytest.raises(SourceError) as caught:
        read(path, document)
    message = str(caught.value)
    assert path.name in message
    assert message.endswith("。")
    assert "\n" not in message


def test_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path, document, text):
    plain, windows = tmp_path / "plain.txt", tmp_path / "windows.txt"
    plain.write_bytes(text.encode())
    windows.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read(plain, document) == read(windows, document)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_damage_is_read_or_refused(document, text, seed):
    random = Random(seed)
    lines = text.split("\n")
    if len(lines) > 500:  # the chronology: its beginning, its odd places and its tables
        lines = lines[:60] + lines[840:910] + lines[1395:1420] + lines[2030:]
    for _ in range(random.randint(1, 12)):
        at, what = random.randrange(len(lines) - 1), random.random()
        if what < 0.3:
            del lines[at]
        elif what < 0.5:
            lines.insert(at, random.choice(lines))
        elif what < 0.7:
            cut = random.randrange(len(lines[at]) + 1)
            lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]
        elif what < 0.85:
            lines[at : at + 2] = [lines[at] + lines[at + 1]]
        else:
            lines[at] = lines[at].replace(
                random.choice("日月年（）：、0123456789"), random.choice("（～99※　月")
            )
    with suppress(SourceError):
        reading = document.read_lines(lines, "file.txt")
        assert all(1 <= record.line <= len(lines) for record in reading.records)
        assert all(1 <= event.line <= event.last_line <= len(lines) for event in reading.events)
        assert reading.rows == sum(record.rows for record in reading.records)
