"""The screens as an operator serves them: two processes behind a real nginx, by the recipe of docs/nginx.conf."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.serving import ROOT, free_port, running

BASE = "/koryu"
RECIPE = ROOT / "docs" / "nginx.conf"
#: Of Debian; it stands in no path of an ordinary user.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

#: What nginx needs around the recipe, to run as anybody in a folder of its own.
_AROUND = """{user} pid {folder}/nginx.pid; error_log {folder}/error.log warn; worker_processes 1; daemon off;
events {{ worker_connections 512; }}
http {{
  types {{ text/html html; text/css css; text/javascript js; image/svg+xml svg; }}
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/koryu.conf;
}}
"""


def recipe(port: int, servers: list[str], folder: Path, identity: str = '""') -> str:
    """The recipe for a port of this machine, without TLS; ``identity`` is what nginx says who somebody is."""
    text = RECIPE.read_text(encoding="utf-8")
    for pattern, instead in (
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        (r"server_name .*;", "server_name localhost 127.0.0.1;"),
        (r" *ssl_certificate.*;\n", ""),
        (r"/var/cache/nginx/koryu", f"{folder}/cache"),
        (r"127\.0\.0\.1:8501 ", f"{servers[0].removeprefix('http://')} "),
        (r"127\.0\.0\.1:8502 ", f"{servers[-1].removeprefix('http://')} "),
        (r'(?m)^    proxy_set_header X-Remote-User "";', f"    proxy_set_header X-Remote-User {identity};"),
    ):
        text, changed = re.subn(pattern, instead, text)
        assert changed, f"the recipe has no {pattern}"
    return text


@contextmanager
def behind_nginx(environment: dict[str, str] | None = None, home: Path = ROOT) -> Iterator[str]:
    """Run two processes and nginx; give the address of the screens."""
    with two_processes(environment, home) as (address, _):
        yield address


@contextmanager
def two_processes(
    environment: dict[str, str] | None = None,
    home: Path = ROOT,
    flags: tuple[str, ...] = (),
    identity: str = '""',
) -> Iterator[tuple[str, list[str]]]:
    """Likewise; gives the addresses of the processes, too."""
    assert NGINX, "nginx is not installed"
    port = free_port()
    public = f"http://127.0.0.1:{port}{BASE}"
    command = ["pipeline", "app", "--base-path", BASE, "--public-url", public, *flags, "--port"]
    with ExitStack() as stack:
        servers = [stack.enter_context(running(command, environment, home, BASE)) for _ in range(2)]
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="koryu-nginx-")))
        (folder / "koryu.conf").write_text(recipe(port, servers, folder, identity), encoding="utf-8")
        # Started by root it would write its cache as somebody else, who may not.
        user = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, user=user), encoding="utf-8")
        proxy = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")])
        try:
            _wait(f"{public}/_stcore/health", proxy, folder)
            yield public, servers
        finally:
            proxy.terminate()
            proxy.wait(timeout=10)


def _wait(address: str, proxy: subprocess.Popen, folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and proxy.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("nginx did not start:\n" + (folder / "error.log").read_text(errors="replace"))
