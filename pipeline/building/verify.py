"""The command ``verify``: whether the tables are those that were built, of the inputs that are here now."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from geo.folders import BUILD_DIR
from pipeline.atomic import scratch
from pipeline.cli.console import say
from pipeline.intake.records import SourceError


def add(commands: Any, make: Callable[..., Any]) -> None:
    """Add the command to ``commands``; ``make(commands, name, summary, run)`` adds one."""
    verify = make(
        commands,
        "verify",
        "表と、その元になった資料・参照データが、作ったときのままかを確かめます",
        _verify,
    )
    verify.add_argument("--out", metavar="フォルダ", type=Path, help="表のあるフォルダ（省略時: data/build）")
    verify.add_argument(
        "--again",
        action="store_true",
        help="資料をすべて読み直しても同じ表になることも確かめます（作るのと同じ時間がかかります）",
    )


def differences(out: Path, *, again: bool = False) -> Iterator[str]:
    """A sentence for each input and each table that is not what it was when the tables were made.

    Parameters
    ----------
    again : make them anew as well, of the documents alone, and hold them against these

    Raises
    ------
    SourceError
        When there are no tables, or they do not say what they were made of.
    """
    from pipeline.building.build_json import META, inputs
    from pipeline.building.stale import sources_of
    from pipeline.intake.documents import find_documents

    try:
        said = (out / META).read_bytes()
    except OSError as error:
        raise SourceError(
            f"「{out}」に表がありません。先に「python -m pipeline build」で作ってください。"
        ) from error
    try:
        meta = json.loads(said)
        made_of, tables, mark = meta["inputs"], meta["tables"], meta.pop("sha256")
        expected = {**made_of}, {**tables}
    except (ValueError, KeyError, TypeError, AttributeError):
        yield f"「{META}」が壊れているか、前の版のものです。作り直してください。"
        return
    if mark != own_hash(meta) or said != written(meta | {"sha256": mark}):
        yield f"「{META}」は、作ったときのものではありません。"
    files = (path for path in sorted(out.rglob("*")) if not path.is_dir() or not any(path.iterdir()))
    found = {_name(path, out): _sha256(path) for path in files if path.name != META}
    yield from _compared(expected[1], found, "表")
    try:
        here = inputs(find_documents(sources_of(out)))
    except SourceError as error:
        yield str(error)
        return
    except OSError as error:
        yield f"元の資料「{error.filename}」を読めません。場所と、読む権限を確かめてください。"
        return
    changed = list(_compared(expected[0], here, "元の資料・参照データ"))
    yield from changed
    if again and not changed:
        yield from _made_anew(out, expected[1])


def _made_anew(out: Path, tables: dict[str, str]) -> Iterator[str]:
    """A sentence for each table that is another when every document is read anew."""
    from pipeline.building.build_json import META
    from pipeline.building.run import build
    from pipeline.building.stale import sources_of

    with scratch() as folder:
        build(sources_of(out), folder / "build", fresh=True)
        made = json.loads((folder / "build" / META).read_bytes())["tables"]
    for name in sorted({*tables, *made}):
        if tables.get(name) != made.get(name):
            yield f"表「{name}」は、資料を読み直して作ったものと違います。"


def own_hash(meta: dict) -> str:
    """The sha256 of what build.json says, but for this hash itself."""
    return hashlib.sha256(written(meta)).hexdigest()


def written(meta: dict) -> bytes:
    """The content of build.json as a build writes it."""
    return f"{json.dumps(meta, ensure_ascii=False, indent=1)}\n".encode()


def table_hashes(folder: Path) -> dict[str, str]:
    """The sha256 of every table in a folder, by its file's name there."""
    return {_name(path, folder): _sha256(path) for path in sorted(folder.rglob("*.parquet"))}


def _compared(then: dict[str, str], now: dict[str, str], what: str) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if name not in now:
            yield f"{what}「{name}」がありません。"
        elif name not in then:
            yield f"{what}「{name}」は、作ったときにはありませんでした。"
        elif then[name] != now[name]:
            yield f"{what}「{name}」は、作ったときのものではありません。"


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""  # a folder, or a file nobody may read: not what was written


def _verify(options: argparse.Namespace) -> int:

    count = 0
    for sentence in differences(options.out or BUILD_DIR, again=options.again):
        print(sentence)
        count += 1
    if count:
        say(f"作ったときと違うところが{count}件あります。「python -m pipeline build」で作り直してください。")
        return 1
    say("表も、元の資料・参照データも、作ったときのままです。")
    return 0
