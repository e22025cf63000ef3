"""Choices that always have a value, kept in the address: one function for each look.

A link may name a choice without a value (「?metric=」). Streamlit then leaves the choice open though it is required,
and what is drawn with it fails; here such a link means what a link without the name does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")


def segments(label: str, options: Sequence[T], *, key: str, default: T, **look) -> T:
    """Draw the options side by side; ``look`` is what ``st.segmented_control`` takes besides."""
    return _required(
        st.segmented_control, label, options, key, default, default=default, required=True, **look
    )


def box(label: str, options: Sequence[T], *, key: str, index: int = 0, **look) -> T:
    """Draw a box to choose from; ``look`` is what ``st.selectbox`` takes besides."""
    return _required(st.selectbox, label, options, key, options[index], index=index, **look)


def _required(
    draw: Callable[..., Any], label: str, options: Sequence[T], key: str, fallback: T, /, **given
) -> T:
    if key in st.query_params and not all(st.query_params.get_all(key)):
        del st.query_params[key]
    if key in st.session_state and st.session_state[key] not in options:
        st.session_state[key] = fallback
    chosen = draw(label, options, key=key, bind="query-params", **given)
    return fallback if chosen is None else chosen
