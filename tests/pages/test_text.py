"""The sentences the screens write."""

from __future__ import annotations

import pandas as pd
import pytest

from pages.shared import markup, text


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ([], "3区"),
        (["港区"], "港区"),
        (["港区", "北区"], "港区・北区"),
        (["港区", "北区", "台東区", "中央区"], "港区など4区"),
    ],
)
def test_who_is_looked_at(chosen, expected):
    assert text.subject(chosen, ["港区", "北区", "台東区"]) == expected


def test_origins_that_are_no_wards():
    assert text.everyone(["千代田区", "八王子市"]) == "2市区町村"


def test_years_are_written_both_ways():
    assert text.year(1976) == "昭和51年（1976年）"
    assert text.year(2019) == "令和元年（2019年）"
    assert text.year(pd.NA) == "不明"
    assert text.began(2018, "年度") == "平成30年度（2018年度）"


def test_text_of_documents_is_escaped():
    bad = '<img src=x onerror="alert(1)">'
    for written in (
        markup.heading((bad, bad, bad), bad),
        markup.figures([(bad, bad, bad)]),
        markup.ranking(bad, (bad,), [(bad, 1.0, (bad,))]),
        markup.note(bad, bad),
        markup.summary(bad),
        markup.footing(bad),
    ):
        assert "<img" not in written
