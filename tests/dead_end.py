"""The screens on a machine whose network leads nowhere: what they send out, and how long anybody waits.

To be run as ``unshare --user --map-root-user --net python -m tests.dead_end``, in a network of its own whose only
way out takes every packet, a question for a name too, and answers none. Prints what was seen as JSON.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time

PORT, FOREIGN, REQUESTS = 8599, 50, 1000
ORIGINS = [f"http{'s' * (n % 2)}://foreign{n}.example" for n in range(FOREIGN)]
#: With an origin, these alone are looked at by the server; the handshake is what the screens run on.
HANDSHAKE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
PATHS = {"/_stcore/stream": HANDSHAKE, "/_stcore/health": "", "/_stcore/host-config": "", "/": ""}


def lead_nowhere() -> None:
    """Give this network a way out that ends there."""
    for command in (
        "ip link set lo up",
        "ip link add out type veth peer name nowhere",
        "ip link set out addrgenmode none",  # no packets of the system's own
        "ip link set nowhere addrgenmode none",
        "ip address add 198.51.100.2/24 dev out",
        "ip link set out up",
        "ip link set nowhere up",
        "ip neighbour add 198.51.100.1 lladdr 02:00:00:00:00:01 dev out",  # whom no one asks for, nor is there
        "ip route add default via 198.51.100.1",
    ):
        subprocess.run(command.split(), check=True)


def sent() -> int:
    """How many packets have left for other hosts."""
    with open("/proc/net/dev") as table:
        fields = next(line.split(":")[1].split() for line in table if line.strip().startswith("out:"))
    return int(fields[9])


def ask(path: str, headers: str = "", method: str = "GET", body: bytes = b"") -> int:
    """The status of an answer; 0 where none comes."""
    with socket.create_connection(("127.0.0.1", PORT), timeout=60) as line:
        close = "" if "Upgrade" in headers else "Connection: close\r\n"
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n{close}{headers}Content-Length: {len(body)}\r\n\r\n"
        line.sendall(head.encode() + body)
        answer = line.recv(64).split()
    return int(answer[1]) if len(answer) > 1 else 0


def main() -> None:
    """Start the screens, ask, and print what was seen."""
    lead_nowhere()
    command = sys.argv[1:] or [sys.executable, "-m", "pipeline", "app"]
    server = subprocess.Popen([*command, "--port", str(PORT)], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until and server.poll() is None:
            try:
                ask("/_stcore/health")
                break
            except OSError:
                time.sleep(0.1)
        waits: list[float] = []
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                begun = time.perf_counter()
                ask("/_stcore/health")
                waits.append(time.perf_counter() - begun)
                time.sleep(0.01)

        watching = threading.Thread(target=watch)
        watching.start()
        statuses: dict[str, set[int]] = {path: set() for path in PATHS}
        begun = time.perf_counter()
        for number in range(REQUESTS):
            path, headers = list(PATHS.items())[number % len(PATHS)]
            statuses[path].add(ask(path, f"{headers}Origin: {ORIGINS[number % FOREIGN]}\r\n"))
        took = time.perf_counter() - begun
        done.set()
        watching.join()
        own = ask("/_stcore/stream", f"{HANDSHAKE}Origin: http://127.0.0.1:{PORT}\r\n")
        upload = {method: ask("/_stcore/upload_file/s/f", method=method) for method in ("PUT", "OPTIONS")}
    finally:
        server.terminate()
        server.wait()
    waits.sort()
    seen = {"sent": sent(), "foreign": {path: sorted(found) for path, found in statuses.items()}, "own": own}
    seen |= {"upload": upload, "seconds": took, "waits": len(waits), "p99": waits[len(waits) * 99 // 100]}
    print(json.dumps(seen | {"longest": waits[-1]}))


if __name__ == "__main__":
    os.environ["no_proxy"] = "*"
    main()
