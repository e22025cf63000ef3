"""How the server answers, without a browser."""

from __future__ import annotations

import http.client
import sys
import time
from urllib.parse import urlsplit

import pytest


@pytest.mark.skipif(
    sys.platform == "win32", reason="uvloop, which sends every answer at once, is not for Windows"
)
def test_no_answer_waits_for_the_acknowledgement_of_the_one_before(serve, root, build_dir):
    address = serve(environment={"KORYU_DATA": str(build_dir)})
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    taken = []
    for _ in range(20):
        start = time.perf_counter()
        connection.request("GET", "/app/static/koryu/core.js", headers={"Accept-Encoding": "gzip"})
        assert connection.getresponse().read()
        taken.append(time.perf_counter() - start)
    connection.close()
    # Where it waits, it waits for 40 ms every time but the first.
    assert min(taken[1:]) < 0.03
