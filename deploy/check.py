#!/usr/bin/env python3
"""Do what deploy/Containerfile says in a plain folder, without a container engine, and see that it works.

    python3 deploy/check.py [--keep FOLDER]

The steps, the environment, the command and the health check are read from the file itself. The program then runs as it
would in the container: as no root, in a network of its own without a way out, where nothing but its volume can be
written. Needs Linux with unshare(1), and a package index. Exit status 0 where all of it holds, 1 where not, 2 where
this machine cannot tell.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from fnmatch import fnmatch
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
#: The user of the container, in a namespace of this machine's user.
NOBODY = 10001
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
    }
    (root / "told.json").write_text(json.dumps(told), "utf-8")
    script = (
        "set -e; ip link set lo up; "
        f"mount --bind {shlex.quote(str(root / 'data'))} {shlex.quote(str(root / 'data'))}; "
        "mount -o remount,bind,ro /; mount -t tmpfs -o size=256m,mode=1777 tmpfs /tmp; "
        f'exec unshare --user --map-user={NOBODY} --map-group={NOBODY} "$@"'
    )
    # From there: the project may lie below /tmp, which is hidden.
    inner = [sys.executable, shutil.copy(__file__, root), "--inside", str(root)]
    outer = ["unshare", "--user", "--map-root-user", "--mount", "--net", "sh", "-c", script, "sh", *inner]
    return subprocess.run(outer).returncode


def inside(root: Path) -> int:
    """Start the program twice, ask the health check, and stop it as an engine does."""
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


if __name__ == "__main__":
    sys.exit(main())
