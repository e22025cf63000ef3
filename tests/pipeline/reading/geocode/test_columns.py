"""Columns get the answers that each of their names gets alone, whatever else stands in them."""

from __future__ import annotations

import pickle
import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import Decision, Geocoder, columns
from pipeline.reading.geocode.columns import ANSWERED, ASKED, ColumnGeocoder
from tests.benchmarks.noisy_names import noisy_names

GAZETTEER = Gazetteer.load()
DECISIONS = [Decision("府中 市", ("34208",)), Decision("どこか", ())]
GEOCODER, ALONE = Geocoder(GAZETTEER, DECISIONS), Geocoder(GAZETTEER, DECISIONS)
COLUMNS = ColumnGeocoder(GEOCODER, GAZETTEER)
NAMES = list(noisy_names(GAZETTEER, 400))

Asked = tuple[str | None, str | None, str | None]


def answered(asked: list[Asked], geocoder: ColumnGeocoder = COLUMNS) -> list[tuple]:
    """The rows of the answers."""
    made = [pa.array([row[at] for row in asked], pa.string()) for at in range(3)]
    answers = geocoder.answer(pa.RecordBatch.from_arrays(made, schema=ASKED))
    assert answers.schema == ANSWERED
    return [tuple(row.values()) for row in answers.to_pylist()]


def alone(name: str | None, prefecture: str | None, code: str | None) -> tuple:
    """The answer to a name that stands in no column."""
    if not (name or "").strip():
        return "", "", "", None, ""
    answer = ALONE.geocode(name, prefecture, code)
    confidence = round(answer.confidence, 2)
    return "|".join(answer.codes), answer.level, answer.method, confidence, "|".join(answer.candidates)


asked = st.tuples(
    st.sampled_from(
        ["府中市", "府 中市", "府中　市", "川場村", "群馬県川場村", "京都市山科区", "どこか", "函館"]
    )
    | st.sampled_from(NAMES)
    | st.text(max_size=6)
    | st.sampled_from([None, "", " ", "　", "\u200b", "秋田県\n鹿角市", "か\u3099市"]),
    st.none() | st.sampled_from(["東京都", "広島県", "群馬県"]),
    st.none() | st.sampled_from(["132063", "34208", "10444", "470007", "x"]),
)


@given(st.lists(asked, max_size=12))
@settings(max_examples=60, deadline=None)
def test_every_name_is_answered_as_if_it_stood_alone(rows):
    assert answered(rows) == [alone(*row) for row in rows]


@pytest.fixture(scope="module")
def noisy() -> list[Asked]:
    """Names as people write them, each with some prefecture and some code beside it, or none."""
    chance = random.Random(5)
    homes = [place.name for place in GAZETTEER.prefectures]
    return [
        (
            name,
            chance.choice(homes) if chance.random() < 0.3 else None,
            chance.choice(["132063", "104442"]) if chance.random() < 0.1 else None,
        )
        for name in NAMES
    ]


def test_noisy_names_are_answered_as_each_alone_also_again_and_by_a_copy(noisy):
    expected = [alone(*row) for row in noisy]
    assert answered(noisy) == expected
    assert len({method for _, _, method, _, _ in expected}) > 5
    twice = [*noisy, *reversed(noisy)]
    copy = pickle.loads(pickle.dumps(COLUMNS))
    assert answered(twice, copy) == expected + expected[::-1]


def test_what_is_remembered_has_a_limit(noisy, monkeypatch):
    monkeypatch.setattr(columns, "REMEMBERED", 5)
    geocoder = ColumnGeocoder(GEOCODER, GAZETTEER)
    assert answered(noisy, geocoder) == answered(noisy)
    assert max(len(geocoder._names), len(geocoder._others), len(geocoder._rows)) <= 5


def test_a_name_as_the_gazetteer_has_it_climbs_once_whatever_its_spaces(monkeypatch):
    asked = []
    geocode = GEOCODER.geocode
    monkeypatch.setattr(
        GEOCODER, "geocode", lambda name, **known: asked.append(name) or geocode(name, **known)
    )
    rows = [
        (name, None, None) for name in ("群馬県川場村", " 群馬県 川場村", "群馬県　川場村　", "川場村")
    ] * 3
    assert {row[0] for row in answered(rows, ColumnGeocoder(GEOCODER, GAZETTEER))} == {"10444"}
    assert asked == ["群馬県川場村", "川場村"]


def test_a_geocoder_can_be_pickled_and_forgets_what_it_read():
    GEOCODER.geocode("群馬県川場村")
    copy = pickle.loads(pickle.dumps(GEOCODER))
    assert copy._read.cache_info().currsize == 0
    for text in ("府中市", "どこか", "群馬県利根郡川場邑", "鳥根県隠岐の島町"):
        assert copy.geocode(text) == GEOCODER.geocode(text)
