"""A process of its own that reads one workbook: bytes on stdin, its sheets as JSON on stdout, or a line for each row.

The library's Rust code ends its process where a damaged file leads it astray, and may ask for all memory before; so it
has a process, and a limit, to itself. Run as a script: it imports nothing of the house.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import sys
from collections.abc import Iterator


def main() -> None:
    """Read stdin, write stdout: {"sheets": […]} or {"error": "locked" | "cells" | "broken"}.

    Asked for rows, for each sheet that can be seen {"sheet": name, "rows": how many}, then a list for each row, a line
    each, and {"end": true} last.
    """
    memory, most_cells = int(sys.argv[1]), int(sys.argv[2])
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.argv[3:] == ["rows"]:
        for line in _lines(sys.stdin.buffer.read(), most_cells):
            sys.stdout.write(json.dumps(line) + "\n")
    else:
        json.dump(_answer(sys.stdin.buffer.read(), most_cells), sys.stdout)


def _lines(data: bytes, most_cells: int) -> Iterator[object]:
    import python_calamine

    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        for about in book.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            if about.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            sheet = book.get_sheet_by_name(about.name)
            if sheet.height * sheet.width > most_cells:
                yield {"error": "cells"}
                return
            yield {"sheet": about.name, "rows": sheet.height}
            for row in sheet.iter_rows():
                yield [_exact(value) for value in row]
    except python_calamine.PasswordError:
        yield {"error": "locked"}
    except GeneratorExit:
        raise
    except BaseException as error:
        yield {"error": _fault(error)}
    else:
        yield {"end": True}


def _exact(value: object) -> object:
    """A value as JSON has it; a date as {"date": ISO text}, one with a time as {"time": ISO text}."""
    if isinstance(value, datetime.datetime):
        return {"time": value.isoformat()}
    return _plain(value)


def _answer(data: bytes, most_cells: int) -> dict:
    import python_calamine

    sheets = []
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        for about in book.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            if sheet.height * sheet.width > most_cells:
                return {"error": "cells"}
            rows = [[_plain(value) for value in row] for row in sheet.to_python(skip_empty_area=True)]
            sheets.append(
                {
                    "name": about.name,
                    "hidden": about.visible != python_calamine.SheetVisibleEnum.Visible,
                    "start": sheet.start or (0, 0),
                    "merged": sheet.merged_cell_ranges or [],
                    "rows": rows,
                }
            )
    except python_calamine.PasswordError:
        return {"error": "locked"}
    except BaseException as error:
        # A fault inside the library's Rust code comes as an exception that is no Exception.
        return {"error": _fault(error)}
    return {"sheets": sheets}


def _fault(error: BaseException) -> str:
    return "locked" if "password" in str(error).lower() else "broken"


def _plain(value: object) -> object:
    """A value as JSON has it; a date as {"date": ISO text}."""
    if isinstance(value, datetime.datetime):
        plain = not (value.hour or value.minute or value.second)
        return {"date": value.date().isoformat() if plain else value.isoformat(" ", "minutes")}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    return value if isinstance(value, str | bool | int | float) else str(value)


if __name__ == "__main__":
    main()
