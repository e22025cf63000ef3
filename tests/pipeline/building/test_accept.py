"""Documents taken into the sources and out again: all or nothing."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from pipeline.building import accept as accepting
from pipeline.building.accept import accept, take_out
from pipeline.building.run import build
from pipeline.intake.define import Said, define, definition_text
from pipeline.intake.list_choices import Choices
from pipeline.intake.lists import read_list
from pipeline.intake.records import SourceError
from tests.lists import contents, text_table, tools

ROWS = [
    ["小田原市の交流先（令和8年3月31日現在）"],
    ["都道府県", "相手", "名称", "始まり"],
    ["長野県", "松本市", "災害時相互応援協定", "平成28年度"],
    ["北海道", "函館市", "物産展", "H5.4.1"],
]


@pytest.fixture
def sources(root, tmp_path):
    """Two small documents, built."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for name in ("suginami_exchange_r5", "shinagawa_agreements_r7"):
        for path in (root / "data" / "sources").glob(f"{name}.*"):
            shutil.copy(path, folder)
    build(folder, tmp_path / "out")
    return folder


def defined(file: str, rows=ROWS):
    data = text_table(rows)
    return data, define(read_list(data, contents(), Choices(), file), Choices(), file, Said(), tools()[0])


def names(folder) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix != ".lock"}


def test_a_list_comes_and_goes(sources, tmp_path):
    before, tables = names(sources), (tmp_path / "out" / "links.parquet").read_bytes()
    data, document = defined("odawara_r8.csv")
    report = accept(data, ".csv", document, sources, tmp_path / "out")
    assert not report.failed
    assert names(sources) == before | {"odawara_r8.csv", "odawara_r8.toml"}
    links = pd.read_parquet(tmp_path / "out" / "links.parquet")
    own = links[links.source == "odawara_r8"]
    assert dict(zip(own.partner_code, own.start_year, strict=True)) == {"20202": 2016, "01202": 1993}
    assert set(own.source_place) == {"3行目", "4行目"}
    take_out("odawara_r8", sources, tmp_path / "out")
    assert names(sources) == before
    assert (tmp_path / "out" / "links.parquet").read_bytes() == tables


def test_what_cannot_be_built_leaves_nothing_behind(sources, tmp_path, monkeypatch):
    before, made = names(sources), (tmp_path / "out" / "build.json").read_bytes()
    data, document = defined("odawara_r8.csv")

    def broken(*given):
        raise SourceError("読めません。")

    monkeypatch.setattr(accepting, "build", broken)
    with pytest.raises(SourceError):
        accept(data, ".csv", document, sources, tmp_path / "out")
    assert names(sources) == before
    assert (tmp_path / "out" / "build.json").read_bytes() == made


def test_a_name_that_is_taken_is_said(sources, tmp_path):
    data, document = defined("suginami_exchange_r5.csv")
    with pytest.raises(SourceError, match="すでにあります"):
        accept(data, ".csv", document, sources, tmp_path / "out")
    assert "suginami_exchange_r5.csv" not in names(sources)


def test_what_is_not_there_or_came_with_the_program_is_not_taken_out(sources, tmp_path):
    with pytest.raises(SourceError, match="という資料はありません"):
        take_out("none", sources, tmp_path / "out")
    with pytest.raises(SourceError, match="はじめから入っている"):
        take_out("suginami_exchange_r5")


def test_a_file_that_cannot_be_removed_comes_back_with_the_next_build(sources, tmp_path, monkeypatch):
    data, document = defined("odawara_r8.csv")
    accept(data, ".csv", document, sources, tmp_path / "out")

    def locked(self, missing_ok=False):
        raise PermissionError(13, "locked", str(self))

    with monkeypatch.context() as held:
        held.setattr(type(sources), "unlink", locked)
        with pytest.raises(accepting.WriteError, match="消せません"):
            take_out("odawara_r8", sources, tmp_path / "out")
    build(sources, tmp_path / "out")
    read = json.loads((tmp_path / "out" / "build.json").read_text("utf-8"))["documents"]
    assert "odawara_r8" in [row["id"] for row in read if row["status"] == "read"]


def test_a_file_called_like_a_document_of_the_program_goes_alone(root, sources, tmp_path):
    """It is read by the definition that comes with the program, which stays."""
    (sources / "shinagawa_agreements_r7.toml").unlink()
    build(sources, tmp_path / "out")
    take_out("shinagawa_agreements_r7", sources, tmp_path / "out")
    assert (root / "data" / "sources" / "shinagawa_agreements_r7.toml").is_file()
    assert not list(sources.glob("shinagawa*"))


@pytest.mark.parametrize("left", [".csv", ".toml"])
def test_what_an_interruption_left_is_brought_to_its_end(sources, tmp_path, left):
    """The file alone is added again, the definition alone taken out."""
    data, document = defined("odawara_r8.csv")
    accept(data, ".csv", document, sources, tmp_path / "out")
    gone = {".csv": ".toml", ".toml": ".csv"}[left]
    take_out("odawara_r8", sources, tmp_path / "out")
    text = definition_text(document).encode()
    (sources / f"odawara_r8{left}").write_bytes(data if left == ".csv" else text)
    if left == ".csv":
        with pytest.raises(SourceError, match="すでにあります"):
            accept(data + b"\n", ".csv", document, sources, tmp_path / "out")
        accept(data, ".csv", document, sources, tmp_path / "out")
        assert (sources / f"odawara_r8{gone}").is_file()
    else:
        take_out("odawara_r8", sources, tmp_path / "out")
        assert not list(sources.glob("odawara*"))
