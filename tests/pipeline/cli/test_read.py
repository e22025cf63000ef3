"""``koryu read``: a list goes in, a row a mention comes out, and the guess is told."""

from __future__ import annotations

import csv
import subprocess
import sys

import pytest

from pipeline.cli.commands import main
from pipeline.cli.read import READ_HEADER
from tests.lists import sheet, text_table

LIST = text_table(
    [
        ["区名", "連携先", "事業名", "開始年度", "謎"],
        ["文京", "石川県金沢市", "交流", "平成30年度", "x"],
        ["文京", "ボルチモア市（米国）", "姉妹都市", "", "y"],
        ["文京", "ほげほげ", "謎の事業", "2015", "z"],
    ],
    encoding="cp932",
)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes(LIST)
    return file


def test_a_row_a_mention_and_the_guess_beside_it(path, capsys):
    assert main(["read", str(path)]) == 0
    out, err = capsys.readouterr()
    rows = list(csv.reader(out.splitlines(), delimiter="\t"))
    assert tuple(rows[0]) == READ_HEADER
    assert rows[1] == [
        *("2行目", "13105", "交流", "", "2018", "年度", "石川県金沢市", "17201"),
        *("municipality", "exact", "1.00", ""),
    ]
    assert rows[2][8] == "foreign"
    assert rows[3][7:9] == ["", "unresolved"]
    assert "B列「連携先」: 相手方（" in err
    assert "E列「謎」: 読んでいません" in err
    assert "相手方の記載 3件（うち決められないもの 1件）" in err


def test_a_definition_says_what_the_options_say(tmp_path, capsys):
    file, definition = tmp_path / "list.xlsx", tmp_path / "list.toml"
    file.write_bytes(sheet(["あ", "い"], ["石川県金沢市", "長野県松本市"], ["石川県小松市", "岩手県花巻市"]))
    definition.write_text(
        '[options]\norigin = "文京区"\nsheet = "一覧"\nheading = 1\n[options.columns]\npartner = "い"\n',
        "utf-8",
    )
    assert main(["read", "--definition", str(definition), str(file)]) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    assert [row.split("\t")[1:8:6] for row in rows] == [["13105", "20202"], ["13105", "03205"]]
    assert main(["read", "--definition", str(definition), "--columns", "partner=A", str(file)]) == 0
    assert "17201" in capsys.readouterr().out
    definition.write_text("[options\n", "utf-8")
    assert main(["read", "--definition", str(definition), str(file)]) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--columns", "partner"], "--columns の「partner」は読めません"),
        (["--columns", "partner=Z"], "という列はありません"),
        (["--sheet", "別"], "という表はありません"),
    ],
)
def test_a_wrong_option_is_said_in_one_line(path, capsys, options, said):
    assert main(["read", *options, str(path)]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert out == ""


def test_a_file_that_is_none_ends_with_status_2(tmp_path, capsys):
    assert main(["read", str(tmp_path / "none.csv")]) == 2
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04broken")
    assert main(["read", str(tmp_path / "a.xlsx")]) == 2
    err = capsys.readouterr().err
    assert "見つかりません" in err
    assert "壊れている" in err


def test_nothing_is_written(path):
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    assert main(["read", str(path)]) == 0
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_list_is_read_without_what_makes_tables(path):
    """What takes longer to be imported than a list to be read stays out."""
    code = (
        "import sys; from pipeline.cli.commands import main; status = main(sys.argv[1:]);"
        "sys.exit(status or ', '.join({'pandas', 'geopandas', 'streamlit'} & {*sys.modules}) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, "read", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_lists_on_this_machine_reach_the_floors(root, shared):
    checks, lists = shared / "checks" / "score_lists.py", shared / "lists"
    if not checks.is_file() or not lists.is_dir():
        pytest.skip("the lists and their truth are not on this machine")
    done = subprocess.run(
        [sys.executable, str(checks), str(lists)], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "files short 0" in done.stdout
