"""The workbook of the candidates that are taken along: what it holds, and that it comes back as it was."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.insight.gaps import STRONG, UNUSED, WEIGHED
from pipeline.intake.records import SourceError
from pipeline.shortlist import picks_sheet
from pipeline.shortlist.entries import LISTED, STATES, entries
from pipeline.shortlist.picks import NOTE, Choice, Picks, plain
from tests.pipeline.shortlist.conftest import SETAGAYA

KEY = "13112"


@pytest.fixture(scope="session")
def save(dataset, selected, telling):
    def save(choice: Choice, weights=None) -> bytes:
        taken = entries(selected, telling, choice)
        return picks_sheet.write(
            dataset,
            SETAGAYA,
            KEY,
            telling,
            taken,
            choice.hidden,
            weights or {},
            ["並びの決まり", "出典: 一覧"],
        )

    return save


@pytest.fixture(scope="session")
def load(dataset):
    places, origins = set(dataset.municipalities.code), list(dataset.origins.code)
    return lambda content: picks_sheet.read(content, "候補.xlsx", dataset.naming, places, origins)


def edited(content: bytes, change) -> bytes:
    book, changed = openpyxl.load_workbook(BytesIO(content)), BytesIO()
    change(book)
    book.save(changed)
    return changed.getvalue()


def test_the_workbook_holds_reasons_evidence_and_sources(dataset, telling, save):
    codes = [one.code for one in telling.found[:3]]
    content = save(Choice(dict.fromkeys(codes, "=1+1") | {"10444": ""}, (telling.found[3].code,)))
    sheets = pd.read_excel(BytesIO(content), sheet_name=None, dtype=str, engine="openpyxl")
    assert list(sheets) == ["候補", "根拠", "条件と出典"]
    table = sheets["候補"]
    assert table["団体コード"].tolist() == [*codes, "10444", telling.found[3].code]
    assert table["扱い"].tolist() == ["持ち帰る"] * 4 + ["隠す"]
    assert table["メモ"].tolist()[:3] == ["=1+1"] * 3
    assert table["いまの状態"].iloc[3] == STATES["partner"]
    assert table["理由の数"].tolist()[:3] == [str(len(one.reasons)) for one in telling.found[:3]]
    proofs = sheets["根拠"].groupby("団体コード").size()
    for one in telling.found[:3]:
        # A project each, once a reason; an agreement or a row each.
        links = dataset.links.project_id
        printed = [set(links[list(told.links)]) if told.links else told.ids for told in one.reasons]
        assert proofs[one.code] == sum(map(len, printed))
    assert not sheets["根拠"]["出典"].isna().any()
    assert "出典: 一覧" in sheets["条件と出典"]["説明"].tolist()
    book = openpyxl.load_workbook(BytesIO(content))
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.rows for cell in row)
    assert all(sheet.page_setup.paperSize in (8, 9) and sheet.print_title_rows == "$1:$1" for sheet in book)


notes = st.text(max_size=NOTE).map(plain).map(lambda text: plain(text[:NOTE]))


@settings(max_examples=12)
@given(st.data())
def test_a_workbook_gives_back_what_was_decided(telling, save, load, data):
    codes = data.draw(
        st.lists(st.sampled_from([one.code for one in telling.found]), min_size=1, max_size=8, unique=True)
    )
    cut = data.draw(st.integers(0, len(codes)))
    choice = Choice({code: data.draw(notes) for code in codes[:cut]}, tuple(codes[cut:]))
    weights = data.draw(st.dictionaries(st.sampled_from(WEIGHED), st.sampled_from([UNUSED, STRONG])))
    loaded = load(save(choice, weights))
    assert loaded.unused == []
    assert loaded.weights == weights
    assert loaded.picks == Picks({KEY: choice})
    assert list(loaded.picks.of(KEY).starred) == list(choice.starred)


def test_what_was_edited_holds_and_what_cannot_be_used_is_said(telling, save, load):
    codes = [one.code for one in telling.found[:7]]

    def change(book) -> None:
        sheet = book["候補"]
        column = {cell.value: cell.column_letter for cell in sheet[1]}
        sheet[f"{column['順']}2"] = 9  # the first comes last
        sheet[f"{column['扱い']}3"] = "隠す"
        sheet[f"{column['団体コード']}4"] = "99999"
        sheet[f"{column['扱い']}5"] = "たぶん"
        sheet[f"{column['メモ']}6"] = "あ" * (NOTE + 1)
        sheet[f"{column['連携元コード']}7"] = "14130"
        sheet[f"{column['団体コード']}8"] = int(codes[0])  # a number, its zero lost where it had one
        book["条件と出典"]["B4"] = "とても"

    loaded = load(edited(save(Choice(dict.fromkeys(codes, ""))), change))
    # The last row, now of the same municipality as the first, stands below it.
    assert loaded.picks == Picks({KEY: Choice({codes[4]: "", codes[0]: ""}, (codes[1],))})
    assert list(loaded.picks.of(KEY).starred) == [codes[4], codes[0]]
    assert [(place, text[:5]) for place, text, _ in loaded.unused] == [
        ("候補!C4", "99999"),
        ("候補!B5", "たぶん"),
        ("候補!E6", "あ" * 5),
        ("候補!M7", "14130"),
        ("候補!C8", str(int(codes[0]))),
        ("条件と出典!B4", "とても"),
    ]
    assert all(why.endswith("。") for *_, why in loaded.unused)


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbfa,b\n1,2\n", "候補\n団体コード\n".encode(), b"PK\x03\x04broken"]
)
def test_another_file_is_refused_in_one_sentence(load, content):
    with pytest.raises(SourceError) as error:
        load(content)
    assert str(error.value).count("。") <= 3
    assert "候補.xlsx" in str(error.value)


def test_codes_are_read_as_a_spreadsheet_leaves_them():
    read = [
        picks_sheet.code_of(text)
        for text in ("01202", "1202", "1202.0", "０１２０２", "012025", "12", "x", "")
    ]
    assert read == ["01202"] * 5 + [""] * 3


def test_a_partner_by_another_document_is_said_to_be_one(dataset, selected, telling):
    listed = next((one for one in telling.found if one.reasons and one.reasons[0].kind == "listed"), None)
    assert listed is not None
    (entry,) = entries(selected, telling, Choice({listed.code: "x"}))
    assert (entry.state, entry.note, entry.candidate) == (LISTED, "x", listed)
    (origin,) = entries(selected, telling, Choice({"13112": ""}))
    assert (origin.state, origin.candidate) == (STATES["aside"], None)
