"""What is printed in the column of years and is no year."""

from __future__ import annotations

from pipeline.rules.rule import Case, Rule

YEAR_REMARK = Rule(
    id="year-remark",
    severity="info",
    title="開始年の欄の注記",
    explanation=(
        "開始年の欄に、年ではない言葉が書かれています。"
        "表には入れていないので、要るときは元の資料で読んでください。"
    ),
    cases={
        "alone": Case(sentence="開始年の欄の「{text}」は年ではないため、不明としました。"),
        "beside": Case(sentence="開始年の欄の「{text}」は注記と見て、表に入れていません。"),
    },
)
