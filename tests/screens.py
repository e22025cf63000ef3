"""A picture of every screen in four sizes: ``make screens``, or ``python -m tests.screens [DIR] [NAME…]``.

The pictures are of a fresh build of data/sources. ``VIEWS`` adds views of the screens that show something else.
"""

from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from geo.ledger.dataset import Dataset
from pipeline.building.run import build
from pipeline.deliver.list_template import worked_example
from pipeline.upkeep.review_store import ACTIVE, DOUBTED, RESTING, Change, Values, save
from pipeline.upkeep.review_table import printed_ties
from tests import questions
from tests.e2e import serving

FOLDER = serving.ROOT / "docs" / "screens"
SIZES = ((1440, 900), (1366, 643), (1920, 1080), (390, 844))

#: What is shown dark, too, in the first of the sizes.
DARK = ("flow_map", "gaps", "prefectures", "trends")

#: Every screen: name → path of the address. A test holds it against the navigation.
SCREENS = {"flow_map": ""} | {
    name: name
    for name in (
        "prefectures",
        "gaps",
        "compare",
        "wards",
        "partners",
        "trends",
        "changes",
        "disaster",
        "indicators",
        "present",
        "own_list",
        "quality",
        "corrections",
    )
}

#: Views that a link opens: name of the picture → path and query of the address.
VIEWS = {
    "flow_map_ward": f"?ward={quote('世田谷区')}",
    "flow_map_partner": f"?ward={quote('世田谷区')}&partner=10000",
    "prefectures_drill": "prefectures?partner=20000",
    "gaps_cell": f"gaps?ward={quote('世田谷区')}&partner=31000",
    "wards_one": f"wards?ward={quote('世田谷区')}",
    "partners_one": "partners?partner=20202",
    "compare_periods": f"compare?compare={quote('前後比較')}",
}


#: Screens for who may edit alone, which are in nobody else's navigation: name of the picture → path and query.
OFFICE = {"ledger": f"ledger?ward={quote('世田谷区')}"}
#: The day on which they are taken, so that as much is overdue whenever that is.
_DAY = "2026-11-30"

#: Screens on which a file was dropped, which no link opens: name of the picture → path, file and its content.
DROPPED = {
    "own_list_read": ("own_list", "一覧.xlsx", worked_example),
    "indicators_read": (f"indicators?indicator_view={quote('地図で')}", "人口.csv", questions.statistics),
    "disaster_zone": (f"disaster?ward={quote('世田谷区')}&zone_open=true", "南関東.txt", questions.area),
}
#: What is then there.
_READ = {"own_list_read": "続ける", "indicators_read": "の地図", "disaster_zone": "の外は"}

#: Whether the scripts and style sheets that our own HTML names have come, and what they draw is there.
DRESSED = """() => {
  const { lang, dataset } = document.documentElement;
  const imports = [...document.styleSheets].filter((sheet) => !sheet.href).flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSImportRule);
  return lang === 'ja' && dataset.find === 'ready' && document.querySelector('.k-look select[data-set]')
    && imports.length && imports.every((rule) => rule.styleSheet)
    && !document.querySelector('.k-board:empty, .k-matrix:empty');
}"""


def settled(opened: serving.Window) -> None:
    """Wait until the screen shows its heading, its map where it has one, and nothing runs or moves any more."""
    page = opened.page
    page.locator("h1").first.wait_for(timeout=60_000)
    opened.quiet()
    page.wait_for_function(DRESSED)
    if maps := page.locator("iframe[src*=folium]").count():
        opened.map_frame(of=maps)
    opened.still()


def small(png: bytes) -> bytes:
    """The picture with 128 colours: a screen of flat areas looks the same, and is a third of the size."""
    out = BytesIO()
    image = Image.open(BytesIO(png)).convert("RGB")
    image.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def take(browser: Browser, address: str, folder: Path, names: list[str]) -> None:
    """Write the pictures named, or all, to a folder; prints what it wrote.

    Raises
    ------
    RuntimeError
        when a screen complains in the console or asks for another host.
    """
    for width, height in SIZES:
        with serving.window(browser, width, height) as opened:
            for name, path in (SCREENS | VIEWS).items():
                if names and name not in names:
                    continue
                opened.page.goto(f"{address}/{path}")
                settled(opened)
                _keep(opened, folder / f"{name}_{width}x{height}.png")
                if name in DARK and (width, height) == SIZES[0]:
                    serving.set_look(opened, "dark")
                    _keep(opened, folder / f"{name}_dark_{width}x{height}.png")
                    serving.set_look(opened, "light")
            for name, (path, file, content) in DROPPED.items():
                if names and name not in names:
                    continue
                opened.page.goto(f"{address}/{path}")
                settled(opened)
                drop(opened, file, content(), _READ[name])
                _keep(opened, folder / f"{name}_{width}x{height}.png")
            if opened.problems or opened.outside:
                raise RuntimeError(f"{width}x{height}: {opened.problems} {opened.outside}")


def take_office(browser: Browser, address: str, folder: Path, names: list[str]) -> None:
    """Write the pictures of the screens for who may edit, with the second row of their list looked at."""
    for width, height in SIZES:
        with serving.window(browser, width, height) as opened:
            for name, path in OFFICE.items():
                if names and name not in names:
                    continue
                opened.page.goto(f"{address}/{path}")
                settled(opened)
                opened.page.locator(".k-board tbody tr").nth(1).click()
                settled(opened)
                _keep(opened, folder / f"{name}_{width}x{height}.png")
            if opened.problems or opened.outside:
                raise RuntimeError(f"{width}x{height}: {opened.problems} {opened.outside}")


def write_ledger(build: Path, path: Path) -> None:
    """A ledger as an office might have filled it in: made up, of most of the ties of the build."""
    sections = ("災害対策課", "文化・国際課", "商業課", "学校支援課", "みどり政策課")
    values = {
        key: Values(
            sections[n % 5],
            f"202{4 + n % 2}-{n % 12 + 1:02}-{n % 27 + 1:02}" if n % 4 else "",
            ("2026-10-01", "2027-01-15", "2027-10-01", "2028-04-01", "")[n % 5],
            (ACTIVE, ACTIVE, ACTIVE, RESTING, DOUBTED)[n * 7 % 5],
            "秋の区民まつりに出店" if n % 6 == 0 else "",
        )
        for n, key in enumerate(printed_ties(Dataset.load(build)))
        if n % 9
    }
    save({key: Change(one, 0) for key, one in values.items()}, "企画課 点検担当", path)


def drop(opened: serving.Window, file: str, content: bytes, then: str) -> None:
    """Drop a file on a screen, and wait for what it then says."""
    opened.page.locator("input[type=file]").first.set_input_files(
        {"name": file, "mimeType": "application/octet-stream", "buffer": content}
    )
    opened.page.get_by_test_id("stMain").get_by_text(then).first.wait_for()
    settled(opened)


def _keep(opened: serving.Window, picture: Path) -> None:
    picture.write_bytes(small(opened.page.screenshot()))
    print(f"{picture.name}  {picture.stat().st_size / 1024:.0f} KB", flush=True)


def main(arguments: list[str]) -> None:
    """Build, serve, take."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        build(serving.ROOT / "data" / "sources", Path(data) / "build")
        browser = serving.launch(playwright)
        with serving.app({"KORYU_DATA": f"{data}/build"}) as address:
            take(browser, address, folder, arguments[1:])
        if not arguments[1:] or OFFICE.keys() & arguments[1:]:
            ledger = Path(data) / "ledger.csv"
            write_ledger(Path(data) / "build", ledger)
            office = {"KORYU_EDIT": "1", "KORYU_LEDGER": str(ledger), "KORYU_TODAY": _DAY}
            with serving.app({"KORYU_DATA": f"{data}/build"} | office) as address:
                take_office(browser, address, folder, arguments[1:])
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
