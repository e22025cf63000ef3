"""Text in drawings: the font, what it can show, how wide it runs; and drawings as files.

IPAexGothic (IPA Font License 1.0, which allows embedding in documents) comes with matplotlib-fontja; what it
lacks is looked for in DejaVu Sans, which comes with matplotlib. Both are embedded as TrueType, so the text of
a PDF can be selected and searched; an SVG keeps its text as text.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO

import matplotlib
import matplotlib_fontja
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags

FAMILIES = ("IPAexGothic", "DejaVu Sans")

#: Families an SVG asks for: what a PC already has, then the ones it was measured with.
SCREEN_FAMILIES = "'BIZ UDPGothic', 'Yu Gothic UI', 'Hiragino Sans', 'Noto Sans CJK JP', 'IPAexGothic'"

#: What stands for a character no font has, as printers use it.
GETA = "〓"

# Settings of the whole process, once: matplotlib's own are global too, and not safe to change while drawing.
matplotlib.rcParams.update(
    {
        "font.family": list(FAMILIES),
        "pdf.fonttype": 42,
        "svg.fonttype": "none",
        "svg.hashsalt": "koryu",
        # A $ in a name is a dollar sign, never the start of a formula.
        "text.parse_math": False,
        "hatch.linewidth": 0.4,
    }
)

#: matplotlib is not made for several threads at a time; whoever draws or saves holds this.
DRAWING = threading.RLock()


@lru_cache(maxsize=1)
def _fonts() -> tuple[tuple[FT2Font, frozenset[int]], ...]:
    paths = (matplotlib_fontja.get_font_ttf_path(), font_manager.findfont(FAMILIES[1]))
    fonts = [FT2Font(path) for path in paths]
    return tuple((font, frozenset(font.get_charmap())) for font in fonts)


def printable(text: str) -> str:
    """A text as it can be drawn on one line: blanks for breaks and tabs, 〓 for what no font has."""
    known = [glyphs for _, glyphs in _fonts()]
    shown = []
    for character in unicodedata.normalize("NFC", str(text)):
        if character.isspace():
            shown.append("　" if character == "　" else " ")
        elif unicodedata.category(character) in ("Cc", "Cf", "Mn", "Cs"):
            continue
        else:
            shown.append(character if any(ord(character) in glyphs for glyphs in known) else GETA)
    return "".join(shown)


@lru_cache(maxsize=20_000)
def _advance(character: str) -> float:
    """How far a character moves the pen, in ems."""
    for font, glyphs in _fonts():
        if ord(character) in glyphs:
            with DRAWING:
                glyph = font.load_char(ord(character), flags=LoadFlags.NO_SCALE)
            return glyph.horiAdvance / font.units_per_EM
    return 1.0


def width(text: str, size: float) -> float:
    """How wide a printable text runs at a size, in the unit of the size."""
    return size * sum(map(_advance, text))


def fit(text: str, room: float, size: float) -> str:
    """The text in printable form, cut with 「…」 where it is wider than the room."""
    text = printable(text)
    if width(text, size) <= room:
        return text
    kept = ""
    for character in text:
        if width(kept + character + "…", size) > room:
            break
        kept += character
    return kept + "…"


#: What may not begin a line, and what may not end one (JIS X 4051, the common part).
_NOT_FIRST = "、。，．・：；！？）」』】〕｝〉》ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ%)]}"
_NOT_LAST = "（「『【〔｛〈《([{"
_BETWEEN = re.compile("[、・／　]|(?<!:) ")


def wrap(text: str, room: float, size: float, lines: int) -> list[str]:
    """The text in printable form, broken into at most so many lines; the last is cut with 「…」.

    Blanks stay at the end of the line they follow: joined, the lines are the text again.
    """
    rest, done = printable(text).strip(), list[str]()
    while rest and len(done) < lines - 1:
        end = _break(rest, room, size)
        end = len(rest) - len(rest[end:].lstrip())
        done.append(rest[:end])
        rest = rest[end:]
    return [*done, fit(rest, room, size)] if rest else done


def _break(text: str, room: float, size: float) -> int:
    """Where the first line of a text ends."""
    end, taken = 0, 0.0
    while end < len(text) and (taken := taken + width(text[end], size)) <= room:
        end += 1
    if end == len(text):
        return end
    end = max(end, 1)
    best = end
    # Numbers and Latin words stay whole, and punctuation where it belongs, unless that empties the line.
    while best > 1 and (
        text[best] in _NOT_FIRST
        or text[best - 1] in _NOT_LAST
        or (_latin(text[best]) and _latin(text[best - 1]))
    ):
        best -= 1
    best = best if best > end // 2 else end
    # A list is best broken between its members, but not between a term and what it means.
    part = max(text.rfind(between, 0, best) for between in "　／") + 1
    if best - part <= 16 and part > end // 2:
        return part
    between = max((found.end() for found in _BETWEEN.finditer(text, 0, best)), default=0)
    return between if best - between <= 6 and between > end // 2 else best


def _latin(character: str) -> bool:
    return character.isascii() and not character.isspace()


def save(
    figure: Figure, kind: str, title: str = "", dpi: int = 200, about: Mapping[str, str | None] | None = None
) -> bytes:
    """A drawing as the bytes of a file.

    Parameters
    ----------
    kind : "pdf", "svg" or "png"
    title : what the file says it is
    dpi : dots an inch of a PNG
    about : what else the file says of itself, by the names matplotlib has for it in such a file; None leaves out what
        matplotlib would say
    """
    buffer = BytesIO()
    said = {"Title": title} | dict(about or {})
    written = {name: text and printable(text) for name, text in said.items()}
    with DRAWING:
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=written)
    content = buffer.getvalue()
    if kind == "svg":
        content = content.replace(b"font-family: 'IPAexGothic'", f"font-family: {SCREEN_FAMILIES}".encode())
    return content
