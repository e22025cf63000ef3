"""流れの地図: what it says is what the tables hold."""

from __future__ import annotations

import re

import pytest

from geo.draw.print.ground import Ground
from geo.draw.print.plan import Show, plan
from geo.insight.flows import flows
from geo.insight.metrics import key_figures, prefecture_table, project_details
from geo.ledger.selection import Selection
from pages.shared.parts import areas, tables
from pipeline.words.dates import to_wareki
from tests.pages.conftest import plain

LIST = "tokyo23_linkage_r8"


def figures(dataset, **selection):
    return key_figures(dataset.select(Selection(sources=(LIST,), **selection)))


def test_opens_with_all_wards_and_the_document_that_covers_them(screen, dataset):
    shown = screen()
    expected = figures(dataset)
    assert shown.heading == (
        f"23区は、個別の連携で全国 {expected.prefectures} 都道府県・{expected.municipalities} 市区町村"
        "とつながっています。"
    )
    wide = figures(dataset, networks=True)
    assert wide.municipalities > expected.municipalities
    assert shown.more == (
        f"広域の集まりまで含めると{wide.prefectures}都道府県・{wide.municipalities:,}市区町村です。"
    )
    assert "各特別区と全国市町村等連携事業一覧（令和8年3月31日現在）／23区すべて" in shown.conditions
    assert not shown.notes
    assert not shown.app.exception


def test_key_figures_say_what_they_count(screen, dataset):
    def written(shown) -> str:
        return plain(re.search("<dl.*?</dl>", shown.html)[0])

    expected = figures(dataset, origins=("13112",))
    said = written(screen(ward="世田谷区"))
    assert f"連携する市区町村{expected.municipalities} / 1,718" in said
    assert f"届いている都道府県{expected.prefectures} / 47" in said
    assert f"事業{expected.projects} 個別の連携" in said
    year, kind = expected.oldest
    assert f"最も古い事業{year}{kind} {to_wareki(year, kind)}" in said
    assert f"最も遠い相手{expected.farthest[0]}" in said
    expected = figures(dataset, origins=("13112",), networks=True)
    split = f"個別の連携 {expected.individual_projects}・広域の集まり {expected.network_projects}"
    assert f"事業{expected.projects} {split}" in written(screen(ward="世田谷区", network="true"))


def test_both_ends_of_the_ranking_agree_with_the_tables(screen, dataset):
    table = prefecture_table(dataset.select(Selection(sources=(LIST,), networks=True)))
    thick, thin = re.findall('<table class="k-rank">.*?</table>', screen(network="true").html)
    assert "連携する市区町村の多い都道府県" in thick
    assert "連携率の低い都道府県" in thin
    names = [re.findall("<th scope=row>(.*?)<td>", part) for part in (thick, thin)]
    assert names[0][0] == table.set_index("name").n_partners.idxmax()
    assert names[1][0] == table.set_index("name").coverage.idxmin()
    assert len(names[0]) == len(names[1]) > 5


def test_many_gaps_are_listed_by_region(screen, dataset):
    table = prefecture_table(dataset.select(Selection(origins=("13102",), sources=(LIST,))))
    missing = [name if name == "北海道" else name[:-1] for name in table["name"][~table.reached]]
    note = re.search('<div class="k-note">.*?</div>', screen(ward="中央区").html)[0]
    assert f"23区の一覧で個別の連携のない {len(missing)} 都道府県" in note
    assert "・".join(re.findall("<dd>(.*?)</dd>", note)).split("・") == missing


def test_the_ground_says_how_much_is_reached(dataset):
    table = prefecture_table(dataset.select(Selection(sources=(LIST,))))
    ground = areas.ground(table, "coverage")
    shares = table.set_index("code").coverage
    lowest = (0, 0.1, 0.25, 0.5, 2)
    for code, index in ground.index.items():
        inside = lowest[index - 1] <= shares[code] < lowest[index]
        assert inside if shares[code] else index == 0
    assert ground.texts["01000"].startswith(f"{table.n_partners[0]} / 179（")
    one = prefecture_table(dataset.select(Selection(origins=("13112",), sources=(LIST,), networks=True)))
    ground = areas.ground(one, "partners")
    labels = [entry.label for entry in ground.legend]
    assert labels == ["なし", "1–2", "3–7", "8–19", "20以上", "県とだけ連携"]
    assert labels[ground.index["17000"]] == "県とだけ連携"
    assert labels[ground.index["31000"]] == "なし"
    assert labels[ground.index["01000"]] == "8–19"


@pytest.mark.parametrize("origins", [(), ("13112",), ("13103", "13107")])
@pytest.mark.parametrize("metric", ["partners", "coverage"])
def test_a_metric_has_the_same_classes_on_both_maps_and_on_paper(dataset, origins, metric):
    selected = dataset.select(Selection(origins=origins, sources=(LIST,)))
    table = prefecture_table(selected)
    ground, coloured = areas.ground(table, metric), areas.prefectures(table, metric, "区")
    printed = plan(selected, Ground(dataset.prefectures), Show(what=metric))
    labels = [entry.label for entry in coloured.legend]
    assert [entry.label for entry in ground.legend][: len(labels)] == labels
    assert [entry.label for entry in printed.entries] == labels
    alone = ground.index >= len(labels)
    assert (ground.index[~alone] == coloured.index[~alone]).all()
    assert (printed.index.sort_index() == coloured.index.sort_index()).all()


@pytest.mark.parametrize(
    "shown",
    [lambda table: areas.ground(table, "coverage"), lambda table: areas.prefectures(table, "origins", "区")],
)
def test_what_cannot_be_a_partner_is_no_gap(dataset, shown):
    table = prefecture_table(dataset.select(Selection(sources=(LIST,), home=False)))
    drawn = shown(table)
    assert drawn.legend[drawn.index["13000"]].label == drawn.texts["13000"] == "対象外"
    assert list(drawn.index).count(drawn.index["13000"]) == 1


def test_ranking_and_gaps_agree_with_the_tables(screen, dataset):
    asked = Selection(origins=("13112",), sources=(LIST,), networks=True)
    table = prefecture_table(dataset.select(asked))
    html = screen(ward="世田谷区", network="true").html
    first = re.search("<tbody><tr>(.*?)<tr>", html)[1]
    best = table.n_partners.max()
    assert plain(first.replace("<td>", " <td>")).split()[1] == str(best)
    note = plain(re.search('<div class="k-note">.*?</div>', html)[0])
    missing = table["name"][~table.reached]
    title = f"23区の一覧で広域の集まりまで含めた連携のない {len(missing)} 都道府県"
    assert note == f"{title}{'・'.join(missing)}"


@pytest.mark.parametrize("partner", ["10444", "20000"])
def test_a_partner_shows_its_projects_with_evidence_and_line(screen, dataset, partner):
    expected = project_details(
        dataset.select(Selection(origins=("13112",), sources=(LIST,))), partner_code=partner
    )
    html = screen(ward="世田谷区", partner=partner).html
    listed = re.search('<ul class="k-projects">.*?</ul>', html)[0]
    assert listed.count("<li>") == expected.project_id.nunique() > 0
    for row in expected.itertuples():
        assert row.project_name in plain(listed)
    assert f"各特別区と全国市町村等連携事業一覧 {expected.source_line[0]:,}行目" in plain(listed)


@pytest.mark.parametrize("page", [None, "prefectures"])
@pytest.mark.parametrize(
    ("partner", "whose"),
    [("10444", "群馬県川場村"), ("38356", "愛媛県上島町"), ("20000", "長野県の市区町村")],
)
def test_a_partner_leads_on_to_its_profile(screen, page, partner, whose):
    """Whether the conditions leave a project or none; a prefecture drilled into lists its municipalities instead."""
    shown = screen(page, ward="世田谷区", category="災害・防災", partner=partner)
    links = [link.proto for link in shown.app.get("page_link") if "横顔を見る" in link.proto.label]
    if page and partner.endswith("000"):
        assert links == []
        return
    (link,) = links
    assert link.label == f"{whose}の横顔を見る（自治体の横顔）"
    assert link.page.endswith("partners")
    assert f"partner={partner}" in link.query_string


def test_the_table_is_sent_only_when_it_is_open(screen):
    assert len(screen(ward="世田谷区").app.dataframe) == 0
    table = screen(ward="世田谷区", table="true").app.dataframe[0].value
    assert list(table.columns) == [
        "区",
        "相手",
        "都道府県",
        "事業数",
        "分野",
        "最初の年",
        "距離km",
    ]
    assert set(table["区"]) == {"世田谷区"}


def test_few_wards_are_told_apart_and_many_are_bundled(screen):
    two = screen(ward=["世田谷区", "港区"], table="true").app.dataframe[0].value
    assert set(two["区"]) == {"世田谷区", "港区"}
    everyone = screen(table="true").app.dataframe[0].value
    assert set(everyone["区"]) == {"23区"}
    assert len(everyone) <= 47


def test_the_partner_can_be_chosen_without_the_map(screen):
    shown = screen(ward="世田谷区", table="true")
    box = next(box for box in shown.app.selectbox if box.label == "相手を選んで事業を見る")
    box.select("10444").run()
    assert "群馬県川場村との事業" in plain(shown.html)


def test_all_documents_together(screen, dataset):
    expected = key_figures(dataset.select(Selection(origins=("13112",))))
    assert f"{expected.municipalities} 市区町村" in screen(ward="世田谷区", source="").heading


def test_nothing_found_says_what_to_do(screen):
    shown = screen(ward="目黒区", category="施設利用", began=["1967", "1968"], unknown="false")
    assert shown.heading.endswith("目黒区に、この条件に合う連携はありません。")
    for narrowing in ("23区の一覧", "施設利用", "昭和43年度（1968年度）までに始まった連携"):
        assert narrowing in shown.heading
    assert "条件をはじめに戻す" in shown.notes[0]
    assert not shown.app.exception


def test_flows_between_prefectures_name_both_and_say_no_distance_within_one(dataset):
    selected = dataset.select(Selection(networks=True, peers=True))
    table = flows(selected, "prefecture", "prefecture")
    shown = tables.flow_table(table, "23区", dataset.naming, "prefecture")
    assert list(shown)[:4] == ["区の都道府県", "相手", "市区町村数", "事業数"]
    assert set(shown["区の都道府県"]) == {"東京都"}
    assert shown.set_index("相手")["距離km"].isna().to_dict() == {
        name: name == "東京都" for name in table.partner_name
    }
