"""What a browser needs to draw the flows of another filter by itself, before the server has answered.

The same as ``geo.ledger.selection`` keeps and ``geo.insight.flows`` counts is counted by static/koryu/ahead.js, so that
what is drawn ahead is what the server sends a moment later (tests/e2e/test_ahead.py).
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby

import numpy as np

from geo.insight import starts
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from geo.ledger.ties import UNKNOWN, Codes

#: The bit of each thing about a link that a Selection may leave out or doubt.
WIDE, PEER, HOME, ABOVE = 1, 2, 4, 8


def columns(dataset: Dataset) -> dict:
    """Every drawn link of a dataset as columns of whole numbers, and what the numbers stand for.

    Returns
    -------
    dict
        ``places`` (codes of all partners in code order, 5 letters each, in one string), ``origins`` and ``prefectures``
        ([code, name, latitude, longitude], in code order), ``possible`` (of each prefecture how many municipalities it has,
        and how many of these are origins), ``categories`` (by name), ``documents`` (ids), ``listed`` (of each document the
        numbers of the origins it lists), ``few``, ``many``, ``several`` (``geo.insight.starts``);
        of each project, those of one origin together: ``owners`` ([number of the origin, how many]), ``mixes`` (its
        categories, as the place of their numbers in ``sets``), ``counts`` (its links);
        of each link, those of one project together: ``partners`` (number of the place, a municipality or a prefecture
        itself), ``began`` (as ``Ties.began``; 0 where unknown), ``kinds`` (WIDE, PEER, HOME, ABOVE), ``sources`` ([number of
        the document, how many]).
    """
    links = dataset.columns
    ties = links.ties
    rows = np.flatnonzero(links.drawn)
    rows = rows[np.lexsort((ties.project[rows], links.source[rows], ties.origin[rows]))]
    codes, kept = ties.codes, ties.where(rows)
    changes = np.flatnonzero(np.diff(kept.project, prepend=-1))
    projects = kept.project[changes]
    mixes, sets = _sets([codes.named(codes.bits[:, project]) for project in projects], codes.categories)
    partner = kept.partner
    used = np.unique(partner)
    own, wholes = (np.sort(codes.numbers(table.code)) for table in (dataset.origins, dataset.prefectures))
    marks = ((WIDE, ties.wide), (PEER, links.peer), (HOME, links.home), (ABOVE, links.above))
    kinds = np.sum([bit * column[rows] for bit, column in marks], axis=0)
    places = dataset.municipalities
    cities = places[places.kind != "designated_ward"]
    able = Counter(cities.prefecture_code)
    taken = Counter(cities.prefecture_code[cities.code.isin(dataset.origins.code)])
    documents = list(dict.fromkeys([*links.sources, *dataset.sources]))
    number = {code: n for n, code in enumerate(codes.places.take(own))}
    return {
        "places": "".join(codes.places.take(used)),
        "origins": _points(codes, own),
        "prefectures": _points(codes, wholes),
        "possible": [[able[code], taken[code]] for code in codes.places.take(wholes)],
        "categories": codes.categories,
        "sets": sets,
        "mixes": mixes,
        "owners": _runs(np.searchsorted(own, kept.origin[changes]).tolist()),
        "counts": np.diff(changes, append=len(rows)).tolist(),
        "partners": np.searchsorted(used, partner).tolist(),
        "began": np.where(kept.began == UNKNOWN, 0, kept.began).tolist(),
        "kinds": kinds.tolist(),
        "documents": documents,
        "sources": _runs(links.source[rows].tolist()),
        "listed": [
            [number[code] for code in dataset.origins_of.get(source, ()) if code in number]
            for source in documents
        ],
        "few": starts.FEW,
        "many": starts.MANY,
        "several": starts.SEVERAL,
    }


def _points(codes: Codes, numbers: np.ndarray) -> list[list]:
    """Some places as [code, name, latitude, longitude]; null where a place lies nowhere."""
    names = codes.places.take(numbers), codes.origin_names.take(numbers)
    axes = ([None if np.isnan(at) else float(at) for at in axis[numbers]] for axis in (codes.lat, codes.lon))
    return [list(point) for point in zip(*names, *axes, strict=True)]


def _sets(lists: list[list[str]], categories: list[str]) -> tuple[list[int], list[list[int]]]:
    """The place of each list among the different ones, and these, as numbers of categories."""
    place = {name: number for number, name in enumerate(categories)}
    known: dict[tuple[int, ...], int] = {}
    numbers = [known.setdefault(tuple(place[name] for name in names), len(known)) for names in lists]
    return numbers, [list(own) for own in known]


def _runs(numbers: list[int]) -> list[list[int]]:
    """Equal numbers that follow each other, as [number, how many]."""
    return [[number, sum(1 for _ in run)] for number, run in groupby(numbers)]


def conditions(selection: Selection) -> list:
    """A selection as a browser writes it from its address: equal where the selections are, and plain JSON."""
    return [
        sorted(selection.origins),
        sorted(selection.categories),
        sorted(selection.sources),
        selection.year_mode,
        selection.year_from,
        selection.year_to,
        selection.unknown_years,
        selection.above_years,
        selection.networks,
        selection.peers,
        selection.home,
    ]
