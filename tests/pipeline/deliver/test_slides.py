"""Slides read back: every value in native tables, the map as vector, notes, and what a hostile name leaves of them."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn

from geo.draw.print.lettering import width
from geo.draw.print.sheet import Sheet, Table
from geo.insight.metrics import key_figures
from geo.ledger.selection import Selection
from pipeline.deliver import notes, paper, slide_preview, slides
from pipeline.deliver.slide_plan import arrange, broken
from pipeline.deliver.slide_theme import open_theme
from tests.pipeline.deliver.office_theme import potx

LIST = ("tokyo23_linkage_r8",)
ALL = Selection(sources=LIST, networks=False)
SETAGAYA = Selection(origins=("13112",), sources=LIST, networks=False)

#: Theme → size of a slide; None is ours.
THEMES = {"ours": None, "4:3": potx(), "16:9": potx(254, 142.9)}


def opened(content: bytes):
    return Presentation(BytesIO(content))


def cells(deck) -> list[list[str]]:
    """The rows of all tables of a deck one below the other, without their headings."""
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    return [[cell.text for cell in row.cells] for table in tables for row in list(table.rows)[1:]]


def texts(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


@pytest.fixture(scope="module")
def decks(dataset):
    """The deck of all origins and that of one, for each theme."""
    return {
        (name, kind): opened(
            slides.write(dataset, selection, theme=theme, department="企画課", day="12月1日")
        )
        for name, theme in THEMES.items()
        for kind, selection in (("all", ALL), ("one", SETAGAYA))
    }


@pytest.fixture
def counted(dataset) -> pd.DataFrame:
    """The individual ties with municipalities of others, straight from the tables."""
    links = dataset.links
    individual = links[(links.source == LIST[0]) & links.drawn & (links.tie != "network")]
    peers = set(dataset.origins.code)
    return individual[~individual.municipality_code.isin(peers) & ~individual.partner_code.isin(peers)]


@pytest.mark.parametrize("theme", THEMES)
def test_all_origins_have_a_row_for_each_prefecture(decks, dataset, counted, theme):
    rows = {row[0]: row for row in cells(decks[theme, "all"])}
    names = dict(zip(dataset.prefectures.code, dataset.prefectures.name, strict=True))
    assert set(rows) == set(names.values())
    municipal = counted.dropna(subset="municipality_code")
    own = municipal.groupby(municipal.municipality_code.str[:2] + "000")
    partners, origins = own.municipality_code.nunique(), own.origin_code.nunique()
    for code, name in names.items():
        assert rows[name][1] == f"{partners.get(code, 0):,}", name
        assert int(rows[name][4]) >= origins.get(code, 0), name


@pytest.mark.parametrize("theme", THEMES)
def test_one_origin_has_a_row_for_each_partner(decks, dataset, counted, theme):
    rows = cells(decks[theme, "one"])
    own = counted[(counted.origin_code == "13112")].dropna(subset="municipality_code")
    projects = own.groupby("municipality_code").project_id.nunique()
    names = dict(zip(dataset.municipalities.code, dataset.municipalities.name, strict=True))
    prefectures = dict(zip(dataset.prefectures.code, dataset.prefectures.name, strict=True))
    assert {tuple(row[:3]) for row in rows} == {
        (names[code], prefectures[f"{code[:2]}000"], str(n)) for code, n in projects.items()
    }
    assert len(rows) == len(projects)


def test_further_slides_say_what_they_continue_and_can_be_left_out(dataset, decks):
    titles = [slide.shapes.title.text_frame.text for slide in decks["ours", "one"].slides]
    assert titles[0].startswith("世田谷区は、個別の連携で全国")
    assert titles[1:] == ["世田谷区　事業の多い相手の市区町村（2/2）"]
    (slide,) = opened(slides.write(dataset, SETAGAYA, appendix=False)).slides
    shown = sum(len(shape.table.rows) - 1 for shape in slide.shapes if shape.has_table)
    total = len(cells(decks["ours", "one"]))
    (said,) = [shape.text_frame.text for shape in slide.shapes if shape.name == "表の見出し"]
    assert said.endswith(f"（{total}のうち上位{shown}、ほか{total - shown}）")


def test_a_long_table_of_long_texts_is_whole(dataset):
    """Rows of two lines, and one longer than a cell may be, which says that it is cut."""
    rows = [(f"{n}番の事業で、名前がとても長く、1行には入らないもの", f"{n:,}") for n in range(300)]
    table = Table("長い表", ("事業", "数"), [*rows, ("長" * 900, "1")], frozenset(("数",)), ranked=False)
    sheet = replace(paper.sheet(dataset, SETAGAYA), table=table)
    deck = opened(slides.write_sheets(dataset, [sheet], 1))
    found = [tuple(row) for row in cells(deck)]
    assert found[:-1] == rows
    assert found[-1][0].endswith("長…")
    for slide in deck.slides:
        inside(deck, slide)


def test_the_prefectures_without_a_tie_can_be_left_out(dataset, decks):
    (said,) = [shape for shape in decks["ours", "one"].slides[0].shapes if shape.name == "補足"]
    assert "のない" in said.text_frame.text
    slide, *_ = opened(slides.write(dataset, SETAGAYA, gaps=False)).slides
    assert not [shape for shape in slide.shapes if shape.name == "補足"]


def test_a_sheet_without_a_map_is_its_table_under_its_sentence(dataset):
    columns = ("都道府県", *(f"{n}区" for n in range(1, 24)))
    rows = [(f"第{n}県", *map(str, range(n, n + 23))) for n in range(47)]
    sheet = replace(
        paper.sheet(dataset, SETAGAYA),
        table=Table("表", columns, rows, frozenset(columns[1:]), ranked=False),
        mapped=False,
    )
    deck = opened(slides.write_sheets(dataset, [sheet], 1))
    first, *rest = deck.slides
    assert first.shapes.title.text_frame.text == sheet.title
    titles = [slide.shapes.title.text_frame.text for slide in rest]
    assert titles == [
        f"世田谷区　表（{place}/{len(deck.slides)}）" for place in range(2, len(deck.slides) + 1)
    ]
    assert [tuple(row) for row in cells(deck)] == rows
    assert sheet.more in texts(first)
    assert not [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    for slide in deck.slides:
        inside(deck, slide)


def inside(deck, slide) -> None:
    """Everything lies on the slide, and no box on another."""
    shapes = [(s.name, s.left, s.top, s.left + s.width, s.top + s.height) for s in slide.shapes]
    for name, left, top, right, bottom in shapes:
        assert left >= 0 <= top, name
        assert right <= deck.slide_width + 9, name
        assert bottom <= deck.slide_height + 9, name
    slack = 20_000  # a twentieth of a millimetre, in EMU
    for i, a in enumerate(shapes):
        for b in shapes[i + 1 :]:
            apart = (
                a[3] <= b[1] + slack or b[3] <= a[1] + slack or a[4] <= b[2] + slack or b[4] <= a[2] + slack
            )
            assert apart, (a[0], b[0])


@pytest.mark.parametrize("kind", ["all", "one"])
@pytest.mark.parametrize("theme", THEMES)
def test_everything_lies_on_the_slide_and_boxes_do_not_overlap(decks, theme, kind):
    deck = decks[theme, kind]
    for slide in deck.slides:
        inside(deck, slide)
        for shape in slide.shapes:
            if shape.has_table:
                assert sum(row.height for row in shape.table.rows) == pytest.approx(shape.height, abs=99)
                assert sum(column.width for column in shape.table.columns) == pytest.approx(
                    shape.width, abs=99
                )


def test_nothing_overlaps_with_the_longest_conditions(dataset):
    many = Selection(
        tuple(dataset.origins.code[:20]), tuple(dataset.categories[:8]), (), "began", 1990, 2020, True, False
    )
    deck = opened(slides.write(dataset, many, appendix=False, theme=THEMES["4:3"]))
    for slide in deck.slides:
        inside(deck, slide)


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_large_enough_to_be_read(decks, theme):
    """10 points on a slide 7½ inches high, which is 9 on one that is shown as large and is but 5⅝."""
    least = 900 if theme == "16:9" else 1000
    for kind in ("all", "one"):
        for slide in decks[theme, kind].slides:
            sizes = [int(size) for size in slide._element.xpath(".//a:rPr/@sz")]
            assert min(sizes) >= least


def test_the_map_is_a_vector_with_a_picture_for_programs_that_know_none(dataset, decks):
    slide = decks["ours", "one"].slides[0]
    (drawn,) = [shape for shape in slide.shapes if shape.shape_type == 13]
    picture = Image.open(BytesIO(drawn.image.blob))
    assert picture.width / (drawn.width / 914_400) == pytest.approx(slides.DPI, rel=0.02)
    assert "世田谷区は、個別の連携で全国" in drawn._element.xpath(".//p:cNvPr/@descr")[0]
    (svg,) = [node for node in drawn._element.iter() if node.tag.endswith("}svgBlip")]
    part = slide.part.related_part(svg.get(qn("r:embed")))
    assert part.content_type == "image/svg+xml"
    root = ElementTree.fromstring(part.blob)
    assert root.get("width").startswith(f"{drawn.width / 12_700:.2f}"[:4])
    assert "BIZ UDPGothic" in part.blob.decode()
    assert "世田谷区" in ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]


def test_a_deck_of_several_has_a_vector_each_and_can_go_by_mail(dataset):
    chosen = Selection(origins=("13101", "13112"), sources=LIST)
    content = slides.write(dataset, chosen, each_origin=True)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert len([name for name in parts.namelist() if name.endswith(".svg")]) == 2
        assert not parts.testzip()
    assert len(content) < 2 * 400_000
    first = [slide.shapes.title.text_frame.text[:4] for slide in opened(content).slides]
    assert first[0] == "千代田区"
    assert "世田谷区" in first


def test_notes_say_the_sentence_the_conditions_the_figures_and_the_sources(dataset, decks):
    made = paper.sheet(dataset, SETAGAYA)
    for slide in decks["ours", "one"].slides:
        told = slide.notes_slide.notes_text_frame.text
        for words in (made.title, made.more, made.conditions, made.note[1], made.meaning, made.sources):
            assert words in told
        for label, value, _ in made.figures:
            assert f"{label} {value}" in told


def test_every_slide_says_conditions_date_and_sources_and_who_made_it(dataset, decks):
    for theme in THEMES:
        for slide in decks[theme, "one"].slides:
            said = texts(slide)
            assert notes.conditions(dataset, SETAGAYA) in said
            assert "基準日 令和8年3月31日" in said
            assert all(credit in said for credit in notes.credits(dataset, SETAGAYA))
            assert "企画課　12月1日" in said


def test_an_own_title_makes_a_cover_and_names_the_deck(dataset):
    deck = opened(slides.write(dataset, SETAGAYA, title="交流の広がり", department="企画課", day="12月1日"))
    cover, first, *_ = deck.slides
    assert cover.shapes.title.text_frame.text == "交流の広がり"
    assert "企画課\n12月1日" in texts(cover)
    assert first.shapes.title.text_frame.text.startswith("世田谷区は、")
    assert (deck.core_properties.title, deck.core_properties.author) == ("交流の広がり", "企画課")


def test_a_deck_says_of_itself_what_it_is_and_when_it_was_made(dataset):
    """Not what the template of the library says of itself."""
    about = opened(slides.write(dataset, SETAGAYA)).core_properties
    assert about.title.startswith("世田谷区は、個別の連携で全国")
    assert notes.conditions(dataset, SETAGAYA) in about.comments
    assert about.created == about.modified == notes.built(dataset).replace(microsecond=0, tzinfo=None)
    assert (about.author, about.language) == ("特別区交流マップ", "ja-JP")


def test_text_and_what_is_added_by_hand_have_the_fonts_of_our_theme(decks):
    deck = decks["ours", "one"]
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode()
    assert theme.count('<a:ea typeface="BIZ UDPゴシック"/>') == 2
    for layout in deck.slide_layouts:
        assert all(0 <= shape.left <= deck.slide_width - shape.width for shape in layout.placeholders)
    for slide in deck.slides:
        assert not slide._element.xpath(".//a:latin | .//a:ea")
        ids = slide._element.xpath(".//p:cNvPr/@id")
        assert len(ids) == len(set(ids))


def test_the_number_of_a_slide_is_powerpoints_own(decks):
    for (_, _), deck in decks.items():
        fields = [slide._element.xpath(".//a:fld[@type='slidenum']/a:t/text()") for slide in deck.slides]
        assert fields == [[str(number)] for number in range(1, len(fields) + 1)]


def test_every_credit_is_whole_on_a_slide_of_all_documents(dataset):
    credits = notes.credits(dataset, Selection())
    assert len(credits) > 4
    slide, *_ = opened(slides.write(dataset, Selection(), appendix=False)).slides
    (foot,) = [shape for shape in slide.shapes if shape.name == "出典"]
    assert "　".join(credits) in foot.text_frame.text


def test_an_empty_view_says_so(dataset):
    nothing = Selection(origins=("13112",), year_to=1900, unknown_years=False)
    slide, *_ = opened(slides.write(dataset, nothing)).slides
    assert "この条件に合う連携はありません" in texts(slide)


def test_a_sentence_broken_into_lines_is_the_sentence_again(dataset):
    stage = open_theme(None).stage
    (title,) = arrange(paper.sheet(dataset, SETAGAYA), stage)[0].title.paragraphs
    lines = broken(title, 80)
    assert len(lines) > 2
    assert "".join(run.text for line in lines for run in line) == paper.sheet(dataset, SETAGAYA).title
    for line in lines:
        assert sum(width(run.text, run.size) for run in line) * 25.4 / 72 <= 80 + title[0].size


@pytest.mark.parametrize("theme", THEMES)
def test_the_preview_is_as_large_as_a_slide_and_not_empty(dataset, theme):
    stage = open_theme(THEMES[theme]).stage
    image = Image.open(BytesIO(slide_preview.preview(dataset, paper.sheet(dataset, SETAGAYA), stage, 50)))
    assert image.width / image.height == pytest.approx(stage.width / stage.height, rel=0.02)
    assert len(image.convert("RGB").getcolors(1 << 20)) > 50


#: A lone surrogate cannot get this far: the tables hold UTF-8.
HOSTILE = "<script>alert(1)</script>\"'&$x_1$\x0b😀\u202e\u200f\ufffe\\frac{1}%&lt;" + "とても長い名前" * 10


@pytest.mark.filterwarnings("error")
def test_hostile_names_are_text(dataset):
    places = dataset.municipalities.copy()
    sheet: Sheet = paper.sheet(dataset, SETAGAYA)
    first = dataset.select(SETAGAYA).links.partner_code.value_counts().index[0]
    assert sheet.table.rows
    places.loc[places.code.isin([first, "13112"]), "name"] = HOSTILE
    hostile = replace(dataset, municipalities=places)
    deck = opened(slides.write(hostile, SETAGAYA, title=HOSTILE, department=HOSTILE, day="\x00\ud800"))
    said = "\n".join([*map(texts, deck.slides), *(cell for row in cells(deck) for cell in row)])
    assert re.search(r"<script>alert\(1\)</script>\"'&\$x_1\$ 😀〓\\frac\{1\}%&lt;", said)
    figures = key_figures(hostile.select(SETAGAYA))
    reached = f"{figures.prefectures} 都道府県・{figures.municipalities} 市区町村とつながっています。"
    assert reached in deck.slides[1].shapes.title.text_frame.text
