"""The record of who wrote: it only grows, and no act is without its line."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from geo.places import boundaries
from pipeline.atomic import WriteError
from pipeline.boundaries import imported
from pipeline.cli import commands as cli
from pipeline.serving.audit import noted, read_audit


@pytest.fixture
def path(tmp_path, monkeypatch):
    path = tmp_path / "new" / "audit.jsonl"
    monkeypatch.setenv("KORYU_AUDIT", str(path))
    return path


def test_a_line_stands_before_the_act_and_a_second_where_it_failed(path):
    with noted("ledger", "企画課 山田", "proxy", ties="13101-10209"):
        assert len(read_audit()[0]) == 1
    with pytest.raises(ValueError, match="no"), noted("decision", "佐藤", "pc", text='"\n\u2028'):
        raise ValueError("no")
    entries, damaged = read_audit()
    assert damaged == 0
    assert [(one.who, one.act, one.failed) for one in entries] == [
        ("企画課 山田", "ledger", False),
        ("佐藤", "decision", False),
        ("佐藤", "decision", True),
    ]
    assert entries[1].number == entries[2].number
    assert entries[1].details == {"text": '"\n\u2028'}


def test_it_only_grows_and_a_line_cut_by_a_kill_harms_no_other(path):
    with noted("ledger", "a", "pc"):
        pass
    with path.open("ab") as file:
        file.write(b'{"when": "2026')
    before = path.read_bytes()
    with noted("ledger", "b", "pc"):
        pass
    assert path.read_bytes().startswith(before)
    entries, damaged = read_audit()
    assert [one.who for one in entries] == ["a", "b"]
    assert damaged == 1


def test_where_it_cannot_be_noted_nothing_is_done(path, monkeypatch):
    path.mkdir(parents=True)
    done = []
    with pytest.raises(WriteError), noted("ledger", "a", "pc"):
        done.append(1)
    assert done == []


def test_other_boundaries_and_the_way_back_are_noted(path, monkeypatch, capsys):
    monkeypatch.setattr(imported, "import_n03", lambda *_, **__: boundaries.BUILT_IN)
    monkeypatch.setattr(imported, "reset", lambda: True)
    monkeypatch.setattr("pipeline.cli.boundaries._rebuild", lambda: 0)
    assert cli.main(["boundaries", "import", "a/N03.zip"]) == 0
    assert cli.main(["boundaries", "reset"]) == 0  # there are none
    monkeypatch.setattr(boundaries, "in_force", lambda: replace(boundaries.BUILT_IN, version="1"))
    assert cli.main(["boundaries", "reset"]) == 0
    assert [(one.act, one.by, one.details) for one in read_audit()[0]] == [
        ("boundaries-imported", "command", {"file": "N03.zip"}),
        ("boundaries-reset", "command", {}),
    ]


def test_lines_that_somebody_else_made_up_are_read_or_counted(path, capsys):
    path.parent.mkdir()
    good = '{"when": "\\ud800", "number": [1], "who": {}, "by": "x", "act": "\\u0007", "more": {"a": null}}\n'
    path.write_text(good + "[" * 100_000 + "\n{}\n5\n\x00\n", "utf-8")
    assert cli.main(["audit"]) == 0
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 2
    assert "読み取れない行が4" in said.err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_others_of_the_machine_do_not_read_it(path):
    with noted("ledger", "a", "pc"):
        pass
    assert path.stat().st_mode & 0o077 == 0


def test_the_command_shows_it(path, capsys):
    with noted("ledger", "山田", "login", ties="13101-10209"):
        pass
    with pytest.raises(ValueError, match="no"), noted("document-added", "佐藤\t", "command"):
        raise ValueError("no")
    assert cli.main(["audit"]) == 0
    head, first, second = capsys.readouterr().out.splitlines()
    assert head == "when\twho\tby\tact\tdone\tdetails"
    assert first.split("\t")[1:] == ["山田", "ログイン", "点検表", "行った", "ties=13101-10209"]
    assert second.split("\t")[1:] == ["佐藤 ", "命令", "資料を加える", "行わず", ""]
