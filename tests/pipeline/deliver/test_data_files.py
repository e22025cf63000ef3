"""CSV, Excel, GeoJSON and GeoPackage: the counts of the tables, codes with their zeros, nothing that runs."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

from geo.insight.metrics import key_figures, prefecture_table
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.cli import commands as cli
from pipeline.deliver import FORMATS, notes, table_sheets
from pipeline.deliver.csv import csv_bytes
from pipeline.deliver.views import EVERYTHING, first_view
from pipeline.formulas import FORMULA, guarded, plain
from pipeline.intake.records import SourceError

#: What a spreadsheet would run, and what only looks strange.
FORMULAE = [
    '=HYPERLINK("http://x.example","押す")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "＝1+1",
    "\t=1",
    "\r=1",
    "'=1",
]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

HOSTILE = [
    *FORMULAE,
    "<script>alert(1)</script>",
    "\"引用\" '一' 🗾 </script>",
    "制御\x00\x01\x0b文字\ufffe",
    "_x0041_",
    "🗾" * 20_000,
    "'' 二重",
    "-",
    "＝＝",
    "-12",
    "-1,234.5",
]


@pytest.fixture(scope="module")
def hostile(dataset) -> Dataset:
    """The tables with hostile words for what a document prints."""
    links, projects = dataset.links.copy(), dataset.projects.copy()
    for row, text in enumerate(HOSTILE):
        links.loc[row, ["partner_text", "project_name"]] = text
        projects.loc[row, "name"] = text
    return replace(dataset, links=links, projects=projects)


@pytest.fixture(scope="module")
def book(dataset):
    return openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(dataset, EVERYTHING)))


def column(sheet, heading: str) -> list:
    headings = [cell.value for cell in sheet[1]]
    place = headings.index(heading)
    return [row[place].value for row in sheet.iter_rows(min_row=2)]


def unescape(text: str) -> str:
    """Text as Excel shows it: ``_x005F_`` stands for an underscore that is not one of its escapes."""
    return text.replace("_x005F_", "_")


def saved(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_csv_has_a_row_for_every_link_with_codes_as_printed(dataset):
    content = FORMATS["csv"].write(dataset, EVERYTHING)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = saved(content)
    assert [row["相手先の団体コード"] for row in rows] == dataset.links.partner_code.fillna("").tolist()
    assert {row["区の団体コード"] for row in rows} == set(dataset.links.origin_code)
    drawn = sum(row["地図"] == "描く" for row in rows)
    assert drawn == len(dataset.select(EVERYTHING).links)


def test_csv_in_cp932_or_the_characters_it_cannot_hold(dataset):
    selection = Selection(origins=("13103",), networks=True, peers=True)
    rows = saved(FORMATS["csv"].write(dataset, selection, encoding="cp932"), "cp932")
    assert len(rows) == len(dataset.select(selection).links)
    links = dataset.links.copy()
    first = links.index[links.origin_code == "13103"][0]
    links.loc[first, "project_name"] = "鷗🗾"
    with pytest.raises(SourceError, match=r"「鷗」（U\+9DD7、2行目の「事業名」）、「🗾」"):
        FORMATS["csv"].write(replace(dataset, links=links), selection, encoding="cp932")


def test_csv_in_cp932_has_what_other_systems_call_by_another_number():
    """A wave dash, a minus sign and a dash are in CP932: documents made elsewhere only number them otherwise."""
    table = pd.DataFrame({"事業名": ["10〜20‖5—", "−1"]})
    assert csv_bytes(table, "cp932").decode("cp932").split("\r\n") == ["事業名", "10～20∥5―", "'－1", ""]
    assert "10〜20‖5—" in csv_bytes(table).decode("utf-8-sig")


def test_csv_is_written_as_pandas_writes_it():
    """Each kind of column that a table has, with every character that makes a cell stand in quotes."""
    table = pd.DataFrame(
        {
            "文字": ["川場村", 'a"b', "a,b", "a\nb", "a\rb", "", None, "川場村"],
            "整数": pd.array([1, None, -3, 4, 5, 6, 7, 8], dtype="Int64"),
            "小数": [0.1, float("nan"), -0.0, 0.0, 1e-07, 1e22, 3.0, 2.5],
            "真偽": [True, False] * 4,
            "いろいろ": [1, True, 1.0, "1", None, "x", pd.NA, False],
            'a,"b"': pd.Series([None] * 8, dtype="string"),
        }
    )
    for shown in (table, table.head(0), table[["文字"]], table[["整数"]], table.iloc[::-1]):
        assert csv_bytes(shown, "utf-8") == shown.to_csv(index=False, lineterminator="\r\n").encode()


def test_csv_in_cp932_with_a_mark_for_what_it_cannot_hold(dataset):
    rows = saved(FORMATS["csv"].write(dataset, EVERYTHING, encoding="cp932", geta=True), "cp932")
    names = dataset.links.project_name.str.replace("[嬭鷗]", "〓", regex=True)
    assert [row["事業名"] for row in rows] == names.tolist()


@pytest.mark.parametrize("name", table_sheets.SHEETS)
def test_csv_of_each_table(dataset, name):
    rows = saved(FORMATS["csv"].write(dataset, EVERYTHING, table=name))
    counts = {"origins": len(dataset.origins), "prefectures": 47}
    assert len(rows) == (counts.get(name) or len(getattr(dataset, name)))


def test_csv_quotes_what_a_spreadsheet_would_run(hostile):
    names = [row["事業名"] for row in saved(FORMATS["csv"].write(hostile, EVERYTHING))][: len(HOSTILE)]
    assert names == [f"'{text}" for text in FORMULAE] + HOSTILE[len(FORMULAE) :]


@pytest.mark.parametrize("text", [*HOSTILE, "'-", "''=1", "'", "-川場村", "", "'-12"])
def test_what_a_csv_guards_is_read_back_as_it_was(text):
    assert plain(guarded(text)) == text
    # As written before signs alone were left as they are.
    assert plain("'-") == "-"


def test_csv_has_each_code_behind_a_letter_too(dataset):
    rows = saved(FORMATS["csv"].write(dataset, EVERYTHING))
    codes = [(row["相手先の団体コード"], row["相手先の団体コード（c＋6桁）"]) for row in rows]
    assert {bool(code) == bool(kept) for code, kept in codes} == {True}
    known = dict(zip(dataset.municipalities.code, dataset.municipalities.code6, strict=True))
    assert all(kept == f"c{known[code]}" for code, kept in codes if code in known)
    assert any(code.startswith("0") for code, _ in codes)
    mentions = saved(FORMATS["csv"].write(dataset, EVERYTHING, table="mentions"))
    several = [row for row in mentions if "|" in row["相手先の団体コード"]]
    assert all(
        [one[1:6] for one in row["相手先の団体コード（c＋6桁）"].split("|")]
        == row["相手先の団体コード"].split("|")
        for row in several
    )
    assert several


def test_an_origin_is_called_the_same_in_every_table(dataset):
    names = set(dataset.origins.name)
    for table in table_sheets.SHEETS:
        rows = saved(FORMATS["csv"].write(dataset, EVERYTHING, table=table))
        assert {row["区"] for row in rows if "区" in row} <= names


def test_a_conditioned_table_keeps_exactly_the_rows_asked_for(dataset):
    asked = Selection(
        origins=("13112",), categories=("文化交流",), sources=("tokyo23_linkage_r8",), peers=True
    )
    kept = table_sheets.rows(dataset, "projects", asked)
    projects = dataset.projects
    fits = projects.categories.map(lambda own: "文化交流" in own)
    fits &= (projects.origin_code == "13112") & (projects.source == "tokyo23_linkage_r8")
    assert set(kept.project_id) == set(projects[fits].project_id)
    assert len(kept) > 0


def test_workbook_has_the_sheets_with_the_counts_of_the_tables(dataset, book):
    assert book.sheetnames == ["表紙", "連携", "事業", "区別集計", "都道府県別集計", "指摘", "凡例・出典"]
    counts = [len(dataset.links), len(dataset.projects), len(dataset.origins), 47, len(dataset.findings)]
    assert [sheet.max_row - 1 for sheet in book.worksheets[1:6]] == counts
    selected = dataset.select(EVERYTHING)
    partners = column(book["都道府県別集計"], "連携する市区町村")
    assert partners == prefecture_table(selected).n_partners.tolist()
    assert sum(partners) == key_figures(selected).municipalities


def test_findings_are_saved_with_the_values_of_their_sentences(dataset):
    saved = table_sheets.export(dataset, "findings")
    assert list(saved) == [
        "重さ",
        "指摘の種類",
        "資料",
        "行",
        "資料での場所",
        "値",
        "記載",
        "内容",
        "確かめること",
    ]
    assert saved["値"].tolist() == dataset.findings.parameters.tolist()


def test_workbook_has_real_types_frozen_headings_filters_and_widths(dataset, book):
    for sheet in list(book)[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert all(size.width > 4 for size in sheet.column_dimensions.values())
    links = book["連携"]
    codes = column(links, "相手先の団体コード")
    assert [code for code in codes if code] == dataset.links.partner_code.dropna().tolist()
    assert any(code.startswith("0") for code in codes if code)
    years = column(links, "開始年（西暦）")
    assert [year for year in years if year is not None] == dataset.links.start_year.dropna().tolist()
    written = set(zip(column(links, "開始年（西暦）"), column(links, "開始年（和暦）"), strict=True))
    assert {era for year, era in written if year == 2018} == {"平成30年", "平成30年度"}
    assert {era for year, era in written if year is None} == {None}
    assert column(book["区別集計"], "最初の年（和暦）")[0].startswith("昭和")
    assert all(0 <= share <= 1 for share in column(book["都道府県別集計"], "連携率"))
    # As wide as 「12.3%」, not as all the digits of the share.
    assert book["都道府県別集計"]["E1"].value == "連携率"
    assert book["都道府県別集計"].column_dimensions["E"].width < 11
    assert "令和8年3月31日現在" in "".join(column(book["凡例・出典"], "説明"))


def test_workbook_runs_nothing(hostile):
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(hostile, EVERYTHING)))
    assert not [
        cell.coordinate
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert not any(sheet._hyperlinks for sheet in book)
    place = [cell.value for cell in book["連携"][1]].index("事業名")
    cells = [row[place] for row in book["連携"].iter_rows(min_row=2, max_row=len(HOSTILE) + 1)]
    assert [cell.quotePrefix for cell in cells] == [bool(FORMULA.match(text)) for text in HOSTILE]
    read = [unescape(cell.value) for cell in cells]
    assert [len(text.encode("utf-16-le")) // 2 <= 32767 for text in read]
    readable = dict(zip(HOSTILE, read, strict=True))
    assert readable["\r=1"] == "\n=1"
    assert readable["制御\x00\x01\x0b文字\ufffe"] == "制御���文字�"
    assert readable["🗾" * 20_000].endswith("🗾…（以下略）")
    assert all(said == text for text, said in readable.items() if text[0] not in "\r制" and len(text) < 99)


def test_workbook_is_one_that_excel_opens_without_repair(hostile):
    with zipfile.ZipFile(io.BytesIO(FORMATS["xlsx"].write(hostile, EVERYTHING))) as parts:
        trees = {name: ET.fromstring(parts.read(name)) for name in parts.namelist() if ".vml" not in name}
    strings = trees["xl/sharedStrings.xml"]
    texts = ["".join(item.itertext()) for item in strings]
    assert len(texts) == len(set(texts)) == int(strings.get("uniqueCount"))
    assert max(len(text.encode("utf-16-le")) // 2 for text in texts) <= 32767
    assert not [name for name in trees if "table" in name or "hyperlink" in name or "external" in name]
    for name, tree in trees.items():
        for each in (*tree.iter(f"{MAIN}oddHeader"), *tree.iter(f"{MAIN}oddFooter")):
            assert len(each.text) <= 255, name


def test_workbook_prints_with_its_headings_and_conditions(dataset):
    asked = Selection(origins=("13103",), categories=("災害・防災",))
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(dataset, asked)))
    for sheet in list(book)[1:]:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize in (8, 9)
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
        assert sheet.print_title_rows == "$1:$1"
        assert "港区／災害・防災" in sheet.oddFooter.left.text
        assert max(size.width for size in sheet.column_dimensions.values()) < 100


def test_workbook_says_of_itself_what_it_is(dataset, book):
    about = book.properties
    assert (about.title, about.creator) == ("特別区と全国の市区町村の連携", "特別区交流マップ")
    assert about.description == notes.conditions(dataset, EVERYTHING)


def test_workbook_of_a_build_and_selection_is_always_the_same(dataset):
    assert FORMATS["xlsx"].write(dataset, EVERYTHING) == FORMATS["xlsx"].write(dataset, EVERYTHING)


@pytest.mark.parametrize("name", ["csv", "xlsx", "geojson", "gpkg"])
def test_a_selection_that_leaves_nothing_is_an_empty_file(dataset, name, tmp_path):
    nothing = Selection(origins=("13101",), year_to=1, unknown_years=False)
    path = tmp_path / f"none.{name}"
    path.write_bytes(FORMATS[name].write(dataset, nothing))
    if name == "gpkg":
        assert len(gpd.read_file(path, layer="flows")) == 0
    elif name == "xlsx":
        assert openpyxl.load_workbook(path)["連携"].max_row == 2  # in words
    elif name == "csv":
        assert saved(path.read_bytes()) == []
    else:
        features = json.loads(path.read_bytes())["features"]
        assert [each["properties"]["layer"] for each in features] == ["origin"]


@pytest.mark.parametrize("name", ["csv", "xlsx", "geojson", "gpkg"])
def test_the_command_writes_the_same_file(dataset, build_dir, name, tmp_path, capsys):
    out = tmp_path / f"out.{name}"
    asked = ["--data", str(build_dir), "--ward", "港区", "13112", "--origin", "千代田区"]
    assert cli.main(["export", "--format", name, "--out", str(out), *asked]) == 0
    assert "千代田区・港区・世田谷区" in capsys.readouterr().err
    origins = {"千代田区", "港区", "世田谷区"}
    if name == "csv":
        assert {row["区"] for row in saved(out.read_bytes())} == origins
    elif name == "xlsx":
        assert set(column(openpyxl.load_workbook(out)["区別集計"], "区")) == origins
    else:
        read = gpd.read_file(out, **({"layer": "flows"} if name == "gpkg" else {}))
        assert set(read.origin_name.dropna()) == origins


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--ward", "横浜市"], "「横浜市」という区はありません"),
        (["--ward", "世田ヶ谷区"], "「世田谷区」のことですか"),
        (["--category", "災害"], "「災害・防災」のことですか"),
        (["--table", "findings", "--format", "xlsx"], "--table は --format csv のときだけ"),
        (["--out", "/nowhere/out.csv"], "フォルダ「/nowhere」がありません"),
        (["--category", "なぞ"], "「なぞ」という分野はありません"),
        (["--source", "なぞ"], "「なぞ」という資料はありません"),
        (["--encoding", "cp932", "--format", "xlsx"], "--encoding"),
        (["--encoding", "cp932"], "CP932 にない文字"),
        (["--data", "/nowhere"], "データがまだありません"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence_and_writes_nothing(
    build_dir, asked, said, tmp_path, capsys
):
    out = tmp_path / "out.csv"
    arguments = ["export", "--format", "csv", "--out", str(out), "--data", str(build_dir), *asked]
    assert cli.main(arguments) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_which_formats_there_are(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["export", "--format", "xls", "--out", str(tmp_path / "x")])
    assert ended.value.code == 2
    assert "--format に「xls」は指定できません。指定できるのは csv、xlsx、" in capsys.readouterr().err


def test_the_command_takes_years_codes_and_names_in_any_spelling(build_dir, dataset, tmp_path, capsys):
    out = tmp_path / "out.csv"
    asked = ["--ward", "13112", "131032", "大田区", "--began", "H1", "令和元年度", "--no-unknown-years"]
    asked += ["--encoding", "cp932", "--geta"]
    arguments = ["export", "--format", "csv", "--out", str(out), "--data", str(build_dir), *asked]
    assert cli.main(arguments) == 0
    selection = Selection(
        origins=("13103", "13111", "13112"),
        sources=first_view(dataset).sources,
        year_from=1989,
        year_to=2019,
        unknown_years=False,
    )
    assert out.read_bytes() == FORMATS["csv"].write(dataset, selection, encoding="cp932", geta=True)
    assert "平成元年（1989年）から令和元年度（2019年度）までに始まった" in capsys.readouterr().err
