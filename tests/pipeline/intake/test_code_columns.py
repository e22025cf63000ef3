"""Codes of a column: of five digits or six, with the zeros that a spreadsheet dropped, each is read as itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.places.codes import to_code6
from geo.places.gazetteer import Gazetteer
from pipeline.intake.code_columns import is_code, place_code, readings, six_digits

GAZETTEER = Gazetteer.load()
CODES = sorted(place.code for place in GAZETTEER if place.level == "municipality")

#: How a column may hold the codes: as text or as numbers, without check digit or with it.
FORMS = {
    "five": lambda code: code,
    "five as numbers": lambda code: str(int(code)),
    "six": to_code6,
    "six as numbers": lambda code: f"{int(to_code6(code))}.0",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_code_of_the_country_is_read_as_itself(form):
    column = [FORMS[form](code) for code in CODES]
    sixes = six_digits(column, GAZETTEER)
    assert [place_code(text, sixes, GAZETTEER) for text in column] == CODES


@settings(max_examples=60)
@given(st.lists(st.sampled_from(CODES), min_size=1, unique=True), st.sampled_from(sorted(FORMS)))
def test_no_code_is_ever_read_as_nothing(codes, form):
    column = [FORMS[form](code) for code in codes]
    sixes = six_digits(column, GAZETTEER)
    for code, text in zip(codes, column, strict=True):
        assert code in readings(text, GAZETTEER)
        assert is_code(text)
        assert place_code(text, sixes, GAZETTEER) is not None


@given(st.text(alphabet="0123456789.-市", max_size=9))
def test_any_text_is_a_code_or_none(text):
    found = place_code(text, False, GAZETTEER)
    assert found is None or (found in GAZETTEER and is_code(text))
