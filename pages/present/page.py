"""発表資料: the view in force as a page, a slide, a picture, or data, ready to hand out."""

import logging

import streamlit as st

from geo.draw.choropleth import offered
from geo.draw.print.figure import FLOWS
from geo.insight.groups import too_many
from pages.present import office, papers, saving, slide
from pages.shared.frame import choices, shell, text
from pages.shared.parts import downloads, markup, schemes
from pipeline.deliver import FORMATS
from pipeline.deliver.page_look import ORIENTATIONS, PAPERS, Look

#: What can be looked at before it is saved; the rest is data.
DRAWN = ("pdf", "pptx", "png", "svg")

SIZES = {
    (1920, 1080): "1920×1080（画面・スライド）",
    (3840, 2160): "3840×2160（大画面）",
    (1200, 1200): "1200×1200（正方形）",
    (2480, 1754): "2480×1754（A4 の印刷）",
}

#: The heading over the files that are looked at.
SHOWN = "印刷・映写に使う"


def present(view: shell.View) -> None:
    """Draw the screen."""
    markup.show(markup.heading(view.claims.reach(), view.conditions))
    if not view.claims.population.figures.projects:
        st.info(text.nothing(view.naming.heading))
        return
    # Each part in a place of its own: what moves on the page is drawn anew, and may lose its hold on the address.
    with st.container():
        kind, settings, large = _choices(view)
    with st.container():
        _shown(view, kind, settings, large)
    markup.show(markup.title("データで渡す"))
    saving.files(view)
    markup.show(f'<p class="k-credit">{markup.escape(view.credit)}</p>')


def _shown(view: shell.View, kind: str, settings: dict, large: bool) -> None:
    """What is looked at before it is saved, with its buttons beside or below it."""
    sentence = view.claims.reach().title
    if large:
        _preview(view, kind, settings, sentence)
        markup.show(markup.title(SHOWN))
        saving.shown(view, kind, settings, st.columns(4))
        return
    left, right = st.columns([11, 4], gap="large")
    with left:
        _preview(view, kind, settings, sentence)
    with right:
        markup.show(markup.title(SHOWN))
        saving.shown(view, kind, settings, (right, right))


def _preview(view: shell.View, kind: str, settings: dict, sentence: str) -> None:
    """What the file will look like; a picture that cannot be drawn does not take the data away."""
    try:
        picture = papers.preview(view.selected.selection, kind, settings)
    except Exception:
        logging.getLogger(__name__).exception("no preview of %s %s", kind, settings)
        st.error(
            "見本を描けませんでした。「地図に表すもの」か左の条件を変えてください。データのファイルは保存できます。"
        )
    else:
        st.image(picture, width="stretch", alt=f"見本: {sentence}")


def _choices(view: shell.View) -> tuple[str, dict, bool]:
    """The format, its settings as its ``write`` takes them, and whether the preview takes the whole width."""
    settings: dict = {}
    said = ""
    with st.container(horizontal=True, vertical_alignment="bottom", key="k-choices"):
        kind = choices.segments(
            "形式",
            DRAWN,
            format_func=lambda name: FORMATS[name].title,
            default="pdf",
            key="format",
        )
        settings["what"] = choices.box(
            "地図に表すもの",
            (FLOWS, *offered(view.naming.single)),
            format_func=lambda name: (
                "連携の流れ" if name == FLOWS else text.metric_name(name, view.naming.noun)
            ),
            key="map",
            width=160,
        )
        if settings["what"] != FLOWS:
            settings["scheme"] = schemes.box(width=180)
        if kind == "pdf":
            settings["paper"] = choices.segments(
                "用紙",
                list(PAPERS),
                default="A4",
                key="paper",
            )
            settings["orientation"] = choices.segments(
                "向き",
                list(ORIENTATIONS),
                format_func=ORIENTATIONS.get,
                default="landscape",
                key="orientation",
            )
        if "size" in FORMATS[kind].options:
            settings["size"] = choices.box(
                "大きさ（ドット）",
                list(SIZES),
                format_func=SIZES.get,
                key="size",
                width=240,
            )
            if not st.toggle(
                "題名・条件・出典を図に入れる",
                value=True,
                key="caption",
                bind="query-params",
                help="入れないときも、ファイルの中の情報には残ります。",
            ):
                settings["bare"] = True
        elif too_many(view.dataset, view.selected.selection.origins):
            said = papers.too_many_pages(view)
        elif papers.count(view) > 1:
            settings["each_origin"] = choices.segments(
                "作る範囲",
                [False, True],
                format_func={False: "まとめて", True: f"1{view.naming.noun}に1枚ずつ"}.get,
                default=False,
                key="each",
            )
        large = st.toggle("見本を大きく見る", key="large", bind="query-params")
    if said:
        st.html(f'<p class="k-sub">{markup.escape(said)}</p>')
    if kind == "pptx":
        settings |= slide.options()
    if kind == "pdf":
        settings |= office.box()
        downloads.keep_look(Look(**{name: settings[name] for name in papers.LOOK if name in settings}))
    return kind, settings, large


shell.show(present)
