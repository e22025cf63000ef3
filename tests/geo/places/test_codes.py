"""Codes: what is made verifies, what is wrong is caught, and the standard's one blind spot is exact."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.places import codes

code5s = st.builds(lambda pref, rest: f"{pref:02}{rest:03}", st.integers(1, 47), st.integers(0, 999))
digits = st.sampled_from("0123456789")


def remainder(code5: str) -> int:
    """Weighted sum modulo 11, written out again so that the test does not lean on what it tests."""
    a, b, c, d, e = (int(digit) for digit in code5)
    return (6 * a + 5 * b + 4 * c + 3 * d + 2 * e) % 11


@pytest.mark.parametrize("code6", ["010006", "011002", "131016", "131121", "131237", "472018"])
def test_published_codes_verify(code6):
    """北海道, 札幌市, 千代田区, 世田谷区, 江戸川区, 那覇市, as the ministry prints them."""
    assert codes.from_code6(code6) == code6[:5]


@given(code5s)
def test_every_code_made_verifies(code5):
    assert codes.from_code6(codes.to_code6(code5)) == code5


@given(code5s, st.integers(0, 5), digits)
def test_a_wrong_digit_is_caught_but_for_the_blind_spot(code5, position, digit):
    right = codes.to_code6(code5)
    wrong = right[:position] + digit + right[position + 1 :]
    if wrong == right:
        return
    try:
        codes.from_code6(wrong)
    except ValueError:
        return
    # Remainders 0 and 10 share the check digit 1: nothing else may slip through.
    assert right[5] == wrong[5] == "1"
    assert {remainder(right[:5]), remainder(wrong[:5])} == {0, 10}


@given(st.text(max_size=8))
def test_junk_is_rejected(text):
    if len(text) == 6 and text.isascii() and text.isdigit():
        return
    with pytest.raises(ValueError, match="団体コード"):
        codes.from_code6(text)


@pytest.mark.parametrize(
    "junk",
    [
        "70009",  # 福島県 070009 that lost its zero
        "0700090",
        "070008",  # wrong check digit
        "０７０００９",  # full-width digits
        "07000９",
        " 70009",
        "-70009",
        "000000",  # no such prefecture
        "480002",
        None,
        70009,
    ],
)
def test_known_junk_is_rejected(junk):
    with pytest.raises(ValueError, match="団体コード"):
        codes.from_code6(junk)


def test_prefectures():
    assert list(codes.PREFECTURES) == [f"{n:02}" for n in range(1, 48)]
    assert (codes.PREFECTURES["01"], codes.PREFECTURES["13"], codes.PREFECTURES["47"]) == (
        "北海道",
        "東京都",
        "沖縄県",
    )
    assert len(set(codes.PREFECTURES.values())) == 47
    assert codes.prefecture_code("13112") == "13000"
    with pytest.raises(ValueError, match="都道府県"):
        codes.prefecture_code("99999")


def test_special_wards():
    wards = [code for code in (f"13{n:03}" for n in range(1000)) if codes.is_special_ward(code)]
    assert wards == [f"131{n:02}" for n in range(1, 24)]
    assert not codes.is_special_ward("01101")
    assert not codes.is_special_ward("131016")


def test_documented_examples():
    assert doctest.testmod(codes).failed == 0
