"""What is missing is said before the screens open, in one sentence, with exit status 2; and whether they are ready."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pipeline.atomic import WriteError
from pipeline.cli import commands
from pipeline.intake.records import SourceError
from pipeline.serving import journal, start
from pipeline.serving.ready import server_silent, tables_missing


@pytest.fixture
def app(monkeypatch, build_dir):
    """Runs the command ``app`` up to where the server would begin."""
    monkeypatch.setenv("KORYU_DATA", str(build_dir))
    monkeypatch.setenv("KORYU_EDIT", "")  # the command sets it; here it is restored
    monkeypatch.setattr("pipeline.cli.commands.serve", lambda *_, **__: 0)
    yield lambda *options: commands.main(["app", "--port", "8563", *options])
    journal.open_at(None)


def sentence(capsys) -> str:
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_start_and_stop_are_logged(app, tmp_path):
    log = tmp_path / "log"
    assert app("--log", str(log)) == 0
    began, ended = (json.loads(line) for line in log.read_text("utf-8").splitlines())
    assert (began["event"], began["port"], began["edit"]) == ("start", 8563, False)
    assert (ended["event"], ended["status"]) == ("stop", 0)


def test_a_log_that_cannot_be_kept(app, tmp_path, capsys):
    assert app("--log", str(tmp_path / "none" / "log")) == 2
    assert "書き込めません" in sentence(capsys)


def test_a_missing_font(app, monkeypatch, capsys):
    start.fonts_there()
    monkeypatch.setattr(start, "FONT", ("matplotlib_fontja", "fonts/none.ttf"))
    assert app() == 2
    assert "matplotlib-fontja" in sentence(capsys)
    monkeypatch.setattr(start, "FONT", ("no_such_package", "none.ttf"))
    with pytest.raises(SourceError, match="no-such-package"):
        start.fonts_there()


def test_editing_where_nothing_can_be_kept(app, monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KORYU_LEDGER", str(tmp_path / "file" / "ledger.csv"))
    assert app() == 0
    capsys.readouterr()
    assert app("--edit") == 2
    assert str(tmp_path / "file") in sentence(capsys)


def test_a_full_disk(tmp_path):
    """On a disk of its own, where this machine lets anybody make one."""
    alone = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk of their own")
    fill = (
        f"mount -t tmpfs -o size=64k tmpfs {tmp_path} && head -c 60000 /dev/zero > {tmp_path}/full; "
        'exec "$0" -c \'import sys, pathlib\n'
        "from pipeline.serving.start import writable\n"
        "from pipeline.atomic import WriteError\n"
        "try: writable([pathlib.Path(sys.argv[1])])\n"
        "except WriteError as error: print(error)' " + str(tmp_path)
    )
    done = subprocess.run(
        [*alone, "sh", "-c", fill, sys.executable],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert "空き容量がありません" in done.stdout, done.stderr


def test_a_folder_that_is_read_only(tmp_path):
    folder = tmp_path / "folder"
    start.writable([folder])
    assert list(folder.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="フォルダではありません"):
        start.writable([tmp_path / "file" / "below"])


def test_tables_that_could_be_shown(build_dir, tmp_path):
    assert tables_missing(build_dir) == ""
    assert "表がありません" in tables_missing(tmp_path / "none")
    made = Path(shutil.copytree(build_dir, tmp_path / "build"))
    (made / "links.parquet").write_bytes((made / "findings.parquet").read_bytes())
    assert "表 links に列" in tables_missing(made)
    (made / "links.parquet").write_bytes(b"PAR1")
    assert "表 links を読めません" in tables_missing(made)
    (made / "build.json").write_text("[]")
    assert "build.json が壊れています" in tables_missing(made)


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok" if self.path == "/koryu/_stcore/health" else b"<html>")

    def log_message(self, *_):
        pass


def test_a_server_that_answers(build_dir, monkeypatch, capsys):
    monkeypatch.setenv("KORYU_DATA", str(build_dir))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert server_silent("127.0.0.1", port, "/koryu/") == ""
        assert commands.main(["ready", "--port", str(port), "--base-path", "/koryu"]) == 0
        assert "画面のものではありません" in server_silent("127.0.0.1", port)
        server.shutdown()
    capsys.readouterr()
    assert commands.main(["ready", "--port", str(port)]) == 1
    assert "答えません" in sentence(capsys)
    assert commands.main(["ready"]) == 0
