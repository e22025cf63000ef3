"""The regular expressions of the house, and texts that walk along one and then repeat a piece of it."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import re._constants as code
import re._parser as parser
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_CATEGORIES = {code.CATEGORY_DIGIT: "1", code.CATEGORY_SPACE: " ", code.CATEGORY_WORD: "a"}
#: How a pattern can be used, as a function of the pattern.
USES = {
    "search": lambda pattern: pattern.search,
    "match": lambda pattern: pattern.match,
    "fullmatch": lambda pattern: pattern.fullmatch,
    "sub": lambda pattern: lambda text: pattern.sub("", text),
    "split": lambda pattern: pattern.split,
    "findall": lambda pattern: pattern.findall,
    "finditer": lambda pattern: lambda text: list(pattern.finditer(text)),
}


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern a module of geo, pipeline or pages.shared keeps, by module and name."""
    found: dict[str, re.Pattern[str]] = {}
    for package in ("geo", "pipeline", "pages.shared"):
        for info in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if "__main__" in info.name or ".reference" in info.name:
                continue
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                for one in value if isinstance(value, tuple) else (value,):
                    if isinstance(one, re.Pattern) and one not in found.values():
                        found[f"{info.name}.{name}"] = one
    return found


def uses(name: str) -> set[str]:
    """How the module that keeps a pattern uses it; "search" where only others do."""
    module, _, own = name.rpartition(".")
    text = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    text = text if text.exists() else text.with_suffix("") / "__init__.py"
    return set(re.findall(rf"\b{own}\.({'|'.join(USES)})\b", text.read_text("utf-8"))) or {"search"}


def pumped(pattern: re.Pattern[str], length: int, tries: int) -> Iterator[tuple[str, str, str]]:
    """Beginnings along the pattern, a piece to repeat up to ``length``, and an end that may not fit."""
    choose = random.Random(7)
    letters = sorted(set(_sample(pattern, choose) + "".join(_sample(pattern, choose) for _ in range(9)))) + [
        " "
    ]
    for _ in range(tries):
        whole = _sample(pattern, choose)
        begin = whole[: choose.randint(0, len(whole))]
        at = choose.randint(0, len(whole))
        piece = choose.choice(
            [
                choose.choice(letters),
                choose.choice(letters) + choose.choice(letters),
                whole[at : at + choose.randint(1, 4)] or "字",
            ]
        )
        yield begin, (piece * length)[:length], choose.choice(["", "\0", "x", choose.choice(letters)])


def _sample(pattern: re.Pattern[str], choose: random.Random) -> str:
    """A text that walks along the pattern, one branch each time; most match."""
    out: list[str] = []

    def walk(node) -> None:
        for kind, value in node:
            if kind is code.LITERAL:
                out.append(chr(value))
            elif kind in (code.NOT_LITERAL, code.ANY):
                out.append("字")
            elif kind is code.IN:
                if any(one is code.NEGATE for one, _ in value):
                    out.append("字")
                    continue
                one, of = choose.choice(value)
                if one is code.LITERAL:
                    out.append(chr(of))
                elif one is code.RANGE:
                    out.append(chr(choose.randint(*of)))
                else:
                    out.append(_CATEGORIES.get(of, "字"))
            elif kind is code.BRANCH:
                walk(choose.choice(value[1]))
            elif kind is code.SUBPATTERN:
                walk(value[3])
            elif kind is code.ATOMIC_GROUP:
                walk(value)
            elif kind in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
                low, high, repeated = value
                for _ in range(
                    choose.randint(low, low + 2 if high is code.MAXREPEAT else min(high, low + 2))
                ):
                    walk(repeated)

    walk(parser.parse(pattern.pattern, pattern.flags))
    return "".join(out)
