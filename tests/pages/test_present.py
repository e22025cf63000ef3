"""発表資料: the view in force as files, with progress and cancel."""

from __future__ import annotations

import threading
from io import BytesIO

import pytest
from pypdf import PdfReader

from geo.dataset import Selection
from pages.shared import making, text
from pipeline.exports import notes

ready = threading.Event()


def pressed(shown, words: str):
    """Press the button whose label holds the words."""
    next(button for button in shown.app.button if words in button.label).click().run()


def test_the_view_can_be_saved_in_every_format(screen):
    shown = screen("present", ward="世田谷区")
    assert not shown.app.exception
    assert not shown.notes
    assert "世田谷区は、全国" in shown.heading
    labels = [button.label for button in shown.app.get("download_button")]
    assert labels[0] == "PDFを保存"
    assert {"CSV", "Excel", "GeoJSON", "GeoPackage"} <= set(labels)
    assert len(shown.app.get("image")) + len(shown.app.get("image_list")) == 1


@pytest.mark.parametrize("name", ["PowerPoint", "PNG画像", "SVG画像"])
def test_a_link_opens_every_format(screen, name):
    shown = screen("present", ward="港区", format=name, map="充足率")
    assert f"{name}を保存" in [button.label for button in shown.app.get("download_button")]
    assert not shown.app.exception


def test_a_page_for_each_ward_is_made_beside_the_screen_and_then_saved(screen):
    shown = screen("present", ward=["港区", "世田谷区"])
    shown.app.segmented_control(key="each").set_value(True).run()
    pressed(shown, "PDFを2枚作る")
    job = shown.app.session_state.making
    job.wait(60)
    shown.app.run()
    assert job.done == job.total == 2
    assert len(PdfReader(BytesIO(job.content)).pages) == 2
    assert "PDF（2枚）を保存" in [button.label for button in shown.app.get("download_button")]


def test_another_view_forgets_the_file_of_the_one_before(screen):
    shown = screen("present", ward=["港区", "世田谷区"])
    shown.app.segmented_control(key="each").set_value(True).run()
    pressed(shown, "PDFを2枚作る")
    shown.app.segmented_control(key="format").set_value("pptx").run()
    assert shown.app.session_state.making is None


def test_a_job_stops_after_the_page_it_is_at():
    def endless(progress):
        for number in range(1_000_000):
            progress(number % 23, 23)
            job.stop()
        return b"never"

    job = making.Job(lambda progress: (ready.wait(5), endless(progress))[1], 23, "x")
    ready.set()
    job.wait(10)
    assert not job.running
    assert job.stopped
    assert job.content is None


def test_nothing_to_show_says_what_to_do(screen):
    shown = screen("present", ward="千代田区", unknown="false", began=["1967", "1967"])
    assert text.NOTHING in shown.notes
    assert not shown.app.get("download_button")


def test_paper_says_the_same_conditions_as_the_screen(screen, dataset):
    """Also that projects stand in more than one document, where several are taken together."""
    shown = screen("present", source="", ward="杉並区")
    assert "ほかの資料にもあるとみられる" in shown.conditions
    assert shown.conditions == notes.conditions(dataset, Selection(wards=("13115",)))
