"""起案メモ: the candidates that are taken along on one A4 page (PDF), with reasons, evidence, notes and sources.

The page is laid out by Typst (``memo.typ``); every text reaches it as data and stays text, whatever it says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import matplotlib_fontja
import typst
from matplotlib import font_manager

from geo.draw.print.lettering import FAMILIES, printable
from geo.ledger.dataset import Dataset
from pipeline.deliver.notes import built
from pipeline.shortlist.entries import Entry
from pipeline.words.candidates import NO_REASON, Telling

_TEMPLATE = Path(__file__).with_name("memo.typ")

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
    return compiled(made, built(dataset))


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


def compiled(made: Mapping[str, object], day: datetime) -> bytes:
    """The template with its data, as PDF; no network and no font of the machine is used."""
    fonts = [
        Path(matplotlib_fontja.get_font_ttf_path()).parent,
        Path(font_manager.findfont(FAMILIES[1])).parent,
    ]
    content = typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"memo": json.dumps(made, ensure_ascii=False)},
        format="pdf",
        pdf_standards="ua-1",
        timestamp=day,
    )
    assert isinstance(content, bytes)
    return content
