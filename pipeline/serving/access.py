"""Who may write on the screens: nobody, anybody at this PC, or the people an operator lists.

Who somebody is, nobody is asked: a proxy in front says it (in a header, believed from the proxy's address alone), or
Streamlit's log-in (OIDC). Without either, writing is for a server that only its own PC reaches.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from pipeline.formulas import FORMULA
from pipeline.intake.records import SourceError
from pipeline.reading.record_decision import MAX_NAME, one_line
from pipeline.serving.doors import Place

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: The longest identity that is looked at, in characters (an address of mail has 254 at most).
LONGEST = 254

#: What ``KORYU_EDIT`` says: nobody, anybody at this PC, whom a proxy names, who logged in.
NOBODY, ANYBODY, PROXY, LOGIN = "", "1", "proxy", "login"

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
#: More than these many machines are no "trusted proxies".
_WIDEST = {4: 16, 6: 64}


@dataclass(frozen=True)
class Access:
    """What the operator allows: ``mode`` (one of the above), the header and the proxies that are believed, the claim of
    a log-in that says who somebody is, and the file of editors."""

    mode: str = NOBODY
    header: str = ""
    proxies: tuple[Network, ...] = ()
    claim: str = ""
    editors: Path | None = None

    def environment(self) -> dict[str, str]:
        """What the screens have to know, as variables."""
        return {
            "KORYU_EDIT": self.mode,
            "KORYU_EDITORS": str(self.editors or ""),
            "KORYU_IDENTITY_CLAIM": self.claim,
        }


def access_of(
    place: Place,
    *,
    edit: bool,
    header: str = "",
    proxies: Sequence[str] = (),
    login: bool = False,
    claim: str = "",
    editors: Path | None = None,
) -> Access:
    """Make the rules of what an operator said.

    Raises
    ------
    SourceError : writing would be open to strangers, or something said cannot be meant.
    """
    if (header or login or editors or proxies) and not edit:
        raise SourceError(
            "--identity-header・--trusted-proxy・--login・--editors は、--edit と一緒に指定してください。"
        )
    if not edit:
        return Access()
    if header and login:
        raise SourceError("--identity-header と --login は、どちらか一方だけを指定してください。")
    if not header and not login:
        if proxies or editors:
            raise SourceError(
                "だれが編集するかを知るために、--identity-header か --login も指定してください。"
            )
        if not place.local:
            raise SourceError(
                "ほかの PC から開ける画面では、だれが書いたかわからないままの編集（--edit）はできません。"
                "--identity-header か --login で利用者を確かめる（docs/serving.md）か、--address 127.0.0.1 で、この PC だけから使ってください。"
            )
        return Access(ANYBODY)
    if editors is None:
        raise SourceError("編集してよい人を書いたファイルを、--editors で指定してください。")
    read_editors(editors)
    if login:
        return Access(LOGIN, claim=claim or "email", editors=editors.resolve())
    if not _HEADER.fullmatch(header):
        raise SourceError(
            f"--identity-header「{header}」は、ヘッダーの名前ではありません。X-Remote-User のように指定してください。"
        )
    if not proxies:
        raise SourceError(
            "--identity-header を付けてよこすプロキシのアドレスを、--trusted-proxy で指定してください。"
        )
    return Access(PROXY, header.lower(), tuple(map(_network, proxies)), editors=editors.resolve())


def _network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise SourceError(
            f"--trusted-proxy「{text}」は、アドレスではありません。10.0.0.5 か 10.0.0.0/24 のように指定してください。"
        ) from error
    if network.prefixlen < _WIDEST[network.version]:
        raise SourceError(
            f"--trusted-proxy「{text}」は広すぎます。プロキシだけのアドレスを指定してください。"
        )
    return network


def is_trusted(peer: str, proxies: Sequence[Network]) -> bool:
    """Whether a connection comes from a proxy; ``peer`` is the address at its other end."""
    try:
        address = ipaddress.ip_address(peer.split("%")[0])
    except ValueError:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain.version == network.version and plain in network for network in proxies)


def identity(values: Sequence[str]) -> str:
    """Who a header names, all of whose values these are; "" where it is nobody, or more than one."""
    if len(values) != 1:
        return ""
    found = values[0].strip(" \t")
    return found if found and len(found) <= LONGEST and found.isprintable() else ""


def read_editors(path: Path) -> dict[str, str]:
    """Identity → name to be written down, of a file with a person a line: the identity, and after a comma the name.

    Raises
    ------
    SourceError : it cannot be read, names nobody, or a line is wrong.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise SourceError(
            f"編集する人のファイル「{path}」を読めません。場所と権限を確かめてください。"
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError(f"編集する人のファイル「{path}」を、UTF-8 で保存し直してください。") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        said, _, name = line.partition(",")
        who = identity([said])
        if not said.strip() or said.lstrip().startswith("#"):
            continue
        written = one_line(name) or who
        where = f"編集する人のファイル「{path}」の{number}行目"
        if not who:
            raise SourceError(f"{where}の利用者を読み取れません。1行に1人ずつ書いてください。")
        if len(written) > MAX_NAME or FORMULA.match(written):
            raise SourceError(
                f"{where}に、記録に残す名前を{MAX_NAME}字まで、= + - @ などで始めずに書いてください（利用者,所属と名前）。"
            )
        if _folded(who) in found:
            raise SourceError(f"{where}の「{who}」は、前にも書かれています。どちらかを消してください。")
        found[_folded(who)] = written
    if not found:
        raise SourceError(f"編集する人のファイル「{path}」に、だれも書かれていません。")
    return found


def name_of(person: str, path: str | Path) -> str:
    """What an editor is called in what they write; "" for whoever is none, and for everybody where the file is damaged.

    The file is read each time: who is taken out of it writes nothing more.
    """
    if not person or not path:
        return ""
    try:
        return read_editors(Path(path)).get(_folded(person), "")
    except SourceError:
        return ""


def _folded(person: str) -> str:
    # Names of accounts and mail do not tell cases apart; of other scripts, folding would make one of two people.
    return person.lower() if person.isascii() else person


def mode() -> str:
    """How writing is allowed on the screens of this process; any other value of the variable means not at all."""
    said = os.environ.get("KORYU_EDIT", "")
    return said if said in (ANYBODY, PROXY, LOGIN) else NOBODY


def unpacked(person: str) -> str:
    """An identity as the gate hands it on (``pipeline.serving.gate``)."""
    return unquote(person)
