"""The buttons of 発表資料: what each saves, roughly how large it is, and how far a longer one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.present import papers
from pages.shared.frame import choices
from pages.shared.frame import current as data
from pages.shared.frame.shell import View
from pages.shared.parts import jobs, markup
from pipeline.deliver import FORMATS, table_sheets
from pipeline.deliver.file_names import of_format

#: Encodings of a CSV, by what programs call them.
ENCODINGS = {"utf-8-sig": "UTF-8", "cp932": "Shift_JIS"}


def _drawn(view: View, kind: str, settings: dict) -> None:
    """The button for what is seen: saved at once, or first made page by page."""
    title = FORMATS[kind].title
    if not settings.get("each_origin"):
        _button(view, kind, settings, f"{title}を保存", papers.said(kind, settings, view), primary=True)
        return
    identity = (data.shown().name, view.selected.selection, kind, settings)
    job, total = jobs.current("pages", identity), papers.count(view)
    if job and job.running:
        jobs.watch(job)
        return
    if job and job.made:
        st.success(f"{total}枚ができました。")
        label = f"{title}（{total}枚）を保存"
        _button(view, kind, settings, label, "", content=job.made, primary=True)
        return
    if job and job.failed:
        st.error(
            "作れませんでした。もう一度押すか、条件を減らしてください。続くときは管理者に伝えてください。"
        )
    elif job:
        st.warning("中止しました。もう一度押すと、はじめから作ります。")
    st.button(
        f"{title}を{total}枚作る",
        on_click=jobs.start,
        args=("pages", _pages(view, kind, settings), identity),
        type="primary",
        width="stretch",
    )
    _line(
        f"{view.naming.noun}ごとに1枚ずつ作ります。途中で中止できます。{papers.size(kind, len(view.selected.ties), total)}。"
    )


def shown(view: View, kind: str, settings: dict, places: Sequence[DeltaGenerator]) -> None:
    """What is shown to others, each in its place: what is previewed, and the map in one file."""
    with places[0]:
        _drawn(view, kind, settings)
    with places[1]:
        button = st.container()
        script = st.toggle(
            "HTMLに絞り込みを付ける",
            value=True,
            key="script",
            bind="query-params",
            help="メールの無害化などでスクリプトが除かれるときは、外してください。見出し・図・表・出典は同じです。",
        )
        with button:
            kind, plain = "html", {} if script else {"script": False}
            use = papers.USES[kind] if script else papers.PLAIN_HTML
            _button(view, kind, plain, f"{FORMATS[kind].title}を保存", use)


def files(view: View) -> None:
    """A button for each format that holds data."""
    kinds = [kind for kind in papers.USES if kind != "html"]
    for kind, column in zip(kinds, st.columns(len(kinds)), strict=True):
        with column:
            if kind == "csv":
                _csv(view)
            else:
                _button(
                    view,
                    kind,
                    {},
                    f"{FORMATS[kind].title}を保存",
                    papers.USES[kind].format(view.naming.heading),
                )


def _csv(view: View) -> None:
    """The table and the encoding of a CSV; characters an encoding does not have are named beforehand."""
    selection = view.selected.selection
    button = st.container()
    titles = table_sheets.titles(view.dataset)
    # Below each other: side by side they leave no room for their words on an office PC.
    table = choices.box("CSVの表", list(titles), format_func=titles.get, key="csv_table")
    encoding = choices.box("文字コード", list(ENCODINGS), format_func=ENCODINGS.get, key="csv_encoding")
    settings: dict = {"table": table, "encoding": encoding}
    if said := papers.strangers(selection, table, encoding):
        st.warning(said.replace(encoding.upper(), ENCODINGS[encoding]))
        settings["geta"] = st.checkbox("その文字を「〓」に置きかえて保存する", key="csv_geta")
    usable = not said or settings["geta"]
    with button:
        _button(view, "csv", settings, f"CSV（{titles[table]}）を保存", papers.USES["csv"], usable=usable)


def _button(
    view: View,
    kind: str,
    settings: dict,
    label: str,
    use: str,
    content: bytes | None = None,
    primary: bool = False,
    usable: bool = True,
) -> None:
    """A button that saves a file, made only when it is pressed, and below it what is in the file."""
    what = table_sheets.titles(view.dataset)[settings["table"]] if "table" in settings else ""
    name = of_format(view.dataset, view.selected.selection, kind, settings)
    # Some formats say inside the file what it is called.
    named = settings | ({"name": name} if "name" in FORMATS[kind].options else {})
    st.download_button(
        label,
        content or _writer(view, kind, named),
        file_name=name,
        mime=FORMATS[kind].media,
        key=f"save_{kind}",
        on_click="ignore",
        icon=":material/download:",
        type="primary" if primary else "secondary",
        disabled=not usable,
        width="stretch",
    )
    measured = kind if settings.get("script", True) else papers.PLAIN
    size = f"{len(content) / 1e6:.1f} MB" if content else papers.size(measured, len(view.selected.ties))
    # Rows of another table than the links are not those the size is estimated from.
    _line(f"{use}{size}。" if what in ("", table_sheets.SHEETS["links"]) else use)


def _writer(view: View, kind: str, settings: dict) -> Callable[..., bytes]:
    return partial(FORMATS[kind].write, view.dataset, view.selected.selection, **settings)


def _pages(view: View, kind: str, settings: dict) -> Callable[[Callable[[str, float], None]], bytes]:
    write = _writer(view, kind, settings)

    def make(progress: Callable[[str, float], None]) -> bytes:
        def page(done: int, total: int) -> None:
            progress(f"{total}枚のうち {done}枚ができました。", done / total)

        return write(progress=page)

    return make


def _line(words: str) -> None:
    markup.show(f'<p class="k-sub k-under">{markup.escape(words)}</p>')
