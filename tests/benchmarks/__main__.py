"""Run every benchmark of this folder, one after the other: ``python -m tests.benchmarks``.

Figures and budgets are printed side by side; nothing here passes or fails.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    worst = 0
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"\n=== {path.stem}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, "-m", f"tests.benchmarks.{path.stem}"]).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
