"""The single file where a mail gateway strips scripts and styles: it says everything all the same."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import html as reader

from geo.ledger.selection import Selection
from pipeline.deliver import FORMATS, notes
from pipeline.deliver.views import first_view
from pipeline.words.claims import claims

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u2028=1"


def stripped(content: bytes):
    """The page as such a gateway leaves it: no script, no style, in element or attribute."""
    page = reader.fromstring(content.decode())
    for element in page.xpath("//script | //style | //link | //meta[@http-equiv]"):
        element.drop_tree()
    for element in page.iter():
        for name in [name for name in element.attrib if name in ("style", "class") or name.startswith("on")]:
            del element.attrib[name]
    return page


def rows(page, caption: str) -> list[list[str]]:
    (table,) = [
        each
        for each in page.xpath("//table")
        if each.xpath("./caption")[0].text_content().startswith(caption)
    ]
    return [[cell.text_content() for cell in row.xpath("./th | ./td")] for row in table.xpath("./tbody/tr")]


def seen(page) -> str:
    """What is read of it: nothing that is hidden until a script shows it."""
    return "".join(page.xpath("//body//text()[not(ancestor::*[@hidden])]"))


@pytest.fixture(scope="module")
def files(dataset):
    view = first_view(dataset)
    return {
        (name, script): FORMATS["html"].write(dataset, chosen, script=script)
        for name, chosen in (("all", view), ("setagaya", replace(view, origins=("13112",))))
        for script in (True, False)
    }


@pytest.fixture(scope="module")
def page(files):
    return stripped(files["all", True])


def test_the_headline_conditions_sources_and_date_remain(dataset, files):
    for (name, _), content in files.items():
        view = replace(first_view(dataset), origins=("13112",) if name == "setagaya" else ())
        text = seen(stripped(content))
        assert claims(dataset, view).reach().text in text
        assert claims(dataset, view).summary() in text
        assert notes.conditions(dataset, view) in text
        assert all(credit in text for credit in notes.credits(dataset, view))
        assert "基準日: 令和8年3月31日" in text


def test_every_prefecture_has_its_row_with_the_numbers_of_the_tables(dataset, page):
    links = dataset.select(first_view(dataset)).links
    pairs = links.assign(place=links.municipality_code)
    whole = dataset.municipalities[dataset.municipalities.kind != "designated_ward"]
    possible = whole[~whole.code.isin(dataset.origins.code)].groupby("prefecture_code").size()
    told = rows(page, "都道府県ごとの個別の連携（47都道府県）")
    assert [row[0] for row in told] == dataset.prefectures.sort_values("code")["name"].tolist()
    for code, row in zip(sorted(dataset.prefectures.code), told, strict=True):
        own = pairs[pairs.prefecture_code == code]
        partners, projects, origins = own.place.nunique(), own.project_id.nunique(), own.origin_code.nunique()
        share = 100 * partners / possible[code]
        assert row[1:5] == [f"{partners} / {possible[code]}", f"{share:.1f}%", str(projects), str(origins)]
        assert row[5] == ("あり" if own.place.isna().any() else "なし")


def test_every_pair_of_an_origin_and_a_partner_stands_in_the_table_of_partners(dataset, page):
    links = dataset.select(first_view(dataset)).links
    names = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    codes = links.municipality_code.fillna(links.prefecture_code)
    pairs = {
        (dataset.names[code], names[origin]) for code, origin in zip(codes, links.origin_code, strict=True)
    }
    told = {
        (row[0] if row[0] == row[1] else row[1] + row[0], origin)
        for row in rows(page, "398 件の相手")
        for origin in row[2].split("、")
    }
    assert told == pairs
    projects = links.groupby(codes.map(dataset.names)).project_id.nunique()
    for row in rows(page, "398 件の相手"):
        assert row[3] == str(projects[row[0] if row[0] == row[1] else row[1] + row[0]])


def test_every_project_stands_with_its_partners_and_the_line_it_is_printed_on(dataset, page):
    selected = dataset.select(first_view(dataset))
    told = rows(page, "事業（")
    assert len(told) == len(selected.projects) == selected.links.project_id.nunique()
    lines = {row[5]: row for row in told}
    partners = selected.links.groupby("project_id")
    for project in selected.projects.itertuples():
        row = lines[f"{project.source_line:,}行目"]
        assert row[0].startswith(project.name)
        own = partners.get_group(project.project_id)
        places = [dataset.names[code] for code in own.municipality_code.fillna(own.prefecture_code)]
        assert sorted({cell.split(" ")[0] for cell in row[4].split("、")}) == sorted(set(places))
        years = own.start_year.dropna().unique()
        said = row[3] + row[4]
        assert sorted(set(map(int, re.findall(r"（(\d{4})年", said)))) == sorted(map(int, years))


def test_the_map_is_one_picture_with_words_and_without_any_style(page):
    (drawn,) = page.xpath("//svg")
    title, words = (
        drawn.xpath(f".//*[@id='{name}']")[0].text_content() for name in drawn.get("aria-labelledby").split()
    )
    assert drawn.get("role") == "img"
    assert title.startswith("23区は、個別の連携で全国 45 都道府県")
    assert "同じ内容は、都道府県と相手の表にあります" in words
    labels = [node.text_content() for node in drawn.xpath(".//text")]
    assert "北海道 30" in labels
    assert all(path.get("fill") or path.get("stroke") or path.get("id") for path in drawn.xpath("./path"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {
        name for said in re.findall(rb"url\(#(\w+)\)", reader.tostring(drawn)) for name in [said.decode()]
    } <= set(ids)


def test_tables_and_headings_are_what_a_screen_reader_steps_through(page):
    assert page.get("lang") == "ja"
    assert [heading.tag for heading in page.xpath("//h1 | //h2 | //h3")] == ["h1", "h2", "h2", "h2", "h2"]
    for table in page.xpath("//table"):
        assert table.xpath("./caption")
        assert set(table.xpath("./thead//th/@scope")) == {"col"}
        assert set(table.xpath("./tbody/tr/th/@scope")) == {"row"}
        assert len({len(row) for row in rows(page, table.xpath("./caption")[0].text_content())}) == 1


def test_all_ties_fit_in_a_file_small_enough_to_send(dataset):
    wide = Selection(networks=True, peers=True)
    assert len(FORMATS["html"].write(dataset, wide)) <= 2_000_000


def test_without_a_script_the_same_facts_stand_and_nothing_can_run(dataset, files):
    for name in ("all", "setagaya"):
        plain, whole = files[name, False], files[name, True]
        assert b"<script" not in plain
        assert b"script-src &#39;none&#39;" in plain
        assert b"<form" not in plain
        assert len(plain) < len(whole) / 2
        assert seen(stripped(plain)).split() == seen(stripped(whole)).split()


def test_hostile_words_are_text_without_a_script_too(dataset):
    projects, places = dataset.projects.copy(), dataset.municipalities.copy()
    view = replace(first_view(dataset), origins=("13112",))
    selected = dataset.select(view)
    projects.loc[projects.project_id == selected.projects.project_id.iloc[0], "name"] = HOSTILE
    places.loc[places.code == selected.links.municipality_code.dropna().iloc[0], "name"] = HOSTILE
    content = FORMATS["html"].write(
        replace(dataset, projects=projects, municipalities=places), view, script=False
    )
    found = reader.fromstring(content.decode())
    assert not found.xpath("//script | //img | //@onerror")
    assert HOSTILE in [cell.text_content() for cell in found.xpath("//table[@id='all-projects']//th")]


def test_a_view_of_nothing_says_so(dataset):
    nothing = Selection(origins=("13101",), year_to=1, unknown_years=False)
    found = stripped(FORMATS["html"].write(dataset, nothing, script=False))
    assert "この条件に合う連携はありません" in seen(found)
    assert len(rows(found, "都道府県ごと")) == 47
    assert rows(found, "事業（0）") == rows(found, "0 件の相手") == [["なし"]]
