"""Taking a document into the sources, and out again: its file, its definition and the tables, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from geo.folders import ADDED_DIR, BUILD_DIR
from pipeline.atomic import WriteError, exclusive, replace_file, unwritable
from pipeline.building.apart.memory import forget
from pipeline.building.run import BuildReport, build
from pipeline.intake.define import definition_text
from pipeline.intake.documents import DEFAULT_SOURCES, DEFINITION, find_documents
from pipeline.intake.records import SourceError
from pipeline.intake.registry import Document


def shelf(sources: Path = DEFAULT_SOURCES) -> Path:
    """Where the documents that a person adds to some sources are kept: never among those of an installation."""
    return ADDED_DIR if sources.resolve() == DEFAULT_SOURCES else sources


def accept(
    data: bytes,
    suffix: str,
    document: Document,
    sources: Path = DEFAULT_SOURCES,
    out: Path = BUILD_DIR,
    progress: Callable[[str], None] = lambda message: None,
) -> BuildReport:
    """Put a document and its definition among the sources, and build.

    Parameters
    ----------
    data : the content of its file; ``suffix`` the ending of the file's name
    document : what it is (``pipeline.intake.define``)

    Raises
    ------
    SourceError : there is one of this name, or it cannot be read; nothing was changed.
    WriteError : it or the tables cannot be written; likewise.
    """
    folder = shelf(sources)
    file, definition = (folder / f"{document.id}{ending}" for ending in (suffix, DEFINITION))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    _refuse_series(document, sources)
    with exclusive(folder):
        if (taken := _taken(document.id, sources)) and not _left_over(taken, file, definition, data):
            raise SourceError(
                f"「{document.id}」という名前の資料はすでにあります（{taken.name}）。"
                "入れ替えるときは先に koryu remove で外すか、ファイルの名前を変えてください。"
            )
        try:
            # The definition last: a file without one is no document yet.
            replace_file(file, data)
            replace_file(definition, definition_text(document).encode())
            return build(sources, out, progress)
        except BaseException:
            for path in (definition, file):
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            raise


def take_out(
    id: str,
    sources: Path = DEFAULT_SOURCES,
    out: Path = BUILD_DIR,
    progress: Callable[[str], None] = lambda message: None,
) -> BuildReport:
    """Take a document that was added out of the sources again, and build without it.

    Raises
    ------
    SourceError : there is none of this name, it came with the program, or nothing would be left.
    WriteError : the tables or the folder cannot be written.
    """
    found = find_documents(sources)
    # Without its file it is one that was being taken out: that is brought to its end.
    if id not in found.documents:
        known = "、".join(found.paths)
        raise SourceError(f"「{id}」という資料はありません。あるのは {known} です。")
    document = found.documents[id]
    path = found.paths.get(id, document.definition)
    if sources.resolve() == DEFAULT_SOURCES and not document.added:
        raise SourceError(
            f"「{document.title}」は、はじめから入っている資料なので外せません。"
            "使わないときは、要る資料だけを入れたフォルダを --sources で指定してください。"
        )
    with exclusive(shelf(sources)):
        # Built without it first: a file that is still there is taken in again by the next build, and nothing is lost.
        report = build(sources, out, progress, without=[id])
        try:
            # The definition last: a file without one would be no document that could be taken out again.
            path.unlink(missing_ok=True)
            if document.definition.parent == path.parent:  # never one that comes with the program
                document.definition.unlink(missing_ok=True)
            forget(id)
        except OSError as error:
            raise WriteError(
                f"「{path}」を消せません。ほかのソフトで開いていないか、権限を確かめて、もう一度実行してください。"
            ) from error
    return report


def _refuse_series(document: Document, sources: Path) -> None:
    """Do not let numbers be in force instead of a list, or a list instead of numbers, by the name of the file.

    Raises
    ------
    SourceError : the series has editions of the other kind, or the same numbers of the same day.
    """
    try:
        others = find_documents(sources).documents.values()
    except SourceError:  # there is none yet
        return
    there = [one for one in others if one.series == document.series and one.id != document.id]
    if any(one.numbers != document.numbers for one in there):
        raise SourceError(
            f"「{document.series}」は「{there[-1].title}」の版に共通の名前です。種類の違う資料なので、"
            "ファイルの名前を変えるか、--series に別の名前を指定してください。"
        )
    if document.numbers and (twin := next((one for one in there if one.date == document.date), None)):
        raise SourceError(
            f"「{twin.title}」の{twin.as_of}の版は、すでにあります（番号 {twin.id}）。"
            "入れ替えるときは、先にそれを外してください（koryu remove）。"
        )


def _left_over(taken: Path, file: Path, definition: Path, data: bytes) -> bool:
    """Whether a file is what an earlier, interrupted attempt to add the same left: without a definition, no document."""
    if taken != file or definition.exists():
        return False
    with suppress(OSError):
        return file.read_bytes() == data
    return False


def _taken(id: str, sources: Path) -> Path | None:
    """The file that already bears a document's name, if any."""
    folders = {shelf(sources), sources}
    known = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    return next((path for path in known if path.stem == id and not path.name.startswith(".")), None)
