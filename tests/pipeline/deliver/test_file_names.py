"""Names of files: what is in them, on any system, and never one for two views."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ledger.selection import Selection
from pipeline.cli.commands import main
from pipeline.deliver import FORMATS
from pipeline.deliver.file_names import BYTES, LONGEST, file_name, of_format
from pipeline.deliver.table_sheets import SHEETS
from pipeline.deliver.views import first_view

LIST = ("tokyo23_linkage_r8",)
SUMIDA = Selection(origins=("13107",), sources=LIST)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({}, "renkei_墨田区_R8.pdf"),
        (
            {"categories": ("災害・防災",), "year_mode": "as_of", "year_to": 2015},
            "renkei_墨田区_災害_2015まで_R8.pdf",
        ),
        ({"origins": ()}, "renkei_23区_R8.pdf"),
        ({"sources": ()}, "renkei_墨田区_全資料_R8.pdf"),
        (
            {"sources": ("setagaya_exchange_r6",), "origins": ("13112",)},
            "renkei_世田谷区_世田谷区の交流一覧_R6.pdf",
        ),
        (
            {"year_from": 1990, "year_to": 2000, "networks": True},
            "renkei_墨田区_1990-2000_広域込み_R8.pdf",
        ),
        ({"unknown_years": False, "home": False}, "renkei_墨田区_開始年不明なし_都内なし_R8.pdf"),
    ],
)
def test_a_name_says_what_is_in_the_file(dataset, asked, name):
    assert file_name(dataset, replace(SUMIDA, **asked), ".pdf") == name


def test_a_name_says_what_the_file_is_and_what_else_was_chosen(dataset):
    assert file_name(dataset, SUMIDA, ".csv", "横顔") == "renkei_横顔_墨田区_R8.csv"
    settings_of = {"what": "coverage", "size": (1200, 1200), "bare": True}
    assert of_format(dataset, SUMIDA, "png", settings_of) == "renkei_墨田区_連携率_1200x1200_図だけ_R8.png"
    assert of_format(dataset, SUMIDA, "csv", {"table": "origins"}) == "renkei_区別集計_墨田区_R8.csv"
    assert of_format(dataset, SUMIDA, "html", {"script": False}) == "renkei_墨田区_スクリプトなし_R8.html"


def test_many_are_counted_and_their_digest_tells_them_apart(dataset):
    codes = tuple(dataset.origins.code)
    one, other = (file_name(dataset, replace(SUMIDA, origins=codes[:n]), ".pdf") for n in (8, 9))
    assert one.startswith("renkei_千代田区ほか7区_R8_")
    assert other.startswith("renkei_千代田区ほか8区_R8_")
    swapped = file_name(dataset, replace(SUMIDA, origins=(*codes[:7], codes[20])), ".pdf")
    assert swapped.startswith("renkei_千代田区ほか7区_R8_")
    assert swapped != one


YEARS = st.none() | st.integers(1960, 2030)


def selections(dataset) -> st.SearchStrategy[Selection]:
    def some(values, most):
        return st.lists(st.sampled_from(list(values)), max_size=most, unique=True).map(tuple)

    return st.builds(
        Selection,
        origins=some(dataset.origins.code, 23),
        categories=some(dataset.categories, 12),
        sources=some(dataset.sources, 4),
        year_mode=st.sampled_from(["began", "as_of"]),
        year_from=YEARS,
        year_to=YEARS,
        **dict.fromkeys(("unknown_years", "above_years", "networks", "peers", "home"), st.booleans()),
    )


def test_two_views_never_share_a_name_and_any_system_can_store_it(dataset):
    seen: dict[str, tuple[bytes, bytes]] = {}

    def name_of(selection: Selection) -> str:
        name = file_name(dataset, selection, ".geojson", "横顔", "連携率", "A3")
        selected = dataset.select(selection)
        # One name, one population: the very same links, and the same of their years taken.
        content = (selected.keep.tobytes(), selected.doubted.tobytes())
        assert seen.setdefault(name, content) == content, selection
        return name

    @settings(max_examples=70)
    @given(selections(dataset), selections(dataset))
    def holds(one, other):
        name = name_of(one)
        assert name == name_of(replace(one, origins=one.origins[::-1], sources=one.sources[::-1]))
        assert len(name) <= LONGEST
        assert len(name.encode()) <= BYTES
        assert not set(name) & set('<>:"/\\|?* \t\n')
        assert name.endswith(".geojson")
        for field in (
            "origins",
            "categories",
            "sources",
            "year_to",
            "networks",
            "peers",
            "home",
            "above_years",
        ):
            # One thing of it asked for otherwise is another view.
            changed = replace(one, **{field: getattr(other, field)})
            same = sorted(map(str, _all(getattr(one, field)))) == sorted(
                map(str, _all(getattr(other, field)))
            )
            assert (name_of(changed) == name) == same, field

    holds()
    assert len(seen) > 150


def _all(value) -> tuple:
    return value if isinstance(value, tuple) else (value,)


def test_names_of_documents_and_places_that_no_file_can_have(dataset):
    """Signs are left out, two of a name are told apart, and no document is taken for a field."""
    places = dataset.municipalities.copy()
    for code, name in {
        "13101": '府中/区:*?"<>|',
        "13102": "府中区",
        "13103": "府中区",
        "13104": "長" * 300,
    }.items():
        places.loc[places.code == code, "name"] = name
    documents = dataset.documents.copy()
    documents.loc[documents.id == "setagaya_exchange_r6", "short"] = "災害"
    strange = replace(dataset, municipalities=places, documents=documents)
    views = [replace(SUMIDA, origins=(code,)) for code in ("13101", "13102", "13103", "13104")]
    views += [
        Selection(sources=("setagaya_exchange_r6",)),
        Selection(sources=LIST, categories=("災害・防災",)),
    ]
    names = [file_name(strange, view, ".pdf", "CON", "横" * 200) for view in views]
    assert len(set(names)) == len(names)
    for name in names:
        assert name.startswith("renkei_")
        assert len(name) <= LONGEST
        assert len(name.encode()) <= BYTES
        assert not set(name) & set('<>:"/\\|?*')


def test_a_folder_gets_the_file_under_its_name(build_dir, dataset, tmp_path, capsys):
    asked = [
        "--data",
        str(build_dir),
        "--out",
        str(tmp_path),
        "--origin",
        "墨田区",
        "--category",
        "災害・防災",
    ]
    for years in (["--as-of", "2015"], ["--as-of", "2025"]):
        assert main(["export", "--format", "csv", "--table", "projects", *asked, *years]) == 0
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == [f"renkei_事業_墨田区_災害_{year}まで_R8.csv" for year in (2015, 2025)]
    assert made[1] in capsys.readouterr().err
    view = replace(
        first_view(dataset), origins=("13107",), categories=("災害・防災",), year_mode="as_of", year_to=2015
    )
    assert (tmp_path / made[0]).read_bytes() == FORMATS["csv"].write(dataset, view, table="projects")


#: Files that hold no view: what somebody fills in, and what belongs to a list of one's own.
NO_VIEW = {"indicators/bring.py", "own_list/choose.py", "own_list/keep.py"}


def test_every_screen_names_its_files_so_and_no_two_kinds_alike(root):
    """Each button that saves is given a name made here; what a file is stands in one place of the screens alone."""
    kinds: list[str] = []
    for path in sorted((root / "pages").rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        for call in calls:
            called = ast.unparse(call.func).split(".")[-1]
            given = [word.value for word in call.keywords if word.arg == "file_name"]
            given += call.args[2:3] if called == "csv_button" else []
            if path.relative_to(root / "pages").as_posix() not in NO_VIEW:
                assert not [name for name in given if isinstance(name, ast.Constant | ast.JoinedStr)], path
            if called == "file_name" and ast.unparse(call.args[0]) == "'.csv'":
                kinds += [ast.unparse(call.args[1])] if len(call.args) == 2 else []
    assert len(kinds) > 15
    assert len(set(kinds)) == len(kinds)
    assert not {f"'{title}'" for title in SHEETS.values()} & set(kinds)
