"""The files of deploy/ by what they are for: an image built by buildah, run by podman and podman-compose, the unit by systemd.

No registry of images is asked. What the files stand on is made on the spot and given its name there: a Debian with Python
for the image of Python, nginx upon it for that of nginx. ``make test-serving`` runs it; it needs root, Debian's packages
and a package index, and takes ten minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("podman_compose", reason="no podman-compose here (pip install podman-compose)")

TOOLS = ("debootstrap", "buildah", "podman", "openssl", "curl", "ip", "unshare", "nsenter")
MISSING = [tool for tool in TOOLS if not shutil.which(tool)]
pytestmark = [
    pytest.mark.skipif(
        not os.environ.get("KORYU_SERVING"), reason="installs every package anew: KORYU_SERVING=1"
    ),
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root makes a Debian of its own"),
    pytest.mark.skipif(bool(MISSING), reason=f"Debian: apt-get install {' '.join(MISSING)}"),
]

PYTHON, NGINX = "docker.io/library/python:3.11-slim", "docker.io/nginxinc/nginx-unprivileged:1.28"
HOST = "map.example.lg.jp"
SCREENS = ("koryu_first_1", "koryu_second_1")
#: Seconds until the screens are there, on a busy machine; and those an engine gives a process to end by itself.
PATIENCE, GRACE = 180, 10

#: As the image of that name has it.
NGINX_CONF = """pid /tmp/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
  include /etc/nginx/mime.types; include /etc/nginx/conf.d/*.conf;
}
"""
NGINX_IMAGE = f"""FROM {PYTHON}
RUN apt-get update -q && apt-get install -qy --no-install-recommends nginx-light
COPY nginx.conf /etc/nginx/nginx.conf
USER 101
CMD ["nginx", "-e", "stderr", "-g", "daemon off;"]
"""
#: What an operator does, within a machine that systemd runs: start, look, stop, a kill, a wrong option.
OPERATOR = """exec > /said 2>&1
as_koryu() { runuser -u koryu -- env XDG_DATA_HOME=/var/lib/koryu "$@"; }
shown() { echo "$1: $(systemctl show koryu -p ActiveState -p Result -p NRestarts -p ExecMainStatus | sort | tr '\\n' ' ')"; }
ready() { for _ in $(seq 300); do as_koryu /opt/koryu/bin/koryu ready --port 8501 > /dev/null && return; sleep 1; done; }
ready; shown ready
inside="nsenter --target $(systemctl show koryu -p MainPID --value) --mount --"
for place in / /etc /opt/koryu /home /var/lib /var/lib/koryu; do
  $inside runuser -u koryu -- touch $place/x 2> /dev/null && echo "wrote: $place"
done
as_koryu /opt/koryu/bin/koryu backup --out /var/lib/koryu/kept.zip && ls /var/lib/koryu/kept.zip
systemctl stop koryu; shown stopped
systemctl start koryu; ready; systemctl kill --signal=KILL koryu; sleep 6; ready; shown killed
sed -i 's/--port 8501/--port 99999/' /etc/systemd/system/koryu.service
systemctl daemon-reload; systemctl restart koryu; sleep 8; shown wrong
journalctl -u koryu -o cat
systemctl poweroff
"""
#: It comes after what it looks at.
OPERATING = """[Unit]
After=koryu.service
[Service]
Type=oneshot
TimeoutStartSec=900
ExecStart=sh /operator.sh
"""
#: A network and mounts of their own, for as long as this runs: port 443 is free there, and no other program of this machine
#: sees its network change. Where two kinds of control groups are mounted at once an engine runs nothing: it sees one.
APART = "ip link set lo up; umount /sys/fs/cgroup/unified 2>/dev/null; echo ready; exec sleep infinity"

Asked = Callable[..., subprocess.CompletedProcess]


@pytest.fixture(scope="module")
def engine() -> Iterator[Asked]:
    """Run a command apart, with images and containers in a folder of its own; by default it has to succeed.

    ``reaching=True`` leaves it the network of this machine.
    """
    with (
        tempfile.TemporaryDirectory(prefix="koryu-engine-", dir="/var/tmp") as name,
        subprocess.Popen(
            ["unshare", "--mount", "--net", "sh", "-c", APART], stdout=subprocess.PIPE, text=True
        ) as apart,
    ):
        if not apart.stdout.readline():
            pytest.skip("this machine lets nobody make namespaces (unshare)")
        folder = Path(name)
        (folder / "containers.conf").write_text(
            # By default an engine wants more than root of a container, as in a CI, may have.
            '[containers]\ncgroups = "disabled"\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
            f'[network]\nnetwork_config_dir = "{folder}/networks"\n',
            "utf-8",
        )
        (folder / "storage.conf").write_text(
            f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\nrunroot = "{folder}/run"\n',
            "utf-8",
        )
        environment = os.environ | {
            "CONTAINERS_CONF": str(folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
            "BUILDAH_ISOLATION": "chroot",
        }

        def asked(
            *command: str | Path, check: bool = True, reaching: bool = False, cwd: Path = folder
        ) -> subprocess.CompletedProcess:
            inside = ["nsenter", f"--target={apart.pid}", "--mount", *([] if reaching else ["--net"])]
            done = subprocess.run(
                [*inside, f"--wdns={cwd}", *command],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert done.returncode == 0 or not check, f"{command}: {done.stdout}"
            return done

        try:
            yield asked
        finally:
            asked("podman", "rm", "--all", "--force", "--time", "0", check=False)
            asked("podman", "rmi", "--all", "--force", check=False)
            apart.kill()


@pytest.fixture(scope="module")
def project(root, engine, tmp_path_factory) -> Path:
    """A copy of the project with the certificate the files name, and the images that they stand on."""
    folder = tmp_path_factory.mktemp("project")
    rootfs = folder / "rootfs"
    made = ["debootstrap", "--variant=minbase", "--include=python3-venv,ca-certificates", "bookworm"]
    engine(*made, rootfs, reaching=True)
    (rootfs / "usr/local/bin/python").symlink_to("/usr/bin/python3")
    # What this machine needs to reach its package index.
    for path in ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf"):
        if Path("/", path).is_file():
            shutil.copy(Path("/", path), rootfs / path)
    engine("tar", "-C", rootfs, "-cf", folder / "rootfs.tar", ".")
    shutil.rmtree(rootfs)
    engine("podman", "import", folder / "rootfs.tar", PYTHON)
    (folder / "rootfs.tar").unlink()
    tried = engine("podman", "run", "--rm", "--network=none", PYTHON, "true", check=False)
    if tried.returncode:
        pytest.skip(f"this machine lets podman run nothing: {tried.stdout.strip()}")
    (folder / "nginx").mkdir()
    (folder / "nginx" / "nginx.conf").write_text(NGINX_CONF, "utf-8")
    (folder / "nginx" / "Containerfile").write_text(NGINX_IMAGE, "utf-8")
    engine("buildah", "build", "--pull-never", "-t", NGINX, folder / "nginx", reaching=True)
    there = folder / "koryu"
    shutil.copytree(root, there, ignore=shutil.ignore_patterns(".git", ".venv*", "node_modules", "build"))
    tls = there / "deploy" / "tls"
    tls.mkdir()
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    made += [
        "-addext",
        f"subjectAltName=DNS:{HOST}",
        "-keyout",
        tls / f"{HOST}.key",
        "-out",
        tls / f"{HOST}.pem",
    ]
    engine(*made)
    (tls / f"{HOST}.key").chmod(0o644)  # another user runs nginx
    return there


@pytest.fixture(scope="module")
def image(engine, project) -> str:
    """The image of the Containerfile."""
    built = engine(
        *(
            "buildah",
            "build",
            "--format=docker",
            "--pull-never",
            "-f",
            "deploy/Containerfile",
            "-t",
            "koryu-map",
            ".",
        ),
        cwd=project,
        reaching=True,
    )
    assert "warning" not in built.stdout.lower(), built.stdout
    return "koryu-map"


def healthy(engine: Asked, name: str) -> None:
    """Ask a container's own health check until it holds; no systemd need be there to ask it."""
    until = time.monotonic() + PATIENCE
    while engine("podman", "healthcheck", "run", name, check=False).returncode:
        assert time.monotonic() < until, engine("podman", "logs", name).stdout
        time.sleep(1)


def stopped(engine: Asked, name: str) -> int:
    """Stop a container as an engine does; its exit status."""
    engine("podman", "stop", "--time", str(GRACE), name)
    return int(engine("podman", "inspect", "--format", "{{.State.ExitCode}}", name).stdout.split()[-1])


def test_a_container_is_nobody_writes_only_its_volume_and_ends_when_told_to(engine, image):
    locked = [
        "--read-only",
        "--tmpfs=/tmp",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        "--network=none",
    ]
    engine("podman", "run", "--detach", "--name=one", *locked, "--volume=koryu:/data", image)
    # It makes its tables at this moment; 137 where it had to be killed.
    assert stopped(engine, "one") == 128 + signal.SIGTERM
    engine("podman", "start", "one")
    healthy(engine, "one")

    def inside(command: str) -> str:
        return engine("podman", "exec", "one", "sh", "-c", command, check=False).stdout

    assert inside("id --user").strip() == "10001"
    for place in ("/", "/opt/koryu", "/etc", "/root"):
        assert inside(f"touch {place}/x && echo written").count("written") == 0, place
    assert "kept.zip" in inside("koryu backup --out /data/kept.zip && ls /data")
    assert stopped(engine, "one") == 0
    events = [
        json.loads(line) for line in engine("podman", "logs", "one").stdout.splitlines() if line[:1] == "{"
    ]
    assert [line["event"] for line in events] == ["start", "stop"]


def test_the_services_answer_behind_nginx_also_when_one_was_killed(engine, image, project):
    compose = [sys.executable, "-m", "podman_compose", "-f", "deploy/compose.yaml"]

    def asked(path: str, *more: str) -> str:
        browser = [
            "curl",
            "--silent",
            "--max-time",
            "30",
            "--cacert",
            f"deploy/tls/{HOST}.pem",
            "--output",
            "/dev/null",
        ]
        browser += ["--resolve", f"{HOST}:443:127.0.0.1", "--dump-header", "-", *more]
        return engine(*browser, f"https://{HOST}/koryu{path}", cwd=project, check=False).stdout

    engine(*compose, "up", "--detach", cwd=project)
    try:
        for name in SCREENS:
            healthy(engine, name)
        answer = asked("/")
        assert answer.startswith("HTTP/1.1 200")
        for header in ("Strict-Transport-Security", "Content-Security-Policy", "Set-Cookie"):
            assert header.lower() in answer.lower(), answer
        assert asked("/_stcore/metrics").startswith("HTTP/1.1 404")
        engine("podman", "kill", SCREENS[0])
        for visitor in range(8):
            said = asked("/_stcore/health", "--cookie", f"koryu_visitor={visitor}")
            assert said.startswith("HTTP/1.1 200"), engine("podman", "logs", "koryu_proxy_1").stdout
        assert stopped(engine, SCREENS[1]) == 0
    finally:
        engine(*compose, "down", "--volumes", "--timeout", "0", cwd=project, check=False)


def test_the_unit_runs_under_systemd(engine, image, project, tmp_path):
    """In a machine of its own, made of the image and booted by systemd-nspawn."""
    if not shutil.which("systemd-nspawn"):
        pytest.skip("Debian: apt-get install systemd-container")
    made = engine("buildah", "from", "--pull-never", image).stdout.split()[-1]
    more = "apt-get update -q && apt-get install -qy --no-install-recommends systemd systemd-sysv"
    engine("buildah", "run", "--user=root", made, "--", "sh", "-c", more, reaching=True)
    machine = tmp_path / "machine"
    engine("sh", "-c", f'cp -a "$(buildah mount {made})" "{machine}"')
    engine("buildah", "rm", made)
    (machine / "operator.sh").write_text(OPERATOR, "utf-8")
    units = machine / "etc" / "systemd" / "system"
    (units / "operator.service").write_text(OPERATING, "utf-8")
    shutil.copy(project / "deploy" / "koryu.service", units)
    (units / "multi-user.target.wants").mkdir(exist_ok=True)
    for unit in ("koryu.service", "operator.service"):
        (units / "multi-user.target.wants" / unit).symlink_to(f"/etc/systemd/system/{unit}")
    boot = [
        "systemd-nspawn",
        "--register=no",
        "--keep-unit",
        "--private-network",
        "--boot",
        "--directory",
        machine,
    ]
    done = subprocess.run(
        boot, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1200
    )
    if not (machine / "said").exists():
        pytest.skip(f"this machine lets no systemd start: {done.stdout[-300:]!r}")
    lines = (machine / "said").read_text("utf-8").splitlines()
    states = dict(line.split(": ") for line in lines if ": ActiveState" in line)
    assert {name: said.split() for name, said in states.items()} == {
        "ready": ["ActiveState=active", "ExecMainStatus=0", "NRestarts=0", "Result=success"],
        "stopped": ["ActiveState=inactive", "ExecMainStatus=0", "NRestarts=0", "Result=success"],
        "killed": ["ActiveState=active", "ExecMainStatus=0", "NRestarts=1", "Result=success"],
        "wrong": ["ActiveState=failed", "ExecMainStatus=2", "NRestarts=0", "Result=exit-code"],
    }, lines
    assert [line for line in lines if line.startswith("wrote: ")] == ["wrote: /var/lib/koryu"]
    assert "/var/lib/koryu/kept.zip" in lines
    events = [json.loads(line)["event"] for line in lines if line[:1] == "{"]
    assert events == ["start", "stop", "start", "start", "stop"]
    shutil.rmtree(machine)
