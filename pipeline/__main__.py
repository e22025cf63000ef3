"""``python -m pipeline``, and the console script ``koryu``."""

import sys


def main() -> int:
    """Run the command line, also where it is interrupted before it has begun."""
    try:
        from pipeline.cli.commands import main as run

        return run()
    except KeyboardInterrupt:
        return 2


if __name__ == "__main__":
    sys.exit(main())
