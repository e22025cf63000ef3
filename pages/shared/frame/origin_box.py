"""The box of origins in the panel: one by one, and of many also a whole prefecture, a class of size, or by any spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from geo.insight.groups import expanded, groups
from geo.insight.search import Hit, search
from geo.ledger.dataset import Dataset
from geo.places.codes import to_code6
from pages.shared.frame import current as data
from pages.shared.frame import finder, text

#: Session key, and query parameter, of the origins and groups that are chosen.
KEY = "ward"

#: Session key of the box to find an origin by its reading.
_WORDS = "ward_words"

#: Hits shown at once, and how many of all kinds are looked through for them.
_LIMIT, _LOOKED_THROUGH = 6, 60

#: Options up to which Streamlit offers to choose all that match, as it does by itself.
_SELECT_ALL = 1000

#: What a class of size is measured by, for the help beside the box.
_MEASURES = {
    "people": "人口は、読み込んだ指標の数です。",
    "partners": "相手の数は、すべての資料の個別の連携で数えた市区町村です。",
}


def options(dataset: Dataset) -> dict[str, str]:
    """What can be chosen: code of an origin, or of many origins also the key of a group → its label, each once."""
    own = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    if not dataset.naming.many:
        return own
    return {group.key: group.label for group in groups(dataset).by_key.values()} | own


def chosen(dataset: Dataset, values: Iterable[str]) -> tuple[str, ...]:
    """The codes of the origins that are chosen; none stands for all."""
    codes = expanded(dataset, list(values))
    return () if dataset.naming.many and len(codes) == len(dataset.origins) else codes


def labels(dataset: Dataset, values: Sequence[str]) -> list[str]:
    """What an address names, as the box calls it: labels as they are, and codes of origins and of prefectures.

    A code of a prefecture (13000) is all its origins, but where it is one itself; what means nothing stays.
    """
    own = dict(zip(dataset.origins.code, dataset.origins.name, strict=True))
    known = {spelling: [name] for code, name in own.items() for spelling in (code, to_code6(code))}
    for group in groups(dataset).prefectures:
        prefecture = f"{group.key}000"
        if prefecture not in own:
            names = [group.label] if dataset.naming.many else [own[code] for code in group.codes]
            known |= dict.fromkeys((prefecture, to_code6(prefecture)), names)
    return list(dict.fromkeys(name for value in values for name in known.get(value, [value])))


def draw(
    dataset: Dataset, on_change: Callable[[], None], add: Callable[[str], None], *, disabled: bool
) -> None:
    """Draw the box, and of many origins below it another one to find them by any spelling.

    ``add`` is called with the code, or the key of a group, of what is chosen among what was found.
    """
    naming, known = dataset.naming, options(dataset)
    about = ""
    if naming.many:
        about = (
            "「○○のすべて」を選ぶと、その都道府県の全部を一度に選べます。"
            f"「人口」や「相手」で始まるものは、その大きさの全部です。{_MEASURES[groups(dataset).measure]}"
        )
    st.multiselect(
        naming.heading,
        list(known),
        format_func=known.get,
        key=KEY,
        placeholder=naming.everyone_whole,
        help=about or None,
        on_change=on_change,
        # All that match, each by itself, would be an address of thousands of names: a group is one.
        select_all=False if naming.many else _SELECT_ALL,
        disabled=disabled,
        bind="query-params",
    )
    if naming.many and not disabled:
        _finding(add)


@st.fragment(key="ward_finder")
def _finding(add: Callable[[str], None]) -> None:
    words = st.text_input(
        "読みがなやローマ字で選ぶ",
        key=_WORDS,
        type="search",
        live=True,
        placeholder="読み・ローマ字で加える",
        label_visibility="collapsed",
    )
    if not words.strip():
        return
    dataset = data.load()
    found = _found(dataset, words)
    if not found:
        st.html(
            f'<p class="k-sub" role="status">当てはまる{dataset.naming.noun}はありません。'
            "読みがな（かわばむら）か名前の一部で探せます。</p>"
        )
    with st.container(key="k-ward-hits", gap=None):
        for value, label in found.items():
            st.button(
                f"{text.plain(label)}を加える",
                key=f"ward_hit_{value}",
                type="tertiary",
                width="stretch",
                icon=":material/add:",
                on_click=_take,
                args=(add, value),
            )


def _take(add: Callable[[str], None], value: str) -> None:
    st.session_state[_WORDS] = ""
    add(value)


def _found(dataset: Dataset, words: str) -> dict[str, str]:
    """Origins and groups of a prefecture that a text may mean: value → label, the best first."""
    known, found = options(dataset), {}
    for hit in search(finder.index(), words[: finder.LONGEST], _LOOKED_THROUGH):
        for value in _values(hit):
            if value in known:
                found[value] = known[value]
    return dict(list(found.items())[:_LIMIT])


def _values(hit: Hit) -> tuple[str, ...]:
    """The options a hit stands for: the origin; of a prefecture its group, and itself where it is an origin."""
    return {"origin": (hit.code,), "prefecture": (hit.code[:2], hit.code)}.get(hit.kind, ())
