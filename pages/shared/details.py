"""The projects behind a flow: what the list prints, and on which line."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from geo.metrics import project_details
from pages.shared import text
from pages.shared.shell import View

#: Projects written out at once; the rest is in the CSV.
LIMIT = 40


def panel(view: View, place: str, partner_code: str, ward_code: str | None = None) -> None:
    """Write the projects of a partner municipality or prefecture, with their source lines."""
    table = project_details(view.selected, ward_code, partner_code)
    groups = [group for _, group in table.groupby("project_id", sort=False)]
    st.html(
        f'<h2 class="k-h2">{escape(place)}との事業</h2><p class="k-sub">{len(groups)} 事業'
        + (f"（最初の {LIMIT} 事業を表示）" if len(groups) > LIMIT else "")
        + "</p>"
    )
    st.html(f'<ul class="k-projects">{"".join(map(_project, groups[:LIMIT]))}</ul>')


def _project(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    chips = f'<span class="k-chip">{escape(first.category_raw)}</span>' if first.category_raw else ""
    facts = [first.ward_name, f"開始 {text.year(rows.start_year.min())}"]
    if pd.notna(first.organiser) and first.organiser:
        facts.append(f"所管 {first.organiser}")
    parts = [
        f"<h3>{escape(first.project_name)}</h3>",
        f"<p>{chips}{escape('・'.join(facts))}</p>",
    ]
    if pd.notna(first.summary) and first.summary:
        parts.append(f"<p>{escape(first.summary)}</p>")
    origin = f"相手 {text.evidence(rows)}／出典 {text.source(first.source, rows.source_line.min())}"
    parts.append(f'<p class="k-source">{escape(origin)}</p>')
    return f"<li>{''.join(parts)}</li>"
