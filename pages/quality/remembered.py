"""What the screen データと品質 counts of the current build, remembered because sessions ask for the same."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.quality import review
from pages.shared.frame import current as data


def findings(origins: tuple[str, ...]) -> pd.DataFrame:
    """The findings of the current build about some origins, () for all (``pages.quality.review.findings``)."""
    return _findings(data.stamp(), origins)


@st.cache_resource(max_entries=64, show_spinner=False)
def _findings(version: tuple[str, int, int], origins: tuple[str, ...]) -> pd.DataFrame:
    return review.findings(data.load(), origins)


def queue(origins: tuple[str, ...], kind: str) -> pd.DataFrame:
    """The mentions of the current build to look at (``pages.quality.review.queue``)."""
    return _queue(data.stamp(), origins, kind)


@st.cache_resource(max_entries=64, show_spinner=False)
def _queue(version: tuple[str, int, int], origins: tuple[str, ...], kind: str) -> pd.DataFrame:
    return review.queue(data.load(), origins, kind)


def reconciliation(source: str, origins: tuple[str, ...]) -> pd.DataFrame:
    """What a document of the current build adds up to (``pages.quality.review.reconciliation``)."""
    return _reconciliation(data.stamp(), source, origins)


@st.cache_resource(max_entries=64, show_spinner=False)
def _reconciliation(version: tuple[str, int, int], source: str, origins: tuple[str, ...]) -> pd.DataFrame:
    dataset = data.load()
    return review.reconciliation(dataset.meta, dataset.mentions, source, origins)
