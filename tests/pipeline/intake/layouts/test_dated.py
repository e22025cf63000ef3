"""Days as printed, and text that only looks like one."""

from __future__ import annotations

import pytest

from pipeline.intake.layouts.dated import full_days, parse_days, parse_end


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("9月 10日 ", [("2018-09-10", "2018-09-10", "day")]),
        ("６月１日 開始", [("2018-06-01", "2018-06-01", "day")]),
        ("10月 17、18日", [("2018-10-17", "2018-10-18", "range")]),
        ("10月11日､12日 ", [("2018-10-11", "2018-10-12", "range")]),
        ("9月 19日、25日", [("2018-09-19", "2018-09-19", "day"), ("2018-09-25", "2018-09-25", "day")]),
        ("11月 18～23日", [("2018-11-18", "2018-11-23", "range")]),
        ("12月 20日～1月 5日", [("2018-12-20", "2019-01-05", "range")]),
        ("1月 ", [("2018-01", "2018-01", "month")]),
    ],
)
def test_days(text, spans):
    assert list(parse_days(text, 2018)[1].spans) == spans


@pytest.mark.parametrize(
    "text",
    [
        "9月例会にブースを出展",
        "7月 17日）され、",
        "2月 30日",
        "13月",
        "10月に",
        "月 3日",
        "9/1日",
        "第9月 1日",
    ],
)
def test_no_days(text):
    assert parse_days(text, 2018) is None


@pytest.mark.parametrize(
    ("start", "end", "spans"),
    [
        ("8月 21日～", "9月 29日", [("2017-08-21", "2017-09-29", "range")]),
        ("12月 21日～", "1月 9日", [("2017-12-21", "2018-01-09", "range")]),
        ("10月 26日、", "27日", [("2017-10-26", "2017-10-27", "range")]),
        ("10月 6日", "～14日", [("2017-10-06", "2017-10-14", "range")]),
        ("10月 6日、", "14日", [("2017-10-06", "2017-10-06", "day"), ("2017-10-14", "2017-10-14", "day")]),
    ],
)
def test_an_end_on_the_next_line(start, end, spans):
    _, days, _ = parse_days(start, 2017)
    assert list(parse_end(end, days, 2017)[0].spans) == spans


@pytest.mark.parametrize(
    ("start", "text"), [("8月 21日", "9月 29日"), ("8月 21日～", "区長会総会"), ("8月 21日～", "20日")]
)
def test_no_end(start, text):
    assert parse_end(text, parse_days(start, 2017)[1], 2017) is None


def test_a_number_and_the_rest_are_given_as_printed():
    number, _, rest = parse_days("（2）10月 6日 （開催）", 2018)
    assert (number, rest.strip()) == ("2", "（開催）")


def test_full_dates():
    assert full_days("（令和元年 10月 26日）") == ("2019-10-26", "2019-10-26", "day")
    assert full_days("令和5年6月5日～9日に区役所で") == ("2023-06-05", "2023-06-09", "range")
    assert full_days("平成30年2月31日") is None
