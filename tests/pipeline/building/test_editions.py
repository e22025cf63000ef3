"""Two and three editions of a series in one build: the newest counts, nothing twice, and each can be had."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from geo.ledger.dataset import Dataset, DatasetError
from geo.ledger.schema import IN_FORCE, OF_AN_EDITION, TABLES
from geo.places.folding import squeeze
from pipeline.building.accept import accept, take_out
from pipeline.building.run import build
from pipeline.building.verify import differences
from pipeline.cli import commands as cli
from pipeline.intake.define import Said
from pipeline.intake.documents import find_documents
from pipeline.intake.recognise import next_edition
from pipeline.intake.records import SourceError
from tests.lists import contents, text_table

SERIES = "tokyo23_linkage"
IDS = [f"{SERIES}_r{year}" for year in (7, 8, 9)]
#: Printed in two editions of three: a project that ends and one that begins.
ENDS, BEGINS = "つまごい祭り", "つまごい秋祭り"


def rows_of(root: Path, lines: int = 260) -> list[str]:
    text = (root / "data" / "sources" / f"{IDS[1]}.txt").read_text("utf-8")
    return text.split("\n")[:lines]


def edition(root: Path, year: int) -> str:
    """The list of the 23 wards as of a year, shortened: one partner more each year, and a project that changes."""
    lines = [line.replace("令和8年3月31日", f"令和{year}年3月31日") for line in rows_of(root)]
    if year >= 8:
        lines = [
            line.replace(
                "高山市森林体験等ツアー\t区\t岐阜県高山市",
                "高山市森林体験等ツアー\t区\t岐阜県高山市 長野県松本市",
            )
            for line in lines
        ]
    if year >= 9:
        lines = [line.replace(f"\t{ENDS}\t区\t", f"\t{BEGINS}\t区\t岩手県盛岡市 ") for line in lines]
    return "\n".join(lines) + "\n"


def put(root: Path, folder: Path, *years: int) -> Path:
    """A folder with editions of these years, and a document of another series."""
    folder.mkdir(exist_ok=True)
    definition = (root / "data" / "sources" / f"{IDS[1]}.toml").read_text("utf-8")
    for year in years:
        (folder / f"{SERIES}_r{year}.txt").write_text(edition(root, year), "utf-8")
        own = definition.replace("2026-03-31", f"{2018 + year}-03-31").replace("令和8年", f"令和{year}年")
        (folder / f"{SERIES}_r{year}.toml").write_text(own, "utf-8")
    for ending in (".txt", ".toml"):
        shutil.copy(root / "data" / "sources" / f"suginami_exchange_r5{ending}", folder)
    return folder


@pytest.fixture(scope="module")
def made(root, tmp_path_factory) -> dict[str, Path]:
    """Builds of the editions of some years: 「7」, 「78」, 「789」."""
    home = tmp_path_factory.mktemp("editions")
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1800000000")
        for years in ((7,), (8,), (9,), (7, 8), (7, 8, 9)):
            name = "".join(map(str, years))
            found[name] = home / name / "build"
            (home / name).mkdir()
            build(put(root, home / name / "sources", *years), found[name])
    return found


def plain(table: pd.DataFrame) -> list[str]:
    """The rows of a table, in an order of their own."""
    return sorted(map(str, table.drop(columns="geometry", errors="ignore").values.tolist()))


@pytest.mark.parametrize(("years", "newest"), [("78", "8"), ("789", "9")])
def test_the_newest_is_in_force_and_nothing_is_counted_twice(made, years, newest):
    both, alone = Dataset.load(made[years]), Dataset.load(made[newest])
    in_force = both.documents.id[both.documents.edition == IN_FORCE]
    assert set(in_force) == {f"{SERIES}_r{newest}", "suginami_exchange_r5"}
    assert len(both.documents) == len(years) + 1
    for name in set(TABLES) - {"documents", "changes"}:
        assert plain(getattr(both, name)[list(TABLES[name])]) == plain(
            getattr(alone, name)[list(TABLES[name])]
        )
    for name in set(OF_AN_EDITION) - {"agreement_members"}:
        assert set(getattr(both, name).source) <= set(in_force)
    meta, own = both.meta, alone.meta
    assert meta["reconciliation"] == own["reconciliation"]
    skip = ("documents", "changes")
    assert {k: v for k, v in meta["counts"].items() if k not in skip} == {
        k: v for k, v in own["counts"].items() if k not in skip
    }


@pytest.mark.parametrize(("years", "older"), [("78", "7"), ("789", "7"), ("789", "8")])
def test_an_earlier_edition_in_force_is_what_a_build_of_it_alone_is(made, years, older):
    id = f"{SERIES}_r{older}"
    then, alone = Dataset.load(made[years]).with_edition(id), Dataset.load(made[older])
    for name in set(TABLES) - {"documents", "changes"}:
        table, own = (getattr(one, name) for one in (then, alone))
        assert list(table.columns) == list(own.columns)
        assert plain(table) == plain(own), name
        assert table.drop(columns="geometry", errors="ignore").dtypes.equals(
            own.drop(columns="geometry", errors="ignore").dtypes
        )
    assert list(then.documents.id[then.documents.edition == IN_FORCE]) == [id, "suginami_exchange_r5"]
    links, projects = Dataset.load(made[years]).edition(id)
    assert plain(links) == plain(alone.links[alone.links.source == id][list(TABLES["links"])])
    assert plain(projects) == plain(alone.projects[alone.projects.source == id])


def test_an_edition_that_is_none_or_is_in_force_is_said(made):
    dataset = Dataset.load(made["78"])
    for id in (IDS[1], IDS[2], "suginami_exchange_r5", ""):
        with pytest.raises(DatasetError, match="という前の版はありません"):
            dataset.with_edition(id)


def test_tables_of_an_edition_that_are_gone_are_said(made, tmp_path):
    copy = shutil.copytree(made["78"], tmp_path / "build")
    (copy / "editions" / IDS[0] / "links.parquet").unlink()
    dataset = Dataset.load(copy)
    with pytest.raises(DatasetError, match="作り直してください"):
        dataset.with_edition(IDS[0])
    with pytest.raises(DatasetError, match="作り直してください"):
        dataset.edition(IDS[0])


def test_a_project_has_the_same_id_in_every_edition_as_long_as_its_name_and_origin_stay(made):
    dataset = Dataset.load(made["789"])
    editions = [dataset.edition(id)[1] for id in IDS]
    seen: dict[tuple, str] = {}
    for projects in editions:
        keys = projects.assign(key=[squeeze(name) for name in projects.name])
        keys["number"] = keys.groupby(["origin_code", "key"]).cumcount()
        for row in keys.itertuples():
            assert seen.setdefault((row.origin_code, row.key, row.number), row.project_id) == row.project_id
    assert len(set(seen.values())) == len(seen) == len(editions[0]) + 1


def test_the_changes_are_those_of_the_last_two(made):
    table = Dataset.load(made["789"]).changes
    assert set(table.source_from) == {IDS[1]}
    assert set(table.source_to) == {IDS[2]}
    kinds = {
        tuple(row)
        for row in table[["change", "project_from", "partner_code"]].astype(object).fillna("").values
    }
    assert kinds == {("project-renamed", ENDS, ""), ("partner-added", ENDS, "03201")}
    table = Dataset.load(made["78"]).changes
    assert [tuple(row) for row in table[["change", "project_to", "partner_code"]].values] == [
        ("partner-added", "高山市森林体験等ツアー", "20202")
    ]
    assert Dataset.load(made["8"]).changes.empty


def test_the_command_compares_any_two_and_says_what_it_cannot(made, capsys):
    def changes(*given: str) -> tuple[int, list[list[str]], str]:
        status = cli.main(["changes", "--out", str(made["789"]), *given])
        out, err = capsys.readouterr()
        return status, [line.split("\t") for line in out.splitlines()][1:], err

    status, rows, err = changes()
    assert status == 0
    assert [row[0] for row in rows] == ["project-renamed", "partner-added"]
    assert "1の事業の名前が変わり、続いている事業に1の相手が加わりました。" in err
    assert changes("--from", IDS[1], "--to", IDS[2])[1] == rows == changes("--to", IDS[2])[1]
    assert [row[0] for row in changes("--from", IDS[0])[1]] == [
        "project-renamed",
        "partner-added",
        "partner-added",
    ]
    back = changes("--from", IDS[2], "--to", IDS[1])[1]
    assert [row[0] for row in back] == ["project-renamed", "partner-ended"]
    assert "違いはありません" in changes("--from", IDS[0], "--to", IDS[0])[2]
    for given, said in (
        (("--from", "none"), "という資料はありません"),
        (("--from", IDS[2]), "それより新しい版はありません"),
        (("--to", IDS[0]), "それより前の版はありません"),
        (("--to", "suginami_exchange_r5"), "それより前の版はありません"),
        (("--from", IDS[0], "--to", "suginami_exchange_r5"), "別の資料です"),
    ):
        status, rows, err = changes(*given)
        assert (status, rows) == (2, [])
        assert said in err


def test_neither_the_names_nor_the_order_of_files_decides_which_is_newest(root, tmp_path, made):
    """The day does: here the newest has the name that is listed first."""
    sources = put(root, tmp_path / "sources", 7, 8, 9)
    for ending in (".txt", ".toml"):
        (sources / f"{IDS[2]}{ending}").rename(sources / f"a_list_r1{ending}")
    definition = sources / "a_list_r1.toml"
    definition.write_text(definition.read_text("utf-8").replace("order = 1 ", "order = 99 "), "utf-8")
    build(sources, tmp_path / "build")
    dataset = Dataset.load(tmp_path / "build")
    in_force = dataset.documents[dataset.documents.edition == IN_FORCE].set_index("series").id
    assert in_force[SERIES] == "a_list_r1"
    ours = Dataset.load(made["789"])
    own = ("source", "source_line")
    for name in ("links", "projects", "mentions"):
        tables = [getattr(one, name).drop(columns=list(own)) for one in (dataset, ours)]
        assert plain(tables[0]) == plain(tables[1])
    assert plain(dataset.changes.drop(columns="source_to")) == plain(ours.changes.drop(columns="source_to"))


def test_verify_finds_what_changed_of_an_earlier_edition(made, tmp_path, root):
    out = shutil.copytree(made["789"].parent, tmp_path / "copy") / "build"
    meta = json.loads((out / "build.json").read_text("utf-8"))
    assert f"editions/{IDS[0]}/links.parquet" in meta["tables"]
    path = out / "editions" / IDS[0] / "links.parquet"
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    said = [line for line in differences(out) if "editions/" in line]
    assert said == [f"表「editions/{IDS[0]}/links.parquet」は、作ったときのものではありません。"]
    path.unlink()
    (path.parent / "more.parquet").touch()
    (out / "editions" / "another").mkdir()
    said = [line for line in differences(out) if "editions/" in line]
    assert len(said) == 3
    assert "がありません" in "".join(said)


def grown(root: Path, sources: Path, out: Path, year: int):
    data = edition(root, year).encode()
    found = find_documents(sources)
    documents = [found.documents[id] for id in found.paths]
    document = next_edition(data, "新しい一覧.txt", documents, contents(), Said())
    return accept(data, ".txt", document, sources, out)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_an_edition_comes_and_goes_byte_for_byte(root, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    sources, out = put(root, tmp_path / "sources", 7, 8), tmp_path / "build"
    build(sources, out)
    before, there = files(out), files(sources)
    report = grown(root, sources, out, 9)
    assert [one.stem for one in sorted(sources.glob(f"{SERIES}*.toml"))] == IDS
    dataset = Dataset.load(out)
    assert set(dataset.links.source) == {IDS[2], "suginami_exchange_r5"}
    assert not report.failed
    assert list(differences(out)) == []
    take_out(IDS[2], sources, out)
    assert files(out) == before
    assert files(sources) == there
    take_out(IDS[0], sources, out)
    assert not (out / "editions").exists()
    assert Dataset.load(out).changes.empty


def test_an_earlier_edition_may_come_later(root, tmp_path, made):
    sources, out = put(root, tmp_path / "sources", 8, 9), tmp_path / "build"
    build(sources, out)
    grown(root, sources, out, 7)
    dataset, ours = Dataset.load(out), Dataset.load(made["789"])
    for name in ("links", "projects", "mentions", "changes"):
        assert plain(getattr(dataset, name)) == plain(getattr(ours, name))
    with pytest.raises(SourceError, match="すでにあります"):
        grown(root, sources, out, 7)


def test_the_command_says_what_it_takes_a_file_for(root, tmp_path, capsys):
    sources, out = put(root, tmp_path / "sources", 8), tmp_path / "build"

    def add(year: int, *more: str) -> tuple[int, str]:
        file = tmp_path / "新しい一覧.txt"
        file.write_text(edition(root, year), "utf-8")
        status = cli.main(["add", str(file), "--sources", str(sources), "--out", str(out), *more])
        return status, capsys.readouterr().err

    status, err = add(90)
    assert status == 0
    assert "新しい版（令和90年3月31日現在）として読みます" in err
    assert "まだ来ていない日です" in err
    assert "前の版から、1の事業の名前が変わり、" in err
    status, err = add(7)
    assert status == 0
    assert "の前の版（令和7年3月31日現在）として読みます" in err
    assert "前の版から、" not in err
    status, err = add(8)
    assert status == 2
    assert f"すでにあります（番号 {IDS[1]}）" in err
    assert cli.main(["remove", f"{SERIES}_r90", "--sources", str(sources), "--out", str(out)]) == 0
    assert set(Dataset.load(out).links.source) == {IDS[1], "suginami_exchange_r5"}


ROWS = [
    ["交流先の一覧（令和8年3月31日現在）"],
    ["相手", "なに", "いつ"],
    ["長野県松本市", "災害時相互応援協定", "平成28年度"],
    ["北海道函館市", "物産展", "H5.4.1"],
]


def test_a_list_that_only_bears_the_name_of_a_series_does_not_replace_it(root, tmp_path, capsys):
    sources, out = put(root, tmp_path / "sources"), tmp_path / "build"

    def add(file: str, rows: list, *more: str) -> tuple[int, str]:
        (tmp_path / file).write_bytes(text_table(rows))
        status = cli.main(["add", str(tmp_path / file), "--sources", str(sources), "--out", str(out), *more])
        return status, capsys.readouterr().err

    def in_force() -> set[str]:
        documents = Dataset.load(out).documents
        return set(documents.id[documents.edition == IN_FORCE]) - {"suginami_exchange_r5"}

    assert add("odawara_r8.csv", ROWS, "--origin", "神奈川県小田原市")[0] == 0
    later = [["交流先の一覧（令和9年3月31日現在）"], *ROWS[1:]]
    status, err = add("odawara_r9.csv", later, "--origin", "北海道函館市")
    assert status == 2
    assert "その版としては読めません" in err
    assert "--series" in err
    assert in_force() == {"odawara_r8"}
    assert add("odawara_r9.csv", later, "--origin", "北海道函館市", "--series", "hakodate")[0] == 0
    assert in_force() == {"odawara_r8", "odawara_r9"}
    # The same list under other headings, which its definition does not know.
    renamed = [later[0], ["先方", "名称", "はじまり"], *later[2:]]
    own = (
        "--series",
        "odawara",
        "--origin",
        "神奈川県小田原市",
        "--columns",
        "partner=先方,project=名称,year=はじまり",
    )
    assert add("新.csv", renamed, *own)[0] == 0
    assert in_force() == {"新", "odawara_r9"}
    status, err = add("新2.csv", renamed, *own)
    assert status == 2
    assert "令和9年3月31日現在の版は、すでにあります（番号 新）" in err
    assert Dataset.load(out).changes.empty


HEADERS = {
    "as today": "text,series,origin_code,codes,decided_by,decided_on,reason",
    "earlier": "text,source,ward_code,codes,decided_by,decided_on,reason",
}


@pytest.mark.parametrize("header", HEADERS)
def test_what_was_decided_on_one_edition_holds_for_all(root, tmp_path, monkeypatch, header, made):
    """Each decision on a name of the old edition, whatever the file calls the series, holds for the new one."""
    scopes = [SERIES, *IDS, ""]
    mentions = Dataset.load(made["7"]).mentions.query("origin_code == '13101'")
    texts = sorted(set(mentions.partner_text))[: len(scopes)]
    named = zip(texts, scopes, strict=True)
    rows = [HEADERS[header], *(f"{text},{scope},13101,01202,係,2026-01-01," for text, scope in named)]
    path = tmp_path / "decisions.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    monkeypatch.setenv("KORYU_DECISIONS", str(path))
    out = tmp_path / "build"
    build(made["789"].parent / "sources", out)
    dataset = Dataset.load(out)
    for mentions in (dataset.mentions, dataset.with_edition(IDS[0]).mentions):
        own = mentions[mentions.partner_text.isin(texts) & (mentions.origin_code == "13101")]
        assert set(own.partner_text) == set(texts)
        assert set(own.method) == {"decision"}
        assert set(own.codes.map(tuple)) == {("01202",)}


def test_a_decision_holds_for_its_series_alone_however_alike_their_names(root, tmp_path, monkeypatch, made):
    """A series may end in a number that is no year, and another be called like its beginning."""
    sources = put(root, tmp_path / "sources", 8)
    definition = sources / f"{IDS[1]}.toml"
    series = f"{SERIES}_2"
    definition.write_text(
        re.sub(r'(?m)^series = "\w+"', f'series = "{series}"', definition.read_text("utf-8")), "utf-8"
    )
    path = tmp_path / "decisions.csv"
    monkeypatch.setenv("KORYU_DECISIONS", str(path))
    text = Dataset.load(made["8"]).mentions.query("origin_code == '13101'").partner_text.iloc[0]
    for scope, holds in ((series, True), (IDS[1], True), (SERIES, False)):
        path.write_text(f"{HEADERS['as today']}\n{text},{scope},13101,01202,係,2026-01-01,\n", "utf-8")
        build(sources, tmp_path / "build")
        mentions = Dataset.load(tmp_path / "build").mentions
        assert (mentions.method == "decision").any() == holds, scope


@pytest.mark.parametrize("id", ["tokyo23_chronology_r6", "setagaya_exchange_r6"])
def test_an_earlier_edition_of_any_document_is_what_it_was(root, tmp_path, dataset, id):
    """Agreements with their members, events and counts too: in each table the rows of a build without the later one."""
    sources = shutil.copytree(root / "data" / "sources", tmp_path / "sources")
    lines = (sources / f"{id}.txt").read_text("utf-8").replace("令和6年4月現在", "令和7年4月現在").split("\n")
    # Less is printed: whatever stood in the last tenth of it is gone.
    kept = lines if "chronology" in id else lines[: len(lines) * 9 // 10]
    kept = [line.replace("青森県市長会", "青森県市長会の会") for line in kept]
    (sources / f"{id[:-1]}7.txt").write_text("\n".join(kept) + "\n", "utf-8")
    definition = (
        (sources / f"{id}.toml").read_text("utf-8").replace("2024-", "2025-").replace("令和6年", "令和7年")
    )
    (sources / f"{id[:-1]}7.toml").write_text(definition, "utf-8")
    build(sources, tmp_path / "build")
    both = Dataset.load(tmp_path / "build")
    assert id not in set(both.links.source) | set(both.events.source) | set(both.agreements.source)
    then = both.with_edition(id)
    for name in set(TABLES) - {"documents", "changes"}:
        assert plain(getattr(then, name)) == plain(getattr(dataset, name)), name
