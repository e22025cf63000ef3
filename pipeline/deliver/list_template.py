"""A workbook to keep a list in: the headings that are understood without a guess, with or without rows as an example."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from pipeline.deliver.xlsx import workbook

#: Heading → what to write below it.
COLUMNS = {
    "連携元": "だれの一覧か（文京区、小田原市など）。すべて同じなら、空のままでかまいません",
    "都道府県": "相手方の都道府県",
    "相手方": "相手方の市区町村。いくつもあるときは「、」で区切ります",
    "団体コード": "相手方の6桁の団体コード（なくてもかまいません）",
    "事業名": "協定や事業の名前",
    "分野": "災害・防災、教育、文化、観光、産業など",
    "開始年": "始まった年か年度（平成28年度、H28.4.1、2016 など）",
    "所管": "担当の課（なくてもかまいません）",
    "備考": "そのほか（なくてもかまいません）",
}
#: Rows that show how: made up, of places that there are, so that they can be read as they stand.
EXAMPLE = (
    (
        "小田原市",
        "北海道",
        "函館市",
        "012025",
        "災害時相互応援協定",
        "災害・防災",
        "平成28年度",
        "防災課",
        "",
    ),
    (
        "小田原市",
        "長野県",
        "松本市、安曇野市",
        "",
        "小学校の自然教室",
        "教育",
        "平成5年",
        "学務課",
        "毎年7月",
    ),
    ("小田原市", "群馬県", "川場村", "104442", "物産展", "産業", "R3.10.1", "産業課", ""),
    ("小田原市", "福島県", "会津若松市", "072028", "歴史を縁とする交流", "文化", "昭和62年度", "文化課", ""),
    ("小田原市", "島根県", "松江市", "322016", "災害時相互応援協定", "災害・防災", "H25.4.1", "防災課", ""),
    ("小田原市", "高知県", "梼原町", "394050", "森林整備の協定", "環境", "2019", "環境課", ""),
    ("小田原市", "沖縄県", "石垣市", "472077", "子ども交流", "教育", "平成12年度", "学務課", "隔年"),
)


def worked_example(rows: Sequence[Sequence[str]] = EXAMPLE) -> bytes:
    """The workbook (xlsx) with these rows below the headings; a second sheet says what belongs where."""
    table = pd.DataFrame(list(rows), columns=list(COLUMNS), dtype="string")
    guide = pd.DataFrame(list(COLUMNS.items()), columns=["見出し", "書くこと"])
    # The same bytes whenever it is saved.
    return workbook({"一覧": table, "書き方": guide}, "連携の一覧", "", created=datetime(2026, 4, 1))
