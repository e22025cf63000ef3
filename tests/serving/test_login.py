"""Editors who log in by OpenID Connect, against a provider of this machine. ``make test-serving`` runs it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e import serving
from tests.e2e.serving import launch, window

jose = pytest.importorskip("authlib.jose")
pytest.importorskip("httpx")

pytestmark = pytest.mark.skipif(os.environ.get("KORYU_SERVING") != "1", reason="make test-serving runs it")


@pytest.fixture
def provider() -> Iterator[dict]:
    """A provider that says everybody who asks is ``claims``; gives its address and those."""
    key = jose.JsonWebKey.generate_key("RSA", 2048, {"kid": "one"}, is_private=True)
    state: dict = {"claims": {}}

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self):
            parts, issuer = urlsplit(self.path), state["issuer"]
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                state["nonce"] = asked.get("nonce")
                self.send_response(302)
                back = urlencode({"code": "x", "state": asked["state"]})
                self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                self.end_headers()
            elif parts.path == "/keys":
                self._say({"keys": [key.as_dict(is_private=False)]})
            else:
                ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
                self._say(
                    {name: f"{issuer}/{end}" for name, end in ends.items()}
                    | {"issuer": issuer, "id_token_signing_alg_values_supported": ["RS256"]}
                )

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            now = int(time.time())
            claims = {"iss": state["issuer"], "aud": "koryu", "sub": "1", "iat": now, "exp": now + 600}
            claims |= {"nonce": state["nonce"]} | state["claims"]
            token = jose.jwt.encode({"alg": "RS256", "kid": "one"}, claims, key).decode()
            self._say({"access_token": "y", "token_type": "Bearer", "id_token": token, "expires_in": 600})

        def _say(self, what: dict) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(what).encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    state["issuer"] = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()


def test_an_editor_logs_in_and_a_stranger_who_does_may_only_look(build_dir, tmp_path, provider, monkeypatch):
    port = serving.free_port()
    monkeypatch.setattr(serving, "free_port", lambda: port)
    editors = tmp_path / "editors.txt"
    editors.write_text("sato@example.lg.jp,企画課 佐藤\n", encoding="utf-8")
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/koryu/oauth2callback"
cookie_secret = "{os.urandom(32).hex()}"
client_id = "koryu"
client_secret = "z"
server_metadata_url = "{provider["issuer"]}/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )
    environment = {
        "HOME": str(tmp_path),
        "KORYU_DATA": str(build_dir),
        "KORYU_LEDGER": str(tmp_path / "ledger.csv"),
    }
    command = ["pipeline", "app", "--base-path", "/koryu", "--edit", "--login", "--editors", str(editors)]
    with (
        sync_playwright() as running,
        serving.running([*command, "--port"], environment, base="/koryu") as address,
    ):
        browser = launch(running)
        for mail, verified, editing in (
            ("sato@example.lg.jp", True, True),
            ("sato@example.lg.jp", False, False),
            ("suzuki@example.lg.jp", True, False),
        ):
            provider["claims"] = {"email": mail, "email_verified": verified}
            with window(browser) as shown:
                shown.page.goto(f"{address}/koryu/")
                shown.quiet()
                shown.page.get_by_role("button", name="編集する人のログイン").click()
                shown.page.get_by_role("button", name="ログアウト").wait_for()
                shown.page.goto(f"{address}/koryu/ledger")
                shown.quiet()
                closed = shown.page.get_by_role("heading", name="点検表は、ここでは使えません")
                expect(closed).to_have_count(0 if editing else 1)
                name = shown.page.get_by_text("企画課 佐藤として編集できます")
                expect(name).to_have_count(1 if editing else 0)
        browser.close()
    assert not (tmp_path / "ledger.csv").exists()
