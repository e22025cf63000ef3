"""Text in drawings: what can be drawn, how wide it is, where it breaks."""

from __future__ import annotations

import warnings

import pytest
from matplotlib.figure import Figure

from geo.draw.print import lettering

HOSTILE = "<script>alert('1')</script> \"$x_1$\" \\frac{1}{2} ^_ 😀"


def test_what_no_font_has_becomes_a_geta_and_breaks_become_blanks():
    assert lettering.printable("野\u5dffの\U00020bb7\tx\n\u200b\x00") == "野〓の〓 x "
    assert lettering.printable("か\u3099") == "が"


@pytest.mark.parametrize("text", [HOSTILE, "\U00020bb7\u5dff\u202e\x07", "長" * 500, ""])
@pytest.mark.parametrize("kind", ["pdf", "svg", "png"])
def test_any_text_is_drawn_without_a_warning(text, kind):
    figure = Figure(figsize=(4, 1))
    figure.text(0.1, 0.5, lettering.fit(text, 200, 9))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert lettering.save(figure, kind, title=text)


def test_measured_widths_are_those_of_the_drawing():
    figure = Figure(figsize=(8, 1), dpi=72)
    text = "世田谷区は 38 都道府県（5.9%）"
    box = figure.text(0, 0.5, text, size=20).get_window_extent()
    assert lettering.width(text, 20) == pytest.approx(box.width, rel=0.03)


@pytest.mark.parametrize("room", [60, 75, 110, 300])
def test_lines_stay_inside_and_nothing_is_lost_where_there_is_room(room):
    text = "条件: 各特別区の一覧（令和8年3月31日現在）／世田谷区／すべての分野／12345 abcdef"
    lines = lettering.wrap(text, room, 9, 40)
    assert all(lettering.width(line.rstrip("、。）／・ "), 9) <= room for line in lines)
    assert "".join(lines) == text
    assert not any(line[0] in "、。）／・" for line in lines)


def test_too_long_a_text_is_cut_with_a_mark():
    lines = lettering.wrap("あ" * 100, 50, 10, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


def test_a_condition_is_not_broken_where_it_fits_on_the_next_line():
    text = "条件: すべての分野／昭和25年（1950年）までに開始／特別区どうしを除く"
    whole = lettering.width(text, 9)
    for room in range(round(whole * 0.82), round(whole), 3):
        assert lettering.wrap(text, room, 9, 3)[1] == "特別区どうしを除く", room


def test_a_line_does_not_end_with_a_term_whose_meaning_is_on_the_next():
    text = (
        "出典: ある団体「とても長い名前の一覧」（令和8年3月31日現在）　地図: 気象庁の区域データを加工して作成"
    )
    for room in range(200, 420, 7):
        assert not any(line.endswith(":") for line in lettering.wrap(text, room, 9, 9)), room
