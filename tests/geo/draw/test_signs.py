"""Places by sign: nothing stands on shape or colour alone, and what cannot be drawn is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.draw.signs import COLOURS, COLUMNS, SHAPES, Sign, Signed, signed, signs_of

SIGNS = signs_of({"both": "両方", "one": "片方"})
PLACES = [("01202", "函館市", "one", "2", "1行目\n2行目"), ("47214", "宮古島市", "one", "", "")]


def test_every_group_has_a_colour_and_a_shape_of_its_own():
    signs = signs_of({key: key for key in "abcde"})
    assert len({sign.colour for sign in signs}) == len({sign.shape for sign in signs}) == len(signs) == 5
    assert [sign.printed for sign in signs] == list(COLOURS.values())
    with pytest.raises(ValueError, match="6 groups"):
        signs_of({key: key for key in "abcdef"})


def test_groups_without_places_are_counted_too():
    found = signed(PLACES, SIGNS, "くらべた結果")
    assert list(found.places.columns) == list(COLUMNS)
    assert found.counts == {"both": 0, "one": 2}
    assert signed([], SIGNS, "くらべた結果").counts == {"both": 0, "one": 0}


@pytest.mark.parametrize(
    ("places", "signs", "said"),
    [
        ([("01202", "函館市", "neither", "", "")], SIGNS, "neither"),
        ([PLACES[0], PLACES[0]], SIGNS, "two signs"),
        (PLACES, [Sign("one", "a", "blue", "dot"), Sign("both", "b", "sign-2", "dot")], "shape"),
        (PLACES, [Sign("one", "a", "blue", "dot"), Sign("both", "b", "blue", "ring")], "colour"),
        (PLACES, [Sign("one", "a", "blue", "dot"), Sign("one", "b", "sign-2", "ring")], "key"),
    ],
)
def test_signs_that_could_be_taken_for_one_another_are_refused(places, signs, said):
    with pytest.raises(ValueError, match=said):
        signed(places, signs, "")


def test_a_table_without_a_column_is_refused():
    with pytest.raises(ValueError, match="note"):
        Signed(pd.DataFrame(PLACES, columns=list(COLUMNS)).drop(columns="note"), SIGNS, "")


@pytest.mark.parametrize(("colour", "shape"), [("red", "dot"), ("blue", "star"), ("#0017c1", "dot")])
def test_there_are_no_other_signs(colour, shape):
    assert colour not in COLOURS or shape not in SHAPES
    with pytest.raises(ValueError, match=shape):
        Sign("a", "a", colour, shape)
