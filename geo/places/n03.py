"""Reading an official 行政区域データ file (国土数値情報 N03) as a user has it."""

from __future__ import annotations

import gzip
import re
import shutil
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo.folders import REFERENCE_DIR
from geo.places import codes

#: Columns that both schemas have: prefecture, 郡 or city, municipality or ward, code.
COLUMNS = ("N03_001", "N03_003", "N03_004", "N03_007")
#: The ward of a designated city; only newer files have it.
WARD = "N03_005"

#: Around Japan in degrees, from 沖ノ鳥島 to 択捉島: west, south, east, north.
JAPAN = (122.0, 20.0, 155.0, 46.0)

#: What a Shapefile consists of; the first three are needed.
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
#: The day in a name the ministry gives: N03-20240101_14_GML, and before 2021 N03-190101_GML, N03-21_14_210101.
_DAY = re.compile(r"N03-(?:\d{2}_){0,2}(\d{2}|\d{4})(\d{2})(\d{2})(?!\d)", re.IGNORECASE)
#: So many bytes at the beginning of a GeoJSON file hold its own name.
_BEGINNING = 4096
_KINDS = "Shapefile（.shp）、GeoJSON、GeoPackage、またはそれらの入った zip"


def read_n03(
    path: Path,
    reference_dir: Path = REFERENCE_DIR,
    progress: Callable[[str], None] = lambda message: None,
) -> gpd.GeoDataFrame:
    """Municipalities of an official 行政区域データ file.

    Two schemas are read. To about 2021 N03_003 holds the 郡 or the designated city, and N03_004 the
    municipality or the ward; newer files hold the city in N03_004 and the ward in N03_005. Parts of one
    municipality are joined; a designated city's wards are kept, and the city joined from them is added.
    Land that belongs to no municipality (所属未定地, without a code) is left out.

    Parameters
    ----------
    path : Path
        Shapefile, GeoJSON or GeoPackage, also inside .zip, GeoJSON also inside .gz.
    reference_dir : Path
        Where municipalities.csv says which code a designated city has.
    progress : callable
        Told, in Japanese, what is being done: a file of the whole nation takes minutes.

    Returns
    -------
    GeoDataFrame
        code (five digits), prefecture, name (a ward's without its city), parent_code (a ward's city, else
        null), geometry (valid; EPSG:4326); one row a code, in code order.

    Raises
    ------
    ValueError
        With one Japanese sentence, when the file cannot be read or is not of this kind.
    """
    path = Path(path)
    progress(f"{path.name} を読んでいます…")
    features = _read_features(path)
    features = features[features["N03_007"].notna()].reset_index(drop=True)
    if features.empty:
        raise ValueError(f"{path.name}に団体コード（N03_007）のある区域がありません。")
    _check_features(features, path)

    city, ward = _city_and_ward(features)
    rows = gpd.GeoDataFrame(
        {
            "code": features["N03_007"],
            "prefecture": features["N03_001"],
            "name": ward.fillna(features["N03_004"]),
            "parent_code": _city_codes(features["N03_001"], city, reference_dir, path),
        },
        geometry=_valid(features.geometry),
        crs=features.crs,
    ).to_crs("EPSG:4326")
    west, south, east, north = rows.total_bounds
    if west < JAPAN[0] or south < JAPAN[1] or east > JAPAN[2] or north > JAPAN[3]:
        raise ValueError(
            f"{path.name}の位置が日本の範囲にありません。測地系の情報が正しい、配布されたままのファイルを指定してください。"
        )
    cities = rows[ward.notna()].assign(code=rows["parent_code"], name=city, parent_code=None)
    progress("市区町村ごとにまとめています（全国のファイルは数分かかります）…")
    parts = pd.concat([rows, cities]).groupby("code")
    joined = parts[["prefecture", "name", "parent_code"]].first()
    shapes = gpd.GeoSeries(parts["geometry"].apply(_joined), crs=rows.crs)
    return gpd.GeoDataFrame(joined, geometry=shapes).reset_index()


def day_of(path: Path) -> str:
    """The day (ISO) that an official file stands for, by the name it was handed out under; "" where none is said.

    The name is that of the file itself, else of what its archive holds, else the one that a GeoJSON file gives itself.
    A file that cannot be read says none: :func:`read_n03` says what is wrong with it.
    """
    path = Path(path)
    return next((day for name in _names(path) if (day := day_in(name))), "")


def day_in(name: str) -> str:
    """The day (ISO) in a name, "" where it has none that the calendar knows.

    >>> day_in("N03-20240101_14_GML.zip"), day_in("N03-190101_GML"), day_in("N03-21_14_210101.shp")
    ('2024-01-01', '2019-01-01', '2021-01-01')
    >>> day_in("N03-21_14.geojson"), day_in("N03-20241301.zip"), day_in("n03_2021_municipalities.geojson")
    ('', '', '')
    """
    for year, month, day in _DAY.findall(name):
        # Of two digits, as the older names have it: the first of these data are of the fifties.
        whole = int(year) + (0 if len(year) == 4 else 1900 if int(year) >= 50 else 2000)
        try:
            return date(whole, int(month), int(day)).isoformat()
        except ValueError:
            continue
    return ""


def _names(path: Path) -> Iterator[str]:
    """Every name an official file may still bear, its own first."""
    yield path.name
    ending = path.suffix.lower()
    try:
        if ending == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield from sorted(archive.namelist())
        elif ending in (".gz", ".geojson", ".json"):
            with gzip.open(path) if ending == ".gz" else path.open("rb") as file:
                beginning = file.read(_BEGINNING).decode("utf-8", "ignore")
            yield from re.findall(r'"name"\s*:\s*"([^"]*)"', beginning)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError):
        return


def _read_features(path: Path) -> gpd.GeoDataFrame:
    """All features of the file, with a coordinate system; ValueError when it cannot be read."""
    if not path.exists():
        raise ValueError(f"{path}が見つかりません。行政区域データのファイルを指定してください。")
    if path.is_dir():
        raise ValueError(f"{path}はフォルダです。中の行政区域データのファイルを指定してください。")
    try:
        with _opened(path) as source, warnings.catch_warnings():
            # What GDAL has to say of odd rings and fields comes in English; what matters is checked below.
            warnings.simplefilter("ignore")
            about = pyogrio.read_info(source)
            _check_columns(set(about["fields"]), path)
            if about["geometry_type"] is None or about["crs"] is None:
                raise ValueError(
                    f"{path.name}に位置か測地系の情報がありません。配布されたままのファイルを指定してください。"
                )
            wanted = [name for name in (*COLUMNS, WARD) if name in about["fields"]]
            features = pyogrio.read_dataframe(
                source, columns=wanted, encoding=_encoding(source), use_arrow=True, fid_as_index=False
            )
    # GDAL's, pyproj's and zlib's errors are RuntimeErrors; a password is one, too.
    except (RuntimeError, zipfile.BadZipFile, zlib.error, EOFError, UnicodeError) as error:
        raise ValueError(
            f"{path.name}を地図データとして読めません。壊れていないか確かめて、{_KINDS}を指定してください。"
        ) from error
    except OSError as error:
        raise ValueError(
            f"{path.name}を読めません。読み取りの権限と、一時フォルダの空き容量を確かめてください。"
        ) from error
    for column in wanted:  # numbers, where a program that wrote the file took codes for such
        features[column] = features[column].map(str, na_action="ignore").astype(object)
    return features.replace("", None)


@contextmanager
def _opened(path: Path) -> Iterator[Path | str]:
    """What GDAL opens: the file itself, or what an archive holds, unpacked under plain names."""
    ending = path.suffix.lower()
    if ending == ".gz":
        yield f"/vsigzip/{path}"
    elif ending == ".zip":
        with TemporaryDirectory(prefix="koryu-") as folder:
            yield _unpacked(path, Path(folder))
    else:
        if ending == ".shp":
            _check_shapefile({each.name.lower() for each in path.parent.iterdir()}, path.name, path)
        yield path


def _unpacked(path: Path, folder: Path) -> Path:
    """The municipal map of an archive, written to a folder.

    The ministry's archives hold the same areas in several formats, and prefectures and the like beside them: of
    the format that is quickest to read, the largest file is meant.
    """
    with zipfile.ZipFile(path) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
        for ending in (".shp", ".gpkg", ".geojson"):
            found = [name for name in sizes if name.lower().endswith(ending)]
            if found:
                break
        else:
            raise ValueError(f"{path.name}の中に地図がありません。{_KINDS}を指定してください。")
        stem = max(found, key=sizes.__getitem__)[: -len(ending)]
        if ending == ".shp":
            _check_shapefile({name.lower() for name in sizes}, stem + ending, path)
        for name in sizes:
            if name.startswith(stem) and name[len(stem) :].lower() in (*_SHAPEFILE, ending):
                with (
                    archive.open(name) as packed,
                    (folder / f"N03{name[len(stem) :].lower()}").open("wb") as out,
                ):
                    shutil.copyfileobj(packed, out)
    return folder / f"N03{ending}"


def _check_shapefile(names: set[str], shape: str, path: Path) -> None:
    """A Shapefile is several files of one name; ValueError when one that is needed is not among ``names``."""
    missing = [ending for ending in _SHAPEFILE[:4] if shape[:-4].lower() + ending not in names]
    if missing:
        raise ValueError(
            f"{path.name}に{'、'.join(missing)}のファイルがそろっていません。"
            f"{'、'.join(_SHAPEFILE[:4])}を同じ場所に置いてください。"
        )


def _encoding(source: Path | str) -> str | None:
    """The encoding in which prefectures read as such: older Shapefiles are in Shift_JIS and do not say so."""
    for encoding in (None, "utf-8", "cp932"):
        try:
            some = pyogrio.read_dataframe(
                source, columns=["N03_001"], encoding=encoding, read_geometry=False, max_features=100
            )
        except UnicodeError:
            continue
        if some["N03_001"].isin(codes.PREFECTURES.values()).any():
            return encoding
    return None


def _check_columns(fields: set[str], path: Path) -> None:
    for column in COLUMNS:
        if column not in fields:
            raise ValueError(
                f"{path.name}に{column}の列がありません。国土数値情報の行政区域データ（N03）を選んでください。"
            )


def _check_features(features: gpd.GeoDataFrame, path: Path) -> None:
    """Every feature has a code that fits its prefecture, a name and an area."""
    prefecture = features["N03_007"].astype(str).str[:2].map(codes.PREFECTURES)
    bad_code = ~features["N03_007"].astype(str).str.fullmatch(r"[0-9]{5}") | (
        prefecture != features["N03_001"]
    )
    if bad_code.any():
        row = features[bad_code].iloc[0]
        raise ValueError(
            f"{path.name}の団体コード（N03_007）「{row['N03_007']}」が5桁の数字でないか、"
            f"都道府県名「{row['N03_001']}」と合いません。"
        )
    areal = features.geom_type.isin(["Polygon", "MultiPolygon"]) & ~features.is_empty
    if not (areal & features["N03_004"].notna()).all():
        row = features[~(areal & features["N03_004"].notna())].iloc[0]
        raise ValueError(f"{path.name}の団体コード「{row['N03_007']}」に名称か面の形がありません。")


def _valid(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Polygons only, none of which crosses itself; most are so already, and mending is slow."""
    bad = ~shapes.is_valid
    mended = shapely.make_valid(shapes[bad].values, method="structure", keep_collapsed=False)
    return shapes.mask(bad, gpd.GeoSeries(mended, index=shapes.index[bad], crs=shapes.crs))


def _joined(parts: gpd.GeoSeries) -> shapely.Geometry:
    """One shape of all parts: islands as they are; neighbours joined, which is quick unless they overlap."""
    islands = shapely.multipolygons(shapely.get_parts(parts.values))
    if islands.is_valid:
        return islands
    try:
        joined = shapely.coverage_union_all(parts.values)
        if joined.is_valid:
            return joined
    except shapely.errors.GEOSException:
        pass
    return shapely.union_all(parts.values)


def _city_and_ward(features: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    """The designated city and the ward of each feature, null for every other municipality."""
    if WARD in features:
        ward = features[WARD]
        return features["N03_004"].where(ward.notna()), ward
    city = features["N03_003"].where(features["N03_003"].str.endswith("市", na=False))
    return city, features["N03_004"].where(city.notna())


def _city_codes(prefecture: pd.Series, city: pd.Series, reference_dir: Path, path: Path) -> pd.Series:
    """Codes of designated cities by prefecture and name; N03 gives only their wards' codes."""
    known = pd.read_csv(reference_dir / "municipalities.csv", dtype=str).query("kind == 'designated_city'")
    code_of = dict(zip(known["prefecture"] + known["name"], known["code"], strict=True))
    found = (prefecture + city).map(code_of)
    lost = city.notna() & found.isna()
    if lost.any():
        raise ValueError(
            f"{path.name}の「{prefecture[lost].iloc[0]}{city[lost].iloc[0]}」は、登録されている政令指定都市にありません。"
        )
    return found
