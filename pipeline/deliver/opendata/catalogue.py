"""catalog.jsonld: the package as a catalogue reads it, by DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/)."""

from __future__ import annotations

from pipeline.deliver.opendata.about import About
from pipeline.deliver.opendata.datapackage import path_of
from pipeline.deliver.opendata.published import PUBLISHED

#: The terms that are used, in the file itself: who reads it needs no network.
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
#: Government and public sector, and regions and cities, in the vocabulary that DCAT profiles share.
_THEMES = ("GOVE", "REGI")
_THEME = "http://publications.europa.eu/resource/authority/data-theme/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_MEDIA_OF = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def catalogue(about: About, sizes: dict[str, tuple[int, str]]) -> dict:
    """The content of catalog.jsonld.

    Parameters
    ----------
    about : what the package says of itself
    sizes : path of each file of tables → its bytes and the SHA-256 of its content
    """
    publisher = {"@type": "foaf:Agent", "foaf:name": _japanese(about.publisher)}
    dataset = {
        "@id": f"urn:uuid:{about.identifier}",
        "@type": "dcat:Dataset",
        "dct:identifier": about.identifier,
        "dct:title": _japanese(about.title),
        "dct:description": _japanese(about.description),
        "dct:publisher": publisher,
        "dct:issued": _day(about.issued),
        "dct:modified": _day(about.issued),
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/JPN"},
        "dct:rights": _rights(about.rights),
        "dct:license": _licences(about),
        "dcat:keyword": [_japanese(word) for word in about.keywords],
        "dcat:theme": [{"@id": _THEME + theme, "@type": "skos:Concept"} for theme in _THEMES],
        "dct:spatial": _spatial(about),
        "dct:source": [
            {
                "@type": "dcat:Resource",
                "dct:title": _japanese(document.title),
                "dct:publisher": {"@type": "foaf:Agent", "foaf:name": _japanese(document.publisher)},
                "dct:date": _day(document.date),
                "dct:license": _licence(document.licence),
                "dct:bibliographicCitation": _japanese(document.credit),
            }
            for document in about.documents
        ],
        "dcat:distribution": [
            _distribution(name, suffix, about, sizes) for suffix in _MEDIA_OF for name in PUBLISHED
        ],
    }
    return {
        "@context": _CONTEXT,
        "@id": f"urn:uuid:{about.identifier}#catalog",
        "@type": "dcat:Catalog",
        "dct:title": _japanese(f"{about.title}のデータ目録"),
        "dct:description": _japanese(about.description),
        "dct:publisher": publisher,
        "dct:issued": _day(about.issued),
        "dct:modified": _day(about.issued),
        "dcat:dataset": [dataset],
    }


def _distribution(name: str, suffix: str, about: About, sizes: dict[str, tuple[int, str]]) -> dict:
    path, table = path_of(name, suffix), PUBLISHED[name]
    size, digest = sizes[path]
    return {
        "@id": f"urn:uuid:{about.identifier}#{path}",
        "@type": "dcat:Distribution",
        "dct:title": _japanese(f"{table.title}（{suffix.upper() if suffix == 'csv' else 'Parquet'}）"),
        "dct:description": _japanese(table.description),
        "dcat:downloadURL": {"@id": path},
        "dcat:mediaType": {"@id": _MEDIA + _MEDIA_OF[suffix]},
        "dcat:byteSize": {"@value": str(size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": digest, "@type": "xsd:hexBinary"},
        },
        "dct:license": _licences(about),
        "dct:rights": _rights(about.rights),
        "dct:issued": _day(about.issued),
        "dct:modified": _day(about.issued),
    }


def _licences(about: About) -> list[dict]:
    """What the documents say of their use, each once."""
    return [_licence(words) for words in dict.fromkeys(document.licence for document in about.documents)]


def _licence(words: str) -> dict:
    """A licence in the words of a document: an address where it is one."""
    if words.startswith(("https://", "http://")) and " " not in words:
        return {"@id": words, "@type": "dct:LicenseDocument"}
    return {"@type": "dct:LicenseDocument", "dct:description": _japanese(words)}


def _rights(words: str) -> dict:
    return {"@type": "dct:RightsStatement", "dct:description": _japanese(words)}


def _spatial(about: About) -> list[dict]:
    places: list[dict] = [
        {"@type": "dct:Location", "skos:prefLabel": _japanese(name)} for name in about.spatial
    ]
    if about.box:
        west, south, east, north = (f"{degrees:.4f}" for degrees in about.box)
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        ring = ", ".join(f"{x} {y}" for x, y in corners)
        wkt = "http://www.opengis.net/ont/geosparql#wktLiteral"
        box = {"@value": f"POLYGON(({ring}))", "@type": wkt}
        places.append({"@type": "dct:Location", "dcat:bbox": box})
    return places


def _day(iso: str) -> dict:
    return {"@value": iso, "@type": "xsd:date"}


def _japanese(words: str) -> dict:
    return {"@value": words, "@language": "ja"}
