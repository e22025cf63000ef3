"""The registry knows every document that is kept."""

from __future__ import annotations

from datetime import date

from pipeline.intake.registry import REGISTRY


def test_every_kept_document_is_registered(root):
    kept = {path.stem for path in (root / "data" / "sources").glob("*.txt")}
    assert kept == set(REGISTRY)


def test_what_the_registry_says_of_each():
    for id, document in REGISTRY.items():
        assert document.id == id
        assert date.fromisoformat(document.reference_date)
        assert document.publisher in document.credit
        assert document.title in document.credit
        assert document.kind
        assert document.licence
    assert REGISTRY["tokyo23_linkage_r8"].reader
    assert REGISTRY["setagaya_exchange_r6"].reader
