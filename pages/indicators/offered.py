"""The tables of numbers that can be laid over the ties: those among the documents, and the one a session has brought."""

from __future__ import annotations

from dataclasses import dataclass

from geo.insight.indicators import Indicator, indicator_of
from geo.ledger.dataset import Dataset, DatasetError
from geo.ledger.schema import IN_FORCE, NUMBERS
from pages.indicators.state import Brought
from pages.shared.frame import current as data
from pipeline.intake.numbers import adds_up
from pipeline.words.indicator_claims import Cited

#: What stands for the table that a session has brought, among the ids of documents.
BROUGHT = "brought"


@dataclass(frozen=True)
class Offered:
    """A table: what it is called, whose numbers it holds, and its columns: name → whether they add up.

    ``brought`` is where it comes from, of a table that is no document; ``dataset`` and ``source`` of one that is.
    """

    label: str
    cited: Cited
    columns: dict[str, bool]
    brought: Brought | None = None
    dataset: Dataset | None = None
    source: str = ""

    def indicator(self, name: str, adds: bool | None) -> Indicator:
        """One of its columns; ``adds`` is what a person says of whether it adds up."""
        said = self.columns[name] if adds is None else adds
        if self.brought is not None and self.brought.table is not None:
            return self.brought.table.indicator(name, said)
        assert self.dataset is not None
        return indicator_of(self.dataset, self.source, name, said)


def offered(now: Brought | None) -> dict[str, Offered]:
    """Every table there is, the one that was brought first."""
    found: dict[str, Offered] = {}
    if now is not None and now.table is not None:
        columns = {column.name: column.adds for column in now.table.columns}
        found[BROUGHT] = Offered(f"読み込んだ表「{now.title}」", now.cited, columns, brought=now)
    try:
        # A list of a session's own has no such documents: numbers of the build may be laid over it too.
        dataset = data.built() if data.own() else data.load()
    except DatasetError:
        return found
    documents = dataset.documents
    for row in documents[(documents.layout == NUMBERS) & (documents.edition == IN_FORCE)].itertuples():
        own = dataset.indicators[dataset.indicators.source == row.id]
        units = own.drop_duplicates("indicator")
        columns = {name: adds_up(name, unit) for name, unit in zip(units.indicator, units.unit, strict=True)}
        if columns:
            cited = Cited(row.title, row.publisher, row.as_of)
            found[row.id] = Offered(
                f"{row.short}（{row.as_of}）", cited, columns, dataset=dataset, source=row.id
            )
    return found
