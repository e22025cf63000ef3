"""docs/ARCHITECTURE.md is true: its rooms are those of the house, and the way it tells is the way the code goes."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
_STEP = re.compile(r"^( *)\d+\. `([\w.]+)`", re.MULTILINE)


def steps() -> list[tuple[str | None, str]]:
    """Each function of the walk, after the one it stands under (None for the first of a list)."""
    found: list[tuple[str | None, str]] = []
    above: list[str] = []
    for indent, name in _STEP.findall(TEXT):
        depth = len(indent) // 3
        assert depth <= len(above), f"{name} stands too far to the right"
        above[depth:] = [name]
        found.append((above[depth - 1] if depth else None, name))
    return found


@cache
def parsed(module: str) -> ast.Module:
    path = ROOT.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(path.read_text("utf-8"))


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def parts(name: str) -> tuple[str, list[str]]:
    """The module of a function, and the names that lead to it within."""
    module, inside = name, []
    while not is_module(module):
        module, _, last = module.rpartition(".")
        assert module, f"{name} is in no module"
        inside.insert(0, last)
    return module, inside


def definition(name: str) -> ast.FunctionDef:
    module, inside = parts(name)
    node: ast.AST = parsed(module)
    for step in inside:
        node = next(
            (
                one
                for one in node.body
                if isinstance(one, ast.FunctionDef | ast.ClassDef) and one.name == step
            ),
            None,
        )
        assert node is not None, f"{name} does not exist"
    assert isinstance(node, ast.FunctionDef), f"{name} is no function"
    return node


def words(node: ast.AST) -> set[str]:
    """The names a piece of code refers to, and those it reaches through them: LAYOUTS, tokyo23.read, read."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            found.add(one.id)
        elif isinstance(one, ast.Attribute):
            found |= {one.attr, ast.unparse(one)}
    return found


def referred_to(name: str) -> set[str]:
    """What a function refers to, by itself or through a table of its module."""
    module, _ = parts(name)
    found = words(definition(name))
    for node in parsed(module).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id in found for target in targets):
            found |= words(node)
    return found


def known_in(module: str, callee: str) -> bool:
    """Whether a module has the callee's module, or something out of it, in its hands."""
    home, inside = parts(callee)
    if home == module or len(inside) > 1:  # a method comes with its object
        return True
    imports = [node for node in parsed(module).body if isinstance(node, ast.ImportFrom)]
    return any(
        node.module == home
        and inside[0] in {alias.name for alias in node.names}
        or f"{node.module}.{alias.name}" == home
        for node in imports
        for alias in node.names
    )


def test_there_is_a_way_to_walk():
    assert len(steps()) > 25
    assert sum(above is None for above, _ in steps()) == 4


@pytest.mark.parametrize(("above", "name"), steps(), ids=[name for _, name in steps()])
def test_a_step_exists_and_is_called_by_the_one_before(above, name):
    definition(name)
    if above:
        assert name.rpartition(".")[2] in referred_to(above), f"{above} does not call {name}"
        assert known_in(parts(above)[0], name), f"{parts(above)[0]} does not import {name}"


def test_every_room_is_mentioned_and_every_mentioned_room_is_there():
    rooms = {
        f"{path.parent.relative_to(ROOT).as_posix()}/"
        for floor in ("geo", "pipeline", "pages")
        for path in (ROOT / floor).rglob("*.py")
    }
    rooms -= {"pages/shared/"}  # holds two rooms and nothing itself
    mentioned = set(re.findall(r"`((?:geo|pipeline|pages)/[\w/]*)`", TEXT))
    assert mentioned == rooms


def test_every_file_it_names_is_there():
    named = re.findall(r"`((?:static|tests|data|docs)/[\w./]+)`|`(app\.py)`", TEXT)
    assert named
    assert [name for pair in named for name in pair if name and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("paper", ["README.md", "CONTRIBUTING.md"])
def test_every_command_it_names_is_in_the_makefile(paper):
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / paper).read_text("utf-8"), re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert named
    assert named - targets == set()
