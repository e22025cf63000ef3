"""くらべる: the sentence, the figures, the map and the list are what the links say, under every question."""

from __future__ import annotations

import base64
import doctest
import json
import re
import zlib
from io import BytesIO

import pandas as pd
import pytest
from pptx import Presentation
from pypdf import PdfReader

from geo.insight.overlap import Overlap, Question, closest
from geo.insight.population import Population
from geo.ledger.selection import Selection
from pages.compare import sets_text
from pipeline.deliver import paper, slides
from pipeline.deliver.csv import csv_bytes
from pipeline.deliver.overlap_sheet import overlap_sheet
from pipeline.words import asked_sets
from pipeline.words.asked_sets import Asked
from pipeline.words.claims import Claims
from tests.other_origins import exchanged
from tests.pages.conftest import plain

LIST = ("tokyo23_linkage_r8",)
TAITO, ARAKAWA, SUMIDA = WARDS = ("13106", "13118", "13107")
NAMES = ["台東区", "荒川区", "墨田区"]


def held(dataset, origins=WARDS, **asked) -> pd.DataFrame:
    """Municipality × origin, True where it is a partner, from the links alone."""
    links = dataset.select(Selection(sources=LIST, **asked)).links
    links = links[links.origin_code.isin(origins)].dropna(subset="municipality_code")
    return (pd.crosstab(links.municipality_code, links.origin_code) > 0).reindex(
        columns=list(origins), fill_value=False
    )


def asked(dataset, question: Question, mine: str | None = None, **conditions) -> Asked:
    selected = dataset.select(Selection(sources=LIST, origins=tuple(sorted(question.origins)), **conditions))
    who = dataset.naming.subject([dataset.places[code].name for code in selected.selection.origins])
    return Asked(Overlap(selected, question), Claims(Population(selected), who), mine)


def figures(shown) -> dict[str, int]:
    pairs = re.findall(r"<dt>([^<]+)<dd><b>([\d,]+)</b>", shown.html)
    return {label: int(n.replace(",", "")) for label, n in pairs}


def signs(shown) -> dict:
    """What the map was sent."""
    frames = "\n".join(str(element.proto) for element in shown.app.get("component_instance"))
    (sent,) = re.findall(r'koryu\.Rows\(\\+"([A-Za-z0-9+/=]+)', frames)
    return json.loads(zlib.decompress(base64.b64decode(sent)))["signs"]


def test_what_one_lacks_that_the_others_have(screen, dataset):
    rows = held(dataset)
    answers = rows.index[rows[TAITO] & rows[ARAKAWA] & ~rows[SUMIDA]]
    shown = screen("compare", compared=NAMES, ask="墨田区にない")
    assert shown.heading == (
        f"23区の一覧では、個別の連携が台東区・荒川区の両方にあり、墨田区にない市区町村は {len(answers)} です。"
    )
    n = rows.sum(axis=1)
    assert figures(shown) == {
        "どれかにある": len(rows),
        "3区すべてにある": (n == 3).sum(),
        "2区にある": (n == 2).sum(),
        "1区だけにある": (n == 1).sum(),
    }
    (listed,) = shown.boards
    assert set(listed["市区町村"]) == {dataset.names[code] for code in answers}
    sent = signs(shown)
    codes = re.findall(".....", sent["codes"])
    assert set(codes) == set(rows.index)
    legend = {each["label"]: each["count"] for each in sent["legend"]}
    assert legend == {
        "ほかの2区すべてにあって墨田区にない": len(answers),
        "墨田区にもほかにもある": int((rows[SUMIDA] & (n > 1)).sum()),
        "墨田区だけにある": int((rows[SUMIDA] & (n == 1)).sum()),
        "ほかの一部にあって墨田区にない": int((~rows[SUMIDA]).sum()) - len(answers),
    }
    assert sum(legend.values()) == len(rows)
    assert [name for _, name, *_ in sent["origins"]] == sorted(
        NAMES, key=lambda name: ["台東区", "墨田区", "荒川区"].index(name)
    )


def test_any_of_the_others_is_another_question(screen, dataset):
    rows = held(dataset)
    anyone = rows.index[(rows[TAITO] | rows[ARAKAWA]) & ~rows[SUMIDA]]
    shown = screen("compare", compared=NAMES, ask="墨田区にない", others="どれかにある")
    assert f"台東区・荒川区のどちらかにあり、墨田区にない市区町村は {len(anyone)} です" in shown.heading
    (listed,) = shown.boards
    assert set(listed["市区町村"]) == {dataset.names[code] for code in anyone}
    assert [each["count"] for each in signs(shown)["legend"]][0] == len(anyone)


def test_the_conditions_of_the_panel_count_and_are_said(screen, dataset):
    rows = held(dataset, networks=True, year_from=1990)
    n = int((rows[TAITO] & rows[ARAKAWA]).sum())
    shown = screen("compare", compared=NAMES[:2], network="true", began=["1990", "2025"])
    assert n
    assert "平成2年（1990年）以後に始まった連携では、広域の集まりまで含めた連携が" in shown.heading
    assert f"台東区・荒川区の両方にある市区町村は {n} です" in shown.heading
    assert "開始年の分からない" in shown.more
    assert "／台東区・荒川区／すべての分野／平成2年（1990年）以後" in shown.conditions


def test_it_begins_with_the_origins_of_the_panel_or_with_those_that_share_most(screen, dataset):
    everyone = dataset.select(Selection(sources=LIST))
    names = [dataset.places[code].name for code in closest(everyone)]
    assert f"{'・'.join(names)}の両方にある" in screen("compare").heading
    assert "港区・北区の両方にある" in screen("compare", ward=["港区", "北区"]).heading
    mine, near = (dataset.places[code].name for code in closest(everyone, mine=SUMIDA))
    assert mine == "墨田区"
    assert f"墨田区・{near}の両方にある" in screen("compare", ward="墨田区").heading
    # A link that names others is followed, whatever the panel has.
    assert "台東区・荒川区の両方にある" in screen("compare", ward="墨田区", compared=NAMES[:2]).heading


def test_another_choice_in_the_panel_is_followed(screen):
    shown = screen("compare", compared=NAMES)
    shown.app.multiselect(key="ward").set_value(["13103", "13117"]).run()
    assert "港区・北区の両方にある" in shown.heading
    shown.app.multiselect(key="compared").set_value(["13103", "13104"]).run()
    assert "港区・新宿区の両方にある" in shown.heading


def test_an_answer_of_its_own_for_each(screen, dataset):
    rows = held(dataset)
    shown = screen(
        "compare", compared=NAMES, ask="自分で決める", answer_13106="問わない", answer_13118="ある"
    )
    n = int((rows[ARAKAWA] & ~rows[SUMIDA]).sum())
    assert f"荒川区にあり、墨田区にない（台東区は問わない）市区町村は {n} です" in shown.heading
    nobody = {f"answer_{code}": "ない" for code in WARDS}
    shown = screen("compare", compared=NAMES, ask="自分で決める", **nobody)
    assert any("「ある」か「問わない」にしてください" in note for note in shown.notes)


def test_too_few_nothing_and_nobody_to_compare_with(screen, build_dir, tmp_path):
    shown = screen("compare", compared=NAMES)
    shown.app.multiselect(key="compared").set_value(["13106"]).run()
    assert shown.heading == "くらべる区を2つ以上選び、問いを決めてください。"
    shown = screen("compare", compared=NAMES)
    assert "すべてにある市区町村はありません" in shown.heading
    assert any("この問いに合う市区町村はありません" in note for note in shown.notes)
    nothing = screen("compare", compared=NAMES, category="環境", source="世田谷区の交流一覧")
    assert any("条件に合う事業がありません" in note for note in nothing.notes)
    alone = screen("compare", data=exchanged(build_dir, tmp_path / "build", ("14130",)))
    assert alone.heading == "資料にあるのは川崎市だけです。"
    assert any("2つ以上の自治体の資料" in note for note in alone.notes)


def test_a_chosen_municipality_shows_the_projects_of_all_that_are_compared(screen, dataset):
    rows = held(dataset)
    code = rows.index[rows[TAITO] & rows[ARAKAWA]][0]
    shown = screen("compare", compared=NAMES, ask="墨田区にない", partner=code)
    links = dataset.select(Selection(sources=LIST, origins=tuple(sorted(WARDS)))).links
    n = links[links.municipality_code == code].project_id.nunique()
    assert f"{dataset.names[code]}との事業 {n} 件" in plain(shown.html)
    assert signs(shown)["selected"] == code


def test_what_the_conditions_leave_out_is_said(screen, dataset):
    own = asked(dataset, Question.missing(WARDS, SUMIDA, of_all=False), SUMIDA)
    outside = [code for code in own.overlap.found.code if (code, SUMIDA) in own.overlap.elsewhere]
    shown = screen("compare", compared=NAMES, ask="墨田区にない", others="どれかにある")
    assert shown.more == (
        f"うち{len(outside)}は、今の条件で数えていない連携や広域の集まりで、墨田区ともつながりがあります。"
    )
    (listed,) = shown.boards
    told = listed.set_index("市区町村")["条件の外のつながり"]
    assert set(told.index[told.str.contains("墨田区は")]) == {dataset.names[code] for code in outside}


def test_the_saved_list_says_of_each_origin_whether_it_has_the_municipality(dataset):
    own = asked(dataset, Question.missing(WARDS, SUMIDA, of_all=False), SUMIDA)
    saved = pd.read_csv(BytesIO(csv_bytes(sets_text.saved(own))), dtype=str, keep_default_na=False)
    rows = held(dataset)
    assert len(saved) == int(((rows[TAITO] | rows[ARAKAWA]) & ~rows[SUMIDA]).sum())
    for code, name in zip(WARDS, NAMES, strict=True):
        expected = rows.loc[saved["団体コード"], code].map({True: "あり", False: "なし"})
        assert list(saved[name]) == list(expected)
        assert ((saved[f"{name}の事業数"] == "0") == (saved[name] == "なし")).all()


@pytest.mark.parametrize(
    ("question", "mine"),
    [(Question.missing(WARDS, SUMIDA, of_all=False), SUMIDA), (Question.shared(WARDS[:2]), None)],
    ids=["missing", "shared"],
)
def test_page_and_slide_say_what_the_screen_says(dataset, question, mine):
    own = asked(dataset, question, mine)
    sheet = overlap_sheet(own)
    page = PdfReader(BytesIO(paper.write_sheets(dataset, [sheet], 1))).pages[0]
    text = "".join(page.extract_text().split())
    deck = Presentation(BytesIO(slides.write_sheets(dataset, [sheet], 1)))
    slide, *_ = deck.slides
    written = "".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    for words in (own.heading().title, *(label + value for label, value, _ in own.figures())):
        flat = "".join(words.split())
        assert flat in text
        assert flat in "".join(written.split())
    for sign in own.signed().signs:
        assert f"{sign.label}（{own.signed().counts[sign.key]}）" in text
    assert "".join(own.overlap.found.name.iloc[0].split()) in text


def test_the_words_of_a_question():
    assert doctest.testmod(asked_sets).failed == 0
