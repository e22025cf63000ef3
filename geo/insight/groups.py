"""Origins by their prefecture and by their size: how many are looked at, chosen and named together.

Of a dataset of many origins (``Naming.many``) no list shows each beside all the others; prefectures come first, then
the origins of one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.insight.growth import first_years
from geo.ledger.dataset import Dataset
from geo.ledger.origins import MOST, NAMED, Naming
from geo.ledger.selection import Selected

#: Least population of a class of size, and least number of partner municipalities where no population is known.
PEOPLE = (500_000, 200_000, 100_000, 50_000, 10_000, 0)
PARTNERS = (200, 100, 50, 20, 10, 1, 0)

#: What is a population among indicators, by its name, and what only sounds like one.
_POPULATION, _NO_POPULATION = "人口", ("密度", "率", "割合", "増減", "昼間", "外国", "歳", "比")

#: What a class of unknown size is called.
_UNKNOWN = "人口が資料にない"


class Group(NamedTuple):
    """Origins that are chosen together: ``key`` tells groups from each other and from codes of places."""

    key: str
    label: str
    codes: tuple[str, ...]


class Groups(NamedTuple):
    """All there are: by prefecture, and by size, which is measured by ``measure``: "people" or "partners"."""

    prefectures: tuple[Group, ...]
    sizes: tuple[Group, ...]
    measure: str

    @property
    def by_key(self) -> dict[str, Group]:
        """Key → group, the prefectures first."""
        return {group.key: group for group in (*self.prefectures, *self.sizes)}


def groups(dataset: Dataset) -> Groups:
    """The groups of the origins of a dataset, counted once.

    A prefecture's key is its number (13) and it holds its origins in code order, the prefecture itself where that is
    one. The classes of size are those of PEOPLE where half or more of the origins have a population among the indicators,
    else of PARTNERS, by distinct partner municipalities in individual ties of all documents. Classes of nobody are left
    out.
    """
    if "groups" not in dataset.counted:
        origins = dataset.origins
        names = dict(zip(origins.code.str[:2], origins.prefecture, strict=True))
        prefectures = tuple(
            Group(number, f"{names[number]}のすべて", tuple(codes))
            for number, codes in origins.code.groupby(origins.code.str[:2])
        )
        people = _population(dataset).reindex(origins.code)
        if people.notna().mean() >= 0.5:
            sizes, measure = _classes(people, PEOPLE, _people), "people"
        else:
            sizes, measure = _classes(_partners(dataset), PARTNERS, _partner_class), "partners"
        dataset.counted["groups"] = Groups(prefectures, sizes, measure)
    return dataset.counted["groups"]


def _population(dataset: Dataset) -> pd.Series:
    """Code → population, of the indicator that knows it of the most origins."""
    table = dataset.indicators
    named = table.indicator.str.contains(_POPULATION) & ~table.indicator.str.contains(
        "|".join(_NO_POPULATION)
    )
    table = table[named & table.code.isin(dataset.origins.code)]
    if table.empty:
        return pd.Series(dtype="float64")
    own = max((rows for _, rows in table.groupby(["source", "indicator"], sort=False)), key=len)
    return own.drop_duplicates("code").set_index("code").value.astype(float)


def _partners(dataset: Dataset) -> pd.Series:
    """Code → distinct partner municipalities in individual ties of all documents."""
    links = dataset.links[dataset.links.drawn & ~dataset.links.network]
    counts = links.groupby("origin_code").municipality_code.nunique()
    return counts.reindex(dataset.origins.code, fill_value=0)


def _classes(
    values: pd.Series, bounds: Sequence[int], label: Callable[[int, int | None], str]
) -> tuple[Group, ...]:
    known = values.dropna()
    place = np.searchsorted(-np.array(bounds), -known.to_numpy(), side="left")
    found = []
    for number, least in enumerate(bounds):
        codes = tuple(known.index[place == number])
        if codes:
            found.append(Group(f"size{least}", label(least, bounds[number - 1] if number else None), codes))
    if len(known) < len(values):
        found.append(Group("size-", _UNKNOWN, tuple(values.index[values.isna()])))
    return tuple(found)


def _people(least: int, below: int | None) -> str:
    """A class of population: 「人口20万人以上50万人未満」."""
    parts = f"{least // 10_000}万人以上" if least else "", f"{below // 10_000}万人未満" if below else ""
    return f"人口{''.join(parts)}"


def _partner_class(least: int, below: int | None) -> str:
    """A class of numbers of partners: 「相手が50〜99市区町村」."""
    if not least:
        return "相手の市区町村なし"
    numbers = f"{least}市区町村以上" if below is None else f"{least}〜{below - 1}市区町村"
    return f"相手が{numbers}"


def expanded(dataset: Dataset, asked: Collection[str]) -> tuple[str, ...]:
    """The codes of some origins and keys of groups, sorted, each once; what is neither is left out."""
    known, own = groups(dataset).by_key, set(dataset.origins.code)
    found = {code for one in asked if one in known for code in known[one].codes}
    return tuple(sorted(found.union(own.intersection(asked))))


def too_many(dataset: Dataset, origins: Sequence[str]) -> bool:
    """Whether these origins (all for none) are too many to stand in one list (``geo.ledger.origins.MOST``)."""
    return len(origins or dataset.origins) > MOST


def home_of(dataset: Dataset, origins: Sequence[str]) -> str | None:
    """The prefecture (NN000) that all of some origins lie in; None where they are of several, or none are given."""
    homes = {code[:2] for code in origins}
    return f"{homes.pop()}000" if len(homes) == 1 else None


def called(dataset: Dataset, origins: Sequence[str]) -> list[str]:
    """What some origins are called: each by its name; of many, whole groups by theirs: 「東京都の62自治体」."""
    return [name for name, _ in _parts(dataset, origins)]


def subject(dataset: Dataset, origins: Sequence[str]) -> str:
    """Who is looked at where some origins are chosen (``Naming.subject``): 「港区」, 「東京都の62自治体ほか35自治体」."""
    parts, naming = _parts(dataset, origins), dataset.naming
    if len(parts) <= NAMED:
        return naming.subject([name for name, _ in parts])
    return f"{parts[0][0]}ほか{naming.count(sum(n for _, n in parts[1:]))}"


def _parts(dataset: Dataset, origins: Sequence[str]) -> list[tuple[str, int]]:
    """What some origins are called, and how many are meant by each name."""
    names, found = dataset.origin_names, []
    left = set(origins)
    if dataset.naming.many and len(left) > NAMED:
        for size in groups(dataset).sizes:
            if left == set(size.codes):
                return [(f"{size.label}の{_together(dataset, left)}", len(left))]
        for group in groups(dataset).prefectures:
            if len(group.codes) > 1 and left.issuperset(group.codes):
                left.difference_update(group.codes)
                prefecture = dataset.places[f"{group.key}000"].name
                found.append((f"{prefecture}の{_together(dataset, group.codes)}", len(group.codes)))
    return [*found, *((names[code], 1) for code in origins if code in left)]


def _together(dataset: Dataset, codes: Collection[str]) -> str:
    """Some origins by their number and their own word: 「35市町村」."""
    own = set(codes)
    return Naming(tuple(one for one in dataset.naming.origins if one.code in own)).everyone


def beside_home(dataset: Dataset, table: pd.DataFrame, origin: str) -> tuple[pd.DataFrame, str] | None:
    """Of many origins, those of one's own prefecture, itself among them, and what they are called: 「東京都の62自治体」.

    ``table`` is ``geo.insight.profiles.origin_table``, whose rows they are. None where there is no other, or where there
    are not too many to stand beside each other.
    """
    if not dataset.naming.many:
        return None
    codes = groups(dataset).by_key[origin[:2]].codes
    if len(codes) == 1:
        return None
    prefecture = dataset.places[f"{origin[:2]}000"].name
    return table[table.origin_code.isin(codes)], f"{prefecture}の{_together(dataset, codes)}"


def reach_table(selected: Selected) -> pd.DataFrame:
    """The origins of every prefecture together against every prefecture, in code order: how many of them reach it.

    Columns: home (NN000 of the origins), prefecture_code, n_origins (of the home), n_reaching (with a partner
    municipality in it), n_direct (that have the prefecture itself for a partner, and none of its municipalities),
    outside (bool: it is their own prefecture, which the selection leaves out).
    """
    dataset, selection = selected.dataset, selected.selection
    origins = dataset.origins.code
    if selection.origins:
        origins = origins[origins.isin(selection.origins)]
    homes = (origins.str[:2] + "000").value_counts().sort_index()
    links = selected.links
    pairs = pd.DataFrame(
        {
            "origin": links.origin_code.to_numpy(object),
            "prefecture_code": links.prefecture_code.to_numpy(object),
            "reaching": links.municipality_code.notna().to_numpy(bool),
        }
    )
    pairs = pairs.groupby(["origin", "prefecture_code"], as_index=False, sort=False).reaching.max()
    pairs["home"] = pairs.origin.str[:2] + "000"
    counts = pairs.groupby(["home", "prefecture_code"]).reaching.agg(n_reaching="sum", n="size")
    every = pd.MultiIndex.from_product(
        [homes.index, sorted(dataset.prefectures.code)], names=["home", "prefecture_code"]
    )
    table = counts.reindex(every, fill_value=0).astype(int).reset_index()
    table.insert(2, "n_origins", table.home.map(homes).astype(int))
    table["n_direct"] = table.n - table.n_reaching
    table["outside"] = (table.home == table.prefecture_code) & (not selection.home)
    return table.drop(columns="n")


def home_growth(selected: Selected) -> tuple[pd.DataFrame, pd.Series]:
    """How many municipalities had become partners of the origins of each prefecture by each year.

    The first table has the columns group (NN000), year (西暦), n_new and n_total of ``geo.insight.growth.growth``, a
    municipality counted once a prefecture; the second says how many of each have no known start year at all.
    """
    firsts = first_years(selected, "origin")
    firsts = firsts.assign(group=firsts.group.str[:2] + "000").sort_values("year", na_position="last")
    firsts = firsts.drop_duplicates(["group", "municipality_code"])
    unknown = firsts.year.isna().groupby(firsts.group).sum().astype(int)
    until = selected.selection.year_to
    known = firsts.dropna(subset="year")
    known = known[known.year <= until] if until else known
    if known.empty:
        return pd.DataFrame(columns=["group", "year", "n_new", "n_total"]), unknown
    last = until or max(int(known.year.max()), (selected.dataset.years or (0, 0))[1])
    years = pd.RangeIndex(int(known.year.min()), last + 1, name="year")
    new = pd.crosstab(known.year.astype(int), known.group).reindex(years, fill_value=0)
    table = pd.DataFrame({"n_new": new.unstack(), "n_total": new.cumsum().unstack()})
    return table.reset_index(), unknown


def home_table(selected: Selected, origins: pd.DataFrame) -> pd.DataFrame:
    """The origins of each prefecture together, in code order; ``origins`` is ``geo.insight.profiles.origin_table``.

    Columns: home (NN000), name, n_origins, n_tied (of them, with a tie under the selection), n_municipalities,
    n_prefectures, n_projects (distinct, of all of them together), middle (the median of what each has of municipalities),
    most (the largest), best (tuple of the codes of those who have it, () where nobody has any).
    """
    table = origins.assign(home=origins.origin_code.str[:2] + "000")
    rows = table.groupby("home")
    found = rows.agg(
        n_origins=("origin_code", "size"),
        middle=("n_municipalities", "median"),
        most=("n_municipalities", "max"),
    )
    found["n_tied"] = (table.n_projects > 0).groupby(table.home).sum()
    links = selected.links
    homes = pd.Series(links.origin_code.to_numpy(object), index=links.index).str[:2] + "000"
    for name, column in (
        ("n_municipalities", "municipality_code"),
        ("n_prefectures", "prefecture_code"),
        ("n_projects", "project_id"),
    ):
        counts = links[column].groupby(homes).nunique()
        found[name] = counts.reindex(found.index, fill_value=0).astype(int)
    best = table[(table.n_municipalities > 0) & (table.n_municipalities == table.home.map(found.most))]
    leading = {home: tuple(codes) for home, codes in best.origin_code.groupby(best.home)}
    found["best"] = [leading.get(home, ()) for home in found.index]
    found.insert(0, "name", [selected.dataset.places[home].name for home in found.index])
    columns = ["name", "n_origins", "n_tied", "n_municipalities", "n_prefectures", "n_projects", "middle"]
    return found[[*columns, "most", "best"]].reset_index()
