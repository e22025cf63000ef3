"""The printed map: where places lie, what is drawn, and that it is the same figures as on the screens."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch
from PIL import Image
from pypdf import PdfReader

from geo.draw.choropleth import METRICS
from geo.draw.print.figure import FLOWS, SHOWS, SIGNS, Caption, Show, map_figure
from geo.draw.print.ground import EXTENT, Ground
from geo.draw.print.lettering import save
from geo.draw.print.plan import CALM, plan
from geo.draw.signs import signed, signs_of
from geo.insight.flows import flows
from geo.insight.metrics import prefecture_table
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from geo.places.codes import short_name
from geo.shared import LINES_BETWEEN
from tests.scattered import scattered

SIZE = (170, 147)
LIST = ("tokyo23_linkage_r8",)


@pytest.fixture(scope="module")
def ground(dataset):
    return Ground(dataset.prefectures)


def words(figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_every_prefecture_and_every_municipality_lies_on_the_sheet(dataset, ground):
    assert set(ground.shapes) == set(dataset.prefectures.code)
    places = dataset.municipalities
    points = ground.place(places.lon, places.lat)
    west, south, east, north = EXTENT
    inside = (points > (west, south)).all(axis=1) & (points < (east, north)).all(axis=1)
    assert list(places.name[~inside]) == []


def test_far_islands_lie_in_their_frames_and_the_main_islands_in_none(dataset, ground):
    points = dict(
        zip(
            dataset.municipalities.code,
            ground.place(dataset.municipalities.lon, dataset.municipalities.lat),
            strict=True,
        )
    )
    frames = {
        name: (west, south, west + wide, south + high) for name, west, south, wide, high in ground.frames
    }

    def frame(code):
        x, y = points[code]
        return [
            name
            for name, (west, south, east, north) in frames.items()
            if west < x < east and south < y < north
        ]

    assert frame("47214") == ["奄美・沖縄"]
    assert frame("46222") == ["奄美・沖縄"]
    assert frame("13421") == ["小笠原"]
    assert {name for code in points if code[:2] not in ("13", "46", "47") for name in frame(code)} == set()
    assert frame("13112") == frame("13401") == frame("46505") == []


def test_distances_on_the_sheet_are_those_of_the_ground(dataset, ground):
    """Within two per cent between 札幌 and 鹿児島, as the projection promises."""
    sapporo, kagoshima = ground.place([141.354, 130.557], [43.062, 31.597])
    assert np.hypot(*(sapporo - kagoshima)) == pytest.approx(1594, rel=0.02)


def test_the_map_of_one_ward_names_it_its_partners_and_where_the_outlines_come_from(dataset, ground):
    selected = dataset.select(Selection(networks=True, origins=("13112",), sources=LIST))
    drawn = words(map_figure(selected, ground, Show(credit="だれかの境界"), SIZE))
    first = flows(selected).iloc[0]
    assert "世田谷区" in drawn
    assert f"{first.partner_name} {first.n_projects}" in drawn
    assert "だれかの境界" in drawn
    assert "線の太さと数字: 事業の数" in drawn
    assert {"奄美・沖縄", "小笠原", "なし", "あり"} <= set(drawn)


def test_all_origins_are_bundled_to_prefectures_under_their_name(dataset, ground):
    drawn = words(map_figure(dataset.select(Selection(networks=True)), ground, Show(subject="23区"), SIZE))
    assert "23区" in drawn
    assert "線の太さと数字: 連携する市区町村の数" in drawn
    assert any(word.startswith("北海道 ") for word in drawn)


def test_origins_all_over_the_country_are_drawn_from_prefecture_to_prefecture(build_dir, tmp_path, ground):
    everywhere = Dataset.load(scattered(build_dir, tmp_path / "build", 3))
    selected = everywhere.select(Selection(networks=True, peers=True))
    planned = plan(selected, ground, Show(FLOWS, subject="141自治体"))
    between = flows(selected, "prefecture", "prefecture")
    lines = between[between.origin_code != between.partner_code]
    assert len(lines) > LINES_BETWEEN == len(planned.flows.numbers)
    # The widest of them, these on top; no number is missing: each prefecture has the total of all.
    assert list(planned.flows.numbers) == list(lines.n_projects.nlargest(LINES_BETWEEN)[::-1])
    totals = between.groupby("partner_code").n_projects.sum()
    numbers = [int(number.replace(",", "")) for number in planned.marks.numbers]
    assert dict(zip(planned.marks.homes, numbers, strict=True)) == totals.to_dict()
    written = " ".join(words(map_figure(selected, ground, Show(FLOWS), SIZE)))
    assert f"太い順に400本（{len(lines):,}本のうち）" in written
    assert "拡大" not in written


def boxes(figure) -> list[tuple[str, np.ndarray]]:
    """The labels of a map with the boxes they are drawn on, in dots."""
    found = []
    for axes in figure.axes:
        patches = [patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
        for patch in patches:
            middle = patch.get_x() + patch.get_width() / 2, patch.get_y() + patch.get_height() / 2
            text = min(axes.texts, key=lambda text: np.hypot(*np.subtract(text.get_position(), middle)))
            found.append((text.get_text(), axes.transData.transform(patch.get_bbox().get_points()).ravel()))
    return found


@pytest.mark.parametrize(
    ("size", "text"), [(SIZE, 8), ((189, 118), 9), ((254, 143), None), ((159, 159), None)]
)
@pytest.mark.parametrize("what", [FLOWS, "coverage"])
def test_every_reached_prefecture_has_name_and_number_and_no_label_hides_another(
    dataset, ground, what, size, text
):
    """On A4, a slide, a wide and a square picture: on the map, or where there is no room in its legend."""
    selected = dataset.select(Selection(networks=True, sources=LIST))
    figure = map_figure(selected, ground, Show(what, subject="23区", text=text), size)
    labels = boxes(figure)
    labels = [label for label in labels if label[0] != "東京周辺（拡大）"]
    metric = METRICS["partners" if what == FLOWS else what]
    table = prefecture_table(selected).sort_values(metric.column, ascending=False, kind="stable")
    said = [
        f"{short_name(row.name)} {metric.text(getattr(row, metric.column)).split()[0]}"
        for row in table[table.n_partners > 0].itertuples(index=False)
    ]
    written = [label for label, _ in labels if label != "23区"]
    assert set(written) <= set(said)
    assert set(said[:10]) <= set(written)
    assert len(written) == len(set(written)) > 0.8 * len(said)
    beside = set(said) - set(written)
    assert beside <= set(words(figure))
    assert ("図のほかに" in words(figure)) == bool(beside)
    for i, (one, a) in enumerate(labels):
        for other, b in labels[i + 1 :]:
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3], (one, other)


def test_a_map_too_small_for_all_labels_names_the_rest_in_its_legend(dataset, ground):
    selected = dataset.select(Selection(sources=LIST))
    figure = map_figure(selected, ground, Show(subject="23区", text=9), (120, 105))
    table = prefecture_table(selected)
    said = {
        f"{short_name(row.name)} {row.n_partners}"
        for row in table[table.n_partners > 0].itertuples(index=False)
    }
    assert said <= set(words(figure))
    assert "図のほかに" in words(figure)


def test_a_picture_says_whose_it_is_and_under_which_conditions(dataset, ground):
    caption = Caption("世田谷区の題", "条件: " + "／".join(["長い条件"] * 40), "基準日 今日　出典: だれか")
    selected = dataset.select(Selection(origins=("13112",), sources=LIST))
    for size in ((254, 143), (106, 132)):
        drawn = words(map_figure(selected, ground, Show(), size, caption))
        assert "世田谷区の題" in drawn
        assert any(word.startswith("条件: 長い条件／") for word in drawn)
        assert "基準日 今日　出典: だれか" in drawn


def test_what_lies_close_to_the_origins_is_shown_larger_and_once(dataset, ground):
    drawn = words(
        map_figure(dataset.select(Selection(networks=True, sources=LIST)), ground, Show(subject="23区"), SIZE)
    )
    assert "東京周辺（拡大）" in drawn
    assert len([word for word in drawn if word.startswith("埼玉")]) == 1


def test_partners_at_home_alone_are_shown_close_by_with_the_islands_in_a_window(dataset, ground):
    home = replace(dataset, links=dataset.links[dataset.links.home])
    figure = map_figure(
        home.select(Selection(networks=True, sources=LIST)), ground, Show(subject="区", text=8), SIZE
    )
    widths = sorted(axes.get_xlim()[1] - axes.get_xlim()[0] for axes in figure.axes)
    assert max(widths) < 400
    drawn = words(figure)
    assert any(word.startswith("青梅市 ") for word in drawn)
    assert any(word.startswith("小笠原村 ") for word in drawn)
    assert "連携する市区町村" in drawn


def test_very_many_flows_of_one_ward_are_bundled_and_its_municipalities_are_dots(dataset, ground):
    selected = dataset.select(Selection(networks=True, origins=("13103",), sources=LIST))
    drawn = words(map_figure(selected, ground, Show(), SIZE))
    assert "線の太さと数字: 連携する市区町村の数" in drawn
    assert "点は連携する市区町村" in drawn


@pytest.mark.parametrize("what", METRICS)
def test_a_metric_has_its_classes_in_the_legend_and_its_leader_on_the_map(dataset, ground, what):
    selected = dataset.select(Selection(networks=True))
    table = prefecture_table(selected).set_index("code")
    drawn = words(map_figure(selected, ground, Show(what), SIZE))
    leader = table[METRICS[what].column].idxmax()
    assert any(word.startswith(table.name[leader][:2]) for word in drawn)
    assert any("共通の区切り" in word for word in drawn)


def test_nothing_selected_draws_a_map_with_nothing_on_it(dataset, ground):
    selected = dataset.select(Selection(networks=True, origins=("13112",), year_to=1900, unknown_years=False))
    for what in SHOWS:
        assert save(map_figure(selected, ground, Show(what), SIZE), "pdf")


def test_other_origins_than_wards_are_drawn_too(toy, ground):
    assert "港区" in words(map_figure(toy.select(Selection(networks=True)), ground, Show(), SIZE))


@pytest.mark.parametrize("what", [FLOWS, "coverage"])
def test_classes_differ_in_grey(dataset, ground, what):
    """Legible on a black and white printer: at least as many distinct greys as classes."""
    image = save(
        map_figure(dataset.select(Selection(networks=True)), ground, Show(what), SIZE), "png", dpi=60
    )
    grey = np.asarray(Image.open(BytesIO(image)).convert("L"))
    values, counts = np.unique(grey, return_counts=True)
    levels = values[counts > 40]
    apart = [levels[0]]
    for level in levels[1:]:
        if level - apart[-1] >= 25:
            apart.append(level)
    assert len(apart) >= (3 if what == FLOWS else 5)


def test_hostile_names_are_text_in_pdf_and_svg(dataset, ground):
    name = "<b>$x_1$</b>&\"'😀"
    places = dataset.municipalities.copy()
    origin = Selection(networks=True, origins=("13112",), sources=LIST)
    code = flows(dataset.select(origin)).partner_code.iloc[0]
    places.loc[places.code == code, "name"] = name
    selected = replace(dataset, municipalities=places).select(origin)
    figure = map_figure(selected, ground, Show(), SIZE)
    text = PdfReader(BytesIO(save(figure, "pdf"))).pages[0].extract_text()
    assert name in text
    svg = save(figure, "svg").decode()
    assert "<b>" not in svg
    assert "&lt;b&gt;$x_1$&lt;/b&gt;&amp;" in svg


def marked(figure) -> list[tuple[str, float, float]]:
    """Everything drawn as a mark: the colour that shows its group, and where, in kilometres or ems."""
    found = []
    for axes in figure.axes:
        for drawn in axes.collections:
            if isinstance(drawn, PathCollection):
                face, edge = (to_hex(each[0]) for each in (drawn.get_facecolor(), drawn.get_edgecolor()))
                found += [(edge if face == "#ffffff" else face, x, y) for x, y in drawn.get_offsets()]
    return found


GROUPS = signs_of({"both": "両方", "one": "片方", "neither": "どちらもない"})


def test_places_stand_where_they_are_in_the_colour_of_their_group(dataset, ground):
    selected = dataset.select(Selection(origins=("13112",)))
    codes = {"01202": "both", "47214": "one", "13421": "one", "38202": "both"}
    rows = [(code, dataset.places[code].name, key, "", "") for code, key in codes.items()]
    figure = map_figure(
        selected, ground, Show(SIGNS, origin="区", signs=signed(rows, GROUPS, "比べた結果")), SIZE
    )
    drawn = marked(figure)
    for code, key in codes.items():
        place = dataset.places[code]
        ((x, y),) = ground.place(place.lon, place.lat)
        colour = next(sign.printed for sign in GROUPS if sign.key == key)
        near = [found for found, *at in drawn if np.allclose(at, (x, y), atol=1)]
        assert near == [colour], code
    said = words(figure)
    assert {"比べた結果", "両方（2）", "片方（2）", "どちらもない（0）", "区", "世田谷区"} <= set(said)
    assert {name for _, name, *_ in rows} <= set(said)


def test_each_group_has_its_shape_in_the_map_and_in_the_legend(dataset, ground):
    selected = dataset.select(Selection())
    rows = [("01202", "函館市", "both", "", ""), ("38202", "今治市", "one", "", "")]
    figure = map_figure(selected, ground, Show(SIGNS, signs=signed(rows, GROUPS[:2], "比べた結果")), SIZE)
    shapes: dict[str, list[int]] = {}
    for axes in figure.axes:
        for drawn in axes.collections:
            if isinstance(drawn, PathCollection) and len(drawn.get_offsets()):
                colour = to_hex(drawn.get_facecolor()[0])
                shapes.setdefault(colour, []).append(len(drawn.get_paths()[0].vertices))
    both, one = (shapes[sign.printed] for sign in GROUPS[:2])
    assert len(both) == len(one) == 2
    assert set(both).isdisjoint(one)
    assert "起点" not in words(figure)


def test_places_all_around_the_origins_take_the_whole_map_and_none_are_an_empty_one(dataset, ground):
    selected = dataset.select(Selection(origins=("13112",)))
    near = [("13201", "八王子市", "both", "", ""), ("14130", "川崎市", "one", "", "")]
    close = map_figure(selected, ground, Show(SIGNS, signs=signed(near, GROUPS, "比べた結果")), SIZE)
    west, east = close.axes[0].get_xlim()
    assert east - west < 500
    empty = map_figure(selected, ground, Show(SIGNS, signs=signed([], GROUPS, "比べた結果")), SIZE)
    assert {"両方（0）", "片方（0）", "どちらもない（0）", "世田谷区"} <= set(words(empty))
    calm = [patch for patch in empty.axes[0].patches if to_hex(patch.get_facecolor()) == CALM]
    assert len(calm) == 1


def test_signs_come_with_their_places(dataset):
    for what, places in ((SIGNS, None), (FLOWS, signed([], GROUPS, ""))):
        with pytest.raises(ValueError, match="SIGNS"):
            Show(what, signs=places)
