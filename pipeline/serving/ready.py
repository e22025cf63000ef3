"""Whether the screens can be shown: the tables are there and readable, and the server answers."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

from geo.ledger.schema import TABLES

#: As in `pipeline.building.build_json`, which is not loaded for it: a service manager asks every half minute.
META = "build.json"
#: How long the server may take to answer, in seconds.
PATIENCE = 5.0


def tables_missing(folder: Path) -> str:
    """Why the tables of a build could not be shown, as a Japanese sentence; "" where they could.

    Columns and the end of every table are looked at, which takes no more than some milliseconds.
    """
    from pyarrow import ArrowException, parquet

    where = folder if (folder / META).exists() else folder.with_name(f"{folder.name}.old")
    try:
        json.loads((where / META).read_text("utf-8"))["documents"]
    except OSError:
        return f"「{folder}」に表がありません。koryu build で作ってください。"
    except (ValueError, KeyError, TypeError):
        return f"「{folder}」の {META} が壊れています。koryu build で作り直してください。"
    for name, columns in TABLES.items():
        try:
            there = parquet.read_schema(where / f"{name}.parquet").names
        except (OSError, ValueError, ArrowException):
            return f"「{folder}」の表 {name} を読めません。koryu build で作り直してください。"
        if missing := [column for column in columns if column not in there]:
            return f"「{folder}」の表 {name} に列「{missing[0]}」がありません。koryu build で作り直してください。"
    return ""


def server_silent(address: str, port: int, base_path: str = "") -> str:
    """Why no screens can be had of a server, as a Japanese sentence; "" where it answers."""
    path = "/".join(("", *filter(None, (base_path.strip("/"), "_stcore/health"))))
    # By no proxy, whatever the environment names.
    line = http.client.HTTPConnection(address, port, timeout=PATIENCE)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        if (answer.status, answer.read(16).strip()) == (200, b"ok"):
            return ""
        return f"{address} のポート {port} の答えが、画面のものではありません（{answer.status}）。"
    except (OSError, http.client.HTTPException):
        return f"{address} のポート {port} で、画面が答えません。koryu app が動いているか確かめてください。"
    finally:
        line.close()
