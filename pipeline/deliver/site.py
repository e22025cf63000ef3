"""A static site of the built tables: pages, data files and a search that any web server, or none, can serve.

Every link is relative and every script an element of its page (a page opened from file:// may fetch
nothing), so the site works under any address, in a subfolder and from a folder on a disk. Scripts and styles
bear a mark of their content in their names: servers and browsers may keep them for good.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from markupsafe import Markup

from geo.draw.web.folium_map import safe_json
from geo.folders import STATIC_DIR
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.atomic import WriteError, exclusive, replacing
from pipeline.deliver import FORMATS, web
from pipeline.deliver.html import PAGES, about, policy
from pipeline.deliver.notes import notes
from pipeline.deliver.site_changes import FEED, changes_page, feed, feed_title
from pipeline.deliver.site_pages import FEW, Page, pages, search_index

#: What shows a folder to be an earlier site, which may be replaced, and which of its files are ours.
MARK = "koryu-site.json"

#: Where the scripts and styles of a page may come from: the site itself, also opened from a folder on a disk.
_OWN_FILES = "'self' file:"

#: How the pages look beside what all viewers share; and where one of them is of the changes.
STYLES = ("site.css",)
CHANGES_STYLES = (*STYLES, "changes.css")

#: Data files of the site: format → what it holds.
DATA_FILES = {
    "xlsx": "連携・事業・集計・指摘の表。団体コードの先頭の0も残ります",
    "csv": "連携の一覧（1行が1つの事業と相手先。UTF-8）。数式にみえる文字の先頭には ' を付けています",
    "geojson": "流れの線（事業つき）と相手先の点",
    "gpkg": "QGIS などで開く地図データ（事業・連携・協定の表と、QGIS のプロジェクト入り）",
    "html": "地図と一覧を1つにしたファイル（通信なしで開けます）",
}


def publish(
    dataset: Dataset,
    selection: Selection,
    out: Path,
    *,
    address: str = "",
    progress: Callable[[str], None] = lambda said: None,
) -> int:
    """Write the site; return how many pages it has.

    The folder is replaced as a whole: at every moment it is the old site or the new one. Files in it that are
    not of the earlier site (a domain's CNAME, a page of one's own) stay, in place of ours of the same name.

    Parameters
    ----------
    selection : what the pages show and filter, and the data files hold
    out : a new or empty folder, or an earlier site
    address : where the site will stand, for what has to be a whole address: the sitemap, canonical links
    progress : is told, in Japanese, what is being made

    Raises
    ------
    WriteError
        when ``out`` holds something else or cannot be written; what was there stays as it was.
    """
    out = Path(out).resolve()
    base = f"{address.rstrip('/')}/" if address else ""
    selected = dataset.select(selection)
    with exclusive(out), replacing(out, mark=MARK) as folder:
        kept = _own_files(out)
        progress("データのファイルを書いています…")
        files = _data_files(dataset, selection, folder / "data")
        progress("地図の部品を書いています…")
        changes = changes_page(selected)
        assets = _assets(dataset, selection, folder / "assets", STYLES if changes is None else CHANGES_STYLES)
        progress("ページを書いています…")
        listed: list[Page] = [*pages(selected), *([changes] if changes else [])]
        common = {
            "assets": assets,
            "files": files,
            "few": FEW,
            "base": base,
            "origins": [page for page in listed if page.origin],
            "prefectures": [page for page in listed if page.prefecture],
            "notes": notes(dataset, selection),
            "changes": changes,
            "feed": feed_title(dataset) if changes and base else "",
        }
        said = {shown: about(dataset, shown) for shown in {page.selected.selection for page in listed}}
        for page in listed:
            _write(folder / page.path, _rendered(page, common | said[page.selected.selection]))
        _write(folder / "404.html", PAGES.get_template("404.html").render(base=base))
        _write(folder / "sitemap.xml", _sitemap(listed, base, str(dataset.meta.get("built_at", ""))[:10]))
        if changes and base:
            _write(folder / FEED, feed(dataset, changes, base))
        if base:
            _write(folder / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n")
        made = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        mark = {"built_at": dataset.meta.get("built_at"), "pages": len(listed)}
        _write(folder / MARK, json.dumps(mark | {"files": sorted((made | {MARK}) - set(kept))}, indent=0))
        for path in kept:
            _carry(out / path, folder / path)
            if path in made:
                progress(f"「{path}」は、置いてあったものを残しました。")
    return len(listed)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def _own_files(out: Path) -> list[str]:
    """Files and empty folders of an earlier site's folder that we did not make, by their paths in it.

    Raises
    ------
    WriteError
        when the list of what we made is not to be read: then nothing can be told apart.
    """
    if not (out / MARK).exists():
        return []
    try:
        made = set(json.loads((out / MARK).read_text("utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WriteError(
            f"「{out / MARK}」が読めないため、前に作ったサイトかどうかを確かめられません。"
            "空のフォルダか新しい名前を指定してください。"
        ) from error
    found = []
    for folder, folders, names in os.walk(out):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        here = [""] if not folders and not names else [*names, *links]
        found += [Path(folder, name).relative_to(out).as_posix() for name in here]
    return [path for path in found if path not in made]


def _carry(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


def _rendered(page: Page, common: dict) -> str:
    start = f"window.koryuStart={safe_json({'origin': page.origin, 'prefecture': page.prefecture})};"
    scripts = [] if page is common["changes"] else [start]
    return PAGES.get_template(page.template).render(
        common,
        page=page,
        start=Markup(start),
        policy=policy(scripts, _OWN_FILES),
        title=page.title,
        one_prefecture=bool(page.prefecture),
    )


def _data_files(dataset: Dataset, selection: Selection, folder: Path) -> list[tuple[str, str, str, str]]:
    """Write the data files: (path, format, what it holds, size in words) of each."""
    folder.mkdir()
    listed = []
    for name, holds in DATA_FILES.items():
        kind = FORMATS[name]
        path = folder / f"renkei{kind.suffix}"
        near = {"near": folder} if "near" in kind.options else {}
        path.write_bytes(kind.write(dataset, selection, **near))
        listed.append((f"data/{path.name}", kind.title, holds, f"{path.stat().st_size / 1e6:.1f} MB"))
    return listed


def _assets(dataset: Dataset, selection: Selection, folder: Path, styles: tuple[str, ...]) -> dict[str, str]:
    """Write scripts, styles, boundaries and the links themselves, shared by all pages: name → path."""
    viewer = STATIC_DIR / "viewer"
    texts = {
        "style.css": "\n".join([web.style(), *((viewer / name).read_text("utf-8") for name in styles)]),
        "map.js": "\n".join(web.map_scripts()),
        "view.js": "\n".join(web.viewer_scripts()),
        "find.js": (viewer / "find.js").read_text("utf-8"),
        "places.js": web.files_script(),
        "data.js": web.data_script(dataset, selection),
        "search.js": f"window.koryuSearch={safe_json(search_index(dataset.select(selection)))};",
    }
    for code in dataset.prefectures.code:
        texts[f"area{code[:2]}.js"] = web.area_script(code)
    paths = {}
    for name, text in texts.items():
        stem, suffix = name.split(".")
        mark = hashlib.sha256(text.encode()).hexdigest()[:10]
        paths[name] = f"assets/{stem}-{mark}.{suffix}"
        _write(folder.parent / paths[name], text)
    return paths


def _sitemap(listed: list[Page], base: str, day: str) -> str:
    """The list of pages for search engines (https://www.sitemaps.org/protocol.html), who want whole addresses."""
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    urls = (f"<url><loc>{escape(base + quote(page.path))}</loc>{changed}</url>\n" for page in listed)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{"".join(urls)}</urlset>\n'
    )
