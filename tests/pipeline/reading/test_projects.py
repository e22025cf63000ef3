"""Identifiers: they begin with a letter, and those of before are still understood."""

from __future__ import annotations

import re

from pipeline.reading.projects import PROJECT, Identifiers, identifier, known_as


def test_an_identifier_begins_with_its_letter_and_is_what_it_always_was():
    # sha256 of the parts with U+001F between them, as printed by sha256sum.
    assert identifier(PROJECT, "a", "b") == "pf04cdced9736"
    made = Identifiers()
    one, other = made.make("m", "a", "b"), made.make("m", "a", "b")
    assert one != other
    assert one == Identifiers().make("m", "a", "b")


def test_every_identifier_of_a_build_begins_with_a_letter(dataset):
    columns = {
        "p": [dataset.projects.project_id, dataset.links.project_id, dataset.mentions.project_id],
        "m": [dataset.mentions.mention_id],
        "a": [dataset.agreements.agreement_id, dataset.agreement_members.agreement_id],
        "e": [dataset.events.event_id],
    }
    for letter, tables in columns.items():
        for ids in tables:
            assert len(ids)
            assert ids.str.fullmatch(f"{letter}[0-9a-f]{{12}}").all()


def test_an_identifier_of_before_is_understood(dataset):
    known = set(dataset.projects.project_id)
    for one in known:
        assert known_as(one[1:], PROJECT, known) == one
        assert known_as(one, PROJECT, known) == one
    # The digits of some would be a number by themselves.
    assert any(re.fullmatch(r"\d+(e\d+)?", one[1:]) for one in known)
    for text in ("", "p", "0123456789ab", "事業", next(iter(known))[1:-1]):
        assert known_as(text, PROJECT, known) == text
