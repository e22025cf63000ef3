"""The commands as a user types them: help, exit codes, streams."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from pipeline.cli import commands as cli
from pipeline.cli.console import columns

SETAGAYA = "setagaya_exchange_r6"
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
COMMANDS = ("build", "geocode", "check", "export", "publish", "boundaries", "bundle", "app")


@dataclass
class Done:
    """How a command ended and what it wrote."""

    returncode: int
    out: str
    err: str


@pytest.fixture
def run(root, monkeypatch, capfd):
    """Run a command as ``python -m pipeline`` does, but without starting Python for each."""

    def run(*arguments, stdin: bytes = b"") -> Done:
        monkeypatch.chdir(root)
        monkeypatch.setattr("sys.argv", ["python -m pipeline", *map(str, arguments)])
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin)))
        try:
            status = cli.main()
        except SystemExit as ended:
            status = ended.code
        done = Done(status, *capfd.readouterr())
        assert "Traceback" not in done.err
        return done

    return run


@pytest.mark.parametrize(
    "command",
    [(), *((command,) for command in COMMANDS), ("boundaries", "import"), ("boundaries", "reset")],
)
def test_help_is_japanese(run, command):
    done = run(*command, "--help")
    assert done.returncode == 0
    assert done.out.startswith("使い方: python -m pipeline")
    for word in ("usage", "options", "positional", "show this", "optional"):
        assert word not in done.out.lower()
    # What an option does stands beside its name, or below it where the name is long.
    options = re.split(r"\n  (?=-)", done.out.partition("\n指定:")[2])[1:]
    assert options
    assert all(JAPANESE.search(re.sub(r"^\S+( \S+)*( \[\S+ \.\.\.\])?", "", option)) for option in options)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("build", "--souces", "x"),
        ("build", "--out"),
        ("check", "--help=x"),
        ("geocode", "one", "two"),
        ("app", "--port", "99999"),
        ("app", "--port", "http"),
        ("app", "--address", ""),
        ("app", "--address", "no address"),
        ("boundaries",),
        ("boundaries", "fly"),
        ("boundaries", "import"),
    ],
)
def test_a_wrong_option_gets_one_japanese_sentence(run, arguments):
    done = run(*arguments)
    assert (done.returncode, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert JAPANESE.search(done.err)
    assert not re.search(r"argument|invalid|error|expected|required", done.err)


def test_build_and_check(run, root, tmp_path):
    built = run("build", "--out", tmp_path / "out")
    assert built.returncode == 0, built.err
    assert re.search(r"計 +891 ", built.out)
    checked = run("check", "--out", tmp_path / "out")
    assert checked.returncode == 0
    header, *rows = checked.out.splitlines()
    assert header.split("\t")[:4] == ["severity", "rule", "source", "source_line"]
    assert {len(row.split("\t")) for row in rows} == {len(header.split("\t"))}
    severities = [row.split("\t")[0] for row in rows]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    assert re.fullmatch(r"誤り 0件、注意 \d+件、参考 \d+件\n", checked.err)


def test_check_without_a_build(run, tmp_path):
    done = run("check", "--out", tmp_path)
    assert (done.returncode, done.out) == (2, "")
    assert "build" in done.err


@pytest.fixture
def sources(root, tmp_path) -> Path:
    """A directory with a copy of the smaller document."""
    folder = tmp_path / "sources"
    folder.mkdir()
    shutil.copyfile(root / "data" / "sources" / f"{SETAGAYA}.txt", folder / f"{SETAGAYA}.txt")
    return folder


def spoiled(text: str) -> dict[str, bytes]:
    rows = [line.split("\t") for line in text.split("\n")]
    return {
        "empty": b"",
        "blank": b"\n \n\n",
        "binary": bytes(range(256)) * 100,
        "shift_jis": text.encode("cp932", "replace"),
        "column missing": "\n".join("\t".join(row[:2] + row[3:]) for row in rows).encode(),
        "header only": text[: text.index("152102")].encode(),
        "cut inside a character": text.encode()[:-40] + "区".encode()[:2],
    }


@pytest.mark.parametrize("kind", spoiled("152102"))
def test_a_bad_source_gets_one_sentence_and_keeps_the_build(run, sources, tmp_path, build_dir, kind):
    out = tmp_path / "out"
    shutil.copytree(build_dir, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    path = sources / f"{SETAGAYA}.txt"
    path.write_bytes(spoiled(path.read_text(encoding="utf-8"))[kind])
    done = run("build", "--sources", sources, "--out", out)
    assert (done.returncode, done.out) == (2, "")
    sentence = done.err.splitlines()[-1]
    assert f"{SETAGAYA}.txt" in sentence
    assert sentence.endswith("。")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_missing_sources(run, tmp_path):
    done = run("build", "--sources", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "nowhere" in done.err
    assert not (tmp_path / "out").exists()


def test_an_output_directory_of_other_things_is_not_touched(run, sources, tmp_path):
    done = run("build", "--sources", sources, "--out", sources)
    assert done.returncode == 2
    assert (sources / f"{SETAGAYA}.txt").exists()


HEADER = "text\tcodes\tlevel\tmethod\tconfidence\tcandidates"


def test_geocode_answers_line_by_line(run):
    text = "\ufeff群馬県川場村\r\n\n府中市\n  秋田県\t鹿角市 \nどこにもない場所"
    done = run("geocode", stdin=text.encode())
    assert (done.returncode, done.err) == (0, "")
    header, *rows = done.out.split("\n")[:-1]
    assert header == HEADER
    cells = [row.split("\t") for row in rows]
    assert {len(row) for row in cells} == {6}
    assert [row[1] for row in cells] == ["10444", "", "", "05209", ""]
    assert cells[1] == [""] * 6
    assert set(cells[2][5].split("|")) == {"13206", "34208"}
    assert cells[3][0] == "  秋田県 鹿角市 "
    assert cells[4][2:5] == ["unresolved", "none", "0.00"]


def test_geocode_reads_a_file_and_a_prefecture(run, tmp_path):
    (tmp_path / "names.txt").write_text("府中市\n", encoding="utf-8")
    done = run("geocode", "--prefecture", "広島県", tmp_path / "names.txt")
    assert done.out.splitlines()[1].split("\t")[1] == "34208"


def test_geocode_of_nothing_is_a_header(run):
    assert run("geocode").out == HEADER + "\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("nowhere.txt",), b"", "nowhere.txt"),
        (("data",), b"", "data"),
        (("--prefecture", "江戸県"), b"", "江戸県"),
        ((), "群馬県\n川場村".encode("cp932"), "1行目"),
        ((), "群馬県\n".encode() + "川場村".encode("cp932"), "2行目"),
    ],
)
def test_geocode_bad_input(run, arguments, stdin, said):
    done = run("geocode", *arguments, stdin=stdin)
    assert done.returncode == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_geocode_answers_before_its_input_ends(root):
    command = [sys.executable, "-m", "pipeline", "geocode"]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write("群馬県川場村\n".encode())
        process.stdin.flush()
        assert process.stdout.readline().decode().strip() == HEADER
        assert process.stdout.readline().decode().split("\t")[1] == "10444"
        process.stdin.close()


@pytest.mark.skipif(os.name == "nt", reason="a POSIX shell pipe")
def test_geocode_stops_quietly_when_nobody_reads_on(root):
    many = "yes 群馬県川場村 | head -20000"
    script = f"set -o pipefail; {many} | {sys.executable} -m pipeline geocode | head -2"
    done = subprocess.run(["bash", "-c", script], cwd=root, capture_output=True, timeout=60)
    assert done.stdout.decode().splitlines()[0] == HEADER
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no device that is always full")
@pytest.mark.parametrize("command", ["geocode", "check"])
def test_a_full_disk_behind_the_output_is_said_in_one_sentence(root, build_dir, command):
    arguments = ["--out", str(build_dir)] if command == "check" else []
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", command, *arguments],
            cwd=root,
            input="港区\n".encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert done.returncode == 2
    assert (
        done.stderr.decode() == "結果を出力できません（空き容量がありません）。出力先を確かめてください。\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="closed by a POSIX shell")
@pytest.mark.parametrize(("closed", "status"), [(">&-", 0), ("2>&-", 0), ("<&-", 2), (">&- 2>&- <&-", 2)])
def test_a_missing_stream_is_no_fault(root, closed, status):
    script = f"echo 群馬県川場村 | {sys.executable} -m pipeline geocode {closed}"
    done = subprocess.run(["bash", "-c", script], cwd=root, capture_output=True, timeout=60)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr


def test_a_line_without_end_is_no_name_and_takes_no_time(run):
    done = run("geocode", stdin=("（" * 300_000 + "\n群馬県川場村").encode())
    assert [row.split("\t")[1] for row in done.out.splitlines()[1:]] == ["", "10444"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_an_interrupted_command_says_so_and_leaves_no_trace(root, tmp_path):
    command = [sys.executable, "-m", "pipeline", "build", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        command,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Whoever runs the tests in the background has switched the signal off.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        process.stderr.readline()  # it has begun to read
        process.send_signal(signal.SIGINT)
        said = process.stderr.read().decode()
    assert process.returncode == 2
    assert said.splitlines()[-1] == "中止しました。"
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["out.lock"]


def test_output_is_utf8_whatever_the_locale(root):
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "geocode"],
        cwd=root,
        env=os.environ | {"PYTHONIOENCODING": "cp932", "LC_ALL": "C"},
        input="兵庫県丹波篠山市\n".encode(),
        capture_output=True,
        timeout=60,
    )
    assert "丹波篠山市" in done.stdout.decode("utf-8")
    assert done.stderr == b""


def test_an_unexpected_error_is_one_sentence_and_a_log(monkeypatch, capsys, tmp_path):
    def fail(options):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(cli, "_check", fail)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert cli.main(["check"]) == 2
    message = capsys.readouterr().err
    assert len(message.splitlines()) == 1
    [log] = tmp_path.glob("koryu-*.log")
    assert str(log) in message
    assert "a fault of ours" in log.read_text(encoding="utf-8")


def test_columns_line_up_in_a_terminal():
    assert list(columns([["区", "行"], ["世田谷区", 1234]])) == ["区           行", "世田谷区  1,234"]


def free_port() -> int:
    for port in range(8620, 8630):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    pytest.fail("no free port")


def test_app_says_when_its_port_is_taken(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("app", "--port", port)
    assert done.returncode == 2
    assert str(port) in done.err


def test_app_serves_on_this_machine_only(root):
    port = free_port()
    command = [sys.executable, "-m", "pipeline", "app", "--port", str(port)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert health(port, process) == b"ok"
        finally:
            process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert out == b""
    assert all(JAPANESE.search(line) for line in err.decode("utf-8").splitlines())
    if os.name != "nt":
        assert (process.returncode, err.decode("utf-8").splitlines()[-1]) == (0, "画面を終えました。")


#: The program as the first process of a container, while it makes its tables.
BUILDING = """
import sys, time
from pipeline import __main__
from pipeline.building import run, stale
stale.is_stale = lambda: True
run.build = lambda *_, **__: time.sleep(60)
sys.argv = ["koryu", "app", "--port", sys.argv[1]]
sys.exit(__main__.main())
"""
ALONE = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")


def test_a_container_ends_when_told_to_while_it_still_makes_its_tables(root):
    if not shutil.which("unshare") or subprocess.run([*ALONE, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody make namespaces (unshare)")
    command = [*ALONE, sys.executable, "-c", BUILDING, str(free_port())]
    environment = {name: value for name, value in os.environ.items() if name != "KORYU_DATA"}
    with subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.PIPE) as process:
        try:
            assert "作り直します" in process.stderr.readline().decode("utf-8")
            (first,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("utf-8").split()
            os.kill(int(first), signal.SIGTERM)
            assert process.wait(timeout=30) == 128 + signal.SIGTERM
        finally:
            process.kill()


def test_app_leaves_tables_alone_that_someone_names(monkeypatch, tmp_path):
    started = []
    monkeypatch.setenv("KORYU_DATA", str(tmp_path))
    monkeypatch.setenv("KORYU_EDIT", "")  # the command sets it; here it is restored
    monkeypatch.setattr("pipeline.building.run.build", lambda **_: pytest.fail("built"))
    monkeypatch.setattr("pipeline.building.stale.is_stale", lambda: True)
    monkeypatch.setattr("pipeline.cli.server.adapt_streamlit", lambda *_: None)
    monkeypatch.setattr("streamlit.web.cli.main", lambda arguments, **_: started.append(arguments))
    assert cli.main(["app", "--port", str(free_port())]) == 0
    assert started
    assert list(tmp_path.iterdir()) == []


def health(port: int, process: subprocess.Popen) -> bytes:
    """What the app says of itself, once it is up."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.2)
    return b"the app did not come up"
