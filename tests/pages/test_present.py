"""発表資料: the view in force as files, with progress and cancel."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from geo.ledger.selection import Selection
from pages.present import papers, saving
from pages.shared.frame import text
from pipeline.cli.commands import main
from pipeline.deliver import FORMATS, notes, paper
from pipeline.deliver.file_names import of_format
from pipeline.deliver.page_look import Look
from tests.pipeline.deliver.office_theme import potx


def saved(shown, words: str):
    """The button that saves whose label holds the words."""
    return next(button.proto for button in shown.app.get("download_button") if words in button.label)


def pressed(shown, words: str):
    """Press the button whose label holds the words."""
    next(button for button in shown.app.button if words in button.label).click().run()


def test_the_view_can_be_saved_in_every_format(screen):
    shown = screen("present", ward="世田谷区")
    assert not shown.app.exception
    assert not shown.notes
    assert "世田谷区は、個別の連携で全国 " in shown.heading
    labels = [button.label for button in shown.app.get("download_button")]
    assert labels[0] == "PDFを保存"
    assert [label.removesuffix("を保存") for label in labels[1:]] == [
        "1つのHTML",
        "Excel",
        "CSV（連携）",
        "GeoJSON",
        "GeoPackage",
        "オープンデータ",
    ]
    said = re.findall('<p class="k-sub k-under">(.*?)</p>', shown.html)
    assert len(said) == len(labels)
    assert all(re.search(r"およそ [0-9.]+ [KM]B。$", words) for words in said)
    assert len(shown.app.get("image")) + len(shown.app.get("image_list")) == 1


@pytest.mark.parametrize("name", ["PowerPoint", "PNG画像", "SVG画像"])
def test_a_link_opens_every_format(screen, name):
    shown = screen("present", ward="港区", format=name, map="連携率")
    assert f"{name}を保存" in [button.label for button in shown.app.get("download_button")]
    assert not shown.app.exception


def test_a_page_for_each_ward_is_made_beside_the_screen_and_then_saved(screen):
    shown = screen("present", ward=["港区", "世田谷区"])
    shown.app.segmented_control(key="each").set_value(True).run()
    pressed(shown, "PDFを2枚作る")
    job = shown.app.session_state.job_pages
    job.thread.join(60)
    shown.app.run()
    assert (job.words, job.share) == ("2枚のうち 2枚ができました。", 1.0)
    outline = PdfReader(BytesIO(job.made)).outline
    assert [one.title[:3] for one in outline if not isinstance(one, list)] == ["港区は", "世田谷"]
    assert "PDF（2枚）を保存" in [button.label for button in shown.app.get("download_button")]


@pytest.mark.parametrize("origin", [(), ("13103",), ("13102",)])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "geojson", "gpkg", "html", "opendata", papers.PLAIN])
def test_the_size_said_is_about_the_size_made(dataset, kind, origin):
    selection = Selection(sources=("tokyo23_linkage_r8",), origins=origin)
    plain = {"script": False} if kind == papers.PLAIN else {}
    made = len(FORMATS["html" if plain else kind].write(dataset, selection, **plain)) / 1000
    number, unit = papers.size(kind, len(dataset.select(selection).links)).split()[1:]
    said = float(number) * {"KB": 1, "MB": 1000}[unit]
    assert made / 2 < said + 20
    assert said < made * 2 + 20


def test_characters_the_encoding_lacks_are_named_before_anything_is_saved(screen, monkeypatch):
    def lacking(selection, table, encoding):
        return "CP932 にない文字があるため保存できません: 「\U00020bb7」" if encoding == "cp932" else ""

    monkeypatch.setattr(papers, "strangers", lacking)
    assert not screen("present").notes
    shown = screen("present", csv_encoding="Shift_JIS")
    (note,) = shown.notes
    assert note.startswith("Shift_JIS にない文字があるため")
    assert saved(shown, "CSV").disabled
    shown.app.checkbox(key="csv_geta").check().run()
    assert not saved(shown, "CSV").disabled


def test_a_preview_that_cannot_be_drawn_leaves_the_data(screen, monkeypatch):
    monkeypatch.setattr(papers, "preview", lambda *given: 1 / 0)
    shown = screen("present", ward="港区")
    assert any("見本を描けませんでした" in note for note in shown.notes)
    assert saved(shown, "Excel")


def test_a_file_is_named_after_what_is_in_it(screen, dataset, monkeypatch):
    asked = {}
    monkeypatch.setattr(saving, "of_format", lambda *given: asked.setdefault(given[2], of_format(*given)))
    screen("present", ward="港区", category="災害・防災", csv_table="区別集計")
    assert asked["pdf"] == "renkei_港区_災害_R8.pdf"
    assert asked["csv"] == "renkei_区別集計_港区_災害_R8.csv"
    assert len(set(asked.values())) == len(asked)


def test_a_deck_has_the_cover_and_the_theme_that_this_session_gives_it(screen, monkeypatch):
    made = []
    monkeypatch.setattr(
        saving, "_writer", lambda view, kind, settings: made.append((kind, settings)) or bytes
    )
    shown = screen("present", ward="港区", format="PowerPoint", page_lists="false")

    def asked() -> dict:
        return next(settings for kind, settings in reversed(made) if kind == "pptx")

    assert asked().items() >= {"appendix": False, "theme": None}.items()
    theme = potx()
    shown.app.text_input(key="page_title").set_value(" 題名 ")
    shown.app.file_uploader(key="slide_theme_file").set_value(("庁内.potx", theme, "")).run()
    assert not shown.app.exception
    assert asked().items() >= {"title": "題名", "theme": theme}.items()
    assert "「庁内.potx」を使います" in shown.html
    shown.app.file_uploader(key="slide_theme_file").set_value(("庁内.potm", b"<html>", "")).run()
    assert any("PowerPoint のファイルではありません" in note for note in shown.notes)
    assert asked()["theme"] is None


def test_another_view_forgets_the_file_of_the_one_before(screen):
    shown = screen("present", ward=["港区", "世田谷区"])
    shown.app.segmented_control(key="each").set_value(True).run()
    pressed(shown, "PDFを2枚作る")
    shown.app.segmented_control(key="format").set_value("pptx").run()
    assert shown.app.session_state.job_pages is None


def test_nothing_to_show_says_what_to_do(screen):
    shown = screen("present", ward="千代田区", unknown="false", began=["1967", "1967"])
    assert text.nothing("区") in shown.notes
    assert not shown.app.get("download_button")


def test_paper_says_the_same_conditions_as_the_screen(screen, dataset):
    """Also that projects stand in more than one document, where several are taken together."""
    shown = screen("present", source="", ward="杉並区")
    assert "ほかの資料にもあるとみられる" in shown.conditions
    assert shown.conditions == notes.conditions(dataset, Selection(origins=("13115",)))


def test_the_command_line_writes_the_view_of_the_screen(screen, build_dir, tmp_path, capsys):
    shown = screen(
        "present", ward="世田谷区", years="この年までに", as_of="2000", network="false", unknown="false"
    )
    out = tmp_path / "x.pdf"
    asked = ["--ward", "世田谷区", "--as-of", "2000", "--no-networks", "--no-unknown-years"]
    assert main(["export", "--format", "pdf", "--data", str(build_dir), "--out", str(out), *asked]) == 0
    assert shown.conditions in capsys.readouterr().err
    text = "".join(PdfReader(out).pages[0].extract_text().split())
    assert "".join(shown.heading.split()) in text
    assert "".join(shown.conditions.split()) in text


def test_what_an_office_puts_on_its_pages_is_in_the_link_and_in_the_file(screen, monkeypatch):
    made = []
    monkeypatch.setattr(papers, "preview", lambda selection, kind, settings: made.append(settings) or png())
    link = {"page_title": "委員会資料", "page_department": "企画課", "page_day": "12月1日"}
    shown = screen("present", ward="港区", orientation="縦", page_gaps="false", page_lists="false", **link)
    assert not shown.app.exception
    assert not shown.notes
    asked = {"title": "委員会資料", "department": "企画課", "day": "12月1日", "orientation": "portrait"}
    assert made[-1] | asked | {"gaps": False, "appendix": False} == made[-1]
    assert any("A4 縦。" in words for words in re.findall('k-under">(.*?)</p>', shown.html))
    shown.app.file_uploader(key="page_logo_file").upload("印.png", png()).run()
    assert made[-1]["logo"].kind == "png"
    shown.app.file_uploader(key="page_logo_file").upload("印.svg", b"<svg onload='x()'/>").run()
    assert "logo" not in made[-1]
    assert any("ロゴ「印.svg」は SVG ではありません" in one.value for one in shown.app.error)


def png() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (60, 20)).save(buffer, "PNG")
    return buffer.getvalue()


def test_the_preview_is_the_first_page_as_it_is_chosen(dataset):
    view, sizes = [Selection(origins=("13103",))], {}
    for look in (Look(), Look(orientation="portrait", appendix=False)):
        image = Image.open(BytesIO(paper.preview(dataset, view, 40, look)))
        sizes[look.orientation] = image.size
    assert sizes == {"landscape": (468, 331), "portrait": (331, 468)}
