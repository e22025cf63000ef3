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
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from markupsafe import Markup

from geo.draw.web.folium_map import safe_json
from geo.folders import STATIC_DIR
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.atomic import WriteError, exclusive, replacing
from pipeline.deliver import site_data, web
from pipeline.deliver.html import PAGES, about, policy
from pipeline.deliver.notes import notes
from pipeline.deliver.site_changes import changes_pages
from pipeline.deliver.site_compare import compare_pages
from pipeline.deliver.site_feed import FEED, feed, feed_title
from pipeline.deliver.site_pages import FEW, Page, pages, search_index

#: What shows a folder to be an earlier site, which may be replaced, and which of its files are ours.
MARK = "koryu-site.json"

#: Where the scripts and styles of a page may come from: the site itself, also opened from a folder on a disk.
_OWN_FILES = "'self' file:"

#: Said before anything is drawn: that scripts run. What only they fill is not shown where it is not said.
_SCRIPTED = 'document.documentElement.classList.add("scripted");'

#: How the pages look beside what all viewers share.
_STYLE = "site.css"


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
        described = site_data.data_files(dataset, selection, folder / "data")
        progress("地図の部品を書いています…")
        assets = _assets(dataset, selection, folder / "assets")
        progress("ページを書いています…")
        of_places, changes, compared = list(pages(selected)), changes_pages(selected), compare_pages(selected)
        data = site_data.data_page(selected, folder / "data", described)
        listed: list[Page] = [*of_places, *compared, *changes, data]
        # Of what there is nothing to tell there is no page, and no link to it.
        others = [(first.path, first.name) for first in (*compared[:1], *changes[:1])]
        common = {
            "assets": assets,
            "files": data.files,
            "few": FEW,
            "base": base,
            "origins": [page for page in of_places if page.origin],
            "prefectures": [page for page in of_places if page.prefecture],
            "compared": compared,
            "changes": changes,
            "others": others,
            "data": data,
            "notes": notes(dataset, selection),
            "feed": FEED,
            "feed_title": feed_title(dataset),
        }
        said = {shown: about(dataset, shown) for shown in {page.selected.selection for page in listed}}
        beside = _beside([*compared, *changes])
        for page in listed:
            own = {"further": beside.get(page.origin, [])}
            _write(folder / page.path, _rendered(page, common | said[page.selected.selection] | own))
        _write(folder / "404.html", PAGES.get_template("404.html").render(common))
        _write(folder / "sitemap.xml", _sitemap(listed, base, str(dataset.meta.get("built_at", ""))[:10]))
        _write(folder / FEED, feed(selected, changes, base))
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
    scripts = [_SCRIPTED, start] if page.mapped else [_SCRIPTED]
    return PAGES.get_template(page.template).render(
        common,
        page=page,
        scripted=Markup(_SCRIPTED),
        start=Markup(start),
        policy=policy(scripts, _OWN_FILES),
        title=page.title,
        one_prefecture=bool(page.prefecture),
    )


def _beside(listed: Sequence[Page]) -> dict[str, list[tuple[str, str]]]:
    """Origin → the pages about it beside that with its map: (what they are called, where they lie)."""
    found: dict[str, list[tuple[str, str]]] = {}
    for page in listed:
        if page.origin:
            found.setdefault(page.origin, []).append((page.title, page.path))
    return found


def _assets(dataset: Dataset, selection: Selection, folder: Path) -> dict[str, str]:
    """Write scripts, styles, boundaries and the links themselves, shared by all pages: name → path."""
    viewer = STATIC_DIR / "viewer"
    texts = {
        "style.css": "\n".join([web.style(), (viewer / _STYLE).read_text("utf-8")]),
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
