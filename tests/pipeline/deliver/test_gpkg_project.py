"""What QGIS makes of a GeoPackage: the classes and colours of the app, labels, and a project that opens."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from contextlib import closing
from dataclasses import replace

import pandas as pd
import pytest

from geo.draw.choropleth import METRICS, ZERO_LABEL
from geo.insight.metrics import prefecture_table
from geo.ledger.selection import Selection
from pipeline.deliver import gpkg, gpkg_styles, qgis_project
from pipeline.deliver.views import first_view

#: A project is opened by the Python that QGIS brings along.
QGIS_PYTHON = "/usr/bin/python3"
OPENING = """
import sys
from qgis.core import QgsApplication, QgsProject
app = QgsApplication([], False)
app.initQgis()
project = QgsProject.instance()
read = project.read(sys.argv[1])
print("project", read, project.crs().authid(), project.title())
for node in project.layerTreeRoot().findLayers():
    layer = node.layer()
    print("layer", layer.id(), layer.isValid(), layer.labelsEnabled(), layer.featureCount(), layer.name())
    if layer.isSpatial():
        print("legend", "|".join([layer.id(), *(item.label() for item in layer.renderer().legendSymbolItems())]))
print("relations", all(each.isValid() for each in project.relationManager().relations().values()))
app.exitQgis()
"""


@pytest.fixture(scope="module")
def path(dataset, tmp_path_factory):
    path = tmp_path_factory.mktemp("qgis") / "renkei.gpkg"
    path.write_bytes(gpkg.write(dataset, first_view(dataset)))
    return path


@pytest.fixture(scope="module")
def few(dataset, tmp_path_factory):
    """The file of three origins without their own prefecture, and its selection."""
    selection = replace(first_view(dataset), origins=("13103", "13112", "13117"), home=False)
    path = tmp_path_factory.mktemp("few") / "few.gpkg"
    path.write_bytes(gpkg.write(dataset, selection))
    return path, selection


@pytest.fixture
def database(path):
    with closing(sqlite3.connect(path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def project(path) -> ET.Element:
    with closing(sqlite3.connect(path)) as database:
        ((name, content),) = database.execute("SELECT name, content FROM qgis_projects").fetchall()
    assert name == "交流マップ"
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as packed:
        (inside,) = packed.namelist()
        assert inside.endswith(".qgs")
        return ET.fromstring(packed.read(inside))


def styles(database, layer: str) -> dict[str, ET.Element]:
    rows = database.execute(
        "SELECT styleName, styleQML FROM layer_styles WHERE f_table_name = ? ORDER BY id", (layer,)
    )
    return {name: ET.fromstring(qml) for name, qml in rows}


def rules(style: ET.Element) -> list[tuple[str, str]]:
    """Filter and label of each rule that has a filter."""
    return [(rule.get("filter"), rule.get("label")) for rule in style.iter("rule") if rule.get("filter")]


def labelled(database, layer: str, style: ET.Element) -> pd.Series:
    """Code → the label of the rule that holds for it: the filters are plain SQL. One holds for each."""
    found = [
        (code, label)
        for said, label in rules(style)
        for (code,) in database.execute(f'SELECT code FROM "{layer}" WHERE {said}')
    ]
    codes = [code for code, _ in found]
    (rows,) = database.execute(f'SELECT count(*) FROM "{layer}"').fetchone()
    assert len(codes) == len(set(codes)) == rows
    return pd.Series(dict(found)).sort_index()


@pytest.mark.parametrize("name", METRICS)
def test_prefectures_have_the_classes_of_the_app(database, dataset, name):
    metric = METRICS[name].of(dataset.naming.noun)
    drawn = labelled(database, "prefectures", styles(database, "prefectures")[f"都道府県別: {metric.label}"])
    table = prefecture_table(dataset.select(first_view(dataset))).set_index("code")
    classes = metric.classes(table[metric.column])
    expected = classes.index.map(lambda place: classes.legend[int(place)].label)
    assert drawn.to_dict() == expected.mask(table.n_municipalities == 0, "対象外").to_dict()


@pytest.mark.parametrize("three", [False, True])
def test_the_ground_of_lines_is_that_of_the_app(dataset, path, few, three):
    file, selection = few if three else (path, first_view(dataset))
    table = prefecture_table(dataset.select(selection)).set_index("code")
    metric = METRICS["partners"]  # a few origins, and a small part of all, are told by numbers
    with closing(sqlite3.connect(file)) as database:
        name, usual = next(iter(styles(database, "prefectures").items()))
        drawn = labelled(database, "prefectures", usual)
    assert name == metric.label
    classes = metric.classes(table.n_partners)
    expected = classes.index.map(lambda place: classes.legend[int(place)].label)
    expected = expected.mask(table.reached & (table.n_partners == 0), "県とだけ連携")
    expected = expected.mask(~table.reached & (table.n_municipalities == 0), "対象外")
    assert drawn.to_dict() == expected.to_dict()
    assert {"県とだけ連携", "対象外"} <= set(drawn) or not three


def test_municipalities_say_with_whom_there_is_a_tie(database, dataset):
    selected = dataset.select(first_view(dataset))
    drawn = labelled(database, "municipalities", styles(database, "municipalities")["連携の有無"])
    assert set(drawn.index[drawn == "連携あり"]) == set(selected.links.municipality_code.dropna())
    assert set(drawn.index[drawn != "対象外"]) == set(selected.universe.code)
    counted = labelled(database, "municipalities", styles(database, "municipalities")["事業の数"])
    assert (counted == ZERO_LABEL).sum() == (drawn == ZERO_LABEL).sum()


def test_none_is_hatched_and_colours_are_those_of_the_screens(database, root):
    tokens = (root / "static" / "screen" / "tokens.css").read_text("utf-8")
    light = dict(re.findall(r"--k-([\w-]+): light-dark\((#[0-9a-f]{6}),", tokens))
    assert {name: light[name] for name in gpkg_styles.COLOURS} == gpkg_styles.COLOURS
    for layer in ("prefectures", "municipalities"):
        for style in styles(database, layer).values():
            symbols = {symbol.get("name"): symbol for symbol in style.findall("renderer-v2/symbols/symbol")}
            hatched = {
                rule.get("label")
                for rule in style.iter("rule")
                if symbols[rule.get("symbol")].find("layer").get("class") == "LinePatternFill"
            }
            assert hatched == {ZERO_LABEL}


def test_prefectures_and_municipalities_do_not_cover_each_other(database):
    for style in styles(database, "municipalities").values():
        assert (style.get("hasScaleBasedVisibilityFlag"), style.get("minScale")) == ("1", "1500000")
    for style in styles(database, "prefectures").values():
        fills = [rule for rule in style.iter("rule") if rule.get("filter")]
        assert {rule.get("scalemindenom") for rule in fills} == {"1500000"}
        (border,) = [rule for rule in style.iter("rule") if not rule.get("filter")]
        symbol = style.find(f"renderer-v2/symbols/symbol[@name='{border.get('symbol')}']")
        assert {layer.get("class") for layer in symbol.findall("layer")} == {"SimpleLine"}


def test_layers_are_labelled_with_names_and_numbers_of_their_own_columns(database):
    for layer in gpkg.LAYERS:
        columns = {row[1] for row in database.execute(f'PRAGMA table_info("{layer}")')}
        for style in styles(database, layer).values():
            assert style.get("labelsEnabled") == "1"
            text = style.find("labeling/settings/text-style")
            assert text.get("fontFamily") is None  # QGIS warns of a font that a PC has not
            said = text.get("fieldName")
            used = set(re.findall(r'"(\w+)"', said))
            assert used <= columns
            assert used & {"name", "partner_name"}
            assert any(column.startswith("n_") for column in used)
            assert {alias.get("field") for alias in style.iter("alias")} == columns - {"fid", "geom"}
    usual = database.execute(
        "SELECT f_table_name, count(*) FROM layer_styles WHERE useAsDefault GROUP BY 1"
    ).fetchall()
    assert dict(usual) == dict.fromkeys(gpkg.LAYERS, 1)


def test_up_to_three_origins_have_a_colour_each(few):
    with closing(sqlite3.connect(few[0])) as database:
        (style,) = styles(database, "flows").values()
    assert [label for _, label in rules(style)] == ["港区", "世田谷区", "北区"]
    colours = [each.get("value") for each in style.iter("Option") if each.get("name") == "line_color"]
    assert len(set(colours)) == 3


def test_the_project_shows_every_layer_and_table_in_order(project, database):
    groups = project.findall("layer-tree-group/layer-tree-group")
    assert [group.get("name") for group in groups] == ["地図", "表"]
    names = [[layer.get("name") for layer in group] for group in groups]
    assert names[0] == ["連携元", "連携相手方", "連携の流れ", "都道府県", "市区町村"]
    listed = {row[0] for row in database.execute("SELECT table_name FROM gpkg_contents")} - {"layer_styles"}
    sources = {layer.findtext("id"): layer.findtext("datasource") for layer in project.iter("maplayer")}
    assert set(sources.values()) == {f"./renkei.gpkg|layername={name}" for name in listed}
    assert {layer.get("id") for layer in project.iter("layer-tree-layer")} == set(sources)
    assert all(len(each) > 10 for each in sources)  # QGIS gives another id to a layer with a short one
    assert project.findtext("projectCrs/spatialrefsys/authid") == "EPSG:3857"
    assert project.findtext("properties/Paths/Absolute") == "false"
    assert project.findtext("title") == "特別区交流マップ　23区"
    assert "気象庁" in project.findtext("projectMetadata/abstract")
    relations = project.findall("relations/relation")
    assert {each.get(key) for each in relations for key in ("referencingLayer", "referencedLayer")} <= set(
        sources
    )


def test_the_project_opens_on_the_whole_country(project):
    extent = {side.tag: float(side.text) for side in project.find("mapcanvas/extent")}
    degrees = 180 / 20037508.34  # of the equator to a metre of the plane, west to east
    assert 120 < extent["xmin"] * degrees < 127.6
    assert 141.4 < extent["xmax"] * degrees < 150
    seen = project.find("ProjectViewSettings/DefaultViewExtent")
    assert {side: float(seen.get(side)) for side in extent} == extent


def test_the_project_finds_its_layers_by_the_name_of_the_file(dataset, tmp_path):
    path = tmp_path / "x.gpkg"
    nothing = Selection(origins=("13101",), year_to=1, unknown_years=False)
    path.write_bytes(gpkg.write(dataset, nothing, name="交流マップ_千代田区&.gpkg"))
    with closing(sqlite3.connect(path)) as database:
        (content,) = database.execute("SELECT content FROM qgis_projects").fetchone()
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content))) as packed:
        root = ET.fromstring(packed.read(packed.namelist()[0]))
    sources = {layer.findtext("datasource").split("|")[0] for layer in root.iter("maplayer")}
    assert sources == {"./交流マップ_千代田区&.gpkg"}


def test_qgis_opens_the_project_with_all_layers_and_labels(path, project):
    ready = (
        shutil.which(QGIS_PYTHON)
        and not subprocess.run(
            [QGIS_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False
        ).returncode
    )
    if not ready:
        pytest.skip("QGIS (python3-qgis) is not on this machine")
    done = subprocess.run(
        [QGIS_PYTHON, "-c", OPENING, f"geopackage:{path}?projectName={qgis_project.NAME}"],
        capture_output=True,
        text=True,
        check=True,
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(path.parent), "LANG": "C.UTF-8", "PATH": "/usr/bin"},
    )
    said = [line.split(" ", 1) for line in done.stdout.splitlines()]
    assert ["project", "True EPSG:3857 特別区交流マップ　23区"] in said
    opened = [line.split(" ") for kind, line in said if kind == "layer"]
    assert len(opened) == len(project.findall("projectlayers/maplayer"))
    assert {valid for _, valid, *_ in opened} == {"True"}
    labels = {name.removeprefix("koryu_map_"): labels for name, _, labels, *_ in opened}
    assert {name for name, on in labels.items() if on == "True"} == set(gpkg.LAYERS)
    legends = {line.split("|")[0]: line.split("|")[1:] for kind, line in said if kind == "legend"}
    assert legends["koryu_map_prefectures"][0] == ZERO_LABEL
    assert "県とだけ連携" in legends["koryu_map_prefectures"]
    assert ["relations", "True"] in said


def test_only_lines_of_the_most_projects_are_named(database):
    """Hundreds of names along lines would hide the map."""
    (style,) = styles(database, "flows").values()
    least = int(re.search(r">= (\d+)", style.find("labeling/settings/text-style").get("fieldName"))[1])
    (named,) = database.execute("SELECT count(*) FROM flows WHERE n_projects >= ?", (least,)).fetchone()
    (more,) = database.execute("SELECT count(*) FROM flows WHERE n_projects > ?", (least,)).fetchone()
    assert more < 40 <= named
