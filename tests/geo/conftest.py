"""A dataset of a dozen links, small enough to count by hand."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from geo.ledger.dataset import Dataset
from geo.ledger.schema import TABLES

PLACES = [
    # code, prefecture_code, prefecture, name, kind, parent, lat, lon
    ("13103", "13000", "東京都", "港区", "special_ward", None, 35.658, 139.752),
    ("13112", "13000", "東京都", "世田谷区", "special_ward", None, 35.646, 139.653),
    ("13207", "13000", "東京都", "昭島市", "city", None, 35.706, 139.354),
    ("10425", "10000", "群馬県", "嬬恋村", "village", None, 36.517, 138.530),
    ("10444", "10000", "群馬県", "川場村", "village", None, 36.703, 139.107),
    ("26100", "26000", "京都府", "京都市", "designated_city", None, 35.012, 135.768),
    ("26110", "26000", "京都府", "山科区", "designated_ward", "26100", 34.972, 135.814),
    ("47214", "47000", "沖縄県", "宮古島市", "city", None, 24.806, 125.281),
]
PREFECTURES = [
    ("10000", "群馬県", 36.391, 139.061, 2),
    ("13000", "東京都", 35.690, 139.692, 3),
    ("26000", "京都府", 35.021, 135.756, 1),
    ("47000", "沖縄県", 26.212, 127.681, 1),
]
PROJECTS = [
    ("p1", "13103", ["環境"]),
    ("p2", "13103", ["観光"]),
    ("p3", "13112", ["災害・防災", "環境"]),
    ("p4", "13112", ["観光"]),
]
LINKS = [
    # project, origin, partner, level, via, confidence, year
    ("p1", "13103", "10425", "municipality", None, 1.0, 1988),
    ("p1", "13103", "26110", "designated_ward", None, 1.0, 1988),
    ("p1", "13103", "13103", "municipality", None, 1.0, 1988),
    ("p2", "13103", "26100", "municipality", None, 0.9, None),
    ("p2", "13103", "10425", "municipality", None, 0.9, None),
    ("p2", "13103", "13207", "municipality", None, 0.9, 2010),
    ("p3", "13112", "10444", "municipality", None, 1.0, 1981),
    ("p3", "13112", "10000", "prefecture", None, 1.0, 2001),
    ("p3", "13112", "13103", "municipality", None, 1.0, 2001),
    ("p4", "13112", "47214", "municipality", "宮古の会", 0.9, 2020),
    ("p4", "13112", "47214", "municipality", None, 0.5, 2020),
    ("p4", "13112", None, "unresolved", None, 0.0, 2020),
]


@pytest.fixture
def toy() -> Dataset:
    links = pd.DataFrame(
        LINKS,
        columns=["project_id", "origin_code", "partner_code", "level", "via", "confidence", "start_year"],
    )
    links = links.assign(
        source="toy",
        series="toy",
        project_name=links.project_id,
        partner_text="x",
        tie=links.via.isna().map({True: "bilateral", False: "network"}),
        tie_reason="",
        method="exact",
        year_kind=links.start_year.map(lambda year: None if pd.isna(year) else "年度"),
        year_basis=links.start_year.map(lambda year: "none" if pd.isna(year) else "partner"),
        source_line=1,
        source_place="1行目",
    )
    projects = pd.DataFrame(PROJECTS, columns=["project_id", "origin_code", "categories"]).assign(
        source="toy",
        category_raw="",
        category_basis="printed",
        name="n",
        organiser="",
        summary=None,
        status=None,
        start_year=None,
        year_kind=None,
        source_line=1,
        correction=None,
    )
    places = pd.DataFrame(
        PLACES, columns=["code", "prefecture_code", "prefecture", "name", "kind", "parent_code", "lat", "lon"]
    ).assign(code6="", kana="", area_km2=1.0)
    offices = pd.DataFrame(PREFECTURES, columns=["code", "name", "lat", "lon", "n_municipalities"]).assign(
        kana=""
    )
    tables = {
        "links": _typed("links", links),
        "projects": _typed("projects", projects),
        "mentions": _typed("mentions", pd.DataFrame(columns=list(TABLES["mentions"]))),
        "findings": _typed("findings", pd.DataFrame(columns=list(TABLES["findings"]))),
        **{
            name: _typed(name, pd.DataFrame(columns=list(TABLES[name])))
            for name in (
                "documents",
                "agreements",
                "agreement_members",
                "partner_counts",
                "events",
                "indicators",
                "corrections",
                "changes",
            )
        },
        "municipalities": gpd.GeoDataFrame(
            places,
            geometry=[Point(lon, lat) for lat, lon in zip(places.lat, places.lon, strict=True)],
            crs=4326,
        ),
        "prefectures": gpd.GeoDataFrame(
            offices,
            geometry=[Point(lon, lat) for lat, lon in zip(offices.lat, offices.lon, strict=True)],
            crs=4326,
        ),
    }
    return Dataset.of(tables, meta={})


def _typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    columns = {c: t for c, t in TABLES[name].items() if t not in ("list", "geometry")}
    return table.astype(columns)[list(TABLES[name])]
