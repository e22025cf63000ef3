"""requirements.lock names what pyproject.toml asks for, by version and hash, and no address of a registry."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

AGAIN = "make lock writes it anew"


@pytest.fixture(scope="module")
def project(root) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def lock(root) -> str:
    return (root / "requirements.lock").read_text("utf-8")


@pytest.fixture(scope="module")
def entries(lock) -> list[tuple[Requirement, list[str], str]]:
    """Each locked version, its hashes, and the comment that says what wanted it."""
    blocks = re.split(r"^(?=\w)", re.sub(r"\A(#.*\n)+", "", lock), flags=re.MULTILINE)[1:]
    return [
        (
            Requirement(re.split(r"\s*\\?\n", block, maxsplit=1)[0]),
            re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block),
            "\n".join(re.findall(r"#.*", block)),
        )
        for block in blocks
    ]


def test_every_dependency_is_locked_within_its_range(project, entries):
    for wanted in map(Requirement, project["dependencies"]):
        versions = [
            next(iter(found.specifier)).version
            for found, _, _ in entries
            if canonicalize_name(found.name) == canonicalize_name(wanted.name)
        ]
        assert versions, f"{wanted.name} is not locked; {AGAIN}"
        assert all(version in wanted.specifier for version in versions), f"{wanted}: {versions}; {AGAIN}"


def test_nothing_is_locked_that_is_not_asked_for(project, entries):
    wanted = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    direct = {canonicalize_name(found.name) for found, _, why in entries if project["name"] in why}
    assert direct == wanted, AGAIN


def test_every_version_is_exact_and_hashed(entries):
    assert len(entries) > 30
    for found, hashes, _ in entries:
        assert re.fullmatch(r"==[^,*]+", str(found.specifier)), found
        assert hashes, f"{found} has no hash"


def test_the_lock_names_no_address(lock):
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", lock)
