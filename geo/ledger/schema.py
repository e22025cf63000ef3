"""The table contract: the columns of every built table. pipeline/building/tables.py writes them, all else reads them."""

from __future__ import annotations

# Column → pandas dtype, table by table. "list" is a column of lists of str; "geometry" is GeoParquet.
TABLES: dict[str, dict[str, str]] = {
    # What was read. series is what the editions of one document share; date (ISO) and as_of (as printed) are those the
    # document itself prints, else those it is known by; sha256 is of the bytes that were read; layout names the reader.
    "documents": {
        "id": "string",
        "series": "string",
        "title": "string",
        "short": "string",
        "publisher": "string",
        "date": "string",
        "as_of": "string",
        "kind": "string",
        "licence": "string",
        "credit": "string",
        "file": "string",
        "sha256": "string",
        "layout": "string",
    },
    # One row a project and partner place. tie is one of TIES and tie_reason why, in Japanese; year_kind is 年 or 年度,
    # as printed; year_basis one of YEAR_BASES; source_place is where a person finds it: 「1300行目」.
    "links": {
        "source": "string",
        "series": "string",
        "origin_code": "string",
        "project_id": "string",
        "project_name": "string",
        "partner_text": "string",
        "partner_code": "string",
        "level": "string",
        "via": "string",
        "tie": "string",
        "tie_reason": "string",
        "method": "string",
        "confidence": "Float64",
        "start_year": "Int64",
        "year_kind": "string",
        "year_basis": "string",
        "source_line": "Int64",
        "source_place": "string",
    },
    "projects": {
        "project_id": "string",
        "source": "string",
        "origin_code": "string",
        "category_raw": "string",
        "categories": "list",
        "category_basis": "string",
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
        "origin_code": "string",
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
        "year_kind": "string",
        "year_basis": "string",
        "source_line": "Int64",
        "source_place": "string",
    },
    "findings": {
        "severity": "string",
        "rule": "string",
        "source": "string",
        "source_line": "Int64",
        "source_place": "string",
        "parameters": "string",
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
    # Agreements the origins have signed together: with a body of municipalities (kind "regional") or with a
    # company (kind "company"). stated_members is the number printed, enumerated_members the rows of
    # agreement_members; both null for a company.
    "agreements": {
        "agreement_id": "string",
        "source": "string",
        "name": "string",
        "partner_text": "string",
        "kind": "string",
        "signed_on": "string",
        "stated_members": "Int64",
        "enumerated_members": "Int64",
        "prefecture_code": "string",
        "summary": "string",
        "source_line": "Int64",
    },
    # The municipalities of each regional agreement, one a row.
    "agreement_members": {
        "agreement_id": "string",
        "code": "string",
    },
    # The published table of counts: a row of it and a fiscal year (西暦) to a row; null where 「―」 is printed.
    "partner_counts": {
        "source": "string",
        "year": "Int64",
        "name": "string",
        "value": "Int64",
        "source_line": "Int64",
    },
    # Dated events. date_from and date_to are ISO dates, YYYY-MM where no day is printed (precision "month");
    # codes are the municipalities the text names, as venue and as somebody's office too, or the one that
    # holds the event; bodies are the bodies of municipalities and companies it names.
    "events": {
        "event_id": "string",
        "source": "string",
        "date_from": "string",
        "date_to": "string",
        "precision": "string",
        "title": "string",
        "text": "string",
        "codes": "list",
        "bodies": "list",
        "source_line": "Int64",
    },
}

#: Kinds of tie: with one partner alone, of a handful together, in a standing body or a list nobody deals with singly.
BILATERAL, JOINT, NETWORK = TIES = ("bilateral", "joint", "network")

#: What a start year rests on: it is printed beside this partner, for the whole row, or in a merged cell that begins
#: above; or it is not known.
YEAR_BASES = ("partner", "project", "above", "none")
YEAR_KINDS = ("年", "年度")

#: Whether a project's categories are the printed ones or those its own name says, where the printed one is coarse.
CATEGORY_BASES = ("printed", "name")

LEVELS = ("municipality", "designated_ward", "prefecture", "body", "group", "foreign", "unresolved")
METHODS = (
    "code",
    "exact",
    "folded",
    "former_name",
    "body",
    "group",
    "ocr_repair",
    "context",
    "decision",
    "none",
)
SEVERITIES = ("error", "warning", "info")
PRECISIONS = ("day", "month", "range")
AGREEMENT_KINDS = ("regional", "company")
KINDS = ("designated_city", "city", "special_ward", "town", "village", "designated_ward")
