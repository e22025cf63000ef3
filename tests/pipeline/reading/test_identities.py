"""What a person said of projects of two editions: written, read, and in force in the next build."""

from __future__ import annotations

import pytest

from pipeline.intake.records import SourceError
from pipeline.reading.identities import (
    COLUMNS,
    Identity,
    identities_path,
    load_identities,
    read_identities,
    record_identity,
)


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("KORYU_DECISIONS", str(tmp_path / "decisions.csv"))


def said(name_to: str = "物産展", same: bool = True, who: str = "企画課 山田") -> Identity:
    return Identity("tokyo23_linkage", "13105", "物産 市", name_to, same, who)


def test_there_is_none_before_somebody_says_so():
    assert read_identities() == b""
    assert load_identities(b"") == {}


def test_the_last_word_holds():
    for same in (True, False):
        record_identity(said(same=same))
    record_identity(said("=1+1"))
    found = load_identities(read_identities())
    assert found == {
        "tokyo23_linkage": {("13105", "物産市", "物産展"): False, ("13105", "物産市", "=1+1"): True}
    }
    assert "\n'=1+1" not in read_identities().decode()
    assert ",'=1+1," in read_identities().decode()


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"series,same\nx,\xe3\x81\xaf\xe3\x81\x84\n", "列"),
        ((",".join(COLUMNS) + "\nx,13105,a,b,たぶん,山田,2026-11-30\n").encode(), "2行目"),
        ("系列".encode("cp932"), "UTF-8"),
    ],
)
def test_a_file_with_something_wrong_in_it_is_not_added_to(content, wrong):
    identities_path().write_bytes(content)
    with pytest.raises(SourceError, match=wrong):
        record_identity(said())
    assert identities_path().read_bytes() == content


def test_nobody_says_it():
    with pytest.raises(SourceError, match="名前"):
        record_identity(said(who="  "))
    assert not identities_path().exists()
