"""Files that cannot be read: one plain Japanese sentence or two, naming the file and the line."""

from __future__ import annotations

import pytest

from pipeline.intake.records import SourceError
from pipeline.intake.registry import read
from tests.documents import DOCUMENTS

LINKAGE, EXCHANGE = DOCUMENTS["tokyo23_linkage_r8"], DOCUMENTS["setagaya_exchange_r6"]


@pytest.fixture(params=[LINKAGE, EXCHANGE], ids=lambda document: document.id)
def document(request):
    return request.param


@pytest.fixture
def text(root, document):
    return (root / "data" / "sources" / f"{document.id}.txt").read_text(encoding="utf-8")


@pytest.fixture
def refuse(tmp_path, document):
    def refuse(data: bytes, *parts: str) -> None:
        path = tmp_path / f"{document.id}.txt"
        path.write_bytes(data)
        with pytest.raises(SourceError) as caught:
            read(path, document)
        message = str(caught.value)
        assert "\n" not in message
        assert message.endswith("。")
        for part in (path.name, *parts):
            assert part in message

    return refuse


def test_missing(tmp_path, document):
    with pytest.raises(SourceError, match="見つかりません"):
        read(tmp_path / "none.txt", document)


def test_a_folder_in_its_place(tmp_path, document):
    with pytest.raises(SourceError, match="開けません"):
        read(tmp_path, document)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\t\r\n"])
def test_empty(refuse, data):
    refuse(data, "空です")


@pytest.mark.parametrize("encoding", ["cp932", "euc-jp", "utf-16", "utf-16-le", "iso2022_jp"])
def test_other_encodings_are_refused_not_guessed(refuse, text, encoding):
    refuse(text.encode(encoding, errors="replace"), "行目", "UTF-8")


def test_binary(refuse, text):
    refuse(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF", "壊れている")
    refuse(b"PK\x03\x04rest", "Excel", "壊れている")
    refuse(b"\x89PNG\r\n\x1a\n\x00\x00", "1行目")
    refuse((text[:500] + "\x00" + text[500:]).encode(), "行目")


def test_a_line_without_end_is_refused_at_once(refuse, text):
    lines = text.split("\n")
    lines[19] += "あ" * 2_000_000
    refuse("\n".join(lines).encode(), "20行目", "長すぎ")


def test_a_bad_byte_names_its_line(refuse, text):
    lines = text.encode().split(b"\n")
    lines[19] += b"\x83\x65"
    refuse(b"\n".join(lines), "20行目", "UTF-8")


def test_a_column_missing_in_the_header(refuse, text, document):
    column = "事業主体" if document is LINKAGE else "交流事業名"
    lines = text.split("\n")
    number = next(n for n, line in enumerate(lines, 1) if column in line and line.count("\t") > 5)
    lines[number - 1] = lines[number - 1].replace(f"{column}\t", "", 1)
    refuse("\n".join(lines).encode(), f"{number}行目", column)


def test_a_header_without_the_column_further_down(refuse, text, document):
    column = "事業 主体" if document is LINKAGE else "交流事業名"
    lines = text.split("\n")
    number = [n for n, line in enumerate(lines, 1) if column in line and line.count("\t") > 5][2]
    lines[number - 1] = lines[number - 1].replace(f"{column}\t", "\t", 1)
    refuse("\n".join(lines).encode(), f"{number}行目", column.replace(" ", ""))


def test_a_table_without_its_first_header(refuse, text, document):
    lines = text.split("\n")
    number = next(n for n, line in enumerate(lines, 1) if line.count("\t") > 5)
    del lines[number - 1]
    refuse("\n".join(lines).encode(), f"{number}行目", "見出し")
    lines.insert(number - 1, "\t".join(["いろは", *["に"] * 5]))
    refuse("\n".join(lines).encode(), f"{number}行目", "見出し")


def test_no_header(refuse, text, document):
    refuse("何かほかの文書です。\n本文が続きます。\n".encode(), "見出し")


def test_header_but_no_rows(tmp_path, root):
    path = tmp_path / "headers.txt"
    path.write_text(
        "\t".join(
            ["各特別区名", "連携カテゴリ", "事業名称等", "事業主体", "連携相手方", "事業内容", "事業開始年度"]
        )
    )
    with pytest.raises(SourceError, match="1行もありません"):
        read(path, LINKAGE)


def test_cut_off_in_a_row(refuse, text):
    data = text.rstrip("\n").encode()
    row = data.rindex(b"\n")
    cut = data.index(b"\t", row + 1)
    refuse(data[: cut + 1], "途中で切れています", "行目")


def test_cut_off_in_a_character(refuse, text):
    data = text.rstrip("\n").encode()
    refuse(data[: data.index("東京都".encode()) + 4], "途中で切れています", "行目")


def test_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path, text, document):
    plain, windows = tmp_path / "plain.txt", tmp_path / "windows.txt"
    plain.write_bytes(text.encode())
    windows.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read(plain, document).records == read(windows, document).records
