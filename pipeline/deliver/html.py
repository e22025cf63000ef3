"""One HTML file of a view, opened by a double click: no request to anywhere.

Everything it says is plain markup, to be read where mail gateways strip scripts and styles; scripts only add to it a
map to move, filters and sorting.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from geo.places.boundaries import in_force
from pipeline.deliver import web
from pipeline.deliver.bounds import within
from pipeline.deliver.notes import conditions, credits, meaning, subject
from pipeline.deliver.plain_facts import facts
from pipeline.words import view as words

#: Links at most, some 10 MB: mail takes no more, and a browser counts them all at each change of a filter.
MOST = 30_000

#: Everything from a document is escaped where it is put in; only scripts and styles of ours are not.
PAGES = Environment(
    loader=PackageLoader("pipeline.deliver"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(dataset: Dataset, selection: Selection, *, script: bool = True) -> bytes:
    """A selection as one HTML file that needs nothing else.

    Filters by origin, category and year narrow what the selection holds; without ``script`` there are none. The page's
    own policy lets it run only the scripts written here and load nothing, so text of a document can do neither.

    Raises
    ------
    TooMuch
        for more than MOST links.
    """
    # What it carries: the wide networks too, which it names second.
    links = int(dataset.select(replace(selection, networks=True)).keep.sum())
    within(
        links,
        MOST,
        "1つのHTMLに入れられる連携",
        "連携元や分野などの条件で絞るか、都道府県と連携元ごとのページに分かれるサイト（koryu publish）にしてください。",
    )
    scripts = _scripts(dataset, selection) if script else []
    page = PAGES.get_template("single.html").render(
        about(dataset, selection),
        facts=facts(dataset, selection),
        meaning=meaning(dataset),
        style=Markup(web.style()),
        scripts=[Markup(each) for each in scripts],
        policy=policy(scripts),
    )
    return page.encode()


def _scripts(dataset: Dataset, selection: Selection) -> list[str]:
    return [
        web.data_script(dataset, selection),
        web.files_script(),
        *web.map_scripts(),
        web.tables_script(),
        *web.viewer_scripts(),
    ]


def about(dataset: Dataset, selection: Selection) -> dict[str, object]:
    """What every page says of its data: title, conditions in force, as of when, credits."""
    return {
        "naming": dataset.naming,
        "title": f"{subject(dataset, selection)}と全国の市区町村の連携",
        "conditions": conditions(dataset, selection),
        "day": words.reference_day(dataset, selection.sources),
        "credits": credits(dataset, selection, in_force().credit),
    }


def policy(scripts: list[str], files: str = "") -> str:
    """Content Security Policy (https://www.w3.org/TR/CSP3/): these scripts by their hashes, and no fetching.

    ``files`` are the sources that scripts and styles in files of their own may come from.
    """
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join([*files.split(), *(f"'sha256-{each}'" for each in hashes)]) or "'none'"
    styles = " ".join([*files.split(), "'unsafe-inline'"])
    return (
        f"default-src 'none'; img-src data:; style-src {styles}; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )
