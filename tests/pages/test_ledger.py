"""点検表: only where editing is allowed; what it counts, its form, its history, and two people at one tie."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.ledger import text
from pipeline.upkeep.review_intake import Filled, FilledRow, Problem
from pipeline.upkeep.review_merge import plan
from pipeline.upkeep.review_store import Change, Key, Ledger, Values, read_ledger, save
from pipeline.upkeep.review_table import printed_ties, reviewed, standing
from pipeline.upkeep.today import today
from tests.other_origins import Strangers, exchanged
from tests.pages.conftest import plain

ORIGIN = "13112"
VALUES = Values("防災課", "2025-10-03", "2026-10-01", "活発", "毎年秋")


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A ledger of this test's own, and a day that is today."""
    path = tmp_path / "ledger.csv"
    monkeypatch.setenv("KORYU_LEDGER", str(path))
    monkeypatch.setenv("KORYU_TODAY", "2026-11-30")
    return path


@pytest.fixture
def editing(screen, kept, monkeypatch):
    """The screen with editing on."""
    monkeypatch.setenv("KORYU_EDIT", "1")
    return lambda **params: screen("ledger", **params)


def widget(group, label: str):
    return next(one for one in group if one.label == label)


def ties_of(dataset, origin: str = ORIGIN) -> pd.DataFrame:
    return reviewed(
        dataset.select(Selection(origins=(origin,), sources=(dataset.sources[0],))), Ledger(), today()
    )


def keys_of(dataset, origin: str = ORIGIN) -> list[Key]:
    return [Key(*row) for row in ties_of(dataset, origin)[["origin_code", "partner_code"]].to_numpy()]


def open_tie(shown, dataset, key: Key) -> None:
    widget(shown.app.selectbox, "連携を選ぶ").select(keys_of(dataset).index(key)).run()
    assert not shown.app.exception


def press(shown, label: str) -> None:
    widget(shown.app.button, label).click().run()
    assert not shown.app.exception


def test_without_leave_there_is_no_link_to_it_and_one_sentence_where_it_is_typed(screen, kept, dataset):
    save({keys_of(dataset)[0]: Change(VALUES, 0)}, "山田")
    shown = screen("ledger")
    assert "ここでは使えません" in shown.heading
    assert "koryu app --edit" in shown.notes[0]
    assert not shown.app.selectbox.values or "防災課" not in str(shown.app.selectbox)
    assert "防災課" not in shown.html
    assert not [link for link in screen().app.get("page_link") if link.proto.label == "点検表"]


def test_with_leave_it_stands_in_the_navigation(editing, screen):
    editing()
    assert [link for link in screen().app.get("page_link") if link.proto.label == "点検表"]


def test_the_heading_and_the_figures_count_the_ties(editing, dataset):
    keys = keys_of(dataset)
    days = ["2026-11-29", "2026-11-30", ""]
    save(
        {key: Change(replace(VALUES, next_review=days[n % 3]), 0) for n, key in enumerate(keys[:20])}, "山田"
    )
    shown = editing(ward="世田谷区")
    late = sum(days[n % 3] == "2026-11-29" for n in range(20))
    soon = sum(days[n % 3] == "2026-11-30" for n in range(20))
    assert shown.heading == f"世田谷区の個別の連携{len(keys)}のうち、点検の期限を過ぎたものは{late}です。"
    undated = len(keys) - late - soon
    assert f"{undated}には次回点検の日が書かれておらず" in shown.more
    figures = dict(re.findall(r"<dt>(.*?)<dd><b>(.*?)</b>", shown.html))
    assert figures == {
        "活発": "20",
        "休止": "0",
        "見直し": "0",
        "状態が未記入": str(len(keys) - 20),
        "期限切れ": str(late),
        "3か月以内に点検": str(soon),
    }
    assert "期限は令和8年11月30日（2026年）の時点" in shown.conditions
    assert len(shown.boards[0]) == len(keys)


def test_what_it_says_where_nothing_is_due_or_written(editing, dataset):
    shown = editing(ward="世田谷区")
    n = len(keys_of(dataset))
    assert shown.heading == (
        f"23区の一覧では、世田谷区の個別の連携{n}のどれにも、次回点検の日はまだ書かれていません。"
    )
    key = keys_of(dataset)[0]
    save({key: Change(replace(VALUES, next_review="2030-04-01"), 0)}, "山田")
    assert "点検の期限を過ぎたものはありません。" in editing(ward="世田谷区").heading
    shown = editing(ward="世田谷区", category="スポーツ", began=["1967", "1968"])
    assert "個別の連携はありません。" in shown.heading
    assert "条件の外にも、書き込みのある連携が1あります。" in shown.more


def test_the_boxes_narrow_the_list_and_a_link_never_names_a_section(editing, dataset):
    keys = keys_of(dataset)
    save(
        {
            key: Change(replace(VALUES, section="あ課" if n % 2 else "", state="休止"), 0)
            for n, key in enumerate(keys[:6])
        },
        "山田",
    )
    assert len(editing(ward="世田谷区", ledger_state="休止").boards[0]) == 6
    assert len(editing(ward="世田谷区", ledger_state="未記入").boards[0]) == len(keys) - 6
    assert len(editing(ward="世田谷区", ledger_due="期限切れ").boards[0]) == 6
    shown = editing(ward="世田谷区")
    widget(shown.app.selectbox, "担当課").select("=あ課").run()
    assert list(shown.boards[0]["担当課"]) == ["あ課"] * 3
    assert "あ課" not in str(dict(shown.app.query_params))
    assert "この条件に合う連携はありません" in editing(ward="世田谷区", ledger_state="見直し").notes[0]


def test_a_tie_is_written_and_brought_back(editing, dataset):
    key = keys_of(dataset)[0]
    shown = editing(ward="世田谷区")
    open_tie(shown, dataset, key)
    widget(shown.app.text_input, "担当課").input(" 防災課 ")
    widget(shown.app.text_input, "次回点検").input("R8.10.1")
    widget(shown.app.radio, "状態").set_value("活発")
    press(shown, "保存する")
    assert "書いた人の名前" in shown.notes[-1]
    widget(shown.app.text_input, "書いた人").input("防災課 山田")
    press(shown, "保存する")
    assert read_ledger().values(key) == Values("防災課", "", "2026-10-01", "活発", "")
    assert [box.value for box in shown.app.success] == ["保存しました。"]
    assert "点検の期限を過ぎたものは1です" in shown.heading
    assert widget(shown.app.text_input, "次回点検").value == "令和8年10月1日"
    press(shown, "元に戻す")
    assert read_ledger().values(key) == Values()
    assert len(read_ledger().log) == 2


def test_a_day_that_is_none_is_said_and_nothing_is_saved(editing, dataset):
    shown = editing(ward="世田谷区")
    open_tie(shown, dataset, keys_of(dataset)[0])
    widget(shown.app.text_input, "最終活動日").input("去年の秋")
    widget(shown.app.text_input, "書いた人").input("山田")
    press(shown, "保存する")
    assert "最終活動日は" in shown.notes[-1]
    assert read_ledger().log == ()


def test_two_people_at_one_tie_lose_nothing(editing, dataset):
    key = keys_of(dataset)[0]
    save({key: Change(VALUES, 0)}, "山田")
    shown = editing(ward="世田谷区")
    open_tie(shown, dataset, key)
    save({key: Change(replace(VALUES, note="来年は春"), 1)}, "佐藤")
    widget(shown.app.radio, "状態").set_value("休止")
    widget(shown.app.text_input, "書いた人").input("鈴木")
    press(shown, "保存する")
    assert read_ledger().values(key) == replace(VALUES, state="休止", note="来年は春")
    assert "佐藤が書いた内容と合わせて" in shown.app.success[0].value

    save({key: Change(replace(VALUES, state="活発"), 3)}, "佐藤")
    widget(shown.app.radio, "状態").set_value("見直し")
    press(shown, "保存する")
    assert read_ledger().values(key).state == "活発"
    assert "佐藤が" in shown.notes[-1]
    assert "まだ保存していません" in shown.notes[-1]
    assert "<td>活発</td><td>見直し</td>" in shown.html
    press(shown, "保存する")
    assert read_ledger().values(key).state == "見直し"


def test_a_damaged_ledger_is_one_sentence(editing, kept):
    kept.write_bytes(b"\x93\xfa")
    shown = editing()
    assert shown.heading == "点検表を開けません"
    assert "文字コード" in shown.notes[0]


def test_an_own_list_has_none(editing, dataset, monkeypatch):
    monkeypatch.setattr("pages.shared.frame.current.own", lambda: True)
    assert "お手元の一覧には" in editing().notes[0]


def test_with_other_origins_it_speaks_of_them(build_dir, screen, kept, tmp_path, monkeypatch):
    data = exchanged(build_dir, tmp_path / "other", ["14206", "12217", "01472"])
    other = Dataset.load(data)
    key = printed_ties(other)[0]
    monkeypatch.setenv("KORYU_EDIT", "1")
    save(
        {key: Change(replace(VALUES, section="総務課"), 0), Key("01472", "47382"): Change(VALUES, 0)}, "山田"
    )
    shown = screen("ledger", data=data)
    assert "個別の連携" in shown.heading
    assert "連携元" in shown.boards[0]
    said = plain(shown.html)
    assert not Strangers(other).in_(said)


def test_what_a_filled_sheet_comes_to_is_told_row_by_row(dataset, kept):
    key, second = keys_of(dataset)[:2]
    ledger = save({key: Change(VALUES, 0)}, "山田")
    rows = (
        FilledRow("防災課!A4", "世田谷区 北海道 中川町", second, 0, {"state": "休止"}),
        FilledRow("防災課!A5", "世田谷区 北海道 白老町", key, None, {"state": "見直し"}),
        FilledRow("防災課!A6", "どこか"),
        FilledRow("防災課!A7", "x", key, 1, {}, (Problem("防災課!H7", "去年", "読めません。"),)),
    )
    found = plan(Filled("表.xlsx", rows, ()), ledger)
    assert text.filled(found, "表.xlsx") == (
        "「表.xlsx」の4行のうち、書きかわる行が1、食い違う行が1、どの連携か分からない行が1、読み取れない行が1です。"
    )
    table = text.changes_table(found.of("changed"), several=False)
    assert table.iloc[0].to_list() == ["北海道 中川町", "状態: 未記入 → 休止", "防災課!A4"]
    assert text.conflict(found.of("conflict")[0]) == [("状態", "活発", "見直し")]
    assert [place for place, *_ in text.left_out(found)] == ["防災課!H7", "防災課!A6"]


def test_the_numbers_of_a_view_add_up_in_words(dataset):
    selected = dataset.select(Selection(origins=(ORIGIN,)))
    stand = standing(reviewed(selected, Ledger(), today()), selected, Ledger())
    assert sum(int(value.replace(",", "")) for _, value, _ in text.key_figures(stand)[:4]) == stand.ties


@pytest.mark.parametrize(
    ("iso", "said"), [("2026-04-01", "令8.4.1（2026）"), ("2019-05-01", "令元.5.1（2019）"), ("", "")]
)
def test_a_day_is_told_both_ways_in_little_room(iso, said):
    assert text.short_day(iso) == said


def test_who_wrote_is_shown_as_text_and_nothing_else(editing, dataset):
    key, nasty = keys_of(dataset)[0], "![x](http://x.example/a.png)<b>"
    save({key: Change(replace(VALUES, section=nasty, note=nasty), 0)}, nasty)
    shown = editing(ward="世田谷区")
    open_tie(shown, dataset, key)
    save({key: Change(VALUES, 1)}, nasty)
    widget(shown.app.text_area, "メモ").input("別の内容")
    widget(shown.app.text_input, "書いた人").input("山田")
    press(shown, "保存する")
    assert any("書きかえています" in note for note in shown.notes)
    assert not any("![x](" in note for note in shown.notes)
    assert "<b>山" not in shown.html
    assert "![x](http://x.example/a.png)<b>" not in shown.html
