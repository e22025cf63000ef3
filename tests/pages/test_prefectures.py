"""都道府県別: the metrics, and the municipalities of one prefecture."""

from __future__ import annotations

import re

import pytest

from geo.draw.choropleth import METRICS, SCHEMES
from geo.insight.metrics import municipality_table, prefecture_table
from geo.ledger.selection import Selection
from pages.shared.frame import text
from pages.shared.parts import areas

LIST = "tokyo23_linkage_r8"


@pytest.mark.parametrize("metric", METRICS)
def test_the_heading_names_the_leader_of_every_metric(screen, dataset, metric):
    table = prefecture_table(dataset.select(Selection(sources=(LIST,))))
    column = METRICS[metric].column
    shown = screen("prefectures", metric=text.metric_name(metric, "区"))
    assert table.loc[table[column].idxmax(), "name"] in shown.heading
    assert METRICS[metric].of("区").text(table[column].max()) in shown.heading
    assert not shown.app.exception


def test_a_prefecture_opens_its_municipalities(screen, dataset):
    places = municipality_table(dataset.select(Selection(origins=("13112",), sources=(LIST,))), "10000")
    shown = screen("prefectures", ward="世田谷区", partner="10000")
    partnered = int(places.partnered.sum())
    assert shown.heading == (
        f"世田谷区は、個別の連携で、群馬県の {len(places)} 市区町村のうち {partnered} とつながっています。"
    )
    table = shown.app.dataframe[0].value
    assert len(table) == len(places)
    assert (table["連携"] == "あり").sum() == partnered
    assert set(table["事業数"][table["連携"] == "なし"]) == {0}


def test_a_municipality_shows_its_projects_and_the_way_back(screen):
    shown = screen("prefectures", ward="世田谷区", partner="10444")
    assert "群馬県川場村との事業" in shown.html
    next(button for button in shown.app.button if button.key == "close").click().run()
    assert "市区町村のうち" in shown.heading


def test_a_button_leads_back_to_the_whole_country(screen):
    shown = screen("prefectures", partner="20000")
    assert "長野県" in shown.heading
    next(button for button in shown.app.button if button.label == "全国に戻る").click().run()
    assert "最も多いのは" in shown.heading


def test_both_ends_of_a_metric_stand_beside_the_map(screen, dataset):
    table = prefecture_table(dataset.select(Selection(sources=(LIST,), networks=True))).set_index("name")
    shown = screen("prefectures", metric="連携率", network="true")
    high, low = re.findall('<table class="k-rank">.*?</table>', shown.html)
    for part, title, name in (
        (high, "連携率の高い都道府県", table.coverage.idxmax()),
        (low, "連携率の低い都道府県", table.coverage.idxmin()),
    ):
        assert title in part
        assert re.search("<th scope=row>(.*?)<td>", part)[1] == name


def test_municipalities_that_cannot_be_partners_are_no_gaps(dataset):
    selected = dataset.select(Selection(sources=(LIST,)))
    for prefecture, n_all, labels in (
        ("13000", 62, ["なし", "連携あり", "対象外"]),
        ("20000", 77, ["なし", "連携あり"]),
    ):
        shown = areas.partnered(municipality_table(selected, prefecture), n_all)
        assert [entry.label for entry in shown.legend] == labels
    assert "13101" not in areas.partnered(municipality_table(selected, "13000"), 62).index


def test_the_legend_says_how_the_classes_are_cut(dataset):
    table = prefecture_table(dataset.select(Selection(sources=(LIST,))))
    notes = {areas.prefectures(table, "partners", "区", scheme).note for scheme in SCHEMES}
    assert len(notes) == len(SCHEMES)
    assert areas.prefectures(table, "partners", "区", "equal").note.startswith("等間隔の区切り：")


def test_the_whole_country_as_a_table(screen):
    table = screen("prefectures", table="true").app.dataframe[0].value
    assert len(table) == 47
    assert table["連携率%"].between(0, 100).all()


def test_a_prefecture_can_be_chosen_without_the_map(screen):
    shown = screen("prefectures")
    next(box for box in shown.app.selectbox if box.label == "都道府県を選ぶ").select("39000").run()
    assert "高知県" in shown.heading
