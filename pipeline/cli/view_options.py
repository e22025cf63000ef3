"""The options that say which data and which conditions, of every command that writes files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(parser: argparse._ArgumentGroup) -> None:
    """Add them to a command; ``pipeline.deliver.options`` says what they mean."""
    parser.add_argument(
        "--data", metavar="フォルダ", type=Path, help="表のあるフォルダ（省略時: data/build）"
    )
    several: dict[str, Any] = {"nargs": "+", "action": "extend", "default": []}
    parser.add_argument(
        "--origin",
        "--ward",
        dest="origin",
        metavar="連携元",
        help="この連携元だけ。名前か団体コード（省略時: すべて）",
        **several,
    )
    parser.add_argument("--category", metavar="分野", help="この分野だけ（省略時: すべて）", **several)
    parser.add_argument("--source", metavar="資料", help="この資料だけ。名前か、表での番号", **several)
    years = parser.add_mutually_exclusive_group()
    spelled = "2018、平成30、H30、令和元年度 など"
    years.add_argument("--as-of", metavar="年", type=_year, help=f"この年までに始まったもの（{spelled}）")
    years.add_argument(
        "--began",
        metavar="年",
        nargs="+",
        action=_Began,
        help=f"はじめの年から終わりの年までに始まったもの（年を2つか、H20〜H28、2016〜、〜R3 のように1つ。{spelled}）",
    )
    for name, what in {
        "unknown-years": "開始年が不明の事業",
        "above-years": "上の欄の年（除くと、開始年の不明とします）",
        "networks": "広域の集まり",
        "peers": "連携元どうしの連携",
        "home": "連携元と同じ都道府県の中の連携",
    }.items():
        parser.add_argument(
            f"--{name}", action=argparse.BooleanOptionalAction, help=f"{what}を含めるか、除くか"
        )


def _year(text: str) -> int:
    from pipeline.words.dates import one_year

    year = one_year(text)
    if year is None:
        raise argparse.ArgumentTypeError(
            f"「{text}」は年ではありません。2018、平成30、H30 のように指定してください"
        )
    return year


class _Began(argparse.Action):
    """Two years, or one text that says from when to when: a pair, in which None leaves an end open."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Keep the pair; end with a sentence where the texts are none."""
        if len(values) == 2:
            try:
                setattr(namespace, self.dest, tuple(map(_year, values)))
            except argparse.ArgumentTypeError as error:
                raise argparse.ArgumentError(self, str(error)) from error
            return
        from pipeline.words.dates import typed_years

        years = typed_years(values[0]) if len(values) == 1 else None
        if years is None:
            raise argparse.ArgumentError(
                self,
                f"「{' '.join(values)}」は、いつからいつまでか読み取れません。--began 2008 2016 か、"
                "--began H20〜H28 のように指定してください",
            )
        setattr(namespace, self.dest, (years.first, years.last))
