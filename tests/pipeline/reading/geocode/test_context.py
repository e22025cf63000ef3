"""Rung 8: neighbours, lists in prefecture order, the origin's own kind, and the rest of its document."""

import pytest

from geo.ledger.schema import CONFIDENT
from geo.places.gazetteer import Gazetteer
from pipeline.reading.geocode import Geocoder

GEOCODER = Geocoder(Gazetteer.load(), decisions=())
EDUCATION = ["奈良市", "明日香村", "松江市", "呉市", "府中市", "梼原町", "飯塚市", "宗像市", "芦屋町"]


def test_a_list_in_prefecture_order_places_an_ambiguous_name():
    boards = [f"{name}教育委員会" for name in EDUCATION]
    answer = GEOCODER.geocode("府中市教育委員会", context=boards, origin_code="13109")
    assert (answer.codes, answer.method) == (("34208",), "context")
    assert answer.confidence >= CONFIDENT
    assert "都道府県順" in answer.reason


def test_a_list_in_no_order_places_nothing():
    mixed = ["飯塚市", "札幌市", "府中市", "松江市", "青森市", "那覇市", "長野市"]
    assert GEOCODER.geocode("府中市", context=mixed).codes == ()


def test_neighbours_of_one_prefecture_lend_it():
    answer = GEOCODER.geocode("中央区", context=["東京都", "中央区", "千代田区", "町田市"])
    assert (answer.codes, answer.method) == (("13102",), "context")
    assert GEOCODER.geocode("府中市", context=["東京都千代田区", "広島県呉市", "府中市"]).codes == ()


@pytest.mark.parametrize(
    ("text", "neighbour", "part"),
    [
        ("長野県諏訪地域", "長野県飯田市", "20206"),
        ("諏訪地域", "長野県飯田市", "20206"),
        ("静岡県富士山ネットワーク会議", "静岡県裾野市", "22210"),
        ("長野", "長野県飯田市", "20201"),
        ("福島県中島町", "福島県白河市", "07465"),
    ],
)
def test_neighbours_tell_a_prefecture_and_not_how_far_a_region_reaches(text, neighbour, part):
    answer = GEOCODER.geocode(text, context=[text, neighbour], known={part})
    assert (answer.codes, answer.candidates) == ((), (part,))


def test_a_ward_means_its_neighbour_but_not_every_name_of_its_prefecture():
    assert GEOCODER.geocode("港区", origin_code="13101").codes == ("13103",)
    assert GEOCODER.geocode("府中市", origin_code="13101").codes == ()
    assert GEOCODER.geocode("港区").codes == ()


def test_a_body_with_the_name_of_a_place_the_document_names():
    def known(text: str, *codes: str) -> tuple[str, ...]:
        return GEOCODER.geocode(text, origin_code="13123", known=codes).codes

    assert known("遊佐ブランド推進協議会", "06461", "06203") == ("06461",)
    assert known("江戸川鶴岡友好交流演奏会実行委員会", "13123", "06203") == ("06203",)
    assert known("おおさき青年会議所", "04215") == ("04215",)
    assert known("鶴岡遊佐交流協会", "06461", "06203") == ()
    assert known("山形大学工学部", "06201") == ()
    assert known("各宿泊施設", "06201") == ()
