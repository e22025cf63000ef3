"""Pictures that explain themselves: on them and inside the file, with and without their caption."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from geo.ledger.selection import Selection
from pipeline.cli.commands import main
from pipeline.deliver import FORMATS, notes

DC = "{http://purl.org/dc/elements/1.1/}"
SVG = "{http://www.w3.org/2000/svg}"
SETAGAYA = Selection(origins=("13112",), sources=("tokyo23_linkage_r8",), categories=("災害・防災",))
SIZE = (900, 640)


@pytest.fixture(scope="module")
def pictures(dataset):
    return {
        (kind, bare): FORMATS[kind].write(dataset, SETAGAYA, size=SIZE, bare=bare)
        for kind in ("png", "svg")
        for bare in (False, True)
    }


@pytest.mark.parametrize("bare", [False, True])
def test_a_png_says_whose_map_it_is_under_which_conditions_and_whose_facts(dataset, pictures, bare):
    said = Image.open(BytesIO(pictures["png", bare])).text
    assert said["Title"].startswith("災害・防災では、世田谷区は、個別の連携で全国 ")
    assert notes.conditions(dataset, SETAGAYA) in said["Description"]
    assert said["Author"] == "特別区交流マップ"
    assert said["Copyright"] == "　".join(["基準日 令和8年3月31日", *notes.credits(dataset, SETAGAYA)])
    assert parsedate_to_datetime(said["Creation Time"]) == notes.built(dataset).replace(microsecond=0)
    assert said["Software"] == "koryu-map"


@pytest.mark.parametrize("bare", [False, True])
def test_an_svg_says_the_same_as_title_description_and_dublin_core(dataset, pictures, bare):
    root = ElementTree.fromstring(pictures["svg", bare])
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (root.get("role"), root.get("lang")) == ("img", "ja")
    assert root.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
    assert title.text.startswith("災害・防災では、世田谷区は、")
    conditions, credits = notes.conditions(dataset, SETAGAYA), notes.credits(dataset, SETAGAYA)
    assert conditions in desc.text
    assert all(credit in desc.text for credit in credits)
    said = {
        name: root.find(f".//{DC}{name}") for name in ("title", "description", "source", "date", "language")
    }
    assert said["title"].text == title.text
    assert conditions in said["description"].text
    assert credits[0] in said["source"].text
    assert said["date"].text == notes.built(dataset).isoformat()
    assert said["language"].text == "ja"
    assert root.find(f".//{DC}creator").find(f".//{DC}title").text == "特別区交流マップ"


def test_the_same_view_makes_the_same_bytes(dataset, pictures):
    for kind in ("png", "svg"):
        assert FORMATS[kind].write(dataset, SETAGAYA, size=SIZE) == pictures[kind, False]


def test_the_caption_stands_on_a_picture_and_not_on_a_bare_one(dataset, pictures):
    text = {
        bare: "".join(
            node.text or "" for node in ElementTree.fromstring(pictures["svg", bare]).iter(f"{SVG}text")
        )
        for bare in (False, True)
    }
    for words in ("個別の連携で全国", "条件: ", "基準日 令和8年3月31日", "出典: "):
        assert words in text[False]
        assert words not in text[True]
    assert "世田谷区" in text[True]
    assert Image.open(BytesIO(pictures["png", True])).size == SIZE


def test_the_command_leaves_the_caption_out_and_says_where_it_cannot(build_dir, tmp_path, capsys):
    asked = ["--data", str(build_dir), "--out", str(tmp_path), "--origin", "13112", "--bare"]
    assert main(["export", "--format", "svg", "--size", "400x400", *asked]) == 0
    (made,) = tmp_path.iterdir()
    assert made.name == "renkei_世田谷区_400x400_図だけ_R8.svg"
    assert "基準日" not in "".join(node.text or "" for node in ElementTree.parse(made).iter(f"{SVG}text"))
    assert main(["export", "--format", "csv", *asked]) == 2
    assert "--bare は --format png・svg のときだけ" in capsys.readouterr().err
    assert main(["export", "--format", "pdf", *asked[:-1], "--no-script"]) == 2
    assert "--no-script は --format html のときだけ" in capsys.readouterr().err
