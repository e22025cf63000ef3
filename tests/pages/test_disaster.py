"""災害の備え without a browser: the answer under the conditions, with a zone that is pasted, named and let go again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.insight import disaster
from geo.ledger.selection import Selection
from tests.other_origins import exchanged

PAGE = "disaster"


def counted(dataset, **conditions):
    """The ties of the first document, of municipalities, as plain pairs of origin and municipality."""
    selection = replace(Selection(sources=tuple(dataset.sources[:1])), **conditions)
    links = dataset.select(disaster.narrowed(selection)).links
    return links.dropna(subset="municipality_code").drop_duplicates(["origin_code", "municipality_code"])


def paste(shown, text: str):
    """Paste a list of municipalities as a zone."""
    shown.app.text_area(key="zone_pasted").input(text)
    next(one for one in shown.app.button if one.label == "貼り付けた一覧を読む").click()
    shown.app.run()
    assert not shown.app.exception
    return shown


def test_it_opens_with_everyone_and_says_what_it_looks_at(screen, dataset):
    shown = screen(PAGE)
    assert f"連携{len(counted(dataset)):,}組のうち、100 km以内は" in shown.heading
    assert "災害・防災" in shown.conditions
    assert "分野が「災害・防災」の連携だけを見ます" in shown.html
    origins = next(board for board in shown.boards if "300 kmより遠い" in board)
    assert len(origins) == len(dataset.origins)
    assert origins["相手の市区町村"].sum() == len(counted(dataset))


def test_whose_facts_the_answer_and_the_candidates_are_stands_below(screen, dataset):
    credit = screen(PAGE).html.rpartition('class="k-credit">')[2]
    for document in {dataset.sources[0], *dataset.agreements.source}:
        assert dataset.cited(document).credit in credit


def test_a_category_of_the_panel_does_not_count_here(screen):
    assert screen(PAGE, category="観光").heading == screen(PAGE).heading


def test_the_other_conditions_hold(screen, dataset):
    shown = screen(PAGE, ward="足立区", network="true", began=["2000", "2015"])
    expected = counted(dataset, origins=("13121",), networks=True, year_from=2000, year_to=2015)
    assert f"相手{len(expected)}市区町村のうち" in shown.heading
    assert "2000年" in shown.heading


def test_a_pasted_zone_parts_the_partners_and_is_let_go(screen, dataset):
    shown = screen(PAGE, ward="渋谷区", zone_open="true")
    own = counted(dataset, origins=("13113",))
    paste(shown, "茅野市\n長野県飯田市\n131130\n知らない市")
    inside = {"20214", "20205", "13113"}
    outside = len(set(own.municipality_code) - inside)
    assert (
        shown.more == f"「貼り付けた一覧」の外は{outside}市区町村、中は2市区町村です。渋谷区は区域の中です。"
    )
    assert "出典の記入なし、時点の記入なし" in shown.html
    assert "読み取れなかったところ 1" in shown.html
    assert "知らない市" in shown.html
    partners = next(board for board in shown.boards if "出典" in board)
    assert (partners["区域"] == "区域の中").sum() == 2
    shown.app.selectbox(key="zone_chosen").select(0).run()
    assert "区域の中" not in shown.more
    assert shown.more.startswith("300 kmより遠いのは")


def test_a_zone_is_named_with_source_and_day(screen):
    shown = paste(screen(PAGE, ward="渋谷区", zone_open="true"), "静岡県")
    assert "「静岡県」は、その全35市区町村としました。" in shown.html
    for key, words in (("name", "<b>推進地域</b>"), ("source", "内閣府"), ("day", "令和7年4月1日現在")):
        box = next(one for one in shown.app.text_input if one.key.startswith(f"zone_{key}_"))
        box.input(words).run()
    assert (
        "区域「&lt;b&gt;推進地域&lt;/b&gt;」（出典 内閣府、令和7年4月1日現在。利用者が読み込んだもの）"
        in shown.html
    )
    assert "<b>推進地域</b>" not in shown.html
    assert "「<b>推進地域</b>」の外は" in shown.more


def test_what_cannot_be_read_is_said_and_changes_nothing(screen):
    shown = paste(screen(PAGE, ward="渋谷区", zone_open="true"), "これは一覧ではありません")
    assert "市区町村のコードも名前も見つかりません" in shown.app.error[0].value
    assert shown.more.startswith("300 kmより遠いのは")
    paste(shown, "静岡県")
    assert not shown.app.error
    assert shown.more.startswith("「貼り付けた一覧」の外は")


def test_a_zone_is_of_its_session_alone(screen):
    paste(screen(PAGE, ward="渋谷区", zone_open="true"), "静岡県")
    assert "区域の中" not in screen(PAGE, ward="渋谷区").html


def test_zones_of_one_name_are_told_apart(screen):
    shown = paste(screen(PAGE, ward="渋谷区", zone_open="true"), "静岡県")
    paste(shown, "愛知県")
    assert shown.app.selectbox(key="zone_chosen").options == [
        "区域を使わない",
        "貼り付けた一覧",
        "貼り付けた一覧（2）",
    ]
    next(one for one in shown.app.button if one.key == "zone_forget").click().run()
    assert len(shown.app.selectbox(key="zone_chosen").options) == 2
    assert shown.more.startswith("「貼り付けた一覧」の外は")


def test_no_more_zones_than_five(screen):
    shown = screen(PAGE, ward="渋谷区", zone_open="true")
    for name in ("静岡県", "愛知県", "三重県", "高知県", "徳島県"):
        paste(shown, name)
    assert any("区域は5つまでです" in note for note in shown.notes)
    assert len(shown.app.selectbox(key="zone_chosen").options) == 6


@pytest.mark.parametrize("codes", [["01100", "01202"], ["27000", "26000"]])
def test_other_origins_are_called_by_their_own_words(screen, build_dir, tmp_path, codes):
    other = exchanged(build_dir, tmp_path / "other", codes)
    shown = screen(PAGE, data=other, zone_open="true")
    assert not shown.app.exception
    assert "区" not in shown.heading.replace("市区町村", "")
    paste(shown, "札幌市\n大阪市")
    assert "「貼り付けた一覧」の外は" in shown.more


def test_where_no_document_has_the_category_it_says_what_to_do(screen, build_dir, tmp_path):
    import shutil

    import pandas as pd

    other = tmp_path / "other"
    shutil.copytree(build_dir, other)
    table = pd.read_parquet(other / "projects.parquet")
    table["categories"] = [
        [one for one in own if one != disaster.CATEGORY] or ["観光"] for own in table.categories
    ]
    table.to_parquet(other / "projects.parquet")
    shown = screen(PAGE, data=other)
    assert shown.heading == "災害・防災の連携は、資料にありません"
    assert any("「一覧を読み込む」で読み込むと" in note for note in shown.notes)


def test_nothing_under_the_conditions_is_said_with_its_scope(screen):
    shown = screen(PAGE, ward="千代田区", began=["1970", "1975"])
    assert "千代田区に、個別の連携の相手の市区町村はありません。" in shown.heading
    assert "災害・防災" in shown.heading
    assert shown.notes
