"""Corrections in what leaves the house: marked, told to the publisher, and never with who made them."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.building.correctable import Item, addition, correction
from pipeline.building.run import build
from pipeline.deliver import FORMATS, errata, table_sheets
from pipeline.deliver.site import publish
from pipeline.formulas import FORMULA
from pipeline.intake.records import SourceError
from pipeline.reading.record_correction import record_correction
from pipeline.words import correction_words
from tests.editions_made import AFTER, SCRIPT, two_editions
from tests.editions_made import FORMULA as NAME_THAT_RUNS
from tests.lists import tools

GAZETTEER = tools()[0]
#: Words that stand nowhere else.
WHO, WHY = "種蒔課の訂正太郎", "決裁第七七七号で確認"
NEW = f"市民号{SCRIPT}"
DAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Dataset:
    """Both editions, of the newer a partner, a hostile category, a row and a project more corrected."""
    folder = tmp_path_factory.mktemp("errata")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KORYU_CORRECTIONS", str(folder / "corrections.csv"))
        printed = two_editions(folder)
        ids = printed.projects.set_index("name").project_id
        said = [
            (ids["花火大会"], Item("partner", "長岡市"), "新潟県柏崎市"),
            (ids["りんご祭"], Item("category", "観光"), NAME_THAT_RUNS),
            (ids["姉妹都市"], Item("row"), ""),
        ]
        for project, item, value in said:
            record_correction([correction(printed, project, item, value, WHY, WHO)], GAZETTEER)
        new = {"name": NEW, "partner": "長野県諏訪市", "year": "平成12年度"}
        record_correction(addition(printed, AFTER, "14206", new, WHY, WHO), GAZETTEER)
        build(folder / "sources", folder / "build")
        return Dataset.load(folder / "build")


def everything(content: bytes) -> str:
    """All text of a file; of a workbook, deck or package, of all its parts."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    return content.decode("utf-8", "replace")


def test_no_drawing_says_who_corrected(made):
    assert WHO not in everything(FORMATS["svg"].write(made, Selection()))


def test_no_page_nor_data_file_of_the_site_says_who_corrected_but_that_it_was(made, tmp_path):
    publish(made, Selection(), tmp_path / "site", address="https://example.jp/")
    texts = {path: everything(path.read_bytes()) for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert {path.suffix for path in texts} >= {".html", ".xlsx", ".csv", ".geojson", ".gpkg", ".js"}
    assert not [path for path, text in texts.items() if WHO in text]
    (data,) = (text for path, text in texts.items() if path.name.startswith("data-"))
    assert data.count('"mark"') == 3
    page = texts[tmp_path / "site" / "wards" / "14206.html"]
    assert "市の訂正: 相手方「長岡市」→「新潟県柏崎市」（令和8年11月30日（2026年）" in page.replace(
        correction_words.day(made.corrections.date.iloc[0]), correction_words.day(DAY.isoformat())
    )
    assert page.count(WHY) == 3  # the row that was taken back is on no page
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize("table", ["links", "projects", "mentions"])
def test_a_table_marks_the_rows_that_are_not_as_printed(made, table):
    content = FORMATS["csv"].write(made, Selection(), table=table).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    corrected = set(made.projects.project_id[made.projects.correction.notna()])
    marked = {row["事業の番号"] for row in rows if row["訂正"]}
    assert marked == corrected
    assert {row["訂正"] for row in rows} == {"市の訂正", ""}


def test_the_corrections_are_a_table_of_their_own(made):
    rows = table_sheets.sheet(made, "corrections", Selection())
    assert len(rows) == len(made.corrections) == 6
    assert set(rows["資料とのくらべ"]) == {"使っている"}
    one = Selection(origins=("14203",))
    assert table_sheets.sheet(made, "corrections", one).empty
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(made, Selection())))
    assert book["行の訂正"].max_row == 7


def test_the_note_lists_what_the_document_still_prints(made):
    assert errata.documents(made) == [AFTER]
    rows = errata.rows(made, AFTER)
    assert list(rows["番号"]) == [1, 2, 3, 4]
    lines = made.corrections.dropna(subset="source_line").sort_values("source_line")
    assert list(rows["資料での場所"]) == [*lines.source_place, "資料にない行"]
    said = dict(
        zip(
            rows["事業名（記載）"],
            rows[["項目", "資料の記載", "正しいもの"]].itertuples(index=False, name=None),
            strict=True,
        )
    )
    assert said == {
        "花火大会": ("相手方", "長岡市", "新潟県柏崎市"),
        "りんご祭": ("分野", "観光", NAME_THAT_RUNS),
        "姉妹都市": ("行の取り下げ", "姉妹都市", "（この行を除く）"),
        NEW: (
            "事業の追加",
            "（なし）",
            f"事業名 {NEW}、相手方 長野県諏訪市、開始年 平成12年度",
        ),
    }


def test_the_note_runs_nothing_and_names_nobody_unless_asked(made):
    acts = made.corrections.id.unique()
    for who, named in ((None, False), (dict.fromkeys(acts, WHO), True)):
        content = errata.write_workbook(made, AFTER, "=企画課 03-0000-0000", DAY, who)
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [
            cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
        ]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        running = [cell for cell in cells if isinstance(cell.value, str) and FORMULA.match(cell.value)]
        assert len(running) == 2  # the hostile value and the hostile contact, as text that is quoted
        assert all(cell.quotePrefix for cell in running)
        text = errata.write_text(made, AFTER, "企画課 03-0000-0000", DAY, who)
        assert (WHO in text, WHO in everything(content)) == (named, named)
        assert "公表者　二市" in text
        assert "連絡先　企画課 03-0000-0000" in text
        assert "お知らせの日　令和8年11月30日（2026年）" in text
        assert text.count("\r\n") == text.count("\n")


def test_where_there_is_nothing_to_tell_it_is_said(made):
    none = replace(made, corrections=made.corrections.iloc[:0])
    assert errata.documents(none) == []
    with pytest.raises(SourceError, match="訂正がありません"):
        errata.write_text(none, AFTER, "", DAY)
