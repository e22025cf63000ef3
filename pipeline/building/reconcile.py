"""Documents held against themselves (pipeline.building.checks) and against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations

from geo.insight.comparison import compare_sources, year_differences
from geo.ledger.dataset import Dataset
from pipeline.building.checks import RULES
from pipeline.intake.records import Note, Reading
from pipeline.words.dates import both


def reconcile(readings: Mapping[str, Reading], dataset: Dataset) -> tuple[list[dict], list[tuple[str, Note]]]:
    """Run every check; return their rows for build.json, and the findings as (document, note).

    Parameters
    ----------
    readings : what was read, by document
    dataset : the tables made of it (its findings are not looked at)
    """
    checks = [check for reading in readings.values() for rule in RULES for check in rule(reading, dataset)]
    swapped = list(_swapped(dataset))
    in_swap = {(source, note.line) for source, note in swapped}
    notes = [
        (check.source, check.note())
        for check in checks
        if not check.agrees and (check.source, check.source_line) not in in_swap
    ]
    return [check.row() for check in checks], [*notes, *swapped, *_between_documents(readings, dataset)]


def _swapped(dataset: Dataset) -> Iterator[tuple[str, Note]]:
    """Two agreements of one prefecture whose stated numbers of members are each other's."""
    regional = dataset.agreements[dataset.agreements.kind == "regional"]
    regional = regional[regional.stated_members != regional.enumerated_members].dropna(
        subset=["stated_members", "enumerated_members", "prefecture_code"]
    )
    for (_, _), group in regional.groupby(["source", "prefecture_code"]):
        for one, other in combinations(group.itertuples(), 2):
            if (one.stated_members, other.stated_members) != (
                other.enumerated_members,
                one.enumerated_members,
            ):
                continue
            for row, twin in ((one, other), (other, one)):
                yield (
                    row.source,
                    Note(
                        "warning",
                        "agreement-members-swapped",
                        row.source_line,
                        row.partner_text,
                        f"「{row.partner_text}」の構成自治体数は{row.stated_members}と書かれていますが、該当する市町村は"
                        f"{row.enumerated_members}で、{twin.source_line}行目の「{twin.partner_text}」の数と入れ替わっています。",
                        "合計は変わりません。地図と表では、数えた市町村を使っています。",
                    ),
                )


def _between_documents(readings: Mapping[str, Reading], dataset: Dataset) -> Iterator[tuple[str, Note]]:
    """Each document of one origin against the one that has the most origins."""
    origins = {
        source: {record.origin_code for record in reading.records}
        for source, reading in readings.items()
        if reading.records
    }
    if len(origins) < 2:
        return
    whole = max(origins, key=lambda source: len(origins[source]))
    for source, own in origins.items():
        if source == whole:
            continue
        for origin in sorted(own & origins[whole]):
            yield from ((source, note) for note in _partners_apart(dataset, source, whole, origin))
            yield from ((source, note) for note in _years_apart(dataset, source, whole, origin))


def _partners_apart(dataset: Dataset, source: str, whole: str, origin: str) -> Iterator[Note]:
    table = compare_sources(dataset, source, whole, origin)
    found = Counter(table.status)
    for status, here, there in (("missing", source, whole), ("added", whole, source)):
        # A wide network of the whole list need not be in an origin's own document; what that names must be here.
        rows = table[(table.status == status) & ~(table.network & (status == "added"))]
        if rows.empty:
            continue
        names = "、".join(dataset.names[code] for code in rows.partner_code)
        alike = found["same"] + found["differs"]
        yield Note(
            "info",
            "sources-partners-differ",
            None,
            dataset.places[origin].name,
            f"{dataset.places[origin].name}: 「{dataset.titles[here]}」にあって「{dataset.titles[there]}」にない"
            f"相手先が{len(rows)}あります（両方にある相手先は{alike}）。{names}",
            "基準日や載せる範囲の違いか、どちらかの抜けかを確かめてください。",
        )


def _years_apart(dataset: Dataset, source: str, whole: str, origin: str) -> Iterator[Note]:
    differing = year_differences(dataset, source, whole, origin)
    suggestion = "元の資料や協定書で、始まった日を確かめてください。"
    for (project, line), rows in differing[differing.reason == "project"].groupby(["project_b", "line_b"]):
        first = rows.iloc[0]
        years = "、".join(
            f"{dataset.names[row.partner_code]} {both(row.year_a, row.kind_a)}" for row in rows.itertuples()
        )
        yield Note(
            "info",
            "sources-years-differ",
            int(first.line_a),
            first.project_a,
            f"「{first.project_a}」は相手先ごとに年が書かれています（{years}）。「{dataset.titles[whole]}」{line}行目の"
            f"「{project}」は事業全体で{both(first.year_b, first.kind_b)}です。"
            "途中から加わった相手先であれば、どちらも正しい年です。",
            suggestion,
        )
    for row in differing[differing.reason != "project"].itertuples():
        fiscal = "1月から3月までに始まったのであれば、年と年度の違いだけで、どちらも正しい年です。"
        yield Note(
            "info" if row.reason else "warning",
            "sources-years-differ",
            row.line_a,
            dataset.names[row.partner_code],
            f"{dataset.names[row.partner_code]}: 「{row.project_a}」は{both(row.year_a, row.kind_a)}、"
            f"「{dataset.titles[whole]}」{row.line_b}行目の「{row.project_b}」は{both(row.year_b, row.kind_b)}です。"
            f"{fiscal if row.reason else ''}",
            suggestion,
        )
