"""The sentences the screens write."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.ledger.origins import Naming, Origin
from pages.shared.frame import text
from pages.shared.parts import markup
from pipeline.words.candidates import some_origins
from pipeline.words.claims import Heading

WARDS = Naming(
    tuple(
        Origin(code, name, "special_ward", "東京都")
        for code, name in (("13103", "港区"), ("13106", "台東区"), ("13117", "北区"))
    )
)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ([], "3区"),
        (["港区"], "港区"),
        (["港区", "北区"], "港区・北区"),
        (["港区", "北区", "台東区", "中央区"], "港区ほか3区"),
    ],
)
def test_who_is_looked_at(chosen, expected):
    assert WARDS.subject(chosen) == expected


@pytest.mark.parametrize("n", range(1, 12))
@pytest.mark.parametrize("limit", [1, 3, 6])
def test_a_list_that_is_cut_says_how_many_more_there_are(n, limit):
    names = [f"{i}区" for i in range(n)]
    for said, mark in ((text.some(names, limit), "、"), (some_origins(names, limit, WARDS), "・")):
        listed, _, more = said.partition("ほか")
        assert len(listed.split(mark)) + int(more.strip().removesuffix("区") or 0) == n


def test_evidence_counts_the_places_it_leaves_out():
    rows = pd.DataFrame(
        [(f"群馬県{i}村", printed, "exact") for i in range(5) for printed in (f"{i}村", f"{i}邨")],
        columns=["place", "partner_text", "method"],
    )
    for limit in range(1, 11):
        said = text.evidence(rows, limit)
        named = {place for place in rows.place if place in said}
        more = said.partition(" ほか")[2].removesuffix("団体")
        assert len(named) + int(more or 0) == 5, said


def test_a_label_that_is_cut_says_so():
    assert text.shortened("あ" * 40) == "あ" * 40
    assert text.shortened("あ" * 41) == "あ" * 39 + "…"


def test_years_are_written_both_ways():
    assert text.began(1976, "年") == "昭和51年（1976年）"
    assert text.began(2019, "年") == "令和元年（2019年）"
    assert text.began(pd.NA, None) == "不明"
    assert text.began(2018, "年度") == "平成30年度（2018年度）"
    assert text.began(2018, "年度", "above") == "平成30年度（2018年度）（上の欄の年）"


def test_a_span_of_years_holds_for_calendar_and_fiscal_years_alike():
    assert text.since(2019) == "令和元年（2019年）"
    assert text.until(2019) == "令和元年度（2019年度）"
    assert text.within(2019, "年") == "令和元年（2019年）"
    assert text.within(2019, "年度") == "令和元年度（2019年度）"
    assert text.within(2019) == "令和元年・年度（2019）"


def test_text_of_documents_is_escaped():
    bad = '<img src=x onerror="alert(1)">'
    for written in (
        markup.heading(Heading(bad, bad, bad, bad), bad),
        markup.figures([(bad, bad, bad)]),
        markup.ranking(bad, (bad,), [(bad, 1.0, (bad,))]),
        markup.note(bad, bad),
        markup.summary(bad),
        markup.footing(bad),
    ):
        assert "<img" not in written
