"""Every rule has a Japanese title, and every title a rule."""

from __future__ import annotations

import ast
import re

from pipeline.building.findings.rules import TITLES, title


def rules_in_code(root) -> set[str]:
    """The kebab-case words that make a Note, or a check that becomes one."""
    found = set()
    for path in (root / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("Note", "Check", "about", "_note")
            ):
                words = [
                    part.value
                    for part in (*node.args, *(word.value for word in node.keywords))
                    if isinstance(part, ast.Constant)
                ]
                found |= {w for w in words if isinstance(w, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+", w)}
    return found


def test_every_rule_has_a_title_and_every_title_a_rule(root):
    assert rules_in_code(root) == set(TITLES)


def test_titles_are_japanese_and_tell_the_rules_apart():
    assert len(set(TITLES.values())) == len(TITLES)
    assert not any(re.search("[a-z]", words) for words in TITLES.values())


def test_the_rules_of_a_real_build_are_known(dataset):
    assert set(dataset.findings.rule) <= set(TITLES)
    assert title("not-known-yet") == "not-known-yet"
