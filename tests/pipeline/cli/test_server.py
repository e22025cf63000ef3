"""The server of the screens asks no other host, whatever a visitor sends, and takes no files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from pipeline.cli import server
from pipeline.serving.access import Access
from pipeline.serving.doors import place_of

ALONE = ["unshare", "--user", "--map-root-user", "--net"]


@pytest.fixture(scope="module")
def seen(root, build_dir):
    """What happens on a network that leads nowhere while foreign origins ask."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        pytest.skip("this machine has no unshare and ip to make a network with")
    if subprocess.run([*ALONE, "ip", "link", "add", "x", "type", "veth"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody make a network of their own")
    done = subprocess.run(
        [*ALONE, sys.executable, "-m", "tests.dead_end"],
        cwd=root,
        env=os.environ | {"KORYU_DATA": str(build_dir), "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_is_sent_to_another_host(seen):
    assert seen["sent"] == 0


def test_a_foreign_origin_is_refused_and_our_own_is_not(seen):
    assert seen["foreign"]["/_stcore/stream"] == [403]
    assert seen["own"] == 101


def test_health_is_answered_meanwhile(seen):
    # One look-up of a name that nobody answers takes five seconds and more.
    assert seen["foreign"]["/_stcore/health"] == [403]
    assert seen["waits"] > 10
    assert seen["longest"] < 5


def test_files_of_no_session_are_not_taken(seen):
    assert seen["upload"]["PUT"] in (400, 403)


def test_a_session_keeps_two_files_and_all_together_no_more_than_there_is_room_for(monkeypatch):
    from starlette.exceptions import HTTPException
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    add = server._bounded(MemoryUploadedFileManager.add_file)
    manager = MemoryUploadedFileManager("/upload")
    for number in range(5):
        add(manager, "one", UploadedFileRec(f"f{number}", "list.csv", "text/csv", b"x" * 100))
    assert list(manager.file_storage["one"]) == ["f3", "f4"]
    monkeypatch.setattr(server, "BYTES_OF_ALL", 250)
    with pytest.raises(HTTPException):
        add(manager, "other", UploadedFileRec("g", "list.csv", "text/csv", b"x" * 100))
    assert not manager.file_storage.get("other")


@pytest.mark.parametrize(("address", "shown"), [("0.0.0.0", "192.168.1.5"), ("192.168.1.7", "192.168.1.7")])
def test_the_screens_open_under_the_address_others_use(monkeypatch, address, shown):
    started = []
    monkeypatch.setattr(server, "adapt_streamlit", lambda *_: None)
    monkeypatch.setattr(server, "own_address", lambda: "192.168.1.5")
    monkeypatch.setattr("streamlit.web.cli.main", lambda arguments, **_: started.extend(arguments))
    assert server.serve(place_of(address, 8501, "", "", []), Access()) == 0
    assert started[started.index("--browser.serverAddress") + 1] == shown


def test_own_address_without_a_network(monkeypatch):
    class NoNetwork:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def connect(self, _):
            raise OSError

    monkeypatch.setattr(server.socket, "socket", lambda *_: NoNetwork())
    assert server.own_address() == "127.0.0.1"
