"""Which pages a published site has, before any of them is made: what all of them link to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from geo.ledger.dataset import Dataset
from geo.ledger.origins import MOST
from geo.ledger.selection import Selected, Selection
from pipeline.deliver import site_changes, site_compare, site_data
from pipeline.deliver.notes import subject
from pipeline.deliver.site_pages import TOP, Entry, origin_path, prefecture_path


@dataclass(frozen=True)
class Plan:
    """The pages of the site of a selection."""

    selected: Selected

    @property
    def dataset(self) -> Dataset:
        """The tables."""
        return self.selected.dataset

    @property
    def selection(self) -> Selection:
        """What the pages show."""
        return self.selected.selection

    @cached_property
    def top(self) -> Entry:
        """The first page."""
        who = subject(self.dataset, self.selection)
        return Entry("top", TOP, who, f"{who}と全国の市区町村の連携")

    @cached_property
    def origins(self) -> list[Entry]:
        """A page for each origin that is looked at, in code order."""
        table, chosen = self.dataset.origins, self.selection.origins
        rows = zip(table.code, table.name, strict=True)
        return [
            Entry("origin", origin_path(code), name, f"{name}と全国の市区町村の連携", code)
            for code, name in rows
            if not chosen or code in chosen
        ]

    @cached_property
    def prefectures(self) -> list[Entry]:
        """A page for each prefecture, in code order."""
        who, places = subject(self.dataset, self.selection), self.dataset.places
        return [
            Entry(
                "prefecture",
                prefecture_path(code),
                places[code].name,
                f"{who}と{places[code].name}の市区町村の連携",
                code,
            )
            for code in sorted(self.dataset.prefectures.code)
        ]

    @cached_property
    def compared(self) -> list[Entry]:
        """The pages that hold origins against each other, that of all first.

        None where there is nobody to compare, or far too many.
        """
        return [] if self.many else site_compare.entries(self.selected)

    @cached_property
    def changes(self) -> list[Entry]:
        """The pages of what changed since the last edition, that of all first; none where nothing did."""
        return site_changes.entries(self.selected)

    @cached_property
    def data(self) -> Entry:
        """The page of the data files."""
        return site_data.entry(self.selected)

    @property
    def listed(self) -> list[Entry]:
        """All of them, in the order of the sitemap."""
        return [self.top, *self.origins, *self.prefectures, *self.compared, *self.changes, self.data]

    @cached_property
    def named(self) -> list[Entry]:
        """Those that the top of every page leads to, beside the first and that of the data."""
        return [*self.compared[:1], *self.changes[:1]]

    def further(self, code: str) -> list[Entry]:
        """The pages about an origin beside that with its map."""
        return self._of_origins.get(code, [])

    @cached_property
    def _of_origins(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in (*self.compared, *self.changes):
            if entry.code:
                found.setdefault(entry.code, []).append(entry)
        return found

    def siblings(self, entry: Entry) -> list[Entry]:
        """The pages of the same kind that a page links to: of very many origins, those of its prefecture."""
        if entry.kind == "prefecture":
            return self.prefectures
        return self._at_home.get(entry.code[:2], []) if self.many else self.origins

    @cached_property
    def _at_home(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self.origins:
            found.setdefault(entry.code[:2], []).append(entry)
        return found

    @cached_property
    def many(self) -> bool:
        """Whether there are too many origins to be listed on every page: prefectures lead to theirs."""
        return len(self.origins) > MOST
