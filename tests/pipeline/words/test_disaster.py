"""What is said of disaster ties: the numbers of the tables, the scope of the view, the zone with its source."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.insight import disaster
from geo.insight.disaster import INSIDE, MUTUAL, OUTSIDE, UNKNOWN
from geo.ledger.selection import Selection
from geo.places.zone import HALF, drawn_zone, listed_zone
from pipeline.reading.disaster_kinds import DisasterKinds
from pipeline.words.claims import claims
from pipeline.words.disaster import DisasterAnswer, NamedZone, band_name, kilometres

#: 羽村市, 甲府市 and 茅野市, partners of 渋谷区, and 渋谷区 itself.
LISTED = ("13227", "19201", "20214", "13113")


@pytest.fixture(scope="module")
def answer(dataset):
    """``answer(zone, **conditions)`` is the answer of a view of the first document."""
    kinds = DisasterKinds.load().of_projects(dataset.projects)

    def answer_(zone: NamedZone | None = None, **conditions) -> DisasterAnswer:
        selection = disaster.narrowed(replace(Selection(sources=tuple(dataset.sources[:1])), **conditions))
        selected = dataset.select(selection)
        pairs = disaster.pairs(selected, kinds, zone.inside if zone else None)
        return DisasterAnswer(claims(dataset, selection), pairs, tuple(disaster.origins_of(selected)), zone)

    return answer_


def zone(codes=LISTED, **more) -> NamedZone:
    return NamedZone(listed_zone(codes), "推進地域", **more)


def test_of_one_origin(answer):
    said = answer(origins=("13113",))
    n, near = len(said.counted), int((said.counted.distance_km <= 100).sum())
    assert said.heading().title == (
        f"災害・防災では、渋谷区の個別の連携の相手{n}市区町村のうち、100 km以内は {near / n:.0%}（{near}）です。"
    )
    far = int((said.counted.distance_km > 300).sum())
    assert said.heading().more == f"300 kmより遠いのは{far}市区町村です。"
    assert ("区域の外",) not in [figure[:1] for figure in said.figures()]


def test_in_a_zone(answer):
    said = answer(zone(), origins=("13113",))
    outside = said.counted[~said.counted.partner_code.isin(LISTED)]
    assert (
        said.heading().more
        == f"「推進地域」の外は{len(outside)}市区町村、中は3市区町村です。渋谷区は区域の中です。"
    )
    assert ("区域の外", str(len(outside)), f"/ {len(said.counted)}") in said.figures()
    beside = answer(zone(LISTED[:3]), origins=("13113",))
    assert beside.home() == "渋谷区は区域の外です。"


def test_of_several_origins_pairs_are_counted(answer, dataset):
    said = answer(zone())
    n = len(said.counted)
    assert f"23区の個別の連携{n:,}組のうち、100 km以内は " in said.heading().title
    assert said.heading().more.startswith(f"{n:,}組は、区と相手の市区町村の組み合わせです。")
    assert said.home() == "23区のうち、区域の中は1です。"
    assert answer(zone(tuple(dataset.origins.code))).home() == "23区は、すべて区域の中です。"
    assert said.in_zone(OUTSIDE) + said.in_zone(INSIDE) == n == said.each.n.sum()
    assert said.each.n_outside.sum() == said.in_zone(OUTSIDE)


def test_the_scope_of_the_view_stands_in_the_sentence(answer, dataset):
    said = answer(year_from=2010, networks=True, sources=(dataset.sources[1],), origins=("13112",))
    title = said.heading().title
    for words in (dataset.shorts[dataset.sources[1]], "災害・防災", "2010年", "広域の集まりまで含めた連携"):
        assert words in title
    assert said.heading().more.endswith(said.claims.beside())
    nobody = answer(origins=("13101",), year_from=2026)
    assert nobody.heading().title.endswith("千代田区に、個別の連携の相手の市区町村はありません。")
    assert dataset.shorts[dataset.sources[0]] in nobody.heading().title


def test_the_source_of_a_zone_stands_on_every_use(answer):
    used = zone(source="内閣府", day="令和7年4月1日現在")
    cited = "区域「推進地域」（出典 内閣府、令和7年4月1日現在。利用者が読み込んだもの）"
    assert used.cited == cited
    assert zone().cited == "区域「推進地域」（出典の記入なし、時点の記入なし。利用者が読み込んだもの）"
    saved = answer(used, origins=("13113",)).saved()
    assert set(saved["区域の名前と出典"]) == {f"{cited}。一覧にある市区町村を「中」としています"}


def test_the_table_says_what_the_pairs_say(answer, dataset):
    said = answer(zone(), origins=("13113",))
    table = said.table()
    assert "区域の面積%" not in table
    assert dataset.naming.heading not in table
    assert table["距離km"].tolist() == said.pairs.distance_km.round(1).tolist()
    assert (table["区域"] == "区域の中").sum() == 3
    links = dataset.select(said.claims.selection).links
    for row in table.to_dict("records"):
        own = links[links.municipality_code == row["相手の団体コード"]]
        assert set(row["事業"].split("、")) == set("、".join(own.project_name).split("、"))
        assert row["事業数"] == own.project_id.nunique()
        assert all(
            dataset.cite(source, line) in row["出典"]
            for source, line in zip(own.source, own.source_line, strict=True)
        )
    several = answer()
    # What is shown of very many is put into words alone, and as it stands in all.
    pd.testing.assert_frame_equal(several.table(several.pairs.head(7)), several.table().head(7))
    assert dataset.naming.heading in several.table()
    assert "区域" not in several.table()


def test_shares_of_a_drawn_zone_stand_in_the_table(answer, dataset):
    import shapely

    drawn = NamedZone(
        drawn_zone([shapely.box(138.4, 35.5, 139.5, 36.2)], dataset.municipalities), "想定", rule=HALF
    )
    table = answer(drawn, origins=("13113",)).table().set_index("相手の団体コード")
    shares = drawn.zone.shares
    for code, share in table["区域の面積%"].items():
        assert share == pytest.approx(100 * shares.get(code, 0.0), abs=0.06)
        assert (table["区域"][code] == "区域の中") == (share >= 50)
    assert drawn.ruled == "面積の50%以上が区域にかかる市区町村を「中」としています"


def test_signs_are_of_the_zone_or_of_the_kinds(answer):
    said = answer(zone(), origins=("13113",))
    assert said.signs().counts == {OUTSIDE: len(said.counted) - 3, INSIDE: 3}
    kinds = answer(origins=("13113",)).signs()
    assert kinds.counts[MUTUAL] == sum(MUTUAL in own for own in said.counted.kinds)
    everyone = answer(networks=True).signs()
    assert len(everyone.places) == answer(networks=True).counted.partner_code.nunique()
    assert answer(zone(), networks=True).signs().counts[UNKNOWN] > 0


def test_bands_are_named():
    names = [band_name(place) for place in range(len(disaster.BANDS))]
    assert names == ["〜50 km", "50〜100 km", "100〜300 km", "300〜500 km", "500 km〜"]


def test_a_long_name_is_cut_only_where_there_is_little_room():
    used = NamedZone(listed_zone(["13101"]), "あ" * 60)
    assert used.called == f"「{'あ' * 23}…」"
    assert "あ" * 60 in used.cited


@given(st.floats(0.01, 3000))
def test_a_distance_is_written_on_the_side_of_a_bound_where_it_lies(distance):
    said = kilometres(distance)
    assert disaster.band_of(float(said.replace(",", ""))) == disaster.band_of(distance) or said.endswith(
        ".000"
    )
    assert float(said.replace(",", "")) == pytest.approx(distance, abs=0.5)
