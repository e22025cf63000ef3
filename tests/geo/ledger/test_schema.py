"""Every column of every table says what it is."""

from __future__ import annotations

import re

import pytest

from geo.ledger.schema import SCHEMA, TABLES

COLUMNS = [(table, name, spec) for table, each in SCHEMA.items() for name, spec in each.columns.items()]


@pytest.mark.parametrize(("table", "name", "spec"), COLUMNS, ids=[f"{t}.{n}" for t, n, _ in COLUMNS])
def test_a_column_says_what_it_is(table, name, spec):
    assert spec.dtype in {"string", "Int64", "Float64", "list", "geometry"}
    assert spec.label
    assert not re.search("[a-z]", spec.label)
    assert spec.description
    assert not spec.description.endswith("。")
    assert bool(spec.unit) == (spec.dtype in {"Int64", "Float64"})


def test_a_heading_stands_once_in_a_table():
    for table in SCHEMA.values():
        labels = [spec.label for spec in table.columns.values()]
        assert len(set(labels)) == len(labels)
        assert set(table.key) <= set(table.columns)


def test_the_dtypes_are_those_of_the_schema():
    assert TABLES["findings"]["parameters"] == "string"
    assert list(TABLES["links"]) == list(SCHEMA["links"].columns)
