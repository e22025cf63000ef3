"""一覧を読み込む: a list of any form, dropped or pasted, on the map at once, in the memory of this session alone."""

import streamlit as st

from pages.own_list import check, choose, edition, keep, state
from pages.shared.frame import current as data
from pages.shared.frame import shell, text
from pages.shared.parts import jobs, markup
from pages.shared.parts.flow_layers import flow_layers
from pages.shared.parts.map_view import map_view, stamp, window

_LEAD = (
    "お手元の一覧（Excel・CSV・PDF・Word など）を選ぶと、相手方の自治体を調べて地図にします。"
    "読み取った内容はこの画面を開いている間だけのもので、保存せず、ほかの人には見えません。"
)


def own_list(view: shell.View) -> None:
    """Draw the screen."""
    now = state.current()
    if kept := keep.said():
        st.success(kept)
    if now is None or now.own is None:
        markup.show(
            '<h1 class="k-h1">お手元の一覧を<b>地図</b>にします</h1>',
            f'<p class="k-conditions">{markup.escape(_LEAD)}</p>',
        )
    else:
        markup.show(
            markup.heading(view.claims.reach(), view.conditions),
            markup.figures(text.key_figures(view.claims.population.figures)),
        )
    if now is None:
        choose.step()
        return
    if job := state.working():
        markup.show(f'<p class="k-sub">「{markup.escape(now.file)}」を読んでいます。</p>')
        jobs.watch(job)
        return
    if now.error:
        st.error(now.error)
    read = now.own is not None and not now.error
    if now.grids or read:
        left, right = st.columns([5, 7], gap="large") if read else (st.container(), None)
        with left:
            check.whole(now)
        if right is not None:
            with right:
                _map(view)
        check.columns(now)
    edition.step(now)
    if read:
        keep.step(now, view)
    with st.expander("別の一覧を読み込む", expanded=not now.grids and not read, key="own_list_again"):
        choose.step()


def _map(view: shell.View) -> None:
    markup.show(markup.title("3　地図で見る"))
    if not view.claims.population.figures.projects:
        st.info(text.nothing(view.naming.heading))
        return
    _, layers = flow_layers(view, None, window("own-list"))
    map_view(
        [*layers, *stamp(view)],
        key="own-list",
        label="読み込んだ一覧の地図。同じ内容は「流れの地図」の表にあります。",
        views=data.views(),
    )


shell.show(own_list)
