"""A document's part as a file: what is few as JSON, its tables as Arrow, all under a hash. No code is in it.

The format is Arrow's IPC stream (https://arrow.apache.org/docs/format/Columnar.html), compressed, one after the other.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any

import pyarrow as pa

from pipeline.building.apart.part import OWN_TABLES, PLACES, Part
from pipeline.building.build_tables import arrow_schema
from pipeline.intake.records import Agreement, Count, Event, Reading, Stated

_MARK = b"koryu part 1\n"
_LENGTH = struct.Struct(">Q")
_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")
#: What a reading has few of, by the name of its field.
_FEW = {"agreements": Agreement, "counts": Count, "events": Event, "stated": Stated}


def packed(part: Part) -> bytes:
    """The content of the file."""
    reading = part.reading
    said = {
        "source": reading.source,
        "series": reading.series,
        "as_of": reading.as_of,
        **{name: [astuple(one) for one in getattr(reading, name)] for name in _FEW},
        "rows": part.rows,
        "records": part.records,
        "origins": part.origins,
        "homes": part.homes,
        "partners": part.partners,
        "reconciled": part.reconciled,
    }
    blocks: list[bytes | memoryview] = [json.dumps(said, ensure_ascii=False).encode()]
    blocks += [_stream(table) for table in (*(part.tables[name] for name in OWN_TABLES), part.places)]
    return sealed(blocks)


def unpacked(data: bytes) -> Part:
    """The part that a file holds.

    Raises
    ------
    ValueError : it is no such file, or not whole.
    """
    blocks = opened(data)
    try:
        said = json.loads(bytes(blocks[0]))
        few: dict[str, Any] = {name: [kind(*one) for one in said[name]] for name, kind in _FEW.items()}
        reading = Reading(said["source"], [], series=said["series"], as_of=said["as_of"], **few)
        tables = {
            name: _table(block, arrow_schema(name))
            for name, block in zip(OWN_TABLES, blocks[1:-1], strict=True)
        }
        origins, homes, partners = (tuple(said[name]) for name in ("origins", "homes", "partners"))
        places = _table(blocks[-1], PLACES)
        counted = said["rows"], said["records"]
        return Part(reading, *counted, origins, homes, partners, said["reconciled"], tables, places)
    except (KeyError, TypeError, IndexError, pa.ArrowException) as error:
        raise ValueError("written otherwise") from error


def sealed(blocks: Iterable[bytes | memoryview]) -> bytes:
    """Some blocks of bytes as a file, under the hash of them all."""
    content = b"".join(piece for block in blocks for piece in (_LENGTH.pack(len(block)), block))
    return _MARK + hashlib.sha256(content).digest() + content


def opened(data: bytes) -> list[memoryview]:
    """The blocks of a file; ValueError where it is none, or not whole."""
    start = len(_MARK) + hashlib.sha256().digest_size
    mark, digest, content = data[: len(_MARK)], data[len(_MARK) : start], memoryview(data)[start:]
    if mark != _MARK or hashlib.sha256(content).digest() != digest:
        raise ValueError("not what was written")
    blocks = []
    at = 0
    while at < len(content):
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        blocks.append(content[at : at + length])
        at += length
    return blocks


def _stream(table: pa.Table) -> memoryview:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=_COMPRESSED) as stream:
        stream.write_table(table)
    return memoryview(sink.getvalue())


def _table(block: memoryview, schema: pa.Schema) -> pa.Table:
    with pa.ipc.open_stream(pa.py_buffer(block)) as stream:
        table = stream.read_all()
    if table.schema != schema:
        raise ValueError("other columns")
    return table
