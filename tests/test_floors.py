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


def users(root) -> dict[str, set[str]]:
    """Module of pages/shared → the modules that import it."""
    shared = {
        ".".join(path.relative_to(root).with_suffix("").parts): set()
        for path in (root / "pages" / "shared").rglob("*.py")
        if path.name != "__init__.py"
    }
    for path in [root / "app.py", *(root / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                for name in {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)} & set(
                    shared
                ):
                    shared[name].add(str(path))
    return shared


def test_what_one_screen_or_module_uses_stands_beside_it_and_not_in_shared(root):
    assert {module: found for module, found in users(root).items() if len(found) < 2} == {}


def test_what_frames_the_screens_does_not_know_their_parts(root):
    frame = root / "pages" / "shared" / "frame"
    known = {
        (path.name, node.module)
        for path in frame.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module.startswith("pages.")
    }
    assert {one for one in known if not one[1].startswith("pages.shared.frame")} == set()
