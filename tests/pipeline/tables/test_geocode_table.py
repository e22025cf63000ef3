"""Whole tables geocoded: the same answers as for each name alone, and everything else as it was."""

from __future__ import annotations

import csv
import datetime
import io
import os
import random
import sys
from contextlib import suppress
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.places.gazetteer import Gazetteer
from pipeline.atomic import WriteError
from pipeline.cli import commands
from pipeline.formulas import plain
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Geocoder
from pipeline.reading.geocode.columns import ColumnGeocoder
from pipeline.tables import table_readers, table_writers
from pipeline.tables.geocode_table import ADDED, NameColumns, geocode_table
from pipeline.tables.spread import here
from tests.lists import sheet, text_table, workbook

GAZETTEER = Gazetteer.load()
GEOCODER = Geocoder(GAZETTEER)
KINDS = (".csv", ".xlsx", ".parquet")
HEAD = ["番号", "相手方", "県", "コード", "備考"]
ROWS = [
    ["00123", "府中市", "広島県", "", "=1+1"],
    ["00124", "府中市", "", "132063", "'=2"],
    ["00125", "群馬県川場村", "", "", "二行\nある"],
    ["00126", "", "", "", " 空白 "],
    ["00127", "どこにもない場所", "東京", "", "-5"],
    ["00128", "府中市", "広島県", "", ""],
]


def geocode(table: Path, out: Path, said: list[str] | None = None, **columns):
    known = {"name": "相手方"} | columns
    say = said.append if said is not None else lambda line: None
    spread = here(ColumnGeocoder(GEOCODER, GAZETTEER))
    return geocode_table(table, out, NameColumns(**known), GAZETTEER, spread, say)


def written(path: Path) -> list[list[str]]:
    """The rows of a table as a reader of it has them, every cell as text."""
    if path.suffix == ".csv":
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        return [
            list(map(plain, row)) for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        ]
    if path.suffix == ".xlsx":
        rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    table = pq.read_table(path)
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return [table.column_names, *(["" if cell is None else str(cell) for cell in row] for row in rows)]


def made(folder: Path, kind: str, rows=ROWS, head=HEAD) -> Path:
    """A table of this kind."""
    path = folder / f"in{kind}"
    if kind == ".csv":
        path.write_bytes(text_table([head, *rows]))
    elif kind == ".xlsx":
        path.write_bytes(sheet(head, *[[str(cell) for cell in row] for row in rows]))
        book = openpyxl.load_workbook(path)
        for row in book.active.iter_rows():
            for cell in row:
                cell.data_type = "s" if cell.value else cell.data_type
        book.save(path)
    else:
        pq.write_table(pa.table({name: [row[at] for row in rows] for at, name in enumerate(head)}), path)
    return path


def added(cells: list[str]) -> list[str]:
    return [*cells[-5:-2], f"{float(cells[-2]):.2f}" if cells[-2] else "", cells[-1]]


def expected(name: str, **known) -> list[str]:
    if not name.strip():
        return [""] * 5
    answer = GEOCODER.geocode(name, **known)
    found = ["|".join(answer.codes), answer.level, answer.method, f"{answer.confidence:.2f}"]
    return [*found, "|".join(answer.candidates)]


@pytest.mark.parametrize("out", KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_answers_stand_behind_columns_that_are_as_they_were(tmp_path, kind, out):
    path = tmp_path / f"out{out}"
    tally = geocode(made(tmp_path, kind), path, prefecture="県", code="コード")
    head, *rows = written(path)
    assert head == [*HEAD, *ADDED]
    assert [row[:5] for row in rows] == ROWS
    assert [row[5] for row in rows] == ["34208", "13206", "10444", "", "", "34208"]
    assert [added(row) for row in rows] == [
        expected(name, prefecture={"東京": "東京都"}.get(home, home) or None, code6=code or None)
        for _, name, home, code, _ in ROWS
    ]
    assert (tally.rows, tally.resolved, tally.unresolved, tally.blank) == (6, 4, 1, 1)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted({f"in{kind}", f"out{out}"})


names = (
    st.sampled_from(["府中市", "金沢市", "石川県金沢市", "函館", "伊達市", "", " ", "ソウル", "津"])
    | st.text()
)
cells = st.text(st.characters(exclude_categories=("Cs",)), max_size=8) | st.sampled_from(
    ["=A1", "'=A1", "''", "-1", "\t", "007", '"', "a\r\nb", ",", "　"]
)


@given(st.lists(st.tuples(cells, names, cells), max_size=8))
@settings(max_examples=60, deadline=None)
def test_every_row_gets_the_answer_of_its_name_and_keeps_all_its_cells(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("any")
    rows = [[a, name.replace("\x00", ""), b] for a, name, b in rows]
    rows = [[cell.replace("\x00", "") for cell in row] for row in rows]
    source = folder / "in.parquet"
    columns = {name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate("a名b")}
    pq.write_table(pa.table(columns), source)
    geocode(source, folder / "one.csv", name="名")
    # What stands in the CSV is a table, too, whose cells are those of the CSV.
    geocode(folder / "one.csv", folder / "two.parquet", name="名")
    for path, cut in ((folder / "one.csv", 3), (folder / "two.parquet", 8)):
        head, *got = written(path)
        assert [row[:3] for row in (got if cut == 3 else [list(map(plain, row)) for row in got])] == rows
        if cut == 3:
            assert [added(row) for row in got] == [expected(row[1]) for row in rows]
    assert head[3:] == [*ADDED, *(f"koryu_{name}" for name in ADDED)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "euc_jp", "iso2022_jp"]
)
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_text_of_any_usual_encoding_and_separator(tmp_path, encoding, separator):
    rows = [["番号", "相手方"], ["001", "石川県金沢市"], ["002", "長野県松本市"]]
    (tmp_path / "in.csv").write_bytes(text_table(rows, separator, encoding))
    geocode(tmp_path / "in.csv", tmp_path / "out.csv")
    assert [row[:3] for row in written(tmp_path / "out.csv")[1:]] == [
        ["001", "石川県金沢市", "17201"],
        ["002", "長野県松本市", "20202"],
    ]


def test_an_encoding_is_known_by_what_stands_far_down(tmp_path):
    rows = [["name", "note"], *[["x", "y" * 90]] * 30_000, ["石川県金沢市", "終わり"]]
    (tmp_path / "in.csv").write_bytes(text_table(rows, encoding="cp932"))
    geocode(tmp_path / "in.csv", tmp_path / "out.csv", name="name")
    assert written(tmp_path / "out.csv")[-1][:3] == ["石川県金沢市", "終わり", "17201"]


def test_rows_shorter_and_longer_than_the_heading_lose_nothing(tmp_path):
    (tmp_path / "in.csv").write_text("\n相手方,b\n金沢市\n\n松本市,x,y,z\n", encoding="utf-8")
    geocode(tmp_path / "in.csv", tmp_path / "out.csv")
    head, *rows = written(tmp_path / "out.csv")
    assert head == ["相手方", "b", "", "", *ADDED]
    assert [row[:5] for row in rows] == [
        ["金沢市", "", "", "", "17201"],
        [""] * 5,
        ["松本市", "x", "y", "z", "20202"],
    ]


def test_a_parquet_file_keeps_its_types_and_what_it_says_of_itself(tmp_path):
    frame = pd.DataFrame(
        {
            "相手方": pd.Categorical(["金沢市", "松本市", None]),
            "数": pd.array([1, None, 3], "Int64"),
            "日": pd.to_datetime(["2020-01-02", None, "2021-01-01"]),
            "中": [[1], [], None],
        },
        index=pd.Index([5, 6, 7], name="番"),
    )
    frame.to_parquet(tmp_path / "in.parquet")
    geocode(tmp_path / "in.parquet", tmp_path / "out.parquet")
    before, after = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("in", "out"))
    assert after.select(before.column_names).equals(before)
    assert after.schema.field("confidence").type == pa.float64()
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "out.parquet")[list(frame)], frame)
    assert after.column("codes").to_pylist() == ["17201", "20202", ""]


def test_numbers_and_dates_of_a_workbook_stay_what_they_are(tmp_path):
    day, moment = datetime.datetime(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, 4, 5)
    values = ["金沢市", 17201, 0.5, day, moment, True, "00012"]
    (tmp_path / "in.xlsx").write_bytes(sheet([], ["相手方", *"abcdef"], values))
    geocode(tmp_path / "in.xlsx", tmp_path / "out.xlsx", code="a")
    rows = list(openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True))
    assert list(rows[1][:7]) == values
    assert rows[1][7:10] == ("17201", "municipality", "exact")
    geocode(tmp_path / "in.xlsx", tmp_path / "out.csv")
    texts = ["金沢市", "17201", "0.5", "2020-01-02", "2020-01-02 03:04:05", "TRUE", "00012"]
    assert written(tmp_path / "out.csv")[1][:7] == texts


def test_the_sheet_that_has_the_column_is_read_and_said(tmp_path):
    data = workbook(
        ("説明", [["この表について"], ["x"]], ()),
        ("一覧", [["相手方"], ["金沢市"]], ()),
        ("前年", [["相手方"], ["松本市"]], ()),
    )
    (tmp_path / "in.xlsx").write_bytes(data)
    said: list[str] = []
    geocode(tmp_path / "in.xlsx", tmp_path / "out.csv", said)
    assert [row[0] for row in written(tmp_path / "out.csv")] == ["相手方", "金沢市"]
    assert said == ["シート「一覧」を読みます。"]


@pytest.mark.parametrize("out", KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_rows_is_a_table_without_rows(tmp_path, kind, out):
    assert geocode(made(tmp_path, kind, []), tmp_path / f"out{out}").rows == 0
    assert written(tmp_path / f"out{out}") == [[*HEAD, *ADDED]]


def test_a_name_that_comes_again_is_geocoded_once(tmp_path, monkeypatch):
    asked = []
    ask = GEOCODER.geocode
    monkeypatch.setattr(
        GEOCODER, "geocode", lambda name, **known: asked.append((name, *known.values())) or ask(name, **known)
    )
    rows = [["府中市", home] for home in ("東京都", "広島県", "東京", "")] * 100
    monkeypatch.setattr(table_readers, "PIECE", 30)
    geocode(made(tmp_path, ".csv", rows, ["相手方", "県"]), tmp_path / "out.csv", prefecture="県")
    assert len(asked) == len(set(asked)) == 3


def test_a_column_of_prefectures_that_are_none_is_said_and_not_used(tmp_path):
    said: list[str] = []
    rows = [["府中市", "東京"], ["府中市", "34"], ["府中市", "甲州"], ["金沢市", "甲州"]]
    path = made(tmp_path, ".csv", rows, ["相手方", "県"])
    geocode(path, tmp_path / "out.csv", said, prefecture="県")
    assert [row[2] for row in written(tmp_path / "out.csv")[1:]] == ["13206", "34208", "", "17201"]
    assert said == ["「県」の列の2行（「甲州」など）は都道府県の名前でないので、使いませんでした。"]


def test_names_of_columns_that_are_taken_get_a_prefix_and_it_is_said(tmp_path):
    said: list[str] = []
    geocode(
        made(tmp_path, ".csv", [["金沢市", "1", "2"]], ["相手方", "level", "koryu_codes"]),
        tmp_path / "o.csv",
        said,
    )
    assert written(tmp_path / "o.csv")[0][3:] == [f"koryu2_{name}" for name in ADDED]
    assert len(said) == 1


def test_a_new_table_takes_the_place_of_an_old_one_and_a_link_stays_one(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    (real / "out.csv").write_text("old")
    (tmp_path / "out.csv").symlink_to(real / "out.csv")
    geocode(made(tmp_path, ".csv"), tmp_path / "out.csv")
    assert (tmp_path / "out.csv").is_symlink()
    assert len(written(real / "out.csv")) == 7


BOOK = sheet(["相手方"], ["金沢市"])


def parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"相手方": [f"金沢市{n}" for n in range(5000)]}), stream)
    return stream.getvalue()


#: what → (content or None, name, arguments, a word of the sentence)
REFUSED = {
    "nothing there": (None, "in.csv", {}, "見つかりません"),
    "nothing in it": (b"", "in.csv", {}, "空です"),
    "white space": (b"\xef\xbb\xbf\r\n \r\n", "in.csv", {}, "空です"),
    "an empty workbook": (sheet(), "in.xlsx", {}, "空です"),
    "no such column": ("名前,b\n".encode(), "in.csv", {}, "あるのは 名前、b です"),
    "no such prefecture column": ("相手方,b\n".encode(), "in.csv", {"prefecture": "県"}, "「県」という列"),
    "no such code column": (BOOK, "in.xlsx", {"code": "番号"}, "「番号」という列"),
    "two such columns": ("相手方,相手方\n".encode(), "in.csv", {}, "2つ"),
    "an open quotation": ('相手方,b\n金沢市,"x\n'.encode(), "in.csv", {}, "引用符"),
    "a cell without end": (b"a,\xe7\x9b\xb8" + b"x" * 2_000_000, "in.csv", {}, "長すぎる欄"),
    "bytes": (bytes(range(256)) * 20, "in.csv", {}, "文字コード"),
    "a text cut within a character": ("相手方\n金沢市".encode()[:-1], "in.csv", {}, "文字コード"),
    "a workbook cut short": (BOOK[:-300], "in.xlsx", {}, "壊れている"),
    "an old workbook of nothing": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "in.xlsx", {}, "壊れている"),
    "a parquet file cut short": (parquet()[:-500], "in.parquet", {}, "Parquet のファイルですが"),
    "a parquet file with other bytes in it": (parquet()[:200] + b"\xff" * 3000 + parquet()[3200:], "in.parquet", {}, "Parquet のファイルですが"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("out", KINDS)
def test_what_cannot_be_read_is_one_sentence_and_leaves_nothing(tmp_path, what, out):
    content, name, columns, word = REFUSED[what]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SourceError) as error:
        geocode(tmp_path / name, tmp_path / f"out{out}", **columns)
    said = str(error.value)
    assert word in said
    assert said.endswith("。")
    assert "\n" not in said
    assert sorted(tmp_path.iterdir()) == before


def test_outputs_that_cannot_be(tmp_path):
    path = made(tmp_path, ".csv")
    (tmp_path / "link.csv").symlink_to(path)
    before = path.read_bytes()
    for out, word in {
        "in.csv": "同じファイル",
        "link.csv": "同じファイル",
        "out.txt": "名前の終わり",
    }.items():
        with pytest.raises(SourceError, match=word):
            geocode(path, tmp_path / out)
    for out, word in {"none/out.csv": "フォルダ", "x" * 300 + ".csv": "書"}.items():
        with pytest.raises(WriteError, match=word):
            geocode(path, tmp_path / out)
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", "link.csv"]


@pytest.mark.parametrize("out", [".xlsx", ".parquet"])
def test_what_a_format_cannot_hold_is_said_and_nothing_left(tmp_path, monkeypatch, out):
    monkeypatch.setattr(table_writers, "_MOST_ROWS", 5)
    head = ["相手方", "b", "b"] if out == ".parquet" else ["相手方", "b", "c"]
    path = made(tmp_path, ".csv", [["金沢市", "", ""]] * 5, head)
    with pytest.raises(SourceError, match="には書けません。--out を .csv"):
        geocode(path, tmp_path / f"out{out}")
    long = made(tmp_path, ".csv", [["金沢市", "", "長" * 32_768]], head)
    with pytest.raises(SourceError, match="には書けません。--out を .csv|には書けません。\n?"):
        geocode(long, tmp_path / f"out{out}")
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a limit of a POSIX process")
@pytest.mark.parametrize("out", KINDS)
def test_a_full_disk_is_one_sentence_and_the_old_table_stays(tmp_path, out, capfd):
    import resource

    chance = random.Random(1)
    rows = [["金沢市", "".join(chance.choices("あいうえおかきくけこ一二三四五", k=60))] for _ in range(3000)]
    path = made(tmp_path, ".csv", rows, ["相手方", "b"])
    (tmp_path / f"out{out}").write_bytes(b"old")
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        arguments = ["geocode", "--table", path, "--column", "相手方", "--out", tmp_path / f"out{out}"]
        os._exit(commands.main([str(one) for one in arguments]))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    said = capfd.readouterr().err
    assert "ファイルが大きすぎます" in said
    assert len(said.splitlines()) == 1
    assert (tmp_path / f"out{out}").read_bytes() == b"old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", f"out{out}"]


@pytest.mark.parametrize("kind", [".xlsx", ".parquet", ".csv"])
def test_damage_is_read_or_refused_and_nothing_else(tmp_path, kind, capfd):
    data = made(tmp_path, kind).read_bytes()
    chance = random.Random(kind)
    for _ in range(12 if kind == ".xlsx" else 60):
        spoiled = bytearray(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data)
        for _ in range(chance.choice([0, 1, 20])):
            if spoiled:
                spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
        (tmp_path / f"in{kind}").write_bytes(spoiled)
        (tmp_path / "out.csv").unlink(missing_ok=True)
        with suppress(SourceError):
            geocode(tmp_path / f"in{kind}", tmp_path / "out.csv")
            assert (tmp_path / "out.csv").exists()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--column", "相手方"], "--column は"),
        (["--table", "in.csv", "--out", "out.csv"], "--column も"),
        (["--table", "in.csv", "--column", "相手方"], "--out も"),
        (["--table", "in.csv", "--column", "相手方", "--out", "out.csv", "names.txt"], "names.txt"),
        (["--table", "in.csv", "--column", "相手方", "--out", "out.csv", "--prefecture", "江戸"], "江戸"),
    ],
)
def test_options_that_do_not_fit_are_said(tmp_path, monkeypatch, capsys, arguments, word):
    made(tmp_path, ".csv")
    monkeypatch.chdir(tmp_path)
    assert commands.main(["geocode", *arguments]) == 2
    said = capsys.readouterr().err
    assert word in said
    assert len(said.splitlines()) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


def test_the_command_says_what_became_of_the_names(tmp_path, capsys):
    path = made(tmp_path, ".csv")
    out = tmp_path / "out.csv"
    assert commands.main(["geocode", "--table", str(path), "--column", "相手方", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert (
        said.err
        == f"「{out}」に6行を書き出しました（決まったもの 1行、決められないもの 4行、名前のないもの 1行）。\n"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_long_table_is_never_in_memory_whole(tmp_path):
    """A table ten times as long takes no more memory."""
    import subprocess

    script = (
        "import resource,sys\nfrom pipeline.cli.commands import main\n"
        "assert main(['geocode','--table',sys.argv[1],'--column','相手方','--out',sys.argv[2]]) == 0\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for n in (30_000, 300_000):
        with (tmp_path / "in.csv").open("w", encoding="utf-8") as file:
            file.write("相手方,b\n")
            file.writelines(f"金沢市,{number:060}\n" for number in range(n))
        command = [sys.executable, "-c", script, tmp_path / "in.csv", tmp_path / "out.csv"]
        done = subprocess.run(command, capture_output=True, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] + 20_000
