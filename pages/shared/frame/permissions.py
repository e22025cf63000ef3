"""What whoever looks at the screens may write, and under which name: asked anew at every writing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import streamlit as st

from pipeline.intake.records import SourceError
from pipeline.reading.record_decision import MAX_NAME
from pipeline.serving import audit
from pipeline.serving.access import ANYBODY, LOGIN, NOBODY, PROXY, identity, mode, name_of, unpacked
from pipeline.serving.gate import PERSON

_BY = {ANYBODY: "pc", PROXY: "proxy", LOGIN: "login"}


def editing_allowed() -> bool:
    """Whether whoever looks at the screens may write now."""
    return mode() == ANYBODY or bool(fixed_name())


def fixed_name() -> str:
    """The name under which whoever looks at the screens writes; "" where they may not, or write it themselves."""
    return name_of(_person(), os.environ.get("KORYU_EDITORS", ""))


def name_box(
    label: str,
    kept: str = "",
    *,
    key: str | None = None,
    draw: Callable[..., Any] = st.text_input,
    **look: Any,
) -> str:
    """A box for the name of who writes; shut, with their name in it, where it is known who they are.

    Parameters
    ----------
    kept : what stands in it at first, where it is open
    draw : ``text_input`` of where it is to be drawn; ``look`` is given to it
    """
    if name := fixed_name():
        draw(label, name, key=key and f"{key}/{name}", disabled=True, **look)
        return name
    return draw(label, kept, max_chars=MAX_NAME, key=key, placeholder="所属と名前", **look)


@contextmanager
def permitted(act: str, typed: str, **details: object) -> Iterator[str]:
    """Around what writes: asks whether it is allowed, notes it, and gives the name to write.

    Parameters
    ----------
    act, details : as ``pipeline.serving.audit.noted``
    typed : the name that was typed; not looked at where it is known who writes

    Raises
    ------
    SourceError : it is not allowed (any more).
    WriteError : it cannot be noted. Either way nothing was written.
    """
    how = mode()
    name = typed if how == ANYBODY else fixed_name()
    if how == NOBODY or (how != ANYBODY and not name):
        raise SourceError("編集を許可されていないため、記録しませんでした。")
    with audit.noted(act, name, _BY[how], **details):
        yield name


def sign() -> None:
    """Say in the panel who writes here, and let who may log in do so."""
    how = mode()
    if how not in (PROXY, LOGIN):
        return
    name = fixed_name()
    if name:
        st.html(f'<p class="k-sub"><span translate="no">{escape(name)}</span>として編集できます。</p>')
    if how != LOGIN:
        return
    if not _logged_in():
        st.button("編集する人のログイン", key="sign_in", on_click=st.login, icon=":material/login:")
        return
    if not name:
        st.html('<p class="k-sub">ログインしていますが、編集は許可されていません。</p>')
    st.button("ログアウト", key="sign_out", on_click=st.logout, icon=":material/logout:")


def _person() -> str:
    """Who looks at the screens, as the proxy or the log-in says; "" where neither does."""
    how = mode()
    if how == PROXY:
        return identity([unpacked(one) for one in st.context.headers.get_all(PERSON)])
    if how != LOGIN or not _logged_in():
        return ""
    claim = os.environ.get("KORYU_IDENTITY_CLAIM", "")
    if claim == "email" and st.user.get("email_verified") is False:
        return ""
    found = st.user.get(claim)
    return identity([found]) if isinstance(found, str) else ""


def _logged_in() -> bool:
    return st.user.get("is_logged_in") is True
