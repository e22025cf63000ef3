"""What each column is taken for, and why."""

from __future__ import annotations

import pytest

from pipeline.intake.columns import ROLES, guess_columns
from pipeline.intake.contents import bare, increasing, mark, years_in
from pipeline.intake.grid import open_file
from tests.lists import contents, sheet, text_table


def guessed(data: bytes) -> dict[str, str]:
    """Heading → role."""
    guess = guess_columns(open_file(data, "a")[0], contents())
    return {column.heading: column.role for column in guess.columns}


def test_every_role_is_told_by_heading_and_content():
    data = text_table(
        [
            ["No.", "区コード", "区名", "県名", "郡", "連携先", "市町村コード", "事業名", "分野", "開始年", "所管課", "状況", "備考", "？"],
            ["1", "131059", "文京区", "石川県", "河北郡", "津幡町", "173614", "交流", "文化", "H1", "総務課", "継続", "x", "q"],
            ["2", "131059", "文京区", "岩手県", "紫波郡", "矢巾町", "33227", "防災", "防災", "H2", "防災課", "継続", "y", "r"],
        ]
    )  # fmt: skip
    assert list(guessed(data).values()) == [
        "number", "origin_code", "origin", "prefecture", "district", "partner", "code", "project", "category", "year",
        "organiser", "status", "note", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("origin", "partner"),
    [
        ("自治体", "友好都市・姉妹都市"),
        ("市町村名", "提携先"),
        ("町村名", "友好・姉妹市町村"),
        ("団体名", "相手団体名"),
    ],
)
def test_of_two_columns_of_names_the_heading_says_whose_is_whose(origin, partner):
    rows = [["小田原市", "石川県金沢市"], ["小田原市", "長野県松本市"], ["川崎市", "岩手県花巻市"]]
    for order in (1, -1):
        data = text_table([row[::order] for row in [[origin, partner], *rows]])
        assert guessed(data) == {origin: "origin", partner: "partner"}


def test_two_heading_rows_are_one_heading():
    data = sheet(
        ["調査の結果"],
        ["区名", "事業", "", "", "相手先", "開始"],
        ["", "分野", "名称", "主体", "", "年度"],
        ["文京", "文化", "交流", "区", "石川県金沢市", "平成25年度"],
        ["", "防災", "応援", "区", "長野県松本市", "平成26年度"],
        merged=["A2:A3", "B2:D2", "E2:E3"],
    )
    assert guessed(data) == {
        "区名": "origin",
        "事業 分野": "category",
        "事業 名称": "project",
        "事業 主体": "organiser",
        "相手先": "partner",
        "開始 年度": "year",
    }


def test_a_heading_that_explains_itself_is_still_the_partners():
    data = text_table(
        [
            ["連携自治体名（都道府県名から記入）", "事業名"],
            ["石川県金沢市", "A"],
            ["熊本県", "B"],
            ["長野県松本市", "C"],
        ]
    )
    assert list(guessed(data).values()) == ["partner", "project"]


def test_every_column_has_a_reason_and_roles_have_names():
    data = text_table(
        [["相手方", "事業", "謎"], ["石川県金沢市", "交流", "q"], ["長野県松本市", "防災", "r"]]
    )
    guess = guess_columns(open_file(data, "a")[0], contents())
    assert all(column.reason for column in guess.columns)
    assert all(0 <= column.confidence <= 1 for column in guess.columns)
    assert [column.name for column in guess.unexplained] == ["C列「謎」"]
    assert {column.role for column in guess.columns if column.role} <= set(ROLES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("○", True),
        ("●", True),
        ("1", True),
        ("12", True),
        ("有", True),
        ("0", False),
        ("×", False),
        ("－", False),
        ("検討中", None),
    ],
)
def test_marks(text, said):
    assert mark(text) is said


def test_bullets_numbers_and_what_only_counts():
    assert [bare(text) for text in ("・金沢市", "① 金沢市", "12. 金沢市", "(3) 金沢市")] == ["金沢市"] * 4
    assert increasing(["1", "2", "3"])
    assert not increasing(["1", "1", "1"])
    assert not increasing(["2015", "2016", "2017"])


def test_codes_keep_what_can_be_known_of_their_zeros():
    assert contents().code("12025") == "012025"
    assert contents().code("01202") == "012025"
    assert contents().code("131059") == "131059"
    assert contents().code("131058") is None
    assert contents().code("2015") is None


def test_a_bare_number_is_a_year_by_its_column():
    assert years_in("2015", "number", "開始年度")[0].kind == "年度"
    assert years_in("27", "number", "平成")[0].year == 2015
    assert years_in("27", "number", "件数") == (None,)
    assert years_in("2017-04-01", "date")[0].year == 2017
