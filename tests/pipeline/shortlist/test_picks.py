"""What is decided of candidates: kept in order, in a link that comes back whole and does no harm."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.shortlist.picks import (
    EVERYONE,
    MOST_HIDDEN,
    MOST_STARRED,
    NOTE,
    NOTES,
    Choice,
    PickError,
    Picks,
    key_of,
    origins_of,
    plain,
)
from pipeline.shortlist.picks_link import HIDE, PARAMETERS, STAR, read, written

ORIGINS = ["13101", "13103", "13112"]
PLACES = [f"{number:05}" for number in range(1100, 1400)]


def test_a_starred_candidate_is_not_hidden_and_a_hidden_one_not_starred():
    choice = Choice().star("01100").star("01101").hide("01102").annotate("01100", " 港\tの 縁\n ")
    assert (dict(choice.starred), choice.hidden) == ({"01100": "港 の 縁", "01101": ""}, ("01102",))
    assert choice.hide("01100") == Choice({"01101": ""}, ("01102", "01100"))
    assert choice.star("01102") == Choice({"01100": "港 の 縁", "01101": "", "01102": ""})
    assert choice.star("01100") is choice
    assert choice.show(["01102"]).hidden == ()
    assert choice.annotate("01102", "x") is choice


def test_the_order_is_ones_own():
    choice = Choice().star("01100").star("01101").star("01102")
    assert list(choice.move("01102", -1).starred) == ["01100", "01102", "01101"]
    assert list(choice.move("01100", 5).starred) == ["01101", "01102", "01100"]
    assert choice.move("01100", -1) == choice
    assert choice.move("01199", 1) is choice


def test_more_than_a_link_holds_is_refused():
    full = Picks().having("13101", Choice(dict.fromkeys(PLACES[:MOST_STARRED], "")))
    with pytest.raises(PickError, match=f"{MOST_STARRED}まで"):
        full.having("13103", Choice({"01100": ""}))
    with pytest.raises(PickError, match=f"{MOST_HIDDEN}まで"):
        Picks().having("13101", Choice(hidden=tuple(PLACES[: MOST_HIDDEN + 1])))
    with pytest.raises(PickError, match=f"{NOTE}字"):
        Picks().having("13101", Choice({"01100": "あ" * (NOTE + 1)}))
    with pytest.raises(PickError, match="合わせて"):
        Picks().having("13101", Choice(dict.fromkeys(PLACES[: NOTES // NOTE + 1], "あ" * NOTE)))


def test_a_choice_belongs_to_the_origins_it_was_made_for():
    assert key_of(["13103", "13101"], ORIGINS) == key_of(["13101", "13103"], ORIGINS) == "13101.13103"
    assert key_of([], ORIGINS) == key_of(ORIGINS, ORIGINS) == EVERYONE
    assert key_of([], ["13101"]) == "13101"
    for key in ("13101", "13101.13103", EVERYONE):
        assert key_of(origins_of(key, ORIGINS), ORIGINS) == key
    assert [origins_of(key, ORIGINS) for key in ("13103.13101", "99999", "", "13101.13103.13112")] == [
        None
    ] * 4
    assert origins_of(EVERYONE, ["13101"]) is None


notes = st.text(max_size=NOTE).map(plain).map(lambda text: plain(text[:NOTE]))


@st.composite
def picks(draw) -> Picks:
    made = Picks()
    for key in draw(
        st.lists(st.sampled_from(["13101", "13101.13103", "13112", EVERYONE]), max_size=3, unique=True)
    ):
        codes = draw(st.lists(st.sampled_from(PLACES), max_size=12, unique=True))
        cut = draw(st.integers(0, min(len(codes), 5)))
        choice = Choice({code: draw(notes) for code in codes[:cut]}, tuple(codes[cut:]))
        made = made.having(key, choice)
    return made


@given(picks())
def test_a_link_gives_back_what_was_decided(made):
    address = urlencode(written(made))
    found, good = read(parse_qs(address), PLACES, ORIGINS)
    assert good
    assert {key: list(one.starred.items()) for key, one in found.choices.items()} == {
        key: list(one.starred.items()) for key, one in made.choices.items()
    }
    assert {key: one.hidden for key, one in found.choices.items()} == {
        key: one.hidden for key, one in made.choices.items()
    }
    # Nothing of it has to be escaped, so that mail programs leave the link whole.
    assert all(quote(text, safe="~") == text for text in written(made).values())


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.lists(st.text(max_size=60), max_size=2)))
@example({STAR: ["13101-01100.01100"]})
@example({STAR: ["13101-01100"], "note": ["13101-01100-PHNjcmlwdD4"]})
@example({STAR: ["13101-01100~" * 4000]})
@example({STAR: ["13101-０1100"], HIDE: ["99999-01100"]})
@example({STAR: ["13101-01100"], "note": ["13101-01100-gA", "x"]})
def test_no_link_does_harm(parameters):
    found, good = read(parameters, PLACES, ORIGINS)
    found.check()
    again = written(found)
    assert read({name: [text] for name, text in again.items()}, PLACES, ORIGINS) == (found, True)
    if good:
        kept = {name: values[-1] for name, values in parameters.items() if values and values[-1].strip("~")}
        assert set(kept) == set(again)


def test_what_of_a_link_can_be_read_is_kept():
    found, good = read({STAR: ["13101-01100~13103-99999"], HIDE: ["13101-01100"]}, PLACES, ORIGINS)
    assert found == Picks({"13101": Choice({"01100": ""})})
    assert not good
    # A script in a note is a note.
    found, good = read({STAR: ["13101-01100"], "note": ["13101-01100-PHNjcmlwdD4"]}, PLACES, ORIGINS)
    assert good
    assert found.of("13101").starred == {"01100": "<script>"}


def test_the_longest_link_fits_a_request(monkeypatch):
    starred = PLACES[:MOST_STARRED]
    each = NOTES // MOST_STARRED
    made = Picks().having(
        "13101", Choice(dict.fromkeys(starred, "あ" * each), tuple(PLACES[MOST_STARRED:][:MOST_HIDDEN]))
    )
    assert len(urlencode(written(made))) < 7_000  # of the 8 KB that servers commonly take in a line
