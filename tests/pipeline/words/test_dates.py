"""Years as printed in the published lists, and the rules every text must keep."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.words.dates import (
    StartYear,
    both,
    date_in_wareki,
    names_no_year,
    one_day,
    one_year,
    parse_years,
    to_wareki,
    typed_years,
)


@pytest.mark.parametrize(
    ("cell", "years"),
    [
        ("昭和63年", [1988]),
        ("令和元年度", [2019]),
        ("平成31年度", [2019]),
        ("平成２６年", [2014]),
        ("平成 27年 度", [2015]),
        ("平 成27年度 令 和元年", [2015, 2019]),
        ("平成2 7年 度 20 18年度 不 明", [2015, 2018, None]),
        ("平成29年度 平成30年度 令和元年度", [2017, 2018, 2019]),
        ("平成25年度 - 平成25年度 - - 平成25年度", [2013, None, 2013, None, None, 2013]),
        ("— —", [None, None]),
        ("—", [None]),
        ("不明 （44回目）", [None]),
        ("各自自治体協 定締結後", [None]),
        ("", []),
        ("  ", []),
        ("平成25年度 (世田谷区は平成27年度より参加)", [2013]),
        ("平成5年度 ※開始年度は相手方により異なる。", [1993]),
        ("昭和56年 (学務課) 昭和61年 (生涯学習 課)", [1981, 1986]),
        ("平成7年7月29日 実施細目:平成8年1月17日", [1995, 1996]),
        ("平成8年2月16日 平成26年4月1日改定", [1996]),
        ("平成30年度 令和5年度改定", [2018]),
        ("平成30年度 改定令和5年度", [2018]),
        ("平成30年度 改定 令和5年度", [2018]),
        ("改定: 令和5年度 平成30年度", [2018]),
        ("平成20年度 令和2年度中断 令和4年度再開", [2008]),
        ("昭和60年 平成30年度に更新", [1985]),
        ("令和5年度改定", [None]),
        ("令和3年度～令和5年度", [2021]),
        ("令和3～5年度", [2021]),
        ("平成30年度-令和5年度", [2018]),
        ("平成21年度から令和2年度", [2009]),
        ("平成21年度から 平成25年度から", [2009, 2013]),
        ("昭和62年: 山崎小・長沢小交流 昭和63年: 代沢小・舟形小交流", [1987, 1988]),
        ("平成21年度から参加 平成25年度から参加", [2009, 2013]),
        ("平成8年度頃 平成6年度頃", [1996, 1994]),
        ("(平成28年度)", [2016]),
        ("2015年度", [2015]),
        ("平成0年", [None]),
        ("S58", [1983]),
        ("Ｈ元", [1989]),
        ("平30 令和6", [2018, 2024]),
        ("H30年度 R1.5.1", [2018, 2019]),
        ("昭和51.4", [1976]),
        ("平成二十三年度 昭和五十一年 平成十年", [2011, 1976, 1998]),
        ("2012-04-01 2012/4 1998", [2012, 2012, 1998]),
        ("平成25・26年度", [2013]),
        ("2013～15年度", [2013]),
        ("昭和63(1988)年", [1988]),
        ("平成3年 2000人参加", [1991]),
        ("20年", [None]),
    ],
)
def test_cells_as_printed(cell, years):
    assert [y and y.year for y in parse_years(cell)] == years


def test_a_number_that_is_no_year_is_told_from_an_unknown_year():
    assert [names_no_year(cell) for cell in ("約20年前", "第3回", "平成0年")] == [True, True, True]
    assert not any(names_no_year(cell) for cell in ("", "—", "毎年", "不明（44回目）", "平成3年", "H3"))


def test_kind_and_printed_text_are_kept():
    assert parse_years("平成29年 平成30年度") == (
        StartYear(2017, "年", "平成29年"),
        StartYear(2018, "年度", "平成30年度"),
    )


def test_a_range_is_not_an_unknown():
    assert [y and y.year for y in parse_years("平成25年度-平成30年度")] == [2013]
    assert [y and y.year for y in parse_years("平成25年度 - 平成30年度")] == [2013, None, 2018]


def test_wareki_at_the_changes_of_era():
    assert to_wareki(2019) == "令和元年度"
    assert to_wareki(2018) == "平成30年度"
    assert to_wareki(1989, "年") == "平成元年"
    assert to_wareki(1988, "年") == "昭和63年"
    assert to_wareki(1867, "年") == "1867年"
    assert both(2018) == "平成30年度（2018年度）"


@given(st.integers(1868, 2099), st.sampled_from(["年度", "年"]))
def test_round_trip(year, kind):
    printed = to_wareki(year, kind)
    assert parse_years(printed) == (StartYear(year, kind, printed),)
    assert parse_years(f"{year}{kind}") == (StartYear(year, kind, f"{year}{kind}"),)


@given(st.text() | st.text(alphabet="昭和平成令元年度0123456789-—()（）※ \t不明頃"))
def test_any_text_is_read_without_raising(text):
    years = parse_years(text)
    assert all(y is None or (1800 <= y.year < 2130 and y.kind in ("年度", "年")) for y in years)


def test_a_year_keeps_what_the_cell_says_began_then():
    years = parse_years("昭和62年: 山崎小・長沢小交流 昭和63年：代沢小・舟形小交流")
    assert [(year.year, year.label) for year in years] == [
        (1987, "山崎小・長沢小交流"),
        (1988, "代沢小・舟形小交流"),
    ]
    assert [year.label for year in parse_years("平成7年7月29日 実施細目:平成8年1月17日")] == ["", ""]


@pytest.mark.parametrize(
    ("iso", "expected"),
    [
        ("2019-04-30", "平成31年4月30日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04", "平成31年4月"),
        ("2019-05", "令和元年5月"),
        ("2016-04-26", "平成28年4月26日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1867-11-09", "1867年11月9日"),
    ],
)
def test_a_day_is_written_in_its_own_era(iso, expected):
    assert date_in_wareki(iso) == expected


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2018", 2018),
        ("平成30", 2018),
        ("平成３０年度", 2018),
        (" H30 ", 2018),
        ("令和元年", 2019),
        ("r1", 2019),
        ("h28", 2016),
        ("Ｈ２８", 2016),
        ("平28", 2016),
        ("㍻28年", 2016),
        ("平成二十八年度", 2016),
        ("2016年", 2016),
        ("２０１６年度", 2016),
        ("R元", 2019),
        ("令和元", 2019),
        ("S64", 1989),
        ("昭.64", 1989),
        ("平 成 28 年 度", 2016),
        ("平成28年度（2016年度）", 2016),
        ("平成28年度（2017年度）", None),
        ("2016-2018", None),
        ("H20・21", None),
        ("H28.4.1", None),
        ("平成28年4月", None),
        ("3016", None),
        ("R0", None),
        ("30", None),
        ("平成", None),
        ("平成0", None),
        ("平成30年から", None),
        ("X30", None),
        ("", None),
    ],
)
def test_a_year_on_its_own(text, year):
    assert one_year(text) == year


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("H20-H28", (2008, 2016)),
        ("Ｈ２０～Ｈ２８", (2008, 2016)),
        ("平成20年度〜平成28年度", (2008, 2016)),
        ("平成20～28年", (2008, 2016)),
        ("平成20から28まで", (2008, 2016)),
        ("2008―2016", (2008, 2016)),
        ("昭和60年（1985年）から平成2年度（1990年度）まで", (1985, 1990)),
        ("2016〜", (2016, None)),
        ("H28以後", (2016, None)),
        ("平成28年度以降", (2016, None)),
        ("H28から", (2016, None)),
        ("〜R3", (None, 2021)),
        ("R3まで", (None, 2021)),
        ("令和3年度以前", (None, 2021)),
        ("平28", (2016, 2016)),
        ("H28-H20", (2016, 2008)),
    ],
)
def test_years_as_people_type_them(text, years):
    found = typed_years(text)
    assert (found.first, found.last) == years


@pytest.mark.parametrize(
    "text",
    ["", "〜", "最近", "20〜28", "2008〜16", "H20〜X", "H20〜H25〜H28", "まで", "約10年前〜2016", "2016。"],
)
def test_what_is_no_year_is_none(text):
    assert typed_years(text) is None


@given(
    st.integers(1868, 2099),
    st.integers(1868, 2099),
    st.sampled_from("〜~-―"),
    st.sampled_from(["年", "年度"]),
)
def test_what_the_screens_write_can_be_typed(first, last, between, kind):
    assert one_year(both(first, kind)) == one_year(to_wareki(first, kind)) == first
    found = typed_years(f"{both(first, kind)}{between}{to_wareki(last, kind)}")
    assert (found.first, found.last) == (first, last)


@given(st.text(alphabet="RHSTM令和平成昭年度元まで0123456789〜-（）() から以後一二十", max_size=14))
def test_any_text_is_read_or_refused(text):
    found = typed_years(text)
    if found is None:
        assert one_year(text) is None
    else:
        assert (found.first or found.last) is not None
        assert all(1800 <= year <= 2117 for year in (found.first, found.last) if year)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和8年4月1日", "2026-04-01"),
        (" 令和 ８年　４月１日（水・祝） ", "2026-04-01"),
        ("令和元年5月1日", "2019-05-01"),
        ("R8.4.1", "2026-04-01"),
        ("R.8/4/1", "2026-04-01"),
        ("令8.4.1", "2026-04-01"),
        ("昭和六十三年十二月三十一日", "1988-12-31"),
        ("H31-4-30", "2019-04-30"),
        ("2026/4/1", "2026-04-01"),
        ("2026年4月1日", "2026-04-01"),
        ("2026-04-01 00:00", "2026-04-01"),
        ("2026-04-01T09:30:00.000123", "2026-04-01"),
        ("20260401", "2026-04-01"),
        ("", None),
        ("令和8年4月", None),
        ("2026", None),
        ("8/4/1", None),
        ("令和0年4月1日", None),
        ("2026/2/30", None),
        ("2026/4/1から", None),
        ("4月1日", None),
        ("99999999", None),
    ],
)
def test_a_day_and_nothing_else_is_read(text, day):
    assert one_day(text) == day


@given(st.dates(min_value=date(1868, 10, 23), max_value=date(2199, 12, 31)))
def test_a_day_written_either_way_is_read_again(day):
    assert one_day(date_in_wareki(day.isoformat())) == day.isoformat()
    assert one_day(f"{day.year}/{day.month}/{day.day}") == day.isoformat()


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_none(text):
    found = one_day(text)
    assert found is None or date.fromisoformat(found)
