"""Who is in a wide network with whom by the document of another: networks are mutual, and not every member tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from geo.ledger.dataset import Dataset


class Fellows(NamedTuple):
    """Rows: an origin, with a municipality that it is in a wide network with by another origin's document.

    All are numbers of places (``geo.ledger.ties.Codes``): the origin, the municipality and its prefecture, ``by`` whose
    document it is; but for ``row``, the place in ``Dataset.links`` of the row that names the municipality, or, where that
    is ``by`` itself, of the row that names the origin.
    """

    origin: np.ndarray
    municipality: np.ndarray
    prefecture: np.ndarray
    by: np.ndarray
    row: np.ndarray


def members_by(dataset: Dataset, origins: Sequence[str], place: str) -> list[str]:
    """By whose documents origins are in wide networks with a municipality, or any in a prefecture: codes, in their order."""
    found, codes = fellows(dataset, origins), dataset.columns.ties.codes
    column = found.prefecture if place.endswith("000") else found.municipality
    by = np.unique(found.by[column == codes.numbers([place])[0]])
    return codes.places.take(by).tolist()


def fellows(dataset: Dataset, origins: Sequence[str] = (), keep: np.ndarray | None = None) -> Fellows:
    """Whom origins are in wide networks with by documents of others, which name them as members.

    These are no ties: an origin's own document does not name them.

    Parameters
    ----------
    origins : codes; all origins for none
    keep : which of the dataset's links may prove it (bool); any for None
    """
    ties, drawn, partner = dataset.columns.ties, dataset.columns.drawn, dataset.columns.named
    codes = ties.codes
    proves = drawn if keep is None else keep & drawn
    # Where a project is also something else (agreements printed with it), only those named are of the network.
    mixed = np.zeros(len(dataset.projects), bool)
    mixed[ties.project[drawn & ~ties.wide]] = True
    members = np.flatnonzero(
        proves & ties.wide & ((partner >= 0) | ~mixed[ties.project]) & (ties.municipality >= 0)
    )
    named = np.flatnonzero(drawn & ties.wide & codes.among(origins or dataset.origins.code)[partner])
    members = members[np.argsort(ties.project[members], kind="stable")]
    whose = ties.project[members]
    starts, ends = (np.searchsorted(whose, ties.project[named], side) for side in ("left", "right"))
    each = np.repeat(named, ends - starts)
    # The members of the project of each row that names an origin.
    steps = np.arange(len(each)) - np.repeat(np.cumsum(ends - starts) - (ends - starts), ends - starts)
    others = members[np.repeat(starts, ends - starts) + steps]
    owners = named[proves[named]]
    found = Fellows(
        np.concatenate([partner[each], partner[owners]]),
        np.concatenate([ties.municipality[others], ties.origin[owners]]),
        np.concatenate([ties.prefecture[others], codes.home[ties.origin[owners]]]),
        np.concatenate([ties.origin[each], ties.origin[owners]]),
        np.concatenate([others, owners]),
    )
    apart = found.origin != found.municipality
    return Fellows(*(column[apart] for column in found))
