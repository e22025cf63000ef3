"""Growth: how many municipalities had become partners by each year, in all or by origin or category."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from geo.ledger.selection import Selected
from geo.ledger.ties import UNKNOWN, written

#: What growth can be told apart by.
By = Literal["origin", "category"]

GROWTH = ("group", "year", "kind", "n_new", "n_total")


def first_years(selected: Selected, by: By | None = None) -> pd.DataFrame:
    """The first known start year of every partner municipality, in each group.

    Parameters
    ----------
    by : None, "origin" (a municipality counts once an origin) or "category" (once a category;
        a project of several categories counts in each)

    Returns
    -------
    Columns: group ("" where ``by`` is None, else an origin's code or a category), municipality_code (a
    designated ward counts as its city), year (西暦; null where no link of the group tells it), kind (年 or 年度).

    Raises
    ------
    KeyError
        for any other ``by``.
    """
    labels, groups, places, began = _firsts(selected, by)
    columns = {
        "group": labels.take(groups),
        "municipality_code": selected.dataset.columns.ties.codes.places.take(places),
    }
    return pd.DataFrame(columns | dict(zip(("year", "kind"), written(began), strict=True)))


def _firsts(
    selected: Selected, by: By | None
) -> tuple[pd.api.extensions.ExtensionArray, np.ndarray, np.ndarray, np.ndarray]:
    """What groups are called, and each of them with each of its municipalities: group, place, when it first began."""
    ties = _of_any_year(selected).ties.municipal
    codes = ties.codes
    if by == "origin":
        pairs = ties.pairs(ties.origin, ties.municipality)
        return codes.places, pairs.first, pairs.second, pairs.began
    if by is None:
        parts = [ties.pairs(np.zeros_like(ties.origin), ties.municipality)]
    elif by != "category":
        raise KeyError(by)
    else:
        of_each = (ties.where(codes.having(name)[ties.project]) for name in codes.categories)
        parts = [own.pairs(np.zeros_like(own.origin), own.municipality) for own in of_each]
    labels = pd.array([""] if by is None else codes.categories, dtype="str")
    groups = np.repeat(np.arange(len(parts)), [part.n for part in parts])
    none = np.zeros(0, np.int64)
    places, began = (
        np.concatenate([none, *columns]) for columns in ([p.second for p in parts], [p.began for p in parts])
    )
    return labels, groups, places, began


def growth(selected: Selected, by: By | None = None) -> pd.DataFrame:
    """How many municipalities had become partners by each year: n_new in the year, n_total up to and with it.

    A municipality counts from the first known start year of its links; one without any is left out (see
    :func:`unknown_starts`). Years that the selection asks for do not change what had grown before: the first is left
    aside. Every group has every year, from the first known one to the last known one of the dataset, or to the
    selection's last year. Columns: group, year (西暦), kind (年 or 年度 where all that began in it are of one, else
    ""), n_new, n_total; groups in their order, years ascending.
    """
    labels, groups, _, began = _firsts(selected, by)
    until = selected.selection.year_to
    known = (began != UNKNOWN) & (began >> 1 <= (until or UNKNOWN))
    if not known.any():
        return pd.DataFrame(columns=list(GROWTH))
    found, of = np.unique(groups[known], return_inverse=True)
    years = began[known] >> 1
    first = int(years.min())
    last = until or max(int(years.max()), (selected.dataset.years or (0, 0))[1])
    shape = len(found), last + 1 - first
    # Of each group and year, how many began in a 年 and how many in a 年度.
    key = 2 * (of * shape[1] + years - first) + (began[known] & 1)
    counts = np.bincount(key, minlength=2 * shape[0] * shape[1]).reshape(*shape, 2)
    new, one_kind = counts.sum(axis=2), (counts > 0).sum(axis=2) == 1
    kinds = pd.array(["年", "年度", ""], dtype="str")
    return pd.DataFrame(
        {
            "group": labels.take(np.repeat(found, shape[1])),
            "year": np.tile(np.arange(first, last + 1), shape[0]),
            "kind": kinds.take(np.where(one_kind, counts.argmax(axis=2), 2).ravel()),
            "n_new": new.ravel(),
            "n_total": new.cumsum(axis=1).ravel(),
        }
    )


def _of_any_year(selected: Selected) -> Selected:
    selection = selected.selection
    return (
        selected.dataset.select(replace(selection, year_from=None, year_to=None))
        if selection.dated
        else selected
    )


def unknown_starts(selected: Selected, by: By | None = None) -> pd.Series:
    """Group → how many of its partner municipalities have no known start year at all."""
    labels, groups, _, began = _firsts(selected, by)
    found, of = np.unique(groups, return_inverse=True)
    unknown = np.bincount(of[began == UNKNOWN], minlength=len(found))
    return pd.Series(unknown, index=pd.Index(labels.take(found), name="group"), name="year")
