"""What the operator lets the visitors of the screens do."""

from __future__ import annotations

import os


def editing_allowed() -> bool:
    """Whether the operator started the screens with ``koryu app --edit``."""
    return os.environ.get("KORYU_EDIT") == "1"
