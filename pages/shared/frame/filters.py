"""The filter panel: one, the same on every screen, its state kept in the URL.

Streamlit's own binding of a widget to a query parameter carries the state: a link reproduces the view,
values it does not know are dropped, and a value at its default leaves the URL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from geo.insight.disaster import CATEGORY as DISASTER
from geo.insight.groups import groups, subject
from geo.ledger.dataset import Dataset
from geo.ledger.origins import Naming
from geo.ledger.selection import Selection
from pages.shared.frame import choices, origin_box, text, years_panel
from pages.shared.frame import current as data
from pages.shared.frame.current import Own

#: Name of the part of the screen a change of filter redraws: the page's body.
BODY = "body"

#: Tick boxes: query parameter → (field of Selection, label, default); the words for the origins are put in.
TICKS = {
    "unknown": ("unknown_years", "開始年が不明の事業も含める", True),
    "above": ("above_years", "上の欄の年も開始年とみなす", True),
    "network": ("networks", "広域の集まりも含める", False),
    "peers": ("peers", "{peers}の連携も含める", False),
    "home": ("home", "{home}の連携も含める", True),
}


def ticks(dataset: Dataset) -> dict[str, tuple[str, str, bool]]:
    """TICKS as they are shown: of one origin alone, nothing can be between two.

    What origins do with each other is in from the beginning where it is most of what there is (``Dataset.mutual``).
    """
    naming = dataset.naming
    return {
        key: (
            field,
            label.format(peers=naming.peers, home=naming.home),
            dataset.mutual if key == "peers" else default,
        )
        for key, (field, label, default) in TICKS.items()
        if not (key == "peers" and naming.single)
    }


#: Session key, and query parameter, of the origins that are chosen.
ORIGINS = origin_box.KEY

#: Every filter of the panel.
ALL = frozenset({"ward", "category", "years", "source", *TICKS})

#: Query parameters that hold the conditions.
ADDRESS = frozenset({*ALL, "began", "as_of", data.EDITION})

#: Screens, and topics of 推移と協定, that not every filter changes: the filters that count there.
COUNTING = {
    "quality": frozenset({"ward"}),
    "corrections": frozenset({"ward"}),
    "trends": frozenset(),
    "disaster": ALL - {"category"},
    "年表": frozenset({"ward"}),
    "資料をくらべる": frozenset({"ward"}),
    "始まった年": ALL,
    "広域連携協定": ALL,
}

#: The part of くらべる that asks for years itself: of the query parameter COMPARE, unless BETWEEN says EDITIONS.
COMPARE, PERIODS = "compare", "前後比較"
BETWEEN, EDITIONS = "between", "版どうし"
OF_OWN_YEARS = ALL - {"years", "unknown"}

#: The choice of no earlier edition.
NEWEST = "いちばん新しい版"

#: Session key of the ends of the sliders of years.
_YEARS = "panel_years"

#: Session key of what the panel is for: the name of what is shown.
_OF = "panel_of"

#: Session key of the origins that :func:`choose_origin` asks for.
_WANTED = "origin_wanted"


#: Session key that says that another screen was gone to, whose address has to name the conditions.
_CARRIED = "conditions_carried"


def _redraw(*parts: str) -> None:
    # The body last: it reads what the sliders of the years say once they are drawn.
    st.rerun([*parts, BODY])


def open_screen(page: str, looked_at: Mapping[str, str | Sequence[str]]) -> None:
    """Go to the screen in the file ``page`` under the conditions in force; ``looked_at`` are parameters of its own.

    The address names them only where they are set anew: what is no different Streamlit does not write there again.
    """
    st.session_state[_CARRIED] = True
    st.switch_page(page, query_params=looked_at)


def choose_origin(code: str | None) -> None:
    """Look at one origin, at a group of them by its key, or at all (None), from a callback outside the panel.

    The panel is drawn anew and sets its own box: what a callback sets is forgotten by the run that ``st.rerun`` starts, and with
    it that box and address have to follow.
    """
    st.session_state[_WANTED] = [code] if code else []
    st.rerun()


def way_back(naming: Naming) -> None:
    """The way from the origins of one prefecture back to all prefectures; nothing where there never were more."""
    if naming.many:
        st.button(
            "都道府県ごとの表に戻る",
            icon=":material/arrow_back:",
            key="all_homes",
            on_click=choose_origin,
            args=(None,),
        )


def set_origin(code: str, dataset: Dataset) -> None:
    """Look at one origin, before the panel is drawn; a code of none is ignored."""
    if code in set(dataset.origins.code):
        st.session_state[_WANTED] = [code]


def first_topic(dataset: Dataset) -> str:
    """The topic of 推移と協定 that opens: few lists have a published table, all have years."""
    return "公表された推移" if len(dataset.partner_counts) else "始まった年"


def counting(page: str, dataset: Dataset) -> frozenset[str]:
    """The filters that change what the screen with URL path ``page`` shows."""
    counted = COUNTING.get(page, ALL)
    asked = st.query_params
    if page == "compare" and asked.get(COMPARE) == PERIODS and asked.get(BETWEEN) != EDITIONS:
        return OF_OWN_YEARS
    topic = asked.get("topic") or first_topic(dataset)
    return COUNTING.get(topic, counted) if page == "trends" else counted


def _add_origin(value: str) -> None:
    """Look at one origin, or a group of them, more."""
    st.session_state[_WANTED] = list(dict.fromkeys([*st.session_state.get("ward", []), value]))
    st.rerun()


def begin_anew(dataset: Dataset) -> None:
    """Put the panel back to where it begins where other tables are shown than before; before it is drawn."""
    state, shown = st.session_state, data.shown().name
    before = state.get(_OF, shown if not data.own() else None)
    state[_OF] = shown
    if before == shown:
        state[_YEARS] = _span(dataset)
        return
    if data.own() or isinstance(before, Own):
        _reset(dataset)
        for key in ("partner", "project"):
            st.query_params.pop(key, None)
    else:
        _carry(dataset)
    state[_YEARS] = _span(dataset)


def _span(dataset: Dataset) -> tuple[int, int]:
    """The ends of the sliders of years."""
    first, last = dataset.years or (0, 0)
    return first, max(last, first + 1)


def _carry(dataset: Dataset) -> None:
    """Keep of the panel what another edition, or a new build, has too."""
    state = st.session_state
    for key, known in (("ward", set(origin_box.options(dataset))), ("category", set(dataset.categories))):
        if key in state:
            state[key] = [one for one in state[key] if one in known]
    if "source" in state:
        series = dict(zip(dataset.documents.id, dataset.documents.series, strict=True))
        wanted = {series.get(one) for one in state["source"]}
        state["source"] = [one for one in dataset.sources if series[one] in wanted]
    if dataset.years:
        first, last = dataset.years
        last = max(last, first + 1)
        # What stood at an end stays at the end.
        ends = {state.get(_YEARS, (first, last))[0]: first, state.get(_YEARS, (first, last))[1]: last}

        def carried(year: int) -> int:
            return ends.get(year, min(max(year, first), last))

        if "began" in state:
            state["began"] = tuple(map(carried, state["began"]))
        if "as_of" in state:
            state["as_of"] = carried(state["as_of"])


def _left_out(counted: frozenset[str], heading: str) -> str:
    """Why a screen does not take every filter; ``heading`` is what the origins are called."""
    if not counted:
        return "公表された数なので、条件は使いません。"
    if counted == OF_OWN_YEARS:
        return "この画面では年を画面の中で選ぶので、ここの「開始年」は使いません。"
    if counted == ALL - {"category"}:
        return f"この画面は、分野が「{DISASTER}」の連携だけを見ます。"
    return f"この画面で使う条件は「{heading}」だけです。"


def panel(dataset: Dataset, counted: frozenset[str] = ALL) -> None:
    """Draw the panel in the current container; read it with :func:`selection`.

    Filters that are not among ``counted`` keep their values for other screens and cannot be changed here.
    """
    if counted != ALL:
        names = _left_out(counted, dataset.naming.heading)
        st.html(f'<p class="k-sub">{names}ほかの画面では、下の条件のまま表示します。</p>')
    if st.session_state.pop(_CARRIED, False):
        st.session_state.update({key: st.session_state[key] for key in ADDRESS if key in st.session_state})
    if _WANTED in st.session_state:
        st.session_state["ward"] = st.session_state.pop(_WANTED)
    origin_box.draw(dataset, _redraw, _add_origin, disabled="ward" not in counted)
    st.multiselect(
        "分野",
        dataset.categories,
        key="category",
        placeholder="すべて",
        on_change=_redraw,
        disabled="category" not in counted,
        bind="query-params",
    )
    if dataset.years:
        years_panel.draw(*dataset.years, _redraw, disabled="years" not in counted)
    listed = dataset.sources
    if len(listed) > 1:
        st.multiselect(
            "資料",
            listed,
            _opening(dataset),
            format_func=dataset.shorts.get,
            key="source",
            help="\n\n".join(f"**{dataset.shorts[name]}** {text.full(name, dataset)}" for name in listed),
            placeholder="すべての資料を合わせる",
            on_change=_redraw,
            disabled="source" not in counted,
            bind="query-params",
        )
    if earlier := data.editions():
        choices.box(
            "版",
            [NEWEST, *earlier],
            key=data.EDITION,
            help="前の年の版だけで、どの画面も見られます。2つの版が合わせて数えられることはありません。",
        )
    for key, (_, label, default) in ticks(dataset).items():
        st.checkbox(
            label, default, key=key, on_change=_redraw, disabled=key not in counted, bind="query-params"
        )
    st.button("条件をはじめに戻す", on_click=_reset, args=(dataset,), width="stretch")


def selection(dataset: Dataset) -> Selection:
    """The selection in force, from the panel's widgets; of those not drawn, from where they begin.

    Of the two sliders of the years only one is drawn, and after a new build the body may be drawn before the panel.
    """
    state = {key: st.session_state.get(key, value) for key, value in _beginnings(dataset).items()}
    year_from = year_to = None
    if dataset.years:
        first, last = dataset.years
        if state["years"] == "as_of":
            year_to = state["as_of"]
        else:
            start, end = state["began"]
            year_from = start if start > first else None
            year_to = end if end < last else None
    return Selection(
        origins=origin_box.chosen(dataset, state["ward"]),
        categories=tuple(sorted(state["category"])),
        sources=_all_or_some(state["source"], dataset.sources),
        year_mode=state["years"],
        year_from=year_from,
        year_to=year_to,
        **{field: state[key] for key, (field, *_) in TICKS.items()},
    )


def asked(dataset: Dataset) -> dict:
    """How the address says what is selected, for a browser that reads it by itself (static/koryu/ahead.js).

    ``ward`` (label → codes), ``subjects`` (label of a group → what its origins are called), ``many`` (whether all of
    them are as good as none), ``source`` (label → id), ``opening`` (ids), ``years`` (first and last, or null), ``modes``
    (label → year mode), ``ticks`` (parameter → whether it is ticked from the beginning).
    """
    grouped, options = groups(dataset).by_key, origin_box.options(dataset)
    codes = {label: grouped[value].codes for value, label in options.items() if value in grouped}
    return {
        "ward": {label: codes.get(label, [value]) for value, label in options.items()},
        "subjects": {label: subject(dataset, own) for label, own in codes.items()},
        "many": dataset.naming.many,
        "source": {dataset.shorts[name]: name for name in dataset.sources},
        "opening": _opening(dataset),
        "years": dataset.years,
        "modes": {label: mode for mode, label in years_panel.MODES.items()},
        "ticks": {key: value for key, value in _beginnings(dataset).items() if key in TICKS},
    }


def _all_or_some(chosen: Iterable[str], listed: list[str]) -> tuple[str, ...]:
    """The documents to take together; () when it is all of them, as when none is named."""
    some = tuple(name for name in listed if name in chosen)
    return () if len(some) == len(listed) else some


def _opening(dataset: Dataset) -> list[str]:
    """The documents the panel opens with; none is all of them."""
    return [] if len(dataset.opening) == len(dataset.sources) > 1 else dataset.opening


def _beginnings(dataset: Dataset) -> dict[str, object]:
    """What each widget of the panel begins with."""
    values = {"ward": [], "category": [], "years": "began", "source": _opening(dataset)}
    values |= {key: default for key, (_, _, default) in TICKS.items()}
    values |= {key: default for key, (_, _, default) in ticks(dataset).items()}
    if dataset.years:
        values |= {"began": dataset.years, "as_of": dataset.years[1]}
    return values


def _reset(dataset: Dataset) -> None:
    st.session_state.update({years_panel.TYPED: ""} | _beginnings(dataset))
