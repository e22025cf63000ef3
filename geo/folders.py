"""Where things are: what comes with the program, and what it writes, which is never the same folder once installed."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path

ROOT = Path(__file__).resolve().parent.parent

#: What comes with the program and is only read.
REFERENCE_DIR = ROOT / "data" / "reference"
SOURCES_DIR = ROOT / "data" / "sources"
STATIC_DIR = ROOT / "static"

#: Whether the program runs from a copy of the project, and not from an installed package.
CHECKOUT = (ROOT / "pyproject.toml").is_file()

#: What it writes: tables, documents that were added, imported boundaries, decisions. A copy of the project keeps them in itself.
DATA_DIR = ROOT / "data" if CHECKOUT else user_data_path("koryu-map", appauthor=False)
BUILD_DIR = DATA_DIR / "build"
ADDED_DIR = DATA_DIR / "sources"
IMPORTED_DIR = STATIC_DIR / "boundaries" / "imported" if CHECKOUT else DATA_DIR / "boundaries"
DECISIONS = REFERENCE_DIR / "decisions.csv" if CHECKOUT else DATA_DIR / "decisions.csv"
#: The office's own notes on its ties: beside the tables and never among them, so that nothing published can hold them.
LEDGER = DATA_DIR / "ledger.csv"


def stamp(path: Path) -> tuple[Path, int, int]:
    """What differs once a file is another: its path, time (ns) and size (bytes); what was read of it is kept by it."""
    status = path.stat()
    return path, status.st_mtime_ns, status.st_size
