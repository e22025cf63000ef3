"""With the documents of other municipalities, every screen, page and file speaks of them and of no ward.

By default each view is seen with every other of these origins; KORYU_FUZZ=1 opens all with all.
"""

from __future__ import annotations

import base64
import io
import os
import re
import zlib

import openpyxl
import pypdf
import pytest
from google.protobuf.text_format import MessageToString

from geo.ledger.dataset import Dataset
from pipeline.deliver import FORMATS
from pipeline.deliver.site import publish
from pipeline.deliver.table_sheets import SHEETS
from pipeline.deliver.views import EVERYTHING, first_view
from tests.other_origins import Strangers, exchanged

#: Origins → how they are named: noun, all together, between two, at home, title.
OTHERS = {
    ("14130",): ("市", "川崎市", "市どうし", "県内", "川崎市交流マップ"),
    ("14130", "11100", "12217"): ("市", "3市", "市どうし", "同じ都道府県内", "交流マップ"),
    ("01472",): ("町", "幌加内町", "町どうし", "道内", "幌加内町交流マップ"),
    ("14000",): ("県", "神奈川県", "県どうし", "県内", "神奈川県交流マップ"),
    ("13103", "14130"): ("自治体", "2自治体", "自治体どうし", "同じ都道府県内", "交流マップ"),
}
#: Screens and what is open on them, besides what is shown for one origin.
VIEWS = (
    ("", {}),
    ("", {"table": "true", "network": "true"}),
    ("prefectures", {"partner": "20000", "table": "true"}),
    ("prefectures", {}),
    ("gaps", {"table": "true", "partner": "31000"}),
    ("gaps", {"network": "true", "source": ""}),
    ("disaster", {"network": "true"}),
    ("wards", {"shared": "true"}),
    *(("compare", {"ask": ask}) for ask in ("", "自分で決める")),
    ("partners", {}),
    ("partners", {"partner": "20202"}),
    ("partners", {"partner": "14130", "home": "false"}),
    ("trends", {}),
    *(("trends", {"topic": topic}) for topic in ("始まった年", "広域連携協定", "年表", "資料をくらべる")),
    ("indicators", {}),
    ("present", {}),
    ("quality", {}),
    *(("quality", {"part": part}) for part in ("指摘", "読み取り方", "資料と照合")),
)


#: And of one of them.
OF_ONE = (
    ("", {"table": "true"}),
    ("gaps", {"partner": "31000"}),
    ("disaster", {}),
    ("wards", {"projects": "true", "table": "true"}),
    ("partners", {"partner": "20202"}),
    ("quality", {"list": "補って決めたもの"}),
)


@pytest.fixture(scope="module", params=OTHERS, ids="-".join)
def other(request, build_dir, tmp_path_factory):
    """A build with these origins: (their codes, its folder, its tables)."""
    out = exchanged(build_dir, tmp_path_factory.mktemp("other") / "build", request.param)
    return request.param, out, Dataset.load(out)


@pytest.fixture(scope="module")
def strangers(dataset):
    return Strangers(dataset)


def everything(shown) -> str:
    """All that a screen sends, maps and parts of our own included."""
    parts: list[str] = []

    def look(node) -> None:
        for child in node.children.values():
            if (proto := getattr(child, "proto", None)) is not None:
                parts.append(MessageToString(proto, as_utf8=True))
            if hasattr(child, "children"):
                look(child)

    look(shown.app._tree)
    text = re.sub(r"\\+u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), "\n".join(parts))
    rows = re.findall(r'koryu\.Rows\(\\*"([A-Za-z0-9+/=]+)', text)
    text += "".join(zlib.decompress(base64.b64decode(row)).decode() for row in rows)
    return re.sub(r"\\+u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)


def test_they_are_called_by_their_own_words(other):
    codes, _, dataset = other
    naming = dataset.naming
    assert [origin.code for origin in naming.origins] == sorted(codes)
    assert (naming.noun, naming.everyone, naming.peers, naming.home, naming.title) == OTHERS[codes]


def test_every_screen_speaks_of_them(other, screen, strangers):
    codes, folder, dataset = other
    name = dataset.places[codes[0]].name
    views = [*VIEWS, *((page, params | {"ward": name}) for page, params in OF_ONE)]
    if not os.environ.get("KORYU_FUZZ"):
        views = views[[*OTHERS].index(codes) % 2 :: 2]
    for page, params in views:
        shown = screen(page or None, data=folder, **params)
        assert not [*shown.app.exception, *shown.app.error], (page, params)
        assert strangers.in_(everything(shown)) == set(), (page, params)


def test_the_panel_names_what_there_is_to_choose(other, screen):
    codes, folder, dataset = other
    shown = screen(data=folder)
    naming = dataset.naming
    assert shown.app.multiselect(key="ward").label == naming.heading
    labels = {box.label for box in shown.app.checkbox}
    assert f"{naming.home}の連携も含める" in labels
    assert (f"{naming.peers}の連携も含める" in labels) == (len(codes) > 1)
    assert naming.title in shown.html
    assert naming.lead in shown.html


def test_the_files_speak_of_them(other, strangers):
    _, _, dataset = other
    selection = first_view(dataset)
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(dataset, selection)))
    about = book.properties
    written = [about.title, about.creator, about.description, *book.sheetnames]
    for sheet in book:
        written += [sheet.oddHeader.left.text, *(str(cell) for row in sheet.values for cell in row)]
    assert strangers.in_("\n".join(written)) == set()
    for table in SHEETS:
        saved = FORMATS["csv"].write(dataset, EVERYTHING, table=table).decode("utf-8-sig")
        assert strangers.in_(saved) == set(), table
    page = pypdf.PdfReader(io.BytesIO(FORMATS["pdf"].write(dataset, selection)))
    printed = "".join(page.pages[0].extract_text().split()) + str(page.metadata)
    assert strangers.in_(printed) == set()
    assert strangers.in_(FORMATS["geojson"].write(dataset, selection).decode()) == set()


def test_the_pages_speak_of_them(other, strangers, tmp_path):
    _, _, dataset = other
    selection = first_view(dataset)
    single = FORMATS["html"].write(dataset, selection).decode()
    assert strangers.in_(_unescaped(single)) == set()
    publish(dataset, selection, tmp_path / "site")
    # The search finds places by former names, and the outlines of the map bear the names of all.
    for path in sorted((tmp_path / "site").rglob("*")):
        if path.suffix == ".html" or path.name.startswith(("data-", "view-", "map-", "find-")):
            # The dictionary lists every kind of municipality that the layers of the whole nation may hold.
            text = re.sub('<td data-heading="とりうる値">.*?</td>', "", path.read_text("utf-8"))
            assert strangers.in_(_unescaped(text)) == set(), path.name


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)
