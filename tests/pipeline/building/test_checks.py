"""What a document states against what is counted, and the documents against each other."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from pipeline.building.run import build

CHRONOLOGY = "tokyo23_chronology_r6"


@pytest.fixture(scope="module")
def checks(build_dir):
    return json.loads((build_dir / "build.json").read_text(encoding="utf-8"))["checks"]


@pytest.fixture
def rebuild(root, tmp_path):
    """Build the chronology alone, with some words of it changed."""

    def rebuild(*changes: tuple[str, str]):
        folder = tmp_path / "sources"
        folder.mkdir()
        text = (root / "data" / "sources" / f"{CHRONOLOGY}.txt").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / f"{CHRONOLOGY}.txt").write_text(text, encoding="utf-8")
        return build(folder, tmp_path / "out").findings

    return rebuild


def lines(findings, rule):
    return sorted(findings.source_line[findings.rule == rule].dropna())


def test_every_check_of_the_real_documents(checks):
    failed = {(check["rule"], check["subject"]) for check in checks if not check["agrees"]}
    assert failed == {
        ("agreement-members-differ", "群馬県市長会"),
        ("agreement-members-differ", "群馬県町村会"),
        ("trend-agreements-differ", "令和元年度（2019年度）の広域連携協定締結自治体"),
        ("official-count-differs", "令和5年度（2023年度）の各区交流自治体"),
    }
    rules = [check["rule"] for check in checks]
    assert rules.count("agreement-members-differ") == 13
    assert rules.count("trend-change-differs") == 4
    assert rules.count("trend-total-impossible") == 9
    assert rules.count("trend-agreements-differ") == 9
    assert [c["counted"] for c in checks if c["rule"] == "agreement-total-differs"] == [13, 9, 4, 372, 372]
    # Every year both ways: 令和5年度（2023年度）.
    assert not [c["message"] for c in checks if re.search(r"(?<!（)\d{4}年", c["message"])]


def test_the_swap_is_found_by_rule(dataset, rebuild):
    assert lines(dataset.findings, "agreement-members-swapped") == [2118, 2120]
    assert lines(dataset.findings, "agreement-members-differ") == []
    other = rebuild(
        ("23 \n\n群馬県町村会", "12 \n\n群馬県町村会"), ("4月16日） 12 \n\n埼玉", "4月16日） 23 \n\n埼玉")
    )
    assert lines(other, "agreement-members-swapped") == []
    assert lines(other, "agreement-members-differ") == []


def test_another_swap_is_found_too(rebuild):
    findings = rebuild(
        ("4月26日） 15", "4月26日） 11"),
        ("京都府町村会（平成28年4月26日） 11", "京都府町村会（平成28年4月26日） 15"),
    )
    assert lines(findings, "agreement-members-swapped") == [2104, 2106, 2118, 2120]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("） 144", "） 143", "agreement-members-differ"),
        ("合 計 372", "合 計 371", "agreement-total-differs"),
        ("【９道府県１３団体】", "【９道府県１４団体】", "agreement-total-differs"),
        ("【４企業】", "【５企業】", "agreement-total-differs"),
        ("＋241", "＋240", "trend-change-differs"),
        ("合計  660", "合計  560", "trend-total-impossible"),
        ("― 210 236", "― 210 240", "trend-agreements-differ"),
    ],
)
def test_a_wrong_number_is_found(rebuild, old, new, rule):
    assert rule in set(rebuild((old, new)).rule)


def test_the_official_count_is_explained_not_forced(dataset):
    (message,) = dataset.findings.message[dataset.findings.rule == "official-count-differs"]
    links = dataset.links[dataset.links.drawn & (dataset.links.source == "tokyo23_linkage_r8")]
    assert "815" in message
    assert f"{links.municipality_code.nunique():,}" in message
    assert "基準日が違い" in message


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("shinagawa_agreements_r7", 13, ("岩手県宮古市", "平成14年（2002年）", "平成13年度（2001年度）")),
        ("shinagawa_agreements_r7", 14, ("茨城県茨城町", "令和7年（2025年）", "令和6年度（2024年度）")),
        ("setagaya_exchange_r6", 41, ("東京都三鷹市", "平成26年（2014年）", "平成25年度（2013年度）")),
    ],
)
def test_years_that_disagree(dataset, source, line, words):
    found = dataset.findings[dataset.findings.rule == "sources-years-differ"]
    messages = found.message[(found.source == source) & (found.source_line == line)]
    assert any(all(word in message for word in words) for message in messages)
    assert messages.str.contains("どちらも正しい年").all()


def test_partners_of_one_document_only(dataset):
    found = dataset.findings[dataset.findings.rule == "sources-partners-differ"]
    (suginami,) = found.message[found.source == "suginami_exchange_r5"]
    assert "相手先が6あります（両方にある相手先は10）" in suginami
    assert "徳島県徳島市" in suginami
    assert set(found.source) == {"suginami_exchange_r5", "shinagawa_agreements_r7", "setagaya_exchange_r6"}


def test_one_document_alone_is_compared_with_nothing(root, tmp_path):
    (tmp_path / "sources").mkdir()
    shutil.copy(root / "data" / "sources" / "suginami_exchange_r5.txt", tmp_path / "sources")
    report = build(tmp_path / "sources", tmp_path / "out")
    assert not report.findings.rule.str.startswith("sources-").any()
    assert report.meta["checks"] == []
