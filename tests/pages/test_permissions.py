"""Who may write on the screens, and under which name, where a proxy or a log-in says who somebody is."""

from __future__ import annotations

import pytest

from pages.shared.frame import permissions
from pipeline.intake.records import SourceError
from pipeline.serving.audit import read_audit
from pipeline.upkeep.review_store import read_ledger


@pytest.fixture
def people(tmp_path, monkeypatch):
    """Named editing, with one editor; gives the list and a way to say who looks at the screen."""
    path = tmp_path / "editors.txt"
    path.write_text("sato,企画課 佐藤\n", encoding="utf-8")
    monkeypatch.setenv("KORYU_EDIT", "proxy")
    monkeypatch.setenv("KORYU_EDITORS", str(path))
    monkeypatch.setenv("KORYU_AUDIT", str(tmp_path / "audit.jsonl"))
    monkeypatch.setenv("KORYU_LEDGER", str(tmp_path / "ledger.csv"))

    def looks(who: str) -> None:
        monkeypatch.setattr(permissions, "_person", lambda: who)

    looks("")
    return path, looks


@pytest.mark.parametrize("who", ["", "suzuki", "企画課 佐藤", "sato\n"])
def test_whoever_is_no_editor_sees_no_form_and_writes_nothing(screen, people, who):
    people[1](who)
    shown = screen("ledger")
    assert "ここでは使えません" in shown.heading
    with pytest.raises(SourceError, match="許可"), permissions.permitted("ledger", "sato"):
        pytest.fail("written")
    assert read_audit() == ([], 0)


def test_an_editor_writes_under_the_name_of_the_list(screen, people):
    path, looks = people
    looks("SATO")
    shown = screen("ledger")
    assert "企画課 佐藤として編集できます" in shown.html.replace('<span translate="no">', "").replace(
        "</span>", ""
    )
    next(one for one in shown.app.selectbox if one.label == "連携を選ぶ").select(1).run()
    box = next(one for one in shown.app.text_input if one.label == "書いた人")
    assert (box.value, box.disabled) == ("企画課 佐藤", True)
    next(one for one in shown.app.text_input if one.label == "担当課").input("防災課")
    next(one for one in shown.app.button if one.label == "保存する").click().run()
    assert [one.who for revisions in read_ledger().revisions.values() for one in revisions] == ["企画課 佐藤"]
    assert [(one.who, one.by) for one in read_audit()[0]] == [("企画課 佐藤", "proxy")]
    # Taken off the list while a form stands open.
    path.write_text("suzuki\n", encoding="utf-8")
    next(one for one in shown.app.text_input if one.label == "担当課").input("だれか")
    next(one for one in shown.app.button if one.label == "保存する").click().run()
    assert "ここでは使えません" in shown.heading
    assert len(read_audit()[0]) == 1


@pytest.mark.parametrize("value", ["0", "true", "yes", "proxy ", "PROXY"])
def test_any_other_value_of_the_variable_lets_nobody_write(monkeypatch, value):
    monkeypatch.setenv("KORYU_EDIT", value)
    assert not permissions.editing_allowed()


def test_who_may_log_in_is_offered_to(screen, people, monkeypatch):
    monkeypatch.setenv("KORYU_EDIT", "login")
    shown = screen()
    assert not shown.app.exception
    assert "編集する人のログイン" in [one.label for one in shown.app.button]


@pytest.mark.parametrize(
    ("user", "who"),
    [
        ({}, ""),
        ({"is_logged_in": False, "email": "sato"}, ""),
        ({"is_logged_in": "true", "email": "sato"}, ""),
        ({"is_logged_in": True, "email": "sato"}, "sato"),
        ({"is_logged_in": True, "email": "sato", "email_verified": False}, ""),
        ({"is_logged_in": True, "email": ["sato"]}, ""),
        ({"is_logged_in": True, "email": "sato\nadmin"}, ""),
    ],
)
def test_who_a_log_in_says_somebody_is(monkeypatch, user, who):
    monkeypatch.setenv("KORYU_EDIT", "login")
    monkeypatch.setenv("KORYU_IDENTITY_CLAIM", "email")
    monkeypatch.setattr(permissions.st, "user", user)
    assert permissions._person() == who


def test_no_visitor_no_name(monkeypatch):
    """Where the connection is gone nobody is there to be named."""
    monkeypatch.setenv("KORYU_EDIT", "proxy")
    monkeypatch.setattr(type(permissions.st.context), "headers", permissions.st.context.headers.__class__({}))
    assert permissions._person() == ""
