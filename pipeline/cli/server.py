"""The server of the screens: Streamlit's own, without what the screens have no use for and others could misuse."""

from __future__ import annotations

import os
import socket
from contextlib import redirect_stdout

from geo.folders import ROOT

#: Addresses that mean every address of this machine.
_EVERY = {"0.0.0.0", "::", "::0"}
#: Of the block kept for documentation (RFC 5737): nobody has it. A datagram socket "connected" to it sends
#: nothing, but the system chooses the address of this machine that it would send from.
_NOBODY = ("192.0.2.1", 9)


def serve(address: str, port: int) -> int:
    """Serve the screens until they are stopped; return the exit status."""
    from streamlit.web.cli import main as streamlit

    close_doors()
    reached_by = own_address() if address in _EVERY else address
    flags = ["--server.port", str(port), "--server.address", address, "--browser.serverAddress", reached_by]
    os.chdir(ROOT)  # Streamlit looks for .streamlit/config.toml where it is started
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
    ):  # its welcome, in English
        return streamlit(["run", str(ROOT / "app.py"), *flags], standalone_mode=False) or 0


def close_doors() -> None:
    """Take out of Streamlit, before its server starts, what reaches out and what lets anybody in.

    On a request from a foreign origin it asks hosts on the internet for this machine's address, and everybody
    waits for their answer, or for ever. And it keeps in memory whatever files are sent to it, though no screen
    of ours asks for one. And until ``st.navigation`` is first called it takes pages/ for a collection of scripts,
    so that the very first visitor is told there is no such page when a link names one.

    Raises
    ------
    AttributeError
        When this version of Streamlit has one of these elsewhere: better no screens than open doors.
    """
    from streamlit import net_util
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web.server.starlette import starlette_app

    for owner, name, instead in (
        (net_util, "get_external_ip", lambda: None),
        (net_util, "get_internal_ip", lambda: None),
        (starlette_app, "create_upload_routes", lambda *arguments: []),
        (PagesManager, "uses_pages_directory", False),
    ):
        getattr(owner, name)
        setattr(owner, name, instead)


def own_address() -> str:
    """The address by which other machines of the network reach this one; 127.0.0.1 where there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOBODY)
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]
