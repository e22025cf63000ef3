"""A logo is taken for what is in it, and refused in one sentence where it is no plain picture."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from pipeline.cli.commands import main
from pipeline.deliver.logo import logo
from pipeline.intake.records import SourceError

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">'
)
PLAIN = f'{HEAD}<defs><linearGradient id="g"/></defs><rect width="40" height="20" fill="url(#g)"/></svg>'


def png(size: tuple[int, int] = (60, 20)) -> bytes:
    buffer = BytesIO()
    Image.new("RGBA", size, "#0017c1").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_picture_is_known_by_what_is_in_it():
    assert (logo(png(), "x.svg").kind, logo(png(), "x").shape) == ("png", 3.0)
    assert (logo(PLAIN.encode(), "x.png").kind, logo(PLAIN.encode(), "x").shape) == ("svg", 2.0)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "PNG でも SVG でもありません"),
        (b"GIF89a" + bytes(40), "PNG でも SVG でもありません"),
        (bytes(1_000_001), "大きすぎます"),
        (png()[:60], "壊れていて"),
        (png((4001, 4001)), "大きすぎます"),
        (png((900, 20)), "細長すぎます"),
        (HEAD.encode(), "SVG として読めません"),
        (b"<html><svg></svg></html>", "SVG ではありません"),
        (PLAIN.replace("<rect", "<script>alert(1)</script><rect").encode(), "スクリプト"),
        (PLAIN.replace("<rect", '<rect onload="x()"').encode(), "スクリプト"),
        (PLAIN.replace("<rect", "<foreignObject/><rect").encode(), "スクリプト"),
        (PLAIN.replace("<rect", '<image href="https://example.jp/a.png"/><rect').encode(), "外のファイル"),
        (PLAIN.replace("<rect", '<image xlink:href="file:///etc/passwd"/><rect').encode(), "外のファイル"),
        (PLAIN.replace("<rect", '<image href="a.svg"/><rect').encode(), "外のファイル"),
        (PLAIN.replace("url(#g)", "url(https://example.jp/#g)").encode(), "外のファイル"),
        (PLAIN.replace("<rect", "<style>@import 'a.css';</style><rect").encode(), "外のファイル"),
        (f'<!DOCTYPE svg [<!ENTITY a "{"x" * 99}">]>{PLAIN}'.encode(), "実体の宣言"),
        (f"{HEAD.replace(' viewBox=', ' x=')}</svg>".encode(), "大きさ"),
    ],
)
def test_what_is_no_plain_picture_is_refused_in_one_sentence(content, says):
    with pytest.raises(SourceError) as error:
        logo(content, "県章")
    assert says in str(error.value)
    assert "「県章」" in str(error.value)


def test_the_command_puts_it_on_the_page_with_the_words_of_the_office(build_dir, tmp_path):
    (tmp_path / "logo").write_bytes(PLAIN.encode())
    out = tmp_path / "x.pdf"
    asked = (
        "--orientation portrait --title 資料3 --department 企画課 --day 令和8年12月 --no-gaps --no-appendix"
    )
    arguments = ["export", "--format", "pdf", "--data", str(build_dir), "--out", str(out), *asked.split()]
    assert main([*arguments, "--ward", "港区", "--logo", str(tmp_path / "logo")]) == 0
    (page,) = PdfReader(out).pages
    assert page.mediabox.height > page.mediabox.width
    assert page.extract_text().split()[:3] == ["資料3", "企画課", "令和8年12月"]
    assert "連携のない" not in page.extract_text()


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["--logo", "nowhere.png"], "ロゴ「nowhere.png」を読めません"),
        (["--title", "あ" * 201], "201文字あります。200文字まで"),
        (["--orientation", "up"], "--orientation に「up」は指定できません"),
    ],
)
def test_a_wrong_option_is_one_sentence_and_no_file(build_dir, tmp_path, capsys, asked, says):
    out = tmp_path / "x.pdf"
    try:
        status = main(["export", "--format", "pdf", "--data", str(build_dir), "--out", str(out), *asked])
    except SystemExit as error:
        status = error.code
    assert status == 2
    assert says in capsys.readouterr().err
    assert not out.exists()
