"""GeoJSON (RFC 7946): every tie with its projects and lines, every partner, what they are and whose."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from geo.insight.flows import flows
from geo.ledger.selection import Selection
from pipeline.deliver import FORMATS, geojson
from pipeline.deliver.views import EVERYTHING, first_view


@pytest.fixture(scope="module")
def selected(dataset):
    return dataset.select(EVERYTHING)


@pytest.fixture(scope="module")
def whole(dataset) -> dict:
    return json.loads(geojson.write(dataset, EVERYTHING))


def features(whole: dict, layer: str) -> list[dict]:
    return [each for each in whole["features"] if each["properties"]["layer"] == layer]


def test_every_tie_partner_and_origin_is_there(whole, selected):
    links = selected.links
    assert len(features(whole, "flow")) == len(flows(selected))
    points = [each["properties"]["code"] for each in features(whole, "partner")]
    assert len(points) == len(set(points))
    assert set(points) == set(links.municipality_code.fillna(links.prefecture_code))
    assert [
        each["properties"]["code"] for each in features(whole, "origin")
    ] == selected.dataset.origins.code.tolist()
    assert sum(len(features(whole, name)) for name in ("flow", "partner", "origin")) == len(whole["features"])


def test_a_tie_has_its_projects_with_years_and_lines(whole, selected):
    links = selected.links.assign(place=lambda table: table.municipality_code.fillna(table.prefecture_code))
    expected = links.groupby(["origin_code", "place", "project_id"]).agg(
        name=("project_name", "first"),
        year=("start_year", "min"),
        lines=("source_line", lambda own: sorted(set(own))),
    )
    found = {
        (tie["origin_code"], tie["partner_code"], project["id"]): (
            project["name"],
            project["year"],
            project["lines"],
        )
        for tie in (each["properties"] for each in features(whole, "flow"))
        for project in tie["projects"]
    }
    assert found == {
        key: (row.name_, None if pd.isna(row.year) else row.year, row.lines)
        for key, row in zip(
            expected.index, expected.rename(columns={"name": "name_"}).itertuples(), strict=True
        )
    }
    for each in features(whole, "flow"):
        own = each["properties"]
        assert len(own["projects"]) == own["n_projects"]
        assert min((one["year"] for one in own["projects"] if one["year"]), default=None) == own["first_year"]


def test_it_is_geojson_as_the_standard_says(whole):
    assert "crs" not in whole
    assert {each["geometry"]["type"] for each in features(whole, "flow")} == {"LineString"}
    assert {each["geometry"]["type"] for each in features(whole, "partner")} == {"Point"}
    points = [
        each["geometry"]["coordinates"] for each in features(whole, "partner") + features(whole, "origin")
    ]
    assert whole["bbox"] == [
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    ]
    assert all(120 < x < 155 and 20 < y < 46 for x, y in points)  # longitude first


def test_it_says_what_it_is_and_whose(whole, dataset):
    said = json.loads(geojson.write(dataset, replace(first_view(dataset), origins=("13112",))))["metadata"]
    assert said["title"] == "特別区交流マップ　世田谷区"
    assert "世田谷区" in said["conditions"]
    assert said["date"] == "2026-03-31"
    assert [one["id"] for one in said["sources"]] == list(first_view(dataset).sources)
    assert said["credits"][-1].startswith("地図: 気象庁")
    assert {one["id"] for one in whole["metadata"]["sources"]} == set(dataset.sources)
    assert len(whole["agreements"]) == len(dataset.agreements)
    assert sum(len(one["members"]) for one in whole["agreements"]) == len(dataset.agreement_members)


def test_map_programs_read_it(dataset, tmp_path, whole):
    path = tmp_path / "all.geojson"
    path.write_bytes(FORMATS["geojson"].write(dataset, first_view(dataset)))
    read = gpd.read_file(path)
    assert read.crs == "EPSG:4326"
    lines = read[read["layer"] == "flow"]
    assert lines.partner_code.str.fullmatch(r"\d{5}").all()
    assert set(lines.geom_type) == {"LineString"}


def test_what_lies_nowhere_and_hostile_words_are_kept(dataset):
    said = "<script>alert(1)</script>'=1\x00🗾"
    municipalities = dataset.municipalities.astype({"lat": float, "lon": float})
    code = flows(dataset.select(EVERYTHING)).partner_code[0]
    municipalities.loc[municipalities.code == code, ["lat", "lon"]] = float("nan")
    municipalities.loc[municipalities.code == code, "name"] = said
    whole = json.loads(geojson.write(replace(dataset, municipalities=municipalities), EVERYTHING))
    (point,) = [each for each in features(whole, "partner") if each["properties"]["code"] == code]
    assert point["geometry"] is None
    assert point["properties"]["name"] == said
    lines = [each for each in features(whole, "flow") if each["properties"]["partner_code"] == code]
    assert lines
    assert {each["geometry"] for each in lines} == {None}


def test_a_view_without_a_tie_still_says_what_it_is_of(dataset):
    whole = json.loads(geojson.write(dataset, Selection(origins=("13101",), year_to=1, unknown_years=False)))
    (origin,) = whole["features"]
    assert (origin["properties"]["name"], origin["properties"]["n_projects"]) == ("千代田区", 0)
    assert "千代田区" in whole["metadata"]["conditions"]
