"""The whole list with other page breaks and other cells: what belongs together must stay together.

An extraction made another day breaks the same lists elsewhere. Where the only evidence is gone (a page break
that parted a list from the one above it) a few lists may fall to their neighbour, but only those few.
"""

from __future__ import annotations

import re
from random import Random

import pytest

from pipeline.intake.layouts import tokyo23
from pipeline.intake.layouts.list_order import items_of
from pipeline.intake.layouts.tokyo23_rows import WARDS

HEADER = "各特別 区名\t連携カテ ゴリ\t事業名称等\t事業 主体\t連携相手方\t事業内容\t事業開始 年度"


@pytest.fixture(scope="module")
def lines(linkage_path):
    return linkage_path.read_text(encoding="utf-8").split("\n")


def placements(lines):
    records = tokyo23.read(lines, "source", "file.txt").records
    return {
        (record.origin_code, re.sub(r"\s", "", record.name), item.key)
        for record in records
        for cell in record.cells
        for item in items_of(cell.text)
    }


@pytest.fixture(scope="module")
def printed(lines):
    return placements(lines)


def share_kept(changed, printed):
    found = placements(changed)
    return len(found & printed) / len(found | printed)


def table(lines):
    """The lines up to the first header, and the rows of the table without page headers."""
    first = next(n for n, line in enumerate(lines) if line.startswith("各特別区名\t"))
    rows = [line for line in lines[first + 1 :] if line.strip() and not line.startswith("各特別")]
    return lines[: first + 1], rows


@pytest.mark.parametrize("length", [17, 40, None])
def test_page_breaks_elsewhere(lines, printed, length):
    top, rows = table(lines)
    for number, row in enumerate(rows):
        if length and number and number % length == 0:
            top += ["", HEADER]
        top.append(row)
    assert share_kept(top, printed) > 0.985


@pytest.mark.parametrize("seed", [1, 2])
def test_more_page_breaks(lines, printed, seed):
    random = Random(seed)
    changed = []
    for number, line in enumerate(lines):
        changed += ["", HEADER] if number > 7 and line.strip() and random.random() < 0.05 else []
        changed.append(line)
    assert share_kept(changed, printed) > 0.995


def test_every_partner_on_a_row_of_its_own(lines, printed):
    changed = []
    for line in lines:
        cells = line.split("\t")
        names = cells[4].split() if len(cells) == 7 and not line.startswith("各特別") else []
        if len(names) < 3 or len(items_of(cells[4])) != len(names):
            changed.append(line)
            continue
        changed.append("\t".join([*cells[:4], names[0], *cells[5:]]))
        changed += [f"\t\t\t\t{name}\t\t" for name in names[1:]]
    assert len(changed) > len(lines) + 1000
    assert share_kept(changed, printed) > 0.99


@pytest.mark.parametrize("ward", ["千代田", "世田谷", "墨田"])
def test_without_one_ward_the_others_read_the_same(lines, printed, ward):
    changed, current = [], None
    for line in lines:
        first = line.split("\t")[0]
        current = first if first in WARDS else current
        if current != ward or not line.strip() or line.startswith("各特別"):
            changed.append(line)
    others = {placement for placement in printed if placement[0] != WARDS[ward]}
    assert placements(changed) == others
