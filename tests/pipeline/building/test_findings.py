"""Each rule on the error it is for, and on the look-alikes it must leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geo.places.gazetteer import Gazetteer
from pipeline.building.findings import FINDERS, Context, check_document
from pipeline.building.findings.partner_checks import members_unnamed, year_before_partner
from pipeline.intake.records import PartnerCell, Reading, Record
from pipeline.reading.categories import Categories
from pipeline.reading.geocode import Answer
from pipeline.reading.mentions import Mention
from pipeline.reading.projects import Partner, Project
from pipeline.rules.rule import Note
from pipeline.words.dates import StartYear

YEAR = 2026


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(Gazetteer.load(), Categories({"観光": "観光", "災害協定": "災害・防災"}), YEAR)


def answer(*codes: str, **changes) -> Answer:
    known = bool(codes)
    settings = {
        "codes": codes,
        "level": "municipality" if known else "unresolved",
        "via": None,
        "method": "exact" if known else "none",
        "confidence": 1.0 if known else 0.0,
        "reason": "",
        "candidates": (),
        "notes": (),
    }
    return Answer(**(settings | changes))


def project(
    name: str, *partners: tuple[str, Answer], line: int = 10, origin: str = "13123", **changes
) -> Project:
    cells = [PartnerCell(text, line) for text, _ in partners]
    category = changes.pop("category", "観光")
    record = Record("document", origin, name, line, category_raw=category, organiser="区", cells=cells)
    mentioned = [
        Partner(f"{name}{number}", Mention(text, line), given, None, "none")
        for number, (text, given) in enumerate(partners)
    ]
    printed = tuple(text for text, _ in partners)
    year = changes.get("start_year")
    return Project(f"{line}", record, ("観光",), "printed", year, tuple(mentioned), printed)


def rules(context: Context, *projects: Project) -> list[str]:
    return [note.rule for find in FINDERS for note in find(list(projects), context)]


TSURUOKA = ("山形県鶴岡市", answer("06203"))
MINAMIUONUMA = ("新潟県南魚沼市", answer("15226"))


def test_a_project_in_order_has_no_findings(context):
    assert rules(context, project("江戸川区・鶴岡市友好都市盟約締結", TSURUOKA)) == []


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("山形県 鶴岡市、新潟県南 魚沼市など", []),
        ("①山形県鶴岡市②新潟県南魚沼市", []),
        ("【山形県】鶴岡市×【新潟県】南魚沼市", []),
        ("山形県鶴岡市 新潟県南魚沼市 長野県上田市", ["partner-text-lost"]),
        ("山形県鶴岡市", ["partner-text-lost"]),
    ],
)
def test_every_character_of_the_cells_must_be_in_the_mentions(context, printed, found):
    read = project("交流", TSURUOKA, MINAMIUONUMA)
    read.record.cells[:] = [PartnerCell(printed, 10)]
    assert rules(context, read) == found


def test_an_unresolved_partner_is_shown_with_its_candidates(context):
    unresolved = ("府中市", answer(candidates=("13206", "34208"), reason="二つの県にあります。"))
    [note] = [note for find in FINDERS for note in find([project("交流", unresolved, line=7)], context)]
    assert (note.rule, note.severity, note.line, note.subject) == (
        "partner-unresolved",
        "warning",
        7,
        "府中市",
    )
    assert "東京都府中市、広島県府中市" in note.suggestion


def test_an_uncertain_partner_is_shown_apart(context):
    doubtful = ("山形県鶴丘市", answer(method="ocr_repair", confidence=0.7, candidates=("06203",)))
    assert rules(context, project("交流", doubtful)) == ["partner-uncertain"]


@pytest.mark.parametrize(("level", "method"), [("foreign", "none"), ("unresolved", "decision")])
def test_foreign_and_declared_non_matches_ask_nothing_more(context, level, method):
    assert rules(context, project("交流", ("ウィーン市", answer(level=level, method=method)))) == []


def test_a_repeated_partner_is_reported_once_each_time_it_is_repeated(context):
    assert rules(context, project("交流", TSURUOKA, MINAMIUONUMA, TSURUOKA)) == ["partner-repeated"]


def test_a_project_printed_again_is_reported_but_not_another_of_its_name(context):
    again = project("交流", TSURUOKA, line=12)
    other = project("交流", MINAMIUONUMA, line=13)
    assert rules(context, project("交流", TSURUOKA), again, other) == ["project-repeated"]
    assert rules(context, project("交流", TSURUOKA), project("交流", TSURUOKA, line=12, origin="13101")) == []


def test_a_project_without_partners(context):
    assert rules(context, project("交流")) == ["project-without-partners"]


def test_a_category_that_is_not_listed(context):
    assert rules(context, project("交流", TSURUOKA, category="観光・宇宙開発")) == ["category-unknown"]
    assert rules(context, project("交流", TSURUOKA, category="災害協定 観光")) == []


@pytest.mark.parametrize(("year", "found"), [(YEAR, []), (YEAR + 1, ["year-after-document"])])
def test_a_year_after_the_document(context, year, found):
    assert rules(context, project("交流", TSURUOKA, start_year=StartYear(year, "年度", ""))) == found


def series(*names: str) -> list[Project]:
    return [project(name, TSURUOKA, line=line) for line, name in enumerate(names, start=30)]


def test_a_dragged_series_is_reported_on_every_row_but_its_first(context):
    names = [f"世田谷{number}ハーフマラソン" for number in (246, 247, 248, 249)]
    assert rules(context, *series(*names)) == ["series-damaged"] * 3


@pytest.mark.parametrize(
    "names",
    [
        ["世田谷246ハーフマラソン", "世田谷247ハーフマラソン"],  # two may be chance
        ["第1回全国大会", "第2回全国大会", "第3回全国大会"],  # counted on purpose
        ["交流会（令和5年）", "交流会（令和6年）", "交流会（令和7年）"],
        ["国道1号まつり", "国道3号まつり", "国道5号まつり"],
        ["246まつり", "247マラソン", "248うどん"],
        ["コース1", "盆踊り", "コース2", "盆踊り大会", "コース3"],  # not one below the other
    ],
)
def test_numbers_that_are_no_dragged_series(context, names):
    assert "series-damaged" not in rules(context, *series(*names))


CODES = ("06203", "15226", "05202", "01208", "03201")


def many(number: int, name: str, **changes) -> Project:
    return project(name, *((code, answer(code)) for code in CODES[:number]), **changes)


@pytest.mark.parametrize(
    ("name", "listed", "found"),
    [
        ("義士親善友好都市（5団体）協定", 5, []),
        ("義士親善友好都市（5団体）協定", 4, []),  # the origin itself is the fifth
        ("義士親善友好都市（5団体）協定", 3, ["count-differs"]),
        ("義士親善友好都市(２ 市区)協定", 5, ["count-differs"]),
        ("城南5区相互応援協定", 1, []),  # one row of a table with a row a partner
        ("第3区民センターまつり", 5, []),
        ("5町会合同訓練", 2, []),
        ("3市場めぐり", 5, []),
        ("2市3町交流事業", 5, []),
        ("2市3町交流事業", 3, ["count-differs"]),
    ],
)
def test_a_count_in_the_name(context, name, listed, found):
    assert rules(context, many(listed, name)) == found


def test_rows_of_one_name_in_one_ward_are_counted_together(context):
    assert rules(context, many(3, "友好都市（5団体）", line=1), many(5, "友好都市（5団体）", line=2)) == []
    apart = [many(3, "友好都市（5団体）", line=1), many(5, "友好都市（5団体）", line=2, origin="13104")]
    assert rules(context, *apart) == ["count-differs"]


def test_partners_of_another_row(context):
    assert rules(context, project("江戸川区・鶴岡市友好都市盟約締結", MINAMIUONUMA)) == [
        "partner-not-in-name"
    ]


@pytest.mark.parametrize(
    ("name", "partner"),
    [
        ("江戸川区と南魚沼市・鶴岡市の交流", MINAMIUONUMA),
        ("東村山市民の集い", ("東京都東村山市", answer("13213"))),  # not 村山市
        ("四日市市との交流", ("三重県四日市市", answer("24202"))),
        ("府中市との交流", ("広島県府中市", answer("34208"))),  # either of the two
        ("鶴岡市との交流", ("山形県", answer("06000", level="prefecture"))),
        ("市町村サミット", MINAMIUONUMA),
        ("東海道五十三次市区町との災害協定", MINAMIUONUMA),  # not 三次市
        ("大井町駅前実証実験", MINAMIUONUMA),
        ("江戸川区民まつり", MINAMIUONUMA),
        ("京都市山科区との交流", ("京都府京都市", answer("26100"))),
    ],
)
def test_names_that_do_not_contradict_their_partners(context, name, partner):
    assert "partner-not-in-name" not in rules(context, project(name, partner))


@pytest.mark.parametrize(("rows", "found"), [(2, [("error", "rows-lost")]), (1, []), (0, [])])
def test_rows_a_reader_lost_are_an_error(context, rows, found):
    reading = Reading("document", [Record("document", "13123", "交流", 1, category_raw="観光")], rows=rows)
    notes = check_document(reading, [], context)
    assert [(note.severity, note.rule) for note in notes] == found


def test_notes_of_reader_and_geocoder_are_kept_with_a_line(context):
    noted = answer("06203", notes=[Note("info", "former-name", None, "鶴岡市", "旧市町村名です。")])
    reading = Reading("document", [], [Note("warning", "row-odd", 3, "行", "おかしな行です。")])
    notes = check_document(reading, [project("鶴岡市交流", ("山形県鶴岡市", noted), line=9)], context)
    assert [(note.rule, note.line) for note in notes] == [("row-odd", 3), ("former-name", 9)]


@pytest.mark.parametrize("text", ["長野県上田市ほか10市町村", "上田市など５市", "上田市外2町"])
def test_a_count_of_partners_without_names_is_said(context, text):
    (note,) = members_unnamed([project("まつり", (text, answer("20203")))], context)
    assert (note.severity, note.line) == ("warning", 10)
    assert "長野県上田市だけを連携相手としました" in note.message


def test_a_whole_name_counts_nobody_beside_it(context):
    assert not list(members_unnamed([project("まつり", ("長野県上田市", answer("20203")))], context))


def test_a_year_older_than_its_partner_is_said(context):
    context = replace(context, established={"13228": 1995})
    old, new = (project("まつり", ("東京都あきる野市", answer("13228"))).partners[0] for _ in range(2))
    whole = project("まつり", ("東京都あきる野市", answer("13228")))
    for partner, year, n in ((old, 1979, 1), (new, 1995, 0)):
        dated = replace(whole, partners=(replace(partner, start_year=StartYear(year, "年度", "")),))
        notes = list(year_before_partner([dated], context))
        assert len(notes) == n
        assert all("昭和54年度（1979年度）" in note.message and "1995年" in note.message for note in notes)
