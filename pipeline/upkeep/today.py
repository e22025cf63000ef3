"""What day it is: the one place that says so to whoever counts what is overdue."""

from __future__ import annotations

import os
from calendar import monthrange
from datetime import date

#: Environment variable that names another day (ISO) for today, to see how a list will stand then.
TODAY = "KORYU_TODAY"


def today() -> date:
    """Today, or the day that KORYU_TODAY names."""
    try:
        return date.fromisoformat(os.environ.get(TODAY, ""))
    except ValueError:
        return date.today()


def months_later(day: date, months: int) -> date:
    """The same day some months on, or the last of that month: ``months_later(date(2026, 11, 30), 3)`` is 2027-02-28."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
