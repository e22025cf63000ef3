"""The sentences of the screens, as plain text: no Streamlit, no HTML."""

from __future__ import annotations

import re

import pandas as pd

from geo.ledger.dataset import Dataset
from geo.ledger.origins import NAMED, Naming

# Said on paper too, so at home in the pipeline; the screens find all their sentences here.
from pipeline.serving.access import LOGIN, mode
from pipeline.words.dates import date_in_wareki
from pipeline.words.view import (
    METHODS,
    TIES,
    began,
    conditions,
    credits,
    earliest,
    first_years,
    full,
    key_figures,
    metric_name,
    percent,
    reference_day,
    shortened,
    since,
    some,
    until,
    within,
)

__all__ = [
    "METHODS",
    "TIES",
    "began",
    "conditions",
    "credits",
    "drill_hint",
    "earliest",
    "evidence",
    "few_origins",
    "first_years",
    "footer",
    "full",
    "key_figures",
    "left_out_rows",
    "metric_name",
    "nothing",
    "percent",
    "plain",
    "reference_day",
    "shortened",
    "since",
    "some",
    "source",
    "until",
    "within",
]

#: What the labels and messages of Streamlit read as Markdown.
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!:~$|])")

#: What to do when the filters leave nothing; {} is what the choice of origins is called.
_NOTHING = (
    "条件に合う事業がありません。「{}」「分野」「開始年」「資料」を広げるか、「含める」に印を付けるか、"
    "「条件をはじめに戻す」を押してください。"
)


def nothing(heading: str) -> str:
    """What to do when the filters leave nothing; ``heading`` is what the choice of origins is called."""
    return _NOTHING.format(heading)


def drill_hint(municipalities: pd.DataFrame) -> str:
    """What the table of a prefecture's municipalities shows and how to go on."""
    missing = int((~municipalities.partnered).sum())
    rest = f"連携のない市区町村は {missing} です。" if missing else "すべての市区町村と連携しています。"
    return f"{rest}行か地図を選ぶと、事業の一覧が出ます。"


def evidence(rows: pd.DataFrame, limit: int = 6) -> str:
    """How the partners of one project were read: place, printed words where they differ, and method.

    ``rows`` are rows of ``geo.insight.metrics.project_details``; beyond ``limit`` places only their number is said.
    """
    methods: dict[tuple[str, str], str] = {}
    for place, words, method in zip(rows.place, rows.partner_text, rows.method, strict=True):
        methods.setdefault((place, words), method)
    said, shown = [], list(methods.items())[:limit]
    for (place, words), method in shown:
        printed = "" if place.endswith(words) else f"記載は「{words}」、"
        said.append(f"{place}（{printed}{METHODS.get(method, method)}）")
    more = len({place for place, _ in methods}) - len({place for (place, _), _ in shown})
    return "、".join(said) + (f" ほか{more}団体" if more > 0 else "")


def few_origins(names: pd.Series, naming: Naming) -> pd.Series:
    """Names of origins joined by 「、」, as a cell shows them: of many the first, and how many more there are."""
    return names.map(lambda own: some(own.split("、"), NAMED)) if naming.many else names


def left_out_rows(shown: int, n: int) -> str:
    """That a table has not all of its ``n`` rows, and where they are."""
    return (
        f"表には初めの{shown:,}行を出しています（並べ替えもこの中だけ）。残りの{n - shown:,}行は、保存するファイルに入ります。"
        "左の条件をしぼると、表に出るようになります。"
    )


def plain(text: str) -> str:
    """A text of a document or a person as a label or a message that is read as nothing but text, on one line."""
    return _MARKS.sub(r"\\\1", re.sub(r"\s+", " ", text))


def source(title: str, line: int) -> str:
    """Where it is printed: 「連携事業の一覧 1,234行目」."""
    return f"{title} {line:,}行目"


def footer(dataset: Dataset) -> str:
    """No traffic to anywhere but to a log-in, and as of when: the latest reference date of the documents in the build."""
    day, traffic = reference_day(dataset), "外部通信はログインだけ" if mode() == LOGIN else "外部通信なし"
    return f"{traffic}・基準日 {day}" if day else traffic


def day(iso: str) -> str:
    """A day or month both ways: 「平成28年4月26日（2016年）」, 「令和3年1月（2021年）」."""
    return f"{date_in_wareki(iso)}（{iso[:4]}年）"
