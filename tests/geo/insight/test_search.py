"""Search: every spelling leads to the place, nothing makes it fail.

By default some places are searched for, and some texts; KORYU_FUZZ=1 takes every place, and 1,000 texts.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter

import jaconv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.insight.search import KINDS, SearchIndex, keys, latin, search, stem
from geo.places.folding import fold
from geo.places.gazetteer import Gazetteer
from tests.spellings import LATIN

FUZZ = bool(os.environ.get("KORYU_FUZZ"))


def some(table, number: int, seed: int):
    """So many rows of a table, the same on every machine, or all of them."""
    return (table if FUZZ else table.sample(number, random_state=seed)).itertuples()


@pytest.fixture(scope="module")
def index(dataset):
    return SearchIndex(dataset, Gazetteer.load())


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("川場村", "municipality", "10444"),
        ("川場", "municipality", "10444"),
        ("群馬県川場村", "municipality", "10444"),
        ("群馬県利根郡川場村", "municipality", "10444"),
        ("群馬　川場", "municipality", "10444"),
        (" 川 場 村 ", "municipality", "10444"),
        ("かわばむら", "municipality", "10444"),
        ("カワバ", "municipality", "10444"),
        ("ｶﾜﾊﾞ", "municipality", "10444"),
        ("ぐんまけんかわばむら", "municipality", "10444"),
        ("嬭恋村", "municipality", "10425"),
        ("嬬恋町", "municipality", "10425"),
        ("竜ヶ崎市", "municipality", "08208"),
        ("龍が崎", "municipality", "08208"),
        ("檮原町", "municipality", "39405"),
        ("ニセコ", "municipality", "01395"),
        ("二セコ町", "municipality", "01395"),
        ("にせこちょう", "municipality", "01395"),
        ("京都市山科区", "municipality", "26100"),
        ("世田谷", "origin", "13112"),
        ("せたがやく", "origin", "13112"),
        ("セタガヤ", "origin", "13112"),
        ("港", "origin", "13103"),
        ("北区", "origin", "13117"),
        ("群馬", "prefecture", "10000"),
        ("ほっかいどう", "prefecture", "01000"),
        ("北海道町村会", "prefecture", "01000"),
        ("つくば市東京事務所", "body", "08220"),
        ("kawaba", "municipality", "10444"),
        ("Kawaba-mura", "municipality", "10444"),
        ("KYOTO", "prefecture", "26000"),
        ("Hokkaidō", "prefecture", "01000"),
        ("hokkaidou", "prefecture", "01000"),
        ("Gumma", "prefecture", "10000"),
        ("minato", "origin", "13103"),
        ("Shinjuku-ku", "origin", "13104"),
        ("onnason", "municipality", "47311"),
        ("20202", "municipality", "20202"),
        ("202029", "municipality", "20202"),
        ("２０２０２９", "municipality", "20202"),
        (" 20202 ", "municipality", "20202"),
        ("13112", "origin", "13112"),
        ("131121", "origin", "13112"),
        ("10000", "prefecture", "10000"),
        ("100005", "prefecture", "10000"),
        ("1202", "municipality", "01202"),
        ("12025", "municipality", "01202"),
        ("26110", "municipality", "26100"),
        ("篠山町", "municipality", "28221"),
        ("群馬県 川場 村", "municipality", "10444"),
        ("gunma kawaba", "municipality", "10444"),
        ("川場村 知らない言葉", "municipality", "10444"),
    ],
)
def test_the_first_hit(index, text, kind, code):
    first = search(index, text)[0]
    assert (first.kind, first.code) == (kind, code)


def test_a_name_in_latin_letters_finds_its_place_first(index):
    assert {text: search(index, text)[0].code for text in LATIN} == LATIN


def test_every_reading_in_hepburn_finds_its_place(index, dataset):
    """With and without what Hepburn marks a long sound by, and n before b, m and p."""
    for row in some(dataset.municipalities[dataset.municipalities.kind != "designated_ward"], 25, seed=3):
        plain = jaconv.kana2alphabet(stem(row.name, row.kana))
        drawn = plain.replace("ou", "ō").replace("oo", "ō").replace("uu", "ū")
        for text in (plain, drawn, re.sub("n(?=[bmp])", "m", drawn).capitalize()):
            assert row.code in {hit.code for hit in search(index, text, 60)}, text


def test_equally_good_hits_stand_by_kind_and_then_by_projects(index, dataset):
    hits = search(index, "川", 6)
    counts = [index.ties.get(hit.code, 0) for hit in hits if hit.kind == "municipality"]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0
    links = dataset.links[dataset.links.partner_code == "10444"]
    assert index.ties["10444"] == links.project_id.nunique()


@pytest.mark.parametrize("text", ["<b>", "a1", "川kawa", "カワ", ""])
def test_only_a_reading_in_latin_letters_is_read_as_one(text):
    assert latin(text) == ""


def test_a_former_name_leads_to_today_and_says_so(index):
    first = search(index, "新潟県松代町")[0]
    assert (first.code, first.name, first.spelling) == ("15210", "新潟県十日町市", "松代町")


@pytest.mark.parametrize(
    "text",
    [
        "川場村 縁組",
        "群馬県 川場村 縁組協定",
        "縁組協定　世田谷区　群馬県",
        "10444 縁組",
        "かわばむら 縁組",
        "kawaba 縁組",
        "世田谷 川場 縁組",
    ],
)
def test_words_of_a_place_and_of_a_project_find_the_project(index, dataset, text):
    first = search(index, text)[0]
    assert (first.kind, first.code) == ("project", "13112")
    assert "縁組" in first.name
    links = dataset.links[dataset.links.project_id == first.project_id]
    assert "10444" in set(links.partner_code)


def test_a_project_found_by_its_partner_has_it(index, dataset):
    partners = dataset.links.groupby("project_id").municipality_code.agg(set)
    for hit in search(index, "松本市 災害", 30):
        assert hit.kind == "project"
        assert "20202" in partners[hit.project_id]


def test_every_code_finds_its_place_first(index, dataset):
    """Or beside the one other place that is written alike: 12203 is 市川市, and 士別市 (012203) without its zero."""
    written = Counter(
        code
        for row in dataset.municipalities.itertuples()
        for code in {row.code, row.code6, row.code.removeprefix("0"), row.code6.removeprefix("0")}
    )
    for row in some(dataset.municipalities, 50, seed=2):
        for code in (row.code, row.code6, row.code6.removeprefix("0")):
            found = search(index, code, written[code])
            assert any(hit.name.endswith(row.name) for hit in found), code


def test_digits_that_are_no_code_find_no_place(index):
    assert [hit for hit in search(index, "20299") if hit.kind != "project"] == []
    # The beginning of a code comes after names that have the digits.
    assert {hit.code[:3] for hit in search(index, "202", 30) if hit.kind == "municipality"} == {"202"}


def test_names_nearly_alike_stand_by_how_they_begin(index, dataset):
    """A municipality with the wrong suffix is found before those that only look alike."""
    cities = dataset.municipalities[dataset.municipalities.kind.isin(["city", "town", "village"])]
    stems = cities.assign(stem=cities["name"].str[:-1])
    alone = stems[~stems.stem.duplicated(keep=False) & (stems.stem.str.len() > 1)]
    for row in some(alone, 60, seed=3):
        wrong = row.stem + {"市": "町", "町": "村", "村": "市"}[row.name[-1]]
        first = next(hit for hit in search(index, wrong) if hit.kind in ("municipality", "origin"))
        answered = first.spelling or first.name
        assert fold(row.stem) in fold(answered), f"{wrong}: {answered}"


def test_names_in_two_prefectures_both_come(index):
    assert {"13206", "34208"} <= {hit.code for hit in search(index, "府中市")}
    assert search(index, "広島 府中市")[0].code == "34208"


def test_a_project_is_found_with_its_ward(index, dataset):
    hit = next(hit for hit in search(index, "縁組協定") if hit.kind == "project")
    project = dataset.projects.set_index("project_id").loc[hit.project_id]
    assert "縁組協定" in project["name"]
    assert hit.code == project.origin_code


def test_every_municipality_is_found_by_its_full_name_and_by_its_reading(index, dataset):
    cities = dataset.municipalities[dataset.municipalities.kind != "designated_ward"]
    for row in some(cities, 50, seed=1):
        assert search(index, row.prefecture + row.name, 1)[0].code == row.code
        assert row.code in {hit.code for hit in search(index, row.kana, 20)}


def test_each_thing_comes_once_and_no_more_than_asked(index):
    hits = search(index, "市", 30)
    assert len(hits) == 30
    assert len({(hit.kind, hit.code, hit.name) for hit in hits}) == 30


@pytest.mark.parametrize("text", ["", " ", "　", "\u200b", "\0", "zzzz", "ｗ" * 500])
def test_nothing_is_found_for_nothing(index, text):
    assert search(index, text) == []


def test_no_limit_no_hits(index):
    assert search(index, "川場", 0) == []


@settings(max_examples=1_000 if FUZZ else 60)
@given(st.text(max_size=40))
def test_no_text_raises(index, text):
    for hit in search(index, text, 5):
        assert hit.kind in KINDS
        assert hit.name


@given(st.text("あかさたなはまやらわがぎぱぴっょ", min_size=1, max_size=8))
def test_keys_do_not_depend_on_the_kind_of_kana(text):
    assert keys(text) & keys(jaconv.hira2kata(text)) & keys(jaconv.hira2hkata(text))


def test_it_answers_while_one_types(index):
    taken = []
    for _ in range(3):
        started = time.process_time()
        for text in ("川", "川場", "かわ", "なまえのないところ", "群馬 川場"):
            search(index, text)
        taken.append((time.process_time() - started) / 5)
    assert min(taken) < 0.1
