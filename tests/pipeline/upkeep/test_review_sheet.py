"""A check sheet goes out, is filled in and comes back: nothing is lost, and what clashes is shown."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest

from geo.ledger.selection import Selection
from geo.places.gazetteer import Gazetteer
from pipeline.intake.records import SourceError
from pipeline.reading.geocode.geocoder import Geocoder
from pipeline.upkeep.review_intake import Ties, read_filled
from pipeline.upkeep.review_merge import CHANGED, CONFLICT, KINDS, UNCHANGED, UNKNOWN, UNREADABLE, plan
from pipeline.upkeep.review_sheet import DUE_WORDS, NO_SECTION, check_files, check_sheets
from pipeline.upkeep.review_store import FIELDS, STATES, Change, Key, Ledger, Values, save
from pipeline.upkeep.review_table import printed_ties, reviewed

DAY = date(2026, 11, 30)
HEADINGS = 3  # the row of the headings
NOTHING = Ledger()


@pytest.fixture(scope="module")
def geocoder():
    return Geocoder(Gazetteer.load(), [])


@pytest.fixture(scope="module")
def ties(dataset, geocoder):
    return Ties(dataset, Ledger(), lambda: geocoder)


@pytest.fixture(scope="module")
def many(dataset, tmp_path_factory):
    """600 ties and more with something written of most: (file, ledger, table)."""
    path = tmp_path_factory.mktemp("many") / "ledger.csv"
    selected = dataset.select(Selection(networks=True))
    keys = [
        Key(*row) for row in reviewed(selected, Ledger(), DAY)[["origin_code", "partner_code"]].to_numpy()
    ]
    assert len(keys) > 600
    kept = save(
        {
            key: Change(
                Values(
                    ["防災課", "文化・交流課", ""][n % 3],
                    f"2025-{n % 12 + 1:02}-{n % 28 + 1:02}" if n % 2 else "",
                    ["2026-04-01", "2027-01-15", ""][n % 3],
                    [*STATES, ""][n % 4],
                    f"メモ{n}" if n % 5 else "",
                ),
                0,
            )
            for n, key in enumerate(keys)
            if n % 7
        },
        "山田",
        path,
    )
    return path, kept, reviewed(selected, kept, DAY)


def of(dataset, code: str, kept: Ledger = NOTHING):
    """The table of one origin."""
    return reviewed(dataset.select(Selection(origins=(code,))), kept, DAY)


def out(table) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(check_sheets(table, "3市／条件", DAY)))


def saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def columns(sheet) -> dict[str, int]:
    return {re.sub("（.*", "", cell.value): cell.column for cell in sheet[HEADINGS] if cell.value}


def rows(sheet) -> range:
    return range(HEADINGS + 1, sheet.max_row + 1)


def test_500_rows_out_edited_and_in_again_lose_nothing(dataset, geocoder, many, tmp_path):
    first_path, kept, table = many
    path = tmp_path / "ledger.csv"
    path.write_bytes(first_path.read_bytes())
    book = out(table)
    draw = random.Random(1)
    wanted: dict[Key, dict[str, str]] = {}
    total = 0
    for sheet in book:
        at = columns(sheet)
        for row in rows(sheet):
            total += 1
            if draw.random() < 0.5:
                continue
            key = Key(*sheet.cell(row, at["照合用"]).value.split("-"))
            say = wanted[key] = {
                "state": draw.choice([*STATES, ""]),
                "next_review": f"2028-0{draw.randint(1, 9)}-10",
                "note": draw.choice(["", "=1+1", "次は秋"]),
            }
            sheet.cell(row, at["状態"]).value = say["state"] or None
            sheet.cell(row, at["次回点検"]).value = datetime.fromisoformat(say["next_review"])
            cell = sheet.cell(row, at["メモ"])
            cell.value = say["note"] or None
            cell.data_type = "s"
    assert total == len(table) > 600
    # Meanwhile somebody else writes of some of the same ties, and of some others.
    meanwhile = {
        key: Change(replace(kept.values(key), state="休止", section="新しい課"), kept.number(key))
        for key in draw.sample(sorted(kept.revisions), 200)
    }
    now = save(meanwhile, "佐藤", path)
    filled = read_filled([("点検表.xlsx", saved(book))], Ties(dataset, now, lambda: geocoder))
    found = plan(filled, now)
    assert len(filled.rows) == total
    assert sum(len(found.of(kind)) for kind in KINDS) == total
    assert not found.of(UNKNOWN) + found.of(UNREADABLE)

    clashing, changed = set(), set()
    for key, say in wanted.items():
        base, theirs = kept.values(key), now.values(key)
        mine = {field: text for field, text in say.items() if text != getattr(base, field)}
        new = {field for field, text in mine.items() if text != getattr(theirs, field)}
        if any(getattr(theirs, field) != getattr(base, field) for field in new):
            clashing.add(key)
        elif new:
            changed.add(key)
    assert {one.row.key for one in found.of(CONFLICT)} == clashing != set()
    assert {one.row.key for one in found.of(CHANGED)} == changed

    after = save(found.changes(clashing), "鈴木", path)
    for key in {*kept.revisions, *wanted}:
        base, theirs, say = kept.values(key), now.values(key), wanted.get(key, {})
        for field in FIELDS:
            mine = say.get(field, getattr(base, field))
            left = mine == getattr(base, field)
            assert getattr(after.values(key), field) == (getattr(theirs, field) if left else mine)
    # The same file once more has nothing new to say.
    again = plan(read_filled([("点検表.xlsx", saved(book))], Ties(dataset, after, lambda: geocoder)), after)
    assert len(again.of(UNCHANGED)) == total


def test_a_sheet_a_section_and_every_tie_on_one(many, dataset):
    table = many[2]
    book = out(table)
    parts = table.groupby(["origin_code", "section"]).ngroups
    assert len(book.sheetnames) == parts
    keys = [sheet.cell(row, columns(sheet)["照合用"]).value for sheet in book for row in rows(sheet)]
    assert sorted(keys) == sorted(table.origin_code + "-" + table.partner_code)
    one = out(table[table.origin_code == "13112"])
    assert one.sheetnames == ["文化・交流課", "防災課", NO_SECTION]


def test_files_a_section_come_back_together_and_nothing_is_lost(many, ties, dataset, geocoder):
    table = many[2][many[2].origin_code.isin(["13112", "13103"])]
    with zipfile.ZipFile(io.BytesIO(check_files(table, "条件", DAY))) as archive:
        files = [(name, archive.read(name)) for name in archive.namelist()]
    assert len(files) == table.groupby(["origin_code", "section"]).ngroups == 6
    assert files[1][0] == "tenkenhyo_港区 防災課.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(files[0][1]))
    put(book.active, "状態", 4, "元気")
    files[0] = (files[0][0], saved(book))
    filled = read_filled(files, Ties(dataset, many[1], lambda: geocoder))
    assert filled.file == f"{files[0][0]}ほか5ファイル"
    found = plan(filled, many[1])
    assert len(found.of(UNCHANGED)) == len(table) - 1
    (unread,) = found.of(UNREADABLE)
    assert unread.row.problems[0].place == f"{files[0][0]} {book.active.title}!I4"
    twice = plan(read_filled([*files[1:], ("写し.xlsx", files[1][1])], ties), many[1])
    sizes = [openpyxl.load_workbook(io.BytesIO(content)).active.max_row - HEADINGS for _, content in files]
    assert sum(sizes) == len(table)
    assert len(twice.of(UNCHANGED)) == len(twice.outcomes) == sum(sizes[1:]) + sizes[1]


def test_days_are_days_states_are_chosen_and_what_is_late_says_so(many):
    table = many[2]
    book = out(table[table.origin_code == "13112"])
    late = 0
    for sheet in book:
        at = columns(sheet)
        for row in rows(sheet):
            cell = sheet.cell(row, at["次回点検"])
            assert cell.value is None or isinstance(cell.value, datetime)
            assert "ggge" in cell.number_format
            words = sheet.cell(row, at["期限"])
            if cell.value and cell.value.date() < DAY:
                late += 1
                assert words.value == DUE_WORDS["overdue"]
                assert words.fill.fgColor.rgb == cell.fill.fgColor.rgb == "FFFDEEEE"
            assert not sheet.cell(row, at["状態"]).protection.locked
            assert sheet.cell(row, at["相手"]).protection.locked
        said = [one for one in sheet.data_validations.dataValidation if one.type == "list"]
        assert [one.formula1 for one in said] == ['"活発,休止,見直し"']
        assert f"H{HEADINGS + 1}" in str(said[0].sqref) or f"I{HEADINGS + 1}" in str(said[0].sqref)
        assert sheet.protection.sheet
        for heading in ("照合用", "版"):
            letter = sheet.cell(1, at[heading]).column_letter
            group = next(
                one for key, one in sheet.column_dimensions.items() if one.min <= at[heading] <= one.max
            )
            assert group.hidden, letter
    assert late == int(((table.origin_code == "13112") & (table.due == "overdue")).sum()) > 0


def test_it_prints_across_a4_with_its_headings_and_no_smaller_than_nine_points(many):
    book = out(many[2][many[2].origin_code == "13112"])
    for sheet in book:
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        assert sheet.print_title_rows == "$1:$3"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        shown = [one for one in sheet.column_dimensions.values() if not one.hidden]
        pixels = sum((one.width * 7 + 5) * (one.max - one.min + 1) for one in shown)
        room = (11.69 - sheet.page_margins.left - sheet.page_margins.right) * 96
        sizes = {cell.font.sz for line in sheet.iter_rows() for cell in line if cell.value is not None}
        assert min(sizes - {11}) * min(1, room / pixels) >= 9
        assert "令和8年11月30日（2026年）" in sheet["A1"].value


def test_nothing_written_becomes_a_formula_or_breaks_the_workbook(dataset):
    nasty = '=HYPERLINK("http://x","y")'
    values = Values(f"{nasty}[課]:*?/\\", "", "", "", f"{nasty}\n\x01\ufffe" + "<b>" + "あ" * 900)
    key = printed_ties(dataset)[0]
    kept = Ledger()
    table = of(dataset, key.origin_code)
    table.loc[table.partner_code == key.partner_code, ["section", "note"]] = [values.section, values.note]
    table["projects"] = table.projects.map(lambda names: ["=1+1", *names])
    content = check_sheets(table, nasty, DAY)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in one or "hyperlink" in one for one in xml)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in book.sheetnames)
    assert kept.log == ()


@pytest.mark.parametrize("names", [["History", "history"], ["課" * 40, "課" * 41], ["'課'", "課"], ["", " "]])
def test_any_sections_have_sheets_of_their_own(dataset, names):
    table = of(dataset, "13112").head(2).assign(section=names)
    book = out(table)
    assert len(book.sheetnames) == 2
    assert not {"history"} & {name.lower() for name in book.sheetnames}


def test_no_tie_gives_a_sheet_that_says_so(dataset):
    assert "0件" in out(of(dataset, "13112").iloc[:0]).active["A1"].value


# What a person makes of the file.


def edited(dataset, change) -> openpyxl.Workbook:
    """The book of one origin whose one sheet a function has changed."""
    book = out(of(dataset, "13112"))
    change(book.active)
    return book


def found(book: openpyxl.Workbook, ties: Ties, kept: Ledger = NOTHING):
    return plan(read_filled([("点検表.xlsx", saved(book))], ties), kept)


def put(sheet, heading: str, row: int, value) -> None:
    sheet.cell(row, columns(sheet)[heading]).value = value


DAYS = [
    ("令和8年4月1日", "2026-04-01"),
    ("令和８年４月１日（水）", "2026-04-01"),
    ("R8.4.1", "2026-04-01"),
    ("２０２６／４／１", "2026-04-01"),
    ("2026-04-01", "2026-04-01"),
    ("20260401", "2026-04-01"),
    ("平成31年4月30日", "2019-04-30"),
    ("令和元年5月1日", "2019-05-01"),
    (46113, "2026-04-01"),
    (datetime(2026, 4, 1, 9, 30), "2026-04-01"),
]


@pytest.mark.parametrize(("typed", "day"), DAYS, ids=lambda one: str(one))
def test_a_day_in_any_usual_form_is_read(dataset, ties, typed, day):
    def change(sheet):
        put(sheet, "最終活動日", 4, typed)
        if not isinstance(typed, datetime):
            sheet.cell(4, columns(sheet)["最終活動日"]).number_format = "General"

    plans = found(edited(dataset, change), ties)
    assert [one.merged.values.last_activity for one in plans.of(CHANGED)] == [day]


@pytest.mark.parametrize(
    ("heading", "typed", "why"),
    [
        ("最終活動日", "去年の秋", "日まで書いて"),
        ("次回点検", "令和9年4月", "日まで書いて"),
        ("次回点検", "8/4/1", "日まで書いて"),
        ("次回点検", "2026/2/30", "日まで書いて"),
        ("次回点検", "2300/1/1", "2199年まで"),
        ("状態", "元気", "活発・休止・見直し"),
        ("担当課", "課" * 61, "60字まで"),
        ("メモ", "あ" * 1001, "1,000字まで"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_cell_and_the_rest_is_taken(dataset, ties, heading, typed, why):
    def change(sheet):
        put(sheet, heading, 5, typed)
        put(sheet, "状態", 6, " 活　発 ")

    plans = found(edited(dataset, change), ties)
    (unread,) = plans.of(UNREADABLE)
    assert len(unread.row.problems) == 1
    assert re.fullmatch(rf"{NO_SECTION}![A-K]5", unread.row.problems[0].place)
    assert why in unread.row.problems[0].why
    assert [one.merged.values.state for one in plans.of(CHANGED)] == ["活発"]
    assert len(plans.outcomes) == len(of(dataset, "13112"))


def test_columns_in_another_order_and_rows_taken_out_change_nothing(dataset, ties):
    book = out(of(dataset, "13112"))
    sheet = book.active
    put(sheet, "状態", 6, "休止")
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADINGS)]
    at = {name: place - 1 for name, place in columns(sheet).items()}
    order = ["版", "メモ", "状態", "相手", "照合用"]
    other = openpyxl.Workbook()
    for row in [cells[0], *cells[3:]]:
        other.active.append([row[at[name]] for name in order])
    plans = found(other, ties)
    assert len(plans.outcomes) == len(cells) - 3
    assert [one.merged.changed for one in plans.of(CHANGED)] == [("state",)]
    assert len(plans.of(UNCHANGED)) == len(cells) - 4


def test_a_sheet_saved_as_csv_is_read_in_either_encoding(dataset, ties):
    sheet = out(of(dataset, "13112")).active
    put(sheet, "最終活動日", 4, "令和8年4月1日")
    put(sheet, "メモ", 5, 'あ、"い"\n二行目')
    content = io.StringIO(newline="")
    csv.writer(content).writerows([[cell.value for cell in row] for row in sheet.iter_rows()])
    for encoding in ("cp932", "utf-8-sig"):
        plans = plan(read_filled([("表.csv", content.getvalue().encode(encoding))], ties), Ledger())
        said = [one.merged.values for one in plans.of(CHANGED)]
        assert said == [Values(last_activity="2026-04-01"), Values(note='あ、"い"\n二行目')]
        assert len(plans.outcomes) == sheet.max_row - HEADINGS


def test_rows_without_their_keys_are_found_by_their_names(dataset, ties, geocoder):
    def change(sheet):
        at = columns(sheet)
        for row in rows(sheet):
            for name in ("照合用", "版"):
                sheet.cell(row, at[name]).value = None
            put(sheet, "メモ", row, f"行{row}")
        put(sheet, "相手", 4, "ありません市")
        put(sheet, "連携元", 5, "どこかの区")

    book = edited(dataset, change)
    sheet = book.active
    at = columns(sheet)
    plans = found(book, ties)
    assert [one.row.place for one in plans.of(UNKNOWN)] == [f"{NO_SECTION}!A4", f"{NO_SECTION}!A5"]
    for one in plans.of(CHANGED):
        row = int(one.row.place.split("!A")[1])
        assert one.merged.values == Values(note=f"行{row}")
        code = one.row.key.partner_code
        assert dataset.places[code].prefecture == sheet.cell(row, at["都道府県"]).value
        assert dataset.names[code].endswith(sheet.cell(row, at["相手"]).value)
    assert len(plans.of(CHANGED)) == len(plans.outcomes) - 2


def test_a_name_spelled_otherwise_is_asked_of_the_geocoder(dataset, ties):
    key = next(key for key in printed_ties(dataset) if key.partner_code == "10425")  # 嬬恋村
    assert ties.find(dataset.places[key.origin_code].name, "群馬県", "嬭恋村") == key


def test_a_column_sorted_alone_is_noticed(dataset, ties):
    def change(sheet):
        at = columns(sheet)["照合用"]
        first, second = sheet.cell(4, at).value, sheet.cell(5, at).value
        sheet.cell(4, at).value, sheet.cell(5, at).value = second, first
        put(sheet, "状態", 4, "休止")

    plans = found(edited(dataset, change), ties)
    assert len(plans.of(UNREADABLE)) == 2
    assert all("並べ替え" in one.row.problems[0].why for one in plans.of(UNREADABLE))
    assert not plans.of(CHANGED)


def test_a_tie_that_stands_twice_is_taken_once_or_not_at_all(dataset, ties):
    def twice(sheet, state):
        put(sheet, "状態", 4, "休止")
        sheet.append([cell.value for cell in sheet[4]])
        put(sheet, "状態", sheet.max_row, state)

    same = found(edited(dataset, lambda sheet: twice(sheet, "休止")), ties)
    assert len(same.of(CHANGED)) == 1
    differ = found(edited(dataset, lambda sheet: twice(sheet, "活発")), ties)
    assert len(differ.of(UNREADABLE)) == 2
    assert not differ.of(CHANGED)
    assert len(same.outcomes) == len(differ.outcomes) == len(of(dataset, "13112")) + 1


def test_a_merged_section_is_each_rows_and_other_sheets_are_named(dataset, ties):
    def change(sheet):
        at = columns(sheet)["担当課"]
        put(sheet, "担当課", 4, "防災課")
        sheet.merge_cells(start_row=4, end_row=6, start_column=at, end_column=at)

    book = edited(dataset, change)
    book.create_sheet("連絡先")["A1"] = "内線 1234"
    filled = read_filled([("点検表.xlsx", saved(book))], ties)
    assert filled.other_sheets == ("連絡先",)
    plans = plan(filled, Ledger())
    assert [one.merged.values.section for one in plans.of(CHANGED)] == ["防災課"] * 3


def test_a_heading_that_stands_twice_is_refused(dataset, ties):
    book = edited(dataset, lambda sheet: setattr(sheet.cell(3, 20), "value", "状態"))
    with pytest.raises(SourceError, match="もうひとつあり"):
        found(book, ties)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04broken",
        b"%PDF-1.7 nothing",
        "相手,状態\n".encode(),
        "名前,年\nあ,1\n".encode(),
        b"\x00\x01\x02" * 50,
    ],
)
def test_a_damaged_file_or_none_of_ours_is_one_sentence(ties, content):
    with pytest.raises(SourceError) as said:
        read_filled([("点検表.xlsx", content)], ties)
    assert re.fullmatch(r"[^\n]*。", str(said.value))


def test_a_workbook_cut_short_is_one_sentence(dataset, ties):
    content = check_sheets(of(dataset, "13112"), "条件", DAY)
    for length in (len(content) // 3, len(content) - 200):
        with pytest.raises(SourceError):
            read_filled([("点検表.xlsx", content[:length])], ties)
