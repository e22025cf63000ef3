"""What 空白を探す shows of a selection, remembered because sessions ask for the same views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from geo.insight import groups
from geo.insight.gaps import DIRECT, MEMBER, OUTSIDE, Candidate, candidates, gap_matrix, reach_totals
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.shared.frame import current as data
from pages.shared.frame.shell import View
from pipeline.shortlist.entries import HIDDEN, TAKEN
from pipeline.shortlist.picks import Choice
from pipeline.words.candidates import Telling


@dataclass(frozen=True)
class Everyone:
    """Every origin under the conditions: ``geo.insight.gaps.gap_matrix`` and ``geo.insight.gaps.reach_totals``."""

    matrix: pd.DataFrame
    totals: pd.DataFrame


def rows(dataset: Dataset, selection: Selection) -> tuple[str, ...]:
    """The origins that stand in the matrix beside those looked at; none for all of the dataset.

    Of many they are those of the same prefecture, or where those looked at are of several, just them.
    """
    if not dataset.naming.many:
        return ()
    home = groups.home_of(dataset, selection.origins)
    return groups.groups(dataset).by_key[home[:2]].codes if home else selection.origins


def everyone(selection: Selection) -> Everyone:
    """The matrix under the conditions of a selection, of every origin that stands in it (:func:`rows`)."""
    return _everyone(replace(selection, origins=rows(data.load(), selection)))


@data.remembered()
def _everyone(dataset: Dataset, selection: Selection) -> Everyone:
    selected = data.select(selection)
    matrix = gap_matrix(selected)
    return Everyone(matrix, reach_totals(selected, matrix))


def found(
    selection: Selection,
    weights: Mapping[str, int] | None = None,
    seeking: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Candidate]:
    """The candidates of a selection (``geo.insight.gaps.candidates``)."""
    return _found(selection, tuple(sorted((weights or {}).items())), tuple((seeking or {}).items()))


@data.remembered()
def _found(dataset: Dataset, selection: Selection, weights: tuple, seeking: tuple) -> list[Candidate]:
    return candidates(data.select(selection), dict(weights), dict(seeking))


def others(view: View, prefecture: str) -> list[str]:
    """The names of the origins linked with a prefecture, except those looked at."""
    links = data.select(replace(view.selected.selection, origins=())).links
    linked = set(links.origin_code[links.prefecture_code == prefecture])
    chosen = view.selected.selection.origins or tuple(linked)
    origins = view.dataset.origins
    return list(origins.name[origins.code.isin(linked.difference(chosen))])


def matrix_table(view: View, facts: Everyone) -> pd.DataFrame:
    """The matrix as it is saved: an origin a row, a prefecture a column, numbers of partner municipalities.

    A prefecture that is a partner only itself is 「県のみ」, one that is met in a wide network alone 「集まり」, one that
    cannot be reached 「対象外」.
    """
    matrix = facts.matrix.assign(
        cell=facts.matrix.n_partners.astype(object)
        .mask(facts.matrix.state == DIRECT, "県のみ")
        .mask(facts.matrix.state == MEMBER, "集まり")
        .mask(facts.matrix.state == OUTSIDE, "対象外")
    )
    wide = matrix.pivot(index="origin_code", columns="prefecture_code", values="cell")
    wide = wide.rename(columns=view.places)
    totals = facts.totals.set_index("code")
    heading = view.naming.heading
    wide.insert(0, heading, totals["name"])
    wide["連携する市区町村の計"] = totals.n_partners
    wide["空白の都道府県"] = totals.n_gaps
    return wide.rename_axis(index=f"{heading}の団体コード", columns=None).reset_index()


def candidate_table(telling: Telling, choice: Choice, weights: Mapping[str, int]) -> pd.DataFrame:
    """The candidates as they are saved, with what was decided of each where anything was."""
    table = telling.table(weights)
    if choice.starred or choice.hidden:
        acts = dict.fromkeys(choice.starred, TAKEN) | dict.fromkeys(choice.hidden, HIDDEN)
        table.insert(3, "扱い", table["団体コード"].map(acts).fillna(""))
        table.insert(4, "メモ", table["団体コード"].map(dict(choice.starred)).fillna(""))
    return table
