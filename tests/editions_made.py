"""Two small editions of a list, made for tests: everything that can change between them does, hostile words too."""

from __future__ import annotations

from pathlib import Path

from geo.ledger.dataset import Dataset
from pipeline.building.accept import accept
from pipeline.intake.define import Said, define
from pipeline.intake.list_choices import Choices
from pipeline.intake.lists import read_list
from tests.lists import contents, text_table, tools

#: A name that a page would run, and one that a spreadsheet would.
SCRIPT = '<script>alert(1)</script><img src=x onerror=alert(1)> "市" & co'
FORMULA = '=HYPERLINK("http://x.example","押す")'

_HEAD = ["連携元", "都道府県", "相手", "事業名", "分野", "開始年"]
_BEFORE = [
    ["小田原市", "長野県", "松本市", "りんご祭", "観光", "平成28年度"],
    ["小田原市", "北海道", "函館市", "物産展", "産業", "平成5年"],
    ["小田原市", "栃木県", "日光市", "姉妹都市", "文化", "昭和55年"],
    ["小田原市", "山梨県", "甲府市", FORMULA, "観光", "平成10年度"],
    ["小田原市", "新潟県", "長岡市", "花火大会", "観光", "平成20年度"],
    ["平塚市", "岩手県", "花巻市", "友好都市交流", "文化", "昭和59年"],
    ["平塚市", "静岡県", "伊豆市", "（仮称）子ども交流", "教育", "平成元年"],
    ["平塚市", "岐阜県", "高山市", "友好都市の集い", "文化", "昭和57年"],
]
_AFTER = [
    ["小田原市", "長野県", "松本市", "りんご祭", "観光", "平成30年度"],
    ["小田原市", "北海道", "函館市、小樽市", "物産展", "産業", "平成5年"],
    ["小田原市", "栃木県", "日光市", "姉妹都市", "教育", "昭和55年"],
    ["小田原市", "青森県", "弘前市", SCRIPT, "観光", "令和8年度"],
    ["小田原市", "新潟県", "長岡市", "花火大会", "観光", "平成20年度"],
    ["平塚市", "岩手県", "花巻市", "友好都市交流事業", "文化", "昭和59年"],
    ["平塚市", "静岡県", "伊豆市", "(仮称)子ども交流", "教育", "平成元年"],
    ["平塚市", "岐阜県", "高山市", "友好都市の集い", "文化", "昭和57年"],
]
SERIES, BEFORE, AFTER = "koryu", "koryu_r8", "koryu_r9"


def two_editions(folder: Path) -> Dataset:
    """The tables of a build of both, made in a folder."""
    sources, out = folder / "sources", folder / "build"
    sources.mkdir()
    for name, rows, day in ((BEFORE, _BEFORE, "2026-03-31"), (AFTER, _AFTER, "2027-03-31")):
        data, file = text_table([_HEAD, *rows]), f"{name}.csv"
        understood = read_list(data, contents(), Choices(), file)
        said = Said(title="交流の一覧", date=day, series=SERIES, publisher="二市")
        document = define(understood, Choices(), file, said, tools()[0])
        accept(data, ".csv", document, sources, out)
    return Dataset.load(out)
