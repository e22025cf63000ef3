"""A list of somebody's own, made into tables in memory: nothing is written, nothing is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.building.build_json import Inputs, reference_inputs
from pipeline.building.run import Made, Tools, make
from pipeline.intake.define import Said, define
from pipeline.intake.documents import Found
from pipeline.intake.grid import Grid
from pipeline.intake.list_choices import Choices
from pipeline.intake.lists import Understanding, read_list
from pipeline.intake.registry import Document
from pipeline.reading.corrections import read_corrections
from pipeline.reading.geocode.decisions import Decision, read_decisions


@dataclass(frozen=True)
class OwnList:
    """A list as it was understood, the definition by which it is read so again, and its tables.

    ``understood`` is None for the next edition of a document, of which nothing had to be guessed.
    """

    understood: Understanding | None
    document: Document
    made: Made

    @property
    def mentions(self) -> pd.DataFrame:
        """Every mention, with the columns of the table ``mentions``."""
        return self.made.tables["mentions"]

    @property
    def unresolved(self) -> pd.DataFrame:
        """The mentions without a place that is sure, one row a text and origin, the most frequent first.

        Columns: partner_text, origin_code, n (how often), source_place (of the first), reason, candidates.
        """
        table = self.mentions[(self.mentions.codes.map(len) == 0) & (self.mentions.level != "foreign")]
        table = table[table.method != "decision"]
        grouped = table.groupby(["partner_text", "origin_code"], sort=False)
        found = grouped.first().assign(n=grouped.size()).reset_index()
        columns = ["partner_text", "origin_code", "n", "source_place", "reason", "candidates"]
        return found.sort_values("n", ascending=False, kind="stable", ignore_index=True)[columns]


def make_next_edition(data: bytes, file: str, document: Document, tools: Tools) -> OwnList:
    """Read a file as an edition of a document (``pipeline.intake.recognise``), and make its tables.

    Raises
    ------
    SourceError : it cannot be read so.
    """
    found, made_of = _alone(data, file, document)
    return OwnList(None, document, make(found, made_of, tools))


def _alone(data: bytes, file: str, document: Document) -> tuple[Found, Inputs]:
    """What a build has to know of one document that lies nowhere."""
    made_of = Inputs(
        {document.id: data},
        {f"sources/{file}": hashlib.sha256(data).hexdigest()},
        read_decisions(),
        reference_inputs(),
        corrections=read_corrections(),
    )
    return Found({document.id: document}, {document.id: Path(file)}, []), made_of


def make_own_list(
    data: bytes,
    grids: Sequence[Grid],
    file: str,
    tools: Tools,
    choices: Choices | None = None,
    said: Said | None = None,
    decisions: Sequence[Decision] = (),
    progress: Callable[[str], None] = lambda message: None,
) -> OwnList:
    """Understand a list, geocode it and make its tables.

    Parameters
    ----------
    data, grids : the content of the file, and the tables it was opened to (``pipeline.intake.grid.open_file``)
    file : its name
    choices, said : what a person says of its columns, and of the document as a whole
    decisions : what a person said of mentions, beside what is decided for everybody

    Raises
    ------
    SourceError : it is no list, or speaks for nobody known.
    """
    choices = choices or Choices()
    progress("列と行を調べています…")
    understood = read_list(grids, tools.contents, choices, file)
    document = define(understood, choices, file, said or Said(), tools.gazetteer, dated=False)
    reading = understood.reading
    reading.source, reading.series, reading.as_of = document.id, document.series, document.as_of
    for record in reading.records:
        record.source = document.id
    progress("相手方の自治体を調べています…")
    found, made_of = _alone(data, file, document)
    own = [replace(decision, series=document.series) for decision in decisions]
    made = make(found, made_of, tools, decisions=own, read_before={document.id: reading})
    return OwnList(understood, document, made)
