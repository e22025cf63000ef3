"""Kinds of tie: what a row says decides, never how many partners it prints alone."""

from __future__ import annotations

import pytest

from geo.folders import REFERENCE_DIR
from geo.ledger.schema import BILATERAL, JOINT, NETWORK
from geo.places.gazetteer import Gazetteer
from pipeline.intake.records import PartnerCell, Record
from pipeline.reading.categories import Categories
from pipeline.reading.geocode import Geocoder
from pipeline.reading.projects import make_projects
from pipeline.reading.tie_kinds import MANY, kinds_of_tie, standing_body
from pipeline.words.dates import parse_years

GAZETTEER = Gazetteer.load()
GEOCODER = Geocoder(GAZETTEER, decisions=[])
CATEGORIES = Categories.load(REFERENCE_DIR / "categories.csv")
TOWNS = ["岩手県宮古市", "岩手県大船渡市", "岩手県花巻市", "岩手県北上市", "岩手県久慈市", "岩手県遠野市"]
LONG = [
    place.full_name
    for place in GAZETTEER
    if place.prefecture_code == "11000" and place.level == "municipality"
]


def project(name: str, *cells: tuple[str, str], years: str = "", **more) -> Record:
    """A record: cells of (partners, years)."""
    printed = [PartnerCell(text, 10 + n, parse_years(own)) for n, (text, own) in enumerate(cells)]
    own = parse_years(years) or (printed[0].years if printed else ())
    return Record("doc", "13103", name, 10, years=own, cells=printed, **more)


def ties(*records: Record) -> list[list[str]]:
    """The kinds of the partners of each record, in printed order."""
    projects = make_projects(records, GAZETTEER, GEOCODER, CATEGORIES)
    kinds = kinds_of_tie(projects)
    assert all(kind.reason for kind in kinds.values())
    return [[kinds[partner.id].tie for partner in project.partners] for project in projects]


def test_one_partner_is_bilateral_and_a_handful_is_joint():
    assert ties(project("移動教室", (TOWNS[0], "平成2年"))) == [[BILATERAL]]
    assert ties(project("物産展", (" ".join(TOWNS), "平成2年"))) == [[JOINT] * 6]


def test_a_long_list_is_a_network():
    assert set(ties(project("物産展", (" ".join(LONG[:MANY]), "")))[0]) == {NETWORK}
    assert set(ties(project("物産展", (" ".join(LONG[: MANY - 1]), "")))[0]) == {JOINT}


def test_a_year_beside_each_partner_makes_agreements_of_their_own_of_any_number():
    years = " ".join(f"平成{n}年度" for n in range(1, MANY + 6))
    assert ties(project("災害協定", (" ".join(LONG[: MANY + 5]), years))) == [[BILATERAL] * (MANY + 5)]


def test_several_agreements_in_one_name_are_several_ties():
    name = "".join(f"{town.removeprefix('岩手県')}との災害協定" for town in TOWNS)
    rows = [(town, "") for town in [*TOWNS, *LONG[:MANY]]]
    assert set(ties(project(name, *rows, years="平成7年"))[0]) == {BILATERAL}
    assert ties(project("災害時における相互援助協定書同実施細目", (TOWNS[0], ""))) == [[BILATERAL]]


def test_an_agreement_with_several_years_is_several_agreements_though_nobody_knows_whose():
    (found,) = ties(project("災害時相互応援協定", (" ".join(LONG[:MANY]), "平成7年度 平成10年度 平成18年度")))
    assert set(found) == {BILATERAL}
    (found,) = ties(project("物産展", (" ".join(TOWNS), "平成7年度 平成10年度")))
    assert set(found) == {JOINT}


def test_what_is_expanded_from_a_group_is_a_network_and_so_is_what_stands_in_one_breath_with_it():
    record = project(
        "災害時相互援助に関する協定",
        (
            "山梨県忍野村 静岡県南伊豆町 東京都、23区、都内 26市及び都内13町村",
            "平成24年度 平成18年度 令和3年度",
        ),
    )
    found = ties(record)[0]
    assert found[:2] == [BILATERAL, BILATERAL]
    assert set(found[2:]) == {NETWORK}


@pytest.mark.parametrize(
    "name",
    [
        "全国さくらサミット",
        "産業のまちネットワーク推進協議会",
        "子どもの未来を応援する首長連合",
        "奥の細道サミット事業",
        "義士親善友好都市交流会議（忠臣蔵サミット）",
        "基礎自治体連合通称「幸せリーグ」",
        "多摩川流域懇談会への参加",
    ],
)
def test_a_standing_body_of_several_is_a_network(name):
    assert standing_body(name)
    assert set(ties(project(name, (" ".join(TOWNS[:3]), "平成2年 平成3年 平成4年")))[0]) == {NETWORK}


@pytest.mark.parametrize(
    "name",
    [
        "嬭恋村議会議員との交流事業",
        "東御市区長会の視察",
        "全国藩校サミット記念「時代まつり」",
        "老人クラブ連合会日光市交流事業",
    ],
)
def test_what_only_mentions_a_body_is_none(name):
    assert not standing_body(name)


def test_a_body_printed_one_partner_a_row_is_one_list_and_of_one_partner_is_bilateral():
    rows = [project("自治体間ネットワーク会議", (town, "")) for town in TOWNS[:3]]
    assert ties(*rows) == [[NETWORK]] * 3
    assert ties(project("事務連絡会", (TOWNS[0], ""))) == [[BILATERAL]]


def test_partners_told_one_by_one_are_bilateral():
    assert set(ties(project("交流自治体", *[(town, "") for town in TOWNS], singly=True))[0]) == {BILATERAL}


def test_a_merged_year_cell_over_many_is_one_network_and_the_years_beside_it_are_agreements():
    cells = [(TOWNS[0], "昭和53年度"), (TOWNS[1], "昭和55年度"), *[(town, "") for town in LONG[: MANY + 1]]]
    record = project("災害時における相互援助に関する協定", *cells)
    for number in range(2, len(cells)):
        record.cells[number] = PartnerCell(
            cells[number][0], 10 + number, parse_years("平成8年度"), above=True
        )
    found = ties(record)[0]
    assert found[:2] == [BILATERAL, BILATERAL]
    assert set(found[2:]) == {NETWORK}


def test_the_published_list(dataset):
    links = dataset.links[dataset.links.source == "tokyo23_linkage_r8"]

    def kinds(line: int) -> dict:
        projects = dataset.projects
        project_id = projects.project_id[
            (projects.source_line == line) & (projects.source == "tokyo23_linkage_r8")
        ]
        return links[links.project_id == project_id.iloc[0]].tie.value_counts().to_dict()

    assert kinds(1440)[BILATERAL] == 11  # 練馬: a list of agreements, with two groups in it
    assert kinds(1234) == {BILATERAL: 11}  # 中野: a year beside each
    assert kinds(188) == {NETWORK: 172}  # 港: 首長連合
    assert kinds(31) == {JOINT: 14}  # 千代田: one project of fourteen
    assert (dataset.links.tie_reason.str.len() > 0).all()
