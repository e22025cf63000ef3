"""koryu.bat run line by line, by the command shell of Wine; what it calls is a stand-in that writes down what it was asked.

``make test-serving`` runs it where Wine and a compiler for Windows are installed. Wine's shell is not that of Windows,
but reads the same language; no Windows Python is at hand, whose part ``tests/pipeline/bundle/test_start.py`` takes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.bundle.sheets import starter

COMPILER = "x86_64-w64-mingw32-gcc"
#: In which the shell has code page 932.
LOCALE = "ja_JP.utf8"
JAPANESE = bool(shutil.which("locale")) and LOCALE in subprocess.check_output(["locale", "-a"], text=True)
pytestmark = [
    pytest.mark.skipif(os.environ.get("KORYU_SERVING") != "1", reason="make test-serving runs it"),
    pytest.mark.skipif(
        not shutil.which("wine") or not shutil.which(COMPILER) or not JAPANESE,
        reason="Debian: apt-get install wine wine64 gcc-mingw-w64-x86-64-win32 locales; localedef -i ja_JP -f UTF-8 ja_JP.UTF-8",
    ),
]

EMBED = "python-3.13.9-embed-amd64.zip"
#: py, certutil, tar and python.exe, each by its name.
STAND_IN = r"""
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

static int is(const wchar_t *path, const wchar_t *name) {
    const wchar_t *last = wcsrchr(path, L'\\');
    return !_wcsnicmp(last ? last + 1 : path, name, wcslen(name));
}

int wmain(int count, wchar_t **words) {
    wchar_t self[999], text[9999] = L"", line[99] = L"";
    char bytes[29999];
    DWORD written;
    GetModuleFileNameW(NULL, self, 999);
    for (int word = 0; word < count; word++) {
        wcscat(text, word ? words[word] : wcsrchr(self, L'\\') + 1);
        wcscat(text, word + 1 < count ? L"|" : L"\n");
    }
    HANDLE log = CreateFileW(_wgetenv(L"ASKED"), FILE_APPEND_DATA, 3, NULL, OPEN_ALWAYS, 0, NULL);
    WriteFile(log, bytes, WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, 29999, NULL, NULL) - 1, &written, NULL);
    CloseHandle(log);
    if (is(self, L"certutil")) {
        FILE *file = _wfopen(_wgetenv(L"DIGEST"), L"r");
        if (!file || !fgetws(line, 99, file)) return 1;
        wprintf(L"SHA256 hash of file:\n%ls\nCertUtil: done.\n", line);
    } else if (is(self, L"tar")) {
        swprintf(text, 9999, L"%ls\\python.exe", words[4]);
        return !CopyFileW(self, text, TRUE);
    } else if (is(self, L"py.exe") && !wcscmp(words[2], L"-c")) {
        return !wcsstr(_wgetenv(L"HAS") ? _wgetenv(L"HAS") : L"", words[1] + 1);
    } else {
        return _wgetenv(L"ENDS") ? _wtoi(_wgetenv(L"ENDS")) : 0;
    }
    return 0;
}
"""


@pytest.fixture(scope="module")
def prefix(tmp_path_factory) -> Path:
    """A Windows of Wine, with the stand-ins in its path."""
    folder = tmp_path_factory.mktemp("wine")
    subprocess.run(["wine", "wineboot", "--init"], env=wine(folder), capture_output=True, check=True)
    (folder / "stand_in.c").write_text(STAND_IN, "utf-8")
    made = folder / "drive_c" / "windows" / "system32" / "py.exe"
    subprocess.run([COMPILER, "-municode", "-O1", "-o", made, folder / "stand_in.c"], check=True)
    for name in ("certutil.exe", "tar.exe"):
        made.with_name(name).unlink(missing_ok=True)  # which may lead to Wine's own
        shutil.copy(made, made.with_name(name))
    yield folder
    subprocess.run(["wineserver", "--kill"], env=wine(folder), check=False)


def wine(folder: Path) -> dict[str, str]:
    """The environment of a Windows in a folder; that a program of its own does nothing (certutil) is overridden."""
    there = {"WINEPREFIX": str(folder), "WINEARCH": "win64", "WINEDLLOVERRIDES": "certutil.exe=n"}
    return os.environ | there | {"WINEDEBUG": "-all", "LC_ALL": LOCALE}


@pytest.fixture
def top(tmp_path) -> Path:
    """An unpacked bundle, as far as its starter looks at it, in a folder as people name them.

    Two of the letters end in the byte of a backslash. No per cent sign: Wine's shell expands what it has expanded.
    """
    top = tmp_path / "交流 一覧表 (1) & ソ"
    (top / "app").mkdir(parents=True)
    (top / "app" / "start.py").write_text("", "utf-8")
    (top / "koryu.bat").write_bytes(starter("windows", ["3.11", "3.12", "3.13"]))
    return top


@pytest.fixture
def start(prefix, top, tmp_path) -> Callable[..., tuple[int, list[list[str]], str]]:
    """Open koryu.bat; its exit status, what it asked of whom, and what it says."""

    def begun(*arguments: str, **environment: str) -> tuple[int, list[list[str]], str]:
        asked = tmp_path / "asked"
        asked.unlink(missing_ok=True)
        here = {
            "KORYU_NO_PAUSE": "1",
            "ASKED": f"Z:{asked}",
            "DIGEST": f"Z:{tmp_path / 'digest'}",
        }
        done = subprocess.run(
            ["wine", "cmd", "/c", "koryu.bat", *arguments],
            cwd=top,
            env=wine(prefix) | here | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        lines = asked.read_text("utf-8").splitlines() if asked.exists() else []
        return done.returncode, [line.split("|") for line in lines], done.stdout.decode("cp932")

    return begun


def started(asked: list[str], top: Path) -> list[str]:
    """What came before and behind start.py, by its whole path."""
    (place,) = [number for number, word in enumerate(asked) if word.endswith("start.py")]
    assert asked[place].replace("\\", "/") == f"Z:{top}/app/start.py"
    return [*asked[:place], *asked[place + 1 :]]


def embedded(top: Path, tmp_path: Path, listed: bool = True) -> str:
    (top / EMBED).write_bytes(b"a Python")
    digest = hashlib.sha256(b"a Python").hexdigest()
    (tmp_path / "digest").write_text(digest, "ascii")
    (top / "python.sha256").write_bytes(
        f"# a line\r\n{digest if listed else '0' * 64}  {EMBED}\r\n".encode("utf-8-sig")
    )
    return digest


def test_the_newest_python_that_is_there_starts_it_and_gets_the_arguments(start, top):
    status, asked, said = start("--port", "8600", HAS="3.11 3.12")
    assert (status, said) == (0, "")
    assert [words[:3] for words in asked[:-1]] == [["py.exe", f"-3.{number}", "-c"] for number in (13, 12)]
    assert started(asked[-1], top) == ["py.exe", "-3.12", "--port", "8600"]


def test_no_python_is_told(start):
    status, asked, said = start()
    assert (status, len(asked)) == (2, 3)
    assert said.startswith("Python（3.11・3.12・3.13 のどれか、64ビット）がありません。")


def test_a_start_that_fails_fails_as_a_whole(start):
    assert start(HAS="3.13", ENDS="2")[0] == 2


def test_a_zip_that_is_only_looked_into_starts_nothing(start, top):
    shutil.rmtree(top / "app")
    status, asked, said = start(HAS="3.13")
    assert (status, asked) == (2, [])
    assert "すべて展開" in said


def test_a_listed_python_beside_it_is_laid_out_once_and_used_first(start, prefix, top, tmp_path):
    digest = embedded(top, tmp_path)
    status, asked, _ = start("--no-browser", HAS="3.13")
    assert status == 0
    assert [words[0] for words in asked] == ["certutil.exe", "tar.exe", "python.exe"]
    assert started(asked[-1], top) == ["python.exe", "--no-browser"]
    laid = prefix.glob("drive_c/users/*/AppData/Local/koryu-map-app/*")
    assert [path.name for path in laid] == [f"python-{digest[:8]}"]
    assert [words[0] for words in start()[1]] == ["certutil.exe", "python.exe"]


def test_a_python_that_nobody_listed_is_not_used(start, top, tmp_path):
    embedded(top, tmp_path, listed=False)
    status, asked, said = start(HAS="3.13")
    assert (status, [words[0] for words in asked]) == (2, ["certutil.exe"])
    assert "SHA-256 が、python.sha256 にある値と合いません" in said
