"""空白を探す: candidates starred, hidden, noted and weighed by a link, and a list of those that seek partners."""

from __future__ import annotations

import base64
import dataclasses
import re

import pandas as pd

from geo.insight.gaps import STRONG, UNUSED, candidates
from geo.insight.metrics import prefecture_table
from geo.ledger.selection import Selection
from pages.gaps import seeking
from pages.gaps.remembered import candidate_table
from pages.gaps.text import LIMIT
from pipeline.intake.seekers import Seeker, Seekers
from pipeline.shortlist.picks import Choice
from pipeline.words.candidates import Telling, rule
from tests.pages.conftest import plain

PAGE = "gaps"
SETAGAYA = Selection(sources=("tokyo23_linkage_r8",), origins=("13112",))
HOSTILE = "<img src=x onerror=alert(1)> & '\""

#: 智頭町 is a candidate, 川場村 a partner, 港区 an origin.
SEEKERS = Seekers(
    "募集.xlsx",
    "募集の掲示板",
    "協議会",
    "2026-10-01",
    (
        Seeker("1", "一覧!A2", "智頭町", "31328", wanted="災害協定"),
        Seeker("2", "一覧!A3", "智頭町", "31328", wanted=HOSTILE),
        Seeker("3", "一覧!A4", "川場村", "10444"),
        Seeker("4", "一覧!A5", "港区", "13103"),
        Seeker("5", "一覧!A6", HOSTILE, reason="読み取れません。"),
    ),
    left_out=(("一覧!A7", HOSTILE, "合計"),),
)


def named(shown) -> list[str]:
    """The candidates written out as cards."""
    return [plain(name) for name in re.findall("<li><h3>(.*?)</h3>", shown.cards)]


def taken(shown) -> list[str]:
    """Those that are taken along."""
    return [plain(name) for name in re.findall(r"<b>\d+</b><h3>(.*?)</h3>", shown.cards)]


def notes(shown) -> dict[str, str]:
    (found,) = (part["notes"] for part in shown.parts if "k-taken" in str(part.get("html")))
    return found


def ranked(dataset, weights) -> list[str]:
    """The first candidates of 世田谷区 in the prefectures it does not reach."""
    selected = dataset.select(SETAGAYA)
    table = prefecture_table(selected)
    missing = set(table.code[~table.reached & (table.n_municipalities > 0)])
    found = [one for one in candidates(selected, weights) if one.prefecture_code in missing and one.reasons]
    return [dataset.names[one.code] for one in found if one.reasons[0].kind != "listed"]


def test_a_link_brings_back_stars_notes_and_what_is_hidden(screen, dataset):
    before = ranked(dataset, {})
    code = {name: code for code, name in dataset.names.items()}
    note = base64.urlsafe_b64encode(HOSTILE.encode()).decode().rstrip("=")
    link = {
        "star": f"13112-10444.{code[before[1]]}~all-31328",
        "hide": f"13112-{code[before[0]]}",
        "note": f"13112-10444-{note}",
    }
    shown = screen(PAGE, ward="世田谷区", **link)
    assert named(shown) == before[1 : LIMIT + 1]
    assert taken(shown) == ["群馬県川場村", before[1]]
    assert notes(shown)["10444"] == HOSTILE
    assert shown.cards.count('aria-pressed="true"') == 1
    text = plain(shown.html + shown.cards)
    assert "世田谷区が持ち帰る候補 2" in text
    assert "ほかの条件で選んだ候補が1あります" in text
    assert "いまの条件では、すでに連携しています" in text
    assert f"隠した候補 1{before[0]} 戻す" in text
    assert {key: shown.app.query_params[key] for key in link} == link
    assert not shown.notes
    assert not shown.app.exception


def test_what_is_saved_says_what_was_decided(dataset):
    found = candidates(dataset.select(SETAGAYA))
    first, second = found[0].code, found[1].code
    table = candidate_table(Telling(dataset, found), Choice({first: "=相談"}, (second,)), {"near": STRONG})
    assert table["団体コード"].tolist() == [one.code for one in found]
    assert table["扱い"].tolist() == ["持ち帰る", "隠す"] + [""] * (len(found) - 2)
    assert table["メモ"].tolist() == ["=相談"] + [""] * (len(found) - 1)
    near = [any(told.kind == "near" for told in one.reasons) for one in found]
    assert (table["重みを付けた理由の数"] - table["理由の数"]).tolist() == [int(one) for one in near]


def test_evidence_that_is_not_as_printed_is_marked(dataset):
    (one,) = (one for one in candidates(dataset.select(SETAGAYA)) if one.code == "31328")
    links = dataset.links.loc[list(one.reasons[0].links)]
    project = links.project_id.iloc[0]
    changed = dataset.projects.assign(
        correction=dataset.projects.correction.mask(dataset.projects.project_id == project, "a1")
    )
    before = Telling(dataset, [one]).evidence(one.reasons[0])
    after = Telling(dataclasses.replace(dataset, projects=changed), [one]).evidence(one.reasons[0])
    name = links.project_name.iloc[0]
    assert after == [line.replace(f"「{name}」", f"「{name}」（区の訂正）") for line in before] != before


def test_what_a_link_says_wrongly_is_left_out_and_said(screen):
    shown = screen(PAGE, ward="世田谷区", star="13112-31328.99999", hide="<script>", note="13112-31328-%%")
    assert taken(shown) == []
    assert [note for note in shown.notes if "この画面での選択" in note and "使っていません" in note]
    assert not set(shown.app.query_params) & {"star", "hide", "note"}
    assert "<script>" not in shown.html + shown.cards


def test_weights_order_the_cards_and_the_rule_says_so(screen, dataset):
    shown = screen(PAGE, ward="世田谷区", w_near="使わない", w_agreement="重視")
    assert named(shown) == ranked(dataset, {"near": UNUSED, "agreement": STRONG})[:LIMIT]
    assert named(shown) != ranked(dataset, {})[:LIMIT]
    text = plain(shown.html)
    assert "（「協定」は2つ分に数え、「近く」は使っていません）" in text
    assert "km以内" not in text
    assert "を、重みを付けた理由の多い順に並べています。" in text
    assert ">近く<" not in shown.cards
    assert not shown.notes


def test_the_rule_with_the_usual_weights_is_what_it_was(dataset):
    said = rule(dataset.naming)
    assert said.startswith(
        "並びの決まり: 理由の種類が多い順です。同じなら、すでに連携しているほかの区が多い順、"
    )
    assert said.endswith("今の連携相手の役所・役場から30 km以内のものです。")
    assert rule(dataset.naming, {"near": UNUSED, "similar": UNUSED}, "掲示板").endswith(
        "「募集」は、読み込んだ「掲示板」で、連携先を募集しているものです。"
    )


def test_who_seeks_partners_is_a_reason_with_its_row(screen, dataset):
    shown = screen(PAGE, ward="世田谷区", partner="31000")
    assert "募集" not in shown.cards
    shown.app.session_state["seekers"] = SEEKERS
    shown.app.run()
    card = plain(re.search("<li><h3>鳥取県智頭町</h3>.*?</details>", shown.cards)[0])
    assert "募集連携先を募集中（募集の掲示板 一覧!A2ほか1行: 災害協定）" in card
    assert f"募集: 智頭町　{HOSTILE}　募集の掲示板 一覧!A3" in card
    assert named(shown)[0] == "鳥取県智頭町"
    text = plain(shown.html)
    assert "募集の一覧: 募集の掲示板　協議会　令和8年10月1日（2026年）" in text
    rows = pd.DataFrame(SEEKERS.rows)
    partners = dataset.select(SETAGAYA).links.municipality_code
    n = len(rows)
    already, unplaced = rows.code.isin(set(partners.dropna())).sum(), (rows.code == "").sum()
    aside = rows.code.isin(set(dataset.origins.code)).sum()
    assert (
        f"一覧の {n} 件のうち、世田谷区（個別の連携）から見て候補になるのは {n - already - unplaced - aside}、"
        f"すでに連携しているのは {already}、対象外は {aside}、自治体が決まらないのは {unplaced} です。"
        in text
    )
    assert "<img" not in shown.html + shown.cards
    assert not shown.app.exception


def test_every_row_of_a_list_stands_somewhere(dataset):
    for selection in (
        SETAGAYA,
        Selection(networks=True),
        Selection(origins=("13103",), home=False, peers=True),
    ):
        n = seeking.standing(dataset.select(selection), SEEKERS)
        assert n.rows == len(SEEKERS.rows) == n.candidates + n.partners + n.aside + n.unplaced
