"""All that people entered, wherever it is kept, and the record of who did: what a backup holds, and what building the
tables anew cannot bring back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.folders import ADDED_DIR, BUILD_DIR, DATA_DIR, IMPORTED_DIR, SOURCES_DIR
from geo.places import boundaries
from geo.places.gazetteer import Gazetteer
from pipeline.intake.documents import DEFINITION
from pipeline.intake.records import SourceError
from pipeline.intake.registry import read_definition
from pipeline.reading.corrections import corrections_path, load_corrections
from pipeline.reading.geocode.decisions import load_decisions, own_decisions
from pipeline.reading.identities import identities_path, load_identities
from pipeline.serving.audit import audit_path, read_audit
from pipeline.upkeep.review_store import ledger_path, read_ledger

DECISIONS, IDENTITIES, CORRECTIONS, LEDGER = (
    "decisions.csv",
    "identities.csv",
    "corrections.csv",
    "ledger.csv",
)
#: What each record is called, by its name in a backup.
RECORDS = {
    DECISIONS: "人の判断",
    IDENTITIES: "同じ事業かどうかの判断",
    CORRECTIONS: "行の訂正",
    LEDGER: "点検表の書き込み",
}
#: Who entered what, and when. A restore adds to it and takes nothing away.
AUDIT = "audit.jsonl"
#: Folders of a backup.
SOURCES, IMPORTED = "sources", "boundaries"
#: What the things counted in a folder are called.
FOLDERS = {SOURCES: "加えた資料", IMPORTED: "取り込んだ境界（都道府県）"}
#: What everything that is counted in a backup is called.
COUNTED = RECORDS | FOLDERS | {AUDIT: "編集の記録"}

#: What an import of boundaries writes (``pipeline.boundaries.files``): nothing else is served to browsers.
_OF_BOUNDARIES = re.compile(
    rf"({re.escape(boundaries.MANIFEST)}|{re.escape(boundaries.LAYERS)}|{re.escape(boundaries.AREAS)}"
    r"|[0-9a-f]{12}/prefectures\.json|[0-9a-f]{12}/municipalities/\d\d\.json)"
)
#: A file name that every system can have, as one part of a path.
_PLAIN_NAME = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|.][^\x00-\x1f\x7f/\\:*?\"<>|]{0,150}(?<![. ])")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Home:
    """Where an installation keeps what people enter.

    ``records`` has the path of each record by its name in a backup; ``added`` is the folder of added documents,
    ``shipped`` that of those that come with the program (the same in a copy of the project), ``imported`` that of
    imported boundaries, ``data`` the user's folder around them, ``build`` the tables; ``audit`` the record of who wrote.
    """

    records: Mapping[str, Path]
    added: Path
    shipped: Path
    imported: Path
    data: Path
    build: Path
    audit: Path

    @classmethod
    def here(cls) -> Home:
        """Of this installation, with what environment variables name."""
        records = (own_decisions(), identities_path(), corrections_path(), ledger_path())
        return cls(
            dict(zip(RECORDS, records, strict=True)),
            ADDED_DIR,
            SOURCES_DIR,
            IMPORTED_DIR,
            DATA_DIR,
            BUILD_DIR,
            audit_path(),
        )

    def path(self, name: str) -> Path:
        """Where a file of a backup belongs."""
        folder, _, rest = name.partition("/")
        return {SOURCES: self.added, IMPORTED: self.imported}[folder] / rest if rest else self.records[name]

    def entered(self) -> dict[str, Path]:
        """Every file that people entered, by its name in a backup."""
        found = {name: path for name, path in self.records.items() if path.is_file()}
        found |= {f"{SOURCES}/{path.name}": path for path in self._added()}
        if boundaries.in_force(self.imported).version:
            names = (
                (path.relative_to(self.imported).as_posix(), path)
                for path in sorted(self.imported.rglob("*"))
            )
            found |= {
                f"{IMPORTED}/{name}": path
                for name, path in names
                if path.is_file() and _OF_BOUNDARIES.fullmatch(name)
            }
        return found

    def kept(self) -> dict[str, Path]:
        """Every file of a backup by its name in it: what people entered, and the record of who did."""
        return self.entered() | ({AUDIT: self.audit} if self.audit.is_file() else {})

    def _added(self) -> Iterator[Path]:
        if not self.added.is_dir():
            return
        files = [path for path in sorted(self.added.iterdir()) if path.is_file() and path.name[0] != "."]
        if self.added != self.shipped:
            yield from files
            return
        own = {path.stem for path in files if path.suffix == DEFINITION and read_definition(path).added}
        yield from (path for path in files if path.stem in own)


def may_be(name: str) -> bool:
    """Whether a file of a backup may be called so."""
    folder, _, rest = name.partition("/")
    if not rest:
        return name in RECORDS or name == AUDIT
    if folder == IMPORTED:
        return bool(_OF_BOUNDARIES.fullmatch(rest))
    return folder == SOURCES and bool(_PLAIN_NAME.fullmatch(rest)) and not _RESERVED.fullmatch(rest)


def counts(files: Mapping[str, Path]) -> dict[str, int]:
    """How much people entered: the number of entries of all that is in COUNTED.

    Parameters
    ----------
    files : by their names in a backup; each is read as the program reads it

    Raises
    ------
    SourceError
        When one of them is none that the program could read; the sentence says what is wrong in it.
    """
    gazetteer = Gazetteer.load()
    content = {name: files[name].read_bytes() if name in files else b"" for name in (IDENTITIES, CORRECTIONS)}
    definitions = [
        path for name, path in files.items() if name.startswith(f"{SOURCES}/") and path.suffix == DEFINITION
    ]
    for path in definitions:
        read_definition(path)
    return {
        DECISIONS: len(load_decisions(gazetteer, files[DECISIONS])) if DECISIONS in files else 0,
        IDENTITIES: sum(map(len, load_identities(content[IDENTITIES]).values())),
        CORRECTIONS: len({one.id for one in load_corrections(content[CORRECTIONS], gazetteer)}),
        LEDGER: len(read_ledger(files[LEDGER]).log) if LEDGER in files else 0,
        SOURCES: len(definitions),
        IMPORTED: _prefectures(files),
        AUDIT: sum(not one.failed for one in read_audit(files[AUDIT])[0]) if AUDIT in files else 0,
    }


def _prefectures(files: Mapping[str, Path]) -> int:
    if not any(name.startswith(f"{IMPORTED}/") for name in files):
        return 0
    manifest = files.get(f"{IMPORTED}/{boundaries.MANIFEST}")
    shapes = boundaries.in_force(manifest.parent) if manifest else boundaries.BUILT_IN
    needed = (boundaries.LAYERS, f"{shapes.version}/prefectures.json")
    if (
        not shapes.version
        or not isinstance(shapes.files, dict)
        or any(f"{IMPORTED}/{name}" not in files for name in needed)
    ):
        raise SourceError(
            "取り込んだ境界のファイルがそろっていません。koryu boundaries import で取り込み直してください。"
        )
    return len(shapes.files)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
