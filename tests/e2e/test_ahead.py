"""The map draws a change of filter before the server answers, and as the server does."""

from __future__ import annotations

import json
import os
import random
import signal
import zlib
from base64 import b64decode
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from geo.draw.web.folium_map import merged
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pages.flow_map import ahead
from pages.shared.frame import current, filters, origin_box, shell, years_panel
from pages.shared.parts.flow_layers import flow_layers
from pages.shared.parts.map_view import stamp
from tests.e2e import serving
from tests.many_origins import PREFECTURES, spread
from tests.scattered import scattered

#: What is drawn of an address: the rows of the browser, beside those of the server.
DRAWN = "([address, before]) => { const asked = told.conditions(address); return [Object.values(asked), told.rows(asked, before)]; }"


@pytest.fixture(scope="module", params=["wards", "towns", "country", "one"])
def tables(request, build_dir, tmp_path_factory):
    """The documents; three prefectures' and the whole country's municipalities with their projects; one ward alone."""
    out = tmp_path_factory.mktemp("tables") / "build"
    if request.param == "country":
        return Dataset.load(scattered(build_dir, out))
    whole = Dataset.load(build_dir)
    if request.param == "towns":
        places = whole.municipalities
        mine = places.prefecture_code.str[:2].isin(PREFECTURES) & (places.kind != "designated_ward")
        return Dataset.load(spread(build_dir, out, places.code[mine].tolist()))
    if request.param == "one":
        return Dataset.load(spread(build_dir, out, ["13103"]))
    return whole


@pytest.fixture
def shown(tables, monkeypatch):
    """The tables as the only ones there are."""
    asked = current.Shown(tables, "made")
    monkeypatch.setattr(current, "shown", lambda: asked)
    return tables


def some(dataset: Dataset, seed: int) -> tuple[dict, Selection]:
    """Parameters of an address by chance, and what they select."""
    chance = random.Random(seed)
    params: dict = {}
    labels, opening = origin_box.options(dataset), filters._opening(dataset)
    chosen = chance.sample(list(labels), min(len(labels), chance.choice([0, 0, 1, 2, 3, 5, 40])))
    if chosen:
        params["ward"] = [labels[one] for one in chosen]
    categories = chance.sample(dataset.categories, chance.choice([0, 0, 1, 3]))
    if categories:
        params["category"] = categories
    sources = opening
    if chance.random() < 0.4:
        sources = chance.sample(dataset.sources, chance.randint(0, min(3, len(dataset.sources))))
        params["source"] = [dataset.shorts[one] for one in sources] or [""]
    mode, bounds = chance.choice(["began", "as_of"]), (None, None)
    first, last = dataset.years
    if mode == "as_of":
        year = chance.randint(first, last)
        params |= {"years": years_panel.MODES[mode], "as_of": year}
        bounds = (None, year)
    elif chance.random() < 0.5:
        start, end = sorted(chance.choices(range(first, last + 1), k=2))
        params["began"] = [start, end]
        bounds = (start if start > first else None, end if end < last else None)
    ticks = {key: default for key, (_, _, default) in filters.ticks(dataset).items()}
    for key in ticks:
        if chance.random() < 0.3:
            ticks[key] = not ticks[key]
            params[key] = str(ticks[key]).lower()
    selection = Selection(
        origins=origin_box.chosen(dataset, chosen),
        categories=tuple(categories),
        sources=() if len(sources) == len(dataset.sources) else tuple(sources),
        year_mode=mode,
        year_from=bounds[0],
        year_to=bounds[1],
        **{field: ticks.get(key, default) for key, (field, _, default) in filters.TICKS.items()},
    )
    return params, selection


def sent(selection: Selection) -> dict:
    """The rows that the server sends, as the browser reads them."""
    view = shell.view_of(selection)
    _, layers = flow_layers(view, None)
    return json.loads(json.dumps(merged([*layers, *stamp(view), ahead.rows(view)]).rows))


def seen(rows: dict) -> dict:
    """Rows as the browser keeps them: under which conditions, and what is drawn."""
    return {"asked": rows.pop("ahead")["asked"], "rows": rows}


@pytest.fixture(scope="module")
def scripts(browser, root):
    """A page that counts, and has no server."""
    with serving.window(browser) as opened:
        for name in ("core", "ahead"):
            opened.page.add_script_tag(content=(root / f"static/koryu/{name}.js").read_text("utf-8"))
        yield opened.page


def test_what_is_drawn_ahead_is_what_the_server_sends(shown, scripts, root):
    told = json.loads(zlib.decompress(b64decode(ahead._columns())))
    places = json.loads((root / "static/boundaries/places.json").read_text("utf-8"))
    scripts.evaluate(
        "([told, codes]) => { window.told = new koryu.Drawing(told, new Set(codes)); }",
        [told, [code for code, *_ in places]],
    )
    before, compared = seen(sent(Selection())), 0
    for seed in range(60):
        params, selection = some(shown, seed)
        server = seen(sent(selection))
        read, drawn = scripts.evaluate(DRAWN, [urlencode(params, doseq=True), before])
        assert read == server["asked"], params
        if drawn is not None:
            assert drawn == server["rows"], params
            assert list(drawn) == list(server["rows"])
            compared += 1
        before = server
    assert compared > 30


#: What is drawn of the country, and how often anything was.
TOTAL = "JSON.stringify(map.koryu.rows.flows.levels[0].n_projects)"
DRAWN_TIMES = "document.querySelector('#map_div').dataset.painted"
#: Takes down what is drawn from now on: on a slow machine it may be gone before anyone asks.
KEEP_WHAT_IS_DRAWN = f"""() => {{
  window.seen = [];
  const see = () => seen.push({TOTAL});
  const painted = {{ attributes: true, attributeFilter: ['data-painted'] }};
  new MutationObserver(see).observe(document.querySelector('#map_div'), painted);
}}"""
NETWORKS = "広域の集まりも含める"


@pytest.fixture
def opened(window, serve, build_dir):
    """The first screen, its map, which has what it needs to be ahead, and a way to hold up its server."""
    if os.environ.get("KORYU_THROUGH"):
        pytest.skip("a server that is held up is one of two")
    address = serve(environment={"KORYU_DATA": str(build_dir)})
    window.page.goto(address)
    frame = window.map_frame()
    window.page.wait_for_function("window.koryuColumns")

    @contextmanager
    def held():
        server = serving.process(address)
        server.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            server.send_signal(signal.SIGCONT)

    return window, frame, held


def test_a_change_is_drawn_while_the_server_does_nothing(opened):
    window, frame, held = opened
    page = window.page
    before, first, said = frame.evaluate(DRAWN_TIMES), frame.evaluate(TOTAL), page.locator("h1").inner_text()
    with held():
        page.get_by_text(NETWORKS, exact=True).click()
        frame.wait_for_function(f"{DRAWN_TIMES} !== '{before}'")
        ahead_of_it = frame.evaluate(TOTAL)
        assert ahead_of_it != first
        # What is said is of before, and looks so.
        assert page.locator("h1").inner_text() == said
        expect(page.locator(".stHtml:has(h1)")).to_have_css("opacity", "0.4")
    expect(page.locator("h1")).not_to_have_text(said)
    window.quiet()
    expect(page.locator(".stHtml:has(h1)")).to_have_css("opacity", "1")
    # The answer changes nothing of what was drawn.
    assert frame.evaluate(TOTAL) == ahead_of_it
    assert frame.evaluate(DRAWN_TIMES) == str(int(before) + 1)


def test_without_an_answer_the_map_goes_back_to_the_last_one(opened):
    window, frame, held = opened
    page = window.page
    first = frame.evaluate(TOTAL)
    frame.evaluate("koryu.Ahead.patience = 300")
    frame.evaluate(KEEP_WHAT_IS_DRAWN)
    with held():
        page.get_by_text(NETWORKS, exact=True).click()
        frame.wait_for_function("seen.length === 2")
        ahead_of_it, back = frame.evaluate("seen")
        assert (ahead_of_it != first, back) == (True, first)
    # And the answer is drawn when it comes.
    frame.wait_for_function(f"{TOTAL} !== '{first}'")


def test_of_changes_that_follow_each_other_the_last_stays(opened):
    window, frame, held = opened
    page = window.page
    frame.evaluate(KEEP_WHAT_IS_DRAWN)
    with held():
        for words in (NETWORKS, "都内の連携も含める"):
            before = frame.evaluate("seen.length")
            page.get_by_text(words, exact=True).click()
            frame.wait_for_function(f"seen.length > {before}")
    window.quiet()
    assert window.query() == {"home": ["false"], "network": ["true"]}
    drawn = frame.evaluate("seen")
    assert len(drawn) == len(set(drawn)) == 2
    assert drawn[-1] == frame.evaluate(TOTAL)


def test_whoever_goes_back_at_once_sees_what_was_there(opened):
    window, frame, held = opened
    page = window.page
    first = frame.evaluate(TOTAL)
    with held():
        for differs in ("!==", "==="):
            page.get_by_text(NETWORKS, exact=True).click()
            frame.wait_for_function(f"{TOTAL} {differs} '{first}'")
        expect(page.locator("html.k-ahead")).to_have_count(0)
    window.quiet()
    assert frame.evaluate(TOTAL) == first
