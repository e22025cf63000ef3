"""A process of its own that reads documents: jobs on stdin, an answer to each on stdout, as its parent pickles them.

Run as a script, with the folder of the program as its first argument. It ends with its parent: where there is nothing more
to read. A fault of the program ends it too, and the parent meets the same when it reads that document itself.
"""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress


def main() -> None:
    """Read what all documents are read with, then (id, file, content) again and again; say ("part" | "refused", what)."""
    sys.path.insert(0, sys.argv[1])
    from pipeline.building.apart.part import Lookups, Reader
    from pipeline.building.apart.part_file import packed
    from pipeline.intake.records import SourceError

    # What a library prints is no answer.
    answers = open(os.dup(sys.stdout.fileno()), "wb")  # noqa: SIM115
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    jobs = sys.stdin.buffer
    reader = Reader(Lookups.load_lookups(), *pickle.load(jobs))
    while True:
        said: tuple[str, bytes | str]
        source, file, data = pickle.load(jobs)
        try:
            said = "part", packed(reader.part(source, file, data))
        except SourceError as error:
            said = "refused", str(error)
        pickle.dump(said, answers)
        answers.flush()


if __name__ == "__main__":
    with suppress(EOFError, KeyboardInterrupt, BrokenPipeError):
        main()
