"""指標を重ねる without a browser: pasted numbers, every way to look at them, hostile links and hostile tables."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from geo.ledger.dataset import Dataset
from pages.indicators import scatter
from pages.indicators.saving import with_source
from pipeline.building.run import build
from pipeline.words.indicator_claims import Cited, Overlay
from tests.pages.test_choices import INDICATORS, VALUES


@pytest.fixture(scope="module")
def pasted(build_dir) -> str:
    """Made-up numbers of every municipality, as cells are pasted."""
    places = Dataset.load(build_dir).municipalities
    places = places[places.kind != "designated_ward"]
    rows = [
        f"{row.code}\t{row.prefecture}\t{row.name}\t{1_000 + int(row.code) * 7919 % 400_000:,}\t{int(row.code) % 37 + 10}.5"
        for row in places.itertuples()
    ]
    head = "町の<b>人口</b>（令和7年1月1日現在）\n出典：=架空統計局\nコード\t県\t市区町村\t人口（人）\t高齢化率（%）"
    return "\n".join([head, *rows, "\t\tまぼろし市\t5\t1"])


@pytest.fixture
def brought(screen, pasted):
    """``brought(**params)`` opens a link and pastes the numbers."""

    def open_(**params):
        shown = screen("indicators", **params)
        shown.app.text_area[0].set_value(pasted)
        next(one for one in shown.app.button if one.label == "貼り付けた表を読む").click().run()
        return shown

    return open_


def test_without_a_table_the_screen_says_what_to_bring(screen):
    shown = screen("indicators")
    assert shown.heading == "人口や面積などの指標を、連携に重ねます"
    assert "保存せず" in shown.conditions
    assert {one.proto.label for one in shown.app.get("download_button")} >= {
        "ひな型（Excel）",
        "ひな型（CSV）",
    }


def test_pasted_numbers_are_answered_at_once_with_their_source(brought):
    shown = brought()
    assert not shown.app.exception
    assert "人口10万人当たりの事業が最も多いのは、" in shown.heading
    line = "指標の出典: 「町の<b>人口</b>」（=架空統計局、令和7年1月1日現在（2025年））"
    assert line in shown.conditions
    assert "<b>人口" not in shown.html
    assert "まぼろし市" in shown.html


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("地図で", "最も多いのは"),
        ("散布図で", "順位の相関係数"),
        ("近い規模の候補", "±20%に入るのは、"),
        ("相手と人数で", "の人口の中央値は、"),
    ],
)
def test_every_way_to_look_at_it_says_its_sentence(brought, view, said):
    shown = brought(indicator_view=view)
    assert not shown.app.exception
    assert not shown.app.error
    assert said in shown.heading + shown.more
    assert "架空統計局" in shown.conditions


def test_a_share_is_not_divided_by(brought):
    shown = brought(indicator="高齢化率")
    assert "事業が最も多いのは" in shown.heading
    assert "当たり" not in shown.heading
    assert "中央値" in shown.more


@pytest.mark.parametrize("kind", VALUES)
def test_choices_of_a_link_that_make_no_sense_are_dropped(brought, kind):
    shown = brought(**dict.fromkeys(INDICATORS, VALUES[kind]))
    assert not shown.app.exception
    assert not shown.app.error
    assert shown.heading
    assert "<img src=x" not in shown.html


def test_a_table_nobody_can_read_is_one_sentence(screen):
    shown = screen("indicators")
    shown.app.text_area[0].set_value("氏名\t点\n山田\t3\n佐藤\t4")
    next(one for one in shown.app.button if one.label == "貼り付けた表を読む").click().run()
    assert [one.value for one in shown.app.error] == [
        "ファイル「貼り付けた表.txt」の「貼り付けた表」に、市区町村の名前か団体コードの並ぶ列が見つかりません。"
        "「団体コード」か「市区町村」の列を入れて、もう一度読み込んでください。"
    ]


def test_every_row_of_a_saved_table_says_whose_numbers_it_holds():
    overlay = Overlay(None, None, Cited("人口", "", "2020年"))
    saved = with_source(pd.DataFrame({"都道府県": ["長野県", "群馬県"]}), overlay)
    assert saved.指標の題名.tolist() == ["人口"] * 2
    assert saved.指標の出典.tolist() == ["出典の記載なし"] * 2
    assert saved.指標の時点.tolist() == ["2020年（令和2年）"] * 2


def test_an_axis_holds_all_its_values():
    for values in ([3.0], [0.0, 0.0], [-5.0, 7.0], [1.0, 40.0], [2.0, 90_000.0], [0.001, 0.02]):
        for zero in (False, True):
            made = scatter.axis(values, zero=zero)
            assert all(-1e-6 <= made.place(value) <= 100 + 1e-6 for value in values), (values, made)
            assert len(made.ticks) >= 2


@pytest.fixture(scope="module")
def kept(root, tmp_path_factory):
    """A build of one list, to which numbers are added from the screen."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "sources").mkdir()
    for file in (root / "data" / "sources").glob("suginami_exchange_r5.*"):
        shutil.copy(file, folder / "sources")
    build(folder / "sources", folder / "build")
    return folder / "build"


def test_a_table_is_kept_as_a_document_where_editing_is_allowed_and_offered_from_then_on(
    screen, kept, pasted, monkeypatch
):
    shown = screen("indicators", data=kept)
    shown.app.text_area[0].set_value(pasted)
    next(one for one in shown.app.button if one.label == "貼り付けた表を読む").click().run()
    label = "この表を資料に加えて、データを作り直す"
    assert label not in [one.label for one in shown.app.button]
    monkeypatch.setenv("KORYU_EDIT", "1")
    shown.app.run()
    next(one for one in shown.app.button if one.label == label).click().run()
    assert not shown.app.exception
    assert not shown.app.error
    assert "資料に加え、データを作り直しました" in shown.app.success[0].value
    document = Dataset.load(kept).documents.set_index("layout").loc["indicators"]
    assert (document.publisher, document.as_of) == ("=架空統計局", "令和7年1月1日現在")
    later = screen("indicators", data=kept)
    assert "最も多いのは、" in later.heading
    assert "架空統計局" in later.conditions
    assert "保存せず" not in later.html
    both = screen("indicators", data=kept)
    both.app.text_area[0].set_value(pasted.replace("架空統計局", "別の局"))
    next(one for one in both.app.button if one.label == "貼り付けた表を読む").click().run()
    assert "別の局" in both.conditions
    box = next(one for one in both.app.selectbox if one.label == "表")
    box.select_index(1).run()
    assert "架空統計局" in both.conditions
