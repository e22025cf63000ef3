"""Corrections in a build: laid over three layouts, counted, and held against the next edition."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from geo.ledger.dataset import Dataset
from geo.ledger.selection import Selection
from pipeline.building.own_list import make_next_edition
from pipeline.building.run import Tools, build
from pipeline.building.stale import is_stale
from pipeline.cli import commands as cli
from pipeline.intake.documents import find_documents
from pipeline.reading.corrections import (
    ADD,
    CATEGORY,
    CORRECT,
    NAME,
    PARTNER,
    ROW,
    WITHDRAW,
    YEAR,
    Correction,
    corrections_path,
)
from pipeline.reading.record_correction import record_correction, undo_correction
from tests.editions_made import AFTER, BEFORE, FORMULA, SERIES, two_editions
from tests.lists import tools

GAZETTEER = tools()[0]
WHO = "種蒔課 訂正太郎"
ODAWARA, HIRATSUKA = "14206", "14203"


def said(project: str, field: str, printed: str, corrected: str, **changes) -> Correction:
    settings = {"series": SERIES, "source": BEFORE, "origin_code": ODAWARA, "action": CORRECT} | changes
    return Correction(
        id="",
        project=project,
        field=field,
        printed=printed,
        corrected=corrected,
        reason="担当課の資料で確認",
        who=WHO,
        **settings,
    )


def hiratsuka(*words: str, **changes) -> Correction:
    return said(*words, **({"origin_code": HIRATSUKA} | changes))


NEW = [
    hiratsuka("市民号", NAME, "", "市民号", action=ADD),
    hiratsuka("市民号", PARTNER, "", "長野県諏訪市、茅野市", action=ADD),
    hiratsuka("市民号", YEAR, "", "平成12年度", action=ADD),
    hiratsuka("市民号", CATEGORY, "", "観光", action=ADD),
]
#: What is said of the edition before, by what becomes of it in the one after.
SAID = {
    "category": [said("姉妹都市", CATEGORY, "文化", "教育")],
    "year": [said("りんご祭", YEAR, "平成28年度", "平成29年度")],
    "gone": [said(FORMULA, CATEGORY, "観光", "産業")],
    "partner": [said("花火大会", PARTNER, "長岡市", "新潟県柏崎市、小千谷市")],
    "name": [hiratsuka("友好都市交流", NAME, "友好都市交流", "友好都市交流事業")],
    "more": [said("物産展", PARTNER, "", "小樽市")],
    "withdrawn": [hiratsuka("友好都市の集い", ROW, "", "", action=WITHDRAW)],
    "new": NEW,
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Dataset:
    """Both editions as they are printed."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("plain")
        patch.setenv("KORYU_DECISIONS", str(folder / "decisions.csv"))
        (folder / "decisions.csv").write_text("text,series,origin_code,codes,decided_by,decided_on,reason\n")
        return two_editions(folder)


@pytest.fixture(scope="module")
def folder(plain, tmp_path_factory):
    """The same with everything corrected: (folder, id of each act)."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("corrected")
        patch.setenv("KORYU_DECISIONS", str(folder / "decisions.csv"))
        (folder / "decisions.csv").write_text("text,series,origin_code,codes,decided_by,decided_on,reason\n")
        acts = {name: record_correction(lines, GAZETTEER)[0].id for name, lines in SAID.items()}
        two_editions(folder)
        return folder, acts


@pytest.fixture
def corrected(folder) -> Dataset:
    return Dataset.load(folder[0] / "build")


def places(dataset: Dataset, project: str, table: pd.DataFrame | None = None) -> set[str]:
    links = dataset.links if table is None else table
    return {dataset.names[code] for code in links.partner_code[links.project_name == project].dropna()}


def test_before_and_after_are_told_apart(corrected, folder):
    table = corrected.corrections.set_index(["id", "field"])
    acts = folder[1]
    standing = {name: set(table.standing[acts[name]]) for name in acts}
    assert standing == {
        "category": {"reflected"},
        "year": {"contradicted"},
        "gone": {"row-gone"},
        "partner": {"needed"},
        "name": {"reflected"},
        "more": {"reflected"},
        "withdrawn": {"needed"},
        "new": {"needed"},
    }
    assert len(table) == sum(map(len, SAID.values()))
    assert set(table.source) == {AFTER}
    year = table.loc[(acts["year"], YEAR)]
    assert (year.now, year.corrected, year.printed) == ("平成30年度", "平成29年度", "平成28年度")
    assert WHO not in table.to_csv()


def test_what_still_is_printed_wrong_is_read_right_and_all_else_stays(plain, corrected, folder):
    acts = folder[1]
    assert places(corrected, "花火大会") == {"新潟県柏崎市", "新潟県小千谷市"}
    assert places(corrected, "市民号") == {"長野県諏訪市", "長野県茅野市"}
    assert not (corrected.projects.name == "友好都市の集い").any()
    row = corrected.projects[corrected.projects.name == "市民号"].iloc[0]
    assert (row.start_year, row.year_kind, row.category_raw, row.source, row.source_line) == (
        2000,
        "年度",
        "観光",
        AFTER,
        0,
    )
    assert row.correction == acts["new"]
    links = corrected.links[corrected.links.project_name == "市民号"]
    assert set(links.start_year) == {2000}
    assert set(links.year_basis) == {"project"}
    assert corrected.cite(AFTER, 0).endswith("資料にはない）")
    touched = {"花火大会", "市民号", "友好都市の集い"}
    for table in ("links", "projects"):
        name = "project_name" if table == "links" else "name"
        one, other = (getattr(data, table) for data in (plain, corrected))
        # But for the project that keeps its identifier under its corrected name.
        same = [column for column in one if column not in ("project_id", "correction")]
        left = one.loc[~one[name].isin(touched), same].reset_index(drop=True)
        pd.testing.assert_frame_equal(
            left, other.loc[~other[name].isin(touched), same].reset_index(drop=True)
        )
    fireworks = [data.projects[data.projects.name == "花火大会"].iloc[0] for data in (plain, corrected)]
    assert fireworks[0].project_id == fireworks[1].project_id
    evidence = [data.links[data.links.project_name == "花火大会"] for data in (plain, corrected)]
    assert set(evidence[0].source_place) == set(evidence[1].source_place)
    assert set(evidence[0].start_year) == set(evidence[1].start_year) == {2008}


def test_every_mention_is_accounted_for(plain, corrected):
    for origin in (ODAWARA, HIRATSUKA):
        (row,) = (one for one in corrected.meta["reconciliation"] if one["origin_code"] == origin)
        own = corrected.mentions[corrected.mentions.origin_code == origin]
        printed = plain.mentions[plain.mentions.origin_code == origin]
        assert row["mentions"] == len(own) == len(printed) - row["replaced"] + row["added"]
        assert row["resolved"] + row["unresolved"] == row["mentions"]
    gone = set(plain.mentions.partner_text) - set(corrected.mentions.partner_text)
    assert gone == {"長岡市", "高山市"}
    found = corrected.findings[corrected.findings.rule.str.startswith("correction-")]
    said_ = "\n".join(found.message)
    assert found.groupby("rule").size().to_dict() == {
        "correction-applied": 3,
        "correction-reflected": 3,
        "correction-contradicted": 1,
        "correction-row-gone": 1,
    }
    assert "「花火大会」の相手方「長岡市」を、訂正で「新潟県柏崎市、小千谷市」と読みました。" in said_
    assert "訂正では「平成29年度」ですが、今の版の資料は「平成30年度」と書いています" in said_
    assert not corrected.findings.rule.isin(["partner-text-lost", "rows-lost", "text-lost"]).any()


def test_the_edition_before_is_read_as_corrected_too(corrected, plain):
    links, projects = corrected.edition(BEFORE)
    assert places(corrected, "物産展", links) == {"北海道函館市", "北海道小樽市"}
    by_name = projects.set_index("name")
    assert by_name.category_raw["姉妹都市"] == "教育"
    assert by_name.start_year["りんご祭"] == 2017
    assert set(links.start_year[links.project_name == "りんご祭"]) == {2017}
    assert by_name.category_raw[FORMULA] == "産業"
    assert "市民号" in by_name.index
    assert "友好都市の集い" not in by_name.index
    # It keeps its identifier: what the next edition prints is the same project.
    (before,) = plain.edition(BEFORE)[1].query("name == '友好都市交流'").project_id
    assert by_name.project_id["友好都市交流事業"] == before
    assert before in set(corrected.projects.project_id)
    # What was corrected and is now printed so is no change between the two.
    kinds = corrected.changes.groupby("change").project_to.agg(list).to_dict()
    assert "category-changed" not in kinds
    assert "project-renamed" not in kinds
    assert "partner-added" not in kinds
    assert kinds["year-changed"] == ["りんご祭"]
    assert len(plain.changes) > len(corrected.changes)


def test_taken_back_it_is_as_printed_again(folder, plain, tmp_path, monkeypatch):
    made, acts = folder
    own = tmp_path / "decisions.csv"
    own.write_bytes((made / "decisions.csv").read_bytes())
    monkeypatch.setenv("KORYU_DECISIONS", str(own))
    corrections_path().write_bytes((made / "corrections.csv").read_bytes())
    assert not is_stale(made / "sources", made / "build")
    for act in acts.values():
        undo_correction(act, WHO, "", GAZETTEER)
    assert is_stale(made / "sources", made / "build")
    build(made / "sources", tmp_path / "build")
    again = Dataset.load(tmp_path / "build")
    for name in ("links", "projects", "mentions", "findings", "corrections", "changes"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(plain, name))


def test_who_said_it_is_in_no_table_and_no_file(corrected, folder):
    for path in (folder[0] / "build").rglob("*"):
        if path.suffix == ".parquet":
            assert WHO not in pd.read_parquet(path).to_csv(), path.name
    assert WHO not in json.dumps(corrected.meta, ensure_ascii=False)
    assert corrected.select(Selection()).projects.correction.notna().sum() == 2


def test_a_wrong_line_stops_the_build_and_leaves_the_last_one(folder, tmp_path, monkeypatch, capsys):
    made, _ = folder
    monkeypatch.setenv("KORYU_CORRECTIONS", str(tmp_path / "corrections.csv"))
    text = (made / "corrections.csv").read_text("utf-8").replace(f",{ODAWARA},", ",00000,", 1)
    (tmp_path / "corrections.csv").write_text(text, "utf-8")
    before = {path: path.read_bytes() for path in (made / "build").glob("*") if path.is_file()}
    command = ["build", "--sources", str(made / "sources"), "--out", str(made / "build")]
    assert cli.main(command) == 2
    error = capsys.readouterr().err
    assert "corrections.csv 2行目" in error
    assert "00000" in error
    assert "Traceback" not in error
    assert before == {path: path.read_bytes() for path in (made / "build").glob("*") if path.is_file()}


def test_an_edition_that_is_only_looked_at_is_read_as_corrected_too(folder, monkeypatch):
    made, _ = folder
    monkeypatch.setenv("KORYU_CORRECTIONS", str(made / "corrections.csv"))
    document = find_documents(made / "sources").documents[AFTER]
    data = (made / "sources" / f"{AFTER}.csv").read_bytes()
    looked_at = make_next_edition(data, f"{AFTER}.csv", document, Tools.load()).made.dataset
    assert places(looked_at, "花火大会") == {"新潟県柏崎市", "新潟県小千谷市"}
    assert "市民号" in set(looked_at.projects.name)


def test_a_correction_of_a_series_that_is_gone_is_told(folder, tmp_path, monkeypatch):
    made, _ = folder
    monkeypatch.setenv("KORYU_CORRECTIONS", str(tmp_path / "corrections.csv"))
    record_correction(
        [said("祭", CATEGORY, "文化", "教育", series="mukashi", source="mukashi_r1")], GAZETTEER
    )
    report = build(made / "sources", tmp_path / "build")
    (row,) = report.findings[report.findings.rule == "correction-row-gone"].itertuples()
    assert "mukashi" in row.message
    assert report.meta["counts"]["corrections"] == 0


def test_three_layouts_are_corrected_by_the_same_code(root, dataset, tmp_path, monkeypatch):
    """A partner of a project of each: its place changes, and nothing else of the build but what hangs on it."""
    monkeypatch.setenv("KORYU_CORRECTIONS", str(tmp_path / "corrections.csv"))
    documents = dataset.documents.set_index("id")
    one_partner = dataset.links[
        dataset.links.drawn & (dataset.links.groupby("project_id").partner_code.transform("size") == 1)
    ]
    chosen = {}
    for source, own in one_partner.groupby("source"):
        row = own.iloc[0]
        chosen[source] = row
        text = "沖縄県与那国町"
        record_correction(
            [
                said(
                    row.project_name,
                    PARTNER,
                    row.partner_text,
                    text,
                    series=documents.series[source],
                    source=source,
                    origin_code=row.origin_code,
                )
            ],
            GAZETTEER,
        )
    assert len({documents.layout[source] for source in chosen}) >= 3
    build(root / "data" / "sources", tmp_path / "build")
    made = Dataset.load(tmp_path / "build")
    assert set(made.corrections.standing) == {"needed"}
    assert len(made.corrections) == len(chosen)
    ids = {row.project_id for row in chosen.values()}
    assert set(made.projects.project_id[made.projects.correction.notna()]) == ids
    for table in ("links", "projects"):
        one, other = getattr(dataset, table), getattr(made, table)
        same = [column for column in one if column != "correction"]
        one, other = (
            data.loc[~data.project_id.isin(ids), same].reset_index(drop=True) for data in (one, other)
        )
        pd.testing.assert_frame_equal(one, other)
    moved = made.links[made.links.project_id.isin(ids)]
    assert set(moved.partner_code) == {"47382"}
    assert set(moved.method) == {"exact"}
    for source, row in chosen.items():
        (now,) = made.links[(made.links.project_id == row.project_id)].itertuples()
        assert (now.source_line, now.start_year is pd.NA) == (row.source_line, row.start_year is pd.NA), (
            source
        )
