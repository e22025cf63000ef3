"""The built tables: their schema, loading them, and the Selection (filter) over them.

The schema here is the table contract: pipeline/tables.py writes it, everything else reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

DEFAULT_DIR = Path(__file__).resolve().parent.parent / "data" / "build"

#: Links below this confidence are not drawn and not counted; they wait in the review list.
CONFIDENT = 0.8

#: A project with this many distinct partner places or more is a wide network, not a bilateral tie.
NETWORK_SIZE = 10

# Column → pandas dtype, table by table. "list" is a column of lists of str; "geometry" is GeoParquet.
TABLES: dict[str, dict[str, str]] = {
    "links": {
        "source": "string",
        "ward_code": "string",
        "project_id": "string",
        "project_name": "string",
        "partner_text": "string",
        "partner_code": "string",
        "level": "string",
        "via": "string",
        "method": "string",
        "confidence": "Float64",
        "start_year": "Int64",
        "source_line": "Int64",
    },
    "projects": {
        "project_id": "string",
        "source": "string",
        "ward_code": "string",
        "category_raw": "string",
        "categories": "list",
        "name": "string",
        "organiser": "string",
        "summary": "string",
        "status": "string",
        "start_year": "Int64",
        "year_kind": "string",
        "source_line": "Int64",
    },
    "mentions": {
        "mention_id": "string",
        "source": "string",
        "ward_code": "string",
        "project_id": "string",
        "partner_text": "string",
        "printed_code": "string",
        "codes": "list",
        "level": "string",
        "via": "string",
        "method": "string",
        "confidence": "Float64",
        "reason": "string",
        "candidates": "list",
        "start_year": "Int64",
        "source_line": "Int64",
    },
    "findings": {
        "severity": "string",
        "rule": "string",
        "source": "string",
        "source_line": "Int64",
        "subject": "string",
        "message": "string",
        "suggestion": "string",
    },
    "municipalities": {
        "code": "string",
        "code6": "string",
        "prefecture_code": "string",
        "prefecture": "string",
        "name": "string",
        "kana": "string",
        "kind": "string",
        "parent_code": "string",
        "lat": "Float64",
        "lon": "Float64",
        "area_km2": "Float64",
        "geometry": "geometry",
    },
    "prefectures": {
        "code": "string",
        "name": "string",
        "kana": "string",
        "lat": "Float64",
        "lon": "Float64",
        "n_municipalities": "Int64",
        "geometry": "geometry",
    },
}

LEVELS = ("municipality", "designated_ward", "prefecture", "body", "group", "foreign", "unresolved")
METHODS = ("code", "exact", "folded", "former_name", "body", "group", "ocr_repair", "context", "decision", "none")
SEVERITIES = ("error", "warning", "info")
KINDS = ("designated_city", "city", "special_ward", "town", "village", "designated_ward")
