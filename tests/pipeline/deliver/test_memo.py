"""起案メモ: one tagged A4 page that holds reasons, evidence and sources, and text that stays text."""

from __future__ import annotations

import dataclasses
from io import BytesIO

import pdfplumber
import pytest
from pypdf import PdfReader

from geo.insight.gaps import candidates
from geo.ledger.selection import Selection
from pipeline.deliver import memo, notes
from pipeline.shortlist.entries import STATES, entries
from pipeline.shortlist.picks import Choice
from pipeline.words.candidates import Telling, candidate_credits, rule

SETAGAYA = Selection(sources=("tokyo23_linkage_r8",), origins=("13112",))
HOSTILE = '#panic("x") *b* $x$ <script> \\ `c` @ref // = [k]'


@pytest.fixture(scope="module")
def made(dataset):
    selected = dataset.select(SETAGAYA)
    telling = Telling(dataset, candidates(selected))
    head = memo.Head(
        "世田谷区の連携先候補について",
        "世田谷区",
        "令和8年11月30日（2026年）",
        notes.conditions(dataset, SETAGAYA),
    )
    foot = [rule(dataset.naming), *candidate_credits(dataset, SETAGAYA)]

    def made(choice: Choice, telling=telling, **changed) -> bytes:
        return memo.write(
            dataset, dataclasses.replace(head, **changed), telling, entries(selected, telling, choice), foot
        )

    made.telling = telling
    return made


def flat(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_page_holds_reasons_evidence_notes_and_sources(dataset, made):
    first, second = made.telling.found[:2]
    said = flat(made(Choice({first.code: "課で相談", second.code: "", "10444": ""})))
    for one in (first, second):
        assert squeezed(made.telling.place(one)) in said
        for told, (kind, words) in zip(one.reasons, made.telling.reasons(one), strict=True):
            assert squeezed(kind + words) in said
            what, where = made.telling.proofs(told)[0]
            assert squeezed(f"{what}〔{where}〕") in said
    for words in (
        "起案メモ",
        "課で相談",
        "令和8年11月30日（2026年）",
        STATES["partner"],
        notes.conditions(dataset, SETAGAYA),
        rule(dataset.naming),
        *candidate_credits(dataset, SETAGAYA),
    ):
        assert squeezed(words) in said


def test_the_page_is_one_a4_page_tagged_and_in_japanese(made):
    book = PdfReader(
        BytesIO(made(Choice({made.telling.found[0].code: ""}), department="企画課", drafter="交流 花子"))
    )
    (page,) = book.pages
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 297]
    catalogue = book.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"].startswith("ja")
    assert book.metadata.title == "世田谷区の連携先候補について"
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    assert "企画課" in page.extract_text()
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(one) for one in described)


def test_nothing_is_smaller_than_8_points_and_all_of_it_is_on_the_page(made):
    content = made(Choice({one.code: "あ" * 60 for one in made.telling.found[:40]}))
    with pdfplumber.open(BytesIO(content)) as book:
        (page,) = book.pages
        assert min(char["size"] for char in page.chars) >= 7.99
        assert max(char["x1"] for char in page.chars) <= page.width - 40
        assert max(char["bottom"] for char in page.chars) <= page.height - 30
    said = flat(content)
    shown = [one for one in made.telling.found[:40] if f"{squeezed(made.telling.place(one))}メモ" in said]
    rest = made.telling.found[len(shown) : 40]
    assert 3 <= len(shown) < 40
    # Who finds no room is counted and named.
    assert f"ほか{len(rest)}（{'、'.join(map(made.telling.place, rest))}）" in said


def test_text_stays_text(dataset, made):
    links = dataset.links.copy()
    links["project_name"] = HOSTILE + links.project_name
    changed = dataclasses.replace(dataset, links=links)
    telling = Telling(changed, made.telling.found)
    one = next(one for one in telling.found if any(told.kind == "near" for told in one.reasons))
    said = flat(
        made(
            Choice({one.code: HOSTILE}),
            telling,
            title=HOSTILE,
            drafter=HOSTILE,
            department="\x00\u202e𠮷\ud800",
        )
    )
    assert said.count(squeezed(HOSTILE)) >= 4
