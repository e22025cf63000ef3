"""発表資料: the view in force as a page, a slide, a picture, or data, ready to hand out."""

from functools import partial

import streamlit as st

from geo.choropleth import SCHEMES
from geo.figure import FLOWS, SHOWS
from pages.shared import dataset as data
from pages.shared import making, markup, papers, shell, text
from pipeline.exports import FORMATS

#: What can be looked at before it is saved; the rest is data.
DRAWN = ("pdf", "pptx", "png", "svg")

SIZES = {
    (1920, 1080): "1920×1080（画面・スライド）",
    (3840, 2160): "3840×2160（大画面）",
    (1200, 1200): "1200×1200（正方形）",
    (2480, 1754): "2480×1754（A4 の印刷）",
}


def present(view: shell.View) -> None:
    """Draw the screen."""
    selection = view.selected.selection
    facts = data.facts(selection)
    markup.show(markup.heading(text.reach(view.subject, facts.figures), view.conditions))
    if not facts.figures.projects:
        st.info(text.NOTHING)
        return
    kind, settings = _choices(view)
    left, right = st.columns([7, 3], gap="large")
    with left:
        picture = papers.preview(selection, kind, settings)
        st.image(picture, width="stretch", alt=f"見本: {''.join(text.reach(view.subject, facts.figures))}")
        st.html(f'<p class="k-sub">{papers.said(kind, settings, view)}</p>')
    with right:
        markup.show(markup.title("印刷・映写に使う"))
        _drawn(view, kind, settings)
        markup.show(markup.title("データで渡す"))
        for name in FORMATS:
            if name not in DRAWN:
                _button(view, name, {}, FORMATS[name].title)
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def _choices(view: shell.View) -> tuple[str, dict]:
    """The format, and its settings as its ``write`` takes them."""
    settings: dict = {}
    with st.container(horizontal=True, vertical_alignment="bottom", key="k-choices"):
        kind = st.segmented_control(
            "形式",
            DRAWN,
            format_func=lambda name: FORMATS[name].title,
            default="pdf",
            required=True,
            key="format",
            bind="query-params",
        )
        settings["what"] = st.selectbox(
            "地図に表すもの",
            SHOWS,
            format_func=lambda name: "連携の流れ" if name == FLOWS else text.metric_name(name),
            key="map",
            width=190,
            bind="query-params",
        )
        if settings["what"] != FLOWS:
            settings["scheme"] = st.selectbox(
                "色の区切り方",
                list(SCHEMES),
                format_func=lambda key: SCHEMES[key][0],
                key="breaks",
                width=180,
                bind="query-params",
            )
        if kind == "pdf":
            settings["paper"] = st.segmented_control(
                "用紙（横）", ["A4", "A3"], default="A4", required=True, key="paper", bind="query-params"
            )
        if "size" in FORMATS[kind].options:
            settings["size"] = st.selectbox(
                "大きさ（ドット）",
                list(SIZES),
                format_func=SIZES.get,
                key="size",
                width=240,
                bind="query-params",
            )
        elif papers.count(view) > 1:
            settings["each_ward"] = st.segmented_control(
                "作る範囲",
                [False, True],
                format_func={False: "この条件で1枚", True: "1区に1枚ずつ"}.get,
                default=False,
                required=True,
                key="each",
                bind="query-params",
            )
    return kind, settings


def _drawn(view: shell.View, kind: str, settings: dict) -> None:
    """The button for what is seen: saved at once, or first made page by page."""
    title = FORMATS[kind].title
    if not settings.get("each_ward"):
        _button(view, kind, settings, f"{title}を保存", primary=True)
        return
    identity = (data.stamp(), view.selected.selection, kind, settings)
    job = making.current(identity)
    if job and job.running:
        making.watch(job)
    elif job and job.content:
        st.success(f"{job.total}枚ができました。")
        _button(view, kind, settings, f"{title}（{job.total}枚）を保存", content=job.content, primary=True)
    else:
        if job:
            st.warning("作れませんでした。もう一度押してください。" if job.failed else "中止しました。")
        total = papers.count(view)
        make = partial(papers.make, view.dataset, view.selected.selection, kind, settings)
        st.button(
            f"{title}を{total}枚作る",
            on_click=making.start,
            args=(make, total, identity),
            type="primary",
            width="stretch",
        )


def _button(view, kind: str, settings: dict, label: str, content=None, primary: bool = False) -> None:
    """A button that saves a file; it is made only when the button is pressed."""
    selection = view.selected.selection
    st.download_button(
        label,
        content or partial(FORMATS[kind].write, view.dataset, selection, **settings),
        file_name=papers.file_name(view.subject, kind),
        mime=FORMATS[kind].media,
        key=f"save_{kind}",
        on_click="ignore",
        icon=":material/download:",
        type="primary" if primary else "secondary",
        width="stretch",
    )


shell.show(present)
