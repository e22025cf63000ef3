"""推移と協定: each part on the real build, what filters do to it, and what is said where there is nothing."""

from __future__ import annotations

import re
import shutil
from html import unescape

import pandas as pd
import pytest

from geo.insight.comparison import compare_sources
from geo.insight.growth import growth
from geo.insight.membership import member_table
from geo.ledger.selection import Selection
from pages.shared.frame import text
from pages.shared.parts import charts
from pages.shared.parts.downloads import csv_bytes
from pages.trends import compare, official_text
from pages.trends import events as chronology
from pages.trends import regional as agreements
from pipeline.building.run import build
from tests.pages.conftest import plain

LIST = "tokyo23_linkage_r8"
PARTS = ["公表された推移", "始まった年", "広域連携協定", "年表", "資料をくらべる"]


def cells(shown, caption: str) -> list[list[str]]:
    """The rows of the table with a caption."""
    table = next(one for one in re.findall("<table.*?</table>", shown.html, re.S) if caption in one)
    rows = re.findall("<tr>(.*?)</tr>", table, re.S)
    return [[plain(cell) for cell in re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


def labelled(group, label: str):
    return next(one for one in group if one.label == label)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "params",
    [{}, {"ward": "杉並区"}, {"ward": ["港区", "世田谷区"], "category": "観光"}, {"source": ""}],
    ids=["all", "one", "some", "documents"],
)
def test_every_part_draws(screen, part, params):
    shown = screen("trends", topic=part, **params)
    assert not shown.app.exception
    assert not shown.app.error
    assert shown.heading
    assert shown.conditions


@pytest.mark.parametrize(
    "params",
    [
        {"topic": "ない"},
        {"topic": "年表", "fiscal": "x", "told_by": "../etc", "event_words": "<script>alert(1)</script>"},
        {"topic": "広域連携協定", "agreement": "x", "member_tie": "x", "partner": "99999"},
        {"topic": "資料をくらべる", "document_a": "x", "compared_status": "'; --"},
    ],
)
def test_a_hostile_link_opens_the_screen(screen, params):
    shown = screen("trends", **params)
    assert not shown.app.exception
    assert not shown.app.error
    assert "<script>alert" not in shown.html


def test_the_official_table_is_exact_with_both_years(screen, dataset):
    shown = screen("trends")
    header, *rows = cells(shown, "年度ごとの数")
    counts = dataset.partner_counts
    assert header == ["年度", *dict.fromkeys(counts.name)]
    assert len(rows) == 9
    assert rows[0][0] == "平成27年度（2015年度）"
    printed = counts.pivot_table("value", "year", "name", aggfunc="first", dropna=False)[header[1:]]
    for year, row in zip(printed.index, rows, strict=True):
        assert f"（{year}年度）" in row[0]
        assert row[1:] == ["―" if pd.isna(n) else f"{n:,}" for n in printed.loc[year]]
    assert "815" in shown.html
    assert "同じ数にはなりません" in shown.html
    assert "なので、左の条件は効きません" in shown.conditions


def test_every_chart_has_a_name_and_its_figures(screen):
    shown = screen("trends")
    assert shown.html.count('role="img"') == 4
    assert all("棒グラフ" in name for name in re.findall('role="img" aria-label="([^"]*)"', shown.html))
    grown = screen("trends", topic="始まった年")
    assert grown.html.count('role="img"') == 1 + 23
    assert all("累計" in name for name in re.findall('role="img" aria-label="([^"]*)"', grown.html))


def test_growth_is_told_and_the_unknown_counted(screen, dataset):
    selected = dataset.select(Selection(sources=(LIST,)))
    table = growth(selected)
    end, before = int(table.n_total.iloc[-1]), int(table[table.year == table.year.max() - 10].n_total.iloc[0])
    shown = screen("trends", topic="始まった年", growth_table="true")
    assert f"{before:,} から {end:,}" in shown.heading
    unknown = selected.links.municipality_code.nunique() - end
    assert unknown
    assert f"ほかに {unknown} 市区町村は、どの事業の開始年も分からない" in plain(shown.html)
    (listed,) = shown.boards
    assert list(listed["累計"]) == list(table.n_total)
    last = table.iloc[-1]
    assert listed["年"].iloc[-1] == text.within(last.year, last.kind)


def test_growth_by_category_and_without_any_known_year(screen, dataset):
    shown = screen("trends", topic="始まった年", split="分野ごと")
    assert shown.html.count('class="k-area"') == len(dataset.categories)
    empty = screen("trends", topic="始まった年", ward="目黒区", category="施設利用", unknown="false")
    assert "ありません" in empty.heading
    assert empty.notes


def test_the_planner_gets_the_answer_the_list_and_the_map(screen, dataset):
    members = member_table(dataset.select(Selection(sources=(LIST,), networks=True)))
    shown = screen("trends", topic="広域連携協定")
    own, n = int(members.individual.sum()), int(members.partnered.sum())
    assert own < n
    assert shown.heading == (
        f"広域連携協定の 372 市町村のうち、{own} 市町村（{own / 372:.0%}）と、いずれかの区が個別に連携しています。"
    )
    assert shown.more == f"広域の集まりまで含めると {n} 市町村（{n / 372:.0%}）です。"
    listed = shown.boards[0]
    assert len(listed) == 372
    assert (listed["連携"] != "連携なし").sum() == n
    assert (listed["連携"] == "個別の連携あり").sum() == own
    counts = cells(shown, "書かれた数")
    assert len(counts) == 1 + 13 + 1
    assert counts[-1][:5] == ["計", "", "372", "372", str(n)]


def test_gunma_is_flagged_and_the_companies_are_listed(screen):
    shown = screen("trends", topic="広域連携協定")
    assert re.findall("<th scope=row>([^<]*※)", shown.html) == ["群馬県市長会※", "群馬県町村会※"]
    assert "入れ替わっています" in shown.html
    assert len(cells(shown, "企業との包括連携協定")) == 1 + 4


def test_one_ward_one_agreement_and_one_tie(screen, dataset):
    members = member_table(dataset.select(Selection(origins=("13112",), sources=(LIST,), networks=True)))
    shown = screen("trends", topic="広域連携協定", ward="世田谷区")
    assert f"{members.individual.sum()} 市町村（" in shown.heading
    assert shown.heading.endswith("世田谷区が個別に連携しています。")
    assert f"{members.partnered.sum()} 市町村（" in shown.more
    gunma = screen("trends", topic="広域連携協定", agreement="群馬県町村会")
    assert len(gunma.boards[0]) == 23
    without = screen("trends", topic="広域連携協定", agreement="群馬県町村会", member_tie="連携なし")
    assert set(without.boards[0]["連携"]) == {"連携なし"}


def test_a_prefecture_and_a_municipality_of_the_map(screen):
    place = screen("trends", topic="広域連携協定", agreement="北海道町村会")
    place.app.query_params["partner"] = "10000"
    place.app.run()
    assert set(place.boards[0]["協定の団体"]) == {"群馬県市長会", "群馬県町村会"}
    village = screen("trends", topic="広域連携協定", partner="10444")
    assert "群馬県川場村との事業" in village.html
    none = screen("trends", topic="広域連携協定", partner="47000")
    assert "当てはまるものはありません" in none.notes[0]


def test_the_map_tells_ties_apart(dataset):
    members = member_table(dataset.select(Selection(sources=(LIST,), networks=True)))

    class View:
        pass

    view = View()
    view.dataset = dataset
    group = agreements.layer(view, members, "10000")
    rows = group.rows["areas"]
    drill = rows["drill"]
    assert len(drill["codes"]) == 372
    assert rows["focus"] == "10000"
    assert len(drill["prefectures"]) == 9
    counts = pd.Series(drill["classes"]).value_counts()
    assert counts[0] == (~members.partnered).sum()
    assert counts[1] == (members.partnered & ~members.individual).sum() > 0
    assert counts[2] == members.individual.sum()
    assert [entry["label"] for entry in drill["legend"]] == [*agreements.TIES.values(), "協定の外"]


def test_all_events_with_their_dates_and_lines(screen, dataset):
    shown = screen("trends", topic="年表")
    events = dataset.events
    assert f"{len(events)} の出来事" in shown.heading
    assert re.findall('<time datetime="([^"]*)"', shown.html) == sorted(events.date_from)
    html = unescape(shown.html)
    for line in events.source_line:
        assert f" {line:,}行目" in html
    assert html.count("月をまたぐ期間") == sum(events.date_from.str[:7] != events.date_to.str[:7])
    assert html.count("日の記載なし") == (events.precision == "month").sum()


def test_the_chronology_is_searched_by_year_document_ward_and_words(screen, dataset):
    one = screen("trends", topic="年表", fiscal="令和5年度（2023年度）")
    assert set(re.findall(r"<h2[^>]*>(.*?)<small>", one.html)) == {"令和5年度（2023年度）"}
    own = screen("trends", topic="年表", told_by="杉並区の広報紙")
    news = (dataset.events.source == "suginami_exchange_r5").sum()
    assert own.html.count("<time ") == news
    origin = screen("trends", topic="年表", ward="杉並区")
    named = dataset.events.codes.map(lambda codes: "13115" in codes) | dataset.events.source.eq(
        "suginami_exchange_r5"
    )
    assert origin.html.count("<time ") == named.sum() >= news
    found = screen("trends", topic="年表", event_words="群馬県川場村 世田谷区")
    assert found.html.count("<time ") == 1
    assert "<details open>" in found.html
    nothing = screen("trends", topic="年表", event_words="ここにない言葉")
    assert "当てはまる出来事はありません" in nothing.notes[0]


@pytest.mark.parametrize(
    ("date_from", "date_to", "precision", "expected"),
    [
        ("2016-04-26", "2016-04-26", "day", ("平成28年4月26日（2016年）", "")),
        ("2021-01", "2021-01", "month", ("令和3年1月（2021年）", "日の記載なし")),
        ("2015-05-30", "2015-05-31", "range", ("平成27年5月30日（2015年）から5月31日まで", "期間")),
        (
            "2017-08-21",
            "2017-09-29",
            "range",
            ("平成29年8月21日（2017年）から9月29日まで", "月をまたぐ期間"),
        ),
        (
            "2018-12-30",
            "2019-01-03",
            "range",
            ("平成30年12月30日（2018年）から平成31年1月3日（2019年）まで", "月をまたぐ期間"),
        ),
        (
            "2019-04-30",
            "2019-05-01",
            "range",
            ("平成31年4月30日（2019年）から令和元年5月1日まで", "月をまたぐ期間"),
        ),
    ],
)
def test_dates_are_written_as_they_are(date_from, date_to, precision, expected):
    row = pd.Series({"date_from": date_from, "date_to": date_to, "precision": precision})
    assert chronology.when(row) == expected


def test_two_documents_side_by_side(screen, dataset):
    table = compare_sources(dataset, LIST, "setagaya_exchange_r6")
    counts = table.status.value_counts()
    shown = screen("trends", topic="資料をくらべる")
    assert f"一方だけにあるもの {counts['missing'] + counts['added']}" in shown.heading
    assert f"開始年の違うもの {counts['differs']}" in shown.heading
    assert len(shown.boards[0]) == len(table)
    differing = screen("trends", topic="資料をくらべる", compared_status="開始年が違う")
    listed = differing.boards[0]
    assert len(listed) == counts["differs"]
    assert all(listed["Aの行"].ne("") & listed["Bの行"].ne(""))


def test_a_partner_of_both_shows_years_lines_and_reason(screen):
    shown = screen("trends", topic="資料をくらべる", document_b="品川区の協定")
    partners = list(shown.boards[0]["相手先"])
    labelled(shown.app.selectbox, "相手先を選ぶ").select(partners.index("岩手県宮古市")).run()
    told = plain(shown.html)
    assert "平成13年度（2001年度） と 平成14年（2002年）" in told
    assert "1月から3月に始まったのなら、どちらも正しい" in told
    assert "943行目" in told


def test_documents_that_cannot_be_compared_say_so(screen):
    same = screen("trends", topic="資料をくらべる", document_b="23区の一覧")
    assert "くらべられる区はありません" in same.heading
    other = screen("trends", topic="資料をくらべる", ward="港区")
    assert "両方の資料にある区" in other.notes[0]


@pytest.fixture(scope="module")
def list_only(root, tmp_path_factory):
    """A build of the list of all origins alone: no counts, no agreements, no events, nothing to compare with."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "sources").mkdir()
    shutil.copy(root / "data" / "sources" / f"{LIST}.txt", folder / "sources")
    build(folder / "sources", folder / "build")
    return folder / "build"


@pytest.mark.parametrize("part", PARTS)
def test_where_a_document_is_missing_each_part_says_what_to_do(screen, list_only, part):
    for params in ({}, {"ward": "世田谷区"}):
        shown = screen("trends", data=list_only, topic=part, **params)
        assert not shown.app.error
        if part == "始まった年":
            assert "になりました" in shown.heading
            continue
        assert "ありません" in shown.heading
        assert shown.notes


def test_charts_escape_and_keep_their_proportions():
    html = charts.columns("<b>", "&", [("<i>", "x")], [5], 10, '"><script>')
    assert "<script>" not in html
    assert "<figcaption>&lt;b&gt;" in html
    assert "height:50.00%" in html
    assert "―" in charts.columns("a", "b", [("1", "2")], [None], 0, "n")


@pytest.mark.parametrize("highest", [1, 3, 7, 10, 99, 100, 101, 834, 1117, 99999])
def test_an_axis_has_few_round_lines_and_room_for_all(highest):
    top, lines = charts._scale(highest)
    assert top >= highest
    assert lines[-1] == top
    assert 1 <= len(lines) <= 5


def test_saved_tables_are_japanese_and_safe(dataset, screen):
    saved = [
        official_text.official_csv(dataset.partner_counts, dataset.titles),
        chronology.csv(chronology.events(dataset), dataset),
        agreements.members_csv(member_table(dataset.select(Selection())), dataset.naming),
    ]
    for table in saved:
        assert not any(re.search("[a-z]", heading) for heading in table)
        assert csv_bytes(table).startswith("\ufeff".encode())
    assert set(compare.STATUSES) == {"missing", "added", "differs", "same"}
