"""The chronology: every dated event, both lists of agreements, the table of counts, and nothing lost."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest

from pipeline.intake.layouts import chronology
from pipeline.intake.records import SourceError
from pipeline.intake.registry import read
from pipeline.intake.source_text import squeeze
from tests.documents import DOCUMENTS

ID = "tokyo23_chronology_r6"


def at(reading, line):
    (event,) = [event for event in reading.events if event.line == line]
    return event


def test_there_is_an_event_for_every_printed_date(reading, lines):
    """177 dates are printed at the head of a line, one of them for two numbered parts of one event."""
    year_seen, heads, below_open = False, [], False
    for number, line in enumerate(lines, 1):
        text = unicodedata.normalize("NFKC", line).strip()
        if "広域連携協定締結団体一覧" in text:
            break
        year_seen |= bool(re.fullmatch(r"平成26年", text))
        end = below_open and re.match(r"~?\s*(\d+月)?\s*\d+日(\s|$)", text)
        if year_seen and text and not end and re.match(r"(\(\d\))?\d+月(\s|\d|$)|同日(\s|$)", text):
            heads.append(number)
        if text:
            below_open = bool(re.search(r"日\s*[~、]$", text))
    assert len(heads) == 178
    assert len(reading.events) == 178
    numbered = 866  # （2）10月 6日, the second part of the event that begins at line 846
    assert sorted({event.line for event in reading.events}) == [h for h in heads if h != numbered]


def test_dates_are_iso_and_in_order(reading):
    for event in reading.events:
        if event.precision == "month":
            assert re.fullmatch(r"\d{4}-\d\d", event.date_from)
            assert event.date_to == event.date_from
            continue
        first, last = date.fromisoformat(event.date_from), date.fromisoformat(event.date_to)
        assert (first == last) == (event.precision == "day")
        assert first <= last
    assert reading.events[0].date_from == "2014-09-10"
    assert reading.events[-1].date_from == "2024-03-08"
    assert [e.date_from for e in reading.events if e.precision == "month"] == ["2021-01"]


@pytest.mark.parametrize(
    ("line", "first", "last", "title"),
    [
        (5, "2014-09-10", "2014-09-10", "特別区制度懇談会委員と特別区長会役員との意見交換会の実施"),
        (70, "2015-05-13", "2015-05-13", "東北六魂祭「協力・連携締結式」の実施"),
        (72, "2015-05-30", "2015-05-31", "東北六魂祭当日、会長、中野区長、大田区長が開祭式に登壇"),
        (96, "2015-06-30", "2015-06-30", "穂積 志 秋田市長が西川会長を訪問 ※「東北六魂祭 感謝状」"),
        (103, "2015-07-09", "2015-07-09", "岩手県久慈市政策推進課長が来館（事務局対応）"),
        (190, "2015-11-18", "2015-11-23", "福井県坂井市と品川区との連携事業（※）"),
        (350, "2016-12-16", "2016-12-18", "魅力発信イベントの開催"),
        (494, "2017-08-21", "2017-09-29", "平成２９年度 第 1回全国連携展示（京都府市町村）開催"),
        (598, "2017-11-01", "2017-11-03", None),
        (905, "2018-10-11", "2018-10-12", "平成３０年度 第３回 魅力発信イベント"),
        (989, "2019-01-08", "2019-02-14", "平成３０年度 第２回全国連携展示（青森県市町村）開催"),
        (1097, "2019-05-14", "2019-06-20", "令和元年度 第１回全国連携展示（群馬県市町村）開催"),
        (1204, "2019-10-14", "2019-10-18", "魅力発信イベント（大井競馬場）開催"),
        (1220, "2019-10-26", "2019-10-27", "魅力発信イベント（ＫＩＴＴＥ）"),
        (1371, "2020-11-13", "2020-12-24", "令和２年度 全国連携展示（広島県全９町）開催"),
        (1877, "2023-03-30", "2023-04-06", "全国連携展示の巡回展示開催"),
        (2040, "2024-03-08", "2024-03-08", "特別区制度懇談会"),
    ],
)
def test_dates_in_all_their_forms(reading, line, first, last, title):
    event = at(reading, line)
    assert (event.date_from, event.date_to) == (first, last)
    assert title in (None, event.title)


def test_two_numbered_dates_are_two_events_with_their_own_text(reading):
    one, two = [event for event in reading.events if event.line == 846]
    assert (one.date_from, one.date_to) == ("2018-10-07", "2018-10-07")
    assert (two.date_from, two.date_to) == ("2018-10-06", "2018-10-14")
    assert "シルクと光" in one.text
    assert "グルメフェス" not in one.text
    assert "グルメフェス" in two.text
    assert "シルクと光" not in two.text
    assert all("第２回魅力発信イベント開催" in event.title for event in (one, two))


def test_dates_inside_a_text_are_no_events(reading):
    dates = {event.date_from for event in reading.events}
    assert "2015-05-20" not in dates  # （各区意見を創生本部に提出する旨確認→5/20提出）
    assert "2017-08-24" not in dates  # ①日時：平成２９年８月２４日
    assert "2024-03-08" in dates
    assert sum(event.date_from == "2024-03-08" for event in reading.events) == 1  # not the stamp of page 1
    assert "資料" not in at(reading, 81).text


def test_wrapped_lines_are_one_paragraph(reading):
    assert at(reading, 49).text.split("\n") == [
        "区長会総会",
        "岩手県北上市・西和賀町より「雪の活用」について提案を受ける（荒川区、江東区、品川区で雪を活用した連携事業を実施）",
    ]


def test_a_sentence_that_the_document_breaks_off_is_marked_and_noted(reading, lines):
    cut = at(reading, 1363)
    assert cut.title.endswith("東京 23 区などの大都市と…")
    notes = {note.line: note for note in reading.notes if note.rule == "text-cut"}
    assert notes[1367].subject.endswith("東京23区などの大都市と")
    assert "…\n" in at(reading, 1772).text  # and what follows is a paragraph of its own
    # With the rest of the sentence there is nothing to mark.
    rest = "全国各地域が連携した取り組みを行うこと等について記載される。 "
    whole = chronology.read([*lines[:1367], rest, *lines[1368:]], "x", "x.txt")
    assert at(whole, 1363).title.endswith(
        "などの大都市と全国各地域が連携した取り組みを行うこと等について記載される。"
    )
    assert len(notes) - 1 == sum(note.rule == "text-cut" for note in whole.notes)


def test_thirteen_regional_agreements(reading):
    regional = [a for a in reading.agreements if a.kind == "regional"]
    assert [(a.partner_text, a.signed_on, a.stated_members, a.line) for a in regional] == [
        ("北海道町村会", "2016-04-26", 144, 2102),
        ("京都府市長会", "2016-04-26", 15, 2104),
        ("京都府町村会", "2016-04-26", 11, 2106),
        ("青森県市長会", "2016-06-25", 10, 2108),
        ("青森県町村会", "2016-06-25", 30, 2110),
        ("千葉県町村会", "2017-01-19", 17, 2112),
        ("広島県町村会", "2017-01-27", 9, 2114),
        ("奈良県町村会", "2018-02-21", 27, 2116),
        ("群馬県市長会", "2018-04-16", 23, 2118),
        ("群馬県町村会", "2018-04-16", 12, 2120),
        ("埼玉県町村会", "2018-05-01", 23, 2122),
        ("千葉県市長会", "2019-10-26", 37, 2124),
        ("山梨県町村会", "2019-10-26", 14, 2126),
    ]


def test_four_companies(reading):
    companies = [a for a in reading.agreements if a.kind == "company"]
    assert [(a.partner_text, a.signed_on, a.line) for a in companies] == [
        ("第一生命保険株式会社", "2018-08-23", 2058),
        ("損害保険ジャパン株式会社（旧：損害保険ジャパン日本興亜株式会社）", "2019-05-31", 2063),
        ("三井住友海上火災保険株式会社", "2019-09-11", 2079),
        ("明治安田生命保険相互会社", "2022-03-29", 2088),
    ]
    assert companies[1].summary.split("\n") == [
        "ドローンを活用した防災対策推進への取組み",
        "美術館を活用した芸術教育の連携",
    ]


COUNTS = {
    "各区交流自治体": [574, 641, 675, 694, 700, 732, 832, 830, 815],
    "全国連携HP会員登録自治体": [149, 197, 237, 261, 266, 269, 269, 271, 317],
    "広域連携協定締結自治体": [None, 210, 236, 321, 372, 372, 372, 372, 372],
    "合計": [660, 878, 926, 984, 1004, 1035, 1096, 1105, 1117],
}


def test_nine_years_of_three_rows_and_their_total(reading):
    found: dict[str, dict[int, int | None]] = {}
    for count in reading.counts:
        found.setdefault(count.name, {})[count.year] = count.value
    assert found == {
        name: dict(zip(range(2015, 2024), values, strict=True)) for name, values in COUNTS.items()
    }


def test_every_line_is_in_an_event_a_table_or_a_note(reading, lines):
    tables = range(2044, 2149)
    noted = {note.line for note in reading.notes}
    for number, line in enumerate(lines, 1):
        plain = squeeze(line)
        inside = any(event.line <= number <= event.last_line for event in reading.events)
        year = re.fullmatch(r"(平成|令和)(元|\d+)年", plain)
        assert not plain or inside or year or number in tables or number in noted, f"{number}: {line}"
    for event in reading.events:
        plain = squeeze(event.text)
        for number in range(event.line + 1, event.last_line + 1):
            if number == 846 or len(squeeze(lines[number - 1])) < 8 or event.line == 846:
                continue
            assert squeeze(lines[number - 1])[-6:] in plain


def test_the_full_document_has_the_same_facts(reading, shared):
    full = read(shared / "sources" / "full" / f"{ID}.txt", DOCUMENTS[ID])
    keys = ("date_from", "date_to", "precision")
    assert [[getattr(e, k) for k in keys] for e in full.events] == [
        [getattr(e, k) for k in keys] for e in reading.events
    ]
    assert [(a.partner_text, a.signed_on, a.stated_members) for a in full.agreements] == [
        (a.partner_text, a.signed_on, a.stated_members) for a in reading.agreements
    ]
    assert [(c.name, c.year, c.value) for c in full.counts] == [
        (c.name, c.year, c.value) for c in reading.counts
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [line.rstrip() for line in lines],
        lambda lines: [line for line in lines if line.strip()],
        lambda lines: [line.strip() for line in lines if line.strip()],
        lambda lines: [unicodedata.normalize("NFKC", line) for line in lines],
    ],
    ids=["no trailing spaces", "no blank lines", "neither", "half width"],
)
def test_other_layouts_read_alike(reading, lines, change):
    other = chronology.read(change(lines), ID, f"{ID}.txt")
    assert [(e.date_from, e.date_to) for e in other.events] == [
        (e.date_from, e.date_to) for e in reading.events
    ]
    assert [squeeze(a.partner_text) for a in other.agreements] == [
        squeeze(a.partner_text) for a in reading.agreements
    ]
    assert [(c.name, c.year, c.value) for c in other.counts] == [
        (c.name, c.year, c.value) for c in reading.counts
    ]


def test_a_row_of_agreements_over_two_lines_and_one_more_row(lines):
    text = "\n".join(lines)
    text = text.replace("千葉県市長会（令和元年 10月 26日） 37", "千葉県市長会（令和元年 10月\n26日） 37")
    text = text.replace("合 計 372", "長野県市長会（令和 6年 4月 1日） 19\n\n合 計 391")
    reading = chronology.read(text.split("\n"), ID, "f")
    found = {a.partner_text: (a.signed_on, a.stated_members) for a in reading.agreements}
    assert found["千葉県市長会"] == ("2019-10-26", 37)
    assert found["長野県市長会"] == ("2024-04-01", 19)


def test_a_row_without_its_number_is_kept_without_one(lines):
    text = "\n".join(lines).replace(
        "群馬県市長会（平成30年4月16日） 23", "群馬県市長会（平成30年4月16日） －"
    )
    reading = chronology.read(text.split("\n"), ID, "f")
    members = {a.partner_text: a.stated_members for a in reading.agreements if a.kind == "regional"}
    assert members["群馬県市長会"] is None
    assert members["群馬県町村会"] == 12


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("574 641", "574", "「各区交流自治体」の数は9個で、見出しの10個"),
        ("27 年度 28 年度", "27 年度 27 年度", "同じ「年度」が二度"),
        ("全国連携 HP \n\n会員登録自治体", "各区交流自治体", "同じ「各区交流自治体」が二度"),
        ("合計  660", "計  660", "「合計」の行がありません"),
        ("締結企業名", "会社", "民間企業との包括連携協定の一覧"),
        ("団体名 構成自治体数", "", "広域連携協定の団体の一覧"),
        ("区 分 27 年度", "27 年度", "連携自治体数の推移の表"),
    ],
)
def test_a_damaged_table_is_refused(lines, old, new, words):
    text = "\n".join(lines)
    assert old in text
    with pytest.raises(SourceError, match=re.escape(words)) as caught:
        chronology.read(text.replace(old, new).split("\n"), ID, "名前.txt")
    assert "名前.txt" in str(caught.value)
    assert "行目" in str(caught.value)


def test_words_below_the_last_table_are_told_and_change_no_number(reading, lines):
    other = chronology.read([*lines, "", "特別区長会事務局", "=1+1"], ID, "f")
    assert other.counts == reading.counts
    (note,) = [note for note in other.notes if note.rule == "unread-line"]
    assert (note.line, note.subject) == (len(lines) + 2, "特別区長会事務局=1+1")
    with pytest.raises(SourceError, match=f"{len(lines) + 1}行目、「総計」の数は1個"):
        chronology.read([*lines, "総計 3"], ID, "f")


def test_another_document_is_refused():
    with pytest.raises(SourceError, match="日付のある出来事がありません"):
        chronology.read(["何かほかの文書です。", "9月のお知らせ"], ID, "名前.txt")


@pytest.mark.parametrize("digits", [8, 20, 5000])
def test_a_number_of_too_many_digits_is_refused_or_told(lines, digits):
    number = "9" * digits
    place = next(i for i, line in enumerate(lines) if "合計" in line and len(line.split()) > 5)
    table = [*lines]
    table[place] = re.sub(r"(?<=合計)(\s*)[\d,]+", rf"\g<1>{number}", table[place], count=1)
    assert table != lines
    with pytest.raises(SourceError, match=f"{place + 1}行目.*桁"):
        DOCUMENTS[ID].read_lines(table, "年表.txt")
    bodies = next(
        i
        for i, line in enumerate(lines)
        if "町村会" in line and "(" in line.replace("（", "(") and re.search(r"\d+\s*$", line)
    )
    table = [*lines]
    table[bodies] = re.sub(r"\d+(\s*)$", rf"{number}\1", table[bodies])
    told = [note for note in DOCUMENTS[ID].read_lines(table, "年表.txt").notes if note.rule == "unread-line"]
    assert any(number in note.subject for note in told)
