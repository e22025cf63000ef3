"""The sentence on what changed between two editions: each kind once, with its number."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.ledger.schema import CHANGES
from pipeline.words.edition_changes import summary


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([], "事業・相手・開始年・分野の違いはありません。"),
        (["wording"] * 3, "事業・相手・開始年・分野の違いはありません。"),
        (["project-added"], "1の事業が始まりました。"),
        (["project-ended"] * 1200 + ["project-added"], "1の事業が始まり、1,200の事業が終わりました。"),
        (
            CHANGES,
            "1の事業が始まり、1の事業が終わり、1の事業の名前が変わり、続いている事業に1の相手が加わり、"
            "1の相手がなくなり、1か所の開始年が変わり、1の事業の分野が変わりました。",
        ),
    ],
)
def test_every_kind_is_said_with_its_number(kinds, said):
    assert summary(pd.DataFrame({"change": list(kinds)})) == said
