"""The built tables (their columns are in geo/ledger/schema.py) in memory, and what they say of places and documents."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from geo.folders import BUILD_DIR
from geo.ledger.origins import PREFECTURE, Naming, Origin, among_themselves, told_apart
from geo.ledger.schema import CONFIDENT, EARLIER, IN_FORCE, NETWORK, OF_AN_EDITION, TABLES
from geo.ledger.selection import LinkColumns, Selected, Selection
from geo.places.boundaries import CREDIT

if TYPE_CHECKING:
    import geopandas as gpd

#: The folder of a build that holds the tables of earlier editions, a folder each.
EDITIONS_DIR = "editions"

#: So many tables of possible partners are kept.
_UNIVERSES = 32


class DatasetError(Exception):
    """The built tables cannot be read. ``str(error)`` is one Japanese sentence for the screen."""


class Point(NamedTuple):
    """Where a place stands on the map: its office, in degrees. A prefecture is its own ``prefecture``."""

    name: str
    prefecture: str
    lat: float
    lon: float


class _Names(dict[str, str]):
    """Names of things; what has none is its own."""

    def __missing__(self, key: str) -> str:
        return key


@dataclass(frozen=True)
class Dataset:
    """The tables of one build, read-only. Load once, select often."""

    documents: pd.DataFrame
    links: pd.DataFrame
    projects: pd.DataFrame
    mentions: pd.DataFrame
    findings: pd.DataFrame
    municipalities: gpd.GeoDataFrame
    prefectures: gpd.GeoDataFrame
    agreements: pd.DataFrame
    agreement_members: pd.DataFrame
    partner_counts: pd.DataFrame
    events: pd.DataFrame
    indicators: pd.DataFrame
    changes: pd.DataFrame
    corrections: pd.DataFrame
    meta: dict
    folder: Path = BUILD_DIR

    @classmethod
    def load(cls, path: Path = BUILD_DIR) -> Dataset:
        """Read the tables of a build directory, all of one build even while another replaces it.

        Raises
        ------
        DatasetError
            when there is no build, or a table of it is missing, broken or has other columns.
        """
        path = Path(path)
        # Where two folders cannot be exchanged at once, a build that is replaced stands aside for a moment.
        for folder in (path, path.with_name(f"{path.name}.old"), path):
            if (stamp := _stamp(folder)) is not None:
                break
        else:
            raise DatasetError(
                f"データがまだありません（{path}）。「python -m pipeline build」を実行してデータを作ってください。"
            )
        try:
            meta = json.loads(stamp)
            if not isinstance(meta, dict):
                raise ValueError("build.json")
            read = cls.of({name: _read_table(folder, name) for name in TABLES}, meta, folder)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            if _stamp(folder) != stamp:
                return cls.load(path)
            raise DatasetError(
                f"データが壊れているため読み込めません（{path}）。"
                "「python -m pipeline build」でデータを作り直してください。"
            ) from error
        if _stamp(folder) != stamp:
            return cls.load(path)
        return read

    def edition(self, document: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The links and the projects of an edition, in force or earlier, with the columns of these tables.

        Raises
        ------
        DatasetError : its tables cannot be read.
        """
        if document in set(self.documents.id[self.documents.edition == IN_FORCE]):
            links, projects = (getattr(self, name) for name in ("links", "projects"))
            return links[links.source == document], projects[projects.source == document]
        try:
            folder = self.folder / EDITIONS_DIR / document
            return _read_table(folder, "links"), _read_table(folder, "projects")
        except (OSError, ValueError, KeyError) as error:
            raise DatasetError(
                f"「{document}」の表を読み込めません。「python -m pipeline build」でデータを作り直してください。"
            ) from error

    def with_edition(self, edition: str) -> Dataset:
        """The same build with an earlier edition of a series in force instead of its newest.

        Raises
        ------
        DatasetError : the build has no such edition, or its tables cannot be read.
        """
        if ("edition", edition) in self.counted:
            return self.counted["edition", edition]
        documents = self.documents
        if edition not in set(documents.id[documents.edition == EARLIER]):
            raise DatasetError(f"「{edition}」という前の版はありません。")
        folder = self.folder / EDITIONS_DIR / edition
        series = self.cited(edition).series
        newest = documents.id[(documents.series == series) & (documents.edition == IN_FORCE)].iloc[0]
        tables: dict[str, pd.DataFrame] = {}
        try:
            for name in TABLES:
                own = getattr(self, name)[list(TABLES[name])]
                if name == "findings":
                    # Kept of all documents: some are on how this edition and another document differ.
                    tables[name] = _read_table(folder, name)[list(own)].astype(own.dtypes.to_dict())
                elif name in OF_AN_EDITION and "source" in own:
                    tables[name] = pd.concat(
                        [own[own.source != newest], _read_table(folder, name)], ignore_index=True
                    ).astype(own.dtypes.to_dict())
                else:
                    tables[name] = own
            kept = set(tables["agreements"].agreement_id)
            members = pd.concat([self.agreement_members, _read_table(folder, "agreement_members")])
            tables["agreement_members"] = members[members.agreement_id.isin(kept)].drop_duplicates()
        except (OSError, ValueError, KeyError) as error:
            raise DatasetError(
                f"「{edition}」の表を読み込めません。「python -m pipeline build」でデータを作り直してください。"
            ) from error
        standing = documents.edition.mask(documents.id == newest, EARLIER).mask(
            documents.id == edition, IN_FORCE
        )
        tables["documents"] = documents.assign(edition=standing)
        tables["changes"] = self.changes.iloc[:0]
        made = self.counted["edition", edition] = Dataset.of(tables, self.meta, self.folder)
        return made

    @classmethod
    def of(cls, tables: dict[str, pd.DataFrame], meta: dict, folder: Path = BUILD_DIR) -> Dataset:
        """Make a dataset of tables already in memory: every name of TABLES, with its columns."""
        return cls(**(tables | {"links": _enrich(tables)}), meta=meta, folder=folder)

    @cached_property
    def counted(self) -> dict:
        """What was counted of it and is dear: for who counts, to find again."""
        return {}

    @cached_property
    def origins(self) -> pd.DataFrame:
        """The origins that have links, in code order: code, name, kana, lat, lon, prefecture_code, prefecture, kind.

        No two have the same name: where they would, the prefecture stands before it (東京都府中市).
        """
        columns = ["code", "name", "kana", "lat", "lon", "prefecture_code", "prefecture", "kind"]
        wholes = self.prefectures.assign(
            prefecture_code=self.prefectures.code, prefecture=self.prefectures.name, kind=PREFECTURE
        )
        tables = (pd.DataFrame(table)[columns] for table in (self.municipalities, wholes))
        codes = self.links.origin_code.unique()
        known = [table[table.code.isin(codes)] for table in tables]
        table = pd.concat([table for table in known if len(table)] or known).sort_values(
            "code", ignore_index=True
        )
        return table.assign(name=told_apart(table.name, table.code.map(self.names)))

    @cached_property
    def origin_names(self) -> dict[str, str]:
        """Code → what an origin is called beside others, each once; of any other place, its name alone."""
        own = zip(self.origins.code, self.origins.name, strict=True)
        return {code: point.name for code, point in self.places.items()} | dict(own)

    @cached_property
    def mutual(self) -> bool:
        """Whether what its origins do with each other belongs to the first view (``origins.among_themselves``)."""
        places = self.municipalities
        cities = places.code[places.kind != "designated_ward"]
        return among_themselves(self.links, cities, self.origins.code)

    @cached_property
    def naming(self) -> Naming:
        """What the origins are called, one by one and together."""
        table = self.origins[list(Origin._fields)]
        return Naming(tuple(Origin(*row) for row in table.itertuples(index=False, name=None)))

    @cached_property
    def places(self) -> dict[str, Point]:
        """Code → Point of every municipality, designated ward and prefecture."""
        found: dict[str, Point] = {}
        for table, prefecture in ((self.municipalities, "prefecture"), (self.prefectures, "name")):
            columns = [table[column].tolist() for column in ("code", "name", prefecture, "lat", "lon")]
            found |= {code: Point(*point) for code, *point in zip(*columns, strict=True)}
        return found

    @property
    def map_credit(self) -> str:
        """The line that has to stand beside a map drawn with the polygons of this build."""
        return self.meta.get("boundaries", {}).get("credit", CREDIT)

    @cached_property
    def names(self) -> dict[str, str]:
        """Code → full name of everything in :attr:`places`: 広島県府中市, 北海道札幌市中央区, 広島県; each once."""
        parents = self.municipalities.set_index("code").parent_code.dropna()
        cities = {ward: self.places[city].name for ward, city in parents.items()}
        return {
            code: point.name if code.endswith("000") else point.prefecture + cities.get(code, "") + point.name
            for code, point in self.places.items()
        }

    @cached_property
    def titles(self) -> dict[str, str]:
        """Document → its title; whatever else is asked for stands for itself."""
        return _Names(zip(self.documents.id, self.documents.title, strict=True))

    @cached_property
    def shorts(self) -> dict[str, str]:
        """Document → what it is called where there is no room for its title; likewise."""
        return _Names(zip(self.documents.id, self.documents.short, strict=True))

    def where(self, source: str, line: int) -> str:
        """Where a person finds a line of a document: 「1,234行目」, 「一覧!A12」, 「3ページ 表1 5行目」."""
        return self._places_of_lines.get((source, line)) or f"{line:,}行目"

    def cite(self, source: str, line: int) -> str:
        """A document by its title, and a line of it: 「連携事業の一覧 1,234行目」."""
        return f"{self.titles[source]} {self.where(source, line)}"

    @cached_property
    def _places_of_lines(self) -> dict[tuple[str, int], str]:
        """(document, line) → where it is, of documents that have no lines."""
        columns = ["source", "source_line", "source_place"]
        rows = pd.concat([self.findings[columns], self.mentions[columns]]).dropna()
        rows = rows[~rows.source_place.str.endswith("行目") | rows.source_place.str.contains(" ")]
        return {(row[0], int(row[1])): row[2] for row in rows.itertuples(index=False, name=None)}

    @cached_property
    def origins_of_findings(self) -> pd.Series:
        """The origin that each row of ``findings`` is about, by its position; null where it is about a whole document.

        A document lists its origins one after the other, so a line belongs to the origin of the nearest known line.
        """
        table = self.findings.reset_index(drop=True)
        columns = ["source", "source_line", "origin_code"]
        known = pd.concat([self.mentions[columns], self.projects[columns]])
        known = known.dropna().astype({"source_line": int}).sort_values("source_line")
        lines = table.source_line.dropna().astype(int).sort_values()
        near = pd.merge_asof(
            pd.DataFrame({"source": table.source[lines.index], "source_line": lines}),
            known,
            on="source_line",
            by="source",
            direction="nearest",
        )
        found = pd.Series(near.origin_code.to_numpy(), index=lines.index, dtype="string")
        return found.reindex(table.index)

    def cited(self, source: str) -> pd.Series:
        """The row of ``documents`` of one document.

        Raises
        ------
        KeyError
            for what is no document of the build.
        """
        return self._documents[source]

    @cached_property
    def _documents(self) -> dict[str, pd.Series]:
        """Document → its row: every screen asks for some, several times."""
        rows = self.documents.set_index("id")
        return {source: rows.loc[source] for source in rows.index}

    @cached_property
    def project_ids(self) -> frozenset[str]:
        """The ids of all projects."""
        return frozenset(self.projects.project_id)

    @cached_property
    def origins_of(self) -> dict[str, list[str]]:
        """Document that has projects → the codes of their origins, in code order."""
        codes = self.projects.groupby("source").origin_code.unique()
        return {source: sorted(own) for source, own in codes.items()}

    @cached_property
    def sources(self) -> list[str]:
        """Ids of the documents that have projects, the one that covers the most origins first: only it compares them fairly."""
        return sorted(self.origins_of, key=lambda source: -len(self.origins_of[source]))

    @cached_property
    def opening(self) -> list[str]:
        """The documents of the first view: the one that covers the most origins, and each further one of others alone.

        So each origin is told of by one document of them, and they compare fairly: one list of all, or a list for each
        prefecture.
        """
        chosen: list[str] = []
        told: set[str] = set()
        for source in self.sources:
            if told.isdisjoint(self.origins_of[source]):
                chosen.append(source)
                told.update(self.origins_of[source])
        return chosen

    @cached_property
    def categories(self) -> list[str]:
        """The canonical categories in use, most projects first."""
        return self.projects.categories.explode().dropna().value_counts().index.tolist()

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """First and last known start year of the links, or None when none is known."""
        known = self.links.start_year.dropna()
        return (int(known.min()), int(known.max())) if len(known) else None

    def select(self, selection: Selection) -> Selected:
        """Keep the confident links (and their projects) that a Selection asks for.

        An origin is never its own partner: an origin printed in its own list stays in the tables but is
        not a link here.
        """
        return Selected(selection, self, np.packbits(self.columns.keep(selection)))

    @cached_property
    def columns(self) -> LinkColumns:
        """Its links as columns of numbers, made when they are first asked for."""
        return LinkColumns(self)

    @cached_property
    def _universes(self) -> OrderedDict[tuple[bool, frozenset[str]], pd.DataFrame]:
        """What :meth:`universe` has found last: few selections differ in it."""
        return OrderedDict()

    def universe(self, selection: Selection) -> pd.DataFrame:
        """The municipalities (no designated wards, no geometry) that could be partners under a selection."""
        origins = (
            self.origins[self.origins.code.isin(selection.origins)] if selection.origins else self.origins
        )
        homes = frozenset() if selection.home else frozenset(origins.prefecture_code)
        key = selection.peers, homes
        found = self._universes.get(key)
        if found is None:
            places = self.municipalities
            keep = (places.kind != "designated_ward") & ~places.prefecture_code.isin(homes)
            if not selection.peers:
                keep &= ~places.code.isin(self.origins.code)
            found = self._universes[key] = pd.DataFrame(places.loc[keep].drop(columns="geometry"))
            if len(self._universes) > _UNIVERSES:
                self._universes.popitem(last=False)
        return found


def _stamp(path: Path) -> bytes | None:
    """What tells one build from another; None when there is no build."""
    try:
        return (path / "build.json").read_bytes()
    except OSError:
        return None


def _read_table(path: Path, name: str) -> pd.DataFrame:
    reader = pd.read_parquet
    if "geometry" in TABLES[name].values():
        # Takes a fifth of a second, and a build that has the places as files has no use for it.
        import geopandas

        reader = geopandas.read_parquet
    table = reader(path / f"{name}.parquet")
    missing = [column for column in TABLES[name] if column not in table.columns]
    if missing:
        raise KeyError(f"{name}: {missing}")
    return table


def _enrich(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Add to the links what every screen asks for: roll-up, prefecture, categories, network, home."""
    links = tables["links"][list(TABLES["links"])].merge(
        tables["projects"][["project_id", "categories"]], on="project_id", how="left"
    )
    places = tables["municipalities"].set_index("code")
    parents = places.parent_code.dropna()
    codes = links.partner_code
    prefecture_level = codes.str.endswith("000").fillna(False)
    links["municipality_code"] = codes.map(parents).fillna(codes).mask(prefecture_level)
    links["prefecture_code"] = codes.str[:2] + "000"
    confident = _mask(links.confidence >= CONFIDENT) & codes.notna()
    links["drawn"] = confident & _mask(codes != links.origin_code)
    links["network"] = _mask(links.tie == NETWORK)
    links["home"] = _mask(links.origin_code.str[:2] == codes.str[:2])
    return links


def _mask(condition: pd.Series) -> pd.Series:
    """A condition as plain booleans: what is not known does not hold."""
    return condition.fillna(False).astype(bool)
