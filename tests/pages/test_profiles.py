"""区の横顔 and 自治体の横顔, and the search that leads there."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.insight import profiles
from geo.insight.search import Hit
from geo.ledger.selection import Selection
from pages.shared.frame import finder
from pipeline.words import shared_partners
from tests.pages.conftest import plain

LIST = "tokyo23_linkage_r8"
SETAGAYA = Selection(origins=("13112",), sources=(LIST,))


def box(shown, label):
    return next(one for one in shown.app.selectbox if one.label == label)


def test_without_a_ward_all_stand_side_by_side(screen, dataset):
    table = profiles.origin_table(dataset.select(Selection(sources=(LIST,))))
    best = table.loc[table.n_municipalities.idxmax()]
    shown = screen("wards")
    assert f"{best.origin_name}（{best.n_municipalities} 市区町村）" in shown.heading
    (rows,) = shown.boards
    assert list(rows["区"])[0] == best.origin_name
    assert len(rows) == len(table)
    reach = dict(zip(table.origin_name, table.n_municipalities, strict=True))
    assert dict(zip(rows["区"], rows["連携する市区町村"], strict=True)) == reach


def test_only_the_wards_of_the_filter_stand_side_by_side(screen):
    (rows,) = screen("wards", ward=["港区", "北区"]).boards
    assert set(rows["区"]) == {"港区", "北区"}


def shared(shown) -> tuple[str, list[str]]:
    """The table of shared partners as HTML, and the names of its lines."""
    (part,) = [part for part in shown.parts if "carried" in part]
    assert re.findall("<th scope=row[^>]*>([^<]+)", part["html"]) == part["names"]
    return part["html"], part["names"]


def test_the_wards_share_partners_as_a_matrix(screen, dataset):
    counts = profiles.shared_counts(dataset.select(Selection(sources=(LIST,))))
    shown = screen("wards", shared="true")
    html, names = shared(shown)
    assert names == list(dataset.origins.name)
    cells = re.findall("<td class=s[1-4]>([0-9]+)", html)
    assert list(map(int, cells)) == [
        n for one in counts.index for other, n in counts.loc[one].items() if one != other and n
    ]
    assert "class=c" not in html
    assert f"の {max(map(int, cells))} 市区町村です" in plain(shown.html)


def test_the_wards_that_are_chosen_stand_first_and_in_bold(screen, dataset):
    counts = profiles.shared_counts(dataset.select(Selection(sources=(LIST,))))
    chosen = ["13103", "13104", "13118"]
    shown = screen("wards", ward=["港区", "新宿区", "荒川区"], shared="true")
    html, names = shared(shown)
    assert names[:3] == ["港区", "新宿区", "荒川区"]
    assert sorted(names) == sorted(dataset.origins.name)
    assert re.findall("<th scope=row class=c>([^<]+)", html) == names[:3]
    first = re.search("<tbody><tr>(.*?)<tr>", html)[1]
    order = [*chosen, *(code for code in counts.index if code not in chosen)]
    assert [int(n) for n in re.findall("<td class=s[1-4]>([0-9]+)", first)] == [
        counts.loc["13103", other] for other in order[1:] if counts.loc["13103", other]
    ]
    most = max(counts.loc[one, other] for one in chosen for other in chosen if one != other)
    assert re.search(f"港区・新宿区・荒川区の中で、.*の {most} 市区町村です", plain(shown.html))


def test_a_table_of_many_origins_keeps_those_that_share_most_with_the_chosen():
    codes = [f"{n:05}" for n in range(40)]
    counts = pd.DataFrame(0, index=codes, columns=codes)
    for n, code in enumerate(codes):
        counts.loc[code, "00007"] = counts.loc["00007", code] = n
        counts.loc[code, code] = 40 - n
    assert shared_partners.in_table(counts, ()) == codes[:25]
    kept = shared_partners.in_table(counts, ("00007",))
    assert kept == ["00007", *codes[16:]]
    assert shared_partners.in_table(counts.iloc[:9, :9], ("00007",)) == ["00007", *codes[:7], "00008"]


def test_the_profile_of_a_ward(screen, dataset):
    selected, everyone = dataset.select(SETAGAYA), dataset.select(replace(SETAGAYA, origins=()))
    places = profiles.standing(profiles.origin_table(everyone), "13112")
    standing = places.loc["n_municipalities"]
    shown = screen("wards", ward="世田谷区")
    assert f"{standing.value:.0f} 市区町村" in shown.heading
    assert f"{standing['rank']:.0f} 番目" in shown.more
    words = plain(shown.html)
    for part in ("分野の構成", "相手までの距離", "相手の増え方", "だけの相手"):
        assert part in words
    # A document that tells of one origin only says nothing of its place among the others.
    alone = screen("wards", ward="世田谷区", source="世田谷区の交流一覧")
    assert "つながっています" in alone.heading
    assert "番目" not in alone.heading + alone.more
    assert alone.conditions.endswith("／世田谷区の交流一覧に載るのは世田谷区だけ")
    assert "に載るのは" not in shown.conditions
    assert f"{standing['rank']:.0f}位・ほか22区の中央値 {standing['median']:.0f}" in words
    equal = places[places.same > 0]
    assert len(equal)
    for rank, same in zip(equal["rank"], equal.same, strict=True):
        assert f"{rank:.0f}位（同順ほか{same:.0f}）・" in words
    flows = profiles.municipal_flows(selected)
    strongest = profiles.strongest(flows, len(flows))
    ties, shared = shown.boards
    assert list(ties["市区町村"]) == list(strongest.prefecture + strongest.partner_name)
    assert list(ties["事業"]) == list(strongest.n_projects)
    assert list(shared["共通の相手"]) == list(profiles.overlap(everyone, "13112").n_shared[: len(shared)])
    examples = "、".join(shared["共通の相手の例"].str.split(" ほか").str[0]).split("、")
    assert set(examples) <= set(dataset.names.values())
    (drawn,) = (given for given in shown.parts if "flows" in given)
    assert {code: n for code, n, _ in drawn["flows"]} == dict(
        zip(flows.partner_code, flows.n_projects, strict=True)
    )
    unknown = selected.links.groupby("municipality_code").start_year.count().eq(0).sum()
    assert unknown
    assert f"ほかに {unknown} 市区町村は、どの事業の開始年も分からない" in words
    assert not shown.app.exception


def test_every_project_can_be_searched_and_opened(screen, dataset):
    selected = dataset.select(SETAGAYA)
    shown = screen("wards", ward="世田谷区", projects="true")
    table = shown.boards[-1]
    assert len(table) == len(selected.projects)
    assert table["行"].gt(0).all()
    words = screen("wards", ward="世田谷区", projects="true", words="川場村　協定")
    found = words.boards[-1]
    assert 0 < len(found) < len(table)
    assert (found["事業"] + found["相手"]).str.contains("川場村").all()
    nothing = screen("wards", ward="世田谷区", projects="true", words="どこにもない言葉")
    assert any("当てはまる事業はありません" in note for note in nothing.notes)


def test_a_link_with_an_identifier_of_before_leads_where_it_led(screen, dataset):
    project = dataset.projects[dataset.projects.source == LIST].iloc[0]
    shown = screen("wards", at=project.origin_code, project=project.project_id[1:])
    assert project["name"] in plain(shown.html)
    assert shown.app.query_params["project"] == project.project_id
    assert not any("読み取れない" in note for note in shown.notes)


def test_a_project_is_shown_whatever_the_filters_keep(screen, dataset):
    project = dataset.projects[dataset.projects.source == LIST].iloc[0]
    origin = dataset.places[project.origin_code].name
    shown = screen("wards", ward=origin, project=project.project_id)
    assert f"{project.source_line:,}行目" in plain(shown.html)
    assert "今の条件では数えていません" not in plain(shown.html)
    away = screen(
        "wards",
        ward=origin,
        project=project.project_id,
        years="この年までに",
        as_of="1967",
        unknown="false",
    )
    assert project["name"] in plain(away.html)
    assert "今の条件では数えていません" in plain(away.html)
    next(button for button in away.app.button if button.key == "close_project").click().run()
    assert "今の条件では数えていません" not in plain(away.html)


@pytest.mark.parametrize("params", [{"project": "nonsense"}, {"partner": "99999"}, {"ward": "どこか区"}])
def test_a_link_that_names_nothing_still_opens(screen, params):
    for page in ("wards", "partners"):
        assert not screen(page, **params).app.exception


def test_a_filter_that_leaves_nothing_says_so(screen):
    shown = screen("wards", ward="世田谷区", years="この年までに", as_of="1967", unknown="false")
    assert "この条件に合う連携はありません" in shown.heading
    assert any("条件に合う事業がありません" in note for note in shown.notes)


def test_the_profile_of_a_municipality(screen, dataset):
    selected = dataset.select(Selection(sources=(LIST,)))
    links = selected.links[selected.links.municipality_code == "10208"]
    shown = screen("partners", partner="10208")
    assert f"{links.origin_code.nunique()} 区・{links.project_id.nunique()} 事業" in shown.heading
    words = plain(shown.html)
    origins, _ = shown.boards
    assert set(origins["区"]) == {dataset.places[code].name for code in links.origin_code}
    assert "しぶかわし" in words
    assert "群馬県では" in words
    assert "群馬県市長会の会員" in words
    assert "北橘村" in words  # merged in 2006
    for link in links.itertuples():
        assert link.project_name in words
        assert f"{link.source_line:,}行目" in words


def test_a_municipality_without_ties_is_shown_the_way_to_one(screen, dataset):
    near = profiles.neighbours(dataset.select(Selection(sources=(LIST,))), "10443")
    nearest = near[near.n_origins > 0].iloc[0]
    shown = screen("partners", partner="10443")
    assert shown.heading.endswith("群馬県片品村と23区に、個別の連携はありません。")
    assert shown.more == ""
    words = plain(shown.html)
    assert f"近くの{nearest.prefecture}{nearest['name']}（{nearest.distance_km:.0f} km）に紹介を頼む" in words
    assert "群馬県町村会に相談する" in words
    (around,) = shown.boards
    assert list(around["区の名前"].ne("なし")) == list(near.n_origins[: len(around)] > 0)


def test_ties_the_filters_leave_out_and_those_of_other_wards_are_no_missing_ones(screen):
    shown = screen("partners", partner="01202", category="スポーツ")
    assert shown.heading == "23区の一覧のうち、スポーツでは、北海道函館市と23区に、個別の連携はありません。"
    assert shown.more.startswith("条件を外すと、北海道函館市との")
    assert "左の条件を広げる。台東区、世田谷区との 2 事業が出ます。" in plain(shown.html)
    shown = screen("partners", partner="01202", ward="港区", network="true")
    assert shown.heading == "23区の一覧では、北海道函館市と港区に、広域の集まりまで含めた連携はありません。"
    # The list of another origin names both as members of one network.
    assert shown.more == "同じ広域の集まりの一員です（世田谷区の資料）。"
    assert "台東区、世田谷区に紹介を頼む。すでに北海道函館市と 2 事業を行っています。" in plain(shown.html)


def test_a_municipality_the_filters_leave_out_is_told_so(screen):
    for params in ({"partner": "13103"}, {"partner": "13207", "home": "false"}):
        shown = screen("partners", **params)
        assert "この市区町村を数えていません" in plain(shown.html)
    assert "つながっています" in screen("partners", partner="13103", peers="true").heading


def test_a_designated_ward_stands_for_its_city(screen):
    assert screen("partners", partner="26110").heading.startswith("京都府京都市")


def test_a_city_names_its_wards_and_a_prefecture_its_own_ties(screen, dataset):
    links = dataset.select(Selection(sources=(LIST,), networks=True)).links
    quarter = links[links.level == "designated_ward"].iloc[0]
    words = plain(screen("partners", partner=quarter.municipality_code, network="true").html)
    assert f"行政区としての記載{dataset.places[quarter.partner_code].name}（" in words
    direct = links[links.level == "prefecture"]
    code = direct.partner_code.iloc[0]
    n = direct[direct.partner_code == code].project_id.nunique()
    words = plain(screen("partners", partner=code, network="true").html)
    assert f"{dataset.places[code].name}そのものとは、" in words
    assert f"が {n} 事業を行っています" in words


def test_without_a_municipality_the_best_connected_are_listed(screen, dataset):
    table = profiles.partner_table(dataset.select(Selection(sources=(LIST,))))
    shown = screen("partners")
    assert f"{table.partnered.sum():,} 市区町村" in shown.heading
    assert shown.boards[0]["つながる区"].iloc[0] == table.n_origins.iloc[0]
    two = screen("partners", ward=["千代田区", "中央区"])
    most = two.boards[0]
    best = list(most["市区町村"][most["つながる区"] == 2])
    rest = f" ほか{len(best) - 3}" if len(best) > 3 else ""
    assert len(best) > 1
    assert f"最も多いのは{'、'.join(best[:3])}{rest}の 2 区です" in two.more
    # Every row is there to be sorted, of which the first are shown.
    one = screen("partners", ward="世田谷区", network="true")
    n = profiles.partner_table(dataset.select(replace(SETAGAYA, networks=True))).partnered.sum()
    assert len(one.boards[0]) == n > 50
    assert f"{n:,} のうち 50 を表示しています。見出しを押すと、すべてを並べ替えます。" in plain(one.html)
    assert "（同じ数の区がほかに 1）" in plain(screen("partners", partner="01202", network="true").html)
    box(shown, "都道府県で絞る").select("10000").run()
    assert "群馬県の 35 市区町村のうち" in shown.heading
    assert len(shown.boards[0]) == 35
    shown.app.segmented_control(key="kept_some").set_value("連携なし").run()
    missing = table[(table.prefecture_code == "10000") & ~table.partnered]
    assert len(shown.boards[0]) == len(missing)
    assert set(shown.boards[0]["区の名前"]) == {"なし"}


def searched(root, text: str) -> AppTest:
    """The first screen while somebody has typed a text into the search box."""
    app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
    app.session_state["find"] = text
    return app.run()


def test_the_search_lists_what_it_finds(root, build_dir, monkeypatch):
    monkeypatch.setenv("KORYU_DATA", str(build_dir))
    links = [link.proto for link in searched(root, "かわばむら").sidebar.get("page_link")]
    found = [(link.page, link.label, link.query_string) for link in links if link.query_string]
    assert found == [("partners", "**群馬県川場村** :small[市区町村]", "partner=10444")]
    nothing = searched(root, "んんんんん")
    assert any("見つかりません" in element.proto.body for element in nothing.get("html"))


@pytest.mark.parametrize(
    ("hit", "page", "params"),
    [
        (Hit("origin", "13112", "東京都世田谷区"), "wards", {"at": "13112"}),
        (Hit("project", "13112", "x", project_id="p"), "wards", {"at": "13112", "project": "p"}),
        (Hit("municipality", "10444", "群馬県川場村"), "partners", {"partner": "10444"}),
        (Hit("body", "08220", "つくば市東京事務所"), "partners", {"partner": "08220"}),
        (Hit("prefecture", "10000", "群馬県"), "prefectures", {"partner": "10000"}),
    ],
)
def test_where_a_hit_leads(hit, page, params):
    assert finder.target(hit) == (page, params)


def test_a_link_may_name_the_ward_by_its_code(screen):
    assert screen("wards", at="13112").heading.startswith("世田谷区は")
    assert screen("wards", at="nonsense").heading.startswith("23区の一覧では、23区で、")


def test_a_printed_name_is_no_markdown(dataset, build_dir, monkeypatch):
    monkeypatch.setenv("KORYU_DATA", str(build_dir))
    label = finder.label(Hit("project", "13112", "[x](http://a) :red[y] **z** `w`", "<b>", "p"))
    for escaped in (r"\[x\]\(http\:", r"\:red\[y\]", r"\*\*z\*\*", r"\`w\`", r"\<b\>"):
        assert escaped in label
