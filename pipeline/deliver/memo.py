"""起案メモ: the candidates that are taken along on one A4 page (PDF), with reasons, evidence, notes and sources.

The page is laid out by Typst (``memo.typ``); every text reaches it as data and stays text, whatever it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.draw.print.lettering import printable
from geo.ledger.dataset import Dataset
from pipeline.deliver.notes import built
from pipeline.deliver.typeset import Setter
from pipeline.shortlist.entries import Entry
from pipeline.words.candidates import NO_REASON, Telling

#: Characters of what a person types at the head of the page.
LONGEST = 60


@dataclass(frozen=True)
class Head:
    """What stands at the head of the page.

    ``department`` and ``drafter`` are left blank where they are ""; ``day`` is as it is printed.
    """

    title: str
    origin: str
    day: str
    conditions: str
    department: str = ""
    drafter: str = ""


def write(
    dataset: Dataset, head: Head, telling: Telling, taken: Sequence[Entry], foot: Sequence[str]
) -> bytes:
    """The page as PDF (PDF/UA-1: tagged, with title and language), its fonts embedded, nothing under 8 pt.

    Parameters
    ----------
    telling : of all candidates of the view
    taken : those that were taken along, in their order; those without room are named and counted
    foot : the rule of the order and the sources, a line each
    """
    made = {
        **{name: printable(text) for name, text in vars(head).items()},
        "author": printable(" ".join(filter(None, (head.department, head.drafter))) or dataset.naming.title),
        "nothing": f"{NO_REASON}。",
        "foot": [printable(line) for line in foot],
        "entries": [_entry(telling, one) for one in taken],
    }
    return Setter("memo.typ", {"memo": made}).pdf(built(dataset))


def _entry(telling: Telling, one: Entry) -> Mapping[str, object]:
    candidate = one.candidate
    reasons = [
        {
            "kind": printable(kind),
            "words": printable(words),
            "proofs": [[printable(part) for part in proof] for proof in telling.proofs(told)],
        }
        for told, (kind, words) in zip(
            candidate.reasons if candidate else (),
            telling.reasons(candidate) if candidate else (),
            strict=True,
        )
    ]
    return {
        "name": printable(one.name),
        "note": printable(one.note),
        "state": one.state,
        "reasons": reasons,
    }
