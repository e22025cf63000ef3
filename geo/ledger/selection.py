"""The Selection (filter) over the links of a dataset, and what it keeps of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.ledger.ties import Tie

if TYPE_CHECKING:
    from geo.ledger.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Selection:
    """What is looked at: a filter over the links. Empty tuples mean "all".

    Parameters
    ----------
    origins : origin codes
    categories : canonical categories; a project with any of them is in
    sources : document ids
    year_mode : "began" keeps links that began in ``year_from``…``year_to``;
        "as_of" keeps links that had begun by ``year_to`` (cumulative)
    year_from, year_to : 西暦, inclusive; None leaves that end open. Where either is set only links that are known to
        have begun then are kept
    unknown_years : keep links whose start year is not known, where no year is asked for
    above_years : take the year of a merged cell that begins above for a link's own; else it is not known
    networks : keep the ties of wide networks (geo.ledger.schema.NETWORK) beside the individual ones
    peers : keep links between two origins (区どうし)
    home : keep links to partners in the origin's own prefecture
    """

    origins: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    year_mode: str = "began"
    year_from: int | None = None
    year_to: int | None = None
    unknown_years: bool = True
    above_years: bool = True
    networks: bool = False
    peers: bool = False
    home: bool = True

    @property
    def dated(self) -> bool:
        """Whether years are asked for."""
        return self.year_from is not None or self.year_to is not None


@dataclass(frozen=True, eq=False)
class Selected:
    """The part of a dataset a Selection keeps; equal to itself only, so that what is counted of it can be kept.

    ``keep`` says which of the dataset's links, ``doubted`` of which the year is not taken. Its parts are made when they
    are first asked for.
    """

    selection: Selection
    dataset: Dataset
    keep: np.ndarray
    doubted: np.ndarray

    @cached_property
    def links(self) -> pd.DataFrame:
        """The links, with the columns of the contract and, added: municipality_code (a designated ward rolled up to its
        city; null for a prefecture), prefecture_code, categories, drawn, network, home (bool)."""
        links = self.dataset.links[self.keep]
        doubted = self.doubted[self.keep]
        return links.assign(start_year=links.start_year.mask(doubted)) if doubted.any() else links

    @cached_property
    def ties(self) -> list[Tie]:
        """The same links, in the same order, for counting."""
        ties = compress(self.dataset.ties, self.keep)
        doubted = self.doubted[self.keep]
        if not doubted.any():
            return list(ties)
        pairs = zip(ties, doubted, strict=True)
        return [tie._replace(year=None, kind=None) if doubt else tie for tie, doubt in pairs]

    @cached_property
    def projects(self) -> pd.DataFrame:
        """Their projects."""
        projects = self.dataset.projects
        return projects[projects.project_id.isin({tie.project for tie in self.ties})]

    @property
    def universe(self) -> pd.DataFrame:
        """The municipalities (no designated wards) that could be partners under the selection."""
        return self.dataset.universe(self.selection)


class LinkColumns:
    """What is asked of the links of a dataset, as arrays: a change of filter looks at no frame."""

    def __init__(self, dataset: Dataset) -> None:
        links = dataset.links
        self._fields = {name: place for place, name in enumerate(dataset.categories)}
        fields = np.zeros((len(links), len(self._fields)), dtype=bool)
        for row, names in enumerate(links.categories):
            for name in names:
                fields[row, self._fields[name]] = True
        self._categories = fields
        self._drawn, self._network, self._home = (
            links[name].fillna(False).to_numpy(bool) for name in ("drawn", "network", "home")
        )
        self._peer = links.partner_code.isin(dataset.origins.code).to_numpy(bool)
        self._above = (links.year_basis == "above").fillna(False).to_numpy(bool)
        self._year = links.start_year.to_numpy(float, na_value=np.nan)
        self._origin, self._source = (links[name].to_numpy(object) for name in ("origin_code", "source"))

    def keep(self, selection: Selection) -> tuple[np.ndarray, np.ndarray]:
        """Which links a selection keeps, and of which it does not take the year: two arrays of bool."""
        keep = self._drawn.copy()
        for column, chosen in ((self._origin, selection.origins), (self._source, selection.sources)):
            if chosen:
                keep &= np.isin(column, chosen)
        if selection.categories:
            # Another edition may have a category that this one has not.
            known = [self._fields[name] for name in selection.categories if name in self._fields]
            keep &= self._categories[:, known].any(axis=1)
        for wanted, column in (
            (selection.networks, self._network),
            (selection.peers, self._peer),
            (selection.home, self._home),
        ):
            if not wanted:
                keep &= ~column
        doubted = self._above & (not selection.above_years)
        keep &= _in_years(np.where(doubted, np.nan, self._year), selection)
        return keep, doubted


def _in_years(years: np.ndarray, selection: Selection) -> np.ndarray:
    """Which years (NaN where unknown) a selection keeps."""
    known = ~np.isnan(years)
    if not selection.dated:
        return known | selection.unknown_years
    inside = known.copy()
    if selection.year_to is not None:
        inside &= years <= selection.year_to
    if selection.year_mode == "began" and selection.year_from is not None:
        inside &= years >= selection.year_from
    return inside
