"""What is said of two years or two editions: true of what is counted, with scope, and nothing denied that there is."""

from __future__ import annotations

import re
from dataclasses import replace

from geo.insight.periods import PLACE, PROJECT
from geo.ledger.selection import Selection
from pipeline.deliver.csv import csv_bytes
from pipeline.deliver.periods_sheet import periods_sheet
from pipeline.words.before_after import of_editions, of_years
from pipeline.words.view import began
from tests.editions_made import AFTER, BEFORE, SCRIPT

LIST = ("tokyo23_linkage_r8",)
OPENS = Selection(sources=LIST)


def counted(dataset, until: int) -> set[str]:
    """The partner municipalities of the individual ties of the list that had begun by a year."""
    links = dataset.links
    keep = links.drawn & (links.source == LIST[0]) & (links.tie != "network")
    keep &= ~links.partner_code.isin(dataset.origins.code) & (links.start_year <= until).fillna(False)
    return set(links.municipality_code[keep].dropna())


def test_the_sentence_has_both_numbers_both_years_and_what_is_not_in_them(dataset):
    one, other = counted(dataset, 2016), counted(dataset, 2025)
    told = of_years(dataset, OPENS, "23区", 2016, 2025)
    said = told.heading()
    assert said.title == (
        f"23区の個別の連携の相手は、平成28年度（2016年度）までの{len(one)}市区町村が、令和7年度（2025年度）までに "
        f"{len(other)}市区町村になりました（{len(other - one)}増）。"
    )
    undated = told.found.undated
    assert (
        f"{undated.projects}事業（{undated.municipalities}市区町村）あり、どちらの数にも入れていません。"
        in said.more
    )
    assert f"{len(told.found.unsure)}市区町村には開始年の分からない個別の連携もあり" in told.counting()
    assert "終わった連携は資料に載らない" in told.counting()
    assert told.figures()[0] == ("連携する市区町村", f"{len(one)} → {len(other)}", f"{len(other - one)}増")


def test_what_narrows_the_view_is_in_the_sentence_and_its_years_are_not(dataset):
    view = replace(OPENS, categories=("災害・防災",), networks=True, year_from=2020, unknown_years=False)
    said = of_years(dataset, view, "23区", 2000, 2025).heading().title
    assert said.startswith(
        "災害・防災では、23区の広域の集まりまで含めた連携の相手は、平成12年度（2000年度）までの"
    )
    assert "2020" not in said
    away = of_years(dataset, replace(OPENS, home=False), "23区", 2000, 2025).heading().title
    assert away.startswith("都外の相手では、")


def test_nothing_new_is_said_of_municipalities_only_and_within_the_document(dataset):
    found = of_years(dataset, replace(OPENS, origins=("13107",)), "墨田区", 2015, 2025)
    said = found.heading().title
    n = len(found.found.after.places)
    assert not found.found.places_added
    assert said == (
        "23区の一覧では、墨田区の個別の連携の相手は、平成27年度（2015年度）までと令和7年度（2025年度）までのどちらも "
        f"{n}市区町村で、新しい相手の市区町村はありません。"
    )
    # A prefecture itself came: the table has it, under a name of its own.
    rows = found.added(found.found.added)
    assert "新しい相手の都道府県" in set(rows["加わり方"])
    assert "区と市区町村の組" not in [name for name, *_ in found.figures()]


def test_where_nothing_had_begun_it_says_so(dataset):
    said = of_years(dataset, OPENS, "23区", 1900, 2025).heading().title
    assert "明治33年度（1900年度）までにはなく、令和7年度（2025年度）までに " in said
    none = of_years(dataset, OPENS, "23区", 1900, 1901).heading().title
    assert none == (
        "23区の一覧では、23区に、明治34年度（1901年度）までに始まったと分かる個別の連携の相手の市区町村はありません。"
    )


def test_the_table_has_places_years_as_printed_and_where_they_are_printed(dataset):
    told = of_years(dataset, replace(OPENS, origins=("13105",)), "文京区", 2015, 2025)
    rows = told.found.added
    table, brief = told.added(rows), told.added(rows, brief=True)
    assert len(table) == len(brief) == len(rows)
    links = told.found.after.selected.links
    for shown, row in zip(table.to_dict("records"), rows.itertuples(), strict=True):
        own = links[(links.origin_code == row.origin_code) & (links.source_line == row.source_line)]
        years = {began(link.start_year, link.year_kind, link.year_basis) for link in own.itertuples()}
        assert shown["始まった年"] in years
        assert shown["出典"] == dataset.cite(row.source, row.source_line)
        assert shown["事業"] == "、".join(row.projects)
        assert shown["相手の団体コード"] == row.partner_code
    assert (rows.new == PROJECT).any()
    assert set(table["加わり方"][rows.new == PROJECT]) == {"前からの相手との新しい事業"}


def test_a_year_from_above_is_marked(dataset):
    told = of_years(dataset, OPENS, "23区", 1950, 2025)
    above = (told.found.added.year_basis == "above").fillna(False)
    assert above.any()
    assert told.added(told.found.added)["始まった年"][above].str.endswith("（上の欄の年）").all()


def test_every_municipality_has_one_sign_on_each_map(dataset):
    told = of_years(dataset, OPENS, "23区", 2015, 2025)
    before, after = told.signs(told.found.before), told.signs(told.found.after)
    assert set(before.places.code) == told.found.before.places
    assert before.counts == {"had": len(told.found.before.places)}
    assert after.counts == {"added": len(told.found.places_added), "had": len(told.found.before.places)}
    # What is new is named first.
    assert after.places.sign.tolist() == sorted(after.places.sign)


def test_two_editions_are_told_by_their_days(editions):
    told = of_editions(editions, Selection(), "2市", BEFORE, AFTER)
    said = told.heading()
    assert said.title == (
        "2市の個別の連携の相手は、令和8年3月31日現在の版の8市区町村が、令和9年3月31日現在の版で 9市区町村になりました（1増）。"
    )
    assert said.more == (
        "新しい相手が2市区町村、なくなった相手が1市区町村です。新たに届いた都道府県は、青森県です。"
        "届かなくなった都道府県は、山梨県です。"
    )
    nothing = of_editions(editions, Selection(categories=("環境",)), "2市", BEFORE, AFTER).heading().title
    assert nothing == (
        "交流の一覧のうち、環境では、2市に、令和8年3月31日現在の版にも令和9年3月31日現在の版にも、個別の連携の相手の市区町村はありません。"
    )
    assert told.counting() == ""
    assert set(told.gone(told.found.gone)["なくなり方"]) == {"なくなった相手"}
    assert told.signs(told.found.before).counts == {"gone": 1, "had": 7}
    assert "なくなった相手" in told.prefectures()
    text = csv_bytes(told.added(told.found.added)).decode("utf-8-sig")
    assert SCRIPT.replace('"', '""') in text
    # What a spreadsheet would run is text in the file.
    gone = csv_bytes(told.gone(told.found.gone)).decode("utf-8-sig")
    assert re.search(r'(?:^|,)"?\'=HYPERLINK', gone, re.MULTILINE)


def test_the_page_says_the_same_as_the_screen(dataset):
    told = of_years(dataset, OPENS, "23区", 2015, 2025)
    page = periods_sheet(told)
    assert page.title == told.heading().title
    assert "令和7年度（2025年度）までに始まったと分かるもの" in page.conditions
    assert page.figures == told.figures()
    assert len(page.table.rows) == len(told.found.places_added)
    named = {(row[0], row[1]) for row in page.table.rows}
    places = dataset.places
    rows = told.found.added
    new = {code for code in rows.partner_code[rows.new == PLACE] if not code.endswith("000")}
    assert named == {(places[code].name, places[code].prefecture) for code in new}
    assert page.show.signs.counts["added"] == len(new)
