"""A missing or broken build is one plain sentence, never a traceback; a new one is taken up by itself."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from pages.shared.frame.current import ROWS, Shown


@pytest.mark.parametrize("page", ["flow_map", "prefectures"])
def test_without_a_build_the_screen_says_how_to_make_one(screen, tmp_path, page):
    shown = screen(page, data=tmp_path / "nowhere")
    assert shown.heading == "表示できるデータがありません。"
    assert "python -m pipeline build" in shown.notes[0]
    assert not shown.app.exception


@pytest.mark.parametrize(
    ("name", "content"),
    [("links.parquet", b"no parquet"), ("build.json", b"\xff\xfe{"), ("prefectures.parquet", None)],
)
def test_a_broken_build_is_one_sentence(screen, build_dir, tmp_path, name, content):
    broken = shutil.copytree(build_dir, tmp_path / "broken")
    if content is None:
        (broken / name).unlink()
    else:
        (broken / name).write_bytes(content)
    shown = screen(data=broken)
    assert "データが壊れているため読み込めません" in shown.notes[0]
    assert not shown.app.exception


def test_a_build_that_appears_later_is_taken_up(screen, build_dir, tmp_path):
    later = tmp_path / "later"
    shown = screen(data=later)
    assert shown.notes
    shutil.copytree(build_dir, later)
    shown.app.run()
    assert shown.heading.startswith("23区は、個別の連携で全国 ")


def test_of_long_tables_fewer_are_remembered():
    counted = []

    def count(_: object, asked: int) -> tuple[pd.DataFrame, int]:
        counted.append(asked)
        return pd.DataFrame(index=range(ROWS // 2 + 1)), asked

    shown = Shown(None, "any")
    for asked in (1, 2, 2, 1):
        assert shown.ask(count, 64, (asked,))[1] == asked
    assert counted == [1, 2, 1]
