"""How much each kind of reason counts for the order of the candidates: chosen here, kept in the address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from geo.insight.gaps import USUAL, WEIGHED
from geo.ledger.origins import Naming
from pages.shared.frame import choices
from pipeline.words.candidates import WEIGHTS, kind_name

#: Query parameters, and session keys, of the weights: kind of reason → name.
PARAMETERS = {kind: f"w_{kind}" for kind in WEIGHED}

#: Session key of the weights that are to be chosen when the choices are drawn next.
_ASKED = "weights_asked"


def chosen(naming: Naming, seeking: bool) -> dict[str, int]:
    """Draw the choices; returns the weights that are not the usual ones, by kind of reason.

    ``seeking``: whether there is a list of those that seek partners.
    """
    found = {}
    _put_asked()
    with st.expander("理由の重み", icon=":material/tune:", key="k-weigh"):
        st.html(
            '<p class="k-sub">「重視」は2つ分に数え、「使わない」は理由に入れません。候補の順が変わります。</p>'
        )
        with st.container(horizontal=True, key="k-weights", gap="medium"):
            for kind, name in PARAMETERS.items():
                if kind == "seeking" and not seeking:
                    continue
                weight = choices.segments(
                    kind_name(kind, naming), list(WEIGHTS), format_func=WEIGHTS.get, default=USUAL, key=name
                )
                if weight != USUAL:
                    found[kind] = weight
    return found


def ask(weights: Mapping[str, int]) -> None:
    """Have weights chosen when the choices are drawn next, the usual ones where nothing is said."""
    st.session_state[_ASKED] = dict(weights)


def _put_asked() -> None:
    asked = st.session_state.pop(_ASKED, None)
    if asked is not None:
        for kind, name in PARAMETERS.items():
            st.session_state[name] = asked.get(kind, USUAL)
