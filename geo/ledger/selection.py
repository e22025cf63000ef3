"""The Selection (filter) over the links of a dataset, and what it keeps of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.ledger.ties import UNKNOWN, Ties

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

    It remembers which links it keeps, a bit each (``packed``), and copies nothing of them: a server has many at a time.
    """

    selection: Selection
    dataset: Dataset
    packed: np.ndarray

    @property
    def keep(self) -> np.ndarray:
        """Which of the dataset's links are kept: bool."""
        return np.unpackbits(self.packed, count=len(self.dataset.links)).view(bool)

    @property
    def doubted(self) -> np.ndarray:
        """Of which of the dataset's links the year is not taken: bool."""
        return self.dataset.columns.doubted(self.selection)

    @property
    def ties(self) -> Ties:
        """The links as columns, in the order of the dataset's, for counting; made anew each time."""
        rows = np.flatnonzero(self.keep)
        ties = self.dataset.columns.ties.where(rows)
        if self.selection.above_years:
            return ties
        return replace(ties, began=np.where(self.doubted[rows], UNKNOWN, ties.began))

    @property
    def links(self) -> pd.DataFrame:
        """The links, with the columns of the contract and, added: municipality_code (a designated ward rolled up to its
        city; null for a prefecture), prefecture_code, categories, drawn, network, home (bool). Made anew each time."""
        return self.links_of(self.ties)

    def links_of(self, ties: Ties) -> pd.DataFrame:
        """The same of some of its ties."""
        links = self.dataset.links.iloc[ties.rows]
        if self.selection.above_years:
            return links
        return links.assign(start_year=links.start_year.mask(self.doubted[ties.rows]))

    @property
    def projects(self) -> pd.DataFrame:
        """Their projects. Made anew each time."""
        return self.dataset.projects[self.has_project]

    @property
    def has_project(self) -> np.ndarray:
        """Which of the dataset's projects these are: bool."""
        found = np.zeros(len(self.dataset.projects), bool)
        found[self.ties.project] = True
        return found

    @property
    def universe(self) -> pd.DataFrame:
        """The municipalities (no designated wards) that could be partners under the selection."""
        return self.dataset.universe(self.selection)


class LinkColumns:
    """The links of a dataset as arrays, in their order, made once: a change of filter looks at no frame.

    ``ties`` are all links as Ties, ``drawn`` which of them are ties indeed (bool); ``partner`` is the number of the place
    that each is with, a designated ward as such, ``named`` the same where the row names the place itself and no group
    that it is in; -1 where there is none. ``peer``, ``home`` and ``above`` (bool) are what a Selection may leave out or
    doubt; ``source`` is the place of its document in ``sources``.
    """

    def __init__(self, dataset: Dataset) -> None:
        links = dataset.links
        self.ties = Ties.of(dataset)
        self.drawn, self.home = (links[name].fillna(False).to_numpy(bool) for name in ("drawn", "home"))
        codes = self.ties.codes
        self.partner = codes.numbers(links.partner_code)
        self.named = np.where(links.via.isna(), self.partner, -1)
        self.peer = codes.among(dataset.origins.code)[self.partner]
        self.above = (links.year_basis == "above").fillna(False).to_numpy(bool)
        self.source, sources = pd.factorize(links.source)
        self.sources = sources.tolist()

    def keep(self, selection: Selection) -> np.ndarray:
        """Which links a selection keeps: bool."""
        keep, ties = self.drawn.copy(), self.ties
        if selection.origins:
            keep &= ties.codes.among(selection.origins)[ties.origin]
        if selection.sources:
            keep &= np.array([source in selection.sources for source in self.sources], bool)[self.source]
        if selection.categories:
            # Another edition may have a category that this one has not.
            keep &= ties.codes.wanted(selection.categories)[ties.project]
        for wanted, column in (
            (selection.networks, ties.wide),
            (selection.peers, self.peer),
            (selection.home, self.home),
        ):
            if not wanted:
                keep &= ~column
        return keep & self._in_years(selection)

    def doubted(self, selection: Selection) -> np.ndarray:
        """Of which links a selection does not take the year: bool."""
        return self.above if not selection.above_years else np.zeros_like(self.above)

    def _in_years(self, selection: Selection) -> np.ndarray:
        known = self.ties.dated
        if not selection.above_years:
            known = known & ~self.above
        if not selection.dated:
            return known | selection.unknown_years
        years, inside = self.ties.began >> 1, known
        if selection.year_to is not None:
            inside = inside & (years <= selection.year_to)
        if selection.year_mode == "began" and selection.year_from is not None:
            inside = inside & (years >= selection.year_from)
        return inside
