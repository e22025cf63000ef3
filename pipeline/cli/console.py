"""The command line in Japanese: argument parser, aligned columns, streams."""

from __future__ import annotations

import argparse
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from typing import Any, BinaryIO, NoReturn, cast

from pipeline.intake.records import SourceError

# What argparse says, and what we say instead; the last one catches the rest.
_ERRORS = [
    (r"unrecognized arguments: (.*)", "「{0}」という指定はありません"),
    (
        r"argument (命令|操作): invalid choice: '(.*?)' \(.*?from (.*)\)",
        "「{1}」という{0}はありません。あるのは {2} です",
    ),
    (
        r"argument (.*?): invalid choice: '(.*?)' \(.*?from (.*)\)",
        "{0} に「{1}」は指定できません。指定できるのは {2} です",
    ),
    (r"argument (.*?): expected .*", "{0} のあとに値を指定してください"),
    (r"argument (.*?): ignored explicit argument '(.*?)'", "{0} に値「{1}」は付けられません"),
    (r"argument (.*?): invalid \S+ value: '(.*?)'", "{0} の値「{1}」が正しくありません"),
    (r"argument (.*?): not allowed with argument (.*)", "{0} と {1} は同時に指定できません"),
    (r"argument (.*?): (.*)", "{0}: {1}"),
    (r"the following arguments are required: (.*)", "{0} を指定してください"),
    (r".*", "指定のしかたに誤りがあります"),
]


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, "使い方: " if prefix is None else prefix)

    def _split_lines(self, text: str, width: int) -> list[str]:
        # By columns of the screen, of which a kanji takes two; a word stays whole, with what it means in brackets.
        lines = [""]
        for piece in re.findall(r"(?:[!-~]+（[^）]*）|[（「]*(?:[!-~]+|.))[、。）」]*", text):
            if _width(lines[-1] + piece) > width:
                lines.append("")
            lines[-1] += piece
        return [line.strip() for line in lines]


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose help and errors are Japanese; a wrong option ends with status 2."""

    def __init__(self, **settings: Any) -> None:
        settings |= {"add_help": False, "allow_abbrev": False, "formatter_class": _Formatter}
        super().__init__(**settings)
        self.options = self.add_argument_group("指定")
        self.options.add_argument("-h", "--help", action="help", help="この説明を表示して終わります")

    def error(self, message: str) -> NoReturn:
        """Print one Japanese sentence and exit with status 2."""
        for pattern, sentence in _ERRORS:
            match = re.fullmatch(pattern, message, re.DOTALL)
            if match:
                # A list of choices is quoted by Python 3.11 and bare from 3.12 on.
                said = sentence.format(
                    *(re.sub("'?, '?", "、", group.strip("'")) for group in match.groups())
                )
                break
        self.exit(2, f"{said}。使い方は「{self.prog} --help」で見られます。\n")


def use_utf8() -> None:
    """Write UTF-8 whatever the terminal's code page; what cannot be written is escaped, not fatal.

    A program started without a terminal may have no streams at all; what it says then goes nowhere.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # Whatever else may stand there has it too, as a file opened for text.
        cast(TextIOWrapper, stream).reconfigure(encoding="utf-8", errors="backslashreplace")


def say(message: str) -> None:
    """A message to the person at the keyboard, apart from the data on stdout."""
    print(message, file=sys.stderr, flush=True)


def columns(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of aligned columns, the first to the left and numbers to the right; 全角 is two wide."""
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        first, *rest = (
            cell + pad if number == 0 else pad + cell
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            for pad in [" " * (width - _width(cell))]
        )
        yield "  ".join([first, *rest]).rstrip()


def tsv(cells: Iterable[object]) -> str:
    """One line of tab-separated values; tabs and line breaks inside a cell become spaces."""
    return "\t".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", str(cell)) for cell in cells)


def lines_utf8(stream: BinaryIO, name: str) -> Iterator[str]:
    """The lines of a stream as they arrive, without their ends.

    Raises
    ------
    SourceError
        At the first line that is not UTF-8.
    """
    for number, raw in enumerate(stream, start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(
                f"{name} の{number}行目が UTF-8 ではありません。文字コードを UTF-8 にして保存し直してください。"
            ) from error
        yield line.rstrip("\r\n")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
