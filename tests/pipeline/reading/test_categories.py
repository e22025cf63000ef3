"""Printed categories against the canonical ones."""

from __future__ import annotations

import pytest

from geo.folders import REFERENCE_DIR
from pipeline.reading.categories import Categories

# What a planner chooses from; the filters of every screen offer these.
CANONICAL = {
    "災害・防災",
    "文化交流",
    "観光",
    "産業",
    "環境",
    "こども・教育",
    "スポーツ",
    "福祉・健康",
    "まちづくり",
    "施設利用",
    "人材交流",
    "その他",
}


@pytest.fixture(scope="module")
def categories(root) -> Categories:
    return Categories.load(root / "data" / "reference" / "categories.csv")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("災害協定", ("災害・防災",)),
        ("子ども", ("こども・教育",)),
        ("福祉・健康", ("福祉・健康",)),  # one category, not two
        ("産業 文化 観光", ("産業", "文化交流", "観光")),
        ("スポーツ・産業", ("スポーツ", "産業")),
        ("観光・防災", ("観光", "災害・防災")),
        ("こども・教育", ("こども・教育",)),
        ("災害協定・観光協定 ※連携相手方全てと協定を結んでいるわけではない。", ("災害・防災", "観光")),
        ("2: イベント", ("文化交流",)),
        ("3:市民、区民の交流", ("文化交流",)),
        ("4:自治体間の連携(会議、協定等)", ("その他",)),
        ("-", ("その他",)),
        ("", ("その他",)),
    ],
)
def test_a_printed_cell(categories, cell, expected):
    assert categories.canonical(cell) == expected
    assert categories.unknown(cell) == []


def test_what_is_not_listed_is_other_and_is_named(categories):
    assert categories.canonical("宇宙開発") == ("その他",)
    assert categories.canonical("宇宙開発・観光") == ("観光",)
    assert categories.unknown("宇宙開発・観光") == ["宇宙開発"]


def test_every_mapping_leads_to_a_canonical_category(categories, dataset):
    assert set(categories._canonical.values()) == CANONICAL
    assert set(dataset.projects.categories.explode()) <= CANONICAL


@pytest.mark.parametrize(
    ("printed", "name", "expected"),
    [
        ("4:自治体間の連携", "災害時における相互応援協定書", (("災害・防災",), "name")),
        ("2:イベント", "世田谷246ハーフマラソン交流自治体市民招待事業", (("スポーツ",), "name")),
        ("2:イベント", "卓球大会", (("スポーツ",), "name")),
        ("2:イベント", "新春もちつき大会", (("文化交流",), "printed")),
        ("2:イベント", "花火大会", (("文化交流",), "printed")),
        ("スポーツ", "避難所でのスポーツ教室", (("スポーツ",), "printed")),
        ("その他", "嬭恋村との盟約", (("その他",), "printed")),
        ("災害協定・その他", "少年野球大会", (("災害・防災", "その他"), "printed")),
    ],
)
def test_where_the_printed_class_is_coarse_the_name_decides(printed, name, expected):
    assert Categories.load(REFERENCE_DIR / "categories.csv").of(printed, name) == expected


def test_disaster_agreements_and_sports_are_found_by_their_field(dataset):
    projects = dataset.projects
    named = projects.name.str.contains("災害.*協定") & projects.category_raw.str.contains(
        "自治体間の連携|協定"
    )
    assert named.sum() > 15
    assert projects.categories[named].map(lambda own: "災害・防災" in own).all()
    setagaya = projects[projects.source == "setagaya_exchange_r6"]
    runs = setagaya.categories[setagaya.name.str.contains("マラソン")]
    assert len(runs) > 10
    assert all("スポーツ" in own for own in runs)
    assert set(projects.category_basis) == {"printed", "name"}
