"""The documents of a build: those defined in a directory, and a note on everything else about it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from geo.folders import ADDED_DIR, SOURCES_DIR
from geo.ledger.editions import by_series
from pipeline.atomic import reason
from pipeline.intake.records import SourceError
from pipeline.intake.registry import Document, read_definition
from pipeline.rules.document_missing import DOCUMENT_MISSING
from pipeline.rules.document_unknown import DOCUMENT_UNKNOWN
from pipeline.rules.rule import Note

DEFAULT_SOURCES = SOURCES_DIR

#: The ending of a definition.
DEFINITION = ".toml"


@dataclass(frozen=True)
class Found:
    """What a directory of documents holds.

    ``documents`` is every document that is defined, in their order, by id; ``paths`` has those of which the file is
    there; ``notes`` are (id, note) on everything else.
    """

    documents: dict[str, Document]
    paths: dict[str, Path]
    notes: list[tuple[str, Note]]

    @property
    def in_force(self) -> list[str]:
        """The ids of the newest edition of each series, in the order of the documents."""
        there = [document for document in self.documents.values() if document.id in self.paths]
        newest = {editions[-1].id for editions in by_series(there).values()}
        return [source for source in self.paths if source in newest]


def find_documents(sources: Path, without: Collection[str] = ()) -> Found:
    """The documents in a directory: each a file with its definition beside it.

    A file that is called like a document that comes with the program needs none of its own. A file nobody has
    defined, and a definition whose document is missing, become notes.

    Parameters
    ----------
    without : ids of documents to leave out, as if they were not there

    Raises
    ------
    SourceError
        When there is no such directory, a definition cannot be read, or there is no document that can.
    """
    found = [path for folder in folders_of(sources) for path in _files(folder) if path.stem not in without]
    defined = {path.stem: path for path in found if path.suffix == DEFINITION}
    known = {path.stem: path for path in sorted(DEFAULT_SOURCES.glob(f"*{DEFINITION}"))}
    paths: dict[str, Path] = {}
    notes: list[tuple[str, Note]] = []
    for path in found:
        source = path.stem
        if path.suffix == DEFINITION:
            continue
        if source not in defined | known:
            definition = f"{source}{DEFINITION}"
            note = DOCUMENT_UNKNOWN.note(None, path.name, file=path.name, definition=definition)
            notes.append((source, note))
        elif source in paths:
            raise SourceError(
                f"「{paths[source].name}」と「{path.name}」は同じ文書の名前です。どちらか一つだけを置いてください。"
            )
        else:
            paths[source] = path
    if not paths:
        raise SourceError(
            f"フォルダ「{sources}」に読める文書がありません。{'、'.join(defined or known)} のどれかと同じ名前のファイルを置いてください。"
        )
    read = [read_definition((known | defined)[source]) for source in defined | paths]
    documents = {document.id: document for document in sorted(read, key=lambda one: (one.order, one.id))}
    for source, document in documents.items():
        if source not in paths:
            title = document.title
            note = DOCUMENT_MISSING.note(None, title, document=title, folder=sources.name)
            notes.append((source, note))
    return Found(documents, {source: paths[source] for source in documents if source in paths}, notes)


def folders_of(sources: Path) -> list[Path]:
    """The folders of the documents of ``sources``: with those that come with the program, those a person added."""
    own = sources.resolve() == DEFAULT_SOURCES and ADDED_DIR != DEFAULT_SOURCES and ADDED_DIR.is_dir()
    return [sources, ADDED_DIR] if own else [sources]


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise SourceError(
            f"一覧のフォルダ「{folder}」がありません。場所を確かめて --sources で指定してください。"
        )
    try:
        return [path for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."]
    except OSError as error:
        raise SourceError(
            f"一覧のフォルダ「{folder}」を開けません{reason(error, reading=True)}。読む権限を確かめてください。"
        ) from error


def refuse_loss(sources: Path, paths: Collection[str], meta: Path) -> None:
    """Do not let a file that went missing empty out a good build: whoever means it takes it out with ``koryu remove``.

    Raises
    ------
    SourceError
        When a document that the earlier build read, by its build.json at `meta`, is not among `paths`, ids of documents.
    """
    try:
        earlier = json.loads(meta.read_text(encoding="utf-8"))["documents"]
        lost = [row["file"] for row in earlier if row["status"] == "read" and row["id"] not in paths]
    except (OSError, ValueError, KeyError, TypeError):
        return  # no earlier build to lose
    if lost:
        raise SourceError(
            f"前回の表に入っていた「{'」「'.join(lost)}」がフォルダ「{sources}」にありません。"
            "ファイルを戻してください（外して作るときは --out で別のフォルダを指定してください）。"
        )
