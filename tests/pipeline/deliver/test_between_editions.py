"""What changed between two editions, in every file that is delivered: workbook, CSV, site, feed, page, slide."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from geo.draw.print.figure import Show, map_figure
from geo.draw.print.ground import Ground
from geo.draw.print.plan import plan
from geo.insight import turnover
from geo.ledger.selection import Selection
from pipeline.cli import commands as cli
from pipeline.deliver import FORMATS, between_editions, site_changes, site_feed, table_sheets
from pipeline.deliver.site import publish
from pipeline.deliver.site_changes import changes_page, entries
from pipeline.deliver.views import EVERYTHING, first_view
from pipeline.intake.records import SourceError
from pipeline.words.edition_changes import summary
from tests.editions_made import AFTER, BEFORE, FORMULA, SCRIPT, two_editions
from tests.printed import printed

SHEET = "前の版との違い"
SENTENCE = (
    "1の事業が始まり、1の事業が終わり、1の事業の名前が変わり、続いている事業に1の相手が加わり、"
    "1か所の開始年が変わり、1の事業の分野が変わりました。"
)
ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://city.example/koryu/"
HIRATSUKA = Selection(origins=("14203",))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("editions")


@pytest.fixture(scope="module")
def made(folder):
    """A build of two editions, in whose tables even the documents have hostile names."""
    dataset = two_editions(folder)
    return replace(dataset, documents=dataset.documents.assign(title=f"一覧 {SCRIPT}\x08"))


@pytest.fixture(scope="module")
def site(made, tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "public"
    publish(made, first_view(made), out, address=ADDRESS)
    return out


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


class Parsed(HTMLParser):
    """Tags, links and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.links, self.words, self.meta = [], [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags.append(tag)
        self.links += [given[name] for name in ("href", "src") if name in given]
        if tag == "link":
            self.meta[given["rel"]] = given["href"]

    def handle_data(self, data):
        self.words.append(data)


def test_the_workbook_has_a_sheet_of_the_changes_with_wording_last(made):
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(made, EVERYTHING)))
    headings, *listed = book[SHEET].iter_rows(values_only=True)
    assert headings == (
        *("違い", "市", "事業（前）", "事業（後）", "相手", "前", "後"),
        *("前の資料での場所", "後の資料での場所", "資料"),
    )
    found = {row[0]: row for row in listed}
    assert len(listed) == len(found) == 7
    assert listed[-1][0] == "書き方だけが変わったもの"
    years = ("平成28年度（2016年度）", "平成30年度（2018年度）")
    assert found["開始年の変わったもの"][5:9] == (*years, "2行目", "2行目")
    assert found["加わった相手"][1:7] == ("小田原市", "物産展", "物産展", "北海道小樽市", None, "小樽市")
    assert found["終わった事業"][2:4] == (FORMULA, None)
    assert found["始まった事業"][2:7] == (None, SCRIPT, None, None, "青森県弘前市")
    assert "令和8年3月31日現在 → 令和9年3月31日現在" in listed[0][-1]
    assert all(cell.data_type != "f" for row in book[SHEET].iter_rows() for cell in row)
    notes = [row[0].value for row in book["凡例・出典"].iter_rows(min_row=2)]
    assert notes[-1] == SHEET


def test_only_the_chosen_origins_and_documents_are_told(made):
    kinds = [row["違い"] for row in rows(FORMATS["csv"].write(made, HIRATSUKA, table="changes"))]
    assert kinds == ["名前の変わった事業", "書き方だけが変わったもの"]
    assert turnover.rows(made, Selection(sources=(AFTER,))).shape[0] == 7
    assert turnover.rows(made, Selection(sources=("other",))).empty
    who, what = between_editions.claim(made, HIRATSUKA)
    assert who == "平塚市では、前の版（令和8年3月31日現在）から、"
    assert what == "1の事業の名前が変わりました。"


def test_every_filter_narrows_the_changes_as_it_narrows_all_else(made):
    narrow = replace(EVERYTHING, categories=("観光",))
    kinds = set(turnover.rows(made, narrow).change)
    assert kinds == {"project-added", "project-ended", "year-changed"}
    assert "／観光／" in between_editions.conditions(made, narrow)
    assert len(turnover.rows(made, EVERYTHING)) == len(made.changes)


def test_csv_runs_nothing(made):
    listed = rows(FORMATS["csv"].write(made, EVERYTHING, table="changes"))
    assert f"'{FORMULA}" in [row["事業（前）"] for row in listed]


def test_who_came_and_who_went(made):
    table = turnover.partners(made, EVERYTHING)
    pairs = {(row.partner_name, row.came) for row in table.itertuples()}
    assert pairs == {("弘前市", True), ("小樽市", True), ("甲府市", False)}


def test_where_nothing_changed_there_is_no_sheet_but_an_empty_table(dataset):
    assert "changes" not in table_sheets.titles(dataset)
    assert rows(FORMATS["csv"].write(dataset, EVERYTHING, table="changes")) == []
    assert turnover.partners(dataset, EVERYTHING).empty


def test_the_command_writes_the_table(folder, made, tmp_path):
    out = tmp_path / "changes.csv"
    asked = [
        "export",
        "--data",
        str(folder / "build"),
        "--format",
        "csv",
        "--table",
        "changes",
        "--origin",
        "平塚市",
    ]
    assert cli.main([*asked, "--out", str(out)]) == 0
    assert [row["事業（後）"] for row in rows(out.read_bytes())] == ["友好都市交流事業", "(仮称)子ども交流"]


def test_the_site_has_a_page_of_the_changes_that_every_page_leads_to(site, made):
    page = Parsed((site / "changes.html").read_text("utf-8"))
    said = "".join(page.words)
    assert f"2市では、前の版（令和8年3月31日現在）から、{SENTENCE}" in said
    assert summary(made.changes) == SENTENCE
    for words in (
        "小田原市（5）",
        "平塚市（2）",
        "平成28年度（2016年度）",
        "友好都市交流 → 友好都市交流事業",
    ):
        assert words in said
    assert "書き方だけが変わったもの（1）" in said
    assert {"wards/14203.html", "wards/14206.html"} <= set(page.links)
    for path in site.rglob("*.html"):
        if path.name != "404.html" and path.parent.name != "data":
            up = "../" * (len(path.relative_to(site).parts) - 1)
            assert f'<a href="{up}changes.html"' in path.read_text("utf-8")
    for link in page.links:
        parts = urlsplit(link)
        assert parts.scheme == "data" or link.startswith(ADDRESS) or (site / parts.path).is_file(), link


def test_what_documents_say_is_text_on_the_page(site):
    text = (site / "changes.html").read_text("utf-8")
    page = Parsed(text)
    assert "img" not in page.tags
    assert any(SCRIPT in words for words in page.words)
    assert FORMULA in page.words
    # It runs the files of the site, and one line of its own that no document has a say in.
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert scripts == ['document.documentElement.classList.add("scripted");']
    assert "unsafe-inline" not in text.partition("script-src")[2].partition(";")[0]


def checked(path) -> ET.Element:
    """A feed that keeps the rules of RFC 4287 as far as this one is concerned."""
    feed = ET.parse(path).getroot()
    assert feed.tag == f"{ATOM}feed"
    assert len(feed.findall(f"{ATOM}author/{ATOM}name")) == 1
    entries = feed.findall(f"{ATOM}entry")
    for part in (feed, *entries):
        for name in ("id", "title", "updated"):
            (element,) = part.findall(f"{ATOM}{name}")
            assert element.text
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\+09:00", part.findtext(f"{ATOM}updated"))
        # For an entry without content, a link to what it is about is a duty.
        assert len([link for link in part.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) == 1
    assert all(entry.findtext(f"{ATOM}summary") for entry in entries)
    ids = [part.findtext(f"{ATOM}id") for part in (feed, *entries)]
    assert len(set(ids)) == len(ids)
    assert all(urlsplit(name).scheme in ("https", "urn") for name in ids)
    assert feed.findtext(f"{ATOM}updated") == max(entry.findtext(f"{ATOM}updated") for entry in entries)
    return feed


def test_the_feed_has_an_entry_for_each_edition_with_whole_addresses(site):
    feed = checked(site / "feed.xml")
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}updated") for entry in entries] == [
        "2027-03-31T00:00:00+09:00",
        "2026-03-31T00:00:00+09:00",
    ]
    newest = entries[0]
    assert newest.findtext(f"{ATOM}summary") == SENTENCE
    assert newest.findtext(f"{ATOM}title") == f"一覧 {SCRIPT}\ufffd（令和9年3月31日現在）"
    assert newest.find(f"{ATOM}link").get("href") == f"{ADDRESS}changes.html#edition-{AFTER}"
    assert entries[1].findtext(f"{ATOM}id").endswith(f"#edition-{BEFORE}")
    links = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    assert all(link.startswith(ADDRESS) for link in links)
    assert f'id="edition-{AFTER}"' in (site / "changes.html").read_text("utf-8")
    assert f"{ADDRESS}changes.html" in (site / "sitemap.xml").read_text("utf-8")
    for path in site.rglob("*.html"):
        if path.name != "renkei.html":
            up = "../" * (len(path.relative_to(site).parts) - 1)
            whole = ADDRESS if path.name == "404.html" else up
            assert Parsed(path.read_text("utf-8")).meta["alternate"] == f"{whole}feed.xml", path


def test_every_origin_has_a_page_of_its_own_changes(site):
    page = Parsed((site / "changes" / "14203.html").read_text("utf-8"))
    said = "".join(page.words)
    assert "平塚市では、前の版（令和8年3月31日現在）から、1の事業の名前が変わりました。" in said
    assert "小田原市" not in said
    assert "../changes.html" in page.links
    assert "../changes/14203.html" in Parsed((site / "wards" / "14203.html").read_text("utf-8")).links


def test_more_changes_than_a_page_can_hold_are_counted_and_listed_by_origin(made, monkeypatch):
    monkeypatch.setattr(site_changes, "MOST", 6)
    selected = made.select(first_view(made))
    whole, *own = (changes_page(entry, selected) for entry in entries(selected))
    assert not whole.whole
    assert [(one.path, len(one.rows) + len(one.wording)) for one in whole.editions[0].origins] == [
        ("changes/14203.html", 2),
        ("changes/14206.html", 5),
    ]
    assert [page.path for page in own] == ["changes/14203.html", "changes/14206.html"]
    assert all(page.whole for page in own)


def test_without_an_address_the_feed_leads_to_the_pages_beside_it(made, tmp_path):
    publish(made, HIRATSUKA, tmp_path / "public")
    feed = checked(tmp_path / "public" / "feed.xml")
    links = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    assert all((tmp_path / "public" / urlsplit(link).path).is_file() for link in links)
    assert all(name.text.startswith("urn:uuid:") for name in feed.iter(f"{ATOM}id"))
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == "1の事業の名前が変わりました。"
    selected = made.select(HIRATSUKA)
    again = site_feed.feed(selected, changes_page(entries(selected)[0], selected))
    assert again == (tmp_path / "public" / "feed.xml").read_text("utf-8")
    text = (tmp_path / "public" / "changes.html").read_text("utf-8")
    assert "小田原市" not in text


def test_a_site_of_what_has_not_changed_has_no_such_page(made, dataset, tmp_path):
    nothing = replace(HIRATSUKA, categories=("教育",), year_from=2020)
    told = []
    for number, (data, chosen) in enumerate([(dataset, Selection(origins=("13101",))), (made, nothing)]):
        out = tmp_path / str(number)
        publish(data, chosen, out, address=ADDRESS)
        assert not (out / "changes.html").exists()
        assert "changes.html" not in (out / "index.html").read_text("utf-8")
        told.append(ET.parse(out / "feed.xml").getroot().findall(f"{ATOM}entry"))
    # A first edition tells what it holds.
    first, *_ = [entry for entry in told[0] if "各特別区" in entry.findtext(f"{ATOM}title")]
    assert first.findtext(f"{ATOM}summary").startswith("千代田区は、個別の連携で全国")
    assert told[1] == []  # nothing is shown, so no document is


def pages(content: bytes) -> list[str]:
    return ["".join(page.split()) for page in printed(content)]


def test_a_page_says_what_changed_and_shows_it(made):
    view = first_view(made)
    (text,) = pages(FORMATS["pdf"].write(made, view, what="changes"))
    assert text.startswith(
        "2市では、前の版から、1の事業が始まり、1の事業が終わり、続いている事業に1の相手が加わりました。"
    )
    assert "個別の連携だけ" in text
    for words in (
        "始まった事業",
        "りんご祭",
        "平成28→平成30年度",
        "前は友好都市交流",
        "弘前市",
        "なくなった相手",
    ):
        assert words in text
    assert "書き方だけが変わったもの（1）は、表にも地図にも入れていません" in text
    assert len(pages(FORMATS["pdf"].write(made, view, what="changes", each_origin=True))) == 2


def test_what_a_page_has_no_room_for_is_counted(made, monkeypatch):
    rows = turnover.rows
    monkeypatch.setattr(turnover, "rows", lambda *given: pd.concat([rows(*given)] * 20, ignore_index=True))
    text, *others = pages(FORMATS["pdf"].write(made, first_view(made), what="changes"))
    shown = re.search(r"前の版との違い（120のうち(\d+)、ほか(\d+)）", text)
    assert shown
    assert int(shown[1]) + int(shown[2]) == 120
    # All of them follow.
    assert sum(page.count("前は友好都市交流") for page in others) == 20
    assert text.startswith("2市では、前の版から、20の事業が始まり、20の事業が終わり、")


def test_a_slide_has_the_changes_as_a_table_of_its_own(made):
    deck = Presentation(io.BytesIO(FORMATS["pptx"].write(made, first_view(made), what="changes")))
    (slide,) = deck.slides
    (grid,) = [shape.table for shape in slide.shapes if shape.has_table]
    cells = [[cell.text for cell in row.cells] for row in grid.rows]
    assert cells[0][:4] == ["事業", "市", "違い", "前 → 後"]
    assert len(cells) == 7
    assert cells[1][1:4] == ["小田原市", "始まった", "青森県弘前市"]
    assert slide.shapes.title.text_frame.text.startswith("2市では、前の版から、")


def test_the_map_tells_who_came_from_who_went(made):
    shown = Show("changes", subject="2市")
    selected = made.select(first_view(made))
    ground = Ground(made.prefectures)
    drawn = plan(selected, ground, shown)
    assert dict(zip(drawn.marks.names, drawn.marks.hollow, strict=True)) == {
        "小樽市": False,
        "弘前市": False,
        "甲府市": True,
    }
    figure = map_figure(selected, ground, shown, (190, 140))
    said = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {"新しいつながり", "なくなったつながり", "弘前市", "甲府市"} <= said


def test_a_picture_and_a_page_of_nothing_are_made_or_refused_in_words(made, dataset):
    assert FORMATS["svg"].write(made, HIRATSUKA, what="changes")
    with pytest.raises(SourceError, match="違いの図は作れません"):
        FORMATS["pdf"].write(dataset, first_view(dataset), what="changes")


def test_the_command_says_the_conditions_of_the_changes(folder, made, tmp_path, capsys):
    asked = ["export", "--data", str(folder / "build"), "--format", "pdf", "--what", "changes"]
    assert cli.main([*asked, "--out", str(tmp_path / "a.pdf")]) == 0
    said = "".join(capsys.readouterr())
    assert "令和8年3月31日現在 → 令和9年3月31日現在" in said
    assert "個別の連携だけ" in said
