"""The lock of the product as what one platform and one Python need of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.folders import ROOT

#: Carried by a copy of the project and by the installed product alike.
LOCK = ROOT / "requirements.lock"

#: What the product's libraries ask for in general and the product never loads: Streamlit wants pydeck for a kind of map that no
#: screen has, 11 MB of which most is the same script twice.
UNUSED = {"pydeck"}


@dataclass(frozen=True)
class Pin:
    """One version of one package, and the SHA-256 (hex) of each file it may be."""

    name: str
    version: str
    hashes: frozenset[str]

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


def pins(markers: dict[str, str], python: str, lock: Path = LOCK) -> list[Pin]:
    """What a platform and a version of Python need of the lock, in its order.

    Parameters
    ----------
    markers : what conditions see there, as PEP 508 names it, without the version of Python
    python : the version of Python, as 3.12
    lock : requirements with ``==`` and ``--hash`` alone, as ``make lock`` writes them
    """
    from packaging.markers import Marker

    # The smallest release stands for all: conditions of the lock speak of 3.x.
    there = {**markers, "python_version": python, "python_full_version": f"{python}.0"}
    return [
        pin
        for pin, condition in _entries(lock.read_text("utf-8"))
        if pin.name not in UNUSED and (not condition or Marker(condition).evaluate(there))
    ]


def _entries(text: str) -> Iterator[tuple[Pin, str]]:
    """Each pin with its condition ("" for none)."""
    for block in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]:
        first = block.splitlines()[0].rstrip("\\ ")
        wanted, _, condition = first.partition(";")
        name, _, version = wanted.strip().partition("==")
        yield (
            Pin(name, version, frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))),
            condition.strip(),
        )
