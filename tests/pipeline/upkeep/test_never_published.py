"""Nothing an office keeps of its ties for itself stands in any file, picture or site that the program makes."""

from __future__ import annotations

import ast
import io
import re
import sqlite3
import zipfile
from html import unescape
from pathlib import Path

import pypdf
import pytest

from geo.ledger.selection import Selection
from pipeline.deliver import FORMATS
from pipeline.deliver.site import publish
from pipeline.upkeep.review_store import Change, Values, ledger_path, save
from pipeline.upkeep.review_table import printed_ties
from tests.printed import printed

#: What is written of every tie, and by whom: words that no document has.
SEEDED = ("秘密苦情対策課", "内緒之覚書", "密偵太郎", "2031-07-19")
#: A word that each file does have, so that the search is seen to find what is there.
PRINTED = "世田谷区"
VIEW = Selection(origins=("13112",))


@pytest.fixture(scope="module")
def seeded(dataset, tmp_path_factory):
    """Every tie has the seeded words, where the program keeps them."""
    folder = tmp_path_factory.mktemp("seeded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KORYU_LEDGER", str(folder / "ledger.csv"))
        section, note, who, day = SEEDED
        values = Values(section, day, day, "見直し", note)
        save({key: Change(values, 0) for key in printed_ties(dataset)}, who)
        assert all(word in ledger_path().read_text("utf-8-sig") for word in SEEDED)
        yield


def texts(content: bytes, suffix: str) -> str:
    """All that can be read in a file, whatever it is packed in."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "\n".join(texts(parts.read(name), Path(name).suffix) for name in parts.namelist())
    if suffix == ".pdf":
        return "\n".join([str(pypdf.PdfReader(io.BytesIO(content)).metadata), *printed(content)])
    if suffix == ".gpkg":
        base = sqlite3.connect(":memory:")
        base.deserialize(content)
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(str(row) for name in names for row in base.execute(f'SELECT * FROM "{name}"'))
    text = "\n".join(content.decode(encoding, "replace") for encoding in ("utf-8", "cp932"))
    escaped = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    return f"{text}\n{escaped}\n{unescape(text)}"


@pytest.mark.parametrize("name", FORMATS)
def test_no_file_of_a_view_has_it(dataset, seeded, name):
    suffix = FORMATS[name].suffix
    said = texts(FORMATS[name].write(dataset, VIEW), suffix)
    assert [word for word in SEEDED if word in said] == []
    if suffix not in (".png", ".svg"):  # what a picture says is drawn
        assert PRINTED in said


def test_no_page_of_the_site_has_it(dataset, seeded, tmp_path):
    assert publish(dataset, VIEW, tmp_path / "site") > 1
    files = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    said = "\n".join(texts(path.read_bytes(), path.suffix) for path in files)
    assert [word for word in SEEDED if word in said] == []
    assert [word for word in SEEDED if any(word in path.as_posix() for path in files)] == []
    assert PRINTED in said


def test_nothing_that_makes_files_or_tables_can_reach_it(root):
    """Only the screen of the ledger and its own room import what reads it."""
    reaching = set()
    for path in [
        root / "app.py",
        *(p for floor in ("geo", "pipeline", "pages") for p in (root / floor).rglob("*.py")),
    ]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            if any(one.startswith("pipeline.upkeep.review") for one in modules) or "LEDGER" in names:
                reaching.add(path.relative_to(root).parent.as_posix())
    assert reaching == {"pages/ledger", "pipeline/upkeep"}
