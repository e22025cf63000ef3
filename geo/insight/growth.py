"""Growth: how many municipalities had become partners by each year, in all or by origin or category."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pandas as pd

from geo.ledger.selection import Selected
from geo.ledger.ties import Tie, first_began

#: What growth can be told apart by → the groups a tie belongs to.
BY = {None: lambda tie: ("",), "origin": lambda tie: (tie.origin,), "category": lambda tie: tie.categories}

GROWTH = ("group", "year", "kind", "n_new", "n_total")


def first_years(selected: Selected, by: str | None = None) -> pd.DataFrame:
    """The first known start year of every partner municipality, in each group.

    Parameters
    ----------
    by : None, or a key of BY: "origin" (a municipality counts once an origin) or "category" (once a category;
        a project of several categories counts in each)

    Returns
    -------
    Columns: group ("" where ``by`` is None, else an origin's code or a category), municipality_code (a
    designated ward counts as its city), year (西暦; null where no link of the group tells it), kind (年 or 年度).

    Raises
    ------
    KeyError
        for a ``by`` that is not in BY.
    """
    groups = BY[by]
    own: dict[tuple[str, str], list[Tie]] = {}
    for tie in _of_any_year(selected).ties:
        if tie.municipality:
            for group in groups(tie):
                own.setdefault((group, tie.municipality), []).append(tie)
    rows = [(*place, *first_began(ties)) for place, ties in sorted(own.items())]
    columns = ["group", "municipality_code", "year", "kind"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})


def growth(selected: Selected, by: str | None = None) -> pd.DataFrame:
    """How many municipalities had become partners by each year: n_new in the year, n_total up to and with it.

    A municipality counts from the first known start year of its links; one without any is left out (see
    :func:`unknown_starts`). Years that the selection asks for do not change what had grown before: the first is left
    aside. Every group has every year, from the first known one to the last known one of the dataset, or to the
    selection's last year. Columns: group, year (西暦), kind (年 or 年度 where all that began in it are of one, else
    ""), n_new, n_total; groups in their order, years ascending.
    """
    firsts = first_years(selected, by)
    until = selected.selection.year_to
    known = firsts.dropna(subset="year")
    known = known[known.year <= until] if until else known
    if known.empty:
        return pd.DataFrame(columns=list(GROWTH))
    last = until or max(int(known.year.max()), (selected.dataset.years or (0, 0))[1])
    years = range(int(known.year.min()), last + 1)
    counts = Counter(zip(known.group, known.year, strict=True))
    kinds: dict[tuple[str, int], set[str]] = defaultdict(set)
    for group, year, kind in zip(known.group, known.year, known.kind, strict=True):
        kinds[group, year].add(kind)
    rows = []
    for group in sorted(set(known.group)):
        total = 0
        for year in years:
            total += counts[group, year]
            kind = "".join(kinds[group, year]) if len(kinds[group, year]) == 1 else ""
            rows.append((group, year, kind, counts[group, year], total))
    return pd.DataFrame(rows, columns=list(GROWTH))


def _of_any_year(selected: Selected) -> Selected:
    selection = selected.selection
    return (
        selected.dataset.select(replace(selection, year_from=None, year_to=None))
        if selection.dated
        else selected
    )


def unknown_starts(selected: Selected, by: str | None = None) -> pd.Series:
    """Group → how many of its partner municipalities have no known start year at all."""
    firsts = first_years(selected, by)
    return firsts.year.isna().groupby(firsts.group).sum().astype(int)
