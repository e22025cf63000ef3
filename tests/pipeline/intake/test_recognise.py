"""A file that is the next edition of a document: known by its title, its name or what a person says, and dated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.define import Said, define, definition_text
from pipeline.intake.list_choices import Choices
from pipeline.intake.lists import read_list
from pipeline.intake.recognise import next_edition
from pipeline.intake.records import SourceError
from pipeline.intake.registry import read, read_definition
from tests.documents import DOCUMENTS
from tests.lists import contents, sheet, text_table, tools

SERIES = "tokyo23_linkage"
LIST = DOCUMENTS["tokyo23_linkage_r8"]
DAY = "令和9年3月31日現在"


def linkage(day: str = DAY, title: str = "各特別区と全国市町村等連携事業一覧") -> bytes:
    """A list of the 23 wards, as text."""
    heading = "各特別区名\t連携カテゴリ\t事業名称等\t事業主体\t連携相手方\t事業内容\t事業開始年度"
    row = "千代田\t文化交流\tつまごい祭り\t区\t群馬県嬭恋村\t\t—"
    return f"{title}\n\n{day}\n\n{heading}\n{row}\n".encode()


def found(
    data: bytes, file: str = "新しい一覧.txt", documents=(), series: str = "", origin: str = "", **said
):
    documents = [*(documents or DOCUMENTS.values())]
    return next_edition(data, file, documents, contents(), Said(series=series, **said), series, origin)


def test_it_is_what_the_newest_is_but_for_its_id_and_day(tmp_path):
    new = found(linkage())
    changed = {"id", "definition", "date", "as_of", "credit", "added"}
    for name in set(LIST.__dataclass_fields__) - changed:
        assert getattr(new, name) == getattr(LIST, name)
    assert (new.id, new.date, new.as_of) == ("tokyo23_linkage_r9", "2027-03-31", DAY)
    assert new.credit == f"出典: 特別区長会「{LIST.title}」（{DAY}）"
    path = tmp_path / "tokyo23_linkage_r9.toml"
    path.write_text(definition_text(new), "utf-8")
    again = read_definition(path)
    assert (again.series, again.date, again.layout) == (SERIES, new.date, new.layout)
    assert len(read(tmp_path / "tokyo23_linkage_r9.txt", again, linkage()).records) == 1


@pytest.mark.parametrize(
    ("data", "file", "series"),
    [
        (linkage(), "x.txt", ""),
        (linkage(title="■各特別区と全国市町村等 連携事業一覧（令和9年3月31日現在）", day=""), "x_r9.txt", ""),
        (linkage(title="令和8年度 各特別区と全国市町村等連携事業一覧"), "x.txt", ""),
        (linkage(title="連携の一覧"), "tokyo23_linkage_r9.txt", ""),
        (linkage(title="連携の一覧"), "Tokyo23_Linkage-R9_最終.TXT", ""),
        (linkage(title="連携の一覧"), "tokyo23_linkage令和9年.txt", ""),
        (linkage(title="連携の一覧"), "tokyo23_linkage.txt", ""),
        (linkage(title="連携の一覧"), "x.txt", SERIES),
    ],
)
def test_known_by_title_by_name_or_by_what_a_person_says(data, file, series):
    new = found(data, file, series=series)
    assert (new.series, new.id) == (SERIES, "tokyo23_linkage_r9")


@pytest.mark.parametrize(
    ("data", "file"),
    [
        (linkage(title="連携の一覧"), "x.txt"),
        (linkage(title="小田原市の各特別区と全国市町村等連携事業一覧への意見"), "x.txt"),
        (linkage(title="連携の一覧"), "tokyo23_linkages_of_mine.txt"),
        (linkage(title="連携の一覧"), "my_tokyo23_linkage_r9.txt"),
        ("各特別区と全国市町村等連携事業一覧\n令和9年3月31日現在\nほかの文\n".encode(), "x.txt"),
        (b"", "tokyo23_linkage_r9.txt"),
    ],
)
def test_what_is_no_edition_is_a_document_of_its_own(data, file):
    assert found(data, file) is None


def test_a_series_nobody_knows_is_a_new_one():
    assert found(linkage(), series="another") is None


@pytest.mark.parametrize(
    "data", ["名前\n松本市\n".encode(), b"", linkage().replace("千代田\t".encode(), b"").split(b"\n")[0]]
)
def test_what_a_person_says_is_an_edition_and_cannot_be_one_is_said(data):
    with pytest.raises(SourceError):
        found(data, series=SERIES)


DAYS = st.dates(date(2019, 5, 1), date(2059, 12, 31)).filter(lambda day: day != date(2026, 3, 31))


@given(DAYS, st.sampled_from(range(6)), st.booleans())
def test_its_day_is_read_however_it_is_printed(day, form, short):
    n = day.year - 2018
    kanji = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    printed = [
        f"令和{n}年{day.month}月{day.day}日現在",
        f"令和 {n} 年 {day.month} 月 {day.day} 日 現在".translate(
            {ord(str(i)): "０１２３４５６７８９"[i] for i in range(10)}
        ),
        f"R{n}.{day.month}.{day.day}現在",
        f"{day.year}/{day.month}/{day.day}時点",
        f"{day:%Y-%m-%d} 現在",
        f"{kanji}年{in_kanji(day.month)}月{in_kanji(day.day)}日現在",
    ][form]
    if n == 1:
        printed = printed.replace("令和1年", "令和元年")
    new = found(linkage(f"（{printed}）" if short else printed))
    assert new.date == day.isoformat()
    assert new.id == f"tokyo23_linkage_r{n}" or (n == 8 and new.id == f"tokyo23_linkage_r8{day:%m%d}")


def in_kanji(number: int) -> str:
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")


@pytest.mark.parametrize(
    ("file", "day", "printed"),
    [
        ("tokyo23_linkage_r9.txt", "2027-03-31", "令和9年（ファイルの名前から）"),
        ("tokyo23_linkage_Ｒ９.txt", "2027-03-31", "令和9年（ファイルの名前から）"),
        ("一覧(令和10年).txt", "2028-03-31", "令和10年（ファイルの名前から）"),
        ("令和元年一覧.txt", "2019-03-31", "平成31年（ファイルの名前から）"),
        ("一覧2027.txt", "2027-03-31", "令和9年（ファイルの名前から）"),
        ("s3-export-2027.txt", "2027-03-31", "令和9年（ファイルの名前から）"),
        ("一覧20270401.txt", "2027-04-01", "令和9年4月1日（ファイルの名前から）"),
        ("一覧_2027-04-01_r9.txt", "2027-04-01", "令和9年4月1日（ファイルの名前から）"),
        ("一覧R9.4.1.txt", "2027-04-01", "令和9年4月1日（ファイルの名前から）"),
        ("令和9年4月1日.txt", "2027-04-01", "令和9年4月1日（ファイルの名前から）"),
    ],
)
def test_where_nothing_is_printed_the_name_of_the_file_says_it(file, day, printed):
    new = found(linkage(""), file)
    assert (new.date, new.as_of) == (day, printed)
    assert found(linkage(""), file, date="令和12年3月31日").date == "2030-03-31"
    assert found(linkage(), file).date == "2027-03-31"


@pytest.mark.parametrize(
    "file", ["一覧.txt", "一覧r9とr10.txt", "一覧2027と2028.txt", "一覧202703311.txt", "23wards.txt"]
)
def test_a_day_nobody_can_tell_is_asked_for(file):
    with pytest.raises(SourceError, match=rf"「{file}」がいつの資料か、読み取れません。.*--date"):
        found(linkage(""), file)


def test_the_year_of_a_leap_day_is_any(tmp_path):
    newest = replace(LIST, date="2024-02-29")
    assert found(linkage(""), "tokyo23_linkage_r9.txt", [newest]).date == "2027-02-28"


def test_a_person_may_say_the_day():
    new = found(linkage(""), date="R9.3.31")
    assert (new.date, new.as_of) == ("2027-03-31", DAY)
    assert found(linkage(), date="2027-03-31").as_of == DAY


def test_a_day_that_contradicts_what_is_printed_is_said():
    with pytest.raises(
        SourceError, match="「令和9年3月31日現在」と印刷されていますが、指定の基準日は令和10年3月31日です"
    ):
        found(linkage(), date="令和10年3月31日")
    with pytest.raises(SourceError, match="日付として読めません"):
        found(linkage(""), date="来年")


@pytest.mark.parametrize(
    "day", ["令和9年2月30日現在", "令和9年13月1日現在", "2027-00-10現在", "令和0年1月1日現在"]
)
def test_a_day_that_there_is_not_is_said_or_asked_for(day):
    with pytest.raises(SourceError):
        found(linkage(day), series=SERIES)


def test_two_days_in_one_head_are_said():
    with pytest.raises(SourceError, match="いつの資料か分かりません"):
        found(linkage(f"{DAY}\n令和10年3月31日現在"), series=SERIES)


@pytest.mark.parametrize("day", ["令和8年3月31日現在", "2026.3.31現在"])
def test_an_edition_that_is_there_is_said_with_its_number(day):
    with pytest.raises(
        SourceError, match=r"令和8年3月31日現在の版は、すでにあります（番号 tokyo23_linkage_r8）"
    ):
        found(linkage(day))


def test_a_second_edition_of_a_year_has_its_day_in_the_id():
    second = found(linkage("令和8年10月1日現在"))
    assert second.id == "tokyo23_linkage_r81001"
    assert second.series == SERIES
    third = found(linkage("令和8年12月1日現在"), documents=[*DOCUMENTS.values(), second])
    assert third.id == "tokyo23_linkage_r81201"
    assert found(linkage("令和7年3月31日現在")).id == "tokyo23_linkage_r7"


ROWS = [
    ["交流先の一覧（令和8年3月31日現在）"],
    ["どこ", "なに", "いつ", "メモ"],
    ["長野県松本市", "災害時相互応援協定", "平成28年度", "長野県長野市"],
    ["北海道函館市", "物産展", "H5.4.1", "北海道函館市"],
]
COLUMNS = {"partner": "どこ", "project": "なに", "year": "いつ", "skip": "メモ"}


def a_list(file: str = "odawara_r8.csv", rows=ROWS, **choices):
    """A list of some form that is there, as the person who added it said."""
    said = Choices(**({"origin": "神奈川県小田原市", "columns": COLUMNS} | choices))
    understood = read_list(text_table(rows), contents(), said, file)
    return define(understood, said, file, Said(), tools()[0])


def next_year(rows=ROWS, title: str = "交流先の一覧（令和9年3月31日現在）"):
    return [[title], *rows[1:], ["富山県富山市", "祭り", "R8", "富山県高岡市"]]


@pytest.mark.parametrize("form", [text_table, lambda rows: sheet(*rows)])
def test_a_list_is_read_by_the_columns_of_its_definition(form):
    new = found(form(next_year()), "新.csv", [*DOCUMENTS.values(), a_list()])
    assert (new.id, new.date, new.series) == ("odawara_r9", "2027-03-31", "odawara")
    assert dict(new.options) == dict(a_list().options)
    reading = read(new.definition.with_suffix(".csv"), new, form(next_year()), contents())
    assert [cell.text for record in reading.records for cell in record.cells] == [
        "長野県松本市",
        "北海道函館市",
        "富山県富山市",
    ]
    assert {record.origin_code for record in reading.records} == {"14206"}


def test_a_list_of_another_origin_is_no_edition_whatever_its_title():
    there = [a_list()]
    assert found(text_table(next_year()), "新.csv", there, origin="北海道函館市") is None
    assert found(text_table(next_year()), "新.csv", there, origin="神奈川県小田原市").id == "odawara_r9"
    other = next_year(title="函館市の交流先の一覧（令和9年3月31日現在）")
    assert found(text_table(other), "新.csv", there) is None
    assert found(text_table(other), "odawara_r9.csv", there) is None
    assert found(text_table(other), "odawara_r9.csv", there, series="odawara").id == "odawara_r9"


def test_of_two_that_it_may_be_a_person_chooses():
    there = [a_list(), replace(a_list("hakone_r8.csv"), id="hakone_r8", series="hakone")]
    with pytest.raises(SourceError, match=r"hakone、odawara|odawara、hakone"):
        found(text_table(next_year()), "新.csv", there)
    assert found(text_table(next_year()), "hakone_r9.csv", there).series == "hakone"
    assert found(text_table(next_year()), "新.csv", there, series="odawara").series == "odawara"


def test_a_list_without_a_column_of_its_definition_is_no_edition_or_said():
    rows = [["交流先の一覧（令和9年3月31日現在）"], ["都道府県", "市町村"], ["長野県", "松本市"]]
    assert found(text_table(rows), "新.csv", [a_list()]) is None
    with pytest.raises(SourceError):
        found(text_table(rows), "新.csv", [a_list()], series="odawara")


def test_a_year_that_the_document_leaves_out_is_that_of_the_edition(root):
    data = (root / "data" / "sources" / "suginami_exchange_r5.txt").read_bytes()
    new = found(data, "suginami_exchange_r6.txt")
    assert new.date == "2024-07-01"
    days = {event.date_from[:4] for event in read(new.definition, new, data).events}
    assert days == {"2024"}
