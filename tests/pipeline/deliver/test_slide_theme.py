"""Themes of offices: what is used of them, and the sentence for a file that cannot be one."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE

from geo.ledger.selection import Selection
from pipeline.cli.commands import main
from pipeline.deliver import slides
from pipeline.deliver.slide_theme import MOST_BYTES, open_theme
from pipeline.intake.records import SourceError
from tests.pipeline.deliver.office_theme import FONT, potx, with_parts

ONE = Selection(origins=("13101",), sources=("tokyo23_linkage_r8",), networks=False)
THEME = potx()
TYPES = "[Content_Types].xml"
RELATIONS = "ppt/slideMasters/_rels/slideMaster1.xml.rels"
LAYOUTS = [f"ppt/slideLayouts/slideLayout{number}.xml" for number in range(1, 12)]
LAYOUT = LAYOUTS[5]


def test_a_deck_takes_size_title_and_fonts_of_a_theme_and_none_of_its_slides(dataset):
    content = slides.write(dataset, ONE, theme=THEME, title="題名")
    deck = Presentation(BytesIO(content))
    assert (deck.slide_width, deck.slide_height) == (9_144_000, 6_858_000)
    assert "例のスライド" not in [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert deck.slides[0].slide_layout.name == "Title Slide"
    for slide in list(deck.slides)[1:]:
        assert slide.slide_layout.name == "Title Only"
        placed = slide.slide_layout.placeholders[0]
        assert (slide.shapes.title.left, slide.shapes.title.top) == (placed.left, placed.top)
        assert not slide._element.xpath(".//a:latin | .//a:ea | .//a:srgbClr")
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode()
    assert theme.count(f'<a:ea typeface="{FONT}"/>') == 2
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert b"presentation.main+xml" in parts.read(TYPES)
        assert b"template.main+xml" not in parts.read(TYPES)


def test_a_presentation_is_a_theme_too_and_what_names_its_slides_goes_with_them(dataset):
    section = (
        b'<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst xmlns:p14='
        b'"http://schemas.microsoft.com/office/powerpoint/2010/main"/></p:ext></p:extLst></p:presentation>'
    )
    pptx = with_parts(
        THEME,
        {
            TYPES: lambda own: own.replace(b"template.main", b"presentation.main"),
            "ppt/presentation.xml": lambda own: own.replace(b"</p:presentation>", section),
        },
    )
    deck = open_theme(pptx).deck
    assert not len(deck.slides)
    assert not deck.part._element.xpath(".//*[local-name()='sectionLst'] | .//p:ext")


def test_without_a_layout_of_a_title_alone_the_plainest_with_a_title_is_used(dataset):
    other = with_parts(THEME, {LAYOUT: lambda own: own.replace(b'type="titleOnly"', b"")})
    assert open_theme(other).layout.name == "Title Only"


def _bomb() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TYPES, b"<Types/>")
        archive.writestr("ppt/media/image1.png", bytes(20_000_000))
    return made.getvalue()


def _repeated() -> bytes:
    made = BytesIO(THEME)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(made, "a") as archive:
        archive.writestr(TYPES, b"<Types/>")
    return made.getvalue()


def _relation(own: bytes) -> bytes:
    outside = b'<Relationship Id="rId99" Type="http://x/image" Target="http://example.com/a.png" TargetMode="External"/>'
    return own.replace(b"</Relationships>", outside + b"</Relationships>")


def _untitled(own: bytes) -> bytes:
    return own.replace(b'<p:ph type="title"', b'<p:ph type="body"').replace(
        b'<p:ph type="ctrTitle"', b'<p:ph type="body"'
    )


def _small(own: bytes) -> bytes:
    return own.replace(b'cx="9144000"', b'cx="1144000"')


HOSTILE = {
    "nothing": (lambda: b"", "PowerPoint のファイルではありません"),
    "a text": (lambda: "題名".encode(), "PowerPoint のファイルではありません"),
    "a workbook": (
        lambda: with_parts(THEME, {TYPES: b"<Types/>"}),
        "PowerPoint のファイルではありません",
    ),
    "old or locked": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "パスワード"),
    "cut short": (lambda: THEME[: len(THEME) // 2], "壊れているか途中で切れて"),
    "no zip": (lambda: b"PK\x03\x04" + bytes(900), "壊れているか途中で切れて"),
    "too large": (lambda: b"PK" + bytes(MOST_BYTES), "使える大きさ（20MB）"),
    "a bomb": (_bomb, "元の大きさからは考えられないほど"),
    "a part twice": (_repeated, "壊れているか"),
    "macros": (
        lambda: with_parts(
            THEME, {TYPES: lambda own: own.replace(b"template.main", b"template.macroEnabled.main")}
        ),
        "マクロ",
    ),
    "macros under another type": (lambda: with_parts(THEME, {"ppt/vbaProject.bin": b"x"}), "マクロ"),
    "entities": (
        lambda: with_parts(THEME, {LAYOUT: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "壊れているか",
    ),
    "broken XML": (lambda: with_parts(THEME, {LAYOUT: b"<p:sldLayout"}), "壊れているか"),
    "broken relations": (lambda: with_parts(THEME, {RELATIONS: b"<Rel"}), "壊れているか"),
    "no relations": (lambda: with_parts(THEME, {RELATIONS: b"<Relationships/>"}), "壊れているか"),
    "no titles": (lambda: with_parts(THEME, dict.fromkeys(LAYOUTS, _untitled)), "タイトルのあるレイアウト"),
    "something from elsewhere": (lambda: with_parts(THEME, {RELATIONS: _relation}), "リンクを解除して"),
    "a tiny slide": (lambda: with_parts(THEME, {"ppt/presentation.xml": _small}), "広さがありません"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_theme_is_one_sentence(name):
    make, says = HOSTILE[name]
    with pytest.raises(SourceError) as error:
        open_theme(make(), "庁内.potx")
    said = str(error.value)
    assert says in said
    assert "庁内.potx" in said
    assert said.endswith("。")


@pytest.mark.parametrize("cut", range(200, len(THEME), len(THEME) // 12))
def test_a_damaged_file_never_ends_otherwise(cut):
    damaged = THEME[:cut] + bytes(40) + THEME[cut + 40 :]
    said = "。"
    try:
        open_theme(damaged)
    except SourceError as error:
        said = str(error)
    assert said.endswith("。")


@pytest.mark.parametrize(
    ("write", "says"),
    [(None, "読めません"), (b"PK\x03\x04", "壊れている"), (b"<html>", "PowerPoint のファイルではありません")],
)
def test_the_command_says_so_and_writes_nothing(build_dir, tmp_path, capsys, write, says):
    theme, out = tmp_path / "庁内.potx", tmp_path / "x.pptx"
    if write is not None:
        theme.write_bytes(write)
    asked = ["export", "--format", "pptx", "--data", str(build_dir), "--out", str(out), "--theme", str(theme)]
    assert main(asked) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said
    assert not out.exists()


def test_the_command_makes_a_deck_in_the_look_of_an_office(build_dir, tmp_path):
    theme, out = tmp_path / "庁内.potx", tmp_path / "x.pptx"
    theme.write_bytes(THEME)
    asked = [
        "--theme",
        str(theme),
        "--title",
        "題名",
        "--department",
        "企画課",
        "--no-appendix",
        "--ward",
        "港区",
    ]
    assert main(["export", "--format", "pptx", "--data", str(build_dir), "--out", str(out), *asked]) == 0
    deck = Presentation(str(out))
    assert deck.slide_width == 9_144_000
    assert deck.core_properties.title == "題名"


def test_a_theme_is_for_slides_alone(build_dir, tmp_path, capsys):
    asked = ["export", "--format", "png", "--data", str(build_dir), "--out", str(tmp_path / "x.png")]
    assert main([*asked, "--theme", "x.potx"]) == 2
    assert "--theme は --format pptx のときだけ指定できます" in capsys.readouterr().err
