"""What a view counts, once: every screen, page and file takes its numbers from here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from geo.insight.gaps import network_members
from geo.insight.metrics import KeyFigures, key_figures, prefecture_table
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected, Selection


@dataclass(frozen=True, eq=False)
class Population:
    """A selection with everything that is counted of it, each counted when it is first asked for.

    ``selected`` is what the view shows. A sentence about it names the individual ties first and the wide networks
    second, and where it says that something is not there, it may have to look beyond the selection: so these are
    here, too, under the same other conditions.
    """

    selected: Selected

    @property
    def selection(self) -> Selection:
        """The conditions of the view."""
        return self.selected.selection

    @property
    def dataset(self) -> Dataset:
        """The tables the view is of."""
        return self.selected.dataset

    @cached_property
    def figures(self) -> KeyFigures:
        """The key figures of the view."""
        return key_figures(self.selected)

    @cached_property
    def prefectures(self) -> pd.DataFrame:
        """Every prefecture under the view (``geo.insight.metrics.prefecture_table``)."""
        return prefecture_table(self.selected)

    @cached_property
    def individual(self) -> KeyFigures:
        """The key figures of the individual ties alone, whether the view has more or not."""
        return self._with(networks=False)

    @cached_property
    def wide(self) -> KeyFigures:
        """The key figures with the wide networks, whether the view has them or not."""
        return self._with(networks=True)

    @cached_property
    def undated(self) -> KeyFigures:
        """The key figures of what the view leaves out only because nobody knows when it began.

        All zero where no year is asked for.
        """
        ties = self._anytime.ties
        return key_figures(self.selected, ties.where(~ties.dated & self.selection.dated))

    @cached_property
    def fellows(self) -> int:
        """How many municipalities are in a wide network with the origins by documents of others alone."""
        if not self.selection.origins:
            return 0
        wide = self.dataset.select(replace(self.selection, networks=True)).ties
        counted = wide.codes.among(self.selected.universe.code)
        members = network_members(self.selected).municipality
        counted[wide.municipality] = False
        return int(counted[np.unique(members)].sum())

    @cached_property
    def whole(self) -> Selected:
        """Every tie of the origins looked at, whatever else the view asks for: all documents, fields, years, networks."""
        return self.dataset.select(Selection(origins=self.selection.origins, networks=True, peers=True))

    @property
    def _anytime(self) -> Selected:
        return self.dataset.select(replace(self.selection, year_from=None, year_to=None, unknown_years=True))

    def _with(self, networks: bool) -> KeyFigures:
        if networks == self.selection.networks:
            return self.figures
        return key_figures(self.dataset.select(replace(self.selection, networks=networks)))
