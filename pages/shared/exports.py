"""The built tables as they are saved: Japanese headings and words, names beside codes."""

from __future__ import annotations

import pandas as pd

from geo.dataset import Dataset
from geo.schema import TABLES
from pages.shared import text
from pipeline import rules

#: Tables to save, with their names in Japanese.
EXPORTS = {"links": "事業と相手先", "projects": "事業", "mentions": "連携相手方の記載", "findings": "指摘"}

LEVELS = {
    "municipality": "市区町村",
    "designated_ward": "行政区",
    "prefecture": "都道府県",
    "body": "団体",
    "group": "団体一括",
    "foreign": "国外",
    "unresolved": "未決定",
}

HEADINGS = {
    "source": "資料",
    "ward_code": "区の団体コード",
    "project_id": "事業の番号",
    "project_name": "事業名",
    "name": "事業名",
    "mention_id": "記載の番号",
    "partner_text": "連携相手方の記載",
    "printed_code": "記載の団体コード",
    "partner_code": "相手先の団体コード",
    "codes": "相手先の団体コード",
    "level": "相手先の種類",
    "via": "一括の記載",
    "method": "読み取り方",
    "confidence": "確かさ",
    "reason": "理由",
    "candidates": "候補の団体コード",
    "start_year": "開始年（西暦）",
    "year_kind": "年・年度の別",
    "source_line": "行",
    "category_raw": "連携カテゴリ（記載）",
    "categories": "分野",
    "organiser": "所管",
    "summary": "概要",
    "status": "状況",
    "severity": "重さ",
    "rule": "指摘の種類",
    "subject": "記載",
    "message": "内容",
    "suggestion": "確かめること",
}

#: Column of codes → heading of the names put beside it.
_NAMED = {"ward_code": "区", "partner_code": "相手先", "codes": "相手先", "candidates": "候補"}


def export(dataset: Dataset, name: str, places: dict[str, str]) -> pd.DataFrame:
    """One of EXPORTS as a table to save; the members of a list are joined by |."""
    words = {
        "source": text.title,
        "level": LEVELS.get,
        "method": text.METHODS.get,
        "severity": rules.SEVERITIES.get,
        "rule": rules.title,
    }
    saved: dict[str, pd.Series] = {}
    for column, dtype in TABLES[name].items():
        values = getattr(dataset, name)[column]
        heading = HEADINGS[column]
        if column in _NAMED:
            names = values.map(
                lambda codes: "|".join(
                    places[code] for code in ([codes] if isinstance(codes, str) else codes)
                ),
                na_action="ignore",
            )
            saved[_NAMED[column]] = names
        if dtype == "list":
            values = values.map("|".join)
        saved[heading] = values.map(words[column], na_action="ignore") if column in words else values
    return pd.DataFrame(saved)
