"""The zones a session brings: read, named by their user, chosen; in the memory of this session and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import streamlit as st

from geo.places.zone import OFFICE
from pages.shared.frame import choices
from pages.shared.frame import current as data
from pages.shared.parts import markup
from pipeline.intake.contents import Contents
from pipeline.intake.records import SourceError
from pipeline.reading.geocode import Geocoder
from pipeline.words.disaster import RULES, NamedZone
from pipeline.zones.bring import Brought, read_zone

#: Zones a session may have at once, and characters of what is pasted or said of one.
MOST, _LONGEST, _WORDS = 5, 200_000, 100
#: What a pasted list is called.
PASTED = "貼り付けた一覧"

#: Session key of the zones.
_STATE = "disaster_zones"
_NUMBERS = count(1)

_LEAD = (
    "同じ災害で被害を受ける区域を、地図（GeoJSON、Shapefile の zip、GeoPackage）か、市区町村のコードか名前の一覧"
    "（CSV・Excel・テキストなど）で選びます。20MBまで、5つまでです。この画面を開いている間だけのもので、保存せず、ほかの人には見えません。"
)


@dataclass
class _Kept:
    """A zone of this session, and what its user says of it."""

    number: int
    brought: Brought
    name: str
    source: str = ""
    day: str = ""


@dataclass
class _Zones:
    """All zones of this session, the one in use, and why the last file could not be read."""

    kept: list[_Kept] = field(default_factory=list)
    chosen: int = 0
    error: str = ""


def _state() -> _Zones:
    return st.session_state.setdefault(_STATE, _Zones())


def _chosen() -> _Kept | None:
    state = _state()
    return next((one for one in state.kept if one.number == state.chosen), None)


def in_use() -> NamedZone | None:
    """The zone that is chosen, with the rule in force; None where none is."""
    one = _chosen()
    if one is None:
        return None
    rule = st.session_state.get("zone_rule", st.query_params.get("zone_rule", OFFICE))
    return NamedZone(one.brought.zone, one.name, one.source, one.day, rule if rule in RULES else OFFICE)


def controls() -> None:
    """The boxes to choose, bring and name a zone."""
    state = _state()
    one, zone = _chosen(), in_use()
    if state.error:
        st.error(state.error)
    if not state.kept:
        label = "区域を読み込む（南海トラフの推進地域など、同じ災害で被害を受ける範囲）"
        with st.expander(label, key="zone_open", bind="query-params") as box:
            if box.open:
                _bring(state)
        return
    with st.container(horizontal=True, key="k-zones", vertical_alignment="bottom"):
        _choose(state)
        if one is not None and one.brought.zone.drawn:
            choices.box(
                "「区域の中」とするもの", list(RULES), format_func=RULES.get, key="zone_rule", width=180
            )
        if one is not None:
            with st.popover("名前・出典を書く", icon=":material/edit:"):
                _about(one)
        with st.popover("ほかの区域を読み込む", icon=":material/upload:"):
            _bring(state)
        if one is not None:
            st.button(
                "外す",
                on_click=_forget,
                icon=":material/close:",
                key="zone_forget",
                help="この区域を使うのをやめ、消します。",
            )
    if one is not None and zone is not None:
        said = "".join([f"{zone.cited}。{zone.ruled}。", *one.brought.said])
        markup.show(f'<p class="k-sub" role="status">{markup.escape(said)}</p>')
        if one.brought.unread:
            _unread(one.brought)


def _choose(state: _Zones) -> None:
    options = [0, *(one.number for one in state.kept)]
    names = {0: "区域を使わない"} | {one.number: one.name for one in state.kept}

    def choose() -> None:
        state.chosen = st.session_state["zone_chosen"]

    st.session_state["zone_chosen"] = state.chosen
    st.selectbox("区域", options, format_func=names.get, key="zone_chosen", on_change=choose, width=280)


def _forget() -> None:
    state = _state()
    state.kept = [one for one in state.kept if one.number != state.chosen]
    state.chosen = state.kept[-1].number if state.kept else 0


def _bring(state: _Zones) -> None:
    markup.show(f'<p class="k-sub">{markup.escape(_LEAD)}</p>')
    if len(state.kept) >= MOST:
        st.info(f"区域は{MOST}つまでです。使わないものを外してから、読み込んでください。")
        return
    left, right = (st.container(), st.container()) if state.kept else st.columns(2, gap="large")
    with left:
        st.file_uploader("区域のファイルを選ぶ", key="zone_file", on_change=_take_file)
    with right, st.form("zone_paste", border=False):
        st.text_area(
            "市区町村のコードか名前を貼り付ける",
            key="zone_pasted",
            height=118,
            max_chars=_LONGEST,
            placeholder="22130\n静岡市\n愛知県豊橋市",
        )
        st.form_submit_button("貼り付けた一覧を読む", on_click=_take_pasted)


def _take_file() -> None:
    given = st.session_state.get("zone_file")
    if given is not None:
        _take(given.getvalue(), given.name)


def _take_pasted() -> None:
    pasted = st.session_state.get("zone_pasted") or ""
    if pasted.strip():
        _take(pasted.encode(), f"{PASTED}.txt")
    else:
        _state().error = "貼り付け欄が空です。団体コードか市区町村の名前を貼り付けてください。"


def _take(content: bytes, file: str) -> None:
    """Read a zone and use it; where it cannot be read, keep the reason and what was in use."""
    state = _state()
    try:
        brought = read_zone(content, file, data.load().municipalities, *_tools())
    except SourceError as error:
        state.error = error.on_screen
        return
    state.error = ""
    name = " ".join(Path(file).stem.split())[:_WORDS] or "区域"
    again = sum(one.name == name or one.name.startswith(f"{name}（") for one in state.kept)
    state.kept.append(_Kept(next(_NUMBERS), brought, f"{name}（{again + 1}）" if again else name))
    state.chosen = state.kept[-1].number


@st.cache_resource(show_spinner=False)
def _tools() -> tuple[Contents, Geocoder]:
    """What lists are read with: one for all sessions, for it is of no build and keeps nothing of a list."""
    gazetteer = data.gazetteer()
    return Contents(gazetteer), Geocoder(gazetteer, [])


def _about(one: _Kept) -> None:
    """What the zone is called, whose it is and as of when, to be written."""
    for what, label, hint in (
        ("name", "区域の名前", ""),
        ("source", "出典", "例: 内閣府 南海トラフ地震防災対策推進地域"),
        ("day", "いつのものか", "例: 令和7年4月1日現在"),
    ):
        _word(one, what, label, hint)


def _unread(brought: Brought) -> None:
    """What of a list is not in the zone because it is not understood."""
    rows = [(line.place, line.text, line.reason) for line in brought.unread]
    markup.show(
        markup.fold(
            f"読み取れなかったところ {len(rows):,}",
            markup.table(
                "一覧のうち、区域に入れていないところ", ("場所", "内容", "理由"), rows, printed=True
            ),
        )
    )


def _word(one: _Kept, what: str, label: str, hint: str) -> None:
    key = f"zone_{what}_{one.number}"

    def write() -> None:
        said = " ".join((st.session_state[key] or "").split())
        setattr(one, what, said or ("区域" if what == "name" else ""))

    st.session_state[key] = getattr(one, what)
    st.text_input(label, key=key, on_change=write, placeholder=hint, max_chars=_WORDS)
