"""What a person says of a list before anything is guessed: on a screen, in options, or in its definition."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.intake.records import SourceError

#: How a list can be laid out: rows of columns, marks in a grid of names, or names alone.
LISTS = {"table": "表", "matrix": "○などの印の表", "names": "名前の一覧"}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person says of a list, before anything is guessed.

    Parameters
    ----------
    origin : whom it speaks for, by name or code
    sheet : the sheet, table or page to read
    columns : role → the column's heading, letter, or number from 1
    heading : a row of the heading, from 1
    layout : "table", "matrix" or "names", where it is not to be guessed
    """

    origin: str = ""
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    heading: int | None = None
    layout: str = ""

    @classmethod
    def said(cls, options: Mapping[str, object], where: str, layout: str = "") -> Choices:
        """The choices in a definition's [options]: sheet, origin, heading, and [options.columns].

        Raises
        ------
        SourceError : they are not laid out so; ``where`` is what it calls the definition.
        """
        columns = options.get("columns", {})
        if not isinstance(columns, Mapping):
            raise SourceError(
                f"定義のファイル「{where}」の options は、[options] と [options.columns] の見出しの下に書いてください。"
            )
        heading = options.get("heading")
        return cls(
            origin=str(options.get("origin", "")),
            sheet=str(options.get("sheet", "")),
            columns={str(role): str(column) for role, column in columns.items()},
            heading=heading if isinstance(heading, int) else None,
            layout=layout,
        )


def definition_choices(content: bytes, name: str) -> Choices:
    """The choices in a definition (.toml), under [options]: sheet, origin, heading, and [options.columns].

    Parameters
    ----------
    name : what its file is called

    Raises
    ------
    SourceError : it cannot be read.
    """
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(
            f"定義のファイル「{name}」を読み取れません。UTF-8 の TOML の形で書き直してください。"
        ) from error
    options = said.get("options", said)
    if not isinstance(options, dict):
        raise SourceError(f"定義のファイル「{name}」の options は、[options] の見出しの下に書いてください。")
    layout = said.get("layout")
    return Choices.said(options, name, layout if layout in LISTS else "")
