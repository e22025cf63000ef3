"""What LibreOffice makes of our CSV as it opens it by itself: no column type is chosen, only the encoding.

Skipped where LibreOffice is missing: ``apt-get install libreoffice-calc``.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from pipeline.deliver import FORMATS
from pipeline.deliver.opendata.package import csv_of
from pipeline.deliver.opendata.published import PUBLISHED, tables
from pipeline.deliver.views import EVERYTHING

#: Comma, quotation mark, UTF-8; all else as the program has it.
FILTER = "Text - txt - csv (StarCalc):44,34,76"


@pytest.fixture(scope="module")
def opened(dataset, tmp_path_factory) -> dict[str, tuple[list[dict], list[dict]]]:
    """File → its rows as they are written, and as LibreOffice has them after opening it."""
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice is not installed (apt-get install libreoffice-calc)")
    home = tmp_path_factory.mktemp("office")
    made = tables(dataset, EVERYTHING)
    files = {name: csv_of(made[name]) for name in ("places", "links")}
    files["saved"] = FORMATS["csv"].write(dataset, EVERYTHING, table="mentions")
    for name, content in files.items():
        (home / f"{name}.csv").write_bytes(content)
    subprocess.run(
        [
            *(office, f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless"),
            *(f"--infilter={FILTER}", "--convert-to", "xlsx", "--outdir", str(home)),
            *(str(home / f"{name}.csv") for name in files),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return {name: (_written(content), _seen(home / f"{name}.xlsx")) for name, content in files.items()}


def _written(content: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _seen(path: Path) -> list[dict]:
    headings, *rows = openpyxl.load_workbook(path, read_only=True).active.values
    return [dict(zip(headings, row, strict=True)) for row in rows]


def as_text(cells: list[dict], column: str) -> list[str]:
    return ["" if row[column] is None else str(row[column]) for row in cells]


@pytest.mark.parametrize("table", ["places", "links"])
def test_every_id_and_every_code_behind_a_letter_is_kept(opened, table):
    written, seen = opened[table]
    kept = [
        field.name
        for field in PUBLISHED[table].fields
        if field.name.endswith("_id") or field.name in ("source", "series")
    ]
    assert len(kept) >= 3
    for column in kept:
        assert as_text(seen, column) == as_text(written, column), column
    # Without its letter the code is a number there, and may be had back by its six digits.
    code = "place_code" if table == "places" else "partner_code"
    assert as_text(seen, code) != as_text(written, code)
    assert [text and text.zfill(6) for text in as_text(seen, code)] == as_text(written, code)


def test_the_saved_table_keeps_them_too(opened):
    written, seen = opened["saved"]
    for column in ("記載の番号", "事業の番号", "区の団体コード（c＋6桁）", "相手先の団体コード（c＋6桁）"):
        assert as_text(seen, column) == as_text(written, column), column
