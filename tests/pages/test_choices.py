"""Every choice of every screen, opened by a link with a value that is empty, unknown, doubled or hostile."""

from __future__ import annotations

import ast

import pytest

from tests.editions_made import two_editions

#: The choices of an indicator, which stand in a link before its table is there.
INDICATORS = {
    "indicator",
    "indicator_table",
    "indicator_sum",
    "indicator_view",
    "indicator_count",
    "indicator_breaks",
    "indicator_points",
    "indicator_ties",
    "indicator_of",
    "indicator_share",
}
#: Screens, with what else a link says for their choices to be drawn, and the parameters of these choices.
SCREENS: list[tuple[str | None, dict[str, str | list[str]], set[str]]] = [
    (None, {}, {"years", "table", "ward", "category", "source", "began"}),
    (None, {"years": "この年までに"}, {"as_of", "unknown", "network", "peers", "home", "partner"}),
    ("prefectures", {}, {"metric", "breaks", "table"}),
    ("gaps", {}, {"rank", "order", "columns", "table", "rows", "homes"}),
    ("wards", {}, {"shared"}),
    ("wards", {"ward": "港区"}, {"projects", "table", "words"}),
    ("partners", {}, {"kept_all", "partner"}),
    ("partners", {"partner": "20000"}, {"kept_some"}),
    ("compare", {}, {"compare", "compared", "ask"}),
    ("compare", {"compared": ["台東区", "荒川区", "墨田区"], "ask": "墨田区にない"}, {"others", "partner"}),
    ("compare", {"compared": ["台東区", "墨田区"], "ask": "自分で決める"}, {"answer_13106", "answer_13107"}),
    ("compare", {"compare": "前後比較"}, {"from", "to", "new", "between", "table", "partner"}),
    ("trends", {}, {"topic"}),
    ("trends", {"topic": "始まった年"}, {"split", "growth_table"}),
    ("trends", {"topic": "広域連携協定"}, {"agreement", "member_tie"}),
    ("trends", {"topic": "年表"}, {"fiscal", "told_by", "event_words"}),
    ("trends", {"topic": "資料をくらべる"}, {"document_a", "document_b", "compared_status"}),
    ("changes", {}, {"kind", "changed", "before", "edition"}),
    ("disaster", {}, {"zone_open", "zone_rule", "partner"}),
    ("indicators", {}, INDICATORS),
    (
        "present",
        {},
        {"format", "map", "paper", "orientation", "each", "large", "csv_table", "csv_encoding", "script"},
    ),
    ("present", {"page_open": "true"}, {"page_open", "page_gaps", "page_lists"}),
    ("present", {"map": "市区町村の数", "format": "PNG画像"}, {"breaks", "size", "caption"}),
    ("present", {"format": "PowerPoint"}, {"deck_open"}),
    ("corrections", {}, {"part", "row"}),
    ("corrections", {"part": "正誤のお知らせ"}, {"of_document"}),
    ("quality", {}, {"list", "part", "row"}),
    ("quality", {"part": "指摘"}, {"severity", "rule", "words"}),
    ("ledger", {}, {"ledger_state", "ledger_due", "row"}),
]
VALUES = {
    "empty": "",
    "unknown": "ありません",
    "doubled": ["99999999999999999999", "2"],
    "hostile": "<img src=x onerror=alert(1)>\x00%00'\";--" + "あ" * 500,
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize(
    "place", SCREENS, ids=lambda place: "-".join([place[0] or "flow_map", *map(str, place[1].values())])
)
def test_the_screen_is_drawn_whatever_its_choices_are_said_to_be(screen, monkeypatch, tmp_path, place, kind):
    page, also, names = place
    if page == "ledger":  # drawn for who may edit alone
        monkeypatch.setenv("KORYU_EDIT", "1")
        monkeypatch.setenv("KORYU_LEDGER", str(tmp_path / "ledger.csv"))
    shown = screen(page, **dict.fromkeys(names, VALUES[kind]) | also)
    assert not shown.app.exception
    assert not [note.value for note in shown.app.error]
    assert shown.heading
    assert "<img src=x" not in shown.html


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A build with two editions of a list."""
    folder = tmp_path_factory.mktemp("two")
    two_editions(folder)
    return folder / "build"


@pytest.mark.parametrize("kind", VALUES)
def test_what_changed_is_drawn_whatever_its_choices_are_said_to_be(screen, two, kind):
    names = ("kind", "changed", "before", "edition")
    shown = screen("changes", data=two, **dict.fromkeys(names, VALUES[kind]))
    assert not shown.app.exception
    assert not [note.value for note in shown.app.error]
    assert "の事業が始まり" in shown.heading
    assert "<img src=x" not in shown.html


def test_every_choice_in_an_address_is_tried(root):
    """The keys of all widgets that are bound to the address stand in SCREENS."""
    found: set[str] = set()
    for path in sorted((root / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            given = {word.arg: word.value for word in node.keywords if word.arg}
            bound = isinstance(given.get("bind"), ast.Constant)
            required = (
                isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "choices"
            )
            if (bound or required) and isinstance(given.get("key"), ast.Constant):
                found.add(given["key"].value)
    assert found - {name for *_, names in SCREENS for name in names} == set()


def test_no_required_choice_is_drawn_by_itself(root):
    """A control that always has a value is drawn by pages.shared.frame.choices, which knows of empty ones."""
    others = [path for path in (root / "pages").rglob("*.py") if path.name != "choices.py"]
    assert [path.name for path in others if "required=True" in path.read_text("utf-8")] == []
