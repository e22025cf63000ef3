from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.draw.choropleth import CUTS, METRICS, PALETTE, classify, colours, natural_breaks

counts = st.lists(st.integers(0, 500), min_size=1, max_size=47).map(pd.Series)


#: Employment density of 58 counties of California, and the natural breaks of it that mapclassify publishes.
DENSITIES = np.array(
    # fmt: off
    [
        329.92,
        0.42,
        5.9,
        14.03,
        2.78,
        1.34,
        181.27,
        1.65,
        10.03,
        16.7,
        1.32,
        3.99,
        3.16,
        0.22,
        8.7,
        6.56,
        3.27,
        0.33,
        370.5,
        4.51,
        75.29,
        0.99,
        2.74,
        8.68,
        0.14,
        0.92,
        12.63,
        28.7,
        12.02,
        722.85,
        36.68,
        0.74,
        29.82,
        192.05,
        3.38,
        11.15,
        110.74,
        4111.45,
        49.47,
        10.33,
        317.11,
        20.47,
        264.93,
        66.26,
        5.39,
        0.13,
        0.61,
        50.65,
        40.48,
        36.67,
        13.09,
        1.81,
        0.2,
        7.6,
        2.51,
        57.26,
        24.32,
        6.97,
    ]
    # fmt: on
)
PUBLISHED = {3: [192.05, 722.85, 4111.45], 5: [75.29, 192.05, 370.5, 722.85, 4111.45]}


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@given(counts, st.sampled_from(sorted(CUTS)))
def test_classes_are_ordered_and_zero_stands_alone(values, scheme):
    classes = classify(values, scheme=scheme)
    assert ((classes.index == 0) == (values == 0)).all()
    assert len(classes.breaks) <= len(PALETTE)
    assert list(classes.breaks) == sorted(set(classes.breaks))
    assert classes.index.max() <= len(classes.breaks) == len(classes.legend) - 1
    ordered = pd.DataFrame({"value": values, "class": classes.index}).sort_values("value")
    assert ordered["class"].is_monotonic_increasing


@given(counts, st.sampled_from(sorted(CUTS)))
def test_every_value_lies_within_its_legend_label(values, scheme):
    classes = classify(values, scheme=scheme)
    for value, index in zip(values, classes.index, strict=True):
        if value:
            first, _, last = classes.legend[index].label.partition("–")
            assert int(first) <= value <= int(last or first)


@given(counts)
def test_shares_never_fall_in_the_class_of_zero(values):
    shares = values / 1000
    assert ((classify(shares, percent=True).index == 0) == (shares == 0)).all()


def test_equal_values_are_one_class_and_none_is_none():
    assert [entry.label for entry in classify(pd.Series([3, 3, 0])).legend] == ["なし", "3"]
    assert [entry.label for entry in classify(pd.Series([0, 0])).legend] == ["なし"]


@given(counts, st.sampled_from(sorted(METRICS)))
def test_standard_classes_are_the_same_for_all_values_and_hold_what_they_say(values, name):
    metric = METRICS[name]
    values = values / 500 if metric.percent else values
    classes = metric.classes(values)
    assert classes.legend == metric.classes(pd.Series([1])).legend
    assert ((classes.index == 0) == (values == 0)).all()
    for value, index in zip(values, classes.index, strict=True):
        lower, upper = (0, *metric.bounds, np.inf)[max(index - 1, 0) :][:2]
        assert not index or lower <= value < upper


def test_standard_classes_in_words():
    assert [entry.label for entry in METRICS["partners"].classes(pd.Series([0])).legend] == [
        "なし",
        "1–2",
        "3–7",
        "8–19",
        "20以上",
    ]
    assert [entry.label for entry in METRICS["coverage"].classes(pd.Series([0])).legend] == [
        "なし",
        "10%未満",
        "10%以上",
        "25%以上",
        "50%以上",
    ]


def spread(values: list[int], bounds: list[float]) -> float:
    """The squared deviations from the means of the classes that end at these upper bounds."""
    table = pd.Series(sorted(values), dtype=float)
    return float(
        table.groupby(np.searchsorted(bounds, table)).apply(lambda own: ((own - own.mean()) ** 2).sum()).sum()
    )


@settings(deadline=None)
@given(st.lists(st.integers(1, 60), min_size=4, max_size=9).filter(lambda values: len(set(values)) > 3))
def test_no_other_three_classes_are_more_alike_than_the_natural_ones(values):
    chosen = classify(pd.Series(values), k=3).breaks
    others = (
        spread(values, [*cut, max(values)]) for cut in itertools.combinations(sorted(set(values))[:-1], 2)
    )
    assert spread(values, list(chosen)) == pytest.approx(min(others), abs=1e-6)


@pytest.mark.parametrize(
    ("scheme", "breaks"),
    [("natural", (3, 11, 40)), ("quantile", (7, 20, 40)), ("equal", (14, 27, 40))],
)
def test_the_bounds_are_those_the_scheme_is_named_for(scheme, breaks):
    values = pd.Series([1, 3, 3, 10, 11, 11, 40, 40, 40])
    assert classify(values, scheme=scheme, k=3).breaks == breaks


def test_palette_is_legible_and_steps_are_distinct():
    assert all(contrast(colour, "#ffffff") >= 3 for colour in PALETTE)
    lightness = [luminance(colour) for colour in PALETTE]
    assert all(light / dark > 1.3 for light, dark in itertools.pairwise(lightness))
    for n in range(1, 6):
        assert len(set(colours(n))) == n


@pytest.mark.parametrize(("value", "text"), [(0, "なし"), (0.004, "1%未満"), (0.35, "35%"), (1.0, "100%")])
def test_coverage_text(value, text):
    assert METRICS["coverage"].text(value) == text


def test_count_text():
    assert METRICS["partners"].text(1234) == "1,234 市区町村"


@pytest.mark.parametrize("k", PUBLISHED)
def test_natural_breaks_are_the_published_ones(k):
    assert natural_breaks(DENSITIES, k) == pytest.approx(PUBLISHED[k])


@given(st.lists(st.integers(1, 60), min_size=4, max_size=9), st.integers(2, 4))
def test_no_other_cut_has_less_deviation_than_natural_breaks(values, k):
    ordered = np.sort(np.array(values, float))

    def deviation(ends):
        classes = np.split(ordered, ends)
        return sum(((part - part.mean()) ** 2).sum() for part in classes)

    least = min(deviation(ends) for ends in itertools.combinations(range(1, len(ordered)), k - 1))
    bounds = natural_breaks(ordered, k)
    groups = [ordered[np.searchsorted(bounds, ordered) == i] for i in range(k)]
    # Equal values at a bound may be counted to either side without changing the sum.
    assert sum(((part - part.mean()) ** 2).sum() for part in groups if len(part)) <= least + 1e-6
