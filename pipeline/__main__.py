"""``python -m pipeline``, and the console script ``koryu``."""

import os
import signal
import sys


def main() -> int:
    """Run the command line, also where it is interrupted before it has begun."""
    if os.getpid() == 1:
        # The first process of a container is deaf to what it does not wait for, and would have to be killed.
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        from pipeline.cli.commands import main as run

        return run()
    except KeyboardInterrupt:
        return 2


if __name__ == "__main__":
    sys.exit(main())
