"""Makes the pages of a published site, each by itself: in one process after the other, or in several at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from markupsafe import Markup

from geo.draw.web.folium_map import safe_json
from geo.ledger.selection import Selection
from geo.places.boundaries import in_force
from pipeline.deliver import site_overview, web
from pipeline.deliver.html import PAGES, about, policy
from pipeline.deliver.notes import credits
from pipeline.deliver.site_changes import changes_page
from pipeline.deliver.site_compare import Comparison, compared_page, together_page
from pipeline.deliver.site_folder import SiteFolder
from pipeline.deliver.site_pages import Counted, Entry, Page, origin_page, prefecture_page, top_page
from pipeline.deliver.site_plan import Plan
from pipeline.words import view as words

#: Where the scripts and styles of a page may come from: the site itself, also opened from a folder on a disk.
_OWN_FILES = "'self' file:"

#: Said before anything is drawn: that scripts run. What only they fill is not shown where it is not said.
_SCRIPTED = 'document.documentElement.classList.add("scripted");'


@dataclass(frozen=True, eq=False)
class SiteWriter:
    """Writes the pages of a plan into a folder.

    Parameters
    ----------
    plan : which pages there are
    folder : where they lie
    common : what is said on all of them, by the names of the templates
    """

    plan: Plan
    folder: SiteFolder
    common: dict[str, Any]

    def write(self, entry: Entry) -> bool:
        """Make a page and put it in place; whether it is another than before."""
        return self.put(self._page(entry), entry)

    def put(self, page: Page, entry: Entry) -> bool:
        """Put a page in place that was made already, with what it alone loads."""
        script = self._script(page)
        own = hashed(f"rows-{entry.code or entry.kind}.js", script) if script else ""
        if script:
            self.folder.write(own, script.encode())
        return self.folder.write(page.path, self._rendered(page, entry, own).encode())

    def _page(self, entry: Entry) -> Page:
        counted, kind = self._counted, entry.kind
        if kind in ("together", "compared"):
            return {"together": together_page, "compared": compared_page}[kind](entry, self._comparison)
        if kind == "changes":
            return changes_page(entry, self.plan.selected)
        makers: dict[str, Callable[[Entry, Counted], Page]] = {
            "top": top_page,
            "origin": origin_page,
            "prefecture": prefecture_page,
        }
        if self.plan.many:
            makers |= {"top": site_overview.top_page, "prefecture": site_overview.prefecture_page}
        return makers[kind](entry, counted)

    @cached_property
    def _counted(self) -> Counted:
        return Counted(self.plan.selected)

    @cached_property
    def _comparison(self) -> Comparison:
        return Comparison(self.plan.selected)

    def _script(self, page: Page) -> str:
        """What a page brings along to draw; where there are few origins, all share one file."""
        if isinstance(page, site_overview.Overview):
            return page.script
        if self.plan.many and page.mapped:
            return web.data_script(self.plan.dataset, page.selected.selection)
        return ""

    def _rendered(self, page: Page, entry: Entry, own: str) -> str:
        start = f"window.koryuStart={safe_json({'origin': page.origin, 'prefecture': page.prefecture})};"
        scripts = [_SCRIPTED, start] if page.mapped else [_SCRIPTED]
        assets = self.common["assets"] | ({"data.js": own} if own else {})
        return PAGES.get_template(page.template).render(
            self.common | self._about(page),
            assets=assets,
            page=page,
            further=self.plan.further(entry.code) if entry.kind == "origin" else [],
            siblings=self.plan.siblings(entry),
            scripted=Markup(_SCRIPTED),
            start=Markup(start),
            policy=policy(scripts, _OWN_FILES),
            title=page.title,
            one_prefecture=bool(page.prefecture),
        )

    def _about(self, page: Page) -> dict[str, object]:
        """What the page says of its data; of very many documents an origin's page names those that it is from."""
        selection = page.selected.selection
        said = _about(self, selection)
        own = tuple(page.selected.projects.source.unique()) if self.plan.many and page.origin else ()
        if not own:
            return said
        dataset = self.plan.dataset
        lines = credits(dataset, replace(selection, sources=own), in_force().credit)
        return said | {"day": words.reference_day(dataset, own), "credits": lines}


@lru_cache(maxsize=4)  # most pages are about the same, each origin's about another
def _about(writer: SiteWriter, selection: Selection) -> dict[str, object]:
    return about(writer.plan.dataset, selection)


def hashed(name: str, text: str) -> str:
    """Where a file of ``assets`` lies that bears a mark of its content: it may be kept for good."""
    stem, suffix = name.split(".")
    return f"assets/{stem}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.{suffix}"
