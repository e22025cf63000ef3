"""A user's own official boundaries (国土数値情報 N03) in place of the built-in ones, and the way back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.folders import IMPORTED_DIR, REFERENCE_DIR
from geo.places import boundaries
from geo.places.boundaries import AREAS, CREDIT, EQUAL_AREA, LAYERS, MANIFEST, N03_CREDIT
from geo.places.codes import PREFECTURES
from geo.places.n03 import day_of, read_n03
from pipeline.atomic import exclusive, remove, replacing
from pipeline.boundaries.coverage import (
    NORTHERN_TERRITORIES,
    covering,
    lighter,
    without_specks,
)
from pipeline.boundaries.files import write_browser_files, write_layers
from pipeline.intake.records import SourceError
from pipeline.words.dates import date_in_wareki

#: Official files trace every rock. Islands below so many km² are left out of what is drawn of a municipality, and
#: of a prefecture as seen from afar.
SMALLEST, SMALLEST_AFAR = 0.02, 0.1
#: Corners that span less than this go, in degrees (about 150 m): what is left is as large as the built-in files.
TOLERANCE = 0.0015
#: Where neighbours do not quite meet, as at the border to a prefecture of another file, so much is closed (degrees).
GAP = 0.003

#: The six villages of the Northern Territories, which official files have and the list of municipalities has not.
_NORTHERN_VILLAGES = [f"{code:05}" for code in range(1695, 1701)]
#: How many names a message lists.
_NAMED = 3


def import_n03(
    path: Path,
    *,
    folder: Path = IMPORTED_DIR,
    progress: Callable[[str], None] = lambda message: None,
) -> boundaries.Boundaries:
    """Put the prefectures of an official file in place of those in force; the others stay as they are.

    The folder is replaced as a whole. Credit names the official data and as of when they are, and the built-in ones
    too as long as a prefecture is drawn with these.

    Parameters
    ----------
    path : a file that ``geo.places.n03.read_n03`` reads
    folder : where imported boundaries are kept
    progress : told, in Japanese, what is being done

    Raises
    ------
    SourceError
        When the file is no N03 file, of another year's municipalities, or has a prefecture in part only.
    WriteError
        When the folder cannot be written. In both cases the boundaries in force stay.
    """
    try:
        official = _todays(read_n03(path, progress=progress), path)
        progress("形を整えています…")
        areas = _areas(official)
        official = _simplified(official)
        with exclusive(folder):
            before = boundaries.in_force(folder)
            taken = sorted(official["code"].map(_prefecture).unique())
            files = before.files | dict.fromkeys(taken, path.name)
            days = before.days | dict.fromkeys(taken, day_of(path))
            everything = pd.concat([official, _others(official, before)], ignore_index=True)
            covered = covering(everything, preferred=set(official["code"]), gap=GAP)
            covered = lighter(covered, TOLERANCE)
            own = n03_credit(days.get(code, "") for code in files)
            credit = own if len(files) == len(PREFECTURES) else f"{own}・{CREDIT}"
            progress("地図のファイルを書いています…")
            with replacing(folder, mark=MANIFEST) as new:
                write_layers(new, covered)
                version = hashlib.sha256((new / LAYERS).read_bytes()).hexdigest()[:12]
                (new / version).mkdir()
                write_browser_files(new / version, covered, credit, smallest=SMALLEST_AFAR)
                _write(new / AREAS, boundaries.official_areas(before) | areas)
                _write(
                    new / MANIFEST,
                    {
                        "version": version,
                        "credit": credit,
                        "files": dict(sorted(files.items())),
                        "days": dict(sorted(days.items())),
                    },
                )
    except ValueError as error:
        raise SourceError(str(error)) from error
    return boundaries.in_force(folder)


def n03_credit(days: Iterable[str]) -> str:
    """The credit of official files by the days (ISO) they stand for, "" for one that does not say.

    >>> n03_credit(["2024-01-01", "2024-01-01"])
    '「国土数値情報（行政区域データ）」（国土交通省、令和6年1月1日時点）を加工して作成'
    >>> n03_credit(["2024-01-01", "2021-01-01", ""])
    '「国土数値情報（行政区域データ）」（国土交通省、令和3年1月1日・令和6年1月1日時点ほか）を加工して作成'
    >>> n03_credit([""])
    '「国土数値情報（行政区域データ）」（国土交通省）を加工して作成'
    """
    known = set(days)
    said = "・".join(date_in_wareki(day) for day in sorted(known - {""}))
    return N03_CREDIT.format(f"、{said}時点{'ほか' if '' in known else ''}" if said else "")


def reset(*, folder: Path = IMPORTED_DIR) -> bool:
    """Go back to the built-in boundaries; False when these are in force already.

    Raises
    ------
    WriteError
        When the imported ones cannot be removed.
    """
    with exclusive(folder):
        if boundaries.in_force(folder) is boundaries.BUILT_IN:
            return False
        remove(folder)
    return True


def _todays(areas: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    """The municipalities of a file, as code, geometry; every one of its prefectures has to be there as it is today."""
    known = pd.read_csv(REFERENCE_DIR / "municipalities.csv", dtype=str).query("parent_code.isna()")
    areas = areas[areas["parent_code"].isna()]
    other = areas[~areas["code"].isin([*known["code"], *_NORTHERN_VILLAGES])]
    if len(other):
        raise ValueError(
            f"{path.name}の{_named(other)}は、いまの市区町村ではありません。新しい年のファイルを指定してください。"
        )
    present = known[known["prefecture_code"].isin(areas["code"].map(_prefecture))]
    lost = present[~present["code"].isin(areas["code"])]
    if len(lost):
        raise ValueError(
            f"{path.name}に{_named(lost)}がありません。全国か都道府県の全域の、新しい年のファイルを指定してください。"
        )
    code = areas["code"].where(~areas["code"].isin(_NORTHERN_VILLAGES), NORTHERN_TERRITORIES)
    return areas.assign(code=code)[["code", "geometry"]]


def _named(places: pd.DataFrame) -> str:
    first = [
        f"「{row.prefecture}{row.name}」（{row.code}）" for row in places.head(_NAMED).itertuples(index=False)
    ]
    more = len(places) - len(first)
    return "、".join(first) + (f"ほか{more}件" if more else "")


def _prefecture(code: str) -> str:
    return "01000" if code == NORTHERN_TERRITORIES else f"{code[:2]}000"


def _areas(official: gpd.GeoDataFrame) -> dict[str, float]:
    """Area of each municipality in km², before anything is left out."""
    size = official.to_crs(EQUAL_AREA).area.div(1e6).round(2)
    return dict(zip(official["code"], size, strict=True))


def _simplified(official: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    large = without_specks(official, SMALLEST)
    shapes = shapely.coverage_simplify(large.geometry.values, TOLERANCE)
    return large.assign(geometry=shapely.make_valid(shapes, method="structure", keep_collapsed=False))


def _others(official: gpd.GeoDataFrame, before: boundaries.Boundaries) -> gpd.GeoDataFrame:
    """What is in force of everything that is not in the file."""
    municipal = boundaries.load_municipal_polygons(before.folder)
    hokkaido = boundaries.load_prefecture_polygons(before.folder).query("code == '01000'")
    inside = municipal[municipal["code"].str.startswith("01")]
    north = hokkaido.assign(
        code=NORTHERN_TERRITORIES,
        geometry=hokkaido.difference(shapely.coverage_union_all(inside.geometry.values)),
    )
    both = pd.concat([municipal, north], ignore_index=True)
    return both[~both["code"].isin(official["code"])]


def _write(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
