"""The pages of gaps, profiles and shared partners, read back: every number counted anew with plain pandas."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pdfplumber
import pytest
from pptx import Presentation
from pypdf import PdfReader

from geo.places.codes import PREFECTURES, short_name
from pipeline.deliver import asked_sheet, paper, slides
from pipeline.deliver.file_names import of_format
from pipeline.deliver.gap_sheet import gap_sheet
from pipeline.deliver.partner_sheet import partner_sheet
from pipeline.deliver.profile_sheet import profile_sheet
from pipeline.deliver.shared_sheet import shared_sheet
from pipeline.deliver.views import first_view
from pipeline.intake.records import SourceError


@pytest.fixture(scope="module")
def view(dataset):
    return first_view(dataset)


@pytest.fixture(scope="module")
def ties(dataset, view):
    """The pairs of an origin and a municipality of the first view, and their projects, from the table alone."""
    links = dataset.links
    kept = links.source.isin(view.sources) & links.drawn & ~links.network.astype(bool)
    return links[kept & ~links.partner_code.isin(dataset.origins.code)]


def matrix(table) -> dict[tuple[str, str], str]:
    return {
        (row[0], column): cell
        for row in table.rows
        for column, cell in zip(table.columns[1:], row[1:], strict=True)
    }


def test_the_matrix_of_gaps_has_every_number_on_paper_and_on_slides(dataset, view, ties):
    made = gap_sheet(dataset, view)
    cities = ties[ties.municipality_code.notna()]
    counts = cities.groupby(["origin_code", "prefecture_code"]).municipality_code.nunique()
    cells = matrix(made.table)
    for code, name in zip(dataset.origins.code, dataset.origins.name, strict=True):
        for prefecture in dataset.prefectures.code:
            said = cells[name, short_name(PREFECTURES[prefecture[:2]])]
            assert said == str(counts.get((code, prefecture), said if not said.isdigit() else 0))
    signs = [cell for (name, column), cell in cells.items() if name in set(dataset.origins.name)]
    assert sum(map(int, made.table.rows[-1][1:-2])) == signs.count("×") > 0
    content = paper.write_sheets(dataset, [made], 1)
    with pdfplumber.open(BytesIO(content)) as book:
        words = [word["text"] for page in book.pages for word in page.extract_words()]
        assert min(char["size"] for page in book.pages for char in page.chars) >= 7.99
    numbers = sorted(n for row in made.table.rows for n in row[1:] if n.isdigit())
    assert all(words.count(n) >= numbers.count(n) for n in set(numbers))
    reader = PdfReader(BytesIO(content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == made.title
    deck = Presentation(BytesIO(slides.write_sheets(dataset, [made], 1)))
    shown: dict[tuple[str, str], str] = {}
    for table in [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]:
        head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
        shown |= {
            (row[0], column): cell for row in rows for column, cell in zip(head[1:], row[1:], strict=True)
        }
    assert shown == cells


def test_two_origins_share_what_is_counted_anew(dataset, view, ties):
    table = shared_sheet(dataset, view).table
    cities = ties[ties.municipality_code.notna()].groupby("origin_code").municipality_code
    cities = {code: set(own) for code, own in cities}
    names = list(dataset.origins.name)
    held = dict(zip(names, (cities.get(code, set()) for code in dataset.origins.code), strict=True))
    for row in table.rows:
        for other, cell in zip(names, row[1:-1], strict=True):
            both = len(held[row[0]] & held[other])
            assert cell == ("―" if row[0] == other else str(both or "・"))
        assert row[-1] == str(len(held[row[0]]))


def test_a_profile_lists_every_project_with_its_line(dataset, view, ties):
    origin = dataset.origins.code[11]
    made = profile_sheet(dataset, replace(view, origins=(origin,)))
    own = ties[ties.origin_code == origin]
    projects = made.appendix[-1]
    lines = own.groupby("project_id").source_line.min()
    assert sorted(row[-1] for row in projects.rows) == sorted(f"{line:,}" for line in lines)
    cities = own.municipality_code.dropna()
    assert made.figures[0][1] == str(cities.nunique()) == str(len(made.table.rows))
    with pytest.raises(SourceError, match="1つだけ"):
        profile_sheet(dataset, view)


def test_the_profile_of_a_municipality_has_its_projects_or_says_there_are_none(dataset, view, ties):
    cities = ties[ties.municipality_code.notna()]
    code = cities.groupby("municipality_code").origin_code.nunique().idxmax()
    made, own = partner_sheet(dataset, view, code), cities[cities.municipality_code == code]
    assert len(made.table.rows) == own.origin_code.nunique()
    assert len(made.appendix[0].rows) == own.project_id.nunique()
    assert f"{own.origin_code.nunique()} {dataset.naming.noun}・{own.project_id.nunique()} 事業" in made.title
    places = dataset.municipalities.code[dataset.municipalities.kind == "city"]
    alone = next(one for one in places if one not in set(cities.municipality_code))
    empty = partner_sheet(dataset, view, alone)
    assert "はありません" in empty.title
    assert not empty.mapped


def test_a_profile_without_ties_says_so(dataset, view):
    nobody = replace(view, origins=(dataset.origins.code[0],), year_from=2090, unknown_years=False)
    made = profile_sheet(dataset, nobody)
    assert "連携はありません" in made.title
    assert made.table.rows[0][0] == "なし"
    assert not made.appendix


def test_the_command_names_a_file_after_its_question(dataset, view):
    names = [
        of_format(dataset, view, "pdf", {"question": one} if one else {}) for one in ("", *asked_sheet.SHEETS)
    ]
    assert len(set(names)) == 4
    assert "空白" in names[1]
    assert (
        asked_sheet.asked_sheet(dataset, view, "overlap", "flows", "standard", True).table
        == shared_sheet(dataset, view).table
    )
