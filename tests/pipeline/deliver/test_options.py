"""What the options of the commands mean where origins are many, share names, or are asked for together."""

from __future__ import annotations

import argparse
from dataclasses import replace

import pytest

from geo.insight import groups
from geo.ledger.dataset import Dataset
from pipeline.deliver import options, paper
from pipeline.deliver.file_names import file_name
from pipeline.deliver.views import first_view
from pipeline.intake.records import SourceError
from tests.many_origins import codes_of, spread


@pytest.fixture(scope="module")
def many(build_dir, tmp_path_factory):
    """A dataset of many origins, two of which are 府中市."""
    out = tmp_path_factory.mktemp("many") / "build"
    return Dataset.load(spread(build_dir, out, codes_of(build_dir, ("01", "13", "34"))))


def chosen(dataset: Dataset, *origins: str) -> tuple[str, ...]:
    """The origins that ``--origin`` means."""
    asked = argparse.Namespace(origin=list(origins), category=[], source=[], as_of=None, began=None)
    for name in ("unknown_years", "above_years", "networks", "peers", "home"):
        setattr(asked, name, None)
    return options.selection(asked, dataset, first_view(dataset)).origins


def test_an_origin_is_asked_for_by_any_of_its_names(many):
    for spelling in ("東京都府中市", "13206", "132063", "１３２０６"):
        assert chosen(many, spelling) == ("13206",)
    assert chosen(many, "八王子市") == chosen(many, "東京都八王子市") == ("13201",)


def test_a_name_of_two_is_asked_about(many):
    with pytest.raises(
        SourceError, match="「府中市」という連携元は2つあります。.*東京都府中市、広島県府中市"
    ):
        chosen(many, "府中市")


def test_a_prefecture_is_all_its_origins_and_all_of_them_are_nobody_chosen(many, dataset):
    tokyo = groups.groups(many).by_key["13"].codes
    for spelling in ("13000", "130001", "東京都", "東京都のすべて"):
        assert chosen(many, spelling) == tokyo
    assert chosen(many, "13000", "01100") == ("01100", *tokyo)
    size = groups.groups(many).sizes[0]
    assert chosen(many, size.label) == tuple(sorted(size.codes))
    assert chosen(many, "01000", "13000", "34000") == chosen(dataset, "13000") == ()


def test_of_very_many_names_some_are_offered(many):
    with pytest.raises(SourceError, match="ほか") as raised:
        chosen(many, "名前のない市")
    assert len(str(raised.value)) < 600


def test_no_file_has_a_page_for_each_of_very_many(many):
    view = first_view(many)
    assert paper.pages(many, view, each_origin=False) == [view]
    with pytest.raises(SourceError, match="200枚まで"):
        paper.pages(many, view, each_origin=True)


def test_a_file_of_a_prefecture_is_called_after_it(many):
    tokyo = groups.groups(many).by_key["13"].codes
    name = file_name(many, replace(first_view(many), origins=tokyo), ".csv")
    assert f"東京都の{len(tokyo)}自治体" in name
    other = file_name(many, replace(first_view(many), origins=tokyo[1:]), ".csv")
    assert other != name
