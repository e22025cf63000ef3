"""Where the project's folders are: reference data, the files its screens and sites serve."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA_DIR = ROOT / "data"
REFERENCE_DIR = DATA_DIR / "reference"
STATIC_DIR = ROOT / "static"
