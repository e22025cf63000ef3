"""A process of its own that reads one PDF: bytes on stdin, a line a page on stdout, and last what was found, as JSON.

The memory it may ask for is limited. Run as a script, with the folder of the program as its first argument.
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import astuple


def main() -> None:
    """Read stdin, write stdout: [pages read, of how many] for every page, then {"tables": […]} or {"refused": a sentence}."""
    root, memory, name, order = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    sys.path.insert(0, root)
    from pipeline.intake.grid.portable_tables import tables_of
    from pipeline.intake.records import SourceError

    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        tables = tables_of(
            data, name, lambda done, total: print(f"[{done}, {total}]", flush=True), in_order=bool(order)
        )
        said: dict[str, object] = {
            "tables": [(title, list(map(astuple, cells)), above) for title, cells, above in tables]
        }
    except SourceError as error:
        said = {"refused": str(error)}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
