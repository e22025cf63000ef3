"""The screens with more origins than stand beside each other: by prefecture first, then those of one."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from geo.insight import groups, profiles
from geo.insight.metrics import project_details
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.shared.parts import details
from pipeline.deliver.views import first_view
from pipeline.words import origin_words
from tests.many_origins import PREFECTURES, codes_of, spread
from tests.pages.conftest import plain


@pytest.fixture(scope="module")
def folder(build_dir, tmp_path_factory):
    """A build of many origins."""
    return spread(build_dir, tmp_path_factory.mktemp("many") / "build", codes_of(build_dir))


@pytest.fixture(scope="module")
def many(folder):
    return Dataset.load(folder)


def matrix(shown) -> str:
    """The table of 空白を探す as HTML."""
    return next(data["html"] for data in shown.parts if isinstance(data, dict) and "missing" in data)


def rows(html: str) -> list[str]:
    """The codes of its rows."""
    return re.findall('<tr data-w="([^"]+)"', html)


def test_gaps_begin_with_prefectures(screen, folder, many):
    shown = screen("gaps", data=folder)
    assert not shown.app.exception
    assert not shown.app.error
    html = matrix(shown)
    assert rows(html) == list(PREFECTURES)
    selected = many.select(Selection(sources=tuple(many.opening)))
    table = groups.reach_table(selected)
    row = re.search('<tr data-w="13".*?(?=<tr|</tbody>)', html, re.DOTALL)[0]
    cells = [plain(cell.split("<i>")[0]) for cell in re.findall("<td[^>]*>(.*?)(?=<td|$)", row)]
    tokyo = table[table.home == "13000"]
    said = ["" if not n else str(n) for n in tokyo.n_reaching]
    assert [cell if cell.isdecimal() else "" for cell in cells[:47]] == said
    empty = int(((table.n_reaching + table.n_direct) == 0).sum())
    assert f"組は {empty:,}（{len(table):,} のうち" in shown.heading


def test_a_code_of_a_prefecture_in_the_address_is_all_its_origins(screen, folder, many):
    shown = screen("gaps", data=folder, ward="13000")
    tokyo = groups.groups(many).by_key["13"]
    assert shown.app.multiselect(key="ward").value == ["13"]
    assert shown.app.query_params["ward"] == tokyo.label
    assert sorted(rows(matrix(shown))) == list(tokyo.codes)
    assert f"東京都の{len(tokyo.codes)}自治体" in shown.heading
    assert not shown.notes
    # Its way back, and what an origin of the same name as another is called there.
    assert shown.app.button(key="all_homes").label == "都道府県ごとの表に戻る"
    assert "東京都府中市" in matrix(shown)


def test_no_more_rows_than_a_page_holds_stand_in_the_matrix(screen, folder, many):
    shown = screen("gaps", data=folder, ward="北海道のすべて")
    codes = groups.groups(many).by_key["01"].codes
    assert len(codes) > 100
    assert len(rows(matrix(shown))) == 100
    box = shown.app.selectbox(key="rows")
    assert box.options == ["1〜100番目", f"101〜{len(codes)}番目"]
    first = set(rows(matrix(shown)))
    box.select(1).run()
    assert set(rows(matrix(shown))) == set(codes) - first


def test_profiles_begin_with_prefectures(screen, folder):
    shown = screen("wards", data=folder)
    (board,) = shown.boards
    assert list(board["都道府県"]) == ["北海道", "福島県", "東京都", "広島県"]
    assert not shown.app.error


def test_a_place_among_thousands_is_one_in_the_prefecture_and_a_share(screen, folder, many):
    shown = screen("wards", data=folder, ward="東京都府中市")
    everyone = profiles.origin_table(many.select(Selection(sources=tuple(many.opening))))
    home = everyone[everyone.origin_code.str[:2] == "13"]
    own = profiles.standing(home, "13206").loc["n_municipalities"]
    whole = profiles.standing(everyone, "13206").loc["n_municipalities"]
    assert f"東京都の{len(home)}自治体の中で {own['rank']:.0f} 番目" in shown.more
    assert f"{len(everyone)}自治体の中では{origin_words.top_of_many(whole)}です" in shown.more
    assert shown.app.selectbox(key="profile_origin").options[0] == "千代田区"
    assert len(shown.app.selectbox(key="profile_origin").options) == len(home)


@pytest.mark.parametrize(
    ("rank", "same", "of", "said"),
    [
        (1, 0, 1741, "上位1%"),
        (17, 0, 1741, "上位1%"),
        (18, 0, 1741, "上位5%"),
        (100, 700, 1741, "上位半分"),
        (800, 300, 1741, "中ほど"),
        (872, 0, 1741, "中ほどより下"),
        (1741, 0, 1741, "中ほどより下"),
    ],
)
def test_a_crowd_of_equals_is_no_top(rank, same, of, said):
    row = {"rank": rank, "same": same, "of": of}
    assert origin_words.top_of_many(pd.Series(row)) == said


def test_the_projects_of_a_partner_that_has_very_many_are_counted_and_saved(
    screen, folder, many, monkeypatch
):
    monkeypatch.setattr(details, "MOST", 50)
    shown = screen("flow_map", data=folder, partner="20000")
    table = project_details(many.select(first_view(many)), partner_code="20000")
    n, panel = table.project_id.nunique(), plain(shown.html)
    assert n > 50
    assert f"との事業 {n:,} 件" in panel
    assert f"ほか 10 件を見る、そのあとの{n - 50:,}件は保存するCSVに入ります" in panel
    assert shown.html.count('<p class="k-source">') == 50
    assert f"事業 {n:,} 件をCSVで保存" in [button.proto.label for button in shown.app.get("download_button")]
    assert len(details.saved(table, many)) == len(table)
