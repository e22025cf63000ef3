"""Council pages and slides, read back: fonts, text, pages, notes, and what a hostile document leaves of them."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader

from geo.insight.flows import flows
from geo.insight.metrics import key_figures
from geo.ledger.selection import Selection
from pipeline.cli.commands import main
from pipeline.deliver import FORMATS, notes, paper, slides, view_sheet

LIST = ("tokyo23_linkage_r8",)
SETAGAYA = Selection(origins=("13112",), sources=LIST)


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def flat(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("size", "wide", "high"), [("A4", 297, 210), ("A3", 420, 297)])
def test_a_page_has_its_paper_and_says_everything(dataset, size, wide, high):
    page = read(paper.write(dataset, SETAGAYA, paper=size)).pages[0]
    assert float(page.mediabox.width) == pytest.approx(wide / 25.4 * 72, abs=1)
    assert float(page.mediabox.height) == pytest.approx(high / 25.4 * 72, abs=1)
    text = flat(page.extract_text())
    figures = key_figures(dataset.select(SETAGAYA))
    assert (
        f"世田谷区は、個別の連携で全国{figures.prefectures}都道府県・{figures.municipalities}市区町村" in text
    )
    assert "広域の集まりまで含めると" in text
    assert flat(notes.conditions(dataset, SETAGAYA)) in text
    assert "基準日令和8年3月31日" in text
    for credit in notes.credits(dataset, SETAGAYA):
        assert flat(credit) in text
    assert flows(dataset.select(SETAGAYA)).partner_name.iloc[0] in text
    assert "…" not in text
    assert "1/2" in text


@pytest.mark.parametrize(("size", "least"), [("A4", 8), ("A3", 11.3)])
def test_nothing_on_paper_is_smaller_than_can_be_read(dataset, size, least):
    """Also with the longest conditions: in 20 origins, eight categories, a range of years."""
    many = Selection(
        tuple(dataset.origins.code[:20]), tuple(dataset.categories[:8]), (), "began", 1990, 2020, True, False
    )
    for selection in (SETAGAYA, many):
        sizes = []
        read(paper.write(dataset, selection, paper=size)).pages[0].extract_text(
            visitor_text=lambda text, cm, tm, font, points, sizes=sizes: (
                sizes.append(points) if text.strip() else None
            )
        )
        assert min(sizes) >= least - 0.05


def test_a_page_says_its_language_title_author_and_conditions(dataset):
    book = read(paper.write(dataset, SETAGAYA))
    assert book.trailer["/Root"]["/Lang"] == "ja-JP"
    assert book.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert book.metadata.title.startswith("世田谷区は、個別の連携で全国 ")
    assert book.metadata.author == "特別区交流マップ"
    assert notes.conditions(dataset, SETAGAYA) in book.metadata.subject


def test_words_a_reader_may_not_know_are_explained_on_the_page(dataset):
    assert flat(notes.meaning(dataset)) in flat(read(paper.write(dataset, SETAGAYA)).pages[0].extract_text())


def test_partners_in_one_prefecture_alone_are_listed_by_municipality(dataset):
    home = replace(dataset, links=dataset.links[dataset.links.home])
    text = flat(read(paper.write(home, Selection(sources=LIST))).pages[0].extract_text())
    assert "事業の多い相手の市区町村" in text
    assert "1都道府県" in text


def test_every_font_is_embedded_as_truetype_and_its_text_can_be_selected(dataset):
    page = read(paper.write(dataset, SETAGAYA)).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        assert font["/Subtype"] in ("/Type0", "/TrueType")
        assert "/ToUnicode" in font
        within = font["/DescendantFonts"][0].get_object() if font["/Subtype"] == "/Type0" else font
        assert "/FontFile2" in within["/FontDescriptor"].get_object()


def test_pages_are_vector_with_no_picture_in_them(dataset):
    assert not list(read(paper.write(dataset, SETAGAYA)).pages[0].images)


def test_a_page_for_each_ward_is_asked_for(dataset):
    assert len(paper.pages(dataset, Selection(), each_origin=True)) == 23


def test_what_progress_raises_ends_the_work(dataset):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        paper.write(dataset, Selection(), each_origin=True, progress=stop)


def test_an_empty_view_makes_a_page_that_says_so(dataset):
    nothing = Selection(origins=("13112",), year_to=1900, unknown_years=False)
    assert "この条件に合う連携はありません" in flat(
        read(paper.write(dataset, nothing)).pages[0].extract_text()
    )


def test_every_credit_is_whole_on_a_page_of_all_documents(dataset):
    credits = notes.credits(dataset, Selection())
    assert len(credits) > 4
    text = flat(read(paper.write(dataset, Selection())).pages[0].extract_text())
    assert [credit for credit in credits if flat(credit) not in text] == []


#: A lone surrogate cannot get this far: the tables hold UTF-8.
HOSTILE = "<script>alert(1)</script>\"'&$x_1$\x0b😀\u202e\u200f\ufffe\\frac{1}%&lt;" + "とても長い名前" * 10


@pytest.fixture(scope="module")
def hostile(dataset):
    """The first partner and the origin itself have names nobody should have."""
    places = dataset.municipalities.copy()
    code = flows(dataset.select(SETAGAYA)).partner_code.iloc[0]
    places.loc[places.code.isin([code, "13112"]), "name"] = HOSTILE
    return replace(dataset, municipalities=places)


@pytest.mark.filterwarnings("error")
def test_hostile_names_are_text_on_paper(hostile):
    text = flat(read(paper.write(hostile, SETAGAYA)).pages[0].extract_text())
    assert "<script>alert(1)</script>\"'&$x_1$😀" in text


def test_hostile_names_are_text_in_a_picture(hostile):
    root = ElementTree.fromstring(FORMATS["svg"].write(hostile, SETAGAYA))
    assert not [node for node in root.iter() if node.tag.endswith("}script") or node.tag == "script"]
    assert any("<script>" in "".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text"))


@pytest.mark.filterwarnings("error")
def test_hostile_names_are_text_in_what_a_picture_says_of_itself(hostile):
    image = Image.open(BytesIO(FORMATS["png"].write(hostile, SETAGAYA, size=(900, 640))))
    assert image.text["Title"].startswith("<script>alert(1)</script>\"'&$x_1$ 😀〓")


def test_a_picture_says_whose_its_outlines_are(dataset):
    svg = FORMATS["svg"].write(dataset, SETAGAYA).decode()
    assert dataset.map_credit in svg


def test_a_picture_says_who_under_which_conditions_as_of_when_and_from_where(dataset):
    root = ElementTree.fromstring(FORMATS["svg"].write(dataset, SETAGAYA))
    said = "".join("".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text"))
    made = paper.sheet(dataset, SETAGAYA)
    for words in (made.title, made.conditions, f"基準日 {made.day}", *made.credits):
        assert words.replace(" ", "") in said.replace(" ", "")


def test_a_picture_has_the_size_that_was_chosen(dataset):
    image = Image.open(BytesIO(FORMATS["png"].write(dataset, SETAGAYA, size=(900, 640))))
    assert image.size == (900, 640)


@pytest.mark.parametrize("name", ["pdf", "pptx", "png", "svg"])
def test_the_command_line_writes_every_format(build_dir, tmp_path, name, capsys):
    out = tmp_path / f"renkei.{name}"
    arguments = [
        "export",
        "--format",
        name,
        "--out",
        str(out),
        "--data",
        str(build_dir),
        "--ward",
        "世田谷区",
    ]
    assert main(arguments) == 0
    assert out.stat().st_size > 10_000
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("", Selection(sources=LIST)),
        ("--ward 港区 --as-of 2015", Selection(("13103",), (), LIST, "as_of", None, 2015)),
        ("--began 2010 2015 --no-unknown-years", Selection((), (), LIST, "began", 2010, 2015, False)),
        ("--began 平22 Ｈ２７", Selection((), (), LIST, "began", 2010, 2015)),
        ("--began H22〜27", Selection((), (), LIST, "began", 2010, 2015)),
        ("--began 2010〜", Selection((), (), LIST, "began", 2010, None)),
        ("--began 〜R3", Selection((), (), LIST, "began", None, 2021)),
        (
            "--no-networks --peers --no-home",
            Selection(sources=LIST, networks=False, peers=True, home=False),
        ),
        (
            "--source tokyo23_linkage_r8 OTHERS",
            Selection(),
        ),
    ],
)
def test_every_condition_of_the_screens_can_be_asked_for(
    build_dir, dataset, tmp_path, monkeypatch, asked, meant
):
    asked = asked.replace("OTHERS", " ".join(others(dataset)))
    made = []
    monkeypatch.setattr(paper, "write", lambda data, selection, **_: made.append(selection) or b"%PDF")
    out = str(tmp_path / "x.pdf")
    assert main(["export", "--format", "pdf", "--data", str(build_dir), "--out", out, *asked.split()]) == 0
    assert made == [meant]


def others(dataset) -> list[str]:
    """The documents with projects beside the list of all origins."""
    return sorted(set(dataset.projects.source) - set(LIST))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--format", "pdf", "--ward", "ない区"], "「ない区」という区はありません"),
        (["--format", "png", "--paper", "A3"], "--paper は --format pdf のときだけ"),
        (["--format", "png", "--all-origins"], "--all-origins は --format pdf・pptx のときだけ"),
        (["--format", "png", "--size", "10x10"], "大きさとして使えません"),
        (["--format", "pdf", "--as-of", "来年"], "「来年」は年ではありません"),
        (["--format", "pdf", "--began", "2010", "来年"], "「来年」は年ではありません"),
        (["--format", "pdf", "--began", "H20〜来年"], "いつからいつまでか読み取れません"),
        (["--format", "pdf", "--began", "1", "2", "3"], "いつからいつまでか読み取れません"),
        (["--format", "pdf", "--began", "2020", "2010"], "--began 2010 2020"),
        (["--format", "pdf", "--began", "2010", "2020", "--as-of", "2020"], "同時に指定できません"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_no_file(build_dir, tmp_path, capsys, arguments, says):
    out = tmp_path / "x"
    try:
        status = main(["export", "--out", str(out), "--data", str(build_dir), *arguments])
    except SystemExit as error:
        status = error.code
    assert status == 2
    assert says in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("slides.PPTX", "--format pptx を指定するか、名前の終わりを .pdf に"),
        ("あ" * 100 + ".pdf", "名前が長すぎます"),
    ],
)
def test_a_name_no_file_of_this_format_can_have_is_bad_input(build_dir, tmp_path, capsys, name, says):
    arguments = ["--out", str(tmp_path / name), "--data", str(build_dir)]
    assert main(["export", "--format", "pdf", *arguments]) == 2
    assert says in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_bad_input(build_dir, tmp_path, capsys):
    out = tmp_path / "nowhere" / "x.svg"
    assert main(["export", "--format", "svg", "--out", str(out), "--data", str(build_dir)]) == 2
    assert "書き込めません" in capsys.readouterr().err


def test_sheets_of_any_question_become_pages_and_slides(dataset):
    made = [paper.sheet(dataset, selection) for selection in (SETAGAYA, Selection(sources=LIST))]
    book = read(paper.write_sheets(dataset, made, 2))
    assert [one.title for one in book.outline if not isinstance(one, list)] == [one.title for one in made]
    deck = Presentation(BytesIO(slides.write_sheets(dataset, made, 2, appendix=False)))
    assert [slide.shapes.title.text for slide in deck.slides] == [one.title for one in made]


def test_a_list_of_more_pairs_than_anybody_reads_is_left_out_with_a_sentence(dataset, monkeypatch):
    whole = view_sheet.sheet(dataset, SETAGAYA)
    n = len(flows(dataset.select(SETAGAYA)))
    monkeypatch.setattr(view_sheet, "MOST", n - 1)
    cut = view_sheet.sheet(dataset, SETAGAYA)
    assert [len(table.rows) for table in whole.appendix] == [n]
    assert cut.appendix == []
    assert cut.meaning.startswith(whole.meaning)
    assert f"区と相手先の組は{n:,}あり、その一覧は入れていません。CSV にするか" in cut.meaning
