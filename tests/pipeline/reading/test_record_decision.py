"""Decisions are written down so that nothing is lost, and change only what they name."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.places.folding import squeeze
from geo.places.gazetteer import Gazetteer
from pipeline import atomic
from pipeline.atomic import WriteError
from pipeline.building.run import build
from pipeline.building.stale import is_stale
from pipeline.cli import commands as cli
from pipeline.formulas import runs
from pipeline.intake.documents import DEFAULT_SOURCES
from pipeline.intake.records import SourceError
from pipeline.reading import record_decision
from pipeline.reading.geocode import decisions
from pipeline.reading.geocode.decisions import (
    COLUMNS,
    NOT_A_MUNICIPALITY,
    SHIPPED,
    WITHDRAWN,
    Decision,
    Decisions,
    load_decisions,
)
from pipeline.reading.record_decision import MAX_NAME, MAX_REASON, record

HEADER = ",".join(COLUMNS) + "\n"
SHIMIZU = "北海道十勝清水町"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture
def path(tmp_path) -> Path:
    file = tmp_path / "decisions.csv"
    file.write_text(HEADER, encoding="utf-8", newline="")
    return file


def decision(text: str = SHIMIZU, codes: tuple[str, ...] = ("01636",), **fields) -> Decision:
    return Decision(text, codes, **({"decided_by": "区民課 山田"} | fields))


def test_what_is_recorded_is_read_back(gazetteer, path):
    written = record(
        decision(series="tokyo23_linkage", origin_code="13119", reason="町の一覧で確認"), gazetteer, path
    )
    assert load_decisions(gazetteer, path) == [written]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", written.decided_on)


def test_a_file_of_an_earlier_version_is_read_and_added_to(gazetteer, tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text(
        HEADER.replace("origin_code", "ward_code").replace("series", "source"), encoding="utf-8", newline=""
    )
    written = record(decision(series="tokyo23_linkage", origin_code="13119"), gazetteer, path)
    assert load_decisions(gazetteer, path) == [written]


def test_a_decision_may_be_several_places_or_none_or_be_withdrawn(gazetteer, path):
    record(decision("武雄市太良町", ("41206", "41441")), gazetteer, path)
    record(decision("出展希望自治体", ()), gazetteer, path)
    record(decision("出展希望自治体", (), withdrawn=True), gazetteer, path)
    several, none, withdrawn = load_decisions(gazetteer, path)
    assert several.codes == ("41206", "41441")
    assert (none.codes, none.withdrawn) == ((), False)
    assert withdrawn.withdrawn
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert [row["codes"] for row in rows] == ["41206|41441", NOT_A_MUNICIPALITY, WITHDRAWN]


def test_the_last_decision_of_a_scope_holds_and_the_earlier_ones_stay(gazetteer, path):
    record(decision(codes=("01210",)), gazetteer, path)
    record(decision(), gazetteer, path)
    decisions = load_decisions(gazetteer, path)
    assert [one.codes for one in decisions] == [("01210",), ("01636",)]
    assert Decisions(decisions).find(SHIMIZU, "any", "13101", gazetteer).codes == ("01636",)
    record(decision(codes=(), withdrawn=True), gazetteer, path)
    assert Decisions(load_decisions(gazetteer, path)).find(SHIMIZU, "any", "13101", gazetteer) is None


def test_the_narrower_scope_comes_first(gazetteer, path):
    record(decision(codes=("01636",), series="a", origin_code="13119"), gazetteer, path)
    record(decision(codes=("01210",), series="a"), gazetteer, path)
    record(decision(codes=()), gazetteer, path)
    decisions = Decisions(load_decisions(gazetteer, path))
    found = [decisions.find(SHIMIZU, *scope, gazetteer).codes for scope in (("a", "13119"), ("a", "13101"))]
    assert found == [("01636",), ("01210",)]
    assert decisions.find(SHIMIZU, "b", "13119", gazetteer).codes == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("ending", ["", "newline"])
def test_whatever_else_is_in_the_file_stays_byte_for_byte(gazetteer, path, newline, ending):
    lines = [
        "text,source,origin_code,codes,memo,decided_by,decided_on,reason",
        "# 令和8年度の確認分",
        "# 会議で決めたもの, 2件",
        '埼玉県秩父郡長瀨町,,,11363,"メモ, 二行の',
        'メモ",佐藤,2026-04-01,地図で確認',
    ]
    before = ("\ufeff" + newline.join(lines) + (newline if ending else "")).encode()
    path.write_bytes(before)
    record(decision(), gazetteer, path)
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.endswith(newline.encode())
    with path.open(encoding="utf-8-sig", newline="") as file:
        last = list(csv.DictReader(file))[-1]
    assert last["memo"] == ""
    assert (last["text"], last["codes"], last["decided_by"]) == (SHIMIZU, "01636", "区民課 山田")
    assert [one.text for one in load_decisions(gazetteer, path)] == ["埼玉県秩父郡長瀨町", SHIMIZU]


@given(text=st.text(max_size=60), who=st.text(max_size=60), why=st.text(max_size=400))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_kept_as_data_on_one_line_or_refused(gazetteer, path, text, who, why):
    path.write_text(HEADER, encoding="utf-8", newline="")
    try:
        written = record(decision(text, decided_by=who, reason=why), gazetteer, path)
    except SourceError:
        assert path.read_text(encoding="utf-8") == HEADER
        return
    (read,) = load_decisions(gazetteer, path)
    assert read == written
    assert squeeze(read.text) == squeeze(text)
    assert Decisions([read]).find(squeeze(text), None, None, gazetteer).codes == ("01636",)
    assert len(read.decided_by) <= MAX_NAME
    assert len(read.reason) <= MAX_REASON
    assert (read.decided_by + read.reason).isprintable() or not (who + why).isprintable()
    assert path.read_bytes().count(b"\n") == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": " 　"}, "記載"),
        ({"decided_by": " \n"}, "名前"),
        ({"decided_by": "あ" * (MAX_NAME + 1)}, "字まで"),
        ({"reason": "あ" * (MAX_REASON + 1)}, "字まで"),
        ({"codes": ("99999",)}, "99999"),
    ],
)
def test_an_incomplete_decision_is_refused_and_nothing_is_written(gazetteer, path, wrong, said):
    with pytest.raises(SourceError, match=said):
        record(decision(**wrong), gazetteer, path)
    assert path.read_text(encoding="utf-8") == HEADER


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"text,codes\n", "series"),
        (HEADER.encode() + "清水町,,,1636,,,\n".encode(), "2行目.*1636"),
        (HEADER.encode() + "清水町\n".encode(), "2行目"),
        (HEADER.encode() + "清水町".encode("cp932"), "UTF-8"),
    ],
)
def test_a_file_with_something_wrong_in_it_is_neither_read_nor_added_to(gazetteer, path, content, said):
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said):
        record(decision(), gazetteer, path)
    assert path.read_bytes() == content


def test_a_missing_file_is_said(gazetteer, tmp_path):
    with pytest.raises(SourceError, match="開けません"):
        load_decisions(gazetteer, tmp_path / "none.csv")


def test_a_place_that_cannot_be_written_leaves_the_file_as_it_was(gazetteer, path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.atomic.os.fsync", full)
    with pytest.raises(WriteError, match="空き容量"):
        record(decision(), gazetteer, path)
    assert path.read_text(encoding="utf-8") == HEADER
    assert sorted(file.name for file in path.parent.iterdir()) == [".decisions.csv.lock", "decisions.csv"]


SAVER = """
import sys
from pathlib import Path
from geo.places.gazetteer import Gazetteer
from pipeline.reading.record_decision import record
from pipeline.reading.geocode.decisions import Decision

path, who, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
places = Gazetteer.load()
for number in range(count):
    record(Decision(f"{who}の記載{number}", ("01636",), decided_by=who), places, path)
"""


def test_people_who_save_at_once_lose_nothing(root, gazetteer, path):
    people, each = 4, 12
    savers = [
        subprocess.Popen([sys.executable, "-c", SAVER, str(path), f"職員{n}", str(each)], cwd=root)
        for n in range(people)
    ]
    assert [saver.wait(60) for saver in savers] == [0] * people
    decisions = load_decisions(gazetteer, path)
    assert {one.text for one in decisions} == {
        f"職員{n}の記載{number}" for n in range(people) for number in range(each)
    }
    assert len(decisions) == people * each


def test_who_begins_the_file_of_a_user_takes_nothing_from_who_was_quicker(gazetteer, tmp_path, monkeypatch):
    """It begins as the decisions that come with the program; nobody else gets between that and the first line."""
    monkeypatch.delenv("KORYU_DECISIONS", raising=False)
    own, shipped = tmp_path / "decisions.csv", load_decisions(gazetteer, SHIPPED)
    monkeypatch.setattr(decisions, "DECISIONS", own)
    told = []

    def looked_up() -> Path:
        found = decisions.decisions_path()
        monkeypatch.setattr(record_decision, "decisions_path", decisions.decisions_path)
        monkeypatch.setattr(atomic, "SAVE_PATIENCE", 0)
        with suppress(WriteError):  # somebody else, where the lock lets them
            told.append(record(decision("甲"), gazetteer).text)
        return found

    monkeypatch.setattr(record_decision, "decisions_path", looked_up)
    told.append(record(decision("乙"), gazetteer).text)
    kept = [one.text for one in load_decisions(gazetteer, own)]
    assert kept == [*(one.text for one in shipped), *told]


@pytest.mark.parametrize(("flags", "value"), [((), ""), (("--edit",), "1")])
def test_the_screens_are_open_for_editing_only_when_asked(monkeypatch, flags, value):
    started = []
    monkeypatch.setenv("KORYU_EDIT", "1" if not flags else "")
    monkeypatch.setattr("pipeline.building.stale.is_stale", lambda: False)
    monkeypatch.setattr("streamlit.web.cli.main", lambda *_, **__: started.append(os.environ["KORYU_EDIT"]))
    monkeypatch.chdir(os.getcwd())  # the command changes the directory
    assert cli.main(["app", "--port", "8649", *flags]) == 0
    assert started == [value]


def test_a_decision_changes_only_the_mentions_it_names(gazetteer, path, tmp_path, monkeypatch):
    monkeypatch.setenv("KORYU_DECISIONS", str(path))
    out = tmp_path / "build"
    build(DEFAULT_SOURCES, out)
    assert not is_stale(DEFAULT_SOURCES, out)
    before = pd.read_parquet(out / "mentions.parquet")
    open_ones = before[(before.method == "none") & (before.source == "tokyo23_linkage_r8")]
    here, nowhere, elsewhere = open_ones.partner_text.drop_duplicates()[:3]
    ward = open_ones.origin_code[open_ones.partner_text == here].iloc[0]
    record(decision(here, ("11363",), series="tokyo23_linkage", origin_code=ward), gazetteer)
    record(decision(nowhere, ()), gazetteer)
    record(decision(elsewhere, ("47000",), series="setagaya_exchange"), gazetteer)
    assert is_stale(DEFAULT_SOURCES, out)
    build(DEFAULT_SOURCES, out)
    after = pd.read_parquet(out / "mentions.parquet")

    assert list(after.mention_id) == list(before.mention_id)
    old, new = (table.to_json(orient="records", lines=True).splitlines() for table in (before, after))
    changed = after[[a != b for a, b in zip(old, new, strict=True)]]
    named = (before.partner_text == nowhere) | ((before.partner_text == here) & (before.origin_code == ward))
    assert list(changed.index) == list(before.index[named])
    assert (changed.method == "decision").all()
    findings = pd.read_parquet(out / "findings.parquet")
    waiting = findings[findings.rule.isin(["partner-unresolved", "partner-uncertain"])].subject
    assert nowhere not in set(waiting)
    assert elsewhere in set(waiting)


@pytest.mark.parametrize("text", ["=1+1", "＋41", "@SUM(A1)", "-2", "'=x", "'ふつう", "=cmd|' /C calc'!A0"])
def test_a_text_that_a_spreadsheet_would_run_is_kept_and_does_not_run(tmp_path, gazetteer, text):
    path = tmp_path / "decisions.csv"
    path.write_text(",".join(COLUMNS) + "\n", "utf-8")
    record(Decision(text, ("01222",), decided_by="係"), gazetteer, path)
    (row,) = csv.DictReader(path.open(encoding="utf-8", newline=""))
    assert not runs(row["text"]) or row["text"].startswith("'")
    assert [decision.text for decision in load_decisions(gazetteer, path)] == [text]


@pytest.mark.parametrize("field", ["decided_by", "reason"])
def test_what_a_person_writes_may_not_begin_like_a_formula(tmp_path, gazetteer, field):
    path = tmp_path / "decisions.csv"
    path.write_text(",".join(COLUMNS) + "\n", "utf-8")
    with pytest.raises(SourceError, match="数式"):
        record(Decision("甲", (), **({"decided_by": "係"} | {field: "=1+1"})), gazetteer, path)
    assert load_decisions(gazetteer, path) == []
