"""How many partners every two origins share, as a table shaded by class; its cells open くらべる with the two."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from geo.ledger.origins import Naming
from pages.shared.frame import filters
from pages.shared.parts import markup
from pages.shared.parts.scripted import part

#: Classes of shared partners: from, label.
_SHADES = ((1, "1–4"), (5, "5–9"), (10, "10–19"), (20, "20以上"))

#: Query parameter of くらべる that names who is compared.
_COMPARED = "compared"


def show(
    counts: pd.DataFrame,
    names: dict[str, str],
    naming: Naming,
    chosen: Sequence[str],
    key: str,
    title: str = "",
) -> None:
    """Draw the table of ``counts`` (``geo.insight.profiles.shared_counts``), the origins ``chosen`` in bold."""
    codes = list(counts.index)

    def choose() -> None:
        pair = st.session_state[key].get("pair")
        if pair:
            compared = [names[codes[int(place)]] for place in pair]
            filters.open_screen("pages/compare/page.py", {_COMPARED: compared})

    part("pairs", '<div class="k-pairs"></div>')(
        key=key,
        data={
            "html": table(counts, names, naming, chosen, title),
            "names": [names[code] for code in codes],
            "key": _COMPARED,
            "carried": sorted(filters.ADDRESS),
        },
        on_pair_change=choose,
    )
    keys = "".join(f"<li><b class=s{i}></b>{label}" for i, (_, label) in enumerate(_SHADES, start=1))
    hint = f"数を選ぶと、その{naming.count(2)}の相手をくらべられます。矢印キーで動けます。"
    markup.show(
        markup.block(
            f'<ul class="k-shades">{keys}<li><b class=z></b>なし</ul><p class="k-sub">{markup.escape(hint)}</p>'
        )
    )


def table(
    counts: pd.DataFrame, names: dict[str, str], naming: Naming, chosen: Sequence[str], title: str = ""
) -> str:
    """The table as HTML."""
    if not title:
        title = f"{naming.each_other}で共通の相手（市区町村の数）"
        title += f"　太字は選んだ{naming.noun}" if chosen else ""
    bold = {code: " class=c" if code in chosen else "" for code in counts.index}
    head = "".join(
        f"<th scope=col{bold[code]}><span>{markup.escape(names[code].removesuffix(naming.noun))}</span>"
        for code in counts.columns
    )
    body = "".join(
        f"<tr><th scope=row{bold[row]}>{markup.escape(names[row])}"
        + "".join("<td>―" if row == column else _shaded(int(n)) for column, n in counts.loc[row].items())
        for row in counts.index
    )
    return (
        f'<div class="k-wide" tabindex="0" role="region" aria-label="{markup.escape(title)}の表">'
        f'<table class="k-shared"><caption>{markup.escape(title)}</caption>'
        f"<thead><tr><td></td>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _shaded(n: int) -> str:
    if not n:
        return "<td class=z><i>なし</i>"
    return (
        f"<td class=s{next(i for i, (low, _) in reversed(list(enumerate(_SHADES, start=1))) if n >= low)}>{n}"
    )
