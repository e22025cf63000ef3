"""Measure which characters look alike and write look_alikes.csv: ``python -m pipeline.reference.look_alikes FONT``.

Each kanji of a municipality's or prefecture's name is drawn beside every kanji of JIS X 0208, slightly blurred,
and compared as a picture (cosine similarity of the pixels, mean removed). Pairs from THRESHOLD on are kept. Rows
with a note are pairs that people saw misread; they stay whatever their pictures say.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from geo.folders import REFERENCE_DIR
from geo.places.folding import fold

THRESHOLD = 0.80
COLUMNS = ("a", "b", "similarity", "note")

_SIZE, _CELL, _SHRUNK, _BLUR = 56, 64, 32, 1.8


def kanji_of_names(reference_dir: Path = REFERENCE_DIR) -> list[str]:
    """Return every kanji in the name of a municipality (its 市, 区, 町, 村 left out) or prefecture."""
    with (reference_dir / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        text = "".join(row["name"][:-1] + row["prefecture"] for row in csv.DictReader(file))
    return sorted({character for character in text if "一" <= character <= "鿿"})


def kanji_of_jis() -> list[str]:
    """Return the kanji of JIS X 0208, levels 1 and 2 (rows 16 to 84)."""
    pairs = (bytes([row, cell]) for row in range(0xB0, 0xF5) for cell in range(0xA1, 0xFF))
    return [character for pair in pairs if (character := pair.decode("euc_jp", "ignore"))]


def pictures(characters: list[str], font: ImageFont.FreeTypeFont) -> np.ndarray:
    """Return one row of unit length a character: its blurred picture with the mean removed."""
    rows = []
    for character in characters:
        image = Image.new("L", (_CELL, _CELL))
        ImageDraw.Draw(image).text((_CELL / 2, _CELL / 2), character, font=font, fill=255, anchor="mm")
        small = image.filter(ImageFilter.GaussianBlur(_BLUR)).resize(
            (_SHRUNK, _SHRUNK), Image.Resampling.BILINEAR
        )
        pixels = np.asarray(small, dtype=float).ravel()
        pixels -= pixels.mean()
        rows.append(pixels / np.linalg.norm(pixels))
    return np.array(rows)


def measure(font: ImageFont.FreeTypeFont) -> dict[tuple[str, str], float]:
    """Return the similarity of every pair that reaches THRESHOLD and that the fold does not already make one."""
    names = kanji_of_names()
    others = sorted({*names, *kanji_of_jis()})
    similarity = pictures(names, font) @ pictures(others, font).T
    pairs: dict[tuple[str, str], float] = {}
    for i, j in zip(*np.nonzero(similarity >= THRESHOLD), strict=True):
        a, b = sorted((fold(names[i]), fold(others[j])))
        if a != b:
            pairs[a, b] = max(pairs.get((a, b), 0.0), float(similarity[i, j]))
    return pairs


def main() -> int:
    path = REFERENCE_DIR / "look_alikes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        noted = {(row["a"], row["b"]): row["note"] for row in csv.DictReader(file) if row["note"]}
    pairs = measure(ImageFont.truetype(sys.argv[1], _SIZE, index=0))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for a, b in sorted({*pairs, *noted}):
            shown = f"{pairs[a, b]:.2f}" if (a, b) in pairs else ""
            writer.writerow([a, b, shown, noted.get((a, b), "")])
    return 0


if __name__ == "__main__":
    sys.exit(main())
