"""Growth: how many municipalities had become partners by each year, in all or by origin or category."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from geo.dataset import Selected

#: What growth can be told apart by → the groups a tie belongs to.
BY = {None: lambda tie: ("",), "ward": lambda tie: (tie.ward,), "category": lambda tie: tie.categories}

GROWTH = ("group", "year", "n_new", "n_total")


def first_years(selected: Selected, by: str | None = None) -> pd.DataFrame:
    """The first known start year of every partner municipality, in each group.

    Parameters
    ----------
    by : None, or a key of BY: "ward" (a municipality counts once an origin) or "category" (once a category;
        a project of several categories counts in each)

    Returns
    -------
    Columns: group ("" where ``by`` is None, else an origin's code or a category), municipality_code (a
    designated ward counts as its city), year (西暦; null where no link of the group tells it).

    Raises
    ------
    KeyError
        for a ``by`` that is not in BY.
    """
    groups = BY[by]
    years: dict[tuple[str, str], list[int]] = {}
    for tie in selected.ties:
        if tie.municipality:
            for group in groups(tie):
                known = years.setdefault((group, tie.municipality), [])
                if tie.year is not None:
                    known.append(tie.year)
    rows = [(*place, min(known, default=None)) for place, known in sorted(years.items())]
    return pd.DataFrame(rows, columns=["group", "municipality_code", "year"]).astype({"year": "Int64"})


def growth(selected: Selected, by: str | None = None) -> pd.DataFrame:
    """How many municipalities had become partners by each year: n_new in the year, n_total up to and with it.

    A municipality counts from the first known start year of its links; one without any is left out (see
    :func:`unknown_starts`). Every group has every year, from the first known one of the selection to the last
    known one of the dataset, or to the selection's last year. Columns: group, year (西暦), n_new, n_total;
    groups in their order, years ascending. Fiscal and calendar years are not told apart.
    """
    firsts = first_years(selected, by)
    known = firsts.dropna(subset="year")
    if known.empty:
        return pd.DataFrame(columns=list(GROWTH))
    last = selected.selection.year_to or selected.dataset.years[1]
    years = range(int(known.year.min()), max(int(known.year.max()), last) + 1)
    counts = Counter(zip(known.group, known.year, strict=True))
    rows = []
    for group in sorted(set(firsts.group)):
        total = 0
        for year in years:
            total += counts[group, year]
            rows.append((group, year, counts[group, year], total))
    return pd.DataFrame(rows, columns=list(GROWTH))


def unknown_starts(selected: Selected, by: str | None = None) -> pd.Series:
    """Group → how many of its partner municipalities have no known start year at all."""
    firsts = first_years(selected, by)
    return firsts.year.isna().groupby(firsts.group).sum().astype(int)
