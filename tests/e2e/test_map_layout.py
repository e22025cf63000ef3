"""What stands on the map of a screen, and where: the country whole beside its controls, no label over another.

By default on an office PC, a projector and a phone; KORYU_FUZZ=1 adds what lies between.
"""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.e2e import serving

SIZES = [(1366, 643), (1920, 1080), (390, 844), *([(1440, 900)] if os.environ.get("KORYU_FUZZ") else [])]


def origins(*names: str) -> str:
    return "?" + "&".join(f"ward={quote(name)}" for name in names)


#: Twelve selections: all, bundled under conditions, one, two and three origins, prefectures by a metric.
BUNDLED = {
    "all": "",
    "networks": "?network=true",
    "as of 1990": f"?years={quote('この年までに')}&as_of=1990",
    "one field": f"?category={quote('災害・防災')}",
    "four wards": origins("千代田区", "港区", "中央区", "新宿区"),
}
TOLD_APART = {
    "one": origins("世田谷区"),
    "much": origins("港区"),
    "few": origins("中央区"),
    "two": origins("杉並区", "目黒区"),
    "three": origins("世田谷区", "港区", "墨田区"),
}
COLOURED = {"prefectures": "prefectures", "coverage": "prefectures?metric=coverage"}


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def opened(browser, request):
    """A window of every size, opened once."""
    with serving.window(browser, *request.param, stays=True) as window:
        yield window
        assert window.problems == []


@pytest.fixture
def mover(opened):
    """``opened`` for a test that moves the map: whoever comes next loads it anew."""
    yield opened
    opened.leave()


def still(opened, path: str):
    """The document of the map, once it stands still."""
    opened.visit(path)
    frame = opened.map_frame()
    opened.still()
    return frame


#: Land under a control, or beyond the edge of the map: pixels of it, asked of the shapes themselves.
HIDDEN = """() => {
  const frame = document.querySelector('#map_div').getBoundingClientRect();
  const controls = [...document.querySelectorAll('.leaflet-control')].map((c) => c.getBoundingClientRect())
    .filter((r) => r.width);
  const found = [];
  for (const path of document.querySelectorAll('.leaflet-koryu-land-pane path.koryu-area')) {
    const { code } = path.koryuPlace;
    const matrix = path.getScreenCTM();
    const steps = path.getTotalLength() / 2;
    for (let i = 0; i < steps; i++) {
      const { x, y } = path.getPointAtLength(2 * i).matrixTransform(matrix);
      // Rocks where nobody lives, south of everything that is shown.
      if (map.containerPointToLatLng([x - frame.left, y - frame.top]).lat < 30) continue;
      if (controls.some((r) => x > r.left && x < r.right && y > r.top && y < r.bottom)) found.push([code, x, y]);
    }
  }
  return found;
}"""

#: Where the ends of the country lie in the page of the map: latitude, longitude.
ENDS = {
    "択捉島": (45.5, 148.85),
    "与那国島": (24.46, 122.95),
    "稚内": (45.5, 141.93),
    "屋久島": (30.25, 130.52),
}
ENDS |= {
    "父島": (27.09, 142.2),
    "南大東島": (25.84, 131.24),
    "口之島": (29.97, 129.92),
    "福江島": (32.7, 128.75),
}
SEEN = """(ends) => {
  const { x, y } = map.getSize();
  return ends.filter(([, [lat, lon]]) => {
    const at = map.latLngToContainerPoint(koryu.place(lat, lon));
    return !(at.x > 2 && at.y > 2 && at.x < x - 2 && at.y < y - 2);
  });
}"""


@pytest.fixture(scope="module", params=["all", "one", "three", "prefectures"])
def frame(opened, address, request):
    """The map of a view, loaded once for the tests that only look at it: pytest lets these follow each other."""
    path = (BUNDLED | TOLD_APART | COLOURED)[request.param]
    return still(opened, f"{address}/{path}")


def test_the_whole_country_is_seen_beside_its_controls(frame):
    assert frame.evaluate(SEEN, list(ENDS.items())) == []
    assert frame.evaluate(HIDDEN) == []


def test_the_map_and_its_controls_stand_in_the_first_view(opened, frame):
    """The office PC has 643 pixels: heading, figures in one line, map, legend, buttons, credit."""
    size = opened.page.viewport_size
    box = opened.page.locator("iframe[src*=folium]").bounding_box()
    heading = opened.page.locator("h1").bounding_box()
    assert heading["y"] >= 0
    assert box["y"] + box["height"] <= size["height"]
    for control in (
        ".koryu-legend",
        ".koryu-views",
        ".leaflet-control-zoom",
        ".koryu-credit",
        ".koryu-tiles",
    ):
        inside = frame.locator(control).evaluate(
            """(c) => { const r = c.getBoundingClientRect();
              return r.left >= 0 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight; }"""
        )
        assert inside, control
    figures = opened.page.locator(".k-figures > div")
    if size["width"] > 640 and figures.count():
        assert len({round(figure.bounding_box()["y"]) for figure in figures.all()}) == 1


def test_there_is_room_for_a_heading_of_two_sentences(browser, address):
    """The second is written smaller, and the map gives way."""
    with serving.window(browser, 1366, 643) as opened:
        still(opened, address)
        opened.page.locator("h1").evaluate(
            """(h1) => { const more = document.createElement('small');
              more.textContent = '広域の集まりまで含めると47都道府県・843市区町村です。'; h1.append(more); }"""
        )
        opened.page.wait_for_function(
            "document.querySelector('iframe[src*=folium]').getBoundingClientRect().bottom <= innerHeight"
        )
        opened.still()
        frame = opened.map_frame()
        assert frame.evaluate(HIDDEN) == []
        assert frame.evaluate(SEEN, list(ENDS.items())) == []


#: Of the totals: labels that lie over another or a control, or stand on another prefecture without a line.
TOTALS = """() => {
  const { canvas } = map.koryu;
  const corner = map.containerPointToLayerPoint([0, 0]);
  const frame = document.querySelector('#map_div').getBoundingClientRect();
  const boxes = canvas.places.filter((p) => p.label && p.label.box);
  const touch = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const controls = [...document.querySelectorAll('.leaflet-control')].map((c) => c.getBoundingClientRect())
    .filter((r) => r.width).map((r) => ({ left: r.left + corner.x, right: r.right + corner.x,
      top: r.top + corner.y, bottom: r.bottom + corner.y }));
  const shapes = new Map([...document.querySelectorAll('.leaflet-koryu-land-pane path.koryu-area')]
    .map((path) => [path.koryuPlace.code, path]));
  // Shapes are drawn simplified, to a pixel or two.
  for (const path of shapes.values()) path.style.strokeWidth = 4;
  const inside = (code, { x, y }) => {
    const path = shapes.get(code);
    const at = map.layerPointToContainerPoint([x, y]);
    const point = new DOMPoint(at.x, at.y).matrixTransform(path.getScreenCTM().inverse());
    return path.isPointInFill(point) || path.isPointInStroke(point);
  };
  const wrong = [];
  boxes.forEach((place, i) => {
    const { box, line, named } = place.label;
    for (const other of boxes.slice(i + 1)) if (touch(box, other.label.box)) wrong.push([place.name, 'over', other.name]);
    if (controls.some((r) => touch(box, r))) wrong.push([place.name, 'under a control']);
    const middle = { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
    if (!line && !inside(place.code, middle)) wrong.push([place.name, 'not on its land']);
    if (line && !named) wrong.push([place.name, 'aside without its name']);
    if (line && !inside(place.code, line[0])) wrong.push([place.name, 'its line begins elsewhere']);
  });
  const size = map.getSize();
  const seen = canvas.places.filter(({ end }) => {
    const { x, y } = map.layerPointToContainerPoint(end);
    return x > 0 && y > 0 && x < size.x && y < size.y;
  });
  for (const place of seen)
    if (!inside(place.code, place.end)) wrong.push([place.name, 'its flow ends elsewhere']);
  return { wrong, named: boxes.filter((p) => p.label.named).length, all: seen.length };
}"""


@pytest.mark.parametrize("view", BUNDLED)
def test_totals_stand_on_their_land_or_aside_with_name_and_line(opened, address, view):
    frame = still(opened, f"{address}/{BUNDLED[view]}")
    found = frame.evaluate(TOTALS)
    assert found["wrong"] == []
    assert found["all"]
    size = opened.page.viewport_size
    least = {1920: 1.0, 1440: 0.9, 1366: 0.7, 390: 0.4}[size["width"]]
    assert found["named"] >= least * found["all"]
    # Who finds a number without a name is told where the name is.
    legend = frame.locator(".koryu-legend").text_content()
    assert ("拡大すると名前が出ます" in legend) == (found["named"] < found["all"])


def test_closer_up_totals_have_their_names(mover, address):
    frame = still(mover, address)
    for zoom in (6, 7):
        frame.evaluate(f"void map.setView([35.2, 136.5], {zoom}, {{ animate: false }})")
        mover.still()
        found = frame.evaluate(TOTALS)
        assert found["wrong"] == [], zoom
        assert found["named"] >= 0.85 * found["all"], zoom


#: Of the names beside points: what lies over another point, or nearer to another than to its own without a line.
NAMES = """() => {
  const { canvas } = map.koryu;
  const written = [];
  const { placeName } = koryu;
  koryu.placeName = (at, gap, size, taken) => {
    const found = placeName(at, gap, size, taken);
    if (found) written.push({ at, ...found });
    return found;
  };
  canvas._paint();
  koryu.placeName = placeName;
  const away = (r, { x, y }) => Math.hypot(x - Math.min(Math.max(x, r.left), r.right), y - Math.min(Math.max(y, r.top), r.bottom));
  const points = [...canvas.places.map((p) => p.end), ...canvas.origins.map((o) => o.px)];
  const touch = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const wrong = [];
  written.forEach(({ at, box, line }, i) => {
    for (const point of points) {
      if (point.distanceTo(at) < 0.5) continue;
      if (away(box, point) <= 0) wrong.push(['over a point', box, point]);
      if (!line && away(box, point) < away(box, at)) wrong.push(['nearer to another', box, point]);
    }
    for (const other of written.slice(i + 1)) if (touch(box, other.box)) wrong.push(['over a name', box, other.box]);
  });
  return { wrong, written: written.length };
}"""


@pytest.mark.parametrize("view", TOLD_APART)
def test_a_name_belongs_to_its_own_point(mover, address, view):
    frame = still(mover, f"{address}/{TOLD_APART[view]}")
    for place in (None, "[35.6, 139.2], 8", "[34.9, 135.6], 7.6"):
        if place:
            frame.evaluate(f"void map.setView({place}, {{ animate: false }})")
            mover.still()
        found = frame.evaluate(NAMES)
        assert found["wrong"] == []
        assert found["written"] >= 3 or place


def test_the_wheel_scrolls_the_page_and_with_ctrl_it_zooms(window, address):
    page = window.page
    frame = still(window, address)
    box = page.locator("iframe[src*=folium]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = frame.evaluate("map.getZoom()")
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    hint = frame.locator(".koryu-hint")
    expect(hint).to_be_hidden()
    page.mouse.wheel(0, 160)
    page.wait_for_function(f"{scrolled} > 0")
    expect(hint).to_be_visible()
    assert "Ctrl" in hint.inner_text()
    assert frame.evaluate("map.getZoom()") == before
    expect(hint).to_be_hidden()
    window.still()
    place = page.evaluate(scrolled)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    frame.wait_for_function("before => map.getZoom() > before", arg=before)
    assert page.evaluate(scrolled) == place


def test_strokes_of_the_legend_are_those_drawn(window, address):
    frame = still(window, f"{address}/{origins('世田谷区')}")
    drawn = frame.evaluate(
        """() => {
          const { canvas } = map.koryu;
          const most = Math.max(...canvas.level.flows.map((f) => f.value));
          return [...document.querySelectorAll('.koryu-stroke')].map((svg) => {
            const value = Number(svg.nextElementSibling.textContent);
            const box = svg.querySelector('path').getBBox();
            const { fill, fillOpacity } = getComputedStyle(svg.querySelector('path'));
            const flow = canvas.flows.find((f) => f.value === value);
            return { value, high: box.height, width: koryu.flowWidth(value, most, canvas.level.flows.length),
              same: !flow || flow.width === koryu.flowWidth(value, most, canvas.level.flows.length),
              fill: fill === koryu.colour('blue'), opacity: Math.abs(Number(fillOpacity) - canvas.opacity) < 0.001 };
          });
        }"""
    )
    assert len(drawn) >= 2
    for stroke in drawn:
        assert stroke["high"] == pytest.approx(max(stroke["width"], 0.7), abs=0.05)
        assert stroke["same"]
        assert stroke["fill"]
        assert stroke["opacity"]
    # One tie and two are told apart.
    assert frame.evaluate("koryu.flowWidth(2, 2) - koryu.flowWidth(1, 2)") > 1.5
    assert frame.evaluate("koryu.flowWidth(2, 60) / koryu.flowWidth(1, 60)") > 1.5


def test_a_legend_that_is_opened_makes_room(browser, address):
    with serving.window(browser, 390, 844) as opened:
        frame = still(opened, address)
        frame.locator(".koryu-legend summary").click()
        opened.still()
        assert frame.evaluate(SEEN, list(ENDS.items())) == []
        assert frame.evaluate("map.koryu.boundaries.land.hidden(map, koryu.standing(map, 0))") is False


def test_the_screen_has_the_frames_of_the_list(window, address):
    from geo.shared import FRAMES

    frame = still(window, address)
    drawn = frame.evaluate("koryu.frames.map((f) => [f.name, f.west, f.south, f.east, f.north, ...f.screen])")
    assert drawn == [[f.name, f.west, f.south, f.east, f.north, *f.screen] for f in FRAMES]
    for each in FRAMES:
        inside = frame.evaluate(
            "([lat, lon]) => { const p = koryu.place(lat, lon); return [p.lng, p.lat]; }",
            [(each.south + each.north) / 2, (each.west + each.east) / 2],
        )
        assert each.screen[0] < inside[0] < each.screen[0] + each.east - each.west
        assert inside[1] > each.screen[1]
