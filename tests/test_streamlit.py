"""What our scripts and style sheets rely on in Streamlit's page: its English words and the names of its parts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit

PAGE = Path(streamlit.__file__).parent / "static"


@pytest.fixture(scope="module")
def bundle() -> str:
    """Every script of Streamlit's page."""
    return "\n".join(path.read_text(encoding="utf-8") for path in PAGE.rglob("*.js"))


def script(root: Path) -> str:
    return (root / "static" / "screen" / "page.js").read_text(encoding="utf-8")


def test_every_word_that_is_translated_is_one_of_streamlits(root, bundle):
    words = re.findall(r'^  "(.+?)": "', script(root).split("const PATTERNS")[0], re.MULTILINE)
    assert len(words) > 50
    # Some are put together from parts: 「Expand sidebar」.
    missing = [
        word for word in words if word not in bundle and not all(part in bundle for part in word.split())
    ]
    assert missing == []


def test_every_pattern_around_a_value_is_one_of_streamlits(root, bundle):
    patterns = re.findall(r"^  \[/\^(.+?)/[a-z]*, ", script(root).split("const PATTERNS")[1], re.MULTILINE)
    assert len(patterns) > 8
    plain = [re.findall(r"[A-Za-z][A-Za-z ]{3,}[A-Za-z]", pattern) for pattern in patterns]
    assert [words for words in plain if words and not any(word.strip() in bundle for word in words)] == []


def test_every_part_that_is_named_is_one_of_streamlits(root, bundle):
    named = set()
    for path in (root / "static" / "screen").glob("*.*s"):
        named |= set(re.findall(r"""data-testid=["']?(st\w+)""", path.read_text(encoding="utf-8")))
        named |= set(re.findall(r"\.(st[A-Z]\w+)", path.read_text(encoding="utf-8")))
    assert len(named) > 20
    assert sorted(name for name in named if name not in bundle) == []
