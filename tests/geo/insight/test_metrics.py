from __future__ import annotations

import pytest

from geo.insight.metrics import key_figures, municipality_table, prefecture_table, project_details
from geo.ledger.selection import Selection


def test_key_figures_count_by_hand(toy):
    figures = key_figures(toy.select(Selection(networks=True)))
    assert (figures.municipalities, figures.universe) == (5, 5)
    assert figures.coverage == 1
    assert (figures.prefectures, figures.all_prefectures) == (4, 4)
    assert (figures.projects, figures.individual_projects, figures.network_projects) == (4, 3, 1)
    assert figures.farthest[0] == "沖縄県宮古島市"
    assert figures.farthest[1] == pytest.approx(1838, abs=15)
    assert figures.oldest == (1981, "年度")


def test_nothing_selected_is_all_zero(toy):
    figures = key_figures(toy.select(Selection(networks=True, origins=("13999",))))
    assert (figures.municipalities, figures.prefectures, figures.projects) == (0, 0, 0)
    assert figures.farthest is None
    assert figures.oldest is None


def test_prefecture_table_has_every_prefecture(toy):
    table = prefecture_table(toy.select(Selection(networks=True, origins=("13112",)))).set_index("code")
    assert list(table.index) == ["10000", "13000", "26000", "47000"]
    assert table.loc["10000", ["n_municipalities", "n_partners", "n_projects", "n_origins"]].tolist() == [
        2,
        1,
        1,
        1,
    ]
    assert table.loc["10000", "coverage"] == 0.5
    assert table.loc["10000", "direct"]
    assert not table.loc["26000", "reached"]
    assert table.loc["26000", "coverage"] == 0


def test_municipality_table_lists_partnered_or_not(toy):
    table = municipality_table(toy.select(Selection(networks=True, origins=("13103",))), "10000").set_index(
        "code"
    )
    assert table.loc["10425", ["partnered", "n_projects", "origins", "categories"]].tolist() == [
        True,
        2,
        "港区",
        "環境、観光",
    ]
    assert table.loc["10444", ["partnered", "n_projects", "origins"]].tolist() == [False, 0, ""]


def test_details_of_a_city_hold_its_wards_and_of_a_prefecture_all_in_it(toy):
    selected = toy.select(Selection(networks=True))
    assert set(project_details(selected, "13103", "26100").place) == {"京都府京都市", "京都府京都市山科区"}
    assert set(project_details(selected, partner_code="10000").place) == {
        "群馬県嬬恋村",
        "群馬県川場村",
        "群馬県",
    }
    assert project_details(selected, "13112", "26100").empty


def test_figures_agree_with_the_tables_on_the_real_build(dataset):
    selected = dataset.select(Selection(networks=True))
    figures, prefectures = key_figures(selected), prefecture_table(selected)
    assert len(prefectures) == 47
    assert prefectures.n_partners.sum() == figures.municipalities
    assert prefectures.n_municipalities.sum() == figures.universe == 1741 - 23
    assert prefectures.reached.sum() == figures.prefectures
    assert len(project_details(selected)) == len(selected.links)
    for code in ("01000", "13000", "47000"):
        table = municipality_table(selected, code)
        row = prefectures.set_index("code").loc[code]
        assert (len(table), table.partnered.sum()) == (row.n_municipalities, row.n_partners)
