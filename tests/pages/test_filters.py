"""The filter panel: one state, in the URL; what a link cannot mean is said, not thrown."""

from __future__ import annotations

import pytest

from geo.dataset import Selection
from geo.metrics import key_figures
from pages.shared import filters

LIST = "tokyo23_linkage_r8"
HOSTILE = [
    {"ward": "存在しない区"},
    {"ward": ["港区", "<script>alert(1)</script>"]},
    {"category": "' OR 1=1 --"},
    {"began": ["1990"]},
    {"began": ["abc", "99999999999999999999"]},
    {"began": ["2010", "1990"]},
    {"years": "この年までに", "as_of": "-1"},
    {"years": "\x00"},
    {"unknown": "maybe"},
    {"source": "../../etc/passwd"},
    {"partner": "../../etc/passwd"},
    {"partner": "99999"},
    {"metric": "__import__"},
    {"table": "たぶん"},
    {"ward": "港区" * 2000},
]


def expected(dataset, **selection) -> str:
    found = key_figures(dataset.select(Selection(sources=(LIST,), **selection)))
    return f"全国 {found.prefectures} 都道府県・{found.municipalities} 市区町村"


@pytest.mark.parametrize("page", ["flow_map", "prefectures"])
@pytest.mark.parametrize("params", HOSTILE, ids=lambda params: repr(params)[:40])
def test_a_hostile_link_opens_the_screen(screen, page, params):
    shown = screen(page, **params)
    assert not shown.app.exception
    assert not shown.app.error
    assert shown.heading
    assert "<script>alert" not in shown.html


def test_a_link_that_cannot_be_read_says_so(screen):
    assert "「区」は読み取れないため" in screen(ward="存在しない区").notes[0]
    assert "「開始年」は読み取れないため" in screen(began=["abc", "2000"]).notes[0]
    assert screen(ward="港区", unknown="false").notes == []


def test_a_link_reproduces_every_filter(screen, dataset):
    shown = screen(
        ward=["港区", "世田谷区"],
        category="災害・防災",
        began=["1990", "2015"],
        unknown="false",
        network="false",
        peers="true",
        home="false",
    )
    wanted = expected(
        dataset,
        wards=("13103", "13112"),
        categories=("災害・防災",),
        year_from=1990,
        year_to=2015,
        unknown_years=False,
        networks=False,
        peers=True,
        home=False,
    )
    assert wanted in shown.heading
    for word in ("港区・世田谷区", "災害・防災", "平成2年（1990年）から平成27年（2015年）", "都内を除く"):
        assert word in shown.conditions


def test_as_of_a_year_is_cumulative(screen, dataset):
    shown = screen(years="この年までに", as_of="2000")
    assert expected(dataset, year_mode="as_of", year_to=2000) in shown.heading
    assert "平成12年（2000年）までに開始" in shown.conditions


def test_a_widget_changes_the_screen_at_once(screen, dataset):
    shown = screen()
    shown.app.multiselect(key="ward").select("13103")
    shown.app.checkbox(key="network").uncheck()
    shown.app.run()
    assert expected(dataset, wards=("13103",), networks=False) in shown.heading


def test_reset_brings_everything_back(screen, dataset):
    shown = screen(ward="港区", category="観光", years="この年までに", as_of="2000", peers="true")
    next(button for button in shown.app.button if button.label == "条件をはじめに戻す").click().run()
    assert expected(dataset) in shown.heading
    assert shown.app.session_state["ward"] == []
    assert shown.app.session_state["peers"] is False


def test_the_panel_is_the_same_on_every_screen(screen):
    def labels(page):
        app = screen(page).app
        return [
            element.label
            for kind in ("multiselect", "slider", "checkbox", "selectbox")
            for element in app.sidebar.get(kind)
        ]

    assert labels("flow_map") == labels("prefectures")


def test_filters_carry_over_to_another_screen(screen):
    assert screen("prefectures", ward="港区").heading.startswith("港区の")


def test_unreadable_names_the_filters_once(dataset):
    assert filters.unreadable({"ward": ["港区"], "unknown": ["true"], "utm": ["x"]}, dataset) == []
    assert filters.unreadable({"began": ["1990", "x"], "as_of": ["１９９０"]}, dataset) == ["開始年"]
