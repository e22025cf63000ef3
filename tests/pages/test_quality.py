"""データと品質: what it counts, its lists, and decisions that can be made only where editing is on."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.ledger.schema import CONFIDENT
from geo.places.folding import squeeze
from pages.quality import evidence_text, review, review_text
from pages.shared.frame import current as data
from pipeline import rules
from pipeline.deliver import table_sheets as exports
from pipeline.deliver.csv import csv_bytes
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.decisions import Decision
from tests.pages.conftest import plain

LIST = "tokyo23_linkage_r8"


@pytest.fixture
def decisions(root, tmp_path, monkeypatch):
    """A copy of decisions.csv of this test's own."""
    path = Path(shutil.copy(root / "data" / "reference" / "decisions.csv", tmp_path))
    monkeypatch.setenv("KORYU_DECISIONS", str(path))
    return path


@pytest.fixture
def editing(screen, build_dir, decisions, tmp_path, monkeypatch):
    """The screen with editing on, on a build that may be replaced."""
    own = tmp_path / "build"
    shutil.copytree(build_dir, own)
    monkeypatch.setenv("KORYU_EDIT", "1")

    def open_(**params):
        return screen("quality", data=own, **params)

    return open_


def widget(group, label: str):
    return next(one for one in group if one.label == label)


def choose(shown, label: str, value) -> None:
    """Choose in a box by what stands behind the words."""
    widget(shown.app.selectbox, label).select(value).run()
    assert not shown.app.exception


def test_the_heading_and_the_figures_count_the_mentions(screen, dataset):
    placed = int((review.states(dataset.mentions) == "placed").sum())
    shown = screen("quality")
    assert f"{len(dataset.mentions):,}件のうち、{placed:,}件" in shown.heading
    assert "この画面に効くのは「区」だけ" in shown.conditions
    assert not shown.app.exception


@pytest.mark.parametrize("part", ["確認待ち", "指摘", "読み取り方", "資料と照合"])
def test_every_part_draws_for_all_wards_and_for_one(screen, part):
    for params in ({}, {"ward": "豊島区"}, {"ward": ["千代田区", "港区"]}):
        shown = screen("quality", part=part, **params)
        assert not shown.app.exception
        assert not shown.app.error


def test_the_queue_holds_every_undecided_mention_once(screen, dataset):
    table = screen("quality").boards[0]
    mentions = dataset.mentions
    waiting = mentions[
        (mentions.codes.map(len) == 0) & (mentions.level != "foreign") & (mentions.method != "decision")
        | (mentions.confidence < CONFIDENT)
    ]
    assert table["件数"].sum() == len(waiting)
    assert len(table) == len(review.queue(dataset, (), "waiting"))
    origin = screen("quality", ward="豊島区").boards[0]
    assert origin["件数"].sum() == (waiting.origin_code == "13116").sum()


def test_a_mention_shows_reason_candidates_and_line(screen, dataset):
    rows = review.queue(dataset, (), "waiting")
    item = rows[rows.candidates.map(len) > 0].iloc[0]
    shown = screen("quality")
    choose(shown, "記載を選ぶ", item.name)
    assert item.reason in shown.html.replace("&#x27;", "'")
    assert f"{item.lines[0]:,}行目" in shown.html
    place = dataset.municipalities.set_index("code")["name"].get(item.candidates[0])
    assert place is None or place in shown.html


def test_the_findings_can_be_narrowed_by_severity_rule_and_words(screen, dataset):
    found = dataset.findings
    shown = screen("quality", part="指摘", severity="注意")
    assert len(shown.boards[0]) == (found.severity == "warning").sum()
    shown = screen("quality", part="指摘")
    choose(shown, "種類", "series-damaged")
    assert len(shown.boards[0]) == (found.rule == "series-damaged").sum()
    widget(shown.app.text_input, "言葉で探す").input("ハーフ マラソン").run()
    table = shown.boards[0]
    assert 0 < len(table) < (found.rule == "series-damaged").sum()
    assert table["記載"].str.contains("ハーフマラソン").all()
    widget(shown.app.text_input, "言葉で探す").input("どこにもない言葉").run()
    assert "当てはまる指摘はありません" in shown.notes[0]


def test_a_finding_shows_what_is_printed_its_line_and_what_was_decided(screen, dataset):
    finding = dataset.findings[dataset.findings.rule == "ocr-repair"].iloc[0]
    shown = screen("quality", part="指摘")
    choose(shown, "指摘を選ぶ", finding.name)
    assert f"{finding.source_line:,}行目" in shown.html
    assert "としました（文字の誤りを補って）" in shown.html
    assert finding.suggestion in shown.html


def test_findings_that_read_alike_can_each_be_chosen(screen, dataset):
    rows = review.findings(dataset, ())
    twins = rows[review_text.finding_labels(rows).duplicated(keep=False)]
    box = widget(screen("quality", part="指摘").app.selectbox, "指摘を選ぶ")
    assert len(set(box.options)) == len(rows)
    assert len(twins) != 1


def test_a_link_names_severity_rule_and_words(screen, dataset):
    title = rules.title("series-damaged")
    table = screen("quality", part="指摘", severity="注意", rule=title, words="マラソン").boards[0]
    assert set(table["種類"]) == {title}
    assert not screen("quality", part="ない", severity="x", rule="x", list="x").app.exception


def test_findings_are_given_the_ward_their_line_lies_in(dataset):
    table = review.findings(dataset, ())
    known = dataset.mentions[["source", "source_line", "origin_code"]].drop_duplicates()
    both = table.merge(known, on=["source", "source_line"], suffixes=("", "_known"))
    assert len(both)
    assert (both.origin_code == both.origin_code_known).all()
    assert table.origin_code[table.source_line.isna()].isna().all()
    assert len(table) == len(dataset.findings)


def test_documents_and_counts_tie(screen, dataset):
    shown = screen("quality", part="資料と照合")
    for document in dataset.meta["documents"]:
        assert document["title"] in shown.html
        rows = review.reconciliation(dataset.meta, dataset.mentions, document["id"], ())
        if not len(rows):
            continue
        assert (rows.記載 == rows.決定 + rows.対象外 + rows.未決定).all()
        assert rows.記載.sum() == (dataset.mentions.source == document["id"]).sum()
        sentence, _ = review_text.reconciled(rows)
        assert sentence in shown.html
        assert "合いません" not in sentence
    assert "<td class=k-n>891</td>" in shown.html
    agreed = sum(check["agrees"] for check in dataset.meta["checks"])
    assert f"{len(dataset.meta['checks'])}件のうち{agreed}件が合いました" in shown.html
    broken = rows.assign(記載=rows.記載 + 1)
    assert "合いません" in review_text.reconciled(broken)[0]


def test_methods_and_bands_count_every_mention_once(dataset):
    assert review.methods(dataset.mentions).n.sum() == len(dataset.mentions)
    assert review.bands(dataset.mentions).記載.sum() == len(dataset.mentions)
    undecided = review.methods(dataset.mentions).set_index("name").n
    waiting = sum(undecided.get(review.STATES[name], 0) for name in review.WAITING)
    assert waiting == review.states(dataset.mentions).isin(review.WAITING).sum()


@pytest.mark.parametrize("name", exports.EXPORTS)
def test_tables_are_saved_whole_in_japanese(dataset, name):
    table = exports.export(dataset, name)
    assert len(table) == len(getattr(dataset, name))
    assert table.columns.is_unique
    assert not any(heading.isascii() for heading in table.columns)
    assert csv_bytes(table).startswith("\ufeff".encode())


def test_text_from_a_document_is_never_markup(screen, build_dir, tmp_path):
    own = tmp_path / "build"
    shutil.copytree(build_dir, own)
    hostile = "<img src=x onerror=alert(1)>**太字**=1+1"
    mentions = pd.read_parquet(own / "mentions.parquet")
    mentions.loc[0, ["partner_text", "reason"]] = hostile
    mentions.at[0, "codes"] = []
    mentions.loc[0, ["method", "level"]] = ["none", "unresolved"]
    mentions.to_parquet(own / "mentions.parquet")
    shown = screen("quality", data=own)
    choose(shown, "記載を選ぶ", f"{mentions.source[0]}/{squeeze(hostile)}")
    assert "<img" not in shown.html
    assert "&lt;img src=x" in shown.html


def form_widgets(app: AppTest) -> list[str]:
    return [box.label for box in (*app.radio, *app.text_input, *app.multiselect) if "判断" in box.label]


@pytest.mark.parametrize("value", ["", "0", "true"])
def test_with_editing_off_nothing_can_be_written(screen, dataset, decisions, monkeypatch, value):
    monkeypatch.setenv("KORYU_EDIT", value)
    before = decisions.read_bytes()
    shown = screen("quality", edit="1", KORYU_EDIT="1", decided_by="だれか", **{"choice/x": "none"})
    choose(shown, "記載を選ぶ", review.queue(dataset, (), "waiting").index[0])
    assert form_widgets(shown.app) == []
    assert not any("記録" in button.label for button in shown.app.button)
    assert decisions.read_bytes() == before


def test_a_decision_is_written_and_shown_at_once_and_can_be_taken_back(editing, decisions, dataset):
    item = review.queue(dataset, (), "waiting").iloc[0]
    shown = editing()
    before = shown.heading
    choose(shown, "記載を選ぶ", item.name)
    widget(shown.app.radio, "この記載の相手先").set_value("other").run()
    places = widget(shown.app.multiselect, "自治体・都道府県（いくつでも選べます）")
    assert "山形県鶴岡市（つるおかし）" in places.options
    assert "京都府京都市山科区（やましなく）" in places.options
    places.set_value(["06203", "13000"])
    widget(shown.app.text_input, "判断した人").input("企画課\n鈴木")
    widget(shown.app.text_input, "理由").input("=HYPERLINK(1)")
    written = decisions.read_bytes()
    widget(shown.app.button, "記録して、データを作り直す").click().run()
    assert "記号で始めずに書いてください" in shown.app.error[0].value
    assert decisions.read_bytes() == written
    widget(shown.app.text_input, "理由").input("電話で確認=済み")
    widget(shown.app.button, "記録して、データを作り直す").click().run()
    assert not shown.app.exception
    assert not shown.app.error
    title = dataset.titles[item.source]
    said = (
        f"「{item.partner_text}」は山形県鶴岡市、東京都であると記録しました。"
        f"使う範囲は「{title}」のすべての区、判断した人は企画課 鈴木です。"
        f"データを作り直し、{item.n:,}件の記載の読み取りが変わりました。"
    )
    assert said in plain(shown.html)
    assert shown.heading != before
    choose(shown, "記載を選ぶ", review.queue(dataset, (), "waiting").index[1])
    assert widget(shown.app.text_input, "判断した人").value == "企画課 鈴木"
    *earlier, row = csv.DictReader(decisions.open(encoding="utf-8"))
    assert squeeze(row["text"]) == squeeze(item.partner_text)
    assert (row["series"], row["origin_code"], row["codes"]) == (
        dataset.cited(item.source).series,
        "",
        "06203|13000",
    )
    assert (row["decided_by"], row["reason"]) == ("企画課 鈴木", "電話で確認=済み")

    shown = editing(list="人が決めたもの")
    table = shown.boards[0]
    assert item.partner_text in set(table["記載"])
    assert b"HYPERLINK" not in csv_bytes(table)
    choose(shown, "記載を選ぶ", item.name)
    widget(shown.app.radio, "この記載の相手先").set_value("back").run()
    widget(shown.app.text_input, "判断した人").input("企画課 鈴木")
    widget(shown.app.button, "記録して、データを作り直す").click().run()
    assert (
        f"「{item.partner_text}」についての人の判断を取り消し、自動の読み取りに戻すと記録しました。"
        in plain(shown.html)
    )
    assert item.partner_text in set(editing().boards[0]["記載"])
    assert len(list(csv.DictReader(decisions.open(encoding="utf-8")))) == len(earlier) + 2


def test_what_is_recorded_is_named_for_one_ward_and_for_no_place(dataset):
    places = dataset.names
    one = Decision("鶴岡", ("06203",), "tokyo23_linkage", "13118", "鈴木")
    title = dataset.titles["tokyo23_linkage_r8"]
    assert review_text.recorded(
        one, review_text.scope_words(one.series, one.origin_code, dataset), places
    ) == (
        f"「鶴岡」は山形県鶴岡市であると記録しました。使う範囲は「{title}」の荒川区だけ、判断した人は鈴木です。"
    )
    none = Decision("ほか", (), "", "", "鈴木")
    assert review_text.recorded(none, review_text.scope_words("", "", dataset), places) == (
        "「ほか」は市区町村ではない（地図に描かない）と記録しました。使う範囲はすべての資料、判断した人は鈴木です。"
    )


@pytest.mark.parametrize(
    ("choice", "who", "said"),
    [(None, "鈴木", "相手先を選んで"), ("other", "鈴木", "相手先を選んで"), ("none", " ", "名前")],
)
def test_an_incomplete_decision_is_refused_in_one_sentence(editing, decisions, dataset, choice, who, said):
    before = decisions.read_bytes()
    shown = editing()
    choose(shown, "記載を選ぶ", review.queue(dataset, (), "waiting").index[0])
    if choice:
        widget(shown.app.radio, "この記載の相手先").set_value(choice).run()
    widget(shown.app.text_input, "判断した人").input(who)
    widget(shown.app.button, "記録して、データを作り直す").click().run()
    assert said in shown.notes[0]
    assert decisions.read_bytes() == before


def test_a_build_that_fails_keeps_the_decision_and_says_so(editing, decisions, dataset, monkeypatch):
    before = decisions.read_bytes()

    def fail(*_):
        raise SourceError("一覧のフォルダがありません。")

    shown = editing()
    choose(shown, "記載を選ぶ", review.queue(dataset, (), "waiting").index[0])
    widget(shown.app.radio, "この記載の相手先").set_value("none").run()
    widget(shown.app.text_input, "判断した人").input("鈴木")
    monkeypatch.setattr("pages.shared.parts.rebuild.build", fail)
    widget(shown.app.button, "記録して、データを作り直す").click().run()
    assert (
        "判断は記録しましたが、データを作り直せませんでした。一覧のフォルダがありません。" in shown.notes[0]
    )
    assert decisions.read_bytes().startswith(before)
    assert decisions.read_bytes().count(b"\n") == before.count(b"\n") + 1


def test_every_word_of_the_lists_is_japanese(screen):
    for part in ("確認待ち", "指摘"):
        table = screen("quality", part=part).boards[0]
        for column in {"重さ", "種類", "区", "資料"} & set(table):
            assert not table[column].str.contains("[a-z]{3}").any()
    assert set(rules.SEVERITIES.values()) == {"誤り", "注意", "参考"}


def test_examples_and_documents_of_the_reading_are_those_of_the_tables(screen, dataset):
    mentions = dataset.mentions
    words = plain(screen("quality", part="読み取り方").html)
    places = data.load().names
    for printed, place, n, _ in evidence_text.examples(mentions, places):
        codes = mentions.codes[mentions.partner_text == printed]
        assert [place] in [[places[code] for code in own] for own in codes]
        assert f"{printed}{place}{n}" in words
    headings, rows = evidence_text.bands_by_document(mentions, dataset.shorts)
    assert sum(row[1] for row in rows) == len(mentions)
    assert all(row[1] == sum(row[2:]) for row in rows)
    assert len(headings) == len(rows[0])


def test_numbers_that_do_not_agree_are_listed_with_both(screen, dataset):
    words = plain(screen("quality", part="資料と照合").html)
    for check in dataset.meta["checks"]:
        row = f"{check['subject']}{check['stated']:,}{check['counted']:,}"
        assert (row in words) is not check["agrees"]
