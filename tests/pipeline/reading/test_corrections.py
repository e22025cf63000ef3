"""What people corrected: written, read, taken back, and by many at once."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.formulas import runs
from pipeline.intake.records import SourceError
from pipeline.reading.corrections import (
    ACTIONS,
    ADD,
    COLUMNS,
    CORRECT,
    NAME,
    PARTNER,
    ROW,
    WITHDRAW,
    YEAR,
    Correction,
    corrections_path,
    load_corrections,
    read_corrections,
    year_of,
)
from pipeline.reading.record_correction import record_correction, undo_correction
from pipeline.reading.record_decision import one_line
from pipeline.words.correction_words import FIELDS
from tests.lists import tools

GAZETTEER = tools()[0]
#: What a clerk might type, and what somebody hostile would.
TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=40)
HOSTILE = ["=1+1", "'=1", "@SUM(A1)", "<script>alert(1)</script>\"&'", "a,b\r\nc", "\x00\u202e市", "＝１"]


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("KORYU_DECISIONS", str(tmp_path / "decisions.csv"))


def said(**changes) -> Correction:
    settings = {
        "id": "",
        "series": "koryu",
        "source": "koryu_r8",
        "origin_code": "14206",
        "project": "りんご祭",
        "action": CORRECT,
        "field": PARTNER,
        "printed": "松本市",
        "corrected": "松元市",
        "reason": "担当課に確認",
        "who": "企画課 山田",
    }
    return Correction(**(settings | changes))


def kept() -> list[Correction]:
    return load_corrections(read_corrections(), GAZETTEER)


def test_there_is_none_before_somebody_says_so():
    assert read_corrections() == b""
    assert kept() == []


def test_what_is_said_is_kept_and_what_is_taken_back_stays():
    (one,) = record_correction([said()], GAZETTEER)
    (other,) = record_correction([said(field=YEAR, printed="平成28年度", corrected="平成8年度")], GAZETTEER)
    before = corrections_path().read_bytes()
    undo_correction(one.id, "企画課 佐藤", "見直し", GAZETTEER)
    assert corrections_path().read_bytes().startswith(before)
    assert kept() == [replace(one, undone=True), other]
    with pytest.raises(SourceError, match="もう取り消されています"):
        undo_correction(one.id, "企画課 佐藤", "", GAZETTEER)


def test_of_two_on_one_thing_the_later_holds():
    record_correction([said()], GAZETTEER)
    record_correction([said(corrected="塩尻市")], GAZETTEER)
    record_correction([said(printed="", corrected="岡谷市")], GAZETTEER)
    record_correction([said(printed="", corrected="諏訪市")], GAZETTEER)
    assert [(one.corrected, one.undone) for one in kept()] == [
        ("松元市", True),
        ("塩尻市", False),
        ("岡谷市", False),
        ("諏訪市", False),
    ]


def test_the_place_can_be_named_for_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("KORYU_CORRECTIONS", str(tmp_path / "elsewhere" / "teisei.csv"))
    record_correction([said()], GAZETTEER)
    assert (tmp_path / "elsewhere" / "teisei.csv").exists()


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_any_text_comes_back_as_it_was_put_down(project, printed, corrected, partner):
    with pytest.MonkeyPatch.context() as patch:
        path = corrections_path().with_name("one.csv")
        path.unlink(missing_ok=True)
        patch.setenv("KORYU_CORRECTIONS", str(path))
        given_ = said(project=project, printed=printed, corrected=corrected, partner=partner)
        try:
            written = record_correction([given_], GAZETTEER)
        except SourceError:
            # Nothing to be seen in it, or twice the same: then nothing was written.
            assert not path.exists()
            return
        assert kept() == written
        assert written[0].corrected == one_line(corrected)
        assert len(path.read_text("utf-8").splitlines()) == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_runs_where_the_file_is_opened(text):
    record_correction([said(project=text, corrected=text)], GAZETTEER)
    import csv

    with corrections_path().open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if runs(cell) and not cell.startswith("'")]
    assert not any(ord(character) < 32 for cell in cells for character in cell)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"who": " "}, "名前"),
        ({"who": "=山田"}, "数式"),
        ({"who": "山" * 41}, "40字"),
        ({"reason": ""}, "理由"),
        ({"origin_code": "99999"}, "5桁"),
        ({"project": " "}, "事業名"),
        ({"printed": "", "corrected": ""}, "相手方"),
        ({"printed": "松元市"}, "印刷されたとおり"),
        ({"field": YEAR, "printed": "", "corrected": "むかし"}, "開始年"),
        ({"field": YEAR, "printed": "", "corrected": "平成3年度、平成5年度"}, "1つだけ"),
        ({"field": NAME, "corrected": "　"}, "事業名"),
        ({"field": ROW}, "field"),
        ({"action": WITHDRAW}, "field"),
        ({"corrected": "あ" * 2001}, "2,000字"),
        ({"action": ADD, "field": NAME}, "相手方の行"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_is_written(changes, wrong):
    with pytest.raises(SourceError, match=wrong):
        record_correction([said(**changes)], GAZETTEER)
    assert read_corrections() == b""


def line(**changes: str) -> str:
    settings = dict.fromkeys(COLUMNS, "") | {
        "id": "c1",
        "series": "koryu",
        "origin_code": "14206",
        "project": "りんご祭",
        "action": ACTIONS[CORRECT],
        "field": FIELDS[PARTNER],
        "printed": "松本市",
        "corrected": "松元市",
        "reason": "確認",
        "corrected_by": "山田",
        "corrected_on": "2026-11-30",
    }
    return ",".join((settings | changes).values())


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (["a,b"], "列"),
        ([",".join(COLUMNS), line(), line(id="c2", corrected_on="きのう")], "3行目.*2026-11-30"),
        ([",".join(COLUMNS), line(action="たぶん")], "2行目.*訂正"),
        ([",".join(COLUMNS), line(field="色")], "2行目.*相手方"),
        ([",".join(COLUMNS), line(number="二")], "2行目.*number"),
        ([",".join(COLUMNS), line(), line()], "3行目.*2つ"),
        ([",".join(COLUMNS), line(id="c9", action="取り消し")], "2行目.*c9"),
        ([",".join(COLUMNS), line(series="")], "2行目.*series"),
    ],
)
def test_a_file_with_something_wrong_in_it_is_not_added_to(lines, wrong):
    content = ("\n".join(lines) + "\n").encode()
    corrections_path().write_bytes(content)
    with pytest.raises(SourceError, match=wrong):
        record_correction([said()], GAZETTEER)
    assert corrections_path().read_bytes() == content


def test_what_a_spreadsheet_makes_of_the_file_is_read_and_added_to():
    text = "\r\n".join([",".join(COLUMNS) + ",memo", line() + ",覚え", "# 注,,,", ",,,"]) + "\r\n"
    corrections_path().write_bytes(text.encode("utf-8-sig"))
    record_correction([said(printed="大町市")], GAZETTEER)
    content = corrections_path().read_bytes()
    assert content.startswith(text.encode("utf-8-sig"))
    assert content.count(b"\r\n") == 5
    assert [one.printed for one in kept()] == ["松本市", "大町市"]
    corrections_path().write_bytes(text.encode("cp932"))
    with pytest.raises(SourceError, match="UTF-8"):
        kept()


def test_a_year_is_one_year_or_unknown():
    assert [year_of(text).year for text in ("h30", "Ｈ30年度", "平30", "r元", "2018")] == [
        2018,
        2018,
        2018,
        2019,
        2018,
    ]
    assert (year_of("平成30年度").year, year_of("2018年").kind, year_of("不明"), year_of("")) == (
        2018,
        "年",
        None,
        None,
    )


_MANY = """
import sys
from geo.places.gazetteer import Gazetteer
from pipeline.reading.corrections import Correction
from pipeline.reading.record_correction import record_correction
gazetteer = Gazetteer.load()
for n in range(50):
    one = Correction("", "koryu", "koryu_r8", "14206", "りんご祭", "correct", "partner", f"{sys.argv[1]}{n}市", "松本市", "確認", "山田")
    record_correction([one], gazetteer)
"""


def test_two_at_once_lose_nothing():
    running = [subprocess.Popen([sys.executable, "-c", _MANY, name]) for name in ("甲", "乙")]
    assert [process.wait(120) for process in running] == [0, 0]
    found = kept()
    assert len(found) == len({one.id for one in found}) == len({one.printed for one in found}) == 100
