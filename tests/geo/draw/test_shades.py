"""Classes of any numbers: every value is in the class whose words hold it."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.draw.choropleth import CUTS
from geo.draw.shades import Shades

VALUES = st.lists(st.floats(-1e7, 1e7, allow_nan=False).map(lambda x: round(x, 3)), min_size=1, max_size=47)


def holds(label: str, value: float) -> bool:
    """Whether the words of a class are true of a value."""
    plain = label.replace(",", "")
    for word, size in (("億", 10**8), ("万", 10**4)):
        plain = re.sub(rf"(-?[\d.]+){word}", lambda m, size=size: repr(round(float(m[1]) * size, 6)), plain)
    if plain.endswith("未満"):
        return value < float(plain[:-2])
    if plain.endswith("以上"):
        return value >= float(plain[:-2])
    if match := re.fullmatch(r"(-?[\d.e+-]+)–(-?[\d.e+-]+)", plain):
        return float(match[1]) <= value < float(match[2])
    return True


@given(VALUES, st.sampled_from(sorted(CUTS)), st.booleans())
def test_a_value_is_in_the_class_whose_words_hold_it(values, scheme, zero):
    values = [abs(value) for value in values] if zero else values
    series = pd.Series([*values, float("nan")])
    classes = Shades("人口", "人", series, zero=zero, scheme=scheme).classes()
    assert classes.legend[int(classes.index.iloc[-1])].label == "値なし"
    for value, place in zip(values, classes.index, strict=False):
        label = classes.legend[int(place)].label
        if zero and not value:
            assert label == "なし"
        else:
            assert holds(label, value), (label, value)
    shaded = set(classes.index) - {0} if zero else set(classes.index)
    # No class of the legend is empty, but for "none".
    assert len(shaded) == len(classes.legend) - zero


def test_few_values_have_a_class_each_and_words_for_none():
    shades = Shades("率", "事業", pd.Series([0, 0.5, 2.0, float("nan")]), zero=True)
    assert [shades.text(value) for value in shades.values] == ["なし", "0.5 事業", "2 事業", "値なし"]
    assert [entry.label for entry in shades.classes().legend] == ["なし", "2未満", "2以上", "値なし"]


def test_a_scheme_that_is_none_is_an_error():
    with pytest.raises(KeyError):
        Shades("率", "", pd.Series(range(20)), scheme="x").classes()
