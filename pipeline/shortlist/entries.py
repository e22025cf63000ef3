"""Those that a person takes along, each with what it is under the conditions in force and what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass

from geo.insight.gaps import ASIDE, CANDIDATE, PARTNER, Candidate, is_listed, standing_of
from geo.ledger.selection import Selected
from pipeline.shortlist.picks import Choice
from pipeline.words.candidates import Telling

#: What a municipality is that is taken along and is no candidate any more.
STATES = {
    CANDIDATE: "",
    PARTNER: "いまの条件では、すでに連携しています",
    ASIDE: "いまの条件では、対象外です",
}
#: What is done with a candidate, as files have it.
TAKEN, HIDDEN = "持ち帰る", "隠す"

LISTED = "ほかの資料では、すでに連携しています"


@dataclass(frozen=True)
class Entry:
    """A municipality that was taken along.

    ``state`` says what it is where it is no candidate any more, else ""; ``candidate`` is None then, unless another
    document alone has it as a partner.
    """

    code: str
    name: str
    note: str
    state: str
    candidate: Candidate | None


def entries(selected: Selected, telling: Telling, choice: Choice) -> list[Entry]:
    """Those of a choice in their order; ``telling`` is of all candidates of the selection."""
    found = {one.code: one for one in telling.found}
    stands = standing_of(selected, choice.starred)
    made = []
    for code, note in choice.starred.items():
        candidate = found.get(code)
        state = LISTED if candidate and is_listed(candidate) else STATES[stands[code]]
        made.append(Entry(code, selected.dataset.names[code], note, state, candidate))
    return made
