"""Kinds of agreements for disasters, by names as the documents print them."""

from __future__ import annotations

import pytest

from geo.insight.disaster import MUTUAL, ONE_WAY, SPECIFIC, UNSAID
from pipeline.reading.disaster_kinds import DisasterKinds

#: Names of the documents, and made-up ones of other municipalities.
NAMES = {
    MUTUAL: [
        "災害時における相互応援に関する協定",
        "災害時相互協力協定",
        "台東区及び墨田区との防災相互協定",
        "長和町との相互援助協定",
        # Mutual help of all kinds, goods among them.
        "災害時における物資等の相互応援に関する協定",
        "大規模災害時における　相互　支援協定",
    ],
    ONE_WAY: [
        "東日本大震災避難者への区立住宅の提供",
        "被災地への職員の派遣に関する覚書",
        "災害時の物資提供に関する協定",
        "県外避難者の受入れに関する協定",
    ],
    SPECIFIC: [
        "北区と前橋市の災害時における物資等の支援に関する協定",
        "広域防災備蓄倉庫設置に係る覚書",
        "災害時等太陽光発電所等の利用協定",
        "災害時における情報交換に関する協定書",
        "土砂災害及び洪水発生時もしくは発生のおそれがある場合における避難所施設利用に関する協定",
    ],
    UNSAID: [
        "伊那市との災害協定",
        "防災フェスタ",
        "宇都宮市総合防災訓練視察",
        "千代田区避難所訓練への招待",
        "",
    ],
}


@pytest.fixture(scope="module")
def kinds() -> DisasterKinds:
    return DisasterKinds.load()


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names])
def test_a_name_says_its_kind_or_nothing(kinds, kind, name):
    found, reason = kinds.of(name)
    assert found == kind
    assert bool(reason) == (kind != UNSAID)


def test_every_project_of_the_documents_has_a_kind(kinds, dataset):
    found = kinds.of_projects(dataset.projects)
    assert set(found) == set(dataset.projects.project_id)
    assert {MUTUAL, SPECIFIC, UNSAID} <= set(found.values())


def test_a_rule_of_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="there is no kind network"):
        DisasterKinds([("network", "会議", "")])
