"""A static site of the built tables: pages, data files and a search that any web server, or none, can serve.

Every link is relative and every script an element of its page (a page opened from file:// may fetch
nothing), so the site works under any address, in a subfolder and from a folder on a disk.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import pandas as pd
from markupsafe import Markup

from geo.dataset import Dataset, Selected, Selection
from geo.flows import flows
from geo.folium_map import safe_json
from pipeline import words
from pipeline.atomic import exclusive, replacing
from pipeline.exports import FORMATS, web
from pipeline.exports.html import PAGES, about
from pipeline.exports.notes import subject
from pipeline.exports.tables import place_names
from pipeline.exports.views import EVERYTHING

#: What shows a folder to be an earlier site, which may be replaced.
MARK = "site.json"

#: Data files of the site: format → what it holds.
DATA_FILES = {
    "csv": "連携の一覧（1行が1つの事業と相手先）",
    "xlsx": "連携・事業・集計・指摘の表",
    "geojson": "流れの線と相手先の点",
    "gpkg": "QGISなどで開く地図データ",
    "html": "地図と一覧を1つにしたファイル（通信なしで開けます）",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site: where it lies, what it is about, what it lists where no script runs."""

    path: str
    name: str
    title: str
    rows: list[tuple[str, ...]]
    ward: str = ""
    prefecture: str = ""

    @property
    def root(self) -> str:
        """From this page to the top of the site."""
        return "../" * self.path.count("/")


def publish(
    dataset: Dataset,
    selection: Selection,
    out: Path,
    *,
    address: str = "",
    progress: Callable[[str], None] = lambda said: None,
) -> int:
    """Write the site; return how many pages it has.

    The folder is replaced as a whole: at every moment it is the old site or the new one.

    Parameters
    ----------
    selection : what the pages show and filter; the data files hold every link of its wards, categories and
        documents, drawn or not
    out : a new or empty folder, or an earlier site
    address : where the site will stand, for the sitemap, whose addresses have to be whole
    progress : is told, in Japanese, what is being made

    Raises
    ------
    WriteError
        when ``out`` holds something else or cannot be written; what was there stays as it was.
    """
    out = Path(out).resolve()
    selected = dataset.select(selection)
    with exclusive(out), replacing(out, mark=MARK) as folder:
        progress("データのファイルを書いています…")
        files = _data_files(dataset, selection, folder / "data")
        progress("地図の部品を書いています…")
        _assets(dataset, selection, folder / "assets")
        progress("ページを書いています…")
        pages = list(_pages(selected))
        common = about(dataset, selection) | {
            "files": files,
            "wards": [page for page in pages if page.ward],
            "prefectures": [page for page in pages if page.prefecture],
        }
        template = PAGES.get_template("page.html")
        for page in pages:
            path = folder / page.path
            path.parent.mkdir(exist_ok=True)
            about_one = {"ward": page.ward, "prefecture": page.prefecture}
            start = Markup(f"window.koryuStart={safe_json(about_one)};")
            path.write_text(
                template.render(
                    common,
                    page=page,
                    start=start,
                    title=page.title,
                    one_prefecture=bool(page.prefecture),
                ),
                "utf-8",
            )
        (folder / "assets" / "search.js").write_text(_search(selected, pages), "utf-8")
        (folder / "sitemap.xml").write_text(_sitemap(pages, address), "utf-8")
        mark = {"built_at": dataset.meta.get("built_at"), "pages": len(pages)}
        (folder / MARK).write_text(json.dumps(mark), "utf-8")
    return len(pages)


def _data_files(dataset: Dataset, selection: Selection, folder: Path) -> list[tuple[str, str, str, str]]:
    """Write the data files: (path, format, what it holds, size in words) of each."""
    folder.mkdir()
    whole = replace(EVERYTHING, wards=selection.wards, categories=selection.categories)
    whole = replace(whole, sources=selection.sources)
    listed = []
    for name, holds in DATA_FILES.items():
        kind = FORMATS[name]
        path = folder / f"renkei{kind.suffix}"
        path.write_bytes(kind.write(dataset, whole if kind.whole else selection))
        listed.append((f"data/{path.name}", kind.title, holds, f"{path.stat().st_size / 1e6:.1f} MB"))
    return listed


def _assets(dataset: Dataset, selection: Selection, folder: Path) -> None:
    """Scripts, styles, boundaries and the links themselves, shared by all pages."""
    folder.mkdir()
    texts = {
        "style.css": web.style(),
        "map.js": "\n".join(web.map_scripts()),
        "view.js": "\n".join(web.viewer_scripts()),
        "find.js": (web.STATIC / "viewer" / "find.js").read_text("utf-8"),
        "places.js": web.files_script(),
        "data.js": web.data_script(dataset, selection),
    }
    for code in dataset.prefectures.code:
        texts[f"area{code[:2]}.js"] = web.area_script(code)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")


def _pages(selected: Selected) -> Iterator[Page]:
    """The top page, one a ward, one a prefecture."""
    dataset, selection = selected.dataset, selected.selection
    who = subject(dataset, selection)
    everything = flows(selected, per_origin=False)
    yield Page("index.html", who, f"{who}と全国の市区町村の連携", _rows(everything))
    for origin in dataset.origins.itertuples(index=False):
        if selection.wards and origin.code not in selection.wards:
            continue
        own = flows(dataset.select(replace(selection, wards=(origin.code,))))
        title = f"{origin.name}と全国の市区町村の連携"
        yield Page(f"wards/{origin.code}.html", origin.name, title, _rows(own), ward=origin.code)
    for prefecture in dataset.prefectures.sort_values("code").itertuples(index=False):
        inside = everything[everything.partner_code.str[:2] == prefecture.code[:2]]
        title = f"{who}と{prefecture.name}の市区町村の連携"
        path = f"prefectures/{prefecture.code}.html"
        yield Page(path, prefecture.name, title, _rows(inside), prefecture=prefecture.code)


def _rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [
        (row.prefecture, row.partner_name, str(row.n_projects), row.categories, words.year(row.first_year))
        for row in table.itertuples(index=False)
    ]


def _search(selected: Selected, pages: list[Page]) -> str:
    """``koryuSearch``: [name, reading, what it is, where] of wards, prefectures, municipalities, projects."""
    dataset = selected.dataset
    kana = dict(zip(dataset.prefectures.code, dataset.prefectures.kana, strict=True))
    found = [[page.name, "", "区", page.path] for page in pages if page.ward]
    found += [[page.name, kana[page.prefecture], "都道府県", page.path] for page in pages if page.prefecture]
    names = place_names(dataset)
    partners = {tie.municipality for tie in selected.ties}
    for place in dataset.municipalities.sort_values("code").itertuples(index=False):
        if place.kind == "designated_ward":
            continue
        tied = "連携あり" if place.code in partners else "連携なし"
        there = f"prefectures/{place.prefecture_code}.html#{urlencode({'words': place.name})}"
        found.append([names[place.code], place.kana, f"市区町村・{tied}", there])
    for project in selected.projects.itertuples(index=False):
        there = f"wards/{project.ward_code}.html#{urlencode({'words': project.name})}"
        found.append([project.name, "", f"{dataset.places[project.ward_code].name}の事業", there])
    return f"window.koryuSearch={safe_json(found)};"


def _sitemap(pages: list[Page], address: str) -> str:
    """The list of pages for search engines (https://www.sitemaps.org/protocol.html)."""
    base = f"{address.rstrip('/')}/" if address else ""
    listed = "".join(f"<url><loc>{escape(base + quote(page.path))}</loc></url>\n" for page in pages)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>\n'
    )
