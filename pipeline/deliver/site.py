"""A static site of the built tables: pages, data files and a search that any web server, or none, can serve.

Every link is relative and every script an element of its page (a page opened from file:// may fetch
nothing), so the site works under any address, in a subfolder and from a folder on a disk. Scripts and styles
bear a mark of their content in their names: servers and browsers may keep them for good.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

from geo.folders import STATIC_DIR
from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.atomic import WriteError, exclusive, replacing
from pipeline.deliver import site_data, web
from pipeline.deliver.html import PAGES
from pipeline.deliver.notes import notes
from pipeline.deliver.site_changes import changes_page
from pipeline.deliver.site_feed import FEED, feed, feed_title
from pipeline.deliver.site_folder import SiteFolder
from pipeline.deliver.site_pages import FEW, Entry
from pipeline.deliver.site_plan import Plan
from pipeline.deliver.site_search import search_parts, search_script
from pipeline.deliver.site_workers import write_pages
from pipeline.deliver.site_writer import SiteWriter, hashed

#: What shows a folder to be an earlier site, which may be replaced, and which of its files are ours.
MARK = "koryu-site.json"

#: Where the parts of the search of very many origins lie. Their names stay: else every page would be another as soon as
#: one project is.
SEARCH = "search/"

#: How the pages look beside what all viewers share.
_STYLE = "site.css"


def publish(
    dataset: Dataset,
    selection: Selection,
    out: Path,
    *,
    address: str = "",
    workers: int | None = None,
    progress: Callable[[str], None] = lambda said: None,
) -> int:
    """Write the site; return how many pages it has.

    The folder is replaced as a whole: at every moment it is the old site or the new one. Files in it that are
    not of the earlier site (a domain's CNAME, a page of one's own) stay, in place of ours of the same name; those of
    the earlier site that would come out the same are not written again.

    Parameters
    ----------
    selection : what the pages show and filter, and the data files hold
    out : a new or empty folder, or an earlier site
    address : where the site will stand, for what has to be a whole address: the sitemap, canonical links
    workers : how many processes make the pages, by default as many as it is worth; they come out the same
    progress : is told, in Japanese, what is being made

    Raises
    ------
    WriteError
        when ``out`` holds something else or cannot be written; what was there stays as it was.
    """
    out = Path(out).resolve()
    base = f"{address.rstrip('/')}/" if address else ""
    plan = Plan(dataset.select(selection))
    with exclusive(out), replacing(out, mark=MARK) as new:
        folder = SiteFolder(new, out)
        kept = _own_files(out)
        progress("データのファイルを書いています…")
        written = site_data.data_files(dataset, selection, new / "data")
        progress("地図の部品を書いています…")
        assets = _assets(plan, folder)
        if plan.many:
            for name, text in search_parts(plan.selected).items():
                folder.write(f"{SEARCH}{name}.js", text.encode())
        progress("ページを書いています…")
        data = site_data.data_page(plan.data, plan.selected, new / "data", written)
        common = {
            "assets": assets,
            "files": data.files,
            "few": FEW,
            "base": base,
            "many": plan.many,
            "search": SEARCH,
            "compared": plan.compared,
            "changes": plan.changes,
            "others": plan.named,
            "data": plan.data,
            "notes": notes(dataset, selection),
            "feed": FEED,
            "feed_title": feed_title(dataset),
        }
        writer = SiteWriter(plan, folder, common)
        total = len(plan.listed)
        changed = writer.put(data, plan.data) + write_pages(
            writer,
            plan.listed[:-1],
            workers,
            lambda done: progress(f"{done:,} / {total:,} ページ"),
        )
        folder.write("404.html", PAGES.get_template("404.html").render(common).encode())
        day = str(dataset.meta.get("built_at", ""))[:10]
        folder.write("sitemap.xml", _sitemap(plan.listed, base, day).encode())
        told = changes_page(plan.changes[0], plan.selected) if plan.changes else None
        folder.write(FEED, feed(plan.selected, told, base).encode())
        if base:
            folder.write("robots.txt", f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n".encode())
        for file in (new / "data").iterdir():
            folder.settle(file.relative_to(new).as_posix())
        made = {path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file()}
        mark = {"built_at": dataset.meta.get("built_at"), "pages": total}
        mark |= {"files": sorted((made | {MARK}) - set(kept))}
        folder.write(MARK, json.dumps(mark, indent=0).encode())
        for path in kept:
            _carry(out / path, new / path)
            if path in made:
                progress(f"「{path}」は、置いてあったものを残しました。")
        if changed < total and (out / MARK).exists():
            progress(f"{total:,}ページのうち{changed:,}ページが新しくなりました。ほかは前のままです。")
    return total


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


def _assets(plan: Plan, folder: SiteFolder) -> dict[str, str]:
    """Write scripts, styles, boundaries and what all pages share of the links: name → path.

    Of very many origins the links are no part of it: every page brings its own along.
    """
    dataset, selection, viewer = plan.dataset, plan.selection, STATIC_DIR / "viewer"
    texts = {
        "style.css": "\n".join([web.style(), (viewer / _STYLE).read_text("utf-8")]),
        "map.js": "\n".join(web.map_scripts()),
        "view.js": "\n".join(web.viewer_scripts()),
        "find.js": (viewer / "find.js").read_text("utf-8"),
        "places.js": web.files_script(),
    }
    if plan.many:
        texts["overview.js"] = (viewer / "overview.js").read_text("utf-8")
    else:
        texts["data.js"] = web.data_script(dataset, selection)
        texts["search.js"] = search_script(plan.selected)
    for code in dataset.prefectures.code:
        texts[f"area{code[:2]}.js"] = web.area_script(code)
    paths = {name: hashed(name, text) for name, text in texts.items()}
    for name, text in texts.items():
        folder.write(paths[name], text.encode())
    return paths


def _sitemap(listed: list[Entry], base: str, day: str) -> str:
    """The list of pages for search engines (https://www.sitemaps.org/protocol.html), who want whole addresses."""
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    urls = (f"<url><loc>{escape(base + quote(page.path))}</loc>{changed}</url>\n" for page in listed)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{"".join(urls)}</urlset>\n'
    )
