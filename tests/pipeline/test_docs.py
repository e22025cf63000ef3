"""The documents written from the code are those of this code."""

from __future__ import annotations

import pytest

from geo.ledger.schema import SCHEMA
from pipeline.reference import docs
from pipeline.rules import RULES


@pytest.mark.parametrize("name", docs.FILES)
def test_a_written_document_is_of_this_code(root, name):
    stands = (root / "docs" / name).read_text(encoding="utf-8")
    assert stands == docs.FILES[name](), f"docs/{name} is stale: run `{docs.COMMAND}`"


def test_every_rule_and_every_column_is_described():
    tables, rules = docs.tables(), docs.rules()
    assert [rule for rule in RULES.values() if f"## {rule.id}\n\n**{rule.title}**" not in rules] == []
    for name, table in SCHEMA.items():
        part = tables.split(f"## {name}\n")[1].split("\n## ")[0]
        assert [column for column in table.columns if f"| `{column}` |" not in part] == []


def test_no_cell_of_a_written_table_breaks_it():
    for write in docs.FILES.values():
        rows = [line for line in write().split("\n") if line.startswith("| ")]
        assert rows
        assert {line.count("|") for line in rows} <= {3, 4, 5}
