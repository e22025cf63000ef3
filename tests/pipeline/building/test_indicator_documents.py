"""Numbers by municipality as a document: the table ``indicators``, its editions, and every file that lists documents."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geo.insight.indicators import indicator_of, prefecture_values
from geo.insight.turnover import editions
from geo.ledger.dataset import Dataset
from geo.ledger.schema import TABLES
from geo.ledger.selection import Selection
from pipeline.building.accept import accept, take_out
from pipeline.cli import commands as cli
from pipeline.deliver import csv, geojson, gpkg, html, xlsx
from pipeline.deliver.views import first_view
from pipeline.intake.define import Said, define_numbers
from pipeline.intake.indicators import read_indicators
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Geocoder
from tests.lists import contents

LIST = "suginami_exchange_r5"
ROWS = (
    "市区町村の人口（令和{}年1月1日現在）\n出典：架空統計局\n"
    "団体コード,都道府県,市区町村,人口（人）,高齢化率（%）\n"
    "202029,長野県,松本市,{},28.1\n104442,群馬県,川場村,3100,調査中\n100005,群馬県,,1900000,30\n,全国,合計,9,9\n"
)


def numbers(year: int, people: int) -> bytes:
    return ROWS.format(year, people).encode("cp932")


def document(data: bytes, file: str, said: Said | None = None):
    found = contents()
    table = read_indicators(data, found, Geocoder(found.gazetteer, ()), file)
    return define_numbers(table, file, said or Said())


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    """A build of a list and two editions of numbers: its folder, and that of its sources."""
    folder = tmp_path_factory.mktemp("numbers")
    sources = folder / "sources"
    sources.mkdir()
    for file in (root / "data" / "sources").glob(f"{LIST}.*"):
        shutil.copy(file, sources)
    for year, people in ((6, 1000), (7, 2000)):
        file = f"jinko_r{year}.csv"
        accept(
            numbers(year, people), ".csv", document(numbers(year, people), file), sources, folder / "build"
        )
    return folder / "build", sources


def test_the_newest_numbers_are_in_force_and_the_earlier_can_be_had(built):
    dataset = Dataset.load(built[0])
    table = dataset.indicators
    assert list(table.columns) == list(TABLES["indicators"])
    rows = {(row.code, row.indicator): (row.value, row.unit, row.source_place) for row in table.itertuples()}
    assert rows == {
        ("20202", "人口"): (2000, "人", "4行目"),
        ("10444", "人口"): (3100, "人", "5行目"),
        ("10000", "人口"): (1_900_000, "人", "6行目"),
        ("20202", "高齢化率"): (28.1, "%", "4行目"),
        ("10000", "高齢化率"): (30, "%", "6行目"),
    }
    earlier = dataset.with_edition("jinko_r6")
    assert set(earlier.indicators.source) == {"jinko_r6"}
    assert earlier.indicators.value.iloc[0] == 1000
    row = dataset.cited("jinko_r7")
    assert (row.kind, row.layout, row.publisher, row.as_of) == (
        "indicators",
        "indicators",
        "架空統計局",
        "令和7年1月1日現在",
    )


def test_what_is_not_used_is_a_finding_with_its_place(built):
    findings = Dataset.load(built[0]).findings
    own = findings[findings.source == "jinko_r7"]
    assert dict(zip(own.source_place, own.message, strict=True)) == {
        "5行目": "「調査中」は数として読めないため、「高齢化率」の値にしていません。",
        "7行目": "「全国 合計 9 9」の行は、どの自治体の値にもしていません（合計やまとまりの行です）。",
    }


def test_the_document_is_no_list_and_changes_no_view(built):
    dataset = Dataset.load(built[0])
    assert dataset.sources == [LIST]
    assert editions(dataset) == {}
    assert first_view(dataset) == Selection()
    indicator = indicator_of(dataset, "jinko_r7", "人口", True)
    assert indicator.values.to_dict() == {"20202": 2000, "10444": 3100}
    assert indicator.prefectures.to_dict() == {"10000": 1_900_000}
    table = prefecture_values(dataset.select(Selection()), indicator).set_index("code")
    assert (table.value["10000"], table.basis["10000"]) == (1_900_000, "printed")
    with pytest.raises(KeyError):
        indicator_of(dataset, "jinko_r7", "面積", True)


@pytest.mark.parametrize("kind", [csv, geojson, gpkg, html, xlsx])
def test_every_file_is_made_as_before(built, kind):
    assert kind.write(Dataset.load(built[0]), Selection())


def test_numbers_are_taken_out_again(built, tmp_path):
    sources = Path(shutil.copytree(built[1], tmp_path / "sources"))
    take_out("jinko_r7", sources, tmp_path / "build")
    assert set(Dataset.load(tmp_path / "build").indicators.source) == {"jinko_r6"}


def test_numbers_never_come_into_force_instead_of_a_list_or_twice(built):
    data = numbers(8, 3000)
    with pytest.raises(SourceError, match="種類の違う資料"):
        accept(data, ".csv", document(data, "suginami_exchange_r8.csv"), built[1], built[0])
    data = numbers(7, 2500)
    with pytest.raises(SourceError, match="すでにあります"):
        accept(data, ".csv", document(data, "jinko.csv"), built[1], built[0])


def test_whose_numbers_of_when_has_to_be_known():
    plain = "市町村,人口\n長野県松本市,1\n長野県飯田市,2\n".encode()
    with pytest.raises(SourceError, match="だれの統計か書かれていません"):
        document(plain, "a.csv")
    with pytest.raises(SourceError, match="いつの数か書かれていません"):
        document(plain, "a.csv", Said(publisher="b"))
    made = document(plain, "a.csv", Said(publisher="b", date="令和2年10月1日"))
    assert (made.date, made.as_of) == ("2020-10-01", "令和2年10月1日現在")
    with pytest.raises(SourceError, match="どちらが正しいか"):
        document(numbers(7, 1), "a.csv", Said(date="令和6年1月1日"))


def test_the_command_adds_numbers_and_says_what_became_of_every_row(root, tmp_path, capsys):
    sources = tmp_path / "sources"
    sources.mkdir()
    for file in (root / "data" / "sources").glob(f"{LIST}.*"):
        shutil.copy(file, sources)
    path = tmp_path / "jinko.csv"
    path.write_bytes(numbers(7, 2000))
    options = ["--kind", "indicators", "--sources", str(sources), "--out", str(tmp_path / "build")]
    assert cli.main(["add", *options, str(path)]) == 0
    said = capsys.readouterr().err
    assert "7行目「全国 合計 9 9」: 合計やまとまりの行です" in said
    assert "4行のうち、使った行 3、使わなかった行 1。" in said
    assert (sources / "jinko.toml").read_text("utf-8").count('layout = "indicators"') == 1
    assert len(Dataset.load(tmp_path / "build").indicators) == 5
