"""What every request passes before Streamlit sees it: whom it is for, from where, who is said to ask; and the headers
that every answer carries.

The screens are told who asks in a header of ours, which nobody else can set: the gate takes away whatever comes in
under that name.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.serving.access import ANYBODY, PROXY, Access, identity, is_trusted
from pipeline.serving.doors import Place

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: Who asks, for the screens.
PERSON = "x-koryu-person"

#: With one of these, somebody passes on the request of somebody else.
_PASSED_ON = {b"x-forwarded-for", b"x-real-ip", b"forwarded", b"via", b"x-forwarded-host"}

#: Answered as if it were not there: numbers on the process are not for visitors.
_CLOSED = "/_stcore/metrics"
#: Where the parts of screens stand that run in a frame of their own; the map's part evaluates what it is given.
_PARTS = "/component/"
#: Whose tiles a map may show, once a reader switches them on (static/koryu/tiles.js).
TILES = "https://cyberjapandata.gsi.go.jp"

_log = logging.getLogger(__name__)


def policy(page: str, *, part: bool = False) -> str:
    """The Content-Security-Policy of an answer: nothing from elsewhere, no frame of others around it.

    Parameters
    ----------
    page : the HTML of Streamlit's page, whose own inline scripts are allowed by their hash
    part : whether it is for a part in a frame of its own
    """
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in inline]
    # What the map's part draws is handed over as a script, which it evaluates in its own frame.
    scripts = " 'unsafe-inline' 'unsafe-eval'" if part else "".join(f" 'sha256-{one}'" for one in hashes)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob:{scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:" + (f" {TILES}" if part else ""),
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class Gate:
    """An ASGI application in front of another."""

    def __init__(self, app: Callable, place: Place, access: Access, page: Path) -> None:
        self.app, self.place, self.access = app, place, access
        html = page.read_text(encoding="utf-8")
        common = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"SAMEORIGIN"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
        ]
        self._headers = {
            part: [*common, (b"content-security-policy", policy(html, part=part).encode())]
            for part in (False, True)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers: list[tuple[bytes, bytes]] = [
            (name.lower(), value) for name, value in scope["headers"] if name.lower() != PERSON.encode()
        ]
        refused = self._refused(scope, headers)
        if refused:
            status, why = refused
            _log.warning("refused: %s", why)
            await self._refuse(scope, send, status)
            return
        if person := self._person(scope, headers):
            headers.append((PERSON.encode(), quote(person, safe="").encode()))
        path = scope["path"].removeprefix(f"/{self.place.base_path}" if self.place.base_path else "")
        part = path.startswith(_PARTS)

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = self._headers[part]
                names = {name for name, _ in own}
                kept = [one for one in message.get("headers", ()) if one[0].lower() not in names]
                message = {**message, "headers": [*kept, *own]}
            await send(message)

        if path == _CLOSED:
            await self._refuse(scope, send, 404)
            return
        await self.app({**scope, "headers": headers}, receive, send_with_headers)

    def _refused(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> tuple[int, str] | None:
        """The status and the reason a request is refused with; the reason names no person and no address."""
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        if len(hosts) != 1 or not self.place.doors.takes_host(hosts[0]):
            return 421, "a Host that is not ours"
        scheme = "https" if scope.get("scheme") in ("https", "wss") else "http"
        if not all(self.place.doors.takes_origin(one, hosts[0], scheme) for one in origins):
            return 403, "an Origin that is not ours"
        if self.access.mode == ANYBODY and (
            not _is_here(self._peer(scope)) or any(name in _PASSED_ON for name, _ in headers)
        ):
            return 403, "not from this PC, where everybody may edit"
        if self.access.mode == PROXY and self._named(headers) and not self._from_proxy(scope):
            return 403, "an identity that no trusted proxy gave"
        return None

    def _person(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> str:
        """Who the proxy says is asking; "" where it says nobody."""
        if self.access.mode != PROXY or not self._from_proxy(scope):
            return ""
        return identity([_text(value) for value in self._named(headers)])

    def _named(self, headers: list[tuple[bytes, bytes]]) -> list[bytes]:
        return [value for name, value in headers if name == self.access.header.encode()]

    def _from_proxy(self, scope: Scope) -> bool:
        return is_trusted(self._peer(scope), self.access.proxies)

    @staticmethod
    def _peer(scope: Scope) -> str:
        client = scope.get("client")
        return client[0] if client else ""

    async def _refuse(self, scope: Scope, send: Send, status: int) -> None:
        if scope["type"] == "websocket":
            await send(
                {"type": "websocket.close", "code": 1008}
            )  # before it is accepted: the browser gets a 403
            return
        headers = [(b"content-length", b"0"), *self._headers[False]]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _text(value: bytes) -> str:
    """A header as text: UTF-8 where it is, which no header has to be."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _is_here(peer: str) -> bool:
    return peer.startswith("127.") or peer in ("::1", "::ffff:127.0.0.1")
