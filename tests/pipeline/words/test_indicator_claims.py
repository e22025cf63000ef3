"""The sentences on an indicator: scope, numbers, what is not pretended, and whose numbers they are."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.insight.indicators import Indicator, like, partner_values, prefecture_values, spearman
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.deliver import paper
from pipeline.deliver.indicator_sheet import indicator_sheet
from pipeline.words.claims import claims
from pipeline.words.indicator_claims import Cited, Overlay

CITED = Cited("市区町村別の人口", "架空統計局", "令和7年1月1日現在")


@pytest.fixture(scope="module")
def built(build_dir) -> Dataset:
    return Dataset.load(build_dir)


@pytest.fixture(scope="module")
def people(built) -> pd.Series:
    places = built.municipalities
    codes = places.code[places.kind != "designated_ward"]
    return pd.Series({code: 1_000.0 + int(code) * 7919 % 400_000 for code in codes})


def over(built, values, selection=None, adds=True, name="人口", unit="人") -> Overlay:
    indicator = Indicator(name, unit, values, pd.Series(dtype=float), adds)
    return Overlay(claims(built, selection or Selection()), indicator, CITED)


def test_who_leads_is_said_with_the_number_and_what_a_prefecture_is(built, people):
    overlay = over(built, people)
    table = prefecture_values(overlay.claims.population.selected, overlay.indicator)
    heading = overlay.lead(table, "projects_rate")
    best = table.sort_values("projects_rate").iloc[-1]
    assert heading.before.endswith("の個別の連携で、人口10万人当たりの事業が最も多いのは、")
    assert heading.strong.startswith(f"{best['name']}（")
    assert f"{best.projects_rate:.3g}" in heading.strong
    largest = table.sort_values("value").iloc[-1]
    assert f"人口が最も大きいのは{largest['name']}（{largest.value:,.0f}人）です。" in heading.more
    assert "市区町村の値の合計" in heading.more
    assert "東京都は" in heading.more
    assert "を除く" in heading.more


def test_prefectures_without_a_sum_are_named_and_counted(built, people):
    gone = [code for code in people.index if code[:2] in ("07", "20")]
    overlay = over(built, people.drop([gone[0], gone[-1]]))
    table = prefecture_values(overlay.claims.population.selected, overlay.indicator)
    more = overlay.lead(table, "partners_rate").more
    assert "値のない市区町村がある2都道府県（福島県、長野県）は、合計を出していません。" in more


def test_a_narrowed_view_says_so_in_the_sentence(built, people):
    overlay = over(built, people, Selection(categories=("災害・防災",)))
    table = prefecture_values(overlay.claims.population.selected, overlay.indicator)
    assert "災害・防災では、" in overlay.lead(table, "projects").before
    rho, n = spearman(table.value, table.n_projects)
    assert "災害・防災では、" in overlay.relation(rho, n, "都道府県", "事業").before


@pytest.mark.parametrize(
    ("rho", "strong", "which"),
    [
        (0.05, "はっきりした関係は見られません", ""),
        (-0.3, "弱い関係", "少ない"),
        (0.5, "中くらいの関係", "多い"),
        (0.9, "強い関係", "多い"),
    ],
)
def test_a_relation_is_named_by_its_strength_and_never_a_cause(built, people, rho, strong, which):
    heading = over(built, people).relation(rho, 47, "都道府県", "事業")
    assert heading.strong == strong
    assert which in heading.before
    assert f"{rho:+.2f}、値のある都道府県 47 から求めました。" in heading.more
    assert "原因を示すものではありません" in heading.more
    assert not any(word in heading.text for word in ("ため、事業", "から事業", "影響", "により"))


def test_fewer_than_ten_points_say_nothing(built, people):
    heading = over(built, people).relation(None, 9, "区", "事業")
    assert "値のある区が9しかないため、関係の強さは示しません。" in heading.before


def test_like_size_names_the_place_the_bounds_and_what_is_unknown(built, people):
    code = "13112"
    selection = Selection(origins=(code,))
    values = people.drop("20202")
    found = like(built.select(selection), values, code, 0.2)
    heading = over(built, values, selection).alike(found, "世田谷区", 0.2)
    assert heading.strong == f"{len(found.table)} 市区町村"
    assert "世田谷区と個別の連携のない市区町村で、人口が世田谷区の±20%に入るのは、" in heading.before
    assert f"{people[code]:,.0f}人" in heading.more
    unknown = "20202" not in set(built.select(selection).links.municipality_code.dropna())
    assert (f"値のない{found.n_unknown:,}は探せていません" in heading.more) == unknown
    assert "値がない" in over(built, values, selection).alike(None, "世田谷区", 0.2).before


def test_sizes_of_partners_stand_beside_those_of_all(built, people):
    overlay = over(built, people)
    table = partner_values(overlay.claims.population.selected, overlay.indicator)
    heading = overlay.sizes(table, built.names)
    assert f"{len(table):,} の人口の中央値" in heading.before
    assert "値のある全国1,741市区町村の中央値は" in heading.more
    assert built.names[table.code.iloc[0]] in heading.more


def test_partners_of_one_size_are_all_named(built):
    same = pd.Series(5.0, index=[code for code in built.municipalities.code if code[:2] == "20"])
    overlay = over(built, same, Selection(origins=("13112",)))
    table = partner_values(overlay.claims.population.selected, overlay.indicator)
    known = table.dropna(subset="value")
    assert len(known) > 3
    more = overlay.sizes(table, built.names).more
    assert f" ほか{len(known) - 3}（5人）" in more
    assert f"値のない相手が{len(table) - len(known)}あります。" in more


def test_source_and_date_stand_in_one_line_and_what_nobody_says_is_said():
    assert CITED.line == "指標の出典: 「市区町村別の人口」（架空統計局、令和7年1月1日現在（2025年））"
    assert Cited("a", "", "").line == "指標の出典: 「a」（出典の記載なし、時点の記載なし）"
    assert Cited("a", "b", "2020年").when == "2020年（令和2年）"
    assert Cited("a", "b", "春").when == "春"


def test_the_page_says_whose_numbers_they_are(built, people):
    overlay = over(built, people)
    table = prefecture_values(overlay.claims.population.selected, overlay.indicator)
    heading = overlay.lead(table, "projects_rate")
    rows = pd.DataFrame({"都道府県": table["name"], "人口": table.value, "割合": table.projects_rate})
    made = indicator_sheet(
        overlay, heading, overlay.shades(table, "projects_rate"), rows, "都道府県", [("点", "47", "")]
    )
    assert CITED.line in made.sources
    assert CITED.line in made.note[1]
    assert made.table.numbers == {"人口", "割合"}
    assert all(cell for row in made.table.rows for cell in row)
    assert paper.write_sheets(built, [made], 1).startswith(b"%PDF")
