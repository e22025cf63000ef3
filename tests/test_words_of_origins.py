"""Only the readers of the documents and the module that names origins know the special wards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

THEIRS = re.compile("特別区|23区|都内|東京23|1310|1312")

#: Where the source may name them, and why.
KNOWN = {
    "geo/ledger/origins.py": "what origins are called",
    "geo/places/codes.py": "which codes are of the kind special_ward",
    "pipeline/reference/municipalities.py": "how many there have to be of that kind",
    "pipeline/words/view.py": '    "special_ward": "特別区",',
    "pipeline/reading/geocode/words.py": '    "特別区": "区",',
    "pipeline/intake/headings.py": "what a column of origins may be called",
    "pipeline/rules/ward_unknown.py": "a rule about the rows of the list of special wards",
}
FOLDERS = (
    "app.py",
    "geo",
    "pages",
    "pipeline",
    "static/koryu",
    "static/screen",
    "static/viewer",
    "static/shared.json",
)


def _files(root: Path) -> list[Path]:
    suffixes = {".py", ".js", ".css", ".html", ".toml", ".json"}
    found = []
    for name in FOLDERS:
        top = root / name
        found += [top] if top.is_file() else [path for path in top.rglob("*") if path.suffix in suffixes]
    return found


def test_no_other_source_knows_the_special_wards(root):
    said = {}
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        if name.startswith("pipeline/intake/layouts/"):
            continue
        lines = [line for line in path.read_text("utf-8").splitlines() if THEIRS.search(line)]
        known = next((reason for where, reason in KNOWN.items() if name.startswith(where)), None)
        if lines and not (known and (not known.startswith(" ") or lines == [known])):
            said[name] = lines
    assert said == {}


@pytest.mark.parametrize("where", KNOWN)
def test_every_exception_is_needed(root, where):
    path = root / where
    files = [path] if path.is_file() else path.rglob("*.py")
    assert any(THEIRS.search(file.read_text("utf-8")) for file in files)
