"""Looking places up: by code, name, prefecture, former name, stem; and the reference files behind it."""

import csv
import random
import shutil
import time

import pytest

from geo.folders import REFERENCE_DIR
from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def codes(places) -> list[str]:
    return [place.code for place in places]


def test_it_is_ready_in_under_a_second(tmp_path):
    taken = []
    for number in range(3):  # the machine may have something else to do, but not every time
        # A copy, as the same files are read only once.
        copy = shutil.copytree(REFERENCE_DIR, tmp_path / str(number))
        start = time.perf_counter()
        Gazetteer.load(copy)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 1


def test_it_is_read_again_once_a_file_is_another(tmp_path):
    copy = shutil.copytree(REFERENCE_DIR, tmp_path / "reference")
    first = Gazetteer.load(copy)
    assert Gazetteer.load(copy) is first
    path = copy / "aliases.csv"
    path.write_text(path.read_text("utf-8") + "あらたな名,長野県,20202,\n", encoding="utf-8")
    assert Gazetteer.load(copy).by_key(fold("あらたな名")) == [first.place("20202")]


def test_it_holds_every_place(gazetteer):
    levels = [place.level for place in gazetteer]
    assert levels.count("prefecture") == 47
    assert levels.count("municipality") == 1741
    assert levels.count("designated_ward") == 171
    assert sum(len(gazetteer.members(prefecture.code)) for prefecture in gazetteer.prefectures) == 1741


def test_a_code_gives_its_place_and_an_unknown_one_a_key_error(gazetteer):
    place = gazetteer.place("13101")
    assert (place.name, place.prefecture, place.kind) == ("千代田区", "東京都", "special_ward")
    with pytest.raises(KeyError):
        gazetteer.place("99999")


@pytest.mark.parametrize(
    ("name", "prefecture", "expected"),
    [
        ("鹿角市", "秋田県", ["05209"]),
        ("秋田県鹿角市", None, ["05209"]),
        ("鹿角市", "岩手県", []),
        ("秋田県", None, ["05000"]),
        ("府中市", None, ["13206", "34208"]),
        ("府中市", "広島県", ["34208"]),
        ("山科区", None, ["26110"]),
        ("京都市山科区", None, ["26110"]),
        ("京都府京都市山科区", None, ["26110"]),
        ("京都市", None, ["26100"]),
        ("存在しない町", None, []),
        ("鹿角市", "存在しない県", []),
    ],
)
def test_finding_by_exact_name(gazetteer, name, prefecture, expected):
    assert codes(gazetteer.find(name, prefecture)) == expected


def test_a_designated_ward_knows_its_city(gazetteer):
    assert gazetteer.place("26110").city == "京都市"
    assert gazetteer.place("26110").parent_code == "26100"


def test_names_with_their_district_and_aliases(gazetteer):
    def one(name: str, prefecture: str) -> list[str]:
        return codes(gazetteer.by_key(fold(name), gazetteer.prefecture(prefecture)))

    assert one("西臼杵郡高千穂町", "宮崎県") == ["45441"]
    assert one("檮原町", "高知県") == ["39405"]
    assert one("三宅島三宅村", "東京都") == ["13381"]


@pytest.mark.parametrize(
    ("text", "prefecture", "length", "expected"),
    [
        ("市川三郷町三珠地区", "山梨県", 5, ["19346"]),
        ("大町市観光協会", "長野県", 3, ["20212"]),
        ("大阪狭山市立図書館", "大阪府", 5, ["27231"]),
        ("四日市市", "三重県", 4, ["24202"]),
        ("何でもない", "東京都", 0, []),
    ],
)
def test_the_longest_name_that_begins_a_text(gazetteer, text, prefecture, length, expected):
    found, places = gazetteer.head(fold(text), gazetteer.prefecture(prefecture))
    assert (found, codes(places)) == (length, expected)


def test_former_municipalities_keep_their_prefecture_of_then(gazetteer):
    assert codes(gazetteer.by_former(fold("高遠町"), gazetteer.prefecture("長野県"))) == ["20209"]
    assert codes(gazetteer.by_former(fold("山口村"), gazetteer.prefecture("長野県"))) == ["21206"]
    assert len(gazetteer.by_former(fold("東村"), gazetteer.prefecture("群馬県"))) == 3


def test_former_municipalities_csv_is_sound(gazetteer, root):
    with (root / "data/reference/former_municipalities.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 1700
    assert len({(row["name"], row["prefecture"], row["code"]) for row in rows}) == len(rows)
    for row in rows:
        assert row["source"], row
        # 波多津町's 郡 nothing supports.
        assert row["district"] or row["name"][-1] in "市区" or row["name"] == "波多津町", row
        assert gazetteer.place(row["code"]).name == row["today"], row
        current = gazetteer.find(row["name"], row["prefecture"])
        assert not current, f"{row['name']} still exists"


def test_the_districts_of_before_are_known_and_are_no_groups(gazetteer):
    ehime = gazetteer.prefecture("愛媛県")
    assert {place.name for place in gazetteer.ever_in_district(fold("周桑郡"))} == {"西条市"}
    assert gazetteer.by_district(fold("周桑郡")) == []
    assert gazetteer.district_head(fold("東宇和郡城川町"), ehime) == 4
    assert codes(gazetteer.by_former(fold("一宮町"), gazetteer.prefecture("兵庫県"))) == ["28226", "28227"]
    assert codes(gazetteer.by_former(fold("宍粟郡一宮町"))) == ["28227"]


def test_a_narrowed_gazetteer_knows_only_the_places_it_was_given(gazetteer):
    narrowed = gazetteer.within(["34208"])
    assert codes(narrowed.by_name("府中市")) == ["34208"]
    assert narrowed.by_name("福山市") == []
    assert [place.code for place in narrowed.members("34000")] == ["34208"]
    assert len(gazetteer.by_name("府中市")) == 2


@pytest.mark.parametrize(
    ("name", "number", "among"),
    [
        ("特別区", 23, "13112"),
        ("都内23特別区", 23, "13101"),
        ("都内26市", 26, "13229"),
        ("都内13町村", 13, "13421"),
        ("都内区市町村", 62, "13101"),
        ("東京都島しょ地域", 9, "13421"),
        ("東京都多摩地区", 30, "13308"),
        ("北海道宗谷町村会", 9, "01520"),
        ("胆振町村会", 7, "01586"),
        ("釧路町村会", 7, "01661"),
        ("北海道町村会", 144, "01303"),
        ("群馬県市長会", 12, "10201"),
        ("群馬県町村会", 23, "10425"),
        ("置賜広域行政事務組合", 8, "06403"),
    ],
)
def test_groups_have_their_members(gazetteer, name, number, among):
    group = gazetteer.groups[fold(name)]
    assert len(group.codes) == number
    assert among in group.codes
    assert group.source


def test_a_group_with_an_unknown_member_is_refused(gazetteer):
    from geo.places.groups import load_groups

    row = dict.fromkeys(("aliases", "prefecture", "kinds", "code_from", "code_to", "source"), "")
    with pytest.raises(ValueError, match="ある会"):
        load_groups([row | {"name": "ある会", "members": "99999"}], gazetteer)


def test_a_row_with_a_wrong_code_is_refused_by_name(tmp_path, root):
    shutil.copytree(root / "data/reference", tmp_path / "reference")
    with (tmp_path / "reference/aliases.csv").open("a", encoding="utf-8") as file:
        file.write("ある町,東京都,99999,\n")
    with pytest.raises(ValueError, match=r"aliases\.csv.*ある町"):
        Gazetteer.load(tmp_path / "reference")


def test_the_longest_beginning_is_found_as_by_trying_every_length(gazetteer):
    chance = random.Random(3)
    names = [place.name for place in gazetteer] + [name for name, _ in gazetteer.other_names()]
    scopes = [None, *gazetteer.prefectures]
    narrow = gazetteer.within(place.code for place in gazetteer if int(place.code) % 3)
    for _ in range(400):
        key = fold(chance.choice(names)[: chance.randint(1, 6)] + chance.choice(names))[
            chance.randint(0, 2) :
        ]
        scope, places = chance.choice(scopes), chance.choice((gazetteer, narrow))
        for look_up, found in (
            (places.by_key, places.head(key, scope)),
            (places.by_former, places.former_head(key, scope)),
            (places.ever_in_district, (places.district_head(key, scope), None)),
        ):
            longest = next((n for n in range(len(key), 0, -1) if look_up(key[:n], scope)), 0)
            assert found[0] == longest
            assert found[1] in (None, look_up(key[:longest], scope))


def test_what_stands_at_a_place_of_a_name_is_all_that_ever_does(gazetteer):
    assert "潟" in gazetteer.standing_at(1, "大〇村")
    for at, key in ((0, "川場村"), (1, "府中市"), (2, "府中市")):
        others = gazetteer.standing_at(at, key)
        assert key[at] in others
        assert all(gazetteer.by_key(key[:at] + one + key[at + 1 :]) for one in others)
