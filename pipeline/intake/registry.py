"""The published documents: what each is, who published it, and which reader reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.intake.as_of import printed_as_of
from pipeline.intake.layouts import chronology, setagaya, shinagawa, suginami, tokyo23
from pipeline.intake.records import Reading, SourceError
from pipeline.intake.text import read_bytes, to_lines

#: A reader: the lines of the file, the id of the document, the name of the file for error messages.
Reader = Callable[[Sequence[str], str, str], Reading]


@dataclass(frozen=True, slots=True)
class Document:
    """A published document.

    Parameters
    ----------
    id : stem of its file in ``data/sources``
    series : what its editions share: a new list each March is an edition of one series
    short : what it is called where there is no room for its title, unlike any other
    reference_date : ISO date its facts stand for; the first day where only the month is printed
    as_of : the same as the document prints it
    kind : what sort of document it is, in Japanese
    licence : on what terms its facts are used here
    credit : the line to print wherever its facts are shown
    reader : None for a document that is not read yet
    """

    id: str
    series: str
    title: str
    short: str
    publisher: str
    reference_date: str
    as_of: str
    kind: str
    licence: str
    credit: str
    reader: Reader | None = None

    @property
    def layout(self) -> str:
        """The name of its reader: how its text is laid out."""
        reader = getattr(self.reader, "func", self.reader)
        return reader.__module__.rsplit(".", 1)[-1] if reader else ""


_FACTS_ONLY = "著作権は公表者にあります。公表された表のうち、事実を示す欄だけを、出典を示して使っています（説明文は含みません）。"


def _document(
    id: str,
    title: str,
    short: str,
    publisher: str,
    reference_date: str,
    as_of: str,
    kind: str,
    reader: Reader | None = None,
) -> Document:
    credit = f"出典: {publisher}「{title}」（{as_of}）"
    series = id.rsplit("_", 1)[0]
    return Document(
        id, series, title, short, publisher, reference_date, as_of, kind, _FACTS_ONLY, credit, reader
    )


#: Document id → document, in the order in which they are read and listed.
REGISTRY: dict[str, Document] = {
    document.id: document
    for document in (
        _document(
            "tokyo23_linkage_r8",
            "各特別区と全国市町村等連携事業一覧",
            "23区の一覧",
            "特別区長会",
            "2026-03-31",
            "令和8年3月31日現在",
            "23区の連携事業の一覧",
            tokyo23.read,
        ),
        _document(
            "setagaya_exchange_r6",
            "世田谷区交流情報データベース",
            "世田谷区の交流一覧",
            "世田谷区",
            "2024-04-01",
            "令和6年4月現在",
            "区の交流事業の一覧",
            setagaya.read,
        ),
        _document(
            "tokyo23_chronology_r6",
            "特別区全国連携プロジェクト これまでの経過",
            "23区の年表",
            "特別区長会",
            "2024-08-01",
            "令和6年",
            "年表と広域連携協定",
            chronology.read,
        ),
        _document(
            "shinagawa_agreements_r7",
            "品川区と協定を締結する他自治体",
            "品川区の協定",
            "品川区",
            "2025-04-01",
            "令和7年",
            "協定の説明資料",
            shinagawa.read,
        ),
        _document(
            "suginami_exchange_r5",
            "杉並区の国内交流自治体",
            "杉並区の広報紙",
            "杉並区",
            "2023-07-01",
            "令和5年",
            "広報紙の記事",
            partial(suginami.read, year=2023),
        ),
    )
}


def read(path: Path, document: Document, data: bytes | None = None) -> Reading:
    """Read a document from a file, or from ``data`` that was read of it before.

    Raises
    ------
    SourceError : the file cannot be read as this document, it says that it stands for another day than the
        document it is named as, or the document is not read yet.
    """
    if document.reader is None:
        raise SourceError(
            f"ファイル「{path.name}」（{document.title}）はまだ読み込めない文書です。"
            "この版では読み飛ばして、ほかの文書だけで作成してください。"
        )
    data = read_bytes(path) if data is None else data
    lines = to_lines(data, path.name)
    as_of = printed_as_of(lines, path.name)
    if as_of and as_of.date != document.reference_date:
        raise SourceError(
            f"ファイル「{path.name}」の{as_of.line}行目には「{as_of.printed}」と印刷されていますが、この名前の資料は"
            f"{document.as_of}のものです。ファイルの名前と中身を確かめ、{document.as_of}の資料に差し替えてください。"
        )
    reading = document.reader(lines, document.id, path.name)
    reading.as_of = as_of.printed if as_of else document.as_of
    return reading
