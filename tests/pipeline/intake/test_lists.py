"""Lists in the many forms that offices keep them in, each read back to the pairs it was made of."""

from __future__ import annotations

import io

import docx
import pytest

from pipeline.intake.records import SourceError
from tests.lists import pages, pairs, sheet, text_table, understand, workbook

ODAWARA, KAWASAKI, MINATO = "14206", "14130", "13103"
KANAZAWA, KOMATSU, MATSUMOTO, HANAMAKI, MORIOKA = "17201", "17203", "20202", "03205", "03201"
THREE = {(ODAWARA, KANAZAWA), (ODAWARA, KOMATSU), (ODAWARA, MATSUMOTO)}
TWO_CITIES = {(ODAWARA, KANAZAWA), (ODAWARA, MATSUMOTO), (KAWASAKI, HANAMAKI)}
ERAS = [
    ["市町村", "相手方", "内容", "開始年度"],
    ["小田原市", "石川県金沢市", "交流", "H27"],
    ["小田原市", "長野県松本市", "災害", "昭56"],
    ["川崎市", "岩手県花巻市", "協定", "R1.5.1"],
]


def document(*blocks: str | list[list[str]], merged=()) -> bytes:
    """A Word document of paragraphs and tables."""
    made = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            made.add_paragraph(block)
            continue
        table = made.add_table(rows=len(block), cols=len(block[0]))
        for row, texts in enumerate(block):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
        for first, last in merged:
            table.cell(*first).merge(table.cell(*last))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


#: name → data, file, pairs
FORMS = {
    "semicolons in UTF-16 without a mark": (text_table(ERAS, ";", "utf-16-be"), "a.csv", TWO_CITIES),
    "tabs in EUC": (text_table(ERAS, "\t", "euc_jp"), "a.txt", TWO_CITIES),
    "two spaces": ("\n".join("  ".join(row) for row in ERAS).encode("cp932"), "a.txt", TWO_CITIES),
    "no heading": (
        text_table(
            [
                ["14206", "小田原市", "石川県", "金沢市", "交流事業の実施", "平成27年"],
                ["14206", "小田原市", "長野県", "松本市", "災害協定の締結", "平成28年"],
                ["14130", "川崎市", "岩手県", "花巻市", "災害協定の締結", "平成29年"],
            ]
        ),
        "a.csv",
        TWO_CITIES,
    ),
    "a sheet an origin": (
        workbook(
            ("小田原市", [["交流都市", "提携年"], ["石川県金沢市", 2015], ["長野県松本市", 1999]], ()),
            ("川崎市", [["交流都市", "提携年"], ["岩手県花巻市", 2001]], ()),
        ),
        "a.xlsx",
        TWO_CITIES,
    ),
    "a sheet an edition": (
        workbook(
            ("R7", [["小田原市"], ["相手方", "年度"], ["石川県金沢市", 2015]], ()),
            ("R8", [["小田原市"], ["相手方", "年度"], ["石川県金沢市", 2015], ["長野県松本市", 2016]], ()),
        ),
        "a.xlsx",
        {(ODAWARA, KANAZAWA), (ODAWARA, MATSUMOTO)},
    ),
    "prefectures as rows of a table": (
        sheet(
            ["小田原市の連携自治体"],
            [],
            ["自治体名", "事業名", "開始年度"],
            ["【石川県】"],
            ["金沢市", "A事業", 2015],
            ["小松市", "B事業", "令和2年度"],
            ["【長野県】"],
            ["松本市", "C事業", "平成３年度"],
            ["計", "3件"],
            merged=["A4:C4", "A7:C7"],
        ),
        "a.xlsx",
        THREE,
    ),
    "origins as rows of a table": (
        sheet(
            ["神奈川県内市町村の姉妹都市"],
            ["提携先", "提携年月日"],
            ["■小田原市"],
            ["石川県金沢市", "H1.1.1"],
            ["長野県松本市", "H1.1.1"],
            ["■川崎市"],
            ["岩手県花巻市", "H2.1.1"],
        ),
        "a.xlsx",
        TWO_CITIES,
    ),
    "a merged heading, an empty column and rows above": (
        sheet(
            [],
            ["", "", "小田原市国内交流一覧", "", "", "", "(令和8年4月1日現在)"],
            [],
            ["", "№", "交流先", "", "交流内容", "開始時期", "所管課"],
            ["", 1, "石川県", "金沢市", "文化", "平成10年", "文化課"],
            ["", 2, "長野県", "松本市", "観光", "平成11年", "観光課"],
            merged=["C4:D4"],
        ),
        "a.xlsx",
        {(ODAWARA, KANAZAWA), (ODAWARA, MATSUMOTO)},
    ),
    "a matrix of marks": (
        sheet(
            ["交流状況"],
            ["都道府県", "市町村", "連携している市", "", "計"],
            ["", "", "小田原市", "川崎市", ""],
            ["石川県", "金沢市", "○", "", 1],
            ["", "小松市", "○", "", 1],
            ["長野県", "松本市", "●", "×", 1],
            ["計", "", 3, 0, ""],
            merged=["A2:A3", "B2:B3", "C2:D2", "A4:A5"],
        ),
        "a.xlsx",
        THREE,
    ),
    "a matrix the other way": (
        sheet(["", "金沢市", "松本市", "花巻市"], ["小田原市", "○", 1, ""], ["川崎市", "", "", "○"]),
        "a.xlsx",
        TWO_CITIES,
    ),
    "a matrix of prefectures": (
        sheet(["市名", "北海道", "石川県", "計"], ["小田原市", 1, 0, 1], ["川崎市", "", "2", 2]),
        "a.xlsx",
        {(ODAWARA, "01000"), (KAWASAKI, "17000")},
    ),
    "marks of classes": (
        sheet(["小田原市 連携自治体"], ["自治体名", "友好", "災害"], ["石川県金沢市", "○", ""], ["松本市", "", "○"]),
        "a.xlsx",
        {(ODAWARA, KANAZAWA), (ODAWARA, MATSUMOTO)},
    ),
    "names beside prefectures": (
        "小田原市の交流先\n\n石川県\t金沢市、小松市\n長野県\t松本市\n".encode(),
        "a.txt",
        THREE,
    ),
    "names behind colons": ("小田原市の交流先\n石川県：金沢市、小松市\n長野県：松本市\n".encode(), "a.txt", THREE),
    "names below plain prefectures": (
        "小田原市の交流先\n石川県\n金沢市\n小松市\n長野県\n松本市\n".encode(),
        "a.txt",
        THREE,
    ),
    "names below counted prefectures": (
        "小田原市が協定を結んでいる自治体\n\n■石川県（2市）\n　金沢市　小松市\n■長野県（1市）\n　松本市\n※ほかに団体がある。\n".encode("cp932"),
        "a.txt",
        THREE,
    ),
    "names below prefectures side by side": (
        sheet(["小田原市 交流自治体"], ["石川県", "長野県"], ["金沢市", "松本市"], ["小松市", ""]),
        "a.xlsx",
        THREE,
    ),
    "names below origins": (
        "■小田原市\n石川県金沢市、長野県松本市\n■川崎市\n岩手県花巻市\n".encode(),
        "a.txt",
        TWO_CITIES,
    ),
    "numbered names, the origin in the file's name": (
        "1. 石川県金沢市\n2. 長野県松本市\n3. 石川県小松市\n".encode("cp932"),
        "小田原市.txt",
        THREE,
    ),
    "a web page of lists": (
        "<h1>小田原市の友好都市</h1><h2>石川県</h2><ul><li>金沢市<li>小松市</ul><h2>長野県</h2><ul><li>松本市</ul>".join(
            ("<html><body>", "</body></html>")
        ).encode(),
        "a.html",
        THREE,
    ),
    "what Excel saves as a page and calls xls": (
        "<html><head><meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'></head><table>"
        "<tr><td>連携元<td>連携先<tr><td>小田原市<td>石川県金沢市</table></html>".encode("cp932"),
        "a.xls",
        {(ODAWARA, KANAZAWA)},
    ),
    "paragraphs of Word": (
        document("小田原市の友好都市", "【石川県】", "金沢市、小松市", "【長野県】", "松本市"),
        "a.docx",
        THREE,
    ),
    "tables of Word under headings": (
        document(
            "小田原市", [["相手方", "締結年"], ["石川県金沢市", "2015年"], ["松本市", ""]], "川崎市", [["相手方", "締結年"], ["花巻市", ""]]
        ),
        "a.docx",
        TWO_CITIES,
    ),
    "lines of a PDF": (pages(("小田原市の交流自治体　", [["【石川県】"], ["金沢市、小松市"], ["【長野県】"], ["松本市"]], {})), "a.pdf", THREE),
    "a column each for 市, 町 and 村": (
        sheet(["小田原市 連携先"], ["都道府県", "市", "町"], ["石川県", "金沢市、小松市", ""], ["長野県", "松本市", ""]),
        "a.xlsx",
        THREE,
    ),
    "numbered columns of partners": (
        sheet(["小田原市"], ["事業名", "連携先1", "連携先2"], ["A", "石川県金沢市", "石川県小松市"], ["B", "松本市", ""]),
        "a.xlsx",
        THREE,
    ),
    "codes of both sides, zeros lost": (
        text_table(
            [
                ["団体コード", "団体名", "相手団体コード", "相手団体名"],
                ["142069", "小田原市", "172014", "金沢市"],
                ["142069", "小田原市", "202029", "松本市"],
                ["141305", "川崎市", "32051", "花巻市"],
            ]
        ),
        "a.csv",
        TWO_CITIES,
    ),
    "wards without 区": (
        text_table([["区", "連携先"], ["港", "石川県金沢市"], ["文京", "松本市"], ["中央", "花巻市"]]),
        "a.csv",
        {(MINATO, KANAZAWA), ("13105", MATSUMOTO), ("13102", HANAMAKI)},
    ),
    "a prefecture as the origin": (
        text_table([["神奈川県の友好交流先"], ["区分", "相手方"], ["友好", "岩手県"], ["友好", "長野県松本市"]]),
        "a.csv",
        {("14000", "03000"), ("14000", MATSUMOTO)},
    ),
    "a prefecture as the partner": (
        text_table(
            [["都道府県", "市町村", "事業名"], ["石川県", "", "A"], ["石川県", "金沢市", "A"], ["長野県", "", "B"]]
        ),
        "小田原市.csv",
        {(ODAWARA, "17000"), (ODAWARA, KANAZAWA), (ODAWARA, "20000")},
    ),
    "names below origins side by side": (
        sheet(["交流自治体"], ["小田原市", "川崎市"], ["石川県金沢市", "花巻市"], ["松本市", ""]),
        "a.xlsx",
        TWO_CITIES,
    ),
    "names where prefectures and origins meet": (
        sheet(
            ["都道府県", "小田原市", "川崎市"],
            ["石川県", "金沢市", ""],
            ["長野県", "松本市", ""],
            ["岩手県", "", "花巻市"],
        ),
        "a.xlsx",
        TWO_CITIES,
    ),
    "prefectures as plain rows of a table": (
        sheet(
            ["小田原市の連携先"],
            ["市町村名", "事業名", "開始年"],
            *(["石川県"], ["金沢市", "A", "H3"], ["小松市", "B", "H4"], ["長野県"], ["松本市", "C", "H5"]),
        ),
        "a.xlsx",
        THREE,
    ),
    "a prefecture and its town on two lines": (
        sheet(["小田原市"], ["相手方", "事業"], ["石川県\n金沢市", "A"], ["長野県\n松本市", "B"], ["石川県小松市 ほか", "C"]),
        "a.xlsx",
        THREE,
    ),
    "years in brackets behind names": (
        "小田原市の友好都市\n・石川県金沢市（平成3年）\n・長野県松本市（平成5年4月1日）\n・石川県小松市（友好都市）\n".encode(),
        "a.txt",
        THREE,
    ),
    "the same as above": (
        sheet(
            ["自治体", "相手方", "事業"],
            ["小田原市", "石川県金沢市", "A"],
            ["〃", "長野県松本市", "〃"],
            ["川崎市", "岩手県花巻市", "B"],
        ),
        "a.xlsx",
        TWO_CITIES,
    ),
    "the origin at the right": (
        text_table(
            [
                ["交流相手", "事業", "実施自治体"],
                ["石川県金沢市", "A", "小田原市"],
                ["長野県松本市", "B", "小田原市"],
                ["岩手県花巻市", "C", "川崎市"],
            ]
        ),
        "a.csv",
        TWO_CITIES,
    ),
    "pasted without a heading": (
        "金沢市\t交流事業\n小松市\t物産展\n松本市\t防災協定\n".encode(),
        "小田原市",
        THREE,
    ),
    "partners abroad": (
        text_table(
            [
                ["市町村名", "提携先", "国名", "提携年月日"],
                ["小田原市", "チュラビスタ", "アメリカ", "1981.11.8"],
                ["小田原市", "松本市", "日本", "1988.1.1"],
                ["川崎市", "富川市", "韓国", "1996"],
            ]
        ),
        "a.csv",
        {(ODAWARA, MATSUMOTO)},
    ),
    "a column of prefectures and countries": (
        text_table(
            [
                ["番号", "自治体名", "姉妹都市名", "都道府県・国名"],
                ["1", "小田原市", "サンディエゴ市", "アメリカ"],
                ["2", "小田原市", "金沢市", "石川県"],
                ["3", "川崎市", "富川市", "大韓民国"],
            ]
        ),
        "a.csv",
        {(ODAWARA, KANAZAWA)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_back_to_its_pairs(name):
    data, file, expected = FORMS[name]
    assert set(pairs(understand(data, file))) == expected


#: As printed → the year it is.
YEARS = {
    "2015/4/1": 2015, "2015.4.1": 2015, "2015-04-01": 2015, "H27.4.1": 2015, "H27/4/1": 2015, "平27.4.1": 2015,
    "平成27年4月1日": 2015, "平成２７年４月１日": 2015, "平成27年度～": 2015, "昭和五十六年": 1981, "S56": 1981,
    "令和元年": 2019, "R元.5": 2019, "20150401": 2015, "2015年": 2015, "H27年4月": 2015, "平成27": 2015,
    "H27.4～": 2015, "42095": 2015, "平成27年（2015年）4月": 2015, "2015（平成27）年": 2015, "㍻27年": 2015,
    "2015年度": 2015, "Ｈ２７": 2015, "S.56.4.1": 1981, "H27-4-1": 2015, "昭和56年～平成3年": 1981,
    "不明": None, "－": None, "": None,
}  # fmt: skip


def test_years_are_read_in_every_printed_form():
    rows = [[f"事業{number}", "石川県金沢市", text] for number, text in enumerate(YEARS)]
    data = text_table([["事業名", "連携先", "締結日"], *rows])
    read = pairs(understand(data, "a.csv", origin="小田原市"))[ODAWARA, KANAZAWA]
    assert dict(zip(YEARS, (read[row[0]] for row in rows), strict=True)) == YEARS


MERGED = [
    ["自治体", "連携事業", "連携先", "開始年"],
    ["小田原市", "A", "石川県金沢市", 2015],
    ["", "", "長野県松本市", ""],
    ["", "B", "岩手県花巻市", ""],
    ["川崎市", "C", "岩手県盛岡市", "不明"],
]
MERGED_YEARS = {
    (ODAWARA, KANAZAWA): {"A": 2015},
    (ODAWARA, MATSUMOTO): {"A": 2015},
    (ODAWARA, HANAMAKI): {"B": None},
    (KAWASAKI, MORIOKA): {"C": None},
}


@pytest.mark.parametrize(
    "data",
    [
        sheet(*MERGED, merged=["A2:A4", "B2:B3", "D2:D3"]),
        sheet(*MERGED),
        document(
            [[str(cell) for cell in row] for row in MERGED], merged=[((1, 0), (3, 0)), ((1, 1), (2, 1))]
        ),
        "<table><tr><th>自治体<th>連携事業<th>連携先<th>開始年<tr><td rowspan=3>小田原市<td rowspan=2>A<td>石川県金沢市"
        "<td rowspan=2>2015<tr><td>長野県松本市<tr><td>B<td>岩手県花巻市<td><tr><td>川崎市<td>C<td>岩手県盛岡市<td>不明</table>".encode(),
        pages(("", [[str(c) for c in row] for row in MERGED], {(1, 0): 3, (1, 1): 2, (1, 3): 2})),
    ],
    ids=["xlsx", "blank", "docx", "html", "pdf"],
)
def test_merged_and_blank_cells_go_on_with_the_row_above(data):
    assert pairs(understand(data, "a")) == MERGED_YEARS


def test_several_partners_in_a_cell():
    data = sheet(
        ["事業名", "相手先", "開始年度"],
        ["A", "石川県金沢市×長野県松本市", 2015],
        ["B", "石川県金沢市／小松市", "H3"],
        ["C", "石川県金沢市\n長野県松本市", "平成3年\n平成5年"],
        ["D", "岩手県花巻市、盛岡市", 36000],
    )
    assert pairs(understand(data, "小田原市.xlsx")) == {
        (ODAWARA, KANAZAWA): {"A": 2015, "B": 1991, "C": 1991},
        (ODAWARA, MATSUMOTO): {"A": 2015, "C": 1993},
        (ODAWARA, KOMATSU): {"B": 1991},
        (ODAWARA, HANAMAKI): {"D": 1998},
        (ODAWARA, MORIOKA): {"D": 1998},
    }


def test_lines_of_prefectures_go_with_lines_of_names():
    data = sheet(
        ["取組", "都道府県", "市町村"], ["A", "石川県\n広島県", "金沢市\n府中市"], ["B", "東京都", "府中市"]
    )
    assert set(pairs(understand(data, "港区.xlsx"))) == {
        (MINATO, KANAZAWA),
        (MINATO, "34208"),
        (MINATO, "13206"),
    }


def test_a_table_goes_on_over_the_pages_of_a_pdf():
    head = ["事業名", "分野", "連携先", "開始年度"]
    data = pages(
        (
            "小田原市の連携事業",
            [head, ["全国大会に\n関する協定", "環境", "石川県金沢市 石川県小\n松市", "平成30年\n度"]],
            {},
        ),
        ("", [head, ["C", "観光", "長野県松本市", "R3"]], {}),
    )
    understood = understand(data, "a.pdf")
    assert pairs(understood) == {
        (ODAWARA, KANAZAWA): {"全国大会に関する協定": 2018},
        (ODAWARA, KOMATSU): {"全国大会に関する協定": 2018},
        (ODAWARA, MATSUMOTO): {"C": 2021},
    }
    assert understood.reading.records[1].cells[0].place == "2ページ 表1 2行目"


def test_a_person_corrects_what_was_guessed():
    rows = [
        ["その1", "その2", "開始"],
        ["石川県金沢市", "長野県松本市", "H3"],
        ["石川県金沢市", "岩手県花巻市", "H3"],
    ]
    data = text_table(rows)
    for column in ("その2", "B", "2"):
        read = pairs(understand(data, "a.csv", origin="142069", columns={"partner": column}))
        assert set(read) == {(ODAWARA, MATSUMOTO), (ODAWARA, HANAMAKI)}
    with pytest.raises(SourceError, match="「Z」という列はありません"):
        understand(data, "a.csv", origin="小田原市", columns={"partner": "Z"})
    with pytest.raises(SourceError, match="役割「who」"):
        understand(data, "a.csv", origin="小田原市", columns={"who": "A"})


def test_what_nobody_can_say_is_asked_for():
    data = text_table([["相手方"], ["石川県金沢市"]])
    with pytest.raises(SourceError, match="--origin"):
        understand(data, "a.csv")
    with pytest.raises(SourceError, match="どれか決められません"):
        understand(data, "a.csv", origin="府中市")
    with pytest.raises(SourceError, match="という自治体はありません"):
        understand(data, "a.csv", origin="ほげ市")
    with pytest.raises(SourceError, match="という表はありません"):
        understand(data, "a.csv", origin="小田原市", sheet="別の表")
    with pytest.raises(SourceError, match="自治体の名前の並ぶ列"):
        understand(text_table([["品名", "数"], ["りんご", "3"], ["みかん", "4"]]), "a.csv", origin="小田原市")


def test_the_guess_says_why_and_what_it_leaves_out():
    data = sheet(
        ["小田原市の連携"],
        ["No.", "相手方", "事業名", "謎の列"],
        [1, "石川県金沢市", "交流", "ア"],
        ["No.", "相手方", "事業名", "謎の列"],
        [2, "長野県松本市", "災害", "イ"],
        ["合計", "2件"],
        ["※令和8年4月1日現在"],
    )
    said = "\n".join(understand(data, "a.xlsx").reasons)
    for part in (
        "表の上の題「小田原市の連携」",
        "B列「相手方」: 相手方（",
        "D列「謎の列」: 読んでいません",
        "4行目（見出しの繰り返し）",
        "6行目（合計）",
        "7行目（注記）",
    ):
        assert part in said, said


SIDE = [
    ["相手方", "長野県松本市", "北海道函館市", "群馬県川場村"],
    ["事業", "災害時相互応援協定", "物産展", "縁組協定"],
    ["開始年度", "平成28年度", "平成5年度", "昭和56年度"],
]
EXPECTED = {
    ("14206", "20202"): {"災害時相互応援協定": 2016},
    ("14206", "01202"): {"物産展": 1993},
    ("14206", "10444"): {"縁組協定": 1981},
}


def test_a_table_on_its_side():
    assert pairs(understand(text_table(SIDE), "a.csv", origin="小田原市")) == EXPECTED


def test_several_tables_of_unlike_headings_in_a_sheet():
    rows = [
        ["小田原市の交流"],
        [],
        ["1 災害協定"],
        ["相手", "協定名", "締結年"],
        ["長野県松本市", "災害時相互応援協定", "平成28年度"],
        [],
        ["2 ほかの交流"],
        ["都市名", "事業", "開始年度", "担当"],
        ["北海道函館市", "物産展", "平成5年度", "産業課"],
        ["※群馬県川場村", "縁組協定", "昭和56年度", "総務課"],
    ]
    understood = understand(text_table(rows), "a.csv")
    assert pairs(understood) == EXPECTED
    reading = understood.reading
    assert [reading.places[record.line] for record in reading.records] == ["5行目", "9行目", "10行目"]


def test_a_matrix_over_several_sheets_of_prefectures():
    sheets = [
        ("長野県", [["市町村", "小田原市", "鎌倉市"], ["松本市", "○", ""], ["安曇野市", "", "○"]], ()),
        ("広島県", [["市町村", "小田原市", "鎌倉市"], ["府中市", "○", ""]], ()),
    ]
    found = pairs(understand(workbook(*sheets), "a.xlsx"))
    assert set(found) == {("14206", "20202"), ("14204", "20220"), ("14206", "34208")}


def test_a_sheet_for_each_prefecture():
    heads = ["市町村", "事業名", "開始年"]
    sheets = [
        ("小田原市と東京都", [heads, ["府中市", "物産展", 2001]], ()),
        ("東京都", [heads, ["府中市", "物産展", 2001]], ()),
        ("広島県", [heads, ["府中市", "観光", 2002]], ()),
    ]
    found = pairs(understand(workbook(*sheets[1:]), "小田原市.xlsx"))
    assert set(found) == {("14206", "13206"), ("14206", "34208")}
