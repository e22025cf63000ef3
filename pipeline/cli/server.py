"""The server of the screens: Streamlit's own, without what the screens have no use for and others could misuse."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geo.folders import IMPORTED_DIR, ROOT
from geo.places.boundaries import IMPORTED_PATH
from pipeline.serving.access import Access
from pipeline.serving.doors import Place
from pipeline.serving.gate import Gate

#: Files that are kept of what a session sends (a list and its definition), and bytes of all sessions together.
FILES_OF_A_SESSION = 2
BYTES_OF_ALL = 300_000_000

#: Addresses that mean every address of this machine.
EVERY = {"0.0.0.0", "::", "::0"}
#: Of the block kept for documentation (RFC 5737): nobody has it. A datagram socket "connected" to it sends
#: nothing, but the system chooses the address of this machine that it would send from.
_NOBODY = ("192.0.2.1", 9)


def serve(place: Place, access: Access) -> int:
    """Serve the screens until they are stopped; return the exit status."""
    from streamlit.web.cli import main as streamlit

    adapt_streamlit(place, access)
    os.chdir(ROOT)  # Streamlit looks for .streamlit/config.toml where it is started
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
    ):  # its welcome, in English
        return streamlit(["run", str(ROOT / "app.py"), *_flags(place)], standalone_mode=False) or 0


def _flags(place: Place) -> list[str]:
    """What Streamlit is told of it; the same rules as those of the gate, as far as it has words for them."""
    doors = place.doors
    reached_by = own_address() if place.address in EVERY else place.address
    if doors.public:
        reached_by = urlsplit(doors.public).hostname or reached_by
    flags = ["--server.port", str(place.port), "--server.address", place.address]
    flags += ["--browser.serverAddress", reached_by]
    if place.base_path:
        flags += ["--server.baseUrlPath", place.base_path]
    if doors.public:
        flags += ["--server.corsAllowedOrigins", doors.public]
    if not doors.numbers:
        flags += [part for host in sorted(doors.hosts) for part in ("--server.allowedHosts", host)]
    return flags


def adapt_streamlit(place: Place, access: Access) -> None:
    """Change in Streamlit, before its server starts, what reaches out, lets anybody in, or gets in our way.

    On a request from a foreign origin it asks hosts on the internet for this machine's address, and everybody
    waits for their answer, or for ever. It keeps in memory whatever files are sent to it, as many as a visitor sends.
    It serves files of one folder only, beside the program, and the boundaries a user imported may lie
    elsewhere. It lets any page of this machine connect, puts no header on its answers, and takes for the address of
    whoever asks what a header of the request says. And until ``st.navigation`` is first called it takes pages/ for a collection of scripts, so that the
    very first visitor is told there is no such page when a link names one.

    Raises
    ------
    AttributeError
        When this version of Streamlit has one of these elsewhere: better no screens than open doors.
    """
    from starlette.middleware import Middleware
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles
    from streamlit import file_util, net_util
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web.server.starlette import starlette_app, starlette_server

    serve_static = starlette_app.create_app_static_serving_routes
    own_middleware = starlette_app.create_streamlit_middleware
    own_settings = starlette_server._get_uvicorn_config_kwargs
    page = Path(file_util.get_static_dir()) / "index.html"

    def static_and_imported(main_script: str | None, base_url: str | None) -> list:
        path = "/".join(("", *filter(None, ((base_url or "").strip("/"), "app/static", IMPORTED_PATH))))
        return [
            Mount(path, StaticFiles(directory=IMPORTED_DIR, check_dir=False)),
            *serve_static(main_script, base_url),
        ]

    def gate_first() -> list:
        return [Middleware(Gate, place=place, access=access, page=page), *own_middleware()]

    def believing_no_header() -> dict:
        # Who asks is who is at the other end of the line: rights hang on it.
        return {**own_settings(), "proxy_headers": False, "server_header": False}

    for owner, name, instead in (
        (net_util, "get_external_ip", lambda: None),
        (net_util, "get_internal_ip", lambda: None),
        (MemoryUploadedFileManager, "add_file", _bounded(MemoryUploadedFileManager.add_file)),
        (starlette_app, "create_app_static_serving_routes", static_and_imported),
        (starlette_app, "create_streamlit_middleware", gate_first),
        (starlette_server, "_get_uvicorn_config_kwargs", believing_no_header),
        (PagesManager, "uses_pages_directory", False),
    ):
        getattr(owner, name)
        setattr(owner, name, instead)


def _bounded(add_file: Callable) -> Callable:
    """Streamlit's way to keep a file that was sent, with an end to how many it keeps."""

    def add(manager: Any, session_id: str, file: Any) -> None:
        from starlette.exceptions import HTTPException

        own = manager.file_storage.get(session_id, {})
        # The oldest go first: what a screen asks for is the last one of each of its boxes.
        while len(own) >= FILES_OF_A_SESSION:
            manager.remove_file(session_id, next(iter(own)))
        kept = sum(
            len(one.data) for files in list(manager.file_storage.values()) for one in list(files.values())
        )
        if kept + len(file.data) > BYTES_OF_ALL:
            raise HTTPException(503, "too many files are being read at the moment")
        add_file(manager, session_id, file)

    return add


def own_address() -> str:
    """The address by which other machines of the network reach this one; 127.0.0.1 where there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_NOBODY)
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]
