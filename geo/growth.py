"""Growth: how many municipalities had become partners by each year, in all or by origin or category."""

from __future__ import annotations

import pandas as pd

from geo.dataset import Selected

#: What growth can be told apart by → column of the links.
BY = {"ward": "ward_code", "category": "categories"}

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
    links = selected.links[selected.links.municipality_code.notna()]
    links = links.assign(group=links[BY[by]] if by else "")
    if by == "category":
        links = links.explode("group").dropna(subset="group")
    firsts = links.groupby(["group", "municipality_code"], sort=True).start_year.min()
    return firsts.rename("year").reset_index()


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
    counts = known.groupby(["group", "year"]).size().unstack(fill_value=0)
    counts = counts.reindex(sorted(firsts.group.unique()), fill_value=0).reindex(columns=years, fill_value=0)
    table = counts.stack().rename("n_new").rename_axis(["group", "year"]).reset_index()
    table["n_total"] = table.groupby("group").n_new.cumsum()
    return table[list(GROWTH)]


def unknown_starts(selected: Selected, by: str | None = None) -> pd.Series:
    """Group → how many of its partner municipalities have no known start year at all."""
    firsts = first_years(selected, by)
    return firsts.year.isna().groupby(firsts.group).sum().astype(int)
