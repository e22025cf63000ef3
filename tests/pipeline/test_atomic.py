"""A directory is replaced as a whole or not at all."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from geo.ledger.dataset import Dataset
from pipeline import atomic
from pipeline.atomic import WriteError, exclusive, replace_file, replacing, scratch

#: How often a result is replaced while others look.
SWAPS = 6_000 if os.environ.get("KORYU_FUZZ") else 300


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

    monkeypatch.setattr(atomic, "_exchanged", lambda one, other: False)
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


def _replace_often(directory: Path, times: int) -> None:
    for number in range(times):
        replace_with(directory, str(number))


@pytest.mark.skipif(
    sys.platform not in ("linux", "darwin"), reason="two folders change places at once only there"
)
def test_there_is_a_result_at_every_look_while_it_is_replaced(directory):
    writer = multiprocessing.get_context("spawn").Process(target=_replace_often, args=(directory, SWAPS))
    writer.start()
    looks = missing = 0
    while writer.is_alive():
        for _ in range(1000):
            looks += 1
            missing += not os.path.exists(directory / "mark")
    writer.join()
    assert writer.exitcode == 0
    assert looks > (400_000 if SWAPS > 300 else 1_000)
    assert missing == 0
    assert content(directory) == {"mark": str(SWAPS - 1)}


def test_a_result_standing_aside_is_read_by_its_readers(build_dir, tmp_path):
    shutil.copytree(build_dir, tmp_path / "build.old")
    assert len(Dataset.load(tmp_path / "build").links) > 0


def test_scratch_clears_what_killed_processes_left_and_nothing_else(tmp_path):
    (tmp_path / ".koryu-work-dead").mkdir()
    (tmp_path / ".koryu-work-dead" / "x.gpkg").write_bytes(b"x")
    (tmp_path / ".koryu-work-dead.lock").touch()
    with scratch(tmp_path) as one:
        (one / "mine").touch()
        with scratch(tmp_path) as other:
            assert (one / "mine").exists()
            assert other != one
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([one.name, f"{one.name}.lock"])
    assert list(tmp_path.iterdir()) == []


def test_a_scratch_folder_that_cannot_be_removed_is_cleared_by_the_next(tmp_path, monkeypatch):
    with monkeypatch.context() as held:
        held.setattr(shutil, "rmtree", lambda *_, **__: None)
        with scratch(tmp_path) as folder:
            (folder / "part").write_text("held by another program")
    assert folder.exists()
    with scratch(tmp_path):
        assert not folder.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_for_scratch_is_said_in_a_sentence(tmp_path):
    with pytest.raises(WriteError, match="空き容量"), scratch(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_clearing_up_does_not_hide_why_it_failed(tmp_path, monkeypatch):
    def read_only(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "open", read_only)
    monkeypatch.setattr(Path, "unlink", read_only)
    with pytest.raises(WriteError, match="読み取り専用"):
        replace_file(tmp_path / "file", b"x")
