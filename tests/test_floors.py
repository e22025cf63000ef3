"""Imports run only downward: pages → pipeline → geo; only the screens know Streamlit."""

from __future__ import annotations

import ast

import pytest

# The command `koryu app` starts Streamlit's server; that is all the pipeline does with it.
STARTS_THE_SERVER = {("server.py", "streamlit")}


def imports(path) -> set[str]:
    """The packages a module imports, at its top or anywhere else."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import hides where it leads"
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize(
    ("floor", "above"),
    [
        ("geo", {"pipeline", "pages", "app", "streamlit", "streamlit_folium"}),
        ("pipeline", {"pages", "app", "streamlit", "streamlit_folium"}),
        ("pages", {"app"}),
    ],
)
def test_no_import_climbs_a_floor(root, floor, above):
    modules = list((root / floor).rglob("*.py"))
    assert modules
    climbing = {(path.name, name) for path in modules for name in imports(path) & above}
    assert climbing - STARTS_THE_SERVER == set()
