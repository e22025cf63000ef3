"""What passes over the wire between a server and its browser, compressed as it is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit


class Meter:
    """Counts the bytes the browser receives."""

    def __init__(self) -> None:
        self.received = 0

    def count(self, n: int) -> None:
        self.received += n

    def take(self) -> int:
        """Bytes since the last call."""
        received, self.received = self.received, 0
        return received


@contextmanager
def counted(address: str) -> Iterator[tuple[str, Meter]]:
    """An address that leads to ``address``, and the meter of what comes back from there."""
    meter = Meter()
    target = urlsplit(address)

    class Passage(BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((target.hostname, target.port)) as server:
                for end in (server, self.request):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                asking = threading.Thread(target=_pass, args=(self.request, server, lambda n: None))
                asking.start()
                _pass(server, self.request, meter.count)
                asking.join()

    with ThreadingTCPServer((target.hostname, 0), Passage) as passage:
        passage.daemon_threads = True
        threading.Thread(target=passage.serve_forever, daemon=True).start()
        yield f"{target.scheme}://{target.hostname}:{passage.server_address[1]}", meter
        passage.shutdown()


def _pass(source: socket.socket, to: socket.socket, count: Callable[[int], None]) -> None:
    with suppress(OSError):
        while some := source.recv(65536):
            count(len(some))
            to.sendall(some)
    with suppress(OSError):
        to.shutdown(socket.SHUT_WR)
