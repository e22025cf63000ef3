"""The map as folium objects: constant base, lean and safe rows, no other host."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import zlib

import pandas as pd
import pytest
from streamlit_folium import generate_leaflet_string

from geo.draw import choropleth
from geo.draw.signs import signed, signs_of
from geo.draw.web import folium_map, window

HOSTILE = "</script><img src=x onerror=alert(1)>\u2028\u2029&'\"`${x}"


def flows(**changes) -> pd.DataFrame:
    rows = [
        ["13112", "世田谷区", "20218", 3, 1, 1996, "年度", "観光、環境", 190.4],
        ["13104", "新宿区", "01101", 1, 1, None, None, "", 831.5],
        ["13112", "世田谷区", "47207", 2, 1, 2001, "年", "観光", 1950.2],
    ]
    columns = [
        "origin_code",
        "origin_name",
        "partner_code",
        "n_projects",
        "n_municipalities",
        "first_year",
        "first_kind",
    ]
    table = pd.DataFrame(rows, columns=[*columns, "categories", "distance_km"])
    table["first_year"] = table.first_year.astype("Int64")
    return table.assign(origin_lat=35.64663, origin_lon=139.6532, lat=36.0, lon=138.0, **changes)


def rows_of(group) -> dict:
    """What a feature group sends, read back as the browser reads it."""
    (sent,) = re.findall(r'new koryu\.Rows\("([^"]*)"\)', script_of(group))
    return json.loads(zlib.decompress(base64.b64decode(sent)))


def script_of(group) -> str:
    group.add_to(folium_map.base_map())
    group._id = "feature_group_0"
    return generate_leaflet_string(group, base_id="feature_group_0")


def test_the_base_is_the_same_text_every_time():
    texts = set()
    for _ in range(3):
        base = folium_map.base_map("地図")
        texts.add(base.get_root().render())
        texts.add(generate_leaflet_string(folium_map.base_map("地図")))
    assert len(texts) == 2


def test_the_base_asks_no_other_host_and_leaves_folium_as_it_was():
    import folium

    base = folium_map.base_map()
    html = base.get_root().render()
    assert not re.search(r"(?:https?:)?//\w", html)
    linked = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert linked
    assert all(link.startswith("../../app/static/") for link in linked)
    assert any("jsdelivr" in url for _, url in folium.Map.default_js)


def test_every_script_and_style_of_the_base_exists(root):
    for path in (*folium_map.SCRIPTS, *folium_map.STYLES):
        assert (root / "static" / path).is_file(), path


def test_the_first_script_brings_all_others_in_their_order(root):
    loader = (root / "static" / folium_map.LOADER).read_text(encoding="utf-8")
    assert re.findall(r'"([\w/.-]+\.js)"', loader) == list(folium_map.SCRIPTS[:-1])
    assert re.findall(r'"([\w/.-]+\.css)"', loader) == list(folium_map.STYLES)
    assert [path for path, _ in folium_map.base_map().default_js] == [
        folium_map.LOADER,
        folium_map.SCRIPTS[-1],
    ]


def test_flows_are_columns_sorted_by_origin_and_those_alike_stand_together():
    (level,) = rows_of(folium_map.flow_layer(flows()))["flows"]["levels"]
    assert level["origins"] == [
        ["13104", "新宿区", 35.64663, 139.6532],
        ["13112", "世田谷区", 35.64663, 139.6532],
    ]
    assert level["counts"] == [1, 2]
    assert level["partners"] == "011014720720218"
    assert level["n_projects"] == [1, 2, 3]
    assert level["years"] == [0, 2 * 2001, 2 * 1996 + 1]
    assert level["categories"] == ["環境", "観光"]
    assert level["mixes"] == [0, 2, 3]


def test_a_flow_that_lies_nowhere_is_not_sent():
    (level,) = rows_of(folium_map.flow_layer(flows().assign(distance_km=[None, 1.0, 2.0])))["flows"]["levels"]
    assert level["partners"] == "0110147207"


def test_no_flows_is_a_map_without_lines():
    (level,) = rows_of(folium_map.flow_layer(flows().iloc[:0]))["flows"]["levels"]
    assert level["origins"] == level["counts"] == level["n_projects"] == []
    assert level["partners"] == ""


def test_the_bundle_of_all_origins_gets_its_name():
    table = flows(origin_code="", origin_name="").drop_duplicates("partner_code")
    group = folium_map.flow_layer(table, detail=flows(), totals=True, bundle_name="東京23区")
    bundled, detail = rows_of(group)["flows"]["levels"]
    assert bundled["origins"][0][:2] == ["", "東京23区"]
    assert (bundled["totals"], detail["totals"]) == (True, False)
    assert bundled["minZoom"] < detail["minZoom"]


def test_closer_levels_take_over_and_the_widest_says_so():
    bundle = flows(origin_code="", origin_name="").drop_duplicates("partner_code")
    group = folium_map.flow_layer(bundle, detail=flows(), closest=flows().iloc[:1], totals=True)
    levels = rows_of(group)["flows"]["levels"]
    zooms = [level["minZoom"] for level in levels]
    assert zooms == sorted(zooms)
    assert len(levels) == 3
    assert "市区町村" in levels[0]["hint"]
    assert not any("hint" in level for level in levels[1:])


def test_very_many_origins_are_drawn_from_prefecture_to_prefecture_and_only_what_is_seen_closer():
    table = flows(origin_code=["20000", "13000", "13000"], partner_code=["20000", "01000", "47000"])
    sent = rows_of(folium_map.between_layer(table, noun="市", selected="01000"))["flows"]
    (level,) = sent["levels"]
    assert (level["between"], level["totals"], level["value"]) == (True, True, "n_projects")
    assert level["counts"] == [2, 1]
    assert "都道府県から" in level["direction"]
    assert sent["closer"] == list(window.CLOSER)
    assert sent["selected"]["partner_code"] == "01000"

    ends = pd.DataFrame({"partner_code": ["01101", "20218"], "lines": [7, 1], "n_projects": [9, 3]})
    seen = window.Part(window.Window(35, 138, 37, 140, 2), flows(), "origin", ends)
    _, close = rows_of(folium_map.between_layer(table, seen))["flows"]["levels"]
    assert (close["area"], close["step"], close["whole"]) == ([35, 138, 37, 140], 2, False)
    assert close["ends"] == {"partners": "0110120218", "lines": [7, 1], "n_projects": [9, 3]}
    assert len(close["n_projects"]) == 3
    assert close["minZoom"] == window.CLOSER[0]


def test_a_year_can_stand_on_the_map():
    layers = [folium_map.flow_layer(flows()), folium_map.stamp_layer("1995年", "平成7年まで")]
    assert rows_of(folium_map.merged(layers))["stamp"] == ["1995年", "平成7年まで"]


def test_an_unknown_measure_is_refused():
    with pytest.raises(KeyError):
        folium_map.flow_layer(flows(), measure="population")


def test_hostile_names_come_back_whole_and_cannot_end_a_script():
    table = flows(origin_name=HOSTILE, categories=HOSTILE)
    group = folium_map.flow_layer(table, bundle_name=HOSTILE)
    script = script_of(group)
    for forbidden in ("<", ">", "&", "\u2028", "\u2029"):
        assert forbidden not in script
    level = rows_of(group)["flows"]["levels"][0]
    assert level["origins"][0][1] == HOSTILE
    assert HOSTILE in level["categories"][0]


def areas(places: list[str]) -> folium_map.Areas:
    values = pd.Series(range(len(places)), index=places)
    classes = choropleth.classify(values)
    return folium_map.Areas("事業の数", classes.index, values.map("{}件".format), classes.legend)


def test_areas_are_codes_classes_and_texts():
    rows = rows_of(folium_map.choropleth_layer(areas(["01000", "02000", "03000"])))["areas"]
    assert rows["codes"] == ["01000", "02000", "03000"]
    assert rows["classes"] == [0, 1, 2]
    assert rows["texts"] == ["0件", "1件", "2件"]
    assert rows["legend"][0] == {"label": "なし", "colour": "", "hatch": True}
    assert not {"focus", "marked", "note"} & set(rows)


def test_all_prefectures_in_their_order_are_sent_without_their_codes():
    codes = [f"{number:02}000" for number in range(1, 48)]
    whole = rows_of(folium_map.choropleth_layer(areas(codes)))["areas"]
    assert (whole["codes"], len(whole["classes"])) == (None, 47)
    assert rows_of(folium_map.choropleth_layer(areas(codes[::-1])))["areas"]["codes"] == codes[::-1]


def test_the_place_looked_at_and_the_way_of_cutting_are_sent():
    cut = dataclasses.replace(areas(["20000"]), note="等間隔")
    rows = rows_of(folium_map.choropleth_layer(cut, marked="20000"))["areas"]
    assert (rows["marked"], rows["note"]) == ("20000", "等間隔")


def test_a_drilled_prefecture_brings_its_municipalities_and_the_focus():
    group = folium_map.choropleth_layer(areas(["20000"]), drill=areas(["20201"]), prefecture="20000")
    rows = rows_of(group)["areas"]
    assert rows["focus"] == "20000"
    assert rows["drill"]["prefectures"] == ["20000"]
    assert rows["drill"]["codes"] == ["20201"]


def test_municipalities_of_several_prefectures_are_open_at_once():
    group = folium_map.choropleth_layer(areas(["10000", "20000"]), drill=areas(["20201", "10201", "10202"]))
    rows = group.rows["areas"]
    assert rows["drill"]["prefectures"] == ["10000", "20000"]
    assert "focus" not in rows


def test_merged_layers_are_one_group_with_the_rows_of_all():
    group = folium_map.merged([folium_map.choropleth_layer(areas(["20000"])), folium_map.flow_layer(flows())])
    assert set(rows_of(group)) == {"areas", "flows"}


def test_every_flow_end_has_a_point_the_browser_knows(root):
    places = json.loads((root / "static" / "boundaries" / "places.json").read_text(encoding="utf-8"))
    known = {code: (name, lat, lon) for code, name, lat, lon in places}
    for table in ("municipalities", "prefectures"):
        expected = pd.read_csv(root / "data" / "reference" / f"{table}.csv", dtype={"code": str})
        if table == "municipalities":
            expected = expected[expected.kind != "designated_ward"]
        for row in expected.itertuples():
            name, lat, lon = known.pop(row.code)
            assert name == row.name
            # To the metre: the browser counts the kilometres between them.
            assert (lat, lon) == pytest.approx((row.lat, row.lon), abs=0.00001)
    assert not known


def test_the_credit_on_the_map_comes_with_the_polygons(root):
    from geo.places.boundaries import CREDIT

    drawn = json.loads((root / "static" / "boundaries" / "prefectures.json").read_text(encoding="utf-8"))
    assert drawn["credit"] == CREDIT
    assert CREDIT not in generate_leaflet_string(folium_map.base_map())


def test_places_with_signs_are_codes_numbers_of_signs_and_what_is_said_of_them():
    signs = signs_of({"both": "両方", "one": HOSTILE})
    places = [("01202", "函館市", "one", "2", HOSTILE), ("47214", "宮古島市", "both", "", "")]
    origins = pd.DataFrame(
        [("13112", "世田谷区", 35.64663, 139.6532)], columns=["code", "name", "lat", "lon"]
    )
    layers = [
        folium_map.choropleth_layer(areas(["20000"])),
        folium_map.sign_layer(
            signed(places, signs, "比べた結果"), origins=origins, noun="区", selected="47214"
        ),
    ]
    rows = rows_of(folium_map.merged(layers))
    assert set(rows) == {"areas", "signs"}
    sent = rows["signs"]
    assert (sent["codes"], sent["signs"], sent["values"]) == ("0120247214", [1, 0], ["2", ""])
    assert sent["notes"] == [HOSTILE, ""]
    assert [(each["label"], each["count"]) for each in sent["legend"]] == [("両方", 1), (HOSTILE, 1)]
    assert [(each["colour"], each["shape"]) for each in sent["legend"]] == [
        ("blue", "dot"),
        ("sign-2", "square"),
    ]
    assert sent["origins"] == [["13112", "世田谷区", 35.64663, 139.6532]]
    assert (sent["title"], sent["noun"], sent["selected"]) == ("比べた結果", "区", "47214")


def test_no_places_are_a_legend_of_none():
    sent = rows_of(folium_map.sign_layer(signed([], signs_of({"one": "片方"}), "比べた結果")))["signs"]
    assert (sent["codes"], sent["signs"], sent["origins"]) == ("", [], [])
    assert [each["count"] for each in sent["legend"]] == [0]
