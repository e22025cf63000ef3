"""Who may write: what an operator may say, whom the gate lets in, and that hundreds of forged requests get nothing."""

from __future__ import annotations

import asyncio
import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.records import SourceError
from pipeline.serving.access import (
    ANYBODY,
    LOGIN,
    NOBODY,
    PROXY,
    Access,
    access_of,
    identity,
    is_trusted,
    name_of,
    read_editors,
    unpacked,
)
from pipeline.serving.doors import is_loopback, place_of
from pipeline.serving.gate import PERSON, TILES, Gate, policy

HERE = place_of("127.0.0.1", 8501, "", "", [])
OPEN = place_of("0.0.0.0", 8501, "", "", [])
BEHIND = place_of("10.0.0.9", 8501, "/koryu", "https://map.example.lg.jp/koryu", [])


def run(answer) -> None:
    """Await it, in a thread of its own: a browser of other tests may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, answer).result()


@pytest.fixture
def editors(tmp_path):
    path = tmp_path / "editors.txt"
    path.write_text("# 企画課\nYamada@example.lg.jp,企画課 山田\n\nsato\n鈴木\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text("<html><script>\n  window.ready = false\n</script></html>", encoding="utf-8")
    return path


@pytest.mark.parametrize("place", [OPEN, BEHIND, place_of("127.0.0.1", 1, "", "https://a.example", [])])
def test_editing_by_anybody_is_refused_wherever_others_reach_the_screens(place):
    with pytest.raises(SourceError, match="この PC だけ"):
        access_of(place, edit=True)


def test_what_may_be_said_of_editing(editors):
    assert access_of(OPEN, edit=False).mode == NOBODY
    assert access_of(HERE, edit=True).mode == ANYBODY
    said = {"edit": True, "editors": editors}
    assert access_of(OPEN, header="X-Remote-User", proxies=["10.0.0.5"], **said).mode == PROXY
    assert access_of(BEHIND, login=True, **said).mode == LOGIN


@pytest.mark.parametrize(
    "said",
    [
        {"edit": False, "header": "X-Remote-User"},
        {"edit": False, "login": True},
        {"login": True},
        {"header": "X-Remote-User", "proxies": ["10.0.0.5"]},
        {"header": "X-Remote-User", "editors": True},
        {"header": "X-Remote-User", "editors": True, "proxies": ["0.0.0.0/0"]},
        {"header": "X-Remote-User", "editors": True, "proxies": ["::/0"]},
        {"header": "X-Remote-User", "editors": True, "proxies": ["proxy.example"]},
        {"header": "X Remote\nUser", "editors": True, "proxies": ["10.0.0.5"]},
        {"header": "X-Remote-User", "login": True, "editors": True, "proxies": ["10.0.0.5"]},
        {"editors": True},
        {"proxies": ["10.0.0.5"]},
    ],
)
def test_half_a_rule_is_none(said, editors):
    said = {"edit": True} | said | ({"editors": editors} if said.get("editors") else {})
    for place in (HERE, OPEN, BEHIND):
        with pytest.raises(SourceError):
            access_of(place, **said)


@pytest.mark.parametrize("text", ["", "# nobody\n", "a\nA\n", "a,=1+1\n", f"a,{'長' * 41}\n", "a\x07b\n"])
def test_a_damaged_list_of_editors_lets_nobody_write(tmp_path, text):
    path = tmp_path / "editors.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError):
        read_editors(path)
    assert name_of("a", path) == ""


def test_the_name_is_the_lists_and_who_is_taken_out_writes_no_more(editors):
    assert name_of("yamada@EXAMPLE.lg.jp", editors) == "企画課 山田"
    assert name_of("sato", editors) == "sato"
    assert name_of("鈴木", editors) == "鈴木"
    assert [name_of(who, editors) for who in ("", "suzuki", "sato ", "ſato", "#", "企画課 山田")] == [""] * 6
    editors.write_text("鈴木\n", encoding="utf-8")
    assert name_of("sato", editors) == ""
    editors.unlink()
    assert name_of("鈴木", editors) == ""


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost", "127.8.9.1"])
def test_this_machine(address):
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address", ["0.0.0.0", "::", "", "0", "10.0.0.1", "::ffff:0.0.0.0", "nobody.invalid"]
)
def test_not_this_machine_alone(address):
    assert not is_loopback(address)


@pytest.mark.parametrize(
    "said",
    [
        ("a/../b", ""),
        ("?x", ""),
        ("", "ftp://a.example"),
        ("", "https://a.example/?q"),
        ("", "https://u:p@a.example"),
        ("", "https://"),
        ("", "https://a.example:x"),
        ("/b", "https://a.example/a"),
    ],
)
def test_places_that_cannot_be_meant(said):
    with pytest.raises(SourceError):
        place_of("127.0.0.1", 1, *said, [])


def test_origins_that_are_ours():
    doors = BEHIND.doors
    assert doors.takes_origin("https://map.example.lg.jp", "10.0.0.9:8501", "http")
    assert doors.takes_origin("http://10.0.0.9:8501", "10.0.0.9:8501", "http")
    for foreign in (
        "http://map.example.lg.jp",
        "https://map.example.lg.jp.evil.example",
        "null",
        "",
        "http://localhost:3000",
    ):
        assert not doors.takes_origin(foreign, "10.0.0.9:8501", "http")


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_is_taken_for_a_host_or_an_origin_of_ours(host, origin):
    ours = {"localhost", "127.0.0.1", "[::1]", "::1"}
    if HERE.doors.takes_host(host):
        assert host.rsplit(":", 1)[0].lower().rstrip(".") in ours or host.lower().rstrip(".") in ours
    assert not BEHIND.doors.takes_origin(origin, "10.0.0.9:8501", "http")


def ask(
    gate: Gate, *, peer: str, headers: list[tuple[str, bytes]], kind: str = "websocket"
) -> tuple[bool, str]:
    """Whether a request came through, and who it is said to be of."""
    passed: list[dict] = []

    async def app(scope, receive, send):
        passed.append(scope)

    async def send(message):
        assert message["type"] in ("websocket.close", "http.response.start", "http.response.body")

    gate.app = app
    scope = {
        "type": kind,
        "scheme": "ws" if kind == "websocket" else "http",
        "path": "/_stcore/stream",
        "client": (peer, 40000) if peer else None,
        "headers": [(name.encode("latin-1"), value) for name, value in headers],
    }
    run(gate(scope, None, send))
    if not passed:
        return False, ""
    told = [value.decode() for name, value in passed[0]["headers"] if name == PERSON.encode()]
    return True, unpacked(told[0]) if told else ""


def test_the_proxy_is_believed_and_nobody_else(page, editors):
    access = access_of(OPEN, edit=True, header="X-Remote-User", proxies=["10.0.0.5"], editors=editors)
    gate = Gate(None, OPEN, access, page)
    host = ("host", b"192.168.0.9:8501")
    said = ("x-remote-user", "鈴木".encode())
    assert ask(gate, peer="10.0.0.5", headers=[host, said]) == (True, "鈴木")
    assert ask(gate, peer="::ffff:10.0.0.5", headers=[host, said]) == (True, "鈴木")
    assert ask(gate, peer="10.0.0.6", headers=[host, said]) == (False, "")
    assert ask(gate, peer="10.0.0.6", headers=[host]) == (True, "")
    # The name we hand on ourselves, from outside; the header twice; bytes that are no text.
    forged = (PERSON.upper(), b"sato")
    assert ask(gate, peer="10.0.0.5", headers=[host, forged]) == (True, "")
    assert ask(gate, peer="10.0.0.5", headers=[host, said, said]) == (True, "")
    assert ask(gate, peer="10.0.0.5", headers=[host, ("x-remote-user", b"\xff\xfe")]) == (True, "")


def test_where_anybody_edits_nothing_that_was_passed_on_comes_in(page):
    gate = Gate(None, HERE, Access(ANYBODY), page)
    host = ("host", b"127.0.0.1:8501")
    assert ask(gate, peer="127.0.0.1", headers=[host])[0]
    for peer, more in (("10.0.0.1", []), ("", []), ("127.0.0.1", [("x-forwarded-for", b"10.0.0.1")])):
        assert not ask(gate, peer=peer, headers=[host, *more])[0]


def test_hundreds_of_forged_requests_name_no_editor(page, editors):
    """500 of addresses, origins, hosts and identities drawn from what attackers try and from chance."""
    chance = random.Random(20260331)
    access = access_of(
        BEHIND, edit=True, header="X-Remote-User", proxies=["10.0.0.5", "10.1.0.0/24"], editors=editors
    )
    gates = [Gate(None, BEHIND, access, page), Gate(None, HERE, Access(ANYBODY), page)]
    names = [
        b"sato",
        "鈴木".encode(),
        b"Yamada@example.lg.jp",
        b"SATO",
        b"sato,admin",
        b"\x00sato",
        b"%73ato",
        b"",
    ]
    hosts = [
        b"evil.example",
        b"127.0.0.1.evil.example",
        b"map.example.lg.jp",
        b"10.0.0.9:8501",
        b"",
        b"[::1",
        b"127.0.0.1@evil",
    ]
    origins = [
        b"https://evil.example",
        b"null",
        b"http://localhost:3000",
        b"https://map.example.lg.jp",
        b"https://map.example.lg.jp@evil",
    ]
    fields = [
        "x-remote-user",
        "X-Remote-User",
        PERSON,
        "X-Koryu-Person",
        "x_remote_user",
        "x-forwarded-user",
        "remote-user",
    ]
    for _ in range(500):
        peer = ".".join(str(chance.randrange(256)) for _ in range(4))
        peer = chance.choice(
            [peer, "127.0.0.1", "::1", "10.0.0.50", "fe80::1%eth0", "", "10.0.0.5.evil", "::ffff:10.0.0.4"]
        )
        if is_trusted(peer, access.proxies):
            continue
        noise = bytes(chance.randrange(256) for _ in range(chance.randrange(20)))
        headers = [("host", chance.choice([*hosts, noise]))]
        headers += [("origin", chance.choice([*origins, noise]))] * chance.randrange(3)
        headers += [
            (chance.choice(fields), chance.choice([*names, noise])) for _ in range(chance.randrange(4))
        ]
        headers += [("x-forwarded-for", b"10.0.0.5")] * chance.randrange(2)
        kind = chance.choice(["websocket", "http"])
        _, who = ask(gates[0], peer=peer, headers=headers, kind=kind)
        assert name_of(who, editors) == ""
        came_in, who = ask(gates[1], peer=peer, headers=headers, kind=kind)
        assert who == ""
        assert not came_in or (peer in ("127.0.0.1", "::1") and headers[0][1] in (b"127.0.0.1:8501",))


@given(st.lists(st.text(max_size=300), max_size=3))
def test_an_identity_is_one_readable_line_or_nobody(values):
    found = identity(values)
    assert found == "" or (len(values) == 1 and found in values[0] and found.isprintable())


def test_every_answer_carries_the_headers(page):
    sent: list[dict] = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Frame-Options", b"x")]})

    async def send(message):
        sent.append(message)

    for path, host in (
        ("/", b"localhost"),
        ("/component/a", b"localhost"),
        ("/", b"evil"),
        ("/_stcore/metrics", b"localhost"),
    ):
        scope = {"type": "http", "path": path, "client": ("127.0.0.1", 1), "headers": [(b"host", host)]}
        run(Gate(app, HERE, Access(), page)(scope, None, send))
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert [one["status"] for one in starts] == [200, 200, 421, 404]
    for one in starts:
        names = [name.lower() for name, _ in one["headers"]]
        assert {b"content-security-policy", b"x-content-type-options", b"referrer-policy"} <= set(names)
        assert names.count(b"x-frame-options") == 1
    policies = [dict(one["headers"])[b"content-security-policy"] for one in starts]
    assert [b"unsafe-eval" in one for one in policies] == [False, True, False, False]


def test_the_policy_allows_the_pages_own_script_and_no_other():
    assert "'sha256-" in policy("<script>one</script>")
    assert "'unsafe-inline'" not in policy("<script>one</script>").split("style-src")[0]
    assert "frame-ancestors 'self'" in policy("")


def test_tiles_that_a_reader_switches_on_are_let_into_the_map_alone(root):
    asked = (root / "static" / "koryu" / "tiles.js").read_text(encoding="utf-8")
    assert {TILES} == set(re.findall(r'"(https://[^/"]+)/', asked))
    assert TILES in policy("", part=True)
    assert TILES not in policy("")
