"""行の訂正: what it lists, and corrections that can be made and taken back only where editing is on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from geo.ledger.dataset import Dataset
from geo.places.gazetteer import Gazetteer
from pages.corrections import text
from pages.shared.frame import current as data
from pages.shared.parts import details
from pipeline.building.correctable import Item, correction
from pipeline.building.run import build
from pipeline.reading.corrections import corrections_path, load_corrections, read_corrections
from pipeline.reading.record_correction import record_correction
from tests.editions_made import BEFORE, FORMULA, SCRIPT, SERIES, two_editions
from tests.lists import tools
from tests.pages.conftest import plain

GAZETTEER: Gazetteer = tools()[0]
WHO, WHY = "種蒔課の訂正太郎", "決裁第七七七号で確認"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Two editions, the newer with corrections that are needed, contradicted and without a row."""
    folder = tmp_path_factory.mktemp("corrections")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KORYU_CORRECTIONS", str(folder / "corrections.csv"))
        printed = two_editions(folder)
        ids = printed.projects.set_index("name").project_id
        before = printed.edition(BEFORE)[1].set_index("name").project_id
        partner = correction(printed, ids["花火大会"], Item("partner", "長岡市"), "新潟県柏崎市", WHY, WHO)
        record_correction([partner], GAZETTEER)
        hostile = correction(printed, ids["姉妹都市"], Item("organiser", ""), SCRIPT, WHY, WHO)
        record_correction([hostile], GAZETTEER)
        old = correction(printed, ids["りんご祭"], Item("year", "平成28年度"), "平成29年度", WHY, WHO)
        record_correction([old], GAZETTEER)
        assert FORMULA in before
        build(folder / "sources", folder / "build")
    return folder


@pytest.fixture
def own(made, tmp_path, monkeypatch) -> Path:
    """The same in a folder of this test's own, to be written to."""
    folder = shutil.copytree(made, tmp_path / "own")
    monkeypatch.setenv("KORYU_CORRECTIONS", str(folder / "corrections.csv"))
    return folder


@pytest.fixture
def editing(screen, own, monkeypatch):
    monkeypatch.setenv("KORYU_EDIT", "1")
    return lambda **params: screen("corrections", data=own / "build", **params)


def widget(group, label: str):
    return next(one for one in group if one.label == label)


def labels(group) -> set[str]:
    return {one.label for one in group}


def test_without_corrections_it_says_how_to_begin(screen):
    shown = screen("corrections")
    assert shown.heading == "23区の資料の行は、すべて資料に書かれたとおりに読んでいます。"
    assert "koryu app --edit" in shown.html
    assert "この画面に効くのは「区」だけ" in shown.conditions
    assert labels(shown.app.text_input).isdisjoint({"正しいもの", "訂正した人", "お知らせに書く連絡先"})
    assert not shown.app.tabs


def test_everybody_sees_what_is_corrected_but_not_by_whom(screen, made):
    dataset = Dataset.load(made / "build")
    shown = screen("corrections", data=made / "build")
    needed = dataset.corrections[dataset.corrections.standing == "needed"].id.nunique()
    assert f"{needed}件を市の職員の訂正のとおりに" in shown.heading
    assert "使っていない訂正が1件" in shown.more
    (board,) = shown.boards
    assert list(board["資料とのくらべ"]) == ["資料とくいちがう", "使っている", "使っている"]
    assert list(board["訂正"])[1:] == [f"所管「記載なし」→「{SCRIPT}」", "相手方「長岡市」→「新潟県柏崎市」"]
    assert [tab.label for tab in shown.app.tabs] == ["訂正の一覧", "正誤のお知らせ"]
    note = screen("corrections", data=made / "build", part="正誤のお知らせ", named="true")
    for each in (shown, note):
        assert not each.app.exception
        assert WHO not in each.html + str(each.boards)
        assert "<script>alert(1)" not in each.html
    assert "訂正した人" not in note.boards[0].columns
    hiratsuka = screen("corrections", data=made / "build", ward="平塚市")
    assert hiratsuka.heading.startswith("平塚市の資料の行は、すべて")
    assert "この条件の訂正はありません" in hiratsuka.html


def test_a_row_is_corrected_previewed_marked_and_taken_back(editing, own, screen):
    dataset = Dataset.load(own / "build")
    project = dataset.projects.set_index("name").project_id["物産展"]
    shown = editing(part="行を訂正する", project=project)
    app = shown.app
    item = widget(app.selectbox, "訂正する項目")
    item.select(next(one for one in item.options if one == "相手方「小樽市」")).run()
    widget(app.text_input, "正しいもの").input("北海道余市町、ありえない市").run()
    assert "北海道余市町" in shown.html
    assert "ありえない市" in shown.html
    assert "相手先の決まらないもの" in "".join(shown.notes)
    widget(app.text_input, "正しいもの").input("北海道余市町").run()
    assert "相手先の決まらないもの" not in "".join(shown.notes)
    widget(app.button, "記録して、データを作り直す").click().run()
    assert [error.value for error in app.error] == ["訂正した人の名前を書いてください。"]
    widget(app.text_input, "訂正の理由").input(WHY).run()
    widget(app.text_input, "訂正した人").input(WHO).run()
    widget(app.button, "記録して、データを作り直す").click().run()
    assert "「物産展」の訂正を記録しました。データを作り直しました。" in plain(shown.html)
    built = Dataset.load(own / "build")
    assert set(built.links.partner_code[built.links.project_id == project]) == {"01202", "01408"}
    (last,) = [one for one in load_corrections(read_corrections(), GAZETTEER) if one.project == "物産展"]
    assert (last.series, last.printed, last.who) == (SERIES, "小樽市", WHO)

    profile = screen("wards", data=own / "build", ward="小田原市", project=project)
    assert "市の訂正: 相手方「小樽市」→「北海道余市町」" in plain(profile.html)
    assert "この事業の行を訂正する（行の訂正）" in [link.label for link in profile.app.get("page_link")]
    assert WHO not in profile.html
    partner = screen("partners", data=own / "build", partner="01408")
    assert "市の訂正: 相手方「小樽市」→「北海道余市町」" in plain(partner.html)

    listed = editing(row=_row_of(built, last.id))
    assert WHO in listed.html
    widget(listed.app.button, "この訂正を取り消して、データを作り直す").click().run()
    assert [error.value for error in listed.app.error] == ["訂正した人の名前を書いてください。"]
    widget(listed.app.text_input, "取り消す人").input(WHO).run()
    widget(listed.app.button, "この訂正を取り消して、データを作り直す").click().run()
    assert "「物産展」の訂正を取り消しました。" in plain(listed.html)
    again = Dataset.load(own / "build")
    pd.testing.assert_frame_equal(again.links, dataset.links)
    assert len(read_corrections().splitlines()) == 6


def _row_of(dataset: Dataset, act: str) -> str:
    """The address of a correction in the list."""
    from pages.shared.parts.tables import _id

    found = text.acts(dataset, ())
    shown = text.listed(found, dataset)
    return _id(f"{shown['事業'][act]}（{shown['訂正'][act]}）")


def test_a_project_is_added_and_a_row_taken_out(editing, own):
    shown = editing(part="事業を加える")
    app = shown.app
    for label, value in (
        ("事業名", "花火大会"),
        ("相手方", "山形県鶴岡市"),
        ("開始年", "平成30年"),
        ("訂正の理由", WHY),
        ("訂正した人", WHO),
    ):
        widget(app.text_input, label).input(value)
    widget(app.selectbox, "市").select("14206").run()
    assert "平成30年（2018年）" in shown.html
    widget(app.button, "記録して、データを作り直す").click().run()
    assert "同じ名前の事業" in shown.notes[0]
    widget(app.text_input, "事業名").input("市民号").run()
    widget(app.button, "記録して、データを作り直す").click().run()
    built = Dataset.load(own / "build")
    added = built.projects[built.projects.name == "市民号"].iloc[0]
    assert (added.start_year, added.origin_code) == (2018, "14206")
    fixed = editing(part="行を訂正する", project=added.project_id)
    assert "訂正で加えたものです" in fixed.notes[0]
    gone = built.projects.set_index("name").project_id["りんご祭"]
    taken = editing(part="行を訂正する", project=gone)
    item = widget(taken.app.selectbox, "訂正する項目")
    item.select(item.options[-1]).run()
    assert "正しいもの" not in labels(taken.app.text_input)
    widget(taken.app.text_input, "訂正の理由").input(WHY)
    widget(taken.app.text_input, "訂正した人").input(WHO).run()
    widget(taken.app.button, "記録して、データを作り直す").click().run()
    assert gone not in set(Dataset.load(own / "build").projects.project_id)


@pytest.mark.parametrize("value", ["", "0", "true"])
def test_without_leave_there_is_nothing_to_write_with(screen, own, value, monkeypatch):
    monkeypatch.setenv("KORYU_EDIT", value)
    before = corrections_path().read_bytes()
    for part in ("訂正の一覧", "行を訂正する", "事業を加える", "正誤のお知らせ"):
        shown = screen("corrections", data=own / "build", part=part, edit="1", KORYU_EDIT="1")
        assert labels(shown.app.button) & {"記録して、データを作り直す"} == set()
        assert "訂正した人" not in labels(shown.app.text_input)
        assert not shown.app.exception
    assert corrections_path().read_bytes() == before


def test_the_reconciliation_says_what_was_replaced(screen, made):
    shown = screen("quality", data=made / "build", part="資料と照合")
    mentions = Dataset.load(made / "build").mentions
    assert (
        f"印刷された記載は{len(mentions)}で、訂正で置き換えた1を除き、訂正の記載1を入れています" in shown.html
    )
    assert (
        "訂正で置き換えた"
        not in screen("quality", data=made / "build", part="資料と照合", ward="平塚市").html
    )


def test_a_saved_list_of_projects_marks_what_is_corrected(made, monkeypatch):
    dataset = Dataset.load(made / "build")
    from geo.insight.metrics import project_details
    from geo.ledger.selection import Selection

    rows = details.saved(project_details(dataset.select(Selection())), dataset)
    assert set(rows["事業"][rows["訂正"] == "市の訂正"]) == {"花火大会", "姉妹都市"}
    assert data.own() is False
