"""A document is what its definition says; a definition that cannot be read is told in one sentence."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.records import SourceError
from pipeline.intake.registry import LAYOUTS, read_definition
from tests.documents import DOCUMENTS

PLAIN = {
    "title": "連携の一覧",
    "short": "一覧",
    "publisher": "○○市",
    "date": "2026-04-01",
    "as_of": "令和8年4月1日現在",
    "layout": "setagaya",
}


def write(path, said: dict) -> None:
    lines = [
        f"{name} = {value!r}" if isinstance(value, int) else f'{name} = "{value}"'
        for name, value in said.items()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_every_kept_document_is_defined(root):
    kept = {path.stem for path in (root / "data" / "sources").glob("*.txt")}
    assert kept == set(DOCUMENTS)
    assert {document.layout for document in DOCUMENTS.values()} == set(LAYOUTS)


def test_what_the_definitions_say():
    for id, document in DOCUMENTS.items():
        assert document.id == id
        assert date.fromisoformat(document.date)
        assert document.publisher in document.credit
        assert document.title in document.credit
        assert document.kind
        assert document.licence
    assert DOCUMENTS["tokyo23_linkage_r8"].series == "tokyo23_linkage"


def test_what_is_left_out_is_made_of_what_is_there(tmp_path):
    write(tmp_path / "renkei_r8.toml", PLAIN)
    document = read_definition(tmp_path / "renkei_r8.toml")
    assert document.id == "renkei_r8"
    assert document.series == "renkei"
    assert document.credit == "出典: ○○市「連携の一覧」（令和8年4月1日現在）"


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("day", ["2026-04-01", '"2026-04-01"', "2026-04-01T09:00:00"])
def test_a_day_may_be_written_as_a_day_or_as_text(tmp_path, bom, day):
    path = tmp_path / "a.toml"
    write(path, {name: value for name, value in PLAIN.items() if name != "date"})
    path.write_text(f"{bom}date = {day}\n{path.read_text('utf-8')}", "utf-8")
    assert read_definition(path).date == "2026-04-01"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "「title」がありません"),
        ({"layout": "別の形"}, "layout「別の形」は知らない形です"),
        ({"date": "去年"}, "date は日付ではありません"),
        ({"題名": "x"}, "TOML"),
        ({"titel": "x"}, "「titel」は知らない項目です"),
        ({"kind": 1}, "「kind」は、文字を"),
        ({"order": "1"}, "「order」は、数字で"),
        ({"options": "x"}, "options は"),
    ],
)
def test_a_wrong_definition_is_told(tmp_path, change, said):
    path = tmp_path / "a.toml"
    write(path, PLAIN | change)
    with pytest.raises(SourceError) as told:
        read_definition(path)
    assert "「a.toml」" in str(told.value)
    assert said in str(told.value)


@given(st.binary(max_size=200))
def test_no_file_is_more_than_a_sentence(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("definition") / "a.toml"
    path.write_bytes(content)
    with pytest.raises(SourceError):
        read_definition(path)


def test_the_definitions_are_toml_without_a_surprise(root):
    for path in (root / "data" / "sources").glob("*.toml"):
        assert tomllib.loads(path.read_text("utf-8"))["title"]
