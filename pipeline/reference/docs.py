"""`python -m pipeline.reference.docs`: write docs/tables.md and docs/rules.md from the schema and the rules.

tests/pipeline/test_docs.py says when they are stale. A user's install has no docs/ and needs none of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from geo.folders import ROOT
from geo.ledger.schema import SCHEMA, Column
from pipeline.deliver.table_sheets import WORDS
from pipeline.rules import PARAMETERS, RULES, SEVERITIES, Rule
from pipeline.words.view import KINDS

COMMAND = "python -m pipeline.reference.docs"
_NOTICE = f"<!-- `{COMMAND}` が書くファイルです。直すときは、もとになるコードを直して作り直してください。 -->"


def tables() -> str:
    """docs/tables.md: every table and column of a build."""
    lines = [
        "# 表と列／Tables and columns",
        "",
        _NOTICE,
        "",
        "`data/build/` の表です。どれも Parquet で、形のある表は GeoParquet（EPSG:4326）です。団体コードはすべて文字です。"
        "もとになるのは `geo/ledger/schema.py` で、作るたびに表がこのとおりかを確かめます。",
        "",
        *_grid(
            ["表", "名前", "内容"],
            ([f"[{name}](#{name})", table.label, table.description] for name, table in SCHEMA.items()),
        ),
    ]
    for name, table in SCHEMA.items():
        lines += ["", f"## {name}", "", f"{table.label}。{table.description}。"]
        if table.key:
            lines += ["", f"行を見分ける列: {'、'.join(f'`{column}`' for column in table.key)}"]
        rows = (
            [f"`{column}`", spec.label, _kind(spec), _content(name, column, spec)]
            for column, spec in table.columns.items()
        )
        lines += ["", *_grid(["列", "見出し", "型", "内容"], rows)]
    return "\n".join(lines) + "\n"


def _kind(column: Column) -> str:
    unit = f"（{column.unit}）" if column.unit else ""
    return f"{column.dtype}{unit}{'、空あり' if column.null else ''}"


def _content(table: str, name: str, column: Column) -> str:
    words = KINDS if (table, name) == ("municipalities", "kind") else WORDS.get(name, {})
    values = "、".join(
        f"`{value}`" + (f" {words[value]}" if value in words else "") for value in column.values
    )
    return column.description + (f"。次のどれか: {values}" if values else "")


def rules() -> str:
    """docs/rules.md: every rule, the gravest first."""
    order = {severity: at for at, severity in enumerate(SEVERITIES)}
    ordered = sorted(RULES.values(), key=lambda rule: (order[rule.severity], rule.id))
    lines = [
        "# 指摘の規則／Rules of the findings",
        "",
        _NOTICE,
        "",
        f"指摘（`findings` の行）は、規則とその値からできています。規則は `pipeline/rules/` に1つずつのファイルで、いま{len(RULES)}あります。"
        "文の { } には、列 `parameters` の値が入ります。",
        "",
        "- **誤り**（error）: 読み取るべきものを失いました。数を信頼できないので、使わずに知らせてください。資料の書き誤りは、ここには入りません。",
        "- **注意**（warning）: 人が見て確かめてください。",
        "- **参考**（info）: どう読んだかの説明です。",
        "",
        *_grid(
            ["重さ", "規則", "見ること"],
            ([SEVERITIES[rule.severity], f"[{rule.id}](#{rule.id})", rule.title] for rule in ordered),
        ),
    ]
    for rule in ordered:
        lines += ["", *_rule(rule)]
    lines += ["", "## 値／Parameters", ""]
    lines += _grid(["値", "意味"], ([f"`{name}`", meaning] for name, meaning in PARAMETERS.items()))
    return "\n".join(lines) + "\n"


def _rule(rule: Rule) -> Iterator[str]:
    yield from (
        f"## {rule.id}",
        "",
        f"**{rule.title}**（{SEVERITIES[rule.severity]}）",
        "",
        rule.explanation,
        "",
    )
    for name in rule.cases or [""]:
        words = rule.words(name)
        label = f"`{name}`" if name else "文"
        severity = f"（{SEVERITIES[words.severity]}）" if words.severity != rule.severity else ""
        yield f"- {label}{severity}: {words.sentence}" + (f"／{words.suggestion}" if words.suggestion else "")
    names = sorted({name for case in rule.cases or [""] for name in rule.parameters(case)})
    if names:
        yield from ("", f"値: {'、'.join(f'`{name}` {PARAMETERS[name]}' for name in names)}")


def _grid(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


#: File of docs/ → what writes it.
FILES = {"tables.md": tables, "rules.md": rules}


def main() -> None:
    """Write every one of FILES."""
    for name, write in FILES.items():
        (ROOT / "docs" / name).write_text(write(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
