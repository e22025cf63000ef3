"""What an office writes of its ties is kept, with its history, whoever writes at the same time."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.atomic import WriteError
from pipeline.formulas import runs
from pipeline.intake.records import SourceError
from pipeline.upkeep import review_store
from pipeline.upkeep.review_store import (
    COLUMNS,
    MAX_NOTE,
    MAX_SECTION,
    Change,
    Changed,
    Key,
    Values,
    checked,
    ledger_path,
    read_ledger,
    save,
)

ONE, TWO = Key("14206", "01202"), Key("14206", "20202")
FIRST = Values("防災課", "2025-10-03", "2026-10-01", "活発", "毎年\n秋に")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "ledger.csv"


def test_nothing_is_written_of_a_tie_before_somebody_writes(path):
    kept = read_ledger(path)
    assert kept.current(ONE) is None
    assert kept.values(ONE) == Values()
    assert (kept.number(ONE), kept.at(ONE, 0), kept.at(ONE, 1)) == (0, Values(), None)
    assert kept.batches == ()


def test_what_is_saved_is_read_again_and_its_history_stays(path):
    save({ONE: Change(FIRST, 0), TWO: Change(Values(section="文化課"), 0)}, "山田", path)
    second = replace(FIRST, state="休止", note="")
    returned = save({ONE: Change(second, 1)}, "佐藤", path)
    kept = read_ledger(path)
    assert kept.log == returned.log
    assert [(one.values, one.who, one.number) for one in kept.revisions[ONE]] == [
        (FIRST, "山田", 1),
        (second, "佐藤", 2),
    ]
    assert kept.at(ONE, 1) == FIRST
    assert kept.values(TWO) == Values(section="文化課")
    assert [(batch.who, len(batch.revisions)) for batch in kept.batches] == [("佐藤", 1), ("山田", 2)]


def test_the_file_only_grows_and_saying_the_same_again_adds_nothing(path):
    save({ONE: Change(FIRST, 0)}, "山田", path)
    before = path.read_bytes()
    save({ONE: Change(FIRST, 1)}, "佐藤", path)
    assert path.read_bytes() == before
    save({ONE: Change(replace(FIRST, state=""), 1)}, "佐藤", path)
    assert path.read_bytes().startswith(before)


def test_a_save_on_an_older_revision_saves_nothing_of_it(path):
    save({ONE: Change(FIRST, 0)}, "山田", path)
    before = path.read_bytes()
    with pytest.raises(Changed, match="1件を書きかえています") as stale:
        save({ONE: Change(Values(state="休止"), 0), TWO: Change(FIRST, 0)}, "佐藤", path)
    assert stale.value.keys == (ONE,)
    assert path.read_bytes() == before


def test_a_batch_is_undone_but_not_what_was_written_since(path):
    save({ONE: Change(FIRST, 0)}, "山田", path)
    save({ONE: Change(replace(FIRST, state="休止"), 1), TWO: Change(FIRST, 0)}, "佐藤", path)
    kept = save({TWO: Change(replace(FIRST, note="あとから"), 1)}, "鈴木", path)
    undoing = kept.undoing(kept.batches[1])
    assert undoing == {ONE: Change(FIRST, 2)}
    kept = save(undoing, "鈴木", path)
    assert kept.values(ONE) == FIRST
    assert kept.values(TWO).note == "あとから"
    assert len(kept.log) == 5
    kept = save(kept.undoing(kept.batches[-1]), "鈴木", path)
    assert kept.number(ONE) == 3
    assert kept.values(ONE) == FIRST


def test_an_undone_first_writing_leaves_nothing_written(path):
    kept = save({ONE: Change(FIRST, 0)}, "山田", path)
    kept = save(kept.undoing(kept.batches[0]), "山田", path)
    assert kept.values(ONE) == Values()
    assert kept.written == frozenset()
    assert len(kept.revisions[ONE]) == 2


@pytest.mark.parametrize(
    ("values", "who", "said"),
    [
        (FIRST, " \u200b", "書いた人の名前"),
        (FIRST, "あ" * 41, "40字まで"),
        (replace(FIRST, section="課" * (MAX_SECTION + 1)), "山田", "担当課は60字まで"),
        (replace(FIRST, note="あ" * (MAX_NOTE + 1)), "山田", "メモは1,000字まで"),
        (replace(FIRST, state="元気"), "山田", "活発・休止・見直し"),
        (replace(FIRST, next_review="令和9年4月1日"), "山田", "次回点検は"),
        (replace(FIRST, last_activity="1850-01-01"), "山田", "最終活動日は"),
        (replace(FIRST, last_activity="2025-02-30"), "山田", "最終活動日は"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_sentence(path, values, who, said):
    with pytest.raises(SourceError, match=said):
        save({ONE: Change(values, 0)}, who, path)
    assert not path.exists()


NASTY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["=1+1", "＝HYPERLINK(1)", "'=x", "@SUM(A1)", 'a,"b"\nc', "\r\n-1", "#"]
)


@settings(max_examples=40, deadline=None)
@given(NASTY, NASTY, NASTY.filter(lambda who: review_store.one_line(who)))
def test_any_text_is_kept_as_it_is_and_never_as_a_formula(tmp_path_factory, section, note, who):
    path = tmp_path_factory.mktemp("nasty") / "ledger.csv"
    wanted = checked(Values(section=section, note=note))
    save({ONE: Change(Values(section=section, note=note), 0)}, who, path)
    kept = read_ledger(path)
    assert kept.values(ONE) == wanted
    if kept.log:
        assert kept.log[0].who == review_store.one_line(who)
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                assert not any(runs(cell) and not cell.startswith("'") for cell in row.values())


def test_a_file_saved_anew_by_a_spreadsheet_is_read_all_the_same(path):
    save({ONE: Change(FIRST, 0)}, "山田", path)
    text = path.read_text("utf-8-sig").replace("01202", "1202").replace("2026-10-01", "2026/10/1")
    head, rest = text.split("\n", 1)
    path.write_text(f"{head},課の列\r\n{rest}", encoding="utf-8-sig", newline="")
    kept = save({TWO: Change(FIRST, 0)}, "佐藤", path)
    assert read_ledger(path).log == kept.log
    assert kept.values(ONE) == FIRST


HEAD = ",".join(COLUMNS)
ROW = "14206,01202,防災課,,,活発,,山田,2026-04-01T10:00:00,1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("origin_code,partner_code\n", "列「section"),
        (f"{HEAD}\n{ROW.replace('01202', '相手')}\n", "2行目: 列 origin_code"),
        (f"{HEAD}\n{ROW}\n{ROW}\n", "3行目: 列 revision の番号が"),
        (f"{HEAD}\n{ROW[:-1]}x\n", "2行目: 列 revision"),
        (f"{HEAD}\n{ROW.replace('活発', '元気')}\n", "2行目: 状態は"),
        (f"{HEAD}\n{ROW.replace('2026-04-01T', '')}\n", "2行目: 列 changed_at"),
        ("\x93\xfa", "UTF-8"),
    ],
)
def test_a_damaged_file_is_told_in_one_sentence_and_never_written_to(path, content, said):
    path.parent.mkdir()
    path.write_bytes(content.encode("latin-1" if said == "UTF-8" else "utf-8"))
    before = path.read_bytes()
    with pytest.raises(SourceError, match=said):
        read_ledger(path)
    with pytest.raises(SourceError, match=said):
        save({TWO: Change(FIRST, 0)}, "佐藤", path)
    assert path.read_bytes() == before


def test_it_is_kept_where_the_environment_says_and_never_among_the_tables(tmp_path, monkeypatch):
    monkeypatch.setenv("KORYU_LEDGER", str(tmp_path / "own.csv"))
    save({ONE: Change(FIRST, 0)}, "山田")
    assert ledger_path() == tmp_path / "own.csv"
    assert read_ledger().values(ONE) == FIRST
    monkeypatch.delenv("KORYU_LEDGER")
    assert ledger_path().name == "ledger.csv"
    assert ledger_path().parent.name not in ("build", "sources", "reference")


def test_in_a_copy_of_the_project_it_stays_out_of_version_control(root):
    ignored = (root / ".gitignore").read_text("utf-8").split()
    assert {"data/ledger.csv", "data/.ledger.csv*"} <= set(ignored)


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WriteError, match="書き込めません"):
        save({ONE: Change(FIRST, 0)}, "山田", tmp_path / "file" / "ledger.csv")


#: Adds its own name to the note of one tie again and again, on whatever it finds there.
WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from pipeline.upkeep.review_store import Change, Changed, Key, read_ledger, save
path, who, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
key, refused = Key("14206", "01202"), 0
for n in range(times):
    while True:
        kept = read_ledger(path)
        values = kept.values(key)
        new = replace(values, note=f"{values.note} {who}{n}".strip())
        try:
            save({key: Change(new, kept.number(key)), Key("14206", f"2{who}{n:02}1"): Change(new, 0)}, who, path)
            break
        except Changed:
            refused += 1
print(refused)
"""


def test_two_people_who_write_at_once_lose_nothing(root, path):
    times = 15
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), who, str(times)], cwd=root)
        for who in ("1", "2")
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    kept = read_ledger(path)
    assert [one.number for one in kept.revisions[ONE]] == list(range(1, 2 * times + 1))
    said = kept.values(ONE).note.split()
    assert sorted(said) == sorted(f"{who}{n}" for who in "12" for n in range(times))
    assert len(kept.revisions) == 1 + 2 * times
