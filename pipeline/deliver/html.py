"""One HTML file of a view: map, table and filters in it, no request to anywhere, opened by a double click."""

from __future__ import annotations

import base64
import hashlib

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from geo.places.boundaries import in_force
from pipeline.deliver import web
from pipeline.deliver.notes import conditions, credits, subject
from pipeline.words import view as words

#: Everything from a document is escaped where it is put in; only scripts and styles of ours are not.
PAGES = Environment(
    loader=PackageLoader("pipeline.deliver"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(dataset: Dataset, selection: Selection) -> bytes:
    """A selection as one HTML file that needs nothing else.

    Filters by origin, category and year narrow what the selection holds. The page's own policy lets it run
    only the scripts written here and load nothing, so text of a document can do neither.
    """
    scripts = [
        web.data_script(dataset, selection),
        web.files_script(),
        *web.map_scripts(),
        *web.viewer_scripts(),
    ]
    page = PAGES.get_template("single.html").render(
        about(dataset, selection),
        one_prefecture=False,
        style=Markup(web.style()),
        scripts=[Markup(script) for script in scripts],
        policy=policy(scripts),
    )
    return page.encode()


def about(dataset: Dataset, selection: Selection) -> dict[str, object]:
    """What every page says of its data: title, conditions in force, as of when, credits."""
    return {
        "naming": dataset.naming,
        "title": f"{subject(dataset, selection)}と全国の市区町村の連携",
        "conditions": conditions(dataset, selection),
        "day": words.reference_day(dataset),
        "credits": credits(dataset, selection, in_force().credit),
    }


def policy(scripts: list[str], files: str = "") -> str:
    """Content Security Policy (https://www.w3.org/TR/CSP3/): these scripts by their hashes, and no fetching.

    ``files`` are the sources that scripts and styles in files of their own may come from.
    """
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join([*files.split(), *(f"'sha256-{each}'" for each in hashes)])
    styles = " ".join([*files.split(), "'unsafe-inline'"])
    return (
        f"default-src 'none'; img-src data:; style-src {styles}; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )
