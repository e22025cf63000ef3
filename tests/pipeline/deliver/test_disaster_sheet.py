"""The page and the slide of disaster ties, read back: the numbers of the answer, the zone with its source."""

from __future__ import annotations

from io import BytesIO

import pytest
from pptx import Presentation
from pypdf import PdfReader

from geo.insight import disaster
from geo.ledger.selection import Selection
from geo.places.zone import listed_zone
from pipeline.deliver import paper, slides
from pipeline.deliver.disaster_sheet import disaster_sheet
from pipeline.reading.disaster_kinds import DisasterKinds
from pipeline.words.claims import claims
from pipeline.words.disaster import DisasterAnswer, NamedZone

ZONE = NamedZone(listed_zone(["20214", "13227"]), "推進地域", "内閣府", "令和7年4月1日現在")


@pytest.fixture(scope="module")
def answer(dataset):
    kinds = DisasterKinds.load().of_projects(dataset.projects)

    def answer_(origins: tuple[str, ...], zone: NamedZone | None) -> DisasterAnswer:
        selection = disaster.narrowed(Selection(origins=origins, sources=tuple(dataset.sources[:1])))
        selected = dataset.select(selection)
        pairs = disaster.pairs(selected, kinds, zone.inside if zone else None)
        return DisasterAnswer(claims(dataset, selection), pairs, tuple(disaster.origins_of(selected)), zone)

    return answer_


def flat(text: str) -> str:
    return "".join(text.split())


def test_a_page_of_one_origin_names_every_partner_and_the_zone(answer, dataset):
    said = answer(("13113",), ZONE)
    text = flat(
        PdfReader(BytesIO(paper.write_sheets(dataset, [disaster_sheet(said)], 1))).pages[0].extract_text()
    )
    assert flat(said.heading().title) in text
    assert flat(said.heading().more) in text
    assert flat(ZONE.cited) in text
    assert flat(f"{ZONE.ruled}。") in text
    for name, kilometres in zip(said.table()["相手"], said.counted.distance_km, strict=True):
        assert name in text
        assert f"{int(kilometres):,}" in text or f"{kilometres:,.0f}" in text
    assert "…" not in text


def test_a_slide_of_all_origins_has_a_row_each(answer, dataset):
    said = answer((), ZONE)
    sheet = disaster_sheet(said)
    assert len(sheet.table.rows) == len(dataset.origins)
    assert sum(int(row[1].replace(",", "")) for row in sheet.table.rows) == len(said.counted)
    assert sum(int(row[-1].replace(",", "")) for row in sheet.table.rows) == said.in_zone(disaster.OUTSIDE)
    slide = Presentation(BytesIO(slides.write_sheets(dataset, [sheet], 1))).slides[0]
    words = "".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert flat(said.heading().title) in flat(words)
    assert ZONE.cited in words


def test_without_a_zone_nothing_is_said_of_one(answer):
    sheet = disaster_sheet(answer(("13113",), None))
    words = "".join((sheet.title, sheet.more, sheet.meaning, *sheet.credits, *sheet.table.columns))
    assert "区域の" not in words
    assert "利用者が読み込んだ" not in words


def test_where_there_is_no_tie_the_page_says_so(answer, dataset):
    nobody = dataset.select(disaster.narrowed(Selection(origins=("13101",), year_from=2030)))
    said = DisasterAnswer(
        claims(dataset, nobody.selection), disaster.pairs(nobody, {}, ZONE.inside), ("13101",), ZONE
    )
    sheet = disaster_sheet(said)
    assert sheet.title.endswith("千代田区に、個別の連携の相手の市区町村はありません。")
    assert sheet.table.rows == [("なし", "", "", "", "", "")]
    assert paper.write_sheets(dataset, [sheet], 1).startswith(b"%PDF")
