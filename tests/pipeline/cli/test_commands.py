"""Commands and what is written of them cannot drift apart."""

from __future__ import annotations

import argparse
import re
import unicodedata

import pytest

from pipeline.cli.commands import _parser

DOCUMENTS = ("README.md", "data/README.md")
#: A command as it is written: ``koryu app --edit``, a line of a shell, a row of the table of commands.
WRITTEN = re.compile(
    r"(?:python -m pipeline|\bkoryu|^\|) `?([a-z]+(?: (?:import|reset)\b)?)((?: [^`\n]*)?)", re.MULTILINE
)


def commands(parser: argparse.ArgumentParser, name: str = "") -> dict[str, set[str]]:
    """Every command with its options."""
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not nested:
        return {name: {option for action in parser._actions for option in action.option_strings}}
    found = {}
    for word, child in nested[0].choices.items():
        found |= commands(child, f"{name} {word}".strip())
    return found


def test_help_fits_a_terminal_and_breaks_no_word(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        _parser().parse_args(["export", "--help"])
    lines = capsys.readouterr().out.split("指定:")[1].split("\n\n")[0].splitlines()
    # What an option is called stands before, and argparse counts its kanji as one column each.
    told = [line.strip() for line in lines if line.startswith(" " * 20)]
    assert max(sum(1 + (unicodedata.east_asian_width(c) in "WFA") for c in line) for line in told) <= 56
    for whole in ("svg（SVG画像）", "prefectures（都道府県別集計）", "utf-8-sig（BOM 付きの UTF-8、省略時）"):
        assert any(whole in line for line in lines), whole


@pytest.fixture(scope="module")
def written(root):
    """(command, options) of every place that writes one."""
    texts = "\n".join((root / name).read_text("utf-8") for name in DOCUMENTS)
    return [(name, re.findall(r"(?<!\S)\[?(--[a-z-]+)", rest)) for name, rest in WRITTEN.findall(texts)]


def test_every_command_is_described(written):
    assert set(commands(_parser())) <= {name for name, _ in written}


def test_every_option_that_is_described_exists(written):
    known = commands(_parser())
    checked = [(name, option) for name, options in written if name in known for option in options]
    assert ("build", "--sources") in checked
    assert [(name, option) for name, option in checked if option not in known[name]] == []
