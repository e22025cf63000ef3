"""An indicator of municipalities (population, area, …) laid over ties: sums, rates, likeness of size, correlation.

Nothing is pretended: a sum or a rate of a prefecture is only given where the value of each of its municipalities is
known, and how many are known always stands beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.insight.metrics import prefecture_table
from geo.insight.profiles import origin_table
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selected

#: Fewer points say nothing of how two things go together.
LEAST_POINTS = 10

#: How a value of a prefecture was found: printed as such, added up, or the median of its municipalities.
PRINTED, SUM, MEDIAN = "printed", "sum", "median"

#: What ties are divided by, by the unit of the indicator: so many of the unit.
_PER = {"人": 100_000.0, "世帯": 100_000.0, "km²": 100.0, "ha": 10_000.0}

#: A median of prefectures of which fewer municipalities than this share have a value is not given.
_MOST = 0.5


@dataclass(frozen=True, eq=False)
class Indicator:
    """Numbers that somebody brings, one a place.

    Parameters
    ----------
    name, unit : 人口, 人; the unit is "" where none is known
    values : code of a municipality (no designated ward) → its value, without missing ones
    prefectures : code of a prefecture (NN000) → the value printed for it as a whole, likewise
    adds : whether the values of places can be added up: numbers of people can, shares and averages cannot
    """

    name: str
    unit: str
    values: pd.Series
    prefectures: pd.Series
    adds: bool

    @property
    def per(self) -> float:
        """Ties are given for so many of the unit: 100,000 people, 100 km², else a power of ten near the median."""
        if self.unit in _PER:
            return _PER[self.unit]
        if not self.unit and "人口" in self.name:
            return _PER["人"]
        positive = self.values[self.values > 0]
        return 10.0 ** round(math.log10(positive.median())) if len(positive) else 1.0


def indicator_of(dataset: Dataset, source: str, name: str, adds: bool) -> Indicator:
    """An indicator of a document of the build.

    Parameters
    ----------
    source, name : as in the table ``indicators``
    adds : whether its numbers can be added up from place to place

    Raises
    ------
    KeyError : the document has no such indicator.
    """
    own = dataset.indicators[(dataset.indicators.source == source) & (dataset.indicators.indicator == name)]
    if own.empty:
        raise KeyError(name)
    values = own.set_index("code").value.astype(float)
    wards = dataset.municipalities.code[dataset.municipalities.kind == "designated_ward"]
    whole = values.index.str.endswith("000")
    cities = ~whole & ~values.index.isin(wards)
    return Indicator(name, own.unit.iloc[0], values[cities], values[whole], adds)


def prefecture_values(selected: Selected, indicator: Indicator) -> pd.DataFrame:
    """Every prefecture in code order: its ties, its value, and the ties for :attr:`Indicator.per` of the unit.

    The value is that of all municipalities that could be partners under the selection. Where these are all of the
    prefecture and the indicator is printed for it as a whole, it is the printed one; else the sum of its
    municipalities, or of an indicator that does not add up their median.

    Columns: those of ``geo.insight.metrics.prefecture_table``, and value (null where a sum would lack a municipality,
    or where less than half of them have one to take the median of), basis (PRINTED, SUM, MEDIAN or null), n_known (of
    n_municipalities, those with a value), partners_rate and projects_rate (null without a value above zero, and of
    an indicator that does not add up).
    """
    table = prefecture_table(selected)
    universe = selected.universe
    known = universe.assign(value=universe.code.map(indicator.values)).dropna(subset="value")
    groups = known.groupby("prefecture_code").value
    n_known = table.code.map(groups.size()).fillna(0).astype(int)
    whole = selected.dataset.prefectures.set_index("code").n_municipalities
    possible = table.n_municipalities
    printed = table.code.map(indicator.prefectures).astype(float)
    printed = printed.where(possible == table.code.map(whole))
    if indicator.adds:
        own = table.code.map(groups.sum()).astype(float).where((n_known == possible) & (possible > 0))
        basis = SUM
    else:
        own = (
            table.code.map(groups.median()).astype(float).where((n_known >= possible * _MOST) & (n_known > 0))
        )
        basis = MEDIAN
    table["value"] = printed.fillna(own)
    table["basis"] = pd.Series(basis, index=table.index, dtype="object").where(own.notna(), None)
    table["basis"] = table.basis.mask(printed.notna(), PRINTED)
    table["n_known"] = n_known
    return _with_rates(table, indicator)


def origin_values(selected: Selected, indicator: Indicator) -> pd.DataFrame:
    """Every origin in code order: its ties, its own value, and the ties for :attr:`Indicator.per` of the unit.

    Columns: code, name, n_partners, n_projects, value (null where it has none), partners_rate, projects_rate.
    """
    table = origin_table(selected)
    if selected.selection.origins:
        table = table[table.origin_code.isin(selected.selection.origins)]
    names = {"origin_code": "code", "origin_name": "name", "n_municipalities": "n_partners"}
    table = table.rename(columns=names)[["code", "name", "n_partners", "n_projects"]].reset_index(drop=True)
    own = table.code.map(indicator.values)
    table["value"] = own.fillna(table.code.map(indicator.prefectures)).astype(float)
    return _with_rates(table, indicator)


def _with_rates(table: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    base = table.value.where(table.value > 0) if indicator.adds else table.value * np.nan
    return table.assign(
        partners_rate=table.n_partners / base * indicator.per,
        projects_rate=table.n_projects / base * indicator.per,
    )


def partner_values(selected: Selected, indicator: Indicator) -> pd.DataFrame:
    """Every partner municipality, the largest value first, those without one last.

    Columns: code, value (null where it has none), n_projects, n_origins (distinct).
    """
    ties = selected.ties
    codes = ties.distinct(ties.municipality)
    groups = ties.by(ties.municipality, codes)
    table = pd.DataFrame({"code": pd.array(codes, dtype="str")})
    table["value"] = table.code.map(indicator.values).astype(float)
    table = table.assign(n_projects=groups.projects, n_origins=groups.origins)
    order = {"by": ["value", "code"], "ascending": [False, True], "na_position": "last"}
    return table.sort_values(**order, ignore_index=True)


@dataclass(frozen=True, eq=False)
class Like:
    """Municipalities of like size.

    Parameters
    ----------
    value : of the place they are like
    low, high : the bounds, inclusive
    table : columns code, value, ratio (to ``value``); the nearest to it first
    n_without : how many municipalities could be partners and are not
    n_unknown : of how many of these there is no value
    """

    value: float
    low: float
    high: float
    table: pd.DataFrame
    n_without: int
    n_unknown: int


def like(selected: Selected, values: pd.Series, code: str, share: float) -> Like | None:
    """The municipalities that have no tie under a selection and a value within ``share`` of that of a place.

    Parameters
    ----------
    values : code → value; of the place, and of those it is held against
    code : of the place
    share : 0.2 keeps what is 20 % smaller to 20 % larger

    Returns
    -------
    None where the place has no value above zero.
    """
    value = values.get(code)
    if value is None or not value > 0:
        return None
    group = set(selected.selection.origins or selected.dataset.origins.code)
    ties = selected.ties
    partners = set(ties.distinct(ties.municipality))
    pool = selected.universe.code[~selected.universe.code.isin(partners | group | {code})]
    known = pool.map(values).astype(float)
    # Written so that 80 of 100 is within 20 %, whatever the binary fraction makes of 0.8.
    within = (known - value).abs() <= share * value * (1 + 1e-12)
    table = pd.DataFrame({"code": pool[within], "value": known[within], "ratio": known[within] / value})
    order = table.assign(apart=(table.ratio - 1).abs()).sort_values(["apart", "code"]).index
    return Like(
        float(value),
        float(value * (1 - share)),
        float(value * (1 + share)),
        table.loc[order].reset_index(drop=True),
        len(pool),
        int(known.isna().sum()),
    )


def spearman(first: pd.Series, second: pd.Series) -> tuple[float | None, int]:
    """The rank correlation of two series over the pairs that are known, and how many these are.

    Spearman, C. (1904), The Proof and Measurement of Association between Two Things, American Journal of Psychology
    15, pp. 72–101: the product-moment correlation of the ranks, equal values sharing the mean of theirs. None with
    fewer than LEAST_POINTS pairs, or where one of the two is the same everywhere.
    """
    pairs = pd.DataFrame({"first": first, "second": second}).astype(float).dropna()
    n = len(pairs)
    if n < LEAST_POINTS or (pairs.nunique() < 2).any():
        return None, n
    ranks = pairs.rank()
    return float(np.corrcoef(ranks["first"], ranks["second"])[0, 1]), n
