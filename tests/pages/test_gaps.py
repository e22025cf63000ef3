"""空白を探す: the matrix, the sentence and the candidates say what the tables hold."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from geo.insight.gaps import GAP, MEMBER, candidates, gap_matrix, reach_totals
from geo.insight.metrics import prefecture_table
from geo.insight.population import Population
from geo.ledger.selection import Selection
from pages.gaps import remembered as gap_view
from pages.gaps import text as gap_text
from pages.shared.frame import current as data
from pages.shared.parts.downloads import csv_bytes
from pipeline.words.candidates import Telling
from pipeline.words.claims import Claims
from tests.documents import DOCUMENTS
from tests.pages.conftest import plain

LIST = ("tokyo23_linkage_r8",)
PAGE = "gaps"


def matrix(shown) -> tuple[dict, list[str], list[list[str]]]:
    """What the matrix was given, the prefectures over its columns, and its rows as texts."""
    given = json.loads(shown.app.get("bidi_component")[0].proto.json)
    html, foot = given["html"].split("<tfoot>")
    rows = [re.split("<t[hd][^>]*>", row)[1:] for row in html.split("<tr data-w")[1:]]
    assert len(re.findall("<td", foot)) == 49
    return given, re.findall(r"data-p=(\d+)", html), [[plain(cell) for cell in row] for row in rows]


def listed(shown) -> list[str]:
    """The names of the candidates written out."""
    return [plain(name) for name in re.findall("<li><h3>(.*?)</h3>", shown.cards)]


def test_the_sentence_counts_the_prefectures_without_a_tie(screen, dataset):
    table = prefecture_table(dataset.select(Selection(sources=LIST, origins=("13112",))))
    missing = table["name"][~table.reached]
    shown = screen(PAGE, ward="世田谷区")
    without = "23区の一覧では、世田谷区と個別の連携のない都道府県は"
    assert shown.heading == f"{without} {len(missing)}都道府県です。"
    assert f"{without}、{'・'.join(missing)}です。" in plain(shown.html)
    states = gap_matrix(dataset.select(Selection(sources=LIST, origins=("13112",)))).set_index(
        "prefecture_code"
    )
    members = [
        name for code, name in zip(table.code, table["name"], strict=True) if states.state[code] == MEMBER
    ]
    more = f"（{'、'.join(members[:5])} ほか{len(members) - 5}）"
    assert shown.more == f"うち{len(members)}都道府県とは、広域の集まりで一緒です{more}。"
    assert "／世田谷区／すべての分野／" in shown.conditions
    # The ranking says nothing of a gap where a prefecture itself is a partner, nor does the button count elsewhere.
    ranks = dict(re.findall("<tr><th scope=row>(.*?)<td><i[^>]*></i><td>(.*?)<td>", shown.html))
    assert {name for name, linked in ranks.items() if linked == "なし"} <= set(missing)
    direct = table["name"][table.reached & (table.n_partners == 0)]
    assert set(direct) & set(ranks)
    assert all(ranks[name] == f"{name[-1]}のみ" for name in set(direct) & set(ranks))
    n = table.n_municipalities[~table.reached].sum()
    labels = [button.proto.label for button in shown.app.get("download_button")]
    assert f"個別の連携のない {len(missing)} 都道府県の市区町村 {n} をCSVで保存" in labels
    assert not shown.notes
    assert not shown.app.exception


def test_without_a_ward_it_counts_the_prefectures_nobody_reaches(screen, dataset):
    table = prefecture_table(dataset.select(Selection(sources=LIST)))
    missing = table[~table.reached]
    shown = screen(PAGE)
    assert shown.heading == f"23区の一覧では、23区と個別の連携のない県は {len(missing)}県です。"
    n = missing.n_municipalities.sum()
    assert f"個別の連携のない {len(missing)} 都道府県の {n} 市区町村を" in plain(shown.html)


def test_where_every_prefecture_is_reached_it_counts_the_municipalities_nobody_reaches(screen, dataset):
    selected = dataset.select(Selection(sources=LIST, networks=True))
    assert prefecture_table(selected).reached.all()
    missing = len(selected.universe) - selected.links.municipality_code.nunique()
    shown = screen(PAGE, network="true")
    without = "広域の集まりまで含めた連携のない"
    assert shown.heading == f"23区の一覧では、23区と{without}市区町村は {missing} です。"
    assert f"{without} {missing} 市区町村を" in plain(shown.html)


def test_the_matrix_has_every_ward_and_prefecture_with_its_number(screen, dataset):
    selected = dataset.select(Selection(sources=LIST))
    table = gap_matrix(selected)
    totals = reach_totals(selected, table).set_index("name")
    given, columns, rows = matrix(screen(PAGE, ward="世田谷区", partner="31000"))
    assert (given["origins"], given["prefecture"]) == (["13112"], "31000")
    assert len(columns) == 47
    assert len(rows) == 23
    numbers = table.set_index(["origin_code", "prefecture_code"])
    said = {GAP: "なし", MEMBER: "・広域の集まりだけ"}
    assert set(said) <= set(table.state)
    for name, *cells in rows:
        code = totals.code[name]
        for prefecture, cell in zip(columns, cells[:47], strict=True):
            row = numbers.loc[code, prefecture]
            if row.n_partners:
                assert cell == str(row.n_partners)
            else:
                assert cell == said[row.state] if row.state in said else "そのものとだけ連携" in cell
        assert cells[47:] == [str(totals.n_partners[name]), str(totals.n_gaps[name])]


@pytest.mark.parametrize(("order", "key"), [("空白の多い順", -1), ("連携の多い順", -2)])
def test_the_wards_can_be_put_in_order(screen, order, key):
    numbers = [int(row[key]) for row in matrix(screen(PAGE, order=order))[2]]
    assert numbers == sorted(numbers, reverse=True)


def test_the_wards_can_be_put_in_the_order_of_a_prefecture(screen, dataset):
    table = gap_matrix(dataset.select(Selection(sources=LIST)))
    numbers = table[table.prefecture_code == "01000"].set_index("origin_code").n_partners
    numbers = numbers.sort_values(ascending=False)
    assert numbers.head(4).is_unique
    given, columns, rows = matrix(screen(PAGE, order="選んだ都道府県の多い順", partner="01000"))
    place = columns.index("01000") + 1
    assert [row[0] for row in rows[:3]] == [dataset.places[code].name for code in numbers.index[:3]]
    assert [int(row[place]) if row[place].isdigit() else 0 for row in rows] == list(numbers)


def test_an_order_of_what_is_not_chosen_is_the_first_one(screen):
    given = matrix(screen(PAGE, order="選んだ都道府県の多い順", columns="選んだ区の多い順"))[0]
    assert "区は空白の多い順、都道府県は地域順" in given["html"]


def test_the_prefectures_can_be_put_in_order(screen, dataset):
    table = gap_matrix(dataset.select(Selection(sources=LIST)))
    gaps = table[table.state == GAP].prefecture_code.value_counts()
    given, columns, rows = matrix(screen(PAGE, columns="空白の区の多い順"))
    shown = [gaps.get(code, 0) for code in columns]
    assert shown == sorted(shown, reverse=True)
    assert len(rows) == 23
    foot = re.split("<t[hd][^>]*>", given["html"].split("<tfoot>")[1])[2:49]
    assert [int(plain(cell)) for cell in foot] == shown
    given, columns, rows = matrix(screen(PAGE, columns="選んだ区の多い順", ward="世田谷区"))
    (row,) = [row for row in rows if row[0] == "世田谷区"]
    numbers = [int(cell) if cell.isdigit() else 0 for cell in row[1:48]]
    assert numbers == sorted(numbers, reverse=True)


def test_the_matrix_by_name(screen):
    assert matrix(screen(PAGE, order="五十音順"))[2][0][0] == "足立区"
    assert matrix(screen(PAGE, order="コード順"))[2][0][0] == "千代田区"


@pytest.mark.parametrize("networks", [False, True], ids=["individual", "networks"])
def test_candidates_of_a_cell_with_reasons_and_lines(screen, dataset, networks):
    found = [
        one
        for one in candidates(dataset.select(Selection(sources=LIST, origins=("13112",), networks=networks)))
        if one.prefecture_code == "31000"
    ]
    links = dataset.select(Selection(sources=LIST, networks=networks)).links

    def origins(own: pd.DataFrame) -> str:
        return "・".join(dataset.places[code].name for code in sorted(own.origin_code.unique()))

    ties = "広域の集まりまで含めた連携" if networks else "個別の連携"
    names = dataset.municipalities.set_index("code").name
    told = [f"鳥取県{names[one.code]}" for one in found if one.reasons]
    shown = screen(PAGE, ward="世田谷区", partner="31000", network=str(networks).lower())
    assert listed(shown) == told
    assert "世田谷区 × 鳥取県" in shown.html
    text = plain(shown.html)
    assert f"23区の一覧では、世田谷区と鳥取県の市区町村に、{ties}はありません。" in text
    others = origins(links[links.prefecture_code == "31000"])
    assert f"{ties}で鳥取県とつながるほかの区は、{others}です。" in text
    assert "並びの決まり: 理由の種類が多い順です。" in text
    rest = [names[one.code] for one in found if not one.reasons]
    assert f"資料から理由の見つからない市区町村 {len(rest)}: {'・'.join(rest)}" in text
    chizu = re.search("<li><h3>鳥取県智頭町</h3>.*?</a>", shown.cards)[0]
    around = links[links.municipality_code == "31328"]
    fields = [
        name for name in dataset.categories if around.categories.map(lambda own, n=name: n in own).any()
    ]
    (said,) = re.findall(f"{origins(around)}と連携（(.*?)）", plain(chizu))
    assert sorted(said.split("・")) == sorted(fields)
    (link,) = re.findall('href="(.*?)"', chizu)
    asked = {"ward": ["世田谷区"], "partner": ["31328"]} | ({"network": ["true"]} if networks else {})
    assert parse_qs(urlsplit(unescape(link)).query) == asked
    line = dataset.projects[dataset.projects.name == "千代田区と智頭町との森林整備事業"].source_line.iloc[0]
    assert re.search(rf"千代田区「千代田区と智頭町との森林整備事業」　\S+ {line:,}行目", plain(chizu))


def test_the_credit_names_the_document_of_the_agreements_too(screen):
    credit = plain(re.search('<p class="k-credit">.*?</p>', screen(PAGE).html)[0])
    assert "各特別区と全国市町村等連携事業一覧" in credit
    assert DOCUMENTS["tokyo23_chronology_r6"].credit in credit


def test_a_municipality_from_another_screen_leads_to_its_prefecture(screen):
    assert "世田谷区 × 鳥取県" in screen(PAGE, ward="世田谷区", partner="31328").html


def test_the_prefecture_can_be_chosen_without_the_matrix(screen):
    shown = screen(PAGE, ward="世田谷区")
    box = next(box for box in shown.app.selectbox if box.label == "都道府県を選ぶ")
    box.select("29000").run()
    assert "世田谷区 × 奈良県" in shown.html
    assert all(name.startswith("奈良県") for name in listed(shown))


def test_the_ranking_goes_by_partners_and_by_coverage(screen, dataset):
    table = prefecture_table(dataset.select(Selection(sources=LIST)))
    fewest = table.sort_values(["n_partners", "n_municipalities"], ascending=[True, False])
    first = re.search("<tbody><tr><th scope=row>(.*?)<td>", screen(PAGE).html)[1]
    assert first == fewest["name"].iloc[0]
    first = re.search("<tbody><tr><th scope=row>(.*?)<td>", screen(PAGE, rank="連携率の低い順").html)[1]
    assert first == table["name"][table.coverage.idxmin()]


def test_the_filters_apply(screen, dataset):
    asked = Selection(sources=LIST, categories=("災害・防災",), networks=True)
    given, columns, rows = matrix(screen(PAGE, category="災害・防災", network="true"))
    expected = gap_matrix(dataset.select(asked))
    assert sum(cell.isdigit() for row in rows for cell in row[1:48]) == (expected.n_partners > 0).sum()


def test_a_prefecture_out_of_the_question_says_so(screen):
    shown = screen(PAGE, ward="世田谷区", partner="13000", home="false")
    assert "この条件では対象外です。" in plain(shown.html)
    assert "対象外" in {cell[-3:] for row in matrix(shown)[2] for cell in row}


def test_a_prefecture_without_gaps_says_what_to_do(dataset):
    claims = Claims(Population(dataset.select(Selection(sources=LIST, origins=("13112",)))), "世田谷区")
    row = pd.Series(
        {"code": "16000", "name": "富山県", "n_municipalities": 15, "n_partners": 15, "direct": False}
    )
    assert gap_text.section(claims, row, 0, []).endswith("空白はありません。表でほかのますを選んでください。")


def test_a_prefecture_that_is_a_partner_only_itself_says_so(screen):
    said = plain(screen(PAGE, ward="世田谷区", partner="17000").html)
    without = "世田谷区と石川県の市区町村に、個別の連携はありません。"
    assert f"{without}石川県そのものとはつながっています。" in said


def test_a_partner_by_another_document_is_no_candidate(screen, dataset):
    found = candidates(dataset.select(Selection(sources=LIST, networks=True)))
    elsewhere = [one.code for one in found if any(told.kind == "listed" for told in one.reasons)]
    names = dataset.municipalities.set_index("code")
    named = [names.prefecture[code] + names.name[code] for code in elsewhere]
    shown = screen(PAGE, network="true")
    assert named
    assert listed(shown)
    assert set(named).isdisjoint(listed(shown))
    text = plain(shown.html)
    assert f"ほかの資料では、すでに連携している市区町村 {len(named)}: {named[0]}" in text


def test_nothing_found_says_what_to_do(screen):
    shown = screen(PAGE, category="施設利用", began=["1967", "1968"], unknown="false")
    assert "条件をはじめに戻す" in shown.notes[0]
    assert not shown.app.exception


def test_what_is_saved_holds_everything(screen, dataset, build_dir, monkeypatch):
    monkeypatch.setenv("KORYU_DATA", str(build_dir))
    selected = dataset.select(Selection(sources=LIST, origins=("13112",)))
    view = type(
        "View",
        (),
        {"dataset": dataset, "places": data.load().names, "selected": selected, "naming": dataset.naming},
    )
    found = candidates(selected)
    saved = Telling(dataset, found).table()
    assert len(saved) == len(found)
    assert saved["団体コード"].tolist() == [one.code for one in found]
    assert (saved["理由"].str.len() > 0).tolist() == [bool(one.reasons) for one in found]
    assert csv_bytes(saved).startswith("\ufeff順位,団体コード".encode())
    everyone = gap_matrix(dataset.select(Selection(sources=LIST)))
    totals = reach_totals(dataset.select(Selection(sources=LIST)), everyone)
    wide = gap_view.matrix_table(view, gap_view.Everyone(everyone, totals))
    assert wide.shape == (23, 2 + 47 + 2)
    own = everyone[everyone.origin_code == "13112"].set_index("prefecture_code")
    assert (own.state["31000"], own.state["26000"]) == (GAP, MEMBER)
    cells = wide.set_index("区").loc["世田谷区", ["鳥取県", "北海道", "石川県", "京都府"]].tolist()
    assert cells == [0, own.n_partners["01000"], "県のみ", "集まり"]
