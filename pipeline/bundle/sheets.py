"""The files of a bundle that people read or start: what a clerk reads, what the information section reads, the starters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.bundle.parts import Part
from pipeline.bundle.pins import UNUSED
from pipeline.bundle.targets import PLATFORMS

#: The texts as they are kept: UTF-8, with @names@ for what differs.
CARRIED = Path(__file__).with_name("carried")
#: What the two sheets are called in a bundle.
CLERK, SECTION = "読み方.txt", "情報部門の方へ.txt"

_STEPS = {
    "windows": """
  1. ZIP を右クリックして「すべて展開」を選び、フォルダに展開します。
     （ZIP をダブルクリックして開いただけの中からは、始められません。）
  2. 展開したフォルダの koryu.bat（種類は「Windows バッチ ファイル」）をダブルクリックします。
     「Windows によって PC が保護されました」と出たら、情報部門に確かめてから「詳細情報」→「実行」を選びます。
  3. 黒い画面が出て、しばらくするとブラウザーに地図が出ます。""",
    "linux": """
  1. ZIP をフォルダに展開します。
  2. 端末で、展開したフォルダの koryu.sh を始めます（sh koryu.sh）。
  3. しばらくするとブラウザーに地図が出ます。""",
}
_REMOVED = {
    "windows": """  1. 展開したフォルダ
  2. %LOCALAPPDATA%\\koryu-map-app（準備したもの）
  3. %LOCALAPPDATA%\\koryu-map（作った表、人の判断、点検表など。残したいものがあれば、先に写してください）
  エクスプローラーのアドレス欄に %LOCALAPPDATA% と入れると、2 と 3 のあるところが開きます。""",
    "linux": """  1. 展開したフォルダ
  2. ~/.local/share/koryu-map-app（準備したもの）
  3. ~/.local/share/koryu-map（作った表、人の判断、点検表など。残したいものがあれば、先に写してください）""",
}
_WRITTEN = {
    "windows": """  ・%LOCALAPPDATA%\\koryu-map-app: 準備したもの（Python の環境と部品）。環境変数 KORYU_APP で変えられます。
  ・%LOCALAPPDATA%\\koryu-map: 作った表、加えた資料、人の判断、点検表
  ・%TEMP%: 作業用のファイル（終わると消えます）、不具合のときの記録（koryu-*.log）""",
    "linux": """  ・~/.local/share/koryu-map-app: 準備したもの（Python の環境と部品）。環境変数 KORYU_APP で変えられます。
  ・~/.local/share/koryu-map: 作った表、加えた資料、人の判断、点検表
  ・/tmp: 作業用のファイル（終わると消えます）、不具合のときの記録（koryu-*.log）""",
}
_OWN_PYTHON = """
  次のどちらかです。

  ・python.org のインストーラー（Windows installer 64-bit）で入れたもの。「Install for all users」でなくてもかまいません。
    コマンド py が使えること（py -@newest@ で確かめられます）。
  ・python.org の Windows embeddable package（64-bit）。入れずに、ZIP のまま koryu.bat と同じフォルダに置きます
    （python-@newest@.x-embed-amd64.zip）。koryu.bat は、その SHA-256 が python.sha256 にあるときだけ使います。
    python.org に載っている値を確かめ、python.sha256 に「SHA-256 空白 ファイル名」の1行を書き足してください。
    値は、コマンド certutil -hashfile ファイル名 SHA256 でも見られます。
    ファイルがあるときは、PC に入っている Python より先に使います。
"""
_GIVEN_PYTHON = """
  Python はこの ZIP に入っています（@embed@、python.org の Windows embeddable package）。
  SHA-256 は python.sha256 にあり、koryu.bat は、合うときだけ使います。python.org に載っている値と見くらべてください。
"""
_SYSTEM_PYTHON = """
  配布元のパッケージ（Debian・Ubuntu では python3 と python3-venv）で入れたもの。pip は要りません。
"""


def starter(platform: str, pythons: list[str]) -> bytes:
    """koryu.bat (CP932, CRLF) or koryu.sh (UTF-8, LF), which try these versions of Python, the newest first."""
    name = PLATFORMS[platform].starter
    text = filled(
        (CARRIED / name).read_text("utf-8"),
        pythons=" ".join(reversed(pythons)),
        pythons_listed="・".join(pythons),
    )
    if platform == "windows":
        return text.replace("\n", "\r\n").encode("cp932")
    return text.encode()


def clerk_sheet(platform: str, version: str) -> bytes:
    """What a clerk reads: how to start, end and remove it."""
    return printed(
        "clerk.txt",
        version=version,
        title=PLATFORMS[platform].title,
        steps=_STEPS[platform],
        remove=_REMOVED[platform],
    )


def section_sheet(
    platform: str, version: str, pythons: list[str], parts: list[Part], embed: str = ""
) -> bytes:
    """What the information section of an office reads: parts, ports, what is written where, how to remove it.

    ``embed`` is the name of the embeddable Python that lies in the bundle.
    """
    if platform == "windows":
        python = filled(_GIVEN_PYTHON, embed=embed) if embed else filled(_OWN_PYTHON, newest=pythons[-1])
    else:
        python = _SYSTEM_PYTHON
    return printed(
        "section.txt",
        version=version,
        title=PLATFORMS[platform].title,
        pythons="・".join(pythons),
        python=python,
        written=_WRITTEN[platform],
        unused="、".join(sorted(UNUSED)),
        remove=_REMOVED[platform],
        count=str(len(parts)),
        megabytes=f"{sum(part.size for part in parts) / 1e6:.0f}",
        table="\n".join(_table(parts)),
    )


def _table(parts: Iterable[Part]) -> Iterable[str]:
    """One line a part and version: the same for several versions of Python stands once."""
    lines = sorted(
        {(part.name, part.version, part.licence) for part in parts}, key=lambda line: line[0].lower()
    )
    widths = [max(len(line[column]) for line in lines) for column in (0, 1)]
    for name, version, licence in lines:
        yield f"  {name:{widths[0]}}  {version:{widths[1]}}  {licence}"


def printed(name: str, **values: str) -> bytes:
    """A text for any editor of Windows: UTF-8 with its mark, CRLF."""
    text = filled((CARRIED / name).read_text("utf-8"), **values)
    return text.replace("\n", "\r\n").encode("utf-8-sig")


def filled(text: str, **values: str) -> str:
    """The text with each @name@ replaced."""
    return re.sub(r"@(\w+)@", lambda match: values[match[1]], text)
