"""Batches of names answered on a Dask cluster: docs/cluster.md says how one is set up."""

from __future__ import annotations

import hashlib
import logging
import pickle
import platform
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

import geo.places
import pipeline.reading.geocode
import pipeline.rules
from geo.folders import REFERENCE_DIR
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.columns import ColumnGeocoder
from pipeline.tables.spread import TRIES, Spread

if TYPE_CHECKING:
    from distributed import Client, Future

#: Seconds in which a scheduler has to answer, and a first worker has to be there.
_PATIENCE = 15
#: Batches on their way for each thread of the cluster: one that is answered, and one that waits for it.
_AHEAD = 2


class _AnotherVersion(Exception):
    """A worker's program or reference data are not those of the one who asks."""


@contextmanager
def on_cluster(geocoder: ColumnGeocoder, address: str) -> Iterator[Spread]:
    """Answer on the cluster whose scheduler has this address: ``tcp://host:8786``, or ``tls://``.

    Only the three columns of what is asked go there, and once what the geocoder knows. A batch whose worker fails or is
    gone is answered by another one.

    Raises
    ------
    SourceError : dask.distributed is not installed, there is nothing at the address, or there are no workers. The spread
        raises it where batches fail again and again.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise SourceError(
            "Dask を使うための部品がありません。「pip install 'koryu-map[cluster]'」で入れてから、もう一度実行してください。"
        ) from error
    # What the cluster has to say of itself is said in a sentence of ours.
    for name in ("distributed", "tornado", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise SourceError(
            f"Dask のスケジューラー「{address}」につながりません。--dask には、動いているスケジューラーの場所を"
            "「tcp://ホスト名:8786」のように指定してください。"
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise SourceError(
                f"Dask のスケジューラー「{address}」にワーカーが1つもつながっていません。ワーカーを起動してから、もう一度実行してください。"
            ) from error
        yield _Cluster(client, geocoder).answers
    finally:
        with suppress(Exception):
            client.close(timeout=_PATIENCE)


class _Cluster:
    def __init__(self, client: Client, geocoder: ColumnGeocoder) -> None:
        self._client = client
        # A result like any other: a worker that has it and dies takes nothing along that is not made again.
        self._geocoder = client.submit(
            pickle.loads, pickle.dumps(geocoder, protocol=5), pure=False, retries=TRIES
        )
        self._version = version()

    def answers(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        waiting: deque[Future] = deque()
        ahead = _AHEAD * sum(self._client.nthreads().values())
        for batch in batches:
            waiting.append(self._submit(batch))
            if len(waiting) > ahead:
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _submit(self, batch: pa.RecordBatch) -> Future:
        with _said():
            return self._client.submit(
                _answer, self._geocoder, batch, self._version, pure=False, retries=TRIES
            )

    def _result(self, future: Future) -> pa.RecordBatch:
        with _said():
            return future.result()


@contextmanager
def _said() -> Iterator[None]:
    """Say in a sentence what became of the cluster."""
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        yield
    except _AnotherVersion as error:
        raise SourceError(
            f"Dask のワーカー（{error}）の koryu-map か Python が、この PC のものと違います。"
            "すべてのワーカーに同じ wheel を入れてから、もう一度実行してください。"
        ) from error
    except (ImportError, AttributeError, pickle.UnpicklingError) as error:
        raise SourceError(
            "Dask のワーカーに koryu-map が入っていないか、この PC と違う版です。"
            "すべてのワーカーに同じ wheel を入れてから、もう一度実行してください。"
        ) from error
    except KilledWorker as error:
        raise SourceError(
            "Dask のワーカーが同じところで続けて止まりました。メモリーが足りないことが考えられます。"
            "ワーカーの記録を確かめてから、もう一度実行してください。"
        ) from error
    except (CommClosedError, TimeoutError, OSError) as error:
        raise SourceError(
            "Dask のスケジューラーとの接続が途中で切れました。スケジューラーが動いていることを確かめて、もう一度実行してください。"
        ) from error


@cache
def version() -> str:
    """What the answers depend on besides what is sent: the hash of the program's and the reference files, and Python's version."""
    folders = [
        Path(package.__path__[0]) for package in (geo.places, pipeline.reading.geocode, pipeline.rules)
    ]
    files = sorted((path.name, path) for folder in folders for path in folder.glob("*.py"))
    files += sorted((path.name, path) for path in REFERENCE_DIR.glob("*.csv") if path.name != "decisions.csv")
    digest = hashlib.sha256()
    for name, path in files:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return f"{digest.hexdigest()} {platform.python_version_tuple()[:2]}"


def _answer(geocoder: ColumnGeocoder, batch: pa.RecordBatch, asking: str) -> pa.RecordBatch:
    if version() != asking:
        raise _AnotherVersion(platform.node())
    return geocoder.answer(batch)
