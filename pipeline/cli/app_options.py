"""The options of ``app`` for screens that others open: how they are reached, and who may write there."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from geo.folders import ROOT
from pipeline.intake.records import SourceError
from pipeline.serving.access import ANYBODY, LOGIN, NOBODY, Access, access_of
from pipeline.serving.doors import Place, place_of

#: Where Streamlit looks for the settings of its log-in, in this order.
SECRETS = (Path.home() / ".streamlit" / "secrets.toml", ROOT / ".streamlit" / "secrets.toml")


def add(options: argparse._ArgumentGroup) -> None:
    """Add them to those of ``app``."""
    options.add_argument(
        "--base-path", metavar="道筋", default="", help="プロキシの下で画面を置く道筋（例: /koryu）"
    )
    options.add_argument(
        "--public-url",
        metavar="URL",
        default="",
        help="利用者が開くアドレス。プロキシを前に置くときに指定します（例: https://example.lg.jp/koryu）",
    )
    options.add_argument(
        "--allow-host",
        metavar="名前",
        action="append",
        default=[],
        help="ほかに画面を開けるホスト名（くり返せます）",
    )
    options.add_argument(
        "--edit",
        action="store_true",
        help="画面で人の判断や点検表を記録できるようにします（この PC だけの画面ではだれでも、ほかでは --editors の人だけ）",
    )
    options.add_argument(
        "--editors",
        metavar="ファイル",
        type=Path,
        help="編集してよい人。1行に1人、「利用者」か「利用者,記録に残す所属と名前」（UTF-8）",
    )
    options.add_argument(
        "--identity-header",
        metavar="名前",
        default="",
        help="プロキシが確かめた利用者を入れてよこすヘッダー（例: X-Remote-User）",
    )
    options.add_argument(
        "--trusted-proxy",
        metavar="アドレス",
        action="append",
        default=[],
        help="そのヘッダーを信じてよいプロキシのアドレス（くり返せます。例: 10.0.0.5）",
    )
    options.add_argument(
        "--login",
        action="store_true",
        help="利用者を OpenID Connect で確かめます（設定は .streamlit/secrets.toml の [auth]）",
    )
    options.add_argument(
        "--login-claim",
        metavar="項目",
        default="",
        help="利用者を表すクレーム（省略時: email）",
    )


def rules(options: argparse.Namespace) -> tuple[Place, Access]:
    """What the operator said, checked.

    Raises
    ------
    SourceError : it cannot be meant, or would let strangers write.
    """
    place = place_of(options.address, options.port, options.base_path, options.public_url, options.allow_host)
    access = access_of(
        place,
        edit=options.edit,
        header=options.identity_header,
        proxies=options.trusted_proxy,
        login=options.login,
        claim=options.login_claim,
        editors=options.editors,
    )
    if access.mode == LOGIN:
        _check_login()
    return place, access


def _check_login() -> None:
    if not (find_spec("authlib") and find_spec("httpx")):
        raise SourceError(
            "--login には、部品 Authlib と httpx が要ります。「pip install 'koryu-map[login]'」で入れてください。"
        )
    import tomllib

    for path in SECRETS:
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8")).get("auth")
        except OSError:
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SourceError(f"「{path}」を読み取れません。TOML の書き方を確かめてください。") from error
        if isinstance(said, dict) and {"redirect_uri", "cookie_secret"} <= said.keys():
            return
    raise SourceError(
        f"--login の設定がありません。「{SECRETS[-1]}」の [auth] に書いてください（docs/serving.md）。"
    )


def opening(place: Place, access: Access) -> Iterator[str]:
    """What to say when the screens open."""
    base = f"/{place.base_path}" if place.base_path else ""
    address = f"[{place.address}]" if ":" in place.address else place.address
    shown = f"{place.doors.public}{base}" if place.doors.public else f"http://{address}:{place.port}{base}"
    yield f"画面を開きます: {shown}  （終えるには Ctrl+C）"
    if place.doors.public:
        yield (
            "この画面を2つ以上並べるときは、同じ利用者をいつも同じものへつないでください。"
            "そうしないと、保存するファイルが見つからないことがあります（docs/serving.md）。"
        )
    if access.mode == ANYBODY:
        yield "編集できます。この PC を使う人は、だれでも書けます。"
    elif access.mode != NOBODY:
        yield f"編集できます。書けるのは「{access.editors}」の人だけです。"
