"""A directory is replaced as a whole or not at all."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from pipeline import atomic
from pipeline.atomic import WriteError, exclusive, replace_file, replacing


def replace_with(directory: Path, text: str) -> None:
    with exclusive(directory), replacing(directory, mark="mark") as folder:
        (folder / "mark").write_text(text, encoding="utf-8")


def content(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in directory.iterdir()}


def leftovers(directory: Path) -> list[str]:
    return [path.name for path in directory.parent.iterdir() if path.name != directory.name and path.is_dir()]


@pytest.fixture
def directory(tmp_path) -> Path:
    """A directory with an earlier result in it."""
    replace_with(tmp_path / "result", "old")
    return tmp_path / "result"


def test_new_content_takes_the_place_of_the_old(directory):
    replace_with(directory, "new")
    assert content(directory) == {"mark": "new"}
    assert leftovers(directory) == []


def test_an_error_in_the_block_leaves_the_old_directory(directory):
    with pytest.raises(TypeError):
        replace_with(directory, 0)
    assert content(directory) == {"mark": "old"}
    assert leftovers(directory) == []


@pytest.mark.parametrize("failing", [1, 2])
def test_a_rename_that_fails_is_undone(directory, monkeypatch, failing):
    calls = []
    rename = atomic._rename

    def fail(source, target):
        calls.append(target)
        if len(calls) == failing:
            raise PermissionError(13, "in use")
        rename(source, target)

    monkeypatch.setattr(atomic, "_rename", fail)
    with pytest.raises(WriteError, match="書き込めません"):
        replace_with(directory, "new")
    assert content(directory) == {"mark": "old"}
    assert leftovers(directory) == []


def test_what_a_killed_process_left_is_put_back_and_cleared(directory):
    directory.rename(directory.with_name("result.old"))
    directory.with_name("result.new-x").mkdir()
    with exclusive(directory):
        assert content(directory) == {"mark": "old"}
        assert leftovers(directory) == []


def test_a_directory_of_other_things_is_never_replaced(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(WriteError, match="作成結果でないもの"):
        replace_with(tmp_path / "letters", "new")
    assert content(tmp_path / "letters") == {"mine.txt": "dear"}


def test_the_root_of_a_disk_is_refused(tmp_path):
    with pytest.raises(WriteError, match="その中の新しいフォルダ"):
        replace_with(Path(tmp_path.anchor), "new")


def test_a_file_of_that_name_is_refused(tmp_path):
    (tmp_path / "result").write_text("a file", encoding="utf-8")
    with pytest.raises(WriteError, match="フォルダではありません"):
        replace_with(tmp_path / "result", "new")


def _hold(directory: Path, ready) -> None:
    with exclusive(directory):
        ready.set()
        time.sleep(60)


def test_two_at_once_wait_for_each_other_and_a_killed_one_frees_the_lock(directory):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(directory, ready))
    holder.start()
    try:
        assert ready.wait(30)
        with pytest.raises(WriteError, match="別の作成処理"), exclusive(directory, patience=0.1):
            pass
    finally:
        os.kill(holder.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        holder.join()
    with exclusive(directory, patience=5):
        assert content(directory) == {"mark": "old"}


@pytest.mark.skipif(os.name == "nt", reason="links need rights there, and named pipes are something else")
def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path):
    link, target, pipe = (tmp_path / name for name in ("link", "target", "pipe"))
    target.write_bytes(b"old")
    link.symlink_to(target)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    replace_file(pipe, b"through")
    reader.join(timeout=10)
    assert read == [b"through"]
    assert pipe.is_fifo()
