"""The filter panel: one state, in the URL; what a link cannot mean is said, not thrown."""

from __future__ import annotations

import re

import pytest

from geo.insight.comparison import same_projects
from geo.insight.metrics import key_figures
from geo.ledger.selection import Selection
from pages.shared.frame import filters, shell, text, years, years_panel
from tests.documents import DOCUMENTS

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
    assert "「相手」は読み取れないため" in screen(partner="99999").notes[0]
    assert screen(ward="港区", unknown="false", utm_source="x").notes == []


@pytest.mark.parametrize(
    ("page", "params"),
    [
        ("prefectures", {"metric": "__import__"}),
        ("gaps", {"rank": "<b>"}),
        ("trends", {"topic": "ない"}),
        ("quality", {"part": ["指摘", "読み取り方"]}),
        ("flow_map", {"table": "たぶん"}),
    ],
)
def test_a_choice_of_a_screen_that_cannot_be_read_is_said(screen, page, params):
    shown = screen(page, **params)
    assert shown.notes == ["リンクのうち「この画面での選択」は読み取れないため、使っていません。"]


def test_filters_that_do_not_count_on_a_screen_cannot_be_changed_there(screen):
    def changeable(page, **params):
        sidebar = screen(page, **params).app.sidebar
        elements = [*sidebar.multiselect, *sidebar.slider, *sidebar.checkbox]
        return {element.key for element in elements if not element.disabled}

    every = changeable("flow_map")
    assert {"ward", "category", "began", "source", *filters.TICKS} == every
    assert changeable("quality", ward="港区", category="観光") == {"ward"}
    assert changeable("trends") == set()
    assert changeable("trends", topic="年表") == {"ward"}
    assert changeable("trends", topic="始まった年") == every


def test_a_filter_that_does_not_count_on_a_screen_keeps_its_value(screen):
    shown = screen("quality", category="観光", network="true")
    shown.app.switch_page("pages/prefectures/page.py").run()
    assert "／観光／" in shown.conditions
    assert "広域の集まりを含む" in shown.conditions


def test_the_documents_of_the_panel_have_short_names_of_their_own_and_their_titles_beside(screen, dataset):
    box = screen().app.multiselect(key="source")
    assert len(set(box.options)) == len(box.options) > 1
    assert all(len(name) <= 10 for name in box.options)
    assert text.full(LIST, dataset) in box.help


def test_a_link_reproduces_every_filter(screen, dataset):
    shown = screen(
        ward=["港区", "世田谷区"],
        category="災害・防災",
        began=["1990", "2015"],
        unknown="false",
        above="false",
        network="true",
        peers="true",
        home="false",
    )
    wanted = expected(
        dataset,
        origins=("13103", "13112"),
        categories=("災害・防災",),
        year_from=1990,
        year_to=2015,
        unknown_years=False,
        above_years=False,
        networks=True,
        peers=True,
        home=False,
    )
    assert wanted in shown.heading
    for word in ("港区・世田谷区", "災害・防災", "平成2年（1990年）から平成27年度（2015年度）", "都内を除く"):
        assert word in shown.conditions


def test_what_is_not_drawn_yet_counts_as_it_begins(dataset, monkeypatch):
    """The body may be drawn before the slider of the other kind of year, or before any box of the panel."""
    first, last = dataset.years
    whole = {
        "years": "began",
        "began": (first, last),
        "as_of": last,
        "ward": [],
        "category": [],
        "source": [LIST],
    }
    whole |= {key: default for key, (_, _, default) in filters.TICKS.items()}
    for mode in years_panel.MODES:
        state = whole | {"years": mode}
        monkeypatch.setattr(filters.st, "session_state", state)
        expected = filters.selection(dataset)
        for key in state.keys() - {"years"}:
            monkeypatch.setattr(filters.st, "session_state", {k: v for k, v in state.items() if k != key})
            assert filters.selection(dataset) == expected, key
    monkeypatch.setattr(filters.st, "session_state", {})
    assert filters.selection(dataset) == Selection(sources=(LIST,))


def test_as_of_a_year_is_cumulative(screen, dataset):
    shown = screen(years="この年までに", as_of="2000")
    assert expected(dataset, year_mode="as_of", year_to=2000) in shown.heading
    assert "平成12年度（2000年度）までに始まったと分かるもの" in shown.conditions


def test_a_widget_changes_the_screen_at_once(screen, dataset):
    shown = screen()
    shown.app.multiselect(key="ward").select("13103")
    shown.app.checkbox(key="network").check()
    shown.app.run()
    assert expected(dataset, origins=("13103",), networks=True) in shown.heading


def test_reset_brings_everything_back(screen, dataset):
    shown = screen(
        ward="港区", category="観光", years="この年までに", as_of="2000", network="true", peers="true"
    )
    next(button for button in shown.app.button if button.label == "条件をはじめに戻す").click().run()
    assert expected(dataset) in shown.heading
    assert shown.app.session_state["ward"] == []
    assert shown.app.session_state["network"] is False
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
    assert "港区の個別の連携で" in screen("prefectures", ward="港区").heading


def test_unreadable_names_the_filters_once(dataset, build_dir, monkeypatch):
    monkeypatch.setenv("KORYU_DATA", str(build_dir))
    assert shell.unreadable({"ward": ["港区"], "unknown": ["true"], "utm": ["x"]}, dataset) == []
    assert shell.unreadable({"began": ["1990", "x"], "as_of": ["１９９０"]}, dataset) == ["開始年"]


#: What the documents are called in an address.
LISTED, OWN = (DOCUMENTS[name].short for name in (LIST, "setagaya_exchange_r6"))


def test_the_list_of_all_wards_is_in_force_until_others_are_chosen(screen):
    shown = screen()
    assert shown.app.multiselect(key="source").value == [LIST]
    assert shown.conditions.startswith(f"{DOCUMENTS[LIST].title}（令和8年3月31日現在）／")
    assert "資料ごとに数える" not in shown.conditions


def test_two_documents_count_a_municipality_once_and_say_that_projects_repeat(screen, dataset):
    both = dataset.select(Selection(origins=("13112",), sources=(LIST, "setagaya_exchange_r6")))
    apart = [
        key_figures(dataset.select(Selection(origins=("13112",), sources=(one,))))
        for one in (LIST, "setagaya_exchange_r6")
    ]
    shown = screen(ward="世田谷区", source=[LISTED, OWN])
    together = both.links.municipality_code.nunique()
    assert f"{together} 市区町村" in shown.heading
    assert max(one.municipalities for one in apart) < together < sum(one.municipalities for one in apart)
    pairs = same_projects(dataset)
    pairs = pairs[pairs.source_b.eq(LIST) & pairs.source_a.eq("setagaya_exchange_r6")]
    # A project is repeated where both sides of the pair are in view.
    kept = set(both.projects.project_id)
    pairs = pairs[pairs.project_a.isin(kept) & pairs.project_b.isin(kept)]
    repeated = len({*pairs.project_a, *pairs.project_b})
    assert repeated > 50
    assert f"ほかの資料にもあるとみられる{repeated}事業を含む" in shown.conditions
    assert shown.notes == []


def test_the_details_show_both_documents(screen):
    shown = screen(ward="世田谷区", partner="10444", source=[LISTED, OWN])
    lines = re.findall(r"出典 (\D+?) ?\d[\d,]*行目", shown.html)
    assert set(lines) == {DOCUMENTS[name].title for name in (LIST, "setagaya_exchange_r6")}
    assert "（資料ごとに数えた数" in shown.html
    assert "資料ごとに数えた数" not in screen(ward="世田谷区", partner="10444").html


def test_no_document_chosen_means_all(screen, dataset):
    shown = screen(source="")
    assert shown.conditions.startswith("すべての資料／")
    assert f"{key_figures(dataset.select(Selection())).municipalities} 市区町村" in shown.heading
    assert shown.notes == []


def test_reset_brings_the_list_back(screen):
    shown = screen(source=OWN)
    assert shown.app.multiselect(key="source").value == ["setagaya_exchange_r6"]
    next(button for button in shown.app.button if button.label == "条件をはじめに戻す").click().run()
    assert shown.app.session_state["source"] == [LIST]


def typed(shown, text):
    """Type years below the slider."""
    shown.app.text_input(key="typed_years").set_value(text).run()
    return shown


def test_typed_years_set_the_slider_and_so_the_link(screen, dataset):
    shown = typed(screen(), "Ｈ20〜平28")
    assert shown.app.slider(key="began").value == (2008, 2016)
    assert shown.app.query_params["began"] == ["2008", "2016"]
    assert expected(dataset, year_from=2008, year_to=2016) in shown.heading
    assert shown.app.text_input(key="typed_years").value == ""
    until = typed(screen(years="この年までに"), "令和元年度")
    assert until.app.slider(key="as_of").value == 2019
    assert expected(dataset, year_mode="as_of", year_to=2019) in until.heading


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("来年<b>", "「来年&lt;b&gt;」は年として読み取れません"),
        ("H28-H20", "はじめの年が終わりの年より後です"),
        ("2030〜", "「2030〜」は使えません。資料で分かる開始年は"),
    ],
)
def test_typed_years_that_cannot_be_used_are_said_and_change_nothing(screen, dataset, text, said):
    shown = typed(screen(began=["2000", "2010"]), text)
    assert shown.app.slider(key="began").value == (2000, 2010)
    assert said in shown.html
    assert shown.app.text_input(key="typed_years").value == text
    # Said until something else is asked for.
    shown.app.slider(key="began").set_value((2001, 2010)).run()
    assert said not in shown.html


def test_typed_years_outside_the_data_are_moved_inside_and_said(screen, dataset):
    first, last = dataset.years
    shown = typed(screen(), "1900-2016")
    assert shown.app.slider(key="began").value == (first, 2016)
    assert "なので、その中にしました。" in shown.html
    assert years.read_one("2030", first, last).years is None
    assert f"（{first}年）から" in years.read_one("2030", first, last).said


def test_the_last_few_years_are_one_press_away(screen, dataset):
    first, last = dataset.years
    shown = screen()
    few = shown.app.sidebar.get("button_group")[-1]
    few.set_value("直近10年").run()
    assert shown.app.slider(key="began").value == (last - 9, last)
    assert expected(dataset, year_from=last - 9) in shown.heading
    assert shown.app.session_state["latest_years"] == "直近10年"
    assert years.latest(2020, 2024) == {"すべて": (2020, 2024)}
    until = screen(years="この年までに")
    until.app.sidebar.get("button_group")[-1].set_value("5年前").run()
    assert until.app.slider(key="as_of").value == last - 5
