"""Under which names the screens are reached, and from which pages of a browser.

A page of another site can make a browser send requests to the screens, or give its own name the address they listen
at (DNS rebinding). The first is known by its Origin, the second by the Host it asks for.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pipeline.intake.records import SourceError

#: How this machine is called by itself.
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_PATH = re.compile(r"(/[A-Za-z0-9_.~-]+)*")


@dataclass(frozen=True)
class Doors:
    """What may be asked for: ``hosts`` by name, any address of a machine where ``numbers``; ``public`` is an origin."""

    hosts: frozenset[str] = LOCAL
    numbers: bool = False
    public: str = ""

    def takes_host(self, host: str) -> bool:
        """Whether a Host header names the screens."""
        name = _host_name(host)
        return name in self.hosts or (self.numbers and _is_number(name))

    def takes_origin(self, origin: str, host: str, scheme: str) -> bool:
        """Whether a page of ``origin`` may ask, where the request came for ``host``; scheme: http or https."""
        known = {f"{scheme}://{host}".lower(), *filter(None, [self.public])}
        return bool(host) and origin.lower() in known


@dataclass(frozen=True)
class Place:
    """Where the server listens and how it is reached; ``base_path`` is without slashes around it."""

    address: str
    port: int
    base_path: str = ""
    public_url: str = ""
    doors: Doors = field(default_factory=Doors)

    @property
    def local(self) -> bool:
        """Whether only this machine reaches it."""
        return is_loopback(self.address) and not self.public_url


def place_of(address: str, port: int, base_path: str, public_url: str, hosts: list[str]) -> Place:
    """Make the rules of what an operator said.

    Raises
    ------
    SourceError : one of it cannot be meant; the sentence says which.
    """
    base = base_path.strip("/")
    if base and (not _PATH.fullmatch(f"/{base}") or {".", ".."} & set(base.split("/"))):
        raise SourceError(
            f"--base-path「{base_path}」は、アドレスの途中に置けません。/koryu のように、半角の英数字で指定してください。"
        )
    names = {_checked_name(name) for name in hosts}
    origin = ""
    if public_url:
        origin, host, path = _parts(public_url)
        if path and path != base:
            raise SourceError(
                f"--public-url の道筋「/{path}」と --base-path「/{base}」が違います。同じにしてください。"
            )
        names.add(host)
    every = _is_every(address)
    if every:
        # The name of the machine, as the offices' own name service knows it.
        names.add(socket.gethostname().lower())
    else:
        names.add(address.lower().strip("[]"))
    return Place(address, port, base, public_url, Doors(LOCAL | names, every, origin))


def is_loopback(address: str) -> bool:
    """Whether all that an address or a name stands for is this machine alone."""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(address, None)} if address.strip() else set()
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(ipaddress.ip_address(one.split("%")[0]).is_loopback for one in found)


def _is_every(address: str) -> bool:
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(address, None)}
    except (OSError, UnicodeError):
        return False
    return any(ipaddress.ip_address(one.split("%")[0]).is_unspecified for one in found)


def _parts(url: str) -> tuple[str, str, str]:
    """Origin, host and path of a public address."""
    wrong = SourceError(
        f"--public-url「{url}」は、利用者が開くアドレスではありません。https://example.lg.jp/koryu のように指定してください。"
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _PORTS or parts.query or parts.fragment or parts.username or parts.password:
        raise wrong
    if not (_NAME.fullmatch(host) or _is_number(host)):
        raise wrong
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}"
    # Browsers leave out the port that the scheme has by itself.
    return origin + (f":{port}" if port and port != _PORTS[parts.scheme] else ""), host, parts.path.strip("/")


def _checked_name(name: str) -> str:
    lowered = name.lower().strip("[]").rstrip(".")
    if not (_NAME.fullmatch(lowered) or _is_number(lowered)):
        raise SourceError(
            f"--allow-host「{name}」は、ホスト名ではありません。koryu.example.lg.jp のように、http:// やポート番号を付けずに指定してください。"
        )
    return lowered


def _host_name(host: str) -> str:
    """The name in a Host header without its port, in lower case; "" where there is none to be made out."""
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/?#@\\\s]+)(:[0-9]{1,5})?", host)
    return found[1].strip("[]").lower().rstrip(".") if found else ""


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
