"""The documents of a build: the registered ones in a directory, and a note on everything else about it."""

from __future__ import annotations

import json
from pathlib import Path

from geo.folders import DATA_DIR
from pipeline.atomic import reason
from pipeline.intake.records import Note, SourceError
from pipeline.intake.registry import REGISTRY

DEFAULT_SOURCES = DATA_DIR / "sources"


def find_documents(sources: Path) -> tuple[dict[str, Path], list[tuple[str, Note]]]:
    """The registered documents in a directory by id, and notes on everything else about it.

    A document that has no reader yet, is missing, or that the registry does not know becomes a note.

    Raises
    ------
    SourceError
        When there is no such directory, or no document in it that can be read.
    """
    if not sources.is_dir():
        raise SourceError(
            f"一覧のフォルダ「{sources}」がありません。場所を確かめて --sources で指定してください。"
        )
    paths: dict[str, Path] = {}
    notes: list[tuple[str, Note]] = []
    try:
        found = sorted(sources.iterdir())
    except OSError as error:
        raise SourceError(
            f"一覧のフォルダ「{sources}」を開けません{reason(error, reading=True)}。読む権限を確かめてください。"
        ) from error
    for path in found:
        source = path.stem
        if path.name.startswith(".") or path.is_dir():
            continue
        if source not in REGISTRY:
            message = f"「{path.name}」は登録されていない文書なので、読んでいません。"
            suggestion = f"ファイル名を文書の名前（{'、'.join(REGISTRY)}）のどれかにしてください。"
            notes.append((source, Note("warning", "document-unknown", None, path.name, message, suggestion)))
        elif source in paths:
            raise SourceError(
                f"「{paths[source].name}」と「{path.name}」は同じ文書の名前です。どちらか一つだけを置いてください。"
            )
        else:
            paths[source] = path
    if not any(REGISTRY[source].reader for source in paths):
        readable = "、".join(f"{source}.txt" for source, document in REGISTRY.items() if document.reader)
        raise SourceError(
            f"フォルダ「{sources}」に読める文書がありません。{readable} のどれかを置いてください。"
        )
    for source, document in REGISTRY.items():
        if source not in paths and document.reader:
            message = f"「{document.title}」がフォルダ「{sources.name}」にないため、入っていません。"
            suggestion = "文書を置いて作り直してください。"
            note = Note("warning", "document-missing", None, document.title, message, suggestion)
            notes.append((source, note))
        elif source in paths and not document.reader:
            message = f"「{document.title}」はまだ読み取りに対応していないため、入っていません。"
            notes.append((source, Note("info", "document-not-read", None, document.title, message)))
    return paths, notes


def refuse_loss(sources: Path, paths: dict[str, Path], meta: Path) -> None:
    """Do not let a file that went missing empty out a good build: whoever means it makes a new one.

    Raises
    ------
    SourceError
        When a document that the earlier build read, by its build.json at `meta`, is not among `paths`.
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
