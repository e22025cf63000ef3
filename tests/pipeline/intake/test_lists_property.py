"""Random truth laid out as a random table is read back to the same pairs, projects and years."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.places.codes import to_code6
from geo.places.gazetteer import Gazetteer
from geo.places.place import Place
from pipeline.words.dates import to_wareki
from tests.lists import pairs, text_table, understand, workbook

GAZETTEER = Gazetteer.load()
TOWNS = [place for place in GAZETTEER if place.level == "municipality"]
ORIGINS = ["小田原市", "川崎市", "港区", "文京区", "札幌市", "湯河原町"]
WHAT = [
    "相互応援協定",
    "ふるさと物産展",
    "児童の交流",
    "森林の整備",
    "職員の派遣",
    "音楽会",
    "観光の宣伝",
    "雪まつり",
]
HEADINGS = {
    "origin": ["連携元", "区市町村名", "自治体"],
    "prefecture": ["都道府県", "都道府県名", "県名"],
    "partner": ["相手方", "連携先", "交流先自治体", "提携先市区町村", "相手先の自治体名"],
    "code": ["団体コード", "市町村コード"],
    "project": ["事業名", "協定等の名称", "取組", "事業"],
    "category": ["分野", "区分", "種別"],
    "year": ["開始年", "締結年月日", "開始年度", "提携年"],
    "note": ["備考", "摘要"],
    "number": ["No.", "番号", "通し番号"],
}
SEPARATORS = ["、", "\n", "・", "／", "，"]


@dataclass(frozen=True)
class Project:
    """What is true of one project."""

    origin: str
    name: str
    partners: tuple[Place, ...]
    year: int | None


@st.composite
def truths(draw) -> list[Project]:
    """Projects of some origins, no two of one name."""
    origins = draw(st.lists(st.sampled_from(ORIGINS), min_size=1, max_size=3, unique=True))
    found = []
    for number in range(draw(st.integers(4, 12))):
        origin = origins[min(number * len(origins) // 8, len(origins) - 1)]
        partners = draw(st.lists(st.sampled_from(TOWNS), min_size=1, max_size=4, unique_by=lambda p: p.code))
        year = draw(st.one_of(st.none(), st.integers(1960, 2025)))
        found.append(Project(origin, f"第{number + 1}回{draw(st.sampled_from(WHAT))}", tuple(partners), year))
    return found


@st.composite
def layouts(draw) -> dict:
    """How a truth is laid out."""
    return {
        "headings": {role: draw(st.sampled_from(names)) for role, names in HEADINGS.items()},
        "order": draw(st.permutations([role for role in HEADINGS if role != "number"])),
        "way": draw(st.sampled_from(["cell", "repeated", "blank", "merged"])),
        "prefecture": draw(st.booleans()),
        "code": draw(st.sampled_from(["none", "six", "lost zero"])),
        "extra": draw(st.sets(st.sampled_from(["category", "note", "number"]))),
        "origin": draw(st.sampled_from(["column", "title"])),
        "separator": draw(st.sampled_from(SEPARATORS)),
        "era": draw(st.sampled_from(["western", "wareki", "short", "dots", "date", "serial"])),
        "above": draw(st.sampled_from(["nothing", "title", "title and notes"])),
        "below": draw(st.sampled_from(["nothing", "total", "note"])),
        "deep": draw(st.booleans()),
        "file": draw(st.sampled_from(["xlsx", "utf-8", "utf-8-sig", "cp932", "utf-16", "tab"])),
        "again": draw(st.booleans()),
    }


def printed_year(year: int | None, era: str, file: str) -> object:
    """A year as a list prints it."""
    if year is None:
        return ""
    wareki = to_wareki(year, "年")
    initial = {"令和": "R", "平成": "H", "昭和": "S"}[wareki[:2]]
    number = wareki[2:-1].replace("元", "1")
    return {
        "western": year if file == "xlsx" else f"{year}年",
        "wareki": f"{wareki}4月1日",
        "short": f"{initial}{number}",
        "dots": f"{initial}{number}.6.1",
        "date": f"{year}-06-01",
        "serial": f"{year}/6/1",
    }[era]


def laid_out(truth: list[Project], how: dict) -> tuple[bytes, str, str]:
    """The bytes of a file, its name, and the origin to ask for where nothing says it."""
    one_origin = len({project.origin for project in truth}) == 1
    titled = one_origin and how["origin"] == "title"
    way = how["way"] if how["file"] == "xlsx" or how["way"] != "merged" else "blank"
    several = way == "cell"
    beside = how["prefecture"] and not several
    coded = how["code"] != "none" and not several
    left_out = {"category", "note", "number"} - how["extra"]
    left_out |= {"origin"} if titled else set()
    left_out |= set() if beside else {"prefecture"}
    left_out |= set() if coded else {"code"}
    roles = [role for role in ["number", *how["order"]] if role not in left_out]

    def cells(project: Project, partners: tuple[Place, ...], number: int) -> dict[str, object]:
        name = partners[0].name if beside else how["separator"].join(p.full_name for p in partners)
        code = to_code6(partners[0].code)
        return {
            "origin": project.origin,
            "prefecture": partners[0].prefecture,
            "partner": name,
            "code": code.lstrip("0") if how["code"] == "lost zero" else code,
            "project": project.name,
            "category": "交流" if number % 2 else "防災",
            "year": printed_year(project.year, how["era"], how["file"]),
            "note": "",
            "number": number,
        }

    title = f"{truth[0].origin}の連携事業一覧" if titled else "連携事業の一覧（照会回答）"
    rows: list[list[object]] = []
    if titled or how["above"] != "nothing":
        rows.append([title])
    if how["above"] == "title and notes":
        rows += [["令和8年4月1日現在"], []]
    head = [how["headings"][role] for role in roles]
    merged: list[str] = []
    heading_rows = [head]
    if how["deep"] and how["file"] == "xlsx":
        # 事業 over 名称 and 分野 is as deep as headings go; here each heading of the upper row spans both.
        heading_rows = [head, [""] * len(head)]
    rows += heading_rows
    if len(heading_rows) == 2:
        merged += [f"{chr(65 + n)}{len(rows) - 1}:{chr(65 + n)}{len(rows)}" for n in range(len(head))]
    number = 0
    for place, project in enumerate(truth):
        groups = [project.partners] if several else [(partner,) for partner in project.partners]
        first = len(rows) + 1
        for at, partners in enumerate(groups):
            number += 1
            values = cells(project, partners, number)
            if at and way in ("blank", "merged"):
                values |= dict.fromkeys(("origin", "project", "year", "category"), "")
            rows.append([values[role] for role in roles])
        if way == "merged" and len(groups) > 1:
            for role in {"origin", "project", "year", "category"} & set(roles):
                letter = chr(65 + roles.index(role))
                merged.append(f"{letter}{first}:{letter}{first + len(groups) - 1}")
        if how["again"] and place == len(truth) // 2 and len(heading_rows) == 1 and len(head) > 1:
            rows.append(head)
    if how["below"] == "total":
        rows += [[], ["合計", f"{number}件"]]
    if how["below"] == "note":
        rows += [[], ["※このほか、民間団体との交流がある。"]]
    if how["file"] == "xlsx":
        return workbook(("Sheet1", rows, merged)), "list.xlsx", ""
    encoding = "utf-8" if how["file"] == "tab" else how["file"]
    return text_table(rows, "\t" if how["file"] == "tab" else ",", encoding), "list.csv", ""


def printable(truth: list[Project], how: dict) -> bool:
    """Whether the encoding has all characters of the names."""
    text = "".join(p.full_name for project in truth for p in project.partners)
    try:
        text.encode("cp932" if how["file"] == "cp932" else "utf-8")
    except UnicodeEncodeError:
        return False
    return True


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(truths(), layouts())
def test_a_table_is_read_back_as_it_was_laid_out(truth, how):
    if not printable(truth, how):
        return
    data, file, origin = laid_out(truth, how)
    expected: dict[tuple[str, str], dict[str, int | None]] = {}
    for project in truth:
        home = next(p for p in TOWNS if p.name == project.origin and p.level == "municipality")
        for partner in project.partners:
            expected.setdefault((home.code, partner.code), {})[project.name] = project.year
    assert pairs(understand(data, file, origin=origin)) == expected


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be", "euc_jp"]
)
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(TOWNS), min_size=2, max_size=30, unique_by=lambda place: place.code))
def test_a_plain_list_is_read_in_any_encoding(encoding, towns):
    text = "小田原市の交流自治体\r\n" + "\r\n".join(place.full_name for place in towns)
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return
    assert {code for _, code in pairs(understand(data, "list.txt"))} == {place.code for place in towns}
