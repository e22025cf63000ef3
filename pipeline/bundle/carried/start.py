"""Starts the product of a bundle: installs it at the first time, from the parts beside this file and nothing else.

It runs on the PC that the bundle is for, with a bare Python: what is imported here is of the standard library, and
nothing is asked of any other machine. What it makes is one folder of the user's,

    %LOCALAPPDATA%\\koryu-map-app\\0.1.0-py3.12-1a2b3c4d      (Linux: ~/.local/share/koryu-map-app/…)

made under another name and renamed when it is whole: where it stands, everything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
import uuid
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PARTS = HERE / "parts"

#: Bytes that an installation takes on the disk, with room for the tables.
NEEDED = 900_000_000
FIRST_PORT, LAST_PORT = 8501, 8520
#: Seconds until the screens have to answer; the first start builds the tables.
PATIENCE = 300

WINDOWS = os.name == "nt"


class Part(NamedTuple):
    """A wheel for this Python, in the file of the part; both with their SHA-256 (hex)."""

    name: str
    file: str
    sha256: str
    wheel: str
    wheel_sha256: str


class Failure(Exception):
    """``str(failure)`` is one Japanese sentence for the person at the PC."""


def main() -> int:
    """Install if need be, start, open the browser; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        return run(sys.argv[1:])
    except Failure as failure:
        say(str(failure))
    except KeyboardInterrupt:
        say("中止しました。")
    except OSError as error:
        say(
            f"「{error.filename or HERE}」を読み書きできません（{error.strerror}）。空き容量と権限を確かめてください。"
        )
    return 2


def run(arguments: list[str]) -> int:
    """Start the screens with these arguments of ``koryu app``; any other command of ``koryu`` runs as it is."""
    home = installed()
    python = environment_of(home)
    command = [str(python), "-I", "-X", "utf8", "-m", "pipeline"]
    if arguments and not arguments[0].startswith("-"):
        return subprocess.call([*command, *arguments])
    browser = "--no-browser" not in arguments
    arguments = [one for one in arguments if one != "--no-browser"]
    if "--port" in arguments or "-h" in arguments or "--help" in arguments:
        return subprocess.call([*command, "app", *arguments])
    record = home.with_name(f"{home.name}.port")
    if browser and (port := open_already(record)):
        say(f"もう開いています: http://127.0.0.1:{port}")
        webbrowser.open(f"http://127.0.0.1:{port}")
        return 0
    port = free_port()
    record.write_text(str(port), encoding="utf-8")
    started = subprocess.Popen([*command, "app", "--port", str(port), *arguments])
    if browser:
        threading.Thread(target=open_browser, args=(port, started), daemon=True).start()
    try:
        return started.wait()
    except KeyboardInterrupt:
        # The screens have been told as well, and end by themselves.
        return started.wait()


def say(message: str) -> None:
    if sys.stderr is not None:
        print(message, file=sys.stderr, flush=True)


# Installing


def installed() -> Path:
    """The folder of the installation, made if it is not there.

    Raises
    ------
    Failure
        When this Python is none the bundle is for, a part is damaged or missing, or the folder cannot be written.
    """
    bundle = json.loads((HERE / "bundle.json").read_text("utf-8"))
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if version not in bundle["pythons"] or sys.maxsize <= 2**32 or sys.implementation.name != "cpython":
        raise Failure(
            f"この Python（{version}、{sys.executable}）では動きません。{'・'.join(bundle['pythons'])} の"
            "どれか（64ビット）を用意してください。"
        )
    parts = [
        Part(one["name"], one["file"], one["sha256"], one["wheels"][version], one["wheels_sha256"][version])
        for one in bundle["parts"]
        if version in one["wheels"]
    ]
    # Of what is installed and by whom, and not of how it was packed.
    same = hashlib.sha256("".join([*(one.wheel_sha256 for one in parts), sys.prefix]).encode())
    home = program_folder() / f"{bundle['version']}-py{version}-{same.hexdigest()[:8]}"
    if home.is_dir():
        return home
    if importlib.util.find_spec("_lzma") is None:
        raise Failure(
            f"この Python（{sys.executable}）には、部品を広げるのに要る lzma がありません。配布元の Python を用意してください。"
        )
    say("はじめての準備をしています（1分ほど）。この画面を閉じないでください…")
    new = home.with_name(f"new-{uuid.uuid4().hex[:8]}")
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(home.parent).free < NEEDED:
            raise Failure(
                f"「{home.parent}」の空き容量が足りません。{NEEDED // 1_000_000} MB 以上空けてから、もう一度開いてください。"
            )
        forget_unfinished(home.parent)
        verify(parts)
        packages = make_environment(new)
        # The unpacking of one does not keep another waiting.
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as workers:
            for _ in workers.map(lambda part: unpack(part, packages, new), parts):
                pass
        put(new, home)
    except OSError as error:
        raise Failure(
            f"「{error.filename or home.parent}」に書けないので、準備できません（{error.strerror}）。空き容量と書き込みの権限を確かめてください。"
        ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return home


def program_folder() -> Path:
    """Where installations lie; KORYU_APP names another place."""
    if os.environ.get("KORYU_APP"):
        return Path(os.environ["KORYU_APP"])
    if WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "koryu-map-app")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share", "koryu-map-app")


def forget_unfinished(folder: Path) -> None:
    """Take away what a start that was cut off has left: it is older than an installation takes."""
    for left in folder.glob("new-*"):
        if time.time() - left.stat().st_mtime > 3600:
            shutil.rmtree(left, ignore_errors=True)


def verify(parts: list[Part]) -> None:
    """Hold the file of each part against its SHA-256.

    Raises
    ------
    Failure
        When one is missing or another than it was.
    """
    for part in parts:
        try:
            with (PARTS / part.file).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            digest = ""
        if digest != part.sha256:
            raise Failure(
                f"部品「{part.name}」が、ないか壊れています。ZIP をもう一度展開してください（ZIP も壊れていれば、もう一度受け取ってください）。"
            )


def make_environment(folder: Path) -> Path:
    """A Python of its own in a folder; returns where packages go.

    The embeddable Python cannot make one, and is copied: it reads its path from a file beside it.
    """
    if importlib.util.find_spec("venv"):
        made = subprocess.run(
            [sys.executable, "-I", "-m", "venv", "--without-pip", str(folder)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if made.returncode:
            last = (made.stderr.strip().splitlines() or [""])[-1]
            raise Failure(f"この Python（{sys.executable}）で環境を作れません（{last}）。")
        if WINDOWS:
            return folder / "Lib" / "site-packages"
        return folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    shutil.copytree(sys.prefix, folder)
    packages = folder / "Lib" / "site-packages"
    packages.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("python*._pth"):
        path.write_text(f"{path.stem}.zip\n.\nLib\\site-packages\nimport site\n", encoding="utf-8")
    return packages


def environment_of(home: Path) -> Path:
    """The Python of an installation."""
    for name in ("Scripts/python.exe", "python.exe", "bin/python"):
        if (home / name).exists():
            return home / name
    raise Failure(f"「{home}」が壊れています。このフォルダを消してから、もう一度開いてください。")


def unpack(part: Part, packages: Path, prefix: Path) -> None:
    """Install the wheel of a part: what is for packages goes there, its data beside them; scripts and headers have no use."""
    with tarfile.open(PARTS / part.file, "r|xz", bufsize=1 << 20) as archive:
        for member in archive:
            top, *inside = PurePosixPath(member.name).parts
            if top != part.wheel:  # of another Python
                continue
            where = packages
            if inside[0].endswith(".data"):
                kind = inside[1]
                if kind not in ("purelib", "platlib", "data"):
                    continue
                where, inside = (prefix if kind == "data" else packages), inside[2:]
            if ".." in inside or not member.isfile():
                raise Failure(f"部品「{part.name}」の中の名前が正しくありません（{member.name}）。")
            target = where.joinpath(*inside)
            target.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            assert content is not None
            with target.open("wb") as out:
                shutil.copyfileobj(content, out, 1 << 20)


def put(new: Path, home: Path) -> None:
    """Give a whole installation its name; a scanner of viruses may have a file open for a moment.

    Whoever was quicker has made the same.
    """
    for trial in range(60):
        try:
            new.rename(home)
            return
        except OSError:
            if home.is_dir():
                return
            if trial == 59:
                raise
            time.sleep(0.5)


# Starting


def open_already(record: Path) -> int | None:
    """The port at which this user's screens are open; None where they are not.

    Those of another user of the same PC are not taken for them: only what this installation noted is asked.
    """
    try:
        port = int(record.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return port if answers(port, "/app/static/koryu/flowmap.js") else None


def free_port() -> int:
    """A port of this PC that nobody uses."""
    for port in range(FIRST_PORT, LAST_PORT + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, not WINDOWS)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Failure(
        f"ポート {FIRST_PORT}〜{LAST_PORT} がすべて使われています。使っているソフトを閉じてから、もう一度開いてください。"
    )


def answers(port: int, path: str) -> bool:
    """Whether something at that port of this PC serves a path; no proxy is asked."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}{path}", timeout=3) as answer:
            return answer.status == 200
    except (OSError, ValueError):
        return False


def open_browser(port: int, started: subprocess.Popen) -> None:
    """Open the browser as soon as the screens answer."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and started.poll() is None:
        if answers(port, "/_stcore/health"):
            webbrowser.open(f"http://127.0.0.1:{port}")
            return
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
