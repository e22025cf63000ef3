"""Every rule is a file that says all there is to say of it, and every finding is a rule and its parameters."""

from __future__ import annotations

import ast
import json
import re

import pytest

from pipeline.rules import PARAMETERS, RULES, SEVERITIES, Case, Rule, title


def calls(root):
    """Every ``RULE.note(…)`` of the pipeline: the rule, the cases it names, the parameters, and whether these are all."""
    for path in (root / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.fullmatch(r"[A-Z_]+\.note", ast.unparse(node.func)):
                rule = RULES[ast.unparse(node.func).removesuffix(".note").lower().replace("_", "-")]
                words = [part for arg in node.args[2:] for part in ast.walk(arg)]
                cases = [part.value for part in words if isinstance(part, ast.Constant)]
                named = {word.arg for word in node.keywords}
                yield (
                    rule,
                    [case for case in cases if isinstance(case, str)],
                    named - {None},
                    None not in named,
                )


def test_every_file_is_a_rule_and_bears_its_name(root):
    files = {path.stem for path in (root / "pipeline" / "rules").glob("*.py")} - {"__init__", "rule"}
    assert {rule.id.replace("-", "_") for rule in RULES.values()} == files
    assert all(re.fullmatch("[a-z]+(-[a-z]+)+", rule) for rule in RULES)


def test_every_rule_has_somebody_who_notes_it_with_cases_it_has(root):
    noted = list(calls(root))
    assert {rule.id for rule, *_ in noted} == set(RULES)
    assert [(rule.id, case) for rule, cases, *_ in noted for case in cases if case not in rule.cases] == []


def test_a_note_is_given_the_parameters_of_its_sentence_and_no_others(root):
    for rule, cases, given, all_of_them in calls(root):
        for wanted in map(rule.parameters, cases or rule.cases or [""]):
            assert given <= wanted, rule.id
            assert given == wanted or not all_of_them, rule.id


def test_only_rules_make_notes(root):
    for path in (root / "pipeline").rglob("*.py"):
        if path.name != "rule.py":
            tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            names = [ast.unparse(node.func) for node in tree if isinstance(node, ast.Call)]
            assert "Note" not in names, path


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_everything_in_japanese(rule):
    cases = [rule.words(name) for name in rule.cases or [""]]
    assert all(case.sentence.endswith(("。", "}")) and case.severity in SEVERITIES for case in cases)
    assert len(cases) == 1 or "error" not in {case.severity for case in cases}
    assert rule.explanation.endswith("。")
    assert 1 <= rule.explanation.count("。") <= 3
    assert not re.search("[a-z]", rule.title)


def test_titles_tell_the_rules_apart():
    assert len({rule.title for rule in RULES.values()}) == len(RULES)
    assert title("rows-lost") == "読み落とした行"
    assert title("not-known-yet") == "not-known-yet"


def test_every_parameter_is_described_and_used():
    used = {
        name for rule in RULES.values() for case in rule.cases or [""] for name in rule.parameters(case)
    } | {"case"}
    assert used == set(PARAMETERS)


def test_every_finding_of_a_real_build_is_its_rule_and_its_parameters(dataset):
    for row in dataset.findings.itertuples():
        parameters = json.loads(row.parameters)
        case = parameters.pop("case", "")
        rule = RULES[row.rule]
        note = rule.note(None, row.subject, case, **parameters)
        assert (note.severity, note.message, note.suggestion) == (row.severity, row.message, row.suggestion)
        assert set(parameters) == rule.parameters(case)
        assert row.parameters == json.dumps(json.loads(row.parameters), ensure_ascii=False, sort_keys=True)


def test_a_case_says_what_it_does_not_say_for_itself_as_the_rule_does():
    rule = Rule(
        "a-rule",
        "info",
        "規則",
        "説明です。",
        "「{text}」です。",
        "「{name}」を確かめてください。",
        {"whole": Case(), "grave": Case("誤りです。", severity="warning")},
    )
    note = rule.note(3, "行", "whole", text="甲{乙}", name="丙")
    assert (note.severity, note.rule, note.line, note.subject) == ("info", "a-rule", 3, "行")
    assert (note.message, note.suggestion) == ("「甲{乙}」です。", "「丙」を確かめてください。")
    assert note.parameters == {"case": "whole", "text": "甲{乙}", "name": "丙"}
    assert rule.words("grave") == ("誤りです。", "「{name}」を確かめてください。", "warning")
    assert rule.parameters("grave") == {"name"}
    with pytest.raises(KeyError):
        rule.note(3, "行", text="甲", name="丙")
