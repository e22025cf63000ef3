#!/usr/bin/env python3
"""Do what deploy/Containerfile and deploy/compose.yaml say in a plain folder, without a container engine, and see that it works.

    python3 deploy/check.py [--keep FOLDER]

The steps, the environment, the commands and the health checks are read from the files themselves. The program then
runs as it would in the container: as no root, in a network of its own without a way out, where nothing but its volume
can be written; then two processes of it behind nginx with docs/nginx.conf, in the network they share. Needs Linux with
unshare(1), and a package index; nginx and openssl for the latter. Exit status 0 where all of it holds, 1 where not, 2
where this machine cannot tell.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from fnmatch import fnmatch
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
#: The user of the container, in a namespace of this machine's user.
NOBODY = 10001
#: The name that the files of deploy/ and docs/ have for the server.
HOST = "map.example.lg.jp"
#: What stands around docs/nginx.conf in an image of nginx.
AROUND = """daemon off; pid /tmp/nginx.pid; error_log stderr warn; events {{}}
http {{ access_log off; client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi; include {recipe}; }}
"""
#: How long a first start may take, which makes the tables, in seconds; a busy machine's.
PATIENCE = 300


def main() -> int:
    """Run the check, or (inside the container's stead) the program."""
    if sys.argv[1:2] == ["--inside"]:
        return inside(Path(sys.argv[2]))
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options.add_argument("--keep", type=Path, help="a folder to make it in, which stays")
    keep = options.parse_args().keep
    if subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "--net", "true"]).returncode:
        print("This machine lets nobody make namespaces of their own (unshare).", file=sys.stderr)
        return 2
    steps = instructions((PROJECT / "deploy" / "Containerfile").read_text("utf-8"))
    # Not below /tmp, which is a disk of its own in there.
    root = (keep or Path(tempfile.mkdtemp(prefix="koryu-check-", dir="/var/tmp"))).resolve()
    root.mkdir(parents=True, exist_ok=True)
    try:
        install(steps, root)
        return run_contained(steps, root)
    except Failed as failure:
        print(f"FAILED: {failure}")
        return 1
    finally:
        if not keep:
            shutil.rmtree(root, ignore_errors=True)


class Failed(Exception):
    """Something does not hold; ``str(error)`` says what."""


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Containerfile in their order: (FROM, RUN …; what stands behind it, on one line)."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", lines)
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]  # type: ignore[misc]


def value(steps: list[tuple[str, str]], name: str) -> str:
    """What stands behind the last instruction of a name."""
    return [rest for word, rest in steps if word == name][-1]


def environment(steps: list[tuple[str, str]], root: Path) -> dict[str, str]:
    """The environment that the image sets, with its folders below ``root``."""
    pairs = (pair.split("=", 1) for pair in shlex.split(value(steps, "ENV")))
    return {name: below(text, root) for name, text in pairs}


def below(text: str, root: Path) -> str:
    """A line of the file with the folders of the image below ``root``."""
    return re.sub(r"(?<![\w./])/(opt/koryu|src|data)\b", lambda found: f"{root}/{found[1]}", text)


def install(steps: list[tuple[str, str]], root: Path) -> None:
    """Carry out every COPY and RUN, but for those that make users and packages of the base."""
    for folder in ("opt", "src", "data"):
        (root / folder).mkdir(exist_ok=True)
    at = root / "src"
    for word, rest in steps:
        if word == "COPY" and not rest.startswith("--from"):
            *sources, _ = rest.split()
            copy(at, None if sources == ["."] else sources)
        elif word == "COPY":
            if not Path(below(rest.split()[1], root)).is_dir():
                raise Failed(f"COPY {rest}: no stage before has made it")
        elif word == "RUN" and "useradd" not in rest:
            line = below(rest, root).replace("python -m venv", f"{shlex.quote(sys.executable)} -m venv", 1)
            began = time.monotonic()
            print(f"RUN {rest}", flush=True)
            done = subprocess.run(["sh", "-c", line], cwd=at, capture_output=True, text=True)
            if done.returncode:
                raise Failed(f"RUN {rest}\n{done.stderr[-2000:]}")
            print(f"    {time.monotonic() - began:.0f} s", flush=True)
    size = sum(path.lstat().st_size for path in (root / "opt").rglob("*") if not path.is_dir())
    print(f"installed: {size / 1e6:,.0f} MB beside the base")


def copy(to: Path, names: list[str] | None) -> None:
    """Copy files of the project, or all that .dockerignore lets into the image."""
    rules = [
        line
        for line in (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
        if line[:1] not in ("", "#")
    ]
    taken = [rule[1:] for rule in rules if rule.startswith("!")]
    left_out = [rule.removeprefix("**/") for rule in rules if rule[0] not in "!*" or rule.startswith("**")]

    def ignored(folder: str, entries: list[str]) -> set[str]:
        here = Path(folder).relative_to(PROJECT)
        return {
            name
            for name in entries
            if any(fnmatch(name, rule) or fnmatch((here / name).as_posix(), rule) for rule in left_out)
        }

    for name in names or taken:
        source, target = PROJECT / name, to / name
        if not source.exists():
            raise Failed(f"COPY: {name} does not exist")
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)
        else:
            shutil.copy2(source, target)


def run_contained(steps: list[tuple[str, str]], root: Path) -> int:
    """Run the program where only its volume can be written, and nothing can be reached."""
    health = re.search(r"CMD (\[.*\])", value(steps, "HEALTHCHECK"))
    told = {
        "environment": environment(steps, root),
        "command": json.loads(value(steps, "ENTRYPOINT")) + json.loads(value(steps, "CMD")),
        "health": json.loads(health[1]) if health else [],
        "installed": str(root / "opt"),
        "services": services((PROJECT / "deploy" / "compose.yaml").read_text("utf-8")),
        "nginx": beside_nginx(root),
    }
    (root / "told.json").write_text(json.dumps(told), "utf-8")
    script = (
        "set -e; ip link set lo up; echo 443 > /proc/sys/net/ipv4/ip_unprivileged_port_start; "
        f"mount --bind {shlex.quote(str(root / 'data'))} {shlex.quote(str(root / 'data'))}; "
        "mount -o remount,bind,ro /; mount -t tmpfs -o size=256m,mode=1777 tmpfs /tmp; "
        f'exec unshare --user --map-user={NOBODY} --map-group={NOBODY} "$@"'
    )
    # From there: the project may lie below /tmp, which is hidden.
    inner = [sys.executable, shutil.copy(__file__, root), "--inside", str(root)]
    outer = ["unshare", "--user", "--map-root-user", "--mount", "--net", "sh", "-c", script, "sh", *inner]
    return subprocess.run(outer).returncode


def services(text: str) -> dict[str, dict[str, list[str]]]:
    """Of the services of a compose file that have a command: that, and the health check."""
    found = {}
    for name, block in re.findall(
        r"(?ms)^  (\w+):\n(.*?)(?=^  \w|^\w|\Z)", text.partition("\nservices:\n")[2]
    ):
        lists = {key: words(said) for key, said in re.findall(r"(command|test): \[(.*)\]", block)}
        if "command" in lists:
            found[name] = {"command": ["koryu", *lists["command"]], "health": lists["test"][1:]}
    return found


def words(said: str) -> list[str]:
    """The words of a list of YAML on one line."""
    return [word.strip().strip('"') for word in said.split(",")]


def beside_nginx(root: Path) -> list[str]:
    """Lay beside the program what nginx needs; its command, none where it or openssl is not installed."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx or not shutil.which("openssl"):
        return []
    tls = root / "tls"
    tls.mkdir(exist_ok=True)
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    made += ["-addext", f"subjectAltName=DNS:{HOST}"]
    made += ["-keyout", str(tls / f"{HOST}.key"), "-out", str(tls / f"{HOST}.pem")]
    done = subprocess.run(made, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"openssl: {done.stderr[-500:]}")
    (tls / f"{HOST}.key").chmod(0o644)  # another user runs nginx
    recipe = (PROJECT / "docs" / "nginx.conf").read_text("utf-8")
    recipe = recipe.replace("/etc/nginx/tls", str(tls)).replace("/var/cache/nginx", "/tmp")
    (root / "koryu.conf").write_text(recipe, "utf-8")
    (root / "nginx.conf").write_text(AROUND.format(recipe=root / "koryu.conf"), "utf-8")
    return [nginx, "-e", "stderr", "-c", str(root / "nginx.conf")]


def inside(root: Path) -> int:
    """Start the program twice, ask the health check, and stop it as an engine does; then do as the compose file says."""
    told = json.loads((root / "told.json").read_text("utf-8"))
    try:
        if os.getuid() != NOBODY:
            raise Failed(f"runs as {os.getuid()}")
        for place in (told["installed"], str(Path.home()), "/etc", "/var/tmp"):
            if writable(place):
                raise Failed(f"{place} can be written")
        for start in ("first", "second"):
            print(f"{start} start: ready after {served(told, root):.1f} s")
        kept = subprocess.run(
            ["koryu", "backup", "--out", str(root / "data" / "kept.zip")],
            env=told["environment"],
            capture_output=True,
        )
        if kept.returncode:
            raise Failed(f"koryu backup: {kept.stderr.decode()}")
        if told["nginx"]:
            composed(told, root)
        else:
            print("nginx or openssl is not installed: what deploy/compose.yaml says was not tried")
    except Failed as failure:
        print(f"FAILED: {failure}")
        return 1
    written = sorted({str(path.relative_to(root / "data").parts[0]) for path in (root / "data").rglob("*")})
    print(f"written in the volume: {', '.join(written)}; elsewhere nothing can be")
    return 0


def writable(place: str) -> bool:
    """Whether a file can be made in a folder."""
    try:
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def served(told: dict, root: Path) -> float:
    """Start the program, wait for its health check, and stop it; seconds until it was ready."""
    log = root / "data" / "log"
    began = time.monotonic()
    with log.open("wb") as file:
        server = subprocess.Popen(told["command"], env=told["environment"], cwd=root / "data", stderr=file)
    try:
        while (
            subprocess.run(told["health"], env=told["environment"], capture_output=True).returncode
            and server.poll() is None
            and time.monotonic() - began < PATIENCE
        ):
            time.sleep(0.2)
        took = time.monotonic() - began
        if server.poll() is not None or took >= PATIENCE:
            raise Failed(f"the screens did not come up: {log.read_text('utf-8')[-2000:]}")
    finally:
        server.terminate()
        status = server.wait(timeout=30)
    if status:
        raise Failed(f"SIGTERM: exit status {status}")
    lines = log.read_text("utf-8").splitlines()
    events = [json.loads(line)["event"] for line in lines if line.startswith("{")]
    if (events[:1], events[-1:]) != (["start"], ["stop"]):
        raise Failed(f"the log has {events}")
    if any("Traceback" in line for line in lines):
        raise Failed("the log has a traceback")
    return took


def composed(told: dict, root: Path) -> None:
    """Two processes behind nginx in one network: each healthy before the next, all reached by nginx alone."""
    running: dict[str, subprocess.Popen] = {}
    try:
        for name, service in told["services"].items():
            with (root / "data" / f"{name}.log").open("wb") as file:
                running[name] = subprocess.Popen(
                    service["command"], env=told["environment"], cwd=root / "data", stderr=file
                )
            wait(service["health"], told["environment"], running[name], name)
        running["proxy"] = subprocess.Popen(told["nginx"])
        began = time.monotonic()
        while not listens(443):
            if running["proxy"].poll() is not None or time.monotonic() - began > PATIENCE:
                raise Failed("nginx did not start")
            time.sleep(0.1)
        pem = root / "tls" / f"{HOST}.pem"
        status, headers = asked(pem, "/koryu/")
        for header in ("Strict-Transport-Security", "Content-Security-Policy", "Set-Cookie"):
            if status != 200 or header not in headers:
                raise Failed(f"https://{HOST}/koryu/: {status}, {header}: {headers.get(header)}")
        if asked(pem, "/koryu/_stcore/metrics")[0] != 404:
            raise Failed("the metrics are open")
        first = next(iter(running))
        running[first].kill()
        running[first].wait()
        cookies = [f"koryu_visitor={number}" for number in range(8)]
        found = {asked(pem, "/koryu/_stcore/health", cookie)[0] for cookie in cookies}
        if found != {200}:
            raise Failed(f"one of two was killed: {found}")
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait(timeout=30)
    print(f"{', '.join(told['services'])} behind nginx: https answers, also after one of them was killed")


def wait(health: list[str], env: dict[str, str], server: subprocess.Popen, name: str) -> None:
    """Wait until a health check holds."""
    began = time.monotonic()
    while subprocess.run(health, env=env, capture_output=True).returncode:
        if server.poll() is not None or time.monotonic() - began > PATIENCE:
            raise Failed(f"{name} is not healthy")
        time.sleep(0.2)


def listens(port: int) -> bool:
    """Whether somebody listens at a port of this network."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def asked(pem: Path, path: str, cookie: str = "") -> tuple[int, http.client.HTTPMessage]:
    """Status and headers of what nginx answers to a browser that is told this machine has the server's name."""
    secure = ssl.create_default_context(cafile=str(pem))
    line = http.client.HTTPConnection(HOST)
    line.sock = secure.wrap_socket(socket.create_connection(("127.0.0.1", 443), 30), server_hostname=HOST)
    try:
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        line.close()


if __name__ == "__main__":
    sys.exit(main())
