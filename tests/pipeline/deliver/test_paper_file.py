"""The PDF as a file for everybody: tagged, with bookmarks, every partner and every prefecture in it, whatever they are called."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pdfplumber
import pytest
from matplotlib.figure import Figure
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from geo.draw.print.sheet import Table
from geo.ledger.selection import Selection
from pipeline.deliver import paper
from pipeline.deliver.page_look import Look

LIST = ("tokyo23_linkage_r8",)
SETAGAYA = Selection(origins=("13112",), sources=LIST)

#: A name nobody should have, a word without end, and letters that run from the right.
LONG = "<script>alert(1)</script>\"'&$x_1$\x0b😀\u202e\u200f" + "とても長い名前" * 5
RIGHT_TO_LEFT = "\u05d0\u05d1\u05d2 \u202eabc\u202c \x00\x07" * 12


def flat(text: str) -> str:
    return "".join(text.split())


def said(content: bytes) -> list[str]:
    """The text of each page, in the order of its lines."""
    return [page.get_textpage().get_text_bounded() for page in PdfDocument(content)]


def nodes(tree) -> list:
    """The structure of a tagged PDF, every element of it."""
    found, left = [], [tree]
    while left:
        node = left.pop().get_object()
        if not isinstance(node, dict):
            continue
        if "/S" in node:
            found.append(node)
        kids = node.get("/K", [])
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        left += [kid for kid in (kids if isinstance(kids, list) else [kids]) if hasattr(kid, "get_object")]
    return found


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def file(dataset, told) -> bytes:
    """A page for each origin of the list."""
    return paper.write(
        dataset, Selection(sources=LIST), each_origin=True, progress=lambda *at: told.append(at)
    )


@pytest.fixture(scope="module")
def book(file) -> PdfReader:
    return PdfReader(BytesIO(file))


@pytest.fixture(scope="module")
def texts(file) -> list[str]:
    return said(file)


@pytest.fixture(scope="module")
def starts(book) -> list[tuple[str, int]]:
    """The bookmarks of the first level: what each says, and the page it is of."""
    return [
        (one.title, book.get_destination_page_number(one))
        for one in book.outline
        if not isinstance(one, list)
    ]


def test_the_file_is_tagged_and_named_for_all_of_its_origins(book):
    catalogue = book.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"].startswith("ja")
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    assert book.metadata.title == "23区の連携（1区に1枚ずつ）"
    assert "／23区すべて／" in book.metadata.subject


def test_each_origin_has_a_bookmark_and_its_map_is_told_in_words(dataset, book, starts, texts, told):
    names = list(dataset.origins.name)
    assert told == [(n, 23) for n in range(1, 24)]
    assert [title.split("は、")[0] for title, _ in starts] == names
    for (title, page), name in zip(starts, names, strict=True):
        assert flat(texts[page]).startswith(flat(title))
        assert f"{page + 1}/{len(texts)}" in flat(texts[page]), name
    figures = [node for node in nodes(book.trailer["/Root"]["/StructTreeRoot"]) if node["/S"] == "/Figure"]
    assert sorted(str(node["/Alt"]).split("は、")[0] for node in figures) == sorted(
        f"地図: {name}" for name in names
    )


def test_tables_have_heads_that_a_reader_finds_again(book):
    kinds = [node["/S"] for node in nodes(book.trailer["/Root"]["/StructTreeRoot"])]
    assert kinds.count("/Table") >= 46
    assert kinds.count("/THead") == kinds.count("/Table")
    assert kinds.count("/TH") >= 5 * 46


def test_the_file_holds_every_pair_of_origin_and_partner(dataset, starts, texts):
    links = dataset.links
    links = links[links.source.isin(LIST) & (links.tie != "network") & links.drawn]
    partners = links.municipality_code.fillna(links.prefecture_code)
    peers = partners.isin(dataset.origins.code)
    pairs = links[~peers].assign(partner=partners[~peers])
    ends = [page for _, page in starts[1:]] + [len(texts)]
    counted = 0
    for (_, first), end, code in zip(starts, ends, dataset.origins.code, strict=True):
        own = pairs[pairs.origin_code == code]
        listed = "".join(texts[first + 1 : end])
        assert f"相手先の一覧（{own.partner.nunique()}、団体コードの順）" in listed
        rows = [flat(line) for line in listed.splitlines()]
        for partner, group in own.groupby("partner"):
            place = dataset.places[partner]
            n, name = group.project_id.nunique(), f"{place.name}{place.prefecture}"
            assert any(f"{name}{n}" in row for row in rows), (code, name)
            counted += 1
    assert counted == len(pairs.drop_duplicates(["origin_code", "partner"]))
    assert counted > 500


@pytest.mark.parametrize(
    ("orientation", "what"), [("landscape", "coverage"), ("portrait", "flows")], ids=["map", "flows"]
)
def test_a_page_of_all_origins_has_a_number_for_each_prefecture(dataset, orientation, what):
    links = dataset.links
    links = links[links.source.isin(LIST) & (links.tie != "network") & links.drawn]
    links = links[links.municipality_code.notna() & ~links.municipality_code.isin(dataset.origins.code)]
    partners = links.groupby("prefecture_code").municipality_code.nunique()
    content = paper.write(
        dataset, Selection(sources=LIST), what=what, orientation=orientation, appendix=False
    )
    (text,) = said(content)
    lines = {flat(line) for line in text.splitlines()}
    for code in dataset.prefectures.code:
        row = f"{dataset.places[code].name}{partners.get(code, 0)}"
        assert any(line.startswith(row) for line in lines), row


def glyphs(content: bytes, page: int = 0) -> list[dict]:
    with pdfplumber.open(BytesIO(content)) as book:
        own = book.pages[page]
        return [char | {"page": (own.width, own.height)} for char in own.chars if char["text"].strip()]


def overlapping(chars: list[dict]) -> list[tuple[str, str]]:
    """Letters that stand on one another by a third or more of both sides; punctuation may be drawn together."""
    chars = [char for char in chars if char["text"] not in "、。，．・：（）「」『』〔〕"]
    found, chars = [], sorted(chars, key=lambda char: char["top"])
    for n, one in enumerate(chars):
        for other in chars[n + 1 :]:
            if other["top"] > one["bottom"]:
                break
            across = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            if min(across, down) > 0.34 * min(one["size"], other["size"]):
                found.append((one["text"], other["text"]))
    return found


@pytest.fixture(scope="module")
def hostile(dataset):
    """The origin and two of its partners have names nobody should have."""
    places = dataset.municipalities.copy()
    places.loc[places.code.isin(["13112", "10444"]), "name"] = LONG
    places.loc[places.code == "15210", "name"] = RIGHT_TO_LEFT
    return replace(dataset, municipalities=places)


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_whatever_it_says_nothing_overlaps_leaves_the_page_or_is_too_small(hostile, orientation, monkeypatch):
    # Its map is left out: what stands on it may touch, and has tests of its own.
    monkeypatch.setattr(paper, "map_figure", lambda *given: Figure(figsize=(1, 1)))
    content = paper.write(
        hostile, SETAGAYA, orientation=orientation, title=LONG, department=RIGHT_TO_LEFT, day="あ" * 300
    )
    count = len(PdfReader(BytesIO(content)).pages)
    for page in range(count):
        chars = glyphs(content, page)
        wide, high = chars[0]["page"]
        assert min(char["size"] for char in chars) >= 7.99
        assert min(char["x0"] for char in chars) >= 30
        assert max(char["x1"] for char in chars) <= wide - 30
        assert max(char["bottom"] for char in chars) <= high - 18
        assert overlapping(chars) == [], page
    assert "<script>alert(1)</script>\"'&$x_1$😀" in flat("".join(said(content)))


def test_the_least_letters_of_map_and_lists_can_be_read(file):
    for page in (0, 1):
        assert min(char["size"] for char in glyphs(file, page)) >= 7.99


def test_rows_without_room_follow_under_the_same_heads(dataset):
    made = paper.sheet(dataset, SETAGAYA)
    rows = [(f"事業{n:03}", "長い説明" * 8, str(n)) for n in range(60)]
    table = Table("試しの表", ("名前", "説明", "番号"), rows, frozenset(("番号",)), ranked=False)
    content = paper.write_sheets(dataset, [replace(made, table=table, appendix=[])], 1)
    first, *others = said(content)
    assert "試しの表（60のうち" in flat(first)
    assert all("名前" in text and "番号" in text for text in others)
    assert all(any(row[0] in text for text in others) for row in rows)


def test_a_matrix_of_many_columns_has_every_number(dataset):
    columns = ("区", *(dataset.places[code].name for code in dataset.prefectures.code))
    rows = [
        (name, *(str(1000 + 47 * n + place) for place in range(47)))
        for n, name in enumerate(dataset.origins.name)
    ]
    sheet = replace(
        paper.sheet(dataset, SETAGAYA),
        mapped=False,
        table=Table("表", columns, rows, frozenset(columns[1:])),
    )
    content = paper.write_sheets(dataset, [sheet], 1, look=Look(orientation="portrait"))
    assert {cell for row in rows for cell in row} <= set(" ".join(said(content)).split())


def test_without_appendix_and_gaps_a_view_is_one_page(dataset):
    content = paper.write(dataset, SETAGAYA, appendix=False, gaps=False, paper="A3")
    (text,) = said(content)
    assert "連携のない" not in text
    assert "次のページ" not in text


def test_what_the_office_writes_stands_above_and_names_the_file(dataset):
    own = {"title": "委員会資料", "department": "企画課", "day": "令和8年12月1日", "appendix": False}
    content = paper.write(dataset, SETAGAYA, **own)
    book = PdfReader(BytesIO(content))
    assert book.metadata.title == "委員会資料"
    assert book.metadata.author == "企画課"
    text = flat(said(content)[0])
    assert text.index("委員会資料") < text.index("世田谷区は、")
    assert "令和8年12月1日" in text
    # The same view gives the same bytes.
    assert content == paper.write(dataset, SETAGAYA, **own)
